//! Moments worked out backwards from the horizon agree with the oracle, which adds up paths, and
//! with what the individual engine counts.

use std::sync::atomic::AtomicBool;

use forksight::engine::exact::{Metric, Moment, Moments};
use forksight::engine::{AnyTally, Engine, RunOptions, simulate};
use forksight::forecast::{CellLaw, Layout, Variances, moments as moments_of_values, record};
use forksight::journey::assumption::DrawKind;
use forksight::journey::law::{Bounds, Law};
use forksight::journey::{Journey, metric_names};
use forksight::plan::{Model, Plan, Rates, States, Ways, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

use super::cells::names;
use super::oracle::choices::Choices;
use super::oracle::expect::{Cells, Expected};
use super::oracle::spec::Spec;
use super::oracle::toml::VARIANT;
use super::scenarios::shipped;

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
    for seed in 0..80 {
        let spec = Spec::generate(&mut Choices::seeded(seed), false);
        let variant = spec.changes.iter().any(|it| it.days.is_none());
        let text = spec.text();
        if let Some(moments) = with_states(&text, variant, moments) {
            compared += check(&format!("seed {seed}\n{text}"), &moments, &spec.expect());
            journeys += 1;
        }
    }
    assert!(
        journeys > 40 && compared > 1_000,
        "{journeys} journeys, {compared} cells"
    );
}

/// Every cell with its name, its law, and its variance in the mean world if that is worked out.
fn laws(journey: &Journey, plan: &Plan, states: &States) -> Vec<(String, CellLaw, Option<f64>)> {
    let model = Model { journey, plan };
    let rates = Rates::of(model, &journey.draws.mean_world()).expect("numbers are small");
    let ways = Ways::of(plan, states, &rates);
    let layout = Layout::of(journey, plan);
    let mut variances = Variances::of(model, &layout, states);
    let within = variances.within(&rates, &ways);
    let labels: Vec<&str> = plan.periods.iter().map(|it| it.label.as_str()).collect();
    let cells = names(journey, &layout, &labels).into_iter().zip(variances.cells());
    let cells = cells.map(|(name, law)| match law {
        CellLaw::Variance(at) => (name, *law, Some(within[*at])),
        _ => (name, *law, None),
    });
    cells.collect()
}

#[test]
fn laws_of_made_up_journeys_are_what_the_oracle_expects() {
    let mut kinds = [0; 4];
    for seed in 0..60 {
        let spec = Spec::generate(&mut Choices::seeded(seed), false);
        let variant = spec.changes.iter().any(|it| it.days.is_none());
        let text = spec.text();
        let Some(laws) = with_states(&text, variant, laws) else {
            continue;
        };
        let cells = spec.expect();
        let slack = if text.contains("% of revenue") { 2e-3 } else { 1e-7 };
        for (name, law, variance) in laws {
            let expected = cells.get(&name);
            let mean = expected.map_or(0.0, |it| it.mean);
            let it = expected.map_or(Some(0.0), |it| it.variance);
            let (kind, is) = match law {
                CellLaw::Constant => (0, Some(0.0)),
                CellLaw::Poisson => (1, Some(mean)),
                CellLaw::Variance(_) => (2, variance),
                CellLaw::Unknown => (3, None),
            };
            kinds[kind] += 1;
            let is_total = name.starts_with("total ");
            assert!(!is_total || law != CellLaw::Unknown, "seed {seed}: {name}\n{text}");
            if let (Some(is), Some(it)) = (is, it) {
                let jump = expected.map_or(0.0, |it| it.jump);
                let is_near = (is - it).abs() <= slack * (it.abs() + jump * jump) + 1e-4;
                assert!(is_near, "seed {seed}: {name}: {law:?}: {is} instead of {it}\n{text}");
            }
        }
    }
    assert!(kinds.iter().all(|it| *it > 100), "{kinds:?}");
}

/// A shipped scenario with a tenth of its arrivals, and all that is uncertain at its mean.
fn certain(text: &str) -> (Journey, Plan) {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
    let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
    let fewer = journey
        .streams
        .iter()
        .map(|it| format!("arrivals.{}.volume=x0.1", it.id));
    let selection = Selection {
        set: fewer.collect(),
        ..Selection::default()
    };
    let (mut journey, _) = scenario.journey(&selection).expect("it is sound");
    let means = journey.draws.mean_world();
    for (at, draw) in journey.draws.draws.iter_mut().enumerate() {
        let mean = means.value(forksight::journey::DrawId::at(at));
        draw.kind = DrawKind::Alone(Law::constant(mean), Bounds::NONE);
    }
    let plan = compile(&journey);
    (journey, plan)
}

#[test]
fn variances_of_shipped_scenarios_are_those_of_customers_followed_one_by_one() {
    let (mut compared, mut wrong) = (0, Vec::new());
    for (title, text) in shipped() {
        let (journey, plan) = certain(&text);
        let model = Model {
            journey: &journey,
            plan: &plan,
        };
        let Ok(states) = States::of(&journey, &plan) else {
            continue;
        };
        let laws = laws(&journey, &plan, &states);
        let layout = Layout::of(&journey, &plan);
        let options = RunOptions {
            replications: 300,
            seed: 1,
            threads: 2,
            engine: Engine::Individual,
        };
        let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
        let simulated = simulate(model, options, extract, &|_| (), &AtomicBool::new(false)).expect("amounts are small");
        for (cell, (name, law, variance)) in laws.iter().enumerate() {
            let values: Vec<f64> = simulated.results.iter().map(|it| it[cell]).collect();
            let (mean, is) = moments_of_values(&values);
            let it = match law {
                // Of a few rare ones the spread says little.
                CellLaw::Poisson if mean > 20.0 => mean,
                CellLaw::Variance(_) => variance.expect("it was worked out"),
                CellLaw::Constant => 0.0,
                CellLaw::Poisson | CellLaw::Unknown => continue,
            };
            compared += 1;
            let count = values.len() as f64;
            let fourth = values.iter().map(|it| (it - mean).powi(4)).sum::<f64>() / count;
            let error = ((fourth - it * it).max(2.0 * it * it) / count).sqrt();
            if (is - it).abs() > 5.0 * error + 1e-9 * mean * mean {
                wrong.push(format!("{title}: {name}: {law:?}: {is} instead of {it}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 400, "{compared} cells");
}
