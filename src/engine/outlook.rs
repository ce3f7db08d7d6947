//! What lies before customers: chances of converting and of leaving, profit to come, and the time
//! to the first conversion, all at the assumptions' means and with the clock set to `begin`.

mod follow;
mod queue;

use crate::plan::Plan;

pub(crate) use follow::follow;

/// What lies before a random customer, within one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outlook {
    /// The probability of a conversion event.
    pub converts: f64,
    /// The probability of ending lost or churned.
    pub churns: f64,
    /// The expected profit, in units of money.
    pub worth: f64,
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
