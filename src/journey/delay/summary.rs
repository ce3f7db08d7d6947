//! Mean and quantiles of a delay on whole ticks, with no end to its tail.

use super::{ChangedDelay, DelayLaw, ln_stay, whole_ticks};
use crate::special::{Tails, gamma, gamma_tails, normal_tails};

/// Mean, median and 90 % quantile of a delay after rounding to whole ticks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelaySummary {
    /// Mean in days; infinite if it is too large for a number.
    pub mean: f64,
    /// Median in days.
    pub p50: f64,
    /// 90 % quantile in days.
    pub p90: f64,
}

impl ChangedDelay {
    /// Mean, median and 90 % quantile of the delay in whole ticks of this length.
    #[must_use]
    pub fn summary(&self, tick_days: f64) -> DelaySummary {
        // Sums of weights that should be `p` may miss it by rounding errors.
        let quantile = |p: f64| first_tick(self, tick_days, |tails| tails.below >= p - 1e-12) * tick_days;
        DelaySummary {
            mean: mean_ticks(self, tick_days) * tick_days,
            p50: quantile(0.5),
            p90: quantile(0.9),
        }
    }
}

/// Beyond this, ticks and their halves are no longer numbers of their own.
const FARTHEST: f64 = 1e15;

/// The smallest k for which `is_there` holds of P(K ≤ k) and P(K > k); it has to stay true.
fn first_tick(delay: &ChangedDelay, tick_days: f64, is_there: impl Fn(Tails) -> bool) -> f64 {
    let is_there = |tick: f64| is_there(delay.tails_ticks(tick + 0.5, tick_days));
    if is_there(0.0) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while !is_there(high) && high < FARTHEST {
        (low, high) = (high, 2.0 * high);
    }
    while high - low > 1.0 {
        let middle = f64::midpoint(low, high).floor();
        if is_there(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

fn mean_ticks(delay: &ChangedDelay, tick_days: f64) -> f64 {
    let rounded = |days: f64| whole_ticks(delay.in_ticks(days, tick_days));
    match delay.law {
        _ if delay.factor <= 0.0 => rounded(0.0),
        DelayLaw::Known(days) => rounded(days),
        DelayLaw::Observed(ref values) => values.iter().map(|(days, weight)| weight * rounded(*days)).sum(),
        DelayLaw::Geometric { mean } => geometric_mean(delay, mean, tick_days),
        DelayLaw::Uniform { low, high } => {
            let ends = [low, high].map(|days| delay.in_ticks(days, tick_days));
            (area_of_rounding(ends[1]) - area_of_rounding(ends[0])) / (ends[1] - ends[0])
        }
        _ => smooth_mean(delay, tick_days),
    }
}

fn geometric_mean(delay: &ChangedDelay, mean_days: f64, tick_days: f64) -> f64 {
    let ln_stay = ln_stay(mean_days, tick_days);
    if ln_stay == f64::NEG_INFINITY {
        return whole_ticks(delay.in_ticks(tick_days, tick_days));
    }
    #[expect(clippy::float_cmp, reason = "only no factor at all keeps ticks whole")]
    let is_only_shifted = delay.factor == 1.0;
    if is_only_shifted {
        // Whole ticks are rounded like the shift, and then cut off at 0.
        let shift = (super::tidy(delay.shift_days / tick_days) - 0.5).ceil();
        let mean = -1.0 / ln_stay.exp_m1();
        return if shift >= 0.0 {
            mean + shift
        } else {
            mean * (-shift * ln_stay).exp()
        };
    }
    let mut sum = 0.0;
    let mut tick = 1.0;
    let mut above: f64 = 1.0;
    while above > 1e-18 {
        let here = above;
        above = (tick * ln_stay).exp();
        sum += (here - above) * whole_ticks(delay.in_ticks(tick * tick_days, tick_days));
        tick += 1.0;
    }
    sum
}

/// ∫ of x rounded to whole ticks, from 0 to x.
fn area_of_rounding(x: f64) -> f64 {
    let whole = whole_ticks(x);
    whole * (x - 0.5 * whole)
}

/// A law that needs more ticks than this for nearly all of its probability is so smooth that
/// midpoints and areas agree.
const SMOOTH_TICKS: f64 = 5_000.0;

/// Σ P(K > k): one by one where the law may be narrow, and by an integral from where it is not.
fn smooth_mean(delay: &ChangedDelay, tick_days: f64) -> f64 {
    let above = |x: f64| delay.tails_ticks(x, tick_days).above;
    let first = first_tick(delay, tick_days, |tails| tails.below > 1e-17);
    let last = first_tick(delay, tick_days, |tails| tails.above < 1e-17);
    let is_smooth = last - first > SMOOTH_TICKS;
    let last = if is_smooth { first + SMOOTH_TICKS } else { last };
    let mut sum = first;
    let mut tick = first;
    while tick < last {
        sum += above(tick + 0.5);
        tick += 1.0;
    }
    if !is_smooth {
        return sum;
    }
    // Euler–Maclaurin: Σ g(k + ½) from k = t on is ∫ g from t on, plus g′(t) / 24.
    let slope = above(last + 0.5) - above(last - 0.5);
    let days = (last * tick_days - delay.shift_days) / delay.factor;
    sum + excess(&delay.law, days) * delay.factor / tick_days + slope / 24.0
}

/// E[max(X − x, 0)] in days, for x > 0.
fn excess(law: &DelayLaw, x: f64) -> f64 {
    let x = x.max(f64::MIN_POSITIVE);
    let above = law.tails(x).above;
    if above <= 0.0 {
        return 0.0;
    }
    match *law {
        DelayLaw::Exponential { mean } => mean * above,
        DelayLaw::Lognormal { mu, sigma } => {
            let z = (x.ln() - mu) / sigma;
            (mu + 0.5 * sigma * sigma).exp() * normal_tails(z - sigma).above - x * above
        }
        DelayLaw::Gamma { shape, scale } => shape * scale * gamma_tails(shape + 1.0, x / scale).above - x * above,
        DelayLaw::Weibull { scale, shape } => {
            let power = (x / scale).powf(shape);
            scale * gamma(1.0 + 1.0 / shape) * gamma_tails(1.0 / shape, power).above
        }
        _ => 0.0,
    }
}
