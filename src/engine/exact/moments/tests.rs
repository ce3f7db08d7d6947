use std::fmt::Write as _;

use super::*;
use crate::engine::exact::fixture::Fixture;
use crate::random::Key;

fn moments(text: &str, metrics: &[Metric]) -> Vec<Moment> {
    let it = Fixture::new(text);
    let rates = it.rates();
    let ways = Ways::of(&it.plan, &it.states, &rates);
    Moments::new(it.model(), &it.states, metrics).of(&rates, &ways)
}

#[track_caller]
fn check(is: Moment, mean: f64, arrivals: f64, customers: f64) {
    for (is, it) in [(is.mean, mean), (is.arrivals, arrivals), (is.customers, customers)] {
        assert!((is - it).abs() < 1e-10 * (1.0 + it.abs()), "{is} instead of {it}");
    }
}

#[test]
fn renewals_of_poisson_arrivals_are_compound_poisson() {
    let text = r#"
format = 1
horizon = "5 days"
entry = "pays"
arrivals.web = { rate = "10 per day" }
[steps.pays]
revenue = 7
event = "renewal"
branches = [{ to = "pays", name = "again", chance = 0.6, after = "1d" }, { to = "leaves", chance = "rest" }]
[steps.leaves]
outcome = "lost"
"#;
    let (mut mean, mut square, mut of_means) = (0.0, 0.0, 0.0);
    for left in 1..=5 {
        // P(at least j visits) = 0.6^(j−1), and j² − (j−1)² = 2j − 1.
        let chance = |visit: i32| 0.6_f64.powi(visit - 1);
        let first: f64 = (1..=left).map(chance).sum();
        let second: f64 = (1..=left).map(|it| f64::from(2 * it - 1) * chance(it)).sum();
        mean += 10.0 * first;
        square += 10.0 * second;
        of_means += 10.0 * first * first;
    }
    let found = moments(text, &[Metric::Event(1), Metric::Revenue, Metric::Lost]);
    check(found[0], mean, of_means, square - of_means);
    check(found[1], 7.0 * mean, 49.0 * of_means, 49.0 * (square - of_means));
    assert!((found[2].variance() - found[2].mean).abs() < 1e-10);
}

#[test]
fn of_a_known_number_only_luck_is_left() {
    let text = r#"
format = 1
customers = 100
[steps.visit]
branches = [{ to = "buys", chance = 0.3 }, { to = "leaves", chance = "rest", after = "9d" }]
[steps.buys]
outcome = "converted"
revenue = 40
[steps.leaves]
outcome = "lost"
"#;
    let found = moments(text, &[Metric::Arrivals, Metric::Won, Metric::Revenue, Metric::Open]);
    check(found[0], 100.0, 0.0, 0.0);
    check(found[1], 30.0, 0.0, 21.0);
    check(found[2], 1200.0, 0.0, 1600.0 * 21.0);
    check(found[3], 0.0, 0.0, 0.0);
}

#[test]
fn lines_of_a_step_vary_together_where_they_follow_from_the_same_draw() {
    let text = r#"
format = 1
customers = 1
entry = "buys"
products.beans = { price = 10, cost = 4 }
[steps.buys]
revenue = { each = { gamma = { mean = 50, sd = 20 } } }
units = { beans = { each = { poisson = 2 } } }
costs = { fee = "10% of revenue", help = { each = { normal = { mean = 5, sd = 1 } } } }
outcome = "converted"
"#;
    let metrics = [
        Metric::Revenue,
        Metric::Cost,
        Metric::Profit,
        Metric::Units(0),
        Metric::Part(0),
    ];
    let found = moments(text, &metrics);
    // With revenue R, units U and help H: R + 10 U, 0.1 R + 5 U + H, 0.9 R + 5 U − H.
    check(found[0], 70.0, 0.0, 400.0 + 100.0 * 2.0);
    check(found[1], 20.0, 0.0, 4.0 + 25.0 * 2.0 + 1.0);
    check(found[2], 50.0, 0.0, 324.0 + 25.0 * 2.0 + 1.0);
    check(found[3], 2.0, 0.0, 2.0);
    check(found[4], 7.0, 0.0, 4.0 + 2.0);
}

#[test]
fn present_value_is_discounted_to_the_beginning() {
    let text = r#"
format = 1
customers = 100
entry = "signs"
discount = "10% per year"
horizon = "2 years"
[steps.signs]
branches = [{ to = "pays", chance = 0.5, after = "365d" }, { to = "leaves", chance = "rest" }]
[steps.pays]
outcome = "converted"
revenue = 110
[steps.leaves]
outcome = "lost"
"#;
    let found = moments(text, &[Metric::PresentValue, Metric::Profit]);
    check(found[0], 5000.0, 0.0, 250_000.0);
    check(found[1], 5500.0, 0.0, 302_500.0);
}

#[test]
fn good_and_bad_months_move_all_their_arrivals_together() {
    let text = r#"
format = 1
begin = 2026-01-01
horizon = "2 months"
entry = "visit"
arrivals.web = { rate = "100 per month", spread = { cv = "20%" } }
[steps.visit]
branches = [{ to = "buys", chance = 0.1 }, { to = "leaves", chance = "rest" }]
[steps.buys]
outcome = "converted"
[steps.leaves]
outcome = "lost"
"#;
    let found = moments(text, &[Metric::Won, Metric::Arrivals]);
    check(found[0], 20.0, 2.0 + 0.04 * 200.0, 18.0);
    check(found[1], 200.0, 200.0 + 0.04 * 20_000.0, 0.0);
}

#[test]
fn the_pipeline_is_a_known_number_that_waits_for_the_rest_of_its_delay() {
    let text = r#"
format = 1
horizon = "9 days"
[pipeline]
trial = { count = 100, waited = "5d" }
[steps.trial]
branches = [{ to = "pays", chance = 0.2, after = "14d" }, { to = "leaves", chance = "rest", after = "13d" }]
[steps.pays]
event = "conversion"
branches = [{ to = "leaves", after = "1d" }]
[steps.leaves]
outcome = "churned"
"#;
    let later = text.replace("9 days", "10 days");
    let metrics = [Metric::Won, Metric::Open, Metric::Pipeline, Metric::Lost];
    let found = moments(text, &metrics);
    check(found[0], 0.0, 0.0, 0.0);
    check(found[1], 20.0, 0.0, 16.0);
    check(found[2], 100.0, 0.0, 0.0);
    check(found[3], 80.0, 0.0, 16.0);
    check(moments(&later, &metrics)[0], 20.0, 0.0, 16.0);
}

/// A way on of a made-up journey: where to, chance, and delays with their chances.
type Way = (usize, f64, Vec<(usize, f64)>);

/// Adds up what every path books, path by path.
fn enumerate(
    steps: &[(f64, Vec<Way>)],
    ticks: usize,
    (step, tick): (usize, usize),
    (chance, so_far): (f64, f64),
    sums: &mut (f64, f64),
) {
    let booked = so_far + steps[step].0;
    let mut left = chance;
    for (to, share, delays) in &steps[step].1 {
        for (wait, of) in delays.iter().filter(|it| tick + it.0 < ticks) {
            let chance = chance * share * of;
            left -= chance;
            enumerate(steps, ticks, (*to, tick + wait), (chance, booked), sums);
        }
    }
    sums.0 += left * booked;
    sums.1 += left * booked * booked;
}

#[test]
fn moments_are_those_of_all_paths() {
    for seed in 0..40 {
        let mut luck = Key::new(seed).stream();
        let count = 3 + (luck.bits() % 3) as usize;
        let ticks = 5;
        let mut steps: Vec<(f64, Vec<Way>)> = Vec::new();
        let mut text = format!("format = 1\nhorizon = \"{ticks} days\"\nentry = \"s0\"\ncustomers = 3\n");
        for step in 0..count {
            let amount = (luck.bits() % 9) as f64 - 3.0;
            let share = (luck.bits() % 63 + 1) as f64 / 64.0;
            let mut ways = Vec::new();
            let mut lines = Vec::new();
            for (name, chance) in [("a", share), ("b", 1.0 - share)] {
                let to = (luck.bits() % (count as u64 + 1)) as usize;
                // Only ways ahead may take no time.
                let first = usize::from(to <= step);
                let delays: Vec<(usize, f64)> = [(0, 0.5), (1, 0.25), (3, 0.25)]
                    .iter()
                    .map(|it| (first + it.0, it.1))
                    .collect();
                let observed = delays.iter().map(|it| format!("[\"{}d\", {}]", it.0, it.1 * 4.0));
                lines.push(format!(
                    "{{ to = \"s{to}\", name = \"{name}\", chance = {chance}, after = {{ observed = [{}] }} }}",
                    observed.collect::<Vec<_>>().join(", ")
                ));
                ways.push((to, chance, delays));
            }
            let branches = lines.join(", ");
            writeln!(text, "[steps.s{step}]\nrevenue = {amount}\nbranches = [{branches}]").expect("a string has room");
            steps.push((amount, ways));
        }
        steps.push((2.0, Vec::new()));
        writeln!(text, "[steps.s{count}]\nrevenue = 2\noutcome = \"lost\"").expect("a string has room");
        let mut sums = (0.0, 0.0);
        enumerate(&steps, ticks, (0, 0), (1.0, 0.0), &mut sums);
        let found = moments(&text, &[Metric::Revenue])[0];
        check(found, 3.0 * sums.0, 0.0, 3.0 * (sums.1 - sums.0 * sums.0));
    }
}
