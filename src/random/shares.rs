//! Multinomial counts: how any number of customers spread over entries of given shares.

use super::{Sequence, Split};

/// A list of shares, made ready to spread customers over its entries.
#[derive(Debug, Clone)]
pub struct Shares {
    /// One for every entry that is possible, in order.
    entries: Vec<Entry>,
}

/// An entry that is possible.
#[derive(Debug, Clone)]
struct Entry {
    /// Where it stands in the list of shares.
    index: usize,
    /// The chance of it for whoever is left.
    split: Split,
    /// This share and all after it.
    left: f64,
    /// Up to this many customers that are left are drawn one by one.
    single_max: u64,
}

/// An entry's binomial count costs about as much as this many customers one by one.
const ENTRY_COST: f64 = 3.0;

impl Shares {
    /// Makes shares ready; they sum to 1, and the last one that is above 0 takes what rounding
    /// leaves. Where none is, all go to the first entry.
    #[must_use]
    pub fn new(shares: &[f64]) -> Self {
        let mut left = 0.0;
        let mut entries: Vec<Entry> = Vec::new();
        // From the end, so that small shares at the end keep their precision.
        for (index, share) in shares.iter().enumerate().rev().filter(|(_, share)| **share > 0.0) {
            left += share;
            let chance = if entries.is_empty() { 1.0 } else { share / left };
            entries.push(Entry {
                index,
                split: Split::new(chance),
                left,
                single_max: 0,
            });
        }
        if entries.is_empty() {
            entries.push(Entry {
                index: 0,
                split: Split::new(1.0),
                left: 1.0,
                single_max: 0,
            });
        }
        entries.reverse();
        let mut reached = entries.len();
        for at in (0..entries.len()).rev() {
            // The entries that so many customers are likely to reach cost as much as they.
            while reached > at + 1 {
                let count = ENTRY_COST * (reached - at) as f64;
                if entries[reached - 1].left * count >= entries[at].left {
                    break;
                }
                reached -= 1;
            }
            entries[at].single_max = (ENTRY_COST * (reached - at) as f64) as u64;
        }
        Self { entries }
    }

    /// Spreads `n` customers and tells `put` the index and the count of every entry that gets
    /// some, perhaps in several parts.
    #[inline]
    pub fn split(&self, n: u64, luck: &mut Sequence, mut put: impl FnMut(usize, u64)) {
        let mut left = n;
        for (at, entry) in self.entries.iter().enumerate() {
            if left <= entry.single_max {
                for _ in 0..left {
                    put(self.single(at, luck), 1);
                }
                return;
            }
            let count = entry.split.draw(left, luck);
            if count > 0 {
                put(entry.index, count);
                left -= count;
            }
        }
    }

    /// The index of one customer that is left at entry `from`.
    fn single(&self, from: usize, luck: &mut Sequence) -> usize {
        let entries = &self.entries[from..];
        let beyond = entries[0].left * luck.uniform();
        let at = entries.partition_point(|entry| entry.left > beyond);
        entries[at.max(1) - 1].index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    fn spread(shares: &Shares, len: usize, n: u64, luck: &mut Sequence) -> Vec<u64> {
        let mut counts = vec![0; len];
        shares.split(n, luck, |index, count| {
            assert!(count > 0);
            counts[index] += count;
        });
        counts
    }

    /// Shares of a geometric law with this ratio, the last takes the rest.
    fn geometric(ratio: f64, len: usize) -> Vec<f64> {
        let mut shares: Vec<f64> = (0..len as i32).map(|k| (1.0 - ratio) * ratio.powi(k)).collect();
        shares[len - 1] = ratio.powi(len as i32 - 1);
        shares
    }

    fn laws() -> Vec<Vec<f64>> {
        let bell: Vec<f64> = (0..300)
            .map(|k| (-f64::powi(f64::from(k) / 20.0 - 2.0, 2)).exp())
            .collect();
        let sum: f64 = bell.iter().sum();
        vec![
            vec![1.0],
            vec![0.0, 1.0, 0.0],
            vec![0.3, 0.7],
            vec![0.05, 0.0, 0.15, 0.8],
            vec![0.2; 5],
            geometric(0.5, 20),
            geometric(0.9, 200),
            geometric(0.99, 1_000),
            bell.into_iter().map(|it| it / sum).collect(),
        ]
    }

    const SIZES: [u64; 12] = [
        0,
        1,
        2,
        5,
        12,
        30,
        100,
        1_000,
        30_000,
        1_000_000,
        1_000_000_000,
        1_000_000_000_000_000,
    ];

    #[test]
    fn nobody_is_lost_or_made_up() {
        for shares in laws() {
            let ready = Shares::new(&shares);
            for n in SIZES {
                let counts = spread(&ready, shares.len(), n, &mut Key::new(n).sequence());
                assert_eq!(counts.iter().sum::<u64>(), n);
                for (count, share) in counts.iter().zip(&shares) {
                    assert!(*count == 0 || *share > 0.0);
                }
            }
        }
    }

    #[test]
    fn the_same_luck_spreads_the_same_way() {
        for shares in laws() {
            for n in SIZES {
                let told = || {
                    let mut told = Vec::new();
                    Shares::new(&shares)
                        .split(n, &mut Key::new(4).sequence(), |index, count| told.push((index, count)));
                    told
                };
                assert_eq!(told(), told());
            }
        }
    }

    #[test]
    fn means_and_covariances_are_those_of_the_multinomial_law() {
        // The sums of squares and products of standardized counts over 4,000 spreads; their own
        // spread is that of normal numbers, or of Poisson counts where few are expected.
        let draws = 4_000;
        for shares in laws() {
            let ready = Shares::new(&shares);
            for n in SIZES {
                let mut luck = Key::new(8).with(n).with(shares.len() as u64).sequence();
                let watched: Vec<usize> = (0..shares.len()).step_by(1 + shares.len() / 12).collect();
                let mut sums = vec![0.0; watched.len()];
                let mut products = vec![vec![0.0; watched.len()]; watched.len()];
                for _ in 0..draws {
                    let counts = spread(&ready, shares.len(), n, &mut luck);
                    let off: Vec<f64> = watched
                        .iter()
                        .map(|at| counts[*at] as f64 - n as f64 * shares[*at])
                        .collect();
                    for (at, one) in off.iter().enumerate() {
                        sums[at] += one;
                        for (other, product) in off.iter().zip(&mut products[at]) {
                            *product += one * other;
                        }
                    }
                }
                check_moments(n, f64::from(draws), &shares, &watched, &sums, &products);
            }
        }
    }

    fn check_moments(n: u64, draws: f64, shares: &[f64], watched: &[usize], sums: &[f64], products: &[Vec<f64>]) {
        let n = n as f64;
        for (at, index) in watched.iter().enumerate() {
            let p = shares[*index];
            let variance = n * p * (1.0 - p);
            // Too few for a bar in standard errors.
            if variance * draws < 100.0 {
                continue;
            }
            let mean = sums[at] / draws;
            let error = (variance / draws).sqrt();
            assert!(
                mean.abs() < 5.0 * error,
                "n {n}, {} shares, entry {index}: mean off by {mean} ± {error}",
                shares.len()
            );
            for (before, other) in watched[..=at].iter().enumerate() {
                let q = shares[*other];
                let other_variance = n * q * (1.0 - q);
                let wanted = if before == at { variance } else { -n * p * q };
                // E[X²Y²] of sums of independent parts: products of pairs, and n times a fourth
                // moment that is at most the smaller share.
                let fourth = variance * other_variance
                    + 2.0 * wanted * wanted
                    + n * p.min(q) * if before == at { 1.0 } else { p.max(q) };
                let error = ((fourth - wanted * wanted) / draws).sqrt();
                let found = products[at][before] / draws;
                if other_variance * draws < 100.0 || n * p * n * q * draws < 100.0 {
                    continue;
                }
                assert!(
                    (found - wanted).abs() < 5.0 * error,
                    "n {n}, {} shares, entries {index} and {other}: covariance {found} for {wanted} ± {error}",
                    shares.len()
                );
            }
        }
    }
}
