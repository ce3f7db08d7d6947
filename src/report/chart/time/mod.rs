//! The time to convert: how many have converted, by time since arrival.

mod law;
mod plot;
mod scale;

use crate::forecast::Forecast;

use super::frame::Frame;
use super::{ChartError, ChartKind, ChartOptions};
use law::Law;

/// Pixels of the picture, times the scale.
const HEIGHT_LEAST: f64 = 170.0;
const HEIGHT_MOST: f64 = 440.0;

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    if options.metric.is_some() {
        return Err(ChartError::TakesNoMetric(ChartKind::Time));
    }
    let law = Law::of(forecast).ok_or_else(|| ChartError::Nothing {
        kind: ChartKind::Time,
        why: why_not(forecast).to_owned(),
    })?;
    let frame = Frame::new(forecast, law.words(), options)?;
    let scale = frame.sizes.scale;
    let natural = (0.46 * frame.width).clamp(1.5 * HEIGHT_LEAST * scale, HEIGHT_MOST * scale);
    let (mut canvas, area) = frame.open(options, natural, HEIGHT_LEAST * scale)?;
    plot::Plot::new(&frame, &law, area).draw(&mut canvas);
    Ok(frame.close(canvas))
}

/// Whether the time to convert is known and somebody converts.
pub(crate) fn is_worth_drawing(forecast: &Forecast) -> bool {
    Law::of(forecast).is_some()
}

fn why_not(forecast: &Forecast) -> &'static str {
    let won = forecast.totals.get("won").and_then(|it| it.mean);
    match (&forecast.time_to_convert, won) {
        (None, Some(won)) if won > 0.0 => {
            "none of those who arrive at the beginning converts within one horizon, or it is not known when"
        }
        _ => "nobody converts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{TimeSummary, TimeToConvert};
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture;

    fn drawn(name: &str, forecast: &Forecast) -> Drawn {
        check(ChartKind::Time, name, forecast, None)
    }

    /// The hotel with this law: days and the share who have converted by the end of each.
    fn with_law(by_day: Vec<(u32, f64)>) -> Forecast {
        let share = by_day.last().map_or(0.0, |it| it.1);
        let by = |part: f64| {
            let day = by_day.iter().find(|it| it.1 >= part * share);
            day.map(|it| f64::from(it.0))
        };
        let days = TimeSummary {
            mean: by(0.6),
            p10: by(0.1),
            p50: by(0.5),
            p90: by(0.9),
        };
        let mut forecast = fixture::hotel();
        forecast.time_to_convert = Some(TimeToConvert { share, days, by_day });
        forecast
    }

    fn rising(count: u32, days: f64) -> Vec<(u32, f64)> {
        (0..count)
            .map(|day| (day, 0.3 * (1.0 - (-f64::from(day) / days).exp())))
            .collect()
    }

    #[test]
    fn the_time_to_convert_tells_when_10_50_and_90_percent_have_converted() {
        let drawn = drawn("hotel", &fixture::hotel());
        for words in [
            "Half of those who convert do so within 16 days; 7.1 % convert",
            "% of customers have converted",
            "half of them in 16 days",
            "10 % of them in 4 days",
            "90 % of them in 50 days",
            "convert in all",
            "since arrival",
        ] {
            let all: Vec<String> = drawn.words.iter().map(|it| plain(&it.0)).collect();
            assert!(all.join(" ").contains(words), "no {words} in {all:?}");
        }
        assert_eq!(drawn.count("polygon"), 1);
        // Three marks, each with a rim.
        assert_eq!(drawn.count("circle"), 6);
    }

    #[test]
    fn every_shipped_scenario_is_drawn() {
        for (name, words) in [
            (
                "saas-trial",
                "Half of those who convert do so within 17 days; 5.45 % convert",
            ),
            ("fork-in-the-road", "All who convert do so on the day they arrive"),
            ("web-shop", "75 % of those who convert do so on the day they arrive"),
            ("b2b-inbound", "Half of those who convert do so within 7"),
            ("customer-lifecycle", "Half of those who convert do so within 35 days"),
            ("island-lodging", "of those who convert do so on the day they arrive"),
        ] {
            let drawn = drawn(name, &fixture::shipped(name));
            assert!(plain(&drawn.svg).contains(words), "{name}: no {words}");
        }
    }

    #[test]
    fn short_long_and_sudden_times_are_drawn() {
        assert!(drawn("first-day", &with_law(vec![(0, 0.3)])).has("on the day they arrive"));
        let one = drawn("one-day", &with_law(vec![(40, 0.3)]));
        assert!(one.has("All who convert do so 40 days after they arrive: 30 %"));
        assert!(one.has("all of them in"));
        assert_eq!(one.count("circle"), 2);
        let long = drawn("3000-days", &with_law(rising(3_000, 700.0)));
        assert!(long.has("months since arrival"));
        assert!(drawn("tail", &with_law(rising(3_000, 6.0))).has("later than is shown"));
        drawn("weeks", &with_law(rising(300, 90.0)));
        drawn("10000-days", &with_law(rising(10_000, 4_000.0)));
        drawn("tiny", &with_law(vec![(3, 1e-9), (5, 3e-9)]));
        assert!(drawn("everybody", &with_law(vec![(3, 0.2), (5, 1.0)])).has("all convert"));
        let mut weekly = with_law((0..40).map(|it| (7 * it, 0.01 * f64::from(it + 1))).collect());
        weekly.run.tick = "7 days".to_owned();
        drawn("weekly", &weekly);
    }

    #[test]
    fn who_never_converts_has_no_chart() {
        let mut forecast = fixture::hotel();
        forecast.time_to_convert = None;
        let error = draw(&forecast, &ChartOptions::default()).expect_err("nobody converts");
        let expected = "none of those who arrive at the beginning converts within one horizon";
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(!is_worth_drawing(&forecast));
        forecast.totals.0.retain(|it| it.0 != "won");
        let error = draw(&forecast, &ChartOptions::default()).expect_err("nobody converts");
        assert_eq!(error.to_string(), "nobody converts, so there is no `time` chart");
    }
}
