//! What becomes of customers: the pipeline, stages, outcomes and what is known of them.

use super::super::cells::{How, run};
use super::{by_period, check};

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
        let other = if becomes == 5 { 4 } else { becomes + 1 };
        check(&text(start, sets, add, other), &[("total won", 0.0)]);
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
