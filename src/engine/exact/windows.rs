//! Sums over windows of ticks, by adding only: differences of running totals would lose the
//! digits of small numbers.

/// Of each position the sum of the last `length` numbers up to there, from last to first; in a
/// number of steps that does not depend on `length` (van Herk 1992; Gil & Werman 1993).
pub(super) fn sums_reversed(numbers: &[f64], length: usize) -> Vec<f64> {
    let count = numbers.len();
    let length = length.clamp(1, count.max(1));
    // Sums from the start of each block of `length` on, and up to its end.
    let mut starts = vec![0.0; count];
    let mut ends = vec![0.0; count];
    for block in (0..count).step_by(length) {
        let range = block..(block + length).min(count);
        let mut sum = 0.0;
        for at in range.clone() {
            sum += numbers[at];
            starts[at] = sum;
        }
        sum = 0.0;
        for at in range.rev() {
            sum += numbers[at];
            ends[at] = sum;
        }
    }
    (0..count)
        .rev()
        .map(|at| {
            if at < length || (at + 1) % length == 0 {
                starts[at]
            } else {
                ends[at + 1 - length] + starts[at]
            }
        })
        .collect()
}

/// Window sums for the different lengths of some ranges of ticks.
#[derive(Debug)]
pub(super) struct Windows {
    lengths: Vec<usize>,
    sums: Vec<Vec<f64>>,
    count: usize,
}

impl Windows {
    pub(super) fn of(numbers: &[f64], lengths: impl Iterator<Item = usize>) -> Self {
        let mut lengths: Vec<usize> = lengths.collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self {
            sums: lengths.iter().map(|it| sums_reversed(numbers, *it)).collect(),
            lengths,
            count: numbers.len(),
        }
    }

    /// Of each distance d from 0 on, the sum of the numbers at t with t + d in the range.
    #[inline]
    pub(super) fn before(&self, range: &std::ops::Range<usize>) -> &[f64] {
        let length = self
            .lengths
            .binary_search(&range.len())
            .expect("its length was announced");
        &self.sums[length][self.count - range.end..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hold_the_sums_of_what_is_in_them() {
        let numbers: Vec<f64> = (0..50).map(|it| f64::from(it * it % 13)).collect();
        let ranges = [0..50, 0..1, 49..50, 3..10, 17..24, 40..50, 5..5 + 31];
        let windows = Windows::of(&numbers, ranges.iter().map(ExactSizeIterator::len));
        for range in &ranges {
            let before = windows.before(range);
            assert_eq!(before.len(), range.end);
            for (distance, is) in before.iter().enumerate() {
                let inside = (0..50).filter(|tick| range.contains(&(tick + distance)));
                let sum: f64 = inside.map(|tick| numbers[tick]).sum();
                assert_eq!(*is, sum, "{range:?} at {distance}");
            }
        }
    }
}
