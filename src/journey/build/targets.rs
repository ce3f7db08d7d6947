//! Targets: that their metric exists and their days are inside the forecast.

use crate::clock::TickRange;
use crate::journey::draft::TargetDraft;
use crate::journey::{Journey, Target};
use crate::problem::Fault;

use super::Builder;

impl Builder<'_> {
    pub(crate) fn targets(&mut self, journey: &Journey) -> Vec<Target> {
        let metrics = metric_names(journey);
        self.draft
            .targets
            .iter()
            .filter_map(|it| self.target(it, &metrics))
            .collect()
    }

    fn target(&mut self, target: &TargetDraft, metrics: &[String]) -> Option<Target> {
        let metric = &target.metric;
        if !metrics.contains(&metric.text) {
            let message = match metric.text.as_str() {
                "present_value" => "`present_value` needs a `discount` at the top of the file".to_owned(),
                name => format!("the forecast has no metric called `{name}`"),
            };
            let mut fault = Fault::mistake("unknown-metric", metric.at.clone(), message);
            if metric.text == "present_value" {
                fault = fault.help("write `discount = \"6% per year\"` or the like");
            } else if crate::problem::nearest(&metric.text, metrics.iter().map(String::as_str)).is_none() {
                fault =
                    fault.help("it has `won`, `revenue`, `cost`, `profit`, `open`, `units.PRODUCT`, `events.EVENT` …");
            }
            self.tell_with_nearest(fault, &metric.text, metrics.iter().map(String::as_str));
            return None;
        }
        let whole = TickRange {
            from: 0,
            until: self.clock.ticks,
        };
        let ticks = match &target.over {
            None => whole,
            Some(label) => {
                let Some((from, until)) = self.clock.days_of(&label.text) else {
                    let (code, message) = if self.clock.dated {
                        (
                            "bad-notation",
                            format!("`{}` is no day, week, month, quarter or year", label.text),
                        )
                    } else {
                        (
                            "undated",
                            format!("`{}` is no period of a scenario without dates", label.text),
                        )
                    };
                    let help = if self.clock.dated {
                        "write 2026-11-30, 2026-W48, 2026-11, 2026-Q4 or 2026"
                    } else {
                        "write `month 3` or `week 10`"
                    };
                    self.faults
                        .push(Fault::mistake(code, label.at.clone(), message).help(help));
                    return None;
                };
                if self.clock_is_sound && (until < self.clock.begin || from > self.clock.end) {
                    let (begin, end) = (self.clock.begin, self.clock.end);
                    let message = format!(
                        "`{}` is outside the forecast, which goes from {begin} to {end}",
                        label.text
                    );
                    self.faults.push(Fault::mistake("bad-date", label.at.clone(), message));
                    return None;
                }
                self.clock.ticks_within(from.max(self.clock.begin), until)
            }
        };
        let of_horizon = ["pipeline", "conversion_rate", "churn_rate"].contains(&metric.text.as_str());
        if of_horizon && target.over.is_some() {
            let message = format!("`{}` is known for the whole horizon only", metric.text);
            let at = target
                .over
                .as_ref()
                .map_or_else(|| metric.at.clone(), |it| it.at.clone());
            self.faults
                .push(Fault::mistake("conflict", at, message).help("take away `over`"));
            return None;
        }
        Some(Target {
            id: target.id.text.clone(),
            metric: metric.text.clone(),
            bound: target.bound,
            so_far: target.so_far,
            over: target.over.as_ref().map(|it| it.text.clone()),
            ticks,
        })
    }
}

/// The metrics that the forecast of a journey has, in its order.
#[must_use]
pub fn metric_names(journey: &Journey) -> Vec<String> {
    names(
        journey.stages.iter().map(|it| it.id.clone()),
        journey.cost_parts.iter().cloned(),
        journey.products.iter().map(|it| it.id.clone()),
        journey.events.iter().cloned(),
        journey.discount.is_some(),
    )
}

fn names(
    stages: impl Iterator<Item = String>,
    parts: impl Iterator<Item = String>,
    products: impl Iterator<Item = String>,
    events: impl Iterator<Item = String>,
    discounts: bool,
) -> Vec<String> {
    let plain = [
        "arrivals",
        "pipeline",
        "won",
        "conversions",
        "lost",
        "churned",
        "other",
        "open",
    ];
    let mut names: Vec<String> = plain.iter().map(|it| (*it).to_owned()).collect();
    names.extend(stages.map(|it| format!("open.{it}")));
    names.extend(["revenue".to_owned(), "cost".to_owned()]);
    names.extend(parts.map(|it| format!("costs.{it}")));
    names.push("profit".to_owned());
    names.extend(discounts.then(|| "present_value".to_owned()));
    names.extend(products.map(|it| format!("units.{it}")));
    names.extend(events.map(|it| format!("events.{it}")));
    names.extend(["conversion_rate".to_owned(), "churn_rate".to_owned()]);
    names
}
