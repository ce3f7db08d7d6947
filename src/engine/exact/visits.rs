//! Who lands where: customers followed forward through classes of states.

use std::sync::Arc;

use crate::plan::{Plan, Rates, States, Ways};

use super::chain::{Chain, Room};
use super::classes::Classes;
use super::course::Course;
use super::entrants::Entrants;
use super::landings::Landings;
use super::transit::Transit;

/// The forward recursion of one world.
pub(super) struct Visits<'a> {
    plan: &'a Plan,
    states: &'a States,
    classes: &'a Classes,
    landings: &'a Landings,
    course: Course,
    chain: Chain,
}

/// How many customers are expected over the horizon.
#[derive(Debug)]
pub(super) struct Visited {
    /// By landing.
    pub(super) landed: Vec<f64>,
    /// By edge of the state that stands for a class: decisions.
    pub(super) decided: Vec<f64>,
}

impl<'a> Visits<'a> {
    pub(super) fn of(
        plan: &'a Plan,
        states: &'a States,
        classes: &'a Classes,
        landings: &'a Landings,
        ways: &Ways<'_>,
    ) -> Self {
        let course = Course::of(classes, ways, plan);
        let transits: Arc<[Transit]> = plan.tables.iter().map(Transit::of).collect();
        Self {
            chain: Chain::new(classes.first.len(), course.links.clone(), &transits),
            course,
            plan,
            states,
            classes,
            landings,
        }
    }

    /// Everybody who comes.
    pub(super) fn everybody(&self, rates: &Rates, ways: &Ways<'_>) -> Visited {
        let (plan, states) = (self.plan, self.states);
        let entrants = Entrants::arriving(plan, states, rates).and(Entrants::waiting(plan, states, rates, ways));
        let mut sums = vec![vec![0.0; self.classes.first.len()]; self.course.links.len()];
        let mut arriving = vec![0.0; self.chain.conveyors.len()];
        let phase_at = |tick: usize| self.course.phase_of[tick] as usize;
        let enter = |tick: usize, customers: &mut [f64]| {
            entrants.each(tick, |state, more| {
                customers[self.classes.of[state as usize] as usize] += more;
            });
        };
        let ticks = plan.clock.ticks as usize;
        self.chain
            .run(&mut Room::default(), 0..ticks, phase_at, enter, |tick, now, come| {
                for (sums, more) in [(&mut sums[phase_at(tick)], now), (&mut arriving, come)] {
                    sums.iter_mut().zip(more).for_each(|(sum, it)| *sum += it);
                }
            });
        let mut it = Visited {
            landed: vec![0.0; self.landings.all.len()],
            decided: vec![0.0; states.edges.len()],
        };
        let mut land = |edge: u32, customers: f64| {
            it.landed[self.landings.of_edge[edge as usize] as usize] += customers;
        };
        for (links, customers) in self.course.links.iter().zip(&sums) {
            for link in links {
                let leaving = customers[link.from as usize] * link.chance;
                it.decided[link.edge as usize] += leaving;
                land(link.edge, leaving * self.chain.transits[link.delay as usize].now);
            }
        }
        for (conveyor, customers) in self.chain.conveyors.iter().zip(&arriving) {
            for delivery in &self.chain.deliveries[conveyor.deliveries.clone()] {
                land(delivery.edge, delivery.chance * customers);
            }
        }
        for departure in &entrants.departures {
            let within = departure.chances.iter().take(ticks);
            land(departure.edge, departure.customers * within.sum::<f64>());
        }
        for (stream, arrivals) in entrants.arrivals.iter().enumerate() {
            for (tick, customers) in arrivals.iter().enumerate().filter(|it| *it.1 > 0.0) {
                let stretch = plan.bins[plan.bin_of[tick] as usize].stretch as usize;
                let cases = self.landings.of_entry[stream].iter();
                for (landing, share) in cases.zip(&entrants.shares[stream][stretch]) {
                    it.landed[*landing as usize] += customers * share;
                }
            }
        }
        it
    }

    /// The chance, by tick, to convert first then, for a random one of these customers, who arrive
    /// at tick 0: states they enter in, with their shares.
    pub(super) fn conversions(&self, entering: &[(u32, f64)]) -> Vec<f64> {
        let wins = |edge: u32| self.states.edges[edge as usize].gains.won;
        let now: Vec<Vec<(u32, f64)>> = self
            .course
            .links
            .iter()
            .map(|links| {
                let now = |delay: u32| self.chain.transits[delay as usize].now;
                let links = links.iter().filter(|it| wins(it.edge) && now(it.delay) > 0.0);
                links.map(|it| (it.from, it.chance * now(it.delay))).collect()
            })
            .collect();
        let mut later = Vec::new();
        for (at, conveyor) in self.chain.conveyors.iter().enumerate() {
            let deliveries = &self.chain.deliveries[conveyor.deliveries.clone()];
            let share: f64 = deliveries.iter().filter(|it| wins(it.edge)).map(|it| it.chance).sum();
            if share > 0.0 {
                later.push((at, share));
            }
        }
        let mut won = Vec::new();
        let phase_at = |tick: usize| self.course.phase_of[tick] as usize;
        let enter = |tick: usize, customers: &mut [f64]| {
            for (state, share) in entering.iter().filter(|_| tick == 0) {
                customers[self.classes.of[*state as usize] as usize] += share;
            }
        };
        let ticks = 0..self.plan.clock.ticks as usize;
        self.chain
            .run(&mut Room::default(), ticks, phase_at, enter, |tick, customers, come| {
                let now = now[phase_at(tick)].iter();
                let now: f64 = now.map(|(from, chance)| customers[*from as usize] * chance).sum();
                won.push(now + later.iter().map(|(at, share)| come[*at] * share).sum::<f64>());
            });
        won
    }
}
