//! The individual engine: every customer walks the journey alone (microsimulation).
//!
//! Many customers are in flight at once and are moved step by step, all that wait at one step
//! together: the step's numbers stay at hand, and the processor overlaps what customers do not
//! share. The order in which they move means nothing, since every draw is keyed by the customer,
//! the step and the visit it decides.

use crate::journey::law::Bounds;
use crate::journey::{Atom, Key as CaseKey};
use crate::plan::rates::{share_of, ten_thousandths, times_units};
use crate::plan::{End, ForkPlan, Line, LineRate, Plan, Rates, StepPlan};
use crate::random::{Key, Purpose, mix};

use super::arrivals::Batch;
use super::tally::Tally;

/// Customers in flight: enough to fill every step's list, few enough to stay in the cache.
const IN_FLIGHT_MAX: usize = 2_048;
/// Bytes that in-flight customers may take where each of them needs many.
const IN_FLIGHT_BYTES: usize = 4 << 20;
/// Keeps the draw of a delay apart from that of its branch.
const DELAY: u64 = 0xd1b5_4a32_d192_ed03;
/// Keeps the draws of amounts apart from one another and from the rest.
const AMOUNT: u64 = 0xaef1_7502_108e_f2d9;
/// Tells visits apart.
const VISIT: u64 = 0x9e37_79b9_7f4a_7c15;

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
    /// The row of groups in the first pack.
    row: u32,
}

/// Room for customers in flight; used again from replication to replication.
#[derive(Debug)]
pub(crate) struct Walker<'a> {
    plan: &'a Plan,
    lists: Vec<Vec<Traveller>>,
    /// Steps whose list is not empty, in the order in which they are served.
    queue: std::collections::VecDeque<u32>,
    spare: Vec<Traveller>,
    memory: Vec<u64>,
    visits: Vec<u32>,
    passports: Vec<Passport>,
    more_rows: Vec<u32>,
    free: Vec<u32>,
    capacity: usize,
}

impl<'a> Walker<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let packs = plan.groups.packs.len();
        let bytes = 32 + 8 * plan.memory.words + 4 * plan.visited.len() + 4 * packs;
        let capacity = (IN_FLIGHT_BYTES / bytes).clamp(64, IN_FLIGHT_MAX);
        Self {
            plan,
            lists: vec![Vec::new(); plan.steps.len()],
            queue: std::collections::VecDeque::new(),
            spare: Vec::new(),
            memory: vec![0; capacity * plan.memory.words],
            visits: vec![0; capacity * plan.visited.len()],
            passports: vec![Passport::default(); capacity],
            more_rows: vec![0; capacity * (packs - 1)],
            free: (0..u32::try_from(capacity).expect("the capacity is small")).collect(),
            capacity,
        }
    }

    /// Lets the customers `from .. until`, counted over all batches, walk to their ends.
    pub(crate) fn walk(
        &mut self,
        rates: &Rates,
        seed: u64,
        replication: u64,
        batches: &[Batch],
        range: std::ops::Range<u64>,
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
    }

    /// Lets customers of one batch in, moving others whenever the room is full.
    fn admit(
        &mut self,
        rates: &Rates,
        luck: Key,
        batch: &Batch,
        numbers: std::ops::Range<u64>,
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let stream = plan.streams.get(batch.source);
        let key = match stream {
            Some(stream) => stream.key,
            None => plan.waiting[batch.source - plan.streams.len()].key,
        };
        let luck = luck.with(key).with(u64::from(batch.tick));
        let bin = plan.bin_of[batch.tick as usize] as usize;
        let stretch = plan.bins[bin].stretch as usize;
        let columns = plan.columns.count;
        for number in numbers {
            if self.free.is_empty() {
                while self.free.len() < self.capacity / 2 {
                    let step = self
                        .queue
                        .pop_front()
                        .expect("customers in flight are in some list");
                    self.serve(rates, step as usize, tally);
                }
            }
            let slot = self.free.pop().expect("room was made");
            let customer = luck.with(number).bits();
            self.issue(rates, customer, slot, batch, stretch, tally);
            match stream {
                Some(stream) => {
                    tally.counts[bin * columns + plan.columns.streams + batch.source] += 1;
                    let column = stretch * columns + plan.columns.streams + batch.source;
                    each_row(plan, &self.passports, &self.more_rows, slot, |row| {
                        tally.groups[row * plan.stretches.len() * columns + column] += 1;
                    });
                    self.enlist(
                        stream.to as usize,
                        Traveller {
                            key: customer,
                            tick: batch.tick,
                            slot,
                        },
                    );
                }
                None => self.resume(
                    rates,
                    customer,
                    slot,
                    batch.source - plan.streams.len(),
                    tally,
                ),
            }
        }
    }

    /// Writes down what is known of a customer on arrival.
    fn issue(
        &mut self,
        rates: &Rates,
        customer: u64,
        slot: u32,
        batch: &Batch,
        stretch: usize,
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let at = slot as usize;
        let words = plan.memory.words;
        let memory = &mut self.memory[at * words..(at + 1) * words];
        memory.fill(0);
        self.visits[at * plan.visited.len()..(at + 1) * plan.visited.len()].fill(0);
        let is_waiting = batch.source >= plan.streams.len();
        let arrival = batch.source.min(plan.streams.len());
        if let Some(field) = plan.memory.field(CaseKey::Arrival) {
            field.set(memory, arrival as u64);
        }
        let mut values = [0_u32; 64];
        let mut many = Vec::new();
        if plan.attributes.len() > values.len() {
            many.resize(plan.attributes.len(), 0);
        }
        let values: &mut [u32] = if many.is_empty() {
            &mut values
        } else {
            &mut many
        };
        for (position, attribute) in plan.attributes.iter().enumerate() {
            if attribute.field.is_none() && !attribute.is_grouped {
                continue;
            }
            let choices = rates.mix(plan, stretch, batch.source, position);
            let value = match choices {
                [(_, only)] => *only,
                _ => {
                    let bits = mix(customer ^ attribute.key) >> 1;
                    choices.iter().find(|it| bits < it.0).map_or(0, |it| it.1)
                }
            };
            values[position] = value;
            if let Some(field) = attribute.field {
                field.set(memory, u64::from(value));
            }
        }
        for (pack, it) in plan.groups.packs.iter().enumerate() {
            let mut row = 0;
            for (grouping, size) in &it.groupings {
                row = row * size + grouping.map_or(arrival, |at| values[at] as usize);
            }
            let row = u32::try_from(it.first_row + row).expect("rows are few");
            match pack {
                0 => self.passports[at].row = row,
                _ => self.more_rows[at * (plan.groups.packs.len() - 1) + pack - 1] = row,
            }
        }
        let period = plan.bins[plan.bin_of[batch.tick as usize] as usize].period;
        self.passports[at].arrived = batch.tick;
        self.passports[at].period = if is_waiting { u32::MAX } else { period };
        if is_waiting {
            let converted = plan.waiting[batch.source - plan.streams.len()].converted;
            plan.memory.converted.set(memory, u64::from(converted));
            // The pipeline is in no row of the funnel: as if all stages were behind it.
            plan.memory.stage.set(memory, plan.stages as u64);
            each_row(plan, &self.passports, &self.more_rows, slot, |row| {
                tally.waiting[row] += 1;
                tally.waiting_converted[row] += u64::from(converted);
            });
        }
    }

    /// Lets a customer of the pipeline move on from the step it waits at: by the step's law,
    /// given that the delay is longer than it has waited.
    fn resume(&mut self, rates: &Rates, customer: u64, slot: u32, entry: usize, tally: &mut Tally) {
        let plan = self.plan;
        let waiting = &plan.waiting[entry];
        let step = &plan.steps[waiting.step as usize];
        let at = slot as usize;
        if let Some(visit) = step.visit {
            self.visits[at * plan.visited.len() + visit] = 1;
        }
        let words = plan.memory.words;
        let memory = &self.memory[at * words..(at + 1) * words];
        let cell = cell_of(step, memory);
        let bits = mix(customer.wrapping_add(step.key ^ VISIT));
        let place = plan.place(step, cell, 0);
        let remaining = &waiting.remaining[cell * step.branches..(cell + 1) * step.branches];
        let left = |branch: usize| remaining[branch].as_ref().map_or(0.0, |it| it.0);
        let (branch, table) = match &step.fork {
            ForkPlan::Rules(rules) => {
                let visits = &self.visits[at * plan.visited.len()..(at + 1) * plan.visited.len()];
                let look = |atom: Atom| look(plan, atom, memory, visits, 0, 0);
                let branch = rules
                    .iter()
                    .position(|rule| rule.holds(&look))
                    .expect("the last rule always holds");
                (branch, remaining[branch].as_ref().map(|it| &it.1))
            }
            _ => {
                let thresholds = &rates.thresholds[place..place + step.branches];
                let chances = chances_of(thresholds);
                let given: Vec<f64> = chances
                    .iter()
                    .enumerate()
                    .map(|(at, it)| it * left(at))
                    .collect();
                let sum: f64 = given.iter().sum();
                if sum > 0.0 {
                    let mut given_thresholds = Vec::new();
                    let given: Vec<f64> = given.iter().map(|it| it / sum).collect();
                    crate::plan::rates::push_thresholds(&mut given_thresholds, &given);
                    let branch = choose(&given_thresholds, bits);
                    (branch, remaining[branch].as_ref().map(|it| &it.1))
                } else {
                    (choose(thresholds, bits), None)
                }
            }
        };
        let delay = table.map_or(0, |it| it.draw(mix(bits ^ DELAY)));
        tally.moves += 1;
        if delay >= plan.clock.ticks {
            self.free.push(slot);
            return;
        }
        tally.from_waiting[step.first_branch + branch] += 1;
        let traveller = Traveller {
            key: customer,
            tick: delay,
            slot,
        };
        self.arrive(step.first_branch + branch, traveller, tally);
    }

    /// Counts a move and puts the customer on the list of the step it leads to.
    fn arrive(&mut self, branch: usize, traveller: Traveller, tally: &mut Tally) {
        let plan = self.plan;
        let bin = plan.bin_of[traveller.tick as usize] as usize;
        let columns = plan.columns.count;
        let column = plan.columns.branches + branch;
        tally.counts[bin * columns + column] += 1;
        let in_group = plan.bins[bin].stretch as usize * columns + column;
        each_row(
            plan,
            &self.passports,
            &self.more_rows,
            traveller.slot,
            |row| {
                tally.groups[row * plan.stretches.len() * columns + in_group] += 1;
            },
        );
        self.enlist(plan.branch_to[branch] as usize, traveller);
    }

    fn enlist(&mut self, step: usize, traveller: Traveller) {
        let list = &mut self.lists[step];
        if list.is_empty() {
            self.queue
                .push_back(u32::try_from(step).expect("steps are numbered in 32 bits"));
        }
        list.push(traveller);
    }

    /// Moves everybody who waits at a step.
    fn serve(&mut self, rates: &Rates, at: usize, tally: &mut Tally) {
        let plan = self.plan;
        let step = &plan.steps[at];
        let spare = std::mem::take(&mut self.spare);
        let mut list = std::mem::replace(&mut self.lists[at], spare);
        if let Some(visit) = step.visit {
            for traveller in &list {
                let visits = &mut self.visits[traveller.slot as usize * plan.visited.len() + visit];
                *visits = visits.saturating_add(1);
                tally.distinct[visit] += u64::from(*visits == 1);
            }
        }
        if step.has_effects() {
            for traveller in &list {
                self.book(rates, at, step, *traveller, tally);
            }
        }
        match &step.fork {
            ForkPlan::End(end) => self.end(step, *end, &list, tally),
            fork => {
                tally.moves += list.len() as u64;
                let is_simple = step.axes.is_empty() && plan.stretches.len() == 1;
                match (fork, is_simple) {
                    (ForkPlan::Rules(rules), _) => self.follow_rules(step, rules, &list, tally),
                    (_, true) => self.choose_alike(rates, step, &list, tally),
                    (_, false) => self.choose_each(rates, step, &list, tally),
                }
            }
        }
        list.clear();
        self.spare = list;
    }

    /// What arriving at a step does to a customer, and what is booked for it.
    fn book(
        &mut self,
        rates: &Rates,
        at: usize,
        step: &StepPlan,
        traveller: Traveller,
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let slot = traveller.slot as usize;
        let words = plan.memory.words;
        let memory = &mut self.memory[slot * words..(slot + 1) * words];
        for (field, value) in &step.sets {
            field.set(memory, *value);
        }
        for (field, amount, largest) in &step.adds {
            let value = (field.get(memory) as i64)
                .saturating_add(*amount)
                .clamp(0, *largest);
            field.set(memory, value as u64);
        }
        if step.stage > 0 {
            let furthest = plan.memory.stage.get(memory);
            if u64::from(step.stage) > furthest {
                plan.memory.stage.set(memory, u64::from(step.stage));
                tally.funnel[furthest as usize..step.stage as usize]
                    .iter_mut()
                    .for_each(|it| *it += 1);
            }
        }
        let bin = plan.bin_of[traveller.tick as usize] as usize;
        let columns = plan.columns.count;
        let stretch = plan.bins[bin].stretch as usize;
        let count = |column: usize, tally: &mut Tally| {
            tally.counts[bin * columns + column] += 1;
            each_row(
                plan,
                &self.passports,
                &self.more_rows,
                traveller.slot,
                |row| {
                    tally.groups[(row * plan.stretches.len() + stretch) * columns + column] += 1;
                },
            );
        };
        if step.converts && plan.memory.converted.get(memory) == 0 {
            plan.memory.converted.set(memory, 1);
            count(
                step.won_column.expect("steps that convert have a column"),
                tally,
            );
            let arrived = self.passports[slot].period;
            if let Some(cohorts) = tally.cohorts.as_mut().filter(|_| arrived != u32::MAX) {
                cohorts[arrived as usize * plan.periods.len() + plan.bins[bin].period as usize] +=
                    1;
            }
        }
        let cell = if step.axes.is_empty() {
            0
        } else {
            cell_of(step, memory)
        };
        if let Some(column) = step.cell_column {
            count(column + cell, tally);
        }
        if step.lines.is_empty() || !(step.varies || plan.discounts.is_some()) {
            return;
        }
        let amounts = rates.amounts_of(plan, stretch, step, cell);
        if step.varies {
            let visit = step
                .visit
                .map_or(1, |it| self.visits[slot * plan.visited.len() + it]);
            let key = traveller
                .key
                .wrapping_add(step.key ^ VISIT.wrapping_mul(u64::from(visit)));
            let Some(net) = self.book_varying(step, amounts, key, traveller.slot, bin, tally)
            else {
                tally.overflow = Some(at);
                return;
            };
            if plan.discounts.is_some() {
                tally.net[traveller.tick as usize] += net;
            }
        } else {
            tally.net[traveller.tick as usize] += known_net(step, amounts);
        }
    }

    /// Draws and books the amounts of a step where some vary; returns revenue minus cost.
    fn book_varying(
        &mut self,
        step: &StepPlan,
        amounts: &[LineRate],
        key: u64,
        slot: u32,
        bin: usize,
        tally: &mut Tally,
    ) -> Option<i128> {
        let plan = self.plan;
        let mut booked = [0_i64; 16];
        let mut many = Vec::new();
        if step.lines.len() > booked.len() {
            many.resize(step.lines.len(), 0);
        }
        let booked: &mut [i64] = if many.is_empty() {
            &mut booked
        } else {
            &mut many
        };
        let (mut revenue, mut net) = (0_i64, 0_i128);
        for (at, (line, rate)) in step.lines.iter().zip(amounts).enumerate() {
            let amount = match rate {
                LineRate::Known(amount) => *amount,
                LineRate::Share(share) => share_of(*share, revenue),
                LineRate::Each { law, factor, shift } => {
                    let luck = Key::of_bits(mix(key ^ AMOUNT.wrapping_mul(at as u64 + 1)));
                    let drawn = law.draw(Bounds::NONE, &mut luck.stream());
                    ten_thousandths(drawn * factor + shift)?
                }
            };
            let amount = match line {
                Line::ProductRevenue(_, units, _) | Line::ProductCost(_, units, _) => {
                    times_units(amount, booked[*units])?
                }
                _ => amount,
            };
            booked[at] = amount;
            if line.is_revenue() {
                revenue = revenue.checked_add(amount)?;
                net += i128::from(amount);
            } else if line.is_cost() {
                net -= i128::from(amount);
            }
            let sum = step.first_sum + at;
            tally.sums[bin * plan.columns.sums + sum] += i128::from(amount);
            each_row(plan, &self.passports, &self.more_rows, slot, |row| {
                tally.group_sums[row * plan.columns.sums + sum] += i128::from(amount);
            });
        }
        Some(net)
    }

    fn end(&mut self, step: &StepPlan, end: End, list: &[Traveller], tally: &mut Tally) {
        let plan = self.plan;
        let columns = plan.columns.count;
        if end != End::Converted {
            let column = step.lost_column.expect("such ends have a column");
            for traveller in list {
                let word = traveller.slot as usize * plan.memory.words;
                if plan.memory.converted.get(&self.memory[word..]) == 0 {
                    let bin = plan.bin_of[traveller.tick as usize] as usize;
                    tally.counts[bin * columns + column] += 1;
                    let stretch = plan.bins[bin].stretch as usize;
                    each_row(
                        plan,
                        &self.passports,
                        &self.more_rows,
                        traveller.slot,
                        |row| {
                            tally.groups
                                [(row * plan.stretches.len() + stretch) * columns + column] += 1;
                        },
                    );
                }
            }
        }
        self.free.extend(list.iter().map(|it| it.slot));
    }

    /// A fork by chances that are the same for all customers at all times.
    fn choose_alike(
        &mut self,
        rates: &Rates,
        step: &StepPlan,
        list: &[Traveller],
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let place = plan.place(step, 0, 0);
        let thresholds = &rates.thresholds[place..place + step.branches];
        let delays = &plan.delays[place..place + step.branches];
        for traveller in list {
            let visit = step.visit.map_or(1, |it| {
                self.visits[traveller.slot as usize * plan.visited.len() + it]
            });
            let bits = mix(traveller
                .key
                .wrapping_add(step.key ^ VISIT.wrapping_mul(u64::from(visit))));
            let branch = choose(thresholds, bits);
            self.go(step, branch, delays[branch], bits, *traveller, tally);
        }
    }

    /// A fork by chances or a single way that differ between customers or over time.
    fn choose_each(
        &mut self,
        rates: &Rates,
        step: &StepPlan,
        list: &[Traveller],
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let words = plan.memory.words;
        for traveller in list {
            let slot = traveller.slot as usize;
            let stretch = plan.bins[plan.bin_of[traveller.tick as usize] as usize].stretch as usize;
            let cell = cell_of(step, &self.memory[slot * words..(slot + 1) * words]);
            let place = stretch * plan.places + plan.place(step, cell, 0);
            let visit = step
                .visit
                .map_or(1, |it| self.visits[slot * plan.visited.len() + it]);
            let bits = mix(traveller
                .key
                .wrapping_add(step.key ^ VISIT.wrapping_mul(u64::from(visit))));
            let branch = choose(&rates.thresholds[place..place + step.branches], bits);
            if step.delays_differ {
                tally.places[place + branch] += 1;
            }
            self.go(
                step,
                branch,
                plan.delays[place + branch],
                bits,
                *traveller,
                tally,
            );
        }
    }

    fn follow_rules(
        &mut self,
        step: &StepPlan,
        rules: &[crate::journey::Rule],
        list: &[Traveller],
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let words = plan.memory.words;
        for traveller in list {
            let slot = traveller.slot as usize;
            let stretch = plan.bins[plan.bin_of[traveller.tick as usize] as usize].stretch as usize;
            let memory = &self.memory[slot * words..(slot + 1) * words];
            let visits = &self.visits[slot * plan.visited.len()..(slot + 1) * plan.visited.len()];
            let arrived = self.passports[slot].arrived;
            let look = |atom: Atom| look(plan, atom, memory, visits, traveller.tick, arrived);
            let branch = rules
                .iter()
                .position(|rule| rule.holds(&look))
                .expect("the last rule always holds");
            let place = stretch * plan.places + plan.place(step, cell_of(step, memory), branch);
            if step.delays_differ {
                tally.places[place] += 1;
            }
            let visit = step.visit.map_or(1, |it| visits[it]);
            let bits = mix(traveller
                .key
                .wrapping_add(step.key ^ VISIT.wrapping_mul(u64::from(visit))));
            self.go(step, branch, plan.delays[place], bits, *traveller, tally);
        }
    }

    /// Lets the delay of the chosen branch pass.
    #[inline]
    fn go(
        &mut self,
        step: &StepPlan,
        branch: usize,
        table: u32,
        bits: u64,
        traveller: Traveller,
        tally: &mut Tally,
    ) {
        let branch = step.first_branch + branch;
        let delay = if table == 0 {
            0
        } else {
            self.plan.tables[table as usize].draw(mix(bits ^ DELAY))
        };
        let tick = traveller.tick + delay;
        if tick >= self.plan.clock.ticks {
            tally.cut[branch] += 1;
            self.free.push(traveller.slot);
            return;
        }
        self.arrive(branch, Traveller { tick, ..traveller }, tally);
    }
}

/// Calls `count` with the customer's row in every pack.
#[inline]
fn each_row(
    plan: &Plan,
    passports: &[Passport],
    more_rows: &[u32],
    slot: u32,
    mut count: impl FnMut(usize),
) {
    count(passports[slot as usize].row as usize);
    let more = plan.groups.packs.len() - 1;
    if more > 0 {
        more_rows[slot as usize * more..(slot as usize + 1) * more]
            .iter()
            .for_each(|it| count(*it as usize));
    }
}

/// The kind of customer that a step sees in this memory.
#[inline]
fn cell_of(step: &StepPlan, memory: &[u64]) -> usize {
    step.axes
        .iter()
        .map(|(field, classes)| classes[field.get(memory) as usize] as usize)
        .sum()
}

/// The branch that 64 random bits stand for: the first whose threshold they stay below.
#[inline]
fn choose(thresholds: &[u64], bits: u64) -> usize {
    let bits = bits >> 1;
    if thresholds.len() <= 8 {
        let last = thresholds.len() - 1;
        thresholds[..last]
            .iter()
            .map(|it| usize::from(bits >= *it))
            .sum()
    } else {
        thresholds.partition_point(|it| bits >= *it)
    }
}

/// The chances that thresholds stand for.
fn chances_of(thresholds: &[u64]) -> Vec<f64> {
    let unit = 9_223_372_036_854_775_808.0;
    let mut before = 0.0;
    let share = |it: &u64| {
        let until = (*it as f64 / unit).min(1.0);
        let chance = until - before;
        before = until;
        chance
    };
    thresholds.iter().map(share).collect()
}

/// Revenue minus cost of a step where nothing varies.
fn known_net(step: &StepPlan, amounts: &[LineRate]) -> i128 {
    let mut net = 0;
    for (line, rate) in step.lines.iter().zip(amounts) {
        let LineRate::Known(amount) = rate else {
            continue;
        };
        if line.is_revenue() {
            net += i128::from(*amount);
        } else if line.is_cost() {
            net -= i128::from(*amount);
        }
    }
    net
}

/// What a rule sees of a customer.
fn look(plan: &Plan, atom: Atom, memory: &[u64], visits: &[u32], tick: u32, arrived: u32) -> i64 {
    match atom {
        Atom::Key(key) => plan
            .memory
            .field(key)
            .expect("every key of a rule is remembered")
            .get(memory) as i64,
        Atom::Visits(step) => plan.steps[step.index()]
            .visit
            .map_or(0, |it| i64::from(visits[it])),
        Atom::Days => {
            let seconds = u64::from(tick - arrived) * u64::from(plan.clock.tick_seconds);
            (seconds / 86_400) as i64
        }
        Atom::Month => i64::from(plan.month_of[tick as usize]),
        Atom::Weekday => i64::from(plan.weekday_of[tick as usize]),
    }
}
