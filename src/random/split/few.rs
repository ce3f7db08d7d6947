//! Binomial quantiles where the mean is small: adding up from 0.

use super::Split;

/// The quantile of the smaller side of `split` for `n` customers, by adding up single
/// probabilities.
pub(super) fn few(split: &Split, n: f64, bits: u64) -> u64 {
    // Of the upper tail, since a small mean is a small tail.
    let above = ((!bits >> 1) as i64 as f64 + 0.5) * (1.0 / (1_u64 << 63) as f64);
    // P(K > 0) is never more than the mean.
    if above >= n * split.chance {
        return 0;
    }
    let ln_none = n * split.ln_other;
    let mut probability = ln_none.exp();
    let mut left = -ln_none.exp_m1();
    let rise = (n + 1.0) * split.odds;
    let mut count = 0;
    while above < left
        && let Some(reciprocal) = RECIPROCALS.get(count + 1)
    {
        probability *= rise * reciprocal - split.odds;
        // What is left then is no more than what adding up has lost.
        if probability < 1e-22 {
            break;
        }
        count += 1;
        left -= probability;
    }
    count as u64
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

/// Up to this mean, adding up takes fewer steps than anything else costs.
pub(super) const FEW_MEAN: f64 = 20.0;
