//! Backtests of logs whose truth is known.

use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use jiff::civil::date;

use super::*;
use crate::clock::{add_days, days_between};
use crate::engine::{Traced, Tracer};
use crate::fit::event_log::EventLogBuilder;

/// Those who ask take six weeks to decide: at every origin many are under way.
const SLOW: &str = r#"
format = 1
begin = 2024-01-01
horizon = "27 months"
[arrivals.web]
rate = "90 per month"
[steps.ask]
branches = [
  { to = "talk", chance = 0.7, after = { gamma = { mean = "20d", sd = "10d" } } },
  { to = "leave", chance = 0.3, after = { exponential = "25d" } },
]
[steps.talk]
branches = [
  { to = "buy", chance = 0.6, after = { gamma = { mean = "25d", sd = "12d" } } },
  { to = "leave", chance = 0.4, after = { exponential = "20d" } },
]
[steps.buy]
outcome = "converted"
[steps.leave]
outcome = "lost"
"#;

/// The log of a replication, up to the day before `until`.
fn log(text: &str, replication: u64, until: Option<Date>) -> EventLog {
    let scenario = Scenario::read("slow.toml", text.as_bytes(), FileFormat::Toml).expect("it is TOML");
    let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let tracer = Tracer::new(model, 1, replication).expect("its numbers fit");
    let mut log = EventLogBuilder::new(&[]);
    let mut case = 0;
    let see = |traced: &Traced<'_>| -> ControlFlow<()> {
        case += 1;
        for visit in traced.visits {
            let day = add_days(journey.clock.begin, visit.tick).expect("it is in the calendar");
            if until.is_none_or(|until| days_between(day, until) > 0) {
                let activity = &journey.step(visit.step).id;
                log.add(&case.to_string(), activity, to_moment(day), None, &[]);
            }
        }
        ControlFlow::Continue(())
    };
    assert!(tracer.each(see).expect("its amounts fit").is_continue());
    log.build()
}

fn options() -> BacktestOptions {
    BacktestOptions {
        fit: FitOptions {
            converted: vec!["buy".to_owned()],
            churned: vec!["leave".to_owned()],
            ..FitOptions::default()
        },
        until: Some(date(2026, 3, 31)),
        forecast: ForecastOptions {
            replications: 200,
            ..ForecastOptions::default()
        },
        ..BacktestOptions::default()
    }
}

fn done(log: &EventLog, options: &BacktestOptions) -> Backtest {
    let watch = Watch {
        reached: &|_, _| (),
        stop: &AtomicBool::new(false),
    };
    let backtest = backtest(log, options, watch).unwrap_or_else(|it| panic!("{it}"));
    backtest.expect("nobody stopped it")
}

/// Over many logs: shares of the conversions in the 50, 80 and 95 % intervals of the forecast, and
/// its mean bias.
fn coverage(options: &BacktestOptions) -> ([f64; 3], f64) {
    let (mut covered, mut count, mut bias) = ([0, 0, 0], 0, 0.0);
    for replication in 0..12 {
        let backtest = done(&log(SLOW, replication, None), options);
        let conversions = backtest.metrics.iter().find(|it| it.metric == "conversions");
        let own = &conversions.expect("it was asked for").methods[0];
        assert_eq!((own.method.as_str(), own.count), ("forecast", 3 * 9 - 3));
        count += own.count;
        bias += own.bias / 12.0;
        for (sum, it) in covered.iter_mut().zip(&own.coverage) {
            *sum += it.covered;
        }
    }
    (covered.map(|it| f64::from(it) / f64::from(count)), bias)
}

#[test]
fn intervals_of_a_journey_that_is_right_hold_what_they_say() {
    let ([half, most, nearly_all], bias) = coverage(&options());
    assert!((0.40..=0.64).contains(&half), "50 %: {half}");
    assert!((0.71..=0.91).contains(&most), "80 %: {most}");
    assert!((0.88..=1.0).contains(&nearly_all), "95 %: {nearly_all}");
    // Some 38 convert in a month.
    assert!(bias.abs() < 2.5, "{bias}");
}

#[test]
fn a_fit_that_takes_open_cases_for_ends_is_found_out() {
    let ignorant = BacktestOptions {
        fit: FitOptions {
            complete: true,
            ..options().fit
        },
        ..options()
    };
    let ([_, most, _], bias) = coverage(&ignorant);
    assert!(most < 0.5 && bias < -8.0, "80 %: {most}, bias {bias}");
    let backtest = done(&log(SLOW, 0, None), &ignorant);
    let kinds: Vec<VerdictKind> = backtest.metrics[0].verdicts.iter().map(|it| it.kind).collect();
    assert!(kinds.contains(&VerdictKind::TooNarrow), "{kinds:?}");
    assert!(kinds.contains(&VerdictKind::Worse), "{kinds:?}");
}

#[test]
fn a_forecast_knows_nothing_of_what_came_later() {
    let whole = done(&log(SLOW, 3, None), &options());
    let until = date(2025, 8, 1);
    let early = BacktestOptions {
        origins: Some(1),
        ahead: 1,
        until: Some(date(2025, 7, 31)),
        ..options()
    };
    let cut = done(&log(SLOW, 3, Some(until)), &early);
    assert_eq!(cut.origins, whole.origins[..1]);
    for (cut, whole) in cut.metrics.iter().zip(&whole.metrics) {
        let of_first = |it: &&Prediction| it.origin == cut.predictions[0].origin && it.ahead == 1;
        let whole: Vec<&Prediction> = whole.predictions.iter().filter(of_first).collect();
        assert_eq!(cut.predictions.iter().collect::<Vec<_>>(), whole, "{}", cut.metric);
    }
}

#[test]
fn what_cannot_be_tested_is_told() {
    let log = log(SLOW, 0, None);
    let watch = Watch {
        reached: &|_, _| (),
        stop: &AtomicBool::new(false),
    };
    let fails = |options: BacktestOptions| backtest(&log, &options, watch).expect_err("it cannot").to_string();
    let mute = SLOW.replace("buy", "step_1").replace("leave", "step_2");
    let mute = super::backtest(&self::log(&mute, 0, None), &BacktestOptions::default(), watch);
    assert!(mute.expect_err("it cannot").to_string().contains("what to forecast"));
    let many = BacktestOptions {
        origins: Some(27),
        ..options()
    };
    assert_eq!(fails(many), "the log has 27 whole months, and it takes at least 28");
    let exact = BacktestOptions {
        forecast: ForecastOptions {
            engine: Some(Engine::Exact),
            ..options().forecast
        },
        ..options()
    };
    assert!(fails(exact).contains("replications"));
    let mut unknown = options();
    unknown.fit.converted = vec!["by".to_owned()];
    assert!(fails(unknown).contains("did you mean `buy`?"));
}

#[test]
fn ends_that_nobody_has_named_are_proposed_by_their_names() {
    let proposed = BacktestOptions {
        fit: FitOptions::default(),
        ..options()
    };
    let log = log(SLOW, 0, None);
    let (proposed, named) = (done(&log, &proposed), done(&log, &options()));
    assert_eq!(proposed.metrics, named.metrics);
    let said = |it: &Backtest| it.warnings.iter().filter(|it| it.contains("Nobody has said")).count();
    assert_eq!((said(&proposed), said(&named)), (2, 0), "{:?}", proposed.warnings);
}

#[test]
fn a_log_that_was_drawn_by_arrivals_is_looked_at_as_far_as_they_go() {
    // Nobody comes after June 2025; some 30 go on for half a year.
    let rates = SLOW.replace(
        "rate = \"90 per month\"",
        "series = { \"2024-01\" = 900, \"2024-07\" = 900, \"2025-01\" = 900, \"2025-06\" = 900 }",
    );
    let log = log(&rates, 0, None);
    let ask = |until: Option<Date>| done(&log, &BacktestOptions { until, ..options() });
    let (of_itself, told) = (ask(None), ask(Some(date(2025, 6, 30))));
    assert_eq!(of_itself.run.until, "2025-06-30");
    assert_eq!(of_itself.metrics, told.metrics);
    assert!(
        of_itself.warnings[0].contains("`--until 2025-"),
        "{:?}",
        of_itself.warnings
    );
    assert!(told.warnings.is_empty(), "{:?}", told.warnings);
    let whole = ask(Some(date(2025, 9, 30)));
    assert_eq!(whole.run.until, "2025-09-30");
    assert!(
        whole.warnings[0].contains("`--until 2025-06-30`"),
        "{:?}",
        whole.warnings
    );
}
