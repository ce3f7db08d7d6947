//! Customers who are followed one by one are those of the forecast, event by event.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use forksight::engine::{AnyTally, Engine, RunOptions, Tally, Traced, Tracer, simulate};
use forksight::journey::{CONVERSION, Journey};
use forksight::plan::{Model, Plan, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};
use proptest::prelude::*;

use forksight::fit::event_log::{LogFormat, ReadOptions, read};

use super::cells::{How, run};
use super::oracle::choices::Choices;
use super::oracle::spec::Spec;
use super::scenarios::shipped;
use crate::program::{code, output, scenario, text};

/// A journey laid out.
struct Laid {
    journey: Journey,
    plan: Plan,
}

impl Laid {
    fn of(text: &str) -> Self {
        let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it is sound");
        let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
        let plan = compile(&journey);
        Self { journey, plan }
    }

    fn model(&self) -> Model<'_> {
        Model {
            journey: &self.journey,
            plan: &self.plan,
        }
    }

    fn trace(&self, replication: u64, mut see: impl FnMut(&Traced<'_>)) -> Tally {
        let tracer = Tracer::new(self.model(), 1, replication).expect("its numbers fit");
        let all = |traced: &Traced<'_>| -> ControlFlow<()> {
            see(traced);
            ControlFlow::Continue(())
        };
        match tracer.each(all).expect("its amounts fit") {
            ControlFlow::Continue(tally) => tally,
            ControlFlow::Break(()) => unreachable!("nobody broke off"),
        }
    }

    /// The tallies that the individual engine makes.
    fn tallies(&self, replications: u64) -> Vec<Tally> {
        let options = RunOptions {
            replications,
            seed: 1,
            threads: 1,
            engine: Engine::Individual,
        };
        let extract = |_: &_, tally: AnyTally<'_>| match tally {
            AnyTally::Whole(tally) => tally.clone(),
            AnyTally::Expected(_) => unreachable!("customers are whole"),
        };
        let run = simulate(self.model(), options, extract, &|_| (), &AtomicBool::new(false));
        run.expect("its amounts fit").results
    }
}

/// Counts by hand what happens to traced customers, under the names of the forecast's cells.
fn counted(laid: &Laid, replication: u64) -> BTreeMap<String, f64> {
    let (journey, plan) = (&laid.journey, &laid.plan);
    let mut counts: BTreeMap<String, i128> = BTreeMap::new();
    laid.trace(replication, |traced| {
        let mut add = |name: String, amount: i64| *counts.entry(name).or_default() += i128::from(amount);
        add("total arrivals".to_owned(), i64::from(traced.stream.is_some()));
        add("total pipeline".to_owned(), i64::from(traced.waiting.is_some()));
        let mut is_won = traced.waiting.is_some_and(|it| journey.pipeline[it].converted);
        let mut clock = i64::MIN;
        for visit in traced.visits {
            assert!(visit.tick >= clock, "nobody walks back in time");
            clock = visit.tick;
            if traced.waiting.is_some() && std::ptr::eq(visit, &raw const traced.visits[0]) {
                assert!(visit.tick <= 0, "the pipeline was there before");
                continue;
            }
            let step = journey.step(visit.step);
            let period = &plan.periods[plan.bins[plan.bin_of[visit.tick as usize] as usize].period as usize].label;
            add(format!("reached {}", step.id), 10_000);
            add("total revenue".to_owned(), visit.revenue.unwrap_or(0));
            add(format!("{period} revenue"), visit.revenue.unwrap_or(0));
            let converts = plan.steps[visit.step.index()].converts;
            let is_new = converts && !is_won;
            is_won |= converts;
            add("total won".to_owned(), i64::from(is_new) * 10_000);
            add(format!("{period} won"), i64::from(is_new) * 10_000);
            let converted = step.events.contains(&CONVERSION) || is_new;
            add("total events.conversion".to_owned(), i64::from(converted) * 10_000);
        }
    });
    let whole = ["total arrivals", "total pipeline"];
    let value = |(name, sum): (String, i128)| {
        let value = if whole.contains(&name.as_str()) {
            sum as f64
        } else {
            sum as f64 / 1e4
        };
        (name, value)
    };
    counts.into_iter().map(value).collect()
}

/// Traces of a few replications against the engine's tallies, and by hand against the forecast.
fn check(text: &str, replications: u64) {
    let laid = Laid::of(text);
    let tallies = laid.tallies(replications);
    for (replication, tally) in (0..).zip(&tallies) {
        assert_eq!(
            &laid.trace(replication, |_| ()),
            tally,
            "replication {replication} of\n{text}"
        );
    }
    let run = run(text, &How::times(replications));
    for (at, record) in run.records.iter().enumerate() {
        let counted = counted(&laid, at as u64);
        for (name, value) in run.names.iter().zip(record) {
            let is_counted = name.starts_with("reached ") || name.ends_with(" revenue") || name.ends_with(" won");
            let of_customers = !name.contains('=') && !name.starts_with("target");
            if is_counted && of_customers {
                let own = counted.get(name).copied().unwrap_or(0.0);
                assert_eq!(own, *value, "{name} in replication {at} of\n{text}");
            }
        }
        for (name, own) in &counted {
            let cell = run.names.iter().position(|it| it == name);
            assert_eq!(
                Some(*own),
                cell.map(|it| record[it]),
                "{name} in replication {at} of\n{text}"
            );
        }
    }
}

#[test]
fn traced_customers_of_shipped_scenarios_are_those_of_the_forecast() {
    for (_, text) in shipped() {
        check(&text, 2);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn traced_customers_of_any_journey_are_those_of_the_forecast(list in prop::collection::vec(any::<u32>(), 0..400)) {
        check(&Spec::generate(&mut Choices::new(list), true).text(), 2);
    }
}

/// Runs `events` on a shipped scenario and gives the rows.
fn rows(arguments: &[&str]) -> Vec<Vec<String>> {
    let run = output(&[&["events", &scenario("saas-trial"), "--end", "2026-03-31"], arguments].concat());
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    let rows = text(&run.stdout)
        .lines()
        .map(|it| it.split(',').map(str::to_owned).collect());
    rows.collect()
}

#[test]
fn a_log_can_be_in_order_of_customers_or_of_time() {
    let (mut grouped, mut sorted) = (rows(&[]), rows(&["--sorted"]));
    assert_eq!(
        grouped[0],
        ["case_id", "activity", "timestamp", "segment", "revenue", "arrival"]
    );
    assert_eq!(grouped[0], sorted[0]);
    assert!(sorted[1..].is_sorted_by_key(|it| &it[2]) && !grouped[1..].is_sorted_by_key(|it| &it[2]));
    assert_ne!(grouped, rows(&["--replication", "2"]));
    grouped.sort();
    sorted.sort();
    assert_eq!(grouped, sorted);
}

#[test]
fn a_log_that_is_read_back_has_the_counts_of_the_forecast() {
    let folder = tempfile::tempdir().expect("there is room");
    let run = run(
        &shipped()
            .into_iter()
            .find(|it| it.0 == "saas-trial")
            .expect("it is shipped")
            .1,
        &How::times(1),
    );
    for name in ["log.csv", "log.csv.gz"] {
        let file = folder.path().join(name).display().to_string();
        let wrote = output(&["events", &scenario("saas-trial"), "-o", &file, "--quiet"]);
        assert_eq!(code(&wrote), Some(0), "{}", text(&wrote.stderr));
        let format = LogFormat::of(name).expect("its name says it");
        let source = std::fs::File::open(&file).expect("it was written");
        let (log, audit) = read(source, format, &ReadOptions::default()).expect("it can be read");
        assert_eq!(audit.events, audit.rows, "{name}");
        let mut reached = vec![0.0; log.activities().len()];
        let mut events = Vec::new();
        for case in 0..log.cases() {
            log.events(case, &mut events);
            let from = usize::from(log.id(case).starts_with("pipeline-"));
            for event in &events[from..] {
                reached[event.activity as usize] += 1.0;
            }
        }
        for (activity, reached) in log.activities().iter().zip(reached) {
            let cell = run.names.iter().position(|it| *it == format!("reached {activity}"));
            assert_eq!(cell.map(|it| run.records[0][it]), Some(reached), "{activity} in {name}");
        }
        let of = |cell: &str| run.records[0][run.names.iter().position(|it| it == cell).expect("it is a cell")];
        assert_eq!(log.cases() as f64, of("total arrivals") + of("total pipeline"));
    }
}

#[test]
fn xes_in_order_of_time_is_refused() {
    let run = output(&["events", &scenario("web-shop"), "--format", "xes", "--sorted"]);
    assert_eq!(code(&run), Some(2));
    assert!(text(&run.stderr).contains("csv only"));
}

#[test]
fn a_log_is_not_written_under_a_name_that_means_something_else() {
    let folder = tempfile::tempdir().expect("there is room");
    for name in ["log.parquet", "log.tsv.gz"] {
        let file = folder.path().join(name).display().to_string();
        let run = output(&["events", &scenario("fork-in-the-road"), "-o", &file]);
        assert_eq!(code(&run), Some(2));
        assert!(text(&run.stderr).contains(".csv.gz"), "{}", text(&run.stderr));
        assert!(!std::path::Path::new(&file).exists());
    }
}
