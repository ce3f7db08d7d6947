//! `check --engines` lets the engines check each other.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use forksight::engine::{AnyTally, Engine, RunOptions, simulate};
use forksight::forecast::agreement::{Agreement, Jumps, Sample, agreements};
use forksight::forecast::{Cell, Layout, cells, record};
use forksight::plan::{Model, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

use crate::program::{TEMPLATES, code, output, scenario, text};
use crate::scenarios::shipped;

#[test]
fn engines_agree_on_every_shipped_scenario() {
    for name in TEMPLATES {
        let run = output(&["check", &scenario(name), "--engines", "--replications", "50"]);
        let (said, printed) = (text(&run.stderr), text(&run.stdout));
        assert_eq!(code(&run), Some(0), "{name}: {said}{printed}");
        assert!(printed.starts_with("ok\n"), "{printed}");
        assert!(printed.contains("\nEngines\n"), "{printed}");
        assert!(!printed.contains("disagree"), "{printed}");
    }
}

/// Customers followed one by one, passed off as what `engine` says.
fn followed(text: &str, engine: Engine, seed: u64, replications: u64) -> (Vec<Cell>, Sample, Jumps) {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
    let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let layout = Layout::of(&journey, &plan);
    let options = RunOptions {
        replications,
        seed,
        threads: 2,
        engine: Engine::Individual,
    };
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
    let run = simulate(model, options, extract, &|_| (), &AtomicBool::new(false)).expect("amounts are small");
    let sample = Sample {
        engine,
        records: run.results,
        unknown: Vec::new(),
    };
    let jumps = Jumps::of(model, &layout, &sample.records);
    (cells(&journey, &plan, &layout), sample, jumps)
}

fn compared(one: &str, other: &str) -> Vec<Agreement> {
    let (cells, individual, jumps) = followed(one, Engine::Individual, 1, 300);
    let (_, cohort, _) = followed(other, Engine::Cohort, 2, 300);
    agreements(&cells, &[individual, cohort], jumps)
}

/// Everything is known, so that all seeds have the same world.
const SHOP: &str = r#"
format = 1
begin = 2026-01-01
horizon = "120 days"
[arrivals.web]
rate = "20 per day"
[customer]
kind = { small = 3, large = 1 }
[products.kettle]
price = 49
cost = 20
[budgets.ads]
amount = "100 per week"
channel = "radio"
[steps.look]
branches = [
  { to = "bought", chance = 0.1, after = { exponential = "9d" } },
  { to = "look", name = "again", chance = 0.5, after = "2d" },
  { to = "odd", chance = 0.0005 },
  { to = "gone", chance = "rest" },
]
[steps.odd]
outcome = "other"
cost = 300
[steps.bought]
outcome = "converted"
units.kettle = { by = "kind", small = 1, large = 12 }
cost = { each = "2 to 9" }
[steps.gone]
outcome = "lost"
"#;

#[test]
fn luck_alone_is_no_disagreement() {
    for it in compared(SHOP, SHOP) {
        assert!(it.cells > 100 && it.disagreements.is_empty(), "{it:?}");
        assert!(it.furthest.is_some_and(|it| it.errors > 1.0));
    }
}

#[test]
fn a_small_change_of_the_law_is_a_disagreement() {
    let names = |it: &Agreement| -> BTreeSet<String> { it.disagreements.iter().map(|it| it.cell.clone()).collect() };
    let other_chance = compared(SHOP, &SHOP.replace("chance = 0.1,", "chance = 0.104,"));
    assert!(
        names(&other_chance[0]).contains("won"),
        "{:?}",
        other_chance[0].furthest
    );
    assert!(!names(&other_chance[0]).contains("arrivals"));
    let one_day_late = compared(SHOP, &SHOP.replace("\"2d\"", "\"3d\""));
    assert!(!one_day_late[0].disagreements.is_empty());
    let other_budget = compared(SHOP, &SHOP.replace("\"100 per week\"", "\"101 per week\""));
    assert!(
        names(&other_budget[0]).contains("cost by channel radio"),
        "{:?}",
        other_budget[0]
    );
    // Fixed numbers have the same mean as Poisson ones, and no spread.
    let fixed = compared(
        SHOP,
        &SHOP.replace("\"20 per day\"", "\"20 per day\"\nspread = \"fixed\""),
    );
    assert!(names(&fixed[1]).contains("arrivals"), "{:?}", fixed[1]);
    assert!(!names(&fixed[0]).contains("arrivals"));
}

#[test]
fn every_cell_has_a_name_of_its_own() {
    for (name, text) in shipped() {
        let (cells, sample, _) = followed(&text, Engine::Individual, 1, 1);
        assert_eq!(cells.len(), sample.records[0].len(), "{name}");
        let names: BTreeSet<&str> = cells.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), cells.len(), "{name}");
    }
}
