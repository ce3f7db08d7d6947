//! Who is where, and who is on the way to where.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::random::Key;

use super::delays::{Delays, Later};
use super::roads::Road;

/// Nobody needs to be told who gets there: the journey ends, and nothing is booked.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Customers by state, and on the way.
#[derive(Debug)]
pub(super) struct Crowd {
    /// By rank: who has arrived and has not moved on.
    here: Vec<u64>,
    /// By rank, one bit each: whether that is anybody.
    is_here: Vec<u64>,
    /// By ring and tick: who lands.
    landing: Vec<u64>,
    /// By ring: the last tick at which somebody lands.
    last: Vec<u32>,
    /// By ring, one bit each: whether somebody is on the way.
    is_flying: Vec<u64>,
    pooled: Vec<u64>,
    /// By pool, one bit each: whether anybody is in it.
    is_pooled: Vec<u64>,
    /// Who lands so late that the ring has no place for it: tick, ring, count.
    far: BinaryHeap<Reverse<(u32, u32, u64)>>,
    /// By rank: the key of its draws in this replication.
    luck: Vec<Key>,
    /// The key of all draws in this replication.
    all_luck: Key,
    ticks: u32,
}

impl Crowd {
    pub(super) fn new(states: usize, delays: &Delays, ticks: u32) -> Self {
        let words = |bits: usize| vec![0; bits.div_ceil(64)];
        Self {
            here: vec![0; states],
            is_here: words(states),
            landing: vec![0; delays.places],
            last: vec![0; delays.rings.len()],
            is_flying: words(delays.rings.len()),
            pooled: vec![0; delays.pools.len()],
            is_pooled: words(delays.pools.len()),
            far: BinaryHeap::new(),
            luck: vec![Key::new(0); states],
            all_luck: Key::new(0),
            ticks,
        }
    }

    /// Every state gets the luck of a new replication, and nobody is on the way without end.
    pub(super) fn begin(&mut self, luck: Key, keys: &[u64]) {
        self.all_luck = luck;
        for (mine, key) in self.luck.iter_mut().zip(keys) {
            *mine = luck.with(*key);
        }
        // All others have landed by the horizon.
        self.pooled.fill(0);
        self.is_pooled.fill(0);
        self.last.fill(0);
    }

    /// Takes everybody away, wherever they are.
    pub(super) fn clear(&mut self) {
        for numbers in [
            &mut self.here,
            &mut self.is_here,
            &mut self.landing,
            &mut self.is_flying,
        ] {
            numbers.fill(0);
        }
        self.far.clear();
    }

    /// The key of what a state decides at a tick.
    #[inline]
    pub(super) fn luck(&self, rank: u32, tick: u32) -> Key {
        self.luck[rank as usize].with(u64::from(tick))
    }

    /// The key of what is decided about the customers of a source at a tick.
    pub(super) fn luck_of(&self, source: u64, tick: u32) -> Key {
        self.all_luck.with(source).with(u64::from(tick))
    }

    /// Customers arrive in a state.
    #[inline]
    pub(super) fn arrive(&mut self, rank: u32, count: u64) {
        if rank != NOWHERE {
            self.here[rank as usize] += count;
            self.is_here[rank as usize / 64] |= 1 << (rank % 64);
        }
    }

    /// The first state from `rank` on and before `until` where somebody is.
    #[inline]
    pub(super) fn next_here(&self, rank: usize, until: usize) -> Option<usize> {
        let mut word = rank / 64;
        let mut bits = self.is_here.get(word)? & (u64::MAX << (rank % 64));
        while bits == 0 {
            word += 1;
            if word * 64 >= until {
                return None;
            }
            bits = self.is_here[word];
        }
        let found = word * 64 + bits.trailing_zeros() as usize;
        (found < until).then_some(found)
    }

    /// Takes everybody who is in a state.
    #[inline]
    pub(super) fn take(&mut self, rank: usize) -> u64 {
        self.is_here[rank / 64] &= !(1 << (rank % 64));
        std::mem::take(&mut self.here[rank])
    }

    /// Those whose way ends at this tick arrive; `landed` counts them by edge.
    pub(super) fn land(&mut self, delays: &Delays, tick: u32, landed: &mut [u64]) {
        while let Some(Reverse((when, ring, count))) = self.far.peek().copied()
            && when == tick
        {
            self.far.pop();
            let it = &delays.rings[ring as usize];
            landed[it.edge as usize] += count;
            self.arrive(it.to, count);
        }
        for word in 0..self.is_flying.len() {
            let mut bits = self.is_flying[word];
            while bits != 0 {
                let ring = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let it = &delays.rings[ring];
                let count = std::mem::take(&mut self.landing[(it.first + (tick & it.mask)) as usize]);
                if count > 0 {
                    landed[it.edge as usize] += count;
                    self.arrive(it.to, count);
                }
                if self.last[ring] <= tick {
                    self.is_flying[word] &= !(1 << (ring % 64));
                }
            }
        }
        for word in 0..self.is_pooled.len() {
            let mut bits = self.is_pooled[word];
            while bits != 0 {
                let pool = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let it = &delays.pools[pool];
                let luck = self.luck(it.from, tick).with(it.key);
                let count = it.landing.draw(self.pooled[pool], &mut luck.sequence());
                if count == 0 {
                    continue;
                }
                self.pooled[pool] -= count;
                if self.pooled[pool] == 0 {
                    self.is_pooled[word] &= !(1 << (pool % 64));
                }
                landed[it.edge as usize] += count;
                self.arrive(it.to, count);
            }
        }
    }

    /// Customers set out on a road, to land at a later tick; `luck` is that of their state.
    #[inline]
    pub(super) fn set_out(&mut self, delays: &Delays, road: &Road, tick: u32, count: u64, luck: Key) {
        let lane = road.lane as usize;
        let later = &delays.all[road.delay as usize].later;
        if let Later::Memoryless(_) = later {
            self.pooled[lane] += count;
            self.is_pooled[lane / 64] |= 1 << (lane % 64);
            return;
        }
        let ring = &delays.rings[lane];
        let (first, mask) = (ring.first, ring.mask);
        let before_end = self.ticks - 1 - tick;
        let reach = before_end.min(mask + 1);
        let mut furthest = 0;
        match later {
            Later::Memoryless(_) => {}
            Later::At(delay) => {
                if *delay <= reach {
                    furthest = *delay;
                    self.landing[(first + ((tick + delay) & mask)) as usize] += count;
                }
            }
            Later::Spread(shortest, shares) => shares.split(count, &mut luck.with(road.key).sequence(), |at, count| {
                let delay = shortest + at as u32;
                if delay <= reach {
                    furthest = furthest.max(delay);
                    self.landing[(first + ((tick + delay) & mask)) as usize] += count;
                } else if delay <= before_end {
                    self.far.push(Reverse((tick + delay, road.lane, count)));
                }
            }),
        }
        if furthest > 0 {
            self.last[lane] = self.last[lane].max(tick + furthest);
            self.is_flying[lane / 64] |= 1 << (lane % 64);
        }
    }
}
