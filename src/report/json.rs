//! JSON that people can read too: numbers in lines, whole counts without a decimal point.

mod backtest;
mod comparison;
mod read;
mod sensitivity;

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::number;
use crate::forecast::Forecast;

pub use backtest::{is_backtest, read_backtest};
pub use comparison::{is_comparison, read_comparison};
pub use read::{Kind, ReadError, broken};
pub use sensitivity::{is_sensitivity, read_sensitivity};

use read::read_as;

/// Lists of numbers are broken into lines of about this many characters.
const LINE_WIDTH: usize = 100;

/// The content of `forecast.json`: schema version 1, keys in the order of its documentation.
#[must_use]
pub fn render(forecast: &Forecast) -> String {
    pretty(forecast)
}

/// Whether `text` is a forecast, of whatever version, and not a scenario or something else.
#[must_use]
pub fn is_forecast(text: &[u8]) -> bool {
    read::is(Kind::Forecast, text)
}

/// Reads what [`render`] wrote. Keys it does not know are ignored: newer programs may add some.
///
/// # Errors
///
/// If `text` is not JSON, not a forecast, or a forecast of another version.
pub fn read(text: &[u8]) -> Result<Forecast, ReadError> {
    read_as(Kind::Forecast, text)
}

/// Any result as JSON, ending with a newline: entries without objects inside stand on one line.
///
/// # Panics
///
/// If a map in `result` has keys that are not strings; no result of this crate has.
#[must_use]
pub fn pretty(result: &impl Serialize) -> String {
    let value = serde_json::to_value(result).expect("every key of a result is a string");
    let mut text = String::new();
    write_value(&mut text, &value, 0);
    text.push('\n');
    text
}

fn write_value(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(entries) if !fits_one_line(value, depth) => {
            let lines = entries.iter().map(|(key, value)| {
                let mut line = quoted(key) + ": ";
                write_value(&mut line, value, depth + 1);
                line
            });
            write_lines(text, ["{", "}"], lines, depth);
        }
        Value::Array(items) if items.iter().any(holds_object) => {
            let lines = items.iter().map(|item| {
                let mut line = String::new();
                write_value(&mut line, item, depth + 1);
                line
            });
            write_lines(text, ["[", "]"], lines, depth);
        }
        Value::Array(items) if !items.is_empty() => {
            let items: Vec<String> = items.iter().map(one_line).collect();
            write_filled(text, &items, depth);
        }
        _ => text.push_str(&one_line(value)),
    }
}

/// Estimates do, however wide, since they are read by column; of the rest only what is short.
fn fits_one_line(value: &Value, depth: usize) -> bool {
    let Value::Object(entries) = value else {
        return true;
    };
    entries.is_empty()
        || entries.values().all(|it| it.is_number() || it.is_null())
        || !entries.values().any(is_nested) && one_line(value).chars().count() + 2 * depth <= LINE_WIDTH
}

fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(entries) => !entries.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn holds_object(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().any(holds_object),
        _ => false,
    }
}

fn write_lines(text: &mut String, [open, close]: [&str; 2], lines: impl Iterator<Item = String>, depth: usize) {
    text.push_str(open);
    for (at, line) in lines.enumerate() {
        text.push_str(if at == 0 { "\n" } else { ",\n" });
        text.push_str(&indent(depth + 1));
        text.push_str(&line);
    }
    text.push('\n');
    text.push_str(&indent(depth));
    text.push_str(close);
}

/// As many items on a line as fit; all on the first one if they do.
fn write_filled(text: &mut String, items: &[String], depth: usize) {
    let room = LINE_WIDTH.saturating_sub(2 * depth + 3);
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.chars().count() + item.chars().count() + 2 <= room => {
                line.push_str(", ");
                line.push_str(item);
            }
            _ => lines.push(item.clone()),
        }
    }
    match lines.as_slice() {
        [line] => {
            text.push('[');
            text.push_str(line);
            text.push(']');
        }
        _ => write_lines(text, ["[", "]"], lines.into_iter(), depth),
    }
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(entries) if entries.is_empty() => "{}".into(),
        Value::Object(entries) => {
            let mut text = String::from("{ ");
            for (at, (key, value)) in entries.iter().enumerate() {
                let comma = if at == 0 { "" } else { ", " };
                write!(text, "{comma}{}: {}", quoted(key), one_line(value)).expect("a string takes what is written");
            }
            text + " }"
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(one_line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Number(number) if number.is_f64() => {
            number.as_f64().and_then(number::plain).unwrap_or_else(|| "null".into())
        }
        Value::String(text) => quoted(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn check(forecast: &Forecast) {
        let text = render(forecast);
        let read: Value = serde_json::from_str(&text).expect("the report is JSON");
        let meant = serde_json::to_value(forecast).expect("a forecast is JSON");
        // Whole floats are read back as integers, so values are compared, not their types.
        assert!(same(&read, &meant), "{text}");
        assert!(text.ends_with("}\n"));
        assert_eq!(super::read(text.as_bytes()).as_ref(), Ok(forecast));
    }

    #[test]
    fn what_is_no_forecast_says_why() {
        for (text, expected) in [
            ("", "line 1, column 0: EOF"),
            ("{\n  \"forecast\": 1,\n}", "line 3, column 1: trailing comma"),
            ("{ \"paths\": [] }", "there is no `forecast` in it"),
            (
                "{ \"forecast\": 7 }",
                "it is a forecast of version 7, and this program reads version 1",
            ),
            ("{ \"forecast\": 1 }", "line 1, column 17: missing field `forksight`"),
        ] {
            let error = super::read(text.as_bytes()).expect_err(text).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    fn same(read: &Value, meant: &Value) -> bool {
        match (read, meant) {
            (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.keys().eq(other.keys()) && one.values().zip(other.values()).all(|(one, other)| same(one, other))
            }
            (one, other) => one == other,
        }
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        check(&fixture::saas());
        check(&fixture::nobody());
        check(&fixture::long_names());
        check(&fixture::huge(1e14));
    }

    #[test]
    fn a_forecast_reads_well() {
        let mut forecast = fixture::saas();
        forecast.periods.truncate(1);
        insta::assert_snapshot!(render(&forecast));
    }

    #[test]
    fn whole_numbers_have_no_point_and_what_is_not_finite_is_null() {
        let numbers = [12.0, -0.0, 0.5, f64::NAN, f64::INFINITY, 1e300];
        assert_eq!(pretty(&numbers), "[12, 0, 0.5, null, null, 1e300]\n");
        assert_eq!(pretty(&u64::MAX), "18446744073709551615\n");
    }

    #[test]
    fn long_lists_fill_lines() {
        let numbers: Vec<u32> = (1000..1030).collect();
        let text = pretty(&numbers);
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.lines().all(|line| line.len() <= LINE_WIDTH));
    }
}
