//! Replications: worlds times engine, in parallel. The only file that knows threads.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::plan::rates::Overflow;
use crate::plan::{Model, Rates};

use super::Engine;
use super::arrivals::{Batch, batches};
use super::individual::Walker;
use super::tally::Tally;

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
        }
    }
}

impl std::error::Error for EngineFault {}

/// What came out of a run.
#[derive(Debug, Clone)]
pub struct Simulated<T> {
    /// One result for every completed replication, in their order.
    pub results: Vec<T>,
    /// Sum over replications of arrivals won, by period of arrival and period.
    pub cohorts: Option<Vec<u64>>,
    /// Sum over replications of decisions by stretch and place, at steps whose delays differ.
    pub places: Vec<u64>,
    /// Whether it was interrupted.
    pub cut_short: bool,
    /// How many times a customer took a branch, over all replications.
    pub moves: u64,
}

/// Runs all replications and keeps what `extract` makes of each.
///
/// `progress` is told how many replications are complete; once `stop` is set, those under way are
/// finished and no other is begun.
///
/// # Errors
///
/// If a number is too large to be counted or booked.
pub fn simulate<T: Send>(
    model: Model<'_>,
    options: RunOptions,
    extract: impl Fn(&Rates, &Tally) -> T + Sync,
    progress: &(dyn Fn(u64) + Sync),
    stop: &AtomicBool,
) -> Result<Simulated<T>, EngineFault> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.max(1))
        .build()
        .map_err(|it| EngineFault::Threads(it.to_string()))?;
    let shared = if model.plan.is_known {
        Some(Rates::of(model, &model.journey.draws.mean_world()).map_err(EngineFault::Overflow)?)
    } else {
        None
    };
    let run = Run {
        model,
        options,
        shared: shared.as_ref(),
        done: AtomicU64::new(0),
        sums: Mutex::new(Sums::default()),
        progress,
        stop,
    };
    let parts = if options.replications < options.threads as u64 {
        options.threads
    } else {
        1
    };
    let outcome: Vec<Option<Result<(T, u64), EngineFault>>> = pool.install(|| {
        (0..usize::try_from(options.replications).unwrap_or(usize::MAX))
            .into_par_iter()
            .map_init(
                || Room::new(model, parts),
                |room, replication| run.replication(room, replication as u64, &extract),
            )
            .collect()
    });
    let cut_short = outcome.iter().any(Option::is_none);
    let mut simulated = Simulated {
        results: Vec::new(),
        cohorts: None,
        places: Vec::new(),
        cut_short,
        moves: 0,
    };
    for result in outcome.into_iter().flatten() {
        let (result, moves) = result?;
        simulated.results.push(result);
        simulated.moves += moves;
    }
    let sums = run.sums.into_inner().unwrap_or_else(PoisonError::into_inner);
    (simulated.cohorts, simulated.places) = (sums.cohorts, sums.places);
    Ok(simulated)
}

/// What a thread works with.
struct Room<'a> {
    walkers: Vec<Walker<'a>>,
    tallies: Vec<Tally>,
    batches: Vec<Batch>,
}

impl<'a> Room<'a> {
    fn new(model: Model<'a>, parts: usize) -> Self {
        Self {
            walkers: (0..parts).map(|_| Walker::new(model.plan)).collect(),
            tallies: (0..parts).map(|_| Tally::new(model.plan)).collect(),
            batches: Vec::new(),
        }
    }
}

/// Tables that are summed over replications as these complete.
#[derive(Debug, Default)]
struct Sums {
    has_begun: bool,
    cohorts: Option<Vec<u64>>,
    places: Vec<u64>,
}

struct Run<'a> {
    model: Model<'a>,
    options: RunOptions,
    shared: Option<&'a Rates>,
    done: AtomicU64,
    sums: Mutex<Sums>,
    progress: &'a (dyn Fn(u64) + Sync),
    stop: &'a AtomicBool,
}

impl Run<'_> {
    fn replication<T>(
        &self,
        room: &mut Room<'_>,
        replication: u64,
        extract: &(impl Fn(&Rates, &Tally) -> T + Sync),
    ) -> Option<Result<(T, u64), EngineFault>> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let seed = self.options.seed;
        let own;
        let rates = if let Some(rates) = self.shared {
            rates
        } else {
            let world = self.model.journey.draws.world(seed, replication);
            own = match Rates::of(self.model, &world) {
                Ok(rates) => rates,
                Err(overflow) => return Some(Err(EngineFault::Overflow(overflow))),
            };
            &own
        };
        batches(self.model.plan, rates, seed, replication, &mut room.batches);
        let customers: u64 = room.batches.iter().map(|it| it.count).sum();
        let parts = room.walkers.len() as u64;
        let batches = &room.batches;
        room.walkers
            .par_iter_mut()
            .zip(&mut room.tallies)
            .enumerate()
            .for_each(|(part, (walker, tally))| {
                let part = part as u64;
                let share = |part: u64| (u128::from(customers) * u128::from(part) / u128::from(parts)) as u64;
                tally.clear();
                walker.walk(rates, seed, replication, batches, share(part)..share(part + 1), tally);
            });
        let (tally, others) = room.tallies.split_first_mut().expect("there is at least one part");
        for part in others {
            tally.add(part);
        }
        if let Some(step) = tally.overflow {
            let step = crate::journey::StepId::at(step);
            return Some(Err(EngineFault::Amount(self.model.journey.step(step).id.clone())));
        }
        let result = extract(rates, tally);
        self.add_sums(tally);
        (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1);
        Some(Ok((result, tally.moves)))
    }

    /// Sums are kept instead of every replication's tables, which may be large.
    fn add_sums(&self, tally: &Tally) {
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut sums.has_begun, true) {
            if let (Some(cohorts), Some(more)) = (&mut sums.cohorts, &tally.cohorts) {
                cohorts.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            }
            sums.places
                .iter_mut()
                .zip(&tally.places)
                .for_each(|(sum, more)| *sum += more);
        } else {
            sums.cohorts.clone_from(&tally.cohorts);
            sums.places.clone_from(&tally.places);
        }
    }
}
