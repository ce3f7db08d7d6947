//! Sweeps: a metric over the values that were tried, as a line, or as a heat map of two of them.

mod axes;
mod grid;
mod line;

use crate::report::chart::{ChartError, ChartKind, ChartOptions};
use crate::study::Comparison;

use super::metric::Metric;

pub(crate) use axes::Axes;

/// The chart as SVG.
pub(super) fn draw(comparison: &Comparison, options: &ChartOptions) -> Result<String, ChartError> {
    let kind = ChartKind::Sweep;
    let axes = Axes::of(comparison).map_err(|why| ChartError::Nothing { kind, why })?;
    let metric = Metric::of(comparison, super::total(comparison, kind, options)?);
    match &axes.axes[..] {
        [_, _] => grid::draw(comparison, &metric, &axes, options),
        _ => line::draw(comparison, &metric, &axes, options),
    }
}

/// What the points say: where the metric is best, and how far that is from the base.
fn finding(metric: &Metric, axes: &Axes) -> String {
    use super::metric::Verdict;

    let subject = metric.words.inside();
    let points = axes
        .points
        .iter()
        .filter_map(|it| Some((it, metric.options[it.option]?)));
    let known = points.filter_map(|(it, shown)| Some((it, shown, metric.sign() * shown.value.line?)));
    let Some((best, shown, _)) = known.reduce(|best, it| if it.2 > best.2 { it } else { best }) else {
        return format!("Nothing is known of {subject}");
    };
    let all_same = axes.points.iter().all(|it| {
        let difference = metric.options[it.option].and_then(|it| it.difference);
        difference.is_none_or(|it| it.is_none)
    });
    if all_same {
        return format!("No value changes {subject}: {}", metric.value(&shown));
    }
    let most = if metric.better == Some(crate::study::Better::Lower) {
        "lowest"
    } else {
        "highest"
    };
    let changes = axes.words(best);
    let (is, value) = (metric.words.verb("is", "are"), metric.value(&shown));
    let apart = shown.difference.map(|it| {
        let doubt = if it.verdict == Verdict::Unsure {
            ", which may be luck"
        } else {
            ""
        };
        format!(", {}{doubt}", metric.apart(&it.value))
    });
    format!(
        "{} {is} {most} at {changes}: {value}{}",
        metric.words.name,
        apart.unwrap_or_default()
    )
}

/// Every point in words.
fn description(metric: &Metric, axes: &Axes) -> String {
    let told = axes.points.iter().map(|point| {
        let shown = metric.options[point.option].as_ref();
        let value = shown.map_or("not known".to_owned(), |it| metric.value(it));
        format!("{}: {value}.", axes.words(point))
    });
    told.collect::<Vec<_>>().join(" ")
}
