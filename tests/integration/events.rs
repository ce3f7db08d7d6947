//! Customers who are followed one by one are those of the forecast, event by event.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use forksight::engine::{AnyTally, Engine, RunOptions, Tally, Traced, Tracer, simulate};
use forksight::journey::{CONVERSION, Journey};
use forksight::plan::{Model, Plan, compile};
use forksight::scenario::{FileFormat, Scenario, Selection};
use proptest::prelude::*;

use super::cells::{How, run};
use super::oracle::choices::Choices;
use super::oracle::spec::Spec;
use super::scenarios::shipped;

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
