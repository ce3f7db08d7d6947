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
        Law::Normal { .. } | Law::Lognormal { .. } | Law::LogitNormal { .. } => {
            of_normal_family(law, bounds)
        }
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
            let within = |less: f64| {
                law.tails_below(bounds.low - less)
                    .until(law.tails(bounds.high - less))
            };
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
    let variance = integral(
        &|z| (law.of_normal(z) - mean).powi(2) * weight(z),
        from,
        until,
    ) / all;
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
        sum += (-count..count)
            .map(|n| at((f64::from(n) + 0.5) * step))
            .sum::<f64>();
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
