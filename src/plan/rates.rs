//! The numbers of a plan in one world: chances, amounts, expected arrivals, mixes and budgets.

mod arrivals;

use std::fmt;

use crate::journey::calendar_shares;
use crate::journey::evaluate::{Amount, Situation};
use crate::journey::law::{Law, Sampler};
use crate::journey::{AssumptionId, Journey, Key, Role, StepId, StreamId, World};

use super::{ForkPlan, Line, Model, Plan, StepPlan};

pub use arrivals::StreamRate;

use arrivals::{customers, stream};

/// The numbers of one world.
#[derive(Debug, Clone)]
pub struct Rates {
    /// By stretch and place: P(this branch or one before it) · 2⁶³; past the last branch that is
    /// possible, more than any number of 63 bits.
    pub thresholds: Vec<u64>,
    /// By stretch and place: the chance itself; 1 where there is only one branch, and for branches
    /// that rules choose.
    pub chances: Vec<f64>,
    /// By stretch, kind of customer and line: what is booked.
    pub amounts: Vec<LineRate>,
    /// What is expected of each stream.
    pub streams: Vec<StreamRate>,
    /// By stretch, then stream or pipeline entry, then attribute: thresholds of 63 bits and the
    /// value below each.
    pub mixes: Vec<Vec<(u64, u32)>>,
    /// The same as values and their shares.
    pub mix_shares: Vec<Vec<(u32, f64)>>,
    /// Customers in the pipeline, by entry.
    pub waiting: Vec<u64>,
    /// What each budget books in each bin, in ten-thousandths.
    pub budgets: Vec<Vec<i128>>,
    /// The same, discounted, if there is a discount rate.
    pub budgets_discounted: Vec<Vec<f64>>,
}

/// What a line books.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LineRate {
    /// This many ten-thousandths. For product lines of a step that varies: for each unit.
    Known(i64),
    /// A draw times `factor` plus `shift`.
    Each {
        /// How it is distributed.
        law: Law,
        /// The same, made ready to draw from.
        sampler: Sampler,
        /// Multiplies every draw.
        factor: f64,
        /// Added to every draw.
        shift: f64,
    },
    /// This share of the revenue booked.
    Share(f64),
}

/// A number that is too large to be booked or counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Overflow {
    /// What it belongs to.
    pub path: String,
    /// The number.
    pub value: f64,
}

impl fmt::Display for Overflow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "`{}` came to {:e} in one world, which is too large to count; narrow its range",
            self.path, self.value
        )
    }
}

impl std::error::Error for Overflow {}

/// 2⁶³.
const UNIT: f64 = 9_223_372_036_854_775_808.0;

impl Rates {
    /// The numbers of `world`.
    ///
    /// # Errors
    ///
    /// If an amount is too large to be booked in 64 bits of ten-thousandths, or more than 10^15
    /// customers are expected at a tick.
    pub fn of(model: Model<'_>, world: &World) -> Result<Self, Overflow> {
        let Model { journey, plan } = model;
        let mut rates = Self {
            thresholds: Vec::with_capacity(plan.stretches.len() * plan.places),
            chances: Vec::with_capacity(plan.stretches.len() * plan.places),
            amounts: Vec::with_capacity(plan.stretches.len() * plan.amounts),
            streams: Vec::new(),
            mixes: Vec::new(),
            mix_shares: Vec::new(),
            waiting: Vec::new(),
            budgets: Vec::new(),
            budgets_discounted: Vec::new(),
        };
        let situations: Vec<Situation<'_>> = plan.stretches.iter().map(|it| Situation::at(journey, *it)).collect();
        for situation in &situations {
            for (at, step) in plan.steps.iter().enumerate() {
                rates.add_chances(situation, StepId::at(at), step, world);
                rates.add_amounts(journey, situation, step, world)?;
            }
            let of_streams = journey.streams.iter().map(|it| &it.mix);
            for mix in of_streams.chain(journey.pipeline.iter().map(|it| &it.mix)).flatten() {
                let (shares, _) = situation.shares(mix, world);
                rates.mixes.push(mix_thresholds(&shares));
                rates.mix_shares.push(shares);
            }
        }
        for at in 0..journey.streams.len() {
            rates.streams.push(stream(model, &situations, StreamId::at(at), world)?);
        }
        for waiting in &journey.pipeline {
            let count = situations[0].number(waiting.count, world).max(0.0);
            rates.waiting.push(customers(journey, waiting.count, count)?);
        }
        for budget in 0..journey.budgets.len() {
            let (booked, discounted) = self::budget(model, &situations, budget, world)?;
            rates.budgets.push(booked);
            rates.budgets_discounted.push(discounted);
        }
        Ok(rates)
    }

    fn add_chances(&mut self, situation: &Situation<'_>, id: StepId, step: &StepPlan, world: &World) {
        if step.fork != ForkPlan::Chances {
            self.thresholds
                .resize(self.thresholds.len() + step.cases.count() * step.branches, u64::MAX);
            self.chances.resize(self.thresholds.len(), 1.0);
            return;
        }
        let mut chances = Vec::new();
        for cell in 0..step.cases.count() {
            let value_of = |key: Key| step.cases.representative(cell, key);
            situation.chances(id, &value_of, world, &mut chances);
            push_thresholds(&mut self.thresholds, &chances);
            self.chances.extend_from_slice(&chances);
        }
    }

    fn add_amounts(
        &mut self,
        journey: &Journey,
        situation: &Situation<'_>,
        step: &StepPlan,
        world: &World,
    ) -> Result<(), Overflow> {
        for cell in 0..step.cases.count() {
            let value_of = |key: Key| step.cases.representative(cell, key);
            let first = self.amounts.len();
            for line in &step.lines {
                let (Line::Revenue(id)
                | Line::Units(_, id)
                | Line::ProductRevenue(_, _, id)
                | Line::ProductCost(_, _, id)
                | Line::Cost(_, id)
                | Line::CostShare(_, id)) = *line;
                let amount = situation.amount(id, &value_of, world);
                let rate = match (line, amount) {
                    (Line::CostShare(..), share) => LineRate::Share(share.mean()),
                    (_, Amount::Known(value)) => LineRate::Known(booked(journey, id, value)?),
                    (_, Amount::Each { law, factor, shift }) => LineRate::Each {
                        law,
                        sampler: law.sampler(),
                        factor,
                        shift,
                    },
                };
                self.amounts.push(rate);
            }
            if !step.varies {
                self.settle(journey, step, first)?;
            }
        }
        Ok(())
    }

    /// At a step where nothing varies every line is a known amount, derived ones included.
    fn settle(&mut self, journey: &Journey, step: &StepPlan, first: usize) -> Result<(), Overflow> {
        let mut revenue = 0_i64;
        for (at, line) in step.lines.iter().enumerate() {
            let known = |rate: LineRate| match rate {
                LineRate::Known(amount) => amount,
                LineRate::Each { .. } | LineRate::Share(_) => 0,
            };
            let amount = match (line, self.amounts[first + at]) {
                (Line::ProductRevenue(_, units, id) | Line::ProductCost(_, units, id), rate) => {
                    let units = known(self.amounts[first + units]);
                    times_units(known(rate), units).ok_or_else(|| too_large(journey, *id, f64::MAX))?
                }
                (_, LineRate::Share(share)) => share_of(share, revenue),
                (_, rate) => known(rate),
            };
            if line.is_revenue() {
                let (Line::Revenue(id) | Line::ProductRevenue(_, _, id)) = *line else {
                    continue;
                };
                revenue = revenue
                    .checked_add(amount)
                    .ok_or_else(|| too_large(journey, id, f64::MAX))?;
            }
            self.amounts[first + at] = LineRate::Known(amount);
        }
        Ok(())
    }

    /// The amounts of a kind of customer at a step in a stretch.
    #[must_use]
    pub fn amounts_of(&self, plan: &Plan, stretch: usize, step: &StepPlan, cell: usize) -> &[LineRate] {
        let first = stretch * plan.amounts + step.first_amount + cell * step.lines.len();
        &self.amounts[first..first + step.lines.len()]
    }

    /// The mix of an attribute of a stream (or, after all streams, of a pipeline entry).
    #[must_use]
    pub fn mix(&self, plan: &Plan, stretch: usize, source: usize, attribute: usize) -> &[(u64, u32)] {
        &self.mixes[mix_at(plan, stretch, source, attribute)]
    }

    /// The same mix as values and their shares.
    #[must_use]
    pub fn shares(&self, plan: &Plan, stretch: usize, source: usize, attribute: usize) -> &[(u32, f64)] {
        &self.mix_shares[mix_at(plan, stretch, source, attribute)]
    }
}

fn mix_at(plan: &Plan, stretch: usize, source: usize, attribute: usize) -> usize {
    let sources = plan.streams.len() + plan.waiting.len();
    (stretch * sources + source) * plan.attributes.len() + attribute
}

/// Price or cost per unit times units, both in ten-thousandths, rounded half away from zero.
#[must_use]
pub fn times_units(price: i64, units: i64) -> Option<i64> {
    let product = i128::from(price) * i128::from(units);
    let half = if product < 0 { -5_000 } else { 5_000 };
    i64::try_from((product + half) / 10_000).ok()
}

/// A share of revenue, rounded to whole ten-thousandths.
#[must_use]
pub fn share_of(share: f64, revenue: i64) -> i64 {
    (share * revenue as f64).round() as i64
}

/// An amount in whole ten-thousandths; `None` if it does not fit.
#[must_use]
pub fn ten_thousandths(value: f64) -> Option<i64> {
    let scaled = (value * 1e4).round();
    (scaled.abs() < UNIT).then_some(scaled as i64)
}

/// Appends P(this branch or one before it) · 2⁶³ for every branch.
pub(crate) fn push_thresholds(thresholds: &mut Vec<u64>, chances: &[f64]) {
    let last = chances.iter().rposition(|it| *it > 0.0).unwrap_or(chances.len() - 1);
    let mut sum = 0.0;
    for (at, chance) in chances.iter().enumerate() {
        sum += chance;
        thresholds.push(if at < last {
            (sum.clamp(0.0, 1.0) * UNIT) as u64
        } else {
            u64::MAX
        });
    }
}

fn mix_thresholds(shares: &[(u32, f64)]) -> Vec<(u64, u32)> {
    let (values, shares): (Vec<u32>, Vec<f64>) = shares.iter().copied().unzip();
    let mut thresholds = Vec::new();
    push_thresholds(&mut thresholds, &shares);
    thresholds.into_iter().zip(values).collect()
}

fn booked(journey: &Journey, id: AssumptionId, value: f64) -> Result<i64, Overflow> {
    ten_thousandths(value).ok_or_else(|| too_large(journey, id, value))
}

fn too_large(journey: &Journey, id: AssumptionId, value: f64) -> Overflow {
    Overflow {
        path: journey.assumption(id).path.clone(),
        value,
    }
}

/// What a budget books in each bin: running totals are rounded, so that nothing is lost.
fn budget(
    model: Model<'_>,
    situations: &[Situation<'_>],
    budget: usize,
    world: &World,
) -> Result<(Vec<i128>, Vec<f64>), Overflow> {
    let Model { journey, plan } = model;
    let it = &journey.budgets[budget];
    let clock = &journey.clock;
    let shares = calendar_shares::day_shares(clock, it.per, None, None, it.days).expect("even weights are not zero");
    let ticks = calendar_shares::to_ticks(clock, &shares);
    let (mut total, mut placed) = (0.0, 0_i128);
    let (mut bins, mut discounted) = (Vec::new(), Vec::new());
    for bin in &plan.bins {
        let amount = situations[bin.stretch as usize].number(it.amount, world);
        let share: f64 = ticks[bin.ticks.from as usize..bin.ticks.until as usize].iter().sum();
        total += amount * share * 1e4;
        if total.abs() >= UNIT || total.is_nan() {
            return Err(too_large(journey, it.amount, amount));
        }
        let until = total.round() as i128;
        bins.push(until - placed);
        placed = until;
        if let Some(factors) = &plan.discounts {
            let days = (bin.ticks.from..bin.ticks.until).map(|it| it as usize);
            discounted.push(days.map(|it| amount * 1e4 * ticks[it] * factors[it]).sum());
        }
    }
    debug_assert!(matches!(journey.assumption(it.amount).role, Role::BudgetRate(_)));
    Ok((bins, discounted))
}
