//! Engines side by side: what a run costs as customers, replications, steps and threads grow.
//!
//! `cargo bench --bench engines` measures, `benches/table.py` makes a table of it; in
//! `cargo test --benches` every case of moderate size runs once.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};

use forksight::engine::{AnyTally, Engine, RunOptions, simulate};
use forksight::forecast::{Layout, record};
use forksight::journey::Journey;
use forksight::plan::{Model, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};

const DAILY: &str = include_str!("journeys/fourteen.toml");
const MONTHLY: &str = include_str!("journeys/fourteen-months.toml");

const CONTESTANTS: [Contestant; 3] = [
    Contestant {
        engine: Engine::Individual,
        customers_max: 10_000_000,
        customers_tested_max: 10_000,
    },
    Contestant {
        engine: Engine::Cohort,
        customers_max: u64::MAX,
        customers_tested_max: 1_000_000,
    },
    Contestant {
        engine: Engine::Exact,
        customers_max: u64::MAX,
        customers_tested_max: 1_000_000,
    },
];
const STEPS_TESTED_MAX: u64 = 100;

/// An engine, and how many customers it is asked to move in one run at most: where time grows with
/// their number, nothing is learned from more.
struct Contestant {
    engine: Engine,
    customers_max: u64,
    /// The same where every case runs once, on a build that is hardly optimized.
    customers_tested_max: u64,
}

/// What is measured once for every engine.
struct Case<'a> {
    /// Which axis is walked along, and where on it.
    axis: &'a str,
    at: u64,
    text: &'a str,
    customers: u64,
    replications: u64,
    threads: usize,
}

/// How large cases may be.
#[derive(Clone, Copy)]
struct Size {
    measures: bool,
}

impl Size {
    /// Criterion measures if it is told `--bench`, as cargo tells it in `cargo bench`.
    fn of_this_run() -> Self {
        Self {
            measures: std::env::args().any(|it| it == "--bench"),
        }
    }

    fn powers_of_ten(self, exponents: std::ops::RangeInclusive<u32>, tested_max: u64) -> impl Iterator<Item = u64> {
        exponents
            .map(|it| 10_u64.pow(it))
            .filter(move |it| self.measures || *it <= tested_max)
    }

    fn bench(self, group: &mut BenchmarkGroup<'_, WallTime>, case: &Case<'_>) {
        for contestant in CONTESTANTS {
            let customers_max = if self.measures {
                contestant.customers_max
            } else {
                contestant.customers_tested_max
            };
            if case.customers.saturating_mul(case.replications) <= customers_max {
                bench(group, case, contestant.engine);
            }
        }
    }
}

fn bench(group: &mut BenchmarkGroup<'_, WallTime>, case: &Case<'_>, engine: Engine) {
    let journey = journey(case.text, case.customers);
    let plan = compile(&journey);
    let (model, layout) = (
        Model {
            journey: &journey,
            plan: &plan,
        },
        Layout::of(&journey, &plan),
    );
    let options = RunOptions {
        replications: case.replications,
        seed: 1,
        threads: case.threads,
        engine,
    };
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
    let run = || simulate(model, black_box(options), extract, &|_| (), &AtomicBool::new(false));
    let id = format!("{}/threads-{}/{}/{}", case.axis, case.threads, case.at, engine.word());
    group.bench_function(id, |it| {
        it.iter(|| run().expect("every engine here can run every case"));
    });
}

/// The journey with another number of customers expected within the horizon.
fn journey(text: &str, customers: u64) -> Journey {
    let scenario = Scenario::read("bench", text.as_bytes(), FileFormat::Toml).expect("its text is sound");
    let selection = Selection {
        set: vec![format!("arrivals.web.volume={}", customers as f64 / 36.0)],
        ..Selection::default()
    };
    scenario.journey(&selection).expect("its journey is sound").0
}

/// A chain of steps over 36 months: at each most customers go on, some go back by up to three
/// steps, and so few leave that about one in three gets to the end. It takes 300 days or so, however
/// many steps there are, so that of 10,000 most take no time.
fn chain(steps: u64) -> String {
    let mut text = "format = 1\nhorizon = \"36 months\"\nentry = \"step0\"\n\n\
        [arrivals.web]\nrate = \"1 per month\"\n\n"
        .to_owned();
    let leaves = 1.0 / steps as f64;
    let days = 300_u64.div_ceil(steps);
    let passes = steps.div_ceil(300);
    let write = |text: &mut String, step: u64| {
        let (next, back) = (step + 1, step - step % 4);
        let to = if next < steps {
            format!("step{next}")
        } else {
            "end".to_owned()
        };
        let days = if step.is_multiple_of(passes) { days } else { 0 };
        let delay = if step.is_multiple_of(2) {
            "\"2d\""
        } else {
            "{ exponential = \"2d\" }"
        };
        writeln!(
            text,
            "[steps.step{step}]\nbranches = [\n\
            {{ to = \"{to}\", name = \"on\", chance = \"rest\", after = \"{days}d\" }},\n\
            {{ to = \"step{back}\", name = \"back\", chance = 0.05, after = {delay} }},\n\
            {{ to = \"gone\", chance = {leaves} }},\n]\n"
        )
    };
    for step in 0..steps {
        write(&mut text, step).expect("a string takes any text");
    }
    text + "[steps.end]\noutcome = \"converted\"\n\n[steps.gone]\noutcome = \"lost\"\n"
}

fn engines(criterion: &mut Criterion) {
    let size = Size::of_this_run();
    let mut group = criterion.benchmark_group("engines");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    for threads in [1, 2] {
        for customers in size.powers_of_ten(3..=12, u64::MAX) {
            let case = Case {
                axis: "customers",
                at: customers,
                text: DAILY,
                customers,
                replications: 1,
                threads,
            };
            size.bench(&mut group, &case);
        }
        for replications in size.powers_of_ten(0..=4, 10) {
            let case = Case {
                axis: "replications",
                at: replications,
                text: MONTHLY,
                customers: 1_000,
                replications,
                threads,
            };
            size.bench(&mut group, &case);
        }
    }
    for steps in size.powers_of_ten(1..=4, STEPS_TESTED_MAX) {
        let case = Case {
            axis: "steps",
            at: steps,
            text: &chain(steps),
            customers: 1_000,
            replications: 1,
            threads: 1,
        };
        size.bench(&mut group, &case);
    }
    group.finish();
}

criterion_group!(benches, engines);
criterion_main!(benches);
