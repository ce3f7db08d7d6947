//! Forecasts for the tests of charts: a hotel's, and variations of it.

use crate::forecast::{
    Estimate, Forecast, FunnelRow, Metrics, PeriodForecast, RunInfo, ScenarioInfo, Table, TargetForecast,
};

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
        steps: Vec::new(),
        forks: Vec::new(),
        funnel: funnel(&stages),
        outcomes: Vec::new(),
        time_to_convert: None,
        groups: Table(Vec::new()),
        spread: None,
        distribution: Table(Vec::new()),
        cohorts: Vec::new(),
        targets: vec![
            target("summer", 900.0, "2026-07", 0.78),
            target("december", 700.0, "2026-12", 0.37),
            target("year", 6_500.0, "horizon", 0.63),
        ],
        warnings: Vec::new(),
    }
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
