//! The targets that a fan can show: those for one of its periods.

use crate::forecast::{Forecast, TargetForecast};
use crate::report::chart::number;
use crate::report::chart::period::Label;
use crate::report::chart::target;

/// A target drawn across its period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    /// Position of the period.
    pub(crate) position: usize,
    /// The bound on what this period adds, what is already achieved taken off.
    pub(crate) bound: f64,
    /// Such as `≥ 400: 37 %`.
    pub(crate) words: String,
    /// Such as `37 %`, if that is known, where that does not fit.
    pub(crate) share: String,
    /// Everything about it.
    pub(crate) title: String,
}

/// Said under the finding when there are any.
pub(crate) const NOTE: &str = "Bars across a period: targets, with how likely each is met.";

/// The targets for `metric` over one of the periods.
pub(crate) fn marks(forecast: &Forecast, metric: &str) -> Vec<Mark> {
    let targets = forecast.targets.iter().filter(|it| it.metric == metric);
    targets
        .filter_map(|target| mark(target, position(forecast, target)?))
        .collect()
}

/// The targets for `metric` that no period can show, as sentences.
pub(super) fn elsewhere(forecast: &Forecast, metric: &str) -> Vec<String> {
    let is_drawn = |it: &&TargetForecast| position(forecast, it).is_some();
    let targets = forecast
        .targets
        .iter()
        .filter(|it| it.metric == metric && !is_drawn(it));
    targets
        .filter_map(|target| {
            let goal = target::goal(target)?;
            let over = match target.over.as_str() {
                "horizon" => "the whole horizon".to_owned(),
                over => Label::read(over).long(),
            };
            Some(format!("Target for {over}: {}.", goal.chance()))
        })
        .collect()
}

/// The period that shows a target.
fn position(forecast: &Forecast, target: &TargetForecast) -> Option<usize> {
    let periods = &forecast.periods;
    if target.over == "horizon" && periods.len() == 1 {
        return Some(0);
    }
    periods.iter().position(|it| it.period == target.over)
}

fn mark(target: &TargetForecast, position: usize) -> Option<Mark> {
    let (sign, bound) = match (target.at_least, target.at_most) {
        (Some(bound), _) => ("≥", bound),
        (None, Some(bound)) => ("≤", bound),
        (None, None) => return None,
    };
    let bound = number::known(Some(bound - target.so_far))?;
    let words = number::number(bound, number::unit(bound, None));
    let share = target.probability.map(number::share);
    let so_far = if target.so_far == 0.0 {
        String::new()
    } else {
        let so_far = number::number(target.so_far, number::unit(target.so_far, None));
        format!(" after {so_far} so far")
    };
    Some(Mark {
        position,
        bound,
        words: match &share {
            Some(share) => format!("{sign}\u{a0}{words}: {share}"),
            None => format!("{sign}\u{a0}{words}"),
        },
        title: match &share {
            Some(share) => format!("target {}: {sign} {words}{so_far}, met in {share}", target.target),
            None => format!("target {}: {sign} {words}{so_far}", target.target),
        },
        share: share.unwrap_or_else(|| format!("{sign}\u{a0}{words}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::check::plain;
    use crate::report::chart::fixture;

    #[test]
    fn only_targets_of_the_metric_and_of_one_period_are_drawn() {
        let mut forecast = fixture::hotel();
        let positions = |forecast: &Forecast, metric| {
            let marks = marks(forecast, metric);
            marks.iter().map(|it| it.position).collect::<Vec<_>>()
        };
        assert_eq!(positions(&forecast, "won"), [6, 11]);
        assert!(positions(&forecast, "revenue").is_empty());
        forecast.periods.truncate(1);
        assert_eq!(positions(&forecast, "won"), [0], "the horizon is the period");
    }

    #[test]
    fn targets_that_no_period_shows_are_told() {
        let mut forecast = fixture::hotel();
        let told = elsewhere(&forecast, "won").join(" ");
        assert_eq!(plain(&told), "Target for the whole horizon: P(≥ 6,500) = 63 %.");
        "2026-Q3".clone_into(&mut forecast.targets[0].over);
        assert_eq!(elsewhere(&forecast, "won").len(), 2);
        forecast.periods.truncate(1);
        assert_eq!(
            elsewhere(&forecast, "won").len(),
            2,
            "December is beyond, the horizon is drawn"
        );
    }

    #[test]
    fn what_is_already_achieved_is_taken_off() {
        let mut forecast = fixture::hotel();
        forecast.targets[0].so_far = 150.0;
        let mark = &marks(&forecast, "won")[0];
        assert!((mark.bound - 750.0).abs() < 1e-9);
        assert!(mark.title.contains("≥ 750 after 150 so far"), "{}", mark.title);
    }
}
