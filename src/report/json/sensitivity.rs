//! Reading back a sensitivity that `sensitivity` wrote.

use std::fmt;

use serde::Deserialize;

use crate::study::Sensitivity;

/// The version of the sensitivity's JSON that can be read.
const VERSION: u64 = 1;

/// Why a text is no sensitivity that can be read back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadSensitivityError {
    /// Not JSON, or JSON of another shape.
    Shape {
        /// Line, from 1 on.
        line: usize,
        /// Column, from 1 on.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// JSON of a program, but not a sensitivity.
    NotASensitivity,
    /// A sensitivity in a version of the schema that this program does not know.
    Version(u64),
    /// A table whose values are not one for each of its levels.
    Uneven {
        /// The assumption of its rows.
        rows: String,
        /// The assumption of its columns.
        columns: String,
    },
}

impl fmt::Display for ReadSensitivityError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { line, column, message } => write!(out, "line {line}, column {column}: {message}"),
            Self::NotASensitivity => write!(
                out,
                "there is no `sensitivity` in it: it is none that `forksight sensitivity --format json` or `--out` wrote"
            ),
            Self::Version(version) => write!(
                out,
                "it is a sensitivity of version {version}, and this program reads version {VERSION}; ask again"
            ),
            Self::Uneven { rows, columns } => {
                write!(
                    out,
                    "the table of `{rows}` and `{columns}` has not one value for each of their levels"
                )
            }
        }
    }
}

impl std::error::Error for ReadSensitivityError {}

#[derive(Deserialize)]
struct Version {
    sensitivity: Option<u64>,
}

/// Whether `text` is a sensitivity, of whatever version.
#[must_use]
pub fn is_sensitivity(text: &[u8]) -> bool {
    let read: Result<Version, _> = serde_json::from_slice(text);
    read.is_ok_and(|it| it.sensitivity.is_some())
}

/// Reads what [`super::pretty`] wrote of a sensitivity. Keys it does not know are ignored: newer
/// programs may add some.
///
/// # Errors
///
/// If `text` is not JSON, not a sensitivity, one of another version, or one whose tables have holes.
pub fn read_sensitivity(text: &[u8]) -> Result<Sensitivity, ReadSensitivityError> {
    let shape = |error: serde_json::Error| ReadSensitivityError::Shape {
        line: error.line(),
        column: error.column(),
        message: super::without_place(&error),
    };
    let version: Version = serde_json::from_slice(text).map_err(shape)?;
    match version.sensitivity {
        None => return Err(ReadSensitivityError::NotASensitivity),
        Some(VERSION) => {}
        Some(other) => return Err(ReadSensitivityError::Version(other)),
    }
    let answer: Sensitivity = serde_json::from_slice(text).map_err(shape)?;
    let uneven = answer.tables.iter().find(|it| {
        let columns = it.columns.levels.len();
        it.values.len() != it.rows.levels.len() || it.values.iter().any(|row| row.len() != columns)
    });
    match uneven {
        None => Ok(answer),
        Some(table) => Err(ReadSensitivityError::Uneven {
            rows: table.rows.path.clone(),
            columns: table.columns.path.clone(),
        }),
    }
}
