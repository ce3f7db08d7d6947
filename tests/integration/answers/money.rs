//! What is booked: amounts, budgets, discounts, targets and groups.

use super::super::cells::How;
use super::{check, check_how};

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
        (Some(1.0), 10.0, Some(0.0))
    );
    assert_eq!((of("month").probability, of("month").gap_80), (Some(0.0), Some(6.0)));
    assert_eq!((of("all").probability, of("all").gap_80), (Some(0.0), Some(1.0)));
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
