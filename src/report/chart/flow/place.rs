//! Where the spots of each column stand, and where bands leave and reach them.

use super::graph::Graph;
use super::grid::Grid;
use super::returns::Returns;
use super::widths::Widths;

/// How often spots are drawn towards what they are linked with.
const ROUNDS: i32 = 30;

/// How much room a spot asks for beside its own width.
pub(super) type Margins = Vec<(f64, f64)>;

/// Room that the fullest column needs.
pub(super) fn need(grid: &Grid, widths: &Widths, margins: &Margins, gap: f64) -> f64 {
    let room = |spot: &usize| margins[*spot].0 + widths.spots[*spot] + margins[*spot].1;
    let column = |spots: &Vec<usize>| {
        let gaps = spots.len().saturating_sub(1) as f64 * gap;
        spots.iter().map(room).sum::<f64>() + gaps
    };
    grid.columns.iter().map(column).fold(0.0, f64::max)
}

/// The upper edge of each spot, between `from` and `until`.
pub(super) fn place(grid: &Grid, widths: &Widths, margins: &Margins, gap: f64, (from, until): (f64, f64)) -> Vec<f64> {
    let mut tops = vec![0.0; grid.spots.len()];
    for column in &grid.columns {
        let mut at = from;
        for spot in column {
            tops[*spot] = at + margins[*spot].0;
            at = tops[*spot] + widths.spots[*spot] + margins[*spot].1 + gap;
        }
        let rest = (until - (at - gap)) / 2.0;
        for spot in column {
            tops[*spot] += rest.max(0.0);
        }
    }
    let mut before: Vec<Vec<(usize, f64)>> = vec![Vec::new(); grid.spots.len()];
    let mut after = before.clone();
    for (link, width) in grid.links.iter().zip(&widths.links) {
        before[link.to].push((link.from, *width));
        after[link.from].push((link.to, *width));
    }
    for round in 0..ROUNDS {
        let pull = 0.96f64.powi(round);
        for step in 0..grid.columns.len() {
            let rightwards = round % 2 == 1;
            let column = if rightwards {
                step
            } else {
                grid.columns.len() - 1 - step
            };
            let neighbours = if rightwards { &before } else { &after };
            for spot in &grid.columns[column] {
                let weight: f64 = neighbours[*spot].iter().map(|it| it.1).sum();
                if weight <= 0.0 {
                    continue;
                }
                let middle = |it: usize| tops[it] + widths.spots[it] / 2.0;
                let sum: f64 = neighbours[*spot].iter().map(|(it, width)| middle(*it) * width).sum();
                let move_by = pull * (sum / weight - middle(*spot));
                tops[*spot] += move_by;
            }
            settle(&grid.columns[column], &mut tops, widths, margins, gap, (from, until));
        }
    }
    let edge = |spot: usize| tops[spot] - margins[spot].0;
    let end = |spot: usize| tops[spot] + widths.spots[spot] + margins[spot].1;
    let highest = (0..tops.len()).map(edge).fold(f64::INFINITY, f64::min);
    let lowest = (0..tops.len()).map(end).fold(f64::NEG_INFINITY, f64::max);
    let shift = f64::midpoint(from - highest, until - lowest);
    tops.iter().map(|it| it + shift).collect()
}

/// Moves the spots of a column off each other and into the picture, in their order.
fn settle(column: &[usize], tops: &mut [f64], widths: &Widths, margins: &Margins, gap: f64, (from, until): (f64, f64)) {
    let mut least = from;
    for spot in column {
        tops[*spot] = tops[*spot].max(least + margins[*spot].0);
        least = tops[*spot] + widths.spots[*spot] + margins[*spot].1 + gap;
    }
    let mut most = until;
    for spot in column.iter().rev() {
        let top = most - margins[*spot].1 - widths.spots[*spot];
        tops[*spot] = tops[*spot].min(top);
        most = tops[*spot] - margins[*spot].0 - gap;
    }
}

/// Upper edges of bands where they leave and where they arrive.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ends {
    pub(super) links: Vec<(f64, f64)>,
    /// In the order of [`Grid::returning`].
    pub(super) turns: Vec<(f64, f64)>,
}

#[derive(Clone, Copy)]
enum Way {
    Link(usize),
    Turn(usize),
}

/// Returning bands come first, the inner before the outer, as their lanes are beyond the upper
/// edge; then the others, in the order of where they lead or come from.
pub(super) fn ends(graph: &Graph, grid: &Grid, widths: &Widths, returns: &Returns, tops: &[f64]) -> Ends {
    let mut leaving: Vec<Vec<(f64, f64, Way)>> = vec![Vec::new(); tops.len()];
    let mut arriving = leaving.clone();
    for (at, turn) in returns.turns.iter().enumerate() {
        let band = &graph.bands[turn.band];
        let inner = if band.from == band.to { -1.0 } else { turn.lane };
        leaving[band.from].push((0.0, inner, Way::Turn(at)));
        arriving[band.to].push((0.0, inner, Way::Turn(at)));
    }
    let middle = |it: usize| tops[it] + widths.spots[it] / 2.0;
    for (at, link) in grid.links.iter().enumerate() {
        leaving[link.from].push((1.0, middle(link.to), Way::Link(at)));
        arriving[link.to].push((1.0, middle(link.from), Way::Link(at)));
    }
    let mut ends = Ends {
        links: vec![(0.0, 0.0); grid.links.len()],
        turns: vec![(0.0, 0.0); returns.turns.len()],
    };
    for (sides, is_start) in [(&mut leaving, true), (&mut arriving, false)] {
        for (spot, ways) in sides.iter_mut().enumerate() {
            ways.sort_by(|one, two| one.0.total_cmp(&two.0).then(one.1.total_cmp(&two.1)));
            let mut at = tops[spot];
            for (_, _, way) in ways.iter() {
                let (place, width) = match way {
                    Way::Link(it) => (&mut ends.links[*it], widths.links[*it]),
                    Way::Turn(it) => (&mut ends.turns[*it], widths.returning[*it]),
                };
                *(if is_start { &mut place.0 } else { &mut place.1 }) = at;
                at += width;
            }
        }
    }
    ends
}
