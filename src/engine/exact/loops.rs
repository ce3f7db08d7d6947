//! How many customers ever reach a step that can be reached again: by first passage, with the
//! step as the end of the way.

use crate::plan::Plan;

use super::Solver;
use super::chain::{Chain, Ends, Room};
use super::course::Course;
use super::links::{Link, reach, restrict};
use super::order::components;

/// Steps that lead to one another.
#[derive(Debug)]
struct Loop {
    /// The classes of customers at its steps.
    nodes: Vec<u32>,
    /// By node: its step.
    steps: Vec<u32>,
}

/// The loops of a journey.
#[derive(Debug)]
pub(super) struct Loops {
    all: Vec<Loop>,
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
            all: Vec::new(),
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
                it.places[*node as usize] = Some((it.all.len() as u32, (first + at) as u32));
            }
            it.all.push(Loop {
                steps: nodes.iter().map(|node| steps[*node as usize]).collect(),
                nodes,
            });
        }
        it
    }

    /// How many nodes all loops have.
    pub(super) fn count(&self) -> usize {
        self.all.iter().map(|it| it.nodes.len()).sum()
    }
}

impl Solver<'_> {
    /// Tells who reaches each visited step of a loop for the first time, and when: the number of the
    /// step among visited ones, the tick and how many. `came` are those who come into loops from
    /// outside, by place and tick.
    pub(super) fn first_visits(
        &self,
        room: &mut Room,
        course: &Course,
        came: &[f64],
        mut tell: impl FnMut(usize, usize, f64),
    ) {
        let ticks = self.plan.clock.ticks as usize;
        let mut first = 0;
        for it in &self.loops.all {
            let last = first + it.nodes.len() * ticks;
            let came = &came[first..last];
            let mut steps = it.steps.clone();
            steps.sort_unstable();
            steps.dedup();
            for step in steps {
                if let Some(visit) = self.plan.steps[step as usize].visit {
                    self.first_visits_of(it, step, room, course, came, |tick, customers| {
                        tell(visit, tick, customers);
                    });
                }
            }
            first = last;
        }
    }

    /// The same for one step of one loop.
    fn first_visits_of(
        &self,
        of: &Loop,
        step: u32,
        room: &mut Room,
        course: &Course,
        came: &[f64],
        mut tell: impl FnMut(usize, f64),
    ) {
        let ticks = self.plan.clock.ticks as usize;
        let of_node = |node: usize| &came[node * ticks..(node + 1) * ticks];
        // Who comes to other steps of the loop, and where these lead before the step.
        let mut entered = Vec::new();
        for (node, class) in of.nodes.iter().enumerate() {
            if of.steps[node] == step {
                (0..).zip(of_node(node)).for_each(|(tick, it)| tell(tick, *it));
            } else if of_node(node).iter().any(|it| *it > 0.0) {
                entered.push(*class);
            }
        }
        if entered.is_empty() {
            return;
        }
        let place = |class: u32| of.nodes.binary_search(&class).ok();
        let is_there = |it: &Link| place(it.to).is_some_and(|at| of.steps[at] == step);
        let is_before = |it: &Link| place(it.to).is_some_and(|at| of.steps[at] != step);
        let classes = reach(self.classes.first.len(), &course.links, entered.into_iter(), is_before);
        let links = restrict(&course.links, &classes, |it| Link {
            edge: if is_there(it) { THERE } else { AWAY },
            // Who leaves for good is not followed: the first transit takes no time.
            delay: if is_there(it) { it.delay } else { 0 },
            ..*it
        });
        let chain = Chain::new(classes.len(), links, &self.transits);
        let nodes: Vec<usize> = classes
            .iter()
            .map(|it| place(*it).expect("all are in the loop"))
            .collect();
        let ends = Ends::of(&chain, |edge| edge == THERE);
        let phase_at = |tick: usize| course.phase_of[tick] as usize;
        let enter = |tick: usize, customers: &mut [f64]| {
            for (customers, node) in customers.iter_mut().zip(&nodes) {
                *customers += came[node * ticks + tick];
            }
        };
        chain.run(room, 0..ticks, phase_at, enter, |tick, customers, arriving| {
            tell(tick, ends.reached(phase_at(tick), customers, arriving));
        });
    }
}
