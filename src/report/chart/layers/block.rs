//! A node with its labels and loops, and where on it arrows begin and end.

use super::lanes::{Course, Item, Way, Weave, course};
use super::{Graph, Spacing};

/// Offsets across the flow are from the block's left end.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// The node as drawn, without loops.
    pub(super) body: f64,
    /// With the lanes of its loops, which are to the right of it.
    pub(super) breadth: f64,
    /// The node along the flow.
    pub(super) depth: f64,
    /// The labels behind it, with what is seen of the arrows before and behind them.
    pub(super) strip: f64,
    /// Arrows that begin here, each with where it begins.
    pub(super) ports: Vec<(usize, f64)>,
    /// How many of them end here too.
    pub(super) loops: usize,
    /// Where arrows end that come from a lane to the left, to the right or anywhere else.
    pub(super) entries: Entries,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entries {
    pub(super) on: f64,
    pub(super) from_left: f64,
    pub(super) from_right: f64,
    pub(super) around: f64,
}

impl Block {
    /// Where the arrow begins.
    pub(super) fn port(&self, arrow: usize) -> f64 {
        let port = self.ports.iter().find(|it| it.0 == arrow);
        port.map_or(self.body / 2.0, |it| it.1)
    }
}

/// The blocks, their ports in no order yet.
pub(super) fn blocks(graph: &Graph, spacing: Spacing) -> Vec<Block> {
    let nodes = graph.nodes.iter().enumerate();
    nodes
        .map(|(at, node)| {
            let arrows = || graph.arrows.iter().enumerate().filter(move |it| it.1.from == at);
            let cells: f64 = arrows().map(|it| cell(it.1.label.width, spacing)).sum();
            let label = arrows().map(|it| it.1.label.height).fold(0.0, f64::max);
            let loops = arrows().filter(|it| it.1.to == at).count();
            let body = node.size.width.max(cells);
            Block {
                body,
                breadth: body + loops as f64 * spacing.lane,
                depth: node.size.height,
                strip: if label > 0.0 { label + 2.0 * spacing.stub } else { 0.0 },
                ports: arrows().map(|it| (it.0, 0.0)).collect(),
                loops,
                entries: Entries {
                    on: body / 2.0,
                    from_left: 0.2 * body,
                    from_right: 0.8 * body,
                    around: 0.9 * body,
                },
            }
        })
        .collect()
}

/// The room of an arrow beside others of the node.
fn cell(label: f64, spacing: Spacing) -> f64 {
    label + spacing.lane
}

/// Sorts the ports from side to side as their arrows go on, so that they do not cross at once.
pub(super) fn set_ports(blocks: &mut [Block], graph: &Graph, weave: &Weave, spacing: Spacing) {
    let place = |layer: usize, item: Item| {
        let place = weave.layers[layer].iter().position(|it| *it == item);
        place.expect("every item is in its layer") as f64
    };
    for (node, block) in blocks.iter_mut().enumerate() {
        let layer = weave.layer[node];
        let here = place(layer, Item::Node(node));
        // To the left, onwards, to the right, around; turns lie inside one another.
        let key = |arrow: usize| {
            let to = graph.arrows[arrow].to;
            match course(&weave.layer, node, to) {
                Course::Loop => (3, 0.0),
                Course::Back => {
                    let lane = place(layer, Item::Lane(to, Way::Back));
                    (if lane < here { 0 } else { 2 }, -lane)
                }
                Course::On if weave.layer[to] == layer + 1 => (1, place(layer + 1, Item::Node(to))),
                Course::On => (1, place(layer + 1, Item::Lane(to, Way::On))),
            }
        };
        block.ports.sort_by(|one, other| {
            let (one, other) = (key(one.0), key(other.0));
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
        let breadths: Vec<f64> = block
            .ports
            .iter()
            .map(|it| cell(graph.arrows[it.0].label.width, spacing))
            .collect();
        let slack = block.body - breadths.iter().sum::<f64>();
        // What is left over is shared out between the ports, but not without limit.
        let more = (slack / breadths.len().max(1) as f64).min(2.0 * spacing.lane);
        let mut left = (slack - more * breadths.len() as f64) / 2.0;
        for (port, breadth) in block.ports.iter_mut().zip(breadths) {
            port.1 = left + f64::midpoint(breadth, more);
            left += breadth + more;
        }
    }
}
