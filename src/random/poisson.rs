//! Poisson counts by inversion: the same uniform number and a higher mean never give fewer.

use crate::special::{Tails, gamma_tails, normal_quantile};

/// The smallest count k with P(K ≤ k) ≥ `u` for a Poisson law with this mean.
///
/// Grows with both arguments. `u` is in the open interval (0, 1), as [`Key::uniform`] gives it;
/// means up to 10¹⁵ are inverted as exactly as double precision allows. A mean of 0 (or below)
/// gives 0.
///
/// [`Key::uniform`]: super::Key::uniform
#[must_use]
pub fn poisson_quantile(mean: f64, u: f64) -> u64 {
    if mean.is_nan() || mean <= 0.0 {
        0
    } else if mean < SMALL {
        by_summing(mean, u)
    } else {
        by_expansion(mean, u)
    }
}

/// Below this mean, adding up from 0 takes fewer steps than an expansion costs.
const SMALL: f64 = 10.0;

/// Adds up probabilities from 0; the mean is less than 70.
fn by_summing(mean: f64, u: f64) -> u64 {
    // The sum is known to 1e-16: too little to tell a smaller upper tail.
    if u > 1.0 - 1e-7 {
        return by_upper_tail(mean, u);
    }
    let mut count = 0.0;
    let mut probability = (-mean).exp();
    let mut below = probability;
    while below < u && probability > 0.0 {
        count += 1.0;
        probability *= mean / count;
        below += probability;
    }
    count as u64
}

/// Goes up from the mean, comparing upper tails.
fn by_upper_tail(mean: f64, u: f64) -> u64 {
    let mut count = mean.floor();
    while gamma_tails(count + 1.0, mean).below > 1.0 - u {
        count += 1.0;
    }
    count as u64
}

/// Coefficients of the solution d of (1 + d) ln(1 + d) − d = s²/2 in powers of s.
const EXCESS_SERIES: [f64; 14] = [
    1.0,
    0.166_666_666_666_666_66,
    -0.013_888_888_888_888_888,
    0.003_703_703_703_703_704,
    -0.001_331_018_518_518_518_5,
    0.000_558_495_002_939_447_4,
    -0.000_258_051_330_099_941_2,
    0.000_127_376_053_301_979_24,
    -6.598_050_961_818_484e-5,
    3.545_877_482_777_345e-5,
    -1.961_697_597_442_918_6e-5,
    1.111_050_318_488_209_1e-5,
    -6.415_829_591_770_127e-6,
    3.765_659_423_914_190_5e-6,
];

/// Inverts Temme's uniform expansion as Giles does (*Algorithm 955: approximation of the inverse
/// Poisson cumulative distribution function*, 2016): P(K ≤ k) = Q(k + 1, mean), and the x with
/// Q(x, mean) = u is mean (1 + d) + c₀ + O(1/x). Only where that leaves the whole number open, the
/// distribution function itself decides.
fn by_expansion(mean: f64, u: f64) -> u64 {
    let tails = Tails {
        below: u,
        above: 1.0 - u,
    };
    let root = mean.sqrt();
    let z = normal_quantile(tails);
    let s = z / root;
    if s < -1.0 {
        return by_summing(mean, u);
    }
    let d = relative_excess(s);
    let c0 = if s.abs() < 1e-4 {
        1.0 / 3.0 - s / 36.0
    } else {
        (s / d * (1.0 + d).sqrt()).ln() / d.ln_1p()
    };
    // The next term lies between −0.0228 / x and −0.0149 / x (compared with 30 digits for means
    // from 10 to 1000 and |z| up to 8.2).
    let whole = mean.floor();
    let x = mean * (1.0 + d);
    let beyond = (mean - whole) + mean * d + c0 - 0.0190 / x;
    let doubt = 0.0045 / x + 2e-15 * root * (1.0 + z.abs());
    let floor = beyond.floor();
    let count = (whole + floor).max(0.0);
    if beyond - floor < doubt {
        settle(mean, tails, count - 1.0)
    } else if floor + 1.0 - beyond < doubt {
        settle(mean, tails, count)
    } else {
        count as u64
    }
}

/// `count` or the next one, whichever is the quantile.
fn settle(mean: f64, wanted: Tails, count: f64) -> u64 {
    // At or below `count` is having a gamma law of shape `count` + 1 above the mean.
    let reached = gamma_tails(count + 1.0, mean);
    let is_enough = if wanted.below <= 0.5 {
        reached.above >= wanted.below
    } else {
        reached.below <= wanted.above
    };
    (if is_enough { count } else { count + 1.0 }).max(0.0) as u64
}

/// The d > −1 with (1 + d) ln(1 + d) − d = s²/2 and the sign of s ≥ −1.
fn relative_excess(s: f64) -> f64 {
    if s.abs() < 0.3 {
        return s * EXCESS_SERIES
            .iter()
            .rev()
            .fold(0.0, |sum, coefficient| sum * s + coefficient);
    }
    let mut d = s * (1.0 + s / 6.0 - s * s / 72.0);
    for _ in 0..4 {
        let ln = d.ln_1p();
        d -= ((1.0 + d) * ln - d - 0.5 * s * s) / ln;
    }
    d
}
