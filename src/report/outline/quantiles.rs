//! Totals in detail: their quantiles, and where their ranges come from.

use super::{Block, Cell, Column, Grid, Row, Section, is_something, metric_words, one_line};
use crate::forecast::{Estimate, Forecast};
use crate::report::number::{Format, Kind, share, step_of};

/// A quantile and the head of its column.
pub(super) type Quantile = (&'static str, fn(&Estimate) -> Option<f64>);

const QUANTILES: [Quantile; 7] = [
    ("5", |it| it.p5),
    ("10", |it| it.p10),
    ("25", |it| it.p25),
    ("50", |it| it.p50),
    ("75", |it| it.p75),
    ("90", |it| it.p90),
    ("95", |it| it.p95),
];

/// Mean and quantiles of every total; none if no quantile is known.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let totals: Vec<(&str, &Estimate)> = forecast.totals.iter().filter(|it| is_something(it.1)).collect();
    if totals.iter().all(|it| it.1.p50.is_none()) {
        return None;
    }
    let mut columns = vec![Column::words("metric"), Column::numbers("mean")];
    columns.extend(QUANTILES.map(|(head, _)| Column::numbers(head).band("this or less in so many of 100 futures")));
    let rows = totals.into_iter().map(|(metric, estimate)| {
        let kind = Kind::of_metric(metric);
        let format = Format::of(kind, estimate);
        let step = step_of(estimate);
        let name = match &forecast.scenario.currency {
            Some(currency) if kind == Kind::Money => format!("{}, {}", metric_words(metric), one_line(currency)),
            _ => metric_words(metric),
        };
        let mut cells = vec![Cell::text(name), Cell::text(format.number(estimate.mean, step))];
        cells.extend(QUANTILES.map(|(_, quantile)| Cell::text(format.number(quantile(estimate), step))));
        Row::Cells(cells)
    });
    let table = Grid {
        columns,
        rows: rows.collect(),
    };
    Some(Section {
        heading: "Totals and their quantiles".into(),
        blocks: vec![Block::Table(table)],
    })
}

/// Which part of a total's variance comes from what; none where it is not worked out.
pub(super) fn spread(forecast: &Forecast) -> Option<Section> {
    let spread = forecast.spread.as_ref()?;
    let columns = vec![
        Column::words("metric"),
        Column::numbers("what is not known"),
        Column::numbers("how many arrive"),
        Column::numbers("luck of each customer"),
    ];
    let percent = |value: f64| Cell::text(share(value, Some(0.01)));
    let rows: Vec<Row> = spread
        .iter()
        .filter(|(metric, _)| forecast.totals.get(metric).is_some_and(is_something))
        .map(|(metric, it)| {
            let shares = [it.assumptions, it.arrivals, it.customers].map(percent);
            Row::Cells(
                std::iter::once(Cell::text(metric_words(metric)))
                    .chain(shares)
                    .collect(),
            )
        })
        .collect();
    (!rows.is_empty()).then(|| Section {
        heading: "Where the ranges come from".into(),
        blocks: vec![
            Block::Table(Grid { columns, rows }),
            Block::Note("Shares of the variance over replications.".into()),
        ],
    })
}
