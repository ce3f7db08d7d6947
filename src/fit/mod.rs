//! From a past to a journey: event logs, what they say of forks, delays and arrivals.
//!
//! [`fit`] turns an [`EventLog`] into a scenario. Every activity becomes a step. What happens
//! next, and when, is estimated as competing risks, so that cases that have not ended yet count
//! for what they are.

mod arrivals;
pub mod backtest;
mod build;
mod delay;
mod ends;
pub mod event_log;
mod findings;
mod loops;
mod moves;
mod names;
mod options;
mod parallel;
mod pipeline;
mod places;
mod risks;
mod shape;
mod silence;
pub mod transitions;
mod window;
mod write;

use std::fmt;

use event_log::EventLog;

pub use delay::{BestFamily, DISTANCE_MAX, DelayFinding, Measured, RunnerUp};
pub use findings::{BranchFinding, FitReport, StartFinding, StepFinding, TestFinding};
pub use options::{FitOptions, OpenCustomers, Source};
pub use silence::SILENT_MIN;

use arrivals::{as_they_were, by_month, steady};
use build::{Built, Ground, build};
use ends::Ends;
use moves::Moves;
use names::Ids;
use places::Places;
use shape::{Arrivals, Shape, Waiting};
use window::Window;

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
    let window = Window::of(log, options)?;
    let places = Places::first_order(log.activities().len());
    let moves = Moves::of(log, &places, &window);
    let ends = Ends::of(log.activities(), &moves, &places, options)?;
    let ground = Ground {
        log,
        places: &places,
        moves: &moves,
        ends: &ends,
        window: &window,
        options,
    };
    let tomorrow = window.last_day().tomorrow().map_err(|_| FitError::Dates)?;
    let begin = options.begin.unwrap_or(tomorrow);
    let mut shape = Shape {
        name: options.name.clone(),
        remarks: Vec::new(),
        entry: 0,
        begin,
        horizon: options.horizon.clone().unwrap_or_else(|| "12 months".to_owned()),
        tick_seconds: (window.tick / 1_000) as u32,
        attributes: Vec::new(),
        arrivals: Arrivals::default(),
        pipeline: Vec::new(),
        steps: Vec::new(),
    };
    let mut ids = Ids::of_steps();
    let built = build(ground, &mut ids, &mut shape);
    let months = by_month(log, &window);
    shape.arrivals = if begin < tomorrow {
        as_they_were(&months, begin)
    } else {
        steady(&months, &window)
    };
    let open = pipeline::open(ground, &built, begin);
    if begin >= tomorrow {
        shape.pipeline = waiting(&open, &built);
    }
    loops::let_time_pass(&mut shape, window.tick_days());
    let report = report(ground, &built, &shape, &open);
    Ok(Fitted {
        scenario: write::scenario(&shape, options.point),
        report,
        pipeline: open.into_iter().map(|it| it.1).collect(),
    })
}

fn waiting(open: &[(usize, OpenCustomers)], built: &Built) -> Vec<Waiting> {
    let entry = |(place, open): &(usize, OpenCustomers)| {
        Some(Waiting {
            step: built.steps[*place]?,
            count: open.count,
            waited_days: open.waited_days,
            converted: open.converted,
            customer: Vec::new(),
        })
    };
    open.iter().filter_map(entry).collect()
}

fn report(ground: Ground<'_>, built: &Built, shape: &Shape, open: &[(usize, OpenCustomers)]) -> FitReport {
    let Ground { log, moves, window, .. } = ground;
    let starts = (0..ground.places.len())
        .filter(|&it| moves.starts[it] > 0)
        .map(|it| StartFinding {
            activity: log.activities()[ground.places.place(it).activity as usize].clone(),
            cases: moves.starts[it],
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
        steps: built.findings.clone(),
        tests: Vec::new(),
        arrivals: shape.arrivals.remarks.clone(),
        assumptions: built.assumptions.clone(),
        warnings: Vec::new(),
    }
}
