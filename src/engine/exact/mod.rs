//! The exact engine: what is expected in every cell of a tally, by recursion over states and
//! ticks, without luck.

mod booking;
mod chain;
mod classes;
mod cohorts;
mod course;
mod direct;
mod doors;
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
mod response;
mod rewards;
mod transit;
mod values;
mod visits;
mod waiting;
mod windows;
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
use response::Response;
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
    /// States of customers of the pipeline before they move.
    waiting: Vec<u32>,
    classes: Classes,
    loops: Loops,
    book: Book<'a>,
    room: Room,
    response: Option<Response>,
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
            waiting: (0..states.states.len() as u32)
                .filter(|it| states.states[*it as usize].waiting.is_some())
                .collect(),
            classes,
            room: Room::default(),
            response: None,
            moves: 0.0,
        }
    }

    /// What is expected in the world of these rates; `ways` are those of the same rates.
    ///
    /// Worlds that differ from the last one only in arrivals or amounts cost much less, unless
    /// chances or delays change with time.
    pub fn tally(&mut self, rates: &Rates, ways: &Ways<'a>) -> Tally<Expected> {
        let (plan, states) = (self.plan, self.states);
        let mut tally = Tally::new(plan);
        let course = Course::of(&self.classes, ways, plan);
        let means = Means::of(plan, rates);
        self.count_waiting(rates, &mut tally);
        let mut room = std::mem::take(&mut self.room);
        let mut response = self.response.take().filter(|it| it.fits(&course));
        if response.is_none() {
            response = Response::new(self, &course);
        }
        let arriving = Entrants::arriving(plan, states, rates);
        let waiting = Entrants::waiting(plan, states, rates, ways);
        let expected = response
            .as_mut()
            .and_then(|it| it.expect(self, &mut room, &course, &means, &arriving, &mut tally));
        arriving.book(&self.book, &mut tally);
        let followed = if expected.is_some() {
            waiting
        } else {
            self.cohorts(&mut room, &course, &arriving, &mut tally);
            arriving.and(waiting)
        };
        self.moves = expected.unwrap_or(0.0);
        if expected.is_none() || !followed.departures.is_empty() {
            self.moves += self.follow(&mut room, ways, &course, &means, &followed, &mut tally);
        }
        self.response = response;
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

    /// Tells who reaches each step of a loop for the first time at which tick, given who comes into
    /// loops when.
    fn first_visits(&self, room: &mut Room, course: &Course, came: &[f64], mut tell: impl FnMut(usize, usize, f64)) {
        let ticks = self.plan.clock.ticks as usize;
        let phase_at = |tick: usize| course.phase_of[tick] as usize;
        let links = (self.classes.first.len(), &course.links[..]);
        let mut first = 0;
        for it in &self.loops.loops {
            let last = first + it.nodes.len() * ticks;
            let came = &came[first..last];
            it.first_visits(self.plan, links, &self.transits, room, came, phase_at, &mut tell);
            first = last;
        }
    }

    /// By stretch and state: revenue minus cost of a customer who arrives there, if discounted.
    fn nets(&self, means: &Means, states: &[u32]) -> Vec<Vec<f64>> {
        let of_stretch = |stretch: usize| states.iter().map(|it| self.book.net(means, stretch, *it)).collect();
        (0..self.plan.stretches.len()).map(of_stretch).collect()
    }
}
