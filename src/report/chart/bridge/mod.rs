//! The bridge: from what is there over new business to the forecast and its target.

mod parts;
mod plot;
mod words;

use crate::forecast::Forecast;

use super::frame::Frame;
use super::metric::{self, MetricWords};
use super::{ChartError, ChartKind, ChartOptions};
use parts::Bridge;
use plot::Plot;

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    let metric = options.metric.as_deref().unwrap_or("won");
    let bridge = bridge_of(forecast, metric)?;
    let named = MetricWords::of(metric, forecast);
    let frame = Frame::new(forecast, words::words(forecast, &named, &bridge), options)?;
    let plot = Plot::new(&frame, &named, &bridge);
    let (mut canvas, area) = frame.open(options, plot.height_natural(), plot.height_least())?;
    plot.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

/// Won, revenue and profit unless there is no money, where more than one part adds up or there is
/// a target.
pub(crate) fn worth_drawing(forecast: &Forecast) -> Vec<String> {
    let mut metrics = metric::worth_drawing(forecast, &forecast.totals);
    metrics.retain(|it| {
        let bridge = bridge_of(forecast, it);
        bridge.is_ok_and(|bridge| bridge.parts.len() > 1 || bridge.goal.is_some())
    });
    metrics
}

fn bridge_of(forecast: &Forecast, metric: &str) -> Result<Bridge, ChartError> {
    let nothing = |why: String| ChartError::Nothing {
        kind: ChartKind::Bridge,
        why,
    };
    let groups = forecast.groups.get("arrival").filter(|it| !it.is_empty());
    let groups = groups.ok_or_else(|| nothing("the forecast has no numbers by arrival stream".to_owned()))?;
    if groups.iter().all(|it| it.metrics.get(metric).is_none()) {
        return Err(ChartError::UnknownMetric {
            kind: ChartKind::Bridge,
            metric: metric.to_owned(),
            is_elsewhere: forecast.totals.get(metric).is_some(),
            known: groups[0].metrics.iter().map(|(name, _)| name.to_owned()).collect(),
        });
    }
    parts::bridge(forecast, metric, groups).ok_or_else(|| nothing(format!("the total of `{metric}` is not known")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Estimate, GroupForecast, Metrics};
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture::{self, normal, only_mean};
    use crate::report::fixture::SHIPPED;

    fn drawn(name: &str, forecast: &Forecast, metric: &str) -> Drawn {
        check(ChartKind::Bridge, name, forecast, Some(metric))
    }

    /// The hotel with `won` of these groups, and their sum and `more` in total.
    fn with(groups: &[(&str, f64)], more: f64) -> Forecast {
        let mut forecast = fixture::hotel();
        let total = more + groups.iter().map(|it| it.1).sum::<f64>();
        let estimate = |mean: f64| normal(mean, 0.07 * mean.abs());
        let metrics = |mean| crate::forecast::Table(vec![("won".to_owned(), estimate(mean))]);
        forecast.groups.0[0].1 = groups
            .iter()
            .map(|(name, mean)| GroupForecast {
                group: (*name).to_owned(),
                metrics: metrics(*mean),
            })
            .collect();
        forecast.totals = metrics(total);
        forecast
    }

    #[test]
    fn a_bridge_leads_from_what_is_there_to_the_forecast_and_the_target() {
        let mut forecast = fixture::hotel();
        let first = drawn("won", &forecast, "won");
        for words in [
            "Pipeline",
            "search",
            "fairs",
            "Forecast",
            "Above the target",
            "6,700",
            "+4,900",
            "target ≥ 6,500 (met in 63 %)",
            "of the",
        ] {
            assert!(first.has(words), "no {words}");
        }
        assert!(plain(&first.svg).contains("New business brings 98 % of won; 200 above the target of 6,500"));
        forecast.targets[2].so_far = 500.0;
        forecast.targets[2].at_least = Some(8_000.0);
        let second = drawn("gap", &forecast, "won");
        assert!(second.has("So far") && second.has("7,200") && second.has("Short of the target"));
        assert!(plain(&second.svg).contains("800 short of the target of 8,000"));
    }

    #[test]
    fn costs_that_belong_to_nobody_are_a_part_too() {
        let forecast = fixture::hotel();
        let drawn = drawn("profit", &forecast, "profit");
        assert!(
            drawn.has("Budgets"),
            "6,700 × 20 is less than 140,000, so something is added"
        );
        let mut loss = with(
            &[("search", 30_000.0), ("fairs", -9_000.0), ("pipeline", 4_000.0)],
            -60_000.0,
        );
        for metrics in loss.groups.0[0].1.iter_mut().map(|it| &mut it.metrics) {
            "profit".clone_into(&mut metrics.0[0].0);
        }
        "profit".clone_into(&mut loss.totals.0[0].0);
        let told = super::tests::drawn("loss", &loss, "profit");
        assert!(told.has("Budgets and other") && told.has("−60,000"));
    }

    #[test]
    fn many_streams_are_merged_and_long_names_wrapped() {
        let names: Vec<String> = (1..=14)
            .map(|it| format!("A stream of arrivals with a long name, number {it}"))
            .collect();
        let groups: Vec<(&str, f64)> = names
            .iter()
            .map(String::as_str)
            .zip((1..).map(|it| 40.0 * f64::from(it * it)))
            .collect();
        let drawn = drawn("many", &with(&groups, 0.0), "won");
        assert!(drawn.has("7 others"));
    }

    #[test]
    fn odd_numbers_are_drawn() {
        drawn("zero", &with(&[("search", 0.0), ("fairs", 0.0)], 0.0), "won");
        drawn("one", &with(&[("search", 12.0)], 0.0), "won");
        drawn(
            "tiny",
            &with(&[("search", 0.4), ("fairs", 0.03), ("pipeline", 0.0001)], 0.0),
            "won",
        );
        drawn(
            "huge",
            &with(&[("search", 3e12), ("fairs", 5.0), ("pipeline", 2e9)], 0.0),
            "won",
        );
        drawn("cancel", &with(&[("search", 900.0), ("fairs", -900.0)], 0.0), "won");
        let mut exact = with(&[("search", 900.0), ("fairs", 90.0)], 0.0);
        exact.run.engine = "exact".to_owned();
        exact.totals.0[0].1 = only_mean(exact.totals.0[0].1);
        drawn("exact", &exact, "won");
        let mut unknown = with(&[("search", 900.0), ("fairs", 90.0)], 0.0);
        unknown.groups.0[0].1[1].metrics.0[0].1 = Estimate::default();
        drawn("unknown", &unknown, "won");
    }

    #[test]
    fn every_shipped_scenario_has_its_bridges() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            for metric in worth_drawing(&forecast) {
                drawn(&format!("{name}-{}", metric.replace('.', "-")), &forecast, &metric);
            }
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_explained() {
        let told = |forecast: &Forecast, metric: &str| {
            let options = ChartOptions {
                metric: Some(metric.to_owned()),
                ..ChartOptions::default()
            };
            let error = draw(forecast, &options).expect_err("there is nothing to draw");
            plain(&error.to_string())
        };
        let mut forecast = fixture::hotel();
        assert!(told(&forecast, "open.trial").starts_with("there is no metric `open.trial`"));
        assert!(told(&forecast, "units.nights").starts_with("there is no `bridge` chart of `units.nights`"));
        forecast.totals = Metrics::default();
        assert!(told(&forecast, "won").starts_with("the total of `won` is not known"));
        forecast.groups.0.clear();
        assert!(told(&forecast, "won").starts_with("the forecast has no numbers by arrival stream"));
        assert!(worth_drawing(&forecast).is_empty());
    }
}
