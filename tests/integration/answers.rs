//! Small scenarios whose numbers were worked out with pen and paper.

mod clock;
mod customers;
mod money;

use super::cells::{How, Run, run};

/// Nothing is random here: every replication has exactly these values.
fn check(text: &str, cells: &[(&str, f64)]) -> Run {
    check_how(text, &How::times(2), cells)
}

fn check_how(text: &str, how: &How, cells: &[(&str, f64)]) -> Run {
    let run = run(&format!("format = 1\n{text}"), how);
    for (name, value) in cells {
        let is = run.value(name);
        assert!(
            (is - value).abs() <= 1e-9 * (1.0 + value.abs()),
            "{name} is {is} instead of {value}\n{text}"
        );
    }
    run
}

/// The values of a metric, period by period.
fn by_period(run: &Run, metric: &str) -> Vec<f64> {
    let periods = run.forecast.periods.iter();
    periods
        .map(|it| run.value(&format!("{} {metric}", it.period)))
        .collect()
}

const SIMPLE: &str = r#"
format = 1
customers = 10_000

[steps.visit]
branches = [
  { to = "buy", chance = "3%" },
  { to = "leave", chance = "rest" },
]

[steps.buy]
outcome = "converted"
revenue = 40

[steps.leave]
outcome = "lost"
"#;

#[test]
fn the_smallest_example_of_the_format_runs_as_printed() {
    let run = run(SIMPLE, &How::times(400));
    assert_eq!(run.value("total arrivals"), 10_000.0);
    assert_eq!(run.value("total open"), 0.0);
    for record in 0..400 {
        let of = |name: &str| run.values(name)[record];
        assert_eq!(of("total won") + of("total lost"), 10_000.0);
        assert_eq!(of("total revenue"), 40.0 * of("total won"));
    }
    // Binomial: mean 300, variance 291; five standard errors of each.
    let (mean, variance) = (run.mean("total won"), run.variance("total won"));
    assert!((mean - 300.0).abs() < 5.0 * (291.0_f64 / 400.0).sqrt(), "{mean}");
    assert!(
        (variance / 291.0 - 1.0).abs() < 5.0 * (2.0_f64 / 400.0).sqrt(),
        "{variance}"
    );
    let labels: Vec<&str> = run.forecast.periods.iter().map(|it| it.period.as_str()).collect();
    assert_eq!((labels.len(), labels[0], labels[11]), (12, "month 1", "month 12"));
}

#[test]
fn the_full_example_of_the_format_runs_as_printed() {
    let text = include_str!("answers/full-example.toml");
    let base = run(text, &How::times(40));
    // 3000 a month for twelve months.
    assert!(base.values("total cost").iter().all(|it| *it > 36_000.0));
    assert_eq!(base.value("total pipeline"), 420.0 + 1_300.0);
    // 420 trials of 14 days that have waited 5 are decided on the tenth day.
    assert_eq!(base.value("arrival=pipeline arrivals"), 0.0);
    // The newsletter sends 800 in February, 700 to 1000 in May, all of them enterprise; the search
    // about 10,000 a month, one in five.
    let newsletter = base.mean("arrival=newsletter arrivals");
    assert!((1_550.0..1_750.0).contains(&newsletter), "{newsletter}");
    for variant in ["webinar_push", "push_and_price"] {
        let run = run(text, &How::times(5).variant(variant));
        assert_eq!(
            run.values("2026-05 won"),
            base.values("2026-05 won")[..5],
            "{variant} begins in June"
        );
        assert_ne!(run.values("2026-12 cost"), base.values("2026-12 cost")[..5]);
    }
}
