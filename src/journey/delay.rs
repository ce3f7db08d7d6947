//! How long a branch takes: laws in days, and what changes make of them.

mod summary;
mod table;

use super::draft::DelayKind;
use super::law::{Z90, Z95};
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
    /// These values, with probabilities that sum to 1; in order of the values.
    Observed(Vec<(f64, f64)>),
}

impl DelayLaw {
    /// The law that a notation stands for; `None` for one that depends on the customer.
    #[must_use]
    pub fn of(delay: &DelayKind) -> Option<Self> {
        let law = match delay {
            DelayKind::Known(days) => Self::Known(days.days()),
            DelayKind::Interval(low, high) => {
                let (low, high) = (low.days().ln(), high.days().ln());
                Self::Lognormal {
                    mu: 0.5 * (low + high),
                    sigma: (high - low) / (2.0 * Z95),
                }
            }
            DelayKind::Exponential(mean) => Self::Exponential { mean: mean.days() },
            DelayKind::LognormalQuantiles(median, p90) => Self::Lognormal {
                mu: median.days().ln(),
                sigma: (p90.days() / median.days()).ln() / Z90,
            },
            DelayKind::Lognormal(mean, sd) => {
                let variance = (sd.days() / mean.days()).powi(2).ln_1p();
                Self::Lognormal {
                    mu: mean.days().ln() - 0.5 * variance,
                    sigma: variance.sqrt(),
                }
            }
            DelayKind::Gamma(mean, sd) => {
                let (mean, sd) = (mean.days(), sd.days());
                Self::Gamma {
                    shape: (mean / sd).powi(2),
                    scale: sd / mean * sd,
                }
            }
            DelayKind::Weibull(scale, shape) => Self::Weibull {
                scale: scale.days(),
                shape: *shape,
            },
            DelayKind::Uniform(low, high) => Self::Uniform {
                low: low.days(),
                high: high.days(),
            },
            DelayKind::Geometric(mean) => Self::Geometric { mean: mean.days() },
            DelayKind::Observed(values) => observed(
                values
                    .iter()
                    .map(|(value, weight)| (value.days(), *weight))
                    .collect(),
            ),
            DelayKind::By(_) => return None,
        };
        // What has no spread would divide by it.
        Some(match (&law, delay) {
            (Self::Lognormal { sigma, .. }, DelayKind::Lognormal(middle, _))
            | (Self::Lognormal { sigma, .. }, DelayKind::LognormalQuantiles(middle, _))
            | (Self::Lognormal { sigma, .. }, DelayKind::Interval(middle, _))
                if sigma.is_nan() || *sigma <= 0.0 =>
            {
                Self::Known(middle.days())
            }
            (Self::Gamma { shape, scale }, DelayKind::Gamma(mean, _))
                if !shape.is_finite() || !scale.is_normal() =>
            {
                Self::Known(mean.days())
            }
            (Self::Exponential { mean }, _) if *mean <= 0.0 => Self::Known(0.0),
            (Self::Weibull { scale, .. }, _) if *scale <= 0.0 => Self::Known(0.0),
            (Self::Uniform { low, high }, _) if low == high => Self::Known(*low),
            _ => law,
        })
    }

    /// P(X ≤ x days) and P(X > x days).
    fn tails(&self, days: f64) -> Tails {
        match *self {
            Self::Known(_) | Self::Geometric { .. } | Self::Observed(_) => Tails::NONE_BELOW,
            Self::Lognormal { mu, sigma } => normal_tails((days.max(0.0).ln() - mu) / sigma),
            Self::Gamma { shape, scale } => gamma_tails(shape, days / scale),
            _ if days <= 0.0 => self.uniform_tails(days),
            Self::Exponential { mean } => Tails {
                below: -(-days / mean).exp_m1(),
                above: (-days / mean).exp(),
            },
            Self::Weibull { scale, shape } => {
                let power = (days / scale).powf(shape);
                Tails {
                    below: -(-power).exp_m1(),
                    above: (-power).exp(),
                }
            }
            Self::Uniform { .. } => self.uniform_tails(days),
        }
    }

    fn uniform_tails(&self, days: f64) -> Tails {
        match *self {
            Self::Uniform { low, high } => Tails {
                below: ((days - low) / (high - low)).clamp(0.0, 1.0),
                above: ((high - days) / (high - low)).clamp(0.0, 1.0),
            },
            _ => Tails::NONE_BELOW,
        }
    }
}

/// Sorted, merged and divided by the sum of the weights.
fn observed(mut values: Vec<(f64, f64)>) -> DelayLaw {
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    values.dedup_by(|later, kept| {
        let is_same = later.0 == kept.0;
        if is_same {
            kept.1 += later.1;
        }
        is_same
    });
    values.retain(|(_, weight)| *weight > 0.0);
    let sum: f64 = values.iter().map(|(_, weight)| weight).sum();
    for (_, weight) in &mut values {
        *weight /= sum;
    }
    DelayLaw::Observed(values)
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
    /// A value within 1e-9 of a half tick counts as that half, so that 0.35 days of 0.1 are 3.5
    /// ticks.
    #[must_use]
    pub fn cdf_ticks(&self, x: f64, tick_days: f64) -> f64 {
        self.tails_ticks(x, tick_days).below
    }

    /// P(delay ≤ `x` ticks) and P(delay > `x` ticks).
    pub(crate) fn tails_ticks(&self, x: f64, tick_days: f64) -> Tails {
        let in_ticks = |days: f64| tidy((self.factor * days + self.shift_days) / tick_days);
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
                let mut whole =
                    ((x * tick_days - self.shift_days) / (self.factor * tick_days)).round();
                if in_ticks(whole * tick_days) > x {
                    whole -= 1.0;
                }
                if whole < 1.0 {
                    return Tails::NONE_BELOW;
                }
                // ln(1 − p), where p is the chance that a tick is the last.
                let ln_on = (-(tick_days / mean).min(1.0)).ln_1p();
                Tails {
                    below: -(whole * ln_on).exp_m1(),
                    above: (whole * ln_on).exp(),
                }
            }
            law => law.tails((x * tick_days - self.shift_days) / self.factor),
        }
    }
}

/// Moves a number that is a half but for rounding errors onto that half.
fn tidy(ticks: f64) -> f64 {
    let half = (ticks - 0.5).round() + 0.5;
    if (ticks - half).abs() <= 1e-9 * ticks.abs().max(1.0) {
        half
    } else {
        ticks
    }
}
