//! The entry of one customer that is left beyond some entries, by an indexed search.

/// Shares from the end, and a guide into them by octaves: so a search is as quick, and as exact, for
/// whoever is left far out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tail {
    /// The share of each entry and all after it; then 0.
    left: Vec<f64>,
    /// Of the numbers from all downwards, in steps of the bits that they are stored in.
    octaves: Vec<Octave>,
    /// For every cell of an octave, the entry at its upper end.
    guide: Vec<u32>,
}

/// Numbers of which the largest is twice the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Octave {
    /// Where its cells begin in the guide.
    first: u32,
    /// How many bits of a number tell nothing of its cell.
    shift: u32,
}

/// Nobody is drawn to less than this part of all, in powers of 2.
const OCTAVES_MAX: u64 = 64;
/// Bits of a number that tell nothing of its octave.
const FRACTION_BITS: u32 = 52;
/// More cells an entry cost more in cache misses than they save in comparisons.
const CELLS_OF_ENTRY: usize = 2;

impl Tail {
    /// Makes shares ready: that of each entry and all after it; then 0.
    pub(super) fn new(left: Vec<f64>) -> Self {
        let all = left[0].to_bits();
        let last = (all - left[left.len() - 2].to_bits()) >> FRACTION_BITS;
        let mut octaves = Vec::new();
        let mut guide = Vec::new();
        let mut at = 0;
        for octave in 0..=last.min(OCTAVES_MAX) {
            let upper = all - (octave << FRACTION_BITS);
            let lower = f64::from_bits(upper - (1 << FRACTION_BITS));
            let entries = left[at..].partition_point(|it| *it > lower);
            let cells_log2 = (CELLS_OF_ENTRY * entries).max(1).next_power_of_two().ilog2();
            let shift = FRACTION_BITS - cells_log2;
            octaves.push(Octave {
                first: guide.len() as u32,
                shift,
            });
            for cell in 0..1 << cells_log2 {
                while left[at + 1].to_bits() >= upper - (cell << shift) {
                    at += 1;
                }
                guide.push(at as u32);
            }
        }
        Self { left, octaves, guide }
    }

    /// The entry that a uniform number stands for, for a customer that is left at entry `first`.
    #[inline]
    pub(super) fn entry(&self, first: usize, uniform: f64) -> usize {
        let beyond = self.left[first] * uniform;
        let down = self.left[0].to_bits() - beyond.to_bits();
        // Beyond the last octave every cell of it leads to an entry before, or to the right one.
        let octave = self.octaves[((down >> FRACTION_BITS) as usize).min(self.octaves.len() - 1)];
        let cell = (down & ((1 << FRACTION_BITS) - 1)) >> octave.shift;
        let at = self.guide[octave.first as usize + cell as usize] as usize;
        // So does the cell of `first` itself.
        let mut at = at.max(first);
        // Mostly none or one: nobody could foresee which, so there is no branch.
        at += usize::from(self.left[at + 1] > beyond);
        while self.left[at + 1] > beyond {
            at += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    #[test]
    fn the_guide_leads_where_a_search_of_all_entries_leads() {
        for (len, power) in [(1, 1), (2, 3), (3, 100), (7, 3), (60, 1), (60, 30), (1_000, 3)] {
            let left: Vec<f64> = (0..=len)
                .map(|at| (1.0 - f64::from(at) / f64::from(len)).powi(power))
                .collect();
            let tail = Tail::new(left.clone());
            for first in 0..len as usize {
                let mut luck = Key::new(2).with(first as u64).sequence();
                for _ in 0..2_000 {
                    let uniform = luck.uniform();
                    let beyond = left[first] * uniform;
                    let wanted = left.iter().take_while(|it| **it > beyond).count() - 1;
                    assert_eq!(tail.entry(first, uniform), wanted);
                }
            }
        }
    }
}
