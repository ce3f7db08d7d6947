//! Who is won by when, and who is retained: all engines say the same, and the same as by hand.

use forksight::engine::Engine;
use forksight::forecast::Cohort;

use super::cells::{How, has_states, run, simulated};
use super::oracle::choices::Choices;
use super::oracle::spec::Spec;

/// How many standard errors a share may be off.
const BAR: f64 = 5.0;

/// Customers of two days; some who convert leave after a month, some end otherwise after two.
const TWO_DAYS: &str = r#"
format = 1
begin = 2026-01-01
horizon = "4 months"
period = "month"
entry = "look"
pipeline.pays = { count = 1000 }
[arrivals.early]
count = 1000
on = 2026-01-10
[arrivals.late]
count = 400
on = 2026-02-10
[arrivals.hasty]
count = 100
on = 2026-04-10
to = "flees"
[steps.look]
branches = [{ to = "visit" }]
[steps.visit]
branches = [{ to = "pays", chance = 0.4, after = "5d" }, { to = "gone", chance = "rest" }]
[steps.pays]
event = "conversion"
branches = [
  { to = "gone", chance = 0.25, after = "31d" },
  { to = "done", chance = 0.25, after = "60d" },
  { to = "stays", chance = "rest", after = "1d" },
]
[steps.stays]
outcome = "converted"
[steps.done]
outcome = "other"
[steps.gone]
outcome = "lost"
[steps.flees]
event = "conversion"
outcome = "lost"
"#;

/// By period, from that of arrival on.
type Shares<'a> = &'a [Option<f64>];

/// Runs long enough for a share of `n` customers to be known well.
fn check(text: &str, engine: Engine, replications: u64, expected: &[(Shares, Shares)]) {
    let forecast = run(text, &How::times(replications).engine(engine)).forecast;
    let near = |is: Shares, it: Shares, arrivals: f64| {
        let near = |(is, it): (&Option<f64>, &Option<f64>)| match (is, it) {
            (Some(is), Some(it)) => {
                let n = if engine == Engine::Individual {
                    arrivals * replications as f64
                } else {
                    f64::INFINITY
                };
                (is - it).abs() <= 1e-12 + BAR * (it * (1.0 - it) / n).sqrt()
            }
            (is, it) => is.is_none() && it.is_none(),
        };
        is.len() == it.len() && is.iter().zip(it).all(near)
    };
    assert_eq!(forecast.cohorts.len(), expected.len());
    for (is, (won, retained)) in forecast.cohorts.iter().zip(expected) {
        assert!(
            near(&is.won_by_period, won, is.arrivals) && near(&is.retained_by_period, retained, is.arrivals),
            "{engine:?}: {is:?} instead of {won:?} and {retained:?}"
        );
    }
}

#[test]
fn who_leaves_or_ends_otherwise_is_not_retained() {
    let expected: [(Shares, Shares); 4] = [
        (&[Some(0.4); 4], &[Some(0.4), Some(0.3), Some(0.2), Some(0.2)]),
        (&[Some(0.4); 3], &[Some(0.4), Some(0.3), Some(0.2)]),
        (&[None; 2], &[None; 2]),
        (&[Some(1.0)], &[Some(0.0)]),
    ];
    // Where chances change with time, customers are followed tick by tick.
    let rules = r#"[{ to = "visit", when = "month < 2" }, { to = "visit", name = "later", when = "otherwise" }]"#;
    let changing = TWO_DAYS.replace("[{ to = \"visit\" }]", rules);
    assert_ne!(changing, TWO_DAYS);
    for text in [TWO_DAYS, &changing] {
        check(text, Engine::Exact, 1, &expected);
        check(text, Engine::Cohort, 1, &expected);
        check(text, Engine::Individual, 100, &expected);
    }
}

#[test]
fn everybody_who_cannot_leave_is_retained() {
    let text = TWO_DAYS.replace("\"gone\", chance = 0.25", "\"stays\", name = \"soon\", chance = 0.25");
    let text = text.replace("outcome = \"other\"", "outcome = \"converted\"");
    for engine in Engine::ALL {
        let forecast = run(&text, &How::times(2).engine(engine)).forecast;
        for it in &forecast.cohorts[..3] {
            assert_eq!(it.retained_by_period, it.won_by_period, "{engine:?}");
        }
    }
}

#[test]
fn customers_of_made_up_journeys_are_won_and_leave_as_is_expected() {
    let replications = 400;
    let (mut compared, mut some_leave) = (0, 0);
    for seed in 0..120 {
        let text = Spec::generate(&mut Choices::seeded(seed), false).text();
        if !has_states(&text) {
            continue;
        }
        // The worlds are the same.
        let of = |engine| {
            let run = simulated(&text, &How::times(replications).engine(engine));
            let count = run.results.len() as f64;
            let cohorts = run.cohorts.expect("periods are few");
            cohorts.map(|_, it| it / count * replications as f64)
        };
        let (expected, counted) = (of(Engine::Exact), of(Engine::Individual));
        let pairs = expected.won.iter().zip(&counted.won);
        for (expected, counted) in pairs.chain(expected.left.iter().zip(&counted.left)) {
            // No more than of independent customers, if arrivals are no more than Poisson.
            let slack = BAR * expected.sqrt() + BAR;
            assert!(
                (counted - expected).abs() <= slack,
                "seed {seed}: {counted} instead of {expected}\n{text}"
            );
            compared += usize::from(*expected > 0.0);
        }
        some_leave += usize::from(expected.left.iter().any(|it| *it > 30.0));
    }
    assert!(
        compared > 300 && some_leave > 10,
        "{compared} numbers, {some_leave} journeys"
    );
}

#[test]
fn what_splitting_cannot_count_is_what_is_expected() {
    for seed in 0..20 {
        let text = Spec::generate(&mut Choices::seeded(seed), false).text();
        if !has_states(&text) {
            continue;
        }
        let of = |engine| run(&text, &How::times(5).engine(engine)).forecast.cohorts;
        for (solved, exact) in of(Engine::Cohort).iter().zip(&of(Engine::Exact)) {
            let shares = |it: &Cohort| [it.won_by_period.clone(), it.retained_by_period.clone()].concat();
            for (solved, exact) in shares(solved).iter().zip(shares(exact)) {
                let (Some(solved), Some(exact)) = (solved, exact) else {
                    continue;
                };
                assert!(
                    (solved - exact).abs() < 1e-9,
                    "seed {seed}: {solved}, not {exact}\n{text}"
                );
            }
        }
    }
}
