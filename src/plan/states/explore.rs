//! Finds every state that can be reached, and the ways between them.

use std::collections::HashMap;
use std::collections::VecDeque;

use crate::journey::{Atom, Journey, StepId};
use crate::plan::known::{Caps, Day, Known, rules_of};
use crate::plan::{ForkPlan, Plan};

use super::days::{day_kinds, looks_at_calendar};
use super::entries::{EntryCase, EntryPlan, beginners};
use super::{EDGES_MAX, Edge, Gains, STATES_MAX, State, States, Unfit, Way};

/// States found so far; those in the queue have no edges yet.
struct Search<'a> {
    plan: &'a Plan,
    caps: Caps,
    /// The kinds of days.
    days: Vec<Day>,
    /// The kind of day of tick 0.
    first_day: usize,
    states: Vec<State>,
    known: Vec<Known>,
    edges: Vec<Edge>,
    numbers: HashMap<(u32, Known), u32>,
    queue: VecDeque<u32>,
}

pub(super) fn explore(journey: &Journey, plan: &Plan) -> Result<States, Unfit> {
    for (at, step) in plan.steps.iter().enumerate() {
        let mut looks_at_days = false;
        for rule in rules_of(step) {
            rule.each_atom(&mut |atom, _, _| looks_at_days |= atom == Atom::Days);
        }
        if looks_at_days {
            return Err(Unfit::Days(StepId::at(at)));
        }
    }
    let (kinds, days) = day_kinds(plan);
    let mut search = Search {
        plan,
        caps: Caps::of(plan),
        days,
        first_day: kinds.first().map_or(0, |it| *it as usize),
        states: Vec::new(),
        known: Vec::new(),
        edges: Vec::new(),
        numbers: HashMap::new(),
        queue: VecDeque::new(),
    };
    let mut entries = Vec::new();
    for source in 0..plan.streams.len() + plan.waiting.len() {
        let mut cases = Vec::new();
        for beginner in beginners(journey, plan, &search.caps, source, STATES_MAX)? {
            let (state, gains) = match source.checked_sub(plan.streams.len()) {
                None => search.arrive(plan.streams[source].to, beginner.known)?,
                Some(entry) => (search.wait(entry, beginner.known)?, Gains::default()),
            };
            cases.push(EntryCase {
                values: beginner.values,
                state,
                gains,
            });
        }
        entries.push(EntryPlan { cases });
    }
    while let Some(state) = search.queue.pop_front() {
        search.leave(state as usize)?;
    }
    Ok(States {
        rows: search.known.iter().flat_map(|it| it.rows.iter().copied()).collect(),
        states: search.states,
        edges: search.edges,
        entries,
        packs: plan.groups.packs.len(),
        day_kinds: kinds,
    })
}

impl Search<'_> {
    /// The state of customers who arrive at a step, and what arriving means.
    fn arrive(&mut self, step: u32, mut known: Known) -> Result<(u32, Gains), Unfit> {
        let gains = known.arrive(self.plan, &self.plan.steps[step as usize], &self.caps);
        if let Some(state) = self.numbers.get(&(step, known.clone())) {
            return Ok((*state, gains));
        }
        let state = self.add(step, known.clone(), None)?;
        self.numbers.insert((step, known), state);
        Ok((state, gains))
    }

    /// The state of customers of the pipeline, who are at their step already.
    fn wait(&mut self, entry: usize, mut known: Known) -> Result<u32, Unfit> {
        let step = self.plan.waiting[entry].step;
        known.visit(&self.plan.steps[step as usize], &self.caps);
        self.add(step, known, Some(entry))
    }

    fn add(&mut self, step: u32, known: Known, waiting: Option<usize>) -> Result<u32, Unfit> {
        if self.states.len() == STATES_MAX {
            return Err(Unfit::States);
        }
        let number = |at: usize| u32::try_from(at).expect("states are bounded");
        let it = &self.plan.steps[step as usize];
        let cell = known.cell(it);
        let state = number(self.states.len());
        self.states.push(State {
            step,
            cell: number(cell),
            place: number(self.plan.place(it, cell, 0)),
            first_edge: 0,
            edges: 0,
            way: Way::End,
            has_converted: self.plan.memory.converted.get(&known.words) != 0,
            waiting: waiting.map(number),
            key: known.key(it) ^ waiting.map_or(0, |entry| self.plan.waiting[entry].key),
        });
        self.known.push(known);
        self.queue.push_back(state);
        Ok(state)
    }

    /// Finds the ways on from a state.
    fn leave(&mut self, state: usize) -> Result<(), Unfit> {
        let step = &self.plan.steps[self.states[state].step as usize];
        let known = self.known[state].clone();
        let (way, positions) = match &step.fork {
            ForkPlan::End(_) => return Ok(()),
            ForkPlan::Single => (Way::One, vec![0]),
            ForkPlan::Chances => (Way::Chances, (0..step.branches).collect()),
            ForkPlan::Rules(rules) => {
                // The pipeline moves on under the rules of tick 0.
                let days = if self.states[state].waiting.is_some() {
                    &self.days[self.first_day..=self.first_day]
                } else if looks_at_calendar(rules) {
                    &self.days[..]
                } else {
                    &self.days[..1]
                };
                let chosen: Vec<usize> = days
                    .iter()
                    .map(|it| known.rule(self.plan, &self.caps, rules, *it))
                    .collect();
                let mut positions = chosen.clone();
                positions.sort_unstable();
                positions.dedup();
                if positions.len() == 1 {
                    (Way::One, positions)
                } else {
                    let edge = |it: &usize| positions.binary_search(it).expect("it was put there");
                    let edges = chosen
                        .iter()
                        .map(|it| u32::try_from(edge(it)).expect("branches are bounded"));
                    (Way::ByDay(edges.collect()), positions)
                }
            }
        };
        if self.edges.len() + positions.len() > EDGES_MAX {
            return Err(Unfit::Edges);
        }
        let number = |at: usize| u32::try_from(at).expect("edges are bounded");
        let first_edge = number(self.edges.len());
        let count = number(positions.len());
        for position in positions {
            let branch = number(step.first_branch + position);
            let (to, gains) = self.arrive(self.plan.branch_to[branch as usize], known.clone())?;
            self.edges.push(Edge {
                from: number(state),
                to,
                branch,
                position: number(position),
                gains,
            });
        }
        let it = &mut self.states[state];
        (it.first_edge, it.edges, it.way) = (first_edge, count, way);
        Ok(())
    }
}
