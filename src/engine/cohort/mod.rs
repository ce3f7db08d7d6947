//! The cohort engine: whole customers in a state at a tick, split by exact draws.
//!
//! All customers who are in the same state at the same tick are split at once: over the branches,
//! and those of each branch over its delay. The law of what is counted is that of customers who
//! walk alone; the work depends on states, ticks and delays, not on customers.

mod amounts;
mod counts;
mod crowd;
mod delays;
mod order;
mod roads;
mod stand_in;

use crate::plan::{Plan, Rates, States, Ways};
use crate::random::{Key, Purpose};

use super::arrivals::Batch;
use super::tally::Tally;
use counts::Counts;
use crowd::{Crowd, NOWHERE};
use delays::{AtOnce, Delays};
use order::Order;
use roads::Roads;
use stand_in::sequence;

/// More customers and moves than this are not counted, lest 64 bits overflow.
const COUNT_MAX: u64 = 1 << 62;
/// Keeps the rounds of loops apart from the branches of a state in keys of draws.
const ROUNDS: u32 = 32;

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
    noted: Vec<Noted>,
    roads: Roads,
    has_learned: bool,
    crowd: Crowd,
    counts: Counts,
    /// By edge: who has taken it from a state of a loop in the tick under way, and lands later.
    held: Vec<u64>,
    /// The ranks and roads of those.
    holding: Vec<(u32, u32)>,
    /// By source: its next batch, and the end of them.
    batches: Vec<(usize, usize)>,
    sums: Vec<i128>,
}

/// A state whose arrivals mean more than a move.
#[derive(Debug, Clone, Copy)]
struct Noted {
    rank: u32,
    state: u32,
    /// Where they are counted by kind of customer.
    kind: Option<usize>,
    /// Where they are counted as customers who reach the step at all.
    distinct: Option<usize>,
    /// Arrivals of the bin under way whose amounts are booked.
    booked: u64,
}

impl<'a> Splitter<'a> {
    /// Room for a journey.
    pub(crate) fn new(plan: &'a Plan, states: &'a States) -> Self {
        let mut delays = Delays::of(plan, states);
        let order = Order::of(states.states.len(), &delays.moves_at_once(states));
        let (noted, kinds) = noted(plan, states, &order);
        let mut targets = order.rank_of.clone();
        let mut keys = vec![0; targets.len()];
        for (at, state) in states.states.iter().enumerate() {
            keys[order.rank_of[at] as usize] = state.key;
            if state.edges == 0 && !noted.iter().any(|it| it.state as usize == at) {
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
            counts: Counts::new(plan, states, &kinds),
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
            sums: Vec::new(),
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
                    self.book(tick, rates, luck(Purpose::Amount), tally);
                }
            }
            if plan.discounts.is_none() {
                self.book(bin.ticks.from, rates, luck(Purpose::Amount), tally);
            }
            self.note(tally);
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
            let mut luck = sequence(self.crowd.luck_of(key, tick));
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
        for (rank, road) in self.holding.drain(..) {
            let road = self.roads.road(road as usize);
            let count = std::mem::take(&mut self.held[road.edge as usize]);
            let luck = self.crowd.luck(rank, tick).with(road.key);
            self.crowd.set_out(&self.delays, road, tick, count, luck);
        }
    }

    /// Splits the customers of a state over its ways on.
    fn decide(&mut self, rank: usize, count: u64, phase: usize, tick: u32, round: Option<u64>) {
        let (first, after) = self.roads.from(phase, rank);
        if first == after {
            return;
        }
        self.counts.moves += count;
        let state_luck = self.crowd.luck(rank as u32, tick);
        let round_luck = state_luck.with((round.unwrap_or(0)) << ROUNDS);
        let mut luck = sequence(round_luck);
        let mut left = count;
        for at in first..after {
            let road = self.roads.road(at);
            let taken = if at + 1 == after {
                left
            } else {
                road.split.draw(left, &mut luck)
            };
            if taken == 0 {
                continue;
            }
            left -= taken;
            self.counts.decided[road.edge as usize] += taken;
            let now = match self.delays.delays[road.delay as usize].at_once {
                AtOnce::All => taken,
                AtOnce::Nobody => 0,
                AtOnce::Some(split) => split.draw(taken, &mut sequence(round_luck.with(road.key))),
            };
            if now > 0 {
                self.counts.landed[road.edge as usize] += now;
                self.crowd.arrive(road.to, now);
            }
            let later = taken - now;
            if later > 0 {
                if round.is_none() {
                    self.crowd
                        .set_out(&self.delays, road, tick, later, state_luck.with(road.key));
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

    /// Books amounts that counts do not tell, of everybody who has arrived since the last time.
    fn book(&mut self, tick: u32, rates: &Rates, luck: Key, tally: &mut Tally) {
        let plan = self.plan;
        let bin = plan.bin_of[tick as usize] as usize;
        let stretch = plan.bins[bin].stretch as usize;
        for it in &mut self.noted {
            let state = &self.states.states[it.state as usize];
            let step = &plan.steps[state.step as usize];
            let count = self.crowd.arrived[it.rank as usize] - it.booked;
            if count == 0 || !step.books {
                continue;
            }
            it.booked += count;
            let amounts = rates.amounts_of(plan, stretch, step, state.cell as usize);
            let net = if step.varies {
                let luck = luck.with(state.key).with(u64::from(tick));
                let Some(net) = amounts::book(step, amounts, count, luck, &mut self.sums) else {
                    tally.overflow = Some(state.step as usize);
                    continue;
                };
                for (line, sum) in self.sums.iter().enumerate() {
                    let at = step.first_sum + line;
                    tally.sums[bin * plan.columns.sums + at] += sum;
                    for row in self.states.rows_of(it.state as usize) {
                        tally.group_sums[*row as usize * plan.columns.sums + at] += sum;
                    }
                }
                net
            } else {
                amounts::known_net(step, amounts) * i128::from(count)
            };
            if plan.discounts.is_some() {
                tally.net[tick as usize] += net;
            }
        }
    }

    /// Notes who has arrived in the bin that is over.
    fn note(&mut self, tally: &mut Tally) {
        for it in &mut self.noted {
            let count = self.crowd.arrived[it.rank as usize];
            if let Some(kind) = it.kind {
                self.counts.landed[self.counts.first_kind + kind] = count;
            }
            if let Some(visit) = it.distinct {
                tally.distinct[visit] += count;
            }
            it.booked = 0;
        }
        self.crowd.arrived.fill(0);
    }
}

/// States whose arrivals mean more than a move, and those of them that are counted by kind of
/// customer.
fn noted(plan: &Plan, states: &States, order: &Order) -> (Vec<Noted>, Vec<u32>) {
    let number = |at: usize| u32::try_from(at).expect("states are bounded");
    let moves: Vec<(u32, u32)> = plan
        .steps
        .iter()
        .enumerate()
        .flat_map(|(at, step)| {
            let branches = step.first_branch..step.first_branch + step.branches;
            branches.map(move |branch| (number(at), plan.branch_to[branch]))
        })
        .collect();
    let steps = Order::of(plan.steps.len(), &moves);
    let is_in_loop = |step: u32| {
        let rank = steps.rank_of[step as usize];
        steps.loops.iter().any(|it| (it.0..it.1).contains(&rank))
    };
    let (mut noted, mut kinds) = (Vec::new(), Vec::new());
    for (at, state) in states.states.iter().enumerate() {
        let step = &plan.steps[state.step as usize];
        let distinct = step.visit.filter(|_| !is_in_loop(state.step));
        let kind = step.cell_column.map(|_| kinds.len());
        // Who waits somewhere does not arrive there.
        if state.waiting.is_some() || !(kind.is_some() || distinct.is_some() || step.books) {
            continue;
        }
        kinds.extend(kind.map(|_| number(at)));
        noted.push(Noted {
            rank: order.rank_of[at],
            state: number(at),
            kind,
            distinct,
            booked: 0,
        });
    }
    (noted, kinds)
}

#[cfg(test)]
mod tests;
