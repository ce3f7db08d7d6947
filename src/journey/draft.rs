//! A journey as somebody wrote it: every name still a string, nothing checked against the rest.
//!
//! The scenario layer fills a [`Draft`]; [`build`](super::build()) turns it into a
//! [`Journey`](super::Journey) or says what is wrong. Each part knows the entry ([`At`]) it came from.

mod change;
mod condition;
mod quantity;

use jiff::civil::Date;

use crate::clock::{Duration, Horizon, Period};
use crate::problem::At;

pub use change::{Change, ChangeDraft, ChangeSource};
pub use condition::{Comparison, Condition, Literal, Operator, Subject};
pub use quantity::{Cases, Delay, DelayKind, Distribution, Quantity, QuantityKind};

/// A whole scenario, with the variants and changes that were asked for already merged in.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Display name of the scenario.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// The step where arrivals enter unless they say otherwise.
    pub entry: Option<Name>,
    /// The first day; `None` for an undated scenario.
    pub begin: Option<Date>,
    /// How far the forecast goes, and where that is written.
    pub horizon: (Horizon, At),
    /// What the forecast reports by.
    pub period: Period,
    /// The length of a tick, and where that is written.
    pub tick: (Duration, At),
    /// Label for money.
    pub currency: Option<String>,
    /// Discount rate per year (0.06 for 6 %).
    pub discount: Option<f64>,
    /// The funnel, in order.
    pub stages: Vec<StageDraft>,
    /// What is known of each customer.
    pub attributes: Vec<AttributeDraft>,
    /// Numbers used in several places.
    pub values: Vec<(Name, Quantity)>,
    /// What is sold.
    pub products: Vec<ProductDraft>,
    /// Costs that come whether customers do or not.
    pub budgets: Vec<BudgetDraft>,
    /// Who comes when.
    pub arrivals: Vec<ArrivalDraft>,
    /// Who is under way on `begin`.
    pub pipeline: Vec<PipelineDraft>,
    /// What customers reach.
    pub steps: Vec<StepDraft>,
    /// Changes that hold throughout or for some days, in the order they apply:
    /// variants, then `--set`, then calendar entries.
    pub changes: Vec<ChangeSource>,
    /// What is to be reached.
    pub targets: Vec<TargetDraft>,
    /// What `solve` may move.
    pub levers: Vec<LeverDraft>,
}

/// A name and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// The name as written.
    pub text: String,
    /// Its place.
    pub at: At,
}

/// A stage of the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct StageDraft {
    /// Its id; `at` points at the key.
    pub id: Name,
    /// Display name.
    pub title: Option<String>,
    /// Who looks after it.
    pub owner: Option<String>,
}

/// Something known of each customer.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeDraft {
    /// Its id; `at` points at the key.
    pub id: Name,
    /// Category or counter.
    pub kind: AttributeKindDraft,
}

/// The two kinds of attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeKindDraft {
    /// One of several values, with their weights.
    Category(Vec<(Name, Quantity)>),
    /// A whole number kept within `low ..= high`.
    Counter {
        /// Smallest value.
        low: i64,
        /// Largest value.
        high: i64,
        /// Value on arrival.
        start: i64,
    },
}

/// A product.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductDraft {
    /// Its id; `at` points at the key.
    pub id: Name,
    /// Display name.
    pub title: Option<String>,
    /// Revenue booked with every unit.
    pub price: Option<Quantity>,
    /// Cost booked with every unit.
    pub cost: Option<Quantity>,
}

/// Costs that come whether customers do or not.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetDraft {
    /// Its id; `at` points at the key.
    pub id: Name,
    /// How much per unit of the calendar.
    pub amount: RateDraft,
    /// First day, if not `begin`.
    pub from: Option<(Date, At)>,
    /// Last day, if not the last of the horizon.
    pub until: Option<(Date, At)>,
    /// Label that results are grouped by.
    pub channel: Option<String>,
    /// Label that results are grouped by.
    pub owner: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A unit of the calendar that rates are per.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Per {
    /// Per hour.
    Hour,
    /// Per day.
    Day,
    /// Per week, Monday to Sunday.
    Week,
    /// Per calendar month.
    Month,
    /// Per calendar quarter.
    Quarter,
    /// Per calendar year.
    Year,
}

impl Per {
    /// The word behind `per`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// A quantity per unit of the calendar, such as `9000 to 11000 per month`.
#[derive(Debug, Clone, PartialEq)]
pub struct RateDraft {
    /// How much.
    pub quantity: Quantity,
    /// Per what.
    pub per: Per,
}

/// A stream of arrivals.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrivalDraft {
    /// Its id; `at` points at the key.
    pub id: Name,
    /// Where they enter, if not at the scenario's entry.
    pub to: Option<Name>,
    /// How many.
    pub volume: VolumeDraft,
    /// Growth per unit (0.02 for 2 %).
    pub growth: Option<RateDraft>,
    /// Factor by calendar month (January first); 1 where nothing is said.
    pub season: Option<Vec<Quantity>>,
    /// Weight by weekday (Monday first); 1 where nothing is said.
    pub weekdays: Option<[f64; 7]>,
    /// First day on which they come.
    pub from: Option<(Date, At)>,
    /// Last day on which they come.
    pub until: Option<(Date, At)>,
    /// How their number varies.
    pub spread: SpreadDraft,
    /// Attributes of these arrivals: replaces the mix.
    pub customer: Vec<(Name, OverrideDraft)>,
}

/// How many arrive.
#[derive(Debug, Clone, PartialEq)]
pub enum VolumeDraft {
    /// A rate.
    Rate(RateDraft),
    /// Totals for months or days.
    Series(Vec<SeriesEntry>),
    /// Exactly this many on one day (`None`: on `begin`).
    Count(Quantity, Option<(Date, At)>),
}

/// One total of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesEntry {
    /// As written, such as `2026-02` or `2026-02-15`; `at` points at the key.
    pub label: Name,
    /// The month's first day, or the day.
    pub first: Date,
    /// Whether it is a day rather than a month.
    pub is_day: bool,
    /// The total.
    pub quantity: Quantity,
}

/// How the number of arrivals varies around what is expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SpreadDraft {
    /// Independent Poisson counts.
    Poisson,
    /// No luck: the running total, rounded half up.
    Fixed,
    /// Each calendar month's total times a gamma factor of mean 1 with this coefficient of
    /// variation, then Poisson.
    Cv(f64),
}

/// What an arrival stream says about an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum OverrideDraft {
    /// Always this category value.
    Value(Name),
    /// This mix of category values.
    Mix(Vec<(Name, Quantity)>),
    /// This start of a counter, and where that is written.
    Start(i64, At),
}

/// Customers under way on `begin`.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineDraft {
    /// The step they are at; `at` points at the key.
    pub step: Name,
    /// The entry: of the table, or of the list under that key.
    pub at: At,
    /// How many.
    pub count: Quantity,
    /// How long they have been at the step.
    pub waited: Option<(Duration, At)>,
    /// Whether they have converted before.
    pub converted: bool,
    /// Attributes of these customers: replaces the mix.
    pub customer: Vec<(Name, OverrideDraft)>,
}

/// Something a customer reaches.
#[derive(Debug, Clone, PartialEq)]
pub struct StepDraft {
    /// Its id; `at` points at the key.
    pub id: Name,
    /// Display name.
    pub title: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Where its numbers come from.
    pub source: Option<String>,
    /// Customers' own words.
    pub quotes: Vec<String>,
    /// Stage of the funnel.
    pub stage: Option<Name>,
    /// Label that results are grouped by.
    pub channel: Option<String>,
    /// Label that results are grouped by.
    pub owner: Option<String>,
    /// Booked every time the step is reached.
    pub revenue: Option<Quantity>,
    /// The one part of `cost` (name `None`) or the named parts of `costs`.
    pub costs: Vec<CostDraft>,
    /// Units of products, booked every time.
    pub units: Vec<(Name, Quantity)>,
    /// Events counted each time.
    pub events: Vec<String>,
    /// Counters moved on arrival at the step.
    pub adds: Vec<(Name, i64)>,
    /// Attributes set on arrival at the step.
    pub sets: Vec<(Name, SetDraft)>,
    /// The branches, in order.
    pub branches: Vec<BranchDraft>,
    /// The end of the journey, and where that is written.
    pub outcome: Option<(Outcome, At)>,
}

/// A part of a step's cost.
#[derive(Debug, Clone, PartialEq)]
pub struct CostDraft {
    /// Name of the part; `None` for `cost`.
    pub part: Option<Name>,
    /// How much.
    pub amount: CostAmountDraft,
}

/// How a part of a cost is given.
#[derive(Debug, Clone, PartialEq)]
pub enum CostAmountDraft {
    /// Money.
    Money(Quantity),
    /// A share (0.035 for 3.5 %) of the step's revenue, products included.
    OfRevenue(Quantity),
}

/// What a step sets an attribute to.
#[derive(Debug, Clone, PartialEq)]
pub enum SetDraft {
    /// A category value.
    Value(Name),
    /// A counter's value, and where that is written.
    Number(i64, At),
}

/// How a journey ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The customer has what we wanted.
    Converted,
    /// The customer leaves: counted as lost or churned by whether it has converted.
    Left,
    /// Neither.
    Other,
}

/// A way on from a step.
#[derive(Debug, Clone, PartialEq)]
pub struct BranchDraft {
    /// The entry.
    pub at: At,
    /// The step it leads to.
    pub to: Name,
    /// Its name, if not that of the step it leads to.
    pub name: Option<Name>,
    /// What decides whether it is taken; `None` where nothing is written.
    pub weight: Option<WeightDraft>,
    /// How long it takes; `None` for no time at all.
    pub after: Option<Delay>,
    /// A remark.
    pub note: Option<String>,
}

/// What decides whether a branch is taken.
#[derive(Debug, Clone, PartialEq)]
pub enum WeightDraft {
    /// A probability.
    Chance(Quantity),
    /// What the other chances leave.
    Rest,
    /// How often it was observed.
    Count(Quantity),
    /// A rule.
    When(Condition),
    /// If no rule before it held.
    Otherwise,
}

/// Something to be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetDraft {
    /// Its id; `at` points at the key.
    pub id: Name,
    /// The metric.
    pub metric: Name,
    /// The lower bound, or the upper.
    pub bound: Bound,
    /// What is already achieved.
    pub so_far: f64,
    /// The label of the days it counts, if not the whole horizon.
    pub over: Option<Name>,
}

/// Which side a target is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// At least this much.
    AtLeast(f64),
    /// At most this much.
    AtMost(f64),
}

/// A path that `solve` may move, and how far.
#[derive(Debug, Clone, PartialEq)]
pub struct LeverDraft {
    /// The path; `at` points at the key.
    pub path: Name,
    /// Where the range is written.
    pub at: At,
    /// The lower end.
    pub low: Change,
    /// The upper end.
    pub high: Change,
}
