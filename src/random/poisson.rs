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
const SMALL: f64 = 30.0;

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
    let wanted = Tails {
        below: u,
        above: 1.0 - u,
    };
    let root = mean.sqrt();
    let normal = normal_quantile(wanted);
    let s = normal / root;
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
    // from 10 to 1000 and normal quantiles up to 8.2).
    let x = mean * (1.0 + d);
    let whole = mean.floor();
    let beyond = (mean - whole) + mean * d + c0 - 0.0190 / x;
    let doubt = 0.0045 / x + 2e-15 * root * (1.0 + normal.abs());
    let floor = beyond.floor();
    let count = (whole + floor).max(0.0);
    if beyond - floor < doubt {
        settle(mean, wanted, count - 1.0)
    } else if floor + 1.0 - beyond < doubt {
        settle(mean, wanted, count)
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
    // Each step squares an error that is below 0.02.
    for _ in 0..3 {
        let ln = d.ln_1p();
        d -= ((1.0 + d) * ln - d - 0.5 * s * s) / ln;
    }
    d
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Key;

    /// P(K ≤ k) and P(K > k) for k from 0 on, by adding up single probabilities.
    fn enumerated(mean: f64) -> Vec<Tails> {
        let count = (mean + 20.0 * mean.sqrt() + 40.0) as usize;
        let ln_factorial: Vec<f64> = (0..count)
            .scan(0.0, |sum, k| {
                *sum += f64::ln((k as f64).max(1.0));
                Some(*sum)
            })
            .collect();
        let probability = |k: usize| (k as f64 * mean.ln() - mean - ln_factorial[k]).exp();
        let mut tails = vec![Tails::NONE_ABOVE; count];
        let mut sum = 0.0;
        for (k, tails) in tails.iter_mut().enumerate() {
            sum += probability(k);
            tails.below = sum;
        }
        sum = 0.0;
        for k in (0..count).rev() {
            tails[k].above = sum;
            sum += probability(k);
        }
        tails
    }

    #[test]
    fn quantiles_are_those_of_the_enumerated_law() {
        // Logarithms of factorials are known to about 1e-13.
        let slack = 1.0 + 3e-13;
        let means = [
            0.01, 0.1, 0.5, 1.0, 2.7, 5.0, 9.99, 10.0, 10.01, 13.0, 17.3, 25.0, 29.999, 30.0, 30.001, 40.0, 66.0,
            100.0, 144.4, 200.0,
        ];
        for mean in means {
            let tails = enumerated(mean);
            let middle = (1..20_000).map(|step| f64::from(step) / 20_000.0);
            let ends = (1..=53).flat_map(|power| {
                let tiny = 0.5_f64.powi(power);
                [tiny, 1.0 - tiny, 0.75 * tiny, 1.0 - 1.5 * tiny]
            });
            for u in middle.chain(ends).filter(|u| (1e-16..1.0).contains(u)) {
                let k = poisson_quantile(mean, u) as usize;
                let is_reached = |tails: Tails, slack: f64| {
                    if u < 0.5 {
                        tails.below * slack >= u
                    } else {
                        tails.above <= (1.0 - u) * slack
                    }
                };
                assert!(is_reached(tails[k], slack), "mean {mean}, u {u}: {k} is too few");
                assert!(
                    k == 0 || !is_reached(tails[k - 1], 1.0 / slack),
                    "mean {mean}, u {u}: {k} is too many"
                );
            }
        }
    }

    #[test]
    fn half_of_a_large_law_is_below_its_median() {
        // The median is the whole number around mean + 1/3 − 0.02 / mean (Choi 1994).
        for mean in [1e3, 1e6, 1e9, 1e12, 1e15] {
            assert_eq!(poisson_quantile(mean, 0.5), mean as u64);
            assert_eq!(poisson_quantile(mean + 0.6, 0.5), mean as u64);
            assert_eq!(poisson_quantile(mean + 0.75, 0.5), mean as u64 + 1);
        }
    }

    #[test]
    fn large_laws_have_the_mean_and_variance_of_a_poisson_law() {
        // 40,000 draws: the standard error of the mean is √(mean / 40,000), that of the variance
        // √(2 / 40,000) of it.
        let draws = 40_000;
        for mean in [30.5, 1e3, 1e6, 1e9, 1e12] {
            let family = Key::new(3).with(mean as u64);
            let off: Vec<f64> = (0..draws)
                .map(|draw| poisson_quantile(mean, family.with(draw).uniform()) as f64 - mean)
                .collect();
            let count = draws as f64;
            let average = off.iter().sum::<f64>() / count;
            let square = off.iter().map(|it| it * it).sum::<f64>() / count;
            assert!(
                average.abs() < 5.0 * (mean / count).sqrt(),
                "mean {mean}: off by {average}"
            );
            let excess = square / mean - 1.0;
            assert!(
                excess.abs() < 5.0 * (2.0 / count).sqrt(),
                "mean {mean}: variance off {excess}"
            );
        }
    }

    #[test]
    fn far_quantiles_of_large_laws_are_exact() {
        // Smallest k with the tail wanted, computed with 40 digits.
        const TINY: f64 = f64::EPSILON;
        let known = [
            (300.25, TINY, 171),
            (300.25, 0.001, 248),
            (300.25, 0.1, 278),
            (300.25, 0.7, 309),
            (300.25, 0.999_999, 386),
            (300.25, 1.0 - TINY, 451),
            (1_000.0, TINY, 754),
            (1_000.0, 0.001, 904),
            (1_000.0, 0.1, 960),
            (1_000.0, 0.7, 1_016),
            (1_000.0, 0.999_999, 1_154),
            (1_000.0, 1.0 - TINY, 1_268),
            (12_345.678, TINY, 11_454),
            (12_345.678, 0.001, 12_004),
            (12_345.678, 0.1, 12_203),
            (12_345.678, 0.7, 12_404),
            (12_345.678, 0.999_999, 12_877),
            (12_345.678, 1.0 - TINY, 13_259),
            (1_000_000.0, TINY, 991_885),
            (1_000_000.0, 0.001, 996_911),
            (1_000_000.0, 0.1, 998_719),
            (1_000_000.0, 0.7, 1_000_524),
            (1_000_000.0, 0.999_999, 1_004_757),
            (1_000_000.0, 1.0 - TINY, 1_008_137),
            (1_000_000_000.0, TINY, 999_743_048),
            (1_000_000_000.0, 0.001, 999_902_280),
            (1_000_000_000.0, 0.1, 999_959_474),
            (1_000_000_000.0, 0.7, 1_000_016_583),
            (1_000_000_000.0, 0.999_999, 1_000_150_320),
            (1_000_000_000.0, 1.0 - TINY, 1_000_256_974),
            (1_000_000_000_000.0, TINY, 999_991_874_120),
            (1_000_000_000_000.0, 0.001, 999_996_909_769),
            (1_000_000_000_000.0, 0.1, 999_998_718_449),
            (1_000_000_000_000.0, 0.7, 1_000_000_524_400),
            (1_000_000_000_000.0, 0.999_999, 1_000_004_753_428),
            (1_000_000_000_000.0, 1.0 - TINY, 1_000_008_125_902),
        ];
        for (mean, u, count) in known {
            assert_eq!(poisson_quantile(mean, u), count, "mean {mean}, u {u}");
        }
    }

    #[test]
    fn nothing_comes_of_a_mean_of_nothing() {
        for mean in [0.0, -1.0, f64::NAN] {
            assert_eq!(poisson_quantile(mean, 0.999), 0);
        }
    }

    proptest! {
        #[test]
        fn a_higher_mean_never_gives_fewer(
            u in 0_u64..1 << 52,
            exponent in -3.0..15.0_f64,
            growth in 1e-9..0.5_f64,
        ) {
            let u = crate::random::uniform_of(u << 12);
            let mean = 10_f64.powf(exponent);
            let mut last = 0;
            for step in 0..40 {
                let count = poisson_quantile(mean * (1.0 + growth * f64::from(step)), u);
                prop_assert!(count >= last);
                last = count;
            }
        }

        #[test]
        fn more_luck_never_gives_fewer(exponent in -2.0..15.0_f64, u in 1e-6..0.999_f64, step in 1e-16..1e-4_f64) {
            let mean = 10_f64.powf(exponent);
            let mut last = 0;
            for n in 0..40 {
                let count = poisson_quantile(mean, (u + f64::from(n) * step).min(0.9999));
                prop_assert!(count >= last);
                last = count;
            }
        }
    }
}
