//! Reading back a backtest that `backtest` wrote.

use crate::fit::backtest::Backtest;

use super::read::{self, Kind, ReadError, read_as};

/// Whether `text` is a backtest, of whatever version.
#[must_use]
pub fn is_backtest(text: &[u8]) -> bool {
    read::is(Kind::Backtest, text)
}

/// Reads what [`super::pretty`] wrote of a backtest. Keys it does not know are ignored: newer programs
/// may add some.
///
/// # Errors
///
/// If `text` is not JSON, not a backtest, or one of another version.
pub fn read_backtest(text: &[u8]) -> Result<Backtest, ReadError> {
    read_as(Kind::Backtest, text)
}
