//! From what is there over new business to the forecast and the target.

use crate::forecast::Forecast;

use super::{ChartError, ChartKind, ChartOptions};

/// The chart as SVG.
pub(crate) fn draw(_: &Forecast, _: &ChartOptions) -> Result<String, ChartError> {
    Err(ChartError::Nothing {
        kind: ChartKind::Bridge,
        why: "it is not drawn yet".to_owned(),
    })
}

pub(crate) fn worth_drawing(_: &Forecast) -> Vec<String> {
    Vec::new()
}
