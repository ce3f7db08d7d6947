//! What lies before customers: chances of converting and of leaving, profit to come, and the time
//! to the first conversion, all at the assumptions' means and with the clock set to `begin`.

mod follow;
mod queue;

use std::ops::AddAssign;

use crate::plan::Plan;

pub use follow::follow;

/// What lies before a random customer, within one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outlook {
    /// The probability of a conversion event.
    pub converts: f64,
    /// The expected profit, in units of money.
    pub worth: f64,
    /// Where the customer is at the end.
    pub ends: Ends,
}

/// Where a customer is at the end of a horizon: probabilities that sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ends {
    /// Converted, and under way or at an end that keeps it.
    pub won: f64,
    /// Left after a conversion.
    pub churned: f64,
    /// Left without one.
    pub lost: f64,
    /// Ended otherwise.
    pub other: f64,
    /// Under way without a conversion.
    pub open: f64,
}

impl Outlook {
    /// The probability of ending lost or churned.
    #[must_use]
    pub fn churns(&self) -> f64 {
        self.ends.churned + self.ends.lost
    }

    /// The same with every number changed.
    #[must_use]
    pub(crate) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self {
            converts: change(self.converts),
            worth: change(self.worth),
            ends: Ends {
                won: change(self.ends.won),
                churned: change(self.ends.churned),
                lost: change(self.ends.lost),
                other: change(self.ends.other),
                open: change(self.ends.open),
            },
        }
    }
}

impl AddAssign for Outlook {
    fn add_assign(&mut self, more: Self) {
        self.converts += more.converts;
        self.worth += more.worth;
        self.ends += more.ends;
    }
}

impl AddAssign for Ends {
    fn add_assign(&mut self, more: Self) {
        self.won += more.won;
        self.churned += more.churned;
        self.lost += more.lost;
        self.other += more.other;
        self.open += more.open;
    }
}

/// What lies before the customers of a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlooks {
    /// By step, for customers who reach it, what happens on arrival included; `None` if nobody
    /// does.
    pub steps: Vec<Option<Outlook>>,
    /// By branch, for customers who take it, from the step on that it leads to.
    pub branches: Vec<Option<Outlook>>,
    /// For customers who arrive at `begin`: by ticks since arrival, the probability that the first
    /// conversion is then; up to the horizon.
    pub first_conversion: Vec<f64>,
}

impl Outlooks {
    /// Nothing is known.
    pub(crate) fn unknown(plan: &Plan) -> Self {
        Self {
            steps: vec![None; plan.steps.len()],
            branches: vec![None; plan.branch_to.len()],
            first_conversion: Vec::new(),
        }
    }
}
