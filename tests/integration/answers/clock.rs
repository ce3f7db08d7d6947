//! When things happen: ticks, periods, arrivals by the calendar and changes of it.

use super::super::cells::How;
use super::{by_period, check, check_how};

#[test]
fn what_falls_on_the_horizon_does_not_happen() {
    for (after, won, open) in [("9d", 1.0, 0.0), ("10d", 0.0, 1.0), ("11d", 0.0, 1.0)] {
        let text = format!(
            "customers = 1\nhorizon = \"10 days\"\n[steps.a]\nbranches = [{{ to = \"b\", after = \"{after}\" }}]\n\
             [steps.b]\noutcome = \"converted\"\nrevenue = 5\n"
        );
        let cells = [
            ("total won", won),
            ("total revenue", 5.0 * won),
            ("total open", open),
            ("reached b", won),
            // The decision is made in time, whatever becomes of it.
            ("taken a.b", 1.0),
        ];
        check(&text, &cells);
    }
}

#[test]
fn half_a_tick_is_none_and_one_and_a_half_are_one() {
    for (after, ticks) in [
        ("11h", 0),
        ("12h", 0),
        ("13h", 1),
        ("36h", 1),
        ("37h", 2),
        ("2.5d", 2),
        ("3.5d", 3),
    ] {
        let text = format!(
            "customers = 1\nhorizon = \"5 days\"\nperiod = \"day\"\n[steps.a]\n\
             branches = [{{ to = \"b\", after = \"{after}\" }}]\n[steps.b]\noutcome = \"converted\"\n"
        );
        let mut won = [0.0; 5];
        won[ticks] = 1.0;
        assert_eq!(by_period(&check(&text, &[]), "won"), won, "{after}");
    }
}

#[test]
fn an_hourly_clock_books_by_the_hour() {
    // One an hour; 90 minutes are one tick, so that only the last arrival of the day is too late;
    // 30 minutes are none.
    let text = r#"
horizon = "1 day"
tick = "1h"
[arrivals.web]
rate = "24 per day"
spread = "fixed"
[steps.a]
branches = [{ to = "b", after = "90min" }]
[steps.b]
branches = [{ to = "c", after = "30min" }]
[steps.c]
outcome = "converted"
"#;
    check(
        text,
        &[("total arrivals", 24.0), ("total won", 23.0), ("total open", 1.0)],
    );
}

#[test]
fn a_weekly_clock_books_where_the_tick_begins() {
    // Ticks begin on 1, 8, 15, 22 and 29 January and on 5, 12, 19 and 26 February; the last one is
    // cut to the three days that are left of 59.
    let text = r#"
begin = 2026-01-01
horizon = "2 months"
tick = "7 days"
[arrivals.web]
rate = "1 per day"
spread = "fixed"
[steps.a]
branches = [{ to = "b", after = "10d" }]
[steps.b]
outcome = "converted"
"#;
    // Ten days are 1.43 ticks, that is one: nobody of the last tick gets through.
    let run = check(
        text,
        &[("total arrivals", 59.0), ("total won", 56.0), ("total open", 3.0)],
    );
    assert_eq!(by_period(&run, "arrivals"), [35.0, 24.0]);
    assert_eq!(by_period(&run, "won"), [28.0, 28.0]);
    assert_eq!(by_period(&run, "open"), [7.0, 3.0]);
}

#[test]
fn fixed_arrivals_are_the_running_total_rounded_half_up() {
    let arrivals = |rate: &str| {
        let text = format!(
            "horizon = \"14 days\"\nperiod = \"day\"\n[arrivals.web]\nrate = \"{rate}\"\nspread = \"fixed\"\n\
             [steps.a]\noutcome = \"other\"\n"
        );
        by_period(&check(&text, &[]), "arrivals")
    };
    // ½ is rounded to 1, 1½ to 2, …
    assert_eq!(arrivals("0.5 per day"), [1.0, 0.0].repeat(7));
    // 3/7 is rounded to 0, 4/7 to 1; 10/7 to 1, 11/7 to 2.
    let mut once_a_week = [0.0; 14];
    (once_a_week[3], once_a_week[10]) = (1.0, 1.0);
    assert_eq!(arrivals("1 per week"), once_a_week);
    assert_eq!(arrivals("0.125 per hour"), [3.0; 14]);
}

#[test]
fn weeks_are_those_of_the_iso_and_quarters_those_of_the_year() {
    let text = |period: &str| {
        format!(
            "begin = 2026-01-01\nend = 2026-12-31\nperiod = \"{period}\"\n[arrivals.web]\nrate = \"1 per day\"\n\
             spread = \"fixed\"\n[steps.a]\noutcome = \"other\"\n"
        )
    };
    let quarters = check(
        &text("quarter"),
        &[("2026-Q1 arrivals", 90.0), ("2026-Q4 arrivals", 92.0)],
    );
    assert_eq!(by_period(&quarters, "arrivals"), [90.0, 91.0, 92.0, 92.0]);
    // 1 January 2026 is a Thursday, and so is 31 December.
    let weeks = check(&text("week"), &[("2026-W01 arrivals", 4.0), ("2026-W02 arrivals", 7.0)]);
    assert_eq!(weeks.forecast.periods.len(), 53);
    assert_eq!(weeks.value("2026-W53 arrivals"), 4.0);
    check(&text("year"), &[("2026 arrivals", 365.0)]);
}

#[test]
fn calendar_entries_hold_on_both_of_their_days_and_after_variants() {
    let text = r#"
begin = 2026-03-01
horizon = "10 days"
period = "day"
[arrivals.web]
rate = "2 per day"
spread = "fixed"
[steps.a]
revenue = 10
outcome = "converted"
[calendar.sale]
from = 2026-03-03
until = 2026-03-05
set = { "steps.a.revenue" = "x0.5", "arrivals.web.volume" = "x2" }
[variants.dearer]
set = { "steps.a.revenue" = "+4" }
[variants.late]
from = 2026-03-05
set = { "steps.a.revenue" = 30 }
[variants.both]
with = ["dearer", "late"]
set = { "steps.a.revenue" = "-10%" }
"#;
    let revenue = |how: How| by_period(&check_how(text, &how, &[]), "revenue");
    let plain = [20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0];
    let mut sale = plain;
    sale[2..5].fill(4.0 * 5.0);
    assert_eq!(revenue(How::times(2)), sale);
    // (10 + 4) / 2 = 7 for four customers.
    let mut dearer = [28.0; 10];
    dearer[2..5].fill(4.0 * 7.0);
    assert_eq!(revenue(How::times(2).variant("dearer")), dearer);
    // (10 + 4) × 0.9 = 12.6 until the 4th; 30 × 0.9 = 27 from the 5th; half of it in the sale.
    let both = [25.2, 25.2, 25.2, 25.2, 54.0, 54.0, 54.0, 54.0, 54.0, 54.0];
    let is = revenue(How::times(2).variant("both"));
    assert!(
        is.iter().zip(both).all(|(is, should)| (is - should).abs() < 1e-9),
        "{is:?}"
    );
}

#[test]
fn delays_are_changed_before_they_are_rounded() {
    let text = "customers = 1\nhorizon = \"9 days\"\nperiod = \"day\"\n[steps.a]\n\
                branches = [{ to = \"b\", after = \"3d\" }]\n[steps.b]\noutcome = \"converted\"\n";
    for (change, tick) in [
        ("x0.5", 1),
        ("x0.49", 1),
        ("+2d", 5),
        ("\"5d\"", 5),
        ("x1.19", 4),
        ("x1.16", 3),
    ] {
        let how = How::times(2).set(&format!("steps.a.b.after={change}"));
        let mut won = [0.0; 9];
        won[tick] = 1.0;
        assert_eq!(by_period(&check_how(text, &how, &[]), "won"), won, "{change}");
    }
}

#[test]
fn a_month_of_growth_ends_on_the_day_before_the_same_day() {
    // From 31 January: the first month ends on 27 February, the second on 30 March.
    let text = r#"
begin = 2026-01-31
end = 2026-04-01
[arrivals.web]
rate = "10 per day"
growth = "10% per month"
spread = "fixed"
[steps.a]
outcome = "other"
"#;
    let run = check(text, &[]);
    // 31 January; 27 days of 10 and one of 11; 30 days of 11 and one of 12.1; one of 12.1. The
    // running totals are 10, 291, 633.1 and 645.2.
    assert_eq!(by_period(&run, "arrivals"), [10.0, 281.0, 342.0, 12.0]);
}

#[test]
fn rates_follow_season_and_weekdays() {
    let text = |rate: &str| {
        format!(
            "begin = 2026-11-30\nend = 2026-12-13\nperiod = \"day\"\n[arrivals.web]\n{rate}\nspread = \"fixed\"\n\
             [steps.a]\noutcome = \"other\"\n"
        )
    };
    // 70 a week on five days, twice as many in December: the 30 November is a Monday.
    let run = check(
        &text("rate = \"70 per week\"\nweekdays = { sat = 0, sun = 0 }\nseason = { dec = 2 }"),
        &[],
    );
    let expected = [
        [14.0, 28.0, 28.0, 28.0, 28.0, 0.0, 0.0],
        [28.0, 28.0, 28.0, 28.0, 28.0, 0.0, 0.0],
    ]
    .concat();
    assert_eq!(by_period(&run, "arrivals"), expected);
    // Weights 1 to 5 days and `else` 2: mean 9/7, so 9 a day are 7 or 14.
    let days = "mon = 1, tue = 1, wed = 1, thu = 1, fri = 1, else = 2";
    let run = check(&text(&format!("rate = \"9 per day\"\nweekdays = {{ {days} }}")), &[]);
    assert_eq!(
        by_period(&run, "arrivals"),
        [7.0, 7.0, 7.0, 7.0, 7.0, 14.0, 14.0].repeat(2)
    );
}

#[test]
fn a_day_of_a_series_adds_to_its_month() {
    let text = r#"
begin = 2026-02-01
end = 2026-03-31
period = "day"
[arrivals.web]
series = { "2026-02" = 56, "2026-02-10" = 5, "2026-03-31" = 1 }
spread = "fixed"
[steps.a]
outcome = "other"
"#;
    let run = check(
        text,
        &[
            ("2026-02-01 arrivals", 2.0),
            ("2026-02-10 arrivals", 7.0),
            ("2026-03-31 arrivals", 1.0),
        ],
    );
    assert_eq!(run.value("total arrivals"), 62.0);
}
