//! The lanes of returning bands, which run beside the picture and turn in the gaps between columns.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::grid::Grid;
use super::widths::{Measure, Widths};

/// Bands narrow where they run across, as all bands do that bend: so wide loops need less room.
pub(super) const SQUEEZE: f64 = 0.45;

/// One returning band. Distances are to the edge on the inner side of its turns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turn {
    pub(super) band: usize,
    pub(super) width: f64,
    /// How wide it is between its node and its lane.
    pub(super) run: f64,
    /// From the inner edge of the lanes outwards; of no meaning if it leads to its own node.
    pub(super) lane: f64,
    /// From the end of its column on.
    pub(super) out: f64,
    /// To the start of the column it leads to.
    pub(super) back: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Returns {
    /// In the order of [`Grid::returning`].
    pub(super) turns: Vec<Turn>,
    /// How much room the lanes take.
    pub(super) depth: f64,
    /// By gap, of which the first is before the first column and the last one behind the last:
    /// what bands need that leave the column before it, and that turn into the column after it.
    pub(super) gaps: Vec<(f64, f64)>,
}

/// Bands to the same node lie side by side, so that they look like one that takes up others.
pub(super) fn returns(graph: &Graph, grid: &Grid, widths: &Widths, measure: Measure) -> Returns {
    let column = |node: usize| grid.spots[node].column;
    let mut turns: Vec<Turn> = grid
        .returning
        .iter()
        .zip(&widths.returning)
        .map(|(band, width)| Turn {
            band: *band,
            width: *width,
            run: (SQUEEZE * width).max(width.min(measure.hair)),
            lane: 0.0,
            out: measure.turn,
            back: measure.turn,
        })
        .collect();
    let mut gaps = vec![(0.0f64, 0.0f64); grid.columns.len() + 1];
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, turn) in turns.iter().enumerate() {
        let band = &graph.bands[turn.band];
        if band.from == band.to {
            let (out, back) = (column(band.from) + 1, column(band.to));
            gaps[out].0 = gaps[out].0.max(measure.turn + turn.run);
            gaps[back].1 = gaps[back].1.max(measure.turn + turn.run);
        } else {
            groups.entry(band.to).or_default().push(at);
        }
    }

    let mut groups: Vec<(usize, Vec<usize>)> = groups.into_iter().collect();
    for (_, members) in &mut groups {
        members.sort_by_key(|it| column(graph.bands[turns[*it].band].from));
    }
    let span = |(to, members): &(usize, Vec<usize>)| {
        let last = members.last().map_or(0, |it| column(graph.bands[turns[*it].band].from));
        (column(*to), last + 1)
    };
    let mut groups: Vec<_> = groups.into_iter().map(|it| (span(&it), it.1)).collect();
    groups.sort_by_key(|((from, until), _)| (until - from, *from));
    let mut taken = vec![0.0f64; gaps.len()];
    let mut order = Vec::new();
    for ((from, until), members) in groups {
        let mut lane = taken[from..=until].iter().copied().fold(0.0, f64::max);
        for at in members {
            turns[at].lane = lane;
            lane += turns[at].width;
            order.push(at);
        }
        taken[from..=until].fill(lane + measure.gap);
    }

    order.sort_by(|one, two| turns[*one].lane.total_cmp(&turns[*two].lane));
    for at in order {
        let band = &graph.bands[turns[at].band];
        let (out, back) = (column(band.from) + 1, column(band.to));
        turns[at].out = gaps[out].0.max(measure.turn);
        turns[at].back = gaps[back].1.max(measure.turn);
        gaps[out].0 = turns[at].out + turns[at].run;
        gaps[back].1 = turns[at].back + turns[at].run;
    }
    for (out, back) in &mut gaps {
        for zone in [out, back] {
            if *zone > 0.0 {
                *zone += measure.turn;
            }
        }
    }
    let depth = taken.iter().copied().fold(0.0, f64::max);
    Returns {
        turns,
        depth: if depth > 0.0 { depth + 2.0 * measure.turn } else { 0.0 },
        gaps,
    }
}
