//! Engines: from a plan and the rates of a world to tallies.
//!
//! An engine promises the law of the model: the same distribution of every cell of a tally,
//! whatever the number of threads.

mod arrivals;
mod choose;
mod cohort;
pub mod exact;
mod individual;
pub mod insight;
pub mod outlook;
mod replicate;
mod sums;
mod tally;
mod trace;
mod worker;

pub use choose::{Choice, choose, choose_for_means};
pub use replicate::{EngineFault, RunOptions, Simulated, Simulator, simulate};
pub use tally::{AnyTally, Cohorts, Expected, Number, Tally, Whole};
pub use trace::{Traced, Tracer, Visit};

/// The engines there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Expected customers by state and tick: no luck, once per world.
    Exact,
    /// Whole customers by state and tick, split by exact draws.
    Cohort,
    /// One customer at a time (microsimulation).
    Individual,
}

impl Engine {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Exact, Self::Cohort, Self::Individual];

    /// The word for it in options and results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Cohort => "cohort",
            Self::Individual => "individual",
        }
    }
}
