//! Multinomial counts: how any number of customers spread over entries of given shares.

mod body;
mod tail;
#[cfg(test)]
mod tests;

use super::{Sequence, Split};
use body::Body;
use tail::Tail;

/// A list of shares, made ready to spread customers over its entries.
///
/// Many customers are spread by binomial counts, group by group and then within each group by
/// halves; few are drawn one by one. A binomial count takes the word of luck that belongs to its
/// place in the list, so that what is spread with the same luck under slightly other assumptions
/// comes out slightly other.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// Where the entries that are possible stand in the list of shares.
    indices: Vec<usize>,
    /// What finds the entry of one customer of all.
    body: Body,
    /// What finds the entry of one customer that is left.
    tail: Tail,
    /// Neighbouring entries, in order.
    groups: Vec<Group>,
    /// For every group as many as it has entries: the chance that whoever is left ends in it, then
    /// those of the inner nodes of a tree, numbered as in a heap, whose leaves are the entries.
    splits: Vec<Split>,
}

/// Neighbouring entries that are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Group {
    first: usize,
    len: usize,
    /// Up to this many customers that are left are drawn one by one.
    single_max: u64,
}

/// The counts within a group do not wait for each other as those of groups do.
const GROUP_MAX: usize = 16;

/// What one customer costs who is drawn alone, of all or of those that are left, in nanoseconds of
/// the machine on which it was measured; only the ratios matter.
const BODY_COST: f64 = 2.2;
const TAIL_COST: f64 = 5.5;
/// What an entry costs that customers are likely to reach, and what more if one is likely to be in
/// it.
const EMPTY_COST: f64 = 2.0;
const FULL_COST: f64 = 7.0;

impl Shares {
    /// Makes shares ready; they sum to 1, and the last one that is above 0 takes what rounding
    /// leaves. Where none is, all go to the first entry.
    #[must_use]
    pub fn new(shares: &[f64]) -> Self {
        let (mut indices, mut possible): (Vec<usize>, Vec<f64>) = shares
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, share)| *share > 0.0)
            .unzip();
        if indices.is_empty() {
            (indices, possible) = (vec![0], vec![1.0]);
        }
        let left = sums_from_the_end(&possible);
        let groups = groups(&left);
        let mut splits = Vec::with_capacity(possible.len());
        for group in &groups {
            let end = group.first + group.len;
            splits_of_group(&possible[group.first..end], left[end], &mut splits);
        }
        Self {
            indices,
            body: Body::new(&possible, &left),
            tail: Tail::new(left),
            groups,
            splits,
        }
    }

    /// Spreads `n` customers and tells `put` the index and the count of every entry that gets
    /// some, perhaps in several parts and in any order.
    #[inline]
    pub fn split(&self, n: u64, luck: &mut Sequence, mut put: impl FnMut(usize, u64)) {
        if let [only] = self.indices[..] {
            if n > 0 {
                put(only, n);
            }
            return;
        }
        let mut left = n;
        let last = self.indices.len();
        for group in &self.groups {
            if left <= group.single_max {
                for _ in 0..left {
                    let entry = match group.first {
                        0 => self.body.entry(luck.bits()),
                        first => self.tail.entry(first, luck.uniform()),
                    };
                    put(self.indices[entry], 1);
                }
                return;
            }
            let splits = &self.splits[group.first..group.first + group.len];
            // Nobody is left by the last group.
            let count = if group.first + group.len == last {
                left
            } else {
                splits[0].draw(left, luck)
            };
            left -= count;
            if count == 0 {
                luck.skip(group.len - 1);
                continue;
            }
            let indices = &self.indices[group.first..group.first + group.len];
            for (index, count) in indices.iter().zip(&spread(&splits[1..], count, luck)[group.len..]) {
                if *count > 0 {
                    put(*index, *count);
                }
            }
        }
    }
}

/// Spreads `count` customers over the leaves of a tree, which stand after its inner nodes.
#[inline]
fn spread(splits: &[Split], count: u64, luck: &mut Sequence) -> [u64; 2 * GROUP_MAX] {
    let mut counts = [0; 2 * GROUP_MAX];
    counts[1] = count;
    for (at, split) in (1..GROUP_MAX).zip(splits) {
        let left = split.draw(counts[at], luck);
        counts[2 * at] = left;
        counts[2 * at + 1] = counts[at] - left;
    }
    counts
}

/// Each share and all after it, and then 0; from the end, so that the small shares of a long tail
/// keep their precision.
fn sums_from_the_end(shares: &[f64]) -> Vec<f64> {
    let mut left = vec![0.0; shares.len() + 1];
    for (at, share) in shares.iter().enumerate().rev() {
        left[at] = left[at + 1] + share;
    }
    left
}

/// Makes the splits of a group with these shares ready, `beyond` which there are others.
fn splits_of_group(shares: &[f64], beyond: f64, splits: &mut Vec<Split>) {
    let len = shares.len();
    let mut sums = [0.0; 2 * GROUP_MAX];
    sums[len..2 * len].copy_from_slice(shares);
    for at in (1..len).rev() {
        sums[at] = sums[2 * at] + sums[2 * at + 1];
    }
    // Of a single entry, the sum is the leaf.
    splits.push(Split::new(if beyond > 0.0 {
        sums[1] / (sums[1] + beyond)
    } else {
        1.0
    }));
    splits.extend((1..len).map(|at| Split::new(sums[2 * at] / sums[at])));
}

/// Parts the entries into groups of much the same size.
fn groups(left: &[f64]) -> Vec<Group> {
    let entries = left.len() - 1;
    let count = entries.div_ceil(GROUP_MAX);
    let first = |group: usize| entries * group / count;
    let mut groups: Vec<Group> = (0..count)
        .map(|group| Group {
            first: first(group),
            len: first(group + 1) - first(group),
            single_max: 0,
        })
        .collect();
    let mut customers = 1.0;
    for at in (0..count).rev() {
        const STEP: f64 = 1.2;
        let cost = if at == 0 { BODY_COST } else { TAIL_COST };
        let is_cheaper = |customers| cost * customers < cost_of_counts(&groups[at..], left, customers);
        while is_cheaper(customers * STEP) {
            customers *= STEP;
        }
        while customers > 1.0 && !is_cheaper(customers) {
            customers /= STEP;
        }
        groups[at].single_max = customers as u64;
    }
    groups
}

/// What it costs to spread so many customers over these groups by counts.
fn cost_of_counts(groups: &[Group], left: &[f64], customers: f64) -> f64 {
    let scale = customers / left[groups[0].first];
    groups
        .iter()
        .take_while(|group| left[group.first] * scale >= 1.0)
        .map(|group| {
            let inside = (left[group.first] - left[group.first + group.len]) * scale;
            let len = group.len as f64;
            EMPTY_COST * len + FULL_COST * inside.min(len)
        })
        .sum()
}
