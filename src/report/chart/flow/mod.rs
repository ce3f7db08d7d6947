//! The flow: customers from entry to outcome, as wide as they are many.

mod columns;
mod curve;
mod downwards;
mod graph;
mod grid;
mod label;
mod paint;
mod place;
mod plan;
mod returns;
mod rightwards;
#[cfg(test)]
mod tests;
mod widths;
mod words;

use crate::forecast::Forecast;

use super::canvas::Rect;
use super::frame::Frame;
use super::text::{self, Wrapped};
use super::{ChartError, ChartKind, ChartOptions};
use graph::Graph;
use paint::Key;
use plan::{Plan, Task};

/// Lines under the picture.
const NOTE_LINES_MAX: usize = 2;

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    if options.metric.is_some() {
        return Err(ChartError::TakesNoMetric(ChartKind::Flow));
    }
    let nothing = |why: &str| ChartError::Nothing {
        kind: ChartKind::Flow,
        why: why.to_owned(),
    };
    if forecast.flows.is_empty() {
        return Err(nothing("the forecast says nothing about flows; run the scenario again"));
    }
    let graph = graph::graph(forecast);
    if graph.bands.is_empty() {
        return Err(nothing("nobody goes anywhere within the horizon"));
    }
    let columns = columns::columns(&graph);
    let grid = grid::grid(&graph, &columns);
    let frame = Frame::new(forecast, words::words(&graph), options)?;
    let task = Task::new((&graph, &columns, &grid), frame.sizes, frame.width.floor());
    let key = Key::new(&task);
    let mut plan = Plan::natural(&task);
    let mut note = note(&plan, &task);
    let around = |lines: usize| match lines {
        0 => key.height,
        _ => key.height + paint::NOTE_GAP * frame.sizes.scale + lines as f64 * frame.sizes.small.line_height(),
    };
    let natural = plan.height + around(note.lines.len());
    let most = around(NOTE_LINES_MAX);
    let least = (Plan::height_least(&task) + most).min(natural);
    let (mut canvas, area) = frame.open(options, natural, least)?;
    if options.height.is_some() {
        plan = Plan::within(&task, area.height() - most);
        note = self::note(&plan, &task);
    }
    let left = area.left.round();
    let top = (area.top + key.height).round();
    key.draw(&mut canvas, &frame, (left, area.top));
    paint::paint(&mut canvas, &frame, &task, &plan, (left, top));
    let below = Rect {
        left,
        top: top + plan.height,
        ..area
    };
    paint::note(&mut canvas, &frame, &note, below);
    Ok(frame.close(canvas))
}

/// What is not to scale, and what has no name.
fn note(plan: &Plan, task: &Task<'_>) -> Wrapped {
    let mut parts = Vec::new();
    match plan.widths.hairs {
        0 => {}
        1 => parts.push("One band would be too thin to see and is drawn wider.".to_owned()),
        hairs => parts.push(format!("{hairs} bands would be too thin to see and are drawn wider.")),
    }
    match plan.unnamed {
        0 => {}
        1 => parts.push("One step has no room for its name.".to_owned()),
        unnamed => parts.push(format!("{unnamed} steps have no room for their names.")),
    }
    text::wrap(&parts.join(" "), task.sizes.small, task.width, NOTE_LINES_MAX)
}

pub(crate) fn is_worth_drawing(forecast: &Forecast) -> bool {
    let graph: Graph = graph::graph(forecast);
    !graph.bands.is_empty()
}
