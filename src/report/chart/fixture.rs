//! Forecasts for the tests of charts: a hotel's, and variations of it.

use crate::forecast::{
    BranchForecast, Cohort, DelaySummary, Ends, Estimate, Flow, Forecast, ForkForecast, FunnelRow, GroupForecast,
    Histogram, Metrics, OutcomeForecast, PeriodForecast, RunInfo, ScenarioInfo, StepForecast, Table, TargetForecast,
    TimeSummary, TimeToConvert,
};

pub(crate) use crate::report::fixture::shipped;

/// An estimate with the quantiles of a normal law.
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

/// What the exact engine knows: the mean.
pub(crate) fn only_mean(estimate: Estimate) -> Estimate {
    Estimate {
        mean: estimate.mean,
        se: Some(0.0),
        ..Estimate::default()
    }
}

fn table(entries: Vec<(&str, Estimate)>) -> Metrics {
    Table(
        entries
            .into_iter()
            .map(|(name, estimate)| (name.to_owned(), estimate))
            .collect(),
    )
}

/// Twelve months of a hotel with five stages, money, a product and targets.
pub(crate) fn hotel() -> Forecast {
    let season = [0.5, 0.6, 0.9, 1.1, 1.3, 1.6, 2.0, 2.1, 1.4, 1.0, 0.7, 1.2];
    let periods = (1..)
        .zip(season)
        .map(|(month, season)| {
            let won = 400.0 * season + 12.0 * f64::from(month);
            let label = format!("2026-{month:02}");
            PeriodForecast {
                from: Some(format!("{label}-01")),
                until: Some(format!("{label}-28")),
                period: label,
                metrics: table(vec![
                    ("arrivals", normal(9_000.0 * season, 300.0)),
                    ("won", normal(won, 20.0 + 0.09 * won)),
                    ("open", normal(2_000.0 * season, 90.0)),
                    ("open.trial", normal(700.0 * season, 50.0)),
                    ("revenue", normal(182.0 * won, 18.0 * won)),
                    ("cost", normal(90_000.0, 2_000.0)),
                    ("profit", normal(182.0 * won - 90_000.0, 18.0 * won)),
                    ("units.nights", normal(2.3 * won, 0.3 * won)),
                ]),
            }
        })
        .collect();
    let stages = [
        ("awareness", "Awareness", Some("Marketing"), 112_340.0),
        ("interest", "Looks at rooms", Some("Marketing"), 41_870.0),
        ("quote", "Asks for a price", Some("Sales"), 13_205.0),
        ("booking", "Books", Some("Sales"), 7_932.0),
        ("return", "Comes again", None, 1_210.0),
    ];
    let target = |name: &str, at_least: f64, over: &str, probability: f64| TargetForecast {
        target: name.to_owned(),
        metric: "won".to_owned(),
        at_least: Some(at_least),
        at_most: None,
        so_far: 0.0,
        over: over.to_owned(),
        probability: Some(probability),
        se: Some(0.01),
        expected: at_least * 1.1,
        gap_80: Some(-20.0),
        levers: Vec::new(),
    };
    Forecast {
        forecast: 1,
        forksight: "0.1.0".to_owned(),
        scenario: ScenarioInfo {
            name: "Hotel by the lake".to_owned(),
            file: "scenarios/hotel.toml".to_owned(),
            sha256: String::new(),
            variant: None,
            set: Vec::new(),
            currency: Some("EUR".to_owned()),
        },
        run: RunInfo {
            engine: "cohort".to_owned(),
            why: "finite memory".to_owned(),
            replications: 1_000,
            seed: 1,
            cut_short: false,
            precision: None,
            begin: Some("2026-01-01".to_owned()),
            end: Some("2026-12-31".to_owned()),
            tick: "1 day".to_owned(),
            period: "month".to_owned(),
        },
        totals: table(vec![
            ("arrivals", normal(112_340.0, 900.0)),
            ("pipeline", normal(200.0, 0.0)),
            ("won", normal(6_700.0, 420.0)),
            ("open", normal(2_400.0, 100.0)),
            ("revenue", normal(1.2e6, 8e4)),
            ("profit", normal(1.4e5, 8e4)),
            ("units.nights", normal(15_400.0, 1_200.0)),
        ]),
        periods,
        steps: steps(),
        forks: forks(),
        flows: flows(),
        funnel: funnel(&stages),
        outcomes: outcomes(),
        time_to_convert: Some(time_to_convert()),
        groups: groups(),
        spread: None,
        distribution: distribution(),
        cohorts: cohorts(),
        targets: vec![
            target("summer", 900.0, "2026-07", 0.78),
            target("december", 700.0, "2026-12", 0.37),
            target("year", 6_500.0, "horizon", 0.63),
        ],
        warnings: Vec::new(),
    }
}

/// Steps with title, stage and owner.
const STEPS: [(&str, &str, Option<&str>); 8] = [
    ("advert", "Sees an advert", Some("awareness")),
    ("rooms", "Looks at rooms", Some("interest")),
    ("letter", "Reads the newsletter", Some("interest")),
    ("quote", "Asks for a price", Some("quote")),
    ("book", "Books", Some("booking")),
    ("stay", "Comes again", Some("return")),
    ("gone", "Goes elsewhere", None),
    ("former", "Does not come back", None),
];

/// Branches: from, name, to, share of who gets there, and share of those still on the way at the end.
const BRANCHES: [(&str, &str, &str, f64, f64); 14] = [
    ("advert", "rooms", "rooms", 0.35, 0.004),
    ("advert", "letter", "letter", 0.05, 0.02),
    ("advert", "gone", "gone", 0.6, 0.0),
    ("rooms", "quote", "quote", 0.3, 0.01),
    ("rooms", "looks again", "rooms", 0.2, 0.03),
    ("rooms", "gone", "gone", 0.5, 0.0),
    ("letter", "rooms", "rooms", 0.4, 0.05),
    ("letter", "gone", "gone", 0.6, 0.0),
    ("quote", "book", "book", 0.6, 0.02),
    ("quote", "gone", "gone", 0.4, 0.0),
    ("book", "stay", "stay", 0.3, 0.4),
    ("book", "former", "former", 0.7, 0.3),
    ("stay", "stay", "stay", 0.25, 0.5),
    ("stay", "former", "former", 0.75, 0.4),
];

const ARRIVALS: [(&str, &str, f64); 3] = [
    ("search", "advert", 92_340.0),
    ("fairs", "rooms", 20_000.0),
    ("pipeline", "quote", 200.0),
];

/// Who gets to each step, solved by letting customers flow until nothing moves.
fn reached() -> Vec<f64> {
    let at = |step: &str| STEPS.iter().position(|it| it.0 == step).expect("it is a step");
    let mut reached = vec![0.0; STEPS.len()];
    for _ in 0..200 {
        let mut next = vec![0.0; STEPS.len()];
        for (_, to, count) in ARRIVALS {
            next[at(to)] += count;
        }
        for (from, _, to, share, late) in BRANCHES {
            next[at(to)] += reached[at(from)] * share * (1.0 - late);
        }
        reached = next;
    }
    reached
}

fn steps() -> Vec<StepForecast> {
    let steps = STEPS.iter().zip(reached());
    steps
        .map(|((id, title, stage), reached)| StepForecast {
            step: (*id).to_owned(),
            title: (*title).to_owned(),
            stage: stage.map(str::to_owned),
            channel: None,
            owner: None,
            reached: normal(reached, 0.012 * reached),
            customers: normal(0.9 * reached, 0.012 * reached),
            converts: Some(0.06),
            worth: Some(12.4),
        })
        .collect()
}

fn forks() -> Vec<ForkForecast> {
    let reached = STEPS.iter().zip(reached());
    let forks = reached.filter(|((id, ..), _)| BRANCHES.iter().any(|it| it.0 == *id));
    forks
        .map(|((id, ..), reached)| ForkForecast {
            step: (*id).to_owned(),
            kind: "chance".to_owned(),
            branches: BRANCHES
                .iter()
                .filter(|it| it.0 == *id)
                .map(|(_, name, to, share, _)| {
                    let left = matches!(*to, "gone" | "former");
                    let converts = if left { 0.0 } else { 0.3 };
                    BranchForecast {
                        branch: (*name).to_owned(),
                        to: (*to).to_owned(),
                        taken: normal(reached * share, 0.02 * reached * share),
                        share: normal(*share, 0.05 * share * (1.0 - share)),
                        converts: Some(converts),
                        churns: Some(if left { 1.0 } else { 0.55 }),
                        worth: Some(100.0 * converts),
                        ends: Some(if left {
                            Ends {
                                won: 0.0,
                                churned: if *to == "former" { 1.0 } else { 0.0 },
                                lost: if *to == "gone" { 1.0 } else { 0.0 },
                                other: 0.0,
                                open: 0.0,
                            }
                        } else {
                            Ends {
                                won: 0.25,
                                churned: 0.05,
                                lost: 0.5,
                                other: 0.0,
                                open: 0.2,
                            }
                        }),
                        delay_days: DelaySummary {
                            mean: Some(4.2),
                            p50: Some(3.0),
                            p90: Some(11.0),
                        },
                    }
                })
                .collect(),
        })
        .collect()
}

fn flows() -> Vec<Flow> {
    let arrivals = ARRIVALS.iter().map(|(arrival, to, count)| Flow {
        arrival: Some((*arrival).to_owned()),
        from: None,
        branch: None,
        to: (*to).to_owned(),
        customers: *count,
        open: 0.0,
    });
    let reached = reached();
    let branches = BRANCHES.iter().map(|(from, name, to, share, late)| {
        let at = STEPS.iter().position(|it| it.0 == *from).expect("it is a step");
        Flow {
            arrival: None,
            from: Some((*from).to_owned()),
            branch: Some((*name).to_owned()),
            to: (*to).to_owned(),
            customers: reached[at] * share * (1.0 - late),
            open: reached[at] * share * late,
        }
    });
    arrivals.chain(branches).collect()
}

fn outcomes() -> Vec<OutcomeForecast> {
    let reached = reached();
    let row = |step: &str, outcome: &str| {
        let at = STEPS.iter().position(|it| it.0 == step).expect("it is a step");
        OutcomeForecast {
            step: step.to_owned(),
            outcome: outcome.to_owned(),
            customers: normal(reached[at], 0.012 * reached[at]),
        }
    };
    vec![row("gone", "lost"), row("former", "churned")]
}

fn time_to_convert() -> TimeToConvert {
    let by_day = (2..300).map(|day| (day, 0.071 * (1.0 - (-f64::from(day - 1) / 21.0).exp())));
    TimeToConvert {
        share: 0.071,
        days: TimeSummary {
            mean: Some(22.0),
            p10: Some(4.0),
            p50: Some(16.0),
            p90: Some(50.0),
        },
        by_day: by_day.collect(),
    }
}

fn cohorts() -> Vec<Cohort> {
    let months: Vec<String> = months(12);
    let cohort = |(at, period): (usize, &String)| {
        let ages = 0..12 - at;
        let won = ages.map(|age| 0.07 * (1.0 - 0.45 * 0.4f64.powi(i32::try_from(age).expect("few"))));
        let won: Vec<f64> = won.map(|it| it * (1.0 + 0.02 * at as f64)).collect();
        Cohort {
            period: period.clone(),
            arrivals: 9_000.0 + 150.0 * at as f64,
            won_by_period: won.iter().map(|it| Some(*it)).collect(),
            retained_by_period: (0..).zip(&won).map(|(age, it)| Some(it * 0.93f64.powi(age))).collect(),
        }
    };
    months.iter().enumerate().map(cohort).collect()
}

fn distribution() -> Table<Histogram> {
    let bell = |mean: f64, sd: f64| {
        let edges: Vec<f64> = (0..=40).map(|it| mean + sd * (f64::from(it) - 20.0) / 6.0).collect();
        let height = |it: i32| 66.0 * (-0.5 * ((f64::from(it) - 19.5) / 6.0).powi(2)).exp();
        Histogram {
            edges,
            counts: (0..40).map(|it| height(it).round() as u64).collect(),
        }
    };
    Table(vec![
        ("won".to_owned(), bell(6_700.0, 420.0)),
        ("revenue".to_owned(), bell(1.2e6, 8e4)),
        ("profit".to_owned(), bell(1.4e5, 8e4)),
        ("units.nights".to_owned(), bell(15_400.0, 1_200.0)),
    ])
}

fn groups() -> Table<Vec<GroupForecast>> {
    let group = |name: &str, arrivals: f64, won: f64| GroupForecast {
        group: name.to_owned(),
        metrics: table(vec![
            ("arrivals", normal(arrivals, 0.01 * arrivals)),
            ("won", normal(won, 0.07 * won)),
            ("revenue", normal(180.0 * won, 13.0 * won)),
            ("profit", normal(20.0 * won, 13.0 * won)),
        ]),
    };
    Table(vec![(
        "arrival".to_owned(),
        vec![
            group("search", 92_340.0, 4_900.0),
            group("fairs", 20_000.0, 1_690.0),
            group("pipeline", 0.0, 110.0),
        ],
    )])
}

fn funnel(stages: &[(&str, &str, Option<&str>, f64)]) -> Vec<FunnelRow> {
    let share = |part: f64, whole: f64| {
        if whole > 0.0 {
            let share = part / whole;
            normal(share, 0.03 * share * (1.0 - share))
        } else {
            Estimate::default()
        }
    };
    let first = stages.first().map_or(0.0, |it| it.3);
    stages
        .iter()
        .enumerate()
        .map(|(position, (stage, title, owner, count))| FunnelRow {
            stage: (*stage).to_owned(),
            title: (*title).to_owned(),
            owner: owner.map(str::to_owned),
            reached: normal(*count, 0.012 * count),
            from_previous: (position > 0).then(|| share(*count, stages[position - 1].3)),
            from_first: Some(share(*count, first)),
        })
        .collect()
}

/// The hotel with stages `Stage 1`, `Stage 2` … of these mean numbers of customers.
pub(crate) fn with_funnel(counts: &[f64]) -> Forecast {
    let names: Vec<String> = (1..=counts.len()).map(|it| format!("Stage {it}")).collect();
    let stages: Vec<(&str, &str, Option<&str>, f64)> = names
        .iter()
        .zip(counts)
        .map(|(name, count)| (name.as_str(), name.as_str(), Some("Owner"), *count))
        .collect();
    Forecast {
        funnel: funnel(&stages),
        ..hotel()
    }
}

/// The hotel with `won` of these labels and estimates.
pub(crate) fn with_periods(period: &str, values: Vec<(String, Estimate)>) -> Forecast {
    let mut forecast = hotel();
    period.clone_into(&mut forecast.run.period);
    forecast.targets.clear();
    forecast.periods = values
        .into_iter()
        .map(|(label, estimate)| PeriodForecast {
            period: label,
            from: None,
            until: None,
            metrics: table(vec![("won", estimate), ("profit", estimate)]),
        })
        .collect();
    forecast
}

/// The hotel with another journey: steps (title, stage, visits), branches (from, to, name, share,
/// customers), arrivals (name, to, customers) and ends (step, outcome, customers). Steps are counted
/// round and round.
pub(crate) fn journey(
    steps: &[(String, Option<usize>, Estimate)],
    branches: &[(usize, usize, String, Estimate, Option<f64>)],
    arrivals: &[(String, usize, Option<f64>)],
    ends: &[(usize, usize, Estimate)],
) -> Forecast {
    let mut forecast = hotel();
    let id = |at: usize| format!("s{}", at % steps.len());
    let (like, fork) = (forecast.steps[0].clone(), forecast.forks[0].clone());
    let stages: Vec<String> = forecast.funnel.iter().map(|it| it.stage.clone()).collect();
    let rows = steps
        .iter()
        .enumerate()
        .map(|(at, (title, stage, reached))| StepForecast {
            step: id(at),
            title: title.clone(),
            stage: stage.map(|it| stages[it].clone()),
            reached: *reached,
            ..like.clone()
        });
    forecast.steps = rows.collect();
    let flow = |arrival, from, branch, to, customers: Option<f64>| Flow {
        arrival,
        from,
        branch,
        to: id(to),
        customers: customers.unwrap_or(f64::NAN),
        open: 1.0,
    };
    let arrivals = arrivals
        .iter()
        .map(|(name, to, count)| flow(Some(name.clone()), None, None, *to, *count));
    let ways = branches
        .iter()
        .map(|(from, to, name, _, count)| flow(None, Some(id(*from)), Some(name.clone()), *to, *count));
    forecast.flows = arrivals.chain(ways).collect();
    forecast.forks = branches
        .iter()
        .map(|(from, to, name, share, _)| ForkForecast {
            step: id(*from),
            kind: "chance".to_owned(),
            branches: vec![BranchForecast {
                branch: name.clone(),
                to: id(*to),
                share: *share,
                ..fork.branches[0].clone()
            }],
        })
        .collect();
    let outcome = |at: usize| ["converted", "lost", "churned", "other"][at].to_owned();
    let ends = ends.iter().map(|(step, at, customers)| OutcomeForecast {
        step: id(*step),
        outcome: outcome(*at),
        customers: *customers,
    });
    forecast.outcomes = ends.collect();
    forecast
}

/// Labels of `count` months from January 2026 on.
pub(crate) fn months(count: u32) -> Vec<String> {
    (0..count)
        .map(|it| format!("{}-{:02}", 2026 + it / 12, it % 12 + 1))
        .collect()
}

/// Labels of the days of 2026, the first `count`.
pub(crate) fn days(count: usize) -> Vec<String> {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    (1..)
        .zip(lengths)
        .flat_map(|(month, length)| (1..=length).map(move |day| format!("2026-{month:02}-{day:02}")))
        .take(count)
        .collect()
}

/// Makes every amount of money zero.
pub(crate) fn remove_money(forecast: &mut Forecast) {
    let is_money = |name: &str| matches!(name, "revenue" | "cost" | "profit");
    let periods = forecast.periods.iter_mut().map(|it| &mut it.metrics);
    for metrics in periods.chain([&mut forecast.totals]) {
        for (_, estimate) in metrics.0.iter_mut().filter(|(name, _)| is_money(name)) {
            *estimate = normal(0.0, 0.0);
        }
    }
}
