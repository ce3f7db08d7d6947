//! Chances laid out so that a choice between a few branches needs no loop.

use crate::plan::{ForkPlan, Plan, Rates};

/// So many branches less one fit.
pub(super) const THRESHOLDS: usize = 7;
/// More rows than this would not stay in the cache.
const ROWS_MAX: usize = 4_096;

/// Thresholds of forks by chances that look at one key or none.
#[derive(Debug)]
pub(super) struct Chances {
    rows: Vec<[u64; THRESHOLDS]>,
    /// By step: its first row.
    first: Vec<Option<u32>>,
}

impl Chances {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut rows = 0;
        let first = plan.steps.iter().map(|it| {
            let is_few = it.fork == ForkPlan::Chances && it.branches <= THRESHOLDS + 1 && it.axes.len() <= 1;
            let first = rows;
            rows += if is_few {
                plan.stretches.len() * it.cases.count()
            } else {
                0
            };
            (is_few && rows <= ROWS_MAX).then_some(first as u32)
        });
        let first = first.collect();
        Self {
            rows: vec![[u64::MAX; THRESHOLDS]; rows.min(ROWS_MAX)],
            first,
        }
    }

    /// Takes the chances of another world.
    pub(super) fn fill(&mut self, plan: &Plan, rates: &Rates) {
        for (step, first) in plan.steps.iter().zip(&self.first) {
            let Some(first) = first else { continue };
            let mut rows = self.rows[*first as usize..].iter_mut();
            for stretch in 0..plan.stretches.len() {
                for (cell, row) in (0..step.cases.count()).zip(&mut rows) {
                    let place = stretch * plan.places + plan.place(step, cell, 0);
                    // Nothing is behind what is past the last branch.
                    let most = step.branches - 1;
                    row[..most].copy_from_slice(&rates.thresholds[place..place + most]);
                }
            }
        }
    }

    /// The rows from a step's first on: by stretch and kind of customer.
    pub(super) fn rows_of(&self, step: u32) -> Option<&[[u64; THRESHOLDS]]> {
        self.first[step as usize].map(|first| &self.rows[first as usize..])
    }
}

/// How many of `COUNT` thresholds are reached by 64 random bits.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every move; the compiler keeps it apart otherwise"
)]
pub(super) fn reached<const COUNT: usize>(thresholds: &[u64; COUNT], bits: u64) -> usize {
    let bits = bits >> 1;
    thresholds.iter().map(|it| usize::from(bits >= *it)).sum()
}

/// The branch that 64 random bits stand for: the first whose threshold they stay below.
pub(super) fn choose(thresholds: &[u64], bits: u64) -> usize {
    thresholds[..thresholds.len() - 1].partition_point(|it| bits >> 1 >= *it)
}
