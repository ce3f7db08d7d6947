//! What moves a result: one assumption at a time, all of them together, two side by side, and what
//! it is worth to find out.

mod answer;
mod fixed;
mod information;
mod input;
mod measure;
mod names;
mod regression;
pub mod result;
mod run;
mod shares;
mod tornado;
mod two_way;

#[cfg(test)]
mod tests;

pub use result::Sensitivity;
pub use run::{Question, SensitivityError, sensitivity};
