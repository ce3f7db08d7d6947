//! What scores mean, in a sentence each.

use std::collections::BTreeSet;

use super::result::{MethodScore, Prediction, Verdict, VerdictKind, Versus};
use super::summarize::FORECAST;
use crate::forecast::moments;

/// A deviation that is less likely than this by mere luck is told.
const UNLIKELY: f64 = 0.05;
/// Standard errors that set two scores apart.
const APART: f64 = 2.0;

/// What the scores of a metric mean.
pub(super) fn verdicts(methods: &[MethodScore], all: &[Prediction]) -> Vec<Verdict> {
    let Some(own) = methods.iter().find(|it| it.method == FORECAST) else {
        return Vec::new();
    };
    let mut verdicts = vec![coverage(own, methods, all)];
    verdicts.extend(bias(all));
    verdicts.extend(rank(methods));
    verdicts
}

/// Whether intervals hold as much as they say: by the level that deviates in the least likely way.
fn coverage(own: &MethodScore, methods: &[MethodScore], all: &[Prediction]) -> Verdict {
    let periods = all.iter().map(|it| &it.period).collect::<BTreeSet<_>>().len();
    let least = own.coverage.iter().min_by(|one, other| one.p.total_cmp(&other.p));
    let said: Vec<String> = own
        .coverage
        .iter()
        .map(|it| format!("{} of {} at {} %", it.covered, own.count, it.level))
        .collect();
    let said = said.join(", ");
    // Three levels are looked at; by chance alone one of them would deviate too often.
    let unlikely = least.filter(|it| it.p * f64::from(own.coverage.len() as u32) < UNLIKELY);
    let (kind, text) = match unlikely {
        Some(it) if it.share < f64::from(it.level) / 100.0 => (
            VerdictKind::TooNarrow,
            format!("The intervals are too narrow: what came lies in {said}. Do not trust them as they are."),
        ),
        Some(_) => (
            VerdictKind::TooWide,
            format!("The intervals are wider than they need be: what came lies in {said}."),
        ),
        None if periods < 6 => (
            VerdictKind::Unclear,
            format!("What came lies in {said}: {periods} periods are too few to tell whether that is as it should be."),
        ),
        None if let Some((other, times)) = narrower(own, methods) => (
            VerdictKind::TooWide,
            format!(
                "The intervals are wider than they need be: what came lies in {said}, and those of the {} baseline \
                 hold {} of {} at 80 % and are {times:.1} times narrower.",
                other.method.replace('_', " "),
                covered_80(other),
                other.count
            ),
        ),
        None => (
            VerdictKind::Calibrated,
            format!(
                "The intervals hold about as much as they say: {said}; with {periods} different periods a larger \
                 deviation would be no surprise."
            ),
        ),
    };
    Verdict { kind, text }
}

/// How many times narrower intervals have to be to say that those of the forecast are too wide.
const NARROWER_MIN: f64 = 2.0;

fn covered_80(method: &MethodScore) -> u32 {
    method
        .coverage
        .iter()
        .find(|it| it.level == 80)
        .map_or(0, |it| it.covered)
}

/// A baseline that holds at least 80 % of what came in much narrower intervals, where the forecast
/// holds as much; and how many times narrower they are.
fn narrower<'a>(own: &MethodScore, methods: &'a [MethodScore]) -> Option<(&'a MethodScore, f64)> {
    let holds = |it: &MethodScore| f64::from(covered_80(it)) >= 0.8 * f64::from(it.count);
    let others = methods
        .iter()
        .filter(|it| it.method != FORECAST && it.count == own.count && it.width_80 > 0.0 && holds(it));
    let narrowest = others.min_by(|one, other| one.width_80.total_cmp(&other.width_80))?;
    let times = own.width_80 / narrowest.width_80;
    (holds(own) && times > NARROWER_MIN).then_some((narrowest, times))
}

/// Whether it says too much or too little, if that is more than luck: errors of an origin are one
/// trial.
fn bias(all: &[Prediction]) -> Option<Verdict> {
    let mut by_origin: Vec<(&str, f64, u32)> = Vec::new();
    for it in all.iter().filter(|it| it.method == FORECAST) {
        let error = it.mean - it.actual;
        match by_origin.last_mut().filter(|last| last.0 == it.origin) {
            Some(last) => {
                last.1 += error;
                last.2 += 1;
            }
            None => by_origin.push((&it.origin, error, 1)),
        }
    }
    let means: Vec<f64> = by_origin.iter().map(|it| it.1 / f64::from(it.2)).collect();
    if means.len() < 3 {
        return None;
    }
    let (mean, variance) = moments(&means);
    let se = (variance / means.len() as f64).sqrt();
    let actual: Vec<f64> = all
        .iter()
        .filter(|it| it.method == FORECAST)
        .map(|it| it.actual)
        .collect();
    let level = moments(&actual).0;
    // A bias that is a small part of the number troubles nobody, however sure it is.
    let is_told = mean.abs() > APART * se && mean.abs() > 0.05 * level.abs();
    is_told.then(|| Verdict {
        kind: VerdictKind::Biased,
        text: format!(
            "The forecast says too {}: {:.1} a period on average, where {:.1} came.",
            if mean > 0.0 { "much" } else { "little" },
            level + mean,
            level
        ),
    })
}

/// Who is better, by the continuous ranked probability score.
fn rank(methods: &[MethodScore]) -> Option<Verdict> {
    let versus = |it: &MethodScore| it.versus.map(|versus| (it.method.clone(), versus));
    let pairs: Vec<(String, Versus)> = methods.iter().filter_map(versus).collect();
    let gain = |it: &Versus| 1.0 - it.forecast_crps / it.baseline_crps;
    let best = pairs
        .iter()
        .min_by(|one, other| gain(&one.1).total_cmp(&gain(&other.1)))?;
    let (name, versus) = (best.0.replace('_', " "), best.1);
    let difference = versus.forecast_crps - versus.baseline_crps;
    let is_sure = versus.se.is_some_and(|se| difference.abs() > APART * se);
    let (forecast, baseline) = (versus.forecast_crps, versus.baseline_crps);
    let scores = format!("mean CRPS {forecast:.1} against {baseline:.1}");
    Some(if difference > 0.0 {
        let luck = if is_sure { "" } else { ", though that may be luck" };
        Verdict {
            kind: VerdictKind::Worse,
            text: format!("The {name} baseline is better than the forecast{luck}: {scores}."),
        }
    } else {
        let luck = if is_sure { "" } else { ", though that may be luck" };
        let others = if pairs.len() == 1 { "the" } else { "every" };
        Verdict {
            kind: VerdictKind::Better,
            text: format!(
                "The forecast is better than {others} baseline{luck}; the {name} one comes closest: {scores}."
            ),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::backtest::score::Law;
    use crate::fit::backtest::summarize::{predicted, score};

    /// Six periods, in each of which 100 came, by laws that reach so far on either side.
    fn told(forecast: f64, naive: f64) -> Verdict {
        let law = |reach: f64| {
            Law::ensemble(
                (0..=100)
                    .map(|it| 100.0 + reach * (f64::from(it) / 50.0 - 1.0))
                    .collect(),
            )
        };
        let mut all = Vec::new();
        for month in 1..=6 {
            let period = format!("2026-{month:02}");
            all.push(predicted(&period, &period, 1, FORECAST, 100.0, &law(forecast)));
            all.push(predicted(&period, &period, 1, "naive", 100.0, &law(naive)));
        }
        let methods = [score(FORECAST, &all), score("naive", &all)];
        coverage(&methods[0], &methods, &all)
    }

    #[test]
    fn intervals_that_hold_everything_are_too_wide_beside_much_narrower_ones_that_do() {
        let wide = told(90.0, 30.0);
        assert_eq!(wide.kind, VerdictKind::TooWide);
        assert!(
            wide.text
                .ends_with("the naive baseline hold 6 of 6 at 80 % and are 3.0 times narrower."),
            "{}",
            wide.text
        );
        assert!(!told(50.0, 30.0).text.contains("times narrower"));
    }
}
