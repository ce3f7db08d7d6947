//! Customers by how they arrived.

use super::{Block, Column, EstimateColumns, Interval, Section, fold, grid, is_something, several, spoken};
use crate::forecast::{Estimate, Forecast, GroupForecast};
use crate::report::number::Kind;

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
    let mut table = grid(Column::words("arrival"), names, parts.into_iter().flatten().collect());
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
    let shares: Vec<Estimate> = groups
        .iter()
        .map(|group| {
            let arrivals = group.metrics.get("arrivals").and_then(|it| it.mean);
            let won = group.metrics.get("won").copied().unwrap_or_default();
            let of_arrivals = |value: Option<f64>| {
                let arrivals = arrivals.filter(|it| *it > 0.0)?;
                Some(value? / arrivals)
            };
            Estimate {
                mean: of_arrivals(won.mean),
                p10: of_arrivals(won.p10),
                p90: of_arrivals(won.p90),
                ..Estimate::default()
            }
        })
        .collect();
    EstimateColumns::new("of arrivals", Kind::Share, None, &shares, (Interval::No, 0))
}
