//! What engines run: the journey with every name replaced by a number, laid out flat.
//!
//! Structure is in the [`Plan`], made once; numbers are in [`Rates`], made for every world.

mod compile;
pub(crate) mod known;
mod memory;
pub mod rates;
pub mod states;
mod ways;

use crate::clock::{Clock, PeriodSpan, TickRange};
use crate::journey::delay::{ChangedDelay, DelayTable};
use crate::journey::{CaseSpace, Journey, Rule};

pub use compile::compile;
pub use memory::{Field, Memory};
pub use rates::{LineRate, Rates};
pub use states::{Gains, States, Unfit};
pub use ways::{Onward, Ways};

/// A journey ready to be run.
#[derive(Debug)]
pub struct Plan {
    /// The clock.
    pub clock: Clock,
    /// The periods of the forecast.
    pub periods: Vec<PeriodSpan>,
    /// Stretches of ticks that lie in one period, under one set of changes, and inside or outside
    /// of every target: what happens within a bin need not be told apart.
    pub bins: Vec<Bin>,
    /// The bin of every tick.
    pub bin_of: Vec<u32>,
    /// The first tick of every stretch of unchanged values.
    pub stretches: Vec<u32>,
    /// The steps, in the order of the file.
    pub steps: Vec<StepPlan>,
    /// The step every branch leads to.
    pub branch_to: Vec<u32>,
    /// The delay of every branch, by stretch and place; see [`Plan::place`].
    pub delays: Vec<u32>,
    /// Tables that `delays` points at; the first one is no delay at all.
    pub tables: Vec<DelayTable>,
    /// The laws the tables were made from; none for the first.
    pub laws: Vec<Option<ChangedDelay>>,
    /// Whether decisions have to be counted by place, because delays of some branch differ.
    pub counts_places: bool,
    /// Places in one stretch.
    pub places: usize,
    /// Amounts in one stretch.
    pub amounts: usize,
    /// What is remembered of a customer.
    pub memory: Memory,
    /// Steps whose visits are counted for each customer, by their number among those.
    pub visited: Vec<usize>,
    /// Columns of a tally.
    pub columns: Columns,
    /// What results are grouped by.
    pub groups: Groups,
    /// Calendar month of every tick, if a rule looks at it.
    pub month_of: Vec<u8>,
    /// Weekday of every tick, if a rule looks at it.
    pub weekday_of: Vec<u8>,
    /// Discount factor of every tick, if there is a discount rate.
    pub discounts: Option<Vec<f64>>,
    /// The streams.
    pub streams: Vec<StreamPlan>,
    /// The pipeline.
    pub waiting: Vec<WaitingPlan>,
    /// How many stages the funnel has.
    pub stages: usize,
    /// Attributes whose value on arrival is drawn.
    pub attributes: Vec<AttributePlan>,
    /// Whether nothing differs from world to world.
    pub is_known: bool,
}

impl Plan {
    /// The place of a branch for a kind of customer: where its chance and its delay stand.
    #[inline]
    #[must_use]
    pub fn place(&self, step: &StepPlan, cell: usize, branch: usize) -> usize {
        step.first_place + cell * step.branches + branch
    }

    /// The number of the stretch that a tick lies in.
    #[must_use]
    pub fn stretch_at(&self, tick: u32) -> usize {
        self.stretches.partition_point(|it| *it <= tick) - 1
    }
}

/// Ticks that need not be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bin {
    /// Its ticks.
    pub ticks: TickRange,
    /// The period it lies in.
    pub period: u32,
    /// The stretch it lies in.
    pub stretch: u32,
}

/// How the way on from a step is chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum ForkPlan {
    /// The journey ends.
    End(End),
    /// There is one branch.
    Single,
    /// By chances.
    Chances,
    /// By the first rule that holds.
    Rules(Vec<Rule>),
}

/// How a journey ends, as engines count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Won, if not before.
    Converted,
    /// Lost, or churned if won before.
    Left,
    /// Neither.
    Other,
}

/// A step.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says what a step's loops can leave out"
)]
pub struct StepPlan {
    /// How the way on is chosen.
    pub fork: ForkPlan,
    /// How many branches it has.
    pub branches: usize,
    /// Number of its first branch.
    pub first_branch: usize,
    /// Its first place; see [`Plan::place`].
    pub first_place: usize,
    /// The kinds of customers it tells apart.
    pub cases: CaseSpace,
    /// The kinds again, by what is remembered of a customer.
    pub axes: Vec<(Field, Vec<u32>)>,
    /// What is booked here.
    pub lines: Vec<Line>,
    /// Where the amounts of its first kind of customers stand in a stretch.
    pub first_amount: usize,
    /// Whether an amount differs from customer to customer.
    pub varies: bool,
    /// Whether amounts have to be booked one by one: some vary, or are discounted.
    pub books: bool,
    /// Whether the delay of some branch depends on the kind of customer or the stretch.
    pub delays_differ: bool,
    /// Attributes set on arrival, with their new values.
    pub sets: Vec<(Field, u64)>,
    /// Counters moved on arrival: by how much, and their largest value.
    pub adds: Vec<(Field, i64, i64)>,
    /// Its stage, from 1; 0 if it has none.
    pub stage: u32,
    /// Whether reaching it is a conversion.
    pub converts: bool,
    /// Whether it is in a loop, so that customers can come back to it.
    pub in_loop: bool,
    /// Its number among the steps whose visits are counted.
    pub visit: Option<usize>,
    /// Column of first conversions here.
    pub won_column: Option<usize>,
    /// Column of customers who end here without having converted.
    pub lost_column: Option<usize>,
    /// First of the columns that count its kinds of customers, if amounts depend on the kind.
    pub cell_column: Option<usize>,
    /// Where its sums of amounts that vary start; as many as it has lines.
    pub first_sum: usize,
    /// Keys its draws, by its name.
    pub key: u64,
}

impl StepPlan {
    /// Whether something is done to customers who arrive here, or booked for them one by one.
    #[must_use]
    pub fn acts(&self) -> bool {
        !self.sets.is_empty() || !self.adds.is_empty() || self.converts || self.cell_column.is_some() || self.books
    }
}

/// One thing that is booked at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The step's own revenue.
    Revenue(crate::journey::AssumptionId),
    /// Units of a product.
    Units(u32, crate::journey::AssumptionId),
    /// Price times the units booked by the line at this position.
    ProductRevenue(u32, usize, crate::journey::AssumptionId),
    /// Cost times the units booked by the line at this position.
    ProductCost(u32, usize, crate::journey::AssumptionId),
    /// A part of costs (`u32::MAX`: without a name).
    Cost(u32, crate::journey::AssumptionId),
    /// A part of costs that is a share of all revenue of the step.
    CostShare(u32, crate::journey::AssumptionId),
}

impl Line {
    /// Whether it is revenue.
    #[must_use]
    pub fn is_revenue(self) -> bool {
        matches!(self, Self::Revenue(_) | Self::ProductRevenue(..))
    }

    /// Whether it is a cost.
    #[must_use]
    pub fn is_cost(self) -> bool {
        matches!(self, Self::ProductCost(..) | Self::Cost(..) | Self::CostShare(..))
    }
}

/// Where a tally keeps what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// Arrivals by stream start here.
    pub streams: usize,
    /// Moves by branch start here.
    pub branches: usize,
    /// How many columns there are.
    pub count: usize,
    /// How many sums of amounts that vary there are.
    pub sums: usize,
}

/// What results are grouped by: several groupings at once, packed so that one number tells the
/// groups of a customer in all groupings of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    /// The packs.
    pub packs: Vec<Pack>,
    /// Rows of all packs.
    pub rows: usize,
}

/// Some groupings whose combinations are few.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pack {
    /// Its first row.
    pub first_row: usize,
    /// What it groups by: `None` for arrivals, or the position of an attribute; and how many
    /// groups that has.
    pub groupings: Vec<(Option<usize>, usize)>,
}

impl Pack {
    /// How many combinations of groups there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groupings.iter().map(|it| it.1).product()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A stream of arrivals.
#[derive(Debug, Clone)]
pub struct StreamPlan {
    /// Where they enter.
    pub to: u32,
    /// Keys its draws, by its name.
    pub key: u64,
    /// When they come.
    pub volume: VolumePlan,
}

/// How arrivals are shared out over the days, apart from numbers that may differ by world.
#[derive(Debug, Clone)]
pub enum VolumePlan {
    /// By a rate: what falls on each day if one falls on each unit, and the units of growth
    /// that have passed by then.
    Rate {
        /// By day.
        shares: Vec<f64>,
        /// By day.
        growth_units: Option<Vec<u32>>,
    },
    /// By totals: for each of them, days and their shares of it.
    Series(Vec<Vec<(u32, f64)>>),
    /// All at this tick.
    Count(u32),
}

/// Customers under way at tick 0.
#[derive(Debug, Clone)]
pub struct WaitingPlan {
    /// The step they are at.
    pub step: u32,
    /// Keys their draws.
    pub key: u64,
    /// Whether they have converted.
    pub converted: bool,
    /// By kind of customer and branch: the chance that the delay is longer than they have waited,
    /// and the table of what is left of it; none if the law leaves nothing.
    pub remaining: Vec<Option<(f64, DelayTable)>>,
}

/// An attribute as it is on arrival.
#[derive(Debug, Clone)]
pub struct AttributePlan {
    /// Where it is remembered, if anything looks at it later.
    pub field: Option<Field>,
    /// Keys its draws, by its name.
    pub key: u64,
    /// Whether results are grouped by it.
    pub is_grouped: bool,
}

/// A plan with the journey it was made from: what rates need.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    /// The numbers and their names.
    pub journey: &'a Journey,
    /// The structure.
    pub plan: &'a Plan,
}
