//! The exact engine: what is expected in every cell of a tally, by recursion over states and
//! ticks, without luck.

mod booking;
mod chain;
mod classes;
mod cohorts;
mod course;
mod direct;
mod doors;
mod effort;
mod entrants;
#[cfg(test)]
mod fixture;
mod groups;
mod landings;
mod links;
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
mod unit;
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

pub(super) use booking::mean_net;
pub use effort::effort;
pub use metrics::Metric;
pub use moments::{Moment, Moments};
pub use often::{Count, Often, Possible};
pub use order::{Move, Order};
pub use worth::{Worths, time_to_convert, worth};

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
            book: Book::new(plan, states),
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
        // Who comes into loops when, as far as first visits are not booked yet.
        let is_folded = expected.is_some();
        let (mut moves, mut came) = expected.unwrap_or_default();
        let followed = if is_folded {
            waiting
        } else {
            self.cohorts(&mut room, &course, &arriving, &mut tally);
            arriving.and(waiting)
        };
        if !is_folded || !followed.departures.is_empty() {
            let (more_moves, more_came) = self.follow(&mut room, ways, &course, &means, &followed, &mut tally);
            moves += more_moves;
            came.resize(more_came.len(), 0.0);
            came.iter_mut().zip(more_came).for_each(|(it, more)| *it += more);
        }
        if !came.is_empty() {
            let tell = |visit: usize, _: usize, customers: f64| tally.distinct[visit] += customers;
            self.first_visits(&mut room, &course, &came, tell);
        }
        self.moves = moves;
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

    /// By stretch and state: revenue minus cost of a customer who arrives there, if discounted.
    fn nets(&self, means: &Means, states: &[u32]) -> Vec<Vec<f64>> {
        let of_stretch = |stretch: usize| states.iter().map(|it| self.book.net(means, stretch, *it)).collect();
        (0..self.plan.stretches.len()).map(of_stretch).collect()
    }
}

#[cfg(test)]
mod tests;
