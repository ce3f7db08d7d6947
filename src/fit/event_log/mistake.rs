//! Why a log cannot be read.

use std::{fmt, io};

use super::Audit;
use super::refusal::Reason;

/// Why a log cannot be read.
#[derive(Debug)]
pub enum LogError {
    /// The stream failed, or what was compressed is damaged.
    Stream(io::Error),
    /// There is no row in it.
    Empty,
    /// It is text in another encoding.
    Utf16,
    /// A column that was asked for is not there.
    UnknownColumn {
        /// Its name.
        name: String,
        /// What may have been meant.
        nearest: Option<String>,
        /// The columns, as a message shows them.
        columns: String,
    },
    /// More than one column has the name of one that is needed.
    SameColumns(String),
    /// No column has a name that tells what it is.
    NoColumn {
        /// What it would tell.
        what: &'static str,
        /// The option that names it.
        option: &'static str,
        /// The columns, as a message shows them.
        columns: String,
    },
    /// A table with one row a case has no column of dates.
    NoStages,
    /// A row is far too long, or a quote that begins in it, or behind this line, is never closed.
    LongRow(u64),
    /// There are more different activities than a log may have.
    Activities,
    /// An attribute has more different values than a category may have.
    Values(String),
    /// There are more cases than four gigabytes of ids.
    Cases,
    /// So many rows cannot be used that something must be wrong.
    Refused(Box<Audit>),
    /// What XML or Parquet is made of is wrong.
    Notation(String),
    /// This build cannot read the format.
    NotBuilt {
        /// The format.
        format: &'static str,
        /// The feature that it needs.
        feature: &'static str,
    },
}

impl fmt::Display for LogError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(error) => error.fmt(out),
            Self::Empty => write!(out, "there is no row in it"),
            Self::Utf16 => write!(out, "it is written in UTF-16; save it as UTF-8"),
            Self::UnknownColumn { name, nearest, columns } => {
                write!(out, "there is no column `{name}`; ")?;
                if let Some(nearest) = nearest {
                    write!(out, "did you mean `{nearest}`? ")?;
                }
                write!(out, "the columns are {columns}")
            }
            Self::SameColumns(name) => write!(out, "more than one column is called `{name}`"),
            Self::NoColumn { what, option, columns } => write!(
                out,
                "no column is known to say {what}: name it with {option}; the columns are {columns}"
            ),
            Self::NoStages => write!(
                out,
                "no column has dates; with one row for each case, the column of a stage holds its date: if dates are \
                 there, say with --time-format how they are written"
            ),
            Self::LongRow(line) => write!(
                out,
                "the rows from line {line} do not end: is there a quote that is never closed?"
            ),
            Self::Activities => write!(
                out,
                "there are more than 4096 different activities: does the column of activities hold something else?"
            ),
            Self::Values(name) => write!(
                out,
                "`{name}` has more than 65534 different values: an attribute is a category, such as a region"
            ),
            Self::Cases => write!(out, "the ids of its cases take more than four gigabytes"),
            Self::Refused(audit) => refused(audit, out),
            Self::Notation(message) => message.fmt(out),
            Self::NotBuilt { format, feature } => write!(
                out,
                "this build cannot read {format}: build it with `--features {feature}`, or convert the log to CSV"
            ),
        }
    }
}

fn refused(audit: &Audit, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let refused = &audit.refused;
    write!(out, "{} of {} rows cannot be used", refused.rows, audit.rows)?;
    let mut separator = ": ";
    for row in refused.first.iter().take(3) {
        write!(out, "{separator}line {}, {}", row.line, row.reason)?;
        separator = "; ";
    }
    let of_times = refused.reasons.iter().find(|it| it.name == Reason::Time.words());
    if of_times.is_some_and(|it| 2 * it.count > refused.rows) {
        write!(
            out,
            "; say with --time-format how times are written, such as `%d.%m.%Y %H:%M`, `%m/%d/%Y` or `%s` for seconds \
             since 1970"
        )?;
    }
    if audit.events > 0 {
        write!(out, "; with --lenient the others are used")?;
    }
    Ok(())
}

impl std::error::Error for LogError {}

impl From<io::Error> for LogError {
    fn from(error: io::Error) -> Self {
        Self::Stream(error)
    }
}
