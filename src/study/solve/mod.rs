//! What it would take: how far a lever has to be moved until a target is reached.

mod ask;
mod bench;
mod effects;
mod reach;
mod search;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::engine::EngineFault;
use crate::forecast::{ForecastOptions, RunInfo, ScenarioInfo};
use crate::journey::Journey;

pub use ask::solve;
pub use effects::effects;

/// The version of a solution's JSON.
const VERSION: u32 = 1;

/// Makes the journey with levers, by position, moved to numbers; else says why there is none.
pub type Moved<'a> = dyn Fn(&[(usize, f64)]) -> Result<Journey, String> + 'a;

/// What is asked.
pub struct Question<'a> {
    /// The journey as it is, with its targets and levers.
    pub journey: &'a Journey,
    /// What is said of where it comes from.
    pub scenario: ScenarioInfo,
    /// Positions of the targets to be reached.
    pub targets: Vec<usize>,
    /// Positions of the levers that may be moved.
    pub levers: Vec<usize>,
    /// How sure it has to be that a target is met, as a share; `None` if it is to be met on average.
    pub confidence: Option<f64>,
    /// How to simulate; precision is not looked at.
    pub options: ForecastOptions,
    /// Moves levers.
    pub moved: &'a Moved<'a>,
    /// How the change of a lever to this number is written.
    pub change: &'a dyn Fn(usize, f64) -> String,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SolveError {
    /// The journey cannot be simulated.
    Engine(EngineFault),
    /// A confidence was asked of an engine that knows no luck.
    NoLuck,
    /// The limits of this lever are no plain numbers.
    Limits(String),
    /// The metric of this target is a share of nobody.
    Nobody(String),
    /// The journey makes no sense with these changes, though it does at the limits.
    Moved {
        /// The changes, as `--set` takes them.
        set: Vec<String>,
        /// Why.
        reason: String,
    },
}

impl From<EngineFault> for SolveError {
    fn from(fault: EngineFault) -> Self {
        Self::Engine(fault)
    }
}

impl fmt::Display for SolveError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(fault) => fault.fmt(out),
            Self::NoLuck => write!(
                out,
                "the exact engine knows no luck, so it cannot tell how sure a target is met; leave out `--engine exact`"
            ),
            Self::Limits(path) => write!(
                out,
                "the limits of `{path}` are laws: write durations or numbers, such as `x0.5 to x2` or `+0d to +5d`"
            ),
            Self::Nobody(target) => write!(
                out,
                "`{target}` has no value: its metric is a share of customers, and there are none"
            ),
            Self::Moved { set, reason } => write!(out, "`{}` cannot be tried: {reason}", set.join("`, `")),
        }
    }
}

impl std::error::Error for SolveError {}

/// What it takes to reach each target; the JSON of `solve` is this, field by field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    /// Version of the JSON schema: 1.
    pub solution: u32,
    /// Version of the program.
    pub forksight: String,
    /// What was run.
    pub scenario: ScenarioInfo,
    /// How it was run.
    pub run: RunInfo,
    /// How many journeys were tried, each with all replications.
    pub trials: u64,
    /// The targets.
    pub targets: Vec<TargetSolution>,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// What it takes to reach a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetSolution {
    /// Its id, or the target as it was typed.
    pub target: String,
    /// The metric.
    pub metric: String,
    /// Lower bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Upper bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// What is already achieved; included in everything that is reached.
    pub so_far: f64,
    /// `horizon`, or the label of the days it counts.
    pub over: String,
    /// How sure it has to be; `None` if it is to be met on average.
    pub confidence: Option<f64>,
    /// What is reached as things are.
    pub now: Reached,
    /// Whether that meets the target.
    pub is_met: bool,
    /// Each lever on its own; those that reach the target first, by the relative change they need.
    pub levers: Vec<LeverSolution>,
    /// All levers at once, if none of several reaches the target alone.
    pub together: Option<Together>,
}

/// What comes out of a journey, beside a target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Mean of the metric, `so_far` included.
    pub expected: f64,
    /// Monte Carlo standard error of `expected`.
    pub se: Option<f64>,
    /// What the metric is on the good side of with the confidence that was asked for.
    pub assured: Option<f64>,
    /// Share of replications that meet the target; `None` without luck.
    pub probability: Option<f64>,
    /// By how much the target is met, or below zero missed: on average, or with the confidence.
    pub margin: f64,
    /// Monte Carlo standard error of `margin`.
    pub margin_se: Option<f64>,
}

/// How a lever answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It has to be moved to a point within its limits.
    Move,
    /// The target is met already, and would be missed beyond a point within the lever's limits.
    Room,
    /// The target is met wherever the lever stands.
    Always,
    /// The target cannot be reached within its limits.
    Unreachable,
}

/// What a lever has to do with a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeverSolution {
    /// Its path.
    pub path: String,
    /// How it was written at its limits.
    pub limits: [String; 2],
    /// What it answers.
    pub answer: Answer,
    /// The number where the target turns from missed to met: a factor, what is added (days, on a
    /// delay), or a new value.
    pub value: Option<f64>,
    /// Standard error of `value`: that of the margin, divided by how steep it is there.
    pub se: Option<f64>,
    /// 95 % interval of `value`.
    pub interval_95: Option<[f64; 2]>,
    /// The change as `--set` takes it, rounded to the safe side.
    pub change: Option<String>,
    /// The number at the path as it is now, where it is one number.
    pub present: Option<f64>,
    /// The change as a share of what is there now; ranks the levers.
    pub relative: Option<f64>,
    /// What is reached with `change`.
    pub reached: Option<Reached>,
    /// What is reached with `change` and other luck: replications under the next seed.
    pub checked: Option<Reached>,
    /// The limit that comes closest to the target, or exceeds it most.
    pub best: End,
    /// What the reader should know of this answer.
    pub notes: Vec<String>,
}

/// A lever at one of its limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// The change as `--set` takes it.
    pub change: String,
    /// What is reached with it.
    pub reached: Reached,
}

/// All levers moved by the same share of the way from where they are to their best limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// The share of the way that it takes; `None` if all of it is not enough.
    pub share: Option<f64>,
    /// The changes, as `--set` takes them: those that it takes, or the limits if they are not enough.
    pub changes: Vec<String>,
    /// What is reached with them.
    pub reached: Reached,
    /// What is reached with them and other luck.
    pub checked: Option<Reached>,
}
