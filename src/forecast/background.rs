//! What is known of a run besides its records.

use std::sync::atomic::AtomicBool;

use crate::engine::insight::{Insight, look_into};
use crate::engine::{Engine, EngineFault, Simulator};

use super::laws::laws;
use super::layout::Layout;
use super::worlds::Laws;

/// What is known of a run besides its records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Background {
    /// Of the laws within worlds, where records are expectations.
    pub laws: Option<Laws>,
    /// Of what lies before customers, and where the spread comes from.
    pub insight: Option<Insight>,
}

impl Background {
    /// The background of so many replications of a simulator. Once `stop` is set, no more is worked
    /// out than has to be.
    ///
    /// # Errors
    ///
    /// If a number is too large to be counted.
    pub fn of(
        simulator: &Simulator<'_>,
        layout: &Layout,
        replications: u64,
        stop: &AtomicBool,
    ) -> Result<Self, EngineFault> {
        Ok(Self {
            laws: match simulator.engine() {
                Engine::Exact => Some(laws(simulator, layout, replications, stop)?),
                Engine::Cohort | Engine::Individual => None,
            },
            insight: Some(look_into(simulator, replications, stop)?),
        })
    }
}
