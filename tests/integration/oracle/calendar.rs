//! Days, months, weeks and the periods of a forecast, by counting days since 1970.

/// A day, counted from 1970-01-01.
pub(crate) type Day = i64;

/// The number of a date (after Hinnant, *chrono-compatible low-level date algorithms*).
pub(crate) fn day(year: i64, month: i64, date: i64) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + date - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of the month.
pub(crate) fn date(of: Day) -> (i64, i64, i64) {
    let mut year = 1970 + of.div_euclid(366);
    while day(year + 1, 1, 1) <= of {
        year += 1;
    }
    let mut month = 12;
    while day(year, month, 1) > of {
        month -= 1;
    }
    (year, month, of - day(year, month, 1) + 1)
}

/// 1 = Monday to 7.
pub(crate) fn weekday(of: Day) -> i64 {
    // 1970-01-01 was a Thursday.
    (of + 3).rem_euclid(7) + 1
}

/// First day of the month, and of the next one.
pub(crate) fn month_of(of: Day) -> (Day, Day) {
    let (year, month, _) = date(of);
    let next = if month == 12 {
        day(year + 1, 1, 1)
    } else {
        day(year, month + 1, 1)
    };
    (day(year, month, 1), next)
}

/// First day of a calendar unit, and of the next one.
pub(crate) fn unit_of(unit: &str, of: Day) -> (Day, Day) {
    let (year, month, _) = date(of);
    match unit {
        "week" => (of - weekday(of) + 1, of - weekday(of) + 8),
        "month" => month_of(of),
        "quarter" => {
            let first = (month - 1) / 3 * 3 + 1;
            (day(year, first, 1), month_of(day(year, first + 2, 1)).1)
        }
        "year" => (day(year, 1, 1), day(year + 1, 1, 1)),
        _ => (of, of + 1),
    }
}

/// `2026-03-31`.
pub(crate) fn written(of: Day) -> String {
    let (year, month, date) = date(of);
    format!("{year}-{month:02}-{date:02}")
}

/// The label of the period that contains a day.
pub(crate) fn label(period: &str, of: Day) -> String {
    let (year, month, _) = date(of);
    match period {
        "week" => {
            let thursday = of - weekday(of) + 4;
            let year = date(thursday).0;
            format!("{year}-W{:02}", (thursday - day(year, 1, 1)) / 7 + 1)
        }
        "month" => format!("{year}-{month:02}"),
        "quarter" => format!("{year}-Q{}", (month - 1) / 3 + 1),
        "year" => format!("{year}"),
        _ => written(of),
    }
}

/// Whole months (or weeks, quarters, years) that have passed from one day to another.
pub(crate) fn units_between(unit: &str, from: Day, until: Day) -> i64 {
    let months = match unit {
        "week" => return (until - from) / 7,
        "quarter" => 3,
        "year" => 12,
        _ => 1,
    };
    let (year, month, first) = date(from);
    let mut units = 0;
    loop {
        let to = month - 1 + (units + 1) * months;
        let (year, month) = (year + to / 12, to % 12 + 1);
        let (begin, end) = month_of(day(year, month, 1));
        if (begin + first - 1).min(end - 1) > until {
            return units;
        }
        units += 1;
    }
}

#[test]
fn the_oracle_knows_the_calendar() {
    assert_eq!(date(day(2024, 2, 29)), (2024, 2, 29));
    assert_eq!(weekday(day(2026, 1, 1)), 4);
    assert_eq!(label("week", day(2027, 1, 1)), "2026-W53");
    assert_eq!(label("week", day(2024, 12, 30)), "2025-W01");
    assert_eq!(units_between("month", day(2026, 1, 31), day(2026, 2, 27)), 0);
    assert_eq!(units_between("month", day(2026, 1, 31), day(2026, 2, 28)), 1);
    assert_eq!(units_between("month", day(2026, 1, 31), day(2026, 3, 30)), 1);
}
