//! Would the forecast have been right? Forecasts are made from the log as it was at several
//! moments, and held against what came.
//!
//! At every origin the journey is fitted to what had happened by then, with those who were under
//! way as its pipeline, and the following periods are simulated. The same periods are forecast by
//! baselines that know the series only.

mod baseline;
mod cells;
#[cfg(test)]
pub(crate) mod fixture;
mod result;
mod score;
mod series;
mod summarize;
#[cfg(test)]
mod tests;
mod verdict;

use std::fmt;
use std::sync::atomic::Ordering;

use jiff::civil::Date;

use super::arrivals::QUIET_MIN;
use super::ends::Named;
use super::event_log::EventLog;
use super::window::to_moment;
use super::{FitError, FitOptions, Fitted, fit};
use crate::clock::Period;
use crate::engine::{AnyTally, Engine, EngineFault, RunOptions, Simulator, choose};
use crate::forecast::{ForecastOptions, Watch};
use crate::journey::Journey;
use crate::plan::{Model, Rates, compile};
use crate::problem::Problems;
use crate::scenario::{FileFormat, Scenario, Selection};

pub use result::{
    Actual, AheadScore, Backtest, BacktestRun, Coverage, MethodScore, MetricBacktest, Origin, Prediction, Verdict,
    VerdictKind, Versus,
};

use baseline::Baseline;
use cells::Cells;
use score::Law;
use series::{Metric, Past, past};
use summarize::{metric, predicted};

/// At least so many origins, if nobody says how many, where the log has them; and at most.
const ORIGINS: (usize, usize) = (3, 12);

/// What a backtest is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestOptions {
    /// How to fit; `until`, `begin`, `horizon` and `open` are seen to by the backtest.
    pub fit: FitOptions,
    /// What is forecast at a time.
    pub period: Period,
    /// How many periods ahead.
    pub ahead: u32,
    /// At how many moments; by default the last third of the periods, at least 3 and at most 12.
    pub origins: Option<u32>,
    /// The day up to which the log is complete, included; by default that of its last event, or of its
    /// last arrivals if others go on for at least three periods after them.
    pub until: Option<Date>,
    /// How to simulate.
    pub forecast: ForecastOptions,
}

impl Default for BacktestOptions {
    fn default() -> Self {
        Self {
            fit: FitOptions::default(),
            period: Period::Month,
            ahead: 3,
            origins: None,
            until: None,
            forecast: ForecastOptions::default(),
        }
    }
}

/// Why there is no backtest.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BacktestError {
    /// Nobody has said what is to be forecast.
    NoMetric,
    /// Futures are to be scored, and the exact engine draws none, or there are too few.
    NoFutures,
    /// The log has too few whole periods.
    Short {
        /// How many it has.
        periods: usize,
        /// How many it takes.
        least: usize,
        /// What they are: `month`.
        period: &'static str,
    },
    /// What converts and churns customers is not in the log, or contradicts itself.
    Ends(FitError),
    /// There is nothing in the log.
    Empty,
    /// The log cannot be fitted as it was at an origin.
    Fit {
        /// First day of the forecast.
        origin: String,
        /// Why.
        error: FitError,
    },
    /// The fitted journey cannot be read: a mistake of the program.
    Scenario {
        /// First day of the forecast.
        origin: String,
        /// What is wrong with it.
        problems: Problems,
    },
    /// The fitted journey cannot be simulated.
    Engine {
        /// First day of the forecast.
        origin: String,
        /// Why.
        fault: EngineFault,
    },
}

impl fmt::Display for BacktestError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMetric => write!(
                out,
                "nobody has said what to forecast: name the activities that convert or churn customers"
            ),
            Self::NoFutures => write!(
                out,
                "a forecast is scored by its replications: it takes at least 2 of the cohort or the individual engine"
            ),
            Self::Short { periods, least, period } => write!(
                out,
                "the log has {periods} whole {period}{}, and it takes at least {least}",
                if *periods == 1 { "" } else { "s" }
            ),
            Self::Ends(error) => write!(out, "{error}"),
            Self::Empty => write!(out, "{}", FitError::Empty),
            Self::Fit { origin, error } => write!(out, "the log before {origin} cannot be fitted: {error}"),
            Self::Scenario { origin, problems } => {
                let first = problems.problems.first().map_or("", |it| &it.fault.message);
                write!(
                    out,
                    "the journey fitted to the log before {origin} cannot be read: {first}"
                )
            }
            Self::Engine { origin, fault } => {
                write!(
                    out,
                    "the journey fitted to the log before {origin} cannot be simulated: {fault}"
                )
            }
        }
    }
}

impl std::error::Error for BacktestError {}

/// Holds forecasts from several moments of a log against what came; `None` if it was stopped before
/// the first forecast was complete. `watch` is told of origins.
///
/// # Errors
///
/// If nothing is to be forecast, the log is too short, or a journey cannot be fitted or simulated.
pub fn backtest(
    log: &EventLog,
    options: &BacktestOptions,
    watch: Watch<'_>,
) -> Result<Option<Backtest>, BacktestError> {
    if options.forecast.engine == Some(Engine::Exact) || options.forecast.replications < 2 {
        return Err(BacktestError::NoFutures);
    }
    let named = Named::of(log, &options.fit).map_err(BacktestError::Ends)?;
    let options = &as_named(log, options, &named);
    let until = |day: Option<Date>| {
        let past = past(log, options, day, &named.converts, &named.churns);
        past.ok_or(BacktestError::Empty)
    };
    let mut past = until(options.until)?;
    let mut left_out = None;
    if let Some(last) = dried_up(&past).filter(|_| options.until.is_none()) {
        left_out = Some((last, past.spans[past.spans.len() - 1].until));
        past = until(Some(last))?;
    }
    if past.series.iter().all(|it| it.0 == Metric::Arrivals) {
        return Err(BacktestError::NoMetric);
    }
    let first = first_origin(&past, options)?;
    let count = past.spans.len() - first;
    let mut origins: Vec<Origin> = Vec::new();
    let mut said: Vec<Vec<Prediction>> = vec![Vec::new(); past.series.len()];
    let (mut is_cut_short, mut earns) = (false, true);
    for at in first..past.spans.len() {
        let ahead = (options.ahead as usize).min(past.spans.len() - at);
        let Some(made) = forecast(log, options, &past, at, ahead, watch)? else {
            is_cut_short = true;
            break;
        };
        earns &= made.earns;
        for ((metric, series), said) in past.series.iter().zip(&mut said) {
            for ahead in 1..=ahead {
                let span = &past.spans[at + ahead - 1];
                let actual = series[at + ahead - 1];
                let mut say = |method: &str, law: &Law| {
                    said.push(predicted(&made.origin.begin, &span.label, ahead, method, actual, law));
                };
                say("forecast", &made.law(*metric, ahead));
                for baseline in Baseline::of(options.period) {
                    if let Some(law) = baseline.law(&series[..at], ahead) {
                        say(baseline.word(), &law);
                    }
                }
            }
        }
        origins.push(made.origin);
        (watch.reached)(origins.len() as u64, count as u64);
    }
    if origins.is_empty() {
        return Ok(None);
    }
    let mut warnings = warnings(&past, options, first, left_out, (earns, is_cut_short));
    warnings.extend(super::words::proposed(log.activities(), &named));
    let metrics = past.series.iter().zip(said);
    let is_scored = |it: &(&(Metric, Vec<f64>), _)| it.0.0 != Metric::Value || earns;
    let metrics = metrics
        .filter(is_scored)
        .map(|((of, series), said)| metric(*of, &past, series, said));
    Ok(Some(Backtest {
        backtest: 1,
        forksight: env!("CARGO_PKG_VERSION").to_owned(),
        source: options.fit.source.clone(),
        run: BacktestRun {
            period: options.period.word().to_owned(),
            ahead: options.ahead,
            replications: options.forecast.replications,
            seed: options.forecast.seed,
            from: past.spans[0].from.to_string(),
            until: past.spans[past.spans.len() - 1].until.to_string(),
            converted: options.fit.converted.clone(),
            churned: options.fit.churned.clone(),
            cut_short: is_cut_short,
        },
        origins,
        metrics: metrics.collect(),
        warnings,
    }))
}

/// The same with what converts and churns customers, so that every fit takes the same for it.
fn as_named(log: &EventLog, options: &BacktestOptions, named: &Named) -> BacktestOptions {
    let names = |marked: &[bool]| -> Vec<String> {
        let marked = log.activities().iter().zip(marked).filter(|it| *it.1);
        marked.map(|it| it.0.clone()).collect()
    };
    let mut options = options.clone();
    options.fit.converted = names(&named.converts);
    options.fit.churned = names(&named.churns);
    options
}

/// Position of the first period that is forecast.
fn first_origin(past: &Past, options: &BacktestOptions) -> Result<usize, BacktestError> {
    let periods = past.spans.len();
    let asked = options.origins.map(|it| it as usize);
    let origins = asked.unwrap_or_else(|| (periods / 3).clamp(ORIGINS.0, ORIGINS.1));
    periods
        .checked_sub(origins)
        .filter(|it| *it > 0)
        .ok_or(BacktestError::Short {
            periods,
            least: origins + 1,
            period: options.period.word(),
        })
}

fn warnings(
    past: &Past,
    options: &BacktestOptions,
    first: usize,
    left_out: Option<(Date, Date)>,
    (earns, is_cut_short): (bool, bool),
) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some((last, end)) = left_out {
        warnings.push(format!(
            "No case begins after {last}: the log seems to hold only cases that began by then, which no forecast can \
             know. What came later is left out; `--until {end}` keeps it."
        ));
    } else if let Some(last) = dried_up(past) {
        let arrives = past.spans[first..].iter().filter(|it| it.from <= last).count();
        warnings.push(format!(
            "No case begins after {last}: the log seems to hold only cases that began by then, so arrivals are those \
             of a company at work in {arrives} of the {} periods that are forecast. `--until {last}` leaves the rest \
             out.",
            past.spans.len() - first
        ));
    }
    if is_cut_short {
        warnings.push("It was interrupted: the last origins are missing.".to_owned());
    }
    if !earns && past.series.iter().any(|it| it.0 == Metric::Value) {
        warnings.push("The fitted journeys book no revenue, so `value` is not scored.".to_owned());
    }
    if options.fit.complete {
        warnings.push(
            "The log is said to hold finished cases only; before its end it did not, so that these forecasts \
             know more, or less, than they could have."
                .to_owned(),
        );
    }
    warnings
}

/// The last day of the last period in which a case begins, if others still go on for periods after
/// it: such a log was drawn by the day on which cases begin.
fn dried_up(past: &Past) -> Option<Date> {
    let arrivals = &past.series.iter().find(|it| it.0 == Metric::Arrivals)?.1;
    let last = arrivals.iter().rposition(|it| *it > 0.0)?;
    (arrivals.len() - 1 - last >= QUIET_MIN).then(|| past.spans[last].until)
}

/// A forecast from an origin.
struct Made {
    origin: Origin,
    earns: bool,
    /// By replication, then metric and period.
    results: Vec<Vec<f64>>,
    periods: usize,
}

impl Made {
    fn law(&self, metric: Metric, ahead: usize) -> Law {
        let cell = metric as usize * self.periods + ahead - 1;
        Law::ensemble(self.results.iter().map(|it| it[cell]).collect())
    }
}

/// Fits the log as it was before a period, and simulates that one and those that follow.
fn forecast(
    log: &EventLog,
    options: &BacktestOptions,
    past: &Past,
    at: usize,
    ahead: usize,
    watch: Watch<'_>,
) -> Result<Option<Made>, BacktestError> {
    let begin = past.spans[at].from;
    let origin = begin.to_string();
    let last = past.spans[at + ahead - 1].until;
    let of_then = FitOptions {
        until: Some(to_moment(begin)),
        begin: None,
        horizon: None,
        open: None,
        resamples: 0,
        ..options.fit.clone()
    };
    let fitted = fit(log, &of_then).map_err(|error| BacktestError::Fit {
        origin: origin.clone(),
        error,
    })?;
    let journey = journey(&fitted, options.period, last).map_err(|problems| BacktestError::Scenario {
        origin: origin.clone(),
        problems,
    })?;
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let simulate = || {
        let choice = choose(model, options.forecast.engine)?;
        let run = RunOptions {
            replications: options.forecast.replications,
            seed: options.forecast.seed,
            threads: options.forecast.threads,
            engine: choice.engine,
        };
        let cells = Cells::of(model, &fitted, options);
        let extract = |rates: &Rates, tally: AnyTally<'_>| cells.numbers(model, rates, tally, ahead);
        let simulator = Simulator::new(model, run)?;
        let run = simulator.run(0..run.replications, extract, &|_| (), watch.stop)?;
        Ok((choice.engine, run))
    };
    let (engine, run) = simulate().map_err(|fault: EngineFault| BacktestError::Engine {
        origin: origin.clone(),
        fault,
    })?;
    if run.cut_short || watch.stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let (cases, events) = past.before[at];
    Ok(Some(Made {
        origin: Origin {
            begin: origin,
            cases,
            events,
            open: fitted.pipeline.iter().map(|it| it.count).sum(),
            engine: engine.word().to_owned(),
        },
        earns: plan.steps.iter().any(|it| it.lines.iter().any(|it| it.is_revenue())),
        results: run.results,
        periods: ahead,
    }))
}

fn journey(fitted: &Fitted, period: Period, last: Date) -> Result<Journey, Problems> {
    let scenario = Scenario::read("fitted.toml", fitted.scenario.as_bytes(), FileFormat::Toml)?;
    let selection = Selection {
        period: Some(period),
        end: Some(last),
        ..Selection::default()
    };
    Ok(scenario.journey(&selection)?.0)
}
