//! The forks: which way customers go, and what becomes of them there.

use super::{
    Block, Column, EstimateColumns, Interval, Length, Row, Section, grid, known_column, one_line, several, spoken,
};
use crate::forecast::{BranchForecast, Estimate, Forecast, ForkForecast};
use crate::report::number::Kind;

/// More forks than this would bury what comes after them.
const FORKS_MAX: usize = 12;

/// Every fork with its branches; none without forks.
pub(super) fn section(forecast: &Forecast, length: Length) -> Option<Section> {
    let shown = &forecast.forks[..forecast.forks.len().min(length.rows(FORKS_MAX))];
    let branches: Vec<&BranchForecast> = shown.iter().flat_map(|it| &it.branches).collect();
    if branches.is_empty() {
        return None;
    }
    let names = branches.iter().map(|it| name(forecast, it)).collect();
    let mut table = grid(Column::words("branch"), names, columns(forecast, &branches));
    table.rows = with_headings(forecast, shown, table.rows);
    let mut blocks = vec![Block::Table(table)];
    let out = forecast.forks.len() - shown.len();
    if out > 0 {
        blocks.push(Block::Note(format!(
            "{} more: `--out DIR` writes all of them to forks.csv.",
            several(out, "fork")
        )));
    }
    Some(Section {
        heading: "Forks".into(),
        blocks,
    })
}

/// A number of a branch that has no interval.
type Known = fn(&BranchForecast) -> Option<f64>;

fn columns(forecast: &Forecast, branches: &[&BranchForecast]) -> Vec<EstimateColumns> {
    let collect =
        |part: fn(&BranchForecast) -> Estimate| -> Vec<Estimate> { branches.iter().map(|it| part(it)).collect() };
    let taken = collect(|it| it.taken);
    let shares = collect(|it| it.share);
    let mut parts = vec![
        EstimateColumns::new("taken", Kind::Count, None, &taken, (Interval::No, 0)),
        EstimateColumns::new("share", Kind::Share, None, &shares, (Interval::Eighty, 1)),
    ];
    let known: [(&str, Kind, u8, Known); 4] = [
        ("days", Kind::Count, 2, |it| it.delay_days.p50),
        ("convert", Kind::Share, 0, |it| it.converts),
        ("leave", Kind::Share, 0, |it| it.churns),
        ("worth", Kind::Money, 0, |it| it.worth),
    ];
    let currency = forecast.scenario.currency.as_deref();
    for (head, kind, spare, part) in known {
        let values: Vec<Option<f64>> = branches.iter().map(|it| part(it)).collect();
        if values.iter().any(Option::is_some) {
            let mut part = known_column(head, kind, spare, currency, &values);
            if head != "days" {
                part.columns[0].band = Some("from there on".into());
            }
            parts.push(part);
        }
    }
    parts
}

/// The name of a branch; where it leads to, if the name does not say so.
fn name(forecast: &Forecast, branch: &BranchForecast) -> String {
    let to = one_line(forecast.step_title(&branch.to));
    if branch.branch == branch.to {
        to
    } else {
        format!("{} → {to}", spoken(&branch.branch))
    }
}

fn with_headings(forecast: &Forecast, forks: &[ForkForecast], rows: Vec<Row>) -> Vec<Row> {
    let mut rows = rows.into_iter();
    let mut all = Vec::new();
    for fork in forks {
        all.push(Row::Heading(one_line(forecast.step_title(&fork.step))));
        all.extend(rows.by_ref().take(fork.branches.len()));
    }
    all
}
