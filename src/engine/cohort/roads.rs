//! The ways on in one world, laid out as the splitter goes through them.

use std::ops::Range;

use crate::journey::law::{Bounds, Law};
use crate::plan::{Plan, Rates, States, Ways};
use crate::random::{Key, Split, poisson_quantile};

use super::delays::{AtOnce, Delays};

/// All ways on in one world.
#[derive(Debug)]
pub(super) struct Roads {
    /// By state.
    rank_of: Vec<u32>,
    /// By phase and rank: the fork.
    fork_of: Vec<u32>,
    forks: Vec<Fork>,
    ways: Vec<Road>,
    returns: Vec<Return>,
    /// By tick: the phase.
    phase_of: Vec<u32>,
    /// By stretch and case: who is of this kind, of those who are of none before it.
    kinds: Vec<Split>,
    cases: usize,
}

/// How the customers of a state split.
#[derive(Debug, Clone)]
pub(super) struct Fork {
    /// Who comes back to the state within the tick.
    pub(super) again: Option<Again>,
    returns: Range<u32>,
    roads: Range<u32>,
}

/// Customers come back to a state within the tick, some of them again and again.
#[derive(Debug, Clone)]
pub(super) struct Again {
    /// Who comes back once more.
    split: Split,
    /// The chance of that over the chance of going on.
    odds: f64,
    /// −1 over the logarithm of the chance.
    rounds: f64,
}

/// With more rounds than this, all of them together cost less than one after the other.
const ROUNDS_MAX: f64 = 8.0;

impl Again {
    fn new(back: f64, away: f64) -> Option<Self> {
        let chance = back / (back + away);
        (back > 0.0).then(|| Self {
            split: Split::new(chance),
            odds: back / away,
            rounds: -1.0 / chance.ln(),
        })
    }

    /// How often `count` customers come back in all.
    ///
    /// Round for round, or by the negative binomial law as a gamma mixture of Poisson laws
    /// (Greenwood & Yule, 1920).
    #[inline]
    pub(super) fn draw(&self, count: u64, luck: Key) -> u64 {
        if (count as f64).ln() * self.rounds > ROUNDS_MAX {
            let shape = count as f64;
            let law = Law::Gamma {
                shape,
                scale: self.odds,
            };
            let mean = law.draw(Bounds::NOT_NEGATIVE, &mut luck.stream());
            return poisson_quantile(mean, luck.uniform());
        }
        let mut luck = luck.sequence();
        let (mut all, mut back) = (0, count);
        while back > 0 {
            back = self.split.draw(back, &mut luck);
            all += back;
        }
        all
    }
}

/// A way that leads back to its state within the tick.
#[derive(Debug, Clone)]
pub(super) struct Return {
    /// Who takes it, of those who come back by none before it.
    pub(super) split: Split,
    pub(super) edge: u32,
}

/// A way on from a state, for those who do not come back to it within the tick.
#[derive(Debug, Clone)]
pub(super) struct Road {
    /// Who takes it, of those who take none before it.
    pub(super) split: Split,
    pub(super) edge: u32,
    /// The rank of the state it leads to.
    pub(super) to: u32,
    pub(super) delay: u32,
    pub(super) lane: u32,
    /// Tells the roads of a state apart in keys of draws.
    pub(super) key: u64,
    /// Whether somebody may arrive within the tick.
    pub(super) is_quick: bool,
}

impl Roads {
    pub(super) fn new(rank_of: Vec<u32>) -> Self {
        Self {
            rank_of,
            fork_of: Vec::new(),
            forks: Vec::new(),
            ways: Vec::new(),
            returns: Vec::new(),
            phase_of: Vec::new(),
            kinds: Vec::new(),
            cases: 0,
        }
    }

    /// Learns the chances of a world.
    pub(super) fn learn(&mut self, plan: &Plan, states: &States, delays: &Delays, targets: &[u32], ways: &Ways<'_>) {
        let count = self.rank_of.len();
        if self.phase_of.is_empty() {
            self.phase_of = (0..plan.clock.ticks).map(|it| number(ways.phase_at(it))).collect();
        }
        self.forks.clear();
        self.ways.clear();
        self.returns.clear();
        self.fork_of.clear();
        self.fork_of.resize(ways.phases() * count, 0);
        for phase in 0..ways.phases() {
            for state in 0..count {
                let at = phase * count + self.rank_of[state] as usize;
                let is_known = phase > 0 && ways.from(phase, state) == ways.from(phase - 1, state);
                self.fork_of[at] = if is_known {
                    self.fork_of[at - count]
                } else {
                    self.add_fork(states, delays, targets, ways, phase, state);
                    number(self.forks.len() - 1)
                };
            }
        }
    }

    fn add_fork(
        &mut self,
        states: &States,
        delays: &Delays,
        targets: &[u32],
        ways: &Ways<'_>,
        phase: usize,
        state: usize,
    ) {
        let (first_road, first_return) = (self.ways.len(), self.returns.len());
        let (mut again, mut away) = (0.0, 0.0);
        // From the last to the first, since each is compared with all that come after it.
        for it in ways.from(phase, state).iter().rev() {
            let (delay, lane) = delays.on(it.edge, it.delay);
            let at_once = match &delays.all[delay as usize].at_once {
                AtOnce::All => 1.0,
                AtOnce::Nobody => 0.0,
                AtOnce::Some(chance, _) => *chance,
            };
            let (mut chance, mut is_quick) = (it.chance, at_once > 0.0);
            if is_quick && it.to as usize == state {
                let back = chance * at_once;
                again += back;
                self.returns.push(Return {
                    split: Split::new(back / again),
                    edge: it.edge,
                });
                (chance, is_quick) = (chance * (1.0 - at_once), false);
            }
            if chance <= 0.0 {
                continue;
            }
            away += chance;
            self.ways.push(Road {
                split: Split::new(chance / away),
                edge: it.edge,
                to: targets[it.to as usize],
                delay,
                lane,
                key: u64::from(states.edges[it.edge as usize].position) + 1,
                is_quick,
            });
        }
        self.ways[first_road..].reverse();
        self.returns[first_return..].reverse();
        self.forks.push(Fork {
            again: Again::new(again, away),
            returns: number(first_return)..number(self.returns.len()),
            roads: number(first_road)..number(self.ways.len()),
        });
    }

    /// Learns in which states the customers of each source begin.
    pub(super) fn learn_kinds(&mut self, plan: &Plan, states: &States, rates: &Rates) {
        self.kinds.clear();
        for stretch in 0..plan.stretches.len() {
            for (source, entry) in states.entries.iter().enumerate() {
                let first = self.kinds.len();
                let mut sum = 0.0;
                for share in entry.shares(plan, rates, stretch, source).iter().rev() {
                    sum += share;
                    self.kinds.push(Split::new(share / sum));
                }
                self.kinds[first..].reverse();
            }
        }
        self.cases = self.kinds.len() / plan.stretches.len();
    }

    /// The phase of a tick.
    pub(super) fn phase_at(&self, tick: u32) -> usize {
        self.phase_of[tick as usize] as usize
    }

    /// How the customers of a state split in a phase.
    #[inline]
    pub(super) fn fork(&self, phase: usize, rank: usize) -> &Fork {
        &self.forks[self.fork_of[phase * self.rank_of.len() + rank] as usize]
    }

    /// The ways on from a fork.
    #[inline]
    pub(super) fn roads(&self, fork: &Fork) -> &[Road] {
        &self.ways[fork.roads.start as usize..fork.roads.end as usize]
    }

    /// The ways of a fork that lead back at once.
    pub(super) fn returns(&self, fork: &Fork) -> &[Return] {
        &self.returns[fork.returns.start as usize..fork.returns.end as usize]
    }

    /// Which part is of a case, of those who are of none before it.
    pub(super) fn kind(&self, stretch: usize, case: usize) -> &Split {
        &self.kinds[stretch * self.cases + case]
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("ways are bounded")
}
