//! The demand: units of a product by period, and the quantities that cover it.

mod plot;
mod words;

use crate::forecast::{Estimate, Forecast};

use super::fan;
use super::frame::Frame;
use super::metric::MetricWords;
use super::number::known;
use super::period::Label;
use super::{ChartError, ChartKind, ChartOptions};
use plot::Plot;

/// Of 100 futures, so many are covered.
const COVERED: [u32; 3] = [50, 80, 95];

/// What is known of the demand in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Need {
    /// What is to be expected.
    mean: Option<f64>,
    /// The quantities that cover it in [`COVERED`] futures.
    covers: [Option<f64>; 3],
}

impl Need {
    fn of(estimate: &Estimate) -> Self {
        Self {
            mean: known(estimate.mean),
            covers: [estimate.p50, estimate.p80, estimate.p95].map(known),
        }
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.covers.into_iter().chain([self.mean]).flatten()
    }

    /// The quantity to plan with: what covers nearly every future, as far as it is known.
    fn most(&self) -> Option<f64> {
        self.covers[2].or(self.mean)
    }
}

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    let metric = metric(forecast, options.metric.as_deref())?;
    let unknown = Estimate::default();
    let estimates = forecast
        .periods
        .iter()
        .map(|it| it.metrics.get(&metric).unwrap_or(&unknown));
    let needs: Vec<Need> = estimates.map(Need::of).collect();
    let labels: Vec<Label> = forecast.periods.iter().map(|it| Label::read(&it.period)).collect();
    let total = Need::of(forecast.totals.get(&metric).unwrap_or(&unknown));
    let named = MetricWords::of(&metric, forecast);
    let marks = fan::marks(forecast, &metric);

    let said = words::Said {
        forecast,
        metric: &named,
        labels: &labels,
        needs: &needs,
        total,
        marks: &marks,
    };
    let (around, about) = said.words();
    let frame = Frame::new(forecast, around, options)?;
    let plot = Plot::new(&frame, &said, about);
    let (mut canvas, area) = frame.open(options, plot.height_natural(), plot.height_least())?;
    plot.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

/// The units of each product.
pub(crate) fn worth_drawing(forecast: &Forecast) -> Vec<String> {
    if forecast.periods.is_empty() {
        return Vec::new();
    }
    products(forecast).collect()
}

fn products(forecast: &Forecast) -> impl Iterator<Item = String> {
    let metrics = forecast.periods.first().map_or(&forecast.totals, |it| &it.metrics);
    let names = metrics.iter().map(|(name, _)| name.to_owned());
    names.filter(|it| it.starts_with("units."))
}

/// The metric asked for, or the first product's units.
fn metric(forecast: &Forecast, asked: Option<&str>) -> Result<String, ChartError> {
    let nothing = |why: &str| ChartError::Nothing {
        kind: ChartKind::Demand,
        why: why.to_owned(),
    };
    if forecast.periods.is_empty() {
        return Err(nothing("the forecast has no periods"));
    }
    let known: Vec<String> = products(forecast).collect();
    let Some(first) = known.first() else {
        return Err(nothing("no step of the scenario books units of a product"));
    };
    match asked {
        None => Ok(first.clone()),
        Some(asked) if known.iter().any(|it| it == asked) => Ok(asked.to_owned()),
        Some(asked) => Err(ChartError::UnknownMetric {
            kind: ChartKind::Demand,
            metric: asked.to_owned(),
            is_elsewhere: forecast.totals.get(asked).is_some(),
            known,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture::{self, normal, only_mean};
    use crate::report::fixture::SHIPPED;

    fn drawn(name: &str, forecast: &Forecast, metric: Option<&str>) -> Drawn {
        check(ChartKind::Demand, name, forecast, metric)
    }

    /// Nights of these labels and means.
    fn with(period: &str, labels: Vec<String>, need: impl Fn(usize) -> Estimate) -> Forecast {
        let values = labels.into_iter().enumerate();
        let mut forecast = fixture::with_periods(period, values.map(|(at, label)| (label, need(at))).collect());
        for period in &mut forecast.periods {
            "units.nights".clone_into(&mut period.metrics.0[0].0);
        }
        forecast
    }

    fn season(level: f64) -> impl Fn(usize) -> Estimate {
        move |at| {
            let mean = level * (1.2 + (at as f64 / 2.0).sin());
            normal(mean, 0.12 * mean)
        }
    }

    #[test]
    fn a_demand_says_what_to_plan() {
        let drawn = drawn("hotel", &fixture::hotel(), None);
        for words in [
            "covers demand in",
            "95 of 100 futures (in all 17,400)",
            "80 of 100 futures (in all 16,500)",
            "50 of 100 futures (in all 15,400)",
            "2,620",
        ] {
            assert!(drawn.has(words), "no {words}");
        }
        let title = "Plan 2,620 units of nights for August 2026 to be covered in 95 of 100 futures";
        assert!(plain(&drawn.svg).contains(title));
        assert!(
            plain(&drawn.svg).contains("August 2026: 2,160 covers 50, 2,390 covers 80, 2,620 covers 95 of 100 futures")
        );
    }

    #[test]
    fn every_length_of_horizon_is_drawn() {
        for count in [1, 2, 24, 60, 240] {
            drawn(
                &format!("{count}-months"),
                &with("month", fixture::months(count), season(900.0)),
                None,
            );
        }
        drawn("45-days", &with("day", fixture::days(45), season(3.0)), None);
        let undated = (1..=36).map(|it| format!("month {it}")).collect();
        drawn("undated", &with("month", undated, season(90.0)), None);
    }

    #[test]
    fn odd_demands_are_drawn() {
        let zero = with("month", fixture::months(12), |_| normal(0.0, 0.0));
        assert!(drawn("zeros", &zero, None).has("No units of nights are needed in any month"));
        let rare = with("month", fixture::months(12), |at| Estimate {
            mean: Some(0.02 * at as f64),
            p50: Some(0.0),
            p80: Some(0.0),
            p95: Some(if at > 6 { 0.95 } else { 0.0 }),
            ..Estimate::default()
        });
        assert!(drawn("rare", &rare, None).has("Plan 1 units of nights"));
        drawn("huge", &with("month", fixture::months(12), season(4.2e12)), None);
        drawn(
            "negative",
            &with("month", fixture::months(12), |at| {
                normal(at as f64 * 90.0 - 400.0, 60.0)
            }),
            None,
        );
        let unknown = with("month", fixture::months(3), |_| Estimate::default());
        assert!(drawn("unknown", &unknown, None).has("Nothing is known of units of nights"));
        let broken = with("month", fixture::months(12), |at| match at {
            3 | 5 => Estimate::default(),
            8 => only_mean(normal(900.0, 0.0)),
            _ => season(900.0)(at),
        });
        drawn("broken", &broken, None);
    }

    #[test]
    fn the_exact_engine_shows_what_to_expect() {
        let mut forecast = with("month", fixture::months(12), |at| only_mean(season(900.0)(at)));
        forecast.run.engine = "exact".to_owned();
        forecast.totals.0.clear();
        let drawn = drawn("exact", &forecast, None);
        assert!(drawn.has("Expect 1,978 units of nights in April 2026") && !drawn.has("of 100"));
        assert!(plain(&drawn.svg).contains("how much more it may be is not known"));
    }

    #[test]
    fn a_stock_for_a_period_is_drawn_across_it() {
        let mut forecast = fixture::hotel();
        forecast.targets[0] = crate::forecast::TargetForecast {
            metric: "units.nights".to_owned(),
            at_least: None,
            at_most: Some(1_900.0),
            ..forecast.targets[0].clone()
        };
        let drawn = drawn("target", &forecast, Some("units.nights"));
        assert!(plain(&drawn.svg).contains("target summer: ≤ 1,900, met in 78 %"));
        assert!(drawn.has("target ≤ 1,900: 78 %"));
    }

    #[test]
    fn every_shipped_scenario_has_its_demands() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            for metric in worth_drawing(&forecast) {
                drawn(
                    &format!("{name}-{}", metric.replace('.', "-")),
                    &forecast,
                    Some(&metric),
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_explained() {
        let told = |forecast: &Forecast, metric: Option<&str>| {
            let options = ChartOptions {
                metric: metric.map(str::to_owned),
                ..ChartOptions::default()
            };
            draw(forecast, &options)
                .expect_err("there is nothing to draw")
                .to_string()
        };
        let mut forecast = fixture::hotel();
        assert!(told(&forecast, Some("units.night")).contains("did you mean `units.nights`?"));
        assert!(told(&forecast, Some("won")).starts_with("there is no `demand` chart of `won`"));
        for period in &mut forecast.periods {
            period.metrics.0.retain(|(name, _)| !name.starts_with("units."));
        }
        assert!(told(&forecast, None).starts_with("no step of the scenario books units of a product"));
        forecast.periods.clear();
        assert!(told(&forecast, None).starts_with("the forecast has no periods"));
    }
}
