//! Forecasts made by hand for the tests of the formats: no engine, plausible numbers.

mod odd;

use crate::forecast::{
    BranchForecast, Cohort, DelaySummary, Ends, Estimate, Flow, Forecast, ForkForecast, FunnelRow, GroupForecast,
    Histogram, Metrics, OutcomeForecast, PeriodForecast, Precision, RunInfo, ScenarioInfo, SpreadShares, StepForecast,
    Table, TargetForecast, TimeSummary, TimeToConvert,
};

pub(crate) use odd::{huge, long_names, means_only, nobody};

/// An estimate with the quantiles of a normal distribution, from 1,000 replications.
pub(crate) fn normal(mean: f64, sd: f64) -> Estimate {
    let at = |score: f64| Some(mean + score * sd);
    Estimate {
        mean: Some(mean),
        se: Some(sd / 1_000f64.sqrt()),
        sd: Some(sd),
        p2_5: at(-1.960),
        p5: at(-1.645),
        p10: at(-1.282),
        p20: at(-0.842),
        p25: at(-0.674),
        p50: at(0.0),
        p75: at(0.674),
        p80: at(0.842),
        p90: at(1.282),
        p95: at(1.645),
        p97_5: at(1.960),
    }
}

/// The same, rounded to four digits.
pub(crate) fn estimate(mean: f64, sd: f64) -> Estimate {
    each(&normal(mean, sd), |it| (it * 1e4).round() / 1e4)
}

/// An estimate whose numbers are changed one by one, as far as they are known.
pub(crate) fn each(estimate: &Estimate, change: impl Fn(f64) -> f64) -> Estimate {
    let of = |it: Option<f64>| it.map(&change);
    Estimate {
        mean: of(estimate.mean),
        se: of(estimate.se),
        sd: of(estimate.sd),
        p2_5: of(estimate.p2_5),
        p5: of(estimate.p5),
        p10: of(estimate.p10),
        p20: of(estimate.p20),
        p25: of(estimate.p25),
        p50: of(estimate.p50),
        p75: of(estimate.p75),
        p80: of(estimate.p80),
        p90: of(estimate.p90),
        p95: of(estimate.p95),
        p97_5: of(estimate.p97_5),
    }
}

/// An estimate of which only the mean is known.
pub(crate) fn mean_only(mean: f64) -> Estimate {
    Estimate {
        mean: Some(mean),
        se: Some(0.0),
        ..Estimate::default()
    }
}

fn count(mean: f64) -> Estimate {
    estimate(mean, mean.abs().sqrt() + 0.05 * mean.abs())
}

fn share(mean: f64) -> Estimate {
    estimate(mean, 0.05 * mean.min(1.0 - mean))
}

fn metrics(entries: &[(&str, Estimate)]) -> Metrics {
    Table(
        entries
            .iter()
            .map(|(name, estimate)| ((*name).to_owned(), *estimate))
            .collect(),
    )
}

fn cells(scale: f64) -> Metrics {
    metrics(&[
        ("arrivals", count(10_412.0 * scale)),
        ("won", count(211.4 * scale)),
        ("conversions", count(218.2 * scale)),
        ("lost", count(9_371.0 * scale)),
        ("churned", count(87.3 * scale)),
        ("other", count(0.0)),
        ("open", count(912.0 * scale)),
        ("open.trial", count(402.0 * scale)),
        ("revenue", count(58_210.0 * scale)),
        ("cost", count(31_377.0 * scale)),
        ("costs.staff", count(20_377.0 * scale)),
        ("profit", estimate(26_833.0 * scale, 9_000.0 * scale)),
        ("units.licence", count(612.5 * scale)),
        ("units.onboarding_day", count(41.25 * scale)),
        ("events.renewal", count(480.0 * scale)),
    ])
}

fn totals() -> Metrics {
    let mut all = cells(12.0);
    all.0.insert(1, ("pipeline".into(), estimate(1_720.0, 0.0)));
    all.0.push(("present_value".into(), estimate(301_000.0, 99_000.0)));
    all.0.push(("conversion_rate".into(), share(0.0203)));
    all.0.push(("churn_rate".into(), share(0.413)));
    all
}

/// `months` calendar months from January 2026.
pub(crate) fn periods(months: u32) -> Vec<PeriodForecast> {
    (0..months)
        .map(|month| {
            let label = format!("{:04}-{:02}", 2026 + month / 12, month % 12 + 1);
            PeriodForecast {
                from: Some(format!("{label}-01")),
                until: Some(format!("{label}-28")),
                period: label,
                metrics: cells(0.4 + f64::from(month % 12) * 0.1),
            }
        })
        .collect()
}

fn step(id: &str, title: &str, stage: Option<&str>, reached: f64) -> StepForecast {
    StepForecast {
        step: id.into(),
        title: title.into(),
        stage: stage.map(str::to_owned),
        channel: None,
        owner: stage.map(|_| "Marketing".to_owned()),
        reached: count(reached),
        customers: count(reached * 0.9),
        converts: Some(0.041),
        worth: Some(2.17),
    }
}

fn branch(name: &str, to: &str, taken: f64, ends: [Option<f64>; 3]) -> BranchForecast {
    BranchForecast {
        branch: name.into(),
        to: to.into(),
        taken: count(taken),
        share: share(taken / 130_000.0),
        converts: ends[0],
        churns: ends[1],
        worth: ends[2],
        ends: ends[0].zip(ends[1]).map(|(won, left)| Ends {
            won: 0.5 * won,
            churned: 0.25 * left,
            lost: 0.75 * left,
            other: 0.0,
            open: 1.0 - 0.5 * won - left,
        }),
        delay_days: DelaySummary {
            mean: Some(2.9),
            p50: Some(2.0),
            p90: Some(5.0),
        },
    }
}

fn stage(id: &str, title: &str, reached: f64, previous: Option<f64>, first: f64) -> FunnelRow {
    FunnelRow {
        stage: id.into(),
        title: title.into(),
        owner: Some("Marketing".into()),
        reached: count(reached),
        from_previous: previous.map(share),
        from_first: Some(share(first)),
    }
}

fn target(id: &str, metric: &str, over: &str, probability: f64, gap: f64) -> TargetForecast {
    TargetForecast {
        target: id.into(),
        metric: metric.into(),
        at_least: Some(2_500.0),
        at_most: None,
        so_far: 0.0,
        over: over.into(),
        probability: Some(probability),
        se: Some(0.015),
        expected: 2_536.8,
        gap_80: Some(gap),
        levers: Vec::new(),
    }
}

fn targets() -> Vec<TargetForecast> {
    vec![
        target("year", "won", "horizon", 0.63, 83.4),
        TargetForecast {
            so_far: 120.0,
            expected: 331.4,
            at_least: Some(300.0),
            ..target("january", "won", "2026-01", 0.91, -12.3)
        },
        TargetForecast {
            at_least: None,
            at_most: Some(350_000.0),
            expected: 376_524.0,
            ..target("budget", "cost", "horizon", 0.217, 42_310.0)
        },
    ]
}

fn forks() -> Vec<ForkForecast> {
    let ends = |converts, churns, worth| [Some(converts), Some(churns), Some(worth)];
    vec![
        ForkForecast {
            step: "visit".into(),
            kind: "chance".into(),
            branches: vec![
                branch("trial", "trial", 10_404.0, ends(0.202, 0.713, 9.8)),
                branch("webinar", "webinar", 16_900.0, ends(0.09, 0.86, -1.25)),
                branch("returns", "visit", 37_120.0, ends(0.041, 0.93, 2.17)),
                branch("gone", "gone", 65_576.0, ends(0.0, 1.0, 0.0)),
            ],
        },
        ForkForecast {
            step: "trial".into(),
            kind: "observed".into(),
            branches: vec![
                branch("subscribed", "subscribed", 2_081.0, ends(1.0, 0.36, 431.5)),
                branch("gone", "gone", 8_323.0, ends(0.0, 1.0, 0.0)),
            ],
        },
    ]
}

fn groups() -> Table<Vec<GroupForecast>> {
    let group = |name: &str, metrics: Metrics| GroupForecast {
        group: name.into(),
        metrics,
    };
    let mut pipeline = cells(0.3);
    for (name, estimate) in &mut pipeline.0 {
        if name == "arrivals" {
            *estimate = mean_only(0.0);
        }
    }
    Table(vec![
        (
            "arrival".into(),
            vec![
                group("search", cells(11.0)),
                group("newsletter", cells(0.7)),
                group("pipeline", pipeline),
            ],
        ),
        (
            "segment".into(),
            vec![group("self_serve", cells(9.0)), group("enterprise", cells(3.0))],
        ),
        ("channel".into(), vec![group("search, paid", cells(12.0))]),
    ])
}

fn shares(assumptions: f64, arrivals: f64, customers: f64) -> SpreadShares {
    SpreadShares {
        assumptions,
        arrivals,
        customers,
    }
}

fn flows() -> Vec<Flow> {
    let flow = |arrival: Option<&str>, from: Option<&str>, to: &str, customers, open| Flow {
        arrival: arrival.map(str::to_owned),
        from: from.map(str::to_owned),
        branch: from.map(|_| to.to_owned()),
        to: to.to_owned(),
        customers,
        open,
    };
    vec![
        flow(Some("search"), None, "visit", 130_000.0, 0.0),
        flow(None, Some("visit"), "webinar", 16_900.0, 0.0),
        flow(None, Some("webinar"), "trial", 12_000.0, 310.0),
        flow(None, Some("visit"), "gone", 112_000.0, 1_100.0),
    ]
}

/// A year of a subscription business, with everything a forecast can hold.
pub(crate) fn saas() -> Forecast {
    Forecast {
        forecast: 1,
        forksight: "0.1.0".into(),
        scenario: ScenarioInfo {
            name: "SaaS free trial".into(),
            file: "scenarios/saas-trial.toml".into(),
            sha256: "9f86d081884c7d65".into(),
            variant: Some("webinar_push".into()),
            set: vec!["steps.visit.trial.chance=+1pp".into()],
            currency: Some("EUR".into()),
        },
        run: RunInfo {
            engine: "cohort".into(),
            why: "the journey has 312 states, and counting customers by state is cheaper than \
                  following each"
                .into(),
            replications: 1_000,
            seed: 1,
            cut_short: false,
            precision: Some(Precision {
                asked: 0.01,
                reached: Some(0.0098),
            }),
            begin: Some("2026-01-01".into()),
            end: Some("2026-12-31".into()),
            tick: "1 day".into(),
            period: "month".into(),
        },
        totals: totals(),
        periods: periods(12),
        steps: vec![
            step("visit", "Visits the site", Some("awareness"), 130_000.0),
            step("webinar", "webinar", Some("consideration"), 16_900.0),
            step("trial", "Free trial", Some("trial"), 12_000.0),
            step("subscribed", "Subscribes, pays", Some("paying"), 2_540.0),
            step("gone", "gone", None, 112_000.0),
        ],
        forks: forks(),
        flows: flows(),
        funnel: vec![
            stage("awareness", "Awareness", 124_944.0, None, 1.0),
            stage("consideration", "Consideration", 31_236.0, Some(0.25), 0.25),
            stage("trial", "Trial", 12_494.0, Some(0.4), 0.1),
            stage("paying", "Paying", 2_499.0, Some(0.2), 0.02),
        ],
        outcomes: vec![OutcomeForecast {
            step: "gone".into(),
            outcome: "lost".into(),
            customers: count(112_000.0),
        }],
        time_to_convert: Some(TimeToConvert {
            share: 0.0203,
            days: TimeSummary {
                mean: Some(19.2),
                p10: Some(14.0),
                p50: Some(17.0),
                p90: Some(31.0),
            },
            by_day: vec![(14, 0.011), (15, 0.019), (31, 0.0203)],
        }),
        groups: groups(),
        spread: Some(Table(vec![
            ("won".into(), shares(0.71, 0.04, 0.25)),
            ("lost".into(), shares(0.9, 0.08, 0.02)),
            ("profit".into(), shares(0.685, 0.003, 0.312)),
        ])),
        distribution: Table(vec![(
            "won".into(),
            Histogram {
                edges: vec![2_000.0, 2_500.0, 3_000.0],
                counts: vec![437, 563],
            },
        )]),
        cohorts: vec![Cohort {
            period: "2026-01".into(),
            arrivals: 4_165.0,
            won_by_period: vec![Some(0.012), Some(0.0203), None],
            retained_by_period: vec![Some(0.012), Some(0.0187), None],
        }],
        targets: targets(),
        warnings: vec![
            "nothing leads to the step `demo`: no customer can reach it in this scenario, and \
             what it books is never booked"
                .into(),
        ],
    }
}

/// The journey of a scenario in TOML.
pub(crate) fn journey_of(text: &str) -> crate::journey::Journey {
    use crate::scenario::{FileFormat, Scenario, Selection};
    let read = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml);
    let journey = read.and_then(|it| it.journey(&Selection::default()));
    journey.expect("the scenario is sound").0
}

/// A forecast of a shipped scenario from a few replications; simulated once.
pub(crate) fn shipped(name: &str) -> Forecast {
    use crate::forecast::{ForecastOptions, Watch};
    use std::collections::BTreeMap;
    use std::sync::atomic::AtomicBool;
    use std::sync::{Mutex, PoisonError};

    static MADE: Mutex<BTreeMap<String, Forecast>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || {
        let (_, text) = SHIPPED.iter().find(|it| it.0 == name).expect("it is shipped");
        let journey = journey_of(text);
        let scenario = ScenarioInfo {
            name: journey.name.clone(),
            file: format!("scenarios/{name}.toml"),
            sha256: String::new(),
            variant: None,
            set: Vec::new(),
            currency: journey.currency.clone(),
        };
        let options = ForecastOptions {
            replications: 100,
            ..ForecastOptions::default()
        };
        let watch = Watch {
            reached: &|_, _| {},
            stop: &AtomicBool::new(false),
        };
        let forecast = crate::forecast::forecast(&journey, scenario, options, watch);
        forecast.expect("it can be run").expect("nobody stops it")
    };
    made.entry(name.to_owned()).or_insert_with(make).clone()
}

/// Every shipped scenario: its name and its text.
pub(crate) const SHIPPED: [(&str, &str); 6] = [
    (
        "fork-in-the-road",
        include_str!("../../scenarios/fork-in-the-road.toml"),
    ),
    ("saas-trial", include_str!("../../scenarios/saas-trial.toml")),
    ("web-shop", include_str!("../../scenarios/web-shop.toml")),
    ("b2b-inbound", include_str!("../../scenarios/b2b-inbound.toml")),
    (
        "customer-lifecycle",
        include_str!("../../scenarios/customer-lifecycle.toml"),
    ),
    ("island-lodging", include_str!("../../scenarios/island-lodging.toml")),
];
