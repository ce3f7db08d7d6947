//! The parts of a bridge, which add up to the forecast.

use crate::forecast::{Forecast, GroupForecast};
use crate::report::chart::number::{self, known};
use crate::report::chart::target::{self, Goal};

/// More streams than this are shown as the largest and the others together.
const STREAMS_MAX: usize = 8;
/// What is left of the forecast is dropped if it is less than this share of what is added up.
const ROUNDING: f64 = 1e-6;

/// What a part of a bridge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Already achieved on the first day.
    SoFar,
    /// Under way on the first day.
    Pipeline,
    /// Customers who arrive during the forecast.
    New,
    /// What belongs to no customer, such as budgets.
    Rest,
}

/// One contribution.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) interval_80: Option<(f64, f64)>,
}

/// Contributions, what they add up to, and the target of that.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bridge {
    /// At least one; their values sum to `total`.
    pub(super) parts: Vec<Part>,
    pub(super) total: f64,
    pub(super) interval_80: Option<(f64, f64)>,
    pub(super) goal: Option<Goal>,
    /// The place to which the parts are written, so that they add up.
    pub(super) unit: f64,
}

impl Bridge {
    /// By how much the target is missed; negative if it is more than met.
    pub(super) fn gap(&self) -> Option<f64> {
        let goal = self.goal.as_ref()?;
        let gap = goal.bound - self.total;
        Some(if goal.is_least { gap } else { -gap })
    }

    /// The parts from where to where. Rounded along the way, so that the numbers add up too.
    pub(super) fn spans(&self) -> impl Iterator<Item = (&Part, f64, f64)> {
        self.parts.iter().scan(0.0, |at, part| {
            let from = *at;
            *at += part.value;
            Some((part, from, *at))
        })
    }

    /// The place to which the total is known.
    pub(super) fn unit_known(&self) -> f64 {
        number::unit(self.total, self.interval_80).max(self.unit)
    }

    /// The number written for a span.
    pub(super) fn written(&self, from: f64, to: f64) -> f64 {
        let round = |value: f64| (value / self.unit).round() * self.unit;
        round(to) - round(from)
    }
}

/// The bridge of a metric that the groups of arrivals have; `None` if its total is not known.
pub(super) fn bridge(forecast: &Forecast, metric: &str, groups: &[GroupForecast]) -> Option<Bridge> {
    let estimate = forecast.totals.get(metric)?;
    let ahead = known(estimate.mean)?;
    let goal = goal(forecast, metric);
    let so_far = goal.as_ref().map_or(0.0, |it| it.so_far);
    let interval_80 = number::interval_80(estimate).map(|(low, high)| (low + so_far, high + so_far));
    let total = known(Some(so_far + ahead))?;

    let mut parts = Vec::new();
    parts.push(Part {
        kind: Kind::SoFar,
        name: "So far".to_owned(),
        value: so_far,
        interval_80: None,
    });
    let mut streams = Vec::new();
    for group in groups {
        let Some(estimate) = group.metrics.get(metric) else {
            continue;
        };
        let Some(value) = known(estimate.mean) else {
            continue;
        };
        let interval_80 = number::interval_80(estimate);
        if group.group == "pipeline" {
            parts.push(Part {
                kind: Kind::Pipeline,
                name: "Pipeline".to_owned(),
                value,
                interval_80,
            });
        } else {
            streams.push(Part {
                kind: Kind::New,
                name: group.group.replace('_', " "),
                value,
                interval_80,
            });
        }
    }
    parts.extend(largest(streams));
    parts.retain(|it| it.value != 0.0);

    let added: f64 = parts.iter().map(|it| it.value).sum();
    let size: f64 = parts.iter().map(|it| it.value.abs()).sum::<f64>().max(total.abs());
    let rest = known(Some(total - added)).filter(|_| size <= number::LARGEST)?;
    let is_money = matches!(metric, "revenue" | "cost" | "profit");
    let name = if is_money { "Budgets and other" } else { "Other" };
    if rest.abs() > ROUNDING * size || parts.is_empty() {
        parts.push(Part {
            kind: Kind::Rest,
            name: name.to_owned(),
            value: rest,
            interval_80: None,
        });
    }
    let smallest = parts.iter().map(|it| it.value.abs()).filter(|it| *it > 0.0);
    let smallest = smallest.fold(size, f64::min).max(1e-5 * size);
    let fine = 10f64.powf((smallest.max(f64::MIN_POSITIVE * 1e9).log10() + 1e-9).floor() - 1.0);
    let unit = number::unit(total, interval_80);
    let unit = if total.abs() >= 100.0 {
        unit.min(fine.max(1.0))
    } else {
        unit.min(fine)
    };
    Some(Bridge {
        parts,
        total,
        interval_80,
        goal,
        unit,
    })
}

/// The target to lead to: the first that is to be reached, else the first.
fn goal(forecast: &Forecast, metric: &str) -> Option<Goal> {
    let mut goals = target::goals(forecast, metric);
    let position = goals.iter().position(|it| it.is_least).unwrap_or(0);
    (!goals.is_empty()).then(|| goals.swap_remove(position))
}

/// From the largest to the smallest, the smaller ones together if there are many.
fn largest(mut streams: Vec<Part>) -> Vec<Part> {
    streams.retain(|it| it.value != 0.0);
    streams.sort_by(|one, other| other.value.abs().total_cmp(&one.value.abs()));
    if streams.len() > STREAMS_MAX {
        let others = streams.split_off(STREAMS_MAX - 1);
        streams.push(Part {
            kind: Kind::New,
            name: format!("{} others", others.len()),
            value: others.iter().map(|it| it.value).sum(),
            interval_80: None,
        });
    }
    streams
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::fixture;
    use crate::report::fixture::SHIPPED;

    fn of(forecast: &Forecast, metric: &str) -> Bridge {
        let groups = forecast.groups.get("arrival").expect("there are arrivals");
        bridge(forecast, metric, groups).expect("the total is known")
    }

    #[test]
    fn the_parts_of_every_metric_add_up() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            for metric in [
                "won",
                "conversions",
                "lost",
                "churned",
                "open",
                "revenue",
                "cost",
                "profit",
            ] {
                let bridge = of(&forecast, metric);
                let sum: f64 = bridge.parts.iter().map(|it| it.value).sum();
                let off = (sum - bridge.total).abs();
                assert!(off <= 1e-6 * bridge.total.abs().max(1.0), "{name} {metric}: {off}");
                let written: f64 = bridge.spans().map(|(_, from, to)| bridge.written(from, to)).sum();
                let total = bridge.written(0.0, bridge.total);
                assert!(
                    (written - total).abs() < 0.01 * bridge.unit,
                    "{name} {metric}: {written} of {total}"
                );
            }
        }
    }

    #[test]
    fn only_money_has_a_rest() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            for metric in ["won", "conversions", "lost", "churned"] {
                let bridge = of(&forecast, metric);
                let rest = bridge.parts.iter().find(|it| it.kind == Kind::Rest && it.value != 0.0);
                assert_eq!(rest, None, "{name} {metric}");
            }
        }
    }

    #[test]
    fn a_target_counts_what_is_there_and_may_be_a_limit() {
        let mut forecast = fixture::hotel();
        forecast.targets[2].so_far = 500.0;
        let reached = of(&forecast, "won");
        assert_eq!((reached.parts[0].kind, reached.parts[0].value), (Kind::SoFar, 500.0));
        assert_eq!(reached.gap(), Some(-700.0));
        forecast.targets[2].at_least = None;
        forecast.targets[2].at_most = Some(7_000.0);
        assert_eq!(of(&forecast, "won").gap(), Some(200.0), "a limit is passed");
    }
}
