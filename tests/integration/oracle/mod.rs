//! A second opinion: a scenario from a small description of its own, and what it comes to by
//! plain sums over the paths of one customer. Nothing here uses the library, on purpose.

pub(crate) mod calendar;
pub(crate) mod delay;
pub(crate) mod generate;
pub(crate) mod spec;
pub(crate) mod toml;
pub(crate) mod volume;
pub(crate) mod walk;
