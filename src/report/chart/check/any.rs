//! Charts of forecasts that nobody would make: they are drawn, and no word is cut or on another.

use proptest::prelude::*;

use super::*;
use crate::forecast::{
    BranchForecast, Cohort, Ends, Estimate, Flow, ForkForecast, FunnelRow, GroupForecast, Histogram, OutcomeForecast,
    SpreadShares, Table, TargetForecast, TimeToConvert,
};
use crate::report::chart::fixture;

fn number() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        6 => (-1e4..1e6).prop_map(Some),
        2 => any::<f64>().prop_map(Some),
        1 => Just(Some(0.0)),
        1 => Just(None),
    ]
}

fn estimate() -> impl Strategy<Value = Estimate> {
    let sorted = proptest::collection::vec(-1e5..1e5, 7).prop_map(|mut it: Vec<f64>| {
        it.sort_by(f64::total_cmp);
        it.into_iter().map(Some).collect()
    });
    let wild = proptest::collection::vec(number(), 7);
    prop_oneof![2 => sorted, 1 => wild].prop_map(|it: Vec<Option<f64>>| Estimate {
        mean: it[3],
        p5: it[0],
        p10: it[1],
        p25: it[2],
        p50: it[3],
        p75: it[4],
        p90: it[5],
        p95: it[6],
        ..Estimate::default()
    })
}

fn share() -> impl Strategy<Value = Estimate> {
    (0.0..1.0, 0.0..1.0, 0.0..1.0).prop_map(|(one, other, third): (f64, f64, f64)| Estimate {
        mean: Some(one * other * third),
        p10: Some(one.min(other).powi(9)),
        p90: Some(one.max(other)),
        ..Estimate::default()
    })
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{4}-[0-9]{2}",
        "[0-9]{4}-(W|Q)[0-9]{1,2}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "[0-9]{1,12}",
        "(month|day) [0-9]{1,5}",
        ".{0,20}",
    ]
}

fn row() -> impl Strategy<Value = FunnelRow> {
    let shares = (proptest::option::of(share()), proptest::option::of(share()));
    (".{0,80}", proptest::option::of(".{0,40}"), estimate(), shares).prop_map(
        |(title, owner, reached, (from_previous, from_first))| FunnelRow {
            stage: "stage".to_owned(),
            title,
            owner,
            reached,
            from_previous,
            from_first,
        },
    )
}

fn ends() -> impl Strategy<Value = Option<Ends>> {
    proptest::option::of([0.0..1.0, 0.0..0.2, -0.1..1.0, 0.0..1e-3, 0.0..1.0]).prop_map(|it| {
        it.map(|[won, churned, lost, other, open]: [f64; 5]| Ends {
            won,
            churned,
            lost,
            other,
            open,
        })
    })
}

fn branch() -> impl Strategy<Value = BranchForecast> {
    let words = ("[a-z_]{0,30}", prop_oneof!["rooms|gone|advert|book", ".{0,30}"]);
    let chances = proptest::option::of(0.0..1.0);
    (
        words,
        estimate(),
        prop_oneof![share(), estimate()],
        chances,
        number(),
        ends(),
    )
        .prop_map(|((branch, to), taken, share, converts, churns, ends)| BranchForecast {
            branch,
            to,
            taken,
            share,
            converts,
            churns,
            ends,
            ..fixture::hotel().forks[0].branches[0].clone()
        })
}

fn fork() -> impl Strategy<Value = ForkForecast> {
    let kind = prop_oneof!["chance", "rule", "observed"];
    ("advert|rooms|.{0,60}", kind, proptest::collection::vec(branch(), 0..6))
        .prop_map(|(step, kind, branches)| ForkForecast { step, kind, branches })
}

fn cohort() -> impl Strategy<Value = Cohort> {
    let shares = || {
        proptest::collection::vec(
            proptest::option::of(prop_oneof![4 => 0.0..1.0, 1 => any::<f64>()]),
            0..30,
        )
    };
    let arrivals = prop_oneof![0.0..1e7, any::<f64>(), Just(0.0)];
    (label(), arrivals, shares(), shares()).prop_map(|(period, arrivals, won_by_period, retained_by_period)| Cohort {
        period,
        arrivals,
        won_by_period,
        retained_by_period,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_forks_are_drawn(
        forks in proptest::collection::vec(fork(), 1..6),
        title in ".{0,100}",
        width in 320u32..1_700,
    ) {
        let mut forecast = fixture::hotel();
        forecast.forks = forks;
        forecast.steps[1].title = title;
        let options = ChartOptions { width, ..ChartOptions::default() };
        check_one("any-forks", &forecast, ChartKind::Forks, &options);
    }

    #[test]
    fn any_time_to_convert_is_drawn(
        chances in proptest::collection::vec((0u32..400, 0.0..1.0), 1..60),
        share in 1e-9..1.0,
        (p10, p50, p90) in (number(), proptest::option::of(0.0..900.0), proptest::option::of(0.0..900.0)),
        width in 320u32..1_700,
    ) {
        let mut forecast = fixture::hotel();
        let sum: f64 = chances.iter().map(|it| it.1).sum();
        let (mut day, mut reached) = (0, 0.0);
        let steps = chances.iter().map(|(days, chance)| {
            (day, reached) = (day + days, reached + chance);
            (day, share * reached / sum)
        });
        let by_day = steps.collect();
        let mut days = forecast.time_to_convert.as_ref().expect("the hotel has one").days;
        (days.mean, days.p10, days.p50, days.p90) = (p10, p10, p50, p90);
        forecast.time_to_convert = Some(TimeToConvert { share, days, by_day });
        let options = ChartOptions { width, ..ChartOptions::default() };
        check_one("any-time", &forecast, ChartKind::Time, &options);
    }

    #[test]
    fn any_cohorts_are_drawn(
        cohorts in proptest::collection::vec(cohort(), 1..40),
        width in 320u32..1_700,
    ) {
        let mut forecast = fixture::hotel();
        forecast.cohorts = cohorts;
        let options = ChartOptions { width, ..ChartOptions::default() };
        match svg(&forecast, ChartKind::Cohorts, &options) {
            Err(ChartError::Nothing { .. }) => {}
            _ => {
                check_one("any-cohorts", &forecast, ChartKind::Cohorts, &options);
            }
        }
    }

    #[test]
    fn any_funnel_is_drawn(
        rows in proptest::collection::vec(row(), 1..12),
        width in 320u32..1_700,
        name in ".{0,100}",
    ) {
        let mut forecast = fixture::hotel();
        forecast.funnel = rows;
        forecast.scenario.name = name;
        let options = ChartOptions { width, ..ChartOptions::default() };
        check_one("any-funnel", &forecast, ChartKind::Funnel, &options);
    }

    #[test]
    fn any_distribution_is_drawn(
        (estimate, counts) in (estimate(), proptest::collection::vec(0u64..900, 1..60)),
        (low, step) in (-1e6..1e6, prop_oneof![Just(1.0), 1e-6..1e9]),
        bounds in proptest::collection::vec((number(), any::<bool>(), number()), 0..7),
        spread in proptest::option::of((0.0..1.0, 0.0..1.0)),
        width in 320u32..1_700,
    ) {
        let mut forecast = fixture::hotel();
        let edges = (0..=counts.len()).map(|it| low + step * it as f64).collect();
        let mut counts = counts;
        counts[0] += 1;
        forecast.distribution = Table(vec![("won".to_owned(), Histogram { edges, counts })]);
        forecast.totals = Table(vec![("won".to_owned(), estimate)]);
        forecast.spread = spread.map(|(one, other): (f64, f64)| {
            let shares = SpreadShares {
                assumptions: one * other,
                arrivals: one * (1.0 - other),
                customers: 1.0 - one,
            };
            Table(vec![("won".to_owned(), shares)])
        });
        let year = forecast.targets[2].clone();
        let targets = bounds.into_iter().map(|(bound, is_least, so_far)| TargetForecast {
            at_least: bound.filter(|_| is_least),
            at_most: bound,
            so_far: so_far.unwrap_or(0.0),
            ..year.clone()
        });
        forecast.targets = targets.collect();
        let options = ChartOptions { width, ..ChartOptions::default() };
        check_one("any-distribution", &forecast, ChartKind::Distribution, &options);
    }

    #[test]
    fn any_bridge_is_drawn(
        groups in proptest::collection::vec((".{0,60}", estimate()), 0..14),
        (pipeline, total) in (estimate(), -1e6..1e6),
        (bound, so_far) in (number(), prop_oneof![Just(0.0), -1e5..1e6]),
        width in 320u32..1_700,
    ) {
        let mut forecast = fixture::hotel();
        let groups = groups.into_iter().chain([("pipeline".to_owned(), pipeline)]);
        let metrics = |estimate| Table(vec![("profit".to_owned(), estimate)]);
        forecast.groups.0[0].1 = groups
            .map(|(group, estimate)| GroupForecast { group, metrics: metrics(estimate) })
            .collect();
        forecast.totals = metrics(fixture::normal(total, 0.1 * total.abs()));
        forecast.targets[2] = TargetForecast {
            metric: "profit".to_owned(),
            at_least: bound,
            so_far,
            ..forecast.targets[2].clone()
        };
        let options = ChartOptions {
            width,
            metric: Some("profit".to_owned()),
            ..ChartOptions::default()
        };
        check_one("any-bridge", &forecast, ChartKind::Bridge, &options);
    }

    #[test]
    fn any_demand_is_drawn(
        values in proptest::collection::vec((label(), estimate()), 1..80),
        (target, bound) in (0usize..80, number()),
        product in ".{0,40}",
        width in 320u32..1_700,
    ) {
        let mut forecast = fixture::hotel();
        let target = TargetForecast {
            over: values[target.min(values.len() - 1)].0.clone(),
            metric: format!("units.{product}"),
            at_most: bound,
            at_least: None,
            ..forecast.targets[0].clone()
        };
        forecast = fixture::with_periods("month", values);
        forecast.targets = vec![target];
        for period in &mut forecast.periods {
            period.metrics.0[0].0 = format!("units.{product}");
        }
        let options = ChartOptions { width, ..ChartOptions::default() };
        check_one("any-demand", &forecast, ChartKind::Demand, &options);
    }

    #[test]
    fn any_flow_is_drawn(
        ways in proptest::collection::vec((0usize..11, 0usize..10, number(), number()), 1..60),
        steps in proptest::collection::vec((".{0,40}", proptest::option::of(0usize..4)), 8),
        ends in proptest::collection::vec((0usize..10, 0usize..4, number()), 0..6),
        width in 320u32..1_700,
    ) {
        let mut forecast = fixture::hotel();
        let ids: Vec<String> = forecast.steps.iter().map(|it| it.step.clone()).collect();
        let id = |at: usize| ids.get(at).cloned().unwrap_or_else(|| format!("unknown_{at}"));
        let stages = ["awareness", "quote", "unknown", ""];
        for (step, (title, stage)) in forecast.steps.iter_mut().zip(steps) {
            step.title = title;
            step.stage = stage.map(|it| stages[it].to_owned());
        }
        let flow = |(from, to, customers, open): (usize, usize, Option<f64>, Option<f64>)| Flow {
            arrival: (from == 10).then(|| format!("stream_{to}")),
            from: (from < 10).then(|| id(from)),
            branch: Some("branch".to_owned()),
            to: id(to),
            customers: customers.unwrap_or(f64::NAN),
            open: open.unwrap_or(0.0),
        };
        forecast.flows = ways.into_iter().map(flow).collect();
        let words = ["converted", "lost", "churned", "other"];
        let outcome = |(step, outcome, mean): (usize, usize, Option<f64>)| OutcomeForecast {
            step: id(step),
            outcome: words[outcome].to_owned(),
            customers: Estimate { mean, ..Estimate::default() },
        };
        forecast.outcomes = ends.into_iter().map(outcome).collect();
        let options = ChartOptions { width, ..ChartOptions::default() };
        let drawn = svg(&forecast, ChartKind::Flow, &options);
        if !matches!(drawn, Err(crate::report::chart::ChartError::Nothing { .. })) {
            check_one("any-flow", &forecast, ChartKind::Flow, &options);
        }
    }

    #[test]
    fn any_fan_is_drawn(
        values in proptest::collection::vec((label(), estimate()), 1..80),
        (target, bound) in (0usize..80, number()),
        width in 320u32..1_700,
        currency in proptest::option::of(".{0,30}"),
    ) {
        let mut forecast = fixture::hotel();
        let mut targets = std::mem::take(&mut forecast.targets);
        let over = values[target.min(values.len() - 1)].0.clone();
        forecast = fixture::with_periods("month", values);
        targets[0] = TargetForecast {
            over,
            metric: "profit".to_owned(),
            at_least: bound,
            ..targets[0].clone()
        };
        forecast.targets = targets;
        forecast.scenario.currency = currency;
        let options = ChartOptions {
            width,
            metric: Some("profit".to_owned()),
            ..ChartOptions::default()
        };
        check_one("any-fan", &forecast, ChartKind::Fan, &options);
    }

    #[test]
    fn any_journey_is_drawn(
        steps in proptest::collection::vec((".{0,60}", proptest::option::of(0usize..5), estimate()), 1..14),
        branches in proptest::collection::vec((0usize..14, 0usize..14, ".{0,20}", share(), number()), 0..30),
        arrivals in proptest::collection::vec((".{0,30}", 0usize..14, number()), 0..9),
        ends in proptest::collection::vec((0usize..14, 0usize..4, estimate()), 0..6),
        width in 320u32..1_700,
    ) {
        let forecast = fixture::journey(&steps, &branches, &arrivals, &ends);
        let options = ChartOptions { width, ..ChartOptions::default() };
        match svg(&forecast, ChartKind::Journey, &options) {
            Err(error) => assert!(error.to_string().contains("journey"), "{error}"),
            Ok(_) => {
                check_one("any-journey", &forecast, ChartKind::Journey, &options);
            }
        }
    }
}
