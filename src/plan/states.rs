//! Journeys of finite memory as plain states: what the cohort and the exact engine run.
//!
//! A state is a step together with all that matters later of a customer who has just arrived
//! there: the groups it is counted in, its attributes and counters, the visits that rules look at,
//! its furthest stage and whether it has converted. Only states that can be reached are made.

mod days;
mod entries;
mod explore;

use std::fmt;

use crate::journey::{Journey, StepId};

use super::{End, ForkPlan, Plan, StepPlan};

pub use entries::{EntryCase, EntryPlan};
pub(crate) use entries::{beginners, share_of};

/// More states than this are not made: such a journey has to be run customer by customer.
pub const STATES_MAX: usize = 100_000;
/// More ways between states than this are not made.
pub const EDGES_MAX: usize = 400_000;

/// A journey as states and the ways between them.
#[derive(Debug, Clone)]
pub struct States {
    /// The states; those in which customers enter come first.
    pub states: Vec<State>,
    /// The ways from state to state, those of one state side by side in the order of its branches.
    pub edges: Vec<Edge>,
    /// By stream, then by entry of the pipeline: in which states customers begin.
    pub entries: Vec<EntryPlan>,
    /// Rows of groups, by state and pack.
    pub rows: Vec<u32>,
    /// How many packs of groups there are.
    pub packs: usize,
    /// By tick: which kind of day it is, as far as rules tell days apart; empty if none does.
    pub day_kinds: Vec<u16>,
}

/// A step, and what is known of the customers who have just arrived there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The step.
    pub step: u32,
    /// The kind of customer that the step sees.
    pub cell: u32,
    /// The place of the step's first branch for this kind; see [`Plan::place`].
    pub place: u32,
    /// The first of its edges.
    pub first_edge: u32,
    /// How many edges it has; none where the journey ends.
    pub edges: u32,
    /// How the way on is chosen.
    pub way: Way,
    /// Whether its customers have converted, by arriving there or before.
    pub has_converted: bool,
    /// The entry of the pipeline whose customers begin here: they have not moved on from the step
    /// before tick 0. `None` for customers who arrive.
    pub waiting: Option<u32>,
    /// Keys its draws: by names and what is known, so that it means the same in every variant.
    pub key: u64,
}

impl State {
    /// The positions of its edges in [`States::edges`].
    #[must_use]
    pub fn edge_range(&self) -> std::ops::Range<usize> {
        self.first_edge as usize..(self.first_edge + self.edges) as usize
    }
}

/// How customers of a state choose their way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The journey ends.
    End,
    /// All take the only edge.
    One,
    /// By the chances of the edges' places.
    Chances,
    /// All take this edge, counted from the first of the state, by kind of day.
    ByDay(Vec<u32>),
}

/// A branch, from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The state it leads from.
    pub from: u32,
    /// The state it leads to.
    pub to: u32,
    /// The branch.
    pub branch: u32,
    /// Position of the branch in its fork.
    pub position: u32,
    /// What arriving means.
    pub gains: Gains,
}

/// What changes for a customer who arrives in a state, apart from what the state itself tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Gains {
    /// It converts for the first time.
    pub won: bool,
    /// It ends without having converted, at a step that does not convert.
    pub lost: bool,
    /// It comes past these stages of the funnel: from the first number on, below the second.
    pub stages: (u32, u32),
}

impl Gains {
    /// Whether who arrives so at a step has converted and ends there, but not by that conversion.
    #[must_use]
    pub(crate) fn leaves_won(&self, step: &StepPlan) -> bool {
        matches!(step.fork, ForkPlan::End(End::Left | End::Other)) && !self.lost
    }
}

/// Why a journey has no finite memory that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// A rule at this step looks at the days since arrival.
    Days(StepId),
    /// There would be too many states.
    States,
    /// There would be too many ways between states.
    Edges,
}

impl Unfit {
    /// The reason as a clause: "a rule at step `visit` looks at `days`".
    #[must_use]
    pub fn words(&self, journey: &Journey) -> String {
        match self {
            Self::Days(step) => format!("a rule at step `{}` looks at `days`", journey.step(*step).id),
            Self::States => format!(
                "customers have to be told apart in more than {STATES_MAX} states (steps times kinds of customers)"
            ),
            Self::Edges => format!("there are more than {EDGES_MAX} ways between the states of customers"),
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(_) => out.write_str("a rule looks at `days`"),
            Self::States => out.write_str("there are too many states"),
            Self::Edges => out.write_str("there are too many ways between states"),
        }
    }
}

impl std::error::Error for Unfit {}

impl States {
    /// The states of a journey.
    ///
    /// # Errors
    ///
    /// If its memory is not finite, or there are too many states.
    pub fn of(journey: &Journey, plan: &Plan) -> Result<Self, Unfit> {
        explore::explore(journey, plan)
    }

    /// The rows of groups that customers of a state are counted in, one for every pack.
    #[must_use]
    pub fn rows_of(&self, state: usize) -> &[u32] {
        &self.rows[state * self.packs..(state + 1) * self.packs]
    }

    /// The kind of day of a tick.
    #[inline]
    #[must_use]
    pub fn day_kind(&self, tick: u32) -> usize {
        self.day_kinds.get(tick as usize).map_or(0, |it| *it as usize)
    }
}

#[cfg(test)]
mod tests;
