//! Customers by how they arrived.

use super::{
    Block, Column, EstimateColumns, Interval, Section, Tone, fold, grid, is_something, several,
    spoken,
};
use crate::forecast::{Estimate, Forecast, GroupForecast};
use crate::report::number::Kind;
use crate::report::number::share;
use crate::report::outline::Cell;

/// More groups than this are folded.
const GROUPS_MAX: usize = 12;

/// The groups by arrival; none if there is only one, which would repeat the totals.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let groups = forecast.groups.get("arrival").filter(|it| it.len() > 1)?;
    let currency = forecast.scenario.currency.as_deref();
    let column = |metric: &'static str, interval: Interval, spare: [u8; 2]| {
        let estimates = by_group(groups, metric);
        let mut part = EstimateColumns::new(
            metric,
            Kind::of_metric(metric),
            currency,
            &estimates,
            (interval, spare[1]),
        );
        part.columns[0].spare = spare[0];
        (metric == "won" || estimates.iter().any(is_something)).then_some(part)
    };
    let parts = [
        column("arrivals", Interval::No, [0, 0]),
        column("won", Interval::Eighty, [0, 2]),
        Some(conversion(groups)),
        column("churned", Interval::No, [0, 0]),
        column("open", Interval::No, [4, 0]),
        column("revenue", Interval::No, [0, 0]),
        column("cost", Interval::No, [3, 0]),
        column("profit", Interval::Eighty, [0, 5]),
    ];
    let names = groups.iter().map(|it| spoken(&it.group)).collect();
    let mut table = grid(
        Column::words("arrival"),
        names,
        parts.into_iter().flatten().collect(),
    );
    let out = fold(&mut table, GROUPS_MAX, 1);
    let mut blocks = vec![Block::Table(table)];
    if out > 0 {
        blocks.push(Block::Note(format!(
            "{} more: `--out DIR` writes all of them to groups.csv.",
            several(out, "arrival")
        )));
    }
    Some(Section {
        heading: "By arrival".into(),
        blocks,
    })
}

fn by_group(groups: &[GroupForecast], metric: &str) -> Vec<Estimate> {
    groups
        .iter()
        .map(|it| it.metrics.get(metric).copied().unwrap_or_default())
        .collect()
}

/// The share of arrivals that is won, as the ratio of the two means.
fn conversion(groups: &[GroupForecast]) -> EstimateColumns {
    let mean = |group: &GroupForecast, metric| group.metrics.get(metric).and_then(|it| it.mean);
    let cells = groups.iter().map(|group| {
        let text = match (mean(group, "won"), mean(group, "arrivals")) {
            (Some(won), Some(arrivals)) if arrivals > 0.0 => share(won / arrivals, None),
            _ => crate::report::number::NOTHING.into(),
        };
        vec![Cell::text(text).tone(Tone::Faint)]
    });
    EstimateColumns {
        columns: vec![Column::numbers("of arrivals").spare(1)],
        cells: cells.collect(),
    }
}
