//! The exact engine against the oracle, cell by cell, to nine digits.

use forksight::engine::exact::Solver;
use forksight::forecast::{Layout, record};
use forksight::plan::{Model, Rates, States, Unfit, Ways, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

use super::super::cells::{How, names, run};
use super::super::oracle::choices::Choices;
use super::super::oracle::expect::Cells;
use super::super::oracle::spec::{Spec, What};
use super::super::oracle::toml::VARIANT;
use super::BAR;

/// What the exact engine expects of every cell, by name; `None` if the journey has no finite
/// memory.
fn expectations(text: &str, selection: &Selection) -> Option<Vec<(String, f64)>> {
    in_world(text, selection, None)
}

/// The same in the world of a replication, or in the mean world.
fn in_world(text: &str, selection: &Selection, replication: Option<u64>) -> Option<Vec<(String, f64)>> {
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
    let draws = &journey.draws;
    let world = replication.map_or_else(|| draws.mean_world(), |it| draws.world(1, it));
    let rates = Rates::of(model, &world).expect("numbers are small");
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

/// Every replication against what is expected in its world: their differences have mean 0.
fn agrees_with_individual(text: &str, replications: u64) -> usize {
    let run = run(text, &How::times(replications));
    let mut sums = vec![(0.0, 0.0, 0_u64); run.names.len()];
    for (replication, record) in run.records.iter().enumerate() {
        let expected = in_world(text, &Selection::default(), Some(replication as u64)).expect("it has finite memory");
        for ((sum, is), (_, expected)) in sums.iter_mut().zip(record).zip(&expected) {
            let off = is - expected;
            sum.0 += off;
            sum.1 += off * off;
            sum.2 += u64::from(*is != 0.0);
        }
    }
    let replications = replications as f64;
    let mut compared = 0;
    for (name, (sum, squares, seen)) in run.names.iter().zip(&sums) {
        // Sums of a few rare events are not normal.
        let is_share = name.starts_with("target") || name.starts_with("base");
        if *seen < 30 || is_share {
            continue;
        }
        let (mean, square) = (sum / replications, squares / replications);
        let error = ((square - mean * mean) / replications).sqrt();
        assert!(
            mean.abs() <= BAR * error + 1e-4,
            "{name}: off by {mean}, {:.1} errors",
            mean / error
        );
        compared += 1;
    }
    compared
}

#[test]
fn individual_customers_do_on_average_what_is_expected_in_their_world() {
    let scenario = |name: &str| {
        let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).expect("it is shipped")
    };
    let mut compared = 0;
    for (name, replications) in [
        ("fork-in-the-road", 200),
        ("saas-trial", 100),
        ("web-shop", 60),
        ("island-lodging", 60),
        ("b2b-inbound", 60),
    ] {
        compared += agrees_with_individual(&scenario(name), replications);
    }
    assert!(compared > 1_000, "only {compared} cells were compared");
}
