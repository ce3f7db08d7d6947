//! forksight
pub mod cli;
pub mod clock;
pub mod engine;
pub mod forecast;
pub mod journey;
pub mod plan;
pub mod problem;
pub mod random;
pub mod report;
pub mod scenario;
mod special;
