//! What can be known of a journey beyond what a run counts: where the spread comes from, what lies
//! before customers, and the expectations that splitting cannot count.

use std::sync::atomic::AtomicBool;

use crate::plan::{Model, Plan, Rates, States, Ways};

use super::exact::{Metric, Moment, Moments, Solver, time_to_convert, worth};
use super::outlook::{Outlooks, follow};
use super::replicate::Simulator;
use super::tally::{Cohorts, Expected, Tally};
use super::{Engine, EngineFault};

/// What is known beyond what was counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Insight {
    /// What lies before customers.
    pub outlooks: Outlooks,
    /// Moments of [`SPREAD`], by world; `None` if memory is not finite, or a world takes too long to
    /// solve.
    pub moments: Option<Vec<Vec<Moment>>>,
    /// Expectations that the cohort engine does not count; for other engines there are none.
    pub uncounted: Option<Uncounted>,
}

/// The metrics whose variance is told apart.
pub const SPREAD: [Metric; 3] = [Metric::Won, Metric::Revenue, Metric::Profit];

/// Means over worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncounted {
    /// By visited step: distinct customers, as a share of all visits.
    pub distinct: Vec<f64>,
    /// Arrivals who convert, as shares of all who arrived in the same period.
    pub cohorts: Option<Cohorts<f64>>,
}

/// What solving one world for one edge and tick costs, in nanoseconds; more if there are many
/// phases, since what was worked out for one is of no use in the next.
const NANOSECONDS: f64 = 50.0;
const PHASES: f64 = 40.0;
/// All worlds together may take about this long on one thread: two seconds.
const BUDGET: f64 = 2e9;
/// But some worlds are always solved, unless a single one would take longer than this.
const WORLDS_MIN: f64 = 10.0;
const WORLD_MAX: f64 = 1e9;

/// Looks into a journey after a run of so many replications by `simulator`.
///
/// The worlds that are solved are those of the first replications: all of them if they can be
/// solved in about two seconds of one thread, by counted work, else at least ten.
///
/// # Errors
///
/// If a number of the mean world is too large.
pub fn look_into(simulator: &Simulator<'_>, replications: u64, stop: &AtomicBool) -> Result<Insight, EngineFault> {
    let (model, seed) = (simulator.model(), simulator.seed());
    let rates = Rates::of(model, &model.journey.draws.mean_world()).map_err(EngineFault::Overflow)?;
    let states = States::of(model.journey, model.plan).ok();
    let cost = |states: &States| {
        let phases = Ways::of(model.plan, states, &rates).phases() as f64;
        let all = states.edges.len() as f64 * f64::from(model.plan.clock.ticks);
        NANOSECONDS * all * (1.0 + phases / PHASES)
    };
    let Some(states) = states.filter(|it| cost(it) <= WORLD_MAX) else {
        let nothing = Outlooks::unknown(model.plan);
        return Ok(Insight {
            outlooks: follow(model, &rates, seed).unwrap_or(nothing),
            moments: None,
            uncounted: None,
        });
    };
    let most = (BUDGET / cost(&states)).max(WORLDS_MIN).min(replications as f64) as u64;
    let worlds = if model.plan.is_known { 1 } else { most };
    let counts_all = simulator.engine() != Engine::Cohort;
    let solved = simulator.in_worlds(
        worlds,
        || (Moments::new(model, &states, &SPREAD), Solver::new(model.plan, &states)),
        |(moments, solver), rates| {
            let ways = Ways::of(model.plan, &states, rates);
            let sums = (!counts_all).then(|| Sums::of(model.plan, &solver.tally(rates, &ways)));
            (moments.of(rates, &ways), sums)
        },
        stop,
    )?;
    let (moments, sums): (Vec<_>, Vec<_>) = solved.into_iter().unzip();
    let sums: Vec<Sums> = sums.into_iter().flatten().collect();
    Ok(Insight {
        outlooks: outlooks(model, &states).map_err(EngineFault::Overflow)?,
        uncounted: (!sums.is_empty()).then(|| Uncounted::of(sums.iter())),
        moments: Some(moments).filter(|it| !it.is_empty()),
    })
}

fn outlooks(model: Model<'_>, states: &States) -> Result<Outlooks, crate::plan::rates::Overflow> {
    let worths = worth(model, states)?;
    Ok(Outlooks {
        steps: worths.steps,
        branches: worths.branches,
        first_conversion: time_to_convert(model, states)?,
    })
}

/// What a world adds to [`Uncounted`].
struct Sums {
    distinct: Vec<f64>,
    visits: Vec<f64>,
    cohorts: Option<Cohorts<f64>>,
    arrivals: Vec<f64>,
}

impl Sums {
    fn of(plan: &Plan, tally: &Tally<Expected>) -> Self {
        let width = plan.columns.count;
        let over_bins = |column: usize| (0..plan.bins.len()).map(move |bin| tally.counts[bin * width + column]);
        let visits = plan.visited.iter().map(|step| {
            let branches = plan.branch_to.iter().enumerate().filter(|it| *it.1 as usize == *step);
            let streams = plan.streams.iter().enumerate().filter(|it| it.1.to as usize == *step);
            let columns = branches.map(|it| plan.columns.branches + it.0);
            let columns = columns.chain(streams.map(|it| plan.columns.streams + it.0));
            columns.flat_map(over_bins).sum()
        });
        let mut arrivals = vec![0.0; plan.periods.len()];
        for stream in 0..plan.streams.len() {
            for (bin, count) in plan.bins.iter().zip(over_bins(plan.columns.streams + stream)) {
                arrivals[bin.period as usize] += count;
            }
        }
        Self {
            visits: visits.collect(),
            distinct: tally.distinct.clone(),
            cohorts: tally.cohorts.clone(),
            arrivals,
        }
    }
}

impl Uncounted {
    fn of<'a>(worlds: impl Iterator<Item = &'a Sums>) -> Self {
        let all = worlds.fold(None, |all: Option<Sums>, it| {
            let add = |mine: Vec<f64>, more: &Vec<f64>| mine.iter().zip(more).map(|it| it.0 + it.1).collect();
            Some(match all {
                None => Sums {
                    distinct: it.distinct.clone(),
                    visits: it.visits.clone(),
                    cohorts: it.cohorts.clone(),
                    arrivals: it.arrivals.clone(),
                },
                Some(all) => Sums {
                    distinct: add(all.distinct, &it.distinct),
                    visits: add(all.visits, &it.visits),
                    cohorts: all.cohorts.zip(it.cohorts.as_ref()).map(|(mine, more)| Cohorts {
                        won: add(mine.won, &more.won),
                        left: add(mine.left, &more.left),
                    }),
                    arrivals: add(all.arrivals, &it.arrivals),
                },
            })
        });
        let all = all.expect("at least one world was solved");
        let share = |part: f64, of: f64| if of > 0.0 { part / of } else { 0.0 };
        let periods = all.arrivals.len();
        let of_period = |at: usize, it: &f64| share(*it, all.arrivals[at / periods]);
        let cohorts = all.cohorts.map(|it| it.map(of_period));
        Self {
            distinct: all
                .distinct
                .iter()
                .zip(&all.visits)
                .map(|it| share(*it.0, *it.1))
                .collect(),
            cohorts,
        }
    }
}
