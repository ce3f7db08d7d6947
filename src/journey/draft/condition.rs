//! Rules as somebody wrote them.

use std::ops::Range;

use crate::problem::At;

/// A condition on a customer, as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All hold.
    And(Vec<Condition>),
    /// At least one holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Compare(Comparison),
}

/// A comparison of something known of a customer with a fixed value.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The place of the comparison inside the condition.
    pub at: At,
    /// The bytes of the subject's name inside the condition.
    pub subject_range: Range<usize>,
    /// The bytes of the value inside the condition.
    pub value_range: Range<usize>,
    /// Left of the operator (turned round if it was written on the right).
    pub subject: Subject,
    /// The operator.
    pub operator: Operator,
    /// Right of the operator.
    pub value: Literal,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// An attribute.
    Attribute(String),
    /// The arrival stream, or `pipeline`.
    Arrival,
    /// How often this customer has reached this step, this time included.
    Visits(String),
    /// Whole days since the customer arrived (since `begin` for the pipeline).
    Days,
    /// Calendar month of the tick, 1 to 12.
    Month,
    /// Weekday of the tick, 1 = Monday to 7.
    Weekday,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value in a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A whole number.
    Integer(i64),
    /// A quoted category value (or arrival name).
    Text(String),
}
