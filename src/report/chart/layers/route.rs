//! The ways of the arrows: straight through the layers, curved between them.

use super::block::Block;
use super::lanes::{Course, Item, Way, Weave, course};
use super::place::Places;
use super::turn::{Side, Turns};
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
    let spans: Vec<(f64, f64)> = drafts
        .iter()
        .map(|runs| {
            let across = |one: usize, other: usize| (runs[one].at - runs[other].at).abs();
            (across(0, 1), across(runs.len() - 1, runs.len() - 2))
        })
        .collect();
    let turns = Turns::new(graph, weave, &spans, spacing);
    let extents = extents(graph, blocks, weave, &drafts, &turns, spacing);
    let last = weave.layers.len().saturating_sub(1);
    let length = extents.last().map_or(0.0, |it| it.1) + turns.deepest(last, Side::Behind);

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
            points: drawn(&runs, depths(arrow, graph, weave, &turns)),
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

/// How far the arrow goes out where it turns for the first time, and for the last.
fn depths(arrow: usize, graph: &Graph, weave: &Weave, turns: &Turns) -> (f64, f64) {
    let (from, to) = (graph.arrows[arrow].from, graph.arrows[arrow].to);
    match course(&weave.layer, from, to) {
        Course::Loop => (turns.leaving(arrow), turns.looping(arrow)),
        _ => (turns.leaving(arrow), turns.coming(to)),
    }
}

/// Layers one behind the other, as far from each other as their arrows ask for.
fn extents(
    graph: &Graph,
    blocks: &[Block],
    weave: &Weave,
    drafts: &[Vec<Run>],
    turns: &Turns,
    spacing: Spacing,
) -> Vec<Extent> {
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
    let mut from = turns.deepest(0, Side::Before);
    let mut extents = Vec::new();
    for (layer, (depth, farthest)) in depths.iter().zip(&farthest).enumerate() {
        extents.push((from, from + depth));
        let turned = turns.deepest(layer, Side::Behind) + turns.deepest(layer + 1, Side::Before);
        let gap = (0.22 * farthest).clamp(spacing.layer.0, spacing.layer.1);
        from += depth + gap.max(turned + 0.3 * spacing.layer.0);
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
fn drawn(runs: &[Run], (leaving, coming): (f64, f64)) -> Vec<Point> {
    let mut points = Vec::new();
    for (position, run) in runs.iter().enumerate() {
        if let Some(before) = position.checked_sub(1).map(|it| runs[it]) {
            let depth = if position == 1 { leaving } else { coming };
            curve(&mut points, before, *run, depth);
        }
        points.push((run.at, run.from));
        points.push((run.at, run.to));
    }
    points.dedup();
    points
}

/// The points between two runs: a cubic Bézier curve with the directions of both, `depth` pixels
/// deep if it turns.
fn curve(points: &mut Vec<Point>, before: Run, run: Run, depth: f64) {
    let direction = |run: Run| if run.to < run.from { -1.0 } else { 1.0 };
    let (out, into) = (direction(before), direction(run));
    let (across, along) = ((run.at - before.at).abs(), (run.from - before.to).abs());
    // A turn is as deep as three quarters of its handles.
    let reach = if out == into { along / 2.0 } else { depth / 0.75 };
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
