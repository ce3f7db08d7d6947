//! What numbers are numbers of, and the unit that keeps large ones readable.

/// From here on a number is written in millions, billions, trillions or as a power of ten.
pub(super) const NAMED_FROM: f64 = 1e7;

/// What a number is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Customers, events, units, days.
    Count,
    /// Money: with two decimals if it has any.
    Money,
    /// A share, written in percent.
    Share,
}

impl Kind {
    /// The kind of the metric with this name.
    #[must_use]
    pub fn of_metric(metric: &str) -> Self {
        match metric {
            "revenue" | "cost" | "profit" | "present_value" => Self::Money,
            "conversion_rate" | "churn_rate" => Self::Share,
            _ if metric.starts_with("costs.") => Self::Money,
            _ => Self::Count,
        }
    }
}

/// The unit that keeps large numbers readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// As they are.
    Plain,
    /// In millions.
    Million,
    /// In billions, 10^9.
    Billion,
    /// In trillions, 10^12.
    Trillion,
    /// Each as a power of ten, `3.4e15`.
    Power,
}

impl Scale {
    /// The scale for numbers of this size.
    #[must_use]
    pub fn fitting(largest: f64) -> Self {
        match largest.abs() {
            size if size < NAMED_FROM => Self::Plain,
            size if size < 1e9 => Self::Million,
            size if size < 1e12 => Self::Billion,
            size if size < 1e15 => Self::Trillion,
            _ => Self::Power,
        }
    }

    /// The word for it, if it has one.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Power => None,
            Self::Million => Some("million"),
            Self::Billion => Some("billion"),
            Self::Trillion => Some("trillion"),
        }
    }

    /// What a number is divided by.
    pub(super) fn divisor(self) -> f64 {
        match self {
            Self::Plain | Self::Power => 1.0,
            Self::Million => 1e6,
            Self::Billion => 1e9,
            Self::Trillion => 1e12,
        }
    }
}
