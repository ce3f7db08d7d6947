//! What the program promises, one module for each promise.

mod cli;
mod interrupt;
mod paths;
mod program;
mod reading;
mod readme;
mod run;
