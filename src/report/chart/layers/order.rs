//! The order of the items of each layer: as few crossings as can be found quickly.
//!
//! Sweeps up and down by the mean place of neighbours, with exchanges of neighbours between, after
//! Gansner, Koutsofios, North & Vo (1993), "A technique for drawing directed graphs".

use std::collections::BTreeMap;

use super::lanes::{Item, Weave};

const SWEEPS: usize = 16;

/// Sorts the layers.
pub(super) fn sort(weave: &mut Weave) {
    first_order(weave);
    let mut best = (crossings(weave), weave.layers.clone());
    for sweep in 0..SWEEPS {
        let count = weave.layers.len();
        for step in 0..count {
            let (layer, down) = if sweep % 2 == 0 {
                (step, true)
            } else {
                (count - 1 - step, false)
            };
            by_mean(weave, layer, down);
        }
        exchange(weave);
        let now = crossings(weave);
        if now < best.0 {
            best = (now, weave.layers.clone());
        }
    }
    weave.layers = best.1;
}

/// As one comes upon the items by following links from the first layer on.
fn first_order(weave: &mut Weave) {
    let mut met: BTreeMap<(usize, Item), usize> = BTreeMap::new();
    for layer in 0..weave.layers.len() {
        for item in weave.layers[layer].clone() {
            let mut path = vec![(layer, item)];
            while let Some((at, item)) = path.pop() {
                let next = met.len();
                if met.contains_key(&(at, item)) {
                    continue;
                }
                met.insert((at, item), next);
                let beside = weave.turns[at].iter().filter(|it| Item::Node(it.0) == item);
                let links = weave.links.get(at).into_iter().flatten();
                let below = links.filter(|it| it.upper == item).map(|it| (at + 1, it.lower));
                path.extend(beside.map(|it| (at, it.1)));
                let below: Vec<(usize, Item)> = below.collect();
                path.extend(below.into_iter().rev());
            }
        }
    }
    for (at, layer) in weave.layers.iter_mut().enumerate() {
        layer.sort_by_key(|it| met[&(at, *it)]);
    }
}

/// Where each item of a layer is, from 0.
fn places(layer: &[Item]) -> BTreeMap<Item, usize> {
    layer.iter().enumerate().map(|(place, item)| (*item, place)).collect()
}

/// Places of the linked items in the layer before (`down`) or behind, by item.
fn neighbours(weave: &Weave, layer: usize, down: bool) -> BTreeMap<Item, Vec<usize>> {
    let mut neighbours: BTreeMap<Item, Vec<usize>> = BTreeMap::new();
    let other = if down { layer.checked_sub(1) } else { Some(layer + 1) };
    let Some(other) = other.filter(|it| *it < weave.layers.len()) else {
        return neighbours;
    };
    let places = places(&weave.layers[other]);
    for link in &weave.links[layer.min(other)] {
        let (item, there) = if down {
            (link.lower, link.upper)
        } else {
            (link.upper, link.lower)
        };
        neighbours.entry(item).or_default().push(places[&there]);
    }
    neighbours
}

/// Sorts a layer by the mean place of what the items are linked with; an item without a link goes
/// where what it turns into is, or else stays.
fn by_mean(weave: &mut Weave, layer: usize, down: bool) {
    let neighbours = neighbours(weave, layer, down);
    let here = places(&weave.layers[layer]);
    let mean = |places: &[usize]| places.iter().sum::<usize>() as f64 / places.len() as f64;
    let linked: BTreeMap<Item, f64> = neighbours.iter().map(|(item, it)| (*item, mean(it))).collect();
    let scale = {
        let other = if down { layer.saturating_sub(1) } else { layer + 1 };
        let there = weave.layers.get(other).map_or(1, Vec::len);
        there as f64 / here.len() as f64
    };
    let value = |item: &Item| {
        if let Some(value) = linked.get(item) {
            return *value;
        }
        let turns = weave.turns[layer].iter().filter_map(|(node, lane)| {
            let node = Item::Node(*node);
            if node == *item {
                Some(*lane)
            } else if *lane == *item {
                Some(node)
            } else {
                None
            }
        });
        let beside: Vec<f64> = turns
            .map(|it| linked.get(&it).copied().unwrap_or(here[&it] as f64 * scale))
            .collect();
        if beside.is_empty() {
            here[item] as f64 * scale
        } else {
            beside.iter().sum::<f64>() / beside.len() as f64
        }
    };
    let values: BTreeMap<Item, f64> = weave.layers[layer].iter().map(|it| (*it, value(it))).collect();
    weave.layers[layer].sort_by(|one, other| values[one].total_cmp(&values[other]));
}

/// Exchanges items side by side as long as that saves crossings.
fn exchange(weave: &mut Weave) {
    for layer in 0..weave.layers.len() {
        let (above, below) = (neighbours(weave, layer, true), neighbours(weave, layer, false));
        let mut turns: BTreeMap<Item, Vec<Item>> = BTreeMap::new();
        for (node, lane) in &weave.turns[layer] {
            turns.entry(Item::Node(*node)).or_default().push(*lane);
            turns.entry(*lane).or_default().push(Item::Node(*node));
        }
        let mut places = places(&weave.layers[layer]);
        for _ in 0..4 {
            let mut has_changed = false;
            for at in 1..weave.layers[layer].len() {
                let (left, right) = (weave.layers[layer][at - 1], weave.layers[layer][at]);
                let crossed = |one: Item, other: Item| between(&above, one, other) + between(&below, one, other);
                let saved = crossed(left, right) - crossed(right, left)
                    + nearer(&turns, &places, left, right)
                    + nearer(&turns, &places, right, left);
                if saved > 0 {
                    weave.layers[layer].swap(at - 1, at);
                    places.insert(right, at - 1);
                    places.insert(left, at);
                    has_changed = true;
                }
            }
            if !has_changed {
                break;
            }
        }
    }
}

/// Crossings of the links of two items side by side.
fn between(neighbours: &BTreeMap<Item, Vec<usize>>, left: Item, right: Item) -> isize {
    let (Some(left), Some(right)) = (neighbours.get(&left), neighbours.get(&right)) else {
        return 0;
    };
    let crossed = |it: &usize| right.iter().filter(|other| *other < it).count();
    left.iter().map(crossed).sum::<usize>() as isize
}

/// How many items fewer the turns of `item` pass over if it takes the place of `other` beside it.
fn nearer(turns: &BTreeMap<Item, Vec<Item>>, places: &BTreeMap<Item, usize>, item: Item, other: Item) -> isize {
    let partners = turns.get(&item).into_iter().flatten().filter(|it| **it != other);
    partners
        .map(|it| places[it].abs_diff(places[&item]) as isize - places[it].abs_diff(places[&other]) as isize)
        .sum()
}

/// Crossings of links, and of turns with what is between their ends.
fn crossings(weave: &Weave) -> usize {
    let mut count = 0;
    for (at, links) in weave.links.iter().enumerate() {
        let (upper, lower) = (places(&weave.layers[at]), places(&weave.layers[at + 1]));
        let mut ends: Vec<(usize, usize)> = links.iter().map(|it| (upper[&it.upper], lower[&it.lower])).collect();
        ends.sort_unstable();
        count += inversions(&ends.into_iter().map(|it| it.1).collect::<Vec<_>>());
    }
    for (layer, turns) in weave.layers.iter().zip(&weave.turns) {
        let places = places(layer);
        for (node, lane) in turns {
            count += places[&Item::Node(*node)].abs_diff(places[lane]) - 1;
        }
    }
    count
}

/// Pairs in the wrong order: Barth, Jünger & Mutzel (2002), "Simple and efficient bilayer cross
/// counting".
fn inversions(values: &[usize]) -> usize {
    let size = values.iter().max().map_or(0, |it| it + 1);
    // A Fenwick tree of how often each value was met.
    let mut tree = vec![0; size + 1];
    let mut count = 0;
    for (met, value) in values.iter().enumerate() {
        let (mut at, mut not_greater) = (value + 1, 0);
        while at > 0 {
            not_greater += tree[at];
            at &= at - 1;
        }
        count += met - not_greater;
        at = value + 1;
        while at <= size {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_pairs_in_the_wrong_order() {
        assert_eq!(inversions(&[]), 0);
        assert_eq!(inversions(&[0, 1, 1, 2]), 0);
        assert_eq!(inversions(&[3, 2, 1, 0]), 6);
        assert_eq!(inversions(&[1, 0, 1, 0]), 3);
    }
}
