//! The ways between steps: how many take each of them.

use super::{Block, Cell, Column, EstimateColumns, Section, grid, known_column, one_line, spoken};
use crate::forecast::Forecast;
use crate::report::number::Kind;

/// How precise flows are is not known: three digits tell them apart.
fn near(value: f64) -> f64 {
    let text = format!("{value:.2e}");
    text.parse().unwrap_or(value)
}

/// Every way into a step; none if they are not known.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let flows = &forecast.flows;
    if flows.is_empty() {
        return None;
    }
    let words = |head: &str, texts: Vec<String>| EstimateColumns {
        columns: vec![Column::words(head)],
        cells: texts.into_iter().map(|it| vec![Cell::text(it)]).collect(),
    };
    let title = |step: &str| one_line(forecast.step_title(step));
    let from = flows.iter().map(|it| match (&it.from, &it.arrival) {
        (Some(step), _) => title(step),
        (None, Some(arrival)) => spoken(arrival),
        (None, None) => String::new(),
    });
    let branches = flows.iter().map(|it| match &it.branch {
        Some(branch) if *branch != it.to => spoken(branch),
        Some(_) => String::new(),
        None => "arrives".to_owned(),
    });
    let number = |head: &str, values: Vec<f64>| {
        let values: Vec<Option<f64>> = values.into_iter().map(|it| Some(near(it))).collect();
        known_column(head, Kind::Count, 0, None, &values)
    };
    let parts = vec![
        words("branch", branches.collect()),
        words("to", flows.iter().map(|it| title(&it.to)).collect()),
        number("customers", flows.iter().map(|it| it.customers).collect()),
        number("still on the way", flows.iter().map(|it| it.open).collect()),
    ];
    let table = grid(Column::words("from"), from.collect(), parts);
    Some(Section {
        heading: "Ways between steps".into(),
        blocks: vec![Block::Table(table)],
    })
}
