//! The targets of a metric over the whole horizon.

use crate::forecast::{Forecast, TargetForecast};

use super::number;
use super::text::NO_BREAK;

/// A bound on the total of a metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    pub(crate) id: String,
    /// Whether the total has to reach it; otherwise it must not go beyond.
    pub(crate) is_least: bool,
    /// On the total and what is already achieved.
    pub(crate) bound: f64,
    /// What is already achieved, which the totals of a forecast do not include.
    pub(crate) so_far: f64,
    pub(crate) probability: Option<f64>,
}

impl Goal {
    /// The bound on what the forecast adds.
    pub(crate) fn ahead(&self) -> f64 {
        self.bound - self.so_far
    }

    /// The bound in words.
    pub(crate) fn words(&self) -> String {
        plain(self.bound)
    }

    pub(crate) fn sign(&self) -> &'static str {
        if self.is_least { "≥" } else { "≤" }
    }

    /// `at least` or `at most`.
    pub(crate) fn limits(&self) -> &'static str {
        if self.is_least { "at least" } else { "at most" }
    }

    /// `P(≥ 2,500) = 63 %`, without the chance if that is not known.
    pub(crate) fn chance(&self) -> String {
        let bound = format!("{}{NO_BREAK}{}", self.sign(), self.words());
        match self.probability {
            Some(chance) => format!("P({bound}){NO_BREAK}={NO_BREAK}{}", number::share(chance)),
            None => format!("target{NO_BREAK}{bound}"),
        }
    }
}

/// A number without an interval.
pub(crate) fn plain(value: f64) -> String {
    number::number(value, number::unit(value, None))
}

/// The targets for the total of `metric`.
pub(crate) fn goals(forecast: &Forecast, metric: &str) -> Vec<Goal> {
    let only = match forecast.periods.as_slice() {
        [only] => Some(only.period.as_str()),
        _ => None,
    };
    let targets = forecast.targets.iter().filter(|it| it.metric == metric);
    targets
        .filter(|it| it.over == "horizon" || Some(it.over.as_str()) == only)
        .filter_map(goal)
        .collect()
}

/// A target with its bound, whatever it is over.
pub(crate) fn goal(target: &TargetForecast) -> Option<Goal> {
    let (is_least, bound) = match (target.at_least, target.at_most) {
        (Some(bound), _) => (true, bound),
        (None, Some(bound)) => (false, bound),
        (None, None) => return None,
    };
    let so_far = number::known(Some(target.so_far))?;
    Some(Goal {
        id: target.target.clone(),
        is_least,
        bound: number::known(Some(bound)).filter(|it| number::known(Some(it - so_far)).is_some())?,
        so_far,
        probability: number::known(target.probability),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::check::plain;
    use crate::report::chart::fixture;

    #[test]
    fn only_targets_of_the_total_count() {
        let mut forecast = fixture::hotel();
        let ids = |forecast: &Forecast, metric| {
            let goals = goals(forecast, metric);
            goals.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&forecast, "won"), ["year"]);
        assert!(ids(&forecast, "revenue").is_empty());
        forecast.periods.drain(..6);
        forecast.periods.truncate(1);
        assert_eq!(ids(&forecast, "won"), ["summer", "year"], "July is all there is");
    }

    #[test]
    fn a_chance_is_said_as_planners_say_it() {
        let mut goal = goals(&fixture::hotel(), "won").remove(0);
        assert_eq!(plain(&goal.chance()), "P(≥ 6,500) = 63 %");
        goal.is_least = false;
        goal.probability = None;
        assert_eq!(plain(&goal.chance()), "target ≤ 6,500");
        goal.so_far = 1_500.0;
        assert!((goal.ahead() - 5_000.0).abs() < 1e-9);
    }
}
