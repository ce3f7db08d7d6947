//! Probability laws of what is uncertain or varies: from the notations of a scenario to draws,
//! means and quantiles.

mod invert;
mod moments;

use rand_distr::{Beta, Distribution as _, Gamma, StandardNormal};

use super::draft::Distribution;
use crate::random::{Bits, Stream, poisson_quantile};
use crate::special::{Tails, beta_tails, gamma_tails, normal_tails};

/// A law of a number. What has no spread is `Normal` with an `sd` of 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation; 0 for a constant.
        sd: f64,
    },
    /// Its logarithm is normal.
    Lognormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Its logit, ln(p / (1 − p)), is normal.
    LogitNormal {
        /// Mean of the logit.
        mu: f64,
        /// Standard deviation of the logit.
        sigma: f64,
    },
    /// Beta.
    Beta {
        /// First shape.
        a: f64,
        /// Second shape.
        b: f64,
    },
    /// Uniform.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower end.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Upper end.
        high: f64,
    },
    /// Gamma.
    Gamma {
        /// Shape.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Poisson.
    Poisson {
        /// Mean.
        mean: f64,
    },
}

/// What is possible, both ends included; what a law says outside is drawn again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Smallest possible value; may be −∞.
    pub low: f64,
    /// Largest possible value; may be ∞.
    pub high: f64,
}

impl Bounds {
    /// Every number is possible.
    pub const NONE: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };
    /// What a chance or a share can be.
    pub const CHANCE: Self = Self { low: 0.0, high: 1.0 };
    /// What cannot be negative.
    pub const NOT_NEGATIVE: Self = Self {
        low: 0.0,
        high: f64::INFINITY,
    };

    /// Whether `value` is possible; not-a-number never is.
    #[must_use]
    pub fn contain(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// 95 % quantile of the standard normal law.
pub(crate) const Z95: f64 = 1.644_853_626_951_472_7;
/// 90 % quantile of the standard normal law.
pub(crate) const Z90: f64 = 1.281_551_565_544_600_5;

/// A chance beyond this many draws is rare enough to be worth an inversion.
const ATTEMPTS: u32 = 64;

/// A law made ready to draw from many times, without bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampler {
    /// With its constants worked out.
    Gamma(Gamma<f64>),
    /// As it is.
    Law(Law),
}

impl Sampler {
    /// A draw: the same as the law's without bounds.
    #[inline]
    pub fn draw<G: Bits>(&self, stream: &mut Stream<G>) -> f64 {
        match self {
            Self::Gamma(gamma) => gamma.sample(stream),
            Self::Law(law) => law.draw(Bounds::NONE, stream),
        }
    }
}

impl Law {
    /// The law that a notation stands for. An interval (`low to high`) is logit-normal for a chance
    /// strictly between 0 and 1, lognormal for a positive amount, and normal otherwise, with 5 %
    /// below and above its ends.
    #[must_use]
    pub fn of(distribution: Distribution, is_chance: bool) -> Self {
        let law = match distribution {
            Distribution::Interval { low, high } => Self::of_interval(low, high, is_chance),
            Distribution::Observed { hits, trials } => Self::Beta {
                a: hits + 0.5,
                b: trials - hits + 0.5,
            },
            Distribution::Beta { a, b } => Self::Beta { a, b },
            Distribution::Uniform { low, high } => Self::Uniform { low, high },
            Distribution::Triangular { low, mode, high } => Self::Triangular { low, mode, high },
            Distribution::Normal { mean, sd } => Self::Normal { mean, sd },
            Distribution::LognormalQuantiles { median, p90 } if median >= p90 => Self::constant(median),
            Distribution::LognormalQuantiles { median, p90 } => Self::Lognormal {
                mu: median.ln(),
                sigma: (p90 / median).ln() / Z90,
            },
            Distribution::Lognormal { mean, sd } => {
                let variance = (sd / mean).powi(2).ln_1p();
                Self::Lognormal {
                    mu: mean.ln() - 0.5 * variance,
                    sigma: variance.sqrt(),
                }
            }
            Distribution::Gamma { mean, sd } => Self::Gamma {
                shape: (mean / sd).powi(2),
                scale: sd / mean * sd,
            },
            Distribution::Poisson { mean } => Self::Poisson { mean },
        };
        law.without_nonsense(distribution)
    }

    /// The law that always gives `value`.
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self::Normal { mean: value, sd: 0.0 }
    }

    fn of_interval(low: f64, high: f64, is_chance: bool) -> Self {
        let through = |low: f64, high: f64| (0.5 * (low + high), (high - low) / (2.0 * Z95));
        if low >= high {
            Self::constant(low)
        } else if is_chance && low > 0.0 && high < 1.0 {
            let logit = |chance: f64| chance.ln() - (-chance).ln_1p();
            let (mu, sigma) = through(logit(low), logit(high));
            Self::LogitNormal { mu, sigma }
        } else if !is_chance && low > 0.0 {
            let (mu, sigma) = through(low.ln(), high.ln());
            Self::Lognormal { mu, sigma }
        } else {
            let (mean, sd) = through(low, high);
            Self::Normal { mean, sd }
        }
    }

    /// A constant where the spread is 0, and a normal law where it is too small for the shape to
    /// be a number.
    fn without_nonsense(self, distribution: Distribution) -> Self {
        match (self, distribution) {
            (Self::Uniform { low, high }, _) if low >= high => Self::constant(low),
            (Self::Triangular { low, high, .. }, _) if low >= high => Self::constant(low),
            (Self::Lognormal { sigma, .. }, Distribution::Lognormal { mean, sd }) if sigma.is_nan() || sigma <= 0.0 => {
                Self::Normal { mean, sd }
            }
            (Self::Gamma { shape, scale }, Distribution::Gamma { mean, sd })
                if !shape.is_finite() || !scale.is_normal() =>
            {
                Self::Normal { mean, sd }
            }
            (Self::Poisson { mean }, _) if mean <= 0.0 => Self::constant(0.0),
            _ => self,
        }
    }

    /// A draw. Draws out of bounds are drawn again; if that goes on for long, by inversion.
    pub fn draw<G: Bits>(self, bounds: Bounds, stream: &mut Stream<G>) -> f64 {
        for _ in 0..ATTEMPTS {
            let value = self.draw_anywhere(stream);
            if bounds.contain(value) {
                return value;
            }
        }
        self.quantile(bounds, stream.uniform())
    }

    /// The law made ready to draw from many times, without bounds.
    #[must_use]
    pub fn sampler(self) -> Sampler {
        match self {
            Self::Gamma { shape, scale } => Gamma::new(shape, scale).map_or(Sampler::Law(self), Sampler::Gamma),
            law => Sampler::Law(law),
        }
    }

    fn draw_anywhere<G: Bits>(self, stream: &mut Stream<G>) -> f64 {
        match self {
            Self::Normal { mean, sd: 0.0 } => mean,
            Self::Normal { .. } | Self::Lognormal { .. } | Self::LogitNormal { .. } => {
                self.of_normal(StandardNormal.sample(stream))
            }
            Self::Beta { a, b } => Beta::new(a, b).map_or(f64::NAN, |it| it.sample(stream)),
            Self::Gamma { shape, scale } => Gamma::new(shape, scale).map_or(f64::NAN, |it| it.sample(stream)),
            Self::Uniform { low, high } => low + (high - low) * stream.uniform(),
            Self::Triangular { low, mode, high } => invert::triangular(low, mode, high, stream.uniform()),
            Self::Poisson { mean } => poisson_quantile(mean, stream.uniform()) as f64,
        }
    }

    /// What a standard normal `z` stands for in the laws made from it; not a number in others.
    fn of_normal(self, z: f64) -> f64 {
        match self {
            Self::Normal { mean, sd } => mean + sd * z,
            Self::Lognormal { mu, sigma } => (mu + sigma * z).exp(),
            Self::LogitNormal { mu, sigma } => 1.0 / (1.0 + (-mu - sigma * z).exp()),
            _ => f64::NAN,
        }
    }

    /// P(X ≤ x) within bounds.
    #[must_use]
    pub fn cdf(self, bounds: Bounds, x: f64) -> f64 {
        if x >= bounds.high {
            return 1.0;
        }
        let low = self.tails_below(bounds.low);
        let all = low.until(self.tails(bounds.high));
        if all > 0.0 {
            (low.until(self.tails(x)) / all).min(1.0)
        } else {
            f64::from(x >= self.quantile(bounds, 0.5))
        }
    }

    /// The value with P(X ≤ value) = `p` within bounds.
    #[must_use]
    pub fn quantile(self, bounds: Bounds, p: f64) -> f64 {
        invert::quantile(self, bounds, p)
    }

    /// Mean within bounds.
    #[must_use]
    pub fn mean(self, bounds: Bounds) -> f64 {
        moments::of(self, bounds).mean
    }

    /// Standard deviation within bounds.
    #[must_use]
    pub fn sd(self, bounds: Bounds) -> f64 {
        moments::of(self, bounds).sd
    }

    /// P(X ≤ x) and P(X > x), without bounds.
    pub(crate) fn tails(self, x: f64) -> Tails {
        match self {
            Self::Normal { mean, sd: 0.0 } => {
                if x >= mean {
                    Tails::NONE_ABOVE
                } else {
                    Tails::NONE_BELOW
                }
            }
            Self::Normal { .. } | Self::Lognormal { .. } | Self::LogitNormal { .. } => normal_tails(self.to_normal(x)),
            Self::Beta { a, b } => beta_tails(a, b, x, 1.0 - x),
            Self::Gamma { shape, scale } => gamma_tails(shape, x / scale),
            Self::Uniform { low, high } => Tails {
                below: ((x - low) / (high - low)).clamp(0.0, 1.0),
                above: ((high - x) / (high - low)).clamp(0.0, 1.0),
            },
            Self::Triangular { low, mode, high } => triangular_tails(low, mode, high, x),
            // A gamma law of infinite shape has no numbers.
            Self::Poisson { .. } if x == f64::INFINITY => Tails::NONE_ABOVE,
            Self::Poisson { mean } => {
                // At most k is having a gamma law of shape k + 1 above the mean.
                let Tails { below, above } = if x >= 0.0 {
                    gamma_tails(x.floor() + 1.0, mean)
                } else {
                    Tails::NONE_ABOVE
                };
                Tails {
                    below: above,
                    above: below,
                }
            }
        }
    }

    /// P(X < x) and P(X ≥ x), without bounds.
    fn tails_below(self, x: f64) -> Tails {
        match self {
            Self::Poisson { .. } => self.tails(x.ceil() - 1.0),
            Self::Normal { mean, sd: 0.0 } => {
                if x > mean {
                    Tails::NONE_ABOVE
                } else {
                    Tails::NONE_BELOW
                }
            }
            _ => self.tails(x),
        }
    }

    /// The standard normal z that stands for x, the inverse of [`Law::of_normal`].
    fn to_normal(self, x: f64) -> f64 {
        match self {
            Self::Normal { mean, sd } => (x - mean) / sd,
            Self::Lognormal { mu, sigma } => (x.max(0.0).ln() - mu) / sigma,
            Self::LogitNormal { mu, sigma } => {
                let x = x.clamp(0.0, 1.0);
                (x.ln() - (-x).ln_1p() - mu) / sigma
            }
            _ => f64::NAN,
        }
    }
}

fn triangular_tails(low: f64, mode: f64, high: f64, x: f64) -> Tails {
    if x <= low {
        Tails::NONE_BELOW
    } else if x >= high {
        Tails::NONE_ABOVE
    } else if x <= mode {
        Tails::from_below((x - low) / (high - low) * ((x - low) / (mode - low)))
    } else {
        Tails::from_above((high - x) / (high - low) * ((high - x) / (high - mode)))
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is exact is meant to be exact")]
mod tests;
