//! Draws a plan: stages, bands, nodes and their names, and what the colours mean.

use plotters::style::RGBColor;

use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::frame::Frame;
use crate::report::chart::palette::Palette;
use crate::report::chart::text::{self, Wrapped};

use super::curve;
use super::graph::{End, Role};
use super::plan::{Plan, Task};
use super::words;

/// What a band means, which says its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    On,
    Back,
    Ends(End),
}

impl Kind {
    /// The colour and how much of it.
    fn color(self, colors: &Palette) -> (RGBColor, f64) {
        match self {
            Self::On => (colors.bar, 0.6),
            Self::Back => (colors.axis, 0.45),
            Self::Ends(End::Won) => (colors.ends.won, 0.65),
            Self::Ends(End::Open) => (colors.ends.open, 0.7),
            Self::Ends(End::Other) => (colors.ends.other, 0.55),
            Self::Ends(End::Churned) => (colors.ends.churned, 0.5),
            Self::Ends(End::Lost) => (colors.ends.lost, 0.65),
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::On => "goes on",
            Self::Back => "comes back",
            Self::Ends(end) => words::meaning(end),
        }
    }
}

fn end_color(colors: &Palette, end: End) -> RGBColor {
    Kind::Ends(end).color(colors).0
}

/// What the colours mean, over the picture.
pub(super) struct Key {
    entries: Vec<(Kind, Point)>,
    pub(super) height: f64,
}

impl Key {
    pub(super) fn new(task: &Task<'_>) -> Self {
        let (font, scale) = (task.sizes.small, task.sizes.scale);
        let mut kinds = Vec::new();
        if task
            .grid
            .links
            .iter()
            .any(|it| task.graph.nodes[task.grid.spots[it.to].node].end().is_none())
        {
            kinds.push(Kind::On);
        }
        if !task.grid.returning.is_empty() {
            kinds.push(Kind::Back);
        }
        for end in [End::Won, End::Open, End::Other, End::Churned, End::Lost] {
            if words::ended(task.graph, end) > 0.0 {
                kinds.push(Kind::Ends(end));
            }
        }
        let mut at = (0.0, 0.0);
        let mut entries = Vec::new();
        for kind in kinds {
            let width = 20.0 * scale + text::width(kind.meaning(), font);
            if at.0 > 0.0 && at.0 + width > task.width {
                at = (0.0, at.1 + font.line_height());
            }
            entries.push((kind, at));
            at.0 += width + 16.0 * scale;
        }
        Self {
            entries,
            height: at.1 + font.line_height() + 12.0 * scale,
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, frame: &Frame, (left, top): Point) {
        let (font, scale) = (frame.sizes.small, frame.sizes.scale);
        for (kind, at) in &self.entries {
            let at = (left + at.0, top + at.1 + font.size);
            let middle = at.1 - font.middle_to_baseline();
            let edge = |y: f64| vec![(at.0, y), (at.0 + 14.0 * scale, y)];
            let (color, opacity) = kind.color(frame.colors);
            canvas.ribbon(&edge(middle - 5.0 * scale), &edge(middle + 5.0 * scale), color, opacity);
            let at = (at.0 + 20.0 * scale, at.1);
            canvas.text(at, kind.meaning(), font, frame.colors.muted, Align::Left);
        }
    }
}

pub(super) fn paint(canvas: &mut Canvas, frame: &Frame, task: &Task<'_>, plan: &Plan, origin: Point) {
    rules(canvas, frame, plan, origin);
    turns(canvas, frame, task, plan, origin);
    links(canvas, frame, task, plan, origin);
    nodes(canvas, frame, task, plan, origin);
    headings(canvas, frame, plan, origin);
    labels(canvas, frame, plan, origin);
}

fn moved(point: Point, origin: Point) -> Point {
    (origin.0 + point.0, origin.1 + point.1)
}

fn rules(canvas: &mut Canvas, frame: &Frame, plan: &Plan, origin: Point) {
    for heading in &plan.headings {
        let rule = heading.rule.map(|it| moved(it, origin));
        canvas.line(&rule, frame.colors.grid, 1.5 * frame.sizes.scale);
    }
}

/// Over bands where the picture is laid out from top to bottom, so in ink.
fn headings(canvas: &mut Canvas, frame: &Frame, plan: &Plan, origin: Point) {
    let font = text::Font::bold(frame.sizes.small.size);
    let color = if plan.is_top_down {
        frame.colors.ink
    } else {
        frame.colors.muted
    };
    for heading in &plan.headings {
        canvas.titled(&heading.title, |canvas| {
            let mut at = moved(heading.at, origin);
            for line in &heading.lines {
                canvas.text(at, line, font, color, Align::Left);
                at.1 += font.line_height();
            }
        });
    }
}

fn turns(canvas: &mut Canvas, frame: &Frame, task: &Task<'_>, plan: &Plan, origin: Point) {
    let (color, opacity) = Kind::Back.color(frame.colors);
    for at in 0..plan.returns.turns.len() {
        let turn = curve::turn(task, plan, at);
        let picture = |edge: &[Point]| {
            edge.iter()
                .map(|it| moved(plan.at(it.0, it.1), origin))
                .collect::<Vec<_>>()
        };
        canvas.titled(&words::band(task.graph, plan.returns.turns[at].band), |canvas| {
            canvas.ribbon(&picture(&turn.inner), &picture(&turn.outer), color, opacity);
            canvas.ribbon(
                &picture(&turn.arrow.0),
                &picture(&turn.arrow.1),
                frame.colors.muted,
                0.8,
            );
        });
    }
}

fn links(canvas: &mut Canvas, frame: &Frame, task: &Task<'_>, plan: &Plan, origin: Point) {
    let mut order: Vec<usize> = (0..task.grid.links.len()).collect();
    order.sort_by(|one, two| plan.widths.links[*two].total_cmp(&plan.widths.links[*one]));
    for at in order {
        let link = &task.grid.links[at];
        let target = &task.graph.nodes[task.grid.spots[link.to].node];
        let (color, opacity) = target.end().map_or(Kind::On, Kind::Ends).color(frame.colors);
        let (upper, lower) = curve::link(task, plan, at);
        let picture = |edge: &[Point]| {
            edge.iter()
                .map(|it| moved(plan.at(it.0, it.1), origin))
                .collect::<Vec<_>>()
        };
        canvas.titled(&words::link(task.graph, task.grid, link), |canvas| {
            canvas.ribbon(&picture(&upper), &picture(&lower), color, opacity);
        });
    }
}

fn nodes(canvas: &mut Canvas, frame: &Frame, task: &Task<'_>, plan: &Plan, origin: Point) {
    for (at, node) in task.graph.nodes.iter().enumerate() {
        let (from, until) = plan.columns[task.columns.of[at]];
        let part = |canvas: &mut Canvas, top: f64, bottom: f64, color: RGBColor| {
            let (left, top) = moved(plan.at(from, top), origin);
            let (right, bottom) = moved(plan.at(until, bottom), origin);
            let place = Rect {
                left,
                top,
                right,
                bottom,
            };
            canvas.rect(place, color);
        };
        let (top, width) = (plan.tops[at], plan.widths.spots[at]);
        canvas.titled(&words::node(task.graph, at), |canvas| match &node.role {
            Role::Entry => part(canvas, top, top + width, frame.colors.axis),
            Role::Step => part(canvas, top, top + width, frame.colors.line),
            Role::End(parts) => {
                let all: f64 = parts.iter().map(|it| it.1).sum();
                let mut edge = top;
                for (end, customers) in parts {
                    let next = edge + width * customers / all;
                    part(canvas, edge, next, end_color(frame.colors, *end));
                    edge = next;
                }
            }
        });
    }
}

fn labels(canvas: &mut Canvas, frame: &Frame, plan: &Plan, origin: Point) {
    for label in &plan.labels {
        if let Some(leader) = label.leader {
            let leader = leader.map(|it| moved(it, origin));
            canvas.line(&leader, frame.colors.muted, 0.7 * frame.sizes.scale);
        }
        for line in &label.lines {
            canvas.text(
                moved(line.at, origin),
                &line.words,
                line.font,
                frame.colors.ink,
                Align::Left,
            );
        }
    }
}

/// Between the picture and the words under it, times the scale.
pub(super) const NOTE_GAP: f64 = 8.0;

/// Words under the picture.
pub(super) fn note(canvas: &mut Canvas, frame: &Frame, note: &Wrapped, below: Rect) {
    let font = frame.sizes.small;
    let mut baseline = below.top + NOTE_GAP * frame.sizes.scale + font.size;
    for line in &note.lines {
        canvas.text((below.left, baseline), line, font, frame.colors.muted, Align::Left);
        baseline += font.line_height();
    }
}
