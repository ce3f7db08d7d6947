//! Delays as the oracle sees them: a law in days, made whole ticks by its distribution function.

/// A delay law; all times in days.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Delay {
    Known(f64),
    Interval(f64, f64),
    Exponential(f64),
    Lognormal { median: f64, p90: f64 },
    Gamma { mean: f64, sd: f64 },
    Weibull { scale: f64, shape: f64 },
    Uniform(f64, f64),
    Geometric(f64),
    Observed(Vec<(f64, f64)>),
}

impl Delay {
    /// As in a scenario file.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Known(days) => format!("\"{days}d\""),
            Self::Interval(low, high) => format!("\"{low}d to {high}d\""),
            Self::Exponential(mean) => format!("{{ exponential = \"{mean}d\" }}"),
            Self::Lognormal { median, p90 } => {
                format!("{{ lognormal = {{ median = \"{median}d\", p90 = \"{p90}d\" }} }}")
            }
            Self::Gamma { mean, sd } => {
                format!("{{ gamma = {{ mean = \"{mean}d\", sd = \"{sd}d\" }} }}")
            }
            Self::Weibull { scale, shape } => {
                format!("{{ weibull = {{ scale = \"{scale}d\", shape = {shape} }} }}")
            }
            Self::Uniform(low, high) => format!("{{ uniform = [\"{low}d\", \"{high}d\"] }}"),
            Self::Geometric(mean) => format!("{{ geometric = \"{mean}d\" }}"),
            Self::Observed(values) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|(days, weight)| format!("[\"{days}d\", {weight}]"))
                    .collect();
                format!("{{ observed = [{}] }}", values.join(", "))
            }
        }
    }

    /// The same law with every value multiplied.
    pub(crate) fn times(&self, factor: f64) -> Self {
        match self {
            Self::Known(days) => Self::Known(days * factor),
            Self::Interval(low, high) => Self::Interval(low * factor, high * factor),
            Self::Exponential(mean) => Self::Exponential(mean * factor),
            Self::Lognormal { median, p90 } => Self::Lognormal {
                median: median * factor,
                p90: p90 * factor,
            },
            Self::Gamma { mean, sd } => Self::Gamma {
                mean: mean * factor,
                sd: sd * factor,
            },
            Self::Weibull { scale, shape } => Self::Weibull {
                scale: scale * factor,
                shape: *shape,
            },
            Self::Uniform(low, high) => Self::Uniform(low * factor, high * factor),
            Self::Geometric(mean) => Self::Geometric(mean * factor),
            Self::Observed(values) => {
                Self::Observed(values.iter().map(|(days, weight)| (days * factor, *weight)).collect())
            }
        }
    }

    /// P(K = 0), P(K = 1), … for ticks of so many days; whatever takes `ticks` or longer is last.
    pub(crate) fn chances(&self, tick_days: f64, ticks: usize) -> Vec<f64> {
        let mut below = 0.0;
        let mut chances: Vec<f64> = (0..ticks)
            .map(|k| {
                let until = self.until_tick(k as f64, tick_days);
                let chance = until - below;
                below = until;
                chance
            })
            .collect();
        if chances[0] > 1.0 - 1e-9 {
            chances.fill(0.0);
            (chances[0], below) = (1.0, 1.0);
        }
        chances.push(1.0 - below);
        chances
    }

    /// P(K ≤ k).
    fn until_tick(&self, k: f64, tick_days: f64) -> f64 {
        if let Self::Geometric(mean) = self {
            return 1.0 - (1.0 - tick_days / mean).powf(k);
        }
        let edge = (k + 0.5) * tick_days;
        let log = |median: f64, sigma: f64| normal_below((edge / median).ln() / sigma);
        match self {
            Self::Known(days) => f64::from(*days <= edge),
            Self::Interval(low, high) => log((low * high).sqrt(), (high / low).ln() / (2.0 * 1.644_853_626_951_472_2)),
            Self::Exponential(mean) => 1.0 - (-edge / mean).exp(),
            Self::Lognormal { median, p90 } => log(*median, (p90 / median).ln() / 1.281_551_565_544_600_4),
            Self::Gamma { mean, sd } => {
                let shape = mean * mean / (sd * sd);
                gamma_below(shape, edge * shape / mean)
            }
            Self::Weibull { scale, shape } => 1.0 - (-(edge / scale).powf(*shape)).exp(),
            Self::Uniform(low, high) => ((edge - low) / (high - low)).clamp(0.0, 1.0),
            Self::Observed(values) => {
                let all: f64 = values.iter().map(|it| it.1).sum();
                values.iter().filter(|it| it.0 <= edge).map(|it| it.1).sum::<f64>() / all
            }
            Self::Geometric(_) => unreachable!("seen to above"),
        }
    }
}

/// P(Z ≤ z), by Simpson's rule on the density.
fn normal_below(z: f64) -> f64 {
    let z = z.clamp(-9.0, 9.0);
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    0.5 + z.signum() * simpson(density, z.abs())
}

/// P(X ≤ x) for a gamma law of scale 1 and a shape of at least 1, by Simpson's rule on its density
/// over x = u², which is smooth at 0.
fn gamma_below(shape: f64, x: f64) -> f64 {
    let density = |u: f64| 2.0 * u.powf(2.0 * shape - 1.0) * (-u * u).exp();
    let all = simpson(density, (shape + 12.0 * shape.sqrt() + 30.0).sqrt());
    simpson(density, x.sqrt()) / all
}

fn simpson(of: impl Fn(f64) -> f64, until: f64) -> f64 {
    let parts = 2_000;
    let width = until / f64::from(parts);
    let sum: f64 = (0..=parts)
        .map(|at| {
            let weight = if at == 0 || at == parts {
                1.0
            } else if at % 2 == 1 {
                4.0
            } else {
                2.0
            };
            weight * of(f64::from(at) * width)
        })
        .sum();
    sum * width / 3.0
}

#[test]
fn the_oracle_knows_its_laws() {
    let near = |is: f64, should: f64| assert!((is - should).abs() < 1e-9, "{is} is not {should}");
    near(normal_below(1.644_853_626_951_472_2), 0.95);
    near(gamma_below(1.0, 2.0), 1.0 - (-2.0_f64).exp());
    near(gamma_below(2.0, 2.0), 1.0 - 3.0 * (-2.0_f64).exp());
    assert_eq!(Delay::Known(0.5).chances(1.0, 2), [1.0, 0.0, 0.0]);
    assert_eq!(Delay::Known(1.5).chances(1.0, 2), [0.0, 1.0, 0.0]);
}
