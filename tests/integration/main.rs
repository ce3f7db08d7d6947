//! What the program promises, one module for each promise.

mod cli;
