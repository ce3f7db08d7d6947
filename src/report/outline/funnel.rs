//! The funnel: how many customers get how far.

use super::{Block, Cell, Column, EstimateColumns, Interval, Section, Tone, grid, is_something, one_line};
use crate::forecast::{Estimate, Forecast};
use crate::report::number::Kind;

/// The stages with bars, counts and shares; none without stages.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let rows = &forecast.funnel;
    if rows.is_empty() {
        return None;
    }
    let collect = |part: fn(&crate::forecast::FunnelRow) -> Option<Estimate>| -> Vec<Estimate> {
        rows.iter().map(|it| part(it).unwrap_or_default()).collect()
    };
    let reached = collect(|it| Some(it.reached));
    let longest = reached.iter().filter_map(|it| it.mean).fold(0.0_f64, f64::max);
    let bars = reached.iter().map(|it| {
        let length = it.mean.unwrap_or(0.0) / longest;
        vec![Cell::bar(if length.is_finite() { length } else { 0.0 })]
    });
    let mut parts = vec![
        EstimateColumns {
            columns: vec![Column::bars()],
            cells: bars.collect(),
        },
        EstimateColumns::new("customers", Kind::Count, None, &reached, (Interval::Eighty, 2)),
    ];
    if rows.len() > 1 {
        parts.extend(
            [
                ("of previous", collect(|it| it.from_previous), 3),
                ("of first", collect(|it| it.from_first), 4),
            ]
            .map(|(head, shares, spare)| {
                EstimateColumns::new(head, Kind::Share, None, &shares, (Interval::Eighty, spare))
            }),
        );
    }
    if rows.iter().any(|it| it.owner.is_some()) {
        let owners = rows.iter().map(|it| {
            let owner = it.owner.as_deref().unwrap_or_default();
            vec![Cell::text(one_line(owner)).tone(Tone::Faint)]
        });
        parts.push(EstimateColumns {
            columns: vec![Column::words("owner").spare(5)],
            cells: owners.collect(),
        });
    }
    let names = rows.iter().map(|it| one_line(&it.title)).collect();
    let mut blocks = vec![Block::Table(grid(Column::words("stage"), names, parts))];
    if forecast.totals.get("pipeline").is_some_and(is_something) {
        blocks.push(Block::Note(
            "Only those who arrive are in it, not those who were under way before.".into(),
        ));
    }
    Some(Section {
        heading: "Funnel".into(),
        blocks,
    })
}
