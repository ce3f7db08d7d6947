//! The ways on from every state in one world: chances and delays, at every time.

use crate::journey::delay::DelayTable;

use super::states::{State, States, Way};
use super::{Plan, Rates};

/// Ways on from the states of a journey in one world.
///
/// A *phase* is a set of ticks in which nothing differs: a stretch and a kind of day.
#[derive(Debug)]
pub struct Ways<'a> {
    plan: &'a Plan,
    /// By phase: stretch and kind of day.
    phases: Vec<(usize, usize)>,
    /// By tick: its phase.
    phase_of: Vec<u32>,
    /// By phase and state: where its ways start in `onwards`; one more at the end.
    firsts: Vec<u32>,
    onwards: Vec<Onward>,
    /// What is left of delays that customers of the pipeline have waited for.
    remaining: Vec<&'a DelayTable>,
}

/// A way on from a state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Onward {
    /// The edge, by position in [`States::edges`].
    pub edge: u32,
    /// The state it leads to.
    pub to: u32,
    /// The chance that a customer of the state takes it.
    pub chance: f64,
    /// Its delay; see [`Ways::table`].
    pub delay: u32,
}

impl<'a> Ways<'a> {
    /// The ways on in the world of these rates.
    #[must_use]
    pub fn of(plan: &'a Plan, states: &States, rates: &Rates) -> Self {
        let mut it = Self {
            plan,
            phases: Vec::new(),
            phase_of: Vec::new(),
            firsts: vec![0],
            onwards: Vec::new(),
            remaining: Vec::new(),
        };
        it.find_phases(states);
        for phase in 0..it.phases.len() {
            let (stretch, day) = it.phases[phase];
            for state in &states.states {
                match state.waiting {
                    None => it.add(states, rates, state, stretch, day),
                    // The pipeline moves on at the chances of tick 0.
                    Some(entry) if phase == 0 => it.resume(states, rates, state, entry as usize),
                    Some(_) => {}
                }
                it.firsts.push(number(it.onwards.len()));
            }
        }
        it
    }

    fn find_phases(&mut self, states: &States) {
        for tick in 0..self.plan.clock.ticks {
            let stretch = self.plan.bins[self.plan.bin_of[tick as usize] as usize].stretch as usize;
            let phase = (stretch, states.day_kind(tick));
            let known = self.phases.iter().rposition(|it| *it == phase);
            self.phase_of.push(number(known.unwrap_or_else(|| {
                self.phases.push(phase);
                self.phases.len() - 1
            })));
        }
    }

    fn add(&mut self, states: &States, rates: &Rates, state: &State, stretch: usize, day: usize) {
        let place = stretch * self.plan.places + state.place as usize;
        let chosen = match &state.way {
            Way::ByDay(edges) => Some(edges[day] as usize),
            Way::End | Way::One | Way::Chances => None,
        };
        for (at, edge) in state.edge_range().enumerate() {
            if chosen.is_some_and(|it| it != at) {
                continue;
            }
            let it = &states.edges[edge];
            let place = place + it.position as usize;
            let chance = if state.way == Way::Chances {
                rates.chances[place]
            } else {
                1.0
            };
            if chance > 0.0 {
                self.onwards.push(Onward {
                    edge: number(edge),
                    to: it.to,
                    chance,
                    delay: self.plan.delays[place],
                });
            }
        }
    }

    /// By the law of the step given that the delay is longer than what was waited; where that
    /// leaves nothing, at once by the plain chances.
    fn resume(&mut self, states: &States, rates: &Rates, state: &State, entry: usize) {
        let step = &self.plan.steps[state.step as usize];
        let waiting = &self.plan.waiting[entry];
        let edges = &states.edges[state.edge_range()];
        let left = |position: u32| waiting.remaining[state.cell as usize * step.branches + position as usize].as_ref();
        let plain = |position: u32| match state.way {
            Way::Chances => rates.chances[state.place as usize + position as usize],
            Way::End | Way::One | Way::ByDay(_) => 1.0,
        };
        let given: Vec<f64> = edges
            .iter()
            .map(|it| plain(it.position) * left(it.position).map_or(0.0, |it| it.0))
            .collect();
        let sum: f64 = given.iter().sum();
        for (at, it) in edges.iter().enumerate() {
            let (chance, delay) = if sum > 0.0 {
                (given[at] / sum, left(it.position).map(|it| &it.1))
            } else {
                (plain(it.position), None)
            };
            if chance > 0.0 {
                let delay = match delay {
                    None => 0,
                    Some(table) => {
                        self.remaining.push(table);
                        number(self.plan.tables.len() + self.remaining.len() - 1)
                    }
                };
                self.onwards.push(Onward {
                    edge: state.first_edge + number(at),
                    to: it.to,
                    chance,
                    delay,
                });
            }
        }
    }

    /// How many phases there are.
    #[must_use]
    pub fn phases(&self) -> usize {
        self.phases.len()
    }

    /// The phase of a tick.
    #[inline]
    #[must_use]
    pub fn phase_at(&self, tick: u32) -> usize {
        self.phase_of[tick as usize] as usize
    }

    /// The stretch of a phase.
    #[must_use]
    pub fn stretch_of(&self, phase: usize) -> usize {
        self.phases[phase].0
    }

    /// The ways on from a state in a phase, in the order of its branches; their chances sum to 1.
    /// None where the journey ends, and for customers of the pipeline past tick 0's phase.
    #[inline]
    #[must_use]
    pub fn from(&self, phase: usize, state: usize) -> &[Onward] {
        let states = (self.firsts.len() - 1) / self.phases.len();
        let at = phase * states + state;
        &self.onwards[self.firsts[at] as usize..self.firsts[at + 1] as usize]
    }

    /// All ways on in a phase.
    #[must_use]
    pub fn all_in(&self, phase: usize) -> &[Onward] {
        let states = (self.firsts.len() - 1) / self.phases.len();
        let (first, last) = (phase * states, (phase + 1) * states);
        &self.onwards[self.firsts[first] as usize..self.firsts[last] as usize]
    }

    /// How many tables delays are numbered by.
    #[must_use]
    pub fn tables(&self) -> usize {
        self.plan.tables.len() + self.remaining.len()
    }

    /// The law of a delay; number 0 is no delay at all.
    #[must_use]
    pub fn table(&self, delay: u32) -> &'a DelayTable {
        let delay = delay as usize;
        self.plan
            .tables
            .get(delay)
            .unwrap_or_else(|| self.remaining[delay - self.plan.tables.len()])
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("ways and phases are bounded")
}
