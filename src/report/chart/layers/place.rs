//! Where the items of each layer stand, across the flow.
//!
//! Each is drawn to the mean of what it is linked with. Given the other layers, the places of one
//! layer that keep order and distances and are nearest to those means by least squares are an
//! isotonic regression, found by pooling adjacent violators (Barlow et al., 1972, "Statistical
//! inference under order restrictions").

use std::collections::BTreeMap;

use super::Spacing;
use super::block::Block;
use super::lanes::{Item, Weave};
use super::straight::{Standing, straighten};

const ROUNDS: usize = 60;

/// Where everything is across the flow.
pub(super) struct Places {
    /// The left end of each item, by layer.
    left: Vec<BTreeMap<Item, f64>>,
    /// How broad all layers together are.
    pub(super) breadth: f64,
    lane: f64,
}

impl Places {
    /// The left end of a node.
    pub(super) fn node(&self, layer: usize, node: usize) -> f64 {
        self.left[layer][&Item::Node(node)]
    }

    /// The middle of a lane.
    pub(super) fn lane(&self, layer: usize, lane: Item) -> f64 {
        self.left[layer][&lane] + self.lane / 2.0
    }
}

/// A pull on an item to where its `own` point is under `other`'s.
struct Pull {
    other: (usize, usize),
    own: f64,
    others: f64,
    weight: f64,
}

/// `None` if a layer is broader than `breadth_max`.
pub(super) fn place(blocks: &[Block], weave: &Weave, spacing: Spacing, breadth_max: f64) -> Option<Places> {
    let breadth = |item: Item| match item {
        Item::Node(node) => blocks[node].breadth,
        Item::Lane(..) => spacing.lane,
    };
    let gap = |one: Item, other: Item| match (one, other) {
        (Item::Node(_), Item::Node(_)) => spacing.node,
        (Item::Lane(..), Item::Lane(..)) => 0.0,
        _ => spacing.lane / 2.0,
    };
    // Where each item would stand if all of its layer were as far left as they can be.
    let packed: Vec<Vec<f64>> = weave
        .layers
        .iter()
        .map(|layer| {
            let mut left = 0.0;
            let mut packed = Vec::new();
            for (at, item) in layer.iter().enumerate() {
                left += if at > 0 { gap(layer[at - 1], *item) } else { 0.0 };
                packed.push(left);
                left += breadth(*item);
            }
            packed.push(left);
            packed
        })
        .collect();
    let broadest = packed.iter().filter_map(|it| it.last()).copied().fold(0.0, f64::max);
    if broadest > breadth_max {
        return None;
    }

    let pulls = pulls(blocks, weave, spacing);
    let mut left: Vec<Vec<f64>> = packed
        .iter()
        .map(|packed| {
            let (all, items) = packed.split_last().expect("it ends with the whole");
            items.iter().map(|it| it + (broadest - all) / 2.0).collect()
        })
        .collect();
    for round in 0..ROUNDS {
        for step in 0..left.len() {
            let layer = if round % 2 == 0 { step } else { left.len() - 1 - step };
            let wanted: Vec<(f64, f64)> = pulls[layer]
                .iter()
                .enumerate()
                .map(|(at, pulls)| {
                    let weight: f64 = pulls.iter().map(|it| it.weight).sum();
                    if weight == 0.0 {
                        return (left[layer][at], 0.01);
                    }
                    let at = |it: &Pull| it.weight * (left[it.other.0][it.other.1] + it.others - it.own);
                    (pulls.iter().map(at).sum::<f64>() / weight, weight)
                })
                .collect();
            let all = packed[layer][wanted.len()];
            let pulled: Vec<(f64, f64)> = wanted
                .iter()
                .zip(&packed[layer])
                .map(|(it, packed)| (it.0 - packed, it.1))
                .collect();
            let rising = isotonic(&pulled);
            for (at, value) in rising.into_iter().enumerate() {
                left[layer][at] = packed[layer][at] + value.clamp(0.0, breadth_max - all);
            }
        }
    }
    let standing = Standing {
        layers: &weave.layers,
        packed: &packed,
        breadth_max,
    };
    straighten(&mut left, &standing);

    let first = left.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let ends = left.iter().zip(&packed).filter_map(|(left, packed)| {
        let last = left.len().checked_sub(1)?;
        Some(left[last] + packed[last + 1] - packed[last])
    });
    let last = ends.fold(0.0, f64::max);
    let left = left.iter().zip(&weave.layers).map(|(left, layer)| {
        let left = left.iter().map(|it| it - first);
        layer.iter().copied().zip(left).collect()
    });
    Some(Places {
        left: left.collect(),
        breadth: if first.is_finite() { last - first } else { 0.0 },
        lane: spacing.lane,
    })
}

/// By layer and item.
fn pulls(blocks: &[Block], weave: &Weave, spacing: Spacing) -> Vec<Vec<Vec<Pull>>> {
    let places: Vec<BTreeMap<Item, usize>> = weave
        .layers
        .iter()
        .map(|layer| layer.iter().enumerate().map(|(at, item)| (*item, at)).collect())
        .collect();
    let mut pulls: Vec<Vec<Vec<Pull>>> = weave
        .layers
        .iter()
        .map(|it| it.iter().map(|_| Vec::new()).collect())
        .collect();
    let mut join = |one: (usize, usize), own: f64, other: (usize, usize), others: f64, weight: f64| {
        pulls[one.0][one.1].push(Pull {
            other,
            own,
            others,
            weight,
        });
        pulls[other.0][other.1].push(Pull {
            other: one,
            own: others,
            others: own,
            weight,
        });
    };
    for (at, links) in weave.links.iter().enumerate() {
        for link in links {
            let one = (at, places[at][&link.upper]);
            let other = (at + 1, places[at + 1][&link.lower]);
            let own = match (link.upper, link.arrow) {
                (Item::Node(node), Some(arrow)) => blocks[node].port(arrow),
                (Item::Node(node), None) => blocks[node].body / 2.0,
                (Item::Lane(..), _) => spacing.lane / 2.0,
            };
            let (others, weight) = match (link.upper, link.lower) {
                (Item::Lane(..), Item::Lane(..)) => (spacing.lane / 2.0, 8.0),
                (Item::Node(_), Item::Lane(..)) => (spacing.lane / 2.0, 1.0),
                (_, Item::Node(node)) => (blocks[node].entries.on, 2.0),
            };
            join(one, own, other, others, weight);
        }
    }
    for (at, turns) in weave.turns.iter().enumerate() {
        for (node, lane) in turns {
            let (one, other) = (places[at][&Item::Node(*node)], places[at][lane]);
            let own = if one < other { blocks[*node].breadth } else { 0.0 };
            join((at, one), own, (at, other), spacing.lane / 2.0, 0.5);
        }
    }
    pulls
}

/// The rising values nearest to `wanted` (values and weights) by least squares.
fn isotonic(wanted: &[(f64, f64)]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in wanted.iter().copied() {
        pools.push((value, weight, 1));
        while let [.., before, last] = pools.as_slice() {
            if before.0 <= last.0 {
                break;
            }
            let weight = before.1 + last.1;
            let value = (before.0 * before.1 + last.0 * last.1) / weight;
            let count = before.2 + last.2;
            pools.truncate(pools.len() - 2);
            pools.push((value, weight, count));
        }
    }
    pools
        .into_iter()
        .flat_map(|(value, _, count)| std::iter::repeat_n(value, count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_wrong_order_meets_in_the_middle() {
        assert_eq!(isotonic(&[(1.0, 1.0), (2.0, 1.0)]), [1.0, 2.0]);
        assert_eq!(isotonic(&[(3.0, 1.0), (1.0, 1.0), (5.0, 1.0)]), [2.0, 2.0, 5.0]);
        assert_eq!(isotonic(&[(3.0, 1.0), (1.0, 3.0)]), [1.5, 1.5]);
        assert_eq!(isotonic(&[(9.0, 1.0), (6.0, 1.0), (3.0, 1.0)]), [6.0, 6.0, 6.0]);
    }
}
