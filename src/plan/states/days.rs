//! Kinds of days that rules tell apart.

use std::collections::HashMap;

use crate::journey::{Atom, Rule};
use crate::plan::Plan;
use crate::plan::known::Day;

/// Kinds of days: which one every tick is of, and month and weekday of each kind; a single kind,
/// and nothing by tick, if no rule looks at either.
pub(super) fn day_kinds(plan: &Plan) -> (Vec<u16>, Vec<Day>) {
    if plan.month_of.is_empty() && plan.weekday_of.is_empty() {
        return (Vec::new(), vec![Day::at(plan, 0, 0)]);
    }
    let mut numbers: HashMap<Day, u16> = HashMap::new();
    let mut kinds = Vec::new();
    let by_tick = (0..plan.clock.ticks)
        .map(|tick| {
            let kind = Day::at(plan, tick, 0);
            *numbers.entry(kind).or_insert_with(|| {
                kinds.push(kind);
                u16::try_from(kinds.len() - 1).expect("there are at most 84 kinds of days")
            })
        })
        .collect();
    (by_tick, kinds)
}

/// Whether some rule tells days apart.
pub(super) fn looks_at_calendar(rules: &[Rule]) -> bool {
    let mut looks = false;
    for rule in rules {
        rule.each_atom(&mut |atom, _, _| looks |= matches!(atom, Atom::Month | Atom::Weekday));
    }
    looks
}
