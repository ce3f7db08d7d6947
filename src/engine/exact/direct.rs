//! One pass through all states and ticks: for worlds in which time makes a difference, and for
//! the pipeline.

use crate::engine::tally::{Expected, Tally};
use crate::plan::Ways;

use super::Solver;
use super::booking::{Flow, Means};
use super::chain::{Chain, Room};
use super::course::{Course, Leg};
use super::doors::Doors;
use super::entrants::Entrants;

/// What has added up during a leg.
struct Sums {
    customers: Vec<f64>,
    arriving: Vec<f64>,
    landed: Vec<f64>,
}

impl Solver<'_> {
    /// Follows all who enter, and books what they do; returns the expected moves.
    pub(super) fn follow(
        &self,
        room: &mut Room,
        ways: &Ways<'_>,
        course: &Course,
        means: &Means,
        entrants: &Entrants<'_>,
        tally: &mut Tally<Expected>,
    ) -> f64 {
        let (plan, states) = (self.plan, self.states);
        let ticks = plan.clock.ticks as usize;
        let links = course.links_of_states(states, &self.classes, ways);
        let chain = Chain::new(states.states.len(), links, &self.transits);
        let class = |state: u32| self.classes.of[state as usize];
        let mut doors = Doors::of(&self.loops, &chain, ticks, class);
        if self.loops.count() > 0 {
            for tick in 0..ticks {
                entrants.each(tick, |state, customers| {
                    doors.enter(&self.loops, tick, class(state), customers)
                });
            }
        }
        let mut sums = Sums {
            customers: vec![0.0; states.states.len()],
            arriving: vec![0.0; chain.conveyors.len()],
            landed: vec![0.0; states.edges.len()],
        };
        let mut moves: f64 = entrants.departures.iter().map(|it| it.customers).sum();
        let nets = self.nets(means);
        let legs = course.legs(plan);
        let mut leg = 0;
        let phase_at = |tick: usize| course.phase_of[tick] as usize;
        let enter = |tick: usize, customers: &mut [f64]| {
            entrants.each(tick, |state, more| customers[state as usize] += more);
        };
        chain.run(room, 0..ticks, phase_at, enter, |tick, customers, arriving| {
            let now = legs[leg];
            sums.customers
                .iter_mut()
                .zip(customers)
                .for_each(|(sum, it)| *sum += it);
            sums.arriving.iter_mut().zip(arriving).for_each(|(sum, it)| *sum += it);
            doors.note(tick, now.phase, customers, arriving);
            if let Some(net) = tally.net.get_mut(tick) {
                let lines = nets[plan.bins[now.bin].stretch as usize].iter();
                *net += lines.map(|(state, it)| customers[*state as usize] * it).sum::<f64>();
            }
            for it in &entrants.departures {
                sums.landed[it.edge as usize] += it.customers * it.chances.get(tick).unwrap_or(&0.0);
            }
            if tick + 1 == now.until {
                moves += self.book_leg(&chain, now, means, &mut sums, tally);
                leg += 1;
            }
        });
        for (at, conveyor) in chain.conveyors.iter().enumerate() {
            let under_way = chain.under_way(room, at, ticks);
            for it in &chain.deliveries[conveyor.deliveries.clone()] {
                tally.cut[states.edges[it.edge as usize].branch as usize] += it.chance * under_way;
            }
        }
        let tell = |visit: usize, _: usize, customers: f64| tally.distinct[visit] += customers;
        self.first_visits(room, course, &doors.came, tell);
        moves
    }

    /// Books what has added up during a leg, and begins anew; returns the expected moves.
    fn book_leg(&self, chain: &Chain, leg: Leg, means: &Means, sums: &mut Sums, tally: &mut Tally<Expected>) -> f64 {
        let (plan, states) = (self.plan, self.states);
        let stretch = plan.bins[leg.bin].stretch as usize;
        let mut moves = 0.0;
        for it in &chain.links[leg.phase] {
            let leaving = sums.customers[it.from as usize] * it.chance;
            sums.landed[it.edge as usize] += leaving * chain.transits[it.delay as usize].now;
            moves += leaving;
            self.book.decisions(tally, stretch, it.edge, leaving);
        }
        for (conveyor, arriving) in chain.conveyors.iter().zip(&sums.arriving) {
            for it in &chain.deliveries[conveyor.deliveries.clone()] {
                sums.landed[it.edge as usize] += it.chance * arriving;
            }
        }
        let flow = Flow {
            customers: &sums.customers,
            landed: &sums.landed,
        };
        let all = 0..states.states.len() as u32;
        self.book.bin(tally, means, leg.bin, all.clone(), flow);
        for state in all {
            let rows = states.rows_of(state as usize);
            self.book.groups(tally, means, stretch, state, rows, (1.0, flow));
        }
        sums.customers.fill(0.0);
        sums.arriving.fill(0.0);
        sums.landed.fill(0.0);
        moves
    }
}
