//! Special functions in double precision: the normal, gamma and beta laws' two tails.
//!
//! Tails come in pairs, each with its own relative precision: one minus a tail that is nearly one
//! would have none.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::ln_gamma;

/// P(X ≤ x) and P(X > x).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tails {
    /// P(X ≤ x).
    pub(crate) below: f64,
    /// P(X > x).
    pub(crate) above: f64,
}

impl Tails {
    /// Of a law that is wholly above x.
    pub(crate) const NONE_BELOW: Self = Self {
        below: 0.0,
        above: 1.0,
    };
    /// Of a law that is wholly at or below x.
    pub(crate) const NONE_ABOVE: Self = Self {
        below: 1.0,
        above: 0.0,
    };

    /// From the lower tail, which is the one that is known well.
    pub(crate) fn from_below(below: f64) -> Self {
        Self {
            below,
            above: 1.0 - below,
        }
    }

    /// From the upper tail, which is the one that is known well.
    pub(crate) fn from_above(above: f64) -> Self {
        Self {
            below: 1.0 - above,
            above,
        }
    }

    /// P(x < X ≤ y) from the tails at x (`self`) and at y ≥ x, with the relative precision of the
    /// smaller tail.
    pub(crate) fn until(self, other: Self) -> f64 {
        let between = if other.below <= 0.5 {
            other.below - self.below
        } else if self.above <= 0.5 {
            self.above - other.above
        } else {
            1.0 - self.below - other.above
        };
        between.max(0.0)
    }
}

/// Tails of the standard normal law.
pub(crate) fn normal_tails(z: f64) -> Tails {
    if z < 0.0 {
        Tails::from_below(0.5 * erfc(-z / SQRT_2))
    } else {
        Tails::from_above(0.5 * erfc(z / SQRT_2))
    }
}

/// The quantile of the standard normal law, from the tails it is to have.
pub(crate) fn normal_quantile(tails: Tails) -> f64 {
    if tails.below <= 0.5 {
        -SQRT_2 * erfc_inv(2.0 * tails.below)
    } else {
        SQRT_2 * erfc_inv(2.0 * tails.above)
    }
}

/// d − ln(1 + d) without cancellation, from d and `ratio` = 1 + d.
fn excess(d: f64, ratio: f64) -> f64 {
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

/// Γ(a) / (√(2π/a) (a/e)^a), which tends to 1; a > 0.
fn scaled_gamma(a: f64) -> f64 {
    if a < 10.0 {
        let ln_stirling = 0.5 * (2.0 * PI / a).ln() + a * (a.ln() - 1.0);
        return (ln_gamma(a) - ln_stirling).exp();
    }
    // Stirling's series, DLMF 5.11.1.
    const SERIES: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let square = 1.0 / (a * a);
    let sum = SERIES
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * square + coefficient);
    (sum / a).exp()
}

/// x^a e^−x / Γ(a + 1), for a > 0 and x > 0.
///
/// Around its peak the exponent is the difference of large numbers, hence Loader's form (*Fast and
/// accurate computation of binomial probabilities*, 2000).
fn gamma_power(a: f64, x: f64) -> f64 {
    if a < 10.0 {
        return (a * x.ln() - x - ln_gamma(a + 1.0)).exp();
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
        let fraction = continued_fraction(x + 1.0 - shape, |n| {
            (-n * (n - shape), x + 2.0 * n + 1.0 - shape)
        });
        Tails::from_above((shape * gamma_power(shape, x) / fraction).min(1.0))
    }
}

/// Taylor coefficients of η / (λ − 1) in η, where η²/2 = λ − 1 − ln λ.
const ETA_OVER_EXCESS: [f64; 30] = [
    1.0,
    -0.333_333_333_333_333_333_33,
    0.083_333_333_333_333_333_333,
    -0.014_814_814_814_814_814_815,
    0.001_157_407_407_407_407_407_4,
    0.000_352_733_686_067_019_400_35,
    -0.000_178_755_144_032_921_810_7,
    0.000_039_192_631_785_224_377_817,
    -2.185_448_510_679_992_161_5e-6,
    -1.854_062_210_715_159_960_7e-6,
    8.296_711_340_953_086_005e-7,
    -1.766_595_273_682_607_930_4e-7,
    6.707_853_543_401_498_580_4e-9,
    1.026_180_978_424_030_804_3e-8,
    -4.382_036_018_453_353_186_6e-9,
    9.147_699_758_223_679_023_4e-10,
    -2.551_419_399_494_624_976_7e-11,
    -5.830_772_132_550_425_067_5e-11,
    2.436_194_802_066_741_624_4e-11,
    -5.027_669_280_114_175_589_1e-12,
    1.100_439_203_195_613_477_1e-13,
    3.371_763_262_400_985_378_8e-13,
    -1.392_388_722_418_162_065_9e-13,
    2.853_489_380_704_744_320_4e-14,
    -5.139_111_834_242_572_619e-16,
    -1.975_228_829_434_944_283_5e-15,
    8.099_521_156_704_561_334_1e-16,
    -1.652_253_163_981_616_181_9e-16,
    2.530_543_009_747_888_423_3e-18,
    1.168_693_973_855_957_658_9e-17,
];

/// Tails of the gamma law for a large shape, |η| ≤ 1.
///
/// Temme, *On the computation of the incomplete gamma functions for large values of the
/// parameters* (1987): Q = ½ erfc(η √(a/2)) + e^(−aη²/2) / √(2πa) S(η). Differentiating gives
/// S(η) Γ* = Σ β_n η^n with β_(n−1) = f_n + (n + 1) β_(n+1) / a and Γ* = 1 + β_1 / a, where f_n
/// are the coefficients above.
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
    let correction =
        (-0.5 * shape * eta * eta).exp() / (2.0 * PI * shape).sqrt() * sum / scaled_gamma;
    let z = eta * (0.5 * shape).sqrt();
    if eta > 0.0 {
        Tails::from_above(0.5 * erfc(z) + correction)
    } else {
        Tails::from_below(0.5 * erfc(-z) - correction)
    }
}

/// b₀ + a₁/(b₁ + a₂/(b₂ + …)) with (a_n, b_n) = `part(n)`, by the modified Lentz method (Thompson &
/// Barnett 1986).
fn continued_fraction(first: f64, part: impl Fn(f64) -> (f64, f64)) -> f64 {
    const TINY: f64 = 1e-290;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut fraction = nonzero(first);
    let mut numerator = fraction;
    let mut denominator = 0.0;
    let mut n = 1.0;
    // Convergence takes of the order of √parameter steps: the bound only ends what is not a number.
    while n < 1e7 {
        let (a, b) = part(n);
        denominator = 1.0 / nonzero(b + a * denominator);
        numerator = nonzero(b + a / numerator);
        let factor = numerator * denominator;
        fraction *= factor;
        if (factor - 1.0).abs() < 3e-16 {
            break;
        }
        n += 1.0;
    }
    fraction
}

/// Tails of the beta law at x, with y = 1 − x given apart to keep its precision.
pub(crate) fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails::NONE_BELOW;
    }
    if y <= 0.0 {
        return Tails::NONE_ABOVE;
    }
    if x <= (a + 1.0) / (a + b + 2.0) {
        Tails::from_below(beta_small_tail(a, b, x, y).min(1.0))
    } else {
        Tails::from_above(beta_small_tail(b, a, y, x).min(1.0))
    }
}

/// x^a y^b / B(a, b) with y = 1 − x, in Loader's form as above.
fn beta_power(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    // x n − a = x b − y a, which cancels less.
    let off = x * b - y * a;
    let exponent = a * excess(off / a, x * n / a) + b * excess(-off / b, y * n / b);
    let scale = (a / n * b / (2.0 * PI)).sqrt();
    scale * scaled_gamma(n) / (scaled_gamma(a) * scaled_gamma(b)) * (-exponent).exp()
}

/// The regularized incomplete beta function for x left of the mean, DLMF 8.17.22.
fn beta_small_tail(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let fraction = continued_fraction(1.0, |n| {
        let m = (n / 2.0).floor();
        let part = if n % 2.0 == 0.0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        (part, 1.0)
    });
    beta_power(a, b, x, y) / (a * fraction)
}
