//! The journey itself: steps, forks and their shares, and where customers are lost.

mod arrivals;
mod key;
mod map;
mod scales;
mod words;

use crate::forecast::Forecast;

use super::diagram::{self, Key};
use super::frame::Frame;
use super::palette::palette;
use super::{ChartError, ChartKind, ChartOptions};
use map::Map;

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    if options.metric.is_some() {
        return Err(ChartError::TakesNoMetric(ChartKind::Journey));
    }
    let nothing = |why: &str| ChartError::Nothing {
        kind: ChartKind::Journey,
        why: why.to_owned(),
    };
    if !has_ways(forecast) {
        return Err(nothing("the forecast does not say who goes from step to step"));
    }
    let map = Map::new(forecast, palette(options.dark));
    let frame = Frame::new(forecast, words::words(forecast, &map), options)?;
    let (colors, sizes) = (frame.colors, frame.sizes);
    let Some(fitted) = diagram::fit(&map.diagram, sizes, frame.width) else {
        return Err(nothing(
            "the journey is too large for this width (`graph --format dot` writes it for Graphviz)",
        ));
    };
    let key = Key::new(&map.key, sizes, frame.width);
    let gap = 14.0 * sizes.scale;
    let height = key.height() + gap + fitted.size().height;
    let (mut canvas, area) = frame.open(options, height, height)?;
    key.draw(&mut canvas, colors, (area.left, area.top));
    let top = area.top + key.height() + gap;
    let (free, below) = (
        area.width() - fitted.size().width,
        area.bottom - top - fitted.size().height,
    );
    fitted.draw(&mut canvas, colors, (area.left + free / 2.0, top + below / 2.0));
    Ok(frame.close(canvas))
}

/// Whether there is something to draw, and it can be drawn as wide as charts are by default.
pub(crate) fn is_worth_drawing(forecast: &Forecast) -> bool {
    has_ways(forecast) && draw(forecast, &ChartOptions::default()).is_ok()
}

fn has_ways(forecast: &Forecast) -> bool {
    !forecast.flows.is_empty() && !forecast.steps.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{Estimate, Flow};
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture;
    use crate::report::fixture::SHIPPED;

    fn drawn(name: &str, forecast: &Forecast) -> Drawn {
        check(ChartKind::Journey, name, forecast, None)
    }

    /// The hotel with these steps in its place, and branches (from, to, customers) between them.
    fn with_steps(titles: &[String], branches: &[(usize, usize, f64)]) -> Forecast {
        let mut forecast = fixture::hotel();
        let like = forecast.steps[0].clone();
        let stages: Vec<String> = forecast.funnel.iter().map(|it| it.stage.clone()).collect();
        let steps = titles
            .iter()
            .enumerate()
            .map(|(at, title)| crate::forecast::StepForecast {
                step: format!("s{at}"),
                title: title.clone(),
                stage: Some(stages[at * stages.len() / titles.len()].clone()),
                ..like.clone()
            });
        forecast.steps = steps.collect();
        forecast.forks.clear();
        let flow = |from: usize, to: usize, customers: f64| Flow {
            arrival: None,
            from: Some(format!("s{from}")),
            branch: Some(format!("s{to}")),
            to: format!("s{to}"),
            customers,
            open: 0.0,
        };
        forecast.flows = branches
            .iter()
            .map(|(from, to, count)| flow(*from, *to, *count))
            .collect();
        let last = titles.len() - 1;
        forecast.outcomes.truncate(1);
        forecast.outcomes[0].step = format!("s{last}");
        forecast
    }

    fn titles(count: usize) -> Vec<String> {
        (0..count).map(|it| format!("Step number {it}")).collect()
    }

    #[test]
    fn every_shipped_journey_is_drawn() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            let drawn = drawn(name, &forecast);
            assert!(drawn.has("Most are lost right after"), "{name}");
            let sources: std::collections::BTreeSet<&str> = forecast
                .flows
                .iter()
                .filter(|it| it.arrival.is_some())
                .map(|it| it.to.as_str())
                .collect();
            let branches = forecast.flows.iter().filter(|it| it.from.is_some()).count();
            let hovers = drawn.svg.matches("<title>").count();
            // One for the chart, one for each card and each arrow.
            let expected = 1 + forecast.steps.len() + 2 * sources.len() + branches;
            assert!(hovers >= expected, "{name}: {hovers} of {expected}");
        }
    }

    #[test]
    fn a_journey_tells_steps_shares_and_losses() {
        let drawn = drawn("hotel", &fixture::hotel());
        let words: Vec<String> = drawn.words.iter().map(|it| plain(&it.0)).collect();
        let shapes = format!(
            "{} lines, {} polygons, {} rectangles",
            drawn.count("polyline"),
            drawn.count("polygon"),
            drawn.count("rect")
        );
        let hovers = drawn
            .svg
            .split("<title>")
            .skip(1)
            .filter_map(|it| it.split("</title>").next());
        let hovers: Vec<String> = hovers.map(plain).collect();
        insta::assert_snapshot!(format!("{shapes}\n\n{}\n\n{}", words.join("\n"), hovers.join("\n")));
    }

    #[test]
    fn a_journey_without_stages_forks_or_customers_is_drawn() {
        let mut forecast = fixture::hotel();
        forecast.funnel.clear();
        forecast.forks.clear();
        forecast.outcomes.clear();
        assert!(drawn("bare", &forecast).has("Nobody is lost"));
        let mut forecast = fixture::hotel();
        for flow in &mut forecast.flows {
            (flow.customers, flow.open) = (0.0, 0.0);
        }
        for step in &mut forecast.steps {
            step.reached = fixture::normal(0.0, 0.0);
        }
        let drawn = drawn("zeros", &forecast);
        assert!(drawn.has("Nobody comes") && drawn.has("0 visits"));
    }

    #[test]
    fn unknown_and_huge_numbers_are_drawn() {
        let mut forecast = fixture::hotel();
        for (at, step) in forecast.steps.iter_mut().enumerate() {
            step.reached = match at % 3 {
                0 => Estimate::default(),
                1 => fixture::normal(3.2e12, 1e11),
                _ => fixture::normal(f64::INFINITY, f64::NAN),
            };
        }
        for (at, flow) in forecast.flows.iter_mut().enumerate() {
            flow.customers = [f64::NAN, 4.5e11, f64::INFINITY, -3.0, 0.2][at % 5];
        }
        for branch in forecast.forks.iter_mut().flat_map(|it| &mut it.branches) {
            branch.share = Estimate::default();
        }
        drawn("odd-numbers", &forecast);
    }

    #[test]
    fn long_and_foreign_names_stay_on_their_cards_and_are_told_whole() {
        let mut forecast = fixture::hotel();
        let names = [
            "Considers the offer after the second visit and compares it with at least two competitors",
            "Donaudampfschifffahrtsgesellschaftskapitänsanwärterprüfung",
            "<b>Books & \"pays\"</b>",
            "検討している顧客の段階",
            "\u{1b}[31mred\u{0}",
            "",
        ];
        for (step, name) in forecast.steps.iter_mut().zip(names) {
            name.clone_into(&mut step.title);
        }
        for fork in &mut forecast.forks {
            for branch in &mut fork.branches {
                branch.branch = format!("{} after a long and winding time of thought", branch.branch);
            }
        }
        for flow in &mut forecast.flows {
            if let Some(branch) = &mut flow.branch {
                branch.push_str(" after a long and winding time of thought");
            }
        }
        for row in &mut forecast.funnel {
            row.title = "A stage with a rather long name that goes on and on ".repeat(3);
        }
        let drawn = drawn("long", &forecast);
        assert!(drawn.svg.contains("at least two competitors: ") && drawn.has("…"));
    }

    #[test]
    fn many_steps_are_drawn_or_the_way_out_is_told() {
        let chain: Vec<(usize, usize, f64)> = (0..14).map(|it| (it, it + 1, 1_000.0)).collect();
        drawn("15-steps", &with_steps(&titles(15), &chain));
        let fan: Vec<(usize, usize, f64)> = (1..31).map(|it| (0, it, f64::from(it as u32))).collect();
        drawn("31-steps-side-by-side", &with_steps(&titles(31), &fan));
        let mut tangle: Vec<(usize, usize, f64)> = (0..160).map(|it| (it, it + 1, 900.0)).collect();
        tangle.extend((0..160).map(|it| (it, 160, 90.0)));
        tangle.extend((0..160).step_by(4).map(|it| (it, (it * 7 + 3) % 160, 9.0)));
        let tangle = with_steps(&titles(161), &tangle);
        assert!(is_worth_drawing(&tangle));
        assert!(!is_worth_drawing(&with_steps(&titles(601), &chain)));
        for width in [320, 600, 1_600] {
            let options = ChartOptions {
                width,
                ..ChartOptions::default()
            };
            let name = format!("journey-161-steps-{width}");
            match draw(&tangle, &options) {
                Ok(_) => {
                    crate::report::chart::check::check_one(&name, &tangle, ChartKind::Journey, &options);
                }
                Err(error) => assert!(error.to_string().contains("graph --format dot"), "{error}"),
            }
        }
    }

    #[test]
    fn a_forecast_without_ways_has_no_journey() {
        let mut forecast = fixture::hotel();
        forecast.flows.clear();
        let error = draw(&forecast, &ChartOptions::default()).expect_err("there is nothing");
        assert_eq!(
            error.to_string(),
            "the forecast does not say who goes from step to step, so there is no `journey` chart"
        );
    }
}
