//! What is remembered of a customer, packed into words of 64 bits.

use crate::journey::Key;

/// Where one remembered value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Which word.
    pub word: u32,
    /// Its lowest bit.
    pub shift: u32,
    /// Its bits, shifted down.
    pub mask: u64,
}

impl Field {
    /// The value in these words.
    #[inline]
    #[must_use]
    pub fn get(self, words: &[u64]) -> u64 {
        words[self.word as usize] >> self.shift & self.mask
    }

    /// The value in the words that start at `first`.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    #[must_use]
    pub fn get_at(self, words: &[u64], first: usize) -> u64 {
        words[first + self.word as usize] >> self.shift & self.mask
    }

    /// Puts a value into these words.
    #[inline]
    pub fn set(self, words: &mut [u64], value: u64) {
        let word = &mut words[self.word as usize];
        *word = *word & !(self.mask << self.shift) | value << self.shift;
    }
}

/// What is remembered of a customer, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// How many words one customer needs.
    pub words: usize,
    /// Whether the customer has converted.
    pub converted: Field,
    /// The furthest stage, from 1; 0 before the first.
    pub stage: Field,
    /// The keys that something looks at after arrival.
    pub keys: Vec<(Key, Field)>,
    used: u32,
}

impl Memory {
    /// Memory for the funnel and conversion only.
    #[must_use]
    pub fn new(stages: usize) -> Self {
        let nowhere = Field {
            word: 0,
            shift: 0,
            mask: 0,
        };
        let mut memory = Self {
            words: 1,
            converted: nowhere,
            stage: nowhere,
            keys: Vec::new(),
            used: 0,
        };
        memory.converted = memory.add(2);
        memory.stage = memory.add(stages + 1);
        memory
    }

    /// Room for a key with this many values.
    pub fn remember(&mut self, key: Key, size: usize) {
        if self.field(key).is_none() {
            let field = self.add(size);
            self.keys.push((key, field));
        }
    }

    /// Where a key stands.
    #[must_use]
    pub fn field(&self, key: Key) -> Option<Field> {
        self.keys.iter().find(|it| it.0 == key).map(|it| it.1)
    }

    /// Room for something that has this many values.
    pub(crate) fn add(&mut self, size: usize) -> Field {
        let bits = usize::BITS - size.saturating_sub(1).leading_zeros();
        if self.used + bits > 64 {
            self.words += 1;
            self.used = 0;
        }
        let word = u32::try_from(self.words - 1).expect("attributes are few");
        let field = Field {
            word,
            shift: self.used,
            mask: (1 << bits) - 1,
        };
        self.used += bits;
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::AttributeId;

    #[test]
    fn fields_do_not_touch_one_another() {
        let mut memory = Memory::new(7);
        for at in 0..12 {
            memory.remember(Key::Attribute(AttributeId(at)), 1000);
        }
        let mut words = vec![0; memory.words];
        for (at, (_, field)) in memory.keys.iter().enumerate() {
            field.set(&mut words, 999 - at as u64);
        }
        memory.stage.set(&mut words, 7);
        memory.keys[3].1.set(&mut words, 5);
        let values: Vec<u64> = memory.keys.iter().map(|it| it.1.get(&words)).collect();
        assert_eq!(values, [999, 998, 997, 5, 995, 994, 993, 992, 991, 990, 989, 988]);
        assert_eq!(
            (memory.stage.get(&words), memory.converted.get(&words), memory.words),
            (7, 0, 2)
        );
    }
}
