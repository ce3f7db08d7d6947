//! How long a branch takes: laws in days, and what changes make of them.

mod summary;
mod table;

use super::draft::{DelayKind, Distribution};
use super::law::{Bounds, Law};
use crate::clock::Duration;
use crate::special::{Tails, gamma_tails, normal_tails};

pub use summary::DelaySummary;
pub use table::{DelayTable, Remaining};

/// The law of a delay, in days.
#[derive(Debug, Clone, PartialEq)]
pub enum DelayLaw {
    /// Always this many days.
    Known(f64),
    /// Exponential.
    Exponential {
        /// Mean.
        mean: f64,
    },
    /// Its logarithm is normal.
    Lognormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Gamma.
    Gamma {
        /// Shape, without unit.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Weibull: P(X > x) = exp(−(x / scale)^shape).
    Weibull {
        /// Scale.
        scale: f64,
        /// Shape, without unit.
        shape: f64,
    },
    /// Uniform.
    Uniform {
        /// Shortest.
        low: f64,
        /// Longest.
        high: f64,
    },
    /// Whole ticks from 1 on, memoryless.
    Geometric {
        /// Mean.
        mean: f64,
    },
    /// These values with these probabilities, in order of the values.
    Observed(Vec<(f64, f64)>),
}

impl DelayLaw {
    /// The law that a notation stands for; `None` for one that depends on the customer.
    #[must_use]
    pub fn of(delay: &DelayKind) -> Option<Self> {
        let law = match delay {
            DelayKind::Known(length) => Self::Known(length.days()),
            DelayKind::Interval(low, high) => Self::of_amount(Distribution::Interval {
                low: low.days(),
                high: high.days(),
            }),
            DelayKind::LognormalQuantiles(median, p90) => Self::of_amount(Distribution::LognormalQuantiles {
                median: median.days(),
                p90: p90.days(),
            }),
            DelayKind::Lognormal(mean, sd) => Self::of_amount(Distribution::Lognormal {
                mean: mean.days(),
                sd: sd.days(),
            }),
            DelayKind::Gamma(mean, sd) => Self::of_amount(Distribution::Gamma {
                mean: mean.days(),
                sd: sd.days(),
            }),
            DelayKind::Uniform(low, high) => Self::of_amount(Distribution::Uniform {
                low: low.days(),
                high: high.days(),
            }),
            DelayKind::Exponential(mean) => match mean.days() {
                mean if mean > 0.0 => Self::Exponential { mean },
                _ => Self::Known(0.0),
            },
            DelayKind::Weibull(scale, shape) => match scale.days() {
                scale if scale > 0.0 => Self::Weibull { scale, shape: *shape },
                _ => Self::Known(0.0),
            },
            DelayKind::Geometric(mean) => Self::Geometric { mean: mean.days() },
            DelayKind::Observed(values) => Self::of_observed(values),
            DelayKind::By(_) => return None,
        };
        Some(law)
    }

    /// As amounts are, with a known delay for what has no spread.
    fn of_amount(days: Distribution) -> Self {
        match Law::of(days, false) {
            Law::Lognormal { mu, sigma } => Self::Lognormal { mu, sigma },
            Law::Gamma { shape, scale } => Self::Gamma { shape, scale },
            Law::Uniform { low, high } => Self::Uniform { low, high },
            law => Self::Known(law.mean(Bounds::NONE)),
        }
    }

    /// In order of the values, with weights divided by their sum.
    fn of_observed(values: &[(Duration, f64)]) -> Self {
        let sum: f64 = values.iter().map(|(_, weight)| weight).sum();
        let mut values: Vec<(f64, f64)> = values
            .iter()
            .map(|(value, weight)| (value.days(), weight / sum))
            .collect();
        values.sort_by(|one, other| one.0.total_cmp(&other.0));
        Self::Observed(values)
    }

    /// P(X ≤ x days) and P(X > x days) of a law with a density; others are not asked.
    fn tails(&self, days: f64) -> Tails {
        if days <= 0.0 {
            return Tails::NONE_BELOW;
        }
        let of_hazard = |hazard: f64| Tails {
            below: -(-hazard).exp_m1(),
            above: (-hazard).exp(),
        };
        match *self {
            Self::Exponential { mean } => of_hazard(days / mean),
            Self::Weibull { scale, shape } => of_hazard((days / scale).powf(shape)),
            Self::Lognormal { mu, sigma } => normal_tails((days.ln() - mu) / sigma),
            Self::Gamma { shape, scale } => gamma_tails(shape, days / scale),
            Self::Uniform { low, high } => Tails {
                below: ((days - low) / (high - low)).clamp(0.0, 1.0),
                above: ((high - days) / (high - low)).clamp(0.0, 1.0),
            },
            Self::Known(_) | Self::Geometric { .. } | Self::Observed(_) => Tails::NONE_ABOVE,
        }
    }
}

/// A delay with the changes that hold for it: `factor` · X + `shift_days`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedDelay {
    /// The law of X.
    pub law: DelayLaw,
    /// What X is multiplied by; not negative.
    pub factor: f64,
    /// What is added then; may be negative.
    pub shift_days: f64,
}

impl ChangedDelay {
    /// The law as it is.
    #[must_use]
    pub fn unchanged(law: DelayLaw) -> Self {
        Self {
            law,
            factor: 1.0,
            shift_days: 0.0,
        }
    }

    /// P(delay ≤ `x` ticks), of the changed law before it is rounded to whole ticks.
    ///
    /// A single value within 1e-9 of a whole or half tick counts as that, so that 0.35 days of 0.1
    /// are 3.5 ticks.
    #[must_use]
    pub fn cdf_ticks(&self, x: f64, tick_days: f64) -> f64 {
        self.tails_ticks(x, tick_days).below
    }

    /// P(delay ≤ `x` ticks) and P(delay > `x` ticks).
    pub(crate) fn tails_ticks(&self, x: f64, tick_days: f64) -> Tails {
        let in_ticks = |days| self.in_ticks(days, tick_days);
        let atom = |ticks: f64| {
            if ticks <= x {
                Tails::NONE_ABOVE
            } else {
                Tails::NONE_BELOW
            }
        };
        match &self.law {
            _ if self.factor <= 0.0 => atom(in_ticks(0.0)),
            DelayLaw::Known(days) => atom(in_ticks(*days)),
            DelayLaw::Observed(values) => {
                let at = values.partition_point(|(days, _)| in_ticks(*days) <= x);
                let sum = |values: &[(f64, f64)]| values.iter().map(|it| it.1).sum();
                Tails {
                    below: sum(&values[..at]),
                    above: sum(&values[at..]),
                }
            }
            DelayLaw::Geometric { mean } => {
                // The largest whole number of ticks that the change keeps at or below x.
                let mut whole = ((x * tick_days - self.shift_days) / (self.factor * tick_days)).round();
                if in_ticks(whole * tick_days) > x {
                    whole -= 1.0;
                }
                if whole < 1.0 {
                    return Tails::NONE_BELOW;
                }
                let ln_stay = ln_stay(*mean, tick_days);
                Tails {
                    below: -(whole * ln_stay).exp_m1(),
                    above: (whole * ln_stay).exp(),
                }
            }
            law => law.tails((x * tick_days - self.shift_days) / self.factor),
        }
    }

    /// What the change makes of a value in days, in ticks that are not yet whole.
    /// The chance with every tick from the first on that the delay ends, where that does not
    /// depend on how long it has lasted: exponential delays, and geometric ones on their own ticks.
    fn hazard(&self, tick_days: f64) -> Option<f64> {
        if self.shift_days != 0.0 || self.factor <= 0.0 {
            return None;
        }
        match self.law {
            DelayLaw::Exponential { mean } => Some(-(-tick_days / (mean * self.factor)).exp_m1()),
            DelayLaw::Geometric { mean } if self.factor == 1.0 => Some((tick_days / mean).min(1.0)),
            _ => None,
        }
    }

    fn in_ticks(&self, days: f64, tick_days: f64) -> f64 {
        tidy((self.factor * days + self.shift_days) / tick_days)
    }
}

/// Logarithm of the chance that a geometric delay does not end within a tick.
fn ln_stay(mean_days: f64, tick_days: f64) -> f64 {
    (-(tick_days / mean_days).min(1.0)).ln_1p()
}

/// Moves a number that is a whole or a half but for rounding errors onto it.
fn tidy(ticks: f64) -> f64 {
    let half = (2.0 * ticks).round() / 2.0;
    if (ticks - half).abs() <= 1e-9 * ticks.abs().max(1.0) {
        half
    } else {
        ticks
    }
}

/// Whole ticks: halves go down, and nothing is below 0.
fn whole_ticks(ticks: f64) -> f64 {
    (ticks - 0.5).ceil().max(0.0)
}

impl From<DelayLaw> for ChangedDelay {
    fn from(law: DelayLaw) -> Self {
        Self::unchanged(law)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is exact is meant to be exact")]
mod tests;
