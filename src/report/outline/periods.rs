//! The periods: what comes when.

use super::{Block, Column, EstimateColumns, Grid, Interval, Length, Section, fold, grid, is_something, several};
use crate::forecast::{Estimate, Forecast};
use crate::report::number::Kind;

/// More periods than this are folded.
const PERIODS_MAX: usize = 24;
/// So many of the last periods stay.
const PERIODS_LAST: usize = 6;

/// Metric, head, its interval, and which columns may go first.
const COLUMNS: [(&str, Interval, [u8; 2]); 8] = [
    ("arrivals", Interval::No, [0, 0]),
    ("won", Interval::Eighty, [0, 1]),
    ("lost", Interval::No, [5, 0]),
    ("churned", Interval::No, [0, 0]),
    ("open", Interval::No, [3, 0]),
    ("revenue", Interval::No, [0, 0]),
    ("cost", Interval::No, [2, 0]),
    ("profit", Interval::Eighty, [0, 4]),
];

/// The key metrics by period.
pub(super) fn section(forecast: &Forecast, length: Length) -> Option<Section> {
    if forecast.periods.is_empty() {
        return None;
    }
    let currency = forecast.scenario.currency.as_deref();
    let parts = COLUMNS.iter().filter_map(|&(metric, interval, spare)| {
        let estimates = by_period(forecast, metric);
        if metric != "won" && !estimates.iter().any(is_something) {
            return None;
        }
        let kind = Kind::of_metric(metric);
        let mut part = EstimateColumns::new(metric, kind, currency, &estimates, (interval, spare[1]));
        part.columns[0].spare = spare[0];
        Some(part)
    });
    let mut table = grid(Column::words(&forecast.run.period), labels(forecast), parts.collect());
    let note = fold_periods(forecast, &mut table, length);
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(note.map(Block::Note));
    Some(Section {
        heading: format!("By {}", forecast.run.period),
        blocks,
    })
}

pub(super) fn labels(forecast: &Forecast) -> Vec<String> {
    forecast.periods.iter().map(|it| it.period.clone()).collect()
}

pub(super) fn by_period(forecast: &Forecast, metric: &str) -> Vec<Estimate> {
    forecast
        .periods
        .iter()
        .map(|it| it.metrics.get(metric).copied().unwrap_or_default())
        .collect()
}

/// Folds the rows of many periods; the note names the ways to see all of them.
pub(super) fn fold_periods(forecast: &Forecast, table: &mut Grid, length: Length) -> Option<String> {
    let out = fold(table, length.rows(PERIODS_MAX), PERIODS_LAST);
    if out == 0 {
        return None;
    }
    let period = &forecast.run.period;
    let coarser = match period.as_str() {
        "day" => Some("week"),
        "week" => Some("month"),
        "month" => Some("quarter"),
        "quarter" => Some("year"),
        _ => None,
    };
    let out = several(out, period);
    Some(match coarser {
        Some(coarser) => format!("{out} left out: `--format csv` has all of them, `--period {coarser}` has fewer."),
        None => format!("{out} left out: `--format csv` has all of them."),
    })
}
