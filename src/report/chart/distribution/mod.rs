//! The distribution: the total of a metric over replications, its quantiles and its targets.

mod bins;
mod plot;
mod words;

use crate::forecast::{Estimate, Forecast};

use super::frame::Frame;
use super::metric::{self, MetricWords};
use super::target;
use super::{ChartError, ChartKind, ChartOptions};
use bins::Bin;
use plot::Plot;

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    let metric = options.metric.as_deref().unwrap_or("won");
    let bins = bins_of(forecast, metric)?;
    let unknown = Estimate::default();
    let estimate = forecast.totals.get(metric).unwrap_or(&unknown);
    let goals = target::goals(forecast, metric);
    let named = MetricWords::of(metric, forecast);
    let spread = forecast.spread.as_ref().and_then(|it| it.get(metric)).copied();

    let around = words::words(forecast, &named, &bins, estimate, &goals, spread);
    let frame = Frame::new(forecast, around, options)?;
    let plot = Plot::new(&frame, forecast, &named, &bins, estimate, &goals, spread);
    let (mut canvas, area) = frame.open(options, plot.height_natural(), plot.height_least())?;
    plot.draw(&mut canvas, area);
    Ok(frame.close(canvas))
}

/// The metrics that every report shows, as far as they vary.
pub(crate) fn worth_drawing(forecast: &Forecast) -> Vec<String> {
    let mut metrics = metric::worth_drawing(forecast, &forecast.totals);
    metrics.retain(|it| bins_of(forecast, it).is_ok_and(|bins| bins.len() > 1));
    metrics
}

fn bins_of(forecast: &Forecast, metric: &str) -> Result<Vec<Bin>, ChartError> {
    let nothing = |why: String| ChartError::Nothing {
        kind: ChartKind::Distribution,
        why,
    };
    let is_known = forecast.totals.get(metric).is_some();
    let kept = matches!(metric, "won" | "revenue" | "profit") || metric.starts_with("units.");
    match forecast.distribution.get(metric) {
        None if is_known && kept && forecast.run.engine == "exact" => Err(nothing(format!(
            "the exact engine knows what to expect of `{metric}` but not how it is distributed (the other engines do)"
        ))),
        None if is_known && kept => Err(nothing(format!("the forecast has no histogram of `{metric}`"))),
        None => Err(ChartError::UnknownMetric {
            kind: ChartKind::Distribution,
            metric: metric.to_owned(),
            is_elsewhere: is_known,
            known: forecast.distribution.iter().map(|(name, _)| name.to_owned()).collect(),
        }),
        Some(_) if forecast.run.replications <= 1 && forecast.run.engine != "exact" => {
            Err(nothing("a single replication has no distribution".to_owned()))
        }
        Some(histogram) => {
            bins::of(histogram).ok_or_else(|| nothing(format!("the histogram of `{metric}` counts nothing")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Histogram, SpreadShares, Table};
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture::{self, normal};
    use crate::report::fixture::SHIPPED;

    fn drawn(name: &str, forecast: &Forecast, metric: &str) -> Drawn {
        check(ChartKind::Distribution, name, forecast, Some(metric))
    }

    fn told(forecast: &Forecast, metric: &str) -> String {
        let options = ChartOptions {
            metric: Some(metric.to_owned()),
            ..ChartOptions::default()
        };
        draw(forecast, &options)
            .expect_err("there is nothing to draw")
            .to_string()
    }

    fn with(metric: &str, estimate: Estimate, edges: Vec<f64>, counts: Vec<u64>) -> Forecast {
        let mut forecast = fixture::hotel();
        forecast.distribution = Table(vec![(metric.to_owned(), Histogram { edges, counts })]);
        forecast.totals.0.retain(|(name, _)| name != metric);
        forecast.totals.0.push((metric.to_owned(), estimate));
        forecast.targets.clear();
        forecast
    }

    #[test]
    fn a_distribution_shows_its_quantiles_and_its_target() {
        let mut forecast = fixture::hotel();
        let shares = SpreadShares {
            assumptions: 0.71,
            arrivals: 0.04,
            customers: 0.25,
        };
        forecast.spread = Some(Table(vec![("won".to_owned(), shares)]));
        let drawn = drawn("won", &forecast, "won");
        for words in [
            "63 % chance of at least 6,500 won",
            "median 6,700",
            "80 %: 6,200 to 7,200",
            "P(≥ 6,500) = 63 %",
            "share of the replications",
            "71 % what is not known about the rates",
            "25 % the luck of each customer",
        ] {
            assert!(drawn.has(words), "no {words}");
        }
        let bars = drawn.svg.matches("% of the replications</title>").count();
        assert_eq!(bars, 40, "one for each bin");
    }

    #[test]
    fn without_a_target_the_finding_is_where_it_lands() {
        let drawn = drawn("revenue", &fixture::hotel(), "revenue");
        let title = "Revenue lands between 1,100,000 and 1,300,000 EUR in 8 of 10 futures";
        assert!(plain(&drawn.svg).contains(title));
        assert!(!drawn.has("P("));
    }

    #[test]
    fn what_is_already_achieved_is_taken_off_the_line() {
        let mut forecast = fixture::hotel();
        forecast.targets[2].so_far = 400.0;
        let drawn = drawn("so-far", &forecast, "won");
        assert!(plain(&drawn.svg).contains("The target of 6,500 counts 400 so far, so its line stands at 6,100."));
    }

    #[test]
    fn targets_are_drawn_wherever_they_stand() {
        let mut forecast = fixture::hotel();
        for (name, bound) in [("beyond", 90_000.0), ("near", 9_000.0), ("below", -50_000.0)] {
            forecast.targets[2].at_least = Some(bound);
            assert!(drawn(&format!("target-{name}"), &forecast, "won").has("P(≥"));
        }
        let year = forecast.targets[2].clone();
        forecast.targets = [6_000.0, 6_500.0, 6_510.0, 7_900.0, 8_000.0, 9_000.0]
            .into_iter()
            .map(|bound| crate::forecast::TargetForecast {
                at_least: None,
                at_most: Some(bound),
                ..year.clone()
            })
            .collect();
        let drawn = drawn("targets", &forecast, "won");
        assert!(drawn.has("63 % chance of at most 6,000 won"));
        assert_eq!(drawn.svg.matches("<title>target year").count(), 6);
    }

    #[test]
    fn every_shipped_scenario_has_its_distributions() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            for metric in worth_drawing(&forecast) {
                drawn(&format!("{name}-{}", metric.replace('.', "-")), &forecast, &metric);
            }
        }
    }

    #[test]
    fn one_value_few_bins_and_odd_numbers_are_drawn() {
        let constant = with("won", normal(12.0, 0.0), vec![11.5, 12.5], vec![1_000]);
        assert!(drawn("constant", &constant, "won").has("Won is 12 in every future"));
        assert!(worth_drawing(&constant).is_empty());
        let zero = with("won", normal(0.0, 0.0), vec![-0.5, 0.5], vec![1_000]);
        assert!(drawn("zero", &zero, "won").has("Won is 0 in every future"));
        let edges = |low: f64, high: f64| (0..=60).map(|it| low + (high - low) * f64::from(it) / 60.0).collect();
        let counts: Vec<u64> = (0..60).map(|it| 1 + it * (60 - it)).collect();
        drawn(
            "loss",
            &with("profit", normal(-4.2e6, 1e6), edges(-8e6, 3e5), counts.clone()),
            "profit",
        );
        drawn(
            "huge",
            &with("won", normal(4e14, 1e13), edges(3e14, 5e14), counts.clone()),
            "won",
        );
        drawn(
            "narrow",
            &with("won", normal(1e6, 3.0), edges(999_990.0, 1_000_010.0), counts.clone()),
            "won",
        );
        let unknown = with("won", Estimate::default(), edges(0.0, 9.0), counts.clone());
        drawn("unknown", &unknown, "won");
        let mut bare = with("profit", normal(4_000.0, 900.0), edges(900.0, 7_000.0), counts);
        bare.scenario.currency = None;
        drawn("no-currency", &bare, "profit");
        drawn(
            "two",
            &with("won", normal(1.2, 0.4), vec![0.5, 1.5, 2.5], vec![812, 188]),
            "won",
        );
    }

    #[test]
    fn what_cannot_be_drawn_is_explained() {
        let mut forecast = fixture::hotel();
        assert!(
            told(&forecast, "arrivals")
                .starts_with("there is no `distribution` chart of `arrivals` (it can show `won`")
        );
        assert!(told(&forecast, "wom").starts_with("there is no metric `wom`; did you mean `won`?"));
        forecast.run.engine = "exact".to_owned();
        forecast.distribution.0.clear();
        assert!(told(&forecast, "revenue").starts_with("the exact engine knows what to expect of `revenue`"));
        let mut one = fixture::hotel();
        one.run.replications = 1;
        assert!(told(&one, "won").starts_with("a single replication has no distribution"));
        let empty = with("won", normal(1.0, 1.0), vec![0.0, 1.0], vec![0]);
        assert!(told(&empty, "won").starts_with("the histogram of `won` counts nothing"));
    }
}
