//! A backtest: what came, and the intervals that had been forecast for it, by how long before.

mod plot;
mod words;

use crate::fit::backtest::{Backtest, MetricBacktest, Prediction};
use crate::forecast::{RunInfo, ScenarioInfo};

use super::axis::Axis;
use super::frame::{Frame, Made};
use super::legend::Legend;
use super::period::Label;
use super::{ChartError, ChartKind, ChartOptions};

/// Pixels of a panel, times the scale.
const PANEL_LEAST: f64 = 100.0;
const PANEL_MOST: f64 = 230.0;
/// So many panels can be taken in at a look.
const PANELS_MAX: usize = 3;
/// Periods before the first forecast, for those who want to know where it came from.
const BEFORE: usize = 6;

/// What was said of periods so far ahead.
struct Panel<'a> {
    ahead: u32,
    /// By position of the period.
    said: Vec<(usize, &'a Prediction)>,
}

/// The chart as SVG; the metric is the first one unless another is asked for.
///
/// # Errors
///
/// If there is no such metric, or the sheet is too small or too large.
pub fn svg(backtest: &Backtest, options: &ChartOptions) -> Result<String, ChartError> {
    let metric = metric(backtest, options)?;
    let first = metric
        .predictions
        .iter()
        .map(|it| it.period.as_str())
        .min_by_key(|period| at(metric, period));
    let from = first.map_or(0, |it| at(metric, it).saturating_sub(BEFORE));
    let actual = &metric.actual[from..];
    let labels: Vec<Label> = actual.iter().map(|it| Label::read(&it.period)).collect();
    let came: Vec<f64> = actual.iter().map(|it| it.value).collect();
    let panels = panels(metric, from);

    let numbers = || {
        let said = panels
            .iter()
            .flat_map(|it| it.said.iter().flat_map(|it| [it.1.p2_5, it.1.p97_5]));
        said.chain(came.iter().copied())
    };
    let low = numbers().reduce(f64::min).unwrap_or(0.0);
    let high = numbers().reduce(f64::max).unwrap_or(0.0);
    let axis = |count| Axis::over(low, high, count, metric.metric != "value");
    let words = words::words(backtest, metric, axis(3).begins_elsewhere());
    let (scenario, run) = made(backtest);
    let made = Made {
        scenario: &scenario,
        run: &run,
    };
    let frame = Frame::new(made, words, options)?;
    let scale = frame.sizes.scale;
    let legend = Legend::new(words::legend(frame.colors), frame.sizes, frame.width);
    let panel = (0.24 * frame.width).clamp(1.3 * PANEL_LEAST * scale, PANEL_MOST * scale);
    let count = panels.len() as f64;
    let around = legend.height + 3.5 * frame.sizes.small.line_height();
    let (mut canvas, area) = frame.open(options, around + count * panel, around + count * PANEL_LEAST * scale)?;
    legend.draw(&mut canvas, (area.left, area.top), frame.colors.ink);
    let plot = plot::Plot {
        sizes: frame.sizes,
        colors: frame.colors,
        labels: &labels,
        came: &came,
        panels: &panels,
        period: &backtest.run.period,
        axis: axis(((area.height() - around) / count / (42.0 * scale)).clamp(2.0, 6.0) as usize),
        area: super::canvas::Rect {
            top: area.top + legend.height + 6.0 * scale,
            ..area
        },
    };
    plot.draw(&mut canvas);
    Ok(frame.close(canvas))
}

fn metric<'a>(backtest: &'a Backtest, options: &ChartOptions) -> Result<&'a MetricBacktest, ChartError> {
    let all = &backtest.metrics;
    let asked = options.metric.as_deref();
    let found = all.iter().find(|it| asked.is_none_or(|asked| it.metric == asked));
    found
        .filter(|it| !it.predictions.is_empty())
        .ok_or_else(|| match asked {
            Some(metric) => ChartError::UnknownMetric {
                kind: ChartKind::Backtest,
                metric: metric.to_owned(),
                is_elsewhere: false,
                known: all.iter().map(|it| it.metric.clone()).collect(),
            },
            None => ChartError::Nothing {
                kind: ChartKind::Backtest,
                why: "the backtest has no forecasts".to_owned(),
            },
        })
}

fn at(metric: &MetricBacktest, period: &str) -> usize {
    let at = metric.actual.iter().position(|it| it.period == period);
    at.unwrap_or(metric.actual.len())
}

/// The nearest, the farthest and one between them.
fn panels(metric: &MetricBacktest, from: usize) -> Vec<Panel<'_>> {
    let own = || metric.predictions.iter().filter(|it| it.method == "forecast");
    let most = own().map(|it| it.ahead).max().unwrap_or(0);
    let mut aheads: Vec<u32> = (1..=most).collect();
    if aheads.len() > PANELS_MAX {
        aheads = vec![1, most.div_ceil(2), most];
    }
    let panel = |ahead: u32| Panel {
        ahead,
        said: own()
            .filter(|it| it.ahead == ahead)
            .filter_map(|it| Some((at(metric, &it.period).checked_sub(from)?, it)))
            .filter(|it| it.0 + from < metric.actual.len())
            .collect(),
    };
    aheads.into_iter().map(panel).collect()
}

/// What stands below the picture.
fn made(backtest: &Backtest) -> (ScenarioInfo, RunInfo) {
    let run = &backtest.run;
    let source = backtest.source.as_ref();
    let file = source.map_or_else(String::new, |it| it.file.clone());
    let scenario = ScenarioInfo {
        name: file.clone(),
        file,
        sha256: source.map_or_else(String::new, |it| it.sha256.clone()),
        variant: None,
        set: Vec::new(),
        currency: None,
    };
    let run = RunInfo {
        engine: backtest
            .origins
            .first()
            .map_or_else(String::new, |it| it.engine.clone()),
        why: String::new(),
        replications: run.replications,
        seed: run.seed,
        cut_short: false,
        precision: None,
        begin: Some(run.from.clone()),
        end: Some(run.until.clone()),
        tick: String::new(),
        period: run.period.clone(),
    };
    (scenario, run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::backtest::fixture::{Shape, backtest};
    use crate::report::chart::check::{Drawn, read, write};

    fn drawn(name: &str, backtest: &Backtest, options: &ChartOptions) -> Drawn {
        let sizes = [(600, false), (1_600, true), (960, false), (960, true), (320, false)];
        let mut drawn = sizes.map(|(width, dark)| {
            let options = ChartOptions {
                width,
                dark,
                ..options.clone()
            };
            let name = format!("backtest-{name}-{width}-{dark}");
            let svg = svg(backtest, &options).unwrap_or_else(|it| panic!("{name}: {it}"));
            write(&name, &svg);
            Some(read(&name, svg))
        });
        drawn[0].take().expect("it was just drawn")
    }

    #[test]
    fn a_backtest_shows_what_came_beside_what_was_said() {
        let drawn = drawn("months", &backtest(Shape::default()), &ChartOptions::default());
        for words in ["1 month ahead", "3 months ahead", "95 % interval", "what came", "2025"] {
            assert!(drawn.has(words), "no {words}");
        }
        assert_eq!(drawn.svg.matches("<g opacity=\"0\">").count(), 12 + 11 + 10);
    }

    #[test]
    fn long_short_and_odd_backtests_are_drawn() {
        for (name, shape) in [
            (
                "one",
                Shape {
                    origins: 1,
                    ahead: 1,
                    ..Shape::default()
                },
            ),
            (
                "many",
                Shape {
                    origins: 40,
                    ahead: 12,
                    ..Shape::default()
                },
            ),
            (
                "narrow",
                Shape {
                    spread: 0.1,
                    ..Shape::default()
                },
            ),
            (
                "zeros",
                Shape {
                    level: 0.0,
                    ..Shape::default()
                },
            ),
            (
                "huge",
                Shape {
                    level: 3e11,
                    ..Shape::default()
                },
            ),
        ] {
            drawn(name, &backtest(shape), &ChartOptions::default());
        }
    }

    #[test]
    fn a_metric_that_is_not_there_is_refused() {
        let options = ChartOptions {
            metric: Some("conversion".to_owned()),
            ..ChartOptions::default()
        };
        let error = svg(&backtest(Shape::default()), &options).expect_err("there is no such metric");
        assert!(error.to_string().contains("did you mean `conversions`?"), "{error}");
    }
}
