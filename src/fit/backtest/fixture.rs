//! Backtests made up for tests of what is drawn and written.

use jiff::ToSpan as _;
use jiff::civil::date;

use super::result::{Backtest, BacktestRun, Origin, Prediction};
use super::score::Law;
use super::series::{Metric, Past, Span};
use super::summarize::{metric, predicted};
use crate::clock::Period;

/// What a made-up backtest is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) origins: usize,
    pub(crate) ahead: usize,
    pub(crate) level: f64,
    /// How far intervals are too narrow (below 1) or too wide.
    pub(crate) spread: f64,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            origins: 12,
            ahead: 3,
            level: 240.0,
            spread: 1.0,
        }
    }
}

/// Months of a wave, each forecast with about the error that it has.
pub(crate) fn backtest(shape: Shape) -> Backtest {
    let count = shape.origins + 14;
    let label = |at: usize| {
        let day = date(2024, 1, 1).saturating_add(i64::try_from(at).expect("they are few").months());
        let label = Period::Month.label(day);
        let (from, until) = Period::days_of(&label).expect("it is a month");
        Span { label, from, until }
    };
    let wave = |at: usize| (shape.level * (1.0 + 0.25 * (at as f64 / 3.0).sin())).round();
    let off = |at: usize| 0.08 * shape.level * (at as f64 * 2.4).sin();
    let spans: Vec<Span> = (0..count).map(label).collect();
    let series: Vec<f64> = (0..count).map(|at| (wave(at) + off(at)).round()).collect();
    let mut said: Vec<Prediction> = Vec::new();
    for at in count - shape.origins..count {
        for ahead in 1..=shape.ahead.min(count - at) {
            let target = at + ahead - 1;
            let law = Law::Normal {
                mean: wave(target),
                sd: 0.06 * shape.level * shape.spread * (ahead as f64).sqrt(),
            };
            let naive = Law::Normal {
                mean: series[at - 1],
                sd: 0.12 * shape.level * (ahead as f64).sqrt(),
            };
            let origin = spans[at].from.to_string();
            for (method, law) in [("forecast", law), ("naive", naive)] {
                said.push(predicted(
                    &origin,
                    &spans[target].label,
                    ahead,
                    method,
                    series[target],
                    &law,
                ));
            }
        }
    }
    let origins = (count - shape.origins..count).map(|at| Origin {
        begin: spans[at].from.to_string(),
        cases: 1_000 * at as u64,
        events: 3_000 * at as u64,
        open: 420,
        engine: "cohort".to_owned(),
    });
    let origins: Vec<Origin> = origins.collect();
    let past = Past {
        before: vec![(0, 0); count],
        series: vec![(Metric::Conversions, series.clone())],
        spans,
    };
    Backtest {
        backtest: 1,
        forksight: "0.0.0".to_owned(),
        source: Some(crate::fit::Source {
            file: "log.csv".to_owned(),
            sha256: "00".to_owned(),
            rows: 12_345,
        }),
        run: BacktestRun {
            period: "month".to_owned(),
            ahead: shape.ahead as u32,
            replications: 1_000,
            seed: 1,
            from: past.spans[0].from.to_string(),
            until: past.spans[count - 1].until.to_string(),
            converted: vec!["buy".to_owned()],
            churned: Vec::new(),
            cut_short: false,
        },
        origins,
        metrics: vec![metric(Metric::Conversions, &past, &series, said)],
        warnings: Vec::new(),
    }
}
