//! What the program promises, one module for each promise.

mod answers;
mod architecture;
mod cli;
mod determinism;
mod engines;
mod journeys;
mod oracle;
mod run;
mod scenarios;
