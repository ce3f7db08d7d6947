//! A customer on the way, and what it carries.

use std::fmt::Debug;

use crate::plan::Field;

/// A customer on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traveller<P> {
    /// Which luck.
    pub(super) key: u64,
    /// The bits that chose the branch it is on.
    pub(super) luck: u64,
    /// What else is known of it.
    pub(super) pocket: P,
    /// When it was at the last step.
    pub(super) tick: u32,
    /// Where the cells of its row of groups start in the ledger.
    pub(super) row: u32,
}

impl<P: Pocket> Traveller<P> {
    /// What is remembered in a field.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(super) fn get(&self, field: Field, store: &Store) -> u64 {
        self.pocket.word(store, field.word) >> field.shift & field.mask
    }

    /// Remembers something else in a field.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(super) fn set(&mut self, field: Field, value: u64, store: &mut Store) {
        let word = self.pocket.word(store, field.word);
        let word = word & !(field.mask << field.shift) | value << field.shift;
        self.pocket.set_word(store, field.word, word);
    }
}

/// Where the words of a customer's memory are.
pub(crate) trait Pocket: Copy + Debug {
    /// A pocket with these words in it.
    fn with(words: &[u64], store: &mut Store) -> Self;
    /// A word.
    fn word(self, store: &Store, at: u32) -> u64;
    /// Changes a word.
    fn set_word(&mut self, store: &mut Store, at: u32, word: u64);
    /// Gives back what it takes in the store.
    fn empty(self, store: &mut Store);
}

/// A few words travel with the customer; `WORDS` is a power of two.
impl<const WORDS: usize> Pocket for [u64; WORDS] {
    #[inline]
    fn with(words: &[u64], _: &mut Store) -> Self {
        std::array::from_fn(|at| words.get(at).copied().unwrap_or(0))
    }

    #[inline]
    fn word(self, _: &Store, at: u32) -> u64 {
        self[at as usize & (WORDS - 1)]
    }

    #[inline]
    fn set_word(&mut self, _: &mut Store, at: u32, word: u64) {
        self[at as usize & (WORDS - 1)] = word;
    }

    #[inline]
    fn empty(self, _: &mut Store) {}
}

/// Many words stay behind, in the store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Locker(u32);

impl Pocket for Locker {
    fn with(words: &[u64], store: &mut Store) -> Self {
        let locker = Self(store.free.pop().unwrap_or_else(|| {
            store.words.resize(store.words.len() + store.width, 0);
            (store.words.len() / store.width - 1) as u32
        }));
        let first = locker.0 as usize * store.width;
        store.words[first..first + store.width].copy_from_slice(words);
        locker
    }

    fn word(self, store: &Store, at: u32) -> u64 {
        store.words[self.0 as usize * store.width + at as usize]
    }

    fn set_word(&mut self, store: &mut Store, at: u32, word: u64) {
        store.words[self.0 as usize * store.width + at as usize] = word;
    }

    fn empty(self, store: &mut Store) {
        store.free.push(self.0);
    }
}

/// What lockers stand for.
#[derive(Debug)]
pub(crate) struct Store {
    width: usize,
    words: Vec<u64>,
    free: Vec<u32>,
}

impl Store {
    /// For pockets of this many words.
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            words: Vec::new(),
            free: Vec::new(),
        }
    }
}
