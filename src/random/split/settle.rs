//! Binomial quantiles where the expansion leaves a count in doubt.

use super::Split;
use super::expansion::long;
use super::few::{FEW_MEAN, few_by_steps};
use super::table::tails;
use crate::special::{Tails, beta_tails, normal_quantile};

/// The quantile of the smaller side of `split` for `n` customers, by the law itself where that
/// makes a difference.
#[cold]
#[inline(never)]
pub(super) fn settle(split: &Split, n: u64, bits: u64) -> u64 {
    let count = n as f64;
    if count * split.chance < FEW_MEAN {
        return few_by_steps(split, count, bits);
    }
    let wanted = tails(bits);
    let (whole, fraction) = split.mean(n);
    let (beyond, doubt) = long(split, count * split.variance, normal_quantile(wanted));
    let beyond = fraction + beyond;
    let nearest = beyond.round();
    let guess = whole.saturating_add_signed(nearest as i64).min(n);
    if (beyond - nearest).abs() + doubt < 0.5 {
        guess
    } else {
        walk(split, n, wanted, guess)
    }
}

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
