//! Which ways are open when, in one world.

use std::ops::Range;

use crate::plan::{Plan, States, Ways};

use super::classes::{Classes, NONE};
use super::links::Link;

/// The ways of a world, with phases that do not differ taken as one.
#[derive(Debug)]
pub(super) struct Course {
    /// By tick.
    pub(super) phase_of: Vec<u32>,
    /// By phase: one of the phases of [`Ways`] that are like it; that of tick 0 comes first.
    pub(super) alike: Vec<usize>,
    /// By phase: the links between classes.
    pub(super) links: Vec<Vec<Link>>,
}

/// Ticks of one bin and one phase in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leg {
    pub(super) until: usize,
    pub(super) bin: usize,
    pub(super) phase: usize,
}

impl Course {
    pub(super) fn of(classes: &Classes, ways: &Ways<'_>, plan: &Plan) -> Self {
        let mut it = Self {
            phase_of: Vec::new(),
            alike: Vec::new(),
            links: Vec::new(),
        };
        let phases: Vec<u32> = (0..ways.phases())
            .map(|phase| {
                let links = links(&classes.first, |state| classes.of[state as usize], ways, phase);
                let known = it.links.iter().position(|known| *known == links);
                known.unwrap_or_else(|| {
                    it.links.push(links);
                    it.alike.push(phase);
                    it.links.len() - 1
                }) as u32
            })
            .collect();
        it.phase_of = (0..plan.clock.ticks).map(|tick| phases[ways.phase_at(tick)]).collect();
        it
    }

    /// The links between all states, by phase; customers of the pipeline are none of them.
    pub(super) fn links_of_states(&self, states: &States, classes: &Classes, ways: &Ways<'_>) -> Vec<Vec<Link>> {
        let moving: Vec<u32> = (0..states.states.len() as u32).collect();
        let of_phase = |phase: &usize| {
            let mut links = links(&moving, |state| state, ways, *phase);
            links.retain(|it| classes.of[it.from as usize] != NONE);
            links
        };
        self.alike.iter().map(of_phase).collect()
    }

    pub(super) fn legs(&self, plan: &Plan) -> Vec<Leg> {
        let mut legs: Vec<Leg> = Vec::new();
        for (tick, (bin, phase)) in plan.bin_of.iter().zip(&self.phase_of).enumerate() {
            let (bin, phase) = (*bin as usize, *phase as usize);
            match legs.last_mut() {
                Some(last) if (last.bin, last.phase) == (bin, phase) => last.until = tick + 1,
                _ => legs.push(Leg {
                    until: tick + 1,
                    bin,
                    phase,
                }),
            }
        }
        legs
    }
}

fn links(from: &[u32], node: impl Fn(u32) -> u32, ways: &Ways<'_>, phase: usize) -> Vec<Link> {
    let mut links = Vec::new();
    for (at, state) in from.iter().enumerate() {
        let onward = ways.from(phase, *state as usize).iter();
        links.extend(onward.map(|it| Link {
            from: at as u32,
            to: node(it.to),
            edge: it.edge,
            chance: it.chance,
            delay: it.delay,
        }));
    }
    links
}

/// The ticks of a stretch.
pub(super) fn stretch(plan: &Plan, stretch: usize) -> Range<usize> {
    let until = plan.stretches.get(stretch + 1).unwrap_or(&plan.clock.ticks);
    plan.stretches[stretch] as usize..*until as usize
}
