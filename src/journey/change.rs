//! Changes of values: variants, calendar entries and `--set` are all this.

use super::assumption::AssumptionId;
use super::delay::DelayLaw;
use super::tree::{Key, Leaf, Tree};
use super::{BranchId, DelayId, StreamId};
use crate::clock::TickRange;

/// Changes of one source, which apply together.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSet {
    /// The variant's or calendar entry's id, or `--set`.
    pub name: String,
    /// When they hold: a tick belongs to the day it starts on.
    pub ticks: TickRange,
    /// The changes, in the order of the file.
    pub changes: Vec<ResolvedChange>,
}

/// A change of one value.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedChange {
    /// The path as written.
    pub path: String,
    /// What it changes.
    pub target: ChangeTarget,
    /// For whom: all of these hold.
    pub cases: Vec<(Key, Case)>,
    /// How.
    pub op: Op,
    /// The branch that gives or takes the difference.
    pub against: Option<BranchId>,
}

impl ResolvedChange {
    /// Whether it concerns a customer whose keys have the values that `value_of` tells.
    pub fn concerns(&self, value_of: &impl Fn(Key) -> u32) -> bool {
        self.cases.iter().all(|(key, case)| case.holds(value_of(*key)))
    }
}

/// Which values of a key a change is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Case {
    /// This one.
    Is(u32),
    /// All but these: the `else` of a table.
    NoneOf(Vec<u32>),
}

impl Case {
    fn holds(&self, value: u32) -> bool {
        match self {
            Self::Is(it) => *it == value,
            Self::NoneOf(named) => !named.contains(&value),
        }
    }
}

/// What a change changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeTarget {
    /// An assumption that is not the chance of a branch.
    Assumption(AssumptionId),
    /// The chance of a branch, given or drawn from counts.
    Chance(BranchId),
    /// The delay of a branch.
    Delay(DelayId),
    /// The delay of a branch that has none so far.
    NoDelay(BranchId),
    /// All arrivals of a stream.
    Volume(StreamId),
}

/// How a value changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// It becomes this.
    To(Tree<Leaf>),
    /// The delay becomes this.
    ToDelay(Tree<DelayLaw>),
    /// It is multiplied.
    Times(f64),
    /// This is added; days on a delay.
    Add(f64),
}
