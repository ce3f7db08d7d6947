//! Loops in which no time would pass: nobody would ever get out of one.

use std::collections::VecDeque;

use super::shape::{Branch, Shape};
use crate::journey::delay::{ChangedDelay, DelayLaw};

/// A delay that is zero with a chance of at least one minus this is certainly zero.
const ZERO_SLACK: f64 = 1e-9;

/// Lets time pass in every loop: a branch that would never take any gets a tick with the weight of
/// half an observation. Answers which branches did: step and branch.
pub(crate) fn let_time_pass(shape: &mut Shape, tick_days: f64) -> Vec<(usize, usize)> {
    let at_once = |branch: &Branch| branch.after.as_ref().is_none_or(|law| is_zero(law, tick_days));
    let ways: Vec<Vec<(usize, usize)>> = shape
        .steps
        .iter()
        .map(|step| {
            let quick = step.branches.iter().enumerate().filter(|it| at_once(it.1));
            quick.map(|(at, branch)| (at, branch.to)).collect()
        })
        .collect();
    let mut slowed = Vec::new();
    for (step, quick) in ways.iter().enumerate() {
        for &(branch, to) in quick {
            if leads(&ways, to, step) {
                slowed.push((step, branch));
            }
        }
    }
    for &(step, branch) in &slowed {
        let branch = &mut shape.steps[step].branches[branch];
        let seen = branch.count.max(0.5);
        branch.after = Some(DelayLaw::Observed(vec![(0.0, seen), (tick_days, 0.5)]));
    }
    slowed
}

fn is_zero(law: &DelayLaw, tick_days: f64) -> bool {
    ChangedDelay::unchanged(law.clone()).tails_ticks(0.5, tick_days).above < ZERO_SLACK
}

/// Whether one can get from a step to another on these ways.
fn leads(ways: &[Vec<(usize, usize)>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; ways.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(step) = queue.pop_front() {
        if step == to {
            return true;
        }
        if !std::mem::replace(&mut seen[step], true) {
            queue.extend(ways[step].iter().map(|it| it.1));
        }
    }
    false
}
