//! Running several options on the same worlds and the same luck, and comparing what they come to.

use std::fmt;

use crate::engine::{AnyTally, Engine, EngineFault, RunOptions, Simulated, Simulator, choose};
use crate::forecast::{ForecastOptions, Layout, Precision, Record, RunInfo, Watch, record, run_until};
use crate::journey::Journey;
use crate::plan::{Model, Plan, compile};

use super::comparison::{
    BranchComparison, Comparison, ForkComparison, MetricComparison, OptionInfo, OptionValue, PeriodComparison,
    StageComparison,
};
use super::option::{Better, better, standings};
use super::paired::{Paired, Values};

/// The version of a comparison's JSON.
const VERSION: u32 = 1;
/// Options take turns after so many replications, so that an interrupted comparison has about as
/// many of each.
const TURN: u64 = 250;

/// Something to compare: the base, or an alternative to it.
#[derive(Debug, Clone)]
pub struct Contender {
    /// What is said of it.
    pub info: OptionInfo,
    /// Its journey.
    pub journey: Journey,
}

/// Why a comparison cannot be made.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CompareError {
    /// Two options that do not cover the same days by the same clock.
    Clocks {
        /// The option.
        option: String,
        /// What differs from the base, as in "it begins on 2026-02-01 instead of 2026-01-01".
        difference: String,
    },
    /// An option that cannot be simulated.
    Engine {
        /// The option.
        option: String,
        /// Why.
        fault: EngineFault,
    },
}

impl fmt::Display for CompareError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clocks { option, difference } => {
                write!(out, "`{option}` cannot be compared with the base: {difference}")
            }
            Self::Engine { option, fault } => write!(out, "`{option}`: {fault}"),
        }
    }
}

impl std::error::Error for CompareError {}

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
    let base = contenders.first().expect("there is a base");
    for it in &contenders[1..] {
        if let Some(difference) = clocks_differ(&base.journey, &it.journey) {
            let option = it.info.option.clone();
            return Err(CompareError::Clocks { option, difference });
        }
    }
    let plans: Vec<Plan> = contenders.iter().map(|it| compile(&it.journey)).collect();
    let models: Vec<Model<'_>> = contenders
        .iter()
        .zip(&plans)
        .map(|(it, plan)| Model {
            journey: &it.journey,
            plan,
        })
        .collect();
    let at_fault = |at: usize| {
        move |fault| CompareError::Engine {
            option: contenders[at].info.option.clone(),
            fault,
        }
    };
    let (engine, why) = engine_for(contenders, &models, options.engine)?;
    let run = RunOptions {
        replications: options.replications,
        seed: options.seed,
        threads: options.threads,
        engine,
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
    let how = run_info(
        &base.journey,
        (engine, why),
        (done as u64, options.seed),
        cut_short,
        precision,
    );
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

/// The engine that was asked for; else the one that is best for all, and every customer followed
/// where options do not agree on one.
fn engine_for(
    contenders: &[Contender],
    models: &[Model<'_>],
    asked: Option<Engine>,
) -> Result<(Engine, String), CompareError> {
    let mut choices = Vec::new();
    for (it, model) in contenders.iter().zip(models) {
        let choice = choose(*model, asked).map_err(|fault| CompareError::Engine {
            option: it.info.option.clone(),
            fault,
        })?;
        choices.push(choice);
    }
    let first = choices[0].clone();
    if choices.iter().all(|it| it.engine == first.engine) {
        return Ok((first.engine, first.why));
    }
    let why = "options that are compared run on the same engine, and this one runs them all";
    Ok((Engine::Individual, why.to_owned()))
}

/// What differs, in words; `None` if both cover the same days by the same clock.
pub(super) fn clocks_differ(base: &Journey, other: &Journey) -> Option<String> {
    let (one, two) = (&base.clock, &other.clock);
    let instead = |what: &str, two: String, one: String| format!("it {what} {two} instead of {one}");
    if one.dated != two.dated {
        let said = if two.dated { "has dates" } else { "has no dates" };
        return Some(format!("it {said}, unlike the base"));
    }
    if one.begin != two.begin {
        return Some(instead("begins on", two.begin.to_string(), one.begin.to_string()));
    }
    if one.end != two.end {
        return Some(instead("ends on", two.end.to_string(), one.end.to_string()) + "; `--end` sets both");
    }
    if one.tick_words() != two.tick_words() {
        return Some(instead("has a tick of", two.tick_words(), one.tick_words()));
    }
    if one.period != two.period {
        let by = |it: crate::clock::Period| it.word().to_owned();
        return Some(instead("reports by", by(two.period), by(one.period)) + "; `--period` sets both");
    }
    let money = |it: &Journey| it.currency.clone().unwrap_or_else(|| "no currency".to_owned());
    (base.currency != other.currency).then(|| instead("counts money in", money(other), money(base)))
}

pub(super) fn run_info(
    journey: &Journey,
    (engine, why): (Engine, String),
    (replications, seed): (u64, u64),
    cut_short: bool,
    precision: Option<Precision>,
) -> RunInfo {
    let clock = &journey.clock;
    let date = |date: jiff::civil::Date| clock.dated.then(|| date.to_string());
    RunInfo {
        engine: engine.word().to_owned(),
        why,
        replications,
        seed,
        cut_short,
        precision,
        begin: date(clock.begin),
        end: date(clock.end),
        tick: clock.tick_words(),
        period: clock.period.word().to_owned(),
    }
}

/// The records of all options, side by side.
struct Sheet<'a> {
    contenders: &'a [Contender],
    plans: &'a [Plan],
    layouts: &'a [Layout],
    records: Vec<&'a [Record]>,
}

impl Sheet<'_> {
    fn comparison(&self, run: RunInfo) -> Comparison {
        let mut warnings = Vec::new();
        if run.cut_short {
            warnings.push(format!(
                "cut short after {} replications of each option",
                run.replications
            ));
        }
        if run.replications < 100 && run.engine != "exact" {
            let count = run.replications;
            warnings.push(format!("{count} replications are too few for trustworthy ranges"));
        }
        if run.engine == "exact" {
            warnings.push("the exact engine knows no luck: ranges and probabilities are over worlds only".to_owned());
        }
        Comparison {
            comparison: VERSION,
            forksight: env!("CARGO_PKG_VERSION").to_owned(),
            run,
            options: self.contenders.iter().map(|it| it.info.clone()).collect(),
            totals: self.totals(),
            periods: self.periods(),
            funnel: self.funnel(),
            forks: self.forks(),
            warnings,
        }
    }

    fn cell(&self, option: usize, cell: usize) -> Vec<f64> {
        self.records[option].iter().map(|it| it[cell]).collect()
    }

    /// One quantity of every option that has it.
    fn values(&self, better: Option<Better>, of: impl Fn(usize) -> Option<Values>) -> Vec<Option<OptionValue>> {
        let values: Vec<Option<Values>> = (0..self.contenders.len()).map(of).collect();
        let base = values[0].as_ref();
        let known: Vec<usize> = (0..values.len()).filter(|it| values[*it].is_some()).collect();
        let standings = better.filter(|_| known.len() > 1).map(|better| {
            let each: Vec<Vec<f64>> = values.iter().flatten().map(Values::each).collect();
            standings(&each, better)
        });
        let all = values.iter().enumerate();
        all.map(|(option, value)| {
            let value = value.as_ref()?;
            let paired = base.filter(|_| option > 0).map(|base| Paired::of(base, value));
            let standing = standings.as_ref().and_then(|all| {
                let at = known.iter().position(|it| *it == option)?;
                Some(all[at])
            });
            Some(OptionValue {
                value: value.estimate(),
                probability_better: paired.and_then(|it| match better? {
                    Better::Higher => it.probability_higher,
                    Better::Lower => it.probability_lower,
                }),
                paired,
                probability_best: standing.map(|it| it.probability_best),
                regret: standing.map(|it| it.regret),
            })
        })
        .collect()
    }

    fn metric(&self, metric: &str, of: impl Fn(usize) -> Option<Values>) -> MetricComparison {
        let better = better(metric);
        MetricComparison {
            metric: metric.to_owned(),
            better,
            options: self.values(better, of),
        }
    }

    fn totals(&self) -> Vec<MetricComparison> {
        let names = union(self.layouts.iter().map(|it| &it.totals[..]));
        let counted = names.iter().map(|name| {
            self.metric(name, |option| {
                let at = self.layouts[option].totals.iter().position(|it| it == name)?;
                Some(Values::plain(self.cell(option, at)))
            })
        });
        let rate = |rate: &str, part: &str, base: usize| {
            self.metric(rate, |option| {
                let layout = &self.layouts[option];
                let part = layout.totals.iter().position(|it| it == part)?;
                let (part, base) = (self.cell(option, part), self.cell(option, layout.bases + base));
                Some(Values::share(part, base))
            })
        };
        let rates = [rate("conversion_rate", "won", 0), rate("churn_rate", "churned", 1)];
        counted.chain(rates).collect()
    }

    fn periods(&self) -> Vec<PeriodComparison> {
        let names = union(self.layouts.iter().map(|it| &it.metrics[..]));
        let dated = self.contenders[0].journey.clock.dated;
        let periods = self.plans[0].periods.iter().enumerate();
        periods
            .map(|(period, span)| PeriodComparison {
                period: span.label.clone(),
                from: dated.then(|| span.from.to_string()),
                until: dated.then(|| span.until.to_string()),
                metrics: names
                    .iter()
                    .map(|name| {
                        self.metric(name, |option| {
                            let layout = &self.layouts[option];
                            let at = layout.metrics.iter().position(|it| it == name)?;
                            Some(Values::plain(self.cell(option, layout.period(period, at))))
                        })
                    })
                    .collect(),
            })
            .collect()
    }

    fn funnel(&self) -> Vec<StageComparison> {
        let stages = |option: usize| &self.contenders[option].journey.stages;
        let ids: Vec<Vec<String>> = (0..self.contenders.len())
            .map(|option| stages(option).iter().map(|it| it.id.clone()).collect())
            .collect();
        let names = union(ids.iter().map(|it| &it[..]));
        names
            .iter()
            .map(|id| {
                let at = |option: usize| ids[option].iter().position(|it| it == id);
                let reached = |option: usize| Some(self.cell(option, self.layouts[option].funnel + at(option)?));
                let first = |option: usize| self.cell(option, self.layouts[option].funnel);
                let title = (0..self.contenders.len()).find_map(|it| Some(stages(it)[at(it)?].title.clone()));
                StageComparison {
                    stage: id.clone(),
                    title: title.unwrap_or_default(),
                    reached: self.values(None, |option| reached(option).map(Values::plain)),
                    from_first: self.values(None, |option| {
                        reached(option).map(|it| Values::share(it, first(option)))
                    }),
                }
            })
            .collect()
    }

    fn forks(&self) -> Vec<ForkComparison> {
        let count = self.contenders.len();
        let journey = |option: usize| &self.contenders[option].journey;
        let is_fork = |option: usize, id| journey(option).branches(id).len() > 1;
        let steps: Vec<Vec<String>> = (0..count)
            .map(|option| {
                let steps = journey(option).steps().filter(|(id, _)| is_fork(option, *id));
                steps.map(|(_, step)| step.id.clone()).collect()
            })
            .collect();
        let forks = union(steps.iter().map(|it| &it[..]));
        forks
            .iter()
            .map(|step| {
                let id_in = |option: usize| journey(option).steps().find(|(_, it)| it.id == *step).map(|it| it.0);
                // By option: the branches of this fork, with their cells.
                let branches: Vec<Vec<(String, usize)>> = (0..count)
                    .map(|option| {
                        let ids = id_in(option).map(|id| journey(option).branches(id));
                        ids.into_iter()
                            .flatten()
                            .map(|it| {
                                let cell = self.layouts[option].taken + it.index();
                                (journey(option).branch(it).name.clone(), cell)
                            })
                            .collect()
                    })
                    .collect();
                let named: Vec<Vec<String>> = branches
                    .iter()
                    .map(|all| all.iter().map(|it| it.0.clone()).collect())
                    .collect();
                let names = union(named.iter().map(|it| &it[..]));
                let title = (0..count).find_map(|it| Some(journey(it).step(id_in(it)?).title.clone()));
                ForkComparison {
                    step: step.clone(),
                    title: title.unwrap_or_default(),
                    branches: names
                        .iter()
                        .map(|name| BranchComparison {
                            branch: name.clone(),
                            share: self.values(None, |option| {
                                let (_, cell) = branches[option].iter().find(|it| it.0 == *name)?;
                                let records = self.records[option].iter();
                                let all = records.map(|it| branches[option].iter().map(|(_, cell)| it[*cell]).sum());
                                Some(Values::share(self.cell(option, *cell), all.collect()))
                            }),
                        })
                        .collect(),
                }
            })
            .collect()
    }
}

/// The names of all lists, each once, in the order of the first list that has them.
fn union<'a>(lists: impl Iterator<Item = &'a [String]>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for list in lists {
        // What only a later list has stands behind what it follows there.
        let mut after = 0;
        for name in list {
            match names.iter().position(|it| it == name) {
                Some(at) => after = at + 1,
                None => {
                    names.insert(after, name.clone());
                    after += 1;
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_order() {
        let list = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let lists = [list(&["a", "b", "d"]), list(&["a", "c", "d", "e"]), list(&["x", "b"])];
        assert_eq!(
            union(lists.iter().map(|it| &it[..])),
            list(&["x", "a", "c", "b", "d", "e"])
        );
    }
}
