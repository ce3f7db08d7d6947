//! `by` tables: what holds for which customer, and the combinations that have to be told apart.

use std::collections::{BTreeMap, BTreeSet};

use super::AttributeId;
use super::assumption::{AssumptionId, DrawId};
use super::law::Law;

/// What a `by` table looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The arrival stream; the number after the last stream stands for the pipeline.
    Arrival,
    /// An attribute, by the number of its value.
    Attribute(AttributeId),
}

/// A value that may depend on the customer.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree<T> {
    /// The same for all.
    Leaf(T),
    /// By the value of a key.
    By {
        /// What it looks at.
        key: Key,
        /// The value's number, how it is written, and what holds for it.
        cases: Vec<(u32, String, Tree<T>)>,
        /// What holds for all other values.
        otherwise: Option<Box<Tree<T>>>,
    },
}

impl<T> Tree<T> {
    /// What holds for a customer whose keys have the values that `value_of` tells.
    ///
    /// # Panics
    ///
    /// If a value has no case, which `build` refuses.
    pub fn leaf(&self, value_of: &impl Fn(Key) -> u32) -> &T {
        let mut tree = self;
        loop {
            match tree {
                Self::Leaf(leaf) => return leaf,
                Self::By { key, cases, otherwise } => {
                    let value = value_of(*key);
                    let named = cases.iter().find(|(it, _, _)| *it == value).map(|(_, _, tree)| tree);
                    tree = named.or(otherwise.as_deref()).expect("every value has a case");
                }
            }
        }
    }

    /// Every leaf with the case labels that lead to it (`else` for the others).
    pub fn leaves(&self) -> Vec<(Vec<&str>, &T)> {
        let mut found = Vec::new();
        self.collect(&mut Vec::new(), &mut found);
        found
    }

    fn collect<'a>(&'a self, labels: &mut Vec<&'a str>, found: &mut Vec<(Vec<&'a str>, &'a T)>) {
        match self {
            Self::Leaf(leaf) => found.push((labels.clone(), leaf)),
            Self::By { cases, otherwise, .. } => {
                for (_, label, tree) in cases {
                    labels.push(label);
                    tree.collect(labels, found);
                    labels.pop();
                }
                if let Some(tree) = otherwise {
                    labels.push("else");
                    tree.collect(labels, found);
                    labels.pop();
                }
            }
        }
    }

    /// Notes which values of which keys this tree tells apart.
    pub(crate) fn mark(&self, note: &mut impl FnMut(Key, u32)) {
        if let Self::By { key, cases, otherwise } = self {
            for (value, _, tree) in cases {
                note(*key, *value);
                tree.mark(note);
            }
            if let Some(tree) = otherwise {
                tree.mark(note);
            }
        }
    }
}

/// One value of an assumption.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// Its full path, case labels included.
    pub path: String,
    /// What it is.
    pub value: LeafValue,
    /// Where it comes from.
    pub source: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LeafValue {
    /// Known.
    Known(f64),
    /// Drawn once per world.
    Drawn(DrawId),
    /// Drawn every time it is booked.
    Each(Law),
    /// The same as this entry of `[values]`.
    Value(AssumptionId),
}

/// The combinations of key values that have to be told apart, numbered from 0.
///
/// Values that no table names are one class; so the number of combinations is bounded by what
/// the file spells out, not by how many values a counter has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CaseSpace {
    axes: Vec<Axis>,
    len: usize,
}

#[derive(Debug, Clone, PartialEq)]
struct Axis {
    key: Key,
    /// Class of every value.
    class_of: Vec<u32>,
    /// One value of every class.
    representative: Vec<u32>,
    stride: usize,
}

impl CaseSpace {
    /// The space that tells apart what `mark` notes; `size_of` says how many values a key has.
    /// `None` if there would be more than `len_max` combinations.
    pub(crate) fn new(
        mark: impl FnOnce(&mut dyn FnMut(Key, u32)),
        size_of: impl Fn(Key) -> usize,
        len_max: usize,
    ) -> Option<Self> {
        let mut named: BTreeMap<Key, BTreeSet<u32>> = BTreeMap::new();
        mark(&mut |key, value| {
            // The pipeline may have a case where nobody is in it.
            if (value as usize) < size_of(key) {
                named.entry(key).or_default().insert(value);
            }
        });
        let mut axes = Vec::new();
        let mut len = 1_usize;
        for (key, mut values) in named {
            let size = size_of(key);
            // Nobody comes from a pipeline that is not there, though tables may name it.
            values.retain(|it| (*it as usize) < size);
            let axis = Axis::new(key, &values, size, len);
            len = len.checked_mul(axis.representative.len()).filter(|it| *it <= len_max)?;
            axes.push(axis);
        }
        Some(Self { axes, len })
    }

    /// How many combinations there are; 1 if nothing depends on the customer.
    #[must_use]
    pub fn count(&self) -> usize {
        self.len.max(1)
    }

    /// The keys that matter, each with its class by value and the stride of its classes: the
    /// number of a combination is the sum of class times stride.
    pub fn axes(&self) -> impl Iterator<Item = (Key, &[u32], usize)> {
        self.axes
            .iter()
            .map(|axis| (axis.key, axis.class_of.as_slice(), axis.stride))
    }

    /// The number of the combination a customer is in.
    pub fn cell(&self, value_of: &impl Fn(Key) -> u32) -> usize {
        self.axes
            .iter()
            .map(|it| it.class_of[value_of(it.key) as usize] as usize * it.stride)
            .sum()
    }

    /// A value of `key` that lies in combination `cell`; 0 where the key does not matter.
    #[must_use]
    pub fn representative(&self, cell: usize, key: Key) -> u32 {
        let axis = self.axes.iter().find(|it| it.key == key);
        axis.map_or(0, |it| it.representative[cell / it.stride % it.representative.len()])
    }
}

impl Axis {
    fn new(key: Key, named: &BTreeSet<u32>, size: usize, stride: usize) -> Self {
        let mut class_of = vec![u32::MAX; size];
        let mut representative = Vec::new();
        for value in named {
            class_of[*value as usize] = u32::try_from(representative.len()).expect("counters are bounded");
            representative.push(*value);
        }
        if let Some(other) = class_of.iter().position(|it| *it == u32::MAX) {
            let others = u32::try_from(representative.len()).expect("counters are bounded");
            representative.push(u32::try_from(other).expect("counters are bounded"));
            for class in class_of.iter_mut().filter(|it| **it == u32::MAX) {
                *class = others;
            }
        }
        Self {
            key,
            class_of,
            representative,
            stride,
        }
    }
}

/// Notes what a tree and the values it refers to tell apart.
pub(crate) fn mark_values(assumptions: &[super::Assumption], tree: &Tree<Leaf>, note: &mut dyn FnMut(Key, u32)) {
    let mut open = vec![tree];
    // Values may be referred to again and again, so that the ways to them are without number.
    let mut seen = BTreeSet::new();
    while let Some(tree) = open.pop() {
        tree.mark(&mut |key, value| note(key, value));
        for (_, leaf) in tree.leaves() {
            if let LeafValue::Value(id) = leaf.value
                && seen.insert(id)
            {
                open.push(&assumptions[id.index()].tree);
            }
        }
    }
}
