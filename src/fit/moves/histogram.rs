//! How often something took how many ticks, in little room however many ticks that are.

use std::collections::BTreeMap;

/// At most so many lengths, the shortest, have a count each.
const NEAR: usize = 1 << 12;
/// They get one where at least one in so many of them was met.
const SPARSE: usize = 8;
/// So many other lengths are kept one by one before they are counted.
const LOOSE: usize = 1 << 6;

/// How often something took how many ticks.
#[derive(Debug, Clone, Default)]
pub(super) struct Histogram {
    /// By ticks, for the shortest.
    near: Vec<u64>,
    /// Other ticks and counts, ascending.
    far: Vec<(u32, u64)>,
    /// Other ticks that are not counted yet.
    loose: Vec<u32>,
}

impl Histogram {
    /// Counts one that took so long.
    #[inline]
    pub(super) fn add(&mut self, ticks: u32) {
        match self.near.get_mut(ticks as usize) {
            Some(count) => *count += 1,
            None => self.add_far(ticks),
        }
    }

    fn add_far(&mut self, ticks: u32) {
        self.loose.push(ticks);
        if self.loose.len() >= LOOSE.max(self.far.len()) {
            self.settle();
            let dense = (0..=NEAR.ilog2()).rev().map(|it| 1 << it).find(|&it| self.is_dense(it));
            self.widen(dense.unwrap_or(0));
        }
    }

    /// Counts those of another one too.
    pub(super) fn append(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        self.widen(other.near.len());
        self.near.iter_mut().zip(&other.near).for_each(|(it, more)| *it += more);
        let split = other.far.partition_point(|it| (it.0 as usize) < self.near.len());
        for (ticks, count) in other.far.drain(..split) {
            self.near[ticks as usize] += count;
        }
        self.far = merged(std::mem::take(&mut self.far), &other.far);
    }

    /// All counts, by ticks.
    pub(super) fn finish(mut self) -> BTreeMap<u32, u64> {
        self.settle();
        let near = self.near.iter().enumerate().filter(|it| *it.1 > 0);
        let near = near.map(|(ticks, count)| (ticks as u32, *count));
        near.chain(self.far).collect()
    }

    /// Counts the loose ones.
    fn settle(&mut self) {
        self.loose.sort_unstable();
        let counted = self.loose.chunk_by(|one, other| one == other);
        let counted: Vec<(u32, u64)> = counted.map(|it| (it[0], it.len() as u64)).collect();
        self.loose.clear();
        self.far = merged(std::mem::take(&mut self.far), &counted);
    }

    /// Whether enough of the lengths below `room` were met, of those without a count of their own.
    fn is_dense(&self, room: usize) -> bool {
        let met = self.far.partition_point(|it| (it.0 as usize) < room);
        room > self.near.len() && met * SPARSE >= room - self.near.len()
    }

    /// Gives all lengths below `room` a count each. None is loose.
    fn widen(&mut self, room: usize) {
        if room > self.near.len() {
            self.near.resize(room, 0);
            let met = self.far.partition_point(|it| (it.0 as usize) < room);
            for (ticks, count) in self.far.drain(..met) {
                self.near[ticks as usize] += count;
            }
        }
    }
}

/// Two ascending lists as one.
fn merged(mut one: Vec<(u32, u64)>, other: &[(u32, u64)]) -> Vec<(u32, u64)> {
    if other.is_empty() {
        return one;
    }
    one.extend_from_slice(other);
    // This sort makes use of the two being in order.
    one.sort_by_key(|it| it.0);
    one.dedup_by(|later, kept| {
        let is_same = later.0 == kept.0;
        if is_same {
            kept.1 += later.1;
        }
        is_same
    });
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts `lengths` into two histograms by turns, and these together.
    fn check(lengths: impl Iterator<Item = u32>) -> Histogram {
        let mut halves = [Histogram::default(), Histogram::default()];
        let mut plain = BTreeMap::new();
        for (at, ticks) in lengths.enumerate() {
            halves[usize::from(at % 3 == 0)].add(ticks);
            *plain.entry(ticks).or_insert(0) += 1;
        }
        let [mut all, other] = halves;
        all.append(other);
        assert_eq!(all.clone().finish(), plain);
        all
    }

    #[test]
    fn long_delays_are_counted_as_short_ones_are() {
        let squares = |times: u64| (0..100_000_u64).map(move |at| (at * at % 9_973 * times) as u32);
        for times in [0, 1, 7, 430_000] {
            check(squares(times));
        }
        check((0..100_000).rev());
        check([3, u32::MAX, 0].into_iter());
    }

    #[test]
    fn few_delays_take_little_room() {
        let few = check((0..40).map(|it| it * 100));
        assert!(few.near.is_empty() && few.far.capacity() <= 128, "{few:?}");
        let many = check((0..10_000).map(|it| it % 900));
        assert_eq!((many.near.len(), many.far.len()), (1_024, 0));
        let sparse = check((0..10_000).map(|it| it % 100 * 40));
        assert!(sparse.near.len() < 100, "{}", sparse.near.len());
    }
}
