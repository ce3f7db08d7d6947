//! What lies before customers: solved and found by following them, it is the same.

use forksight::engine::Engine;
use forksight::engine::exact::worth;
use forksight::engine::outlook::{Ends, Outlook, follow};
use forksight::plan::{Model, Rates, States, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

use super::cells::{How, run};
use super::oracle::choices::Choices;
use super::oracle::spec::Spec;
use super::scenarios::shipped;

/// How many standard errors a mean may be off.
const BAR: f64 = 5.0;
/// How many customers are followed under one seed.
const CUSTOMERS: f64 = 1e5;
const SEEDS: u64 = 3;

fn shares(of: &Outlook) -> [f64; 6] {
    let Ends {
        won,
        churned,
        lost,
        other,
        open,
    } = of.ends;
    [won, churned, lost, other, open, of.converts]
}

/// Compares all shares of every branch that is taken often; returns how many.
fn check(title: &str, text: &str) -> usize {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it is sound");
    let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let Ok(states) = States::of(&journey, &plan) else {
        return 0;
    };
    let solved = worth(model, &states).expect("amounts are small");
    let rates = Rates::of(model, &journey.draws.mean_world()).expect("amounts are small");
    let followed = (1..=SEEDS).map(|seed| follow(model, &rates, seed).expect("its memory is finite"));
    let followed: Vec<_> = followed.collect();
    let expected = run(text, &How::times(1).engine(Engine::Exact));
    let everybody = expected.mean("total arrivals") + expected.mean("total pipeline");
    let mut compared = 0;
    for (id, step) in journey.steps() {
        for branch in journey.branches(id) {
            let at = branch.index();
            let Some(solved) = &solved.branches[at] else {
                continue;
            };
            let sum: f64 = shares(solved)[..5].iter().sum();
            assert!((sum - 1.0).abs() < 1e-12, "{title}: shares sum to {sum}\n{text}");
            let name = format!("{}.{}", step.id, journey.branch(branch).name);
            let taken = expected.mean(&format!("taken {name}")) / everybody * CUSTOMERS * SEEDS as f64;
            let found: Vec<_> = followed.iter().filter_map(|it| it.branches[at].as_ref()).collect();
            if taken < 1_000.0 || found.len() < followed.len() {
                continue;
            }
            for (position, share) in shares(solved).into_iter().enumerate() {
                let found: Vec<f64> = found.iter().map(|it| shares(it)[position]).collect();
                let count = found.len() as f64;
                let mean = found.iter().sum::<f64>() / count;
                let squares: f64 = found.iter().map(|it| (it - mean).powi(2)).sum();
                // Those of long paths stand for several: the spread between seeds tells.
                let binomial = share * (1.0 - share) / taken;
                let error = binomial.max(squares / (count - 1.0) / count).sqrt();
                // So rare that the sum of a few is not normal.
                let slack = BAR * error + BAR / taken;
                assert!(
                    (mean - share).abs() <= slack,
                    "{title}: {name}, share {position}: {mean} instead of {share} ({:.1} errors)\n{text}",
                    (mean - share) / error
                );
                compared += 1;
            }
        }
    }
    compared
}

#[test]
fn customers_of_shipped_scenarios_end_where_they_are_expected_to() {
    for (name, text) in shipped() {
        let compared = check(&name, &text);
        assert!(compared > 20, "{name}: only {compared} shares were compared");
    }
}

#[test]
fn customers_of_made_up_journeys_end_where_they_are_expected_to() {
    let spec = |seed| Spec::generate(&mut Choices::seeded(seed), false);
    let compared: usize = (0..60)
        .map(|seed| check(&format!("seed {seed}"), &spec(seed).text()))
        .sum();
    assert!(compared > 900, "only {compared} shares were compared");
}
