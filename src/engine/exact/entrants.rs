//! Who comes from outside: expected arrivals, and the pipeline as it moves on.

use crate::engine::tally::{Expected, Tally};
use crate::plan::states::EntryCase;
use crate::plan::{Plan, Rates, States, Ways};

use super::booking::Book;

/// Everybody who enters in one world.
#[derive(Debug)]
pub(super) struct Entrants<'a> {
    plan: &'a Plan,
    states: &'a States,
    /// By stream and tick.
    pub(super) arrivals: Vec<Vec<f64>>,
    /// By stream, stretch and case.
    pub(super) shares: Vec<Vec<Vec<f64>>>,
    pub(super) departures: Vec<Departure<'a>>,
}

/// A way of customers of the pipeline, who all leave at tick 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Departure<'a> {
    pub(super) edge: u32,
    pub(super) to: u32,
    /// How many are expected to take it.
    pub(super) customers: f64,
    /// P(k) for k from 0 on.
    pub(super) chances: &'a [f64],
}

impl<'a> Entrants<'a> {
    /// All who arrive.
    pub(super) fn arriving(plan: &'a Plan, states: &'a States, rates: &Rates) -> Self {
        let shares = |stream: usize| {
            let of_stretch = |stretch| states.entries[stream].shares(plan, rates, stretch, stream);
            (0..plan.stretches.len()).map(of_stretch).collect()
        };
        Self {
            plan,
            states,
            arrivals: rates.streams.iter().map(|it| it.by_tick(plan.clock.ticks)).collect(),
            shares: (0..plan.streams.len()).map(shares).collect(),
            departures: Vec::new(),
        }
    }

    /// All who are under way at the beginning.
    pub(super) fn waiting(plan: &'a Plan, states: &'a States, rates: &Rates, ways: &Ways<'a>) -> Self {
        let mut departures = Vec::new();
        for (entry, count) in rates.waiting.iter().enumerate() {
            let source = plan.streams.len() + entry;
            let cases = &states.entries[source];
            for (case, share) in cases.cases.iter().zip(cases.shares(plan, rates, 0, source)) {
                let customers = *count as f64 * share;
                departures.extend(ways.from(0, case.state as usize).iter().map(|it| Departure {
                    edge: it.edge,
                    to: it.to,
                    customers: customers * it.chance,
                    chances: ways.table(it.delay).probabilities(),
                }));
            }
        }
        departures.retain(|it| it.customers > 0.0);
        Self {
            plan,
            states,
            arrivals: Vec::new(),
            shares: Vec::new(),
            departures,
        }
    }

    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            departures: other.departures,
            ..self
        }
    }

    /// The states that somebody may enter.
    pub(super) fn entered(&self) -> impl Iterator<Item = u32> {
        let streams = self.states.entries.iter().take(self.arrivals.len());
        let arriving = streams.flat_map(|it| &it.cases).map(|it| it.state);
        arriving.chain(self.departures.iter().map(|it| it.to))
    }

    /// Tells how many enter in which states at a tick.
    #[inline]
    pub(super) fn each(&self, tick: usize, mut tell: impl FnMut(u32, f64)) {
        self.each_case(tick, |case, customers| tell(case.state, customers));
        for it in &self.departures {
            if let Some(chance) = it.chances.get(tick) {
                tell(it.to, it.customers * chance);
            }
        }
    }

    /// Books the arrivals themselves.
    pub(super) fn book(&self, book: &Book<'_>, tally: &mut Tally<Expected>) {
        for (stream, arrivals) in self.arrivals.iter().enumerate() {
            let cases = &self.states.entries[stream].cases;
            for (at, bin) in self.plan.bins.iter().enumerate() {
                let arrived: f64 = arrivals[bin.ticks.from as usize..bin.ticks.until as usize].iter().sum();
                for (case, share) in cases.iter().zip(&self.shares[stream][bin.stretch as usize]) {
                    book.entry(tally, at, stream, case, arrived * share);
                }
            }
        }
    }

    /// Tells how many arrive of each stream and kind.
    #[inline]
    pub(super) fn each_case(&self, tick: usize, mut tell: impl FnMut(&EntryCase, f64)) {
        let stretch = self.plan.bins[self.plan.bin_of[tick] as usize].stretch as usize;
        for (stream, arrivals) in self.arrivals.iter().enumerate().filter(|it| it.1[tick] > 0.0) {
            let cases = self.states.entries[stream].cases.iter();
            for (case, share) in cases.zip(&self.shares[stream][stretch]) {
                tell(case, arrivals[tick] * share);
            }
        }
    }
}
