//! The cohort engine: whole customers in a state at a tick, split by exact draws.
//!
//! All customers who are in the same state at the same tick are split at once: over the branches,
//! and those of each branch over its delay. The law of what is counted is that of customers who
//! walk alone; the work depends on states, ticks and delays, not on customers.

mod amounts;
mod counts;
mod crowd;
mod delays;
mod noted;
mod order;
mod roads;

use crate::plan::{Plan, Rates, States, Ways};
use crate::random::{Key, Purpose};

use super::arrivals::Batch;
use super::tally::Tally;
use counts::Counts;
use crowd::{Crowd, NOWHERE};
use delays::{AtOnce, Delays};
use noted::Noted;
use order::Order;
use roads::{Again, Return, Roads};

/// More customers and moves than this are not counted, lest 64 bits overflow.
const COUNT_MAX: u64 = 1 << 62;
/// Keeps the rounds of loops apart from the branches of a state in keys of draws.
const ROUNDS: u32 = 32;
/// Keeps those who come back to a state apart from those who go on.
const AGAIN: u64 = 0;

/// Splits the customers of a journey; its room is used again from replication to replication.
#[derive(Debug)]
pub(crate) struct Splitter<'a> {
    plan: &'a Plan,
    states: &'a States,
    delays: Delays,
    /// By state: its rank, or nowhere for states that nobody needs to be told of.
    targets: Vec<u32>,
    /// Ranks of states in which customers begin, by case of entry.
    entrances: Vec<u32>,
    /// By rank: the loop it is in, as ranks from the first on and below the second.
    loops: Vec<Option<(u32, u32)>>,
    /// By rank: keys its draws.
    keys: Vec<u64>,
    noted: Noted,
    roads: Roads,
    has_learned: bool,
    crowd: Crowd,
    counts: Counts,
    /// By edge: who has taken it from a state of a loop in the tick under way, and lands later.
    held: Vec<u64>,
    /// The ranks of those, and which of the roads from there they take.
    holding: Vec<(u32, u32)>,
    /// By source: its next batch, and the end of them.
    batches: Vec<(usize, usize)>,
}

impl<'a> Splitter<'a> {
    /// Room for a journey.
    pub(crate) fn new(plan: &'a Plan, states: &'a States) -> Self {
        let mut delays = Delays::of(plan, states);
        let order = Order::of(states.states.len(), &delays.moves_at_once(states));
        let noted = Noted::of(plan, states, &order.rank_of);
        let mut targets = order.rank_of.clone();
        let mut keys = vec![0; targets.len()];
        for (at, state) in states.states.iter().enumerate() {
            keys[order.rank_of[at] as usize] = state.key;
            if state.edges == 0 && !noted.has(order.rank_of[at]) {
                targets[at] = NOWHERE;
            }
        }
        delays.renumber(&order.rank_of, &targets);
        let mut loops = vec![None; targets.len()];
        for it in &order.loops {
            loops[it.0 as usize..it.1 as usize].fill(Some(*it));
        }
        let cases = states.entries.iter().flat_map(|it| &it.cases);
        Self {
            plan,
            states,
            entrances: cases.map(|it| targets[it.state as usize]).collect(),
            crowd: Crowd::new(targets.len(), &delays, plan.clock.ticks),
            counts: Counts::new(plan, states, noted.kinds()),
            delays,
            targets,
            loops,
            keys,
            noted,
            roads: Roads::new(order.rank_of),
            has_learned: false,
            held: vec![0; states.edges.len()],
            holding: Vec::new(),
            batches: Vec::new(),
        }
    }

    /// Lets everybody who arrives in a replication go all the way to the horizon.
    ///
    /// Fills a tally that is clear, but for who is won by period of arrival, and for how many have
    /// reached steps that can be reached again: states do not know either.
    pub(crate) fn run(
        &mut self,
        rates: &Rates,
        ways: &Ways<'_>,
        seed: u64,
        replication: u64,
        batches: &[Batch],
        tally: &mut Tally,
    ) {
        let (plan, states) = (self.plan, self.states);
        if !(plan.is_known && self.has_learned) {
            self.roads.learn(plan, states, &self.delays, &self.targets, ways);
            self.roads.learn_kinds(plan, states, rates);
            self.has_learned = true;
        }
        let luck = |purpose| Key::new(seed).purpose(purpose).with(replication);
        self.crowd.begin(luck(Purpose::Split), &self.keys);
        self.find_batches(batches);
        let everybody: u128 = batches.iter().map(|it| u128::from(it.count)).sum();
        if everybody > u128::from(COUNT_MAX) {
            tally.overflow = Some(plan.streams.first().map_or(0, |it| it.to as usize));
            return;
        }
        for (at, bin) in plan.bins.iter().enumerate() {
            let stretch = bin.stretch as usize;
            for tick in bin.ticks.from..bin.ticks.until {
                if tally.overflow.is_some() {
                    break;
                }
                self.crowd.land(&self.delays, tick, &mut self.counts.landed);
                self.admit(tick, stretch, batches);
                self.serve(tick, tally);
                if plan.discounts.is_some() {
                    self.noted.book(plan, states, tick, rates, luck(Purpose::Amount), tally);
                }
            }
            if plan.discounts.is_none() {
                self.noted
                    .book(plan, states, bin.ticks.from, rates, luck(Purpose::Amount), tally);
            }
            self.noted.close_bin(&mut self.counts, tally);
            self.counts.close_bin(plan, at, tally);
            if plan.bins.get(at + 1).is_none_or(|it| it.stretch != bin.stretch) {
                self.counts.close_stretch(plan, states, stretch, tally);
            }
        }
        self.counts.close(states, tally);
        if tally.overflow.is_some() {
            self.crowd.clear();
        }
    }

    /// Batches of one source are side by side, in order of their ticks.
    fn find_batches(&mut self, batches: &[Batch]) {
        self.batches.clear();
        self.batches.resize(self.states.entries.len(), (0, 0));
        let mut first = 0;
        for some in batches.chunk_by(|one, next| one.source == next.source) {
            self.batches[some[0].source] = (first, first + some.len());
            first += some.len();
        }
    }

    /// Lets in who begins at this tick: over the kinds of customers of each source.
    fn admit(&mut self, tick: u32, stretch: usize, batches: &[Batch]) {
        let mut first_case = 0;
        for (source, entry) in self.states.entries.iter().enumerate() {
            let cases = first_case..first_case + entry.cases.len();
            first_case = cases.end;
            let (next, end) = self.batches[source];
            if next == end || batches[next].tick != tick {
                continue;
            }
            self.batches[source].0 += 1;
            let mut left = batches[next].count;
            let key = match self.plan.streams.get(source) {
                Some(stream) => stream.key,
                None => self.plan.waiting[source - self.plan.streams.len()].key,
            };
            let mut luck = self.crowd.luck_of(key, tick).sequence();
            for case in cases.clone() {
                if left == 0 {
                    break;
                }
                let count = if case + 1 == cases.end {
                    left
                } else {
                    self.roads.kind(stretch, case).draw(left, &mut luck)
                };
                if count > 0 {
                    left -= count;
                    self.counts.landed[self.counts.first_case + case] += count;
                    self.crowd.arrive(self.entrances[case], count);
                }
            }
        }
    }

    /// Moves everybody on who is somewhere: in an order in which who arrives at the same tick is
    /// there in time, and in rounds within loops.
    fn serve(&mut self, tick: u32, tally: &mut Tally) {
        let (phase, states) = (self.roads.phase_at(tick), self.loops.len());
        let mut from = 0;
        while let Some(rank) = self.crowd.next_here(from, states) {
            match self.loops[rank] {
                None => {
                    let count = self.crowd.take(rank);
                    self.decide(rank, count, phase, tick, None);
                    from = rank + 1;
                }
                Some((first, until)) => {
                    self.go_round(first as usize, until as usize, phase, tick);
                    from = until as usize;
                }
            }
        }
        if self.counts.moves > COUNT_MAX {
            tally.overflow = Some(self.plan.branch_to[0] as usize);
        }
    }

    /// Rounds of a loop until nobody is left in it. Who leaves it for later ticks is put together
    /// over all rounds, and split over the delay once.
    fn go_round(&mut self, first: usize, until: usize, phase: usize, tick: u32) {
        let mut round = 0;
        while self.crowd.next_here(first, until).is_some() {
            let mut from = first;
            while let Some(rank) = self.crowd.next_here(from, until) {
                let count = self.crowd.take(rank);
                self.decide(rank, count, phase, tick, Some(round));
                from = rank + 1;
            }
            round += 1;
        }
        for (rank, at) in self.holding.drain(..) {
            let road = &self.roads.roads(self.roads.fork(phase, rank as usize))[at as usize];
            let count = std::mem::take(&mut self.held[road.edge as usize]);
            let luck = self.crowd.luck(rank, tick);
            self.crowd.set_out(&self.delays, road, tick, count, luck);
        }
    }

    /// Splits the customers of a state over its ways on.
    fn decide(&mut self, rank: usize, count: u64, phase: usize, tick: u32, round: Option<u64>) {
        let fork = self.roads.fork(phase, rank);
        let roads = self.roads.roads(fork);
        let Some(last) = roads.len().checked_sub(1) else {
            self.noted.arrive(rank, count);
            return;
        };
        let state_luck = self.crowd.luck(rank as u32, tick);
        let round_luck = state_luck.with(round.unwrap_or(0) << ROUNDS);
        let mut arrived = count;
        if let Some(again) = &fork.again {
            let returns = self.roads.returns(fork);
            let all = come_back(again, returns, count, round_luck.with(AGAIN), &mut self.counts);
            arrived += all;
        }
        self.counts.moves += arrived;
        self.noted.arrive(rank, arrived);
        let mut luck = round_luck.sequence();
        let mut left = count;
        for (at, road) in roads.iter().enumerate() {
            let taken = if at == last {
                left
            } else {
                road.split.draw(left, &mut luck)
            };
            if taken == 0 {
                continue;
            }
            left -= taken;
            self.counts.decided[road.edge as usize] += taken;
            let mut later = taken;
            if road.is_quick {
                let now = match &self.delays.all[road.delay as usize].at_once {
                    AtOnce::All => taken,
                    AtOnce::Nobody => 0,
                    AtOnce::Some(_, split) => split.draw(taken, &mut luck),
                };
                later -= now;
                if now > 0 {
                    self.counts.landed[road.edge as usize] += now;
                    self.crowd.arrive(road.to, now);
                }
            }
            if later > 0 {
                if round.is_none() {
                    self.crowd.set_out(&self.delays, road, tick, later, state_luck);
                } else {
                    let held = &mut self.held[road.edge as usize];
                    if *held == 0 {
                        self.holding.push((rank as u32, at as u32));
                    }
                    *held += later;
                }
            }
            if left == 0 {
                break;
            }
        }
    }
}

/// Customers of a state come back to it within the tick; returns how often in all.
fn come_back(again: &Again, returns: &[Return], count: u64, luck: Key, counts: &mut Counts) -> u64 {
    let all = again.draw(count, luck);
    let mut luck = luck.with(AGAIN).sequence();
    let mut left = all;
    for (at, it) in returns.iter().enumerate() {
        let taken = if at + 1 == returns.len() {
            left
        } else {
            it.split.draw(left, &mut luck)
        };
        left -= taken;
        counts.decided[it.edge as usize] += taken;
        counts.landed[it.edge as usize] += taken;
    }
    all
}

#[cfg(test)]
mod tests;
