//! What arriving at a step does to customers, and what is booked for them.

use crate::plan::rates::{share_of, ten_thousandths, times_units};
use crate::plan::{Line, LineRate, Rates, StepPlan};
use crate::random::{Key, mix};

use super::super::tally::Tally;
use super::{AMOUNT, APART, Traveller, Walker};

impl Walker<'_> {
    /// Everybody who waits at a step arrives there.
    pub(super) fn arrive(&mut self, rates: &Rates, at: usize, step: &StepPlan, list: &[Traveller], tally: &mut Tally) {
        if let Some(visit) = step.visit {
            let (counters, began_at) = (self.crowd.counters, at as u32 + 1);
            let mut distinct = 0;
            for traveller in list {
                let visits = &mut self.crowd.visits[traveller.slot as usize * counters + visit];
                *visits = visits.saturating_add(1);
                // Who was here before it began has a visit that was never booked.
                if *visits == 1 || *visits == 2 && self.crowd.passports[traveller.slot as usize].began_at == began_at {
                    distinct += 1;
                }
            }
            tally.distinct[visit] += distinct;
        }
        if !step.sets.is_empty() || !step.adds.is_empty() {
            for traveller in list {
                self.change(step, *traveller);
            }
        }
        if step.stage > 0 {
            self.enter_stage(step.stage, list, tally);
        }
        if step.converts {
            for traveller in list {
                self.convert(step, *traveller, tally);
            }
        }
        if let Some(column) = step.cell_column {
            for traveller in list {
                let cell = self.crowd.cell(step, traveller.slot);
                self.ledger.count(&self.crowd, *traveller, column + cell, tally);
            }
        }
        if step.books {
            for traveller in list {
                self.book(rates, at, step, *traveller, tally);
            }
        }
    }

    /// Customers come as far as a stage, and those who skipped stages come past them as well.
    fn enter_stage(&mut self, stage: u32, list: &[Traveller], tally: &mut Tally) {
        let (field, words) = (self.plan.memory.stage, self.crowd.words);
        // Nearly all come from the stage before: they are counted at once.
        let mut next = 0;
        for traveller in list {
            let furthest = field.get_at(&self.crowd.memory, traveller.slot as usize * words);
            if furthest < u64::from(stage) {
                field.set(self.crowd.memory_mut(traveller.slot), u64::from(stage));
                next += 1;
                for skipped in furthest as usize..stage as usize - 1 {
                    tally.funnel[skipped] += 1;
                }
            }
        }
        tally.funnel[stage as usize - 1] += next;
    }

    /// `sets`, then `adds`.
    fn change(&mut self, step: &StepPlan, traveller: Traveller) {
        let memory = self.crowd.memory_mut(traveller.slot);
        for (field, value) in &step.sets {
            field.set(memory, *value);
        }
        for (field, amount, largest) in &step.adds {
            let value = (field.get(memory) as i64).saturating_add(*amount).clamp(0, *largest);
            field.set(memory, value as u64);
        }
    }

    /// A conversion; the first one of a customer makes it won.
    fn convert(&mut self, step: &StepPlan, traveller: Traveller, tally: &mut Tally) {
        let plan = self.plan;
        let memory = self.crowd.memory_mut(traveller.slot);
        if plan.memory.converted.get(memory) != 0 {
            return;
        }
        plan.memory.converted.set(memory, 1);
        let column = step.won_column.expect("steps that convert have a column");
        self.ledger.count(&self.crowd, traveller, column, tally);
        let arrived = self.crowd.passports[traveller.slot as usize].period;
        if let Some(cohorts) = tally.cohorts.as_mut().filter(|_| arrived != u32::MAX) {
            let period = plan.bins[plan.bin_of[traveller.tick as usize] as usize].period;
            cohorts[arrived as usize * plan.periods.len() + period as usize] += 1;
        }
    }

    /// Amounts that counts do not tell: those that vary, and those that are discounted.
    fn book(&mut self, rates: &Rates, at: usize, step: &StepPlan, traveller: Traveller, tally: &mut Tally) {
        let plan = self.plan;
        let bin = plan.bin_of[traveller.tick as usize] as usize;
        let stretch = plan.bins[bin].stretch as usize;
        let cell = self.crowd.cell(step, traveller.slot);
        let amounts = rates.amounts_of(plan, stretch, step, cell);
        let net = if step.varies {
            let visit = self.crowd.visit(step, traveller.slot);
            let key = traveller.key.wrapping_add(step.key ^ APART.wrapping_mul(visit));
            if let Some(net) = self.book_varying(step, amounts, key, traveller.slot, bin, tally) {
                net
            } else {
                tally.overflow = Some(at);
                return;
            }
        } else {
            known_net(step, amounts)
        };
        if plan.discounts.is_some() {
            tally.net[traveller.tick as usize] += net;
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
        let booked: &mut [i64] = if many.is_empty() { &mut booked } else { &mut many };
        let row = self.crowd.row(slot, &self.ledger);
        let (mut revenue, mut net) = (0_i64, 0_i128);
        for (at, (line, rate)) in step.lines.iter().zip(amounts).enumerate() {
            let amount = match rate {
                LineRate::Known(amount) => *amount,
                LineRate::Share(share) => share_of(*share, revenue),
                LineRate::Each {
                    sampler, factor, shift, ..
                } => {
                    let luck = Key::of_bits(mix(key ^ AMOUNT.wrapping_mul(at as u64 + 1)));
                    let drawn = sampler.draw(&mut luck.stream());
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
            for row in [row].iter().chain(self.crowd.more_rows(slot)) {
                tally.group_sums[*row as usize * plan.columns.sums + sum] += i128::from(amount);
            }
        }
        Some(net)
    }
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
