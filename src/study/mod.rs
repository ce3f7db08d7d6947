//! Questions that take several forecasts: what if, and how sure is that.

pub mod comparison;
mod option;
pub mod paired;
mod run;
pub mod sensitivity;
pub mod solve;

pub use comparison::Comparison;
pub use option::{Better, better};
pub use run::{CompareError, Contender, compare};
pub use sensitivity::{Question, Sensitivity, SensitivityError, sensitivity};
pub use solve::{Solution, solve};
