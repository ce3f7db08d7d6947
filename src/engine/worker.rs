//! One replication by one of the engines.

use crate::plan::{Model, Rates, States, Ways};

use super::arrivals::{Batch, batches};
use super::cohort::Splitter;
use super::exact::Solver;
use super::individual::Walker;
use super::replicate::side_by_side;
use super::tally::{AnyTally, Expected, Tally};
use super::{Engine, EngineFault};

/// What an engine needs to know of a plan before the first replication, made once for all threads.
#[derive(Debug)]
pub(super) enum Machine {
    Individual,
    Cohort(States),
    Exact(States),
}

impl Machine {
    /// # Errors
    ///
    /// If the engine cannot run the journey.
    pub(super) fn of(model: Model<'_>, engine: Engine) -> Result<Self, EngineFault> {
        let states = || {
            States::of(model.journey, model.plan).map_err(|unfit| EngineFault::Unfit {
                engine,
                reason: unfit.words(model.journey),
            })
        };
        match engine {
            Engine::Individual => Ok(Self::Individual),
            Engine::Cohort => Ok(Self::Cohort(states()?)),
            Engine::Exact => Ok(Self::Exact(states()?)),
        }
    }
}

/// What a thread works with.
pub(super) enum Worker<'a> {
    Individual {
        model: Model<'a>,
        batches: Vec<Batch>,
        /// One for each part that the customers of a replication are split into.
        walkers: Vec<Walker<'a>>,
        tallies: Vec<Tally>,
    },
    Cohort {
        model: Model<'a>,
        states: &'a States,
        batches: Vec<Batch>,
        splitter: Box<Splitter<'a>>,
        tally: Box<Tally>,
    },
    Exact {
        model: Model<'a>,
        states: &'a States,
        solver: Box<Solver<'a>>,
        tally: Option<Box<Tally<Expected>>>,
    },
}

impl<'a> Worker<'a> {
    /// With more than one part, a replication is shared out among threads.
    pub(super) fn new(machine: &'a Machine, model: Model<'a>, parts: usize) -> Self {
        match machine {
            Machine::Individual => Self::Individual {
                model,
                batches: Vec::new(),
                walkers: (0..parts).map(|_| Walker::new(model.plan)).collect(),
                tallies: (0..parts).map(|_| Tally::new(model.plan)).collect(),
            },
            Machine::Cohort(states) => Self::Cohort {
                model,
                states,
                batches: Vec::new(),
                splitter: Box::new(Splitter::new(model.plan, states)),
                tally: Box::new(Tally::new(model.plan)),
            },
            Machine::Exact(states) => Self::Exact {
                model,
                states,
                solver: Box::new(Solver::new(model.plan, states)),
                tally: None,
            },
        }
    }

    /// Everything that happens in a replication, by the rates of its world.
    pub(super) fn replicate(&mut self, rates: &Rates, seed: u64, replication: u64) -> AnyTally<'_> {
        match self {
            Self::Individual {
                model,
                batches: all,
                walkers,
                tallies,
            } => {
                batches(model.plan, rates, seed, replication, all);
                walk(rates, seed, replication, all, walkers, tallies).into()
            }
            Self::Cohort {
                model,
                states,
                batches: all,
                splitter,
                tally,
            } => {
                batches(model.plan, rates, seed, replication, all);
                tally.clear();
                let ways = Ways::of(model.plan, states, rates);
                splitter.run(rates, &ways, seed, replication, all, tally);
                AnyTally::Whole(tally)
            }
            Self::Exact {
                model,
                states,
                solver,
                tally,
            } => {
                let ways = Ways::of(model.plan, states, rates);
                AnyTally::Expected(tally.insert(Box::new(solver.tally(rates, &ways))))
            }
        }
    }
}

/// Every walker follows its part of the customers; the tallies are added up in the first.
fn walk<'t>(
    rates: &Rates,
    seed: u64,
    replication: u64,
    batches: &[Batch],
    walkers: &mut [Walker<'_>],
    tallies: &'t mut [Tally],
) -> &'t Tally {
    let customers: u64 = batches.iter().map(|it| it.count).sum();
    let parts = walkers.len() as u64;
    let share = |part: u64| (u128::from(customers) * u128::from(part) / u128::from(parts)) as u64;
    side_by_side(walkers, tallies, |part, walker, tally| {
        let part = part as u64;
        tally.clear();
        walker.walk(rates, seed, replication, batches, share(part)..share(part + 1), tally);
    });
    let (tally, others) = tallies.split_first_mut().expect("there is at least one part");
    for part in others {
        tally.add(part);
    }
    tally
}
