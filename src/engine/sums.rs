//! Tables that are summed over replications in fixed point.

use crate::plan::{Plan, Rates};

use super::tally::{Cohorts, Number, Tally};

/// Tables that are summed over replications as these complete, instead of keeping them all, which
/// may be many and large. In fixed point, so that the order of threads cannot matter.
#[derive(Debug, Default)]
pub(super) struct Sums {
    has_begun: bool,
    pub(super) cohorts: Option<Cohorts<i128>>,
    pub(super) places: Vec<i128>,
    pub(super) flows: Vec<i128>,
    pub(super) cut: Vec<i128>,
    pub(super) waiting: Vec<i128>,
}

/// Parts of a customer that fixed point tells apart: 2⁵⁶. Sums stay below 2⁷⁰ customers.
const PARTS: f64 = 72_057_594_037_927_936.0;

impl Sums {
    pub(super) fn add<N: Number>(&mut self, plan: &Plan, rates: &Rates, tally: &Tally<N>) {
        let (streams, branches) = (plan.streams.len(), plan.branch_to.len());
        if !std::mem::replace(&mut self.has_begun, true) {
            self.cohorts = tally.cohorts.as_ref().map(|it| it.map(|_, _| 0));
            self.places = vec![0; tally.places.len()];
            self.flows = vec![0; streams + branches];
            self.cut = vec![0; branches];
            self.waiting = vec![0; rates.waiting.len()];
        }
        let add = |sums: &mut [i128], counts: &[N::Count]| {
            for (sum, count) in sums.iter_mut().zip(counts).filter(|it| *it.1 != N::Count::default()) {
                *sum += (N::value(N::wide(*count)) * PARTS).round() as i128;
            }
        };
        if let (Some(sums), Some(counts)) = (&mut self.cohorts, &tally.cohorts) {
            for (sums, counts) in sums.with(counts) {
                add(sums, counts);
            }
        }
        add(&mut self.places, &tally.places);
        add(&mut self.cut, &tally.cut);
        let (of_streams, of_branches) = self.flows.split_at_mut(streams);
        for bin in tally.counts.chunks(plan.columns.count) {
            add(of_streams, &bin[plan.columns.streams..][..streams]);
            add(of_branches, &bin[plan.columns.branches..][..branches]);
        }
        let waiting: Vec<N::Count> = rates.waiting.iter().map(|it| N::customers(*it)).collect();
        add(&mut self.waiting, &waiting);
    }
}

pub(super) fn values(sums: Vec<i128>) -> Vec<f64> {
    sums.into_iter().map(value).collect()
}

pub(super) fn value(sum: i128) -> f64 {
    sum as f64 / PARTS
}
