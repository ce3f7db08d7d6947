//! Reading back a comparison that `compare` wrote.

use crate::study::Comparison;
use crate::study::comparison::{MetricComparison, OptionValue};

use super::read::{self, Kind, ReadError, read_as};

/// Whether `text` is a comparison, of whatever version.
#[must_use]
pub fn is_comparison(text: &[u8]) -> bool {
    read::is(Kind::Comparison, text)
}

/// Reads what [`super::pretty`] wrote of a comparison. Keys it does not know are ignored: newer
/// programs may add some.
///
/// # Errors
///
/// If `text` is not JSON, not a comparison, a comparison of another version, or one whose values do
/// not go with its options.
pub fn read_comparison(text: &[u8]) -> Result<Comparison, ReadError> {
    let comparison = read_as(Kind::Comparison, text)?;
    match uneven(&comparison) {
        None => Ok(comparison),
        Some(fault) => Err(fault),
    }
}

/// The first of whose values there is not one for each option.
fn uneven(comparison: &Comparison) -> Option<ReadError> {
    fn of(metrics: &[MetricComparison]) -> impl Iterator<Item = (&str, &[Option<OptionValue>])> {
        metrics.iter().map(|it| (it.metric.as_str(), &it.options[..]))
    }

    let options = comparison.options.len();
    if options == 0 {
        return Some(ReadError::IsNo(Kind::Comparison));
    }
    let stages = comparison.funnel.iter();
    let stages = stages.flat_map(|it| [&it.reached, &it.from_first].map(|values| (it.stage.as_str(), &values[..])));
    let branches = comparison.forks.iter().flat_map(|it| &it.branches);
    let branches = branches.map(|it| (it.branch.as_str(), &it.share[..]));
    let periods = comparison.periods.iter().flat_map(|it| of(&it.metrics));
    let mut all = of(&comparison.totals).chain(periods).chain(stages).chain(branches);
    let (what, values) = all.find(|it| it.1.len() != options)?;
    let count = values.len();
    Some(ReadError::Uneven(format!(
        "`{what}` has {count} values, and there are {options} options"
    )))
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
