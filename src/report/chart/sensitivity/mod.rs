//! Charts of a sensitivity: a tornado, shares of variance, and tables as heat maps.

mod by;
mod rows;
mod shares;
#[cfg(test)]
mod tests;
mod tornado;

use crate::report::number::{Format, Kind};
use crate::report::outline::metric_words;
use crate::study::Sensitivity;
use crate::study::sensitivity::result::TwoWay;

use super::text::{NO_BREAK, capital};
use super::{Chart, ChartError, ChartKind, ChartOptions};

/// The chart of a sensitivity as SVG, as [`super::svg`] draws those of a forecast. A table is chosen by
/// the two paths with a comma between them, in place of a metric; by default it is the first one.
///
/// # Errors
///
/// Any [`ChartError`] but [`ChartError::Svg`] and [`ChartError::Scale`].
pub fn svg(answer: &Sensitivity, kind: ChartKind, options: &ChartOptions) -> Result<String, ChartError> {
    if options.metric.is_some() && matches!(kind, ChartKind::Tornado | ChartKind::Shares) {
        return Err(ChartError::TakesNoMetric(kind));
    }
    let nothing = |why: &str| ChartError::Nothing {
        kind,
        why: why.to_owned(),
    };
    match kind {
        ChartKind::Tornado if answer.tornado.is_empty() => Err(nothing("nothing is uncertain, and nothing was moved")),
        ChartKind::Tornado => tornado::draw(answer, options),
        ChartKind::Shares => match &answer.shares {
            Some(shares) => shares::draw(answer, shares, options),
            None => Err(nothing("what is uncertain does not move the metric")),
        },
        ChartKind::By => match table(answer, options)? {
            Some(table) => by::draw(answer, table, options),
            None => Err(nothing("the sensitivity has no table (`--by PATH,PATH` makes one)")),
        },
        _ => Err(nothing("this is a sensitivity, not a forecast")),
    }
}

/// The charts worth drawing of a sensitivity.
#[must_use]
pub fn charts(answer: &Sensitivity) -> Vec<Chart> {
    let chart = |name: String, kind: ChartKind, metric: Option<String>| Chart {
        name,
        kind,
        options: ChartOptions {
            metric,
            ..ChartOptions::default()
        },
    };
    let mut charts = Vec::new();
    if !answer.tornado.is_empty() {
        charts.push(chart("tornado".to_owned(), ChartKind::Tornado, None));
    }
    if answer.shares.is_some() {
        charts.push(chart("shares".to_owned(), ChartKind::Shares, None));
    }
    for (at, table) in answer.tables.iter().enumerate() {
        let name = if at == 0 {
            "by".to_owned()
        } else {
            format!("by-{}", at + 1)
        };
        charts.push(chart(name, ChartKind::By, Some(name_of(table))));
    }
    charts
}

fn name_of(table: &TwoWay) -> String {
    format!("{},{}", table.rows.path, table.columns.path)
}

fn table<'a>(answer: &'a Sensitivity, options: &ChartOptions) -> Result<Option<&'a TwoWay>, ChartError> {
    let Some(name) = &options.metric else {
        return Ok(answer.tables.first());
    };
    let found = answer.tables.iter().find(|it| name_of(it) == *name);
    found.map(Some).ok_or_else(|| ChartError::UnknownMetric {
        kind: ChartKind::By,
        metric: name.clone(),
        is_elsewhere: false,
        known: answer.tables.iter().map(name_of).collect(),
    })
}

/// The metric as it stands in a sentence, and how its numbers are written.
pub(super) struct Told {
    /// `profit`, `won in 2026-Q4`.
    pub(super) metric: String,
    format: Format,
    step: Option<f64>,
    currency: Option<String>,
}

impl Told {
    pub(super) fn of(answer: &Sensitivity, values: &[f64]) -> Self {
        let kind = Kind::of_metric(&answer.metric);
        let known = || values.iter().copied().filter(|it| it.is_finite());
        let low = known().fold(f64::INFINITY, f64::min);
        let high = known().fold(f64::NEG_INFINITY, f64::max);
        let width = Some(high - low).filter(|it| it.is_finite() && *it > 0.0);
        let words = metric_words(&answer.metric);
        Self {
            metric: match answer.over.as_str() {
                "horizon" => words,
                label => format!("{words} in {label}"),
            },
            format: Format::fitting(kind, known().map(Some)),
            step: width.map(|it| 10f64.powf((it / 50.0).log10().floor())),
            currency: answer.scenario.currency.clone().filter(|_| kind == Kind::Money),
        }
    }

    /// A number of the metric.
    pub(super) fn number(&self, value: f64) -> String {
        self.format.number(Some(value), self.step).replace('-', "−")
    }

    /// The same with its unit.
    pub(super) fn amount(&self, value: f64) -> String {
        match &self.currency {
            Some(currency) => format!("{}{NO_BREAK}{currency}", self.number(value)),
            None => self.number(value),
        }
    }

    /// From one value to another, with the unit once.
    pub(super) fn range(&self, low: f64, high: f64) -> String {
        format!("{} to {}", self.number(low), self.amount(high))
    }

    /// The metric as a sentence begins.
    pub(super) fn subject(&self) -> String {
        capital(&self.metric)
    }
}
