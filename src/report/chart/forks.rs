//! The forks: how each parts customers, and where each branch ends up.

use crate::forecast::Forecast;

use super::{ChartError, ChartKind, ChartOptions};

/// The chart as SVG.
pub(crate) fn draw(_: &Forecast, _: &ChartOptions) -> Result<String, ChartError> {
    Err(ChartError::Nothing {
        kind: ChartKind::Forks,
        why: "it is not drawn yet".to_owned(),
    })
}

pub(crate) fn is_worth_drawing(_: &Forecast) -> bool {
    false
}
