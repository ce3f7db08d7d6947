//! The beta law's two tails.

use std::f64::consts::PI;

use super::gamma::{excess, scaled_gamma};
use super::{Tails, continued_fraction};

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

/// x^a y^b / B(a, b) with y = 1 − x, in the form that Loader gives binomial probabilities (2000).
#[expect(clippy::many_single_char_names, reason = "the formula's own names")]
fn beta_power(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    // x n − a = x b − y a, which cancels less.
    let off = x * b - y * a;
    let exponent = a * excess(off / a, x * n / a) + b * excess(-off / b, y * n / b);
    let scale = (a / n * b / (2.0 * PI)).sqrt();
    scale * scaled_gamma(n) / (scaled_gamma(a) * scaled_gamma(b)) * (-exponent).exp()
}

/// The regularized incomplete beta function for x left of the mean: the even part of the fraction
/// DLMF 8.17.22, arranged around a − (a + b) x as by `DiDonato` & Morris (*Algorithm 708*, 1992), so
/// that x and y count as much as they should.
fn beta_small_tail(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let short = y * a - x * b;
    let first = a * (short + 1.0) / (a + 1.0);
    let fraction = continued_fraction(first, |n| {
        let middle = a + 2.0 * n - 1.0;
        let shrinking = n * (b - n) * x / middle;
        (
            (a + n - 1.0) * (a + b + n - 1.0) * x / middle * shrinking,
            n + shrinking + (a + n) / (middle + 2.0) * (short + 1.0 + n * (1.0 + y)),
        )
    });
    beta_power(a, b, x, y) / fraction
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use super::*;

    #[test]
    fn beta_tails_agree_with_forty_digits() {
        let known = [
            (0.5, 0.5, 0.1, 0.204_832_764_699_133_45, 0.795_167_235_300_866_5),
            (0.5, 0.5, 0.5, 0.5, 0.5),
            (1.0, 3.0, 0.25, 0.578_125, 0.421_875),
            (2.5, 7.0, 0.75, 0.999_249_220_424_869_7, 0.000_750_779_575_130_261_6),
            (80.5, 320.5, 0.2, 0.495_004_439_310_342_66, 0.504_995_560_689_657_3),
            (80.5, 320.5, 0.1, 1.123_300_189_867_935_3e-9, 0.999_999_998_876_699_8),
            (80.5, 320.5, 0.3, 0.999_997_030_748_648_9, 2.969_251_351_120_169_7e-6),
            (
                4.5,
                7783.0,
                0.0019,
                0.999_489_019_332_403_3,
                0.000_510_980_667_596_673_1,
            ),
            (5634.5, 5.5, 0.998, 0.020_313_905_140_711, 0.979_686_094_859_289),
            (0.1, 48.0, 0.99, 1.0, 3.250_736_047_958_249_3e-99),
            (
                900_000.5,
                99_100_000.5,
                0.009,
                0.499_930_862_722_013_4,
                0.500_069_137_277_986_6,
            ),
        ];
        for (a, b, x, below, above) in known {
            check(beta_tails(a, b, x, 1.0 - x), below, above, 1e-12);
        }
    }
}
