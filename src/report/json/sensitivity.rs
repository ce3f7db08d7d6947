//! Reading back a sensitivity that `sensitivity` wrote.

use crate::study::Sensitivity;

use super::read::{self, Kind, ReadError, read_as};

/// Whether `text` is a sensitivity, of whatever version.
#[must_use]
pub fn is_sensitivity(text: &[u8]) -> bool {
    read::is(Kind::Sensitivity, text)
}

/// Reads what [`super::pretty`] wrote of a sensitivity. Keys it does not know are ignored: newer
/// programs may add some.
///
/// # Errors
///
/// If `text` is not JSON, not a sensitivity, one of another version, or one whose tables have holes.
pub fn read_sensitivity(text: &[u8]) -> Result<Sensitivity, ReadError> {
    let answer: Sensitivity = read_as(Kind::Sensitivity, text)?;
    let uneven = answer.tables.iter().find(|it| {
        let columns = it.columns.levels.len();
        it.values.len() != it.rows.levels.len() || it.values.iter().any(|row| row.len() != columns)
    });
    match uneven {
        None => Ok(answer),
        Some(table) => Err(ReadError::Uneven(format!(
            "the table of `{}` and `{}` has not one value for each of their levels",
            table.rows.path, table.columns.path
        ))),
    }
}
