//! The fan: a metric by period, its median and the intervals around it.

mod finding;
mod key;
mod marks;
mod plot;
mod targets;

use crate::forecast::{Estimate, Forecast};

use super::axis::Axis;
use super::frame::Frame;
use super::metric::{self, MetricWords};
use super::number::{interval, known};
use super::period::Label;
use super::{ChartError, ChartKind, ChartOptions};

pub(crate) use plot::runs;
pub(crate) use targets::{Mark, NOTE, marks};

/// Pixels of the picture, times the scale.
const HEIGHT_LEAST: f64 = 170.0;
const HEIGHT_MOST: f64 = 480.0;

/// A period's value, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Value {
    /// The median, or the mean where no quantile is known.
    pub(crate) line: Option<f64>,
    /// The intervals of 50, 80 and 90 %.
    pub(crate) bands: [Option<(f64, f64)>; 3],
}

impl Value {
    fn of(estimate: &Estimate) -> Self {
        Self {
            line: known(estimate.p50).or_else(|| known(estimate.mean)),
            ..Self::of_mean(estimate)
        }
    }

    /// With the mean as its line.
    pub(crate) fn of_mean(estimate: &Estimate) -> Self {
        Self {
            line: known(estimate.mean),
            bands: [
                interval(estimate.p25, estimate.p75),
                interval(estimate.p10, estimate.p90),
                interval(estimate.p5, estimate.p95),
            ],
        }
    }

    /// All of it times `factor`.
    pub(crate) fn times(self, factor: f64) -> Self {
        let times = |(low, high): (f64, f64)| (factor * low, factor * high);
        Self {
            line: self.line.map(|it| factor * it),
            bands: self.bands.map(|it| it.map(times)),
        }
    }

    pub(crate) fn interval_80(&self) -> Option<(f64, f64)> {
        self.bands[1]
    }

    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> {
        let bands = self.bands.into_iter().flatten();
        bands.flat_map(|(low, high)| [low, high]).chain(self.line)
    }
}

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    let metric = options.metric.as_deref().unwrap_or("won");
    let values = values(forecast, metric)?;
    let labels = labels(forecast);
    let marks = marks(forecast, metric);
    let words = MetricWords::of(metric, forecast);

    let numbers = || {
        values
            .iter()
            .flat_map(Value::numbers)
            .chain(marks.iter().map(|it| it.bound))
    };
    let low = numbers().reduce(f64::min).unwrap_or(0.0);
    let high = numbers().reduce(f64::max).unwrap_or(0.0);
    // The words of targets stand above the bands.
    let room = if marks.is_empty() { 0.0 } else { 0.1 * (high - low) };
    let axis = |count| Axis::over(low, high + room, count, !words.is_money);
    let mut notes = Vec::new();
    if !marks.is_empty() {
        notes.push(NOTE.to_owned());
    }
    notes.extend(targets::elsewhere(forecast, metric));
    if axis(5).begins_elsewhere() {
        notes.push("The axis does not begin at zero.".to_owned());
    }

    let (mut around, about) = finding::words(forecast, &words, &labels, &values, &notes);
    for mark in &marks {
        let told = format!(" {}: {}.", labels[mark.position].long(), mark.title);
        around.description.push_str(&told);
    }
    let frame = Frame::new(forecast, around, options)?;
    let scale = frame.sizes.scale;
    let natural = (0.46 * frame.width).clamp(1.6 * HEIGHT_LEAST * scale, HEIGHT_MOST * scale);
    let (mut canvas, area) = frame.open(options, natural, HEIGHT_LEAST * scale)?;
    let count = ((area.height() / (50.0 * scale)) as usize).clamp(2, 9);
    let plot = plot::Plot {
        sizes: frame.sizes,
        colors: frame.colors,
        labels: &labels,
        values: &values,
        marks: &marks,
        metric: &words,
        about,
        axis: axis(count),
        area,
    };
    plot.draw(&mut canvas);
    Ok(frame.close(canvas))
}

/// The metrics that every report shows, as far as they are known by period.
pub(crate) fn worth_drawing(forecast: &Forecast) -> Vec<String> {
    forecast
        .periods
        .first()
        .map_or_else(Vec::new, |it| metric::worth_drawing(forecast, &it.metrics))
}

fn labels(forecast: &Forecast) -> Vec<Label> {
    let periods = forecast.periods.iter();
    periods.map(|it| Label::read(&it.period)).collect()
}

fn values(forecast: &Forecast, metric: &str) -> Result<Vec<Value>, ChartError> {
    let first = forecast.periods.first().ok_or_else(|| ChartError::Nothing {
        kind: ChartKind::Fan,
        why: "the forecast has no periods".to_owned(),
    })?;
    if forecast.periods.iter().all(|it| it.metrics.get(metric).is_none()) {
        return Err(ChartError::UnknownMetric {
            kind: ChartKind::Fan,
            metric: metric.to_owned(),
            is_elsewhere: forecast.totals.get(metric).is_some(),
            known: first.metrics.iter().map(|(name, _)| name.to_owned()).collect(),
        });
    }
    let unknown = Estimate::default();
    let of = |metrics: &crate::forecast::Metrics| Value::of(metrics.get(metric).unwrap_or(&unknown));
    Ok(forecast.periods.iter().map(|it| of(&it.metrics)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::ChartKind;
    use crate::report::chart::check::{Drawn, check};
    use crate::report::chart::fixture::{self, normal, only_mean, with_periods};
    use crate::report::fixture::SHIPPED;

    fn drawn(name: &str, forecast: &Forecast, metric: &str) -> Drawn {
        check(ChartKind::Fan, name, forecast, Some(metric))
    }

    /// A wave around `level` with a doubt that grows.
    fn wave(period: &str, labels: Vec<String>, level: f64, swing: f64) -> Forecast {
        let values = labels.into_iter().enumerate().map(|(position, label)| {
            let at = position as f64;
            let mean = level + swing * (at / 5.0).sin() + swing * at / 60.0;
            (label, normal(mean, swing.abs() * (0.05 + 0.02 * at.sqrt())))
        });
        with_periods(period, values.collect())
    }

    #[test]
    fn a_fan_names_its_bands_periods_and_targets() {
        let drawn = drawn("won", &fixture::hotel(), "won");
        for words in [
            "Won peaks in August 2026",
            "median",
            "50 %",
            "80 %",
            "90 %",
            "Jan",
            "2026",
            "customers",
            "≥ 900: 78 %",
            "Hotel by the lake",
        ] {
            assert!(drawn.has(words), "no {words}");
        }
        assert_eq!(drawn.count("polygon"), 3);
        assert_eq!(drawn.svg.matches("<g opacity=\"0\">").count(), 12);
    }

    #[test]
    fn money_may_be_negative() {
        let forecast = fixture::hotel();
        assert!(drawn("profit", &forecast, "profit").has("Profit peaks in August 2026: 80,000 EUR"));
        assert!(drawn("revenue", &forecast, "revenue").has("EUR"));
        let loss = wave("month", fixture::months(24), -50_000.0, 9_000.0);
        assert!(drawn("loss", &loss, "profit").has("stays below zero"));
        let mut bare = forecast.clone();
        bare.scenario.currency = None;
        drawn("no-currency", &bare, "profit");
    }

    #[test]
    fn every_shipped_scenario_has_its_fans() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            for metric in worth_drawing(&forecast) {
                drawn(&format!("{name}-{}", metric.replace('.', "-")), &forecast, &metric);
            }
        }
    }

    #[test]
    fn products_and_stages_are_named() {
        let forecast = fixture::hotel();
        assert!(drawn("units", &forecast, "units.nights").has("Units of nights"));
        assert!(drawn("open", &forecast, "open.trial").has("Open in trial"));
    }

    #[test]
    fn every_length_of_horizon_is_drawn() {
        let one = drawn("one", &wave("year", vec!["2026".into()], 1_240.0, 900.0), "won");
        assert_eq!(one.count("polygon"), 0);
        assert!(one.has("Won in 2026"));
        for count in [2, 12, 24, 60, 240] {
            let forecast = wave("month", fixture::months(count), 900.0, 300.0);
            drawn(&format!("{count}-months"), &forecast, "won");
        }
        for count in [7, 45, 120, 365] {
            let forecast = wave("day", fixture::days(count), 90.0, 30.0);
            drawn(&format!("{count}-days"), &forecast, "won");
        }
        let weeks = (1..=53).map(|it| format!("2026-W{it:02}")).collect();
        drawn("weeks", &wave("week", weeks, 90.0, 30.0), "won");
        let quarters = (0..16).map(|it| format!("{}-Q{}", 2026 + it / 4, it % 4 + 1));
        drawn("quarters", &wave("quarter", quarters.collect(), 90.0, 30.0), "won");
        let undated = (1..=36).map(|it| format!("month {it}")).collect();
        drawn("undated", &wave("month", undated, 90.0, 30.0), "won");
    }

    #[test]
    fn nothing_and_next_to_nothing_are_drawn() {
        let zeros = |sd| {
            fixture::months(12)
                .into_iter()
                .map(|it| (it, normal(0.0, sd)))
                .collect()
        };
        assert!(drawn("zeros", &with_periods("month", zeros(0.0)), "won").has("zero in every month"));
        drawn("about-zero", &with_periods("month", zeros(0.3)), "won");
        let unknown = fixture::months(3)
            .into_iter()
            .map(|it| (it, Estimate::default()))
            .collect();
        assert!(drawn("unknown", &with_periods("month", unknown), "won").has("Nothing is known of won"));
    }

    #[test]
    fn huge_steady_and_broken_lines_are_drawn() {
        drawn("huge", &wave("month", fixture::months(12), 4.2e12, 1e12), "profit");
        drawn("steady", &wave("month", fixture::months(12), 100_000.0, 300.0), "won");
        let mut broken = wave("month", fixture::months(12), 900.0, 300.0);
        for position in [3, 5, 6] {
            broken.periods[position].metrics.0[0].1 = Estimate::default();
        }
        broken.periods[8].metrics.0[0].1 = only_mean(normal(1_000.0, 0.0));
        drawn("broken", &broken, "won");
    }

    #[test]
    fn the_exact_engine_draws_one_line() {
        let mut forecast = fixture::hotel();
        for period in &mut forecast.periods {
            for (_, estimate) in &mut period.metrics.0 {
                *estimate = only_mean(*estimate);
            }
        }
        let drawn = drawn("exact", &forecast, "won");
        assert_eq!(drawn.count("polygon"), 0);
        assert!(drawn.has("expected") && !drawn.has("median"));
    }

    #[test]
    fn a_target_in_every_month_is_drawn() {
        let mut forecast = fixture::hotel();
        let first = forecast.targets[0].clone();
        forecast.targets = forecast
            .periods
            .iter()
            .map(|it| crate::forecast::TargetForecast {
                over: it.period.clone(),
                at_least: it.metrics.get("won").and_then(|it| it.p75),
                ..first.clone()
            })
            .collect();
        let drawn = drawn("targets", &forecast, "won");
        assert_eq!(drawn.svg.matches("<title>target summer").count(), 12);
        assert!(drawn.svg.contains("July 2026: target summer: ≥ 951, met in 78\u{a0}%."));
    }
}
