//! The journey itself: steps, forks and their shares.

use crate::forecast::Forecast;

use super::{ChartError, ChartKind, ChartOptions};

/// The chart as SVG.
pub(crate) fn draw(_: &Forecast, _: &ChartOptions) -> Result<String, ChartError> {
    Err(ChartError::Nothing {
        kind: ChartKind::Journey,
        why: "it is not drawn yet".to_owned(),
    })
}

pub(crate) fn is_worth_drawing(_: &Forecast) -> bool {
    false
}
