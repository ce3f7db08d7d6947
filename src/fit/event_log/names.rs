//! Many names kept once each, numbered in order of first appearance.

/// Names, one after the other in one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, at: usize) -> &str {
        &self.text[self.begin(at)..self.ends[at] as usize]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    fn begin(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }

    fn bytes(&self, at: usize) -> &[u8] {
        &self.text.as_bytes()[self.begin(at)..self.ends[at] as usize]
    }

    /// Whether there is room for one more name of this length.
    fn has_room(&self, bytes: usize) -> bool {
        u32::try_from(self.text.len() + bytes).is_ok() && self.ends.len() < u32::MAX as usize
    }
}

/// A slot nobody has taken.
const FREE: u64 = u64::MAX;
/// No number of a name.
const NOBODY: u32 = u32::MAX;
/// Slots of the smallest table, as a power of two.
const BITS_MIN: u32 = 6;

/// Names that can be looked up: a table with open places, of hash and number of a name each.
#[derive(Debug, Clone)]
pub(super) struct Numbering {
    names: Names,
    /// The hash in the upper half, the number in the lower one.
    slots: Vec<u64>,
    bits: u32,
}

impl Default for Numbering {
    fn default() -> Self {
        Self {
            names: Names::default(),
            slots: vec![FREE; 1 << BITS_MIN],
            bits: BITS_MIN,
        }
    }
}

impl Numbering {
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    pub(super) fn into_names(self) -> Names {
        self.names
    }

    /// Forgets all names.
    pub(super) fn clear(&mut self) {
        self.names.text.clear();
        self.names.ends.clear();
        self.slots.fill(FREE);
    }

    /// For each hash the number of the first name with it, or [`NOBODY`], for
    /// [`number_near`](Self::number_near). All that will be looked at is brought near in a few rounds, many
    /// places at once: waiting for one after the other would take longer than everything else.
    pub(super) fn look_up(&self, hashes: impl Iterator<Item = u32> + Clone, numbers: &mut Vec<u32>) {
        let shift = u32::BITS - self.bits;
        let slots = hashes
            .clone()
            .fold(0, |seen, hash| seen ^ self.slots[(hash >> shift) as usize]);
        numbers.clear();
        numbers.extend(hashes.map(|hash| self.first_with(hash)));
        let known = || numbers.iter().filter(|it| **it != NOBODY);
        let ends = known().fold(0, |seen, number| seen ^ self.names.ends[*number as usize]);
        let begin = |number: u32| self.names.begin(number as usize);
        let bytes = self.names.text.as_bytes();
        let text = known().fold(0, |seen, number| seen ^ bytes.get(begin(*number)).copied().unwrap_or(0));
        std::hint::black_box((slots, ends, text));
    }

    fn first_with(&self, hash: u32) -> u32 {
        let mut slot = (hash >> (u32::BITS - self.bits)) as usize;
        loop {
            let held = self.slots[slot];
            if held == FREE {
                return NOBODY;
            }
            if (held >> 32) as u32 == hash {
                return held as u32;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// As [`number`](Self::number), of a name that is probably the one with the number `near`.
    #[inline]
    pub(super) fn number_near(&mut self, near: u32, hash: u32, name: &[u8]) -> Option<u32> {
        if near != NOBODY && is_same(self.names.bytes(near as usize), name) {
            return Some(near);
        }
        self.number(hash, name)
    }

    /// The number of a name with this hash; a new one if it is new. None if it is no UTF-8 or if four
    /// gigabytes are full.
    #[inline]
    pub(super) fn number(&mut self, hash: u32, name: &[u8]) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut slot = (hash >> (u32::BITS - self.bits)) as usize;
        loop {
            let held = self.slots[slot];
            if held == FREE {
                return self.add(hash, name, slot);
            }
            if (held >> 32) as u32 == hash && self.names.bytes(held as u32 as usize) == name {
                return Some(held as u32);
            }
            slot = (slot + 1) & mask;
        }
    }

    #[cold]
    fn add(&mut self, hash: u32, name: &[u8], slot: usize) -> Option<u32> {
        let text = std::str::from_utf8(name)
            .ok()
            .filter(|it| self.names.has_room(it.len()))?;
        let number = self.names.len() as u32;
        self.names.text.push_str(text);
        self.names.ends.push(self.names.text.len() as u32);
        self.slots[slot] = u64::from(hash) << 32 | u64::from(number);
        if self.names.len() * 4 > self.slots.len() * 3 && self.bits < u32::BITS {
            self.grow();
        }
        Some(number)
    }

    fn grow(&mut self) {
        self.bits += 1;
        let mut slots = vec![FREE; 1 << self.bits];
        let mask = slots.len() - 1;
        for held in self.slots.iter().copied().filter(|it| *it != FREE) {
            let mut slot = ((held >> 32) as u32 >> (u32::BITS - self.bits)) as usize;
            while slots[slot] != FREE {
                slot = (slot + 1) & mask;
            }
            slots[slot] = held;
        }
        self.slots = slots;
    }
}

/// A number that hardly any two names share by accident: two words of the name multiplied, both halves
/// of the product multiplied again (the way of Wang Yi's wyhash).
#[inline]
pub(super) fn hash(name: &[u8]) -> u32 {
    let length = name.len() as u64;
    let (first, last) = match name.len() {
        0 => (0, 0),
        1..=3 => {
            let ends = u64::from(name[0]) << 8 | u64::from(name[name.len() - 1]);
            (ends, u64::from(name[name.len() / 2]))
        }
        4..=8 => {
            let both = half(name) << 32 | half(&name[name.len() - 4..]);
            (both, both.rotate_left(32))
        }
        9..=16 => (word(name), word(&name[name.len() - 8..])),
        _ => {
            let body = name[..name.len() - 1].chunks_exact(16);
            let folded = body.fold(SALTS[3], |sum, it| fold(word(it) ^ SALTS[2], word(&it[8..]) ^ sum));
            let tail = &name[name.len() - 16..];
            (word(tail), word(&tail[8..]) ^ folded)
        }
    };
    let product = u128::from(first ^ SALTS[0]) * u128::from(last ^ SALTS[1]);
    let (low, high) = (product as u64, (product >> 64) as u64);
    (fold(low ^ SALTS[2] ^ length, high ^ SALTS[3]) >> 32) as u32
}

/// Odd words without pattern: the fractions of the square roots of 2, 3, 5 and 7.
const SALTS: [u64; 4] = [
    0x6a09_e667_f3bc_c909,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
];

fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}

/// Whether two names are the same; most are short, and a call takes longer than two words of them.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ends = |name: &[u8]| (word(name), word(&name[name.len() - 8..]));
    match one.len() {
        8..=16 if one.len() == other.len() => ends(one) == ends(other),
        _ => one == other,
    }
}

fn half(name: &[u8]) -> u64 {
    u64::from(u32::from_le_bytes(name[..4].try_into().expect("four bytes")))
}

fn word(name: &[u8]) -> u64 {
    u64::from_le_bytes(name[..8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_keeps_its_number() {
        let names: Vec<String> = (0..5_000)
            .map(|it| format!("{:0width$}", it * 7, width = it % 40))
            .collect();
        let mut numbering = Numbering::default();
        let mut first: Vec<&str> = Vec::new();
        for name in names.iter().chain(&names) {
            let number = numbering
                .number(hash(name.as_bytes()), name.as_bytes())
                .expect("it fits") as usize;
            let known = first.iter().position(|it| it == name).unwrap_or_else(|| {
                first.push(name);
                first.len() - 1
            });
            assert_eq!(number, known);
        }
        assert!(numbering.names().iter().eq(first));
    }

    #[test]
    fn names_looked_up_together_have_the_same_numbers() {
        let names: Vec<String> = (0..3_000)
            .map(|it| format!("{:0width$}", it % 977, width = it % 20))
            .collect();
        let (mut together, mut alone) = (Numbering::default(), Numbering::default());
        let mut near = Vec::new();
        for names in names.chunks(64) {
            // Few hashes, so that many names share one.
            let hash = |name: &String| hash(name.as_bytes()) >> 24 << 24;
            together.look_up(names.iter().map(hash), &mut near);
            for (name, near) in names.iter().zip(&near) {
                let number = together.number_near(*near, hash(name), name.as_bytes());
                assert_eq!(number, alone.number(hash(name), name.as_bytes()));
            }
        }
        assert_eq!(together.names(), alone.names());
    }

    #[test]
    fn names_of_one_hash_are_told_apart() {
        let mut numbering = Numbering::default();
        let numbers: Vec<_> = [b"a".as_slice(), b"b", b"", b"a"]
            .map(|it| numbering.number(7, it))
            .into();
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(0)]);
        assert_eq!(numbering.number(7, b"\xff"), None);
    }

    /// Of n names in 2^32 places n²/2^33 pairs meet by accident: 116 of a million.
    #[test]
    fn hardly_two_names_share_a_hash() {
        for prefix in ["", "c", "case-", "customer-number-", "00000000-0000-4000-8000-00"] {
            let mut hashes: Vec<u32> = (0..1_000_000)
                .map(|it| hash(format!("{prefix}{it}").as_bytes()))
                .collect();
            hashes.sort_unstable();
            let met = hashes.windows(2).filter(|it| it[0] == it[1]).count() as f64;
            assert!((met - 116.4).abs() < 5.0 * 116.4_f64.sqrt(), "{prefix}: {met}");
        }
    }
}
