//! What can be typed about an event log.

use clap::Args as Group;

use super::names::{Names, names};
use super::values::time_format;

/// How to read an event log.
#[derive(Debug, Group)]
#[command(next_help_heading = "Reading the log")]
pub(in crate::cli) struct EventLogOptions {
    /// The column that says whom it happened to [default: found by its name]
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) case: Option<String>,
    /// The column that says what happened; with --wide the columns of the stages, with commas between
    /// [default: found by its name, or by dates]
    #[arg(long, value_name = "COLUMN")]
    pub(in crate::cli) activity: Option<String>,
    /// The column that says when it happened [default: found by its name]
    #[arg(long, value_name = "COLUMN", conflicts_with = "wide")]
    pub(in crate::cli) time: Option<String>,
    /// How times are written, such as `%d.%m.%Y %H:%M` [default: ISO 8601]
    #[arg(long, value_name = "FORMAT", value_parser = time_format)]
    pub(in crate::cli) time_format: Option<String>,
    /// Columns that say something about the case, such as `region,device`
    #[arg(long, value_name = "COLUMNS", value_parser = names)]
    pub(in crate::cli) attribute: Vec<Names>,
    /// The column with the money that an event came with
    #[arg(long, value_name = "COLUMN", conflicts_with = "wide")]
    pub(in crate::cli) value: Option<String>,
    /// What stands between cells: a character, or `tab` [default: found in the header]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub(in crate::cli) delimiter: Option<u8>,
    /// The log has one row for each case and one column for each stage, with its date
    #[arg(long)]
    pub(in crate::cli) wide: bool,
    /// Go on even if more than 1 % of the rows cannot be used
    #[arg(long)]
    pub(in crate::cli) lenient: bool,
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if text == "tab" || text == "\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii_graphic() && !byte.is_ascii_alphanumeric() && *byte != b'"' => Ok(*byte),
        [b'\t' | b' '] => Ok(text.as_bytes()[0]),
        _ => Err("expected one character, such as `;`, or `tab`".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_one_character_or_a_tab() {
        for (text, byte) in [
            (",", b','),
            (";", b';'),
            ("|", b'|'),
            ("tab", b'\t'),
            ("\t", b'\t'),
            ("\\t", b'\t'),
        ] {
            assert_eq!(delimiter(text), Ok(byte), "{text}");
        }
        for text in ["", "ab", "\"", "x", "7", "\n", "ü"] {
            assert!(delimiter(text).is_err(), "{text}");
        }
    }
}
