//! Moving the levers of a scenario, as if every move had been typed as `--set`.

use anyhow::anyhow;

use super::args::Simulation;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::scenario::Asked;
use super::simulation::{failure, options, scenario_info};
use super::terminal::Terminal;
use crate::engine::{Choice, Engine};
use crate::forecast::{Forecast, Watch};
use crate::journey::Journey;
use crate::report::words;
use crate::scenario::Selection;
use crate::study::solve::{Question, SolveError, effects};

/// So many replications show which lever helps most.
const REPLICATIONS: u64 = 200;

/// How a lever moved to `value` is written.
pub(super) fn change(journey: &Journey, lever: usize, value: f64) -> String {
    words::lever(journey, &journey.levers[lever], value)
}

/// The journey with levers moved, each by its position; else why there is none.
///
/// # Errors
///
/// The first mistake that the moves make.
pub(super) fn moved(asked: &Asked, journey: &Journey, moves: &[(usize, f64)]) -> Result<Journey, String> {
    let changes = moves
        .iter()
        .map(|(at, value)| format!("{}={}", journey.levers[*at].path, change(journey, *at, *value)));
    let selection = Selection {
        set: asked.selection.set.iter().cloned().chain(changes).collect(),
        ..asked.selection.clone()
    };
    let moved = asked.scenario.journey(&selection);
    moved.map(|it| it.0).map_err(|problems| {
        let first = problems.problems.first();
        first.map_or_else(String::new, |it| it.fault.message.clone())
    })
}

/// Tells of every target of the forecast by which lever it rises most.
///
/// # Errors
///
/// If the journey cannot be simulated with a lever at its limit.
pub(super) fn tell(
    forecast: &mut Forecast,
    asked: &Asked,
    journey: &Journey,
    simulation: &Simulation,
    terminal: Terminal,
) -> Result<(), Failure> {
    let usable = |at: &usize| journey.levers[*at].limits().is_some();
    let levers: Vec<usize> = (0..journey.levers.len()).filter(usable).collect();
    if levers.is_empty() || journey.targets.is_empty() || forecast.run.cut_short {
        return Ok(());
    }
    let mut options = options(simulation, asked.scenario.run());
    options.replications = forecast.run.replications.min(REPLICATIONS);
    let word = &forecast.run.engine;
    let engine = Engine::ALL.into_iter().find(|it| it.word() == word);
    let question = Question {
        journey,
        scenario: scenario_info(asked, journey),
        targets: (0..journey.targets.len()).collect(),
        levers,
        confidence: None,
        options,
        moved: &|moves| moved(asked, journey, moves),
        change: &|at, value| change(journey, at, value),
    };
    let choice = Choice {
        engine: engine.expect("a forecast was made by one of them"),
        why: forecast.run.why.clone(),
    };
    let progress = terminal.progress(options.replications, "replications");
    let interrupt = Interrupt::listen(&progress);
    let watch = Watch {
        reached: &|done, total| progress.reached_of(done, total),
        stop: interrupt.stop(),
    };
    let found = effects(&question, choice, watch);
    interrupt.work_is_over();
    drop(progress);
    match found.map_err(fault)? {
        Some(all) => {
            for (target, levers) in forecast.targets.iter_mut().zip(all) {
                target.levers = levers;
            }
        }
        None => terminal.remark("interrupted: what levers could do for the targets is left out"),
    }
    Ok(())
}

/// Whose fault it is that there is no answer.
pub(super) fn fault(error: SolveError) -> Failure {
    match error {
        SolveError::Engine(fault) => failure(fault),
        SolveError::Limits(_) | SolveError::Nobody(_) | SolveError::Moved { .. } => Failure::Input(error.to_string()),
        other => Failure::World(anyhow!(other)),
    }
}
