//! Arrivals won, and those of them who leave, by period of arrival and period: by following all who
//! can still do so.

use std::ops::Range;

use crate::engine::tally::{Expected, Tally};
use crate::plan::Plan;

use super::Solver;
use super::chain::{Chain, Ends, Room};
use super::course::Course;
use super::entrants::Entrants;
use super::links::{Link, OUTSIDE};
use super::transit::dot;
use super::windows::Windows;

/// Marks links on which customers convert for the first time.
const WON: u32 = 1;
/// Marks links on which customers who have converted end, and are not retained.
const LEFT: u32 = 2;
const OTHER: u32 = 0;

impl Solver<'_> {
    /// Whether customers convert for the first time on an edge.
    pub(super) fn is_won(&self, edge: u32) -> bool {
        self.states.edges[edge as usize].gains.won
    }

    /// Whether customers who have converted, maybe just now, end on an edge and are not retained.
    pub(super) fn leaves_won(&self, edge: u32) -> bool {
        let it = &self.states.edges[edge as usize];
        let step = self.states.states[it.to as usize].step;
        it.gains.leaves_won(&self.plan.steps[step as usize])
    }

    /// Follows the arrivals of every period until they have converted and cannot leave any more.
    pub(super) fn cohorts(
        &self,
        room: &mut Room,
        course: &Course,
        entrants: &Entrants<'_>,
        tally: &mut Tally<Expected>,
    ) {
        let Some(cohorts) = &mut tally.cohorts else { return };
        let (plan, periods) = (self.plan, self.plan.periods.len());
        let ticks = plan.clock.ticks as usize;
        let period_of: Vec<usize> = plan
            .bin_of
            .iter()
            .map(|it| plan.bins[*it as usize].period as usize)
            .collect();
        let (nodes, chain) = self.until_left(course);
        let phase_at = |tick: usize| course.phase_of[tick] as usize;
        let won = Ends::of(&chain, |mark| mark & WON != 0);
        let left = Ends::of(&chain, |mark| mark & LEFT != 0);
        let coming = self.coming(entrants, &nodes);
        for (period, during) in runs(plan) {
            let enter = |tick: usize, customers: &mut [f64]| {
                if tick < during.end {
                    for (node, arrivals) in &coming {
                        customers[*node] += arrivals[tick];
                    }
                }
            };
            chain.run(
                room,
                during.start..ticks,
                phase_at,
                enter,
                |tick, customers, arriving| {
                    let (cell, phase) = (period * periods + period_of[tick], phase_at(tick));
                    cohorts.won[cell] += won.reached(phase, customers, arriving);
                    cohorts.left[cell] += left.reached(phase, customers, arriving);
                },
            );
        }
    }

    /// Who arrives in each class that is followed, by tick.
    fn coming(&self, entrants: &Entrants<'_>, nodes: &[u32]) -> Vec<(usize, Vec<f64>)> {
        let ticks = self.plan.clock.ticks as usize;
        let mut coming: Vec<(usize, Vec<f64>)> = Vec::new();
        let mut place_of = vec![usize::MAX; nodes.len()];
        for tick in 0..ticks {
            entrants.each_case(tick, |case, customers| {
                // Who has converted on arrival and cannot leave is in no class that is followed.
                let node = nodes.binary_search(&self.classes.of[case.state as usize]);
                let Ok(node) = node else { return };
                if place_of[node] == usize::MAX {
                    place_of[node] = coming.len();
                    coming.push((node, vec![0.0; ticks]));
                }
                coming[place_of[node]].1[tick] += customers;
            });
        }
        coming
    }

    /// The classes whose customers can still convert for the first time, or leave once they have
    /// converted, and the links between them.
    fn until_left(&self, course: &Course) -> (Vec<u32>, Chain) {
        let mark = |it: &Link| {
            let won = if self.is_won(it.edge) { WON } else { OTHER };
            let left = if self.leaves_won(it.edge) { LEFT } else { OTHER };
            won | left
        };
        let mut is_followed = vec![false; self.classes.first.len()];
        let mut grows = true;
        while grows {
            grows = false;
            for it in course.links.iter().flatten().rev() {
                if !is_followed[it.from as usize] && (mark(it) != OTHER || is_followed[it.to as usize]) {
                    is_followed[it.from as usize] = true;
                    grows = true;
                }
            }
        }
        let nodes: Vec<u32> = (0..is_followed.len() as u32)
            .filter(|it| is_followed[*it as usize])
            .collect();
        let links = course.links.iter().map(|links| {
            let inside = links.iter().filter_map(|it| {
                let from = nodes.binary_search(&it.from).ok()?;
                let (to, delay) = match nodes.binary_search(&it.to) {
                    Ok(to) => (to as u32, it.delay),
                    Err(_) if mark(it) != OTHER => (OUTSIDE, it.delay),
                    // Who is not followed any more: the first transit takes no time.
                    Err(_) => (OUTSIDE, 0),
                };
                Some(Link {
                    from: from as u32,
                    to,
                    edge: mark(it),
                    chance: it.chance,
                    delay,
                })
            });
            inside.collect()
        });
        let chain = Chain::new(nodes.len(), links.collect(), &self.transits);
        (nodes, chain)
    }
}

/// Adds what arrivals of each period do once, given how many arrive when, and how likely each does it
/// how many ticks later.
pub(super) fn add_cohorts(plan: &Plan, arrivals: &[f64], done: &[f64], cohorts: &mut [f64]) {
    let runs = runs(plan);
    let windows = Windows::of(done, runs.iter().map(|it| it.1.len()));
    for (arrived, during) in &runs {
        for (period, ticks) in runs.iter().filter(|it| it.0 >= *arrived) {
            // From the last tick of the period back to each tick of arrival.
            let done = windows.before(ticks);
            cohorts[arrived * plan.periods.len() + period] += dot(&arrivals[during.clone()], &done[during.clone()]);
        }
    }
}

/// The periods that ticks start in, and those ticks.
fn runs(plan: &Plan) -> Vec<(usize, Range<usize>)> {
    let mut runs: Vec<(usize, Range<usize>)> = Vec::new();
    for it in &plan.bins {
        match runs.last_mut() {
            Some(last) if last.0 == it.period as usize => last.1.end = it.ticks.until as usize,
            _ => runs.push((it.period as usize, it.ticks.from as usize..it.ticks.until as usize)),
        }
    }
    runs
}
