//! The edges of bands, as points along and across.

use std::f64::consts::FRAC_PI_2;

use crate::report::chart::canvas::Point;

use super::plan::{Plan, Task};
use super::returns::SQUEEZE;

/// Into how many pieces a bend is cut.
const PIECES: i32 = 20;
const PIECES_OF_TURN: i32 = 12;

/// The upper and the lower edge of a link. It passes the column it comes from if it only passes.
pub(super) fn link(task: &Task<'_>, plan: &Plan, at: usize) -> (Vec<Point>, Vec<Point>) {
    let link = &task.grid.links[at];
    let from = task.grid.spots[link.from];
    let column = plan.columns[from.column];
    let end = plan.columns[from.column + 1].0;
    let (lead_out, lead_in) = (plan.leads[from.column].0, plan.leads[from.column + 1].1);
    let bend = (column.1 + lead_out, end - lead_in);
    let start = if from.is_passing { column.0 } else { column.1 };
    let edge = |one: f64, two: f64| {
        let mut points = vec![(start, one)];
        if (one - two).abs() < 0.05 {
            points.push((end, two));
            return points;
        }
        for piece in 0..=PIECES {
            let share = f64::from(piece) / f64::from(PIECES);
            // Bézier's cubic with level ends.
            let along = 1.5 * share * (1.0 - share) + share.powi(3);
            let across = share * share * (3.0 - 2.0 * share);
            points.push((bend.0 + (bend.1 - bend.0) * along, one + (two - one) * across));
        }
        points.push((end, two));
        points
    };
    let (one, two) = plan.ends.links[at];
    let width = plan.widths.links[at];
    (edge(one, two), edge(one + width, two + width))
}

/// A returning band and a mark of where it leads.
pub(super) struct Returning {
    pub(super) inner: Vec<Point>,
    pub(super) outer: Vec<Point>,
    pub(super) arrow: (Vec<Point>, Vec<Point>),
}

pub(super) fn turn(task: &Task<'_>, plan: &Plan, at: usize) -> Returning {
    let turn = plan.returns.turns[at];
    let band = &task.graph.bands[turn.band];
    let (from, to) = (task.columns.of[band.from], task.columns.of[band.to]);
    let is_own = band.from == band.to;
    let (start, end) = plan.ends.turns[at];
    let radius = plan.measure.turn;
    let lane = if is_own {
        start - 2.0 * radius
    } else {
        plan.returns.depth - 2.0 * radius - turn.lane
    };
    let leads = if is_own {
        (0.0, 0.0)
    } else {
        (plan.leads[from].0, plan.leads[to].1)
    };
    let out = plan.columns[from].1 + leads.0 + turn.out;
    let back = plan.columns[to].0 - leads.1 - turn.back;
    // Bands that turn side by side turn around the same centre, as far as there is room.
    let bend = |reach: f64, across: f64| {
        let high = radius + (reach - radius) / SQUEEZE;
        (reach, high.min((across - lane) / 2.0).max(0.0))
    };
    let (leaving, arriving) = (bend(turn.out, start), bend(turn.back, end));
    let edge = |wider: f64| {
        let mut points = vec![(plan.columns[from].1, start + wider)];
        let run = wider / turn.width.max(f64::MIN_POSITIVE) * turn.run;
        let radii = |(along, across): Point| (along + run, across + wider);
        let (before, after) = (out - leaving.0, back + arriving.0);
        arc(&mut points, (before, start - leaving.1), radii(leaving), 0);
        arc(&mut points, (before, lane + leaving.1), radii(leaving), 1);
        arc(&mut points, (after, lane + arriving.1), radii(arriving), 2);
        arc(&mut points, (after, end - arriving.1), radii(arriving), 3);
        points.push((plan.columns[to].0, end + wider));
        points
    };
    let middle = (f64::midpoint(out, back), lane - turn.width / 2.0);
    let size = (0.3 * turn.width).clamp(0.7 * radius, 1.2 * radius);
    let tip = (middle.0 - size, middle.1);
    let arrow = |side: f64| vec![tip, (middle.0 + 0.6 * size, middle.1 + side * size)];
    Returning {
        inner: edge(0.0),
        outer: edge(turn.width),
        arrow: (arrow(-1.0), arrow(1.0)),
    }
}

/// The quarter of an ellipse that is number `quarter`, from below the centre over its right side on.
fn arc(points: &mut Vec<Point>, center: Point, radii: Point, quarter: i32) {
    for piece in 0..=PIECES_OF_TURN {
        let angle = FRAC_PI_2 * (f64::from(quarter) + f64::from(piece) / f64::from(PIECES_OF_TURN));
        points.push((center.0 + radii.0 * angle.sin(), center.1 + radii.1 * angle.cos()));
    }
}
