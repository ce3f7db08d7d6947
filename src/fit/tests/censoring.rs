//! Logs that are cut off.

use super::{Case, branch, delay, fitted, log, plain};
use crate::clock::{Duration, DurationUnit};
use crate::fit::event_log::{EventLog, EventLogBuilder};
use crate::fit::{FitOptions, Measured};
use crate::random::{Key, Stream};

const CHANCE: f64 = 0.3;
/// 60 % of a year.
const CUT: f64 = 219.0;

/// Three in ten buy soon, the others leave late.
fn shop(seed: u64, cases: u64, until: f64) -> EventLog {
    log(seed, cases, until, |case: &mut Case<'_>, luck: &mut Stream, _| {
        if luck.uniform() < CHANCE {
            case.then("buy", delay(5.0, luck));
        } else {
            case.then("leave", delay(40.0, luck));
        }
    })
}

#[test]
fn a_log_that_is_cut_off_leaves_no_bias_and_the_naive_ratio_would() {
    let (mut fit, mut naive) = (Vec::new(), Vec::new());
    for seed in 0..200 {
        let fitted = fitted(&shop(seed, 1_000, CUT), &plain());
        let branch = branch(&fitted, "visit", "buy");
        fit.push(branch.chance);
        naive.push(branch.naive);
    }
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    let error = (fit.iter().map(|it| (it - CHANCE).powi(2)).sum::<f64>() / fit.len() as f64).sqrt();
    let off = (mean(&fit) - CHANCE).abs() / error;
    assert!(off < 0.25, "the bias is {off} standard errors");
    let off = (mean(&naive) - CHANCE).abs() / error;
    assert!(
        off > 0.25,
        "the naive ratio is off by no more than {off} standard errors"
    );
}

#[test]
fn intervals_of_chances_and_delays_hold_the_truth_as_often_as_they_say() {
    let options = FitOptions {
        resamples: 300,
        ..plain()
    };
    let mut held = [0_u32; 5];
    // Median and 90 % quantile of a gamma law of shape 4, by its mean.
    let (median, p90) = (3.672_061 / 4.0, 6.680_783 / 4.0);
    for seed in 0..200 {
        let fitted = fitted(&shop(1_000 + seed, 600, CUT), &options);
        let buy = branch(&fitted, "visit", "buy");
        let delay = buy.delay.as_ref().expect("it takes time");
        let leave = branch(&fitted, "visit", "leave").delay.as_ref().expect("it takes time");
        let within = |it: Measured, truth: f64| {
            let (low, high) = it.low.zip(it.high).expect("they were asked for");
            (low..=high).contains(&truth)
        };
        let answers = [
            (buy.low..=buy.high).contains(&CHANCE),
            within(delay.mean_days, 5.0),
            within(delay.median_days, 5.0 * median),
            within(delay.p90_days, 5.0 * p90),
            within(leave.mean_days, 40.0),
        ];
        for (held, answer) in held.iter_mut().zip(answers) {
            *held += u32::from(answer);
        }
    }
    for (held, what) in held
        .iter()
        .zip(["chance", "mean", "median", "90 % quantile", "censored mean"])
    {
        let share = f64::from(*held) / 200.0;
        assert!(
            (share - 0.95).abs() <= 0.04,
            "the interval of the {what} holds the truth in {share}"
        );
    }
}

#[test]
fn silence_is_a_way_out_where_it_lasts() {
    // Four in ten are never heard of again.
    let log = log(7, 4_000, 365.0, |case, luck, _| {
        if luck.uniform() < 0.6 {
            case.then("buy", delay(5.0, luck));
        }
    });
    let fitted = fitted(&log, &plain());
    let silent = branch(&fitted, "visit", "silent");
    let error = (0.24_f64 / 3_800.0).sqrt();
    assert!((silent.chance - 0.4).abs() < 5.0 * error, "{}", silent.chance);
    // The open ones are of the last days: twice what 99 % of moves take.
    let days = fitted.report.steps[0].gone_after_days.expect("they go");
    assert!((15.0..40.0).contains(&days), "{days}");
    assert!(fitted.pipeline.iter().all(|it| it.waited_days <= days + 2.0));
    assert!(!fitted.pipeline.is_empty());
}

#[test]
fn without_silence_nobody_goes_silent() {
    let fitted = fitted(&shop(3, 4_000, CUT), &plain());
    assert_eq!(fitted.report.steps[0].branches.len(), 2);
    assert_eq!(fitted.report.steps[0].gone_after_days, None);
}

#[test]
fn who_was_under_way_when_the_log_begins_does_not_count_since_then() {
    // Who came before day 400 is in the log only if something happened later: the slow ones.
    let since = 400 * super::DAY;
    let mut log = EventLogBuilder::new(&[]);
    for case in 0..8_000 {
        let mut luck = Key::new(19).with(case).stream();
        let begin = 500.0 * luck.uniform();
        let (what, days) = if luck.uniform() < CHANCE {
            ("buy", delay(5.0, &mut luck))
        } else {
            ("leave", delay(40.0, &mut luck))
        };
        let time = |days: f64| (days * super::DAY as f64) as i64;
        if time(begin + days) >= since {
            log.add(&case.to_string(), "visit", time(begin), None, &[]);
            log.add(&case.to_string(), what, time(begin + days), None, &[]);
        }
    }
    let log = log.build();
    let off = |options: &FitOptions| {
        let fitted = fitted(&log, options);
        let error = (CHANCE * (1.0 - CHANCE) / fitted.report.steps[0].worth).sqrt();
        (branch(&fitted, "visit", "buy").chance - CHANCE) / error
    };
    assert!(off(&plain()) < -4.0, "the slow ones are too many");
    let told = FitOptions {
        since: Some(since),
        ..plain()
    };
    assert!(off(&told).abs() < 3.0, "{}", off(&told));
    let report = fitted(&log, &told).report;
    assert_eq!(report.from, "1971-02-05");
    assert_eq!(
        report.starts[0].cases, report.steps[0].visits,
        "who came earlier did not arrive"
    );
}

#[test]
fn a_moment_to_stop_at_is_as_good_as_a_log_that_ends_there() {
    let until = (CUT * super::DAY as f64) as i64;
    let options = FitOptions {
        until: Some(until),
        ..plain()
    };
    let whole = fitted(&shop(5, 2_000, 1e9), &options);
    let cut = fitted(&shop(5, 2_000, CUT), &options);
    assert_eq!(whole.report, cut.report);
}

#[test]
fn what_nobody_was_followed_long_enough_to_see_is_not_made_up() {
    // Two in ten buy soon, the others leave after years; the log ends long before.
    let log = log(11, 3_000, 200.0, |case, luck, _| {
        if luck.uniform() < 0.2 {
            case.then("buy", delay(5.0, luck));
        } else {
            case.then("leave", 600.0 + delay(90.0, luck));
        }
    });
    let fitted = fitted(&log, &plain());
    let buy = branch(&fitted, "visit", "buy");
    let visits = fitted.report.steps[0].visits as f64;
    let error = (0.2 * 0.8 / visits).sqrt();
    assert!((buy.chance - 0.2).abs() < 5.0 * error, "{}", buy.chance);
    assert!(buy.naive > 0.99, "the naive ratio knows of those only who bought");
}

#[test]
fn slow_moves_that_were_not_all_seen_go_on_as_slowly() {
    // Half go soon; the pace of the others never changes, and an eighth is left when the log ends.
    let (slow, days) = (60.0, 125.0);
    let log = log(13, 6_000, days, |case, luck, _| {
        if luck.uniform() < 0.5 {
            case.then("buy", delay(3.0, luck));
        } else {
            case.then("leave", -slow * luck.uniform().ln());
        }
    });
    let fitted = fitted(&log, &plain());
    let step = &fitted.report.steps[0];
    assert_eq!(step.gone_after_days, None);
    assert!((0.04..0.12).contains(&step.unknown), "{}", step.unknown);
    let leave = branch(&fitted, "visit", "leave");
    assert!((leave.chance - 0.5).abs() < 0.03, "{}", leave.chance);
    let mean = leave.delay.as_ref().expect("it takes time").mean_days.value;
    // Of the moves that were seen the mean is less than 45 days.
    assert!((mean - slow).abs() < 0.1 * slow, "{mean}");
}

#[test]
fn a_patience_beyond_the_log_does_not_hurry_anybody() {
    let options = FitOptions {
        churn_after: Some(Duration {
            amount: 3.0,
            unit: DurationUnit::Year,
        }),
        ..plain()
    };
    let log = log(17, 3_000, 200.0, |case, luck, _| {
        if luck.uniform() < 0.2 {
            case.then("buy", delay(5.0, luck));
        }
    });
    let fitted = fitted(&log, &options);
    let buy = branch(&fitted, "visit", "buy").chance;
    assert!((buy - 0.2).abs() < 5.0 * (0.16_f64 / 3_000.0).sqrt(), "{buy}");
    let silent = branch(&fitted, "visit", "silent").chance;
    assert!((silent + buy - 1.0).abs() < 1e-9, "{silent}");
}

#[test]
fn intervals_hold_the_truth_also_where_some_were_not_followed_to_their_end() {
    let held = (0..200)
        .filter(|&seed| {
            let log = log(2_000 + seed, 1_500, 125.0, |case, luck, _| {
                if luck.uniform() < 0.5 {
                    case.then("buy", -20.0 * luck.uniform().ln());
                } else {
                    case.then("leave", -60.0 * luck.uniform().ln());
                }
            });
            let buy = branch(&fitted(&log, &plain()), "visit", "buy").clone();
            (buy.low..=buy.high).contains(&0.5)
        })
        .count();
    assert!((182..=198).contains(&held), "{held} of 200");
}
