//! Cohorts: how many of those who arrived in a period were won by the end of each later one.

use super::{Block, Cell, Column, EstimateColumns, Section, fold, grid, known_column, several};
use crate::forecast::Forecast;
use crate::report::number::{Kind, share};

/// Later periods than this have no column.
const AGES_MAX: usize = 36;
/// More cohorts than this are folded.
const COHORTS_MAX: usize = 60;

/// The share of every cohort that is won, by age; none if nobody ever is.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let cohorts = &forecast.cohorts;
    let is_won = |share: &Option<f64>| share.is_some_and(|it| it > 0.0);
    if !cohorts.iter().any(|it| it.won_by_period.iter().any(is_won)) {
        return None;
    }
    let period = &forecast.run.period;
    let ages = cohorts.iter().map(|it| it.won_by_period.len()).max()?;
    let arrivals: Vec<Option<f64>> = cohorts.iter().map(|it| Some(it.arrivals)).collect();
    let mut parts = vec![known_column("arrivals", Kind::Count, 0, None, &arrivals)];
    for age in 0..ages.min(AGES_MAX) {
        let cells = cohorts.iter().map(|it| {
            // What lies behind the horizon is not there, rather than not known.
            let text = it
                .won_by_period
                .get(age)
                .map(|it| it.map_or("–".to_owned(), |it| share(it, None)));
            vec![Cell::text(text.unwrap_or_default())]
        });
        parts.push(EstimateColumns {
            columns: vec![Column::numbers(age.to_string()).band(format!("won, by {period}s since arrival"))],
            cells: cells.collect(),
        });
    }
    let names = cohorts.iter().map(|it| it.period.clone()).collect();
    let mut table = grid(Column::words("arrived in"), names, parts);
    let out = fold(&mut table, COHORTS_MAX, 12);
    let mut blocks = vec![Block::Table(table)];
    let mut left_out = Vec::new();
    if out > 0 {
        left_out.push(several(out, period));
    }
    if ages > AGES_MAX {
        left_out.push(format!(
            "what was won more than {} later",
            several(AGES_MAX - 1, period)
        ));
    }
    if !left_out.is_empty() {
        blocks.push(Block::Note(format!(
            "Left out: {}; `--format json` has all of it.",
            left_out.join(", ")
        )));
    }
    Some(Section {
        heading: "Cohorts".into(),
        blocks,
    })
}
