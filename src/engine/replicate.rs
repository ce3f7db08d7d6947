//! Replications: worlds times engine, in parallel. The only file that knows threads.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::journey::{StepId, World};
use crate::plan::rates::Overflow;
use crate::plan::{Model, Rates};

use super::Engine;
use super::sums::{Sums, value, values};
use super::tally::{AnyTally, Cohorts};
use super::worker::{Machine, Worker};

/// How to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOptions {
    /// How many replications.
    pub replications: u64,
    /// The seed of all draws.
    pub seed: u64,
    /// How many threads; the result does not depend on it.
    pub threads: usize,
    /// The engine.
    pub engine: Engine,
}

/// Why a run cannot be completed.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineFault {
    /// A number of a world is too large.
    Overflow(Overflow),
    /// An amount drawn at this step is too large to be booked.
    Amount(String),
    /// The machine gives no threads.
    Threads(String),
    /// The engine cannot run this journey.
    Unfit {
        /// Which one.
        engine: Engine,
        /// Why, in words that follow a colon: which step or rule is in its way.
        reason: String,
    },
}

impl fmt::Display for EngineFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflow(overflow) => overflow.fmt(out),
            Self::Amount(step) => {
                write!(
                    out,
                    "an amount drawn at step `{step}` is too large to be booked; narrow its distribution"
                )
            }
            Self::Threads(message) => write!(out, "no threads to run on: {message}"),
            Self::Unfit { engine, reason } => {
                write!(out, "the {} engine cannot run this journey: {reason}", engine.word())
            }
        }
    }
}

impl std::error::Error for EngineFault {}

/// What came out of a run.
#[derive(Debug, Clone)]
pub struct Simulated<T> {
    /// One result for every completed replication, in their order.
    pub results: Vec<T>,
    /// Sum over replications of arrivals who convert.
    pub cohorts: Option<Cohorts<f64>>,
    /// Sum over replications of decisions by stretch and place, at steps whose delays differ.
    pub places: Vec<f64>,
    /// Sum over replications of customers by way into a step: streams, then branches.
    pub flows: Vec<f64>,
    /// By branch: sum over replications of those still on the way at the end.
    pub cut: Vec<f64>,
    /// By entry of the pipeline: sum over replications of the customers who are there at first.
    pub waiting: Vec<f64>,
    /// Whether it was interrupted.
    pub cut_short: bool,
    /// How many times a customer took a branch, over all replications.
    pub moves: u64,
}

impl<T> Simulated<T> {
    /// Adds the replications that follow those of this run.
    pub fn append(&mut self, more: Self) {
        let add =
            |mine: &mut Vec<f64>, theirs: Vec<f64>| mine.iter_mut().zip(theirs).for_each(|(it, more)| *it += more);
        if self.results.is_empty() {
            (self.cohorts, self.places) = (more.cohorts, more.places);
            (self.flows, self.cut, self.waiting) = (more.flows, more.cut, more.waiting);
        } else if !more.results.is_empty() {
            if let (Some(mine), Some(theirs)) = (&mut self.cohorts, more.cohorts) {
                add(&mut mine.won, theirs.won);
                add(&mut mine.left, theirs.left);
            }
            add(&mut self.places, more.places);
            add(&mut self.flows, more.flows);
            add(&mut self.cut, more.cut);
            add(&mut self.waiting, more.waiting);
        }
        self.results.extend(more.results);
        self.cut_short |= more.cut_short;
        self.moves += more.moves;
    }
}

/// Runs replications `0..options.replications`; see [`Simulator::run`].
///
/// # Errors
///
/// If the engine cannot run the journey, or a number is too large to be counted or booked.
pub fn simulate<T: Send>(
    model: Model<'_>,
    options: RunOptions,
    extract: impl Fn(&Rates, AnyTally<'_>) -> T + Sync,
    progress: &(dyn Fn(u64) + Sync),
    stop: &AtomicBool,
) -> Result<Simulated<T>, EngineFault> {
    Simulator::new(model, options)?.run(0..options.replications, extract, progress, stop)
}

/// An engine made ready for a journey: runs replications in as many goes as one likes.
#[derive(Debug)]
pub struct Simulator<'a> {
    model: Model<'a>,
    engine: Engine,
    seed: u64,
    threads: usize,
    machine: Machine,
    pool: rayon::ThreadPool,
    /// The rates of every world, if nothing is uncertain.
    shared: Option<Rates>,
}

impl<'a> Simulator<'a> {
    /// Lays out what all replications share.
    ///
    /// # Errors
    ///
    /// If the engine cannot run the journey, a number is too large, or there are no threads.
    pub fn new(model: Model<'a>, options: RunOptions) -> Result<Self, EngineFault> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(options.threads.max(1))
            .build()
            .map_err(|it| EngineFault::Threads(it.to_string()))?;
        let shared = if model.plan.is_known {
            Some(Rates::of(model, &model.journey.draws.mean_world()).map_err(EngineFault::Overflow)?)
        } else {
            None
        };
        Ok(Self {
            model,
            engine: options.engine,
            seed: options.seed,
            threads: options.threads.max(1),
            machine: Machine::of(model, options.engine)?,
            pool,
            shared,
        })
    }

    /// Whether one replication says all there is: no luck in a known world.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.engine == Engine::Exact && self.shared.is_some()
    }

    /// The journey.
    #[must_use]
    pub fn model(&self) -> Model<'a> {
        self.model
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The seed of all draws.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Runs these replications and keeps what `extract` makes of each. A replication is the same
    /// whichever run it belongs to; where one says all there is, no other is run.
    ///
    /// `progress` is told how many are complete, those before the range included; once `stop` is
    /// set, those under way are finished and no other is begun.
    ///
    /// # Errors
    ///
    /// If a number is too large to be counted or booked.
    pub fn run<T: Send>(
        &self,
        replications: Range<u64>,
        extract: impl Fn(&Rates, AnyTally<'_>) -> T + Sync,
        progress: &(dyn Fn(u64) + Sync),
        stop: &AtomicBool,
    ) -> Result<Simulated<T>, EngineFault> {
        let end = if self.is_certain() {
            replications.end.min(1)
        } else {
            replications.end
        };
        let count = end.saturating_sub(replications.start);
        let parts = if count < self.threads as u64 { self.threads } else { 1 };
        let run = Run {
            simulator: self,
            done: AtomicU64::new(replications.start),
            sums: Mutex::new(Sums::default()),
            progress,
            stop,
        };
        let outcome: Vec<Option<Result<(T, u64), EngineFault>>> = self.pool.install(|| {
            (0..usize::try_from(count).unwrap_or(usize::MAX))
                .into_par_iter()
                .map_init(
                    || Worker::new(&self.machine, self.model, parts),
                    |worker, at| run.replication(worker, replications.start + at as u64, &extract),
                )
                .collect()
        });
        let sums = run.sums.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut simulated = Simulated {
            results: Vec::new(),
            cohorts: sums.cohorts.map(|it| it.map(|_, sum| value(*sum))),
            places: values(sums.places),
            flows: values(sums.flows),
            cut: values(sums.cut),
            waiting: values(sums.waiting),
            cut_short: outcome.iter().any(Option::is_none),
            moves: 0,
        };
        for result in outcome.into_iter().flatten() {
            let (result, moves) = result?;
            simulated.results.push(result);
            simulated.moves += moves;
        }
        Ok(simulated)
    }

    /// Runs in worlds of one's choice: `chosen` tells, for every number below `count`, the world and
    /// the replication whose luck it meets. Returns what `extract` makes of each, in order; `None`
    /// if it was stopped before all were complete.
    ///
    /// `progress` is told how many are complete. Neighbours are mostly worked out by the same thread:
    /// those that differ in arrivals and amounts only are best told one after the other.
    ///
    /// # Errors
    ///
    /// If a number is too large to be counted or booked.
    pub fn run_in<T: Send>(
        &self,
        count: u64,
        chosen: &(dyn Fn(u64) -> (World, u64) + Sync),
        extract: impl Fn(&Rates, AnyTally<'_>) -> T + Sync,
        progress: &(dyn Fn(u64) + Sync),
        stop: &AtomicBool,
    ) -> Result<Option<Vec<T>>, EngineFault> {
        let parts = if count < self.threads as u64 { self.threads } else { 1 };
        let done = AtomicU64::new(0);
        let one = |worker: &mut Worker<'_>, at: u64| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let (world, replication) = chosen(at);
            let result = Rates::of(self.model, &world)
                .map_err(EngineFault::Overflow)
                .and_then(|rates| {
                    let tally = worker.replicate(&rates, self.seed, replication);
                    self.moves(tally)?;
                    Ok(extract(&rates, tally))
                });
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            Some(result)
        };
        let outcome: Vec<Option<Result<T, EngineFault>>> = self.pool.install(|| {
            (0..count)
                .into_par_iter()
                .map_init(|| Worker::new(&self.machine, self.model, parts), one)
                .collect()
        });
        let is_complete = outcome.iter().all(Option::is_some);
        let results: Result<Vec<T>, EngineFault> = outcome.into_iter().flatten().collect();
        results.map(|it| is_complete.then_some(it))
    }

    /// How many moves a tally has, unless an amount drawn was too large.
    fn moves(&self, tally: AnyTally<'_>) -> Result<u64, EngineFault> {
        let (overflow, moves) = match tally {
            AnyTally::Whole(tally) => (tally.overflow, tally.moves),
            AnyTally::Expected(tally) => (tally.overflow, tally.moves),
        };
        match overflow {
            Some(step) => Err(EngineFault::Amount(
                self.model.journey.step(StepId::at(step)).id.clone(),
            )),
            None => Ok(moves),
        }
    }

    /// Works through the worlds of the first replications, on as many threads as there are; `room`
    /// is made for each of them. Once `stop` is set, no other world is begun but the first.
    ///
    /// # Errors
    ///
    /// If a number is too large to be counted.
    pub fn in_worlds<R, T: Send>(
        &self,
        worlds: u64,
        room: impl Fn() -> R + Sync + Send,
        work: impl Fn(&mut R, &Rates) -> T + Sync + Send,
        stop: &AtomicBool,
    ) -> Result<Vec<T>, EngineFault> {
        let solve = |room: &mut R, world: u64| {
            if world > 0 && stop.load(Ordering::Relaxed) {
                return None;
            }
            Some(match &self.shared {
                Some(rates) => Ok(work(room, rates)),
                None => Rates::of(self.model, &self.model.journey.draws.world(self.seed, world))
                    .map(|rates| work(room, &rates))
                    .map_err(EngineFault::Overflow),
            })
        };
        let solved: Vec<Option<Result<T, EngineFault>>> = self
            .pool
            .install(|| (0..worlds).into_par_iter().map_init(room, solve).collect());
        solved.into_iter().flatten().collect()
    }
}

struct Run<'a> {
    simulator: &'a Simulator<'a>,
    done: AtomicU64,
    sums: Mutex<Sums>,
    progress: &'a (dyn Fn(u64) + Sync),
    stop: &'a AtomicBool,
}

impl Run<'_> {
    fn replication<T>(
        &self,
        worker: &mut Worker<'_>,
        replication: u64,
        extract: &(impl Fn(&Rates, AnyTally<'_>) -> T + Sync),
    ) -> Option<Result<(T, u64), EngineFault>> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let Simulator {
            model, seed, shared, ..
        } = self.simulator;
        let own;
        let rates = if let Some(rates) = shared {
            rates
        } else {
            own = match Rates::of(*model, &model.journey.draws.world(*seed, replication)) {
                Ok(rates) => rates,
                Err(overflow) => return Some(Err(EngineFault::Overflow(overflow))),
            };
            &own
        };
        let tally = worker.replicate(rates, *seed, replication);
        let moves = match self.simulator.moves(tally) {
            Ok(moves) => moves,
            Err(fault) => return Some(Err(fault)),
        };
        let result = extract(rates, tally);
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        match tally {
            AnyTally::Whole(tally) => sums.add(model.plan, rates, tally),
            AnyTally::Expected(tally) => sums.add(model.plan, rates, tally),
        }
        drop(sums);
        (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1);
        Some(Ok((result, moves)))
    }
}

/// Does a piece of work for each pair, on as many threads as there are.
pub(super) fn side_by_side<A: Send, B: Send>(
    first: &mut [A],
    second: &mut [B],
    work: impl Fn(usize, &mut A, &mut B) + Sync,
) {
    let pairs = first.par_iter_mut().zip(second).enumerate();
    pairs.for_each(|(at, (first, second))| work(at, first, second));
}
