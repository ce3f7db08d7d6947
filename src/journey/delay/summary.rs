//! Mean and quantiles of a delay on whole ticks, with no end to its tail.

use super::ChangedDelay;

/// Mean, median and 90 % quantile of a delay after rounding to whole ticks, in days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelaySummary {
    /// Mean; infinite if there is none.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 90 % quantile.
    pub p90: f64,
}

impl ChangedDelay {
    /// Mean, median and 90 % quantile of the delay in whole ticks of this length, in days.
    #[must_use]
    pub fn summary(&self, tick_days: f64) -> DelaySummary {
        todo_mean(self, tick_days)
    }
}

fn todo_mean(delay: &ChangedDelay, tick_days: f64) -> DelaySummary {
    let mut mean = 0.0;
    let mut tick = 0.0;
    loop {
        let above = delay.tails_ticks(tick + 0.5, tick_days).above;
        mean += above;
        tick += 1.0;
        if above < 1e-16 || tick > 1e6 {
            break;
        }
    }
    DelaySummary {
        mean: mean * tick_days,
        p50: quantile(delay, tick_days, 0.5) * tick_days,
        p90: quantile(delay, tick_days, 0.9) * tick_days,
    }
}

/// The smallest whole number of ticks with at least this probability at or below it.
fn quantile(delay: &ChangedDelay, tick_days: f64, p: f64) -> f64 {
    // Sums of weights that should be `p` may miss it by rounding errors.
    let reaches = |tick: f64| delay.cdf_ticks(tick + 0.5, tick_days) >= p - 1e-12;
    if reaches(0.0) {
        return 0.0;
    }
    let mut high = 1.0;
    while !reaches(high) && high < 1e15 {
        high *= 2.0;
    }
    let mut low = (high / 2.0).floor();
    while high - low > 1.0 {
        let middle = ((low + high) / 2.0).floor();
        if reaches(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
