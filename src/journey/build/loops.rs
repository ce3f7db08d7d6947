//! Loops in which no time can pass.

use petgraph::graph::DiGraph;

use crate::clock::Clock;
use crate::journey::draft::Draft;
use crate::journey::evaluate::Situation;
use crate::journey::{BranchId, CaseSpace, ChangeTarget, Journey, Key, Op, StepId};
use crate::problem::Fault;

use super::CASES_MAX;

/// One mistake for every set of steps that customers could go round for ever at one tick.
pub(crate) fn timeless(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let in_loops = journey.in_loops();
    let inside: Vec<(BranchId, StepId, StepId)> = journey
        .all_branches()
        .filter(|(_, from, to, _)| in_loops[from.index()] && in_loops[to.index()])
        .map(|(id, from, to, _)| (id, from, to))
        .collect();
    let mut faults = Vec::new();
    if inside.is_empty() {
        return faults;
    }
    let space = cases(journey, &inside);
    for tick in journey.stretches() {
        let situation = Situation::at(journey, tick);
        for cell in 0..space.as_ref().map_or(1, CaseSpace::count) {
            let value_of = |key: Key| space.as_ref().map_or(0, |it| it.representative(cell, key));
            let mut timeless = DiGraph::<(), ()>::new();
            (0..journey.step_count()).for_each(|_| {
                timeless.add_node(());
            });
            for (id, from, to) in &inside {
                if takes_no_time(&situation, *id, &value_of, &journey.clock) {
                    timeless.add_edge((from.0).into(), (to.0).into(), ());
                }
            }
            for component in petgraph::algo::tarjan_scc(&timeless) {
                let mut steps: Vec<usize> = component.iter().map(|it| it.index()).collect();
                steps.sort_unstable();
                if steps.len() > 1 || timeless.contains_edge(component[0], component[0]) {
                    let names: Vec<String> = steps
                        .iter()
                        .map(|it| format!("`{}`", draft.steps[*it].id.text))
                        .collect();
                    let message = format!("no time can pass in the loop of {}", names.join(", "));
                    let at = draft.steps[steps[0]].id.at.clone().on_key();
                    let fault = Fault::mistake("timeless-loop", at, message);
                    let fault = fault.help("give one of its branches a delay of at least a tick with `after`");
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
            }
        }
    }
    faults
}

fn takes_no_time(situation: &Situation<'_>, id: BranchId, value_of: &impl Fn(Key) -> u32, clock: &Clock) -> bool {
    situation
        .delay(id, value_of)
        .is_none_or(|delay| delay.cdf_ticks(0.5, clock.tick_days()) > 1.0 - 1e-9)
}

/// The kinds of customers that delays inside loops tell apart.
fn cases(journey: &Journey, inside: &[(BranchId, StepId, StepId)]) -> Option<CaseSpace> {
    CaseSpace::new(
        |note| {
            for delay in inside.iter().filter_map(|(id, _, _)| journey.branch(*id).after) {
                journey.delays[delay.index()]
                    .tree
                    .mark(&mut |key, value| note(key, value));
            }
            for change in journey.changes.iter().flat_map(|it| &it.changes) {
                if matches!(change.target, ChangeTarget::Delay(_) | ChangeTarget::NoDelay(_))
                    && let Op::ToDelay(tree) = &change.op
                {
                    tree.mark(&mut |key, value| note(key, value));
                }
            }
        },
        |key| journey.key_size(key),
        CASES_MAX,
    )
}
