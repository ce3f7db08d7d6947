//! forksight
pub mod clock;
pub mod forecast;
pub mod journey;
pub mod problem;
pub mod random;
pub mod report;
pub mod scenario;
mod special;
