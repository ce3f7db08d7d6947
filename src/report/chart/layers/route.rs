//! The ways of the arrows: straight through the layers, curved between them.

use super::block::Block;
use super::lanes::{Course, Item, Way, Weave, course};
use super::place::Places;
use super::{Graph, Layout, Route, Size, Spacing};
use crate::report::chart::canvas::{Point, Rect};

/// Pixels of a curve for each of its points.
const FINENESS: f64 = 5.0;

/// Where a layer begins and ends along the flow.
type Extent = (f64, f64);

/// A straight part of a way, across at `at`, from `from` to `to` along the flow.
#[derive(Debug, Clone, Copy)]
struct Run {
    at: f64,
    from: f64,
    to: f64,
}

/// Nodes and arrows, the flow going down.
pub(super) fn routes(graph: &Graph, blocks: &[Block], weave: &Weave, places: &Places, spacing: Spacing) -> Layout {
    // First with all layers at 0, to see how far across the arrows go between them.
    let flat = vec![(0.0, 0.0); weave.layers.len()];
    let drafts: Vec<Vec<Run>> = (0..graph.arrows.len())
        .map(|arrow| runs(arrow, graph, blocks, weave, places, spacing, &flat))
        .collect();
    let extents = extents(graph, blocks, weave, &drafts, spacing);
    let (first, last) = (extents.first(), extents.last());
    let turns_first = graph
        .arrows
        .iter()
        .any(|it| weave.layer[it.to] == 0 && course(&weave.layer, it.from, it.to) != Course::On);
    let turns_last = graph
        .arrows
        .iter()
        .any(|it| weave.layer[it.from] + 1 == weave.layers.len() && course(&weave.layer, it.from, it.to) != Course::On);
    let room = spacing.layer.0 / 2.0;
    let (before, behind) = (
        if turns_first { room } else { 0.0 },
        if turns_last { room } else { 0.0 },
    );
    let _ = first;
    let length = last.map_or(0.0, |it| it.1) + before + behind;
    let extents: Vec<Extent> = extents.iter().map(|it| (it.0 + before, it.1 + before)).collect();

    let nodes = blocks.iter().enumerate().map(|(node, block)| {
        let layer = weave.layer[node];
        let left = places.node(layer, node);
        let top = extents[layer].0 + spacing.head;
        Rect {
            left,
            top,
            right: left + block.body,
            bottom: top + block.depth,
        }
    });
    let arrows = (0..graph.arrows.len()).map(|arrow| {
        let runs = runs(arrow, graph, blocks, weave, places, spacing, &extents);
        let from = graph.arrows[arrow].from;
        let label = (graph.arrows[arrow].label.width > 0.0).then(|| {
            let block = &blocks[from];
            let top = extents[weave.layer[from]].0 + spacing.head + block.depth;
            let depth = graph.arrows[arrow].label.height;
            (runs[0].at, top + spacing.stub + depth / 2.0)
        });
        Route {
            points: drawn(&runs, spacing),
            label,
        }
    });
    Layout {
        size: Size {
            width: places.breadth,
            height: length,
        },
        nodes: nodes.collect(),
        arrows: arrows.collect(),
    }
}

/// Layers one behind the other, as far from each other as their arrows ask for.
fn extents(graph: &Graph, blocks: &[Block], weave: &Weave, drafts: &[Vec<Run>], spacing: Spacing) -> Vec<Extent> {
    let mut depths = vec![0.0f64; weave.layers.len()];
    for (node, block) in blocks.iter().enumerate() {
        let depth = &mut depths[weave.layer[node]];
        *depth = depth.max(spacing.head + block.depth + block.strip);
    }
    let mut farthest = vec![0.0f64; weave.layers.len()];
    for (arrow, runs) in graph.arrows.iter().zip(drafts) {
        let from = weave.layer[arrow.from];
        let is_on = course(&weave.layer, arrow.from, arrow.to) == Course::On;
        for (step, pair) in runs.windows(2).enumerate().filter(|_| is_on) {
            let farthest = &mut farthest[from + step];
            *farthest = farthest.max((pair[0].at - pair[1].at).abs());
        }
    }
    let mut from = 0.0;
    let mut extents = Vec::new();
    for (depth, farthest) in depths.iter().zip(&farthest) {
        extents.push((from, from + depth));
        from += depth + (0.22 * farthest).clamp(spacing.layer.0, spacing.layer.1);
    }
    extents
}

/// The straight parts of an arrow's way, one after the other.
fn runs(
    arrow: usize,
    graph: &Graph,
    blocks: &[Block],
    weave: &Weave,
    places: &Places,
    spacing: Spacing,
    extents: &[Extent],
) -> Vec<Run> {
    let (from, to) = (graph.arrows[arrow].from, graph.arrows[arrow].to);
    let (first, last) = (weave.layer[from], weave.layer[to]);
    let (source, target) = (places.node(first, from), places.node(last, to));
    let begin = Run {
        at: source + blocks[from].port(arrow),
        from: extents[first].0 + spacing.head + blocks[from].depth,
        to: extents[first].1,
    };
    let entries = blocks[to].entries;
    let end = |offset: f64| Run {
        at: target + offset,
        from: extents[last].0,
        to: extents[last].0 + spacing.head,
    };
    let through = |layer: usize, way: Way| {
        let (from, to) = extents[layer];
        let (from, to) = if way == Way::On { (from, to) } else { (to, from) };
        let at = places.lane(layer, Item::Lane(graph.arrows[arrow].to, way));
        Run { at, from, to }
    };
    let mut runs = vec![begin];
    match course(&weave.layer, from, to) {
        Course::On => {
            runs.extend((first + 1..last).map(|layer| through(layer, Way::On)));
            runs.push(end(entries.on));
        }
        Course::Back => {
            runs.extend((last..=first).rev().map(|layer| through(layer, Way::Back)));
            let is_left = runs.last().is_some_and(|it| it.at < target + entries.on);
            runs.push(end(if is_left { entries.from_left } else { entries.from_right }));
        }
        Course::Loop => {
            let block = &blocks[from];
            let before = block.ports.iter().filter(|it| graph.arrows[it.0].to == from);
            // The first port has the farthest lane: loops lie inside one another.
            let rank = before.take_while(|it| it.0 != arrow).count();
            let lane = block.loops - 1 - rank.min(block.loops - 1);
            runs.push(Run {
                at: source + block.body + (lane as f64 + 0.5) * spacing.lane,
                from: extents[first].1,
                to: extents[first].0,
            });
            runs.push(end(entries.around));
        }
    }
    runs
}

/// The runs with curves between them, as points.
fn drawn(runs: &[Run], spacing: Spacing) -> Vec<Point> {
    let mut points = Vec::new();
    for (position, run) in runs.iter().enumerate() {
        if let Some(before) = position.checked_sub(1).map(|it| runs[it]) {
            curve(&mut points, before, *run, spacing);
        }
        points.push((run.at, run.from));
        points.push((run.at, run.to));
    }
    points.dedup();
    points
}

/// The points between two runs: a cubic Bézier curve with the directions of both.
fn curve(points: &mut Vec<Point>, before: Run, run: Run, spacing: Spacing) {
    let direction = |run: Run| if run.to < run.from { -1.0 } else { 1.0 };
    let (out, into) = (direction(before), direction(run));
    let (across, along) = ((run.at - before.at).abs(), (run.from - before.to).abs());
    let reach = if out == into {
        along / 2.0
    } else {
        // A turn is as deep as three quarters of its handles.
        (0.6 * across).clamp(0.2 * spacing.layer.0, 0.45 * spacing.layer.0) / 0.75
    };
    let (begin, end) = ((before.at, before.to), (run.at, run.from));
    let handles = [(begin.0, begin.1 + out * reach), (end.0, end.1 - into * reach)];
    let count = ((across + along + reach) / FINENESS).ceil().clamp(2.0, 40.0) as usize;
    for step in 1..count {
        let there = step as f64 / count as f64;
        let here = 1.0 - there;
        let mix = |begin: f64, one: f64, other: f64, end: f64| {
            here.powi(3) * begin
                + 3.0 * here.powi(2) * there * one
                + 3.0 * here * there.powi(2) * other
                + there.powi(3) * end
        };
        points.push((
            mix(begin.0, handles[0].0, handles[1].0, end.0),
            mix(begin.1, handles[0].1, handles[1].1, end.1),
        ));
    }
}
