//! Units by product and period: what has to be delivered.

use super::periods::{by_period, fold_periods, labels};
use super::quantiles::Quantile;
use super::{Block, Column, EstimateColumns, Grid, Interval, Length, Row, Section, Tone, grid, known_column, spoken};
use crate::forecast::{Estimate, Forecast};
use crate::report::number::{Kind, step_of};

/// Median and 90 % interval of every product by period; none without products.
pub(super) fn section(forecast: &Forecast, length: Length) -> Option<Section> {
    let table = table(forecast, |estimates| {
        let has_median = estimates.iter().any(|it| it.p50.is_some());
        let (head, interval) = if has_median {
            ("median", Interval::Ninety)
        } else {
            ("expected", Interval::No)
        };
        EstimateColumns::new(head, Kind::Count, None, estimates, (interval, 0))
    })?;
    let heading = format!("Units by {}", forecast.run.period);
    Some(folded(forecast, heading, table, length))
}

/// How much covers the demand for every product by period, in half of all futures and in more of
/// them; none if that is not known.
pub(super) fn covering(forecast: &Forecast, length: Length) -> Option<Section> {
    let is_known = |metric: &str| by_period(forecast, metric).iter().any(|it| it.p80.is_some());
    if !forecast.products().any(|(metric, _)| is_known(metric)) {
        return None;
    }
    let table = table(forecast, |estimates| {
        let quantiles: [Quantile; 3] = [("50 %", |it| it.p50), ("80 %", |it| it.p80), ("95 %", |it| it.p95)];
        let parts = quantiles.map(|(head, quantile)| {
            let values: Vec<Option<f64>> = estimates.iter().map(|it| Some(enough(quantile(it)?, it))).collect();
            known_column(head, Kind::Count, 0, None, &values)
        });
        let mut all = EstimateColumns {
            columns: Vec::new(),
            cells: vec![Vec::new(); estimates.len()],
        };
        for part in parts {
            all.columns.extend(part.columns);
            for (row, cells) in all.cells.iter_mut().zip(part.cells) {
                row.extend(cells);
            }
        }
        all
    })?;
    let mut section = folded(forecast, "Units that cover the demand".into(), table, length);
    section.blocks.push(Block::Note(
        "So many are enough in 50, 80 or 95 of 100 futures. What covers the whole time is less than the sum over \
         its periods: they are not all high at once."
            .into(),
    ));
    Some(section)
}

/// A quantity rounded up to what its estimate supports: less than enough does not cover.
fn enough(quantity: f64, estimate: &Estimate) -> f64 {
    let step = step_of(estimate).unwrap_or(1.0).max(1.0);
    (quantity / step).ceil() * step
}

/// The columns of every product, period by period and in total; none without products.
fn table(forecast: &Forecast, columns: impl Fn(&[Estimate]) -> EstimateColumns) -> Option<Grid> {
    let products: Vec<(&str, &str)> = forecast.products().collect();
    if products.is_empty() || forecast.periods.is_empty() {
        return None;
    }
    let parts = products.iter().map(|(metric, product)| {
        let mut estimates = by_period(forecast, metric);
        // What the periods sum to stands in the last row.
        estimates.extend(forecast.totals.get(metric));
        let mut part = columns(&estimates);
        for column in &mut part.columns {
            column.band = Some(spoken(product));
        }
        part
    });
    let parts = parts.collect();
    let mut names = labels(forecast);
    names.push("in total".into());
    Some(grid(Column::words(&forecast.run.period), names, parts))
}

fn folded(forecast: &Forecast, heading: String, mut table: Grid, length: Length) -> Section {
    let total = table.rows.pop().map(total);
    let note = fold_periods(forecast, &mut table, length);
    table.rows.extend(total);
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(note.map(Block::Note));
    Section { heading, blocks }
}

fn total(row: Row) -> Row {
    match row {
        Row::Cells(cells) => Row::Total(cells.into_iter().map(|it| it.tone(Tone::Strong)).collect()),
        Row::Total(_) | Row::Heading(_) | Row::Gap => row,
    }
}
