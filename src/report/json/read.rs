//! Reading results back from JSON: whether it is one, in which version, and else why not.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The version of the JSON of every result that can be read.
const VERSION: u64 = 1;

/// What can be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What `run` makes.
    Forecast,
    /// What `compare` makes.
    Comparison,
    /// What `sensitivity` makes.
    Sensitivity,
    /// What `backtest` makes.
    Backtest,
}

impl Kind {
    /// Its name, which is also the key of its version.
    fn name(self) -> &'static str {
        match self {
            Self::Forecast => "forecast",
            Self::Comparison => "comparison",
            Self::Sensitivity => "sensitivity",
            Self::Backtest => "backtest",
        }
    }

    /// The command that makes it, and what to do for a newer one.
    fn made_by(self) -> (&'static str, &'static str) {
        match self {
            Self::Forecast => ("run", "run the scenario again"),
            Self::Comparison => ("compare", "compare again"),
            Self::Sensitivity => ("sensitivity", "ask again"),
            Self::Backtest => ("backtest", "run it again"),
        }
    }
}

/// Why a text is no result that can be read back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// Not JSON, or JSON of another shape.
    Shape {
        /// Line, from 1 on.
        line: usize,
        /// Column, from 1 on.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// JSON of a program, but not this.
    IsNo(Kind),
    /// This in a version of the schema that this program does not know.
    Version(Kind, u64),
    /// Values that do not go together; how, in words.
    Uneven(String),
}

impl ReadError {
    fn shape(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let told = error.to_string();
        let place = format!(" at line {line} column {column}");
        Self::Shape {
            line,
            column,
            message: told.strip_suffix(&place).unwrap_or(&told).to_owned(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { line, column, message } => write!(out, "line {line}, column {column}: {message}"),
            Self::IsNo(kind) => {
                let (name, command) = (kind.name(), kind.made_by().0);
                write!(
                    out,
                    "there is no `{name}` in it: it is none that `forksight {command} --format json` or `--out` wrote"
                )
            }
            Self::Version(kind, version) => {
                let (name, again) = (kind.name(), kind.made_by().1);
                write!(
                    out,
                    "it is a {name} of version {version}, and this program reads version {VERSION}; {again}"
                )
            }
            Self::Uneven(how) => out.write_str(how),
        }
    }
}

impl std::error::Error for ReadError {}

/// Every result begins with its name and its version.
#[derive(Deserialize)]
struct Versions {
    forecast: Option<u64>,
    comparison: Option<u64>,
    sensitivity: Option<u64>,
    backtest: Option<u64>,
}

impl Versions {
    fn of(&self, kind: Kind) -> Option<u64> {
        match kind {
            Kind::Forecast => self.forecast,
            Kind::Comparison => self.comparison,
            Kind::Sensitivity => self.sensitivity,
            Kind::Backtest => self.backtest,
        }
    }
}

/// Whether `text` is of this kind, in whatever version, and not a scenario or something else.
pub(super) fn is(kind: Kind, text: &[u8]) -> bool {
    let read: Result<Versions, _> = serde_json::from_slice(text);
    read.is_ok_and(|it| it.of(kind).is_some())
}

/// Reads what [`super::pretty`] wrote of this kind. Keys it does not know are ignored: newer programs
/// may add some.
pub(super) fn read_as<T: DeserializeOwned>(kind: Kind, text: &[u8]) -> Result<T, ReadError> {
    let shape = |error| ReadError::shape(&error);
    let versions: Versions = serde_json::from_slice(text).map_err(shape)?;
    match versions.of(kind) {
        None => Err(ReadError::IsNo(kind)),
        Some(VERSION) => serde_json::from_slice(text).map_err(shape),
        Some(other) => Err(ReadError::Version(kind, other)),
    }
}

/// What is wrong with a text that begins like JSON and is none, and where; `None` for all others.
#[must_use]
pub fn broken(text: &[u8]) -> Option<String> {
    let begins = text.iter().find(|it| !it.is_ascii_whitespace());
    let read = serde_json::from_slice::<Value>(text);
    let error = read.err().filter(|_| begins == Some(&b'{'))?;
    Some(ReadError::shape(&error).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_from_the_others_and_from_newer_ones() {
        let kinds = [Kind::Forecast, Kind::Comparison, Kind::Sensitivity, Kind::Backtest];
        for kind in kinds {
            let name = kind.name();
            let newer = format!("{{ \"{name}\": 2 }}");
            for other in kinds {
                assert_eq!(is(other, newer.as_bytes()), other == kind);
            }
            let error = |text: &str| read_as::<Value>(kind, text.as_bytes()).map_err(|it| it.to_string());
            let said = error(&newer).expect_err("it is newer");
            assert!(said.starts_with(&format!(
                "it is a {name} of version 2, and this program reads version 1; "
            )));
            let said = error("{ \"paths\": [] }").expect_err("it is something else");
            assert!(said.starts_with(&format!("there is no `{name}` in it: ")));
            assert_eq!(
                error("{\n\"").expect_err("it is no JSON"),
                "line 2, column 1: EOF while parsing a string"
            );
        }
    }
}
