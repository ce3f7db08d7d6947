//! The journey that was fitted, before it is written: steps, branches, arrivals, customers.

use jiff::civil::Date;

use super::ends::Outcome;
use crate::journey::delay::DelayLaw;

/// All that the scenario says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) name: String,
    /// What to know before reading on.
    pub(crate) remarks: Vec<String>,
    /// The step where arrivals enter.
    pub(crate) entry: usize,
    pub(crate) begin: Date,
    pub(crate) horizon: String,
    /// Seconds of a tick.
    pub(crate) tick_seconds: u32,
    pub(crate) attributes: Vec<Mix>,
    pub(crate) arrivals: Arrivals,
    pub(crate) pipeline: Vec<Waiting>,
    pub(crate) steps: Vec<Step>,
}

/// An attribute and how many customers have which value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mix {
    pub(crate) id: String,
    pub(crate) values: Vec<(String, u64)>,
    pub(crate) remark: Option<String>,
}

/// Who arrives.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Arrivals {
    pub(crate) remarks: Vec<String>,
    /// Keys and their values, as the scenario has them.
    pub(crate) entries: Vec<(&'static str, String)>,
}

/// Customers under way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Waiting {
    pub(crate) step: usize,
    pub(crate) count: u64,
    pub(crate) waited_days: f64,
    pub(crate) converted: bool,
    /// Ids of attributes and values.
    pub(crate) customer: Vec<(String, String)>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Step {
    pub(crate) id: String,
    /// Which place of the log it stands for.
    pub(crate) place: Option<usize>,
    /// Where the id does not tell.
    pub(crate) title: Option<String>,
    pub(crate) remarks: Vec<String>,
    pub(crate) converts: bool,
    /// As the scenario has it.
    pub(crate) revenue: Option<String>,
    pub(crate) outcome: Option<Outcome>,
    /// What its counts depend on.
    pub(crate) by: Option<By>,
    pub(crate) branches: Vec<Branch>,
}

/// A branch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Branch {
    pub(crate) to: usize,
    /// Its share of the fork.
    pub(crate) chance: f64,
    /// How often it was seen, or as good as seen.
    pub(crate) count: f64,
    /// The same by a value of an attribute.
    pub(crate) by: Vec<f64>,
    pub(crate) after: Option<DelayLaw>,
    pub(crate) remark: Option<String>,
}

/// The attribute by which the counts of a step differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct By {
    pub(crate) attribute: String,
    pub(crate) values: Vec<String>,
}

impl Shape {
    /// Adds a step and says where it is.
    pub(crate) fn add(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }
}
