//! How many customers ever reach a step that can be reached again: by first passage, with the
//! step as the end of the way.

use std::sync::Arc;

use crate::plan::Plan;

use super::chain::{Chain, Link, Room, reach, restrict};
use super::order::components;
use super::transit::Transit;

/// Steps that lead to one another.
#[derive(Debug)]
pub(super) struct Loop {
    /// The classes of customers at its steps.
    pub(super) nodes: Vec<u32>,
    /// By node: its step.
    steps: Vec<u32>,
}

/// The loops of a journey.
#[derive(Debug)]
pub(super) struct Loops {
    pub(super) loops: Vec<Loop>,
    /// By step: whether it is in a loop.
    pub(super) revisited: Vec<bool>,
    /// By class: its loop and its place among all nodes of loops.
    pub(super) places: Vec<Option<(u32, u32)>>,
}

/// Marks links that lead to the step in question; all others lead elsewhere.
const THERE: u32 = u32::MAX;
const AWAY: u32 = u32::MAX - 1;

impl Loops {
    /// The loops among steps; `steps` tells the step of each class.
    pub(super) fn of(plan: &Plan, steps: &[u32]) -> Self {
        let next = |step: u32| {
            let it = &plan.steps[step as usize];
            plan.branch_to[it.first_branch..it.first_branch + it.branches]
                .iter()
                .copied()
        };
        let mut it = Self {
            loops: Vec::new(),
            revisited: vec![false; plan.steps.len()],
            places: vec![None; steps.len()],
        };
        for found in components(plan.steps.len(), next) {
            if found.len() == 1 && next(found[0]).all(|to| to != found[0]) {
                continue;
            }
            let nodes: Vec<u32> = (0..steps.len() as u32)
                .filter(|node| found.binary_search(&steps[*node as usize]).is_ok())
                .collect();
            let first = it.count();
            for (at, node) in nodes.iter().enumerate() {
                it.places[*node as usize] = Some((it.loops.len() as u32, (first + at) as u32));
            }
            for step in found {
                it.revisited[step as usize] = true;
            }
            it.loops.push(Loop {
                steps: nodes.iter().map(|node| steps[*node as usize]).collect(),
                nodes,
            });
        }
        it
    }

    /// How many nodes all loops have.
    pub(super) fn count(&self) -> usize {
        self.loops.iter().map(|it| it.nodes.len()).sum()
    }
}

impl Loop {
    /// Who reaches each visited step of the loop for the first time, tick by tick; `came` are those
    /// who come from outside to each node, by node and tick.
    pub(super) fn first_visits(
        &self,
        plan: &Plan,
        (count, links): (usize, &[Vec<Link>]),
        transits: &Arc<[Transit]>,
        room: &mut Room,
        came: &[f64],
        phase_at: impl Fn(usize) -> usize,
        mut tell: impl FnMut(usize, usize, f64),
    ) {
        let ticks = plan.clock.ticks as usize;
        let of_node = |node: usize| &came[node * ticks..(node + 1) * ticks];
        let mut steps = self.steps.clone();
        steps.sort_unstable();
        steps.dedup();
        let is_entered: Vec<bool> = (0..self.nodes.len())
            .map(|it| of_node(it).iter().any(|it| *it > 0.0))
            .collect();
        for step in steps {
            let Some(visit) = plan.steps[step as usize].visit else {
                continue;
            };
            for node in (0..self.nodes.len()).filter(|it| self.steps[*it] == step && is_entered[*it]) {
                for (tick, customers) in of_node(node).iter().enumerate() {
                    tell(visit, tick, *customers);
                }
            }
            // Who comes to other steps of the loop, and where these lead before the step.
            let entered = (0..self.nodes.len()).filter(|it| self.steps[*it] != step && is_entered[*it]);
            let place = |class: u32| self.nodes.binary_search(&class).ok();
            let is_inside = |it: &Link| place(it.to).is_some_and(|at| self.steps[at] != step);
            let classes = reach(count, links, entered.map(|it| self.nodes[it]), is_inside);
            if classes.is_empty() {
                continue;
            }
            let links = restrict(links, &classes, |it| {
                let is_there = place(it.to).is_some_and(|at| self.steps[at] == step);
                Link {
                    edge: if is_there { THERE } else { AWAY },
                    // Who leaves for good is not followed: the first transit takes no time.
                    delay: if is_there { it.delay } else { 0 },
                    ..*it
                }
            });
            let chain = Chain::new(classes.len(), links, transits);
            let others: Vec<usize> = classes.iter().map(|it| place(*it).expect("all are inside")).collect();
            let at_once: Vec<Vec<(usize, f64)>> = chain
                .links
                .iter()
                .map(|links| {
                    let there = links.iter().filter(|it| it.edge == THERE);
                    let now = there.map(|it| (it.from as usize, it.chance * transits[it.delay as usize].now));
                    now.filter(|it| it.1 > 0.0).collect()
                })
                .collect();
            let enter = |tick: usize, customers: &mut [f64]| {
                for (customers, node) in customers.iter_mut().zip(&others) {
                    *customers += came[node * ticks + tick];
                }
            };
            chain.run(room, 0..ticks, &phase_at, enter, |tick, customers, arriving| {
                let now = at_once[phase_at(tick)]
                    .iter()
                    .map(|(from, chance)| customers[*from] * chance);
                let later = chain.conveyors.iter().zip(arriving).map(|(it, arriving)| {
                    let ends = chain.deliveries[it.deliveries.clone()].iter();
                    ends.filter(|it| it.edge == THERE)
                        .map(|it| it.chance * arriving)
                        .sum::<f64>()
                });
                tell(visit, tick, now.sum::<f64>() + later.sum::<f64>());
            });
        }
    }
}
