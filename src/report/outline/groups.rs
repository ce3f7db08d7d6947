//! Customers by how they arrived and what they are, and what is booked by channel and owner.

use super::{
    Block, Column, EstimateColumns, Interval, Length, Section, fold, grid, is_something, metric_words, several, spoken,
};
use crate::forecast::{Estimate, Forecast, GroupForecast};
use crate::report::number::Kind;

/// More groups than this are folded.
const GROUPS_MAX: usize = 12;

/// The groups by arrival; none if there is only one, which would repeat the totals.
pub(super) fn by_arrival(forecast: &Forecast, length: Length) -> Option<Section> {
    let groups = forecast.groups.get("arrival").filter(|it| it.len() > 1)?;
    Some(section(forecast, "arrival", groups, length))
}

/// Every grouping with more than one group.
pub(super) fn sections(forecast: &Forecast, length: Length) -> Vec<Section> {
    let groupings = forecast.groups.iter().filter(|(_, groups)| groups.len() > 1);
    groupings
        .map(|(name, groups)| section(forecast, name, groups, length))
        .collect()
}

fn section(forecast: &Forecast, grouping: &str, groups: &[GroupForecast], length: Length) -> Section {
    let currency = forecast.scenario.currency.as_deref();
    let has_customers = groups.iter().any(|it| it.metrics.get("arrivals").is_some());
    let column = |metric: &str, interval: Interval, spare: [u8; 2]| {
        let estimates = by_group(groups, metric);
        let mut part = EstimateColumns::new(
            &metric_words(metric),
            Kind::of_metric(metric),
            currency,
            &estimates,
            (interval, spare[1]),
        );
        part.columns[0].spare = spare[0];
        ((metric == "won" && has_customers) || estimates.iter().any(is_something)).then_some(part)
    };
    let mut parts = vec![
        column("arrivals", Interval::No, [0, 0]),
        column("won", Interval::Eighty, [0, 2]),
        has_customers.then(|| conversion(groups)),
    ];
    if !has_customers {
        parts.extend(booked(groups).map(|metric| column(metric, Interval::No, [0, 0])));
    }
    parts.extend([
        column("churned", Interval::No, [0, 0]),
        column("open", Interval::No, [4, 0]),
        column("revenue", Interval::No, [0, 0]),
        column("cost", Interval::No, [3, 0]),
        column("profit", Interval::Eighty, [0, 5]),
    ]);
    let names = groups.iter().map(|it| spoken(&it.group)).collect();
    let name = spoken(grouping);
    let mut table = grid(Column::words(&name), names, parts.into_iter().flatten().collect());
    let out = fold(&mut table, length.rows(GROUPS_MAX), 1);
    let mut blocks = vec![Block::Table(table)];
    if out > 0 {
        blocks.push(Block::Note(format!(
            "{} more: `--out DIR` writes all of them to groups.csv.",
            several(out, &name)
        )));
    }
    Section {
        heading: format!("By {name}"),
        blocks,
    }
}

/// What channels and owners have and customers do not: conversions, events and units.
fn booked(groups: &[GroupForecast]) -> impl Iterator<Item = &str> {
    let metrics = groups.first().map(|it| it.metrics.iter().map(|(metric, _)| metric));
    metrics
        .into_iter()
        .flatten()
        .filter(|it| *it == "conversions" || it.starts_with("events.") || it.starts_with("units."))
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
