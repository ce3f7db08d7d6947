//! Replications are what they are, in however many goes they are run.

use std::sync::atomic::AtomicBool;

use forksight::engine::{AnyTally, Engine, Expected, Number as _, RunOptions, Simulated, Simulator, Tally, Whole};
use forksight::forecast::{Background, CellLaw, Forecast, Laws, Layout, Record, StepForecast, record};
use forksight::plan::{Model, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

use super::cells::{How, Run, forecast, run};
use super::scenarios::shipped;

/// Hands a journey and an engine made ready for it to `check`.
fn with_simulator(text: &str, check: impl Fn(Model<'_>, &Layout, &Simulator<'_>)) {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
    let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let options = RunOptions {
        replications: 0,
        seed: 1,
        threads: 2,
        engine: Engine::Individual,
    };
    let simulator = Simulator::new(model, options).expect("every journey can be followed");
    check(model, &Layout::of(&journey, &plan), &simulator);
}

fn records(
    model: Model<'_>,
    layout: &Layout,
    simulator: &Simulator<'_>,
    range: std::ops::Range<u64>,
) -> Simulated<Record> {
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, layout, rates, tally);
    let stop = AtomicBool::new(false);
    simulator
        .run(range, extract, &|_| (), &stop)
        .expect("amounts are small")
}

#[test]
fn several_goes_come_to_the_same_as_one() {
    for (name, text) in shipped() {
        with_simulator(&text, |model, layout, simulator| {
            let at_once = records(model, layout, simulator, 0..5);
            let mut in_parts = records(model, layout, simulator, 0..1);
            in_parts.append(records(model, layout, simulator, 1..4));
            in_parts.append(records(model, layout, simulator, 4..5));
            let bits =
                |it: &Simulated<Record>| -> Vec<u64> { it.results.iter().flatten().map(|it| it.to_bits()).collect() };
            assert!(bits(&in_parts) == bits(&at_once), "{name}");
            assert_eq!(in_parts.cohorts, at_once.cohorts, "{name}");
            assert_eq!(in_parts.places, at_once.places, "{name}");
            assert_eq!(in_parts.moves, at_once.moves, "{name}");
        });
    }
}

/// Expectations that happen to be whole numbers are recorded as these numbers are.
#[test]
fn expectations_are_recorded_as_whole_numbers_are() {
    for (name, text) in shipped() {
        with_simulator(&text, |model, layout, simulator| {
            let extract = |rates: &_, tally: AnyTally<'_>| {
                let AnyTally::Whole(tally) = tally else {
                    panic!("customers are followed one by one")
                };
                let expected = record(model, layout, rates, &expectation(tally));
                for (cell, (expected, whole)) in expected.iter().zip(record(model, layout, rates, tally)).enumerate() {
                    let off = (expected - whole).abs() / whole.abs().max(1.0);
                    assert!(
                        off < 1e-9 || whole.is_nan(),
                        "{name}, cell {cell}: {expected}, not {whole}"
                    );
                }
            };
            let stop = AtomicBool::new(false);
            simulator.run(0..2, extract, &|_| (), &stop).expect("amounts are small");
        });
    }
}

fn expectation(tally: &Tally) -> Tally<Expected> {
    let counts = |it: &[u64]| it.iter().map(|it| Expected::customers(*it)).collect();
    let amounts = |it: &[i128]| it.iter().map(|it| Expected::amount(*it)).collect();
    Tally {
        counts: counts(&tally.counts),
        groups: counts(&tally.groups),
        sums: amounts(&tally.sums),
        group_sums: amounts(&tally.group_sums),
        cut: counts(&tally.cut),
        from_waiting: counts(&tally.from_waiting),
        distinct: counts(&tally.distinct),
        funnel: counts(&tally.funnel),
        cohorts: tally
            .cohorts
            .as_ref()
            .map(|it| it.map(|_, count| Expected::customers(*count))),
        places: counts(&tally.places),
        net: amounts(&tally.net),
        waiting: counts(&tally.waiting),
        overflow: tally.overflow,
        moves: tally.moves,
    }
}

/// What is left of a sum of fractions when all of it is taken away again is nobody.
#[test]
fn rounding_leaves_no_customers_behind() {
    let came = 1000.0;
    let ended: f64 = std::iter::repeat_n(0.1, 10_000).sum();
    assert_ne!(ended, came);
    assert_eq!(Expected::settled(came - ended, came), 0.0);
    assert_eq!(Expected::settled(1e-6, came), 1e-6);
    assert_eq!(Whole::settled(1, 1_000_000_000_000), 1);
}

const SHOP: &str = r#"
format = 1
begin = 2026-01-01
horizon = "60 days"
[arrivals.web]
rate = "20 per day"
[steps.look]
branches = [{ to = "bought", chance = 0.1, after = "3d" }, { to = "gone", chance = "rest" }]
[steps.bought]
outcome = "converted"
revenue = 30
[steps.gone]
outcome = "lost"
[targets.sales]
metric = "won"
at_least = 100
[targets.money]
metric = "revenue"
at_least = 3000
"#;

#[test]
fn what_is_not_known_of_expectations_is_left_out() {
    with_simulator(SHOP, |model, layout, simulator| {
        let simulated = records(model, layout, simulator, 0..1);
        let won = layout
            .totals
            .iter()
            .position(|it| it == "won")
            .expect("every journey has it");
        let mut cells = vec![CellLaw::Unknown; layout.len];
        cells[won] = CellLaw::Poisson;
        cells[layout.targets] = CellLaw::Poisson;
        cells[0] = CellLaw::Variance(0);
        let laws = Laws {
            cells,
            variances: vec![49.0],
            is_certain: true,
        };
        let background = Background {
            laws: Some(laws),
            insight: None,
        };
        let forecast = summary(model, layout, &simulated, &background);
        let total = |metric: &str| *forecast.totals.get(metric).expect("every journey has it");
        let mean = simulated.results[0][won];
        assert_eq!((total("won").mean, total("won").se), (Some(mean), Some(0.0)));
        assert_eq!(total("won").sd, Some(mean.sqrt()));
        assert!(total("won").p50.is_some_and(|it| (it - mean).abs() <= 1.0));
        assert_eq!((total("arrivals").sd, total("arrivals").p50), (Some(7.0), None));
        assert_eq!((total("revenue").se, total("revenue").sd), (Some(0.0), None));
        assert_eq!(
            (total("conversion_rate").se, total("conversion_rate").p50),
            (Some(0.0), None)
        );
        let sales = &forecast.targets[0];
        assert!(
            sales.probability.is_some_and(|it| it > 0.5) && sales.se == Some(0.0),
            "{sales:?}"
        );
        let money = &forecast.targets[1];
        assert_eq!((money.probability, money.se, money.gap_80), (None, None, None));
        let names: Vec<&str> = forecast.distribution.iter().map(|it| it.0).collect();
        assert_eq!(names, ["won"]);
        assert_eq!(forecast.warnings, Vec::<String>::new());
    });
}

#[test]
fn distinct_customers_that_are_only_expected_have_a_mean() {
    let text = SHOP.replace(
        "after = \"3d\" }",
        "after = \"3d\" }, { to = \"look\", name = \"again\", chance = 0.5, after = \"1d\" }",
    );
    let counted = run(&text, &How::times(400));
    let split = run(&text, &How::times(400).engine(Engine::Cohort));
    let look = |run: &Run| {
        let steps = run.forecast.steps.iter();
        steps.clone().find(|it| it.step == "look").expect("it is there").clone()
    };
    let (counted, split) = (look(&counted), look(&split));
    assert_eq!((split.customers.sd, split.customers.p50), (None, None));
    assert!(split.reached.p50.is_some());
    let mean = |it: &StepForecast| it.customers.mean.expect("somebody comes");
    let error = counted.customers.se.expect("it was counted");
    // The mean follows the visits that were drawn.
    let off = (mean(&counted) - mean(&split)) / (error + split.reached.se.expect("it was counted"));
    assert!(off.abs() < 5.0, "{off} errors");
}

fn summary(model: Model<'_>, layout: &Layout, simulated: &Simulated<Record>, background: &Background) -> Forecast {
    let how = How::times(simulated.results.len() as u64);
    forecast(model, layout, simulated, background, &how)
}
