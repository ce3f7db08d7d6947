//! The targets: how likely each is, and how much is missing.

use super::{Block, Cell, Column, Fact, Grid, Row, Section, Tone, metric_words, one_line, spoken};
use crate::forecast::{Forecast, TargetForecast};
use crate::report::number::{Format, Kind, share, step_of};

/// From here on a target is as good as met.
const CONFIDENT: f64 = 0.8;

/// One statement per target; none without targets.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    if forecast.targets.is_empty() {
        return None;
    }
    let facts = forecast.targets.iter().map(|target| Fact {
        name: name(forecast, target),
        parts: parts(forecast, target),
        tone: match target.probability {
            Some(chance) if chance >= CONFIDENT => Tone::Good,
            Some(chance) if chance >= 0.5 => Tone::Fair,
            Some(_) => Tone::Bad,
            None => Tone::Plain,
        },
    });
    Some(Section {
        heading: "Targets".into(),
        blocks: [Some(Block::Facts(facts.collect())), levers(forecast)]
            .into_iter()
            .flatten()
            .collect(),
    })
}

/// What each lever could do for each target.
fn levers(forecast: &Forecast) -> Option<Block> {
    let mut rows = Vec::new();
    for target in &forecast.targets {
        let known = target
            .levers
            .iter()
            .filter_map(|it| Some((it, it.probability?, it.rise?)));
        let cells = known.map(|(lever, probability, rise)| {
            let points = |it: f64| format!("{:+.0}", 100.0 * it).replace("-0", "+0");
            let error = lever.se.map_or_else(String::new, |se| format!("{:.0}", 196.0 * se));
            let tone = match rise {
                rise if rise > 2.0 * lever.se.unwrap_or(0.0) => Tone::Good,
                rise if rise < -2.0 * lever.se.unwrap_or(0.0) => Tone::Bad,
                _ => Tone::Plain,
            };
            Row::Cells(vec![
                Cell::text(one_line(&lever.change)),
                Cell::text(share(probability, Some(0.01))),
                Cell::text(points(rise)).tone(tone),
                Cell::text(error).tone(Tone::Faint),
            ])
        });
        let cells: Vec<Row> = cells.collect();
        if !cells.is_empty() {
            rows.push(Row::Heading(name(forecast, target)));
            rows.extend(cells);
        }
    }
    let columns = vec![
        Column::words("with a lever at its better limit"),
        Column::numbers("met in"),
        Column::numbers("rise, pp"),
        Column::numbers("± 95 %").spare(1),
    ];
    (!rows.is_empty()).then_some(Block::Table(Grid { columns, rows }))
}

fn name(forecast: &Forecast, target: &TargetForecast) -> String {
    let (id, mut metric) = (spoken(&target.target), metric_words(&target.metric));
    if let (Kind::Money, Some(currency)) = (Kind::of_metric(&target.metric), &forecast.scenario.currency) {
        metric = format!("{metric} in {}", one_line(currency));
    }
    match target.over.as_str() {
        "horizon" => format!("{id}: {metric}"),
        over => format!("{id}: {metric}, {}", one_line(over)),
    }
}

fn parts(forecast: &Forecast, target: &TargetForecast) -> Vec<String> {
    let kind = Kind::of_metric(&target.metric);
    let step = step(forecast, target);
    let amount = |value: f64, step: Option<f64>| Format::fitting(kind, [Some(value)]).number(Some(value), step);
    let bounds: Vec<String> = [("≥", target.at_least), ("≤", target.at_most)]
        .iter()
        .filter_map(|(sign, bound)| Some(format!("{sign} {}", amount((*bound)?, None))))
        .collect();
    // Two standard errors: the digits below are luck of this run.
    let chance = target.probability.map_or_else(
        || "not known".to_owned(),
        |chance| {
            let doubt = target.se.unwrap_or(0.0).max(0.001) * 2.0;
            share(chance, Some(doubt.min(0.01)))
        },
    );
    let so_far = if target.so_far == 0.0 {
        String::new()
    } else {
        format!(" (so far {})", amount(target.so_far, None))
    };
    let mut parts = vec![
        format!("P({}) {chance}", bounds.join(", ")),
        format!("expected {}{so_far}", amount(target.expected, step)),
    ];
    parts.extend(target.gap_80.map(|gap| {
        if gap > 0.0 {
            format!("gap at 80 % confidence {}", amount(gap, step))
        } else {
            format!("{} to spare at 80 % confidence", amount(-gap, step))
        }
    }));
    parts.extend(most(target));

    parts
}

/// The lever that helps most, if one surely does.
fn most(target: &TargetForecast) -> Option<String> {
    let it = target.levers.first()?;
    let (probability, rise) = (it.probability?, it.rise?);
    if rise <= 2.0 * it.se.unwrap_or(0.0) {
        return None;
    }
    let (probability, rise) = (share(probability, Some(0.01)), (100.0 * rise).round());
    Some(format!(
        "rises most by {}: to {probability}, +{rise} pp",
        one_line(&it.change)
    ))
}

/// The step of the metric over the same days.
fn step(forecast: &Forecast, target: &TargetForecast) -> Option<f64> {
    let metrics = if target.over == "horizon" {
        &forecast.totals
    } else {
        &forecast.periods.iter().find(|it| it.period == target.over)?.metrics
    };
    step_of(metrics.get(&target.metric)?)
}
