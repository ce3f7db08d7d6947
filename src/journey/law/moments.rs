//! Means and standard deviations of laws, cut to bounds.

use super::{Bounds, Law};

/// Mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) sd: f64,
}

impl Moments {
    fn of_variance(mean: f64, variance: f64) -> Self {
        Self {
            mean,
            sd: variance.max(0.0).sqrt(),
        }
    }

    /// From P(within bounds), E[X; within bounds] and E[X²; within bounds].
    fn of_parts(all: f64, first: f64, second: f64) -> Self {
        let mean = first / all;
        Self::of_variance(mean, second / all - mean * mean)
    }
}

/// Mean and standard deviation within bounds. If the law has no probability there that double
/// precision can see, the nearest bound.
pub(super) fn of(law: Law, bounds: Bounds) -> Moments {
    let low = law.tails_below(bounds.low);
    let high = law.tails(bounds.high);
    if low.below <= 0.0 && high.above <= 0.0 {
        return without_bounds(law);
    }
    let all = low.until(high);
    if all <= 0.0 {
        let mean = without_bounds(law).mean;
        return Moments::of_variance(mean.max(bounds.low).min(bounds.high), 0.0);
    }
    match law {
        Law::Normal { .. } | Law::Lognormal { .. } | Law::LogitNormal { .. } => of_normal_family(law, bounds),
        Law::Beta { a, b } => {
            let within = |a: f64| {
                let law = Law::Beta { a, b };
                law.tails(bounds.low).until(law.tails(bounds.high))
            };
            let sum = a + b;
            let first = a / sum * within(a + 1.0);
            let second = a / sum * ((a + 1.0) / (sum + 1.0)) * within(a + 2.0);
            Moments::of_parts(all, first, second)
        }
        Law::Gamma { shape, scale } => {
            let within = |shape: f64| {
                let law = Law::Gamma { shape, scale };
                law.tails(bounds.low).until(law.tails(bounds.high))
            };
            let first = shape * scale * within(shape + 1.0);
            let second = shape * scale * ((shape + 1.0) * scale) * within(shape + 2.0);
            Moments::of_parts(all, first, second)
        }
        Law::Uniform { low, high } => without_bounds(Law::Uniform {
            low: low.max(bounds.low),
            high: high.min(bounds.high),
        }),
        Law::Triangular { low, mode, high } => of_triangular(low, mode, high, bounds),
        Law::Poisson { mean } => {
            // E[K (K − 1) … ; a ≤ K ≤ b] is mean^n P(a − n ≤ K ≤ b − n).
            let within = |less: f64| law.tails_below(bounds.low - less).until(law.tails(bounds.high - less));
            let first = mean * within(1.0);
            let second = mean * mean * within(2.0) + first;
            Moments::of_parts(all, first, second)
        }
    }
}

fn without_bounds(law: Law) -> Moments {
    match law {
        Law::Normal { mean, sd } => Moments { mean, sd: sd.abs() },
        Law::Lognormal { mu, sigma } => {
            let variance = sigma * sigma;
            let mean = (mu + 0.5 * variance).exp();
            Moments {
                mean,
                sd: mean * variance.exp_m1().sqrt(),
            }
        }
        Law::LogitNormal { .. } => of_normal_family(law, Bounds::NONE),
        Law::Beta { a, b } => {
            let sum = a + b;
            Moments::of_variance(a / sum, a / sum * (b / sum) / (sum + 1.0))
        }
        Law::Gamma { shape, scale } => Moments {
            mean: shape * scale,
            sd: shape.sqrt() * scale,
        },
        Law::Uniform { low, high } => Moments {
            mean: 0.5 * (low + high),
            sd: (high - low) / 12.0_f64.sqrt(),
        },
        Law::Triangular { low, mode, high } => {
            let (left, right) = (mode - low, high - mode);
            Moments::of_variance(
                (low + mode + high) / 3.0,
                (left * left + left * right + right * right) / 18.0,
            )
        }
        Law::Poisson { mean } => Moments::of_variance(mean, mean),
    }
}

/// Exact: both sides of the mode are straight lines, so that their moments are cubic at most, which
/// Gauss–Legendre quadrature with three nodes integrates without error.
fn of_triangular(low: f64, mode: f64, high: f64, bounds: Bounds) -> Moments {
    let nodes = [
        (-(0.6_f64.sqrt()), 5.0 / 9.0),
        (0.0, 8.0 / 9.0),
        (0.6_f64.sqrt(), 5.0 / 9.0),
    ];
    let height = |x: f64| {
        if x < mode {
            (x - low) / (mode - low)
        } else {
            (high - x) / (high - mode)
        }
    };
    let (from, until) = (low.max(bounds.low), high.min(bounds.high));
    let middle = mode.clamp(from, until);
    let integral = |value: &dyn Fn(f64) -> f64| -> f64 {
        [(from, middle), (middle, until)]
            .iter()
            .filter(|(from, until)| from < until)
            .flat_map(|(from, until)| nodes.map(|node| (from, until, node)))
            .map(|(from, until, (at, weight))| {
                let half = 0.5 * (until - from);
                let x = from + half * (1.0 + at);
                half * weight * height(x) * value(x)
            })
            .sum()
    };
    let all = integral(&|_| 1.0);
    let mean = integral(&|x| x) / all;
    let variance = integral(&|x| (x - mean) * (x - mean)) / all;
    Moments::of_variance(mean, variance)
}

/// By quadrature over the standard normal z behind the law.
fn of_normal_family(law: Law, bounds: Bounds) -> Moments {
    // Beyond this distance from its peak, a normal density is below 1e-20 of it.
    const REACH: f64 = 9.6;
    // The second moment of a lognormal law lies around z = 2 σ.
    let peak = match law {
        Law::Lognormal { sigma, .. } => 2.0 * sigma,
        _ => 0.0,
    };
    let possible = [law.to_normal(bounds.low), law.to_normal(bounds.high)];
    let from = possible[0].max(possible[1].min(0.0) - REACH);
    let until = possible[1].min(possible[0].max(peak) + REACH);
    // Densities are relative to the highest in the range, lest all of them vanish.
    let highest = 0.0_f64.clamp(from, until);
    let weight = |z: f64| (-0.5 * (z - highest) * (z + highest)).exp();
    let all = integral(&weight, from, until);
    let mean = integral(&|z| law.of_normal(z) * weight(z), from, until) / all;
    let variance = integral(&|z| (law.of_normal(z) - mean).powi(2) * weight(z), from, until) / all;
    Moments::of_variance(mean, variance)
}

/// Integral of a smooth function, by the double exponential rule (Takahasi & Mori 1974), halving
/// the step until the result stays.
fn integral(value: &dyn Fn(f64) -> f64, from: f64, until: f64) -> f64 {
    const LEVELS: i32 = 12;
    // Beyond ±3.2, weights are below 1e-16 of the middle's.
    const REACH: f64 = 3.2;
    let half = 0.5 * (until - from);
    let middle = 0.5 * (from + until);
    let quarter_turn = std::f64::consts::FRAC_PI_2;
    let at = |t: f64| {
        let inner = quarter_turn * t.sinh();
        let weight = quarter_turn * t.cosh() / inner.cosh().powi(2);
        half * weight * value(middle + half * inner.tanh())
    };
    let mut step = 0.2;
    let mut sum: f64 = (-16..=16).map(|n| at(f64::from(n) * step)).sum();
    let mut result = step * sum;
    for level in 0..LEVELS {
        // The new nodes lie half-way between the old.
        let count = (REACH / step).round() as i32;
        sum += (-count..count).map(|n| at((f64::from(n) + 0.5) * step)).sum::<f64>();
        step *= 0.5;
        let finer = step * sum;
        // Halving the step squares the error.
        let is_settled = (finer - result).abs() <= 1e-9 * finer.abs();
        result = finer;
        if is_settled && level >= 1 {
            break;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use crate::journey::law::tests::{check_moments, interval, within};
    use crate::journey::law::{Bounds, Law};

    #[test]
    fn logit_normal_moments_agree_with_thirty_digits() {
        let logit = |low, high| interval(low, high, true);
        let none = Bounds::NONE;
        check_moments(
            logit(0.07, 0.09),
            none,
            0.079_638_598_102_662_12,
            0.006_088_100_502_572_503,
        );
        check_moments(
            logit(0.001, 0.5),
            none,
            0.103_953_614_699_950_21,
            0.169_466_393_914_271_46,
        );
        check_moments(logit(0.2, 0.9), none, 0.580_897_434_676_230_9, 0.216_809_998_199_206_04);
        let wide = |mu, sigma| Law::LogitNormal { mu, sigma };
        check_moments(wide(0.5, 8.4), none, 0.523_205_144_670_946_8, 0.450_670_208_876_696_2);
        check_moments(
            wide(-3.0, 0.01),
            none,
            0.047_427_917_779_703_295,
            0.000_451_792_316_210_910_06,
        );
    }

    #[test]
    fn normal_laws_within_bounds_agree_with_thirty_digits() {
        let normal = |mean, sd| Law::Normal { mean, sd };
        let amount = Bounds::NOT_NEGATIVE;
        check_moments(
            normal(0.05, 0.04),
            Bounds::CHANCE,
            0.058_169_018_355_947_07,
            0.033_538_279_939_538_44,
        );
        check_moments(
            normal(-3.0, 1.0),
            amount,
            0.283_098_654_930_436_5,
            0.265_629_792_729_031_26,
        );
        check_moments(
            normal(5.0, 2.0),
            within(4.0, 4.5),
            4.253_897_549_352_544,
            0.144_155_697_562_653_67,
        );
        check_moments(normal(10.0, 3.0), amount, 10.004_628_823_033_226, 2.992_271_769_686_882);
        let lognormal = |mu, sigma| Law::Lognormal { mu, sigma };
        check_moments(
            lognormal(-1.0, 1.0),
            Bounds::CHANCE,
            0.360_453_109_469_599_3,
            0.242_171_371_592_013_93,
        );
        check_moments(
            lognormal(2.0, 0.1),
            within(7.0, 9.0),
            7.722_506_798_777_343,
            0.484_692_584_376_148_26,
        );
        check_moments(
            lognormal(0.0, 3.0),
            Bounds::CHANCE,
            0.243_027_896_711_124_35,
            0.265_510_960_355_802_96,
        );
    }

    #[test]
    fn gamma_and_beta_laws_within_bounds_agree_with_thirty_digits() {
        let gamma = |shape, scale| Law::Gamma { shape, scale };
        check_moments(
            gamma(2.0, 0.3),
            Bounds::CHANCE,
            0.459_342_884_497_554_17,
            0.248_506_730_304_874_27,
        );
        check_moments(
            gamma(0.5, 1.0),
            Bounds::CHANCE,
            0.253_704_101_803_684_47,
            0.264_375_647_965_535_7,
        );
        check_moments(
            gamma(50.0, 0.02),
            within(0.9, 1.0),
            0.951_314_795_138_487_8,
            0.028_588_852_341_080_984,
        );
        let beta = |a, b| Law::Beta { a, b };
        check_moments(
            beta(0.5, 2.5),
            within(0.1, 0.4),
            0.218_732_394_785_997_65,
            0.084_148_219_876_670_7,
        );
        check_moments(
            beta(80.5, 320.5),
            within(0.2, 0.21),
            0.204_883_977_608_132_23,
            0.002_873_827_724_796_231_5,
        );
    }

    #[test]
    fn laws_made_of_pieces_within_bounds_agree_with_thirty_digits() {
        let triangular = Law::Triangular {
            low: 0.0,
            mode: 3.0,
            high: 10.0,
        };
        check_moments(
            triangular,
            within(1.0, 8.0),
            4.195_462_478_184_991,
            1.765_783_079_004_883_6,
        );
        check_moments(
            triangular,
            within(4.0, 6.0),
            4.933_333_333_333_334,
            0.573_488_351_136_175_1,
        );
        // P(1), P(2), P(3) are as 2.5, 2.5²/2, 2.5³/6 for a mean of 2.5.
        let weights = [2.5, 3.125, 15.625 / 6.0];
        let all: f64 = weights.iter().sum();
        let mean = (weights[0] + 2.0 * weights[1] + 3.0 * weights[2]) / all;
        let square = (weights[0] + 4.0 * weights[1] + 9.0 * weights[2]) / all;
        check_moments(
            Law::Poisson { mean: 2.5 },
            within(0.5, 3.2),
            mean,
            (square - mean * mean).sqrt(),
        );
    }
}
