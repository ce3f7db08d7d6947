//! A scenario as the oracle sees it.

use super::calendar::Day;
use super::delay::Delay;

/// A scenario. Numbers are known, or uncertain and then given for one world.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    /// `None` for the undated calendar of 2001.
    pub(crate) begin: Option<Day>,
    pub(crate) days: i64,
    pub(crate) tick_hours: u32,
    pub(crate) period: &'static str,
    pub(crate) discount: Option<f64>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) products: Vec<Product>,
    pub(crate) budgets: Vec<Budget>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) pipeline: Vec<Waiting>,
    pub(crate) steps: Vec<Step>,
    pub(crate) changes: Vec<Change>,
    /// Metric and the label of its period (`None`: the horizon).
    pub(crate) targets: Vec<(String, Option<String>)>,
    /// Whether some number differs from world to world in a way that this spec does not follow.
    pub(crate) hides_worlds: bool,
}

impl Spec {
    /// Nothing but a clock: a month of days from the first of March 2026.
    pub(crate) fn new(days: i64) -> Self {
        Self {
            begin: Some(super::calendar::day(2026, 3, 1)),
            days,
            tick_hours: 24,
            period: "month",
            discount: None,
            stages: Vec::new(),
            attributes: Vec::new(),
            products: Vec::new(),
            budgets: Vec::new(),
            streams: Vec::new(),
            pipeline: Vec::new(),
            steps: Vec::new(),
            changes: Vec::new(),
            targets: Vec::new(),
            hides_worlds: false,
        }
    }

    pub(crate) fn first_day(&self) -> Day {
        self.begin.unwrap_or(super::calendar::day(2001, 1, 1))
    }

    pub(crate) fn tick_days(&self) -> f64 {
        f64::from(self.tick_hours) / 24.0
    }

    pub(crate) fn ticks(&self) -> usize {
        (self.days as f64 / self.tick_days()).ceil() as usize
    }

    /// The day of a tick's first instant, counted from 1970.
    pub(crate) fn day_of(&self, tick: usize) -> Day {
        self.first_day() + (tick as i64 * i64::from(self.tick_hours)).div_euclid(24)
    }

    /// The label of the period of a tick.
    pub(crate) fn label(&self, tick: usize) -> String {
        self.label_of_day(self.day_of(tick) - self.first_day())
    }

    /// The label of the period of a day, counted from the beginning.
    pub(crate) fn label_of_day(&self, day: i64) -> String {
        let label = |day| super::calendar::label(self.period, self.first_day() + day);
        if self.begin.is_some() {
            return label(day);
        }
        let mut labels: Vec<String> = (0..=day).map(label).collect();
        labels.dedup();
        format!("{} {}", self.period, labels.len())
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Stage {
    pub(crate) id: String,
    pub(crate) owner: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub(crate) id: String,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Names of values and their weights.
    Category(Vec<String>, Vec<f64>),
    /// Bounds and start.
    Counter(i64, i64, i64),
}

#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) price: f64,
    pub(crate) cost: f64,
}

#[derive(Debug, Clone)]
pub(crate) struct Budget {
    pub(crate) id: String,
    pub(crate) amount: f64,
    pub(crate) unit: &'static str,
    pub(crate) channel: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) id: String,
    pub(crate) to: usize,
    pub(crate) volume: Volume,
    pub(crate) spread: Spread,
    /// Attribute and the value all of these arrivals have.
    pub(crate) customer: Vec<(usize, i64)>,
}

#[derive(Debug, Clone)]
pub(crate) enum Volume {
    Rate {
        amount: f64,
        unit: &'static str,
        /// Per cent, and the unit.
        growth: Option<(f64, &'static str)>,
        /// Month and factor.
        season: Vec<(usize, f64)>,
        /// Weekday (1 = Monday) and weight.
        weekdays: Vec<(usize, f64)>,
        /// First and last day, counted from the beginning.
        window: Option<(i64, i64)>,
    },
    /// Totals of days (counted from the beginning) and of whole months (of that day).
    Series {
        days: Vec<(i64, f64)>,
        months: Vec<(i64, f64)>,
        weekdays: Vec<(usize, f64)>,
    },
    /// So many on one day, counted from the beginning.
    Count(u64, i64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Spread {
    Poisson,
    Fixed,
    Cv(f64),
}

#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) step: usize,
    pub(crate) count: u64,
    pub(crate) waited_ticks: usize,
    pub(crate) converted: bool,
    pub(crate) customer: Vec<(usize, i64)>,
}

/// The same for all, or by the value of an attribute (`None`: by arrival, the pipeline last).
#[derive(Debug, Clone)]
pub(crate) enum By<T> {
    Same(T),
    By(Option<usize>, Vec<T>),
}

/// An amount of money or units.
#[derive(Debug, Clone)]
pub(crate) struct Amount {
    pub(crate) mean: f64,
    /// 0 if it is the same for all customers.
    pub(crate) sd: f64,
    pub(crate) text: String,
}

impl Amount {
    pub(crate) fn known(value: f64) -> Self {
        Self {
            mean: value,
            sd: 0.0,
            text: format!("{value}"),
        }
    }

    pub(crate) fn each(mean: f64, sd: f64, law: &str) -> Self {
        Self {
            mean,
            sd,
            text: format!("{{ each = {law} }}"),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Cost {
    Amount(By<Amount>),
    /// A share of the step's revenue.
    Share(f64),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) stage: Option<usize>,
    pub(crate) channel: Option<&'static str>,
    pub(crate) owner: Option<&'static str>,
    pub(crate) revenue: Option<By<Amount>>,
    /// Named parts; a single one without a name is `cost`.
    pub(crate) costs: Vec<(&'static str, Cost)>,
    pub(crate) units: Vec<(usize, By<Amount>)>,
    /// `conversion` is the one that wins a customer.
    pub(crate) events: Vec<&'static str>,
    pub(crate) sets: Vec<(usize, i64)>,
    pub(crate) adds: Vec<(usize, i64)>,
    pub(crate) outcome: Option<&'static str>,
    pub(crate) branches: Vec<Branch>,
}

#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) to: usize,
    pub(crate) way: Way,
    pub(crate) after: Option<By<Delay>>,
}

#[derive(Debug, Clone)]
pub(crate) enum Way {
    Only,
    Chance(By<Chance>),
    Rest,
    Count(f64),
    When(Option<Condition>),
}

#[derive(Debug, Clone)]
pub(crate) struct Chance {
    pub(crate) value: f64,
    pub(crate) text: String,
}

impl Chance {
    pub(crate) fn known(value: f64) -> Self {
        Self {
            value,
            text: format!("{value}"),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Attribute(usize, Relation, i64),
    Arrival(usize),
    Visits(usize, Relation, i64),
    Days(Relation, i64),
    Month(Relation, i64),
    Weekday(Relation, i64),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

impl Condition {
    fn looks_at_days(&self) -> bool {
        match self {
            Self::Days(..) => true,
            Self::And(left, right) | Self::Or(left, right) => left.looks_at_days() || right.looks_at_days(),
            Self::Not(it) => it.looks_at_days(),
            Self::Attribute(..) | Self::Arrival(_) | Self::Visits(..) | Self::Month(..) | Self::Weekday(..) => false,
        }
    }
}

impl Spec {
    /// Whether nothing looks at how long ago a customer arrived.
    pub(crate) fn has_finite_memory(&self) -> bool {
        let ways = self.steps.iter().flat_map(|it| &it.branches).map(|it| &it.way);
        !ways
            .filter_map(|it| match it {
                Way::When(condition) => condition.as_ref(),
                _ => None,
            })
            .any(Condition::looks_at_days)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Relation {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Relation {
    pub(crate) const ALL: [Self; 6] = [
        Self::Equal,
        Self::Unequal,
        Self::Less,
        Self::AtMost,
        Self::More,
        Self::AtLeast,
    ];

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }

    pub(crate) fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }
}

/// A change of a value: by a variant for the whole horizon, or by the calendar from one day until
/// another (counted from the beginning, both included).
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) days: Option<(i64, i64)>,
    pub(crate) what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// Step, branch and factor.
    Chance(usize, usize, f64),
    /// Step, branch and new value.
    ChanceIs(usize, usize, f64),
    Revenue(usize, f64),
    Delay(usize, usize, f64),
    Volume(usize, f64),
    Price(usize, f64),
    Budget(usize, f64),
}
