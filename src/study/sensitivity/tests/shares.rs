//! Shares of variance against those by hand.

use super::*;

const LINEAR: &str = r#"
format = 1
customers = 1000
steps.visit.branches = [{ to = "buy" }]

[steps.buy]
outcome = "converted"
revenue = { uniform = [80, 120] }
costs = { goods = { normal = { mean = 20, sd = 3 } }, fees = { uniform = [5, 25] }, care = { uniform = [0, 60] } }
"#;

/// Of a sum, each part has its share of the variance, alone and in all: aᵢ²σᵢ² / Σ.
#[test]
fn shares_of_a_sum_are_those_of_its_parts() {
    let answer = answer(LINEAR, &[], &question());
    assert_eq!(
        (answer.metric.as_str(), answer.run.engine.as_str()),
        ("profit", "exact")
    );
    let parts = [
        ("steps.buy.revenue", 1_600.0 / 12.0),
        ("steps.buy.costs.goods", 9.0),
        ("steps.buy.costs.fees", 400.0 / 12.0),
        ("steps.buy.costs.care", 300.0),
    ];
    let all: f64 = parts.iter().map(|it| it.1).sum();
    for (path, variance) in parts {
        let found = share(&answer, path);
        check_share(found.first, variance / all, path);
        check_share(found.total, variance / all, path);
    }
    let shares = answer.shares.expect("something is uncertain");
    check_share(shares.alone, 1.0, "all of them alone");
    assert!((shares.sd / (1_000.0 * all.sqrt()) - 1.0).abs() < 0.05, "{}", shares.sd);
    assert_eq!(shares.luck, None);
}

/// Var(PQ) = μₚ²σ² + μᵩ²σ² + σ⁴, the last of them by both together.
fn check_product(answer: &Sensitivity) {
    let (p, q, variance) = (0.4_f64, 0.3_f64, 0.16 / 12.0);
    let (of_p, of_q, both) = (q * q * variance, p * p * variance, variance * variance);
    let all = of_p + of_q + both;
    for (path, own) in [(VISIT, of_p), (OFFER, of_q)] {
        let found = share(answer, path);
        check_share(found.first, own / all, path);
        check_share(found.total, (own + both) / all, path);
    }
}

#[test]
fn shares_of_two_chances_one_after_the_other_are_those_by_hand() {
    let answer = answer(PRODUCT, &[], &question());
    assert_eq!(answer.metric, "won");
    check_product(&answer);
}

/// Ten customers: three quarters of the variance are luck, and there are but two replications a world.
#[test]
fn luck_adds_noise_to_shares_and_no_bias() {
    let few = PRODUCT.replace("customers = 1000", "customers = 10");
    let question = Question {
        engine: Some(Engine::Individual),
        worlds: Some(16_384),
        ..question()
    };
    let answer = answer(&few, &[], &question);
    check_product(&answer);
    let shares = answer.shares.expect("something is uncertain");
    // n E[p q (1 − p q)] of luck beside n² Var(p q).
    let (second, mean) = (0.16 + 0.16 / 12.0, 0.09 + 0.16 / 12.0);
    let luck = 10.0 * (0.4 * 0.3 - second * mean);
    let all = luck + 100.0 * (second * mean - 0.0144);
    check_share(shares.luck.expect("there is luck"), luck / all, "luck");
}

/// Chances are worked out after amounts, whatever their order in the file: profit is N p (r − c).
#[test]
fn shares_belong_to_their_inputs_in_any_order() {
    let text = r#"
format = 1
customers = 1000
values.appeal = { uniform = [0.2, 0.6] }
steps.visit.branches = [{ to = "buy", chance = "$appeal" }, { to = "leave", chance = "rest" }]
steps.buy = { outcome = "converted", revenue = { uniform = [80, 120] }, cost = { uniform = [20, 40] } }
steps.leave.outcome = "lost"
"#;
    let answer = answer(text, &[], &question());
    let (p, m) = (0.4_f64, 70.0_f64);
    let [of_p, of_r, of_c] = [0.16 / 12.0, 1_600.0 / 12.0, 400.0 / 12.0];
    let all = p * p * (of_r + of_c) + m * m * of_p + of_p * (of_r + of_c);
    for (path, first, together) in [
        ("values.appeal", m * m * of_p, of_p * (of_r + of_c)),
        ("steps.buy.revenue", p * p * of_r, of_p * of_r),
        ("steps.buy.cost", p * p * of_c, of_p * of_c),
    ] {
        let found = share(&answer, path);
        assert_eq!(found.kind == "chance", path == "values.appeal");
        check_share(found.first, first / all, path);
        check_share(found.total, (first + together) / all, path);
    }
}
