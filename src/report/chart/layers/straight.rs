//! Straightens lanes: as long a part of each as possible gets one place across.

use std::collections::BTreeMap;

use super::lanes::Item;

const PASSES: usize = 6;

/// What there is to move: the left end of each item by layer, and where it would stand if all of
/// its layer were as far left as they can be (and last, how broad that is).
pub(super) struct Standing<'a> {
    pub(super) layers: &'a [Vec<Item>],
    pub(super) packed: &'a [Vec<f64>],
    pub(super) breadth_max: f64,
}

impl Standing<'_> {
    /// Between which left ends an item can be moved, the others staying.
    fn free(&self, left: &[Vec<f64>], (layer, at): (usize, usize)) -> (f64, f64) {
        let (left, packed) = (&left[layer], &self.packed[layer]);
        let low = match at.checked_sub(1) {
            Some(before) => left[before] + packed[at] - packed[before],
            None => 0.0,
        };
        let high = match left.get(at + 1) {
            Some(next) => next - (packed[at + 1] - packed[at]),
            None => self.breadth_max - (packed[at + 1] - packed[at]),
        };
        (low.min(left[at]), high.max(left[at]))
    }
}

/// Moves lanes within the room that other items leave.
pub(super) fn straighten(left: &mut [Vec<f64>], standing: &Standing<'_>) {
    let mut chains: BTreeMap<Item, Vec<(usize, usize)>> = BTreeMap::new();
    for (layer, items) in standing.layers.iter().enumerate() {
        for (at, item) in items.iter().enumerate() {
            if matches!(item, Item::Lane(..)) {
                chains.entry(*item).or_default().push((layer, at));
            }
        }
    }
    for pass in 0..PASSES {
        for chain in chains.values() {
            let mut chain = chain.clone();
            if pass % 2 == 1 {
                chain.reverse();
            }
            let mut rest = chain.as_slice();
            while !rest.is_empty() {
                let count = straighten_begin(left, standing, rest);
                rest = &rest[count..];
            }
        }
    }
}

/// Gives as many of the first places as possible one left end; how many.
fn straighten_begin(left: &mut [Vec<f64>], standing: &Standing<'_>, chain: &[(usize, usize)]) -> usize {
    let mut room = (f64::NEG_INFINITY, f64::INFINITY);
    let mut count = 0;
    for place in chain {
        let free = standing.free(left, *place);
        let both = (room.0.max(free.0), room.1.min(free.1));
        if both.0 > both.1 {
            break;
        }
        room = both;
        count += 1;
    }
    let mean = chain[..count].iter().map(|it| left[it.0][it.1]).sum::<f64>() / count as f64;
    for (layer, at) in &chain[..count] {
        left[*layer][*at] = mean.clamp(room.0, room.1);
    }
    count
}
