//! What a fit found and assumed: the JSON of `fit --format json` is this, field by field.

use serde::{Deserialize, Serialize};

use super::delay::DelayFinding;
use super::options::Source;

/// What a fit found and assumed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// Version of the JSON schema: 1.
    pub fit: u32,
    /// Version of the program.
    pub forksight: String,
    /// Where the log came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// How many cases it has.
    pub cases: u64,
    /// How many events.
    pub events: u64,
    /// The day of the first event.
    pub from: String,
    /// The last day of which something is known.
    pub until: String,
    /// The clock of the scenario.
    pub tick: String,
    /// The first day of the forecast.
    pub begin: String,
    /// Whether only finished cases were said to be in it.
    pub complete: bool,
    /// Cases that have not ended.
    pub open: u64,
    /// Where cases begin.
    pub starts: Vec<StartFinding>,
    /// Which activities convert customers, and with which they leave.
    pub ends: Vec<EndFinding>,
    /// What happens at each step.
    pub steps: Vec<StepFinding>,
    /// Forks that are not what a first-order journey says, and forks that differ by attribute.
    pub tests: Vec<TestFinding>,
    /// What is known of arrivals, in words.
    pub arrivals: Vec<String>,
    /// What was assumed, in words.
    pub assumptions: Vec<String>,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// Where cases begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartFinding {
    /// The activity.
    pub activity: String,
    /// How many cases begin there.
    pub cases: u64,
}

/// An activity that converts customers, or with which they leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndFinding {
    /// The activity.
    pub activity: String,
    /// `converted` or `churned`.
    pub outcome: String,
    /// What it is taken from if nobody has said so: its `name`, or `money` that comes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<String>,
}

/// What happens at a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepFinding {
    /// The activity.
    pub activity: String,
    /// The id of its step.
    pub step: String,
    /// How often it was reached.
    pub visits: u64,
    /// By how many cases.
    #[serde(default)]
    pub cases: u64,
    /// How many of these had not led on when the log ends.
    pub open: u64,
    /// So many visits, all followed to their end, would tell as much.
    pub worth: f64,
    /// As what the journey ends here, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// For how many days at least ten visits were followed, or half of them if there are fewer; the
    /// log tells nothing of what happens later. Missing if all were followed to their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followed_days: Option<f64>,
    /// The share of the visits that had not moved by then.
    pub unknown: f64,
    /// After how many days without a move a customer counts as gone, if there are such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_after_days: Option<f64>,
    /// The ways on.
    pub branches: Vec<BranchFinding>,
}

/// A way on from a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BranchFinding {
    /// The id of the step it leads to.
    pub to: String,
    /// How many moves the log has.
    pub seen: u64,
    /// Its share among the moves that the log has, as a tool would have it that ignores those who
    /// have not moved yet.
    pub naive: f64,
    /// Its chance.
    pub chance: f64,
    /// 2.5 % of what its chance may be is below.
    pub low: f64,
    /// 2.5 % of what its chance may be is above.
    pub high: f64,
    /// The count in the scenario.
    pub count: f64,
    /// How long it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<DelayFinding>,
}

/// A test whether a fork depends on something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestFinding {
    /// The activity.
    pub activity: String,
    /// On what: an attribute, `previous` or `visits`.
    pub on: String,
    /// The likelihood-ratio statistic.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub freedom: u32,
    /// How likely a larger one is by mere luck.
    pub p: f64,
    /// How many tests there were of the same kind; `p` times this has to be below 1 %.
    pub tests: u32,
    /// Whether it depends.
    pub differs: bool,
    /// Whether the scenario says so.
    pub used: bool,
}
