//! Whoever comes into a step leaves it again, ends there or waits; all engines say the same.

use forksight::engine::Engine;
use forksight::forecast::{Flow, Forecast};

use super::cells::{How, has_states, run, simulated};
use super::oracle::choices::Choices;
use super::oracle::spec::Spec;
use super::scenarios::shipped;

/// How many standard errors a mean may be off.
const BAR: f64 = 5.0;

fn is_pipeline(flow: &Flow) -> bool {
    flow.arrival.as_deref() == Some("pipeline") && flow.from.is_none()
}

/// Checks that nobody is lost between the ways of a forecast, up to this share.
fn balances(title: &str, forecast: &Forecast, slack: f64) {
    let same = |what: &str, left: f64, right: f64| {
        let off = (left - right).abs();
        assert!(
            off <= slack * (1.0 + left.abs()),
            "{title}: {what}: {left} is not {right}"
        );
    };
    let sum = |wanted: &dyn Fn(&Flow) -> bool, of: &dyn Fn(&Flow) -> f64| -> f64 {
        forecast.flows.iter().filter(|it| wanted(it)).map(of).sum()
    };
    let mut waiting = 0.0;
    for step in &forecast.steps {
        let here = |it: &Flow| it.to == step.step;
        let came = sum(&|it| here(it) && !is_pipeline(it), &|it| it.customers);
        let reached = step.reached.mean.expect("it was run");
        same(&format!("who comes to {}", step.step), came, reached);
        let from_here = |it: &Flow| it.from.as_deref() == Some(step.step.as_str());
        if !forecast.flows.iter().any(from_here) {
            continue;
        }
        let was_there = sum(&|it| here(it) && is_pipeline(it), &|it| it.customers);
        let went = sum(&from_here, &|it| it.customers + it.open);
        if was_there == 0.0 {
            same(&format!("who leaves {}", step.step), went, came);
        } else {
            // Some of those who were there still wait for what they had decided before.
            let stays = came + was_there - went;
            let may_be = -slack * (1.0 + came)..=was_there * (1.0 + slack);
            assert!(may_be.contains(&stays), "{title}: {stays} wait at {}", step.step);
            waiting += stays;
        }
    }
    let open = forecast.totals.get("open").and_then(|it| it.mean).expect("it was run");
    same("who is open", waiting + sum(&|_| true, &|it| it.open), open);
    let pipeline = sum(&is_pipeline, &|it| it.customers);
    let expected = forecast.totals.get("pipeline").and_then(|it| it.mean);
    same("the pipeline", pipeline, expected.expect("it was run"));
}

/// The engines that can run a scenario.
fn engines(text: &str) -> &'static [Engine] {
    if has_states(text) {
        &Engine::ALL
    } else {
        &[Engine::Individual]
    }
}

fn made_up(seed: u64) -> String {
    Spec::generate(&mut Choices::seeded(seed), false).text()
}

#[test]
fn whoever_comes_into_a_step_leaves_it_or_waits() {
    let made_up = (0..60).map(|seed| (format!("seed {seed}"), made_up(seed)));
    for (name, text) in shipped().into_iter().chain(made_up) {
        for engine in engines(&text) {
            let forecast = run(&text, &How::times(3).engine(*engine)).forecast;
            balances(&format!("{name}, {}", engine.word()), &forecast, 1e-9);
        }
    }
}

#[test]
fn as_many_come_by_each_way_whoever_counts_them() {
    const GOES: u64 = 12;
    let replications = 40;
    let mut compared = 0;
    for seed in 0..30 {
        let text = made_up(seed);
        if !has_states(&text) {
            continue;
        }
        // Under one seed their worlds are the same.
        let run = |engine, seed| {
            let how = How::times(replications).engine(engine);
            let run = simulated(&text, &How { seed, ..how });
            // Where nothing is uncertain, the exact engine needs one replication only.
            let count = run.results.len() as f64;
            let sums = run.flows.iter().chain(&run.cut).chain(&run.waiting);
            sums.map(|it| it / count).collect::<Vec<f64>>()
        };
        let expected: Vec<Vec<f64>> = (1..=GOES).map(|seed| run(Engine::Exact, seed)).collect();
        for engine in [Engine::Cohort, Engine::Individual] {
            let counted: Vec<Vec<f64>> = (1..=GOES).map(|seed| run(engine, seed)).collect();
            for way in 0..expected[0].len() {
                let mean = |of: &[Vec<f64>]| of.iter().map(|it| it[way]).sum::<f64>() / GOES as f64;
                let off = mean(&counted) - mean(&expected);
                let offs = counted.iter().zip(&expected).map(|it| it.0[way] - it.1[way] - off);
                let spread = offs.map(|it| it * it).sum::<f64>() / ((GOES - 1) * GOES) as f64;
                let n = (GOES * replications) as f64;
                let slack = BAR * spread.max(mean(&expected) / n).sqrt() + BAR / n;
                assert!(
                    off.abs() <= slack,
                    "seed {seed}, {}, number {way}: {} instead of {}\n{text}",
                    engine.word(),
                    mean(&counted),
                    mean(&expected)
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "only {compared} numbers were compared");
}
