//! Rules on one customer, with every name resolved to a number.

use super::StepId;
use super::draft::Operator;
use super::tree::Key;

/// What one comparison of a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Atom {
    /// The number of a key's value.
    Key(Key),
    /// How often the customer has reached this step.
    Visits(StepId),
    /// Whole days since arrival.
    Days,
    /// Calendar month of the tick.
    Month,
    /// Weekday of the tick.
    Weekday,
}

/// A condition, as a tree of comparisons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Holds always.
    Always,
    /// All hold.
    And(Vec<Rule>),
    /// At least one holds.
    Or(Vec<Rule>),
    /// It does not hold.
    Not(Box<Rule>),
    /// Whether what the atom looks at compares like this with a number. For a counter the
    /// number has its smallest value taken off, so it may be negative.
    Compare(Atom, Operator, i64),
}

impl Rule {
    /// Calls `see` with every comparison.
    pub fn each_atom(&self, see: &mut impl FnMut(Atom, Operator, i64)) {
        match self {
            Self::Always => {}
            Self::And(rules) | Self::Or(rules) => rules.iter().for_each(|it| it.each_atom(see)),
            Self::Not(rule) => rule.each_atom(see),
            Self::Compare(atom, operator, value) => see(*atom, *operator, *value),
        }
    }

    /// Whether it holds for a customer of whom `look` tells what an atom looks at.
    pub fn holds(&self, look: &impl Fn(Atom) -> i64) -> bool {
        match self {
            Self::Always => true,
            Self::And(rules) => rules.iter().all(|it| it.holds(look)),
            Self::Or(rules) => rules.iter().any(|it| it.holds(look)),
            Self::Not(rule) => !rule.holds(look),
            Self::Compare(atom, operator, value) => operator.holds(look(*atom), *value),
        }
    }
}

impl Operator {
    /// Whether `left` compares like this with `right`.
    #[must_use]
    pub fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}
