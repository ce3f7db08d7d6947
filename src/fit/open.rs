//! Customers who are under way as somebody else lists them: a CRM's snapshot.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, DateTime};

use super::event_log::delimiter_of;
use super::options::OpenCustomers;
use super::pipeline::step_of;
use super::window::{DAY, to_moment};

/// Step, wait, conversion and attributes of customers who are alike.
type Listed = (String, i64, bool, Vec<(String, String)>);

/// Why a list of open customers cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// It has no column of this name, but those.
    Column(&'static str, Vec<String>),
    /// A row is wrong: its line and why.
    Row(u64, String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name, those) => {
                let those: Vec<String> = those.iter().map(|it| format!("`{it}`")).collect();
                write!(out, "it needs a column `{name}`, and has {}", those.join(", "))
            }
            Self::Row(line, reason) => write!(out, "line {line}: {reason}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Reads customers who are under way from CSV: `step` (the activity that happened last), `since`
/// (when, ISO 8601), perhaps `converted` (`true` or `false`) and `count`, and attributes. Those
/// alike are taken together; `begin` is the first day of the forecast.
///
/// # Errors
///
/// If a column is missing, or at the first row that cannot be read.
pub fn read_open(bytes: &[u8], begin: Date) -> Result<Vec<OpenCustomers>, OpenError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = bytes.split(|it| *it == b'\n').next().unwrap_or_default();
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(delimiter_of(first))
        .from_reader(bytes);
    let header = table.headers().map_err(|it| OpenError::Row(1, it.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|it| it.eq_ignore_ascii_case(name));
    let without = |name| OpenError::Column(name, header.iter().map(str::to_owned).collect());
    let step = column("step")
        .or_else(|| column("activity"))
        .ok_or_else(|| without("step"))?;
    let since = column("since").ok_or_else(|| without("since"))?;
    let (converted, count) = (column("converted"), column("count"));
    let mut groups: BTreeMap<Listed, (u64, f64)> = BTreeMap::new();
    for row in table.records() {
        let row = row.map_err(|it| OpenError::Row(it.position().map_or(0, csv::Position::line), it.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let wrong = |what: &str, text: &str| OpenError::Row(line, format!("`{text}` is not {what}"));
        let text = row.get(since).unwrap_or_default();
        let waited = waited_days(text, begin).ok_or_else(|| wrong("a time before the forecast begins", text))?;
        let cell = |at: Option<usize>| at.and_then(|it| row.get(it)).filter(|it| !it.is_empty());
        let has_converted = match cell(converted) {
            None | Some("false" | "no" | "0") => false,
            Some("true" | "yes" | "1") => true,
            Some(other) => return Err(wrong("`true` or `false`", other)),
        };
        let many = match cell(count) {
            None => 1,
            Some(text) => text.parse::<u64>().map_err(|_| wrong("a whole number", text))?,
        };
        let named = [Some(step), Some(since), converted, count];
        let known = header.iter().enumerate().filter(|it| !named.contains(&Some(it.0)));
        let known = known.filter_map(|(at, name)| Some((name.to_owned(), cell(Some(at))?.to_owned())));
        let activity = row.get(step).unwrap_or_default().to_owned();
        let group = groups
            .entry((activity, step_of(waited), has_converted, known.collect()))
            .or_default();
        group.0 += many;
        group.1 += waited * many as f64;
    }
    let groups = groups.into_iter().filter(|it| it.1.0 > 0);
    let groups = groups.map(|((activity, _, converted, attributes), (count, sum))| OpenCustomers {
        activity,
        count,
        waited_days: sum / count as f64,
        converted,
        attributes,
    });
    Ok(groups.collect())
}

fn waited_days(text: &str, begin: Date) -> Option<f64> {
    let text = text.trim_end_matches('Z');
    let since: DateTime = text.parse().ok()?;
    let seconds = i64::from(since.hour()) * 3_600 + i64::from(since.minute()) * 60 + i64::from(since.second());
    let since = to_moment(since.date()) + seconds * 1_000;
    let waited = (to_moment(begin) - since) as f64 / DAY as f64;
    (waited >= 0.0).then_some(waited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_list_is_read_as_spreadsheets_write_it() {
        let text = "\u{feff}Step;Since;region;count\r\ndemo;2026-03-01;north;2\r\ndemo;2026-03-01T12:00:00Z;north;\r\n";
        let open = read_open(text.as_bytes(), date(2026, 3, 11)).expect("it is sound");
        assert_eq!(open.len(), 2, "ten days and less are not alike");
        assert_eq!(
            (open[0].activity.as_str(), open[0].count, open[0].waited_days),
            ("demo", 1, 9.5)
        );
        assert_eq!((open[1].count, open[1].waited_days), (2, 10.0));
        assert_eq!(open[1].attributes, [("region".to_owned(), "north".to_owned())]);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let told = |text: &str| {
            let error = read_open(text.as_bytes(), date(2026, 3, 11)).expect_err("it is wrong");
            error.to_string()
        };
        assert_eq!(
            told("stage,since\n"),
            "it needs a column `step`, and has `stage`, `since`"
        );
        assert!(told("step,since\ndemo,2026-03-12\n").starts_with("line 2: `2026-03-12` is not a time before"));
        assert!(told("step,since,count\ndemo,2026-03-01,some\n").contains("`some` is not a whole number"));
    }
}
