//! The entry of one customer at a time, by an indexed search.

use super::Sequence;

/// What draws entries of single customers.
///
/// The search is that of Chen & Asau (*On generating random variates from an empirical
/// distribution*, 1974), but indexed by the leading bits of floating-point numbers: so it holds for
/// whoever is left far out in a tail as well.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Singles {
    /// The share of each entry and all after it; then 0.
    left: Vec<f64>,
    /// For cells of shares from all downwards, the entry at the upper end of the cell.
    guide: Vec<u32>,
    /// How many bits of a number tell nothing of its cell.
    shift: u32,
}

/// Only to less than this part of all, in powers of 2, does the guide lead.
const OCTAVES: usize = 10;

impl Singles {
    /// Makes shares ready: of each entry and all after it; then 0.
    pub(super) fn new(left: Vec<f64>) -> Self {
        let cells_log2 = left.len().next_power_of_two().ilog2().min(12);
        let shift = 52 - cells_log2;
        let mut at = 0;
        let guide = (0..(OCTAVES as u64) << cells_log2)
            .map(|cell| {
                let upper = f64::from_bits(left[0].to_bits() - (cell << shift));
                while left[at + 1] >= upper {
                    at += 1;
                }
                at as u32
            })
            .collect();
        Self { left, guide, shift }
    }

    /// The entry of a customer that is left at entry `first`.
    #[inline]
    pub(super) fn draw(&self, first: usize, luck: &mut Sequence) -> usize {
        let beyond = self.left[first] * luck.uniform();
        let cell = (self.left[0].to_bits() - beyond.to_bits()) >> self.shift;
        match self.guide.get(cell as usize) {
            Some(at) => {
                let mut at = (*at as usize).max(first);
                while self.left[at + 1] > beyond {
                    at += 1;
                }
                at
            }
            None => {
                let reached = self.left[first..].partition_point(|left| *left > beyond);
                first + reached.max(1) - 1
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    #[test]
    fn the_guide_leads_where_a_search_of_all_entries_leads() {
        for len in [1, 2, 3, 7, 60, 1_000] {
            let left: Vec<f64> = (0..=len)
                .map(|at| (1.0 - f64::from(at) / f64::from(len)).powi(3))
                .collect();
            let singles = Singles::new(left.clone());
            for first in 0..len as usize {
                let mut luck = Key::new(2).with(first as u64).sequence();
                for _ in 0..2_000 {
                    let beyond = left[first] * luck.clone().uniform();
                    let wanted = left.iter().take_while(|it| **it > beyond).count() - 1;
                    assert_eq!(singles.draw(first, &mut luck), wanted);
                }
            }
        }
    }
}
