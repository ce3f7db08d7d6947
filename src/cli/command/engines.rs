//! `check --engines`: the engines check each other on a scenario.

use std::sync::atomic::AtomicBool;

use crate::cli::args::Check;
use crate::cli::failure::Failure;
use crate::cli::interrupt::Interrupt;
use crate::cli::simulation::{SEED, cores, failure};
use crate::cli::terminal::Terminal;
use crate::engine::{AnyTally, Engine, EngineFault, RunOptions, simulate};
use crate::forecast::agreement::{Jumps, Sample, agreements};
use crate::forecast::{Layout, cells, record};
use crate::journey::Journey;
use crate::plan::{Model, compile};
use crate::report::words::{self, Passage};
use crate::scenario::RunDefaults;

/// How many replications are compared if nobody says otherwise.
const REPLICATIONS: u64 = 200;

/// What came of a comparison.
pub(super) struct Comparison {
    /// It in words.
    pub(super) passage: Passage,
    /// Whether some engines disagree.
    pub(super) is_wrong: bool,
}

/// Runs the journey on every engine that can run it, and compares what they say.
pub(super) fn compare(
    args: &Check,
    defaults: RunDefaults,
    journey: &Journey,
    terminal: Terminal,
) -> Result<Comparison, Failure> {
    let plan = compile(journey);
    let model = Model { journey, plan: &plan };
    let layout = Layout::of(journey, &plan);
    let replications = args.replications.unwrap_or(REPLICATIONS);
    let progress = terminal.progress(Engine::ALL.len() as u64 * replications, "replications");
    let interrupt = Interrupt::listen(&progress);
    let (mut samples, mut cannot) = (Vec::new(), Vec::new());
    for (at, engine) in (0..).zip(Engine::ALL) {
        let options = RunOptions {
            replications,
            seed: args.seed.or(defaults.seed).unwrap_or(SEED),
            threads: args.threads.unwrap_or_else(cores),
            engine,
        };
        let reached = |done| progress.reached(at * replications + done);
        match sample(model, &layout, options, &reached, interrupt.stop()) {
            Ok(Some(sample)) => samples.push(sample),
            Ok(None) => {
                drop(progress);
                Terminal::error("interrupted before the engines could be compared");
                return Err(Failure::CutShort);
            }
            Err(EngineFault::Unfit { reason, .. }) => cannot.push((engine.word(), reason)),
            Err(fault) => return Err(failure(fault)),
        }
    }
    interrupt.work_is_over();
    drop(progress);
    let followed = samples.iter().find(|it| it.engine == Engine::Individual);
    let followed = followed.expect("every journey can be followed customer by customer");
    let jumps = Jumps::of(model, &layout, &followed.records);
    let found = agreements(&cells(journey, &plan, &layout), &samples, jumps);
    Ok(Comparison {
        passage: words::engines(&found, &cannot),
        is_wrong: found.iter().any(|it| !it.disagreements.is_empty()),
    })
}

/// What an engine says; nothing if it was interrupted.
fn sample(
    model: Model<'_>,
    layout: &Layout,
    options: RunOptions,
    progress: &(dyn Fn(u64) + Sync),
    stop: &AtomicBool,
) -> Result<Option<Sample>, EngineFault> {
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, layout, rates, tally);
    let simulated = simulate(model, options, extract, progress, stop)?;
    // Customers who come back are not told from others where they are only counted by state.
    let visited = model.plan.steps.iter().enumerate().filter(|it| it.1.visit.is_some());
    let unknown = visited.map(|(at, _)| layout.customers + at);
    Ok((!simulated.cut_short).then(|| Sample {
        engine: options.engine,
        records: simulated.results,
        unknown: unknown.filter(|_| options.engine == Engine::Cohort).collect(),
    }))
}
