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
use super::links::{reach, restrict};

/// What has added up during a leg.
struct Sums {
    /// By state that is followed.
    customers: Vec<f64>,
    /// By conveyor.
    arriving: Vec<f64>,
    /// By state of the journey.
    of_states: Vec<f64>,
    /// By edge.
    landed: Vec<f64>,
}

impl Solver<'_> {
    /// Follows all who enter, and books what they do; returns the expected moves, and who came
    /// into loops.
    pub(super) fn follow(
        &self,
        room: &mut Room,
        ways: &Ways<'_>,
        course: &Course,
        means: &Means,
        entrants: &Entrants<'_>,
        tally: &mut Tally<Expected>,
    ) -> (f64, Vec<f64>) {
        let (plan, states) = (self.plan, self.states);
        let ticks = plan.clock.ticks as usize;
        let links = course.links_of_states(states, &self.classes, ways);
        let class = |state: u32| self.classes.of[state as usize];
        // Those who can be reached, in ascending order.
        let followed = reach(states.states.len(), &links, entrants.entered(), |_| true);
        let chain = Chain::new(followed.len(), restrict(&links, &followed, |it| *it), &self.transits);
        let node = |state: u32| followed.binary_search(&state).expect("it can be reached");
        let mut doors = Doors::of(&self.loops, &chain, ticks, |node| class(followed[node as usize]));
        doors.enter_all(&self.loops, entrants, class);
        let mut sums = Sums {
            customers: vec![0.0; followed.len()],
            of_states: vec![0.0; states.states.len()],
            arriving: vec![0.0; chain.conveyors.len()],
            landed: vec![0.0; states.edges.len()],
        };
        let mut moves: f64 = entrants.departures.iter().map(|it| it.customers).sum();
        let nets = self.nets(means, &followed);
        let legs = course.legs(plan);
        let mut leg = 0;
        let phase_at = |tick: usize| course.phase_of[tick] as usize;
        let enter = |tick: usize, customers: &mut [f64]| {
            entrants.each(tick, |state, more| customers[node(state)] += more);
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
                let nets = nets[plan.bins[now.bin].stretch as usize].iter();
                *net += nets.zip(customers).map(|(net, it)| net * it).sum::<f64>();
            }
            for it in &entrants.departures {
                sums.landed[it.edge as usize] += it.customers * it.chances.get(tick).unwrap_or(&0.0);
            }
            if tick + 1 == now.until {
                moves += self.book_leg(&chain, &followed, now, means, &mut sums, tally);
                leg += 1;
            }
        });
        for (at, conveyor) in chain.conveyors.iter().enumerate() {
            let under_way = chain.under_way(room, at, ticks);
            for it in &chain.deliveries[conveyor.deliveries.clone()] {
                tally.cut[states.edges[it.edge as usize].branch as usize] += it.chance * under_way;
            }
        }
        (moves, doors.came)
    }

    /// Books what has added up during a leg, and begins anew; returns the expected moves.
    fn book_leg(
        &self,
        chain: &Chain,
        followed: &[u32],
        leg: Leg,
        means: &Means,
        sums: &mut Sums,
        tally: &mut Tally<Expected>,
    ) -> f64 {
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
        for (state, customers) in followed.iter().zip(&sums.customers) {
            sums.of_states[*state as usize] = *customers;
        }
        let flow = Flow {
            customers: &sums.of_states,
            landed: &sums.landed,
        };
        let waiting = self.waiting.iter();
        let all = || followed.iter().chain(waiting.clone()).copied();
        self.book.bin(tally, means, leg.bin, all(), flow);
        for state in all() {
            let rows = states.rows_of(state as usize);
            self.book.groups(tally, means, stretch, state, rows, (1.0, flow));
        }
        sums.customers.fill(0.0);
        sums.arriving.fill(0.0);
        sums.landed.fill(0.0);
        moves
    }
}
