//! A second opinion: a scenario from a small description of its own, and what it comes to by
//! plain sums over the paths of one customer. Nothing here uses the library, on purpose.

mod booking;
pub(crate) mod calendar;
pub(crate) mod choices;
pub(crate) mod delay;
pub(crate) mod expect;
mod forks;
mod generate;
mod ledger;
pub(crate) mod spec;
pub(crate) mod toml;
mod volume;
mod walk;
