//! Which kinds of customers a step tells apart.

use std::collections::BTreeSet;

use crate::journey::assumption::AssumptionId;
use crate::journey::build::CASES_MAX;
use crate::journey::change::{Case, ChangeTarget, Op};
use crate::journey::tree::{CaseSpace, Leaf, LeafValue, mark_values};
use crate::journey::{BranchId, DelayId, Fork, Journey, StepId};

/// The kinds of customers that a step tells apart: by what it books, by its chances, by its
/// delays, and by the changes of any of these. `None` if there are too many.
#[must_use]
pub fn step_cases(journey: &Journey, step: StepId) -> Option<CaseSpace> {
    let mut numbers = amounts(journey, step);
    match &journey.step(step).fork {
        Fork::Chances { chances, .. } => numbers.extend(chances.iter().flatten()),
        Fork::Observed(observed) => numbers.extend(&observed.counts),
        Fork::End(_) | Fork::Single | Fork::Rules(_) => {}
    }
    let branches: Vec<BranchId> = journey.branches(step).collect();
    cases_of(journey, numbers, &branches)
}

/// Whether what a step books depends on the customer.
#[must_use]
pub fn amounts_depend(journey: &Journey, step: StepId) -> bool {
    cases_of(journey, amounts(journey, step), &[]).is_none_or(|it| it.count() > 1)
}

/// The numbers of what a step books.
fn amounts(journey: &Journey, step: StepId) -> Vec<AssumptionId> {
    let it = journey.step(step);
    let mut numbers: Vec<AssumptionId> = it.revenue.into_iter().collect();
    numbers.extend(it.costs.iter().map(|it| it.amount));
    for (product, amount) in &it.units {
        let product = &journey.products[product.index()];
        numbers.extend([*amount].into_iter().chain(product.price).chain(product.cost));
    }
    numbers
}

/// The kinds of customers that numbers, the chances and delays of branches (in their order), and
/// the changes of all these tell apart.
fn cases_of(journey: &Journey, mut numbers: Vec<AssumptionId>, branches: &[BranchId]) -> Option<CaseSpace> {
    // Ordered, so that a step costs no more than what it looks at.
    let mut used = BTreeSet::new();
    while let Some(id) = numbers.pop() {
        if used.insert(id) {
            let leaves = journey.assumption(id).tree.leaves();
            numbers.extend(leaves.iter().filter_map(|(_, leaf)| value_of_leaf(leaf)));
        }
    }
    let delays: BTreeSet<DelayId> = branches.iter().filter_map(|it| journey.branch(*it).after).collect();
    let concerns = |target: ChangeTarget| match target {
        ChangeTarget::Assumption(id) => used.contains(&id),
        ChangeTarget::Chance(branch) | ChangeTarget::NoDelay(branch) => branches.contains(&branch),
        ChangeTarget::Delay(id) => delays.contains(&id),
        ChangeTarget::Volume(_) => false,
    };
    CaseSpace::new(
        |note| {
            for id in &used {
                journey.assumption(*id).tree.mark(&mut |key, value| note(key, value));
            }
            for id in &delays {
                journey.delays[id.index()].tree.mark(&mut |key, value| note(key, value));
            }
            let changes = journey.changes.iter().flat_map(|it| &it.changes);
            for change in changes.filter(|it| concerns(it.target)) {
                for (key, case) in &change.cases {
                    match case {
                        Case::Is(value) => note(*key, *value),
                        Case::NoneOf(values) => {
                            for value in values {
                                note(*key, *value);
                            }
                        }
                    }
                }
                match &change.op {
                    Op::To(tree) => mark_values(&journey.assumptions, tree, note),
                    Op::ToDelay(tree) => tree.mark(&mut |key, value| note(key, value)),
                    Op::Times(_) | Op::Add(_) => {}
                }
            }
        },
        |key| journey.key_size(key),
        CASES_MAX,
    )
}

fn value_of_leaf(leaf: &Leaf) -> Option<AssumptionId> {
    match leaf.value {
        LeafValue::Value(id) => Some(id),
        _ => None,
    }
}
