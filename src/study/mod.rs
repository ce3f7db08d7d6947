//! Questions that take several forecasts: what if, and how sure is that.

pub mod comparison;
mod contender;
mod option;
pub mod paired;
mod run;
pub mod sensitivity;
mod sheet;
pub mod solve;

pub use comparison::Comparison;
pub use contender::{CompareError, Contender};
pub use option::{Better, better};
pub use run::compare;
pub use sensitivity::{Question, Sensitivity, SensitivityError, sensitivity};
pub use solve::{Solution, solve};
