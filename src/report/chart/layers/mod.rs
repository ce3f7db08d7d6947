//! Where the nodes and arrows of a directed graph go: a layered drawing that keeps within a width.
//!
//! After Sugiyama, Tagawa & Toda (1981), "Methods for visual understanding of hierarchical system
//! structures": layers ([`rank`]), lanes through the layers that an arrow passes ([`lanes`]), an
//! order with few crossings ([`order`]), places ([`place`]) and routes ([`route`]). Labels stand on
//! their arrows right behind the node, in room that belongs to the node, and lanes have room of
//! their own; so nothing that is drawn lies on a node or a label of another. Arrows against the
//! flow leave and enter a node like all others and turn round between the layers. Arrows to the
//! same node share their lane, so a lane more is needed only for a node more.

mod block;
mod lanes;
mod order;
mod place;
mod rank;
mod route;
mod straight;
#[cfg(test)]
mod tests;
mod turn;

use super::canvas::{Point, Rect};

/// Which way the arrows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Layers are columns.
    Right,
    /// Layers are rows.
    Down,
}

/// Something with four sides.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Size {
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// What is laid out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) arrows: Vec<Arrow>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// The least it takes.
    pub(crate) size: Size,
    /// Nodes come behind those of an earlier phase, unless they lead there.
    pub(crate) phase: Option<usize>,
    /// Whether it is among the last, if nothing leads on from it.
    pub(crate) last: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Nothing if it has none.
    pub(crate) label: Size,
}

/// Distances, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spacing {
    /// Between nodes side by side.
    pub(crate) node: f64,
    /// Between the lanes of arrows side by side, and between labels.
    pub(crate) lane: f64,
    /// Between layers, at least and at most.
    pub(crate) layer: (f64, f64),
    /// The straight end of an arrow, for its head.
    pub(crate) head: f64,
    /// What is seen of an arrow before and behind its label, at least.
    pub(crate) stub: f64,
}

/// Where everything is, from (0, 0) on.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) size: Size,
    /// At least as large as asked for; larger if its arrows need more room side by side.
    pub(crate) nodes: Vec<Rect>,
    pub(crate) arrows: Vec<Route>,
}

/// The way of an arrow.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    /// From the border of one node to the border of the other.
    pub(crate) points: Vec<Point>,
    /// The middle of its label, on the way.
    pub(crate) label: Option<Point>,
}

/// The layout; layers are at most `breadth_max` wide (or high, if they are columns). `None` if
/// that is too little.
pub(crate) fn lay_out(graph: &Graph, direction: Direction, spacing: Spacing, breadth_max: f64) -> Option<Layout> {
    let turned = match direction {
        Direction::Down => graph.clone(),
        Direction::Right => transposed(graph),
    };
    let mut blocks = block::blocks(&turned, spacing);
    let layers = rank::layers(&turned, |layers| {
        lanes::too_broad(&turned, &blocks, layers, spacing, breadth_max)
    });
    if !lanes::can_fit(&turned, &blocks, &layers, spacing, breadth_max) {
        return None;
    }
    let mut weave = lanes::weave(&turned, &layers);
    order::sort(&mut weave);
    block::set_ports(&mut blocks, &turned, &weave, spacing);
    let places = place::place(&blocks, &weave, spacing, breadth_max)?;
    let layout = route::routes(&turned, &blocks, &weave, &places, spacing);
    Some(match direction {
        Direction::Down => layout,
        Direction::Right => back(layout),
    })
}

fn flipped(size: Size) -> Size {
    Size {
        width: size.height,
        height: size.width,
    }
}

fn transposed(graph: &Graph) -> Graph {
    let mut graph = graph.clone();
    for node in &mut graph.nodes {
        node.size = flipped(node.size);
    }
    for arrow in &mut graph.arrows {
        arrow.label = flipped(arrow.label);
    }
    graph
}

fn back(mut layout: Layout) -> Layout {
    layout.size = flipped(layout.size);
    for node in &mut layout.nodes {
        *node = Rect {
            left: node.top,
            top: node.left,
            right: node.bottom,
            bottom: node.right,
        };
    }
    for arrow in &mut layout.arrows {
        for point in arrow.points.iter_mut().chain(&mut arrow.label) {
            *point = (point.1, point.0);
        }
    }
    layout
}
