//! Small scenarios whose numbers were worked out with pen and paper.

use super::cells::{How, Run, run};

/// Nothing is random here: every replication has exactly these values.
fn check(text: &str, cells: &[(&str, f64)]) -> Run {
    check_how(text, &How::times(2), cells)
}

fn check_how(text: &str, how: &How, cells: &[(&str, f64)]) -> Run {
    let run = run(&format!("format = 1\n{text}"), how);
    for (name, value) in cells {
        let is = run.value(name);
        assert!(
            (is - value).abs() <= 1e-9 * (1.0 + value.abs()),
            "{name} is {is} instead of {value}\n{text}"
        );
    }
    run
}

/// The values of a metric, period by period.
fn by_period(run: &Run, metric: &str) -> Vec<f64> {
    let periods = run.forecast.periods.iter();
    periods
        .map(|it| run.value(&format!("{} {metric}", it.period)))
        .collect()
}

const SIMPLE: &str = r#"
format = 1
customers = 10_000

[steps.visit]
branches = [
  { to = "buy", chance = "3%" },
  { to = "leave", chance = "rest" },
]

[steps.buy]
outcome = "converted"
revenue = 40

[steps.leave]
outcome = "lost"
"#;

#[test]
fn the_smallest_example_of_the_format_runs_as_printed() {
    let run = run(SIMPLE, &How::times(400));
    assert_eq!(run.value("total arrivals"), 10_000.0);
    assert_eq!(run.value("total open"), 0.0);
    for record in 0..400 {
        let of = |name: &str| run.values(name)[record];
        assert_eq!(of("total won") + of("total lost"), 10_000.0);
        assert_eq!(of("total revenue"), 40.0 * of("total won"));
    }
    // Binomial: mean 300, variance 291; five standard errors of each.
    let (mean, variance) = (run.mean("total won"), run.variance("total won"));
    assert!((mean - 300.0).abs() < 5.0 * (291.0_f64 / 400.0).sqrt(), "{mean}");
    assert!(
        (variance / 291.0 - 1.0).abs() < 5.0 * (2.0_f64 / 400.0).sqrt(),
        "{variance}"
    );
    let labels: Vec<&str> = run.forecast.periods.iter().map(|it| it.period.as_str()).collect();
    assert_eq!((labels.len(), labels[0], labels[11]), (12, "month 1", "month 12"));
}

#[test]
fn the_full_example_of_the_format_runs_as_printed() {
    let text = include_str!("answers/full-example.toml");
    let base = run(text, &How::times(40));
    // 3000 a month for twelve months.
    assert!(base.values("total cost").iter().all(|it| *it > 36_000.0));
    assert_eq!(base.value("total pipeline"), 420.0 + 1_300.0);
    // 420 trials of 14 days that have waited 5 are decided on the tenth day.
    assert_eq!(base.value("arrival=pipeline arrivals"), 0.0);
    // The newsletter sends 800 in February, 700 to 1000 in May, all of them enterprise; the search
    // about 10,000 a month, one in five.
    let newsletter = base.mean("arrival=newsletter arrivals");
    assert!((1_550.0..1_750.0).contains(&newsletter), "{newsletter}");
    for variant in ["webinar_push", "push_and_price"] {
        let run = run(text, &How::times(5).variant(variant));
        assert_eq!(
            run.values("2026-05 won"),
            base.values("2026-05 won")[..5],
            "{variant} begins in June"
        );
        assert_ne!(run.values("2026-12 cost"), base.values("2026-12 cost")[..5]);
    }
}

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
fn money_is_booked_in_whole_ten_thousandths() {
    // 3.3333 × 1.3 = 4.33329 → 4.3333. 1.2345 units at 1.1111 are 1.37165… → 1.3717, and cost
    // 0.5 each: 0.61725 → 0.6173 (half away from zero). 3.5 % of 4.3333 + 1.3717 are 0.199675 →
    // 0.1997.
    let text = r#"
customers = 3
[products.tea]
price = 1.1111
cost = 0.5
[steps.a]
revenue = 3.3333
units = { tea = 1.2345 }
costs = { fee = "3.5% of revenue", staff = 2 }
outcome = "converted"
"#;
    let cells = [
        ("total units.tea", 3.0 * 1.2345),
        ("total revenue", 3.0 * (4.3333 + 1.3717)),
        ("total costs.fee", 3.0 * 0.1997),
        ("total costs.staff", 6.0),
        ("total cost", 3.0 * (0.6173 + 0.1997 + 2.0)),
        ("total profit", 3.0 * (4.3333 + 1.3717 - 0.6173 - 0.1997 - 2.0)),
    ];
    check_how(text, &How::times(2).set("steps.a.revenue=x1.3"), &cells);
}

#[test]
fn the_pipeline_waits_on_by_what_is_left_of_the_delay() {
    let text = |waited: &str| {
        format!(
            r#"
horizon = "12 days"
period = "day"
[arrivals]
[pipeline]
a = {{ count = 10, waited = "{waited}" }}
[steps.a]
branches = [
  {{ to = "b", chance = 0.5, after = {{ observed = [["1d", 1], ["3d", 7]] }} }},
  {{ to = "c", chance = 0.25, after = "8d" }},
  {{ to = "d", chance = 0.25 }},
]
[steps.b]
outcome = "converted"
[steps.c]
outcome = "lost"
[steps.d]
outcome = "other"
"#
        )
        .replace("[arrivals]\n", "[arrivals.none]\ncount = 0\nto = \"a\"\n")
    };
    // After five days only the delay of eight is left, with three days to go.
    let run = check(
        &text("5d"),
        &[("total lost", 10.0), ("total won", 0.0), ("total other", 0.0)],
    );
    let mut lost = [0.0; 12];
    lost[3] = 10.0;
    assert_eq!(by_period(&run, "lost"), lost);
    // After eight days or more nothing is left: they move on at once, by the plain chances.
    let run = self::run(&format!("format = 1\n{}", text("8d")), &How::times(1_000));
    assert_eq!(run.value("total open"), 0.0);
    assert_eq!(run.values("day 1 won"), run.values("total won"));
    // Binomial with 10 and ½.
    assert!((run.mean("total won") - 5.0).abs() < 5.0 * (2.5_f64 / 1_000.0).sqrt());
    // After one day: `b` has 7/8 of its half left, all in two days; `c` its quarter in seven.
    let run = self::run(&format!("format = 1\n{}", text("1d")), &How::times(4_000));
    assert_eq!(run.value("total other"), 0.0);
    assert_eq!(run.values("day 3 won"), run.values("total won"));
    let share = 7.0 / 16.0 / (7.0 / 16.0 + 1.0 / 4.0);
    let error = (10.0 * share * (1.0 - share) / 4_000.0_f64).sqrt();
    assert!((run.mean("total won") - 10.0 * share).abs() < 5.0 * error);
}

#[test]
fn the_pipeline_books_nothing_for_the_step_it_is_at() {
    let text = r#"
horizon = "40 days"
customers = 2
entry = "trial"
[stages]
try = {}
pay = {}
[pipeline]
paying = [{ count = 5, converted = true }, { count = 3 }]
[steps.trial]
stage = "try"
branches = [{ to = "paying", after = "5d" }]
[steps.paying]
stage = "pay"
event = "conversion"
revenue = 10
branches = [{ to = "gone", after = "30d" }]
[steps.gone]
outcome = "churned"
"#;
    // Two arrivals pay; the eight of the pipeline have paid before, and three of them have not
    // converted by the file's own word.
    let cells = [
        ("total pipeline", 8.0),
        ("total arrivals", 2.0),
        ("total won", 2.0),
        ("total revenue", 20.0),
        ("total churned", 7.0),
        ("total lost", 3.0),
        ("reached paying", 2.0),
        ("reached gone", 10.0),
        ("funnel try", 2.0),
        ("funnel pay", 2.0),
        ("month 1 open", 10.0 - 8.0),
        ("month 1 open.pay", 2.0),
    ];
    let run = check(text, &cells);
    let total = |name: &str| run.forecast.totals.get(name).expect("it is a metric").mean;
    assert_eq!(total("conversion_rate"), Some(2.0 / 5.0));
    assert_eq!(total("churn_rate"), Some(1.0));
}

#[test]
fn somebody_of_the_pipeline_who_comes_back_is_a_customer_of_the_step() {
    let text = r#"
horizon = "95 days"
[arrivals.none]
count = 0
to = "renewal"
[pipeline]
renewal = { count = 7, converted = true }
[steps.renewal]
event = "renewal"
branches = [{ to = "renewal", after = "30d" }]
"#;
    check(
        text,
        &[
            ("reached renewal", 21.0),
            ("total events.renewal", 21.0),
            ("customers renewal", 7.0),
        ],
    );
}

#[test]
fn open_customers_stand_at_the_stage_of_their_step() {
    // One a day. Three days at `a`, then four at `b`, then out.
    let text = r#"
begin = 2026-01-05
horizon = "14 days"
period = "week"
[stages]
early = {}
late = {}
[arrivals.web]
rate = "1 per day"
spread = "fixed"
[steps.a]
stage = "early"
branches = [{ to = "b", after = "3d" }]
[steps.b]
stage = "late"
branches = [{ to = "c", after = "4d" }]
[steps.c]
stage = "late"
outcome = "lost"
"#;
    let run = check(
        text,
        &[("total open", 7.0), ("total open.early", 3.0), ("total open.late", 4.0)],
    );
    assert_eq!(by_period(&run, "open"), [7.0, 7.0]);
    assert_eq!(by_period(&run, "open.early"), [3.0, 3.0]);
    assert_eq!(by_period(&run, "lost"), [0.0, 7.0]);
}

#[test]
fn whoever_skips_a_stage_counts_as_past_it_and_who_met_none_is_in_no_row() {
    let text = r#"
[arrivals]
short = { count = 10, to = "look" }
back = { count = 4, to = "pay" }
none = { count = 3, to = "gone" }
[stages]
first = {}
second = {}
third = {}
[steps.look]
stage = "first"
branches = [{ to = "pay" }]
[steps.pay]
stage = "third"
branches = [{ to = "again" }]
[steps.again]
stage = "second"
branches = [{ to = "gone" }]
[steps.gone]
outcome = "other"
"#;
    check(
        text,
        &[
            ("funnel first", 14.0),
            ("funnel second", 14.0),
            ("funnel third", 14.0),
            ("total other", 17.0),
        ],
    );
}

#[test]
fn a_customer_is_won_once_and_leaves_as_churned_from_then_on() {
    let text = r#"
[arrivals]
buyers = { count = 10, to = "buy" }
others = { count = 7, to = "gone" }
regulars = { count = 5, to = "twice" }
[steps.buy]
event = "conversion"
branches = [{ to = "gone" }]
[steps.twice]
event = ["conversion", "thanks"]
branches = [
  { to = "twice", when = "visits.twice < 3", after = "1d" },
  { to = "happy", when = "otherwise" },
]
[steps.gone]
outcome = "lost"
[steps.happy]
outcome = "converted"
event = "party"
"#;
    // The regulars convert three times each; their outcome adds none.
    let cells = [
        ("total won", 15.0),
        ("total conversions", 10.0 + 15.0),
        ("total events.conversion", 25.0),
        ("total events.thanks", 15.0),
        ("total events.party", 5.0),
        ("total lost", 7.0),
        ("total churned", 10.0),
        ("customers twice", 5.0),
        ("reached twice", 15.0),
        ("end gone unconverted", 7.0),
        ("end gone converted", 10.0),
    ];
    check(text, &cells);
    // Without an event before it, the outcome converts.
    let text = "customers = 4\n[steps.a]\nbranches = [{ to = \"b\" }]\n[steps.b]\noutcome = \"converted\"\n";
    check(
        text,
        &[
            ("total won", 4.0),
            ("total conversions", 4.0),
            ("total events.conversion", 4.0),
        ],
    );
}

#[test]
fn a_step_sets_before_it_adds_and_counters_stay_within_their_bounds() {
    let text = |start: i64, sets: &str, add: i64, asked: i64| {
        format!(
            "customers = 1\n[customer]\nscore = {{ counter = [-2, 5], start = {start} }}\n[steps.a]\n{sets}\n\
             adds = {{ score = {add} }}\nbranches = [\n{{ to = \"yes\", when = \"score == {asked}\" }},\n\
             {{ to = \"no\", when = \"otherwise\" }},\n]\n[steps.yes]\noutcome = \"converted\"\n\
             [steps.no]\noutcome = \"lost\"\n"
        )
    };
    for (start, sets, add, becomes) in [
        (0, "", 2, 2),
        (0, "", 9, 5),
        (0, "", -9, -2),
        (4, "sets = { score = 1 }", 2, 3),
        (0, "sets = { score = -2 }", -1, -2),
        (5, "sets = { score = 5 }", -7, -2),
    ] {
        check(&text(start, sets, add, becomes), &[("total won", 1.0)]);
        check(&text(start, sets, add, becomes + 1), &[("total won", 0.0)]);
    }
}

#[test]
fn rules_see_the_day_the_month_and_the_weekday_of_the_tick() {
    // One a day from Friday 30 January to Thursday 5 February; each decides after two days.
    let text = |condition: &str| {
        format!(
            r#"
begin = 2026-01-30
horizon = "20 days"
[arrivals.web]
rate = "1 per day"
until = 2026-02-05
spread = "fixed"
[steps.a]
branches = [{{ to = "b", after = "2d" }}]
[steps.b]
branches = [
  {{ to = "yes", when = "{condition}" }},
  {{ to = "no", when = "otherwise" }},
]
[steps.yes]
outcome = "converted"
[steps.no]
outcome = "lost"
"#
        )
    };
    // They decide from Sunday 1 to Saturday 7 February.
    for (condition, won) in [
        ("month == 2", 7.0),
        ("month == 1", 0.0),
        ("weekday == 7", 1.0),
        ("weekday >= 6", 2.0),
        ("weekday < 3", 2.0),
        ("days == 2", 7.0),
        ("days > 2", 0.0),
        ("arrival == 'web' and not weekday == 1", 6.0),
        ("weekday == 1 or weekday == 2 and month == 3", 1.0),
    ] {
        check(&text(condition), &[("total won", won)]);
    }
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
fn a_discount_is_by_the_year_of_365_days() {
    let text = r#"
customers = 1
horizon = "2 years"
discount = "6% per year"
[steps.a]
cost = 50
branches = [{ to = "b", after = "365d" }]
[steps.b]
revenue = 106
outcome = "converted"
"#;
    check(
        text,
        &[
            ("total profit", 56.0),
            ("total present_value", 50.0),
            ("month 1 present_value", -50.0),
        ],
    );
}

#[test]
fn budgets_are_spread_evenly_over_the_days_of_their_unit() {
    let text = r#"
begin = 2026-01-01
horizon = "2 months"
customers = 0
[budgets.fair]
amount = "3100 per month"
from = 2026-01-11
until = 2026-01-20
channel = "fair"
[budgets.ads]
amount = "2800 per month"
channel = "ads"
[steps.a]
outcome = "other"
"#;
    let cells = [
        ("2026-01 cost", 1_000.0 + 2_800.0),
        ("2026-02 cost", 2_800.0),
        ("total profit", -6_600.0),
        ("channel=fair cost", 1_000.0),
        ("channel=ads cost", 5_600.0),
    ];
    check(text, &cells);
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

#[test]
fn targets_count_the_days_they_name() {
    let text = r#"
begin = 2026-01-01
end = 2026-02-28
[arrivals.web]
rate = "1 per day"
spread = "fixed"
[steps.a]
revenue = 2
outcome = "converted"
[targets.week]
metric = "won"
at_least = 10
so_far = 3
over = "2026-W05"
[targets.month]
metric = "revenue"
at_most = 50
over = "2026-02"
[targets.all]
metric = "won"
at_least = 60
"#;
    // The fifth week lies on both sides of the end of January.
    let run = check(
        text,
        &[("target week", 7.0), ("target month", 56.0), ("target all", 59.0)],
    );
    let of = |id: &str| {
        run.forecast
            .targets
            .iter()
            .find(|it| it.target == id)
            .expect("it is there")
    };
    assert_eq!(
        (of("week").probability, of("week").expected, of("week").gap_80),
        (1.0, 10.0, Some(0.0))
    );
    assert_eq!((of("month").probability, of("month").gap_80), (0.0, Some(6.0)));
    assert_eq!((of("all").probability, of("all").gap_80), (0.0, Some(1.0)));
}

#[test]
fn results_are_grouped_by_the_attribute_as_it_was_on_arrival() {
    let text = r#"
[arrivals]
web = { count = 6, customer = { kind = "new" } }
shop = { count = 4, customer = { kind = "old" } }
[customer]
kind = { new = 1, old = 1 }
[steps.a]
channel = "mail"
owner = "ann"
sets = { kind = "old" }
revenue = { by = "kind", new = 100, old = 3 }
cost = { by = "arrival", web = 1, else = 2 }
outcome = "converted"
"#;
    let cells = [
        ("kind=new won", 6.0),
        ("kind=old won", 4.0),
        ("kind=new revenue", 18.0),
        ("kind=old revenue", 12.0),
        ("arrival=web cost", 6.0),
        ("arrival=shop cost", 8.0),
        ("arrival=web profit", 12.0),
        ("channel=mail revenue", 30.0),
        ("owner=ann cost", 14.0),
        ("owner=ann conversions", 10.0),
    ];
    check(text, &cells);
}
