//! A list of choices that a made-up scenario is built from; shorter lists and smaller choices make
//! simpler scenarios, so that a failing one can be shrunk.

/// A list of choices; beyond its end everything is 0.
pub(crate) struct Choices {
    list: Vec<u32>,
    next: usize,
}

impl Choices {
    pub(crate) fn new(list: Vec<u32>) -> Self {
        Self { list, next: 0 }
    }

    /// Choices that a seed stands for (`SplitMix64`).
    pub(crate) fn seeded(seed: u64) -> Self {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed >> 33) as u32
        };
        Self::new((0..2_000).map(|_| next()).collect())
    }

    /// One of `0..count`.
    pub(super) fn of(&mut self, count: usize) -> usize {
        let choice = self.list.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        choice as usize % count
    }

    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.of(from.len())].clone()
    }

    /// True once in so many times.
    pub(super) fn once_in(&mut self, count: usize) -> bool {
        self.of(count) == count - 1
    }

    /// A number from a grid of quarters.
    pub(super) fn quarters(&mut self, low: usize, high: usize) -> f64 {
        (low * 4 + self.of((high - low) * 4 + 1)) as f64 / 4.0
    }
}
