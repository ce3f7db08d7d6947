//! The ways on in one world, laid out as the splitter goes through them.

use crate::plan::{Plan, Rates, States, Ways};

use super::delays::Delays;
use super::stand_in::Split;

/// A way on from a state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Road {
    /// Who takes it, of those who have taken none before it.
    pub(super) split: Split,
    pub(super) edge: u32,
    /// The rank of the state it leads to.
    pub(super) to: u32,
    pub(super) delay: u32,
    pub(super) lane: u32,
    /// Tells the roads of a state apart in keys of draws.
    pub(super) key: u64,
}

/// All ways on in one world.
#[derive(Debug)]
pub(super) struct Roads {
    /// By state.
    rank_of: Vec<u32>,
    /// By phase and rank: the first road and the one after the last.
    of: Vec<(u32, u32)>,
    roads: Vec<Road>,
    /// By tick: the phase.
    phase_of: Vec<u32>,
    /// By stretch and case: who is of this kind, of those who are of none before it.
    kinds: Vec<Split>,
    cases: usize,
}

impl Roads {
    pub(super) fn new(rank_of: Vec<u32>) -> Self {
        Self {
            rank_of,
            of: Vec::new(),
            roads: Vec::new(),
            phase_of: Vec::new(),
            kinds: Vec::new(),
            cases: 0,
        }
    }

    /// Learns the chances of a world.
    pub(super) fn learn(&mut self, plan: &Plan, states: &States, delays: &Delays, targets: &[u32], ways: &Ways<'_>) {
        let count = self.rank_of.len();
        if self.phase_of.is_empty() {
            self.phase_of = (0..plan.clock.ticks)
                .map(|tick| u32::try_from(ways.phase_at(tick)).expect("phases are bounded"))
                .collect();
        }
        self.of.clear();
        self.of.resize(ways.phases() * count, (0, 0));
        self.roads.clear();
        for phase in 0..ways.phases() {
            for (state, rank) in self.rank_of.iter().enumerate() {
                let at = phase * count + *rank as usize;
                let onwards = ways.from(phase, state);
                if phase > 0 && onwards == ways.from(phase - 1, state) {
                    self.of[at] = self.of[at - count];
                    continue;
                }
                let first = number(self.roads.len());
                let mut left = 1.0;
                for it in onwards {
                    let (delay, lane) = delays.on(it.edge, it.delay);
                    self.roads.push(Road {
                        split: Split::new((it.chance / left).min(1.0)),
                        edge: it.edge,
                        to: targets[it.to as usize],
                        delay,
                        lane,
                        key: u64::from(states.edges[it.edge as usize].position) + 1,
                    });
                    left -= it.chance;
                }
                self.of[at] = (first, number(self.roads.len()));
            }
        }
    }

    /// Learns in which states the customers of each source begin.
    pub(super) fn learn_kinds(&mut self, plan: &Plan, states: &States, rates: &Rates) {
        self.kinds.clear();
        for stretch in 0..plan.stretches.len() {
            for (source, entry) in states.entries.iter().enumerate() {
                let mut left = 1.0;
                for share in entry.shares(plan, rates, stretch, source) {
                    self.kinds
                        .push(Split::new(if left > 0.0 { (share / left).min(1.0) } else { 0.0 }));
                    left -= share;
                }
            }
        }
        self.cases = self.kinds.len() / plan.stretches.len();
    }

    /// The phase of a tick.
    pub(super) fn phase_at(&self, tick: u32) -> usize {
        self.phase_of[tick as usize] as usize
    }

    /// The ways on from a state: the first, and the one after the last.
    #[inline]
    pub(super) fn from(&self, phase: usize, rank: usize) -> (usize, usize) {
        let (first, after) = self.of[phase * self.rank_of.len() + rank];
        (first as usize, after as usize)
    }

    #[inline]
    pub(super) fn road(&self, at: usize) -> &Road {
        &self.roads[at]
    }

    /// Which part is of a case, of those who are of none before it.
    pub(super) fn kind(&self, stretch: usize, case: usize) -> &Split {
        &self.kinds[stretch * self.cases + case]
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("ways are bounded")
}
