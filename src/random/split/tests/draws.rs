//! Proof that many draws together have the law: moments, tails and cells.

use super::{CHANCES, binomial_tails};
use crate::random::{Key, Split};
use crate::special::{Tails, normal_quantile};

#[test]
fn moments_and_tails_of_many_draws_are_those_of_the_law() {
    for n in [1_000_000, 1_000_000_000, 1_000_000_000_000, 1_000_000_000_000_000] {
        for chance in &CHANCES[1..14] {
            check_draws(n, *chance);
        }
    }
}

/// 200,000 draws: mean, variance, third moment and four tails, each within 5 standard errors.
fn check_draws(n: u64, chance: f64) {
    let draws = 200_000;
    let split = Split::new(chance);
    let mut luck = Key::new(17).with(n).with(chance.to_bits()).sequence();
    let smaller = f64::min(chance, 1.0 - chance);
    let (mean, variance) = (n as f64 * smaller, n as f64 * smaller * (1.0 - smaller));
    let deviation = variance.sqrt();
    let counts: Vec<u64> = (0..draws)
        .map(|_| split.draw(n, &mut luck))
        .map(|count| if chance > 0.5 { n - count } else { count })
        .collect();
    let moment = |power: i32| {
        let sum: f64 = counts
            .iter()
            .map(|count| ((*count as f64 - mean) / deviation).powi(power))
            .sum();
        sum / f64::from(draws)
    };
    // Central moments of the standardized law, in terms of 1/variance and pq.
    let (v, w) = (smaller * (1.0 - smaller), 1.0 / variance);
    let skewness = (1.0 - 2.0 * smaller) / deviation;
    let fourth = 3.0 + (1.0 - 6.0 * v) * w;
    let sixth = 15.0 + (25.0 - 130.0 * v) * w + (1.0 - 30.0 * v + 120.0 * v * v) * w * w;
    let error = |variance: f64| (variance / f64::from(draws)).sqrt();
    let name = format!("n {n}, chance {chance:e}");
    let near = |what: &str, found: f64, wanted: f64, error: f64| {
        assert!(
            (found - wanted).abs() < 5.0 * error,
            "{name}: {what} {found} for {wanted} ± {error}"
        );
    };
    // Where hardly anybody is counted at all, sums are Poisson counts.
    if mean * f64::from(draws) > 100.0 {
        near("mean", moment(1), 0.0, error(1.0));
        near("variance", moment(2), 1.0, error(fourth - 1.0));
        near("skewness", moment(3), skewness, error(sixth - skewness * skewness));
    }
    // Enumerating the tails of ever larger laws takes ever longer.
    if mean < 1e12 {
        for z in [-4.0, -2.5, 2.5, 4.0] {
            check_tail(n, smaller, z, &counts);
        }
    }
}

/// The share of `counts` beyond z deviations.
fn check_tail(n: u64, chance: f64, z: f64, counts: &[u64]) {
    let mean = n as f64 * chance;
    let cut = mean + z * (mean * (1.0 - chance)).sqrt();
    if cut < 0.0 {
        return;
    }
    let tails = binomial_tails(n, chance, cut as u64);
    let below = counts.iter().filter(|it| **it <= cut as u64).count() as f64;
    let (found, wanted) = if z < 0.0 {
        (below, tails.below)
    } else {
        (counts.len() as f64 - below, tails.above)
    };
    let expected = wanted * counts.len() as f64;
    // A Poisson count of less than 1 may well be 5.
    let bar = 5.0 * expected.max(1.0).sqrt();
    assert!(
        (found - expected).abs() < bar,
        "n {n}, chance {chance:e}: {found} for {expected} beyond {z} deviations"
    );
}

#[test]
fn draws_fall_evenly_into_cells_of_even_chances() {
    let laws = [
        (3, 0.4),
        (25, 0.1),
        (60, 0.05),
        (200, 0.5),
        (1_000, 0.07),
        (30_000, 0.9),
        (1_000_000, 0.3),
        (1_000_000_000, 1e-7),
        (1_000_000_000_000, 0.25),
        (1_000_000_000_000, 1e-9),
    ];
    for (n, chance) in laws {
        check_cells(n, chance, 1_000_000);
    }
}

/// Chi-square over up to 50 cells: mean cells − 1, variance twice that.
fn check_cells(n: u64, chance: f64, draws: u32) {
    let mean = n as f64 * chance;
    let deviation = (mean * (1.0 - chance)).sqrt();
    let mut cuts: Vec<u64> = (1..50)
        .map(|cell| normal_quantile(Tails::from_below(f64::from(cell) / 50.0)))
        .map(|z| (mean + z * deviation).clamp(0.0, (n - 1) as f64) as u64)
        .collect();
    cuts.dedup();
    let tails: Vec<Tails> = cuts.iter().map(|cut| binomial_tails(n, chance, *cut)).collect();
    let split = Split::new(chance);
    let mut luck = Key::new(23).with(n).with(chance.to_bits()).sequence();
    let mut found = vec![0_u32; cuts.len() + 1];
    for _ in 0..draws {
        let count = split.draw(n, &mut luck);
        found[cuts.partition_point(|cut| *cut < count)] += 1;
    }
    let mut before = Tails::NONE_BELOW;
    let mut off = 0.0;
    for (found, after) in found.iter().zip(tails.into_iter().chain([Tails::NONE_ABOVE])) {
        let expected = before.until(after) * f64::from(draws);
        off += (f64::from(*found) - expected).powi(2) / expected;
        before = after;
    }
    let freedom = cuts.len() as f64;
    assert!(
        (off - freedom).abs() < 5.0 * (2.0 * freedom).sqrt(),
        "n {n}, chance {chance}: chi-square {off} of {freedom} degrees"
    );
}
