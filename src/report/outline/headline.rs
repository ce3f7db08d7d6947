//! The headline: what comes of it in total, and what its ranges mean.

use super::{Block, Cell, Column, Grid, Length, Row, Section, Tone, is_something, one_line, trend};
use crate::forecast::{Estimate, Forecast, SpreadShares, Table};
use crate::report::number::{Format, Kind, share, step_of};

/// When a metric is worth a line.
#[derive(Clone, Copy)]
enum Shown {
    Always,
    /// If it is not zero throughout.
    IfAny,
    /// If there is any money in the scenario.
    IfMoney,
}

const LINES: [(&str, &str, Tone, Shown); 12] = [
    ("arrivals", "arrivals", Tone::Plain, Shown::IfAny),
    ("pipeline", "under way before", Tone::Plain, Shown::IfAny),
    ("won", "won", Tone::Strong, Shown::Always),
    ("conversion_rate", "conversion rate", Tone::Plain, Shown::IfAny),
    ("churned", "churned", Tone::Strong, Shown::Always),
    ("churn_rate", "churn rate", Tone::Plain, Shown::IfAny),
    ("lost", "lost", Tone::Plain, Shown::IfAny),
    ("open", "still open at the end", Tone::Plain, Shown::IfAny),
    ("revenue", "revenue", Tone::Strong, Shown::IfMoney),
    ("cost", "cost", Tone::Plain, Shown::IfMoney),
    ("profit", "profit", Tone::Strong, Shown::IfMoney),
    ("present_value", "present value of profit", Tone::Plain, Shown::IfAny),
];

/// The totals with their 80 % intervals.
pub(super) fn section(forecast: &Forecast, length: Length) -> Option<Section> {
    let money = ["revenue", "cost", "profit"]
        .iter()
        .any(|it| forecast.totals.get(it).is_some_and(is_something));
    let lines: Vec<_> = LINES
        .iter()
        .filter_map(|&(metric, label, tone, shown)| {
            let estimate = forecast.totals.get(metric)?;
            let is_shown = match shown {
                Shown::Always => true,
                Shown::IfAny => is_something(estimate),
                Shown::IfMoney => money,
            };
            is_shown.then_some((metric, label, tone, *estimate))
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let ranges = lines.iter().any(|(.., it)| it.p10.is_some());
    let mut columns = vec![Column::words(""), Column::numbers("expected")];
    if ranges {
        columns.push(Column::numbers("80 % range"));
    }
    let trends: Vec<Option<String>> = lines.iter().map(|it| trend::trend(forecast, it.0)).collect();
    // A page has charts.
    let has_trends = length == Length::Screen && trends.iter().any(Option::is_some);
    if has_trends {
        columns.push(Column::words(trend::head(forecast)).spare(1));
    }
    let rows = lines
        .iter()
        .zip(trends)
        .map(|((metric, label, tone, estimate), trend)| {
            let kind = Kind::of_metric(metric);
            let format = Format::of(kind, estimate);
            let step = step_of(estimate);
            let label = match &forecast.scenario.currency {
                Some(currency) if kind == Kind::Money => format!("{label}, {}", one_line(currency)),
                _ => (*label).to_owned(),
            };
            let mut cells = vec![
                Cell::text(label).tone(*tone),
                Cell::text(format.number(estimate.mean, step)).tone(*tone),
            ];
            if ranges {
                cells.push(Cell::text(format.range(estimate.p10, estimate.p90, step)));
            }
            if has_trends {
                cells.push(Cell::text(trend.unwrap_or_default()).tone(Tone::Faint));
            }
            Row::Cells(cells)
        });
    let table = Grid {
        columns,
        rows: rows.collect(),
    };
    let mut blocks = vec![Block::Table(table)];
    let estimates: Vec<Estimate> = lines.iter().map(|(.., it)| *it).collect();
    blocks.extend(notes(forecast, &estimates, length).into_iter().map(Block::Note));
    Some(Section {
        heading: "In total".into(),
        blocks,
    })
}

fn notes(forecast: &Forecast, estimates: &[Estimate], length: Length) -> Vec<String> {
    let spread_out = |it: &Estimate| it.p10.zip(it.p90).is_some_and(|(low, high)| low < high);
    let unknown = |it: &Estimate| it.mean.is_some() && it.p10.is_none();
    let mut notes = Vec::new();
    if estimates.iter().any(spread_out) {
        notes.push(
            "In eight of ten futures a number ends inside its 80 % range: what we do not know \
             about the rates and plain luck are both in it."
                .to_owned(),
        );
    }
    let has_luck = forecast.run.engine != "exact";
    if has_luck && forecast.run.replications == 1 && estimates.iter().all(unknown) {
        notes.push("One replication is one possible future: it has no ranges.".to_owned());
    } else if estimates.iter().any(unknown) {
        notes.push(
            "Ranges that are missing are not known to this engine: `--engine cohort` or \
             `--engine individual` finds them."
                .to_owned(),
        );
    }
    // A page has a table of it.
    if length == Length::Screen {
        notes.extend(forecast.spread.as_ref().and_then(spread));
    }
    notes.extend(time_to_convert(forecast));
    notes
}

/// The metrics whose ranges are explained, if they have any.
const EXPLAINED: [&str; 3] = ["won", "revenue", "profit"];

/// Where the ranges come from: in words for the first metric, in short for the others.
fn spread(spread: &Table<SpreadShares>) -> Option<String> {
    let percent = |value: f64| share(value, Some(0.01));
    let mut shown = EXPLAINED.iter().filter_map(|it| Some((it, spread.get(it)?)));
    let (metric, first) = shown.next()?;
    let others = shown.map(|(metric, it)| {
        let shares = [it.assumptions, it.arrivals, it.customers].map(percent);
        format!("; that of `{metric}` {}, {} and {}", shares[0], shares[1], shares[2])
    });
    Some(format!(
        "The range of `{metric}` comes from what we do not know ({}), from how many arrive ({}) \
         and from each customer's luck ({}){}.",
        percent(first.assumptions),
        percent(first.arrivals),
        percent(first.customers),
        others.collect::<String>(),
    ))
}

fn time_to_convert(forecast: &Forecast) -> Option<String> {
    let time = forecast.time_to_convert.as_ref()?;
    let within = |value: f64| {
        let days = Format::fitting(Kind::Count, [Some(value)]).number(Some(value), None);
        match days.as_str() {
            "0" => "at once".to_owned(),
            "1" => "within a day".to_owned(),
            _ => format!("within {days} days"),
        }
    };
    let (median, late) = (time.days.p50?, time.days.p90?);
    Some(format!(
        "Of those who arrive at the start {} convert: half of them {}, nine in ten {}.",
        share(time.share, None),
        within(median),
        within(late)
    ))
}
