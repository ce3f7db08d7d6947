//! Changes, targets and levers, in words.

use super::Entry;
use super::amount::Voice;
use crate::journey::{Bound, ChangeTarget, Journey, Lever, ResolvedChange, Role};
use crate::report::notation::{Roles, operation};
use crate::report::number::exact;
use crate::report::paths::when;

pub(super) fn changes(voice: &Voice<'_>) -> Vec<Entry> {
    let entries = voice.journey.changes.iter().map(|set| Entry {
        name: when(voice.journey, set),
        text: String::new(),
        lines: set.changes.iter().map(|it| change(voice, it)).collect(),
    });
    entries.collect()
}

fn change(voice: &Voice<'_>, change: &ResolvedChange) -> String {
    let against = change.against.map(|it| {
        let name = &voice.journey.branch(it).name;
        format!(", against `{name}`")
    });
    let done = done(voice, change);
    format!("{}: {done}{}", change.path, against.unwrap_or_default())
}

fn done(voice: &Voice<'_>, change: &ResolvedChange) -> String {
    let role = match change.target {
        ChangeTarget::Assumption(id) => Some(voice.role(id)),
        ChangeTarget::Chance(branch) => Some(Role::Chance(branch)),
        ChangeTarget::Volume(_) => Some(Role::ArrivalTotal),
        ChangeTarget::Delay(_) | ChangeTarget::NoDelay(_) => None,
    };
    operation(voice.journey, &change.op, role)
}

pub(super) fn targets(journey: &Journey) -> Vec<Entry> {
    let entries = journey.targets.iter().map(|it| {
        let bound = match it.bound {
            Bound::AtLeast(amount) => format!("at least {}", exact(amount)),
            Bound::AtMost(amount) => format!("at most {}", exact(amount)),
        };
        let over = match &it.over {
            Some(label) => format!(" in {label}"),
            None => " over the whole forecast".to_owned(),
        };
        let so_far = if it.so_far == 0.0 {
            String::new()
        } else {
            format!(", {} so far included", exact(it.so_far))
        };
        Entry {
            name: it.id.clone(),
            text: format!("{} {bound}{over}{so_far}", it.metric),
            lines: Vec::new(),
        }
    });
    entries.collect()
}

/// The change of a lever moved to `value`, as `--set` takes it.
#[must_use]
pub(crate) fn lever(journey: &Journey, lever: &Lever, value: f64) -> String {
    let roles = Roles::of(journey);
    let role = match lever.low.target {
        ChangeTarget::Assumption(id) => Some(roles.role(id)),
        _ => None,
    };
    let booked = matches!(
        role,
        Some(Role::Money | Role::ProductMoney | Role::Units | Role::BudgetRate(_))
    );
    // What is booked has no more than four decimals, as everywhere in a scenario.
    let value = if booked { (value * 1e4).round() / 1e4 } else { value };
    let change = ResolvedChange {
        op: lever.op(value),
        ..lever.low.clone()
    };
    done(&Voice::new(journey, &roles), &change)
}

pub(super) fn levers(voice: &Voice<'_>) -> Vec<Entry> {
    let entries = voice.journey.levers.iter().map(|it| Entry {
        name: it.path.clone(),
        text: format!("{} to {}", done(voice, &it.low), done(voice, &it.high)),
        lines: Vec::new(),
    });
    entries.collect()
}
