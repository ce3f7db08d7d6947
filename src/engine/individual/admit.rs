//! How customers get in: arrivals of a tick, and those who were under way before.

use std::ops::Range;

use crate::journey::{Atom, Key as CaseKey};
use crate::plan::rates::push_thresholds;
use crate::plan::{ForkPlan, Plan, Rates};
use crate::random::{Key, decide};

use super::super::arrivals::Batch;
use super::super::tally::Tally;
use super::chances::choose;
use super::moves::look;
use super::traveller::{Pocket, Store, Traveller};
use super::ways::Ways;
use super::{APART, Crowd, cell_of, luck_of_batch, luck_of_delay, luck_of_one};

/// What all customers of a source have in common for some time, and what is drawn for each.
pub(super) struct Entry<'a> {
    source: usize,
    stretch: u32,
    memory: Vec<u64>,
    drawn: Vec<DrawnAttribute<'a>>,
    /// Where the row of the first pack starts.
    row: u32,
}

/// An attribute that differs between the customers of a batch.
struct DrawnAttribute<'a> {
    key: u64,
    choices: &'a [(u64, u32)],
    /// What each number adds to where the row of the first pack starts.
    row: u32,
    /// What each number adds to a word of the memory.
    add: (u32, u64),
    /// What else it adds to words of the memory.
    more_adds: Vec<(u32, u64)>,
}

impl<'a> Entry<'a> {
    fn of(plan: &Plan, ways: &Ways, rates: &'a Rates, source: usize, stretch: u32, row_step: u32) -> Self {
        let arrival = source.min(plan.streams.len());
        let waiting = source.checked_sub(plan.streams.len()).map(|it| &plan.waiting[it]);
        let mut memory = vec![0; ways.memory.words];
        if let Some(field) = plan.memory.field(CaseKey::Arrival) {
            field.set(&mut memory, arrival as u64);
        }
        if let Some(stream) = plan.streams.get(source) {
            let stage = plan.steps[stream.to as usize].stage;
            plan.memory.stage.set(&mut memory, u64::from(stage));
        }
        if let Some(waiting) = waiting {
            plan.memory.converted.set(&mut memory, u64::from(waiting.converted));
            if let Some(visit) = plan.steps[waiting.step as usize].visit {
                ways.visits[visit].field.set(&mut memory, 1);
                let began_at = ways.began_at.expect("there is one where visits are counted");
                began_at.set(&mut memory, visit as u64 + 1);
            }
        }
        let mut entry = Self {
            source,
            stretch,
            memory,
            drawn: Vec::new(),
            row: 0,
        };
        entry.group(plan, ways, None, arrival as u32, row_step);
        for (at, attribute) in plan.attributes.iter().enumerate() {
            match rates.mix(plan, stretch as usize, source, at) {
                [(_, only)] => {
                    if let Some(field) = attribute.field {
                        field.set(&mut entry.memory, u64::from(*only));
                    }
                    entry.group(plan, ways, Some(at), *only, row_step);
                }
                choices => {
                    let (row, mut adds) = strides(plan, ways, Some(at), row_step);
                    let mut add = attribute.field.map_or((0, 0), |it| (it.word, 1 << it.shift));
                    adds.retain(|it| {
                        if it.0 == add.0 {
                            add.1 += it.1;
                        }
                        it.0 != add.0
                    });
                    if row > 0 || add.1 > 0 || !adds.is_empty() {
                        entry.drawn.push(DrawnAttribute {
                            key: attribute.key,
                            choices,
                            row,
                            add,
                            more_adds: adds,
                        });
                    }
                }
            }
        }
        entry
    }

    /// Puts all customers into one group.
    fn group(&mut self, plan: &Plan, ways: &Ways, grouping: Option<usize>, value: u32, row_step: u32) {
        let (row, adds) = strides(plan, ways, grouping, row_step);
        self.row += value * row;
        for (word, stride) in adds {
            self.memory[word as usize] += u64::from(value) * stride;
        }
    }

    /// Remembers what is the same for those who arrive at one tick only.
    fn set_tick(&mut self, plan: &Plan, ways: &Ways, tick: u32) {
        if let Some(field) = ways.period {
            let period = plan.bins[plan.bin_of[tick as usize] as usize].period;
            field.set(&mut self.memory, u64::from(period));
        }
        if let Some(field) = ways.arrived {
            field.set(&mut self.memory, u64::from(tick));
        }
    }

    /// A customer whose luck starts from this key.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every arrival; the compiler keeps it apart otherwise"
    )]
    fn admit<P: Pocket>(&self, key: u64, tick: u32, copy: u32, store: &mut Store) -> Traveller<P> {
        let mut traveller = Traveller {
            key,
            luck: 0,
            pocket: P::with(&self.memory, store),
            tick,
            row: self.row + copy,
        };
        for attribute in &self.drawn {
            let value = value_of(attribute.choices, key, attribute.key);
            traveller.row += value * attribute.row;
            // Bits that it adds to are still 0, or a group of the same pack.
            let mut add = |(word, stride): (u32, u64)| {
                let sum = traveller.pocket.word(store, word) + u64::from(value) * stride;
                traveller.pocket.set_word(store, word, sum);
            };
            add(attribute.add);
            if !attribute.more_adds.is_empty() {
                attribute.more_adds.iter().copied().for_each(add);
            }
        }
        traveller
    }
}

/// The value of an attribute that the luck of a customer chooses.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every arrival; the compiler keeps it apart otherwise"
)]
pub(super) fn value_of(choices: &[(u64, u32)], luck: u64, attribute: u64) -> u32 {
    let bits = decide(luck, attribute) >> 1;
    match choices {
        // Without a branch, which could not be foreseen.
        choices @ [first, _] => choices[usize::from(bits >= first.0)].1,
        choices => choices[choices[..choices.len() - 1].partition_point(|it| bits >= it.0)].1,
    }
}

/// What each number of a grouping adds to where the row of the first pack starts, or to words
/// in which rows of other packs are remembered.
fn strides(plan: &Plan, ways: &Ways, grouping: Option<usize>, row_step: u32) -> (u32, Vec<(u32, u64)>) {
    let (mut row, mut adds) = (0, Vec::new());
    for (pack, it) in plan.groups.packs.iter().enumerate() {
        if let Some(position) = it.groupings.iter().position(|it| it.0 == grouping) {
            let stride: usize = it.groupings[position + 1..].iter().map(|it| it.1).product();
            match pack.checked_sub(1) {
                None => row = stride as u32 * row_step,
                Some(at) => {
                    let (field, _) = ways.more_rows[at];
                    adds.push((field.word, (stride as u64) << field.shift));
                }
            }
        }
    }
    (row, adds)
}

impl<P: Pocket> Crowd<'_, P> {
    /// Lets customers of one batch in, moving others whenever there are too many.
    pub(super) fn admit<'a>(
        &mut self,
        rates: &'a Rates,
        luck: Key,
        batch: &Batch,
        numbers: Range<u64>,
        entry: &mut Option<Entry<'a>>,
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let stretch = plan.bins[plan.bin_of[batch.tick as usize] as usize].stretch;
        let is_same = |it: &Entry<'_>| it.source == batch.source && it.stretch == stretch;
        let mut now = entry
            .take()
            .filter(is_same)
            .unwrap_or_else(|| Entry::of(plan, &self.ways, rates, batch.source, stretch, self.ledger.row_step()));
        now.set_tick(plan, &self.ways, batch.tick);
        let stream = plan.streams.get(batch.source);
        let waiting = batch.source.wrapping_sub(plan.streams.len());
        let luck = luck_of_batch(plan, luck, batch);
        let key = |number: u64| luck_of_one(luck, number);
        let mut number = numbers.start;
        while number < numbers.end {
            if self.in_flight >= self.capacity / 4 * 3 {
                self.serve_down_to(self.capacity / 2, rates, tally);
            }
            let count = (numbers.end - number).min((self.capacity - self.in_flight) as u64);
            let chunk = number..number + count;
            number += count;
            let Some(stream) = stream else {
                for number in chunk {
                    let copy = self.ledger.counter(&self.ways).copy_of(number);
                    let traveller = now.admit(key(number), batch.tick, copy, &mut self.store);
                    self.resume(rates, traveller, waiting, tally);
                }
                continue;
            };
            let way = plan.branch_to.len() + batch.source;
            self.open(way..way + 1);
            let (list, store) = (&mut self.lists[way], &mut self.store);
            let mut counter = self.ledger.counter(&self.ways);
            let bin = counter.bin(batch.tick).expect("nobody arrives behind the horizon");
            let column = plan.columns.streams + batch.source;
            list.reserve(count as usize);
            for number in chunk {
                let traveller = now.admit(key(number), batch.tick, counter.copy_of(number), store);
                counter.count(&traveller, bin, column, true, store, tally);
                list.push(traveller);
            }
            for stage in &mut tally.funnel[..plan.steps[stream.to as usize].stage as usize] {
                *stage += count;
            }
            self.in_flight += count as usize;
            self.close(way..way + 1);
        }
        *entry = Some(now);
    }

    /// Lets a customer of the pipeline move on from the step it waits at: by the step's law,
    /// given that the delay is longer than it has waited.
    fn resume(&mut self, rates: &Rates, mut traveller: Traveller<P>, entry: usize, tally: &mut Tally) {
        let plan = self.plan;
        let waiting = &plan.waiting[entry];
        let step = &plan.steps[waiting.step as usize];
        tally.waiting[self.ledger.row_at(traveller.row) as usize] += 1;
        for (field, first) in &self.ways.more_rows {
            tally.waiting[*first as usize + traveller.get(*field, &self.store) as usize] += 1;
        }
        let cell = cell_of(step, &traveller, &self.store);
        let bits = decide(traveller.key, step.key ^ APART);
        let place = plan.place(step, cell, 0);
        let remaining = &waiting.remaining[cell * step.branches..(cell + 1) * step.branches];
        let (branch, table) = if let ForkPlan::Rules(rules) = &step.fork {
            let look = |atom: Atom| look(plan, &self.ways, atom, &traveller, &self.store);
            let branch = rules
                .iter()
                .position(|rule| rule.holds(&look))
                .expect("the last rule always holds");
            (branch, remaining[branch].as_ref().map(|it| &it.1))
        } else {
            let thresholds = &rates.thresholds[place..place + step.branches];
            let longer = |branch: usize| remaining[branch].as_ref().map_or(0.0, |it| it.0);
            let given: Vec<f64> = chances_of(thresholds)
                .iter()
                .enumerate()
                .map(|(at, it)| it * longer(at))
                .collect();
            let sum: f64 = given.iter().sum();
            if sum > 0.0 {
                let given: Vec<f64> = given.iter().map(|it| it / sum).collect();
                let mut given_thresholds = Vec::new();
                push_thresholds(&mut given_thresholds, &given);
                let branch = choose(&given_thresholds, bits);
                (branch, remaining[branch].as_ref().map(|it| &it.1))
            } else {
                (choose(thresholds, bits), None)
            }
        };
        let delay = table.map_or(0, |it| it.draw(luck_of_delay(bits)));
        tally.moves += 1;
        if delay >= plan.clock.ticks {
            traveller.pocket.empty(&mut self.store);
            return;
        }
        let branch = step.first_branch + branch;
        tally.from_waiting[branch] += 1;
        traveller.tick = delay;
        self.count(&traveller, plan.columns.branches + branch, tally);
        let way = plan.branch_to.len() + plan.streams.len() + branch;
        self.open(way..way + 1);
        self.lists[way].push(traveller);
        self.in_flight += 1;
        self.close(way..way + 1);
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
