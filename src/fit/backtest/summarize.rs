//! From what was said and what came to scores, and to what they mean.

use std::collections::BTreeSet;

use super::result::{Actual, AheadScore, Coverage, MethodScore, MetricBacktest, Prediction, Versus};
use super::score::{Law, binomial_test};
use super::series::{Metric, Past};
use super::verdict::verdicts;
use crate::forecast::moments;

/// Shares that intervals are to hold, in percent.
const LEVELS: [u32; 3] = [50, 80, 95];
/// Quantiles of a prediction.
const QUANTILES: [f64; 7] = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];

/// What a method said, and how good it was.
pub(super) fn predicted(origin: &str, period: &str, ahead: usize, method: &str, actual: f64, law: &Law) -> Prediction {
    let [p2_5, p10, p25, p50, p75, p90, p97_5] = QUANTILES.map(|it| law.quantile(it));
    Prediction {
        origin: origin.to_owned(),
        period: period.to_owned(),
        ahead: ahead as u32,
        method: method.to_owned(),
        actual,
        mean: law.mean(),
        p2_5,
        p10,
        p25,
        p50,
        p75,
        p90,
        p97_5,
        place: law.place(actual),
        crps: law.crps(actual),
        pinball: law.pinball(actual, &QUANTILES),
    }
}

/// A metric from all that was said of it.
pub(super) fn metric(of: Metric, past: &Past, series: &[f64], predictions: Vec<Prediction>) -> MetricBacktest {
    let actual = past.spans.iter().zip(series).map(|(span, value)| Actual {
        period: span.label.clone(),
        from: span.from.to_string(),
        until: span.until.to_string(),
        value: *value,
    });
    let mut names: Vec<&str> = Vec::new();
    for it in &predictions {
        if !names.contains(&it.method.as_str()) {
            names.push(&it.method);
        }
    }
    let methods: Vec<MethodScore> = names.iter().map(|it| score(it, &predictions)).collect();
    let by_ahead = by_ahead(&predictions);
    MetricBacktest {
        metric: of.word().to_owned(),
        actual: actual.collect(),
        verdicts: verdicts(&methods, &predictions),
        predictions,
        methods,
        by_ahead,
    }
}

pub(super) fn score(method: &str, all: &[Prediction]) -> MethodScore {
    let own: Vec<&Prediction> = all.iter().filter(|it| it.method == method).collect();
    let count = own.len() as f64;
    let mean = |of: &dyn Fn(&Prediction) -> f64| own.iter().map(|it| of(it)).sum::<f64>() / count;
    let error = |it: &Prediction| (it.p50 - it.actual).abs();
    let periods = own.iter().map(|it| &it.period).collect::<BTreeSet<_>>().len() as f64;
    let coverage = LEVELS.map(|level| {
        let covered = own.iter().filter(|it| it.covers(level)).count();
        let share = covered as f64 / count;
        Coverage {
            level,
            covered: covered as u32,
            share,
            p: binomial_test(share * periods, periods, f64::from(level) / 100.0),
        }
    });
    let came: f64 = own.iter().map(|it| it.actual.abs()).sum();
    let shares: Vec<f64> = own
        .iter()
        .filter(|it| it.actual != 0.0)
        .map(|it| error(it) / it.actual.abs())
        .collect();
    MethodScore {
        method: method.to_owned(),
        count: own.len() as u32,
        coverage: coverage.to_vec(),
        width_80: mean(&|it| it.p90 - it.p10),
        crps: mean(&|it| it.crps),
        pinball: mean(&|it| it.pinball),
        bias: mean(&|it| it.mean - it.actual),
        mae: mean(&error),
        wape: (came > 0.0).then(|| own.iter().map(|it| error(it)).sum::<f64>() / came),
        mape: (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64),
        versus: (method != FORECAST).then(|| versus(method, all)).flatten(),
    }
}

/// The method that is tested.
pub(super) const FORECAST: &str = "forecast";

/// A baseline beside the forecast, by pairs of the same origin and period.
fn versus(method: &str, all: &[Prediction]) -> Option<Versus> {
    let mut by_origin: Vec<(&str, Vec<f64>)> = Vec::new();
    let (mut forecast, mut baseline, mut count) = (0.0, 0.0, 0);
    for own in all.iter().filter(|it| it.method == method) {
        let same = |it: &&Prediction| it.method == FORECAST && it.origin == own.origin && it.ahead == own.ahead;
        let Some(other) = all.iter().find(same) else {
            continue;
        };
        forecast += other.crps;
        baseline += own.crps;
        count += 1;
        let difference = other.crps - own.crps;
        match by_origin.last_mut().filter(|it| it.0 == own.origin) {
            Some(last) => last.1.push(difference),
            None => by_origin.push((&own.origin, vec![difference])),
        }
    }
    // Periods that one origin looks at share their luck: its mean is one trial.
    let means: Vec<f64> = by_origin
        .iter()
        .map(|it| it.1.iter().sum::<f64>() / it.1.len() as f64)
        .collect();
    let se = (means.len() > 1).then(|| (moments(&means).1 / means.len() as f64).sqrt());
    (count > 0).then(|| Versus {
        count,
        forecast_crps: forecast / f64::from(count),
        baseline_crps: baseline / f64::from(count),
        se,
    })
}

fn by_ahead(all: &[Prediction]) -> Vec<AheadScore> {
    let own: Vec<&Prediction> = all.iter().filter(|it| it.method == FORECAST).collect();
    let most = own.iter().map(|it| it.ahead).max().unwrap_or(0);
    let score = |ahead: u32| {
        let own: Vec<&&Prediction> = own.iter().filter(|it| it.ahead == ahead).collect();
        let count = own.len() as f64;
        AheadScore {
            ahead,
            count: own.len() as u32,
            covered_80: own.iter().filter(|it| it.covers(80)).count() as u32,
            crps: own.iter().map(|it| it.crps).sum::<f64>() / count,
            bias: own.iter().map(|it| it.mean - it.actual).sum::<f64>() / count,
        }
    };
    (1..=most).map(score).collect()
}
