//! The individual engine: every customer walks the journey alone (microsimulation).
//!
//! Many customers are in flight at once and are moved step by step, all that wait at one step
//! together: the step's numbers stay at hand, and the processor overlaps what customers do not
//! share. The order in which they move means nothing, since every draw is keyed by the customer,
//! the step and the visit it decides.

mod admit;
mod effects;
mod ledger;
mod moves;

use std::collections::VecDeque;
use std::ops::Range;

use crate::journey::Atom;
use crate::plan::{ForkPlan, Plan, Rates, StepPlan};
use crate::random::{Key, Purpose};

use super::arrivals::Batch;
use super::tally::Tally;
use ledger::Ledger;

/// Customers in flight: enough to fill every step's list, few enough to stay in the cache.
const IN_FLIGHT_MAX: usize = 1_024;
/// Bytes that customers in flight may take where each of them needs many.
const IN_FLIGHT_BYTES: usize = 4 << 20;
/// Keeps the draw of a delay apart from that of its branch.
const DELAY: u64 = 0xd1b5_4a32_d192_ed03;
/// Keeps the draws of amounts apart from one another and from the rest.
const AMOUNT: u64 = 0xaef1_7502_108e_f2d9;
/// Tells visits, and customers of one tick, apart: the increment of `SplitMix64`.
const APART: u64 = 0x9e37_79b9_7f4a_7c15;

/// A customer on the way: which luck, when, and where the rest is kept.
#[derive(Debug, Clone, Copy)]
struct Traveller {
    key: u64,
    tick: u32,
    slot: u32,
}

/// What is kept of a customer besides.
#[derive(Debug, Clone, Copy, Default)]
struct Passport {
    /// Period of arrival; `u32::MAX` for the pipeline, which is in no cohort.
    period: u32,
    /// Tick of arrival.
    arrived: u32,
    /// Where the customer's row of groups in the first pack starts in the ledger.
    first: u32,
    /// The step at which a customer of the pipeline was when it began, plus 1; 0 for arrivals.
    began_at: u32,
}

/// Room for customers in flight; used again from replication to replication.
#[derive(Debug)]
pub(crate) struct Walker<'a> {
    plan: &'a Plan,
    lists: Vec<Vec<Traveller>>,
    /// Steps whose list is not empty, in the order in which they are served.
    queue: VecDeque<u32>,
    /// Emptied lists, to be used again: only steps with somebody on them take room.
    spares: Vec<Vec<Traveller>>,
    /// Customers of a step by the branch they take, each with the bits that chose it.
    chosen: Vec<Vec<(u64, Traveller)>>,
    crowd: Crowd,
    ledger: Ledger,
    /// By tick: where the places of its stretch start.
    first_place: Vec<u32>,
    free: Vec<u32>,
    capacity: usize,
}

/// What is known of each customer in flight, by slot.
#[derive(Debug)]
struct Crowd {
    words: usize,
    memory: Vec<u64>,
    counters: usize,
    visits: Vec<u32>,
    passports: Vec<Passport>,
    more_packs: usize,
    more_rows: Vec<u32>,
}

impl Crowd {
    #[inline]
    fn memory(&self, slot: u32) -> &[u64] {
        &self.memory[slot as usize * self.words..(slot as usize + 1) * self.words]
    }

    #[inline]
    fn memory_mut(&mut self, slot: u32) -> &mut [u64] {
        &mut self.memory[slot as usize * self.words..(slot as usize + 1) * self.words]
    }

    #[inline]
    fn visits(&self, slot: u32) -> &[u32] {
        &self.visits[slot as usize * self.counters..(slot as usize + 1) * self.counters]
    }

    /// The kind of customer that a step sees.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    fn cell(&self, step: &StepPlan, slot: u32) -> usize {
        cell_of(step, &self.memory, slot as usize * self.words)
    }

    /// Which visit of a step this is, from 1.
    #[inline]
    fn visit(&self, step: &StepPlan, slot: u32) -> u64 {
        step.visit
            .map_or(1, |it| u64::from(self.visits[slot as usize * self.counters + it]))
    }

    /// The customer's row of groups in the first pack.
    fn row(&self, slot: u32, ledger: &Ledger) -> u32 {
        ledger.row_at(self.passports[slot as usize].first)
    }

    #[inline]
    fn more_rows(&self, slot: u32) -> &[u32] {
        &self.more_rows[slot as usize * self.more_packs..(slot as usize + 1) * self.more_packs]
    }
}

impl<'a> Walker<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let more_packs = plan.groups.packs.len() - 1;
        let bytes = 64 + 8 * plan.memory.words + 4 * plan.visited.len() + 4 * more_packs;
        let capacity = (IN_FLIGHT_BYTES / bytes).clamp(64, IN_FLIGHT_MAX);
        let branches = plan.steps.iter().map(|it| it.branches).max().unwrap_or(0);
        Self {
            plan,
            lists: vec![Vec::new(); plan.steps.len()],
            queue: VecDeque::new(),
            spares: Vec::new(),
            chosen: vec![Vec::new(); branches],
            crowd: Crowd {
                words: plan.memory.words,
                memory: vec![0; capacity * plan.memory.words],
                counters: plan.visited.len(),
                visits: vec![0; capacity * plan.visited.len()],
                passports: vec![Passport::default(); capacity],
                more_packs,
                more_rows: vec![0; capacity * more_packs],
            },
            ledger: Ledger::new(plan),
            first_place: plan
                .bin_of
                .iter()
                .map(|it| plan.bins[*it as usize].stretch * u32::try_from(plan.places).expect("places are bounded"))
                .collect(),
            free: (0..u32::try_from(capacity).expect("the capacity is small")).collect(),
            capacity,
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
        let luck = Key::new(seed).purpose(Purpose::Customer).with(replication);
        let mut passed = 0;
        for batch in batches {
            let first = range.start.saturating_sub(passed).min(batch.count);
            let last = range.end.saturating_sub(passed).min(batch.count);
            passed += batch.count;
            if first < last {
                self.admit(rates, luck, batch, first..last, tally);
            }
        }
        while let Some(step) = self.queue.pop_front() {
            self.serve(rates, step as usize, tally);
        }
        self.ledger.close(self.plan, tally);
    }

    /// Makes room for at least half as many customers as there can be.
    fn make_room(&mut self, rates: &Rates, tally: &mut Tally) {
        while self.free.len() < self.capacity / 2 {
            let step = self.queue.pop_front().expect("customers in flight are in some list");
            self.serve(rates, step as usize, tally);
        }
    }

    /// Puts a customer on the list of a step.
    fn enlist(&mut self, step: usize, traveller: Traveller) {
        let mut list = self.take_list(step);
        let was_empty = list.is_empty();
        list.push(traveller);
        self.put_list(step, list, was_empty);
    }

    /// Books the arrival of everybody who waits at a step, and moves them on.
    fn serve(&mut self, rates: &Rates, at: usize, tally: &mut Tally) {
        let plan = self.plan;
        let step = &plan.steps[at];
        let mut list = std::mem::take(&mut self.lists[at]);
        self.ledger.expect(list.len(), plan, tally);
        self.arrive(rates, at, step, &list, tally);
        match &step.fork {
            ForkPlan::End(end) => self.end(step, *end, &list, tally),
            ForkPlan::Rules(rules) => self.follow_rules(step, rules, &list, tally),
            ForkPlan::Single | ForkPlan::Chances => self.choose_all(rates, step, &list, tally),
        }
        list.clear();
        self.spares.push(list);
    }

    /// Takes the list of a step away to add to it.
    fn take_list(&mut self, step: usize) -> Vec<Traveller> {
        let list = std::mem::take(&mut self.lists[step]);
        if list.capacity() > 0 {
            list
        } else {
            self.spares.pop().unwrap_or_default()
        }
    }

    /// Puts the list of a step back; it is served in turn if there is somebody on it now.
    fn put_list(&mut self, step: usize, list: Vec<Traveller>, was_empty: bool) {
        if list.is_empty() {
            self.spares.push(list);
            return;
        }
        if was_empty {
            self.queue
                .push_back(u32::try_from(step).expect("steps are numbered in 32 bits"));
        }
        self.lists[step] = list;
    }
}

/// The kind of customer that a step sees in the memory that starts at `first`.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every move; the compiler keeps it apart otherwise"
)]
fn cell_of(step: &StepPlan, memory: &[u64], first: usize) -> usize {
    step.axes
        .iter()
        .map(|(field, classes)| classes[field.get_at(memory, first) as usize] as usize)
        .sum()
}

/// What a rule sees of a customer.
fn look(plan: &Plan, atom: Atom, memory: &[u64], visits: &[u32], tick: u32, arrived: u32) -> i64 {
    match atom {
        Atom::Key(key) => plan
            .memory
            .field(key)
            .expect("every key of a rule is remembered")
            .get(memory) as i64,
        Atom::Visits(step) => plan.steps[step.index()].visit.map_or(0, |it| i64::from(visits[it])),
        Atom::Days => {
            let seconds = u64::from(tick - arrived) * u64::from(plan.clock.tick_seconds);
            (seconds / 86_400) as i64
        }
        Atom::Month => i64::from(plan.month_of[tick as usize]),
        Atom::Weekday => i64::from(plan.weekday_of[tick as usize]),
    }
}
