//! Changes of values as somebody wrote them: of variants, of the calendar and of `--set`.

use jiff::civil::Date;

use super::{Delay, Name, Quantity, RateDraft};
use crate::clock::Duration;
use crate::problem::At;

/// A set of changes that apply together: one variant, one calendar entry, or all `--set`s.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSource {
    /// How to call it: the variant's or calendar entry's id, or `--set`.
    pub name: String,
    /// First day, if not from `begin` on.
    pub from: Option<(Date, At)>,
    /// Last day, if not to the end.
    pub until: Option<(Date, At)>,
    /// The changes.
    pub changes: Vec<ChangeDraft>,
}

/// A change of the value at a path.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeDraft {
    /// The path; `at` points at the key.
    pub path: Name,
    /// Where the change is written.
    pub at: At,
    /// What it does.
    pub change: Change,
    /// The branch that gives or takes the difference (chances only).
    pub against: Option<Name>,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new quantity.
    Quantity(Quantity),
    /// A new delay.
    Delay(Delay),
    /// A new rate (or, with a share per unit, a new growth).
    Rate(RateDraft),
    /// A new share of revenue.
    OfRevenue(Quantity),
    /// `x1.3`
    Times(f64),
    /// `+5pp`, as 0.05.
    Points(f64),
    /// `+10%`, as 0.1.
    Percent(f64),
    /// `+3`
    Add(f64),
    /// `+2d`; negative for `-2d`.
    AddDuration(Duration),
}
