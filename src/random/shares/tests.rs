//! Proof that spreads have the multinomial law.

use std::collections::BTreeMap;

use super::*;
use crate::random::Key;

fn spread(shares: &Shares, len: usize, n: u64, luck: &mut Sequence) -> Vec<u64> {
    let mut counts = vec![0; len];
    shares.split(n, luck, |index, count| {
        assert!(count > 0);
        counts[index] += count;
    });
    counts
}

/// Shares of a geometric law with this ratio, the last takes the rest.
fn geometric(ratio: f64, len: usize) -> Vec<f64> {
    let mut shares: Vec<f64> = (0..len as i32).map(|k| (1.0 - ratio) * ratio.powi(k)).collect();
    shares[len - 1] = ratio.powi(len as i32 - 1);
    shares
}

fn laws() -> Vec<Vec<f64>> {
    let bell: Vec<f64> = (0..300)
        .map(|k| (-f64::powi(f64::from(k) / 20.0 - 2.0, 2)).exp())
        .collect();
    let sum: f64 = bell.iter().sum();
    vec![
        vec![1.0],
        vec![0.0, 1.0, 0.0],
        vec![0.3, 0.7],
        vec![0.05, 0.0, 0.15, 0.8],
        vec![0.2; 5],
        geometric(0.5, 20),
        geometric(0.9, 200),
        geometric(0.99, 1_000),
        bell.into_iter().map(|it| it / sum).collect(),
    ]
}

const SIZES: [u64; 14] = [
    0,
    1,
    2,
    5,
    12,
    30,
    100,
    300,
    1_000,
    3_000,
    30_000,
    1_000_000,
    1_000_000_000,
    1_000_000_000_000_000,
];

#[test]
fn nobody_is_lost_or_made_up() {
    for shares in laws() {
        let ready = Shares::new(&shares);
        for n in SIZES {
            let counts = spread(&ready, shares.len(), n, &mut Key::new(n).sequence());
            assert_eq!(counts.iter().sum::<u64>(), n);
            for (count, share) in counts.iter().zip(&shares) {
                assert!(*count == 0 || *share > 0.0);
            }
        }
    }
}

#[test]
fn the_same_luck_spreads_the_same_way() {
    for shares in laws() {
        for n in SIZES {
            let told = || {
                let mut told = Vec::new();
                Shares::new(&shares).split(n, &mut Key::new(4).sequence(), |index, count| told.push((index, count)));
                told
            };
            assert_eq!(told(), told());
        }
    }
}

#[test]
fn means_and_covariances_are_those_of_the_multinomial_law() {
    // The sums of squares and products of standardized counts over 4,000 spreads; their own
    // spread is that of normal numbers, or of Poisson counts where few are expected.
    let draws = 4_000;
    for shares in laws() {
        let ready = Shares::new(&shares);
        for n in SIZES {
            let mut luck = Key::new(8).with(n).with(shares.len() as u64).sequence();
            let watched: Vec<usize> = (0..shares.len()).step_by(1 + shares.len() / 12).collect();
            let mut sums = vec![0.0; watched.len()];
            let mut products = vec![vec![0.0; watched.len()]; watched.len()];
            for _ in 0..draws {
                let counts = spread(&ready, shares.len(), n, &mut luck);
                let off: Vec<f64> = watched
                    .iter()
                    .map(|at| counts[*at] as f64 - n as f64 * shares[*at])
                    .collect();
                for (at, one) in off.iter().enumerate() {
                    sums[at] += one;
                    for (other, product) in off.iter().zip(&mut products[at]) {
                        *product += one * other;
                    }
                }
            }
            check_moments(n, f64::from(draws), &shares, &watched, &sums, &products);
        }
    }
}

#[test]
fn spreads_of_few_customers_have_the_enumerated_law() {
    // 200,000 spreads: chi-square over all outcomes that are expected five times or more.
    let laws: [&[f64]; 4] = [
        &[0.2, 0.5, 0.3],
        &[0.05, 0.0, 0.25, 0.7],
        &[0.25, 0.1, 0.3, 0.15, 0.2],
        &[1e-4, 0.3, 0.6999],
    ];
    for shares in laws {
        let ready = Shares::new(shares);
        for n in [1, 2, 3, 5, 8] {
            let mut luck = Key::new(12).with(n).with(shares.len() as u64).sequence();
            let mut found: BTreeMap<Vec<u64>, u32> = BTreeMap::new();
            for _ in 0..200_000 {
                *found.entry(spread(&ready, shares.len(), n, &mut luck)).or_default() += 1;
            }
            let (mut off, mut cells) = (0.0, 0.0);
            for counts in outcomes(n, shares.len()) {
                let expected = 2e5 * multinomial(&counts, shares);
                if expected >= 5.0 {
                    let found = found.get(&counts).copied().unwrap_or(0);
                    off += (f64::from(found) - expected).powi(2) / expected;
                    cells += 1.0;
                }
            }
            // The standard deviation where an outcome is expected only five times, too.
            let deviation = f64::sqrt(2.0 * cells + cells / 5.0);
            assert!(
                (off - cells).abs() < 5.0 * deviation + 1.0,
                "n {n}, shares {shares:?}: chi-square {off} of {cells} cells"
            );
        }
    }
}

/// All ways to spread n customers over so many entries.
fn outcomes(n: u64, len: usize) -> Vec<Vec<u64>> {
    if len == 1 {
        return vec![vec![n]];
    }
    (0..=n)
        .flat_map(|last| {
            outcomes(n - last, len - 1).into_iter().map(move |mut counts| {
                counts.push(last);
                counts
            })
        })
        .collect()
}

fn multinomial(counts: &[u64], shares: &[f64]) -> f64 {
    let factorial = |k: u64| (1..=k).map(|it| it as f64).product::<f64>();
    let ways = factorial(counts.iter().sum()) / counts.iter().map(|it| factorial(*it)).product::<f64>();
    ways * counts
        .iter()
        .zip(shares)
        .map(|(count, share)| share.powi(*count as i32))
        .product::<f64>()
}

#[test]
fn shares_that_are_none_go_to_the_first_entry() {
    for shares in [vec![], vec![0.0, 0.0], vec![f64::NAN, -1.0]] {
        let mut told = Vec::new();
        Shares::new(&shares).split(9, &mut Key::new(1).sequence(), |index, count| told.push((index, count)));
        assert_eq!(told, [(0, 9)]);
    }
}

#[test]
fn a_slightly_larger_share_takes_from_few() {
    // The same luck for every count: what is moved is what the shares have moved.
    let before = Shares::new(&[0.3, 0.3, 0.4]);
    let after = Shares::new(&[0.31, 0.29, 0.4]);
    for word in 0..1_000 {
        let luck = Key::new(6).with(word).sequence();
        let one = spread(&before, 3, 1_000_000, &mut luck.clone());
        let other = spread(&after, 3, 1_000_000, &mut luck.clone());
        let moved: u64 = one.iter().zip(&other).map(|(one, other)| one.abs_diff(*other)).sum();
        // 10,000 from the second to the first; half a percent of each deviation comes on top.
        assert!((19_900..=20_300).contains(&moved), "{one:?} became {other:?}");
    }
}

fn check_moments(n: u64, draws: f64, shares: &[f64], watched: &[usize], sums: &[f64], products: &[Vec<f64>]) {
    let n = n as f64;
    for (at, index) in watched.iter().enumerate() {
        let p = shares[*index];
        let variance = n * p * (1.0 - p);
        // Too few for a bar in standard errors.
        if variance * draws < 100.0 {
            continue;
        }
        let mean = sums[at] / draws;
        let error = (variance / draws).sqrt();
        assert!(
            mean.abs() < 5.0 * error,
            "n {n}, {} shares, entry {index}: mean off by {mean} ± {error}",
            shares.len()
        );
        for (before, other) in watched[..=at].iter().enumerate() {
            let q = shares[*other];
            let other_variance = n * q * (1.0 - q);
            let wanted = if before == at { variance } else { -n * p * q };
            // E[X²Y²] of sums of independent parts: products of pairs, and n times a fourth
            // moment that is at most the smaller share.
            let fourth = variance * other_variance
                + 2.0 * wanted * wanted
                + n * p.min(q) * if before == at { 1.0 } else { p.max(q) };
            let error = ((fourth - wanted * wanted) / draws).sqrt();
            let found = products[at][before] / draws;
            if other_variance * draws < 100.0 || n * p * n * q * draws < 100.0 {
                continue;
            }
            assert!(
                (found - wanted).abs() < 5.0 * error,
                "n {n}, {} shares, entries {index} and {other}: covariance {found} for {wanted} ± {error}",
                shares.len()
            );
        }
    }
}
