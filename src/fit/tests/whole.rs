//! Logs of finished cases.

use std::collections::BTreeMap;

use super::{Case, fitted, log, plain};
use crate::fit::event_log::{EventLog, EventLogBuilder};
use crate::fit::window::DAY;
use crate::fit::{FitOptions, Fitted};
use crate::random::Stream;

/// A walk around five steps with odd names that may end at most of them.
fn walk(seed: u64) -> EventLog {
    const NAMES: [&str; 5] = ["Look at \"it\"", "cost", "2nd look", "buy / pay", "客户"];
    log(seed, 700, 1e9, |case: &mut Case<'_>, luck: &mut Stream, _| {
        let mut at = 0;
        while luck.uniform() < 0.8 {
            at = (at + 1 + (luck.uniform() * 3.0) as usize) % NAMES.len();
            case.then(NAMES[at], (luck.uniform() * 3.0).floor());
            if at == 4 && luck.uniform() < 0.5 {
                break;
            }
        }
    })
}

fn point() -> FitOptions {
    FitOptions {
        complete: true,
        point: true,
        ..plain()
    }
}

/// Where cases end, by expected visits: start · (I − P)⁻¹, summed up until nobody is left.
fn ends(fitted: &Fitted) -> BTreeMap<String, f64> {
    let mut here: BTreeMap<String, f64> = BTreeMap::from([("visit".to_owned(), 1.0)]);
    let mut ends: BTreeMap<String, f64> = BTreeMap::new();
    for _ in 0..3_000 {
        let mut next: BTreeMap<String, f64> = BTreeMap::new();
        for (step, share) in here {
            let finding = fitted.report.steps.iter().find(|it| it.step == step);
            match finding.filter(|it| it.outcome.is_none()) {
                Some(finding) => {
                    for branch in &finding.branches {
                        *next.entry(branch.to.clone()).or_default() += share * branch.chance;
                    }
                }
                None => *ends.entry(step.trim_end_matches("_end").to_owned()).or_default() += share,
            }
        }
        here = next;
    }
    ends
}

#[test]
fn journeys_end_where_finished_cases_do() {
    let log = walk(1);
    let fitted = fitted(&log, &point());
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    let mut events = Vec::new();
    for case in 0..log.cases() {
        log.events(case, &mut events);
        let last = events.last().expect("every case has a visit").activity as usize;
        let step = fitted
            .report
            .steps
            .iter()
            .find(|it| it.activity == log.activities()[last]);
        *counts.entry(step.expect("it is a step").step.clone()).or_default() += 1.0 / log.cases() as f64;
    }
    let ends = ends(&fitted);
    assert_eq!(ends.keys().collect::<Vec<_>>(), counts.keys().collect::<Vec<_>>());
    for (step, share) in counts {
        assert!(
            (ends[&step] - share).abs() < 1e-9,
            "{step}: {} instead of {share}",
            ends[&step]
        );
    }
}

#[test]
fn every_way_of_fitting_makes_a_sound_scenario() {
    for seed in 0..4 {
        for number in 0..16_u32 {
            let options = FitOptions {
                complete: number & 1 > 0,
                point: number & 2 > 0,
                memory: number & 4 > 0,
                min_share: if number & 8 > 0 { 0.1 } else { 0.0 },
                converted: vec!["buy / pay".to_owned()],
                ..plain()
            };
            fitted(&walk(seed), &options);
        }
    }
}

#[test]
fn a_very_long_case_is_fitted_as_short_ones_are() {
    // Whoever looks back from every event would look at 4 · 10^10 of them.
    let half = 200_000;
    let mut log = EventLogBuilder::new(&[]);
    for at in 0..2 * half {
        let activity = if at < half { "read" } else { "listen" };
        log.add("one", activity, at * DAY / 24, None, &[]);
    }
    for case in 0..100 {
        log.add(&case.to_string(), "read", case * DAY, None, &[]);
        log.add(&case.to_string(), "listen", (case + 1) * DAY, None, &[]);
    }
    let options = FitOptions {
        memory: true,
        ..point()
    };
    let fitted = fitted(&log.build(), &options);
    let visits = |step: &str| {
        fitted
            .report
            .steps
            .iter()
            .find(|it| it.step == step)
            .map(|it| (it.visits, it.cases))
    };
    assert_eq!(visits("read__first"), Some((101, 101)));
    assert_eq!(visits("read__after_read"), Some((half as u64 - 1, 1)));
    let tests = fitted.report.tests.iter().filter(|it| it.on == "visits" && it.differs);
    assert_eq!(tests.count(), 2);
}

#[test]
fn an_unknown_activity_is_told_with_the_nearest() {
    let options = FitOptions {
        converted: vec!["vist".to_owned()],
        ..plain()
    };
    let error = crate::fit::fit(&walk(1), &options).expect_err("there is none");
    assert_eq!(
        error.to_string(),
        "the log has no activity `vist`; did you mean `visit`?"
    );
}

#[test]
fn a_log_that_was_drawn_by_arrivals_does_not_end_them() {
    // 300 begin in the first 200 days and buy 250 days later: the last seven months bring nobody new.
    let mut log = EventLogBuilder::new(&[]);
    for case in 0..300_i64 {
        let day = case * 2 / 3;
        log.add(&case.to_string(), "ask", day * DAY, None, &[]);
        log.add(&case.to_string(), "buy", (day + 250) * DAY, None, &[]);
    }
    let fitted = fitted(&log.build(), &plain());
    let said = fitted.report.arrivals.join("\n");
    assert!(said.contains("No case begins after 1970-07-31"), "{said}");
    let rate = fitted
        .scenario
        .lines()
        .find(|it| it.starts_with("rate"))
        .expect("they arrive");
    let low: f64 = rate["rate = \"".len()..]
        .split(' ')
        .next()
        .and_then(|it| it.parse().ok())
        .expect("it is a number");
    assert!((20.0..46.0).contains(&low), "{rate}");
}
