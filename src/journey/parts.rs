//! What a journey is made of: stages, attributes, products, arrivals, steps, forks and branches.

use jiff::civil::Date;

use crate::clock::TickRange;

use super::assumption::{AssumptionId, DrawId};
use super::condition::Rule;
use super::delay::DelayLaw;
use super::draft::{Bound, Outcome, Per, SpreadDraft};
use super::tree::{CaseSpace, Tree};
use super::{AttributeId, DelayId, EventId, PartId, ProductId, StageId, StepId};

/// A stage of the funnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its id.
    pub id: String,
    /// Display name.
    pub title: String,
    /// Who looks after it.
    pub owner: Option<String>,
}

/// Something known of each customer. Its values are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its id.
    pub id: String,
    /// Category or counter.
    pub kind: AttributeKind,
}

/// The two kinds of attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeKind {
    /// One of these values.
    Category(Vec<String>),
    /// A whole number in `low ..= high`; number 0 stands for `low`.
    Counter {
        /// Smallest value.
        low: i64,
        /// Largest value.
        high: i64,
        /// Number of the value on arrival.
        start: u32,
    },
}

impl Attribute {
    /// How many values it can have.
    ///
    /// # Panics
    ///
    /// If a counter has bounds that `build` would refuse.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.kind {
            AttributeKind::Category(values) => values.len(),
            AttributeKind::Counter { low, high, .. } => {
                usize::try_from(high - low).expect("counters are bounded by `build`") + 1
            }
        }
    }

    /// How the value of this number is written.
    #[must_use]
    pub fn label(&self, value: u32) -> String {
        match &self.kind {
            AttributeKind::Category(values) => values[value as usize].clone(),
            AttributeKind::Counter { low, .. } => (low + i64::from(value)).to_string(),
        }
    }
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: String,
    /// Display name.
    pub title: String,
    /// Revenue booked with every unit.
    pub price: Option<AssumptionId>,
    /// Cost booked with every unit.
    pub cost: Option<AssumptionId>,
}

/// Costs that come whether customers do or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Its id.
    pub id: String,
    /// How much per unit.
    pub amount: AssumptionId,
    /// The unit.
    pub per: Per,
    /// First and last day since `begin`, both included.
    pub days: (i64, i64),
    /// Label that results are grouped by.
    pub channel: Option<String>,
    /// Label that results are grouped by.
    pub owner: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A stream of arrivals.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrivalStream {
    /// Its id.
    pub id: String,
    /// Where they enter.
    pub to: StepId,
    /// How many.
    pub volume: Volume,
    /// Growth and its unit.
    pub growth: Option<(AssumptionId, Per)>,
    /// Factor by calendar month, January first.
    pub season: Option<Vec<AssumptionId>>,
    /// Weight by weekday, Monday first.
    pub weekdays: Option<[f64; 7]>,
    /// First and last day since `begin`, both included.
    pub days: (i64, i64),
    /// How their number varies.
    pub spread: SpreadDraft,
    /// The attributes on arrival, in the order of [`Journey::attributes`](super::Journey::attributes).
    pub mix: Vec<Mix>,
}

/// How many arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Volume {
    /// This many per unit.
    Rate(AssumptionId, Per),
    /// Totals of calendar months and days.
    Series(Vec<SeriesTotal>),
    /// This many on one day since `begin`.
    Count(AssumptionId, u32),
}

/// The total of a calendar month or of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesTotal {
    /// The month's first day, or the day.
    pub first: Date,
    /// Whether it is a day rather than a month.
    pub is_day: bool,
    /// How many.
    pub amount: AssumptionId,
}

/// How an attribute is set on arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mix {
    /// A category, by weights: which value, and its weight.
    Weights(Vec<(u32, AssumptionId)>),
    /// A counter, at this number.
    Start(u32),
}

/// Customers under way at tick 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The step they are at.
    pub step: StepId,
    /// How many.
    pub count: AssumptionId,
    /// How long they have been there, in whole ticks.
    pub waited_ticks: u32,
    /// Whether they have converted before.
    pub converted: bool,
    /// The attributes, in the order of [`Journey::attributes`](super::Journey::attributes).
    pub mix: Vec<Mix>,
}

/// Something a customer reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// Display name.
    pub title: String,
    /// A remark.
    pub note: Option<String>,
    /// Where its numbers come from.
    pub source: Option<String>,
    /// Customers' own words.
    pub quotes: Vec<String>,
    /// Stage of the funnel.
    pub stage: Option<StageId>,
    /// Label that results are grouped by.
    pub channel: Option<String>,
    /// Its own owner; see [`Journey::owner`](super::Journey::owner).
    pub owner: Option<String>,
    /// Booked every time.
    pub revenue: Option<AssumptionId>,
    /// Booked every time.
    pub costs: Vec<Cost>,
    /// Units of products, booked every time.
    pub units: Vec<(ProductId, AssumptionId)>,
    /// Events counted every time.
    pub events: Vec<EventId>,
    /// Set on arrival: attribute and number of the value.
    pub sets: Vec<(AttributeId, u32)>,
    /// Added on arrival, after `sets`.
    pub adds: Vec<(AttributeId, i64)>,
    /// How the way on is chosen.
    pub fork: Fork,
}

/// A part of a step's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Its name, if it has one.
    pub part: Option<PartId>,
    /// Money, or a share of the step's revenue.
    pub amount: AssumptionId,
    /// Whether it is a share of the step's revenue, products included.
    pub of_revenue: bool,
}

/// How the way on from a step is chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Fork {
    /// The journey ends.
    End(Outcome),
    /// There is one way.
    Single,
    /// By chances; the branch at this position takes what the others leave.
    Chances {
        /// Position of the `rest` branch in the fork.
        rest: Option<usize>,
        /// The chances of the other branches.
        chances: Vec<Option<AssumptionId>>,
    },
    /// By chances drawn from observed counts.
    Observed(Observed),
    /// By the first rule that holds; the last holds always.
    Rules(Vec<Rule>),
}

/// An observed fork: one Dirichlet per combination of `by` values.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The combinations.
    pub cases: CaseSpace,
    /// First draw of each combination; the branches follow one another.
    pub draws: Vec<DrawId>,
    /// The counts as written, one per branch.
    pub counts: Vec<AssumptionId>,
}

/// A way on from a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name, unique within the step.
    pub name: String,
    /// How long it takes; `None` for no time at all.
    pub after: Option<DelayId>,
    /// A remark.
    pub note: Option<String>,
}

/// A delay with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Delay {
    /// Its path, such as `steps.visit.trial.after`.
    pub path: String,
    /// The law by case; keys as in assumptions.
    pub tree: Tree<DelayLaw>,
}

/// Something to be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// The metric.
    pub metric: String,
    /// The bound.
    pub bound: Bound,
    /// What is already achieved.
    pub so_far: f64,
    /// The label of the days it counts, if not the whole horizon.
    pub over: Option<String>,
    /// The ticks it counts.
    pub ticks: TickRange,
}

impl Target {
    /// The lower and the upper bound, of which there is one.
    pub(crate) fn bounds(&self) -> (Option<f64>, Option<f64>) {
        match self.bound {
            Bound::AtLeast(bound) => (Some(bound), None),
            Bound::AtMost(bound) => (None, Some(bound)),
        }
    }

    /// What it counts: `horizon`, or the label of its days.
    pub(crate) fn over_label(&self) -> &str {
        self.over.as_deref().unwrap_or("horizon")
    }
}
