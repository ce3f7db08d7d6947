//! Quantities and delays as somebody wrote them.

use super::Name;
use crate::clock::Duration;
use crate::problem::At;

/// A quantity as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// Where it is written.
    pub at: At,
    /// What is written.
    pub kind: QuantityKind,
}

/// The notations of a quantity.
#[derive(Debug, Clone, PartialEq)]
pub enum QuantityKind {
    /// Known.
    Number(f64),
    /// The true value is not known: drawn once per world.
    Uncertain(Distribution),
    /// Differs from customer to customer: drawn every time it is booked.
    Each(Distribution),
    /// The value of this name in `[values]`, without the `$`.
    Value(String),
    /// Depends on the customer.
    By(Cases<Quantity>),
    /// With where it comes from.
    Sourced {
        /// The quantity.
        is: Box<Quantity>,
        /// Where it comes from.
        source: Option<String>,
        /// A remark.
        note: Option<String>,
    },
}

/// A table of what holds for which value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Cases<T> {
    /// The attribute, or `arrival`.
    pub by: Name,
    /// What holds for these values (counter values are written as integers); `at` points at the key.
    pub cases: Vec<(Name, T)>,
    /// What holds for all others.
    pub otherwise: Option<Box<T>>,
}

/// A distribution as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// `low to high`: 5 % below, 5 % above. Its law depends on whether it is a chance.
    Interval {
        /// 5 % quantile.
        low: f64,
        /// 95 % quantile.
        high: f64,
    },
    /// `hits of trials`: Beta(hits + ½, trials − hits + ½).
    Observed {
        /// How often it happened.
        hits: f64,
        /// How often it could have.
        trials: f64,
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
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Lognormal, by two quantiles.
    LognormalQuantiles {
        /// 50 % quantile.
        median: f64,
        /// 90 % quantile.
        p90: f64,
    },
    /// Lognormal, by moments.
    Lognormal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Gamma.
    Gamma {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Poisson; only with `each`.
    Poisson {
        /// Mean.
        mean: f64,
    },
}

/// A delay as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Delay {
    /// Where it is written.
    pub at: At,
    /// What is written.
    pub kind: DelayKind,
}

/// The notations of a delay.
#[derive(Debug, Clone, PartialEq)]
pub enum DelayKind {
    /// Always this long.
    Known(Duration),
    /// Lognormal, 5 % below, 5 % above.
    Interval(Duration, Duration),
    /// Exponential with this mean.
    Exponential(Duration),
    /// Lognormal, by median and 90 % quantile.
    LognormalQuantiles(Duration, Duration),
    /// Lognormal, by mean and standard deviation.
    Lognormal(Duration, Duration),
    /// Gamma, by mean and standard deviation.
    Gamma(Duration, Duration),
    /// Weibull, by scale and shape.
    Weibull(Duration, f64),
    /// Uniform between the two.
    Uniform(Duration, Duration),
    /// Memoryless on the clock: whole ticks ≥ 1 with this mean.
    Geometric(Duration),
    /// These values with these weights.
    Observed(Vec<(Duration, f64)>),
    /// Depends on the customer.
    By(Cases<Delay>),
}
