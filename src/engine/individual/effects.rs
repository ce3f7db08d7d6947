//! What arriving at a step does to customers, and what is booked for them.

use crate::plan::rates::{share_of, ten_thousandths, times_units};
use crate::plan::{Field, Line, LineRate, Plan, Rates, StepPlan};
use crate::random::{Key, decide, mix};

use super::super::tally::Tally;
use super::traveller::{Pocket, Store, Traveller};
use super::{AMOUNT, APART, Crowd, cell_of};

impl<P: Pocket> Crowd<'_, P> {
    /// Everybody who has landed at a step arrives there.
    pub(super) fn arrive(
        &mut self,
        rates: &Rates,
        at: u32,
        step: &StepPlan,
        list: &mut [Traveller<P>],
        tally: &mut Tally,
    ) {
        if let Some(visit) = step.visit {
            self.visit(visit, step.key, list, tally);
        }
        if !step.sets.is_empty() || !step.adds.is_empty() {
            for traveller in &mut *list {
                change(step, traveller, &mut self.store);
            }
        }
        if step.converts {
            for traveller in &mut *list {
                self.convert(step, traveller, tally);
            }
        }
        if let Some(column) = step.cell_column {
            for traveller in &*list {
                let cell = cell_of(step, traveller, &self.store);
                self.count(traveller, column + cell, tally);
            }
        }
        if step.books {
            for traveller in &*list {
                self.book(rates, at as usize, step, traveller, tally);
            }
        }
    }

    /// Counts a visit of each.
    fn visit(&mut self, visit: usize, key: u64, list: &mut [Traveller<P>], tally: &mut Tally) {
        let (visits, store) = (self.ways.visits[visit], &mut self.store);
        let mut distinct = 0;
        for traveller in &mut *list {
            let (_, is_first) = visits.count(traveller, key, store);
            distinct += u64::from(is_first);
        }
        if let Some(began_at) = self.ways.began_at.filter(|_| self.is_pipeline) {
            // Who was here before it began has a visit that was never booked.
            for traveller in list {
                if traveller.get(began_at, store) == visit as u64 + 1 {
                    traveller.set(began_at, 0, store);
                    distinct += 1;
                }
            }
        }
        tally.distinct[visit] += distinct;
    }

    /// A conversion; the first one of a customer makes it won.
    fn convert(&mut self, step: &StepPlan, traveller: &mut Traveller<P>, tally: &mut Tally) {
        let plan = self.plan;
        if traveller.get(plan.memory.converted, &self.store) != 0 {
            return;
        }
        traveller.set(plan.memory.converted, 1, &mut self.store);
        let column = step.won_column.expect("steps that convert have a column");
        self.count(traveller, column, tally);
        if let (Some(cohorts), Some(period)) = (&mut tally.cohorts, self.period_of_arrivals()) {
            cohorts.won[cohort_cell(plan, period, traveller, &self.store)] += 1;
        }
    }

    /// Where customers remember the period of their arrival; nothing for those who never arrived.
    pub(super) fn period_of_arrivals(&self) -> Option<Field> {
        self.ways.period.filter(|_| !self.is_pipeline)
    }

    /// Amounts that counts do not tell: those that vary, and those that are discounted.
    fn book(&mut self, rates: &Rates, at: usize, step: &StepPlan, traveller: &Traveller<P>, tally: &mut Tally) {
        let plan = self.plan;
        let bin = plan.bin_of[traveller.tick as usize] as usize;
        let stretch = plan.bins[bin].stretch as usize;
        let cell = cell_of(step, traveller, &self.store);
        let amounts = rates.amounts_of(plan, stretch, step, cell);
        let net = if step.varies {
            let visit = self.visit_of(step, traveller);
            let key = decide(traveller.key, step.key ^ APART.wrapping_mul(visit));
            if let Some(net) = self.book_varying(step, amounts, key, traveller, bin, tally) {
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
        traveller: &Traveller<P>,
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
        let row = self.ledger.row_at(traveller.row) as usize;
        let (mut revenue, mut net) = (0_i64, 0_i128);
        for (at, (line, rate)) in step.lines.iter().zip(amounts).enumerate() {
            let amount = match rate {
                LineRate::Known(amount) => *amount,
                LineRate::Share(share) => share_of(*share, revenue),
                LineRate::Each {
                    sampler, factor, shift, ..
                } => {
                    let luck = Key::of_bits(mix(key ^ AMOUNT.wrapping_mul(at as u64 + 1)));
                    let drawn = sampler.draw(&mut luck.few());
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
            tally.group_sums[row * plan.columns.sums + sum] += i128::from(amount);
            for (field, first) in &self.ways.more_rows {
                let row = *first as usize + traveller.get(*field, &self.store) as usize;
                tally.group_sums[row * plan.columns.sums + sum] += i128::from(amount);
            }
        }
        Some(net)
    }
}

/// Where a customer is counted in a table by period of arrival and period.
pub(super) fn cohort_cell<P: Pocket>(plan: &Plan, period: Field, traveller: &Traveller<P>, store: &Store) -> usize {
    let arrived = traveller.get(period, store) as usize;
    let period = plan.bins[plan.bin_of[traveller.tick as usize] as usize].period;
    arrived * plan.periods.len() + period as usize
}

/// `sets`, then `adds`.
fn change<P: Pocket>(step: &StepPlan, traveller: &mut Traveller<P>, store: &mut Store) {
    for (field, value) in &step.sets {
        traveller.set(*field, *value, store);
    }
    for (field, amount, largest) in &step.adds {
        let value = (traveller.get(*field, store) as i64)
            .saturating_add(*amount)
            .clamp(0, *largest);
        traveller.set(*field, value as u64, store);
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
