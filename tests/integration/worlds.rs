//! What is uncertain is drawn once per world, by the law that the file states.

use super::cells::{How, Run, run};

const REPLICATIONS: u64 = 4_000;
/// Standard errors that a mean, a variance or a share of draws may be off.
const BAR: f64 = 5.0;

/// One customer who pays the quantity.
fn paid(quantity: &str) -> Run {
    let text = format!(
        "format = 1\ncustomers = 1\nhorizon = \"1 day\"\n[steps.pay]\noutcome = \"converted\"\nrevenue = {quantity}\n"
    );
    run(&text, &How::times(REPLICATIONS))
}

fn near(what: &str, is: f64, should: f64, error: f64) {
    assert!(
        (is - should).abs() <= BAR * error,
        "{what} is {is} instead of {should} ± {error}"
    );
}

/// Checks mean and variance over replications.
fn check(what: &str, run: &Run, cell: &str, mean: f64, variance: f64) {
    let (values, count) = (run.values(cell), run.records.len() as f64);
    let fourth = values.iter().map(|it| (it - mean).powi(4)).sum::<f64>() / count;
    near(
        &format!("{what}: mean"),
        run.mean(cell),
        mean,
        (variance / count).sqrt(),
    );
    let error = ((fourth - variance * variance).max(0.0) / count).sqrt() + 1e-12;
    near(&format!("{what}: variance"), run.variance(cell), variance, error);
}

#[test]
fn amounts_follow_their_laws_across_worlds_and_across_customers() {
    // Through 40 and 60, 5 % outside on either side: log-normal with the median √2400.
    let sigma: f64 = (60.0_f64 / 40.0).ln() / (2.0 * 1.644_853_626_951_472_2);
    let lognormal = |median: f64, sigma: f64| {
        let mean = median * (sigma * sigma / 2.0).exp();
        (mean, mean * mean * ((sigma * sigma).exp() - 1.0))
    };
    let interval = lognormal(2_400.0_f64.sqrt(), sigma);
    let p90 = lognormal(20.0, 1.5_f64.ln() / 1.281_551_565_544_600_4);
    let laws = [
        ("\"40 to 60\"", interval.0, interval.1),
        // An interval that reaches below 0 is normal.
        ("\"-10 to 30\"", 10.0, (20.0 / 1.644_853_626_951_472_2_f64).powi(2)),
        ("{ uniform = [10, 40] }", 25.0, 75.0),
        ("{ triangular = [0, 10, 50] }", 20.0, (2_500.0 + 100.0 - 500.0) / 18.0),
        ("{ normal = { mean = 20, sd = 4 } }", 20.0, 16.0),
        ("{ lognormal = { median = 20, p90 = 30 } }", p90.0, p90.1),
        ("{ lognormal = { mean = 20, sd = 6 } }", 20.0, 36.0),
        ("{ gamma = { mean = 20, sd = 10 } }", 20.0, 100.0),
    ];
    for (law, mean, variance) in laws {
        check(law, &paid(law), "total revenue", mean, variance);
        let each = format!("{{ each = {law} }}");
        check(&each, &paid(&each), "total revenue", mean, variance);
    }
    check(
        "poisson",
        &paid("{ each = { poisson = 2.5 } }"),
        "total revenue",
        2.5,
        2.5,
    );
    check(
        "beta",
        &paid("{ beta = [2, 6] }"),
        "total revenue",
        0.25,
        12.0 / 64.0 / 9.0,
    );
}

#[test]
fn one_in_twenty_lies_on_either_side_of_an_interval() {
    let error = (0.05 * 0.95 / REPLICATIONS as f64).sqrt();
    for (low, high) in [(40.0, 60.0), (-5.0, 5.0), (1.0, 100.0)] {
        let draws = paid(&format!("\"{low} to {high}\"")).values("total revenue");
        let share = |count: usize| count as f64 / REPLICATIONS as f64;
        near(
            "below",
            share(draws.iter().filter(|it| **it < low).count()),
            0.05,
            error,
        );
        near(
            "above",
            share(draws.iter().filter(|it| **it > high).count()),
            0.05,
            error,
        );
    }
}

#[test]
fn a_number_of_a_world_is_the_same_for_all_and_an_each_is_not() {
    let text = |revenue: &str| {
        format!(
            "format = 1\ncustomers = 100\nhorizon = \"1 day\"\n[steps.pay]\noutcome = \"converted\"\nrevenue = {revenue}\n"
        )
    };
    let law = "{ gamma = { mean = 20, sd = 10 } }";
    let world = run(&text(law), &How::times(REPLICATIONS));
    check(
        "one draw for all",
        &world,
        "total revenue",
        2_000.0,
        100.0 * 100.0 * 100.0,
    );
    let each = run(&text(&format!("{{ each = {law} }}")), &How::times(REPLICATIONS));
    check("a draw each", &each, "total revenue", 2_000.0, 100.0 * 100.0);
}

/// Fifty customers who convert by a chance: mean and variance of the won ones.
fn check_chance(chance: &str, mean: f64, variance: f64) {
    let text = format!(
        "format = 1\ncustomers = 50\nhorizon = \"1 day\"\n[steps.try]\nbranches = [\n{{ to = \"yes\", chance = {chance} }},\n\
         {{ to = \"no\", chance = \"rest\" }},\n]\n[steps.yes]\noutcome = \"converted\"\n[steps.no]\noutcome = \"lost\"\n"
    );
    let run = run(&text, &How::times(REPLICATIONS));
    // Total variance: E[n p (1 − p)] + Var[n p].
    let all = 50.0 * (mean - mean * mean - variance) + 2_500.0 * variance;
    check(chance, &run, "total won", 50.0 * mean, all);
}

#[test]
fn chances_follow_their_laws() {
    let beta = |a: f64, b: f64| (a / (a + b), a * b / (a + b).powi(2) / (a + b + 1.0));
    let (mean, variance) = beta(8.5, 32.5);
    check_chance("\"8 of 40\"", mean, variance);
    let (mean, variance) = beta(3.0, 5.0);
    check_chance("{ beta = [3, 5] }", mean, variance);
    check_chance("{ uniform = [0.2, 0.6] }", 0.4, 0.16 / 12.0);
    check_chance("0.3", 0.3, 0.0);
    // Normal on the logit scale through both ends, summed up by Simpson's rule.
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let (centre, spread) = (
        f64::midpoint(logit(0.1), logit(0.4)),
        (logit(0.4) - logit(0.1)) / (2.0 * 1.644_853_626_951_472_2),
    );
    let moment = |power: i32| {
        let parts = 2_000;
        let sum: f64 = (0..=parts)
            .map(|at| {
                let z = -9.0 + 18.0 * f64::from(at) / f64::from(parts);
                let weight = if at == 0 || at == parts {
                    1.0
                } else if at % 2 == 1 {
                    4.0
                } else {
                    2.0
                };
                let p = 1.0 / (1.0 + (-centre - spread * z).exp());
                weight * p.powi(power) * (-z * z / 2.0).exp()
            })
            .sum();
        sum * 18.0 / f64::from(parts) / 3.0 / (2.0 * std::f64::consts::PI).sqrt()
    };
    check_chance("\"10% to 40%\"", moment(1), moment(2) - moment(1).powi(2));
}

#[test]
fn observed_counts_are_one_dirichlet_for_the_whole_fork() {
    let text = "format = 1\ncustomers = 40\nhorizon = \"1 day\"\n[steps.try]\nbranches = [\n{ to = \"a\", count = 3 },\n\
                { to = \"b\", count = 5.5 },\n{ to = \"c\", count = 0 },\n]\n[steps.a]\noutcome = \"converted\"\n\
                [steps.b]\noutcome = \"lost\"\n[steps.c]\noutcome = \"other\"\n";
    let run = run(text, &How::times(REPLICATIONS));
    // Dirichlet-multinomial of 40 with 3½, 6 and ½.
    for (cell, weight) in [("total won", 3.5), ("total lost", 6.0), ("total other", 0.5)] {
        let share: f64 = weight / 10.0;
        let variance = 40.0 * share * (1.0 - share) * (40.0 + 10.0) / (1.0 + 10.0);
        check(cell, &run, cell, 40.0 * share, variance);
    }
    let pairs = run.values("total won").into_iter().zip(run.values("total lost"));
    let covariance = pairs.map(|(won, lost)| (won - 14.0) * (lost - 24.0)).sum::<f64>() / REPLICATIONS as f64;
    // −n p q (n + A) / (1 + A); the error of a covariance is about that of the variances.
    near(
        "covariance",
        covariance,
        -40.0 * 0.35 * 0.6 * 50.0 / 11.0,
        40.0 * 0.25 * 50.0 / 11.0 * (2.0 / 4_000.0_f64).sqrt(),
    );
}

#[test]
fn a_value_is_one_draw_for_all_its_uses_and_others_are_independent() {
    let text = r#"
format = 1
horizon = "1 day"
[values]
price = "10 to 30"
[arrivals]
first = { count = 1, to = "a" }
second = { count = 1, to = "b" }
third = { count = 1, to = "c" }
[steps.a]
revenue = "$price"
channel = "a"
outcome = "other"
[steps.b]
revenue = "$price"
channel = "b"
outcome = "other"
[steps.c]
revenue = "10 to 30"
channel = "c"
outcome = "other"
"#;
    let run = run(text, &How::times(REPLICATIONS));
    assert_eq!(run.values("channel=a revenue"), run.values("channel=b revenue"));
    let (mean, variance) = (run.mean("channel=a revenue"), run.variance("channel=a revenue"));
    let pairs = run
        .values("channel=a revenue")
        .into_iter()
        .zip(run.values("channel=c revenue"));
    let together = pairs
        .map(|(a, c)| (a - mean) * (c - run.mean("channel=c revenue")))
        .sum::<f64>()
        / REPLICATIONS as f64;
    near("covariance", together, 0.0, variance / (REPLICATIONS as f64).sqrt());
}

#[test]
fn uncertain_rates_widen_poisson_arrivals() {
    let text = |rate: &str, spread: &str| {
        format!(
            "format = 1\nbegin = 2026-03-01\nhorizon = \"10 days\"\n[arrivals.web]\nrate = \"{rate}\"\n{spread}\n\
             [steps.a]\noutcome = \"other\"\n"
        )
    };
    let sigma: f64 = (9.0_f64 / 4.0).ln() / (2.0 * 1.644_853_626_951_472_2);
    let mean = 10.0 * 6.0 * (sigma * sigma / 2.0).exp();
    let of_worlds = mean * mean * ((sigma * sigma).exp() - 1.0);
    let poisson = run(&text("4 to 9 per day", ""), &How::times(REPLICATIONS));
    check("poisson", &poisson, "total arrivals", mean, mean + of_worlds);
    // Rounding to whole customers moves the running total by a twelfth in variance, at most.
    let fixed = run(
        &text("400 to 900 per day", "spread = \"fixed\""),
        &How::times(REPLICATIONS),
    );
    check("fixed", &fixed, "total arrivals", 100.0 * mean, 1e4 * of_worlds);
    let cv = run(
        &text("6 per day", "spread = { cv = \"30%\" }"),
        &How::times(REPLICATIONS),
    );
    check("cv", &cv, "total arrivals", 60.0, 60.0 + 0.09 * 3_600.0);
}

#[test]
fn chances_that_pass_one_together_are_drawn_again() {
    // Two uniform chances on 0.3 to 0.7: given that they sum to at most 1, each has mean 1/3 of
    // the triangle above 0.3: 0.3 + 0.4 / 3, variance 0.16 / 18.
    let text = "format = 1\ncustomers = 30\nhorizon = \"1 day\"\n[steps.try]\nbranches = [\n\
                { to = \"a\", chance = { uniform = [0.3, 0.6999] } },\n{ to = \"b\", chance = { uniform = [0.3, 0.6999] } },\n\
                { to = \"c\", chance = \"rest\" },\n]\n[steps.a]\noutcome = \"converted\"\n[steps.b]\noutcome = \"lost\"\n\
                [steps.c]\noutcome = \"other\"\n";
    let run = run(text, &How::times(REPLICATIONS));
    let (mean, variance): (f64, f64) = (0.3 + 0.4 / 3.0, 0.16 / 18.0);
    let all = 30.0 * (mean - mean * mean - variance) + 900.0 * variance;
    check("first", &run, "total won", 30.0 * mean, all);
    check("second", &run, "total lost", 30.0 * mean, all);
}

#[test]
fn a_relative_change_moves_every_draw() {
    let text = "format = 1\ncustomers = 1\nhorizon = \"1 day\"\n[steps.pay]\noutcome = \"converted\"\nrevenue = \"40 to 60\"\n";
    let base = run(text, &How::times(200)).values("total revenue");
    for (change, expected) in [("x1.5", 1.5), ("-10%", 0.9)] {
        let changed = run(text, &How::times(200).set(&format!("steps.pay.revenue={change}"))).values("total revenue");
        for (base, changed) in base.iter().zip(changed) {
            // The draw itself is rounded only after the change.
            assert!((changed - base * expected).abs() < 2e-4, "{base} becomes {changed}");
        }
    }
}
