//! Binomial quantiles where the mean is small: adding up from 0.

use super::table::Tables;
use super::{ROUNDING, Split};

/// The quantile of the smaller side of `split` for `n` customers, by adding up single
/// probabilities; the variance is less than [`MANY_VARIANCE`](super::MANY_VARIANCE).
#[inline(never)]
pub(super) fn few(split: &Split, n: f64, bits: u64) -> u64 {
    let above = above(bits);
    let mean = n * split.chance;
    if mean < LITTLE_MEAN {
        // P(K > 0) is never more than the mean.
        return if above >= mean { 0 } else { add_up(split, n, above) };
    }
    // The first few steps at once: a loop would mostly end where nobody foresees it.
    let rise = (n + 1.0) * split.odds;
    let none = exp(split.tables, n * split.ln_other);
    // Probabilities of 1, 2 and 3 over that of 0.
    let one = rise - split.odds;
    let two = one * (rise * (1.0 / 2.0) - split.odds);
    let three = two * (rise * (1.0 / 3.0) - split.odds);
    let more_than_three = 1.0 - none * ((1.0 + one) + (two + three));
    if above < more_than_three {
        let reached = Reached {
            count: 3,
            probability: none * three,
            left: more_than_three,
        };
        // Rounding may leave something beyond the last customer.
        return reached.go_on(split, rise, above).min(n as u64);
    }
    let count = u64::from(above < 1.0 - none)
        + u64::from(above < 1.0 - none * (1.0 + one))
        + u64::from(above < 1.0 - none * ((1.0 + one) + two));
    count.min(n as u64)
}

/// Below this mean, nobody at all is what is likely.
const LITTLE_MEAN: f64 = 0.25;

/// Adds up from 0 whatever the mean, up to [`FEW_MEAN`].
pub(super) fn few_by_steps(split: &Split, n: f64, bits: u64) -> u64 {
    add_up(split, n, above(bits))
}

/// Up to this mean, adding up takes fewer steps than anything else costs.
pub(super) const FEW_MEAN: f64 = 20.0;

/// What is above the number of (0, 1) that `bits` stand for: a small mean is a small upper tail.
#[inline]
fn above(bits: u64) -> f64 {
    ((!bits >> 1) as i64 as f64 + 0.5) * (1.0 / (1_u64 << 63) as f64)
}

#[inline(never)]
fn add_up(split: &Split, n: f64, above: f64) -> u64 {
    let ln_none = n * split.ln_other;
    let none = Reached {
        count: 0,
        probability: ln_none.exp(),
        left: -ln_none.exp_m1(),
    };
    none.go_on(split, (n + 1.0) * split.odds, above)
}

/// How far adding up has come.
struct Reached {
    count: usize,
    /// P(K = count).
    probability: f64,
    /// P(K > count).
    left: f64,
}

impl Reached {
    /// The count at which no more than `above` is left.
    fn go_on(mut self, split: &Split, rise: f64, above: f64) -> u64 {
        while above < self.left
            && let Some(reciprocal) = RECIPROCALS.get(self.count + 1)
        {
            self.probability *= rise * reciprocal - split.odds;
            // What is left then is no more than what adding up has lost.
            if self.probability < 1e-22 {
                break;
            }
            self.count += 1;
            self.left -= self.probability;
        }
        self.count as u64
    }
}

/// 1/k; the last is never reached while the mean is at most [`FEW_MEAN`].
static RECIPROCALS: [f64; 128] = {
    let mut all = [1.0; 128];
    let mut k = 1;
    while k < all.len() {
        all[k] = 1.0 / k as f64;
        k += 1;
    }
    all
};

/// e^x for x from −[`EXP_MAX`](super::table::EXP_MAX) to 0.
#[inline]
fn exp(tables: &Tables, x: f64) -> f64 {
    let scaled = x * -16.0;
    // The nearest whole number then stands in the lowest bits.
    let shifted = scaled + ROUNDING;
    let cell = shifted.to_bits() as usize % tables.exp.len();
    // From −1/32 to 1/32.
    let r = ((shifted - ROUNDING) - scaled) * (1.0 / 16.0);
    let square = r * r;
    let low = (1.0 + r) + square * (1.0 / 2.0 + r * (1.0 / 6.0));
    let high = (1.0 / 24.0 + r * (1.0 / 120.0)) + square * (1.0 / 720.0 + r * (1.0 / 5040.0));
    tables.exp[cell] * (low + square * square * high)
}

#[cfg(test)]
mod tests {
    use super::super::table::{EXP_MAX, tables};
    use super::*;

    #[test]
    fn powers_of_e_have_full_precision() {
        for step in 0..7_960 {
            let x = -f64::from(step) / 8_000.0 * f64::from(EXP_MAX);
            let off = exp(tables(), x) / x.exp() - 1.0;
            assert!(off.abs() < 1e-15, "e^{x} is off by {off:e}");
        }
    }
}
