//! What a backtest came to: the JSON of `backtest --format json` is this, field by field.

use serde::{Deserialize, Serialize};

use crate::fit::Source;

/// Forecasts made from a log as it was at several moments, and what came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Backtest {
    /// Version of the JSON schema: 1.
    pub backtest: u32,
    /// Version of the program.
    pub forksight: String,
    /// Where the log came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// How it was done.
    pub run: BacktestRun,
    /// The moments at which forecasts were made, in order.
    pub origins: Vec<Origin>,
    /// What was forecast.
    pub metrics: Vec<MetricBacktest>,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// How a backtest was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestRun {
    /// `day`, `week`, `month`, `quarter` or `year`.
    pub period: String,
    /// How many periods ahead were forecast, at most.
    pub ahead: u32,
    /// Replications of every forecast.
    pub replications: u64,
    /// The seed of all draws.
    pub seed: u64,
    /// First day of the first whole period in the log.
    pub from: String,
    /// Last day of the last whole period in the log.
    pub until: String,
    /// Activities that convert a customer.
    pub converted: Vec<String>,
    /// Activities with which a customer leaves.
    pub churned: Vec<String>,
    /// Whether it was interrupted: the last origins are missing.
    pub cut_short: bool,
}

/// A moment at which a forecast was made from what had happened by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// First day of the forecast: nothing of this day and later ones was known.
    pub begin: String,
    /// Cases that had begun by then.
    pub cases: u64,
    /// Events that had happened by then.
    pub events: u64,
    /// Customers who were under way.
    pub open: u64,
    /// The engine that made the forecast.
    pub engine: String,
}

/// A metric: what came, and what had been said of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricBacktest {
    /// `conversions`, `won`, `churned`, `value` or `arrivals`.
    pub metric: String,
    /// What came, in all whole periods of the log.
    pub actual: Vec<Actual>,
    /// What was said, by origin and period.
    pub predictions: Vec<Prediction>,
    /// How good the forecast and each baseline were.
    pub methods: Vec<MethodScore>,
    /// How good the forecast was by how far ahead it looked.
    pub by_ahead: Vec<AheadScore>,
    /// What this comes to, in words: whether the intervals can be believed, and who is better.
    pub verdicts: Vec<Verdict>,
}

/// What came in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actual {
    /// Its label.
    pub period: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// What came.
    pub value: f64,
}

/// What a method said of a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// First day of the forecast; see [`Origin::begin`].
    pub origin: String,
    /// The period.
    pub period: String,
    /// How many periods ahead that is; 1 is the next.
    pub ahead: u32,
    /// `forecast`, `naive`, `seasonal_naive` or `drift`.
    pub method: String,
    /// What came.
    pub actual: f64,
    /// Mean.
    pub mean: f64,
    /// 2.5 % quantile.
    pub p2_5: f64,
    /// 10 % quantile.
    pub p10: f64,
    /// 25 % quantile.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// 75 % quantile.
    pub p75: f64,
    /// 90 % quantile.
    pub p90: f64,
    /// 97.5 % quantile.
    pub p97_5: f64,
    /// How likely it said less than what came is, and half of how likely exactly that is.
    pub place: f64,
    /// Continuous ranked probability score, in the unit of the metric; less is better.
    pub crps: f64,
    /// Mean pinball loss of the seven quantiles.
    pub pinball: f64,
}

impl Prediction {
    /// Ends of the central interval that is to hold this share, in percent: 50, 80 or 95.
    #[must_use]
    pub fn interval(&self, level: u32) -> (f64, f64) {
        match level {
            50 => (self.p25, self.p75),
            80 => (self.p10, self.p90),
            _ => (self.p2_5, self.p97_5),
        }
    }

    /// Whether what came lies in that interval, ends included.
    #[must_use]
    pub fn covers(&self, level: u32) -> bool {
        let (low, high) = self.interval(level);
        // What was drawn or reckoned exactly may be off by the dust of rounding.
        let dust = 1e-9 * (1.0 + self.actual.abs());
        (low - dust..=high + dust).contains(&self.actual)
    }
}

/// How good a method was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MethodScore {
    /// `forecast`, `naive`, `seasonal_naive` or `drift`.
    pub method: String,
    /// How many predictions it made.
    pub count: u32,
    /// How often its intervals held what came.
    pub coverage: Vec<Coverage>,
    /// Mean width of the 80 % intervals.
    pub width_80: f64,
    /// Mean CRPS.
    pub crps: f64,
    /// Mean pinball loss.
    pub pinball: f64,
    /// Mean of its mean minus what came: positive if it says too much.
    pub bias: f64,
    /// Mean absolute error of its median.
    pub mae: f64,
    /// The same sum of errors as a share of the sum of what came; `None` if nothing came.
    pub wape: Option<f64>,
    /// Mean of the errors as shares of what came, over the periods in which something came.
    pub mape: Option<f64>,
    /// Of a baseline: how it stands beside the forecast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versus: Option<Versus>,
}

/// How often intervals held what came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// How often they were to, in percent.
    pub level: u32,
    /// How often they did.
    pub covered: u32,
    /// The same as a share.
    pub share: f64,
    /// How likely so large a deviation on either side is for intervals that are right: the binomial
    /// law, taking as many independent trials as there are different periods.
    pub p: f64,
}

/// A baseline beside the forecast, where both said something.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Versus {
    /// How many predictions there are of both.
    pub count: u32,
    /// Mean CRPS of the forecast there.
    pub forecast_crps: f64,
    /// Mean CRPS of the baseline there.
    pub baseline_crps: f64,
    /// Standard error of the difference, from the means of the origins; `None` with one origin.
    pub se: Option<f64>,
}

/// How good the forecast was, so many periods ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AheadScore {
    /// How many periods ahead; 1 is the next.
    pub ahead: u32,
    /// How many predictions there are.
    pub count: u32,
    /// How often the 80 % intervals held what came.
    pub covered_80: u32,
    /// Mean CRPS.
    pub crps: f64,
    /// Mean of the mean minus what came.
    pub bias: f64,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it is about.
    pub kind: VerdictKind,
    /// What was found, as a sentence.
    pub text: String,
}

/// What a verdict says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// Intervals hold about as much as they say.
    Calibrated,
    /// Intervals hold less than they say.
    TooNarrow,
    /// Intervals hold more than they say.
    TooWide,
    /// The forecast says too much or too little.
    Biased,
    /// The forecast is better than every baseline.
    Better,
    /// A baseline is better than the forecast.
    Worse,
    /// There are too few numbers to tell.
    Unclear,
}
