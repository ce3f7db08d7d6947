//! Reading back a comparison that `compare` wrote.

use std::fmt;

use serde::Deserialize;

use crate::study::Comparison;
use crate::study::comparison::{MetricComparison, OptionValue};

/// The version of the comparison's JSON that can be read.
const VERSION: u64 = 1;

/// Why a text is no comparison that can be read back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadComparisonError {
    /// Not JSON, or JSON of another shape.
    Shape {
        /// Line, from 1 on.
        line: usize,
        /// Column, from 1 on.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// JSON of a program, but not a comparison.
    NotAComparison,
    /// A comparison in a version of the schema that this program does not know.
    Version(u64),
    /// Values that are not one for each option.
    Uneven {
        /// Of what they are.
        what: String,
        /// How many there are.
        count: usize,
        /// How many options there are.
        options: usize,
    },
}

impl fmt::Display for ReadComparisonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { line, column, message } => write!(out, "line {line}, column {column}: {message}"),
            Self::NotAComparison => write!(
                out,
                "there is no `comparison` in it: it is none that `forksight compare --format json` or `--out` wrote"
            ),
            Self::Version(version) => write!(
                out,
                "it is a comparison of version {version}, and this program reads version {VERSION}; compare again"
            ),
            Self::Uneven { what, count, options } => {
                write!(out, "`{what}` has {count} values, and there are {options} options")
            }
        }
    }
}

impl std::error::Error for ReadComparisonError {}

#[derive(Deserialize)]
struct Version {
    comparison: Option<u64>,
}

/// Whether `text` is a comparison, of whatever version.
#[must_use]
pub fn is_comparison(text: &[u8]) -> bool {
    let read: Result<Version, _> = serde_json::from_slice(text);
    read.is_ok_and(|it| it.comparison.is_some())
}

/// Reads what [`super::pretty`] wrote of a comparison. Keys it does not know are ignored: newer
/// programs may add some.
///
/// # Errors
///
/// If `text` is not JSON, not a comparison, a comparison of another version, or one whose values do
/// not go with its options.
pub fn read_comparison(text: &[u8]) -> Result<Comparison, ReadComparisonError> {
    let shape = |error: serde_json::Error| ReadComparisonError::Shape {
        line: error.line(),
        column: error.column(),
        message: super::without_place(&error),
    };
    let version: Version = serde_json::from_slice(text).map_err(shape)?;
    match version.comparison {
        None => return Err(ReadComparisonError::NotAComparison),
        Some(VERSION) => {}
        Some(other) => return Err(ReadComparisonError::Version(other)),
    }
    let comparison: Comparison = serde_json::from_slice(text).map_err(shape)?;
    match uneven(&comparison) {
        None => Ok(comparison),
        Some(fault) => Err(fault),
    }
}

/// The first of whose values there is not one for each option.
fn uneven(comparison: &Comparison) -> Option<ReadComparisonError> {
    fn of(metrics: &[MetricComparison]) -> impl Iterator<Item = (&str, &[Option<OptionValue>])> {
        metrics.iter().map(|it| (it.metric.as_str(), &it.options[..]))
    }

    let options = comparison.options.len();
    if options == 0 {
        return Some(ReadComparisonError::NotAComparison);
    }
    let stages = comparison.funnel.iter();
    let stages = stages.flat_map(|it| [&it.reached, &it.from_first].map(|values| (it.stage.as_str(), &values[..])));
    let branches = comparison.forks.iter().flat_map(|it| &it.branches);
    let branches = branches.map(|it| (it.branch.as_str(), &it.share[..]));
    let periods = comparison.periods.iter().flat_map(|it| of(&it.metrics));
    let mut all = of(&comparison.totals).chain(periods).chain(stages).chain(branches);
    let (what, values) = all.find(|it| it.1.len() != options)?;
    Some(ReadComparisonError::Uneven {
        what: what.to_owned(),
        count: values.len(),
        options,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::comparison::fixture;
    use crate::report::json::pretty;

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let comparison = fixture::swept(3, Some(2));
        let text = pretty(&comparison);
        assert!(is_comparison(text.as_bytes()) && !super::super::is_forecast(text.as_bytes()));
        assert_eq!(
            read_comparison(text.as_bytes()).expect("it was just written"),
            comparison
        );
        // Files of before there were sweeps in them.
        let plain = fixture::hotel_with(&fixture::names(2));
        let text = pretty(&plain);
        assert!(!text.contains("\"sweep\""));
        assert_eq!(read_comparison(text.as_bytes()), Ok(plain));
    }

    #[test]
    fn what_is_no_comparison_says_why() {
        let whole = fixture::hotel_with(&fixture::names(2));
        let mut uneven = whole.clone();
        uneven.periods[3].metrics[1].options.pop();
        let mut none = whole;
        none.options.clear();
        for (text, expected) in [
            ("{\"forecast\": 1}".to_owned(), "there is no `comparison` in it"),
            ("{\"comparison\": 7}".to_owned(), "it is a comparison of version 7"),
            (
                "{\"comparison\": 1}".to_owned(),
                "line 1, column 17: missing field `forksight`",
            ),
            ("{".to_owned(), "line 1, column 1: EOF"),
            (pretty(&uneven), "`won` has 2 values, and there are 3 options"),
            (pretty(&none), "there is no `comparison` in it"),
        ] {
            let error = read_comparison(text.as_bytes()).expect_err(expected).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
