//! Tests of delays: rounding, tables, draws, what is left, summaries.

use super::*;
use crate::clock::DurationUnit;
use crate::random::Key;

fn days(amount: f64) -> Duration {
    Duration {
        amount,
        unit: DurationUnit::Day,
    }
}

fn law(kind: &DelayKind) -> ChangedDelay {
    DelayLaw::of(kind).expect("it does not depend on the customer").into()
}

fn known(amount: f64) -> ChangedDelay {
    law(&DelayKind::Known(days(amount)))
}

/// Laws of every kind, with and without changes.
fn laws() -> Vec<ChangedDelay> {
    let kinds = [
        DelayKind::Known(days(14.0)),
        DelayKind::Interval(days(1.0), days(6.0)),
        DelayKind::Interval(days(20.0), days(25.0)),
        DelayKind::Exponential(days(5.0)),
        DelayKind::LognormalQuantiles(days(3.0), days(14.0)),
        DelayKind::Lognormal(days(3.0), days(1.0)),
        DelayKind::Gamma(days(5.0), days(3.0)),
        DelayKind::Gamma(days(30.0), days(2.0)),
        DelayKind::Gamma(days(5.0), days(25.0)),
        DelayKind::Weibull(days(5.0), 0.7),
        DelayKind::Weibull(days(10.0), 3.0),
        DelayKind::Uniform(days(1.0), days(5.25)),
        DelayKind::Geometric(days(5.0)),
        DelayKind::Geometric(days(1.0)),
        DelayKind::Observed(vec![
            (days(7.0), 12.0),
            (days(1.0), 40.0),
            (days(2.0), 31.0),
            (days(2.5), 7.0),
        ]),
    ];
    let changes = [(1.0, 0.0), (0.5, 0.0), (1.3, 0.0), (1.0, 2.0), (1.0, -2.5), (0.0, 3.2)];
    let mut laws = Vec::new();
    for kind in &kinds {
        for (factor, shift_days) in changes {
            laws.push(ChangedDelay {
                factor,
                shift_days,
                ..law(kind)
            });
        }
    }
    laws
}

#[test]
fn known_delays_round_half_down() {
    for (amount, tick_days, ticks) in [
        (0.0, 1.0, 0),
        (0.5, 1.0, 0),
        (0.500_01, 1.0, 1),
        (1.5, 1.0, 1),
        (14.0, 1.0, 14),
        (0.05, 0.1, 0),
        (0.15, 0.1, 1),
        (0.25, 0.1, 2),
        (0.35, 0.1, 3),
        (1.15, 0.1, 11),
        (1.0, 7.0, 0),
        (3.5, 7.0, 0),
        (4.0, 7.0, 1),
    ] {
        let table = DelayTable::new(&known(amount), tick_days, 1_000);
        assert_eq!(table.longest(), ticks, "{amount} days of {tick_days}");
        assert_eq!(table.probabilities()[ticks as usize], 1.0);
        assert_eq!(table.draw(0), ticks);
        assert_eq!(table.draw(u64::MAX), ticks);
        assert_eq!(table.is_zero(), ticks == 0);
    }
}

#[test]
fn an_exponential_delay_is_what_pen_and_paper_say() {
    let table = DelayTable::new(&law(&DelayKind::Exponential(days(5.0))), 1.0, 100_000);
    let probabilities = table.probabilities();
    assert!((probabilities[0] - (1.0 - (-0.1_f64).exp())).abs() < 1e-16);
    for ticks in [1, 10, 100, 200] {
        let expected = (-(f64::from(ticks) - 0.5) / 5.0).exp() * -(-0.2_f64).exp_m1();
        let off = probabilities[ticks as usize] / expected - 1.0;
        assert!(off.abs() < 1e-13, "{ticks}: off by {off:e}");
    }
    // 5 · ln 2⁶⁴ = 222 ticks have all but 2⁻⁶⁴ of the probability.
    assert!(table.longest() < 225);
    assert!((table.survival(9) - (-9.5_f64 / 5.0).exp()).abs() < 1e-15);
    assert_eq!(table.survival(table.longest()), 0.0);
}

#[test]
fn a_geometric_delay_keeps_to_whole_ticks() {
    let delay = law(&DelayKind::Geometric(days(5.0)));
    let table = DelayTable::new(&delay, 1.0, 1_000);
    assert_eq!(table.probabilities()[0], 0.0);
    for ticks in 1..100 {
        let expected = 0.2 * 0.8_f64.powi(ticks - 1);
        let off = table.probabilities()[ticks as usize] / expected - 1.0;
        assert!(off.abs() < 1e-13, "{ticks}: off by {off:e}");
    }
    // Half of 1, 2, 3, … ticks is ½, 1, 1½, …, rounded to 0, 1, 1, 2, 2, …
    let half = ChangedDelay { factor: 0.5, ..delay };
    let table = DelayTable::new(&half, 1.0, 1_000);
    let stay = 0.8_f64;
    assert!((table.probabilities()[0] - 0.2).abs() < 1e-15);
    assert!((table.probabilities()[1] - 0.2 * (stay + stay.powi(2))).abs() < 1e-15);
    assert!((table.probabilities()[2] - 0.2 * (stay.powi(3) + stay.powi(4))).abs() < 1e-15);
}

#[test]
fn what_a_change_moves_below_half_a_tick_takes_no_time() {
    let delay = law(&DelayKind::Uniform(days(1.0), days(5.0)));
    let sooner = ChangedDelay {
        shift_days: -2.0,
        ..delay
    };
    let table = DelayTable::new(&sooner, 1.0, 100);
    let expected = [0.375, 0.25, 0.25, 0.125];
    assert_eq!(table.probabilities().len(), expected.len());
    for (found, expected) in table.probabilities().iter().zip(expected) {
        assert!((found - expected).abs() < 1e-15);
    }
    let never = ChangedDelay {
        shift_days: -5.0,
        ..known(3.0)
    };
    assert!(DelayTable::new(&never, 1.0, 100).is_zero());
}

#[test]
fn a_delay_that_is_nearly_zero_is_zero() {
    // P(X > ½) is e^(−0.5 / mean): 1e-9 for a mean of 0.0241 days.
    for (mean, is_zero) in [(0.024, true), (0.0243, false)] {
        let table = DelayTable::new(&law(&DelayKind::Exponential(days(mean))), 1.0, 100);
        assert_eq!(table.is_zero(), is_zero, "mean {mean}");
    }
    assert!(DelayTable::zero().is_zero());
    assert_eq!(DelayTable::zero().draw(u64::MAX), 0);
}

#[test]
fn tables_sum_to_one_and_lump_what_is_too_long() {
    for delay in laws() {
        for ticks_max in [0, 1, 3, 20, 2_000_000] {
            let table = DelayTable::new(&delay, 1.0, ticks_max);
            let sum: f64 = table.probabilities().iter().rev().sum();
            assert!((sum - 1.0).abs() < 1e-13, "{delay:?}: {sum}");
            assert!(table.longest() <= ticks_max);
            assert_eq!(table.probabilities().len(), table.longest() as usize + 1);
            assert!(table.probabilities().iter().all(|it| *it >= 0.0));
            if 0 < ticks_max && ticks_max < table.longest() {
                let beyond = delay.tails_ticks(f64::from(ticks_max) - 0.5, 1.0).above;
                assert_eq!(table.probabilities()[ticks_max as usize], beyond);
            }
        }
    }
}

#[test]
fn draws_invert_the_table() {
    let mut stream = Key::new(5).stream();
    for delay in laws() {
        let table = DelayTable::new(&delay, 1.0, 5_000);
        let mut edges = vec![];
        let mut sum = 0.0;
        for probability in table.probabilities() {
            sum += probability;
            edges.push(sum);
        }
        let mut last = 0;
        let mut bits: Vec<u64> = (0..2_000).map(|_| stream.bits()).collect();
        bits.extend([0, 1, u64::MAX - 1, u64::MAX]);
        bits.sort_unstable();
        for bits in bits {
            let ticks = table.draw(bits);
            assert!(ticks >= last, "{delay:?}: not monotone at {bits}");
            last = ticks;
            let u = bits as f64 / 18_446_744_073_709_551_616.0;
            assert!(u <= edges[ticks as usize] + 1e-12, "{delay:?}: {u} gave {ticks}");
            assert!(
                ticks == 0 || u >= edges[ticks as usize - 1] - 1e-12,
                "{delay:?}: {u} gave {ticks}"
            );
        }
        assert!(table.probabilities()[table.draw(0) as usize] > 0.0);
        assert_eq!(table.draw(u64::MAX), table.longest());
    }
}

#[test]
fn draws_come_as_often_as_the_table_says() {
    // 50,000 draws each; ticks expected less than 10 times are taken together. Chi-square minus
    // its degrees of freedom over √(2 · degrees): bar 5.
    let mut stream = Key::new(6).stream();
    for delay in laws() {
        let table = DelayTable::new(&delay, 1.0, 5_000);
        let mut counts = vec![0.0; table.probabilities().len()];
        for _ in 0..50_000 {
            counts[table.draw(stream.bits()) as usize] += 1.0;
        }
        let (mut square, mut cells, mut rare) = (0.0, 0.0, (0.0, 0.0));
        for (count, probability) in counts.iter().zip(table.probabilities()) {
            let expected = probability * 5e4;
            if expected < 10.0 {
                rare = (rare.0 + count, rare.1 + expected);
            } else {
                square += (count - expected).powi(2) / expected;
                cells += 1.0;
            }
        }
        if rare.1 >= 10.0 {
            square += (rare.0 - rare.1).powi(2) / rare.1;
            cells += 1.0;
        }
        let freedom: f64 = cells - 1.0;
        let off = (square - freedom).abs() / (2.0 * freedom).sqrt().max(1.0);
        assert!(off < 5.0, "{delay:?}: chi-square {square} of {freedom}");
    }
}

#[test]
fn a_memoryless_delay_does_not_care_how_long_it_was() {
    for kind in [DelayKind::Geometric(days(5.0)), DelayKind::Exponential(days(5.0))] {
        let delay = law(&kind);
        for waited in [3.0, 3.7, 40.0, 400.0] {
            let left = DelayTable::remaining(&delay, waited, 1.0, 1_000).expect("it has no end");
            assert_eq!(left.table.probabilities()[0], 0.0);
            let stay = match kind {
                DelayKind::Geometric(_) => 0.8_f64,
                _ => (-0.2_f64).exp(),
            };
            for ticks in 1..100 {
                let expected = (1.0 - stay) * stay.powi(ticks - 1);
                let off = left.table.probabilities()[ticks as usize] / expected - 1.0;
                assert!(off.abs() < 1e-12, "{kind:?} after {waited}: {ticks} off by {off:e}");
            }
        }
    }
}

#[test]
fn what_is_left_is_the_law_given_what_has_passed() {
    for delay in laws() {
        let table = DelayTable::new(&delay, 1.0, 2_000_000);
        for waited in [0_u32, 1, 2, 7, 14] {
            let left = DelayTable::remaining(&delay, f64::from(waited), 1.0, 2_000_000);
            let chance = table.survival(waited);
            let Some(left) = left else {
                assert!(chance == 0.0, "{delay:?} after {waited}");
                continue;
            };
            // The table ends where 2⁻⁶⁴ is left.
            if left.chance < 1e-6 {
                continue;
            }
            assert!((left.chance / chance - 1.0).abs() < 1e-12, "{delay:?} after {waited}");
            for (ticks, found) in left.table.probabilities().iter().enumerate().skip(1) {
                let all = table.probabilities();
                let before = all.get(ticks + waited as usize).copied().unwrap_or(0.0);
                assert!(
                    (found - before / chance).abs() < 1e-12,
                    "{delay:?} after {waited}: {ticks}"
                );
            }
        }
    }
    assert_eq!(DelayTable::remaining(&known(14.0), 14.0, 1.0, 100), None);
    assert_eq!(DelayTable::remaining(&known(0.2), 0.0, 1.0, 100), None);
    let left = DelayTable::remaining(&known(14.0), 5.0, 1.0, 100).expect("nine days are left");
    assert_eq!((left.chance, left.table.longest()), (1.0, 9));
    // Three tenths of a day are three ticks of a tenth, whatever binary fractions say.
    let left = DelayTable::remaining(&known(0.5), 0.3 / 0.1, 0.1, 100).expect("two are left");
    assert_eq!(left.table.longest(), 2);
}

#[test]
fn a_summary_is_that_of_the_table() {
    for delay in laws() {
        let table = DelayTable::new(&delay, 1.0, 2_000_000);
        let summary = delay.summary(1.0);
        let mut below = 0.0;
        let (mut mean, mut p50, mut p90) = (0.0, None, None);
        for (ticks, probability) in table.probabilities().iter().enumerate() {
            let ticks = ticks as f64;
            below += probability;
            mean += ticks * probability;
            p50 = p50.or((below >= 0.5 - 1e-12).then_some(ticks));
            p90 = p90.or((below >= 0.9 - 1e-12).then_some(ticks));
        }
        assert!(
            (summary.mean - mean).abs() <= 1e-11 * mean,
            "{delay:?}: {summary:?}, not {mean}"
        );
        assert_eq!((Some(summary.p50), Some(summary.p90)), (p50, p90), "{delay:?}");
    }
}

#[test]
fn summaries_of_long_tails_agree_with_25_digits() {
    let lognormal = law(&DelayKind::LognormalQuantiles(days(3.0), days(14.0)));
    let minute = 1.0 / 1_440.0;
    let heavy: ChangedDelay = DelayLaw::Lognormal { mu: 0.0, sigma: 3.0 }.into();
    let bursts = law(&DelayKind::Gamma(days(5.0), days(25.0)));
    for (delay, tick_days, mean) in [
        (&lognormal, 1.0, 6.175_299_472_100_98),
        (&lognormal, minute, 6.178_237_908_833_061_5),
        (&heavy, 1.0, 89.981_687_461_007_78),
        (&bursts, 1.0, 4.989_301_907_394_126),
    ] {
        let found = delay.summary(tick_days).mean;
        assert!((found / mean - 1.0).abs() < 1e-11, "{found} instead of {mean}");
    }
}

#[test]
fn fine_ticks_have_the_mean_of_the_law() {
    // A second: rounding leaves the mean of a smooth law alone.
    let second = 1.0 / 86_400.0;
    for (kind, mean) in [
        (DelayKind::Exponential(days(50.0)), 50.0),
        (DelayKind::Gamma(days(50.0), days(4.0)), 50.0),
        (DelayKind::Lognormal(days(50.0), days(60.0)), 50.0),
        (DelayKind::Weibull(days(50.0), 1.0), 50.0),
        (DelayKind::Uniform(days(20.0), days(80.0)), 50.0),
        (DelayKind::Geometric(days(50.0)), 50.0),
    ] {
        let found = law(&kind).summary(second).mean;
        assert!((found / mean - 1.0).abs() < 1e-11, "{kind:?}: {found}");
        let later = ChangedDelay {
            factor: 2.0,
            shift_days: 10.0,
            ..law(&kind)
        };
        if !matches!(kind, DelayKind::Geometric(_)) {
            let found = later.summary(second).mean;
            assert!((found / 110.0 - 1.0).abs() < 1e-11, "{kind:?}: {found}");
        }
    }
}

#[test]
fn what_has_no_spread_is_known() {
    let zero = days(0.0);
    for (kind, amount) in [
        (DelayKind::Interval(days(3.0), days(3.0)), 3.0),
        (DelayKind::Uniform(days(3.0), days(3.0)), 3.0),
        (DelayKind::Lognormal(days(3.0), zero), 3.0),
        (DelayKind::LognormalQuantiles(days(3.0), days(3.0)), 3.0),
        (DelayKind::Gamma(days(3.0), zero), 3.0),
        (DelayKind::Exponential(zero), 0.0),
        (DelayKind::Weibull(zero, 2.0), 0.0),
    ] {
        assert_eq!(law(&kind), known(amount), "{kind:?}");
    }
}

#[test]
fn memoryless_tables_follow_their_hazard() {
    let mut seen = 0;
    for delay in laws() {
        for waited in [None, Some(3.0)] {
            let table = match waited {
                None => DelayTable::new(&delay, 1.0, 400),
                Some(waited) => match DelayTable::remaining(&delay, waited, 1.0, 400) {
                    Some(it) => it.table,
                    None => continue,
                },
            };
            let Some(hazard) = table.hazard() else { continue };
            seen += 1;
            let chances = table.probabilities();
            let mut left = 1.0 - chances[0];
            for (tick, chance) in chances.iter().enumerate().skip(1).take(chances.len() - 2) {
                let off = (chance - left * hazard).abs();
                assert!(off < 1e-12 * left, "{delay:?}, tick {tick}: {chance}");
                left *= 1.0 - hazard;
            }
        }
    }
    assert!(seen >= 4, "{seen} memoryless tables");
}
