//! How customers get in: arrivals of a tick, and those who were under way before.

use std::ops::Range;

use crate::journey::{Atom, Key as CaseKey};
use crate::plan::rates::push_thresholds;
use crate::plan::{Field, ForkPlan, Plan, Rates};
use crate::random::{Key, mix};

use super::super::arrivals::Batch;
use super::super::tally::Tally;
use super::moves::choose;
use super::{APART, DELAY, Passport, Traveller, Walker, look};

/// What all customers of a batch have in common, and what is drawn for each.
struct Entry<'a> {
    memory: Vec<u64>,
    /// Rows in every pack but the first, as far as they are the same for all.
    more_rows: Vec<u32>,
    drawn: Vec<DrawnAttribute<'a>>,
    passport: Passport,
}

/// An attribute that differs between the customers of a batch.
struct DrawnAttribute<'a> {
    key: u64,
    choices: &'a [(u64, u32)],
    /// The word it is remembered in, and where there.
    field: Option<Field>,
    /// What each number adds to where the row of the first pack starts.
    row: u32,
    /// Another pack that it is grouped in, and what each number adds to the row there.
    grouped: Option<(usize, u32)>,
}

impl<'a> Entry<'a> {
    fn of(plan: &Plan, rates: &'a Rates, batch: &Batch, row_step: u32) -> Self {
        let period_and_stretch = &plan.bins[plan.bin_of[batch.tick as usize] as usize];
        let arrival = batch.source.min(plan.streams.len());
        let waiting = batch.source.checked_sub(plan.streams.len()).map(|it| &plan.waiting[it]);
        let mut memory = vec![0; plan.memory.words];
        if let Some(field) = plan.memory.field(CaseKey::Arrival) {
            field.set(&mut memory, arrival as u64);
        }
        if let Some(waiting) = waiting {
            plan.memory.converted.set(&mut memory, u64::from(waiting.converted));
            // The pipeline is in no row of the funnel: as if all stages were behind it.
            plan.memory.stage.set(&mut memory, plan.stages as u64);
        }
        let row = |row: usize| u32::try_from(row).expect("rows are few");
        let mut rows: Vec<u32> = plan.groups.packs.iter().map(|it| row(it.first_row)).collect();
        let mut drawn = Vec::new();
        let attributes = plan.attributes.iter().enumerate();
        let groupings = [(None, None)]
            .into_iter()
            .chain(attributes.map(|(at, it)| (Some(at), Some(it))));
        for (grouping, attribute) in groupings {
            let grouped = plan.groups.packs.iter().enumerate().find_map(|(pack, it)| {
                let position = it.groupings.iter().position(|it| it.0 == grouping)?;
                Some((pack, row(it.groupings[position + 1..].iter().map(|it| it.1).product())))
            });
            let Some(attribute) = attribute else {
                let (pack, stride) = grouped.expect("arrivals are always grouped");
                rows[pack] += row(arrival) * stride;
                continue;
            };
            if attribute.field.is_none() && grouped.is_none() {
                continue;
            }
            let position = grouping.expect("attributes have a position");
            match rates.mix(plan, period_and_stretch.stretch as usize, batch.source, position) {
                [(_, only)] => {
                    if let Some(field) = attribute.field {
                        field.set(&mut memory, u64::from(*only));
                    }
                    if let Some((pack, stride)) = grouped {
                        rows[pack] += *only * stride;
                    }
                }
                choices => {
                    drawn.push(DrawnAttribute {
                        key: attribute.key,
                        choices,
                        field: attribute.field,
                        row: grouped.map_or(0, |(pack, stride)| if pack == 0 { stride * row_step } else { 0 }),
                        grouped: grouped.filter(|(pack, _)| *pack > 0),
                    });
                }
            }
        }
        let period = if waiting.is_some() {
            u32::MAX
        } else {
            period_and_stretch.period
        };
        // The first pack always has the arrivals.
        let more_rows = rows.split_off(1);
        rows[0] *= row_step;
        let began_at = waiting.map_or(0, |it| it.step + 1);
        let passport = Passport {
            period,
            arrived: batch.tick,
            first: rows[0],
            began_at,
        };
        Self {
            memory,
            more_rows,
            drawn,
            passport,
        }
    }
}

impl Walker<'_> {
    /// Lets customers of one batch in, moving others whenever the room is full.
    pub(super) fn admit(&mut self, rates: &Rates, luck: Key, batch: &Batch, numbers: Range<u64>, tally: &mut Tally) {
        let plan = self.plan;
        let entry = Entry::of(plan, rates, batch, self.ledger.row_step());
        let stream = plan.streams.get(batch.source);
        let waiting = batch.source.wrapping_sub(plan.streams.len());
        let key = stream.map_or_else(|| plan.waiting[waiting].key, |it| it.key);
        let luck = luck.with(key).with(u64::from(batch.tick)).bits();
        let mut number = numbers.start;
        while number < numbers.end {
            if self.free.is_empty() {
                self.make_room(rates, tally);
            }
            let count = (numbers.end - number).min(self.free.len() as u64);
            let slots = self.free.split_off(self.free.len() - count as usize);
            let customers = (number..number + count).zip(slots).map(|(number, slot)| Traveller {
                key: mix(luck.wrapping_add(number.wrapping_mul(APART))),
                tick: batch.tick,
                slot,
            });
            if let Some(stream) = stream {
                let to = stream.to as usize;
                let mut list = self.take_list(to);
                let was_empty = list.is_empty();
                list.reserve(count as usize);
                for traveller in customers {
                    self.issue(&entry, traveller);
                    self.ledger
                        .count(&self.crowd, traveller, plan.columns.streams + batch.source, tally);
                    list.push(traveller);
                }
                self.put_list(to, list, was_empty);
            } else {
                for traveller in customers {
                    self.issue(&entry, traveller);
                    self.resume(rates, traveller, waiting, tally);
                }
            }
            number += count;
        }
    }

    /// Writes down what is known of a customer on arrival.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    fn issue(&mut self, entry: &Entry<'_>, traveller: Traveller) {
        let at = traveller.slot as usize;
        let crowd = &mut self.crowd;
        let mut passport = entry.passport;
        passport.first += self.ledger.copy_of(traveller.slot);
        if crowd.more_packs > 0 {
            let rows = at * crowd.more_packs..(at + 1) * crowd.more_packs;
            crowd.more_rows[rows].copy_from_slice(&entry.more_rows);
        }
        let first_word = at * crowd.words;
        match entry.memory[..] {
            [word] => crowd.memory[first_word] = word,
            _ => crowd.memory[first_word..first_word + crowd.words].copy_from_slice(&entry.memory),
        }
        for attribute in &entry.drawn {
            let bits = mix(traveller.key ^ attribute.key) >> 1;
            let value = match attribute.choices {
                [first, second] => {
                    if bits < first.0 {
                        first.1
                    } else {
                        second.1
                    }
                }
                choices => choices.iter().find(|it| bits < it.0).map_or(0, |it| it.1),
            };
            passport.first += value * attribute.row;
            if let Some(field) = attribute.field {
                // Its bits are still 0.
                crowd.memory[first_word + field.word as usize] |= u64::from(value) << field.shift;
            }
            if let Some((pack, stride)) = attribute.grouped {
                crowd.more_rows[at * crowd.more_packs + pack - 1] += value * stride;
            }
        }
        let first_visit = at * crowd.counters;
        match crowd.counters {
            0 => {}
            1 => crowd.visits[first_visit] = 0,
            2 => (crowd.visits[first_visit], crowd.visits[first_visit + 1]) = (0, 0),
            more => crowd.visits[first_visit..first_visit + more].fill(0),
        }
        crowd.passports[at] = passport;
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
        let first_row = self.crowd.row(traveller.slot, &self.ledger);
        for row in [first_row].iter().chain(self.crowd.more_rows(traveller.slot)) {
            tally.waiting[*row as usize] += 1;
        }
        let memory = self.crowd.memory(traveller.slot);
        let cell = self.crowd.cell(step, traveller.slot);
        let bits = mix(traveller.key.wrapping_add(step.key ^ APART));
        let place = plan.place(step, cell, 0);
        let remaining = &waiting.remaining[cell * step.branches..(cell + 1) * step.branches];
        let (branch, table) = if let ForkPlan::Rules(rules) = &step.fork {
            let look = |atom: Atom| look(plan, atom, memory, self.crowd.visits(traveller.slot), 0, 0);
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
        self.ledger
            .count(&self.crowd, traveller, plan.columns.branches + branch, tally);
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
