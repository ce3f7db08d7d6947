//! Reading back the JSON of a backtest.

use serde::Deserialize;

use crate::fit::backtest::Backtest;

/// The version of the JSON that can be read.
const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Version {
    backtest: Option<u64>,
}

/// Whether `text` is a backtest, of whatever version.
#[must_use]
pub fn is_backtest(text: &[u8]) -> bool {
    let read: Result<Version, _> = serde_json::from_slice(text);
    read.is_ok_and(|it| it.backtest.is_some())
}

/// Reads what `backtest --format json` wrote. Keys it does not know are ignored.
///
/// # Errors
///
/// If `text` is no backtest, or one of another version; in words.
pub fn read_backtest(text: &[u8]) -> Result<Backtest, String> {
    let version: Version = serde_json::from_slice(text).map_err(|it| it.to_string())?;
    match version.backtest {
        None => Err("there is no `backtest` in it".to_owned()),
        Some(VERSION) => serde_json::from_slice(text).map_err(|it| it.to_string()),
        Some(other) => Err(format!(
            "it is a backtest of version {other}, and this program reads version {VERSION}; run it again"
        )),
    }
}
