//! The numbers to look at first, each with its range.

use super::markup::escaped;
use crate::forecast::{Estimate, Forecast};
use crate::report::number::{Format, Kind, share, step_of};
use crate::report::outline::metric_words;

/// What is worth a tile, if it is not zero throughout.
const METRICS: [&str; 5] = ["won", "conversion_rate", "churned", "revenue", "profit"];
/// More targets than this are left to their chapter.
const TARGETS_MAX: usize = 3;

/// A list of figures with their ranges, targets last.
pub(super) fn render(forecast: &Forecast) -> String {
    let is_shown = |metric: &str, it: &Estimate| {
        let nonzero = |it: Option<f64>| it.is_some_and(|it| it != 0.0);
        metric == "won" || nonzero(it.mean) || nonzero(it.sd)
    };
    let mut tiles: Vec<String> = METRICS
        .iter()
        .filter_map(|metric| Some((*metric, forecast.totals.get(metric)?)))
        .filter(|(metric, estimate)| is_shown(metric, estimate))
        .map(|(metric, estimate)| total(forecast, metric, estimate))
        .collect();
    let targets = forecast.targets.iter().take(TARGETS_MAX).filter_map(|it| {
        let chance = it.probability?;
        let doubt = it.se.unwrap_or(0.0).max(0.001) * 2.0;
        let format = Format::fitting(Kind::of_metric(&it.metric), [it.at_least, it.at_most]);
        let bound = |sign: &str, bound: Option<f64>| {
            let number = format.number(Some(bound?), None);
            Some(format!("{sign} {number}"))
        };
        let bounds: Vec<String> = [bound("at least", it.at_least), bound("at most", it.at_most)]
            .into_iter()
            .flatten()
            .collect();
        let over = if it.over == "horizon" {
            String::new()
        } else {
            format!(", {}", it.over)
        };
        let label = format!("target {}", it.target.replace('_', " "));
        let bounds = format!("chance of {}", bounds.join(" and "));
        let metric = format!("({}{over})", metric_words(&it.metric));
        Some(tile(&label, &share(chance, Some(doubt.min(0.01))), &[&bounds, &metric]))
    });
    tiles.extend(targets);
    format!("<dl class=\"tiles\">\n{}</dl>\n", tiles.concat())
}

fn total(forecast: &Forecast, metric: &str, estimate: &Estimate) -> String {
    let kind = Kind::of_metric(metric);
    let format = Format::of(kind, estimate);
    let step = step_of(estimate);
    let label = match &forecast.scenario.currency {
        Some(currency) if kind == Kind::Money => format!("{}, {currency}", metric_words(metric)),
        _ => metric_words(metric),
    };
    let has_range = estimate.p10.is_some() && estimate.p90.is_some();
    let value = format.number(estimate.mean, step);
    if has_range {
        let range = format.range(estimate.p10, estimate.p90, step);
        tile(&label, &value, &["80 % range:", &range])
    } else {
        tile(&label, &value, &["expected;", "its range is not known"])
    }
}

/// `below` is broken between its parts only, if that is enough.
pub(super) fn tile(label: &str, value: &str, below: &[&str]) -> String {
    let below: Vec<String> = below.iter().map(|it| format!("<span>{}</span>", escaped(it))).collect();
    format!(
        "<div class=\"tile\"><dt>{}</dt><dd class=\"value\">{}</dd><dd>{}</dd></div>\n",
        escaped(label),
        escaped(value),
        below.join(" ")
    )
}
