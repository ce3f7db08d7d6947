//! Moments worked out backwards from the horizon agree with the oracle, which adds up paths, and
//! with what the individual engine counts.

use forksight::engine::exact::{Metric, Moment, Moments};
use forksight::journey::{Journey, metric_names};
use forksight::plan::{Model, Plan, Rates, States, Ways, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

use super::oracle::choices::Choices;
use super::oracle::expect::{Cells, Expected};
use super::oracle::spec::Spec;
use super::oracle::toml::VARIANT;

/// Reads a scenario; `None` if its memory is not finite.
fn with_states<T>(text: &str, variant: bool, make: impl FnOnce(&Journey, &Plan, &States) -> T) -> Option<T> {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
    let selection = Selection {
        variants: variant.then(|| VARIANT.to_owned()).into_iter().collect(),
        ..Selection::default()
    };
    let (journey, _) = scenario.journey(&selection).expect("it is sound");
    let plan = compile(&journey);
    let states = States::of(&journey, &plan).ok()?;
    Some(make(&journey, &plan, &states))
}

/// The moments of the mean world by group, with a name for each as the oracle has them.
fn moments(journey: &Journey, plan: &Plan, states: &States) -> Vec<(String, Moment)> {
    let model = Model { journey, plan };
    let rates = Rates::of(model, &journey.draws.mean_world()).expect("numbers are small");
    let ways = Ways::of(plan, states, &rates);
    let metrics = Metric::of_horizon(journey);
    let names = metric_names(journey);
    let found = Moments::by_group(model, states, &metrics).of(&rates, &ways);
    let mut groups = vec!["total".to_owned()];
    groups.extend(journey.streams.iter().map(|it| format!("arrival={}", it.id)));
    groups.extend((!journey.pipeline.is_empty()).then(|| "arrival=pipeline".to_owned()));
    for it in &journey.attributes {
        if let forksight::journey::AttributeKind::Category(values) = &it.kind {
            groups.extend(values.iter().map(|value| format!("{}={value}", it.id)));
        }
    }
    assert_eq!(found.len(), groups.len() * metrics.len());
    let all = groups
        .iter()
        .flat_map(|group| names[..metrics.len()].iter().map(move |it| format!("{group} {it}")));
    all.zip(found).collect()
}

/// Compares with what the oracle expects; returns how many cells it has. Shares of revenue are
/// rounded to ten-thousandths where nothing is drawn, which the oracle does not do.
fn check(title: &str, moments: &[(String, Moment)], cells: &Cells) -> usize {
    let nothing = Expected {
        mean: 0.0,
        variance: Some(0.0),
        jump: 0.0,
    };
    let mut wrong = Vec::new();
    let mut compared = 0;
    let slack = if title.contains("% of revenue") { 2e-3 } else { 1e-7 };
    for (name, is) in moments {
        // Groups have fewer metrics than the oracle looks at.
        let Some(it) = cells
            .get(name)
            .or_else(|| name.starts_with("total ").then_some(&nothing))
        else {
            continue;
        };
        compared += 1;
        // The oracle drops what is too rare, and does not round budgets.
        let is_near = |is: f64, it: f64, scale: f64| (is - it).abs() <= slack * (it.abs() + scale) + 1e-4;
        if !is_near(is.mean, it.mean, it.jump) {
            wrong.push(format!("{name}: mean {} instead of {}", is.mean, it.mean));
        }
        if let Some(variance) = it.variance
            && !is_near(is.variance(), variance, it.jump * it.jump)
        {
            wrong.push(format!("{name}: variance {} instead of {variance}", is.variance()));
        }
    }
    assert!(wrong.is_empty(), "{title}\n{}", wrong.join("\n"));
    compared
}

#[test]
fn moments_of_made_up_journeys_are_what_the_oracle_expects() {
    let (mut compared, mut journeys) = (0, 0);
    for seed in 0..120 {
        let spec = Spec::generate(&mut Choices::seeded(seed), false);
        let variant = spec.changes.iter().any(|it| it.days.is_none());
        let text = spec.text();
        if let Some(moments) = with_states(&text, variant, moments) {
            compared += check(&format!("seed {seed}\n{text}"), &moments, &spec.expect());
            journeys += 1;
        }
    }
    assert!(
        journeys > 60 && compared > 1_500,
        "{journeys} journeys, {compared} cells"
    );
}
