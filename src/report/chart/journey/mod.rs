//! The journey itself: steps, forks and their shares, and where customers are lost.

mod map;
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
    if !is_worth_drawing(forecast) {
        return Err(nothing("the forecast does not say who goes from step to step"));
    }
    let map = Map::new(forecast, palette(options.dark));
    let frame = Frame::new(forecast, words::words(forecast, &map), options)?;
    let (colors, sizes) = (frame.colors, frame.sizes);
    let Some(fitted) = diagram::fit(&map.diagram, sizes, frame.width) else {
        return Err(nothing(
            "the journey is too large for this width (a wider one may do, or `graph --format dot` and Graphviz)",
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

pub(crate) fn is_worth_drawing(forecast: &Forecast) -> bool {
    !forecast.flows.is_empty() && !forecast.steps.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::check::{Drawn, check};
    use crate::report::chart::fixture;
    use crate::report::fixture::SHIPPED;

    fn drawn(name: &str, forecast: &Forecast) -> Drawn {
        let options = ChartOptions::default();
        check(&format!("journey-{name}"), forecast, ChartKind::Journey, &options)
    }

    #[test]
    fn every_shipped_journey_is_drawn() {
        for (name, _) in SHIPPED {
            drawn(name, &fixture::shipped(name));
        }
    }

    #[test]
    fn a_journey_tells_steps_shares_and_losses() {
        drawn("hotel", &fixture::hotel());
    }
}
