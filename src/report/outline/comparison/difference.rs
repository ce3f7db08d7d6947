//! How differences are written: to what their error supports, with a sign.

use crate::forecast::Estimate;
use crate::report::number::{Format, Kind};

/// The step to which a difference is rounded: a tenth or less of the 95 % interval of its mean.
pub(super) fn step_of_difference(estimate: &Estimate) -> Option<f64> {
    let se = estimate.se.filter(|it| *it > 0.0)?;
    Some(10f64.powf((2.0 * se).log10().floor()))
}

/// How differences are written: as amounts, in percentage points, or in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Difference {
    format: Format,
    factor: f64,
    unit: &'static str,
}

impl Difference {
    pub(super) const PERCENT: Self = Self {
        format: Format {
            kind: Kind::Count,
            scale: crate::report::number::Scale::Plain,
        },
        factor: 100.0,
        unit: " %",
    };

    /// For differences of metrics of this kind.
    pub(super) fn of(kind: Kind, values: &[Option<f64>]) -> Self {
        match kind {
            Kind::Share => Self {
                unit: " pp",
                ..Self::PERCENT
            },
            Kind::Count | Kind::Money => Self {
                format: Format::fitting(kind, values.iter().copied()),
                factor: 1.0,
                unit: "",
            },
        }
    }

    pub(super) fn bare(self, value: f64, step: Option<f64>) -> String {
        let step = step.map(|it| it * self.factor);
        self.format.number(Some(value * self.factor), step)
    }

    pub(super) fn number(self, value: f64, step: Option<f64>) -> String {
        self.bare(value, step) + self.unit
    }

    pub(super) fn signed_bare(self, value: f64, step: Option<f64>) -> String {
        let text = self.bare(value, step);
        let is_zero = !text.contains(|it: char| matches!(it, '1'..='9'));
        if value > 0.0 && !is_zero {
            format!("+{text}")
        } else {
            text
        }
    }

    pub(super) fn signed(self, value: f64, step: Option<f64>) -> String {
        self.signed_bare(value, step) + self.unit
    }
}
