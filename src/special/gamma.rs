//! The gamma law's two tails, and the Poisson law's with them.

use std::f64::consts::PI;

use super::{Tails, continued_fraction, normal_tails};

/// d − ln(1 + d) without cancellation, from d and `ratio` = 1 + d.
pub(super) fn excess(d: f64, ratio: f64) -> f64 {
    if d.abs() < 0.3 {
        // With y = d / (2 + d), ln(1 + d) = 2 artanh y = 2 (y + y³/3 + y⁵/5 + …) and d − 2 y = d y.
        let y = d / (2.0 + d);
        let square = y * y;
        let mut power = 1.0;
        let mut sum = 0.0;
        for odd in 1..13 {
            sum += power / f64::from(2 * odd + 1);
            power *= square;
        }
        y * (d - 2.0 * square * sum)
    } else {
        d - ratio.ln()
    }
}

/// Coefficients of Stirling's series for ln Γ*, DLMF 5.11.1.
const STIRLING: [f64; 7] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
];

/// Γ(a) / (√(2π/a) (a/e)^a), which tends to 1; a > 0.
pub(super) fn scaled_gamma(a: f64) -> f64 {
    if a < STIRLING_MIN {
        return gamma(a) / stirling(a);
    }
    let square = 1.0 / (a * a);
    let sum = STIRLING
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * square + coefficient);
    (sum / a).exp()
}

/// Stirling's series is exact to double precision from here on.
const STIRLING_MIN: f64 = 10.0;

/// √(2π/a) (a/e)^a.
fn stirling(a: f64) -> f64 {
    (2.0 * PI / a).sqrt() * (a * (a.ln() - 1.0)).exp()
}

/// Γ(a) for a > 0, below 10 by Γ(a + 1) = a Γ(a).
pub(crate) fn gamma(a: f64) -> f64 {
    let mut product = 1.0;
    let mut shifted = a;
    while shifted < STIRLING_MIN {
        product *= shifted;
        shifted += 1.0;
    }
    stirling(shifted) * scaled_gamma(shifted) / product
}

/// x^a e^−x / Γ(a + 1), for a > 0 and x > 0: the probability of a count a under a Poisson law with
/// mean x.
///
/// Around its peak the exponent is the difference of large numbers, hence Loader's form (*Fast and
/// accurate computation of binomial probabilities*, 2000).
pub(crate) fn gamma_power(a: f64, x: f64) -> f64 {
    if a < STIRLING_MIN {
        return (a * x.ln() - x).exp() / (a * gamma(a));
    }
    let exponent = a * excess((x - a) / a, x / a);
    (-exponent).exp() / ((2.0 * PI * a).sqrt() * scaled_gamma(a))
}

/// Tails of the gamma law with this shape and scale 1: P(a, x) and Q(a, x) of DLMF 8.2.4.
pub(crate) fn gamma_tails(shape: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails::NONE_BELOW;
    }
    if x == f64::INFINITY {
        return Tails::NONE_ABOVE;
    }
    let d = (x - shape) / shape;
    if shape >= 20.0 {
        let eta = (2.0 * excess(d, x / shape)).sqrt().copysign(d);
        if eta.abs() < 1.0 {
            return gamma_tails_by_expansion(shape, eta);
        }
    }
    if x < shape + 1.0 {
        // DLMF 8.7.1.
        let mut term = 1.0;
        let mut sum = 1.0;
        let mut at = shape;
        while term > sum * 1e-17 {
            at += 1.0;
            term *= x / at;
            sum += term;
        }
        Tails::from_below((gamma_power(shape, x) * sum).min(1.0))
    } else {
        // DLMF 8.9.2 in its even part: 1/(x+1−a − 1(1−a)/(x+3−a − 2(2−a)/(x+5−a − …))).
        let fraction = continued_fraction(x + 1.0 - shape, |n| (-n * (n - shape), x + 2.0 * n + 1.0 - shape));
        Tails::from_above((shape * gamma_power(shape, x) / fraction).min(1.0))
    }
}

/// Taylor coefficients of η / (λ − 1) in η, where η²/2 = λ − 1 − ln λ.
const ETA_OVER_EXCESS: [f64; 30] = [
    1.0,
    -0.333_333_333_333_333_3,
    0.083_333_333_333_333_33,
    -0.014_814_814_814_814_815,
    0.001_157_407_407_407_407_3,
    0.000_352_733_686_067_019_4,
    -0.000_178_755_144_032_921_8,
    3.919_263_178_522_438e-5,
    -2.185_448_510_679_992e-6,
    -1.854_062_210_715_16e-6,
    8.296_711_340_953_087e-7,
    -1.766_595_273_682_607_8e-7,
    6.707_853_543_401_498e-9,
    1.026_180_978_424_030_9e-8,
    -4.382_036_018_453_353e-9,
    9.147_699_582_236_79e-10,
    -2.551_419_399_494_624_8e-11,
    -5.830_772_132_550_426e-11,
    2.436_194_802_066_741_5e-11,
    -5.027_669_280_114_175_5e-12,
    1.100_439_203_195_613_5e-13,
    3.371_763_262_400_985e-13,
    -1.392_388_722_418_162e-13,
    2.853_489_380_704_744_5e-14,
    -5.139_111_834_242_572e-16,
    -1.975_228_829_434_944_2e-15,
    8.099_521_156_704_561e-16,
    -1.652_253_121_639_816_2e-16,
    2.530_543_009_747_888_3e-18,
    1.168_693_973_855_957_6e-17,
];

/// Tails of the gamma law for a large shape, |η| ≤ 1.
///
/// Temme, *On the computation of the incomplete gamma functions for large values of the
/// parameters* (1987): Q = ½ erfc(η √(a/2)) + e^(−aη²/2) / √(2πa) S(η). Differentiating gives
/// S(η) Γ* = Σ βₙ ηⁿ with βₙ = fₙ₊₁ + (n + 2) βₙ₊₂ / a and Γ* = 1 + β₁ / a, where fₙ are the
/// coefficients above.
fn gamma_tails_by_expansion(shape: f64, eta: f64) -> Tails {
    const TERMS: usize = ETA_OVER_EXCESS.len() - 1;
    let mut sum = 0.0;
    let (mut current, mut after) = (0.0, 0.0);
    let mut scaled_gamma = 1.0;
    for n in (0..TERMS).rev() {
        let before = ETA_OVER_EXCESS[n + 1] + (n as f64 + 2.0) * after / shape;
        (current, after) = (before, current);
        sum = sum * eta + current;
        if n == 1 {
            scaled_gamma = 1.0 + current / shape;
        }
    }
    let correction = (-0.5 * shape * eta * eta).exp() / (2.0 * PI * shape).sqrt() * sum / scaled_gamma;
    let tails = normal_tails(eta * shape.sqrt());
    if eta > 0.0 {
        Tails::from_above(tails.above + correction)
    } else {
        Tails::from_below(tails.below - correction)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    /// Shape, x, P(X ≤ x) and P(X > x).
    const KNOWN: [(f64, f64, f64, f64); 23] = [
        (0.01, 0.001, 0.938_570_652_526_129, 0.061_429_347_473_871_014),
        (0.5, 0.5, 0.682_689_492_137_085_9, 0.317_310_507_862_914_1),
        (0.5, 20.0, 0.999_999_999_746_037_1, 2.539_628_589_470_865e-10),
        (1.0, 3.0, 0.950_212_931_632_136, 0.049_787_068_367_863_944),
        (2.5, 0.1, 0.000_886_138_788_812_442_6, 0.999_113_861_211_187_5),
        (9.5, 16.15, 0.971_092_537_075_184_6, 0.028_907_462_924_815_438),
        (15.0, 15.0, 0.534_346_291_055_990_4, 0.465_653_708_944_009_65),
        (19.9, 40.0, 0.999_836_657_959_083_2, 0.000_163_342_040_916_835_53),
        (20.0, 20.0, 0.529_742_733_160_76, 0.470_257_266_839_239_96),
        (25.5, 49.25, 0.999_925_982_793_728_8, 7.401_720_627_116_682e-5),
        (100.0, 40.0, 1.206_254_205_308_651_4e-15, 0.999_999_999_999_998_8),
        (100.0, 130.0, 0.997_249_591_632_693_4, 0.002_750_408_367_306_526),
        (1000.0, 1000.0, 0.504_205_244_180_215_5, 0.495_794_755_819_784_5),
        (1000.0, 700.0, 1.015_858_334_533_321_7e-26, 1.0),
        (5209.0, 5260.0, 0.760_823_243_236_841_3, 0.239_176_756_763_158_75),
        (39_949.0, 37_251.0, 1.058_366_973_784_792_6e-43, 1.0),
        (100_000.0, 101_500.0, 0.999_998_826_315_486_3, 1.173_684_513_722_169e-6),
        (
            1_000_000.0,
            997_000.0,
            0.001_338_104_167_313_599_7,
            0.998_661_895_832_686_4,
        ),
        (
            1_000_000.0,
            1_000_000.0,
            0.500_132_980_760_872_5,
            0.499_867_019_239_127_4,
        ),
        (
            1_000_000.0,
            1_008_000.0,
            0.999_999_999_999_999_2,
            7.370_278_579_605_256e-16,
        ),
        (
            100_000_000.0,
            99_970_000.0,
            0.001_348_716_449_161_550_6,
            0.998_651_283_550_838_4,
        ),
        (
            100_000_000.0,
            100_000_000.0,
            0.500_013_298_076_014_1,
            0.499_986_701_923_985_87,
        ),
        (
            100_000_000.0,
            100_080_000.0,
            0.999_999_999_999_999_3,
            6.327_903_413_122_214e-16,
        ),
    ];

    #[test]
    fn gamma_tails_agree_with_forty_digits() {
        for (shape, x, below, above) in KNOWN {
            check(gamma_tails(shape, x), below, above, 1e-13);
        }
    }

    #[test]
    fn gamma_tails_of_every_shape_add_up_to_the_density() {
        // Q(a + 1, x) = Q(a, x) + x^a e^−x / Γ(a + 1), across the seams between the methods.
        for shape in [0.3, 2.0, 9.5, 18.7, 19.5, 20.0, 55.0, 300.0, 1e4] {
            for z in -60..=60 {
                let x = shape + f64::from(z) / 10.0 * f64::sqrt(shape);
                if x <= 0.0 {
                    continue;
                }
                let step = gamma_tails(shape + 1.0, x).above - gamma_tails(shape, x).above;
                let off = (step - gamma_power(shape, x)).abs();
                assert!(off < 5e-15, "shape {shape}, x {x}: off by {off:e}");
            }
        }
    }
}
