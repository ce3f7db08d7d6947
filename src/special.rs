//! Special functions in double precision: the normal, gamma and beta laws' two tails.
//!
//! Tails come in pairs, each with its own relative precision: one minus a tail that is nearly one
//! would have none.

mod beta;
mod gamma;

use std::f64::consts::SQRT_2;

use statrs::function::erf::erfc_inv;

pub(crate) use beta::beta_tails;
pub(crate) use gamma::{gamma, gamma_power, gamma_tails};

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
    pub(crate) const NONE_BELOW: Self = Self { below: 0.0, above: 1.0 };
    /// Of a law that is wholly at or below x.
    pub(crate) const NONE_ABOVE: Self = Self { below: 1.0, above: 0.0 };

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
        Tails::from_below(normal_upper_tail(-z))
    } else {
        Tails::from_above(normal_upper_tail(z))
    }
}

/// Chebyshev coefficients of (1 + 2x) e^(x²) erfc(x) in t = (x − 3.75) / (x + 3.75): the form of
/// Schonfelder (1978), computed with 40 digits.
const SCALED_ERFC: [f64; 26] = [
    1.177_578_934_567_401_7,
    -0.004_590_054_580_646_478,
    -0.084_249_133_366_517_92,
    0.059_209_939_998_191_89,
    -0.026_658_668_435_305_753,
    0.009_074_997_670_705_265,
    -0.002_413_163_540_417_608,
    0.000_490_775_836_525_808_6,
    -6.916_973_302_501_207e-5,
    4.139_027_986_073_01e-6,
    7.740_383_066_198_49e-7,
    -2.188_640_104_923_439_7e-7,
    1.076_499_946_567_091e-8,
    4.521_959_811_218_287e-9,
    -7.754_400_208_831_351e-10,
    -6.318_088_340_886_684e-11,
    2.868_795_010_930_67e-11,
    1.945_586_854_577_734_7e-13,
    -9.654_696_748_433_44e-13,
    3.252_548_148_148_74e-14,
    3.347_811_948_286_805_6e-14,
    -1.864_562_880_419_313e-15,
    -1.250_795_053_068_864_8e-15,
    7.418_235_256_624_044e-17,
    5.068_148_904_796_111e-17,
    -2.237_056_659_435_999_5e-18,
];

/// P(Z > z) for z ≥ 0.
fn normal_upper_tail(z: f64) -> f64 {
    // Also where the formula would divide infinity by infinity.
    if z > 40.0 {
        return 0.0;
    }
    let x = z / SQRT_2;
    let t = (x - 3.75) / (x + 3.75);
    // Clenshaw's recurrence.
    let (mut current, mut after) = (0.0, 0.0);
    for coefficient in SCALED_ERFC[1..].iter().rev() {
        (current, after) = (2.0 * t * current - after + coefficient, current);
    }
    let scaled = t * current - after + SCALED_ERFC[0];
    // The square of the leading part is exact, so that e^(−z²/2) keeps its relative precision.
    let leading = (z * 16.0).trunc() / 16.0;
    let bell = (-0.5 * leading * leading).exp() * (-0.5 * (z - leading) * (z + leading)).exp();
    0.5 * bell * scaled / (1.0 + 2.0 * x)
}

/// The quantile of the standard normal law, from the tails it is to have.
pub(crate) fn normal_quantile(tails: Tails) -> f64 {
    if tails.below <= 0.5 {
        -SQRT_2 * erfc_inv(2.0 * tails.below)
    } else {
        SQRT_2 * erfc_inv(2.0 * tails.above)
    }
}

/// b₀ + a₁/(b₁ + a₂/(b₂ + …)) with (aₙ, bₙ) = `part(n)`, by the modified Lentz method (Thompson &
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Both tails agree with the true ones to this relative precision.
    pub(super) fn check(tails: Tails, below: f64, above: f64, precision: f64) {
        for (found, wanted) in [(tails.below, below), (tails.above, above)] {
            let off = (found - wanted).abs() / wanted;
            assert!(off < precision, "{found:e} instead of {wanted:e}: off by {off:e}");
        }
    }

    #[test]
    fn normal_tails_agree_with_forty_digits() {
        let known = [
            (0.0, 0.5),
            (0.5, 0.308_537_538_725_986_9),
            (1.0, 0.158_655_253_931_457_05),
            (2.5, 0.006_209_665_325_776_135),
            (6.0, 9.865_876_450_376_98e-10),
            (12.0, 1.776_482_112_077_679e-33),
            (30.0, 4.906_713_927_148_187e-198),
        ];
        for (z, above) in known {
            check(normal_tails(z), 1.0 - above, above, 1e-15);
            check(normal_tails(-z), above, 1.0 - above, 1e-15);
        }
        assert_eq!(normal_tails(f64::INFINITY), Tails::NONE_ABOVE);
        assert_eq!(normal_tails(f64::NEG_INFINITY), Tails::NONE_BELOW);
    }

    #[test]
    fn normal_quantiles_undo_normal_tails() {
        for step in -600..=600 {
            let z = f64::from(step) / 40.0;
            let back = normal_quantile(normal_tails(z));
            assert!((back - z).abs() < 2e-15 * z.abs().max(1.0), "{z} came back as {back}");
        }
    }
}
