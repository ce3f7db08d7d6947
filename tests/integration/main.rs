//! What the program promises, one module for each promise.

mod agreement;
mod answers;
mod architecture;
mod cells;
mod chart;
mod cli;
mod compare;
mod determinism;
mod engines;
mod hostile;
mod interrupt;
mod journeys;
mod memory;
mod moments;
mod oracle;
mod paths;
mod precision;
mod problems;
mod program;
mod reading;
mod readme;
mod run;
mod scenarios;
mod schema;
mod simulator;
mod worlds;
