//! What the program promises, one module for each promise.

mod cli;
mod interrupt;
mod paths;
mod problems;
mod program;
mod reading;
mod readme;
mod run;
