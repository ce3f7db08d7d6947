//! Differences to the base by period: a fan for each option, all on one axis.

mod panels;

use crate::report::chart::frame::{Frame, Words};
use crate::report::chart::period::Label;
use crate::report::chart::{ChartError, ChartKind, ChartOptions};
use crate::study::Comparison;
use crate::study::comparison::MetricComparison;

use super::metric::{Difference, Metric, Verdict, names, swept};
use crate::report::chart::fan::Value;
use panels::Panels;

/// More panels than this are wallpaper.
const PANELS_MAX: usize = 12;
const NOTHING: Value = Value {
    line: None,
    bands: [None; 3],
};

/// Differences of one option.
struct Panel {
    name: String,
    /// Over the horizon; `None` if it is not known.
    total: Option<Difference>,
    /// By period.
    values: Vec<Value>,
}

/// The chart as SVG.
pub(super) fn draw(comparison: &Comparison, options: &ChartOptions) -> Result<String, ChartError> {
    let name = super::metric_asked(comparison, options);
    let Some((total, periods)) = found(comparison, name) else {
        return Err(nothing(comparison, name));
    };
    let total = Metric::of(comparison, total);
    let periods: Vec<Metric> = periods.into_iter().map(|it| Metric::of(comparison, it)).collect();
    let names = names(comparison);
    let (panels, count) = panels(&total, &periods, &names);
    let labels: Vec<Label> = comparison.periods.iter().map(|it| Label::read(&it.period)).collect();
    let words = words(comparison, &total, (&panels, count), (&names, &labels));
    let frame = Frame::new(comparison, words, options)?;
    let panels = Panels::new(&frame, &total, &panels, &labels);
    let (mut canvas, area) = frame.open(options, panels.height_natural(), panels.height_least())?;
    panels.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

/// Whether a metric differs in any period.
pub(super) fn is_worth_drawing(comparison: &Comparison, metric: &str) -> bool {
    let differs = |it: &&MetricComparison| {
        let mut paired = it.options.iter().flatten().filter_map(|it| it.paired);
        paired.any(|it| !it.is_none())
    };
    found(comparison, metric).is_some_and(|(_, periods)| periods.iter().any(differs))
}

/// A metric over the horizon and by period.
fn found<'a>(comparison: &'a Comparison, metric: &str) -> Option<(&'a MetricComparison, Vec<&'a MetricComparison>)> {
    let of = |all: &'a [MetricComparison]| all.iter().find(|it| it.metric == metric);
    let periods: Vec<_> = comparison.periods.iter().filter_map(|it| of(&it.metrics)).collect();
    let is_whole = !periods.is_empty() && periods.len() == comparison.periods.len();
    is_whole.then_some((of(&comparison.totals)?, periods))
}

fn nothing(comparison: &Comparison, metric: &str) -> ChartError {
    let kind = ChartKind::Difference;
    let Some(first) = comparison.periods.first() else {
        let why = "the comparison has no periods".to_owned();
        return ChartError::Nothing { kind, why };
    };
    let is_total = |name: &str| comparison.totals.iter().any(|it| it.metric == name);
    let known = first.metrics.iter().filter(|it| is_total(&it.metric));
    ChartError::UnknownMetric {
        kind,
        metric: metric.to_owned(),
        is_elsewhere: is_total(metric),
        known: known.map(|it| it.metric.clone()).collect(),
    }
}

/// A panel for each alternative that differs, and how many there are; if they are too many, those
/// that differ most.
fn panels(total: &Metric, periods: &[Metric], names: &[String]) -> (Vec<Panel>, usize) {
    let difference = |metric: &Metric, option: usize| metric.options[option].and_then(|it| it.difference);
    let differs = |option: &usize| {
        let mut all = periods.iter().filter_map(|it| difference(it, *option));
        all.any(|it| !it.is_none)
    };
    let mut kept: Vec<usize> = (1..names.len()).filter(differs).collect();
    if kept.is_empty() {
        kept = (1..names.len()).collect();
    }
    let count = kept.len();
    if count > PANELS_MAX {
        let size = |option: &usize| {
            let mean = difference(total, *option).and_then(|it| it.value.line);
            mean.map_or(-1.0, f64::abs)
        };
        kept.sort_by(|one, other| size(other).total_cmp(&size(one)));
        kept.truncate(PANELS_MAX);
        kept.sort_unstable();
    }
    let panel = |option: usize| Panel {
        name: names[option].clone(),
        total: difference(total, option),
        values: periods
            .iter()
            .map(|it| difference(it, option).map_or(NOTHING, |it| it.value))
            .collect(),
    };
    (kept.into_iter().map(panel).collect(), count)
}

fn words(
    comparison: &Comparison,
    metric: &Metric,
    (panels, count): (&[Panel], usize),
    (names, labels): (&[String], &[Label]),
) -> Words {
    let period = &comparison.run.period;
    let unit = metric
        .difference_unit()
        .map_or_else(String::new, |it| format!(", {it}"));
    let mut subtitle = vec![format!(
        "{} by {period}, minus that of the base{unit}; zero is the base.",
        metric.words.name
    )];
    if panels.len() < count {
        subtitle.push(format!("The {} options that differ most, of {count}.", panels.len()));
    } else if count + 1 < names.len() {
        subtitle.push("Options that differ in no period are left out.".to_owned());
    }
    subtitle.extend(swept(comparison));
    let told = panels.iter().map(|it| format!("{}: {}.", it.name, told(metric, it)));
    Words {
        finding: finding(metric, panels, labels),
        subtitle: subtitle.join(" "),
        description: told.collect::<Vec<_>>().join(" "),
    }
}

/// The option that comes out best, or differs most if none is better: how far it is from the base,
/// and when most.
fn finding(metric: &Metric, panels: &[Panel], labels: &[Label]) -> String {
    let subject = metric.words.inside();
    let differing = panels
        .iter()
        .filter_map(|it| Some((it, it.total.filter(|it| !it.is_none)?)));
    let means = differing.filter_map(|(it, total)| Some((it, total, metric.sign() * total.value.line?)));
    let all: Vec<_> = means.collect();
    let best = all
        .iter()
        .filter(|it| it.2 > 0.0)
        .max_by(|one, other| one.2.total_cmp(&other.2));
    let most = || all.iter().max_by(|one, other| one.2.abs().total_cmp(&other.2.abs()));
    let Some((panel, total, _)) = best.or_else(most) else {
        return format!("No alternative changes {subject} in total");
    };
    let largest = panel.values.iter().zip(labels);
    let largest = largest.filter_map(|(it, label)| Some((it, label, it.line?.abs())));
    let largest = largest
        .filter(|it| it.2 > 0.0)
        .reduce(|best, it| if it.2 > best.2 { it } else { best });
    let when = largest
        .filter(|_| labels.len() > 1)
        .map(|(value, label, _)| format!("; it differs most {}: {}", label.when(), metric.difference(value)));
    let doubt = if total.verdict == Verdict::Unsure {
        ", which may be luck"
    } else {
        ""
    };
    let apart = metric.apart(&total.value);
    format!(
        "{}: {subject} of {apart} in total{doubt}{}",
        panel.name,
        when.unwrap_or_default()
    )
}

/// A panel in words: the total.
fn told(metric: &Metric, panel: &Panel) -> String {
    match &panel.total {
        None => "not known in total".to_owned(),
        Some(it) if it.is_none => "no difference in total".to_owned(),
        Some(it) => {
            let total = metric.difference(&it.value);
            let total = if metric.is_share { total } else { metric.amount(&total) };
            let share = it.better.map(crate::report::chart::number::share);
            let sure = share.map(|it| format!(", {} in {it}", metric.better_word()));
            format!("{total} in total{}", sure.unwrap_or_default())
        }
    }
}
