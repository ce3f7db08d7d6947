//! States that differ only in the groups their customers are counted in, taken as one.

use std::collections::HashMap;
use std::hash::Hash;

use crate::plan::States;

/// No class: customers of the pipeline before they move.
pub(super) const NONE: u32 = u32::MAX;
/// Refining is given up after so many looks at edges; then every state is a class.
const LOOKS_MAX: usize = 5_000_000;

/// The coarsest classes such that all states of one book the same and have the same ways on, to
/// the same classes.
#[derive(Debug)]
pub(super) struct Classes {
    /// By state: its class.
    pub(super) of: Vec<u32>,
    /// By class: its first state, which stands for it.
    pub(super) first: Vec<u32>,
}

impl Classes {
    /// By partition refinement, beginning with what is booked and which branches there are.
    pub(super) fn of(states: &States) -> Self {
        let mut classes = number(states, |at| {
            let it = &states.states[at];
            let edges = states.edges[it.edge_range()].iter();
            let branches: Vec<_> = edges
                .map(|it| (it.branch, it.gains.won, it.gains.lost, it.gains.stages))
                .collect();
            let by_day = match &it.way {
                crate::plan::states::Way::ByDay(edges) => Some(edges),
                _ => None,
            };
            (it.step, it.cell, it.has_converted, by_day, branches)
        });
        for _ in 0..LOOKS_MAX / states.edges.len().max(1) {
            let refined = number(states, |at| {
                let edges = states.edges[states.states[at].edge_range()].iter();
                let next: Vec<u32> = edges.map(|it| classes.of[it.to as usize]).collect();
                (classes.of[at], next)
            });
            let is_stable = refined.first.len() == classes.first.len();
            classes = refined;
            if is_stable {
                return classes;
            }
        }
        number(states, |at| at)
    }
}

/// Numbers what is told apart in the order of the states.
fn number<K: Hash + Eq>(states: &States, key: impl Fn(usize) -> K) -> Classes {
    let mut numbers: HashMap<K, u32> = HashMap::new();
    let mut classes = Classes {
        of: vec![NONE; states.states.len()],
        first: Vec::new(),
    };
    for (at, state) in states.states.iter().enumerate() {
        if state.waiting.is_none() {
            let next = classes.first.len() as u32;
            let class = *numbers.entry(key(at)).or_insert(next);
            if class == next {
                classes.first.push(at as u32);
            }
            classes.of[at] = class;
        }
    }
    classes
}
