//! Delay tables as values look ahead through them: how far, how soon, and what is left.

use crate::journey::delay::DelayTable;

/// What comes later than this with a smaller chance cannot be seen next to a sum in double precision.
const UNSEEN: f64 = 1e-18;

/// A delay table, and what a sweep through time needs of it.
#[derive(Debug, Clone)]
pub(super) struct Reach<'a> {
    /// The chance of each tick, from 0 on.
    pub(super) chances: &'a [f64],
    /// The chance that it takes no time.
    pub(super) at_once: f64,
    /// The first tick from 1 on that is possible, and the first from which on none can be seen.
    pub(super) ticks: std::ops::Range<usize>,
    /// For a memoryless delay the chance with every tick that it ends.
    pub(super) hazard: Option<f64>,
    /// The chance of more than so many ticks, from 0 on; 0 past the end.
    tails: Vec<f64>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(table: &'a DelayTable) -> Self {
        let chances = table.probabilities();
        let mut tails: Vec<f64> = chances
            .iter()
            .rev()
            .scan(0.0, |sum, chance| {
                let after = *sum;
                *sum += chance;
                Some(after)
            })
            .collect();
        tails.reverse();
        let until = tails
            .iter()
            .position(|it| *it < UNSEEN)
            .map_or(chances.len(), |it| it + 1);
        let first = (1..until).find(|at| chances[*at] > 0.0).unwrap_or(until);
        Self {
            chances,
            at_once: chances[0],
            ticks: first..until.max(first),
            hazard: table.hazard(),
            tails,
        }
    }

    /// P(K > `ticks`).
    #[inline]
    pub(super) fn tail(&self, ticks: usize) -> f64 {
        self.tails.get(ticks).copied().unwrap_or(0.0)
    }

    /// Whether values or flows of other ticks have to be kept for it.
    pub(super) fn looks_far(&self) -> bool {
        self.hazard.is_none() && !self.ticks.is_empty()
    }
}
