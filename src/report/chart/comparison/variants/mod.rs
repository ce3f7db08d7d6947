//! The options one below the other: a metric with its interval, and how far each is from the base.

mod plot;
mod rows;

use crate::report::chart::frame::{Frame, Words};
use crate::report::chart::number;
use crate::report::chart::{ChartError, ChartKind, ChartOptions};
use crate::study::Comparison;

use super::finding::finding;
use super::metric::{Metric, names, swept};
use plot::Plot;

/// More options than this are a list that nobody compares by eye.
const ROWS_MAX: usize = 40;

/// An option.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: String,
    /// Its position among all options.
    option: usize,
}

/// The chart as SVG.
pub(super) fn draw(comparison: &Comparison, options: &ChartOptions) -> Result<String, ChartError> {
    let total = super::total(comparison, ChartKind::Variants, options)?;
    let metric = Metric::of(comparison, total);
    let names = names(comparison);
    let rows = rows(&metric, &names);
    let frame = Frame::new(comparison, words(comparison, &metric, &names, &rows), options)?;
    let plot = Plot::new(&frame, &metric, &rows);
    let (mut canvas, area) = frame.open(options, plot.height_natural(), plot.height_least())?;
    plot.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

/// The options in their order; if they are too many, the base and those that come out best.
fn rows(metric: &Metric, names: &[String]) -> Vec<Row> {
    let mut kept: Vec<usize> = (0..names.len()).collect();
    if kept.len() > ROWS_MAX {
        let rank = |option: &usize| {
            let mean = metric.options[*option].and_then(|it| it.value.line);
            mean.map_or(f64::NEG_INFINITY, |it| metric.sign() * it)
        };
        kept[1..].sort_by(|one, other| rank(other).total_cmp(&rank(one)));
        kept.truncate(ROWS_MAX);
        kept.sort_unstable();
    }
    let row = |option: usize| Row {
        name: names[option].clone(),
        option,
    };
    kept.into_iter().map(row).collect()
}

fn words(comparison: &Comparison, metric: &Metric, names: &[String], rows: &[Row]) -> Words {
    let mut subtitle = vec![format!(
        "{} over the horizon with each option, and its difference to the base: the mean, and where 80\u{a0}% of {} are.",
        metric.words.name,
        super::futures(comparison)
    )];
    if rows.len() < names.len() {
        subtitle.push(format!(
            "The base and the {} that come out best, of {} alternatives.",
            rows.len() - 1,
            names.len() - 1
        ));
    }
    subtitle.extend(swept(comparison));
    let told = rows
        .iter()
        .map(|it| format!("{}: {}.", it.name, told(metric, it.option)));
    Words {
        finding: finding(metric, names),
        subtitle: subtitle.join(" "),
        description: told.collect::<Vec<_>>().join(" "),
    }
}

/// An option in words.
fn told(metric: &Metric, option: usize) -> String {
    let Some(shown) = &metric.options[option] else {
        return format!("does not have {}", metric.words.inside());
    };
    let value = match shown.value.interval_80() {
        Some((low, high)) if high > low => {
            let unit = number::unit(shown.value.line.unwrap_or(0.0), Some((low, high)));
            let range = number::range(low, high, unit);
            format!("{} ({range})", metric.value(shown))
        }
        _ => metric.value(shown),
    };
    match &shown.difference {
        None => value,
        Some(it) if it.is_none => format!("{value}, no difference to the base"),
        Some(it) => {
            let sure = it.better.map(|share| {
                let share = number::share(share);
                format!(", {} in {share}", metric.better_word())
            });
            format!(
                "{value}, {} to the base{}",
                metric.difference_and_interval(&it.value),
                sure.unwrap_or_default()
            )
        }
    }
}
