//! The individual engine: every customer walks the journey alone (microsimulation).
//!
//! Many customers are in flight at once, each on a way to some step, and all that are on one way
//! are moved together: the numbers of the way and the step stay at hand, and the processor
//! overlaps what customers do not share. The order in which they move means nothing, since every
//! draw is keyed by the customer, the step and the visit it decides.

mod admit;
mod chances;
mod effects;
mod land;
mod ledger;
mod moves;
mod trace;
mod traveller;
mod ways;

use std::ops::{ControlFlow, Range};

use crate::plan::{AttributePlan, ForkPlan, Plan, Rates, StepPlan};
use crate::random::{Key, Purpose, mix};

use super::arrivals::Batch;
use super::tally::Tally;
use chances::Chances;
use ledger::Ledger;
pub(crate) use trace::Footstep;
use traveller::{Locker, Pocket, Store, Traveller};
use ways::Ways;

/// Customers in flight: enough to fill every way, few enough to stay in the cache.
const IN_FLIGHT_MAX: usize = 4_096;
/// Bytes that customers in flight may take where each of them needs many.
const IN_FLIGHT_BYTES: usize = 4 << 20;
/// So many ways are compared to find the one with most customers.
const COMPARED_MAX: usize = 64;
/// Keeps the draws of amounts apart from one another and from the rest.
const AMOUNT: u64 = 0xaef1_7502_108e_f2d9;
/// 2⁶⁴ divided by the golden ratio, made odd: tells visits, and customers of one tick, apart.
const APART: u64 = 0x9e37_79b9_7f4a_7c15;

/// Customers in flight, with as much room for each as the plan needs.
#[derive(Debug)]
pub(crate) enum Walker<'a> {
    /// One word will do.
    One(Crowd<'a, [u64; 1]>),
    /// Two words.
    Two(Crowd<'a, [u64; 2]>),
    /// Up to four words.
    Four(Crowd<'a, [u64; 4]>),
    /// Any number of words.
    Many(Crowd<'a, Locker>),
}

impl<'a> Walker<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let ways = Ways::of(plan);
        match ways.memory.words {
            0 | 1 => Self::One(Crowd::new(plan, ways)),
            2 => Self::Two(Crowd::new(plan, ways)),
            3 | 4 => Self::Four(Crowd::new(plan, ways)),
            _ => Self::Many(Crowd::new(plan, ways)),
        }
    }

    /// Lets the customers `range`, counted over all batches, walk to their ends.
    pub(crate) fn walk(
        &mut self,
        rates: &Rates,
        seed: u64,
        replication: u64,
        batches: &[Batch],
        range: Range<u64>,
        tally: &mut Tally,
    ) {
        let luck = luck_of_customers(seed, replication);
        match self {
            Self::One(crowd) => crowd.walk(rates, luck, batches, range, tally),
            Self::Two(crowd) => crowd.walk(rates, luck, batches, range, tally),
            Self::Four(crowd) => crowd.walk(rates, luck, batches, range, tally),
            Self::Many(crowd) => crowd.walk(rates, luck, batches, range, tally),
        }
    }

    /// Lets all customers walk to their ends, one after the other, batch by batch, and shows the
    /// way of each: its batch, its number within the batch and the steps it came to. They are the
    /// same customers as those of [`walk`](Self::walk).
    pub(crate) fn trace<B>(
        &mut self,
        rates: &Rates,
        seed: u64,
        replication: u64,
        batches: &[Batch],
        tally: &mut Tally,
        see: impl FnMut(&Batch, u64, &[Footstep]) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let luck = luck_of_customers(seed, replication);
        match self {
            Self::One(crowd) => crowd.trace(rates, luck, batches, tally, see),
            Self::Two(crowd) => crowd.trace(rates, luck, batches, tally, see),
            Self::Four(crowd) => crowd.trace(rates, luck, batches, tally, see),
            Self::Many(crowd) => crowd.trace(rates, luck, batches, tally, see),
        }
    }
}

/// Where the luck of all customers of a replication begins.
fn luck_of_customers(seed: u64, replication: u64) -> Key {
    Key::new(seed).purpose(Purpose::Customer).with(replication)
}

/// Where the luck of the customers of a batch begins; see [`luck_of_one`].
fn luck_of_batch(plan: &Plan, luck: Key, batch: &Batch) -> u64 {
    let stream = plan.streams.get(batch.source).map(|it| it.key);
    let key = stream.unwrap_or_else(|| plan.waiting[batch.source - plan.streams.len()].key);
    luck.with(key).with(u64::from(batch.tick)).bits()
}

/// Where the luck of a customer begins, by its number within its batch.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every arrival; the compiler keeps it apart otherwise"
)]
fn luck_of_one(luck_of_batch: u64, number: u64) -> u64 {
    mix(luck_of_batch.wrapping_add(number.wrapping_mul(APART)))
}

/// The values of all attributes with which a customer arrives, by their position.
pub(crate) fn attributes_of(
    plan: &Plan,
    rates: &Rates,
    (seed, replication): (u64, u64),
    batch: &Batch,
    number: u64,
    values: &mut Vec<u32>,
) {
    let luck = luck_of_batch(plan, luck_of_customers(seed, replication), batch);
    let key = luck_of_one(luck, number);
    let stretch = plan.bins[plan.bin_of[batch.tick as usize] as usize].stretch as usize;
    let value = |(at, attribute): (usize, &AttributePlan)| {
        admit::value_of(rates.mix(plan, stretch, batch.source, at), key, attribute.key)
    };
    values.clear();
    values.extend(plan.attributes.iter().enumerate().map(value));
}

/// Customers in flight, and what is used again from replication to replication.
#[derive(Debug)]
pub(crate) struct Crowd<'a, P> {
    plan: &'a Plan,
    ways: Ways,
    /// Who is on each way.
    lists: Vec<Vec<Traveller<P>>>,
    /// Ways with somebody on them.
    queue: Vec<u32>,
    /// By way: whether it is in the queue.
    is_queued: Vec<bool>,
    /// Emptied lists, to be used again: only ways with somebody on them take room.
    spares: Vec<Vec<Traveller<P>>>,
    in_flight: usize,
    capacity: usize,
    store: Store,
    ledger: Ledger,
    chances: Chances,
    /// Whether those in flight were under way when it began. They are in no row of the funnel.
    is_pipeline: bool,
}

impl<'a, P: Pocket> Crowd<'a, P> {
    fn new(plan: &'a Plan, ways: Ways) -> Self {
        let bytes = 64 + 8 * ways.memory.words;
        Self {
            plan,
            lists: ways.all.iter().map(|_| Vec::new()).collect(),
            queue: Vec::new(),
            is_queued: vec![false; ways.all.len()],
            spares: Vec::new(),
            in_flight: 0,
            capacity: (IN_FLIGHT_BYTES / bytes).clamp(64, IN_FLIGHT_MAX),
            store: Store::new(ways.memory.words),
            ledger: Ledger::new(plan),
            chances: Chances::new(plan),
            is_pipeline: false,
            ways,
        }
    }

    fn walk(&mut self, rates: &Rates, luck: Key, batches: &[Batch], range: Range<u64>, tally: &mut Tally) {
        self.chances.fill(self.plan, rates);
        let mut passed = 0;
        let mut entry = None;
        for batch in batches {
            let first = range.start.saturating_sub(passed).min(batch.count);
            let last = range.end.saturating_sub(passed).min(batch.count);
            passed += batch.count;
            if first == last {
                continue;
            }
            let is_pipeline = batch.source >= self.plan.streams.len();
            if is_pipeline != self.is_pipeline {
                self.serve_down_to(0, rates, tally);
                self.is_pipeline = is_pipeline;
            }
            self.admit(rates, luck, batch, first..last, &mut entry, tally);
        }
        self.serve_down_to(0, rates, tally);
        self.ledger.close(self.plan, tally);
    }

    /// Moves customers until at most so many are in flight.
    fn serve_down_to(&mut self, most: usize, rates: &Rates, tally: &mut Tally) {
        while self.in_flight > most {
            let compared = self.queue.iter().take(COMPARED_MAX).enumerate();
            let fullest = compared.max_by_key(|(_, way)| self.lists[**way as usize].len());
            let (at, _) = fullest.expect("customers in flight are on some way");
            let way = self.queue.swap_remove(at) as usize;
            self.is_queued[way] = false;
            let mut list = std::mem::take(&mut self.lists[way]);
            self.in_flight -= list.len();
            self.serve(rates, way, &mut list, tally);
            list.clear();
            self.spares.push(list);
        }
    }

    /// Takes everybody on a way to its end, does there what is to be done, and sends them on.
    fn serve(&mut self, rates: &Rates, way: usize, list: &mut Vec<Traveller<P>>, tally: &mut Tally) {
        let plan = self.plan;
        let way = self.ways.all[way];
        let step = &plan.steps[way.to as usize];
        self.ledger.expect(list.len(), plan, tally);
        // Stages are seen to on landing.
        let acts = step.acts() || self.is_pipeline && step.visit.is_some();
        if let ForkPlan::End(end) = step.fork
            && !acts
            && step.visit.is_none()
        {
            self.end_all(end, way, list, tally);
            return;
        }
        self.land_all(way, list, tally);
        let chooses = matches!(step.fork, ForkPlan::Single | ForkPlan::Chances);
        if acts || !chooses {
            self.arrive(rates, way.to, step, list, tally);
        }
        self.send_on(rates, way.to, acts, list, tally);
    }

    /// Customers who have landed at a step take a branch, or are at their end; what the step does
    /// to them has been done, or it does nothing.
    fn send_on(&mut self, rates: &Rates, at: u32, acts: bool, list: &[Traveller<P>], tally: &mut Tally) {
        let plan = self.plan;
        let step = &plan.steps[at as usize];
        match &step.fork {
            ForkPlan::End(end) => self.end_landed(at, *end, list, tally),
            ForkPlan::Rules(rules) => self.follow_rules(step, rules, list, tally),
            ForkPlan::Single | ForkPlan::Chances => self.choose_all(rates, at, acts, list, tally),
        }
    }

    /// Gets the lists of neighbouring ways ready to be added to.
    fn open(&mut self, ways: Range<usize>) {
        for list in &mut self.lists[ways] {
            if list.capacity() == 0 {
                *list = self.spares.pop().unwrap_or_default();
            }
        }
    }

    /// Sees to it that those are served who were put on these lists.
    fn close(&mut self, ways: Range<usize>) {
        for way in ways {
            if self.is_queued[way] {
                continue;
            }
            if self.lists[way].is_empty() {
                self.spares.push(std::mem::take(&mut self.lists[way]));
            } else {
                self.is_queued[way] = true;
                self.queue.push(way as u32);
            }
        }
    }
}

/// The bits that choose the delay of a branch, from those that chose the branch.
///
/// All that chose one branch are an interval, and multiples of the golden ratio are spread evenly
/// over any interval (Knuth, *The Art of Computer Programming* 3, 6.4): of N numbers in a row, as
/// many as should be fall into any part, but for a few times ln N. So the two draws are
/// independent to some 2⁻⁵⁷.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every move; the compiler keeps it apart otherwise"
)]
fn luck_of_delay(luck: u64) -> u64 {
    luck.wrapping_mul(APART)
}

/// The kind of customer that a step sees.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every move; the compiler keeps it apart otherwise"
)]
fn cell_of<P: Pocket>(step: &StepPlan, traveller: &Traveller<P>, store: &Store) -> usize {
    step.axes
        .iter()
        .map(|(field, classes)| classes[traveller.get(*field, store) as usize] as usize)
        .sum()
}
