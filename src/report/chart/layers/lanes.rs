//! What is side by side in each layer: nodes, and the lanes of arrows that pass.

use std::collections::BTreeMap;

use super::block::Block;
use super::{Graph, Spacing};

/// One place in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Node(usize),
    /// Of all arrows to that node; with the flow, or back.
    Lane(usize, Way),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    On,
    Back,
}

/// The layers, and what is joined between them.
#[derive(Debug, Clone)]
pub(super) struct Weave {
    /// From side to side.
    pub(super) layers: Vec<Vec<Item>>,
    /// The layer of each node.
    pub(super) layer: Vec<usize>,
    /// Between an item of a layer and one of the next.
    pub(super) links: Vec<Vec<Link>>,
    /// Between a node and a lane beside it into which an arrow of the node turns, or from which one
    /// turns into the node.
    pub(super) turns: Vec<Vec<(usize, Item)>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    pub(super) upper: Item,
    pub(super) lower: Item,
    /// The arrow, if it begins here.
    pub(super) arrow: Option<usize>,
}

/// How an arrow goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    On,
    Back,
    Loop,
}

pub(super) fn course(layer: &[usize], from: usize, to: usize) -> Course {
    if from == to {
        Course::Loop
    } else if layer[from] < layer[to] {
        Course::On
    } else {
        Course::Back
    }
}

pub(super) fn layer_of(layers: &[Vec<usize>], count: usize) -> Vec<usize> {
    let mut layer = vec![0; count];
    for (at, nodes) in layers.iter().enumerate() {
        for node in nodes {
            layer[*node] = at;
        }
    }
    layer
}

/// The layers that the lane of each node and way passes, from and to.
fn spans(graph: &Graph, layer: &[usize]) -> BTreeMap<(usize, Way), (usize, usize)> {
    let mut spans: BTreeMap<(usize, Way), (usize, usize)> = BTreeMap::new();
    for arrow in &graph.arrows {
        let (from, to) = (layer[arrow.from], layer[arrow.to]);
        let (way, first, last) = match course(layer, arrow.from, arrow.to) {
            Course::On if from + 1 < to => (Way::On, from + 1, to - 1),
            Course::Back => (Way::Back, to, from),
            _ => continue,
        };
        let span = spans.entry((arrow.to, way)).or_insert((first, last));
        *span = (span.0.min(first), span.1.max(last));
    }
    spans
}

/// The first layer of several nodes that is broader than `breadth_max`, and those of its nodes that
/// are too many.
pub(super) fn too_broad(
    graph: &Graph,
    blocks: &[Block],
    layers: &[Vec<usize>],
    spacing: Spacing,
    breadth_max: f64,
) -> Option<(usize, Vec<usize>)> {
    let spans = spans(graph, &layer_of(layers, graph.nodes.len()));
    for (at, nodes) in layers.iter().enumerate() {
        let lanes = spans.values().filter(|it| (it.0..=it.1).contains(&at)).count();
        let breadth = |nodes: &[usize], lanes: usize| {
            let nodes: f64 = nodes.iter().map(|it| blocks[*it].breadth + spacing.node).sum();
            nodes + spacing.lane * lanes as f64
        };
        if breadth(nodes, lanes) <= breadth_max {
            continue;
        }
        // Who moves behind may leave a lane here.
        let fit = |kept: &usize| breadth(&nodes[..*kept], lanes + nodes.len() - kept) <= breadth_max;
        let kept = (1..nodes.len()).rev().find(fit).unwrap_or(1);
        if kept < nodes.len() {
            return Some((at, nodes[kept..].to_vec()));
        }
    }
    None
}

/// Whether each layer fits into `breadth_max` if its items stand as close as they can.
pub(super) fn can_fit(
    graph: &Graph,
    blocks: &[Block],
    layers: &[Vec<usize>],
    spacing: Spacing,
    breadth_max: f64,
) -> bool {
    let spans = spans(graph, &layer_of(layers, graph.nodes.len()));
    layers.iter().enumerate().all(|(at, nodes)| {
        let lanes = spans.values().filter(|it| (it.0..=it.1).contains(&at)).count();
        let nodes: f64 = nodes.iter().map(|it| blocks[*it].breadth).sum();
        nodes + spacing.lane * lanes as f64 <= breadth_max
    })
}

/// Layers with lanes, in a first order.
pub(super) fn weave(graph: &Graph, layers: &[Vec<usize>]) -> Weave {
    let layer = layer_of(layers, graph.nodes.len());
    let spans = spans(graph, &layer);
    let mut items: Vec<Vec<Item>> = layers
        .iter()
        .map(|nodes| nodes.iter().map(|it| Item::Node(*it)).collect())
        .collect();
    let mut links = vec![Vec::new(); layers.len().saturating_sub(1)];
    let mut turns = vec![Vec::new(); layers.len()];
    for ((node, way), (first, last)) in &spans {
        let lane = Item::Lane(*node, *way);
        for layer in &mut items[*first..=*last] {
            layer.push(lane);
        }
        for links in &mut links[*first..*last] {
            links.push(Link {
                upper: lane,
                lower: lane,
                arrow: None,
            });
        }
        match way {
            Way::On => links[*last].push(Link {
                upper: lane,
                lower: Item::Node(*node),
                arrow: None,
            }),
            Way::Back => turns[*first].push((*node, lane)),
        }
    }
    for (at, arrow) in graph.arrows.iter().enumerate() {
        let from = layer[arrow.from];
        match course(&layer, arrow.from, arrow.to) {
            Course::Loop => {}
            Course::Back => turns[from].push((arrow.from, Item::Lane(arrow.to, Way::Back))),
            Course::On => links[from].push(Link {
                upper: Item::Node(arrow.from),
                lower: if from + 1 == layer[arrow.to] {
                    Item::Node(arrow.to)
                } else {
                    Item::Lane(arrow.to, Way::On)
                },
                arrow: Some(at),
            }),
        }
    }
    Weave {
        layers: items,
        layer,
        links,
        turns,
    }
}
