//! What it is worth to know, against closed forms.

use super::*;

const DECISION: &str = r#"
format = 1
customers = 1
values.gain = { normal = { mean = 95, sd = 20 } }
steps.visit.branches = [{ to = "buy" }]
steps.buy = { outcome = "converted", revenue = 100 }
variants.bold.set = { "steps.buy.revenue" = "$gain" }
"#;

/// The unit-normal loss: σ (φ(z) − z Φ(−z)) with z = (100 − 95) / 20.
#[test]
fn knowing_before_deciding_is_worth_what_the_textbook_says() {
    let answer = answer(DECISION, &["bold"], &question());
    let information = answer.information.expect("there are options");
    assert_eq!((information.best.as_str(), information.worlds), ("base", 8_192));
    let truth = 20.0 * (0.386_668_117 - 0.25 * 0.401_293_674);
    let everything = information.everything;
    let off = (everything.value - truth) / everything.se;
    assert!(off.abs() < BAR, "{everything:?} instead of {truth}");
    assert!(everything.se < 0.02 * truth);
    // The gain is all that is uncertain: to know it is to know everything.
    let only = &information.inputs[0];
    assert_eq!((only.path.as_str(), information.inputs.len()), ("values.gain", 1));
    assert!((only.worth.value / everything.value - 1.0).abs() < 0.005, "{only:?}");
}

/// gain − loss against 100: to know the gain is worth E max(0, gain − 15 − 100) with gain from 80 to
/// 140, which is 25² / 2 / 60; to know the loss is worth nothing, since it never changes the choice.
#[test]
fn knowing_one_number_is_worth_its_part() {
    let text = DECISION
        .replace(
            "{ normal = { mean = 95, sd = 20 } }",
            "{ uniform = [80, 140] }\nvalues.loss = { uniform = [13, 17] }",
        )
        .replace("revenue = 100 }", "revenue = 100, cost = 0 }")
        .replace("\"$gain\" }", "\"$gain\", \"steps.buy.cost\" = \"$loss\" }");
    for engine in [Engine::Exact, Engine::Individual] {
        let question = Question {
            engine: Some(engine),
            ..question()
        };
        let information = answer(&text, &["bold"], &question)
            .information
            .expect("there are options");
        let worth = |path: &str| {
            let found = information.inputs.iter().find(|it| it.path == path);
            found.expect("it is uncertain").worth
        };
        let truth = 25.0 * 25.0 / 120.0;
        let gain = worth("values.gain");
        assert!(
            ((gain.value - truth) / gain.se).abs() < BAR,
            "{gain:?} instead of {truth}"
        );
        let loss = worth("values.loss");
        assert!(loss.value < 0.02 * truth && loss.value >= 0.0, "{loss:?}");
        assert!(information.everything.value >= gain.value);
    }
}

/// Both options come to the same in every world, and to something else by luck.
#[test]
fn luck_is_not_worth_knowing() {
    let text = r#"
format = 1
customers = 50
steps.visit = { cost = { uniform = [0, 0.1] }, branches = [{ to = "buy", chance = "30%" }, { to = "leave", chance = "rest" }] }
steps.buy = { outcome = "converted", revenue = 100 }
steps.leave.outcome = "lost"
variants.dear.set = { "steps.visit.buy.chance" = "15%", "steps.buy.revenue" = 200 }
"#;
    let question = Question {
        engine: Some(Engine::Individual),
        worlds: Some(1_000),
        ..question()
    };
    let information = answer(text, &["dear"], &question)
        .information
        .expect("there are options");
    for worth in [information.everything, information.inputs[0].worth] {
        assert!(worth.value < 4.0 * worth.se, "{worth:?}");
    }
}
