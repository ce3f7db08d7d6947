//! Binomial quantiles where the expansion leaves a count in doubt.

use super::Split;
use super::few::{FEW_MEAN, few};
use super::normal::tails;
use crate::special::{Tails, beta_tails, normal_quantile};

/// The quantile of the smaller side of `split` for `n` customers, by the law itself where that
/// makes a difference.
#[cold]
#[inline(never)]
pub(super) fn settle(split: &Split, n: u64, bits: u64) -> u64 {
    let count = n as f64;
    if count * split.chance < FEW_MEAN {
        return few(split, count, bits);
    }
    let wanted = tails(bits);
    let (whole, fraction) = split.mean(n);
    let beyond = fraction + expansion(split, count * split.variance, normal_quantile(wanted));
    let guess = whole.saturating_add_signed(beyond.round() as i64).min(n);
    // The expansion is then as exact as the normal quantile is.
    if count * split.variance > SMOOTH_VARIANCE {
        return guess;
    }
    walk(split, n, wanted, guess)
}

/// From this variance on, terms that the expansion lacks are below 10⁻¹².
const SMOOTH_VARIANCE: f64 = 1e4;

/// Goes from `guess` to the quantile.
fn walk(split: &Split, n: u64, wanted: Tails, guess: u64) -> u64 {
    let mut count = guess;
    while count > 0 && is_enough(split, n, wanted, count - 1) {
        count -= 1;
    }
    while count < n && !is_enough(split, n, wanted, count) {
        count += 1;
    }
    count
}

/// Whether P(K ≤ `count`) reaches what is wanted.
fn is_enough(split: &Split, n: u64, wanted: Tails, count: u64) -> bool {
    if count >= n {
        return true;
    }
    // More than `count` of n successes is a beta law's lower tail (DLMF 8.17.5).
    let more = beta_tails(count as f64 + 1.0, (n - count) as f64, split.chance, 1.0 - split.chance);
    if wanted.below <= 0.5 {
        more.above >= wanted.below
    } else {
        more.below <= wanted.above
    }
}

/// The quantile less the mean: three terms more than the quick one has.
fn expansion(split: &Split, variance: f64, z: f64) -> f64 {
    let v = split.variance;
    let slant = 1.0 - 2.0 * split.chance;
    let sigma = variance.sqrt();
    let w = z * z;
    let terms = [
        slant * (w - 1.0) / 6.0,
        z * ((7.0 * v - 1.0) / 36.0 - (2.0 * v + 1.0) / 72.0 * w),
        slant * (v + 2.0) / 1620.0 * ((3.0 * w + 7.0) * w - 16.0),
        z * (((4.0 * v + 52.0) * v - 23.0) / 17_280.0 * w * w + ((256.0 * v + 403.0) * v - 137.0) / 38_880.0 * w
            - ((433.0 * v + 1354.0) * v - 671.0) / 38_880.0),
        slant
            * ((v - 19.0) * (v - 1.0) / 34_020.0 * w * w * w
                - ((9.0 * v + 44.0) * v - 25.0) / 15_120.0 * w * w
                - ((923.0 * v - 4348.0) * v + 5189.0) / 408_240.0 * w
                + 4.0 * (v + 2.0) * (23.0 * v - 2.0) / 25_515.0),
        z * ((((1112.0 * v - 18_780.0) * v + 43_026.0) * v - 11_237.0) / 43_545_600.0 * w * w * w
            + (((5804.0 * v - 528_900.0) * v + 751_677.0) * v - 165_779.0) / 195_955_200.0 * w * w
            - (((579_034.0 * v - 3_173_745.0) * v + 9_586_272.0) * v - 2_647_909.0) / 293_932_800.0 * w
            - (((289_717.0 * v - 2_710_065.0) * v + 2_101_431.0) * v - 274_867.0) / 146_966_400.0),
    ];
    sigma * z + terms.iter().rev().fold(0.0, |sum, term| sum / sigma + term)
}
