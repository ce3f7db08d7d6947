//! The delays of all branches as tables, and what is left of them for who is under way.

use std::collections::HashMap;

use crate::journey::delay::{ChangedDelay, DelayTable};
use crate::journey::evaluate::Situation;
use crate::journey::{Journey, Key};
use crate::plan::{Plan, WaitingPlan};
use crate::random;

use super::number;

/// Tabulates all delays, each once, and tells which table each branch has.
pub(super) fn delays(journey: &Journey, plan: &mut Plan) {
    let mut known: HashMap<String, u32> = HashMap::new();
    let (tick_days, ticks) = (journey.clock.tick_days(), journey.clock.ticks);
    let mut delays = Vec::with_capacity(plan.stretches.len() * plan.places);
    for start in &plan.stretches {
        let situation = Situation::at(journey, *start);
        for (id, _) in journey.steps() {
            let step = &plan.steps[id.index()];
            for cell in 0..step.cases.count() {
                let value_of = |key: Key| step.cases.representative(cell, key);
                for branch in journey.branches(id) {
                    let table = match situation.delay(branch, &value_of) {
                        None => 0,
                        Some(delay) => *known.entry(format!("{delay:?}")).or_insert_with(|| {
                            let table = DelayTable::new(&delay, tick_days, ticks);
                            if table.is_zero() {
                                return 0;
                            }
                            plan.tables.push(table);
                            plan.laws.push(Some(delay.clone()));
                            number(plan.tables.len() - 1)
                        }),
                    };
                    delays.push(table);
                }
            }
        }
    }
    plan.delays = delays;
    for at in 0..plan.steps.len() {
        let step = &plan.steps[at];
        let table = |stretch: usize, cell: usize, branch: usize| {
            plan.delays[stretch * plan.places + plan.place(step, cell, branch)]
        };
        let differ = (0..plan.stretches.len()).any(|stretch| {
            (0..step.cases.count())
                .any(|cell| (0..step.branches).any(|branch| table(stretch, cell, branch) != table(0, 0, branch)))
        });
        plan.steps[at].delays_differ = differ;
        plan.counts_places |= differ;
    }
}

/// What is left of the delays of who is under way at tick 0.
pub(super) fn waiting(journey: &Journey, plan: &Plan) -> Vec<WaitingPlan> {
    let situation = Situation::at(journey, 0);
    let (tick_days, ticks) = (journey.clock.tick_days(), journey.clock.ticks);
    let mut seen: HashMap<u32, u32> = HashMap::new();
    let mut plans = Vec::new();
    for waiting in &journey.pipeline {
        let step = &plan.steps[waiting.step.index()];
        let position = seen.entry(waiting.step.0).and_modify(|it| *it += 1).or_insert(0);
        let mut remaining = Vec::new();
        for cell in 0..step.cases.count() {
            let value_of = |key: Key| step.cases.representative(cell, key);
            for branch in journey.branches(waiting.step) {
                let delay: Option<ChangedDelay> = situation.delay(branch, &value_of);
                let left =
                    delay.and_then(|it| DelayTable::remaining(&it, f64::from(waiting.waited_ticks), tick_days, ticks));
                remaining.push(left.map(|it| (it.chance, it.table)));
            }
        }
        plans.push(WaitingPlan {
            step: waiting.step.0,
            key: random::Key::new(u64::from(*position))
                .with_text("pipeline")
                .with_text(&journey.step(waiting.step).id)
                .bits(),
            converted: waiting.converted,
            remaining,
        });
    }
    plans
}
