//! How customers get in: arrivals of a tick, and those who were under way before.

use std::ops::Range;

use crate::journey::{Atom, Key as CaseKey};
use crate::plan::rates::push_thresholds;
use crate::plan::{Field, ForkPlan, Plan, Rates};
use crate::random::{Key, mix};

use super::super::arrivals::Batch;
use super::super::tally::Tally;
use super::moves::choose;
use super::{APART, DELAY, Passport, Traveller, Walker, cell_of, look};

/// What all customers of a batch have in common, and what is drawn for each.
struct Entry<'a> {
    memory: Vec<u64>,
    /// Rows in every pack, as far as they are the same for all.
    rows: Vec<usize>,
    drawn: Vec<DrawnAttribute<'a>>,
    passport: Passport,
}

/// An attribute that differs between the customers of a batch.
struct DrawnAttribute<'a> {
    key: u64,
    choices: &'a [(u64, u32)],
    field: Option<Field>,
    /// The pack it is grouped in and what a value adds to the row there.
    grouped: Option<(usize, usize)>,
}

impl<'a> Entry<'a> {
    fn of(plan: &Plan, rates: &'a Rates, batch: &Batch) -> Self {
        let period_and_stretch = &plan.bins[plan.bin_of[batch.tick as usize] as usize];
        let arrival = batch.source.min(plan.streams.len());
        let waiting = batch
            .source
            .checked_sub(plan.streams.len())
            .map(|it| &plan.waiting[it]);
        let mut memory = vec![0; plan.memory.words];
        if let Some(field) = plan.memory.field(CaseKey::Arrival) {
            field.set(&mut memory, arrival as u64);
        }
        if let Some(waiting) = waiting {
            plan.memory
                .converted
                .set(&mut memory, u64::from(waiting.converted));
            // The pipeline is in no row of the funnel: as if all stages were behind it.
            plan.memory.stage.set(&mut memory, plan.stages as u64);
        }
        let mut rows: Vec<usize> = plan.groups.packs.iter().map(|it| it.first_row).collect();
        let mut drawn = Vec::new();
        let attributes = plan.attributes.iter().enumerate();
        let groupings = [(None, None)]
            .into_iter()
            .chain(attributes.map(|(at, it)| (Some(at), Some(it))));
        for (grouping, attribute) in groupings {
            let grouped = plan.groups.packs.iter().enumerate().find_map(|(pack, it)| {
                let position = it.groupings.iter().position(|it| it.0 == grouping)?;
                Some((
                    pack,
                    it.groupings[position + 1..].iter().map(|it| it.1).product(),
                ))
            });
            let Some(attribute) = attribute else {
                let (pack, stride): (usize, usize) = grouped.expect("arrivals are always grouped");
                rows[pack] += arrival * stride;
                continue;
            };
            if attribute.field.is_none() && grouped.is_none() {
                continue;
            }
            let position = grouping.expect("attributes have a position");
            match rates.mix(
                plan,
                period_and_stretch.stretch as usize,
                batch.source,
                position,
            ) {
                [(_, only)] => {
                    if let Some(field) = attribute.field {
                        field.set(&mut memory, u64::from(*only));
                    }
                    if let Some((pack, stride)) = grouped {
                        rows[pack] += *only as usize * stride;
                    }
                }
                choices => {
                    drawn.push(DrawnAttribute {
                        key: attribute.key,
                        choices,
                        field: attribute.field,
                        grouped,
                    });
                }
            }
        }
        let period = if waiting.is_some() {
            u32::MAX
        } else {
            period_and_stretch.period
        };
        let passport = Passport {
            period,
            arrived: batch.tick,
            row: 0,
            first: 0,
        };
        Self {
            memory,
            rows,
            drawn,
            passport,
        }
    }
}

impl Walker<'_> {
    /// Lets customers of one batch in, moving others whenever the room is full.
    pub(super) fn admit(
        &mut self,
        rates: &Rates,
        luck: Key,
        batch: &Batch,
        numbers: Range<u64>,
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let entry = Entry::of(plan, rates, batch);
        let stream = plan.streams.get(batch.source);
        let waiting = batch.source.wrapping_sub(plan.streams.len());
        let key = stream.map_or_else(|| plan.waiting[waiting].key, |it| it.key);
        let luck = luck.with(key).with(u64::from(batch.tick)).bits();
        for number in numbers {
            if self.free.is_empty() {
                self.make_room(rates, tally);
            }
            let slot = self.free.pop().expect("room was made");
            let customer = mix(luck.wrapping_add(number.wrapping_mul(APART)));
            self.issue(&entry, customer, slot);
            let traveller = Traveller {
                key: customer,
                tick: batch.tick,
                slot,
            };
            match stream {
                Some(stream) => {
                    self.ledger.count(
                        &self.crowd,
                        traveller,
                        plan.columns.streams + batch.source,
                        tally,
                    );
                    self.enlist(stream.to as usize, traveller);
                }
                None => self.resume(rates, traveller, waiting, tally),
            }
        }
    }

    /// Writes down what is known of a customer on arrival.
    #[inline]
    fn issue(&mut self, entry: &Entry<'_>, customer: u64, slot: u32) {
        let at = slot as usize;
        let crowd = &mut self.crowd;
        let mut row = entry.rows[0];
        let more = crowd.more_packs;
        for (kept, row) in crowd.more_rows[at * more..(at + 1) * more]
            .iter_mut()
            .zip(&entry.rows[1..])
        {
            *kept = u32::try_from(*row).expect("rows are few");
        }
        let memory = &mut crowd.memory[at * crowd.words..(at + 1) * crowd.words];
        for (word, of_all) in memory.iter_mut().zip(&entry.memory) {
            *word = *of_all;
        }
        for attribute in &entry.drawn {
            let bits = mix(customer ^ attribute.key) >> 1;
            let below = attribute.choices.iter().position(|it| bits < it.0);
            let value = attribute.choices[below.unwrap_or(0)].1;
            if let Some(field) = attribute.field {
                field.set(memory, u64::from(value));
            }
            match attribute.grouped {
                Some((0, stride)) => row += value as usize * stride,
                Some((pack, stride)) => {
                    crowd.more_rows[at * more + pack - 1] +=
                        u32::try_from(value as usize * stride).expect("rows are few");
                }
                None => {}
            }
        }
        for visits in &mut crowd.visits[at * crowd.counters..(at + 1) * crowd.counters] {
            *visits = 0;
        }
        crowd.passports[at] = Passport {
            row: u32::try_from(row).expect("rows are few"),
            first: self.ledger.first(row),
            ..entry.passport
        };
    }

    /// Lets a customer of the pipeline move on from the step it waits at: by the step's law,
    /// given that the delay is longer than it has waited.
    fn resume(&mut self, rates: &Rates, traveller: Traveller, entry: usize, tally: &mut Tally) {
        let plan = self.plan;
        let waiting = &plan.waiting[entry];
        let step = &plan.steps[waiting.step as usize];
        let at = traveller.slot as usize;
        if let Some(visit) = step.visit {
            self.crowd.visits[at * plan.visited.len() + visit] = 1;
        }
        let first_row = self.crowd.passports[at].row;
        for row in [first_row]
            .iter()
            .chain(self.crowd.more_rows(traveller.slot))
        {
            tally.waiting[*row as usize] += 1;
        }
        let memory = self.crowd.memory(traveller.slot);
        let cell = cell_of(step, memory);
        let bits = mix(traveller.key.wrapping_add(step.key ^ APART));
        let place = plan.place(step, cell, 0);
        let remaining = &waiting.remaining[cell * step.branches..(cell + 1) * step.branches];
        let (branch, table) = match &step.fork {
            ForkPlan::Rules(rules) => {
                let look =
                    |atom: Atom| look(plan, atom, memory, self.crowd.visits(traveller.slot), 0, 0);
                let branch = rules
                    .iter()
                    .position(|rule| rule.holds(&look))
                    .expect("the last rule always holds");
                (branch, remaining[branch].as_ref().map(|it| &it.1))
            }
            _ => {
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
            }
        };
        let delay = table.map_or(0, |it| it.draw(mix(bits ^ DELAY)));
        tally.moves += 1;
        if delay >= plan.clock.ticks {
            self.free.push(traveller.slot);
            return;
        }
        let branch = step.first_branch + branch;
        tally.from_waiting[branch] += 1;
        let traveller = Traveller {
            tick: delay,
            ..traveller
        };
        self.ledger.count(
            &self.crowd,
            traveller,
            plan.columns.branches + branch,
            tally,
        );
        self.enlist(plan.branch_to[branch] as usize, traveller);
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
