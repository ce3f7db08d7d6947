//! The total of a metric over replications.

use crate::forecast::Forecast;

use super::{ChartError, ChartKind, ChartOptions};

/// The chart as SVG.
pub(crate) fn draw(_: &Forecast, _: &ChartOptions) -> Result<String, ChartError> {
    Err(ChartError::Nothing {
        kind: ChartKind::Distribution,
        why: "it is not drawn yet".to_owned(),
    })
}

pub(crate) fn worth_drawing(_: &Forecast) -> Vec<String> {
    Vec::new()
}
