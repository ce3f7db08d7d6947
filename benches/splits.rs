//! What a binomial count and a spread of customers over entries cost, beside what the library of
//! distributions has.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand_distr::{Binomial, Distribution as _};

use forksight::random::{Key, Shares, Split};

const CHANCES: [f64; 6] = [1e-6, 1e-3, 0.05, 0.3, 0.5, 0.95];
const SIZES: [u64; 9] = [1, 3, 10, 30, 100, 1_000, 10_000, 1_000_000, 1_000_000_000_000];

/// As many draws as one round has; their numbers of customers differ, as they do in an engine.
const DRAWS: u64 = 1_000;

fn draw(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("binomial");
    group.throughput(Throughput::Elements(DRAWS));
    for chance in CHANCES {
        for n in SIZES {
            let name = format!("{chance}/{n}");
            let split = Split::new(chance);
            let mut luck = Key::new(1).sequence();
            group.bench_function(BenchmarkId::new("split", &name), |it| {
                it.iter(|| (0..DRAWS).fold(0, |sum, draw| sum ^ split.draw(black_box(n + (draw & 3)), &mut luck)));
            });
            let mut stream = Key::new(1).stream();
            group.bench_function(BenchmarkId::new("rand_distr", &name), |it| {
                it.iter(|| {
                    (0..DRAWS).fold(0, |sum, draw| {
                        let law = Binomial::new(black_box(n + (draw & 3)), chance).expect("a chance");
                        sum ^ law.sample(&mut stream)
                    })
                });
            });
        }
    }
    group.finish();
}

/// The shares of a lognormal delay of this median and spread on `len` ticks.
fn lognormal(median: f64, sigma: f64, len: usize) -> Vec<f64> {
    let density = |k: usize| {
        let ln = ((k as f64 + 0.5) / median).ln() / sigma;
        (-0.5 * ln * ln).exp() / (k as f64 + 0.5)
    };
    let sum: f64 = (0..len).map(density).sum();
    (0..len).map(|k| density(k) / sum).collect()
}

fn spread(criterion: &mut Criterion) {
    let tables = [
        ("two", vec![0.3, 0.7]),
        ("five", vec![0.1, 0.2, 0.3, 0.2, 0.2]),
        ("days", lognormal(5.0, 0.6, 60)),
        ("year", lognormal(30.0, 1.0, 1_000)),
    ];
    let mut group = criterion.benchmark_group("shares");
    for (name, shares) in tables {
        let ready = Shares::new(&shares);
        for n in [1, 10, 30, 100, 300, 1_000, 10_000, 1_000_000, 1_000_000_000] {
            let mut luck = Key::new(1).sequence();
            let mut counts = vec![0_u64; shares.len()];
            group.bench_function(BenchmarkId::new(name, n), |it| {
                it.iter(|| ready.split(black_box(n), &mut luck, |index, count| counts[index] += count));
            });
            black_box(&counts);
        }
    }
    group.finish();
}

fn make_ready(criterion: &mut Criterion) {
    criterion.bench_function("ready/split", |it| it.iter(|| Split::new(black_box(0.3))));
    let shares = lognormal(30.0, 1.0, 1_000);
    criterion.bench_function("ready/shares", |it| it.iter(|| Shares::new(black_box(&shares))));
    criterion.bench_function("ready/sequence", |it| {
        let mut word = 0;
        it.iter(|| {
            word += 1;
            Key::of_bits(black_box(word)).sequence().bits()
        });
    });
}

/// Many short measurements: what is compared differs by more than they scatter.
fn short() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400))
}

criterion_group! {
    name = benches;
    config = short();
    targets = draw, spread, make_ready
}
criterion_main!(benches);
