//! Tests of laws: against 30-digit references, and draws against distribution functions.

use super::*;
use crate::random::{Key, Purpose};

const BOUNDS: [Bounds; 4] = [
    Bounds::NONE,
    Bounds::CHANCE,
    Bounds::NOT_NEGATIVE,
    Bounds { low: 0.21, high: 0.6 },
];

pub(super) fn within(low: f64, high: f64) -> Bounds {
    Bounds { low, high }
}

pub(super) fn interval(low: f64, high: f64, is_chance: bool) -> Law {
    Law::of(Distribution::Interval { low, high }, is_chance)
}

/// Laws of every kind, wide and narrow.
fn laws() -> Vec<Law> {
    vec![
        interval(0.07, 0.3, true),
        interval(0.001, 0.9, true),
        interval(0.0, 0.5, true),
        interval(0.4, 1.0, true),
        interval(0.2, 3.0, false),
        interval(-1.0, 2.0, false),
        Law::of(
            Distribution::Observed {
                hits: 80.0,
                trials: 400.0,
            },
            true,
        ),
        Law::of(Distribution::Observed { hits: 0.0, trials: 3.0 }, true),
        Law::Beta { a: 0.4, b: 0.3 },
        Law::Uniform { low: -0.2, high: 0.7 },
        Law::Triangular {
            low: 0.1,
            mode: 0.2,
            high: 0.9,
        },
        Law::Triangular {
            low: 0.1,
            mode: 0.1,
            high: 0.9,
        },
        Law::Triangular {
            low: 0.1,
            mode: 0.9,
            high: 0.9,
        },
        Law::of(Distribution::Gamma { mean: 0.5, sd: 0.1 }, false),
        Law::of(Distribution::Gamma { mean: 0.5, sd: 0.9 }, false),
        Law::of(Distribution::Lognormal { mean: 0.5, sd: 0.9 }, false),
    ]
}

pub(super) fn check_moments(law: Law, bounds: Bounds, mean: f64, sd: f64) {
    let off = (law.mean(bounds) - mean).abs() / mean.abs();
    assert!(off < 1e-12, "{law:?}: mean {} is off", law.mean(bounds));
    let off = (law.sd(bounds) - sd).abs() / sd;
    assert!(off < 1e-11, "{law:?}: sd {} is off", law.sd(bounds));
}

#[test]
fn an_interval_has_five_percent_below_and_above() {
    let cases = [
        (0.07, 0.09, true),
        (1e-6, 0.999, true),
        (0.07, 0.09, false),
        (9_000.0, 11_000.0, false),
        (-3.0, 5.0, false),
        (0.0, 5.0, false),
        (0.0, 0.2, true),
        (0.9, 1.0, true),
    ];
    for (low, high, is_chance) in cases {
        let law = interval(low, high, is_chance);
        for (p, end) in [(0.05, low), (0.95, high)] {
            let quantile = law.quantile(Bounds::NONE, p);
            assert!((quantile - end).abs() < 1e-12 * high, "{law:?}: {quantile}");
        }
        let is_normal = matches!(law, Law::Normal { .. });
        assert_eq!(is_normal, low <= 0.0 || is_chance && high >= 1.0);
        assert_eq!(matches!(law, Law::LogitNormal { .. }), is_chance && !is_normal);
    }
}

#[test]
fn notations_mean_what_they_say() {
    let law = Law::of(Distribution::LognormalQuantiles { median: 3.0, p90: 14.0 }, false);
    assert!((law.quantile(Bounds::NONE, 0.5) - 3.0).abs() < 1e-14);
    assert!((law.quantile(Bounds::NONE, 0.9) - 14.0).abs() < 1e-12);
    let (mean, sd) = (49.0, 20.0);
    for distribution in [
        Distribution::Lognormal { mean, sd },
        Distribution::Gamma { mean, sd },
        Distribution::Normal { mean, sd },
    ] {
        check_moments(Law::of(distribution, false), Bounds::NONE, mean, sd);
    }
    assert_eq!(
        Law::of(
            Distribution::Observed {
                hits: 80.0,
                trials: 400.0
            },
            true
        ),
        Law::Beta { a: 80.5, b: 320.5 }
    );
}

#[test]
fn what_has_no_spread_is_constant() {
    let flat = [
        Distribution::Interval { low: 0.3, high: 0.3 },
        Distribution::Uniform { low: 0.3, high: 0.3 },
        Distribution::Triangular {
            low: 0.3,
            mode: 0.3,
            high: 0.3,
        },
        Distribution::Normal { mean: 0.3, sd: 0.0 },
        Distribution::Lognormal { mean: 0.3, sd: 0.0 },
        Distribution::LognormalQuantiles { median: 0.3, p90: 0.3 },
        Distribution::Gamma { mean: 0.3, sd: 0.0 },
    ];
    let mut stream = Key::new(1).stream();
    for distribution in flat {
        for is_chance in [true, false] {
            let law = Law::of(distribution, is_chance);
            assert_eq!(law, Law::constant(0.3));
            for bounds in BOUNDS {
                assert_eq!(law.draw(bounds, &mut stream), 0.3);
                assert_eq!((law.mean(bounds), law.sd(bounds)), (0.3, 0.0));
                assert_eq!(law.quantile(bounds, 0.01), 0.3);
                assert_eq!((law.cdf(bounds, 0.29), law.cdf(bounds, 0.3)), (0.0, 1.0));
            }
        }
    }
}

#[test]
fn quantiles_undo_the_distribution_function() {
    for law in laws() {
        for bounds in BOUNDS {
            for p in [1e-9, 0.001, 0.1, 0.5, 0.9, 0.999, 1.0 - 1e-9] {
                let x = law.quantile(bounds, p);
                assert!(bounds.contain(x), "{law:?} {bounds:?}: {p} gives {x}");
                // Near 1, neighbouring numbers may be far apart in probability.
                let slack = 1e-9 * p.min(1.0 - p) + 1e-14;
                let below = law.cdf(bounds, x.next_down()) - slack;
                let above = law.cdf(bounds, x.next_up()) + slack;
                assert!(
                    (below..=above).contains(&p),
                    "{law:?} {bounds:?}: {p} is not within {below} and {above}"
                );
            }
            assert_eq!(law.cdf(bounds, f64::INFINITY), 1.0);
            assert_eq!(law.cdf(bounds, f64::NEG_INFINITY), 0.0);
        }
    }
}

#[test]
fn quantiles_average_to_the_mean_and_sd() {
    // The midpoint rule over 5,000 quantiles; laws with heavy tails converge slowly.
    for law in laws() {
        for bounds in BOUNDS {
            let count = 5_000;
            let quantiles: Vec<f64> = (0..count)
                .map(|it| law.quantile(bounds, (f64::from(it) + 0.5) / f64::from(count)))
                .collect();
            let mean = quantiles.iter().sum::<f64>() / f64::from(count);
            let variance: f64 = quantiles.iter().map(|it| (it - mean).powi(2)).sum();
            let sd = (variance / f64::from(count)).sqrt();
            let (true_mean, true_sd) = (law.mean(bounds), law.sd(bounds));
            assert!(
                (mean - true_mean).abs() < 2e-3 * true_sd,
                "{law:?} {bounds:?}: {mean} is not {true_mean}"
            );
            assert!(
                (sd / true_sd - 1.0).abs() < 4e-2,
                "{law:?} {bounds:?}: {sd} is not {true_sd}"
            );
        }
    }
}

#[test]
fn draws_follow_the_distribution_function() {
    // Kolmogorov–Smirnov with 20,000 draws: √n D exceeds 2.6 once in 370,000 times.
    let count = 20_000;
    for (at, law) in laws().into_iter().enumerate() {
        for bounds in BOUNDS {
            let key = Key::new(2).purpose(Purpose::World).with(at as u64);
            let mut stream = key.with_text(&format!("{bounds:?}")).stream();
            let mut levels: Vec<f64> = (0..count)
                .map(|_| law.cdf(bounds, law.draw(bounds, &mut stream)))
                .collect();
            levels.sort_by(f64::total_cmp);
            let distance = levels
                .iter()
                .enumerate()
                .map(|(at, level)| (level - (at as f64 + 0.5) / f64::from(count)).abs())
                .fold(0.0, f64::max);
            let distance = distance * f64::from(count).sqrt();
            assert!(distance < 2.6, "{law:?} {bounds:?}: distance {distance}");
        }
    }
}

#[test]
fn poisson_draws_have_mean_and_variance_alike() {
    // 40,000 draws: standard errors √(7 / 40,000) and 7 √(2.14 / 40,000).
    let law = Law::of(Distribution::Poisson { mean: 7.0 }, false);
    let mut stream = Key::new(1).stream();
    let draws: Vec<f64> = (0..40_000).map(|_| law.draw(Bounds::NONE, &mut stream)).collect();
    let mean = draws.iter().sum::<f64>() / 4e4;
    let variance = draws.iter().map(|it| (it - 7.0).powi(2)).sum::<f64>() / 4e4;
    assert!((mean - 7.0).abs() < 5.0 * 0.0132, "mean {mean}");
    assert!((variance - 7.0).abs() < 5.0 * 0.0512, "variance {variance}");
}

#[test]
fn bounds_that_are_hardly_ever_met_end_the_search() {
    let mut stream = Key::new(1).stream();
    // One draw in 10^89 is within these bounds: the exponential tail beyond 20 has a mean of
    // about 1 / 20.
    let law = Law::Normal { mean: -20.0, sd: 1.0 };
    let draws: Vec<f64> = (0..2_000)
        .map(|_| law.draw(Bounds::NOT_NEGATIVE, &mut stream))
        .collect();
    let mean = draws.iter().sum::<f64>() / 2e3;
    let expected = law.mean(Bounds::NOT_NEGATIVE);
    assert!((expected - 0.05).abs() < 0.001);
    assert!((mean - expected).abs() < 5.0 * 0.05 / 2e3_f64.sqrt(), "{mean}");
    // No number of tries helps where double precision sees nothing: the nearest bound.
    let law = Law::constant(-1.0);
    assert_eq!(law.draw(Bounds::CHANCE, &mut stream), 0.0);
    let law = Law::Normal { mean: 1e6, sd: 1.0 };
    assert_eq!(law.draw(Bounds::CHANCE, &mut stream), 1.0);
    assert_eq!(law.mean(Bounds::CHANCE), 1.0);
}

#[test]
fn huge_counts_are_as_good_as_small_ones() {
    let law = Law::of(Distribution::Observed { hits: 4e6, trials: 5e7 }, true);
    let sd = (0.08_f64 * 0.92 / 5e7).sqrt();
    let p95 = law.quantile(Bounds::CHANCE, 0.95);
    assert!((p95 - (0.08 + Z95 * sd)).abs() < 1e-3 * sd);
    check_moments(law, Bounds::CHANCE, 4_000_000.5 / 50_000_001.0, law.sd(Bounds::NONE));
}

#[test]
fn a_poisson_law_without_bounds_has_quantiles() {
    let law = Law::Poisson { mean: 5.5 };
    for bounds in [Bounds::NONE, Bounds::NOT_NEGATIVE] {
        assert_eq!(law.quantile(bounds, 0.05), 2.0);
        assert_eq!(law.quantile(bounds, 0.95), 10.0);
    }
}
