//! A backtest as tables: every prediction, and the scores.

use super::{Sheet, cell};
use crate::fit::backtest::Backtest;

/// Every prediction of every method, with what came. This is what `backtest --format csv` prints.
#[must_use]
pub fn predictions(backtest: &Backtest) -> String {
    let head = [
        "metric", "origin", "period", "ahead", "method", "actual", "mean", "p2_5", "p10", "p25", "p50", "p75", "p90",
        "p97_5", "place", "crps", "pinball",
    ];
    let mut sheet = Sheet::new(&head.map(str::to_owned));
    for metric in &backtest.metrics {
        for it in &metric.predictions {
            let mut row = vec![
                metric.metric.clone(),
                it.origin.clone(),
                it.period.clone(),
                it.ahead.to_string(),
                it.method.clone(),
            ];
            let numbers = [
                it.actual, it.mean, it.p2_5, it.p10, it.p25, it.p50, it.p75, it.p90, it.p97_5, it.place, it.crps,
                it.pinball,
            ];
            row.extend(numbers.map(|it| cell(Some(it))));
            sheet.row(&row);
        }
    }
    sheet.text()
}

/// The scores of every method.
#[must_use]
pub fn scores(backtest: &Backtest) -> String {
    let head = [
        "metric",
        "method",
        "count",
        "coverage_50",
        "coverage_80",
        "coverage_95",
        "p_50",
        "p_80",
        "p_95",
        "width_80",
        "crps",
        "pinball",
        "bias",
        "mae",
        "wape",
        "mape",
    ];
    let mut sheet = Sheet::new(&head.map(str::to_owned));
    for metric in &backtest.metrics {
        for it in &metric.methods {
            let mut row = vec![metric.metric.clone(), it.method.clone(), it.count.to_string()];
            row.extend(it.coverage.iter().map(|it| cell(Some(it.share))));
            row.extend(it.coverage.iter().map(|it| cell(Some(it.p))));
            row.extend([it.width_80, it.crps, it.pinball, it.bias, it.mae].map(|it| cell(Some(it))));
            row.extend([it.wape, it.mape].map(cell));
            sheet.row(&row);
        }
    }
    sheet.text()
}
