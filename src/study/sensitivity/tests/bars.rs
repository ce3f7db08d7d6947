//! Bars and tables against runs with those numbers.

use super::*;
use crate::study::sensitivity::input::{Place, inputs};
use crate::study::sensitivity::result::Axis;

/// Every number that is drawn at its mean, as `--set` takes it, but this one.
fn set(answer: &Sensitivity, path: &str, value: f64) -> Vec<String> {
    let typed = |path: &str, value: f64, unit: &Option<String>| match unit.as_deref() {
        Some(unit) if unit.starts_with("per ") => format!("{path}={value} {unit}"),
        // Amounts are booked in ten-thousandths, in every world.
        Some(_) => format!("{path}={value:.4}"),
        None => format!("{path}={value}"),
    };
    let in_whole = |path: &str| path.starts_with("steps.trial.");
    let others = answer
        .tornado
        .iter()
        .filter(|it| it.uncertain && it.path != path && !in_whole(&it.path));
    let others = others.map(|it| typed(&it.path, it.mean.expect("it is a number"), &it.unit));
    others.chain([typed(path, value, &bar(answer, path).unit)]).collect()
}

#[test]
fn ends_of_bars_are_what_a_run_with_that_number_comes_to() {
    let answer = answer(MANY_KINDS, &[], &question());
    assert_eq!(answer.tornado.len(), 7, "{:?}", answer.tornado);
    for bar in &answer.tornado {
        for end in [&bar.low, &bar.high] {
            let set = set(&answer, &bar.path, end.at.expect("it is a number"));
            let selection = Selection {
                set,
                ..Selection::default()
            };
            let journey = journey(MANY_KINDS, &selection);
            // What was not set is a whole, which is at its mean in the mean world.
            let measured = expected_profit(&journey);
            assert!(
                (end.value / measured - 1.0).abs() < 1e-6,
                "{}: {} instead of {measured}",
                bar.path,
                end.value
            );
            assert_eq!(end.se, 0.0);
        }
    }
    let swings: Vec<f64> = answer.tornado.iter().map(|it| it.swing).collect();
    assert!(swings.is_sorted_by(|one, other| one >= other), "{swings:?}");
}

/// Profit with whatever is still uncertain at its mean.
fn expected_profit(journey: &Journey) -> f64 {
    let plan = crate::plan::compile(journey);
    let model = crate::plan::Model { journey, plan: &plan };
    let layout = crate::forecast::Layout::of(journey, &plan);
    let run = crate::engine::RunOptions {
        replications: 1,
        seed: 1,
        threads: 1,
        engine: Engine::Exact,
    };
    let simulator = crate::engine::Simulator::new(model, run).expect("it can be run");
    let extract = |rates: &_, tally: crate::engine::AnyTally<'_>| crate::forecast::record(model, &layout, rates, tally);
    let world = |_| (journey.draws.mean_world(), 0);
    let records = simulator.run_in(1, &world, extract, &|_| (), &AtomicBool::new(false));
    let records = records.expect("numbers are small").expect("nobody stops it");
    let at = layout.totals.iter().position(|it| it == "profit");
    records[0][at.expect("every journey has it")]
}

#[test]
fn a_value_used_twice_is_one_input_and_so_is_a_whole() {
    let journey = journey(MANY_KINDS, &Selection::default());
    let found = inputs(&journey);
    let paths: Vec<&str> = found.iter().map(|it| it.named.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "values.fee",
            "arrivals.web.volume",
            "steps.buy.revenue",
            "steps.visit.trial.chance",
            "steps.trial.*.chance"
        ]
    );
    let whole = &found[4];
    assert_eq!(whole.numbers.len(), 3);
    assert!(matches!(whole.numbers[1].place, Place::Share(..)));
    assert_eq!(whole.numbers[1].named.path, "steps.trial.ask.chance");
}

#[test]
fn simulated_bars_agree_with_exact_ones_and_say_how_sure_they_are() {
    let exact = answer(MANY_KINDS, &[], &question());
    for engine in [Engine::Individual, Engine::Cohort] {
        let question = Question {
            engine: Some(engine),
            worlds: Some(16),
            ..question()
        };
        let simulated = answer(MANY_KINDS, &[], &question);
        for it in &exact.tornado {
            let found = bar(&simulated, &it.path);
            for (found, truth) in [(&found.low, &it.low), (&found.high, &it.high)] {
                let off = (found.difference - truth.difference) / found.se;
                assert!(
                    off.abs() < BAR,
                    "{engine:?}, {}: {found:?} instead of {truth:?}",
                    it.path
                );
            }
            // Pairs that meet the same luck differ by far less than two runs would.
            let of_two_runs = simulated.base.se * 2.0_f64.sqrt();
            assert!(found.swing_se < 0.6 * of_two_runs, "{engine:?}, {}: {found:?}", it.path);
        }
    }
}

#[test]
fn chances_that_may_pass_one_together_are_one_input_with_an_end_held_back() {
    let answer = answer(CROWDED, &[], &question());
    let shares = answer.shares.as_ref().expect("something is uncertain");
    assert_eq!(shares.inputs.len(), 1);
    assert_eq!(shares.inputs[0].path, "steps.visit.buy.chance + steps.visit.ask.chance");
    check_share(shares.alone, 1.0, "the fork");
    let high = &bar(&answer, "steps.visit.buy.chance").high;
    let ask = bar(&answer, "steps.visit.ask.chance").mean.expect("it is a number");
    assert!(high.limited, "{high:?}");
    assert!((high.at.expect("it is a number") - (1.0 - ask)).abs() < 1e-9);

    let narrow = CROWDED
        .replace("40% to 70%", "40% to 45%")
        .replace("20% to 50%", "20% to 25%");
    let apart = inputs(&journey(&narrow, &Selection::default()));
    assert_eq!(apart.len(), 2, "where they hardly ever pass 1, each is its own");
}

#[test]
fn what_is_fixed_moves_by_a_tenth_and_says_where_it_cannot() {
    let text = CROWDED.replace("40% to 70%", "60%").replace("20% to 50%", "39%");
    let question = Question {
        all: true,
        ..question()
    };
    let answer = answer(&text, &[], &question);
    let customers = bar(&answer, "arrivals.customers.volume");
    assert!(!customers.uncertain);
    assert!((customers.low.value - 540.0).abs() < 1e-9 && (customers.high.value - 660.0).abs() < 1e-9);
    assert_eq!(customers.high.change.as_deref(), Some("x1.1"));
    let skipped: Vec<&str> = answer.skipped.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(skipped, ["steps.visit.buy.chance", "steps.visit.ask.chance"]);
    assert!(
        answer.skipped[0].why.contains("it can be at most 61 %"),
        "{:?}",
        answer.skipped
    );
    assert_eq!(answer.shares, None);
}

#[test]
fn a_table_holds_what_bars_show_at_its_edges() {
    let by = |one: &str, other: &str| Question {
        by: vec![[one.to_owned(), other.to_owned()]],
        ..question()
    };
    let found = answer(PRODUCT, &[], &by(VISIT, OFFER));
    let table = &found.tables[0];
    for (row, of_row) in table.values.iter().enumerate() {
        for (column, point) in of_row.iter().enumerate() {
            let at = |axis: &Axis, level: usize| axis.levels[level].at.expect("it is a number");
            let won = 1_000.0 * at(&table.rows, row) * at(&table.columns, column);
            let point = point.expect("there is room");
            assert!((point.value - won).abs() < 1e-6, "{} instead of {won}", point.value);
        }
    }
    // Where both take too much, a cell is empty and the answer says so.
    let crowded = answer(CROWDED, &[], &by("steps.visit.buy.chance", "steps.visit.ask.chance"));
    let values = &crowded.tables[0].values;
    assert!(values[4][4].is_none() && values[0][0].is_some());
    assert!(
        crowded.warnings.iter().any(|it| it.contains("are empty")),
        "{:?}",
        crowded.warnings
    );
    // A fixed number moves by factors, a share of a whole beside another one.
    let mixed = answer(MANY_KINDS, &[], &by("steps.ask.buy.chance", "steps.trial.buy.chance"));
    assert_eq!(mixed.tables[0].rows.levels[0].level, "x0.8");
    let of_whole = answer(MANY_KINDS, &[], &by("steps.trial.ask.chance", "steps.trial.buy.chance"));
    assert!(of_whole.tables[0].values.iter().flatten().all(Option::is_some));
    let same = asked(MANY_KINDS, &[], &by(OFFER, OFFER)).expect_err("there is no such path");
    assert!(
        same.to_string().contains("no number at `steps.offer.buy.chance`"),
        "{same}"
    );
}
