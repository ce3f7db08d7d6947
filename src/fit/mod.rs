//! From a past to a journey: event logs, what they say of forks, delays and arrivals.
//!
//! [`fit`] turns an [`EventLog`] into a scenario. Every activity becomes a step. What happens
//! next, and when, is estimated as competing risks, so that cases that have not ended yet count
//! for what they are.

mod arrivals;
mod attributes;
pub mod backtest;
mod build;
mod by;
mod delay;
mod differ;
mod ends;
pub mod event_log;
mod findings;
mod into;
mod loglinear;
mod loops;
mod memory;
mod money;
mod moves;
mod names;
mod open;
mod options;
mod parallel;
mod pipeline;
mod places;
mod proposal;
mod recent;
mod risks;
mod shape;
mod silence;
mod survey;
#[cfg(test)]
mod tests;
mod window;
mod words;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use event_log::EventLog;

pub use delay::{BestFamily, DISTANCE_MAX, DelayFinding, Measured, RunnerUp};
pub use findings::{BranchFinding, EndFinding, FitReport, StartFinding, StepFinding, TestFinding};
pub use into::{UnknownMove, Updated, update};
pub use open::{OpenError, read_open};
pub use options::{FitOptions, OpenCustomers, Source};

use arrivals::{as_they_were, by_month};
use attributes::Known as Attribute;
use build::{Built, Ground, build};
use ends::Ends;
use moves::Moves;
use names::Ids;
use places::Places;
use shape::{Arrivals, Mix, Shape, Waiting};
use survey::Survey;
use window::Window;
pub use window::to_moment;

/// A log as a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The scenario file: TOML 1.0, with comments.
    pub scenario: String,
    /// What was found and assumed.
    pub report: FitReport,
    /// Who is under way when the forecast begins.
    pub pipeline: Vec<OpenCustomers>,
}

/// Why a log cannot be fitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FitError {
    /// There are no events in it.
    Empty,
    /// Its dates are beyond what calendars have.
    Dates,
    /// The clock asked for does not divide a day, and is not whole days.
    Tick,
    /// There is no such activity.
    UnknownActivity {
        /// As it was called.
        name: String,
        /// One that is called nearly so.
        nearest: Option<String>,
    },
    /// A scenario that is to be brought up to date cannot be read.
    Scenario,
    /// Somebody is under way at a step that the log does not have.
    UnknownStep(String),
    /// An activity is said to convert and to churn.
    Contradiction(String),
}

impl fmt::Display for FitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(out, "the log has no events in the time that is looked at"),
            Self::Dates => write!(out, "the log has dates beyond the calendar"),
            Self::Tick => write!(out, "the tick has to divide a day, or to be whole days"),
            Self::UnknownActivity { name, nearest: None } => write!(out, "the log has no activity `{name}`"),
            Self::UnknownActivity {
                name,
                nearest: Some(nearest),
            } => write!(out, "the log has no activity `{name}`; did you mean `{nearest}`?"),
            Self::Scenario => write!(out, "the scenario cannot be read as TOML"),
            Self::UnknownStep(name) => write!(out, "somebody is under way at `{name}`, which the log does not have"),
            Self::Contradiction(name) => write!(out, "`{name}` cannot convert and churn customers at once"),
        }
    }
}

impl std::error::Error for FitError {}

/// The journey that a log tells of.
///
/// # Errors
///
/// If there is nothing in the log, or if the options do not fit it.
pub fn fit(log: &EventLog, options: &FitOptions) -> Result<Fitted, FitError> {
    work(log, options).map(|it| it.1)
}

/// The first day of the forecast of a fitted scenario.
///
/// # Errors
///
/// As [`fit`].
pub fn begin(log: &EventLog, options: &FitOptions) -> Result<jiff::civil::Date, FitError> {
    let tomorrow = Window::of(&Survey::of(log, options.since, options.until), options)?
        .last_day()
        .tomorrow();
    Ok(options.begin.unwrap_or(tomorrow.map_err(|_| FitError::Dates)?))
}

fn work(log: &EventLog, options: &FitOptions) -> Result<(Shape, Fitted), FitError> {
    let survey = Survey::of(log, options.since, options.until);
    let window = Window::of(&survey, options)?;
    let simple = Places::first_order(log.activities().len());
    let [previous, visits] = memory::pasts(&survey);
    let [simple_moves, by_previous, by_visits] = Moves::of(log, &window, [&simple, &previous, &visits]);
    let ends = Ends::of(log, &simple_moves, &simple, options)?;
    let (attributes, mixes) = attributes::known(log, &survey);
    let nothing = BTreeMap::new();
    let ground = Ground {
        log,
        places: &simple,
        moves: &simple_moves,
        ends: &ends,
        window: &window,
        options,
        attributes: &attributes,
        by: &nothing,
    };
    let (mut tests, splits) = memory::tests(ground, [(&previous, &by_previous), (&visits, &by_visits)]);
    let split = (options.memory && !splits.is_empty()).then(|| {
        let mut places = simple.clone();
        memory::split(&mut places, splits, log, &mut tests);
        let [moves] = Moves::of(log, &window, [&places]);
        (places, moves)
    });
    let (places, moves) = split.as_ref().map_or((&simple, &simple_moves), |it| (&it.0, &it.1));
    let ground = Ground {
        places,
        moves,
        ..ground
    };
    let (by, differences) = by::differences(ground);
    tests.extend(differences);
    make(Ground { by: &by, ..ground }, &survey, mixes, tests)
}

fn make(
    ground: Ground<'_>,
    survey: &Survey,
    mixes: Vec<Mix>,
    tests: Vec<TestFinding>,
) -> Result<(Shape, Fitted), FitError> {
    let Ground { window, options, .. } = ground;
    let tomorrow = window.last_day().tomorrow().map_err(|_| FitError::Dates)?;
    let begin = options.begin.unwrap_or(tomorrow);
    let mut shape = Shape {
        name: options.name.clone(),
        remarks: Vec::new(),
        entry: 0,
        begin,
        horizon: horizon(window, options),
        tick_seconds: (window.tick / 1_000) as u32,
        attributes: mixes,
        arrivals: Arrivals::default(),
        pipeline: Vec::new(),
        steps: Vec::new(),
    };
    let mut ids = Ids::of_steps();
    let built = build(ground, &mut ids, &mut shape);
    money::revenue(ground, &built, &mut shape);
    let months = by_month(survey);
    let looks_back = begin < tomorrow;
    shape.arrivals = if looks_back {
        as_they_were(&months, begin)
    } else {
        arrivals::forecast(&months, window, begin, options.point)
    };
    let open = match &options.open {
        Some(open) => pipeline::given(ground, &built, open)?,
        None => pipeline::open(ground, &built, begin),
    };
    if !looks_back {
        shape.pipeline = waiting(ground, &open, &built);
    }
    let slowed = loops::let_time_pass(&mut shape, window.tick_days());
    let words = words::words(ground, &built, &shape, &slowed);
    let report = report(ground, &built, &shape, &open, tests, words);
    shape.remarks = words::heading(&report);
    let fitted = Fitted {
        scenario: write::scenario(&shape, options.point),
        report,
        pipeline: open.into_iter().map(|it| it.1).collect(),
    };
    Ok((shape, fitted))
}

/// As far as was asked for; by default 12 months, or 4 weeks on a clock of minutes and what fits on one of
/// seconds.
fn horizon(window: &Window, options: &FitOptions) -> String {
    let usual = match window.tick {
        ..2_000 => "2 weeks",
        2_000..3_600_000 => "4 weeks",
        _ => "12 months",
    };
    options.horizon.clone().unwrap_or_else(|| usual.to_owned())
}

fn waiting(ground: Ground<'_>, open: &[(usize, OpenCustomers)], built: &Built) -> Vec<Waiting> {
    let entry = |(place, open): &(usize, OpenCustomers)| {
        let known = open.attributes.iter().filter_map(|(name, value)| {
            let at = ground.log.attributes().iter().position(|it| it.name == *name)?;
            let attribute: &Attribute = ground.attributes.get(at)?;
            let value = attribute.called(ground.log, at, value)?;
            Some((attribute.id.clone(), attribute.values[value].clone()))
        });
        Some(Waiting {
            step: built.steps[*place]?,
            count: open.count,
            waited_days: open.waited_days,
            converted: open.converted,
            customer: known.collect(),
        })
    };
    open.iter().filter_map(entry).collect()
}

fn report(
    ground: Ground<'_>,
    built: &Built,
    shape: &Shape,
    open: &[(usize, OpenCustomers)],
    tests: Vec<TestFinding>,
    words: words::Words,
) -> FitReport {
    let Ground { log, moves, window, .. } = ground;
    let mut starts = vec![0; log.activities().len()];
    for (place, cases) in moves.starts.iter().enumerate() {
        starts[ground.places.place(place).activity as usize] += cases;
    }
    let starts = starts
        .into_iter()
        .enumerate()
        .filter(|it| it.1 > 0)
        .map(|(activity, cases)| StartFinding {
            activity: log.activities()[activity].clone(),
            cases,
        });
    FitReport {
        fit: 1,
        forksight: env!("CARGO_PKG_VERSION").to_owned(),
        source: ground.options.source.clone(),
        cases: moves.starts.iter().sum(),
        events: moves.visits.iter().map(|it| it.count).sum(),
        from: window.first_day().to_string(),
        until: window.last_day().to_string(),
        tick: write::tick(shape.tick_seconds),
        begin: shape.begin.to_string(),
        complete: window.complete,
        open: open.iter().map(|it| it.1.count).sum(),
        starts: starts.collect(),
        ends: ground.ends.named().findings(log.activities()),
        steps: built.findings.clone(),
        tests,
        arrivals: shape.arrivals.remarks.clone(),
        assumptions: words.assumptions,
        warnings: words.warnings,
    }
}
