//! From what was typed about simulating to a forecast.

use anyhow::anyhow;

use super::args::Simulation;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::scenario::Asked;
use super::terminal::Terminal;
use crate::engine::EngineFault;
use crate::forecast::{Forecast, ForecastOptions, Precision, ScenarioInfo, Watch};
use crate::journey::Journey;
use crate::report::number::{several, share};
use crate::scenario::{REPLICATIONS_MAX, RunDefaults};

/// How often a forecast is drawn if nobody says otherwise.
const REPLICATIONS: u64 = 1_000;
/// Where chance begins if nobody says otherwise.
pub(super) const SEED: u64 = 1;

/// Simulates a journey until all replications are done or somebody interrupts.
///
/// # Errors
///
/// If the engine cannot run it, a number gets too large, or not a single replication was complete.
pub(super) fn forecast(
    asked: &Asked,
    journey: &Journey,
    simulation: &Simulation,
    terminal: Terminal,
) -> Result<Forecast, Failure> {
    let options = options(simulation, asked.scenario.run());
    let progress = terminal.progress(options.replications, "replications");
    let interrupt = Interrupt::listen(&progress);
    let watch = Watch {
        reached: &|done, total| progress.reached_of(done, total),
        stop: interrupt.stop(),
    };
    let forecast = crate::forecast::forecast(journey, scenario_info(asked, journey), options, watch);
    interrupt.work_is_over();
    drop(progress);
    let Some(forecast) = forecast.map_err(failure)? else {
        Terminal::error("interrupted before a single replication was complete");
        return Err(Failure::CutShort);
    };
    if let Some(it) = forecast.run.precision.filter(Precision::is_reached) {
        let count = usize::try_from(forecast.run.replications).unwrap_or(usize::MAX);
        terminal.remark(&format!(
            "it took {} for a precision of {}",
            several(count, "replication"),
            share(it.asked, None)
        ));
    }
    Ok(forecast)
}

pub(super) fn scenario_info(asked: &Asked, journey: &Journey) -> ScenarioInfo {
    let variants = &asked.selection.variants;
    ScenarioInfo {
        name: journey.name.clone(),
        file: asked.file.clone(),
        sha256: asked.scenario.sha256().to_owned(),
        variant: (!variants.is_empty()).then(|| variants.join("+")),
        set: asked.selection.set.clone(),
        currency: journey.currency.clone(),
    }
}

/// What was typed comes first, then what the file says. With a precision, `replications` is the
/// most there may be, and the file's number, a default of how many there are, does not limit it.
pub(super) fn options(simulation: &Simulation, defaults: RunDefaults) -> ForecastOptions {
    let otherwise = match simulation.precision {
        Some(_) => REPLICATIONS_MAX,
        None => defaults.replications.map_or(REPLICATIONS, u64::from),
    };
    ForecastOptions {
        replications: simulation.replications.unwrap_or(otherwise),
        seed: simulation.seed.or(defaults.seed).unwrap_or(SEED),
        threads: simulation.threads.unwrap_or_else(cores),
        engine: simulation.engine.asked(),
        precision: simulation.precision,
    }
}

/// As many threads as the machine runs at once.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Whose fault it is that an engine cannot complete a run.
pub(super) fn failure(fault: EngineFault) -> Failure {
    match fault {
        EngineFault::Overflow(_) | EngineFault::Amount(_) => Failure::Input(fault.to_string()),
        EngineFault::Threads(_) => Failure::World(anyhow!(fault)),
        // Nothing is wrong with the file: it is the option that does not go with it.
        EngineFault::Unfit { .. } => Failure::World(anyhow!("{fault}; `--engine individual` can")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args;
    use crate::engine::Engine;

    fn simulation(replications: Option<u64>, seed: Option<u64>) -> Simulation {
        Simulation {
            replications,
            precision: None,
            seed,
            engine: args::Engine::Auto,
            threads: Some(3),
        }
    }

    #[test]
    fn what_is_typed_comes_before_what_the_file_says() {
        let defaults = RunDefaults {
            replications: Some(50),
            seed: None,
        };
        let typed = options(&simulation(Some(7), Some(8)), defaults);
        assert_eq!((typed.replications, typed.seed, typed.threads), (7, 8, 3));
        let of_file = options(&simulation(None, None), defaults);
        assert_eq!((of_file.replications, of_file.seed), (50, SEED));
        let nothing = options(&simulation(None, None), RunDefaults::default());
        assert_eq!(nothing.replications, REPLICATIONS);
    }

    #[test]
    fn only_a_typed_number_limits_a_precision() {
        let defaults = RunDefaults {
            replications: Some(50),
            seed: None,
        };
        let most = |replications| {
            let precise = Simulation {
                precision: Some(0.01),
                ..simulation(replications, None)
            };
            options(&precise, defaults).replications
        };
        assert_eq!((most(None), most(Some(400))), (REPLICATIONS_MAX, 400));
    }

    #[test]
    fn an_engine_that_does_not_fit_names_one_that_does() {
        let fault = EngineFault::Unfit {
            engine: Engine::Cohort,
            reason: "a rule at step `talk` looks at `days`".to_owned(),
        };
        let Failure::World(error) = failure(fault) else {
            panic!("it is no mistake in the file")
        };
        assert_eq!(
            error.to_string(),
            "the cohort engine cannot run this journey: a rule at step `talk` looks at `days`; \
             `--engine individual` can"
        );
    }
}
