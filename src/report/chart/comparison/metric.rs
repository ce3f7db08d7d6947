//! A metric of every option as charts show it: values, differences to the base, and how they are written.

use crate::forecast::Estimate;
use crate::report::chart::fan::Value;
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number;
use crate::report::chart::text::{self, NO_BREAK};
use crate::report::number::{Kind, NOTHING};
use crate::study::Better;
use crate::study::comparison::{Comparison, MetricComparison, OptionValue};

/// A metric and what it comes to with every option.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Metric {
    pub(super) words: MetricWords,
    pub(super) better: Option<Better>,
    /// Whether its values are shares, which are shown in percent.
    pub(super) is_share: bool,
    /// The last place of values that tells options apart.
    unit: f64,
    /// By option; `None` if it does not have the metric.
    pub(super) options: Vec<Option<Shown>>,
}

/// What a metric comes to with one option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    /// The mean and the intervals around it.
    pub(super) value: Value,
    /// The option minus the base; `None` for the base.
    pub(super) difference: Option<Difference>,
    /// Share of replications in which no option is better.
    pub(super) best: Option<f64>,
}

/// How far an option is from the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Difference {
    /// The mean and the intervals around it.
    pub(super) value: Value,
    /// Whether it never differs.
    pub(super) is_none: bool,
    pub(super) verdict: Verdict,
    /// Share of replications in which it is better or, where that has no meaning, more.
    pub(super) better: Option<f64>,
    /// As a share of the base.
    pub(super) lift: Option<f64>,
}

/// Which side of the base a mean is on, beyond the error of simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Better,
    Worse,
    /// Its 95 % interval holds zero.
    Unsure,
}

impl Metric {
    pub(super) fn of(comparison: &Comparison, metric: &MetricComparison) -> Self {
        let is_share = is_share(&metric.metric);
        let stage = |id: &str| {
            comparison
                .funnel
                .iter()
                .find(|it| it.stage == id)
                .map(|it| it.title.clone())
        };
        let currency = comparison.options[0].scenario.currency.as_deref();
        let mut words = MetricWords::named(&metric.metric, currency, stage);
        words.name = text::capital(&words.name);
        if is_share {
            words.unit = Some("%".to_owned());
        }
        let options = metric.options.iter();
        let options: Vec<Option<Shown>> = options
            .map(|it| it.as_ref().map(|it| Shown::of(it, metric.better, is_share)))
            .collect();
        let differences = options.iter().flatten().filter_map(|it| it.difference);
        let units = differences.filter(|it| !it.is_none).filter_map(|it| unit_of(&it.value));
        Self {
            unit: units.fold(f64::MAX, f64::min),
            words,
            better: metric.better,
            is_share,
            options,
        }
    }

    /// Which way it is better; more, where that depends on what one wants.
    pub(super) fn sign(&self) -> f64 {
        if self.better == Some(Better::Lower) { -1.0 } else { 1.0 }
    }

    /// What a replication on the good side of the base is called.
    pub(super) fn better_word(&self) -> &'static str {
        if self.better.is_some() { "better" } else { "more" }
    }

    /// The mean of an option in words: `61,000 EUR`, `8.1 %`.
    pub(super) fn value(&self, shown: &Shown) -> String {
        let number = self.bare_value(shown);
        if shown.value.line.is_some() {
            self.amount(&number)
        } else {
            number
        }
    }

    /// The same without its unit.
    pub(super) fn bare_value(&self, shown: &Shown) -> String {
        let mean = shown.value.line;
        mean.map_or(NOTHING.to_owned(), |it| {
            let unit = number::unit(it, shown.value.interval_80());
            // Values that are rounded more than their differences would contradict them.
            let finest = number::unit(it, None);
            number::number(it, unit.min(self.unit.max(finest)))
        })
    }

    /// A number with its unit, if that belongs to it.
    pub(super) fn amount(&self, number: &str) -> String {
        if self.is_share {
            format!("{number}{NO_BREAK}%")
        } else {
            self.words.amount(number)
        }
    }

    /// A difference in words: `+1,240`, `−0.4 pp`.
    pub(super) fn difference(&self, value: &Value) -> String {
        let Some(mean) = value.line else {
            return NOTHING.to_owned();
        };
        let unit = number::unit(mean, value.interval_80());
        self.points(&signed(mean, unit))
    }

    /// A difference in a sentence: `1,240 EUR more than the base`.
    pub(super) fn apart(&self, value: &Value) -> String {
        self.compared(value, "")
    }

    /// The same with what there is more or less of: `1,240 EUR more profit than the base`.
    pub(super) fn more(&self, value: &Value) -> String {
        self.compared(value, &format!(" {}", self.words.inside()))
    }

    fn compared(&self, value: &Value, of_what: &str) -> String {
        let Some(mean) = value.line else {
            return "not known how far from the base".to_owned();
        };
        let number = number::number(mean.abs(), number::unit(mean, value.interval_80()));
        let amount = if self.is_share {
            self.points(&number)
        } else {
            self.words.amount(&number)
        };
        let more = match mean < 0.0 {
            true if self.words.is_money || self.is_share => "less",
            true => "fewer",
            false => "more",
        };
        format!("{amount} {more}{of_what} than the base")
    }

    /// A difference with its 80 % interval: `+1,240 (−300 to +2,500)`.
    pub(super) fn difference_and_interval(&self, value: &Value) -> String {
        let difference = self.difference(value);
        let (Some(mean), Some((low, high))) = (value.line, value.interval_80()) else {
            return difference;
        };
        let unit = number::unit(mean, value.interval_80());
        let (low, high) = (signed(low, unit), signed(high, unit));
        if low == high {
            return difference;
        }
        format!("{difference} ({low} to {high})")
    }

    fn points(&self, number: &str) -> String {
        if self.is_share {
            format!("{number}{NO_BREAK}pp")
        } else {
            number.to_owned()
        }
    }

    /// Its name with the unit: `Profit, EUR`.
    pub(super) fn heading(&self) -> String {
        match &self.words.unit {
            Some(unit) if self.words.is_money || self.is_share => format!("{}, {unit}", self.words.name),
            _ => self.words.name.clone(),
        }
    }

    /// The unit of differences.
    pub(super) fn difference_unit(&self) -> Option<&str> {
        if self.is_share {
            Some("percentage points")
        } else {
            self.words.unit.as_deref()
        }
    }

    /// The option that comes out best by its mean.
    pub(super) fn best(&self) -> Option<usize> {
        let means = self.options.iter().enumerate();
        let means = means.filter_map(|(at, it)| Some((at, self.sign() * it.as_ref()?.value.line?)));
        means
            .reduce(|best, it| if it.1 > best.1 { it } else { best })
            .map(|it| it.0)
    }
}

impl Shown {
    fn of(value: &OptionValue, better: Option<Better>, is_share: bool) -> Self {
        let factor = if is_share { 100.0 } else { 1.0 };
        let difference = value.paired.map(|it| {
            let sides = it.confidence_95();
            let sign = if better == Some(Better::Lower) { -1.0 } else { 1.0 };
            let verdict = match sides {
                _ if it.is_none() => Verdict::Unsure,
                Some((low, high)) if (sign * low).min(sign * high) > 0.0 => Verdict::Better,
                Some((low, high)) if (sign * low).max(sign * high) < 0.0 => Verdict::Worse,
                _ => Verdict::Unsure,
            };
            Difference {
                value: scaled(&it.difference, factor),
                is_none: it.is_none(),
                verdict,
                better: value
                    .probability_better
                    .or(it.probability_higher)
                    .filter(|it| it.is_finite()),
                lift: number::known(it.lift.mean),
            }
        });
        Self {
            value: scaled(&value.value, factor),
            difference,
            best: value.probability_best.filter(|it| it.is_finite()),
        }
    }
}

/// The mean and the intervals, times a factor.
fn scaled(estimate: &Estimate, factor: f64) -> Value {
    Value::of_mean(estimate).times(factor)
}

/// The last place of a value's mean that is worth writing.
fn unit_of(value: &Value) -> Option<f64> {
    value.line.map(|it| number::unit(it, value.interval_80()))
}

/// With a plus before what is more than nothing.
pub(super) fn signed(value: f64, unit: f64) -> String {
    let number = number::number(value, unit);
    let is_zero = !number.contains(|it: char| matches!(it, '1'..='9'));
    if value > 0.0 && !is_zero {
        format!("+{number}")
    } else {
        number
    }
}

/// Whether a metric is a share of customers.
fn is_share(metric: &str) -> bool {
    Kind::of_metric(metric) == Kind::Share
}

/// The options by the names that charts call them: points of a sweep by their values.
pub(super) fn names(comparison: &Comparison) -> Vec<String> {
    let options = comparison.options.iter();
    options
        .map(|it| {
            let changes: Vec<&str> = it.sweep.iter().map(|it| it.change.as_str()).collect();
            let name = match (&changes[..], &it.scenario.variant) {
                // Several variants in a row may be broken between.
                ([], Some(_)) => it.option.replace('+', " + "),
                ([], None) => it.option.clone(),
                _ => changes.join(", "),
            };
            let name = text::clean(&name);
            if name.is_empty() { "option".to_owned() } else { name }
        })
        .collect()
}

/// What the values are of that [`names`] calls points of a sweep by; nothing if there are none.
pub(super) fn swept(comparison: &Comparison) -> Option<String> {
    let point = comparison.options.iter().find(|it| !it.sweep.is_empty())?;
    let paths: Vec<&str> = point.sweep.iter().map(|it| it.path.as_str()).collect();
    Some(format!("Values are those of {}.", paths.join(" and ")))
}
