//! Rows that cannot be used: why, how many, and the first of them.

use super::audit::RefusedRow;

/// How many refused rows are told one by one.
const TOLD: usize = 20;
/// Longer cells are cut where they are told.
const LETTERS_MAX: usize = 40;

/// Why a row cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    NoCase,
    NoActivity,
    NoTime,
    Time,
    Years,
    Value,
    Large,
    Columns,
    Text,
    NoStage,
    NoEvent,
}

impl Reason {
    pub(super) const ALL: [Self; 11] = [
        Self::NoCase,
        Self::NoActivity,
        Self::NoTime,
        Self::Time,
        Self::Years,
        Self::Value,
        Self::Large,
        Self::Columns,
        Self::Text,
        Self::NoStage,
        Self::NoEvent,
    ];

    /// In words, as a list of reasons has them.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NoCase => "the case is empty",
            Self::NoActivity => "the activity is empty",
            Self::NoTime => "the time is empty",
            Self::Time => "the time cannot be read",
            Self::Years => "the time is outside the years 1700 to 2256",
            Self::Value => "the value is not a number",
            Self::Large => "the value is beyond 10^12",
            Self::Columns => "the number of columns differs from the header",
            Self::Text => "the text is not UTF-8",
            Self::NoStage => "no stage has a date",
            Self::NoEvent => "the trace has no event",
        }
    }
}

/// Rows that cannot be used.
#[derive(Debug, Clone, Default)]
pub(super) struct Refusals {
    /// By reason, in the order of [`Reason::ALL`].
    pub(super) counts: [u64; Reason::ALL.len()],
    pub(super) first: Vec<RefusedRow>,
}

impl Refusals {
    /// Refuses a row; `cell` is what is wrong in it.
    #[cold]
    pub(super) fn add(&mut self, line: u64, reason: Reason, cell: &str) {
        self.counts[reason as usize] += 1;
        if self.first.len() < TOLD {
            let words = reason.words();
            let reason = match cell {
                "" => words.to_owned(),
                cell => format!("{words}: {}", quoted(cell)),
            };
            self.first.push(RefusedRow { line, reason });
        }
    }

    /// Adds those of later rows.
    pub(super) fn append(&mut self, later: &mut Self) {
        for (count, more) in self.counts.iter_mut().zip(&mut later.counts) {
            *count += std::mem::take(more);
        }
        let room = TOLD - self.first.len();
        later.first.truncate(room);
        self.first.append(&mut later.first);
    }
}

/// A cell in backticks, short and on one line.
pub(super) fn quoted(cell: &str) -> String {
    let shown = |it: char| if it.is_control() { ' ' } else { it };
    let cut = cell.chars().count() > LETTERS_MAX;
    let letters: String = cell.chars().take(LETTERS_MAX).map(shown).collect();
    format!("`{letters}{}`", if cut { "…" } else { "" })
}
