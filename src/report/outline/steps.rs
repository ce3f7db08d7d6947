//! The steps and the ends of the journey: how many come there, and what follows.

use super::{Block, Cell, Column, EstimateColumns, Interval, Section, Tone, grid, known_column, one_line};
use crate::forecast::{Estimate, Forecast};
use crate::report::number::Kind;

/// Every step; none without steps.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let steps = &forecast.steps;
    if steps.is_empty() {
        return None;
    }
    let currency = forecast.scenario.currency.as_deref();
    let customers: Vec<Estimate> = steps.iter().map(|it| it.customers).collect();
    let reached: Vec<Estimate> = steps.iter().map(|it| it.reached).collect();
    let labels = |head: &str, part: &dyn Fn(usize) -> Option<String>| {
        let texts: Vec<Option<String>> = (0..steps.len()).map(part).collect();
        texts.iter().any(Option::is_some).then(|| EstimateColumns {
            columns: vec![Column::words(head)],
            cells: texts
                .into_iter()
                .map(|it| vec![Cell::text(one_line(&it.unwrap_or_default())).tone(Tone::Faint)])
                .collect(),
        })
    };
    let converts: Vec<Option<f64>> = steps.iter().map(|it| it.converts).collect();
    let worth: Vec<Option<f64>> = steps.iter().map(|it| it.worth).collect();
    let from_there = |head: &str, kind: Kind, values: &[Option<f64>]| {
        let mut part = known_column(head, kind, 0, currency, values);
        part.columns[0].band = Some("from there on".into());
        values.iter().any(Option::is_some).then_some(part)
    };
    let parts = [
        labels("stage", &|at| steps[at].stage.as_deref().map(|it| stage(forecast, it))),
        labels("channel", &|at| steps[at].channel.clone()),
        labels("owner", &|at| steps[at].owner.clone()),
        Some(EstimateColumns::new(
            "customers",
            Kind::Count,
            None,
            &customers,
            (Interval::Eighty, 0),
        )),
        Some(EstimateColumns::new(
            "visits",
            Kind::Count,
            None,
            &reached,
            (Interval::No, 0),
        )),
        from_there("convert", Kind::Share, &converts),
        from_there("worth", Kind::Money, &worth),
    ];
    let names = steps.iter().map(|it| one_line(&it.title)).collect();
    let table = grid(Column::words("step"), names, parts.into_iter().flatten().collect());
    Some(Section {
        heading: "Steps".into(),
        blocks: vec![Block::Table(table)],
    })
}

/// Display name of a stage.
fn stage(forecast: &Forecast, id: &str) -> String {
    let row = forecast.funnel.iter().find(|it| it.stage == id);
    row.map_or(id, |it| &it.title).to_owned()
}

/// Every way the journey ends; none if it never does.
pub(super) fn outcomes(forecast: &Forecast) -> Option<Section> {
    let ends = &forecast.outcomes;
    if ends.is_empty() {
        return None;
    }
    let customers: Vec<Estimate> = ends.iter().map(|it| it.customers).collect();
    let outcomes = ends.iter().map(|it| vec![Cell::text(one_line(&it.outcome))]);
    let parts = vec![
        EstimateColumns {
            columns: vec![Column::words("counted as")],
            cells: outcomes.collect(),
        },
        EstimateColumns::new("customers", Kind::Count, None, &customers, (Interval::Eighty, 0)),
    ];
    let names = ends.iter().map(|it| one_line(forecast.step_title(&it.step))).collect();
    Some(Section {
        heading: "Where journeys end".into(),
        blocks: vec![Block::Table(grid(Column::words("step"), names, parts))],
    })
}
