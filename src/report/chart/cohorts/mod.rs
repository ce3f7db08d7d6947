//! The cohorts: arrivals by period and age, and the share of them that has converted.

mod cells;
mod map;
mod table;
mod words;

use crate::forecast::Forecast;

use super::frame::Frame;
use super::{ChartError, ChartKind, ChartOptions};
use map::Map;
use table::Table;

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    if options.metric.is_some() {
        return Err(ChartError::TakesNoMetric(ChartKind::Cohorts));
    }
    let table = Table::of(forecast).ok_or_else(|| ChartError::Nothing {
        kind: ChartKind::Cohorts,
        why: if forecast.cohorts.is_empty() {
            "who converts by period of arrival is not known".to_owned()
        } else {
            "nobody arrives".to_owned()
        },
    })?;
    let scale = table.scale();
    let frame = Frame::new(forecast, words::words(forecast, &table, &scale), options)?;
    let mut map = Map::new(&frame, &table, scale);
    let (mut canvas, area) = frame.open(options, map.height_natural(), map.height_least())?;
    map.place(area);
    map.draw(&mut canvas);
    Ok(frame.close(canvas))
}

/// Whether it is known of anybody who arrives whether he has converted.
pub(crate) fn is_worth_drawing(forecast: &Forecast) -> bool {
    Table::of(forecast).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Cohort;
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture;

    fn drawn(name: &str, forecast: &Forecast) -> Drawn {
        check(ChartKind::Cohorts, name, forecast, None)
    }

    /// The hotel with these cohorts: shares rise to `final`, slowly.
    fn rising(period: &str, labels: Vec<String>, share: f64, churns: bool) -> Forecast {
        let mut forecast = fixture::hotel();
        period.clone_into(&mut forecast.run.period);
        let count = labels.len();
        let cohorts = labels.into_iter().enumerate().map(|(at, period)| {
            let won: Vec<f64> = (0..count - at)
                .map(|age| share * (1.0 - 0.7 * 0.8f64.powi(i32::try_from(age).expect("few"))))
                .collect();
            Cohort {
                period,
                arrivals: 1_000.0 + 37.0 * at as f64,
                retained_by_period: if churns {
                    (0..).zip(&won).map(|(age, it)| Some(it * 0.95f64.powi(age))).collect()
                } else {
                    Vec::new()
                },
                won_by_period: won.into_iter().map(Some).collect(),
            }
        });
        forecast.cohorts = cohorts.collect();
        forecast
    }

    #[test]
    fn cohorts_tell_who_converts_best_and_who_stays() {
        let drawn = drawn("hotel", &fixture::hotel());
        for words in [
            "After 2 months, customers of October 2026 have converted best: 7.7 % against 7 % of the others",
            "Converted by then, in % of arrivals",
            "Converted and not churned by then",
            "months after the month of arrival",
            "9,000",
            "Jan",
            "2026",
            "+1",
            "+11",
            "0 %",
        ] {
            let all: Vec<String> = drawn.words.iter().map(|it| plain(&it.0)).collect();
            assert!(all.join(" ").contains(words), "no {words} in {all:?}");
        }
        let told = plain(&drawn.svg);
        assert!(told.contains(
            "<title>arrived in March 2026 (9,300 customers): 5.55 % have converted and not churned by the end of April 2026"
        ));
        // The background, nine steps of the key, and two triangles.
        assert_eq!(drawn.count("rect"), 1 + 9 + 2 * 78);
    }

    #[test]
    fn every_shipped_scenario_is_drawn() {
        for (name, words) in [
            ("saas-trial", "of those who convert do so in the month they arrive"),
            ("fork-in-the-road", "All who convert do so in the month they arrive"),
            (
                "web-shop",
                "In the month they arrive, customers of November 2026 have converted best",
            ),
            ("b2b-inbound", "have converted best"),
            ("customer-lifecycle", "quarter"),
            ("island-lodging", "of those who convert do so in the month they arrive"),
        ] {
            let drawn = drawn(name, &fixture::shipped(name));
            assert!(plain(&drawn.svg).contains(words), "{name}: no {words}");
        }
    }

    #[test]
    fn every_length_of_horizon_is_drawn() {
        for count in [1, 2, 5, 24, 36, 60] {
            for churns in [false, true] {
                let name = format!("{count}-months{}", if churns { "-churn" } else { "" });
                let drawn = drawn(&name, &rising("month", fixture::months(count), 0.3, churns));
                assert_eq!(drawn.has("not churned by then"), churns && count > 1, "{name}");
            }
        }
        let undated = (1..=12).map(|it| format!("month {it}")).collect();
        assert!(drawn("undated", &rising("month", undated, 0.3, false)).has("month"));
        let quarters = (0..8).map(|it| format!("{}-Q{}", 2026 + it / 4, it % 4 + 1)).collect();
        drawn("quarters", &rising("quarter", quarters, 0.9, false));
        let weeks = (1..=26).map(|it| format!("2026-W{it:02}")).collect();
        drawn("weeks", &rising("week", weeks, 0.9, false));
        drawn("days", &rising("day", fixture::days(31), 0.02, true));
    }

    #[test]
    fn nobody_and_nothing_are_said() {
        let mut forecast = rising("month", fixture::months(6), 0.3, true);
        for at in [1, 3] {
            forecast.cohorts[at].arrivals = 0.0;
            forecast.cohorts[at].won_by_period.fill(None);
            forecast.cohorts[at].retained_by_period.fill(None);
        }
        forecast.cohorts[4].won_by_period[0] = Some(f64::NAN);
        let some = drawn("gaps", &forecast);
        assert!(some.has("nobody arrives") && some.svg.contains("arrived in February 2026: nobody"));
        let zeros = drawn("zeros", &rising("month", fixture::months(6), 0.0, false));
        assert!(zeros.has("None of those who arrive converts within the horizon"));
        for cohort in &mut forecast.cohorts {
            cohort.won_by_period.fill(None);
        }
        let error = draw(&forecast, &ChartOptions::default()).expect_err("nobody arrives");
        assert_eq!(error.to_string(), "nobody arrives, so there is no `cohorts` chart");
        forecast.cohorts.clear();
        let error = draw(&forecast, &ChartOptions::default()).expect_err("it is not known");
        assert!(
            error
                .to_string()
                .ends_with("is not known, so there is no `cohorts` chart")
        );
    }
}
