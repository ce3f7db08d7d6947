//! What a bridge says: its finding and the words under it.

use crate::forecast::Forecast;
use crate::report::chart::frame::Words;
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number;
use crate::report::chart::target::plain;
use crate::report::chart::text;

use super::parts::{Bridge, Kind, Part};

pub(super) fn words(forecast: &Forecast, metric: &MetricWords, bridge: &Bridge) -> Words {
    let mut subtitle = format!("How {}", metric.inside());
    if let Some(unit) = metric.unit.as_ref().filter(|_| metric.is_money) {
        let more = format!(" in {unit}");
        subtitle.push_str(&more);
    }
    subtitle.push_str(" adds up over the whole horizon: means by where customers come from");
    if bridge.interval_80.is_some_and(|(low, high)| high > low) {
        let whole = if forecast.run.engine == "exact" {
            "all futures"
        } else {
            "the replications"
        };
        let more = format!(", in brackets the interval that holds 80\u{a0}% of {whole}");
        subtitle.push_str(&more);
    }
    subtitle.push('.');
    let mut description: Vec<String> = bridge
        .spans()
        .map(|(part, from, to)| format!("{}.", told(metric, bridge, part, from, to)))
        .collect();
    description.push(format!("{}.", total_told(metric, bridge)));
    description.extend(gap_told(metric, bridge).map(|it| format!("{it}.")));
    Words {
        finding: finding(metric, bridge),
        subtitle,
        description: description.join(" "),
    }
}

/// What a part tells: its name, number and interval.
pub(super) fn told(metric: &MetricWords, bridge: &Bridge, part: &Part, from: f64, to: f64) -> String {
    let value = metric.amount(&signed(bridge, from, to));
    match interval(part.value, part.interval_80) {
        Some(range) => format!("{}: {value} ({range})", part.name),
        None => format!("{}: {value}", part.name),
    }
}

pub(super) fn total_told(metric: &MetricWords, bridge: &Bridge) -> String {
    let value = metric.amount(&number::number(bridge.total, bridge.unit));
    match interval(bridge.total, bridge.interval_80) {
        Some(range) => format!("Forecast: {value} ({range})"),
        None => format!("Forecast: {value}"),
    }
}

/// The interval of a value in words, if it shows.
pub(super) fn interval(value: f64, interval: Option<(f64, f64)>) -> Option<String> {
    number::with_interval(value, interval).1
}

fn gap_told(metric: &MetricWords, bridge: &Bridge) -> Option<String> {
    let goal = bridge.goal.as_ref()?;
    let distance = distance(metric, bridge)?;
    Some(format!("Target {}: {}; {distance}", goal.id, goal.chance()))
}

/// With its sign: `+4,900`, `−60,000`.
pub(super) fn signed(bridge: &Bridge, from: f64, to: f64) -> String {
    let value = bridge.written(from, to);
    let number = number::number(value, bridge.unit);
    // A part too small for the unit is more than nothing all the same.
    if value == 0.0 && to != from {
        let sign = if to > from { "+" } else { "−" };
        return format!("{sign}<{}", number::number(bridge.unit, bridge.unit));
    }
    if value > 0.0 { format!("+{number}") } else { number }
}

/// `330 above the target of 6,500`.
fn distance(metric: &MetricWords, bridge: &Bridge) -> Option<String> {
    let goal = bridge.goal.as_ref()?;
    let gap = bridge.gap()?;
    let (bound, off) = (metric.amount(&goal.words()), off(bridge, gap));
    let is_at = gap.abs() < 1e-9 * bridge.total.abs();
    let limit = if goal.is_least { "target" } else { "limit" };
    Some(match (goal.is_least, gap > 0.0) {
        _ if is_at => format!("right at the {limit} of {bound}"),
        (true, true) => format!("{off} short of the target of {bound}"),
        (true, false) => format!("{off} above the target of {bound}"),
        (false, true) => format!("{off} above the limit of {bound}"),
        (false, false) => format!("{off} below the limit of {bound}"),
    })
}

/// A distance from the target, to the place to which the total is known but not as nothing.
pub(super) fn off(bridge: &Bridge, gap: f64) -> String {
    let unit = bridge.unit_known();
    let unit = if gap.abs() < unit {
        number::unit(gap, None)
    } else {
        unit
    };
    number::number(gap.abs(), unit)
}

fn finding(metric: &MetricWords, bridge: &Bridge) -> String {
    let start = composition(metric, bridge);
    let value = || metric.amount(&number::number(bridge.total, bridge.unit_known()));
    match (start, distance(metric, bridge)) {
        (Some(start), Some(distance)) => format!("{start}; {distance}"),
        (Some(start), None) => start,
        (None, Some(distance)) => {
            let is = metric.verb("is", "are");
            format!("{} of {} {is} {distance}", metric.name, value())
        }
        (None, None) => format!("{}: {} to be expected", metric.name, value()),
    }
}

/// What the total is made of, if there is more than one part of it.
fn composition(metric: &MetricWords, bridge: &Bridge) -> Option<String> {
    let name = metric.inside();
    let of = |kind: Kind| bridge.parts.iter().filter(move |it| it.kind == kind);
    let sum = |kind: Kind| of(kind).map(|it| it.value).sum::<f64>();
    if bridge.parts.len() < 2 || bridge.total == 0.0 {
        return None;
    }
    if bridge.parts.iter().any(|it| it.value < 0.0) || bridge.total < 0.0 {
        let value = metric.amount(&number::number(bridge.total, bridge.unit_known()));
        let taken = bridge.parts.iter().filter(|it| it.value < 0.0);
        let most = taken.reduce(|most, it| if it.value < most.value { it } else { most })?;
        let taken = number::number(most.value.abs(), bridge.unit_known());
        let what = text::clean(&most.name).to_lowercase();
        let takes = if most.kind == Kind::Rest || most.name.ends_with("others") {
            "take"
        } else {
            "takes"
        };
        return Some(format!("{} comes to {value} after {what} {takes} {taken}", metric.name));
    }
    if bridge
        .parts
        .iter()
        .any(|it| matches!(it.kind, Kind::SoFar | Kind::Pipeline))
    {
        let share = number::share(sum(Kind::New) / bridge.total);
        return Some(format!("New business brings {share} of {name}"));
    }
    let largest = of(Kind::New).max_by(|one, other| one.value.total_cmp(&other.value))?;
    let share = number::share(largest.value / bridge.total);
    let brings = if largest.name.ends_with("others") {
        "bring"
    } else {
        "brings"
    };
    Some(format!("{} {brings} {share} of {name}", text::capital(&largest.name)))
}

/// What the last row is called: how the forecast stands to its target.
pub(super) fn gap_name(bridge: &Bridge) -> Option<&'static str> {
    let goal = bridge.goal.as_ref()?;
    Some(match (goal.is_least, bridge.gap()? > 0.0) {
        (true, true) => "Short of the target",
        (true, false) => "Above the target",
        (false, true) => "Above the limit",
        (false, false) => "Below the limit",
    })
}

/// The target in words: `target ≥ 6,500 (met in 63 %)`.
pub(super) fn goal_words(metric: &MetricWords, bridge: &Bridge) -> Option<String> {
    let goal = bridge.goal.as_ref()?;
    let bound = format!("target {}\u{a0}{}", goal.sign(), metric.amount(&plain(goal.bound)));
    Some(match goal.probability {
        Some(chance) => format!("{bound} (met in {})", number::share(chance)),
        None => bound,
    })
}
