//! Lengths of time as they are written.

/// The unit in which a duration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DurationUnit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks of 7 days.
    Week,
    /// Months: 30 days in a delay, calendar months in a horizon.
    Month,
    /// Quarters: 90 days in a delay, three calendar months in a horizon.
    Quarter,
    /// Years: 365 days in a delay, calendar years in a horizon.
    Year,
}

/// A length of time as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration {
    /// How many units; finite.
    pub amount: f64,
    /// Of what.
    pub unit: DurationUnit,
}

impl Duration {
    /// Length in seconds, a month being 30 days and a year 365.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.amount
            * match self.unit {
                DurationUnit::Second => 1.0,
                DurationUnit::Minute => 60.0,
                DurationUnit::Hour => 3_600.0,
                DurationUnit::Day => DAY_SECONDS,
                DurationUnit::Week => 7.0 * DAY_SECONDS,
                DurationUnit::Month => 30.0 * DAY_SECONDS,
                DurationUnit::Quarter => 90.0 * DAY_SECONDS,
                DurationUnit::Year => 365.0 * DAY_SECONDS,
            }
    }

    /// Length in days, a month being 30 days and a year 365.
    #[must_use]
    pub fn days(self) -> f64 {
        self.seconds() / DAY_SECONDS
    }
}

/// A day in seconds.
pub(super) const DAY_SECONDS: f64 = 86_400.0;
