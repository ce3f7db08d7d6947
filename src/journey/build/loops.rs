//! Loops in which no time can pass.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::journey::draft::Draft;
use crate::journey::evaluate::Situation;
use crate::journey::{AttributeId, AttributeKind, BranchId, CaseSpace, ChangeTarget, Journey, Key, Op, Step, StepId};
use crate::problem::Fault;

use super::forks::too_many_kinds;
use super::{CASES_MAX, CELLS_MAX};

/// Counters with more values than this are told apart only as far as delays look at them.
const FOLLOWED_MAX: usize = 1_000;
/// More steps than this of a loop are not named.
const NAMED_MAX: usize = 5;

/// One mistake for every set of steps that customers could go round for ever at one tick.
pub(crate) fn timeless(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut found: BTreeSet<Vec<usize>> = BTreeSet::new();
    let ticks = if changes_delays(journey) {
        journey.stretches()
    } else {
        vec![0]
    };
    let situations: Vec<Situation<'_>> = ticks.into_iter().map(|tick| Situation::at(journey, tick)).collect();
    for steps in loops(journey) {
        let ways = Ways::inside(&steps, journey, draft);
        let Some(space) = ways.cases(journey) else {
            let first = &draft.steps[steps[0]];
            faults.push(too_many_kinds(&first.id.text, first.id.at.clone().on_key()));
            continue;
        };
        for situation in &situations {
            found.extend(ways.timeless(situation, &space, journey));
        }
    }
    faults.extend(found.iter().map(|steps| fault(steps, draft)));
    faults
}

fn changes_delays(journey: &Journey) -> bool {
    let mut changes = journey.changes.iter().flat_map(|it| &it.changes);
    changes.any(|it| matches!(it.target, ChangeTarget::Delay(_) | ChangeTarget::NoDelay(_)))
}

/// The steps of every loop, in the order of the file; loops with common steps are one.
fn loops(journey: &Journey) -> Vec<Vec<usize>> {
    let graph = journey.graph();
    let components = kosaraju_scc(graph).into_iter();
    let mut loops: Vec<Vec<usize>> = components
        .filter(|it| it.len() > 1 || graph.contains_edge(it[0], it[0]))
        .map(|it| sorted(it.iter().map(|at| at.index())))
        .collect();
    loops.sort_unstable();
    loops
}

fn sorted(steps: impl Iterator<Item = usize>) -> Vec<usize> {
    let steps: BTreeSet<usize> = steps.collect();
    steps.into_iter().collect()
}

/// The branches inside a loop.
struct Ways<'a> {
    steps: &'a [usize],
    /// Each with the positions in `steps` that it leads from and to.
    branches: Vec<(BranchId, usize, usize)>,
}

impl<'a> Ways<'a> {
    fn inside(steps: &'a [usize], journey: &Journey, draft: &Draft) -> Self {
        let positions: BTreeMap<usize, usize> = steps.iter().enumerate().map(|(at, step)| (*step, at)).collect();
        let mut branches = Vec::new();
        for (from, step) in steps.iter().enumerate() {
            for (branch, written) in journey.branches(StepId::at(*step)).zip(&draft.steps[*step].branches) {
                let to = journey.ends(branch).1.index();
                // A branch to a step that does not exist was told and leads back here for now.
                let leads_there = draft.steps[to].id.text == written.to.text;
                if let Some(to) = positions.get(&to).filter(|_| leads_there) {
                    branches.push((branch, from, *to));
                }
            }
        }
        Self { steps, branches }
    }

    /// The kinds of customers that delays in this loop tell apart, if they fit.
    fn cases(&self, journey: &Journey) -> Option<CaseSpace> {
        let space = CaseSpace::new(
            |note| {
                let mut keys = BTreeSet::new();
                self.mark(journey, &mut |key, value| {
                    keys.insert(key);
                    note(key, value);
                });
                for key in keys {
                    let size = journey.key_size(key);
                    if self.adds_to(key, journey) && size <= FOLLOWED_MAX {
                        (0..).take(size).for_each(|value| note(key, value));
                    }
                }
            },
            |key| journey.key_size(key),
            CASES_MAX,
        );
        space.filter(|it| it.count().saturating_mul(self.branches.len()) <= CELLS_MAX)
    }

    fn mark(&self, journey: &Journey, note: &mut impl FnMut(Key, u32)) {
        let mut delays = BTreeSet::new();
        let mut without = BTreeSet::new();
        for (branch, _, _) in &self.branches {
            match journey.branch(*branch).after {
                Some(delay) => {
                    delays.insert(delay);
                    journey.delays[delay.index()].tree.mark(note);
                }
                None => {
                    without.insert(*branch);
                }
            }
        }
        for change in journey.changes.iter().flat_map(|it| &it.changes) {
            let concerns = match change.target {
                ChangeTarget::Delay(delay) => delays.contains(&delay),
                ChangeTarget::NoDelay(branch) => without.contains(&branch),
                ChangeTarget::Assumption(_) | ChangeTarget::Chance(_) | ChangeTarget::Volume(_) => false,
            };
            if concerns && let Op::ToDelay(tree) = &change.op {
                tree.mark(note);
            }
        }
    }

    fn adds_to(&self, key: Key, journey: &Journey) -> bool {
        let Key::Attribute(id) = key else { return false };
        let steps = self.steps.iter().map(|it| journey.step(StepId::at(*it)));
        steps.flat_map(|it| &it.adds).any(|(attribute, _)| *attribute == id)
    }

    /// Sets of steps that can be gone round without any time, for some kind of customer.
    fn timeless(&self, situation: &Situation<'_>, space: &CaseSpace, journey: &Journey) -> Vec<Vec<usize>> {
        let cells = space.count();
        let node = |step: usize, cell: usize| NodeIndex::new(step * cells + cell);
        let mut states = DiGraph::<(), ()>::new();
        for _ in 0..self.steps.len() * cells {
            states.add_node(());
        }
        for (branch, from, to) in &self.branches {
            let step = journey.step(StepId::at(self.steps[*to]));
            for cell in 0..cells {
                let value_of = |key: Key| space.representative(cell, key);
                let delay = situation.delay(*branch, &value_of);
                let takes_time = delay.is_some_and(|it| it.cdf_ticks(0.5, journey.clock.tick_days()) <= 1.0 - 1e-9);
                if !takes_time {
                    for then in arrived(step, cell, space, journey) {
                        states.add_edge(node(*from, cell), node(*to, then), ());
                    }
                }
            }
        }
        let components = kosaraju_scc(&states).into_iter();
        components
            .filter(|it| it.len() > 1 || states.contains_edge(it[0], it[0]))
            .map(|it| sorted(it.iter().map(|at| self.steps[at.index() / cells])))
            .collect()
    }
}

/// What kinds of customers those of `cell` can be once they have arrived at `step`.
fn arrived(step: &Step, cell: usize, space: &CaseSpace, journey: &Journey) -> BTreeSet<usize> {
    let mut cells = BTreeSet::from([cell]);
    for (key, class_of, stride) in space.axes() {
        let Key::Attribute(id) = key else { continue };
        let classes = class_of.iter().max().map_or(0, |it| *it as usize + 1);
        let class = |cell: usize| cell / stride % classes;
        let moved = |cell: usize, to: usize| cell - class(cell) * stride + to * stride;
        if let Some((_, value)) = step.sets.iter().rfind(|(attribute, _)| *attribute == id) {
            let to = class_of[*value as usize] as usize;
            cells = cells.into_iter().map(|cell| moved(cell, to)).collect();
        }
        for (_, amount) in step.adds.iter().filter(|(attribute, _)| *attribute == id) {
            let landing = |cell: usize| {
                let inside = (0_u32..)
                    .zip(class_of)
                    .filter(move |(_, it)| **it as usize == class(cell));
                inside.map(|(value, _)| class_of[added(value, *amount, id, journey)] as usize)
            };
            let pairs = cells.iter().flat_map(|cell| landing(*cell).map(|to| (*cell, to)));
            cells = pairs.map(|(cell, to)| moved(cell, to)).collect();
        }
    }
    cells
}

/// The number of a counter's value after something was added, within its bounds.
fn added(value: u32, amount: i64, id: AttributeId, journey: &Journey) -> usize {
    let attribute = &journey.attributes[id.index()];
    debug_assert!(matches!(attribute.kind, AttributeKind::Counter { .. }));
    let most = attribute.size() as i64 - 1;
    i64::from(value).saturating_add(amount).clamp(0, most) as usize
}

fn fault(steps: &[usize], draft: &Draft) -> Fault {
    let name = |at: &usize| format!("`{}`", draft.steps[*at].id.text);
    let mut names: Vec<String> = steps.iter().take(NAMED_MAX).map(name).collect();
    if steps.len() > NAMED_MAX {
        names.push(format!("{} more", steps.len() - NAMED_MAX));
    }
    let message = match names.as_slice() {
        [only] => format!("no time can pass in the loop of {only} to itself"),
        [first @ .., last] => format!("no time can pass in the loop of {} and {last}", first.join(", ")),
        [] => "no time can pass in a loop".to_owned(),
    };
    let at = draft.steps[steps[0]].id.at.clone().on_key();
    Fault::mistake("timeless-loop", at, message)
        .help("give one of its branches a delay of at least a tick with `after`")
}
