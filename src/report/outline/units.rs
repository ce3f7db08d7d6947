//! Units by product and period: what has to be delivered.

use super::periods::{by_period, fold_periods, labels};
use super::{Block, Column, EstimateColumns, Interval, Row, Section, Tone, grid, spoken};
use crate::forecast::Forecast;
use crate::report::number::Kind;

/// Median and 90 % interval of every product by period; none without products.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let products: Vec<(&str, &str)> = forecast.products().collect();
    if products.is_empty() || forecast.periods.is_empty() {
        return None;
    }
    let parts = products.iter().map(|(metric, product)| {
        let mut estimates = by_period(forecast, metric);
        // What the periods sum to stands in the last row.
        estimates.extend(forecast.totals.get(metric));
        let median = estimates.iter().any(|it| it.p50.is_some());
        let (head, interval) = if median {
            ("median", Interval::Ninety)
        } else {
            ("expected", Interval::No)
        };
        let mut part = EstimateColumns::new(head, Kind::Count, None, &estimates, (interval, 0));
        for column in &mut part.columns {
            column.band = Some(spoken(product));
        }
        part
    });
    let parts = parts.collect();
    let mut names = labels(forecast);
    names.push("in total".into());
    let mut table = grid(Column::words(&forecast.run.period), names, parts);
    let total = table.rows.pop().map(strong);
    let note = fold_periods(forecast, &mut table);
    table.rows.extend(total);
    let mut blocks = vec![Block::Table(table)];
    blocks.extend(note.map(Block::Note));
    Some(Section {
        heading: format!("Units by {}", forecast.run.period),
        blocks,
    })
}

fn strong(row: Row) -> Row {
    match row {
        Row::Cells(cells) => Row::Cells(cells.into_iter().map(|it| it.tone(Tone::Strong)).collect()),
        Row::Heading(_) | Row::Gap => row,
    }
}
