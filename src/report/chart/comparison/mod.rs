//! Charts of a comparison: the options side by side, their differences by period, and sweeps.

mod difference;
mod finding;
#[cfg(test)]
pub(crate) mod fixture;
mod funnel;
mod metric;
mod plane;
mod sweep;
#[cfg(test)]
mod tests;
mod variants;

use crate::study::Comparison;
use crate::study::comparison::MetricComparison;

use super::number::{self, known};
use super::{Chart, ChartError, ChartKind, ChartOptions};

use metric::Metric;

pub(crate) use sweep::Axes;

/// Metrics of the charts that `--out` and pages hold, as far as there is anything of them.
const WORTH_DRAWING: [&str; 3] = ["profit", "revenue", "won"];

/// The chart of a comparison as SVG, as [`super::svg`] draws those of a forecast.
///
/// # Errors
///
/// Any [`ChartError`] but [`ChartError::Svg`] and [`ChartError::Scale`].
pub fn svg(comparison: &Comparison, kind: ChartKind, options: &ChartOptions) -> Result<String, ChartError> {
    if comparison.options.len() < 2 {
        let why = "the comparison has no alternatives".to_owned();
        return Err(ChartError::Nothing { kind, why });
    }
    match kind {
        ChartKind::Variants => variants::draw(comparison, options),
        ChartKind::Difference => difference::draw(comparison, options),
        ChartKind::Funnel => funnel::draw(comparison, options),
        ChartKind::Sweep => sweep::draw(comparison, options),
        _ => Err(ChartError::Nothing {
            kind,
            why: "this is a comparison of forecasts, not one of them".to_owned(),
        }),
    }
}

/// The charts worth drawing of a comparison: every kind that it has something for, once for each
/// metric worth looking at.
#[must_use]
pub fn charts(comparison: &Comparison) -> Vec<Chart> {
    let mut charts = Vec::new();
    if comparison.options.len() < 2 {
        return charts;
    }
    let mut add = |kind: ChartKind, metric: Option<&str>| {
        let word = kind.word();
        charts.push(Chart {
            name: metric.map_or_else(|| word.to_owned(), |it| format!("{word}-{it}")),
            kind,
            options: ChartOptions {
                metric: metric.map(str::to_owned),
                ..ChartOptions::default()
            },
        });
    };
    let totals = || WORTH_DRAWING.into_iter().filter(|it| is_something(comparison, it));
    let has_points = Axes::of(comparison).is_ok();
    for metric in totals().filter(|_| has_points) {
        add(ChartKind::Sweep, Some(metric));
    }
    for metric in totals() {
        add(ChartKind::Variants, Some(metric));
    }
    for metric in totals().filter(|it| difference::is_worth_drawing(comparison, it)) {
        add(ChartKind::Difference, Some(metric));
    }
    if funnel::is_worth_drawing(comparison) {
        add(ChartKind::Funnel, None);
    }
    charts
}

/// The option that comes out best by a metric.
pub(crate) struct Best {
    /// Which one is best, by how much and how sure, as a sentence without a full stop.
    pub(crate) finding: String,
    /// What it is best at: `highest profit`.
    pub(crate) label: String,
    /// Its name.
    pub(crate) option: String,
    /// What it comes to, and how far that is from the base.
    pub(crate) told: Vec<String>,
}

/// The option that comes out best by a metric, if there is anything of that metric.
pub(crate) fn best(comparison: &Comparison, metric: &str) -> Option<Best> {
    let total = comparison.totals.iter().find(|it| it.metric == metric)?;
    if !is_something(comparison, metric) {
        return None;
    }
    let (metric, names) = (Metric::of(comparison, total), metric::names(comparison));
    let best = metric.best()?;
    let shown = metric.options[best]?;
    let mut told = vec![metric.value(&shown)];
    if let Some(it) = shown.difference.filter(|it| !it.is_none) {
        told[0].push(':');
        let sure = it
            .better
            .map(|share| format!("{} in {}", metric.better_word(), number::share(share)));
        let comma = if sure.is_some() { "," } else { "" };
        told.push(format!("{}{comma}", metric.apart(&it.value)));
        told.extend(sure);
    }
    Some(Best {
        finding: finding::finding(&metric, &names),
        label: finding::label(&metric),
        option: names[best].clone(),
        told,
    })
}

/// The metric that was asked for; else profit if there is any, else won.
fn metric_asked<'a>(comparison: &Comparison, options: &'a ChartOptions) -> &'a str {
    match &options.metric {
        Some(metric) => metric,
        None if is_something(comparison, "profit") => "profit",
        None => "won",
    }
}

/// A metric over the horizon.
fn total<'a>(
    comparison: &'a Comparison,
    kind: ChartKind,
    options: &ChartOptions,
) -> Result<&'a MetricComparison, ChartError> {
    let metric = metric_asked(comparison, options);
    let found = comparison.totals.iter().find(|it| it.metric == metric);
    found.ok_or_else(|| ChartError::UnknownMetric {
        kind,
        metric: metric.to_owned(),
        is_elsewhere: false,
        known: comparison.totals.iter().map(|it| it.metric.clone()).collect(),
    })
}

/// Whether a metric over the horizon is known and not zero throughout.
fn is_something(comparison: &Comparison, metric: &str) -> bool {
    let found = comparison.totals.iter().filter(|it| it.metric == metric);
    let mut values = found.flat_map(|it| it.options.iter().flatten());
    values.any(|it| {
        let numbers = [it.value.mean, it.value.p10, it.value.p90];
        numbers.into_iter().filter_map(known).any(|it| it != 0.0)
    })
}

/// Replications in the words of those who plan.
fn futures(comparison: &Comparison) -> &'static str {
    if comparison.run.engine == "exact" {
        "expected values over worlds"
    } else {
        "futures"
    }
}
