//! Delays made ready to split customers over them, and the lanes in which these wait.

use crate::journey::delay::DelayTable;
use crate::plan::{Plan, States};
use crate::random::{Shares, Split};

/// A delay, in two parts: whether it takes any time, and how much.
#[derive(Debug)]
pub(super) struct Delay {
    pub(super) at_once: AtOnce,
    pub(super) later: Later,
}

/// Who moves on within the tick.
#[derive(Debug)]
pub(super) enum AtOnce {
    All,
    Nobody,
    /// With this chance.
    Some(f64, Split),
}

/// When the others do, in ticks from now.
#[derive(Debug)]
pub(super) enum Later {
    /// All after this many ticks.
    At(u32),
    /// With this chance at every tick from the first on.
    Memoryless(f64),
    /// From this tick on, by these shares.
    Spread(u32, Shares),
}

/// Places behind which less than this part of the customers lands are kept apart.
const RARE: f64 = 1e-9;

impl Delay {
    pub(super) fn of(table: &DelayTable) -> Self {
        let all = table.probabilities();
        let at_once = match all[0] {
            _ if table.is_zero() => AtOnce::All,
            p if p <= 0.0 => AtOnce::Nobody,
            p => AtOnce::Some(p, Split::new(p)),
        };
        let first = (1..all.len()).find(|it| all[*it] > 0.0).unwrap_or(1);
        let last = table.longest() as usize;
        let later = match table.hazard() {
            _ if last <= first => Later::At(first as u32),
            Some(hazard) => Later::Memoryless(hazard),
            None => Later::Spread(first as u32, Shares::new(&all[first..=last])),
        };
        Self { at_once, later }
    }

    pub(super) fn can_be_zero(&self) -> bool {
        !matches!(self.at_once, AtOnce::Nobody)
    }
}

/// Up to which tick a table's customers land, but for very few.
fn reach(table: &DelayTable, later: &Later) -> u32 {
    match later {
        Later::At(tick) => *tick,
        Later::Memoryless(_) => 0,
        Later::Spread(..) => {
            let mut beyond = 0.0;
            let all = table.probabilities().iter().enumerate().rev();
            let far = all.take_while(|it| {
                beyond += it.1;
                beyond < RARE
            });
            table.longest().saturating_sub(far.count() as u32)
        }
    }
}

/// Customers on the way along an edge who land at ticks that are drawn already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ring {
    /// Where its places start.
    pub(super) first: u32,
    /// How many places it has, less 1; that is a power of two.
    pub(super) mask: u32,
    pub(super) edge: u32,
    pub(super) to: u32,
}

/// Customers on the way along an edge who may land at any tick, whenever they set out.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) landing: Split,
    pub(super) edge: u32,
    pub(super) to: u32,
    /// The rank of the state they come from: it keys their draws.
    pub(super) from: u32,
    /// Tells the pools of a state apart from one another and from its roads.
    pub(super) key: u64,
}

/// Every delay that customers can have, and where they spend it.
#[derive(Debug)]
pub(super) struct Delays {
    pub(super) all: Vec<Delay>,
    pub(super) rings: Vec<Ring>,
    pub(super) pools: Vec<Pool>,
    /// Places of all rings.
    pub(super) places: usize,
    /// By edge: its delays, and the ring or pool of each.
    lanes: Vec<Vec<(u32, u32)>>,
    /// By edge: the delay of those who have waited there for some time.
    remaining: Vec<Option<u32>>,
}

/// Keeps keys of pools apart from those of roads.
const POOLS: u64 = 1 << 63;
/// No ring or pool.
const NO_LANE: u32 = u32::MAX;

impl Delays {
    /// The delays of every edge; lanes are made when the order of states is known.
    pub(super) fn of(plan: &Plan, states: &States) -> Self {
        let mut delays: Vec<Delay> = plan.tables.iter().map(Delay::of).collect();
        let mut reaches: Vec<u32> = plan
            .tables
            .iter()
            .zip(&delays)
            .map(|it| reach(it.0, &it.1.later))
            .collect();
        let mut lanes = Vec::new();
        let mut remaining = Vec::new();
        for edge in &states.edges {
            let state = &states.states[edge.from as usize];
            let place = (state.place + edge.position) as usize;
            let left = state.waiting.and_then(|entry| {
                let step = &plan.steps[state.step as usize];
                let at = state.cell as usize * step.branches + edge.position as usize;
                plan.waiting[entry as usize].remaining[at].as_ref()
            });
            let mut used: Vec<u32> = match (state.waiting, left) {
                (None, _) => (0..plan.stretches.len())
                    .map(|it| plan.delays[it * plan.places + place])
                    .collect(),
                (Some(_), None) => vec![0],
                (Some(_), Some((_, table))) => {
                    let delay = Delay::of(table);
                    reaches.push(reach(table, &delay.later));
                    delays.push(delay);
                    vec![0, number(delays.len() - 1)]
                }
            };
            used.sort_unstable();
            used.dedup();
            remaining.push(left.map(|_| used[1]));
            lanes.push(used.into_iter().map(|it| (it, NO_LANE)).collect());
        }
        let mut it = Self {
            all: delays,
            rings: Vec::new(),
            pools: Vec::new(),
            places: 0,
            lanes,
            remaining,
        };
        it.add_lanes(states, &reaches);
        it
    }

    /// A ring for each edge that needs one, and a pool for each of its memoryless delays.
    fn add_lanes(&mut self, states: &States, reaches: &[u32]) {
        for (at, edge) in states.edges.iter().enumerate() {
            let (mut ring, mut length) = (NO_LANE, 0);
            let mut pools = 0;
            for (delay, lane) in &mut self.lanes[at] {
                match &self.all[*delay as usize] {
                    Delay {
                        at_once: AtOnce::All, ..
                    } => {}
                    Delay {
                        later: Later::Memoryless(hazard),
                        ..
                    } => {
                        *lane = number(self.pools.len());
                        self.pools.push(Pool {
                            landing: Split::new(*hazard),
                            edge: number(at),
                            to: edge.to,
                            from: edge.from,
                            key: POOLS | u64::from(edge.position) << 32 | pools,
                        });
                        pools += 1;
                    }
                    Delay {
                        later: Later::At(_) | Later::Spread(..),
                        ..
                    } => {
                        // All of them land in one ring.
                        ring = number(self.rings.len());
                        length = reaches[*delay as usize].max(length);
                        *lane = ring;
                    }
                }
            }
            if ring != NO_LANE {
                let length = length.max(1).next_power_of_two();
                self.rings.push(Ring {
                    first: number(self.places),
                    mask: length - 1,
                    edge: number(at),
                    to: edge.to,
                });
                self.places += length as usize;
            }
        }
    }

    /// Lanes lead from rank to rank from now on.
    pub(super) fn renumber(&mut self, rank_of: &[u32], targets: &[u32]) {
        for ring in &mut self.rings {
            ring.to = targets[ring.to as usize];
        }
        for pool in &mut self.pools {
            pool.to = targets[pool.to as usize];
            pool.from = rank_of[pool.from as usize];
        }
    }

    /// The moves from a state to another that may take no time.
    pub(super) fn moves_at_once(&self, states: &States) -> Vec<(u32, u32)> {
        let edges = states.edges.iter().zip(&self.lanes);
        edges
            .filter(|(edge, used)| edge.from != edge.to && used.iter().any(|it| self.all[it.0 as usize].can_be_zero()))
            .map(|(edge, _)| (edge.from, edge.to))
            .collect()
    }

    /// The delay and the lane of an edge whose ways have this delay in a world.
    pub(super) fn on(&self, edge: u32, delay: u32) -> (u32, u32) {
        let delay = match self.remaining[edge as usize] {
            Some(remaining) if delay != 0 => remaining,
            _ => delay,
        };
        let lane = self.lanes[edge as usize].iter().find(|it| it.0 == delay);
        (delay, lane.expect("every delay of an edge has been looked at").1)
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("edges and their delays are bounded")
}
