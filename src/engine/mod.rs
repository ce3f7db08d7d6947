//! Engines: from a plan and the rates of a world to tallies.
//!
//! An engine promises the law of the model: the same distribution of every cell of a tally,
//! whatever the number of threads.

mod arrivals;
pub mod exact;
mod individual;
mod replicate;
mod tally;

pub use replicate::{EngineFault, RunOptions, Simulated, simulate};
pub use tally::{AnyTally, Expected, Number, Tally, Whole};

/// The engines there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// One customer at a time (microsimulation).
    Individual,
}

impl Engine {
    /// The word for it in options and results.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Individual => "individual",
        }
    }
}
