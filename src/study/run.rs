//! Running several options on the same worlds and the same luck, and comparing what they come to.

use crate::engine::{AnyTally, RunOptions, Simulated, Simulator};
use crate::forecast::{ForecastOptions, Layout, Record, RunInfo, Watch, record, run_until};
use crate::plan::{Model, Plan, compile};

use super::comparison::Comparison;
use super::contender::{CompareError, Contender, base_of, engine_for};
use super::sheet::Sheet;

/// Options take turns after so many replications, so that an interrupted comparison has about as
/// many of each.
const TURN: u64 = 250;

/// Compares the first of `contenders`, the base, with the others. Replication by replication they
/// meet the same worlds and the same luck. `None` if it was stopped before all of them had
/// completed a replication.
///
/// # Errors
///
/// If the options do not cover the same time, or one of them cannot be simulated.
///
/// # Panics
///
/// If there are no contenders.
pub fn compare(
    contenders: &[Contender],
    options: ForecastOptions,
    watch: Watch<'_>,
) -> Result<Option<Comparison>, CompareError> {
    let base = base_of(contenders)?;
    let plans: Vec<Plan> = contenders.iter().map(|it| compile(&it.journey)).collect();
    let models: Vec<Model<'_>> = contenders
        .iter()
        .zip(&plans)
        .map(|(it, plan)| Model {
            journey: &it.journey,
            plan,
        })
        .collect();
    let at_fault = |at: usize| move |fault| contenders[at].at_fault(fault);
    let choice = engine_for(contenders, models.iter().copied(), options.engine)?;
    let run = RunOptions {
        replications: options.replications,
        seed: options.seed,
        threads: options.threads,
        engine: choice.engine,
    };
    let layouts: Vec<Layout> = models.iter().map(|it| Layout::of(it.journey, it.plan)).collect();
    let simulators = models.iter().enumerate();
    let simulators: Result<Vec<Simulator<'_>>, _> = simulators
        .map(|(at, model)| Simulator::new(*model, run).map_err(at_fault(at)))
        .collect();
    let simulators = simulators?;
    let extract = |at: usize| {
        let (model, layout) = (models[at], &layouts[at]);
        move |rates: &_, tally: AnyTally<'_>| record(model, layout, rates, tally)
    };

    let count = contenders.len() as u64;
    let mut simulated: Vec<Simulated<Record>> = Vec::new();
    let (mut replications, mut precision) = (options.replications, None);
    if let Some(asked) = options.precision {
        let aim = (asked, options.replications);
        let reached = |done, total| (watch.reached)(done, count * total);
        let it = run_until(&simulators[0], &layouts[0], aim, extract(0), &reached, watch.stop);
        let (base, reached) = it.map_err(at_fault(0))?;
        replications = base.results.len() as u64;
        simulated.push(base);
        precision = Some(reached);
    }
    // What differs by option is what decides: where one world says all, no other is run.
    let is_certain = simulators.iter().all(Simulator::is_certain);
    let (mut from, mut before) = (0, simulated.len() as u64 * replications);
    while from < replications && !watch.stop.load(std::sync::atomic::Ordering::Relaxed) {
        let until = replications.min(from + TURN);
        for (at, simulator) in simulators.iter().enumerate() {
            if at < usize::from(precision.is_some()) {
                continue;
            }
            let reached = |done: u64| (watch.reached)(before + done.saturating_sub(from), count * replications);
            let more = simulator.run(from..until, extract(at), &reached, watch.stop);
            let more = more.map_err(at_fault(at))?;
            match simulated.get_mut(at) {
                Some(it) => it.append(more),
                None => simulated.push(more),
            }
            before += until - from;
        }
        from = if is_certain { replications } else { until };
    }
    let done = if simulated.len() < contenders.len() {
        0
    } else {
        level(&mut simulated, &simulators)
    };
    if done == 0 {
        return Ok(None);
    }
    let it = Sheet {
        contenders,
        plans: &plans,
        layouts: &layouts,
        records: simulated.iter().map(|it| &it.results[..]).collect(),
    };
    let cut_short = simulated.iter().any(|it| it.cut_short) || (done as u64) < replications && !is_certain;
    let how = RunInfo {
        cut_short,
        precision,
        ..RunInfo::of(&base.journey.clock, choice, done as u64, options.seed)
    };
    Ok(Some(it.comparison(how)))
}

/// Gives all options the same replications: as many as the one with the fewest; an option that one
/// replication says all of has that one every time.
fn level(simulated: &mut [Simulated<Record>], simulators: &[Simulator<'_>]) -> usize {
    let uncertain = simulated.iter().zip(simulators).filter(|it| !it.1.is_certain());
    let least = uncertain.map(|it| it.0.results.len()).min().unwrap_or(1);
    for (it, simulator) in simulated.iter_mut().zip(simulators) {
        if simulator.is_certain() {
            it.results = it
                .results
                .first()
                .map_or_else(Vec::new, |only| vec![only.clone(); least]);
        } else {
            it.results.truncate(least);
        }
    }
    simulated.iter().map(|it| it.results.len()).min().unwrap_or(0)
}
