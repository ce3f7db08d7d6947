//! An axis of time since arrival: days, weeks, months or years, whichever says it in small numbers.

/// A word for a length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Unit {
    pub(super) singular: &'static str,
    pub(super) plural: &'static str,
    pub(super) days: f64,
    /// How many of it may lie between two named ones.
    strides: &'static [f64],
}

const DAY: Unit = Unit {
    singular: "day",
    plural: "days",
    days: 1.0,
    strides: &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0],
};
const WEEK: Unit = Unit {
    singular: "week",
    plural: "weeks",
    days: 7.0,
    strides: &[1.0, 2.0, 4.0, 8.0, 12.0, 26.0],
};
/// The mean of four years.
const MONTH: Unit = Unit {
    singular: "month",
    plural: "months",
    days: 30.4375,
    strides: &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0],
};
const YEAR: Unit = Unit {
    singular: "year",
    plural: "years",
    days: 365.25,
    strides: &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0],
};

/// Up to how many days each is used.
const UNITS: [(f64, Unit); 3] = [(200.0, DAY), (500.0, WEEK), (4_000.0, MONTH)];

impl Unit {
    /// The one for an axis of so many days.
    pub(super) fn over(days: f64) -> Self {
        UNITS.iter().find(|it| days <= it.0).map_or(YEAR, |it| it.1)
    }

    /// How many of it between named ones, so that there are at most `count` within `days`.
    pub(super) fn stride(&self, days: f64, count: f64) -> f64 {
        let least = days / self.days / count.max(1.0);
        let fits = self.strides.iter().copied().find(|it| *it >= least);
        let largest = self.strides.last().copied().unwrap_or(1.0);
        fits.unwrap_or_else(|| (least / largest).ceil() * largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_small_round_numbers() {
        for (days, count, expected) in [
            (7.0, 8.0, ("days", 1.0)),
            (60.0, 8.0, ("days", 10.0)),
            (300.0, 8.0, ("weeks", 8.0)),
            (3_000.0, 10.0, ("months", 12.0)),
            (9_000.0, 10.0, ("years", 5.0)),
            (4e9, 5.0, ("years", 2_190_300.0)),
        ] {
            let unit = Unit::over(days);
            assert_eq!((unit.plural, unit.stride(days, count)), expected);
        }
    }
}
