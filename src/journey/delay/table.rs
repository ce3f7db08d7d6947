//! The finite law of a delay on whole ticks, and draws from it.

use super::{ChangedDelay, tidy};

/// The law of a delay in whole ticks: P(0) = F(½) and P(k) = F(k + ½) − F(k − ½).
#[derive(Debug, Clone, PartialEq)]
pub struct DelayTable {
    /// P(k) for k from 0 on.
    probabilities: Vec<f64>,
    /// The first tick that is possible.
    first: u32,
    /// For each tick from `first` on but the last, P(K ≤ k) · 2⁶⁴.
    thresholds: Vec<u64>,
    /// For each of 2^g equal parts of the 64-bit numbers what a search in it comes to.
    guide: Vec<Cell>,
    /// 64 − g.
    guide_shift: u32,
    /// The chance with every tick from the first on that the delay ends, if that is always the
    /// same.
    hazard: Option<f64>,
}

/// What is known of an equal part of the 64-bit numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    /// The first threshold in it, if there is any: from here on it takes a tick more.
    threshold: u64,
    /// The ticks that the numbers below stand for.
    ticks: u32,
    /// Whether that is not enough: there are several thresholds.
    needs_search: bool,
}

/// What is left of a delay that has lasted for some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Remaining {
    /// The chance that a delay lasts that long.
    pub chance: f64,
    /// The law of the ticks to come, given that.
    pub table: DelayTable,
}

/// 2⁶⁴.
const UNIT: f64 = 18_446_744_073_709_551_616.0;
/// P(0) may differ from 1 by this much and still counts as 1.
const ZERO_SLACK: f64 = 1e-9;
/// More bits than this cost more in cache misses than they save in comparisons.
const GUIDE_BITS_MAX: u32 = 20;
/// A guide grows until at most one in so many draws needs a search.
const SEARCHED_PART: u64 = 32;

impl DelayTable {
    /// The law of `delay` on ticks of this length. All that is at or beyond `ticks_max` is one
    /// last entry; so is a last part of less than 2⁻⁶⁴.
    #[must_use]
    pub fn new(delay: &ChangedDelay, tick_days: f64, ticks_max: u32) -> Self {
        Self::after(delay, tick_days, ticks_max, None)
    }

    /// The law of a delay that takes no time.
    #[must_use]
    pub fn zero() -> Self {
        Self::of_probabilities(vec![1.0])
    }

    /// What is left of `delay` once it has lasted `waited_ticks`: P(K = k | K > waited) by the
    /// whole ticks to come, k − waited rounded up. `None` if the law leaves nothing.
    #[must_use]
    pub fn remaining(delay: &ChangedDelay, waited_ticks: f64, tick_days: f64, ticks_max: u32) -> Option<Remaining> {
        let waited = tidy(waited_ticks.max(0.0)).floor();
        let before = delay.tails_ticks(waited + 0.5, tick_days);
        // A law that counts as certainly zero leaves nothing.
        let at_zero = delay.tails_ticks(0.5, tick_days);
        if before.above <= 0.0 || at_zero.above < ZERO_SLACK {
            return None;
        }
        Some(Remaining {
            chance: before.above,
            table: Self::after(delay, tick_days, ticks_max, Some(waited)),
        })
    }

    fn after(delay: &ChangedDelay, tick_days: f64, ticks_max: u32, waited: Option<f64>) -> Self {
        let edge = |tick: u32| f64::from(tick) + waited.unwrap_or(0.0) + 0.5;
        let mut before = delay.tails_ticks(edge(0), tick_days);
        let all = if waited.is_some() { before.above } else { 1.0 };
        let mut probabilities = vec![if waited.is_some() { 0.0 } else { before.below }];
        let is_zero = waited.is_none() && before.above < ZERO_SLACK;
        if is_zero || ticks_max == 0 {
            return Self::zero();
        }
        for tick in 1..=ticks_max {
            let tails = delay.tails_ticks(edge(tick), tick_days);
            if tick == ticks_max || tails.above < all / UNIT {
                probabilities.push(before.above / all);
                break;
            }
            probabilities.push(before.until(tails) / all);
            before = tails;
        }
        Self {
            hazard: delay.hazard(tick_days),
            ..Self::of_probabilities(probabilities)
        }
    }

    fn of_probabilities(probabilities: Vec<f64>) -> Self {
        let first = probabilities.iter().position(|it| *it > 0.0).unwrap_or(0);
        let thresholds = thresholds(&probabilities[first..]);
        let guide_shift = guide_shift(&thresholds);
        let mut reached = 0;
        let guide = (0..1_u64 << (64 - guide_shift))
            .map(|part| {
                let least = part << guide_shift;
                while thresholds.get(reached).is_some_and(|it| *it <= least) {
                    reached += 1;
                }
                let is_inside = |at: usize| thresholds.get(at).is_some_and(|it| it >> guide_shift == part);
                // The largest number of all is not below any.
                let is_last = part == u64::MAX >> guide_shift;
                Cell {
                    threshold: if is_inside(reached) {
                        thresholds[reached]
                    } else {
                        u64::MAX
                    },
                    ticks: (first + reached) as u32,
                    needs_search: is_inside(reached + 1) || is_last && !is_inside(reached),
                }
            })
            .collect();
        Self {
            first: first as u32,
            thresholds,
            guide,
            guide_shift,
            probabilities,
            hazard: None,
        }
    }

    /// For a memoryless delay the chance h that it ends with a tick, from tick 1 on, given that it
    /// has not ended before: P(k) = (1 − P(0)) · h · (1 − h)^(k−1).
    #[must_use]
    pub fn hazard(&self) -> Option<f64> {
        self.hazard
    }

    /// P(k) for k from 0 on; they sum to 1.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The longest delay, in ticks.
    #[must_use]
    pub fn longest(&self) -> u32 {
        self.first + self.thresholds.len() as u32
    }

    /// P(K > `ticks`).
    #[must_use]
    pub fn survival(&self, ticks: u32) -> f64 {
        let beyond = self.probabilities.get(ticks as usize + 1..);
        beyond.map_or(0.0, |it| it.iter().rev().sum())
    }

    /// Whether it takes no time, for certain.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.longest() == 0
    }

    /// The number of ticks it takes for certain, if that is known.
    #[must_use]
    pub fn certain(&self) -> Option<u32> {
        self.thresholds.is_empty().then_some(self.first)
    }

    /// The number of ticks that 64 random bits stand for; grows with them.
    ///
    /// By an indexed search (Chen & Asau, *On generating random variates from an empirical
    /// distribution*, 1974): nearly every part of the 64-bit numbers has at most one threshold,
    /// and that stands in the guide itself.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    #[must_use]
    pub fn draw(&self, bits: u64) -> u32 {
        // The mask changes nothing; the compiler cannot know that the shift is below 64.
        let cell = &self.guide[(bits >> (self.guide_shift & 63)) as usize];
        if cell.needs_search {
            return self.search(cell, bits);
        }
        cell.ticks + u32::from(bits >= cell.threshold)
    }

    #[cold]
    fn search(&self, cell: &Cell, bits: u64) -> u32 {
        let from = (cell.ticks - self.first) as usize;
        let next = self.guide.get((bits >> self.guide_shift) as usize + 1);
        let until = next.map_or(self.thresholds.len(), |it| (it.ticks - self.first) as usize);
        cell.ticks + self.thresholds[from..until].partition_point(|it| *it <= bits) as u32
    }
}

/// How far numbers are shifted to tell in which part of the guide they lie: so that few draws meet
/// a part with several thresholds.
fn guide_shift(thresholds: &[u64]) -> u32 {
    let enough = (thresholds.len() + 1).next_power_of_two().ilog2();
    let most = (enough + 3).min(GUIDE_BITS_MAX);
    let mut bits = enough.saturating_sub(3).max(1);
    while bits < most {
        let shift = 64 - bits;
        let (mut searched, mut last) = (0, u64::MAX);
        for pair in thresholds.windows(2) {
            let part = pair[0] >> shift;
            if part == pair[1] >> shift && part != last {
                (searched, last) = (searched + 1, part);
            }
        }
        if searched * SEARCHED_PART <= 1 << bits {
            break;
        }
        bits += 1;
    }
    64 - bits
}

/// P(K ≤ k) · 2⁶⁴ for all but the last, added up from the nearer end.
fn thresholds(probabilities: &[f64]) -> Vec<u64> {
    let mut above: Vec<f64> = probabilities
        .iter()
        .rev()
        .scan(0.0, |sum, probability| {
            *sum += probability;
            Some(*sum)
        })
        .collect();
    above.reverse();
    let mut below = 0.0;
    let mut last = 0;
    probabilities
        .iter()
        .zip(above.iter().skip(1))
        .map(|(probability, above)| {
            below += probability;
            let threshold = if below <= 0.5 {
                (below * UNIT) as u64
            } else {
                // At least one, lest the difference wrap around to 0.
                0_u64.wrapping_sub(((above * UNIT) as u64).max(1))
            };
            // The two sums may disagree in the last digit.
            last = threshold.max(last);
            last
        })
        .collect()
}
