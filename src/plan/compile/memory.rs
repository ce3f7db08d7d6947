//! What has to be remembered of a customer on the way.

use crate::journey::{Atom, Fork, Journey, Key, Op};
use crate::plan::memory::Memory;

/// Room for every key that something looks at after arrival.
pub(super) fn memory(journey: &Journey) -> Memory {
    let mut memory = Memory::new(journey.stages.len());
    let mut used: Vec<Key> = Vec::new();
    for assumption in &journey.assumptions {
        assumption.tree.mark(&mut |key, _| used.push(key));
    }
    for delay in &journey.delays {
        delay.tree.mark(&mut |key, _| used.push(key));
    }
    for change in journey.changes.iter().flat_map(|it| &it.changes) {
        used.extend(change.cases.iter().map(|it| it.0));
        match &change.op {
            Op::To(tree) => tree.mark(&mut |key, _| used.push(key)),
            Op::ToDelay(tree) => tree.mark(&mut |key, _| used.push(key)),
            Op::Times(_) | Op::Add(_) => {}
        }
    }
    for (_, step) in journey.steps() {
        if let Fork::Rules(rules) = &step.fork {
            for rule in rules {
                rule.each_atom(&mut |atom, _, _| {
                    if let Atom::Key(key) = atom {
                        used.push(key);
                    }
                });
            }
        }
    }
    used.sort_unstable();
    used.dedup();
    for key in used {
        memory.remember(key, journey.key_size(key));
    }
    memory
}

/// Steps that can be reached again, since their draws are keyed by the visit, and steps whose
/// visits a rule looks at.
pub(super) fn visited(journey: &Journey, revisited: &[bool]) -> Vec<usize> {
    let mut counted = revisited.to_vec();
    for (_, step) in journey.steps() {
        if let Fork::Rules(rules) = &step.fork {
            for rule in rules {
                rule.each_atom(&mut |atom, _, _| {
                    if let Atom::Visits(step) = atom {
                        counted[step.index()] = true;
                    }
                });
            }
        }
    }
    (0..counted.len()).filter(|at| counted[*at]).collect()
}
