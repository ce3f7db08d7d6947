//! The exact engine: what is expected in every cell of a tally, by recursion over states and
//! ticks, without luck.

mod booking;
mod chain;
mod classes;
mod cohorts;
mod course;
mod direct;
mod entrants;
#[cfg(test)]
mod fixture;
mod groups;
mod landings;
mod lookout;
mod loops;
mod metrics;
mod moments;
mod often;
mod order;
mod reach;
mod rewards;
mod transit;
mod values;
mod visits;
mod waiting;
mod worth;

use std::sync::Arc;

use crate::plan::{Plan, Rates, States, Ways};

use super::tally::{Expected, Tally};
use booking::{Book, Means};
use chain::Room;
use classes::Classes;
use course::Course;
use entrants::Entrants;
use loops::Loops;
use transit::Transit;

pub use metrics::Metric;
pub use moments::{Moment, Moments};
pub use often::{Count, Often, Possible};
pub use order::{Move, Order};
pub use worth::{Worth, Worths, time_to_convert, worth};

/// Works out expectations, world by world.
#[derive(Debug)]
pub struct Solver<'a> {
    plan: &'a Plan,
    states: &'a States,
    /// As [`Plan::tables`].
    transits: Arc<[Transit]>,
    classes: Classes,
    loops: Loops,
    book: Book<'a>,
    room: Room,
    moves: f64,
}

impl<'a> Solver<'a> {
    /// What all worlds have in common.
    #[must_use]
    pub fn new(plan: &'a Plan, states: &'a States) -> Self {
        let classes = Classes::of(states);
        let step = |class: &u32| states.states[*class as usize].step;
        let steps: Vec<u32> = classes.first.iter().map(step).collect();
        let loops = Loops::of(plan, &steps);
        Self {
            plan,
            states,
            transits: plan.tables.iter().map(Transit::of).collect(),
            book: Book::new(plan, states, &loops.revisited),
            loops,
            classes,
            room: Room::default(),
            moves: 0.0,
        }
    }

    /// What is expected in the world of these rates; `ways` are those of the same rates.
    pub fn tally(&mut self, rates: &Rates, ways: &Ways<'a>) -> Tally<Expected> {
        let (plan, states) = (self.plan, self.states);
        let mut tally = Tally::new(plan);
        let course = Course::of(&self.classes, ways, plan);
        let means = Means::of(plan, rates);
        self.count_waiting(rates, &mut tally);
        let mut room = std::mem::take(&mut self.room);
        let entrants = Entrants::arriving(plan, states, rates).and(Entrants::waiting(plan, states, rates, ways));
        self.moves = self.follow(&mut room, ways, &course, &means, &entrants, &mut tally);
        self.cohorts(&mut room, &course, &entrants, &mut tally);
        self.room = room;
        tally.moves = self.moves.round() as u64;
        tally
    }

    /// How many moves are expected in the world last worked out.
    #[must_use]
    pub fn moves(&self) -> f64 {
        self.moves
    }

    fn count_waiting(&self, rates: &Rates, tally: &mut Tally<Expected>) {
        for (entry, count) in rates.waiting.iter().enumerate() {
            let source = self.plan.streams.len() + entry;
            let cases = &self.states.entries[source];
            for (case, share) in cases.cases.iter().zip(cases.shares(self.plan, rates, 0, source)) {
                for row in self.states.rows_of(case.state as usize) {
                    tally.waiting[*row as usize] += *count as f64 * share;
                }
            }
        }
    }

    /// Customers who ever reach the steps of loops, given who comes into them when.
    fn first_visits(&self, room: &mut Room, course: &Course, came: &[f64], tally: &mut Tally<Expected>) {
        let ticks = self.plan.clock.ticks as usize;
        let mut first = 0;
        for it in &self.loops.loops {
            let last = first + it.nodes.len() * ticks;
            let phase_at = |tick: usize| course.phase_of[tick] as usize;
            let tell = |visit: usize, _: usize, customers: f64| tally.distinct[visit] += customers;
            it.first_visits(
                self.plan,
                &course.links,
                &self.transits,
                room,
                &came[first..last],
                phase_at,
                tell,
            );
            first = last;
        }
    }

    /// The place of a state among all nodes of loops.
    fn place(&self, state: u32) -> Option<usize> {
        let place = self.loops.places[self.classes.of[state as usize] as usize];
        place.map(|it| it.1 as usize)
    }

    /// The place in a loop that a way leads to from outside of it.
    fn door(&self, from: u32, to: u32) -> Option<usize> {
        let loop_of = |state: u32| self.loops.places[self.classes.of[state as usize] as usize].map(|it| it.0);
        self.place(to).filter(|_| loop_of(from) != loop_of(to))
    }

    /// By stretch: states that book something, and what that is, if it is discounted.
    fn nets(&self, means: &Means) -> Vec<Vec<(u32, f64)>> {
        let of_stretch = |stretch: usize| {
            let states = 0..self.states.states.len() as u32;
            let nets = states.map(|it| (it, self.book.net(means, stretch, it)));
            nets.filter(|it| it.1 != 0.0).collect()
        };
        (0..self.plan.stretches.len()).map(of_stretch).collect()
    }
}
