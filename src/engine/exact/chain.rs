//! The recursion: who arrives in which state at which tick, given who enters when.
//!
//! nᵤ(t) = aᵤ(t) + Σ nₛ(t − k) · qₛᵤₖ(t − k) over states s and delays k. What arrives after a
//! tick or more comes on *conveyors*: one for all ways from a state with the same delay, or one
//! for each way if chances or delays of the state change with time.

use std::ops::Range;
use std::sync::Arc;

use super::links::{Link, OUTSIDE};
use super::order::{Move, Order};
use super::transit::{Kind, Transit};

/// States and the links between them, by phase.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) states: usize,
    /// By phase.
    pub(super) links: Vec<Vec<Link>>,
    pub(super) conveyors: Vec<Conveyor>,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) transits: Arc<[Transit]>,
    orders: Vec<Order>,
    /// Which conveyors' feeds have to be kept: the state and, if that changes, what share of its
    /// customers by phase.
    rows: Vec<Row>,
}

/// What carries customers from a state to later ticks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conveyor {
    pub(super) delay: u32,
    row: u32,
    /// Where it delivers to.
    pub(super) deliveries: Range<usize>,
}

/// An end of a conveyor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Delivery {
    pub(super) edge: u32,
    pub(super) to: u32,
    pub(super) chance: f64,
}

/// What was put on a conveyor at earlier ticks.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    state: u32,
    /// The share of the state's customers by phase; all if there is none.
    shares: Vec<f64>,
    /// How many ticks are looked back; 0 if none need be kept.
    reach: usize,
}

/// What a recursion works with, used again from world to world.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// By row: what was put on, tick by tick.
    kept: Vec<f64>,
    /// By row: where its ticks start in `kept`, which tick is the first kept, and when it began.
    windows: Vec<Window>,
    pools: Vec<f64>,
    customers: Vec<f64>,
    arriving: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    first: usize,
    size: usize,
    base: usize,
    began: usize,
}

/// Windows are moved only once in this many ticks, at least.
const SLACK: usize = 256;

impl Chain {
    /// A chain with these links, those from one state side by side and in the same order in every
    /// phase.
    pub(super) fn new(states: usize, links: Vec<Vec<Link>>, transits: &Arc<[Transit]>) -> Self {
        let orders = links.iter().map(|links| order(states, links, transits)).collect();
        let mut chain = Self {
            states,
            links,
            conveyors: Vec::new(),
            deliveries: Vec::new(),
            transits: Arc::clone(transits),
            orders,
            rows: Vec::new(),
        };
        let mut at = vec![0; chain.links.len()];
        for state in 0..states as u32 {
            let ranges: Vec<Range<usize>> = chain
                .links
                .iter()
                .zip(&mut at)
                .map(|(links, at)| {
                    let first = *at;
                    *at += links[first..].iter().take_while(|it| it.from == state).count();
                    first..*at
                })
                .collect();
            let first = &chain.links[0][ranges[0].clone()];
            let is_steady = (1..ranges.len()).all(|phase| chain.links[phase][ranges[phase].clone()] == *first);
            if is_steady {
                chain.convey_steady(state, ranges[0].clone());
            } else {
                chain.convey_each(state, &ranges);
            }
        }
        chain
    }

    /// One conveyor for every delay of a state that never changes.
    fn convey_steady(&mut self, state: u32, range: Range<usize>) {
        let links: Vec<Link> = self.links[0][range].to_vec();
        let mut delays: Vec<u32> = links.iter().map(|it| it.delay).collect();
        delays.retain(|it| self.transits[*it as usize].kind != Kind::None);
        delays.sort_unstable();
        delays.dedup();
        if delays.is_empty() {
            return;
        }
        let row = self.rows.len() as u32;
        self.rows.push(Row {
            state,
            shares: Vec::new(),
            reach: 0,
        });
        for delay in delays {
            let ends = links.iter().filter(|it| it.delay == delay);
            self.convey(row, delay, ends.map(|it| (it.edge, it.to, it.chance)));
        }
    }

    /// One conveyor for every way and delay of a state that changes.
    fn convey_each(&mut self, state: u32, ranges: &[Range<usize>]) {
        let of_phase = |it: &Self, phase: usize| it.links[phase][ranges[phase].clone()].to_vec();
        let by_phase: Vec<Vec<Link>> = (0..ranges.len()).map(|phase| of_phase(self, phase)).collect();
        let mut ways: Vec<(u32, u32, u32)> = by_phase
            .iter()
            .flatten()
            .filter(|it| self.transits[it.delay as usize].kind != Kind::None)
            .map(|it| (it.edge, it.delay, it.to))
            .collect();
        ways.sort_unstable();
        ways.dedup();
        for (edge, delay, to) in ways {
            // The caller may know several ways by the same number.
            let share = |links: &Vec<Link>| {
                let same = links
                    .iter()
                    .filter(|it| (it.edge, it.delay, it.to) == (edge, delay, to));
                same.map(|it| it.chance).sum()
            };
            let row = self.rows.len() as u32;
            self.rows.push(Row {
                state,
                shares: by_phase.iter().map(share).collect(),
                reach: 0,
            });
            self.convey(row, delay, [(edge, to, 1.0)].into_iter());
        }
    }

    fn convey(&mut self, row: u32, delay: u32, ends: impl Iterator<Item = (u32, u32, f64)>) {
        let first = self.deliveries.len();
        self.deliveries
            .extend(ends.map(|(edge, to, chance)| Delivery { edge, to, chance }));
        if let Kind::Ticks(ticks) = &self.transits[delay as usize].kind {
            let reach = &mut self.rows[row as usize].reach;
            *reach = ticks.longest.max(*reach);
        }
        self.conveyors.push(Conveyor {
            delay,
            row,
            deliveries: first..self.deliveries.len(),
        });
    }

    /// The state that a conveyor leads from.
    pub(super) fn from(&self, conveyor: &Conveyor) -> u32 {
        self.rows[conveyor.row as usize].state
    }

    /// Runs through ticks. `enter` adds those who come from outside to each state; `tell` hears
    /// who is in each state, and who arrived from each conveyor.
    #[inline]
    pub(super) fn run(
        &self,
        room: &mut Room,
        ticks: Range<usize>,
        phase_at: impl Fn(usize) -> usize,
        mut enter: impl FnMut(usize, &mut [f64]),
        mut tell: impl FnMut(usize, &[f64], &[f64]),
    ) {
        self.prepare(room, ticks.clone());
        for tick in ticks {
            let phase = phase_at(tick);
            room.customers.fill(0.0);
            enter(tick, &mut room.customers);
            for (at, conveyor) in self.conveyors.iter().enumerate() {
                let arriving = match &self.transits[conveyor.delay as usize].kind {
                    Kind::None => 0.0,
                    Kind::Pool { first, .. } => first * room.pools[at],
                    Kind::Ticks(ticks) => {
                        let it = &room.windows[conveyor.row as usize];
                        let kept = &room.kept[it.first..it.first + it.size];
                        if it.began <= tick {
                            ticks.arriving(kept, it.began.saturating_sub(it.base), tick - it.base)
                        } else {
                            0.0
                        }
                    }
                };
                room.arriving[at] = arriving;
                if arriving != 0.0 {
                    for it in &self.deliveries[conveyor.deliveries.clone()] {
                        if it.to != OUTSIDE {
                            room.customers[it.to as usize] += it.chance * arriving;
                        }
                    }
                }
            }
            self.orders[phase].forward(&mut room.customers);
            tell(tick, &room.customers, &room.arriving);
            self.keep(room, tick, phase);
        }
    }

    fn prepare(&self, room: &mut Room, ticks: Range<usize>) {
        room.windows.clear();
        let mut first = 0;
        for row in &self.rows {
            let size = size(row, ticks.len());
            room.windows.push(Window {
                first,
                size,
                base: ticks.start,
                began: usize::MAX,
            });
            first += size;
        }
        for (numbers, count) in [
            (&mut room.kept, first),
            (&mut room.pools, self.conveyors.len()),
            (&mut room.arriving, self.conveyors.len()),
            (&mut room.customers, self.states),
        ] {
            numbers.clear();
            numbers.resize(count, 0.0);
        }
    }

    /// Puts those who leave at a tick on their conveyors.
    fn keep(&self, room: &mut Room, tick: usize, phase: usize) {
        let put_on = |row: &Row, customers: &[f64]| {
            customers[row.state as usize] * row.shares.get(phase).copied().unwrap_or(1.0)
        };
        for (row, it) in self.rows.iter().zip(&mut room.windows) {
            if it.size == 0 {
                continue;
            }
            let leaving = settled(put_on(row, &room.customers));
            if leaving != 0.0 && it.began == usize::MAX {
                it.began = tick;
            }
            if tick - it.base == it.size {
                let gone = it.size - row.reach;
                room.kept.copy_within(it.first + gone..it.first + it.size, it.first);
                it.base += gone;
            }
            room.kept[it.first + tick - it.base] = leaving;
        }
        for (pool, conveyor) in room.pools.iter_mut().zip(&self.conveyors) {
            if let Kind::Pool { stay, .. } = self.transits[conveyor.delay as usize].kind {
                *pool = settled(put_on(&self.rows[conveyor.row as usize], &room.customers) + stay * *pool);
            }
        }
    }

    /// Who is still on a conveyor after the tick before `end`, the last one that was run.
    pub(super) fn under_way(&self, room: &Room, conveyor: usize, end: usize) -> f64 {
        let it = &self.conveyors[conveyor];
        match &self.transits[it.delay as usize].kind {
            Kind::None => 0.0,
            Kind::Pool { first, hazard, .. } => room.pools[conveyor] * first / hazard,
            Kind::Ticks(ticks) => {
                let window = &room.windows[it.row as usize];
                if window.began >= end {
                    return 0.0;
                }
                let kept = &room.kept[window.first..window.first + window.size];
                ticks.under_way(kept, window.began.saturating_sub(window.base), end - window.base)
            }
        }
    }
}

/// Numbers so small that processors are slow with them are none.
#[inline]
fn settled(customers: f64) -> f64 {
    if customers < 1e-280 { 0.0 } else { customers }
}

/// Some of the ways of a chain, to hear who arrives on them.
#[derive(Debug)]
pub(super) struct Ends {
    /// By phase: the state left, and the chance to arrive within the tick.
    now: Vec<Vec<(u32, f64)>>,
    /// The conveyor, and the share of what it brings.
    later: Vec<(u32, f64)>,
}

impl Ends {
    /// The ways that are meant.
    pub(super) fn of(chain: &Chain, is_meant: impl Fn(u32) -> bool) -> Self {
        let now = |it: &Link| (it.from, it.chance * chain.transits[it.delay as usize].now);
        let of_phase = |links: &Vec<Link>| {
            let meant = links.iter().filter(|it| is_meant(it.edge));
            meant.map(now).filter(|it| it.1 > 0.0).collect()
        };
        let mut later = Vec::new();
        for (at, conveyor) in chain.conveyors.iter().enumerate() {
            let ends = chain.deliveries[conveyor.deliveries.clone()].iter();
            later.extend(ends.filter(|it| is_meant(it.edge)).map(|it| (at as u32, it.chance)));
        }
        Self {
            now: chain.links.iter().map(of_phase).collect(),
            later,
        }
    }

    /// How many arrive on all of them at a tick, as a run tells.
    #[inline]
    pub(super) fn reached(&self, phase: usize, customers: &[f64], arriving: &[f64]) -> f64 {
        let sum = |ways: &[(u32, f64)], from: &[f64]| -> f64 {
            ways.iter().map(|(at, share)| from[*at as usize] * share).sum()
        };
        sum(&self.now[phase], customers) + sum(&self.later, arriving)
    }
}

fn size(row: &Row, ticks: usize) -> usize {
    match row.reach {
        0 => 0,
        reach => (2 * reach).max(reach + SLACK).min(ticks),
    }
}

fn order(states: usize, links: &[Link], transits: &[Transit]) -> Order {
    let moves: Vec<Move> = links
        .iter()
        .map(|it| {
            let transit = &transits[it.delay as usize];
            // Who leaves the chain does not stay within the tick.
            let (to, now) = if it.to == OUTSIDE {
                (it.from, 0.0)
            } else {
                (it.to, it.chance * transit.now)
            };
            Move {
                from: it.from,
                to,
                now,
                later: if it.to == OUTSIDE {
                    it.chance
                } else {
                    it.chance * transit.later
                },
            }
        })
        .collect();
    Order::new(states, &moves)
}
