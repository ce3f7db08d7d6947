//! Which engine runs, and why.

use crate::plan::Model;

use super::{Engine, EngineFault};

/// An engine and the reason it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which one.
    pub engine: Engine,
    /// Why, in words that follow "because".
    pub why: String,
}

/// The engine that was asked for, or else the cheapest that gives the full answer.
///
/// # Errors
///
/// If the engine that was asked for cannot run the journey.
pub fn choose(_model: Model<'_>, asked: Option<Engine>) -> Result<Choice, EngineFault> {
    let (engine, why) = match asked {
        Some(engine) => (engine, "it was asked for"),
        None => (Engine::Individual, "it can follow every journey"),
    };
    Ok(Choice {
        engine,
        why: why.to_owned(),
    })
}
