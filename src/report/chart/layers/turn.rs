//! How far arrows that turn round go out between the layers: those that turn farther across go
//! farther out, so that each can be followed.

use std::collections::BTreeMap;

use super::lanes::{Course, Weave, course};
use super::{Graph, Spacing};

/// On which side of a layer a turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Before,
    Behind,
}

/// What turns: an arrow when it leaves its node, all arrows back to a node together when they come
/// to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turning {
    Leaving(usize),
    Coming(usize),
    Looping(usize),
}

/// Depths of turns, in pixels.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns {
    depths: BTreeMap<Turning, f64>,
    deepest: BTreeMap<(usize, Side), f64>,
}

impl Turns {
    /// `spans` are how far across each arrow turns when it leaves and when it comes.
    pub(super) fn new(graph: &Graph, weave: &Weave, spans: &[(f64, f64)], spacing: Spacing) -> Self {
        let mut places: BTreeMap<(usize, Side), Vec<(Turning, f64)>> = BTreeMap::new();
        for (at, (arrow, span)) in graph.arrows.iter().zip(spans).enumerate() {
            let (from, to) = (weave.layer[arrow.from], weave.layer[arrow.to]);
            let (leaving, coming) = match course(&weave.layer, arrow.from, arrow.to) {
                Course::On => continue,
                Course::Back => (Turning::Leaving(at), Turning::Coming(arrow.to)),
                Course::Loop => (Turning::Leaving(at), Turning::Looping(at)),
            };
            for (place, turning, span) in [
                ((from, Side::Behind), leaving, span.0),
                ((to, Side::Before), coming, span.1),
            ] {
                let turnings = places.entry(place).or_default();
                if turnings.iter().all(|it| it.0 != turning) {
                    turnings.push((turning, span));
                }
            }
        }
        let mut turns = Self::default();
        for (place, mut turnings) in places {
            turnings.sort_by(|one, other| one.1.total_cmp(&other.1));
            let mut depth = 0.0;
            for (rank, (turning, span)) in turnings.into_iter().enumerate() {
                let natural = (0.5 * span).clamp(0.2 * spacing.layer.0, 0.4 * spacing.layer.0);
                depth = if rank == 0 {
                    natural
                } else {
                    natural.max(depth + 0.6 * spacing.lane)
                };
                turns.depths.insert(turning, depth);
            }
            turns.deepest.insert(place, depth);
        }
        turns
    }

    /// How far the arrow goes out behind the layer of its node.
    pub(super) fn leaving(&self, arrow: usize) -> f64 {
        self.depth(Turning::Leaving(arrow))
    }

    /// How far arrows back to a node go out before its layer.
    pub(super) fn coming(&self, node: usize) -> f64 {
        self.depth(Turning::Coming(node))
    }

    /// The same for an arrow to where it comes from.
    pub(super) fn looping(&self, arrow: usize) -> f64 {
        self.depth(Turning::Looping(arrow))
    }

    fn depth(&self, turning: Turning) -> f64 {
        self.depths.get(&turning).copied().unwrap_or(0.0)
    }

    /// How far the farthest turn goes out on that side of a layer; 0 if there is none.
    pub(super) fn deepest(&self, layer: usize, side: Side) -> f64 {
        self.deepest.get(&(layer, side)).copied().unwrap_or(0.0)
    }
}
