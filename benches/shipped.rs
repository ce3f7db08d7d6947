//! What loading, compiling and simulating every shipped scenario costs: customers and moves a
//! second, on one thread.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

use forksight::engine::{AnyTally, Engine, RunOptions, simulate};
use forksight::forecast::{Layout, record};
use forksight::journey::Journey;
use forksight::plan::{Model, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

const SCENARIOS: [(&str, &str); 6] = [
    ("fork-in-the-road", include_str!("../scenarios/fork-in-the-road.toml")),
    ("saas-trial", include_str!("../scenarios/saas-trial.toml")),
    ("web-shop", include_str!("../scenarios/web-shop.toml")),
    ("b2b-inbound", include_str!("../scenarios/b2b-inbound.toml")),
    (
        "customer-lifecycle",
        include_str!("../scenarios/customer-lifecycle.toml"),
    ),
    ("island-lodging", include_str!("../scenarios/island-lodging.toml")),
];

fn journey(name: &str, text: &str) -> Journey {
    let scenario = Scenario::read(name, text.as_bytes(), FileFormat::Toml).expect("shipped scenarios are sound");
    scenario
        .journey(&Selection::default())
        .expect("shipped scenarios are sound")
        .0
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    for (name, text) in SCENARIOS {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |it| it.iter(|| journey(name, black_box(text))));
    }
    group.finish();
}

fn compile_plans(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    for (name, text) in SCENARIOS {
        let journey = journey(name, text);
        group.bench_function(name, |it| it.iter(|| compile(black_box(&journey))));
    }
    group.finish();
}

/// One replication; the throughput is in customers, then in moves.
fn simulate_shipped(criterion: &mut Criterion) {
    for unit in ["customers", "moves"] {
        let mut group = criterion.benchmark_group(format!("individual/{unit}"));
        group.sample_size(20);
        for (name, text) in SCENARIOS {
            let journey = journey(name, text);
            let plan = compile(&journey);
            let (model, layout) = (
                Model {
                    journey: &journey,
                    plan: &plan,
                },
                Layout::of(&journey, &plan),
            );
            let options = RunOptions {
                replications: 1,
                seed: 1,
                threads: 1,
                engine: Engine::Individual,
            };
            let run = || {
                let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
                simulate(model, options, extract, &|_| (), &AtomicBool::new(false)).expect("amounts are small")
            };
            let once = run();
            let customers = once.results[0][0] + once.results[0][1];
            group.throughput(Throughput::Elements(if unit == "moves" {
                once.moves
            } else {
                customers as u64
            }));
            group.bench_function(BenchmarkId::from_parameter(name), |it| it.iter(run));
        }
        group.finish();
    }
}

criterion_group!(benches, load, compile_plans, simulate_shipped);
criterion_main!(benches);
