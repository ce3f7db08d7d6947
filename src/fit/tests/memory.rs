//! Forks that depend on more than the step.

use super::{Case, branch, fitted, log, plain};
use crate::fit::FitOptions;
use crate::fit::event_log::EventLog;
use crate::random::Stream;

/// From `visit` to one of two steps, then to `talk`, and from there to one of two ends; `after_a` and
/// `after_b` are the chances to buy, by what came before.
fn talks(seed: u64, cases: u64, after_a: f64, after_b: f64, south: f64) -> EventLog {
    log(seed, cases, 1e9, |case: &mut Case<'_>, luck: &mut Stream, region| {
        let is_a = luck.uniform() < 0.5;
        case.then(if is_a { "a" } else { "b" }, 1.0);
        case.then("talk", 2.0);
        let more = if region == Some("south") { south } else { 0.0 };
        let buys = luck.uniform() < if is_a { after_a } else { after_b } + more;
        case.then(if buys { "buy" } else { "leave" }, 3.0);
    })
}

fn complete() -> FitOptions {
    FitOptions {
        complete: true,
        ..plain()
    }
}

#[test]
fn a_first_order_journey_is_rarely_refuted() {
    // All tests of a kind err in 1 of 100 logs: of 200 logs 2, and 9 is five standard errors more.
    let wrong = (0..200).filter(|&seed| {
        let fitted = fitted(&talks(seed, 500, 0.4, 0.4, 0.0), &complete());
        fitted.report.tests.iter().any(|it| it.differs && it.on == "previous")
    });
    let wrong = wrong.count();
    assert!(wrong <= 9, "{wrong} of 200");
}

#[test]
fn a_past_that_matters_is_found_and_split() {
    let log = talks(1, 2_000, 0.6, 0.3, 0.0);
    let simple = fitted(&log, &complete());
    let found: Vec<_> = simple.report.tests.iter().filter(|it| it.differs).collect();
    assert!(matches!(found[..], [only] if only.activity == "talk" && only.on == "previous" && !only.used));
    let options = FitOptions {
        memory: true,
        ..complete()
    };
    let split = fitted(&log, &options);
    for (step, chance) in [("talk__after_a", 0.6), ("talk__after_b", 0.3)] {
        let found = branch(&split, step, "buy").chance;
        assert!((found - chance).abs() < 5.0 * 0.016, "{step}: {found}");
    }
}

#[test]
fn a_fork_that_differs_between_customers_says_so() {
    let fitted = fitted(&talks(2, 2_000, 0.3, 0.3, 0.3), &complete());
    let found: Vec<_> = fitted.report.tests.iter().filter(|it| it.differs).collect();
    assert!(
        matches!(found[..], [only] if only.on == "region" && only.used),
        "{found:?}"
    );
    assert!(
        fitted.scenario.contains("count = { by = \"region\", "),
        "{}",
        fitted.scenario
    );
}
