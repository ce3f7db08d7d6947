//! Whatever the journey, nobody is lost on the way and every sum is the sum of its parts.

use proptest::prelude::*;

use super::cells::{How, Run, run, told, try_run};
use super::oracle::choices::Choices;
use super::oracle::spec::Spec;
use super::oracle::toml::VARIANT;

/// Checks in every replication what holds whatever the numbers are.
pub(crate) fn conserves(run: &Run) {
    for record in 0..run.records.len() {
        let of = |name: &str| {
            let at = run.names.iter().position(|it| it == name);
            run.records[record][at.unwrap_or_else(|| panic!("no cell is called {name}"))]
        };
        assert!(
            run.records[record].iter().all(|it| it.is_finite()),
            "every cell is a number"
        );
        customers(run, &of);
        sums(run, &of);
        forks(run, &of);
    }
    estimates(run);
}

fn same(what: &str, left: f64, right: f64) {
    assert!(
        (left - right).abs() <= 1e-6 + 1e-9 * left.abs(),
        "{what}: {left} is not {right}"
    );
}

/// Those who came have ended or are open, at the end of every period.
fn customers(run: &Run, of: &impl Fn(&str) -> f64) {
    let ends: f64 = run
        .names
        .iter()
        .filter(|it| it.starts_with("end "))
        .map(|it| of(it))
        .sum();
    same(
        "arrivals and pipeline",
        of("total arrivals") + of("total pipeline"),
        ends + of("total open"),
    );
    let (mut open, mut converted) = (of("total pipeline"), 0.0);
    for period in &run.forecast.periods {
        let of = |metric: &str| of(&format!("{} {metric}", period.period));
        let left = of("lost") + of("churned") + of("other");
        let ended = open + of("arrivals") - of("open");
        assert!(ended - left >= 0.0, "nobody vanishes in {}", period.period);
        converted += ended - left;
        open = of("open");
        let stages = run
            .names
            .iter()
            .filter_map(|it| it.strip_prefix(&format!("{} open.", period.period)));
        let at_stages: f64 = stages.map(|it| of(&format!("open.{it}"))).sum();
        assert!(at_stages <= open, "{at_stages} of {open} are at a stage");
    }
    same("open at last", open, of("total open"));
    let of_outcome = |outcome: &str| {
        let rows = run.forecast.outcomes.iter().filter(|it| it.outcome == outcome);
        let ends = rows.map(|it| match outcome {
            "lost" => of(&format!("end {} unconverted", it.step)),
            "churned" => of(&format!("end {} converted", it.step)),
            _ => of(&format!("end {} unconverted", it.step)) + of(&format!("end {} converted", it.step)),
        });
        ends.sum::<f64>()
    };
    same("converted at last", converted, of_outcome("converted"));
    for outcome in ["lost", "churned", "other"] {
        same(outcome, of(&format!("total {outcome}")), of_outcome(outcome));
    }
    assert!(of("total won") <= of("total conversions"));
    assert!(of("total won") <= of("base of conversion_rate"));
    same("conversions", of("total conversions"), of("total events.conversion"));
}

/// Periods and groups add up to totals; profit is revenue minus cost.
fn sums(run: &Run, of: &impl Fn(&str) -> f64) {
    let totals = run.names.iter().filter_map(|it| it.strip_prefix("total "));
    for metric in totals.filter(|it| !it.starts_with("open") && *it != "pipeline") {
        let periods = run
            .forecast
            .periods
            .iter()
            .map(|it| of(&format!("{} {metric}", it.period)));
        same(metric, of(&format!("total {metric}")), periods.sum());
    }
    let groupings = run.forecast.groups.iter();
    for (grouping, groups) in groupings.filter(|it| !["channel", "owner"].contains(&it.0)) {
        for metric in ["arrivals", "won", "conversions", "lost", "churned", "open", "revenue"] {
            let groups = groups.iter().map(|it| of(&format!("{grouping}={} {metric}", it.group)));
            same(
                &format!("{metric} by {grouping}"),
                of(&format!("total {metric}")),
                groups.sum(),
            );
        }
        for metric in ["cost", "profit"] {
            // Budgets belong to no customer.
            let of_arrivals = |by: &str, groups: &[forksight::forecast::GroupForecast]| -> f64 {
                groups.iter().map(|it| of(&format!("{by}={} {metric}", it.group))).sum()
            };
            let by_arrival = run
                .forecast
                .groups
                .get("arrival")
                .expect("there is always this grouping");
            same(
                metric,
                of_arrivals("arrival", by_arrival),
                of_arrivals(grouping, groups),
            );
        }
    }
    for name in run
        .names
        .iter()
        .filter(|it| it.ends_with(" profit") && !it.starts_with("target"))
    {
        let scope = name.strip_suffix("profit").expect("that is its end");
        same(
            name,
            of(name),
            of(&format!("{scope}revenue")) - of(&format!("{scope}cost")),
        );
    }
}

/// Everybody who reaches a fork takes one branch.
fn forks(run: &Run, of: &impl Fn(&str) -> f64) {
    for step in &run.forecast.steps {
        let (reached, customers) = (
            of(&format!("reached {}", step.step)),
            of(&format!("customers {}", step.step)),
        );
        assert!(
            customers <= reached && (customers > 0.0) == (reached > 0.0),
            "{}: {customers} of {reached}",
            step.step
        );
        let branches = format!("taken {}.", step.step);
        let mut taken = run
            .names
            .iter()
            .filter(|it| it.starts_with(&branches))
            .map(|it| of(it))
            .peekable();
        if taken.peek().is_some() {
            same(&format!("decisions at {}", step.step), reached, taken.sum());
        }
    }
    let funnel: Vec<f64> = run
        .names
        .iter()
        .filter(|it| it.starts_with("funnel "))
        .map(|it| of(it))
        .collect();
    assert!(funnel.is_sorted_by(|left, right| left >= right), "{funnel:?}");
    assert!(funnel.first().is_none_or(|it| *it <= of("total arrivals")));
}

/// Shares lie between 0 and 1 and quantiles in their order.
fn estimates(run: &Run) {
    let ordered = |it: &forksight::forecast::Estimate| {
        let quantiles = [
            it.p2_5, it.p5, it.p10, it.p20, it.p25, it.p50, it.p75, it.p80, it.p90, it.p95, it.p97_5,
        ];
        assert!(quantiles.is_sorted(), "{it:?}");
    };
    run.forecast.totals.iter().for_each(|it| ordered(it.1));
    for fork in &run.forecast.forks {
        let sum: f64 = fork.branches.iter().filter_map(|it| it.share.mean).sum();
        assert!(
            sum == 0.0 || (sum - 1.0).abs() < 1e-9,
            "shares at {} sum to {sum}",
            fork.step
        );
    }
    let shares = run
        .forecast
        .funnel
        .iter()
        .flat_map(|it| [it.from_first, it.from_previous])
        .flatten();
    for share in shares.filter_map(|it| it.mean) {
        assert!((0.0..=1.0).contains(&share), "{share}");
    }
    for cohort in &run.forecast.cohorts {
        let shares: Vec<f64> = cohort.won_by_period.iter().flatten().copied().collect();
        assert!(
            shares.is_sorted() && shares.iter().all(|it| (0.0..=1.0).contains(it)),
            "{shares:?}"
        );
        let retained: Vec<f64> = cohort.retained_by_period.iter().flatten().copied().collect();
        assert!(
            retained.len() == shares.len() && retained.iter().zip(&shares).all(|it| *it.0 >= 0.0 && it.0 <= it.1),
            "{retained:?} of {shares:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_lost_and_every_sum_adds_up(list in prop::collection::vec(any::<u32>(), 0..400)) {
        let spec = Spec::generate(&mut Choices::new(list), true);
        let text = spec.text();
        let mut how = How::times(3);
        if text.contains("[variants.") {
            how = how.variant(VARIANT);
        }
        match try_run(&text, &how) {
            Ok(run) => conserves(&run),
            Err(problems) => prop_assert!(false, "{}\n{text}", told(&problems)),
        }
    }
}

#[test]
fn nothing_happens_to_nobody() {
    let text = "format = 1\ncustomers = 0\n[steps.a]\nbranches = [{ to = \"b\", chance = 0.5 }, { to = \"a\", chance = \"rest\", after = \"1d\" }]\n[steps.b]\noutcome = \"converted\"\n";
    let run = run(text, &How::times(2));
    conserves(&run);
    assert!(run.records.iter().flatten().all(|it| *it == 0.0));
}
