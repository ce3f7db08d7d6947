//! What a fit is asked for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::event_log::Moment;
use crate::clock::Duration;

/// What a fit is asked for; the default is a log that is cut off at its last event, nothing known
/// of its ends.
#[derive(Debug, Clone, PartialEq)]
pub struct FitOptions {
    /// What the scenario is called.
    pub name: String,
    /// Where the log came from, for the comments of the scenario.
    pub source: Option<Source>,
    /// Activities that convert a customer.
    pub converted: Vec<String>,
    /// Activities with which a customer leaves.
    pub churned: Vec<String>,
    /// Silence longer than this counts as having left; by default the log decides, step by step.
    pub churn_after: Option<Duration>,
    /// The log holds finished cases only: the last activity of each is its end.
    pub complete: bool,
    /// Chances as plain numbers instead of counts.
    pub point: bool,
    /// Moves that are a smaller share of a fork than this are merged.
    pub min_share: f64,
    /// Steps at which the past matters are split.
    pub memory: bool,
    /// Of what happened before this moment the log has only those who were still under way: visits
    /// that began earlier lasted long, or they would not be in it, and do not count. By default the
    /// log has everybody.
    pub since: Option<Moment>,
    /// Nothing is known of this moment and later ones; by default all that is in the log counts,
    /// and nothing is known of what comes after its last event.
    pub until: Option<Moment>,
    /// The first day of the forecast; by default the day after the last one of the log. If it is
    /// earlier, arrivals are those of the log, month by month, and nobody is under way.
    pub begin: Option<Date>,
    /// How far the forecast goes, in the words of the scenario file; by default 12 months.
    pub horizon: Option<String>,
    /// The clock of the forecast; by default the log decides.
    pub tick: Option<Duration>,
    /// Who is under way, where something else than the log says so.
    pub open: Option<Vec<OpenCustomers>>,
    /// Where the luck of the bootstrap begins.
    pub seed: u64,
    /// How often delays are resampled for their intervals; 0 for no intervals.
    pub resamples: u32,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            name: "fitted".to_owned(),
            source: None,
            converted: Vec::new(),
            churned: Vec::new(),
            churn_after: None,
            complete: false,
            point: false,
            min_share: 0.0,
            memory: false,
            since: None,
            until: None,
            begin: None,
            horizon: None,
            tick: None,
            open: None,
            seed: 1,
            resamples: 400,
        }
    }
}

/// Where a log came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file as it was called.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Rows of data in it.
    pub rows: u64,
}

/// Customers who are under way when the forecast begins, alike in all that is known of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenCustomers {
    /// The activity that happened last.
    pub activity: String,
    /// How many there are.
    pub count: u64,
    /// How long ago it happened, in days, on the first day of the forecast.
    pub waited_days: f64,
    /// Whether they have converted before.
    pub converted: bool,
    /// What is known of them: attributes and their values.
    pub attributes: Vec<(String, String)>,
}
