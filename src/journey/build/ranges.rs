//! What changes come to: they must not leave what is possible at the assumptions' means.

use std::collections::BTreeSet;

use crate::journey::assumption::Role;
use crate::journey::change::ChangeTarget;
use crate::journey::draft::Draft;
use crate::journey::evaluate::{OutOfRange, Situation, step_cases};
use crate::journey::{CaseSpace, Fork, Journey, Key, StepId, World};
use crate::problem::{At, Fault};

use super::CELLS_MAX;
use super::changes::Misled;
use super::forks::too_many_kinds;
use super::range::Range;

/// Steps at which more kinds of customers are told apart than fit; nothing else can be looked at
/// then.
pub(crate) fn check_sizes(journey: &Journey) -> Vec<Fault> {
    let mut left = CELLS_MAX;
    for (id, step) in journey.steps() {
        let cells = step_cases(journey, id).map(|it| it.count().saturating_mul(journey.branches(id).len().max(1)));
        let fits = cells.filter(|cells| *cells <= left);
        let Some(cells) = fits else {
            return vec![too_many_kinds(&step.id, At::top().key("steps").key(&step.id))];
        };
        // One kind at every step is no more than the steps themselves.
        if cells > journey.branches(id).len().max(1) {
            left -= cells;
        }
    }
    Vec::new()
}

/// Changes that leave what is possible at the assumptions' means, but for those that are `misled`
/// by others that were refused.
pub(crate) fn check_ranges(journey: &Journey, draft: &Draft, misled: &Misled) -> Vec<Fault> {
    let world = journey.draws.mean_world();
    let changed: Vec<(StepId, CaseSpace)> = changed_forks(journey)
        .into_iter()
        .filter_map(|step| Some((step, step_cases(journey, step)?)))
        .collect();
    let mut told = Told {
        journey,
        draft,
        misled,
        seen: BTreeSet::new(),
        faults: Vec::new(),
    };
    for tick in journey.stretches() {
        let situation = Situation::at(journey, tick);
        let mut chances = Vec::new();
        for (step, cases) in &changed {
            for cell in 0..cases.count() {
                let value_of = |key: Key| cases.representative(cell, key);
                if let Some(held) = situation.chances(*step, &value_of, &world, &mut chances) {
                    told.tell(&held, tick);
                }
            }
        }
        let arrivals = journey.streams.iter().map(|it| &it.mix);
        for mix in arrivals.chain(journey.pipeline.iter().map(|it| &it.mix)).flatten() {
            if let (_, Some(held)) = situation.shares(mix, &world) {
                told.tell(&held, tick);
            }
        }
        check_numbers(&situation, &world, tick, &mut told);
    }
    told.faults
}

fn check_numbers(situation: &Situation<'_>, world: &World, tick: u32, told: &mut Told<'_>) {
    let journey = told.journey;
    for change in journey.changes.iter().flat_map(|it| &it.changes) {
        let ChangeTarget::Assumption(id) = change.target else {
            continue;
        };
        let role = journey.assumption(id).role;
        // Money may be negative, and a share or weight is looked at with the others of its mix.
        let is_bounded = match role {
            Role::Value | Role::Weight | Role::Money | Role::ProductMoney | Role::Units | Role::BudgetRate(_) => false,
            Role::Chance(_)
            | Role::Count(_)
            | Role::RevenueShare
            | Role::ArrivalRate(_)
            | Role::ArrivalTotal
            | Role::Customers
            | Role::Growth(_)
            | Role::Season => true,
        };
        if !is_bounded {
            continue;
        }
        let range = Range::of(role);
        let value = situation.number(id, world);
        if value < range.low || value > range.high {
            let held = OutOfRange {
                path: change.path.clone(),
                value,
                most: range.high,
            };
            told.tell(&held, tick);
        }
    }
}

/// Forks whose chances some change can move, directly or by way of `[values]`.
fn changed_forks(journey: &Journey) -> BTreeSet<StepId> {
    let changes = || journey.changes.iter().flat_map(|it| &it.changes);
    let mut forks: BTreeSet<StepId> = changes()
        .filter_map(|it| match it.target {
            ChangeTarget::Chance(branch) => Some(journey.ends(branch).0),
            _ => None,
        })
        .collect();
    if changes().any(|it| it.path.starts_with("values.")) {
        let by_chance = journey
            .steps()
            .filter(|(_, it)| matches!(it.fork, Fork::Chances { .. }));
        forks.extend(by_chance.map(|(id, _)| id));
    }
    forks
}

/// What was told so far, each change once.
struct Told<'a> {
    journey: &'a Journey,
    draft: &'a Draft,
    misled: &'a Misled,
    seen: BTreeSet<(String, String)>,
    faults: Vec<Fault>,
}

impl Told<'_> {
    fn tell(&mut self, held: &OutOfRange, tick: u32) {
        let sets = self.journey.changes.iter().zip(&self.draft.changes);
        // Of several that hold, the last one went too far.
        let holding = sets.filter(|(set, _)| set.ticks.from <= tick && tick < set.ticks.until);
        let mut holding: Vec<_> = holding.map(|(_, draft)| draft).collect();
        holding.reverse();
        if holding.iter().any(|it| self.misled.contains(&it.name)) {
            return;
        }
        let all = || holding.iter().flat_map(|it| &it.changes);
        let found = all()
            .find(|it| it.path.text == held.path)
            .or_else(|| all().find(|it| it.path.text.starts_with("values.")));
        let at = found.map_or_else(At::top, |it| it.at.clone());
        let message = message(held);
        if self.seen.insert((at.to_string(), message.clone())) {
            self.faults.push(Fault::mistake("change-range", at, message));
        }
    }
}

fn message(held: &OutOfRange) -> String {
    let percent = |value: f64| format!("{} %", (value * 1e4).round() / 100.0);
    let (path, value, most) = (&held.path, held.value, held.most);
    if most <= 1.0 {
        format!(
            "this would make `{path}` {}; it can be 0 % to {}",
            percent(value),
            percent(most)
        )
    } else {
        format!("this would make `{path}` {value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_comes_to_is_told_in_percent_or_plainly() {
        let held = |value, most| OutOfRange {
            path: "p".to_owned(),
            value,
            most,
        };
        assert_eq!(
            message(&held(1.2, 0.97)),
            "this would make `p` 120 %; it can be 0 % to 97 %"
        );
        assert_eq!(message(&held(-3.0, 1e15)), "this would make `p` -3");
    }
}
