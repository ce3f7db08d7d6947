//! What a comparison comes to: the JSON of `compare --format json` is this, field by field.

use serde::{Deserialize, Serialize};

use crate::forecast::{Estimate, RunInfo, ScenarioInfo};

use super::option::Better;
use super::paired::Paired;

/// The base against its alternatives, on the same worlds and the same luck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Version of the JSON schema: 1.
    pub comparison: u32,
    /// Version of the program.
    pub forksight: String,
    /// How all options were run.
    pub run: RunInfo,
    /// What is compared; the first one is the base.
    pub options: Vec<OptionInfo>,
    /// Every metric over the horizon.
    pub totals: Vec<MetricComparison>,
    /// Every metric in every period.
    pub periods: Vec<PeriodComparison>,
    /// The stages that any option has.
    pub funnel: Vec<StageComparison>,
    /// The forks that any option has.
    pub forks: Vec<ForkComparison>,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// One option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptionInfo {
    /// Its name: `base`, the variants joined with `+`, `set`, or the name of another file.
    pub option: String,
    /// A remark on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its point of the grid, if sweeps made it: one value for each of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sweep: Vec<SweptValue>,
    /// What was run.
    pub scenario: ScenarioInfo,
}

/// What a sweep tries at one of its points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweptValue {
    /// The path whose value is swept.
    pub path: String,
    /// The value or the change, as in `set`: `7%`, `x0.8`, `-1pp`.
    pub change: String,
    /// Its number as it is written there: 7, 0.8 and -1; `None` if it has none.
    pub number: Option<f64>,
}

/// One metric of every option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricComparison {
    /// The metric.
    pub metric: String,
    /// Which way it is better; `None` where that depends on what one wants.
    pub better: Option<Better>,
    /// By option; `None` if it does not have the metric.
    pub options: Vec<Option<OptionValue>>,
}

/// A metric of one option.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OptionValue {
    /// Its value.
    pub value: Estimate,
    /// Its difference to the base; `None` for the base.
    #[serde(flatten)]
    pub paired: Option<Paired>,
    /// Share of replications in which it is better than the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability_better: Option<f64>,
    /// Share of replications in which no option is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability_best: Option<f64>,
    /// How far it is from the best option of each replication, on average: what choosing it costs
    /// beside knowing beforehand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regret: Option<f64>,
}

/// One period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodComparison {
    /// Its label.
    pub period: String,
    /// First day; `None` in an undated scenario.
    pub from: Option<String>,
    /// Last day; `None` in an undated scenario.
    pub until: Option<String>,
    /// Its metrics.
    pub metrics: Vec<MetricComparison>,
}

/// One stage of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageComparison {
    /// Its id.
    pub stage: String,
    /// Display name.
    pub title: String,
    /// Customers who come this far, by option; `None` if it does not have the stage.
    pub reached: Vec<Option<OptionValue>>,
    /// The share of the first stage's customers who do.
    pub from_first: Vec<Option<OptionValue>>,
}

/// One fork.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForkComparison {
    /// The step.
    pub step: String,
    /// Display name.
    pub title: String,
    /// Its branches.
    pub branches: Vec<BranchComparison>,
}

/// One branch of a fork.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BranchComparison {
    /// Its name.
    pub branch: String,
    /// Its share of the decisions at this fork, by option; `None` if it does not have the branch.
    pub share: Vec<Option<OptionValue>>,
}
