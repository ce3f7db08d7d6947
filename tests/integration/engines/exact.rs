//! The exact engine against the oracle, cell by cell, to nine digits.

use forksight::engine::exact::Solver;
use forksight::forecast::{Layout, record};
use forksight::plan::{Model, Rates, States, Unfit, Ways, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

use super::super::cells::names;
use super::super::oracle::choices::Choices;
use super::super::oracle::expect::Cells;
use super::super::oracle::spec::{Spec, What};
use super::super::oracle::toml::VARIANT;

/// What the exact engine expects of every cell, by name; `None` if the journey has no finite
/// memory.
fn expectations(text: &str, selection: &Selection) -> Option<Vec<(String, f64)>> {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it is sound");
    let (journey, _) = scenario.journey(selection).expect("it is sound");
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let states = match States::of(&journey, &plan) {
        Ok(states) => states,
        Err(Unfit::Days(_)) => return None,
        Err(other) => panic!("{other}\n{text}"),
    };
    let rates = Rates::of(model, &journey.draws.mean_world()).expect("numbers are small");
    let ways = Ways::of(&plan, &states, &rates);
    let tally = Solver::new(&plan, &states).tally(&rates, &ways);
    let layout = Layout::of(&journey, &plan);
    let record = record(model, &layout, &rates, &tally);
    let labels: Vec<&str> = plan.periods.iter().map(|it| it.label.as_str()).collect();
    Some(names(&journey, &layout, &labels).into_iter().zip(record).collect())
}

fn check(title: &str, text: &str, spec: &Spec, expectations: &[(String, f64)]) -> usize {
    let cells: Cells = spec.expect();
    // Budgets are booked in whole ten-thousandths bin by bin, amounts customer by customer.
    let budgets = if spec.budgets.is_empty() { 0.0 } else { 1e-4 };
    let is_rounded = spec.changes.iter().any(|it| matches!(it.what, What::Revenue(..)));
    let reached = cells.iter().filter(|it| it.0.starts_with("reached "));
    let amounts = if is_rounded {
        5e-5 * reached.map(|it| it.1.mean).sum::<f64>()
    } else {
        0.0
    };
    let slack = |name: &str| match name.rsplit_once(' ').map_or(name, |it| it.1) {
        it if it.starts_with("costs.") || it == "revenue" => amounts,
        "cost" | "profit" | "present_value" => amounts + budgets,
        it if it.starts_with('t') && name.starts_with("target") => amounts + budgets,
        // A difference of sums, without the dust of rounding.
        it if it.starts_with("open") => 1e-8,
        // The oracle does not follow all that is next to nothing.
        _ => 1e-12,
    };
    let mut wrong = Vec::new();
    for name in cells.keys().filter(|it| !expectations.iter().any(|is| is.0 == **it)) {
        wrong.push(format!("{name}: the engine does not have it"));
    }
    for (name, is) in expectations {
        let mean = cells.get(name).map_or(0.0, |it| it.mean);
        let close = (is - mean).abs() <= 1e-9 * mean.abs() + slack(name).max(1e-12);
        if !close {
            wrong.push(format!("{name}: {is} instead of {mean}"));
        }
    }
    assert!(wrong.is_empty(), "{title}\n{}\n\n{text}", wrong.join("\n"));
    cells.len()
}

fn made_up(seeds: std::ops::Range<u64>) {
    let mut cells = 0;
    for seed in seeds.clone() {
        let spec = Spec::generate(&mut Choices::seeded(seed), false);
        let text = spec.text();
        let mut selection = Selection::default();
        if spec.changes.iter().any(|it| it.days.is_none()) {
            selection.variants = vec![VARIANT.to_owned()];
        }
        if let Some(expectations) = expectations(&text, &selection) {
            cells += check(&format!("seed {seed}"), &text, &spec, &expectations);
        }
    }
    assert!(
        cells as u64 > 30 * (seeds.end - seeds.start),
        "only {cells} cells were compared"
    );
}

#[test]
fn made_up_journeys_have_the_expectations_of_the_oracle() {
    made_up(0..150);
}

#[test]
fn more_made_up_journeys_have_the_expectations_of_the_oracle() {
    made_up(150..300);
}
