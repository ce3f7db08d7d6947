//! The exact engine: what is expected in every cell of a tally, by recursion over states and
//! ticks, without luck.

mod order;

pub use order::{Move, Order};
