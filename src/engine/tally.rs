//! What was counted and booked in one replication: customers and events by cell, amounts in
//! ten-thousandths; whole numbers, or what is expected of them.

use std::fmt::Debug;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use crate::plan::Plan;

/// The kind of number a tally holds.
pub trait Number: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// Customers and events.
    type Count: Copy + Debug + Default + PartialEq + AddAssign + Sum + Send + Sync;
    /// Amounts in ten-thousandths; wide enough for sums of counts too.
    type Amount: Copy
        + Debug
        + Default
        + PartialEq
        + Add<Output = Self::Amount>
        + Sub<Output = Self::Amount>
        + AddAssign
        + SubAssign
        + Sum
        + Send
        + Sync;

    /// A whole number of customers.
    fn customers(count: u64) -> Self::Count;
    /// A count as wide as an amount.
    fn wide(count: Self::Count) -> Self::Amount;
    /// A whole number of ten-thousandths.
    fn amount(whole: i128) -> Self::Amount;
    /// What so many customers book if each books this many ten-thousandths.
    fn times(customers: Self::Amount, amount: i64) -> Self::Amount;
    /// A difference that cannot be negative, of numbers about as large as `scale`, without the dust
    /// that rounding leaves.
    fn settled(difference: Self::Amount, scale: Self::Amount) -> Self::Amount;
    /// The nearest number with a fraction.
    fn value(amount: Self::Amount) -> f64;
}

/// Whole numbers: what came out of one replication. The order of adding cannot matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole;

/// Expectations within one world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected;

impl Number for Whole {
    type Count = u64;
    type Amount = i128;

    #[inline]
    fn customers(count: u64) -> u64 {
        count
    }

    #[inline]
    fn wide(count: u64) -> i128 {
        i128::from(count)
    }

    #[inline]
    fn amount(whole: i128) -> i128 {
        whole
    }

    #[inline]
    fn times(customers: i128, amount: i64) -> i128 {
        customers * i128::from(amount)
    }

    #[inline]
    fn settled(difference: i128, _: i128) -> i128 {
        difference
    }

    #[inline]
    fn value(amount: i128) -> f64 {
        amount as f64
    }
}

impl Number for Expected {
    type Count = f64;
    type Amount = f64;

    #[inline]
    fn customers(count: u64) -> f64 {
        count as f64
    }

    #[inline]
    fn wide(count: f64) -> f64 {
        count
    }

    #[inline]
    fn amount(whole: i128) -> f64 {
        whole as f64
    }

    #[inline]
    fn times(customers: f64, amount: i64) -> f64 {
        customers * amount as f64
    }

    #[inline]
    fn settled(difference: f64, scale: f64) -> f64 {
        if difference <= scale * 1e-11 { 0.0 } else { difference }
    }

    #[inline]
    fn value(amount: f64) -> f64 {
        amount
    }
}

/// The counts and sums of a replication, or of a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally<N: Number = Whole> {
    /// By bin and column: arrivals, moves by the branch that led there, first conversions, …
    pub counts: Vec<N::Count>,
    /// The same by row of groups and stretch.
    pub groups: Vec<N::Count>,
    /// Amounts that vary, by bin and sum, in ten-thousandths.
    pub sums: Vec<N::Amount>,
    /// The same by row of groups.
    pub group_sums: Vec<N::Amount>,
    /// By branch: decisions for it whose move falls behind the horizon.
    pub cut: Vec<N::Count>,
    /// By branch: moves of the pipeline that were decided before the horizon began.
    pub from_waiting: Vec<N::Count>,
    /// By visited step: customers who reached it at all.
    pub distinct: Vec<N::Count>,
    /// By stage: arrivals who came this far or further.
    pub funnel: Vec<N::Count>,
    /// Arrivals who convert, by when they came. `None` if there are too many periods.
    pub cohorts: Option<Cohorts<N::Count>>,
    /// By stretch and place: decisions at steps whose delays differ; empty if there are none.
    pub places: Vec<N::Count>,
    /// By tick: revenue minus cost, if there is a discount rate.
    pub net: Vec<N::Amount>,
    /// By row: customers of the pipeline.
    pub waiting: Vec<N::Count>,
    /// A step at which an amount was too large to book.
    pub overflow: Option<usize>,
    /// How many times a customer took a branch.
    pub moves: u64,
}

/// Arrivals who convert, by period of arrival and period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cohorts<T> {
    /// Their first conversions.
    pub won: Vec<T>,
    /// How many of them leave or end otherwise: they are not retained.
    pub left: Vec<T>,
}

impl<T> Cohorts<T> {
    /// The same with each number changed.
    #[must_use]
    pub fn map<U>(&self, change: impl Fn(usize, &T) -> U) -> Cohorts<U> {
        let each = |numbers: &[T]| numbers.iter().enumerate().map(|(at, it)| change(at, it)).collect();
        Cohorts {
            won: each(&self.won),
            left: each(&self.left),
        }
    }

    /// Both tables side by side with those of others.
    pub(super) fn with<'a, U>(&'a mut self, others: &'a Cohorts<U>) -> [(&'a mut Vec<T>, &'a Vec<U>); 2] {
        [(&mut self.won, &others.won), (&mut self.left, &others.left)]
    }
}

/// A tally of either kind.
#[derive(Debug, Clone, Copy)]
pub enum AnyTally<'a> {
    /// What came out.
    Whole(&'a Tally<Whole>),
    /// What is expected.
    Expected(&'a Tally<Expected>),
}

impl<'a> From<&'a Tally<Whole>> for AnyTally<'a> {
    fn from(tally: &'a Tally<Whole>) -> Self {
        Self::Whole(tally)
    }
}

impl<'a> From<&'a Tally<Expected>> for AnyTally<'a> {
    fn from(tally: &'a Tally<Expected>) -> Self {
        Self::Expected(tally)
    }
}

/// With more periods than this a table of arrivals by period and age is no use to anybody.
pub(super) const COHORT_PERIODS_MAX: usize = 1_000;

impl<N: Number> Tally<N> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let (bins, columns, rows) = (plan.bins.len(), plan.columns.count, plan.groups.rows);
        let periods = plan.periods.len();
        Self {
            counts: none(bins * columns),
            groups: none(rows * plan.stretches.len() * columns),
            sums: none(bins * plan.columns.sums),
            group_sums: none(rows * plan.columns.sums),
            cut: none(plan.branch_to.len()),
            from_waiting: none(plan.branch_to.len()),
            distinct: none(plan.visited.len()),
            funnel: none(plan.stages),
            cohorts: (periods <= COHORT_PERIODS_MAX).then(|| Cohorts {
                won: none(periods * periods),
                left: none(periods * periods),
            }),
            places: none(if plan.counts_places { plan.delays.len() } else { 0 }),
            net: none(plan.discounts.as_ref().map_or(0, Vec::len)),
            waiting: none(rows),
            overflow: None,
            moves: 0,
        }
    }

    /// Forgets everything, keeping the room.
    pub fn clear(&mut self) {
        for counts in [
            &mut self.counts,
            &mut self.groups,
            &mut self.cut,
            &mut self.from_waiting,
            &mut self.distinct,
            &mut self.funnel,
            &mut self.places,
            &mut self.waiting,
        ] {
            counts.fill(N::Count::default());
        }
        if let Some(cohorts) = &mut self.cohorts {
            cohorts.won.fill(N::Count::default());
            cohorts.left.fill(N::Count::default());
        }
        for sums in [&mut self.sums, &mut self.group_sums, &mut self.net] {
            sums.fill(N::Amount::default());
        }
        self.overflow = None;
        self.moves = 0;
    }

    /// Adds another part of the same replication.
    pub fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.counts, &other.counts),
            (&mut self.groups, &other.groups),
            (&mut self.cut, &other.cut),
            (&mut self.from_waiting, &other.from_waiting),
            (&mut self.distinct, &other.distinct),
            (&mut self.funnel, &other.funnel),
            (&mut self.places, &other.places),
            (&mut self.waiting, &other.waiting),
        ];
        for (mine, theirs) in pairs {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += *theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.cohorts, &other.cohorts) {
            for (mine, theirs) in mine.with(theirs) {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += *theirs);
            }
        }
        let pairs = [
            (&mut self.sums, &other.sums),
            (&mut self.group_sums, &other.group_sums),
            (&mut self.net, &other.net),
        ];
        for (mine, theirs) in pairs {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += *theirs);
        }
        self.overflow = self.overflow.or(other.overflow);
        self.moves += other.moves;
    }
}

fn none<T: Copy + Default>(count: usize) -> Vec<T> {
    vec![T::default(); count]
}
