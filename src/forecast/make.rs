//! From a journey to its forecast: the whole way, in one call.

use std::sync::atomic::AtomicBool;

use crate::clock::Clock;
use crate::engine::{AnyTally, Choice, Engine, EngineFault, RunOptions, Simulator, choose};
use crate::journey::Journey;
use crate::plan::{Model, compile};

use super::background::Background;
use super::layout::Layout;
use super::precision::run_until;
use super::record::record;
use super::summarize::summarize;
use super::{Forecast, RunInfo, ScenarioInfo};

/// How to make a forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastOptions {
    /// How many replications; with a precision, how many at most.
    pub replications: u64,
    /// The seed of all draws.
    pub seed: u64,
    /// How many threads; the forecast does not depend on it.
    pub threads: usize,
    /// The engine; `None` for the fastest one that gives the full answer.
    pub engine: Option<Engine>,
    /// Run until the means are this precise, as a share of them.
    pub precision: Option<f64>,
}

impl Default for ForecastOptions {
    fn default() -> Self {
        Self {
            replications: 1_000,
            seed: 1,
            threads: 1,
            engine: None,
            precision: None,
        }
    }
}

/// Whoever looks on while long work is done.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Is told how many replications are complete, and how many there will probably be.
    pub reached: &'a (dyn Fn(u64, u64) + Sync),
    /// Once set, replications under way are finished and no other is begun.
    pub stop: &'a AtomicBool,
}

/// What a journey comes to; `None` if it was stopped before a single replication was complete.
///
/// `scenario` is what the forecast says of where the journey comes from.
///
/// # Errors
///
/// If the engine cannot run the journey, or a number is too large to be counted or booked.
pub fn forecast(
    journey: &Journey,
    scenario: ScenarioInfo,
    options: ForecastOptions,
    watch: Watch<'_>,
) -> Result<Option<Forecast>, EngineFault> {
    let plan = compile(journey);
    let model = Model { journey, plan: &plan };
    let layout = Layout::of(journey, &plan);
    let choice = choose(model, options.engine)?;
    let run = RunOptions {
        replications: options.replications,
        seed: options.seed,
        threads: options.threads,
        engine: choice.engine,
    };
    let simulator = Simulator::new(model, run)?;
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
    let (simulated, precision) = match options.precision {
        None => {
            let reached = |done| (watch.reached)(done, options.replications);
            let simulated = simulator.run(0..options.replications, extract, &reached, watch.stop)?;
            (simulated, None)
        }
        Some(asked) => {
            let aim = (asked, options.replications);
            let (simulated, precision) = run_until(&simulator, &layout, aim, extract, watch.reached, watch.stop)?;
            (simulated, Some(precision))
        }
    };
    if simulated.results.is_empty() {
        return Ok(None);
    }
    let done = simulated.results.len() as u64;
    let background = Background::of(&simulator, &layout, done, watch.stop)?;
    let how = RunInfo {
        cut_short: simulated.cut_short,
        precision,
        ..RunInfo::of(&journey.clock, choice, done, options.seed)
    };
    Ok(Some(summarize(model, &layout, &simulated, &background, scenario, how)))
}

impl RunInfo {
    /// A run to its end, with no precision asked for.
    pub(crate) fn of(clock: &Clock, choice: Choice, replications: u64, seed: u64) -> Self {
        let date = |date: jiff::civil::Date| clock.dated.then(|| date.to_string());
        Self {
            engine: choice.engine.word().to_owned(),
            why: choice.why,
            replications,
            seed,
            cut_short: false,
            precision: None,
            begin: date(clock.begin),
            end: date(clock.end),
            tick: clock.tick_words(),
            period: clock.period.word().to_owned(),
        }
    }
}
