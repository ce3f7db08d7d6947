//! Random numbers one after the other that cost nothing to begin: a counter, scrambled.

use std::convert::Infallible;

use rand::TryRng;

use super::{GOLDEN, Key, mix, uniform_of};

/// As many random numbers as are wanted, where many are begun and few drawn from each.
///
/// This is `SplitMix64` (Steele, Lea & Flood, *Fast splittable pseudorandom number generators*,
/// OOPSLA 2014), begun anywhere in its cycle of 2⁶⁴: ample for the draws of one split, while a
/// [`Stream`](super::Stream) serves whoever needs millions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence(u64);

/// Fraction bits of √5: keeps a key's sequence apart from its bits and its stream.
const SEQUENCED: u64 = 0x3c6e_f372_fe94_f82b;

impl Key {
    /// As many random numbers as are wanted, begun at no cost: always the same for the same key.
    #[inline]
    #[must_use]
    pub fn sequence(self) -> Sequence {
        Sequence(self.0 ^ SEQUENCED)
    }
}

impl Sequence {
    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Passes over as many words of 64 bits.
    #[inline]
    pub(super) fn skip(&mut self, words: usize) {
        self.0 = self.0.wrapping_add(GOLDEN.wrapping_mul(words as u64));
    }

    /// A uniform number in the open interval (0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        uniform_of(self.bits())
    }
}

impl TryRng for Sequence {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(8) {
            let random = self.bits().to_le_bytes();
            part.copy_from_slice(&random[..part.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;
    use rand_distr::Distribution as _;

    use super::*;

    #[test]
    fn what_a_seed_means_is_pinned() {
        // A change of these numbers changes every forecast: name it in the change log.
        let mut sequence = Key::new(1).with(2).sequence();
        assert_eq!([sequence.bits(), sequence.bits()], PINNED);
    }

    const PINNED: [u64; 2] = [1_470_062_541_209_729_809, 15_831_999_297_071_506_163];

    #[test]
    fn a_sequence_a_stream_and_a_key_are_strangers() {
        // The mean of 1000 distances of 64 fair bits: standard error 4 / √1000 = 0.126.
        let family = Key::new(3);
        let distance = |pair: &dyn Fn(Key) -> (u64, u64)| {
            let sum: u32 = (0..1000)
                .map(|word| pair(family.with(word)))
                .map(|(one, other)| (one ^ other).count_ones())
                .sum();
            f64::from(sum) / 1000.0
        };
        let distances = [
            distance(&|key| (key.sequence().bits(), key.bits())),
            distance(&|key| (key.sequence().bits(), key.stream().bits())),
            distance(&|key| {
                let mut sequence = key.sequence();
                (sequence.bits(), sequence.bits())
            }),
        ];
        for distance in distances {
            assert!((distance - 32.0).abs() < 5.0 * 0.126, "mean distance {distance}");
        }
    }

    #[test]
    fn a_sequence_is_uniform_within_and_across_keys() {
        // 1000 keys of 100 numbers in 100 cells, by number and by place in the sequence: 9,801
        // degrees of freedom, hence sd 140.
        let mut cells = vec![[0_u32; 100]; 100];
        for word in 0..10_000 {
            let mut sequence = Key::new(5).with(word).sequence();
            for cells in &mut cells {
                cells[(sequence.uniform() * 100.0) as usize] += 1;
            }
        }
        let off: f64 = cells
            .iter()
            .flatten()
            .map(|it| (f64::from(*it) - 1e2).powi(2) / 1e2)
            .sum();
        assert!((off - 9_900.0).abs() < 5.0 * 140.7, "chi-square {off}");
    }

    #[test]
    fn laws_of_the_library_can_be_drawn_with_it() {
        // The mean of 10,000 squared normal numbers: standard error √2 / 100.
        let mut sequence = Key::new(9).sequence();
        let normal = rand_distr::StandardNormal;
        let square = (0..10_000)
            .map(|_| {
                let z: f64 = normal.sample(&mut sequence);
                z * z
            })
            .sum::<f64>()
            / 1e4;
        assert!((square - 1.0).abs() < 5.0 * 0.0142, "mean square {square}");
        let mut bytes = [0; 11];
        sequence.clone().fill_bytes(&mut bytes);
        assert_eq!(bytes[..8], sequence.bits().to_le_bytes());
    }
}
