//! The entry of one customer of all, by an indexed search.

/// Cumulative shares, and a guide into them (Chen & Asau, *On generating random variates from an
/// empirical distribution*, 1974).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    /// The share of each entry and all before it, times 2⁶³; the last is 2⁶³.
    upto: Vec<u64>,
    /// For every cell of the numbers of 63 bits, the entry at its lower end.
    guide: Vec<u32>,
    /// How many bits of a number tell nothing of its cell.
    shift: u32,
}

/// 2⁶³.
const UNIT: f64 = (1_u64 << 63) as f64;
/// More cells an entry cost more in cache misses than they save in comparisons.
const CELLS_OF_ENTRY: usize = 4;

impl Body {
    /// Makes shares ready, with that of each entry and all after it.
    pub(super) fn new(shares: &[f64], left: &[f64]) -> Self {
        let upto = cumulative(shares, left);
        let bits = (CELLS_OF_ENTRY * upto.len()).next_power_of_two().ilog2();
        let shift = 63 - bits;
        let mut at = 0;
        let guide = (0..1_u64 << bits)
            .map(|cell| {
                while upto[at] <= cell << shift {
                    at += 1;
                }
                at as u32
            })
            .collect();
        Self { upto, guide, shift }
    }

    /// The entry that random bits stand for; grows with them.
    #[inline]
    pub(super) fn entry(&self, bits: u64) -> usize {
        let bits = bits >> 1;
        let mut at = self.guide[(bits >> self.shift) as usize] as usize;
        // Mostly none or one: nobody could foresee which, so there is no branch.
        at += usize::from(self.upto[at] <= bits);
        while self.upto[at] <= bits {
            at += 1;
        }
        at
    }
}

/// Added up from the nearer end, so that neither small shares at the beginning nor those at the end
/// lose their precision.
fn cumulative(shares: &[f64], left: &[f64]) -> Vec<u64> {
    let mut below = 0.0;
    let mut last = 0;
    shares
        .iter()
        .zip(&left[1..])
        .map(|(share, above)| {
            below += share;
            // The sum may be less than 1: then these are parts of what it is.
            let upto = if below <= 0.5 * left[0] && *above > 0.0 {
                (below / left[0] * UNIT) as u64
            } else {
                (1 << 63) - (above / left[0] * UNIT) as u64
            };
            // The two sums may disagree in the last digit.
            last = upto.max(last);
            last
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sums_from_the_end;
    use super::*;
    use crate::random::mix;

    #[test]
    fn shares_are_kept_and_the_guide_leads_where_a_search_of_all_entries_leads() {
        for len in [1, 2, 3, 7, 60, 1_000] {
            let shares: Vec<f64> = (0..len).map(|at| f64::from(at % 7) + 0.01).collect();
            let sum: f64 = shares.iter().sum();
            let shares: Vec<f64> = shares.iter().map(|share| share / sum).collect();
            let body = Body::new(&shares, &sums_from_the_end(&shares));
            assert_eq!(body.upto.last(), Some(&(1 << 63)));
            let mut before = 0;
            for (upto, share) in body.upto.iter().zip(&shares) {
                let off = (upto - before) as f64 / UNIT - share;
                assert!(off.abs() < 2e-14, "a share of {share} is off by {off:e}");
                before = *upto;
            }
            for bits in (0..10_000).map(mix).chain([0, u64::MAX]) {
                let wanted = body.upto.iter().take_while(|it| **it <= bits >> 1).count();
                assert_eq!(body.entry(bits), wanted);
            }
        }
    }

    #[test]
    fn parts_of_a_half_are_shares_of_it() {
        let shares = [0.1, 0.05, 0.25];
        let body = Body::new(&shares, &sums_from_the_end(&shares));
        assert_eq!(body.upto.last(), Some(&(1 << 63)));
        let first = body.upto[0] as f64 / UNIT;
        assert!((first - 0.25).abs() < 1e-15, "{first}");
        let second = body.upto[1] as f64 / UNIT;
        assert!((second - 0.375).abs() < 1e-15, "{second}");
    }

    #[test]
    fn entries_of_tiny_shares_at_either_end_have_their_share() {
        let shares = [1e-15, 0.5, 0.5, 1e-15];
        let body = Body::new(&shares, &sums_from_the_end(&shares));
        let share = |at: usize| (body.upto[at] - if at > 0 { body.upto[at - 1] } else { 0 }) as f64 / UNIT;
        for (at, wanted) in shares.into_iter().enumerate() {
            assert!((share(at) / wanted - 1.0).abs() < 2e-4, "entry {at}");
        }
    }
}
