//! What a sensitivity comes to: the JSON of `sensitivity --format json` is this, field by field.

use serde::{Deserialize, Serialize};

use crate::forecast::{RunInfo, ScenarioInfo};
use crate::study::Better;

/// What moves a metric of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// Version of the JSON schema: 1.
    pub sensitivity: u32,
    /// Version of the program.
    pub forksight: String,
    /// What was looked at.
    pub scenario: ScenarioInfo,
    /// How it was run; `replications` is how many there are for each bar.
    pub run: RunInfo,
    /// How much work it was.
    pub work: Work,
    /// The metric.
    pub metric: String,
    /// Which way it is better; `None` where that depends on what one wants.
    pub better: Option<Better>,
    /// `horizon`, or the label of the days that count.
    pub over: String,
    /// The metric with every assumption at its mean.
    pub base: Point,
    /// One bar for each assumption, the longest first.
    pub tornado: Vec<Bar>,
    /// What has no bar, and why.
    pub skipped: Vec<Skipped>,
    /// How much of the variance comes from which assumption; `None` if nothing is uncertain.
    pub shares: Option<Shares>,
    /// Tables of two assumptions.
    pub tables: Vec<TwoWay>,
    /// What it is worth to find out before deciding; `None` if there is nothing to decide.
    pub information: Option<Information>,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// How much work it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Base worlds of the shares; the value of information looks at twice as many.
    pub worlds: u64,
    /// Replications in each of these worlds: 1 where there is no luck.
    pub replications: u64,
    /// How often a world was worked out or simulated, in all.
    pub evaluations: u64,
}

/// A value of the metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Its mean.
    pub value: f64,
    /// Its simulation error; 0 where there is no luck.
    pub se: f64,
}

/// What one assumption does to the metric, all others at their means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Its path.
    pub path: String,
    /// The path in words.
    pub title: String,
    /// What it is: `chance`, `money`, `arrivals` …
    pub kind: String,
    /// The unit of its values, if the kind does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether it is uncertain; a fixed one is changed by a tenth.
    pub uncertain: bool,
    /// Its value in the base; `None` for what is no single number.
    pub mean: Option<f64>,
    /// At its 5 % quantile; a fixed one a tenth lower.
    pub low: End,
    /// At its 95 % quantile; a fixed one a tenth higher.
    pub high: End,
    /// How far apart the metric is at the two ends.
    pub swing: f64,
    /// Simulation error of `swing`.
    pub swing_se: f64,
}

/// One end of a bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// The assumption's value; `None` for what is no single number.
    pub at: Option<f64>,
    /// What was done to it, as `--set` takes it; `None` for what is uncertain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// Whether it is held back, since the other chances of the fork leave no more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
    /// The metric.
    pub value: f64,
    /// The metric minus the base.
    pub difference: f64,
    /// Simulation error of `difference`, which is paired; 0 where there is no luck.
    pub se: f64,
}

/// What has no bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: String,
}

/// Where the variance comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Mean of the metric over worlds.
    pub mean: f64,
    /// Standard deviation over worlds of what is expected in each.
    pub sd: f64,
    /// Standard deviation within a world, of plain luck; `None` in a run without luck.
    pub luck_sd: Option<f64>,
    /// The share of luck in the variance of a forecast; `None` in a run without luck.
    pub luck: Option<Share>,
    /// Sum of the first-order shares: what is short of 1 is due to assumptions acting together.
    pub alone: Share,
    /// By input, the largest total first.
    pub inputs: Vec<InputShare>,
}

/// An estimated share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The estimate; may stray beyond 0 and 1 by its error.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
}

/// What one input does to the variance of the metric over worlds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputShare {
    /// Its path, or that of all it is made of: draws that depend on each other are one input.
    pub path: String,
    /// The path in words.
    pub title: String,
    /// What it is.
    pub kind: String,
    /// First-order share: by how much the variance falls, on average, if this alone is known.
    pub first: Share,
    /// Total share: what is left, on average, if all but this is known.
    pub total: Share,
}

/// A metric by two assumptions, all others at their means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TwoWay {
    /// The first assumption: the rows.
    pub rows: Axis,
    /// The second one: the columns.
    pub columns: Axis,
    /// By row and column; `None` where chances of a fork would pass 1.
    pub values: Vec<Vec<Option<Point>>>,
}

/// One assumption of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Its path.
    pub path: String,
    /// The path in words.
    pub title: String,
    /// What it is.
    pub kind: String,
    /// The unit of its values, if the kind does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its levels, from low to high.
    pub levels: Vec<Level>,
}

/// One value of an assumption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Which quantile it is, such as `25 %`, or what was done to it, such as `x0.9`.
    pub level: String,
    /// The value; `None` for what is no single number.
    pub at: Option<f64>,
}

/// What it is worth to find out before deciding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Information {
    /// How many worlds were looked at.
    pub worlds: u64,
    /// What can be decided for; the base first.
    pub options: Vec<Choice>,
    /// The option that is best if nothing more is found out.
    pub best: String,
    /// Expected value of perfect information: what it is worth to know everything.
    pub everything: Point,
    /// What it is worth to know one input exactly and nothing else, the most valuable first.
    pub inputs: Vec<InputWorth>,
}

/// Something that can be decided for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Its name.
    pub option: String,
    /// A remark on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The metric, over worlds.
    pub mean: Point,
    /// Share of worlds in which it is best; those that tie share it.
    pub best_in: f64,
}

/// What it is worth to know one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputWorth {
    /// Its path.
    pub path: String,
    /// The path in words.
    pub title: String,
    /// What it is.
    pub kind: String,
    /// Expected value of partial perfect information.
    pub worth: Point,
}
