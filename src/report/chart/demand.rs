//! Units of a product by period, and what covers the demand.

use crate::forecast::Forecast;

use super::{ChartError, ChartKind, ChartOptions};

/// The chart as SVG.
pub(crate) fn draw(_: &Forecast, _: &ChartOptions) -> Result<String, ChartError> {
    Err(ChartError::Nothing {
        kind: ChartKind::Demand,
        why: "it is not drawn yet".to_owned(),
    })
}

pub(crate) fn worth_drawing(_: &Forecast) -> Vec<String> {
    Vec::new()
}
