//! Periods of the calendar: days, weeks, months, quarters and years, and their labels.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// What a forecast reports by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// Calendar days.
    Day,
    /// ISO weeks.
    Week,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

impl Period {
    /// All of them with the word that stands for each in files and options.
    pub const ALL: [(&'static str, Self); 5] = [
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("quarter", Self::Quarter),
        ("year", Self::Year),
    ];

    /// The word for it in files and options.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, period)| *period == self)
            .map_or("", |(word, _)| word)
    }

    /// First day of the period that contains `day`.
    #[must_use]
    pub fn first_day(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => day
                .checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
                .unwrap_or(Date::MIN),
            Self::Month => day.first_of_month(),
            Self::Quarter => Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).unwrap_or(Date::MIN),
            Self::Year => day.first_of_year(),
        }
    }

    /// First day of the period after the one that begins on `first`.
    pub(super) fn next(self, first: Date) -> Date {
        let step = match self {
            Self::Day => 1.day(),
            Self::Week => 7.days(),
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        };
        first.checked_add(step).unwrap_or(Date::MAX)
    }

    /// The label of the period that contains `day`: `2026-03-31`, `2026-W14`, `2026-03`,
    /// `2026-Q1`, `2026`.
    #[must_use]
    pub fn label(self, day: Date) -> String {
        match self {
            Self::Day => day.to_string(),
            Self::Week => {
                let week = day.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Self::Quarter => format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", day.year()),
        }
    }

    /// First and last day of the period with this label, whatever kind of period it is.
    #[must_use]
    pub fn days_of(label: &str) -> Option<(Date, Date)> {
        let (period, first) = Self::first_of(label)?;
        (period.label(first) == label).then(|| (first, period.next(first).yesterday().unwrap_or(Date::MAX)))
    }

    fn first_of(label: &str) -> Option<(Self, Date)> {
        let number = |text: &str| text.parse::<i16>().ok();
        let small = |text: &str| text.parse::<i8>().ok();
        let parts: Vec<&str> = label.split('-').collect();
        match parts.as_slice() {
            [year] => Some((Self::Year, Date::new(number(year)?, 1, 1).ok()?)),
            [year, rest] if rest.starts_with('W') => {
                let week = jiff::civil::ISOWeekDate::new(number(year)?, small(&rest[1..])?, Weekday::Monday);
                Some((Self::Week, week.ok()?.date()))
            }
            [year, rest] if rest.starts_with('Q') => {
                let quarter = small(&rest[1..]).filter(|it| (1..=4).contains(it))?;
                Some((Self::Quarter, Date::new(number(year)?, (quarter - 1) * 3 + 1, 1).ok()?))
            }
            [year, month] => Some((Self::Month, Date::new(number(year)?, small(month)?, 1).ok()?)),
            [_, _, _] => Some((Self::Day, label.parse().ok()?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_label_names_its_days() {
        assert_eq!(
            Period::days_of("2026-W01"),
            Some((date(2025, 12, 29), date(2026, 1, 4)))
        );
        assert_eq!(
            Period::days_of("2026-Q4"),
            Some((date(2026, 10, 1), date(2026, 12, 31)))
        );
        assert_eq!(Period::days_of("2024-02"), Some((date(2024, 2, 1), date(2024, 2, 29))));
        assert_eq!(Period::days_of("2026-13"), None);
        assert_eq!(Period::days_of("26-1"), None);
    }
}
