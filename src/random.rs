//! The only choice of random generator in the crate: keys that belong to what a draw decides, and
//! streams made from them.
//!
//! A draw is never "the next number": it is a function of the seed, its purpose and the names or
//! numbers of what it decides. So nothing that is added, removed or run in parallel moves it.

mod poisson;
mod sequence;
mod shares;
mod split;

use std::convert::Infallible;

pub use rand::Rng as Bits;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng as _, TryRng};

pub use poisson::poisson_quantile;
pub use sequence::Sequence;
pub use shares::Shares;
pub use split::Split;

/// What draws are for; two purposes never share a draw.
///
/// The numbers are part of what a seed means: they stay as they are, and new purposes get new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Purpose {
    /// The value of an uncertain quantity in a world.
    World = 1,
    /// The gamma factor of an arrival stream's month.
    MonthFactor = 2,
    /// How many arrive at a tick.
    Arrivals = 3,
    /// A customer that arrives.
    Customer = 4,
    /// A customer that is under way on the first day.
    Pipeline = 5,
    /// What is known of a customer.
    Attribute = 6,
    /// Which branch is taken.
    Branch = 7,
    /// How long a branch takes.
    Delay = 8,
    /// An amount that differs from customer to customer.
    Amount = 9,
    /// How a group of customers in the same state splits.
    Split = 10,
    /// Which replications a resampling takes.
    Resample = 11,
    /// Where a search tries next.
    Search = 12,
    /// Customers that are followed to see what lies before others.
    Outlook = 13,
}

/// Names one draw, or a family of draws: a seed, followed by what they decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(u64);

impl Key {
    /// The key of everything under `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(SEEDED).with(seed)
    }

    /// The key that is already spread over all bits of a number, such as that of a customer.
    #[inline]
    #[must_use]
    pub fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The part of this family that `word` tells from the others; the order of words matters.
    #[inline]
    #[must_use]
    pub fn with(self, word: u64) -> Self {
        Self(mix(self.0 ^ mix(word.wrapping_add(GOLDEN))))
    }

    /// The part of this family that serves `purpose`.
    #[inline]
    #[must_use]
    pub fn purpose(self, purpose: Purpose) -> Self {
        self.with(purpose as u64)
    }

    /// The part of this family that `text` tells from the others.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        // FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ (Fowler, Noll, Vo).
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        self.with(hash)
    }

    /// 64 random bits: always the same for the same key.
    #[inline]
    #[must_use]
    pub fn bits(self) -> u64 {
        mix(self.0.wrapping_add(GOLDEN))
    }

    /// A uniform number in the open interval (0, 1): always the same for the same key.
    #[inline]
    #[must_use]
    pub fn uniform(self) -> f64 {
        uniform_of(self.bits())
    }

    /// As many random numbers as are wanted: always the same for the same key.
    #[must_use]
    pub fn stream(self) -> Stream {
        Stream(Xoshiro256PlusPlus::seed_from_u64(self.0 ^ STREAMED))
    }

    /// A few random numbers: always the same for the same key, and at no cost to begin with.
    #[inline]
    #[must_use]
    pub fn few(self) -> Stream<Counter> {
        Stream(Counter(self.0 ^ STREAMED))
    }
}

/// 2⁶⁴ divided by the golden ratio, made odd: the increment of `SplitMix64`.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// Fraction bits of √2: where keys start.
const SEEDED: u64 = 0x6a09_e667_f3bc_c908;
/// Fraction bits of √3: keeps a key's stream apart from its bits.
const STREAMED: u64 = 0xbb67_ae85_84ca_a73b;

/// Scrambles 64 bits: one to one, and every bit of the input moves half of the output's.
///
/// The finalizer of `SplitMix64` with the constants that D. Stafford calls Mix13 (Steele, Lea &
/// Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014).
#[expect(clippy::inline_always, reason = "a call would cost more than the loop around it")]
#[inline(always)]
#[must_use]
pub fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// 64 random bits for what `word` names, of a customer whose random `key` is mixed already.
///
/// Half of [`mix`], which does where the key is random all over and words differ in more than
/// their first few bits: one to one in both, and the leading bits hang on every bit of either.
#[expect(clippy::inline_always, reason = "a call would cost more than the loop around it")]
#[inline(always)]
#[must_use]
pub fn decide(key: u64, word: u64) -> u64 {
    let bits = (key ^ word).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (bits ^ (bits >> 32)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

/// The uniform number in the open interval (0, 1) that 64 random bits stand for.
///
/// The middle of one of 2⁵² equal cells: all of them, and their distances to 1, are exact.
#[inline]
#[must_use]
pub fn uniform_of(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
}

/// Random numbers one after the other, for what needs more than one.
#[derive(Debug, Clone)]
pub struct Stream<G = Xoshiro256PlusPlus>(G);

/// `SplitMix64`: the next number is the next multiple of the golden ratio, mixed.
#[derive(Debug, Clone)]
pub struct Counter(u64);

impl TryRng for Counter {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|it| (it >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_add(GOLDEN);
        Ok(mix(self.0))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.next_u64().to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

impl<G: Rng> Stream<G> {
    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A uniform number in the open interval (0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        uniform_of(self.bits())
    }
}

impl<G: Rng> TryRng for Stream<G> {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_the_input_moves_half_of_the_output() {
        // 64 × 64 shares of 4096 trials each: standard error 0.0078, bar 5 errors (expected worst
        // of 4096 shares: 3.9 errors).
        let trials = 4096_u64;
        for input in 0..64 {
            let mut flips = [0_u32; 64];
            for trial in 0..trials {
                let bits = mix(trial.wrapping_mul(0x1234_5678_9abc_def1));
                let changed = mix(bits) ^ mix(bits ^ (1 << input));
                for (output, flips) in flips.iter_mut().enumerate() {
                    *flips += u32::from(changed >> output & 1 == 1);
                }
            }
            for flips in flips {
                let share = f64::from(flips) / trials as f64;
                assert!((share - 0.5).abs() < 5.0 * 0.0078, "bit {input}: share {share}");
            }
        }
    }

    #[test]
    fn decisions_of_one_customer_are_independent() {
        // 512 cells by bits of three decisions, 200,000 customers each: chi-square with 511 degrees
        // of freedom, standard deviation 32. The multiple of the golden ratio is that of delays.
        let step = |name: &str| Key::new(0).with_text("step").with_text(name).bits();
        let visit = |visit: u64| step("visit") ^ GOLDEN.wrapping_mul(visit);
        let words = [
            [visit(1), visit(2), visit(3)],
            [visit(1), visit(17), step("demo") ^ GOLDEN],
            [step("a") ^ GOLDEN, step("b") ^ GOLDEN, step("c") ^ GOLDEN],
            [1, 2, 3],
        ];
        for words in words {
            for (factor, shift) in [(1, 61), (GOLDEN, 61), (1, 40)] {
                let mut cells = [0_u32; 512];
                for customer in 0..200_000 {
                    let key = mix(customer);
                    let bits = |word: &u64| decide(key, *word).wrapping_mul(factor) >> shift & 7;
                    cells[words.iter().fold(0, |cell, word| cell << 3 | bits(word)) as usize] += 1;
                }
                let expected = 200_000.0 / 512.0;
                let off: f64 = cells
                    .iter()
                    .map(|it| (f64::from(*it) - expected).powi(2) / expected)
                    .sum();
                assert!(
                    (off - 511.0).abs() < 5.0 * 32.0,
                    "{words:?} * {factor} >> {shift}: chi-square {off}"
                );
            }
        }
    }

    #[test]
    fn a_branch_and_its_delay_are_independent() {
        // Also in a branch that one in 2³⁰ takes: of the numbers that choose it, every part as
        // large as the next has as many that stand for each of eight equal parts of the delays.
        for first in [0, 1 << 40, u64::MAX << 34] {
            let mut cells = [0_u32; 8];
            for at in 0..1_u64 << 16 {
                let luck = first + (at << 18);
                cells[(luck.wrapping_mul(GOLDEN) >> 61) as usize] += 1;
            }
            for count in cells {
                assert!(count.abs_diff(1 << 13) <= 64, "{first}: {cells:?}");
            }
        }
    }

    #[test]
    fn keys_that_differ_in_one_bit_of_one_word_are_strangers() {
        // The mean of 64 × 256 distances of 64 fair bits: standard error 4 / 128 = 0.031.
        let mut distance = 0;
        for trial in 0..256 {
            let family = Key::new(7).with(trial);
            for bit in 0..64 {
                let one = family.with(3).with(1).bits();
                let other = family.with(3 ^ (1 << bit)).with(1).bits();
                distance += (one ^ other).count_ones();
            }
        }
        let mean = f64::from(distance) / (64.0 * 256.0);
        assert!((mean - 32.0).abs() < 5.0 * 0.031, "mean distance {mean}");
    }

    #[test]
    fn the_order_of_words_matters() {
        let key = Key::new(1);
        assert_ne!(key.with(1).with(2), key.with(2).with(1));
        assert_ne!(key.with(0), key);
        assert_ne!(key.with_text("ab"), key.with_text("ba"));
        assert_ne!(key.purpose(Purpose::World), key.purpose(Purpose::MonthFactor));
    }

    #[test]
    fn what_a_seed_means_is_pinned() {
        // A change of these numbers changes every forecast: name it in the change log.
        let key = Key::new(1).purpose(Purpose::World).with_text("visit");
        assert_eq!(key.bits(), PINNED.0);
        assert_eq!(key.stream().bits(), PINNED.1);
    }

    const PINNED: (u64, u64) = (2_365_647_072_738_750_525, 3_109_307_976_578_902_175);

    #[test]
    fn a_uniform_number_is_never_an_end_of_the_interval() {
        assert!(uniform_of(0) > 0.0);
        assert!(uniform_of(u64::MAX) < 1.0);
        assert_eq!((1.0 - uniform_of(u64::MAX)).to_bits(), uniform_of(0).to_bits());
    }

    #[test]
    fn uniform_numbers_of_neighbouring_keys_are_uniform() {
        // 100 cells, 100,000 numbers: chi-square with 99 degrees of freedom, mean 99, sd 14.1.
        let mut cells = [0_u32; 100];
        let family = Key::new(1).purpose(Purpose::Customer);
        for word in 0..100_000 {
            cells[(family.with(word).uniform() * 100.0) as usize] += 1;
        }
        let off: f64 = cells.iter().map(|it| (f64::from(*it) - 1e3).powi(2) / 1e3).sum();
        assert!((off - 99.0).abs() < 5.0 * 14.1, "chi-square {off}");
    }
}
