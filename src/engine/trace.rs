//! The customers of a replication one by one, with every step each of them comes to.

use std::ops::ControlFlow;

use crate::journey::{StepId, StreamId};
use crate::plan::{Model, Rates};

use super::EngineFault;
use super::arrivals::{Batch, batches};
use super::individual::{Footstep, Walker, attributes_of};
use super::tally::Tally;

/// One replication, ready to be followed customer by customer. They are the customers of the
/// individual engine with the same seed: what is counted of them is that replication's tally.
#[derive(Debug)]
pub struct Tracer<'a> {
    model: Model<'a>,
    seed: u64,
    replication: u64,
    rates: Rates,
    /// In order of arrival.
    batches: Vec<Batch>,
}

/// A customer and the steps it came to.
#[derive(Debug, Clone, Copy)]
pub struct Traced<'a> {
    /// The stream it arrived in; `None` if it was under way when the horizon began.
    pub stream: Option<StreamId>,
    /// Position of its entry in the pipeline, if it was under way.
    pub waiting: Option<usize>,
    /// The tick at which it arrived; 0 if it was under way.
    pub arrived: u32,
    /// Its number among the customers of its stream and tick, or of its entry, from 0. With the
    /// same seed it names the same customer in every variant.
    pub number: u64,
    /// The values of all attributes with which it arrived, by their position.
    pub attributes: &'a [u32],
    /// The steps it came to, in order; those of one tick in the order in which it took them.
    pub visits: &'a [Visit],
}

/// A customer comes to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The step.
    pub step: StepId,
    /// When; below 0 if that was before the horizon began.
    pub tick: i64,
    /// The revenue booked there within the horizon, in ten-thousandths, if the step books any.
    pub revenue: Option<i64>,
}

impl<'a> Tracer<'a> {
    /// Draws the world of a replication (the first one is 0) and who arrives in it.
    ///
    /// # Errors
    ///
    /// If a number of the world is too large to be counted.
    pub fn new(model: Model<'a>, seed: u64, replication: u64) -> Result<Self, EngineFault> {
        let draws = &model.journey.draws;
        let world = if model.plan.is_known {
            draws.mean_world()
        } else {
            draws.world(seed, replication)
        };
        let rates = Rates::of(model, &world).map_err(EngineFault::Overflow)?;
        let mut all = Vec::new();
        batches(model.plan, &rates, seed, replication, &mut all);
        let mut tracer = Self {
            model,
            seed,
            replication,
            rates,
            batches: Vec::new(),
        };
        all.sort_by_key(|it| tracer.entered(it));
        tracer.batches = all;
        Ok(tracer)
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> u64 {
        self.batches.iter().map(|it| it.count).sum()
    }

    /// The tick at which the first of them was first seen; 0 if there are none.
    #[must_use]
    pub fn begins(&self) -> i64 {
        self.batches.first().map_or(0, |it| self.entered(it))
    }

    /// Shows every customer, in the order in which they came; `see` may break off. The same
    /// customers come each time. Returns the tally of the replication.
    ///
    /// # Errors
    ///
    /// If an amount is drawn that is too large to be booked.
    pub fn each<B>(
        &self,
        mut see: impl FnMut(&Traced<'_>) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B, Tally>, EngineFault> {
        let Model { journey, plan } = self.model;
        let mut tally = Tally::new(plan);
        let mut walker = Walker::new(plan);
        let (mut attributes, mut visits) = (Vec::new(), Vec::new());
        let show = |batch: &Batch, number: u64, footsteps: &[Footstep]| {
            attributes_of(
                plan,
                &self.rates,
                (self.seed, self.replication),
                batch,
                number,
                &mut attributes,
            );
            let waiting = batch.source.checked_sub(plan.streams.len());
            visits.clear();
            visits.extend(waiting.map(|it| Visit {
                step: journey.pipeline[it].step,
                tick: self.entered(batch),
                revenue: None,
            }));
            visits.extend(footsteps.iter().map(|it| Visit {
                step: StepId(it.step),
                tick: i64::from(it.tick),
                revenue: it.revenue,
            }));
            see(&Traced {
                stream: waiting.is_none().then(|| StreamId::at(batch.source)),
                waiting,
                arrived: batch.tick,
                number,
                attributes: &attributes,
                visits: &visits,
            })
        };
        let flow = walker.trace(
            &self.rates,
            self.seed,
            self.replication,
            &self.batches,
            &mut tally,
            show,
        );
        if let Some(step) = tally.overflow {
            return Err(EngineFault::Amount(journey.step(StepId::at(step)).id.clone()));
        }
        Ok(match flow {
            ControlFlow::Continue(()) => ControlFlow::Continue(tally),
            ControlFlow::Break(reason) => ControlFlow::Break(reason),
        })
    }

    /// When the customers of a batch came to the step at which they are first seen.
    fn entered(&self, batch: &Batch) -> i64 {
        match batch.source.checked_sub(self.model.plan.streams.len()) {
            None => i64::from(batch.tick),
            Some(waiting) => -i64::from(self.model.journey.pipeline[waiting].waited_ticks),
        }
    }
}
