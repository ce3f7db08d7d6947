//! How much work the exact engine has with a world, before it begins.

use crate::plan::{Plan, States};

/// Roughly how many multiplications it takes to follow customers through a world: each edge that
/// takes time looks back over the ticks that its delay may take, at every tick.
#[must_use]
pub fn effort(plan: &Plan, states: &States) -> f64 {
    let ticks = f64::from(plan.clock.ticks);
    // How far each delay looks back, from its first tick to its last.
    let reach: Vec<f64> = plan
        .tables
        .iter()
        .map(|table| match table.hazard() {
            Some(_) => 1.0,
            None => (table.probabilities().len() as f64).min(0.5 * ticks).max(1.0),
        })
        .collect();
    let mut by_branch = vec![1.0_f64; plan.branch_to.len()];
    for stretch in 0..plan.stretches.len() {
        for step in &plan.steps {
            for branch in 0..step.branches {
                let table = plan.delays[stretch * plan.places + step.first_place + branch];
                let longest = &mut by_branch[step.first_branch + branch];
                *longest = longest.max(reach[table as usize]);
            }
        }
    }
    let edges: f64 = states.edges.iter().map(|it| by_branch[it.branch as usize]).sum();
    // Where chances or delays change with time, conversions of arrivals are followed once more.
    let times = if plan.stretches.len() > 1 { 2.0 } else { 1.0 };
    times * ticks * (edges + states.states.len() as f64)
}
