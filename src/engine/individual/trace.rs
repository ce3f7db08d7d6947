//! One customer at a time, from arrival to end, with every step it comes to.

use std::ops::ControlFlow;

use crate::plan::{ForkPlan, LineRate, Rates, StepPlan};
use crate::random::Key;

use super::super::arrivals::Batch;
use super::super::tally::Tally;
use super::traveller::{Pocket, Traveller};
use super::{Crowd, cell_of};

/// A customer comes to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Footstep {
    /// The step.
    pub(crate) step: u32,
    /// When.
    pub(crate) tick: u32,
    /// The revenue booked there, in ten-thousandths, if the step books any.
    pub(crate) revenue: Option<i64>,
}

impl<P: Pocket> Crowd<'_, P> {
    /// Lets everybody walk alone; what moves and counts them is what moves and counts a crowd.
    pub(super) fn trace<B>(
        &mut self,
        rates: &Rates,
        luck: Key,
        batches: &[Batch],
        tally: &mut Tally,
        mut see: impl FnMut(&Batch, u64, &[Footstep]) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.chances.fill(self.plan, rates);
        let (mut entry, mut footsteps, mut list) = (None, Vec::new(), Vec::new());
        for batch in batches {
            self.is_pipeline = batch.source >= self.plan.streams.len();
            for number in 0..batch.count {
                self.admit(rates, luck, batch, number..number + 1, &mut entry, tally);
                footsteps.clear();
                self.follow(rates, &mut list, &mut footsteps, tally);
                see(batch, number, &footsteps)?;
            }
        }
        self.ledger.close(self.plan, tally);
        ControlFlow::Continue(())
    }

    /// Takes the only customer in flight to its end, or to the horizon.
    fn follow(
        &mut self,
        rates: &Rates,
        list: &mut Vec<Traveller<P>>,
        footsteps: &mut Vec<Footstep>,
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        while let Some(way) = self.queue.pop() {
            let way = way as usize;
            self.is_queued[way] = false;
            list.clear();
            std::mem::swap(&mut self.lists[way], list);
            self.spares.push(std::mem::take(&mut self.lists[way]));
            self.in_flight -= list.len();
            let way = self.ways.all[way];
            let step = &plan.steps[way.to as usize];
            self.ledger.expect(1, plan, tally);
            self.land_all(way, list, tally);
            let Some(landed) = list.first() else {
                return;
            };
            let tick = landed.tick;
            let before = self.varying_revenue(step, tick, tally);
            let acts = step.acts() || self.is_pipeline && step.visit.is_some();
            if acts || !matches!(step.fork, ForkPlan::Single | ForkPlan::Chances) {
                self.arrive(rates, way.to, step, list, tally);
            }
            let earns = step.lines.iter().any(|it| it.is_revenue());
            let revenue = || {
                if step.varies {
                    // It was checked to fit when it was booked, or nothing was booked.
                    i64::try_from(self.varying_revenue(step, tick, tally) - before).unwrap_or(0)
                } else {
                    self.known_revenue(rates, step, &list[0])
                }
            };
            footsteps.push(Footstep {
                step: way.to,
                tick,
                revenue: earns.then(revenue),
            });
            self.send_on(rates, way.to, acts, list, tally);
        }
    }

    /// All revenue booked so far at a step where it varies, in the bin of a tick.
    fn varying_revenue(&self, step: &StepPlan, tick: u32, tally: &Tally) -> i128 {
        if !step.varies {
            return 0;
        }
        let bin = self.plan.bin_of[tick as usize] as usize;
        let first = bin * self.plan.columns.sums + step.first_sum;
        let sums = tally.sums[first..].iter().zip(&step.lines);
        sums.filter(|it| it.1.is_revenue()).map(|it| it.0).sum()
    }

    /// What a step where nothing varies books for a customer.
    fn known_revenue(&self, rates: &Rates, step: &StepPlan, traveller: &Traveller<P>) -> i64 {
        let stretch = self.plan.bins[self.plan.bin_of[traveller.tick as usize] as usize].stretch as usize;
        let amounts = rates.amounts_of(self.plan, stretch, step, cell_of(step, traveller, &self.store));
        let revenue = step.lines.iter().zip(amounts).filter(|it| it.0.is_revenue());
        // Their sum was checked when the world was made.
        revenue.fold(0, |sum, (_, rate)| match rate {
            LineRate::Known(amount) => sum + amount,
            LineRate::Each { .. } | LineRate::Share(_) => sum,
        })
    }
}
