//! Metrics as words.

use crate::forecast::{Estimate, Forecast, Metrics};

use super::number;

/// How to speak of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MetricWords {
    /// Its name as a subject: `Won`, `Units of nights`.
    pub(crate) name: String,
    /// Whether the verb is plural.
    pub(crate) plural: bool,
    /// What it counts; `None` for money without a currency.
    pub(crate) unit: Option<String>,
    /// Whether the unit belongs to each number, as a currency does.
    pub(crate) is_money: bool,
}

impl MetricWords {
    pub(crate) fn of(metric: &str, forecast: &Forecast) -> Self {
        let stage = |id: &str| {
            forecast
                .funnel
                .iter()
                .find(|it| it.stage == id)
                .map(|it| it.title.clone())
        };
        Self::named(metric, forecast.scenario.currency.as_deref(), stage)
    }

    /// The same where `stage` knows the titles of stages.
    pub(crate) fn named(metric: &str, currency: Option<&str>, stage: impl Fn(&str) -> Option<String>) -> Self {
        let customers = |name: &str| Self {
            name: name.to_owned(),
            plural: false,
            unit: Some("customers".to_owned()),
            is_money: false,
        };
        let money = |name: String| Self {
            name,
            plural: false,
            unit: currency.map(str::to_owned),
            is_money: true,
        };
        let things = |name: String, unit: &str| Self {
            name,
            plural: true,
            unit: Some(unit.to_owned()),
            is_money: false,
        };
        match metric {
            "arrivals" => Self {
                plural: true,
                ..customers("Arrivals")
            },
            "won" => customers("Won"),
            "lost" => customers("Lost"),
            "churned" => customers("Churned"),
            "other" => customers("Ended otherwise"),
            "open" => customers("Open"),
            "conversions" => things("Conversions".to_owned(), "conversions"),
            "revenue" => money("Revenue".to_owned()),
            "cost" => money("Cost".to_owned()),
            "profit" => money("Profit".to_owned()),
            "present_value" => money("Present value".to_owned()),
            _ => match metric.split_once('.') {
                Some(("open", id)) => {
                    let title = stage(id).unwrap_or_else(|| spaced(id));
                    customers(&format!("Open in {title}"))
                }
                Some(("costs", part)) => money(format!("Cost of {}", spaced(part))),
                Some(("units", product)) => things(format!("Units of {}", spaced(product)), "units"),
                Some(("events", event)) => things(format!("Events {}", spaced(event)), "events"),
                _ => Self {
                    unit: None,
                    ..customers(&spaced(metric))
                },
            },
        }
    }

    /// Its name inside a sentence: `won`, `units of nights`.
    pub(crate) fn inside(&self) -> String {
        let mut letters = self.name.chars();
        let first = letters.next().into_iter().flat_map(char::to_lowercase);
        first.chain(letters).collect()
    }

    /// `singular` or, if the name asks for it, `plural`.
    pub(crate) fn verb<'a>(&self, singular: &'a str, plural: &'a str) -> &'a str {
        if self.plural { plural } else { singular }
    }

    /// A number of it, such as `1,240` or `1,240 EUR`.
    pub(crate) fn amount(&self, number: &str) -> String {
        match &self.unit {
            Some(unit) if self.is_money => format!("{number}{}{unit}", super::text::NO_BREAK),
            _ => number.to_owned(),
        }
    }
}

/// Those of `metrics` that every report shows: won, revenue and profit unless there is no money at
/// all, and each product's units.
pub(crate) fn worth_drawing(forecast: &Forecast, metrics: &Metrics) -> Vec<String> {
    let has_money = has_money(forecast);
    let fixed = ["won", "revenue", "profit"].into_iter();
    let fixed = fixed.filter(|it| (*it == "won" || has_money) && metrics.get(it).is_some());
    let products = metrics.iter().map(|(name, _)| name);
    let products = products.filter(|it| it.starts_with("units."));
    fixed.chain(products).map(str::to_owned).collect()
}

/// Whether any amount of money is not zero.
fn has_money(forecast: &Forecast) -> bool {
    let all = forecast.periods.iter().map(|it| &it.metrics);
    all.chain([&forecast.totals]).any(|metrics| {
        let amounts = ["revenue", "cost", "profit"];
        let mut estimates = amounts.iter().filter_map(|it| metrics.get(it));
        estimates.any(|it| numbers(it).any(|it| it != 0.0))
    })
}

/// What is known of an estimate.
fn numbers(estimate: &Estimate) -> impl Iterator<Item = f64> {
    let all = [estimate.mean, estimate.p5, estimate.p50, estimate.p95];
    all.into_iter().filter_map(number::known)
}

fn spaced(id: &str) -> String {
    id.replace('_', " ")
}
