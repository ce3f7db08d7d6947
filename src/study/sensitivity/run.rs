//! From a scenario, its options and a question to an answer: which metric, which engine, how many
//! worlds.

use std::cell::Cell;
use std::fmt;

use crate::engine::exact::effort;
use crate::engine::{Choice, Engine, RunOptions};
use crate::forecast::Watch;
use crate::plan::{Model, States};
use crate::study::better;
use crate::study::contender::{CompareError, Contender, base_of, engine_for};

use super::answer::Asked;
use super::fixed::fixed;
use super::input::inputs;
use super::measure::{Course, Measure, Prepared};
use super::result::Sensitivity;
use super::shares::Sampling;
use super::two_way::Pair;

/// Base worlds if nobody says otherwise: with luck, without luck at most, and at least.
const WORLDS: u64 = 256;
const WORLDS_MAX: f64 = 1_024.0;
const WORLDS_MIN: f64 = 128.0;
/// Multiplications that the exact engine may spend on the shares, if nobody says otherwise: seconds.
const EFFORT_MAX: f64 = 1e10;
/// Replications in each of these worlds, where there is luck.
const LUCKS: u64 = 2;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Question {
    /// The metric; `None` for profit if the journey knows money, else `won`.
    pub metric: Option<String>,
    /// The label of the days that count; `None` for the whole horizon.
    pub over: Option<String>,
    /// Whether what is fixed has bars too.
    pub all: bool,
    /// Tables: paths of two assumptions each.
    pub by: Vec<[String; 2]>,
    /// Base worlds of the shares; `None` for as many as take seconds.
    pub worlds: Option<u64>,
    /// Replications for each bar, where there is luck.
    pub replications: u64,
    /// The seed of all draws.
    pub seed: u64,
    /// How many threads; the result does not depend on it.
    pub threads: usize,
    /// The engine; `None` for the exact one wherever it can run the journey.
    pub engine: Option<Engine>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SensitivityError {
    /// A metric that the forecast does not have.
    UnknownMetric {
        /// What was asked for.
        metric: String,
        /// The metrics it has.
        known: Vec<String>,
    },
    /// A label that is no period.
    UnknownPeriod {
        /// The label.
        label: String,
        /// Whether the scenario has dates.
        dated: bool,
    },
    /// A period that the forecast does not reach.
    OutsideForecast {
        /// Its label.
        label: String,
        /// First day of the forecast.
        begin: String,
        /// Last day of the forecast.
        end: String,
    },
    /// A metric that is known for the whole horizon only.
    OfHorizonOnly(String),
    /// A path that leads to no number that can be moved.
    UnknownPath {
        /// The path.
        path: String,
        /// The paths of all numbers that can be moved.
        known: Vec<String>,
    },
    /// The same assumption twice.
    SamePath(String),
    /// A metric that is not a number in some world, such as a share of no customers.
    Undefined(String),
    /// An option that does not cover the same days by the same clock, or cannot be worked out.
    Option(CompareError),
}

impl fmt::Display for SensitivityError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMetric { metric, .. } => write!(out, "the forecast has no metric called `{metric}`"),
            Self::UnknownPeriod { label, dated: true } => write!(
                out,
                "`{label}` is no day, week, month, quarter or year; write 2026-11-30, 2026-W48, 2026-11, 2026-Q4 or 2026"
            ),
            Self::UnknownPeriod { label, dated: false } => write!(
                out,
                "`{label}` is no period of a scenario without dates; write `month 3` or `week 10`"
            ),
            Self::OutsideForecast { label, begin, end } => {
                write!(
                    out,
                    "`{label}` is outside the forecast, which goes from {begin} to {end}"
                )
            }
            Self::OfHorizonOnly(metric) => write!(out, "`{metric}` is known for the whole horizon only"),
            Self::UnknownPath { path, .. } => write!(
                out,
                "there is no number at `{path}` that could be moved; `forksight paths` lists all there are"
            ),
            Self::SamePath(path) => write!(out, "a table takes two assumptions, and `{path}` is one"),
            Self::Undefined(metric) => write!(out, "`{metric}` is not a number in every world: a share of nobody"),
            Self::Option(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for SensitivityError {}

impl From<CompareError> for SensitivityError {
    fn from(error: CompareError) -> Self {
        Self::Option(error)
    }
}

/// What moves a metric of the first of `contenders`, the base; the others are options that could be
/// decided for instead. `None` if it was stopped before there was anything to tell.
///
/// # Errors
///
/// If the question does not fit the scenario, or one of them cannot be worked out.
///
/// # Panics
///
/// If there are no contenders.
pub fn sensitivity(
    contenders: &[Contender],
    question: &Question,
    watch: Watch<'_>,
) -> Result<Option<Sensitivity>, SensitivityError> {
    let base = base_of(contenders)?;
    let measure = Measure::of(&base.journey, question.metric.as_deref(), question.over.as_deref())?;
    let prepared: Vec<Prepared> = contenders
        .iter()
        .map(|it| Prepared::of(it.journey.clone(), &measure))
        .collect();
    let choice = choice(contenders, &prepared, question.engine)?;
    let engine = choice.engine;
    let inputs = inputs(&base.journey);
    let pairs: Result<Vec<Pair>, _> = question
        .by
        .iter()
        .map(|paths| Pair::find(&base.journey, &inputs, paths))
        .collect();
    let fixed = if question.all { fixed(&base.journey) } else { Vec::new() };
    let run = RunOptions {
        replications: if engine == Engine::Exact {
            1
        } else {
            question.replications
        },
        seed: question.seed,
        threads: question.threads,
        engine,
    };
    let asked = Asked {
        contenders,
        prepared: &prepared,
        measure: &measure,
        better: better(&measure.metric),
        inputs: &inputs,
        pairs: &pairs?,
        fixed: &fixed,
        run,
        sampling: sampling(&prepared[0], inputs.len(), question, engine),
    };
    let course = Course {
        watch,
        done: Cell::new(0),
        total: asked.count(),
    };
    asked.answer(choice, &course)
}

/// The engine that was asked for; else the exact one where all journeys let it, so that no luck is in
/// the way.
fn choice(contenders: &[Contender], prepared: &[Prepared], asked: Option<Engine>) -> Result<Choice, CompareError> {
    let has_states = |it: Model<'_>| States::of(it.journey, it.plan).is_ok();
    if asked.is_none() && prepared.iter().all(|it| has_states(it.model())) {
        return Ok(Choice {
            engine: Engine::Exact,
            why: "what is expected in a world can be worked out without luck".to_owned(),
        });
    }
    engine_for(contenders, prepared.iter().map(Prepared::model), asked)
}

/// How many worlds the shares take: as many as the exact engine works out in seconds.
fn sampling(prepared: &Prepared, inputs: usize, question: &Question, engine: Engine) -> Sampling {
    let worlds = match (question.worlds, engine) {
        (Some(worlds), _) => worlds,
        (None, Engine::Exact) => {
            let model = prepared.model();
            let effort = States::of(model.journey, model.plan).map_or(1.0, |it| effort(model.plan, &it));
            let most = (EFFORT_MAX / (effort * (inputs as f64 + 2.0))).clamp(WORLDS_MIN, WORLDS_MAX);
            // A power of two, so that it reads as a choice.
            1 << (most as u64).ilog2()
        }
        (None, _) => WORLDS,
    };
    Sampling {
        seed: question.seed,
        worlds,
        replications: if engine == Engine::Exact { 1 } else { LUCKS },
    }
}
