//! What a scenario comes to: estimates over replications, with names again.

pub mod agreement;
mod background;
mod cells;
mod estimate;
mod laws;
mod layout;
mod make;
mod mixture;
mod precision;
mod record;
mod spread;
mod summarize;
mod table;
mod time_to_convert;
mod worlds;

use serde::{Deserialize, Serialize};

pub use background::Background;
pub use cells::{Cell, CellKind, cells};
pub use estimate::{moments, quantile};
pub use laws::Variances;
pub use layout::{GroupedBy, Grouping, Layout};
pub use make::{ForecastOptions, Watch, forecast};
pub use precision::{Precision, run_until};
pub use record::{Record, record};
pub use spread::spread;
pub use summarize::summarize;
pub use table::Table;
pub use worlds::{CellLaw, Laws, Within, Worlds};

/// A number over replications. What does not exist (a share of no customers) or is not known
/// (a quantile without a known law) is `None`, `null` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean over replications.
    pub mean: Option<f64>,
    /// Monte Carlo standard error of `mean`.
    pub se: Option<f64>,
    /// Standard deviation over replications.
    pub sd: Option<f64>,
    /// 2.5 % quantile; all quantiles are type 7 of Hyndman & Fan (1996).
    pub p2_5: Option<f64>,
    /// 5 % quantile.
    pub p5: Option<f64>,
    /// 10 % quantile.
    pub p10: Option<f64>,
    /// 20 % quantile.
    pub p20: Option<f64>,
    /// 25 % quantile.
    pub p25: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// 75 % quantile.
    pub p75: Option<f64>,
    /// 80 % quantile.
    pub p80: Option<f64>,
    /// 90 % quantile.
    pub p90: Option<f64>,
    /// 95 % quantile.
    pub p95: Option<f64>,
    /// 97.5 % quantile.
    pub p97_5: Option<f64>,
}

/// Named metrics in the order of the scenario; in JSON an object.
pub type Metrics = Table<Estimate>;

/// The forecast of a scenario; the JSON of `--format json` is this, field by field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Version of the JSON schema: 1.
    pub forecast: u32,
    /// Version of the program.
    pub forksight: String,
    /// What was run.
    pub scenario: ScenarioInfo,
    /// How it was run.
    pub run: RunInfo,
    /// Metrics over the whole horizon.
    pub totals: Metrics,
    /// Metrics by period.
    pub periods: Vec<PeriodForecast>,
    /// Every step, in the order of the file.
    pub steps: Vec<StepForecast>,
    /// Every step with more than one branch.
    pub forks: Vec<ForkForecast>,
    /// Every way into a step: arrivals, the pipeline and branches. What comes into a step is what
    /// leaves it again, ends there, or waits there from before the horizon.
    #[serde(default)]
    pub flows: Vec<Flow>,
    /// The stages, in order. Follows arrivals only, not the pipeline.
    pub funnel: Vec<FunnelRow>,
    /// Every step that ends the journey; a step left both unconverted and converted has two rows.
    pub outcomes: Vec<OutcomeForecast>,
    /// Law of the time from arrival to first conversion.
    pub time_to_convert: Option<TimeToConvert>,
    /// Metrics by `arrival`, by each category, by `channel` and by `owner`.
    pub groups: Table<Vec<GroupForecast>>,
    /// Where the variance comes from, by metric; `None` where it is not computed.
    pub spread: Option<Table<SpreadShares>>,
    /// Histograms over replications, by metric.
    pub distribution: Table<Histogram>,
    /// Arrivals by period and the share of them won by the end of that and each later period.
    pub cohorts: Vec<Cohort>,
    /// The targets of the scenario.
    pub targets: Vec<TargetForecast>,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

impl Forecast {
    /// The products, in order, each as the metric that counts its units and its id.
    pub fn products(&self) -> impl Iterator<Item = (&str, &str)> {
        self.totals
            .iter()
            .filter_map(|(metric, _)| Some((metric, metric.strip_prefix("units.")?)))
    }

    /// Display name of the step with this id; the id itself if there is no such step.
    #[must_use]
    pub fn step_title<'a>(&'a self, step: &'a str) -> &'a str {
        self.steps
            .iter()
            .find(|it| it.step == step)
            .map_or(step, |it| &it.title)
    }
}

/// What was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioInfo {
    /// Display name.
    pub name: String,
    /// The file as it was given, or `-`.
    pub file: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The variants applied, joined with `+`.
    pub variant: Option<String>,
    /// The `--set` changes applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// Label for money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// How it was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// `exact`, `cohort` or `individual`.
    pub engine: String,
    /// Why that one.
    pub why: String,
    /// How many replications were completed.
    pub replications: u64,
    /// The seed.
    pub seed: u64,
    /// Whether it was interrupted.
    pub cut_short: bool,
    /// How precise the means are, if that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// First day; `None` in an undated scenario.
    pub begin: Option<String>,
    /// Last day; `None` in an undated scenario.
    pub end: Option<String>,
    /// Length of a tick, such as `1 day`.
    pub tick: String,
    /// `day`, `week`, `month`, `quarter` or `year`.
    pub period: String,
}

/// One period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeriodForecast {
    /// Its label.
    pub period: String,
    /// First day; `None` in an undated scenario.
    pub from: Option<String>,
    /// Last day; `None` in an undated scenario.
    pub until: Option<String>,
    /// Its metrics.
    pub metrics: Metrics,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepForecast {
    /// Its id.
    pub step: String,
    /// Display name.
    pub title: String,
    /// Its stage.
    pub stage: Option<String>,
    /// Its channel.
    pub channel: Option<String>,
    /// Its owner, or its stage's.
    pub owner: Option<String>,
    /// Visits.
    pub reached: Estimate,
    /// Distinct customers.
    pub customers: Estimate,
    /// Probability of a conversion event from here on.
    pub converts: Option<f64>,
    /// Expected profit from here on, this step's bookings included.
    pub worth: Option<f64>,
}

/// One fork.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForkForecast {
    /// The step.
    pub step: String,
    /// `chance`, `observed` or `rule`.
    pub kind: String,
    /// Its branches, in the order of the file.
    pub branches: Vec<BranchForecast>,
}

/// One branch of a fork.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BranchForecast {
    /// Its name.
    pub branch: String,
    /// The step it leads to.
    pub to: String,
    /// Decisions for it within the horizon.
    pub taken: Estimate,
    /// Its share of the decisions at this fork.
    pub share: Estimate,
    /// Probability of a conversion event from there on.
    pub converts: Option<f64>,
    /// Probability of ending churned or lost.
    pub churns: Option<f64>,
    /// Expected profit from there on.
    pub worth: Option<f64>,
    /// Where those who take it are one horizon later, reckoned as `converts` is: for a random
    /// customer among those who take it within the horizon, with its memory then, the clock set to
    /// `begin` and every assumption at its mean.
    #[serde(default)]
    pub ends: Option<Ends>,
    /// How long it takes, over all customers who take it.
    pub delay_days: DelaySummary,
}

/// Where customers are one horizon later; shares of them that sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ends {
    /// Converted, before or after taking the branch, and under way or at an end of the outcome
    /// `converted`.
    pub won: f64,
    /// Left after a conversion. With `lost` it sums to `churns`.
    pub churned: f64,
    /// Left without one.
    pub lost: f64,
    /// Ended with the outcome `other`, converted or not.
    pub other: f64,
    /// Under way without a conversion.
    pub open: f64,
}

/// One way into a step. All who come to a step, by arriving, from the pipeline or by a branch, are
/// the `customers` and `open` of its own branches, end there, or are of the pipeline and wait there
/// over the whole horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// The arrival stream, or `pipeline` for those who are at the step on `begin`; `None` if they
    /// come from a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<String>,
    /// The step they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The branch they take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The step they come to.
    pub to: String,
    /// Mean number who come there within the horizon; of the pipeline, who are there on `begin`.
    pub customers: f64,
    /// Mean number who decided within the horizon and are still on the way at its end.
    pub open: f64,
}

/// A delay in days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DelaySummary {
    /// Mean; `None` if it depends on the customer and nobody took the branch.
    pub mean: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// 90 % quantile.
    pub p90: Option<f64>,
}

/// One stage of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunnelRow {
    /// Its id.
    pub stage: String,
    /// Display name.
    pub title: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Customers whose furthest stage is this one or a later one.
    pub reached: Estimate,
    /// Share of the previous stage's customers; `None` for the first.
    pub from_previous: Option<Estimate>,
    /// Share of the first stage's customers.
    pub from_first: Option<Estimate>,
}

/// One way a journey ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeForecast {
    /// The step.
    pub step: String,
    /// `converted`, `lost`, `churned` or `other`, as customers are counted.
    pub outcome: String,
    /// How many end there.
    pub customers: Estimate,
}

/// Law of the time from arrival to first conversion, within one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeToConvert {
    /// Share of customers who convert within the horizon.
    pub share: f64,
    /// The time of those who do, in days.
    pub days: TimeSummary,
    /// Day since arrival and share of customers who have converted by its end.
    pub by_day: Vec<(u32, f64)>,
}

/// A time in days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TimeSummary {
    /// Mean.
    pub mean: Option<f64>,
    /// 10 % quantile.
    pub p10: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// 90 % quantile.
    pub p90: Option<f64>,
}

/// One group of customers or steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupForecast {
    /// The arrival stream, category value, channel or owner.
    pub group: String,
    /// Its metrics, over the whole horizon.
    pub metrics: Metrics,
}

/// Shares of a metric's variance; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpreadShares {
    /// From what is not known about the rates.
    pub assumptions: f64,
    /// From how many arrive.
    pub arrivals: f64,
    /// From the luck of each customer.
    pub customers: f64,
}

/// A histogram over replications; where the law itself is known, of 10,000 futures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// One more than there are counts.
    pub edges: Vec<f64>,
    /// How many are in each bin; the last includes its upper edge.
    pub counts: Vec<u64>,
}

/// Customers who arrived in the same period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// The period in which they arrived.
    pub period: String,
    /// Mean number of them.
    pub arrivals: f64,
    /// Share won by the end of that period and each later one; `None` if nobody arrived.
    pub won_by_period: Vec<Option<f64>>,
    /// Share won by the end of that period and each later one who have by then neither left nor
    /// ended with the outcome `other`; empty if it is not known.
    #[serde(default)]
    pub retained_by_period: Vec<Option<f64>>,
}

/// One target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetForecast {
    /// Its id.
    pub target: String,
    /// The metric.
    pub metric: String,
    /// Lower bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Upper bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// What is already achieved; included in `expected` and `probability`.
    pub so_far: f64,
    /// `horizon`, or the label of the days it counts.
    pub over: String,
    /// How likely it is met: the share of replications that meet it; `None` if the engine does not
    /// know the law of the metric.
    pub probability: Option<f64>,
    /// Monte Carlo standard error of `probability`.
    pub se: Option<f64>,
    /// Mean of the metric, `so_far` included.
    pub expected: f64,
    /// How much is missing (positive) to meet it with a confidence of 80 %.
    pub gap_80: Option<f64>,
    /// What each lever of the scenario could do for it, the one that helps most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levers: Vec<LeverEffect>,
}

/// What a lever could do for a target: at the limit at which it helps most, all else as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeverEffect {
    /// Its path.
    pub path: String,
    /// The change at that limit, as `--set` takes it.
    pub change: String,
    /// Mean of the metric then, `so_far` included.
    pub expected: f64,
    /// How likely the target is met then; `None` without luck.
    pub probability: Option<f64>,
    /// By how much the probability rises, on the same worlds and luck.
    pub rise: Option<f64>,
    /// Monte Carlo standard error of `rise`.
    pub se: Option<f64>,
    /// From how many replications: the first ones of the run.
    pub replications: u64,
}
