//! Forecasts for the tests of charts: a hotel's, and variations of it.

mod hotel;

use crate::forecast::{
    BranchForecast, Estimate, Flow, Forecast, ForkForecast, OutcomeForecast, PeriodForecast, StepForecast,
};

pub(crate) use crate::report::fixture::{normal, shipped};
pub(crate) use hotel::hotel;

use hotel::{funnel, table};

/// What the exact engine knows: the mean.
pub(crate) fn only_mean(estimate: Estimate) -> Estimate {
    Estimate {
        mean: estimate.mean,
        se: Some(0.0),
        ..Estimate::default()
    }
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
