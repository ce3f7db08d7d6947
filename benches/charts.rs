//! What drawing costs: ten fans of sixty months, and one of every kind of chart, as SVG and as PNG.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};

use forksight::forecast::{Forecast, ForecastOptions, ScenarioInfo, Watch, forecast};
use forksight::report::chart::{Chart, ChartKind, ChartOptions, charts, png, svg};
use forksight::scenario::{FileFormat, Scenario, Selection};

const SCENARIO: &str = include_str!("../scenarios/island-lodging.toml");
const METRICS: [&str; 10] = [
    "arrivals",
    "won",
    "conversions",
    "lost",
    "churned",
    "open",
    "revenue",
    "cost",
    "profit",
    "units.night",
];

/// Sixty months of the lodging, from a few replications: drawing does not depend on how many.
fn five_years() -> Forecast {
    let mut text: Vec<&str> = SCENARIO.lines().collect();
    let top = text
        .iter()
        .position(|it| it.starts_with('['))
        .expect("there are tables");
    let kept = |it: &&str| !["horizon", "end", "period"].iter().any(|key| it.starts_with(key));
    let rest = text.split_off(top);
    text.retain(kept);
    text.extend(["horizon = \"60 months\"", "period = \"month\""]);
    text.extend(rest);
    let text = text.join("\n");
    let name = "island-lodging";
    let scenario = Scenario::read(name, text.as_bytes(), FileFormat::Toml).expect("the scenario is sound");
    let (journey, _) = scenario.journey(&Selection::default()).expect("the scenario is sound");
    let info = ScenarioInfo {
        name: journey.name.clone(),
        file: name.to_owned(),
        sha256: String::new(),
        variant: None,
        set: Vec::new(),
        currency: journey.currency.clone(),
    };
    let options = ForecastOptions {
        replications: 50,
        ..ForecastOptions::default()
    };
    let watch = Watch {
        reached: &|_, _| {},
        stop: &AtomicBool::new(false),
    };
    let made = forecast(&journey, info, options, watch).expect("amounts are small");
    let made = made.expect("nobody stops it");
    assert_eq!(made.periods.len(), 60);
    made
}

fn fan(metric: &str) -> ChartOptions {
    ChartOptions {
        metric: Some(metric.to_owned()),
        ..ChartOptions::default()
    }
}

fn draw(criterion: &mut Criterion) {
    let forecast = five_years();
    let mut group = criterion.benchmark_group("draw");
    group.bench_function("10 fans of 60 months", |it| {
        it.iter(|| {
            for metric in METRICS {
                let drawn = svg(black_box(&forecast), ChartKind::Fan, &fan(metric)).expect("it is there");
                black_box(drawn);
            }
        });
    });
    let fan = svg(&forecast, ChartKind::Fan, &fan("won")).expect("it is there");
    group.sample_size(20);
    group.bench_function("one fan as PNG", |it| {
        it.iter(|| png(black_box(&fan), 1.0).expect("the SVG is sound"));
    });
    let mut drawn: Vec<ChartKind> = Vec::new();
    for Chart { kind, options, .. } in charts(&forecast) {
        if drawn.contains(&kind) {
            continue;
        }
        drawn.push(kind);
        group.bench_function(kind.word(), |it| {
            it.iter(|| svg(black_box(&forecast), kind, &options).expect("it is worth drawing"));
        });
    }
    group.finish();
}

criterion_group!(benches, draw);
criterion_main!(benches);
