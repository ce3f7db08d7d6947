//! The shipped scenarios come to the same, cell by cell, when customers walk alone.

use super::*;
use crate::engine::individual::Walker;
use crate::forecast::{Layout, Record, record};

/// What both engines make of the same worlds and arrivals, with two lucks each; arrivals are
/// thinned out to one in `thin`.
fn agrees(text: &str, replications: u64, thin: u64) {
    let case = Case::of(text);
    let (plan, journey) = (&case.plan, &case.journey);
    let layout = Layout::of(journey, plan);
    let mut splitter = Splitter::new(plan, &case.states);
    let mut walker = Walker::new(plan);
    let (mut tally, mut arrivals) = (Tally::new(plan), Vec::new());
    // By cell: differences of means, and of squared differences between the two lucks.
    let mut means = vec![Sample::default(); layout.len];
    let mut spreads = vec![Sample::default(); layout.len];
    let mut jumps = vec![0.0_f64; layout.len];
    for replication in 0..replications {
        let mut rates = case.rates(replication);
        let ways = Ways::of(plan, &case.states, &rates);
        batches(plan, &rates, 1, replication, &mut arrivals);
        for it in &mut arrivals {
            it.count = it.count.div_ceil(thin);
        }
        for (source, count) in rates.waiting.iter_mut().enumerate() {
            let mine = arrivals.iter().filter(|it| it.source == plan.streams.len() + source);
            *count = mine.map(|it| it.count).sum();
        }
        let customers: u64 = arrivals.iter().map(|it| it.count).sum();
        let mut records: Vec<Record> = Vec::new();
        for seed in [1, 2] {
            tally.clear();
            splitter.run(&rates, &ways, seed, replication, &arrivals, &mut tally);
            assert_eq!(tally.overflow, None);
            records.push(record(case.model(), &layout, &rates, &tally));
            tally.clear();
            walker.walk(&rates, seed, replication, &arrivals, 0..customers, &mut tally);
            records.push(record(case.model(), &layout, &rates, &tally));
        }
        let [mine, theirs, mine_too, theirs_too] = &records[..] else {
            panic!("there are four");
        };
        for cell in 0..layout.len {
            let (one, other) = (mine[cell] - mine_too[cell], theirs[cell] - theirs_too[cell]);
            means[cell]
                .0
                .push((mine[cell] + mine_too[cell] - theirs[cell] - theirs_too[cell]) / 2.0);
            spreads[cell].0.push(one * one - other * other);
            jumps[cell] = jumps[cell].max(one.abs()).max(other.abs());
        }
    }
    let n = replications as f64;
    let revisited = journey.in_loops();
    let mut wrong = Vec::new();
    for cell in 0..layout.len {
        if let Some(step) = cell.checked_sub(layout.customers).filter(|it| *it < plan.steps.len())
            && revisited[step]
        {
            continue;
        }
        for (what, sample) in [("mean", &means[cell]), ("variance", &spreads[cell])] {
            let error = (sample.moment(2) / n).sqrt();
            let slack = if what == "mean" {
                jumps[cell]
            } else {
                jumps[cell] * jumps[cell]
            };
            if sample.mean().abs() > BAR * (error + slack / n) + 1e-9 {
                wrong.push(format!(
                    "{what} of cell {cell} is {} off: {:.1} errors",
                    sample.mean(),
                    sample.mean() / error
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        layout.len,
        wrong.join("\n")
    );
}

macro_rules! shipped {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/", $name, ".toml"))
    };
}

#[test]
fn it_agrees_with_the_individual_engine_on_saas_trial() {
    agrees(shipped!("saas-trial"), 400, 40);
}

#[test]
fn it_agrees_with_the_individual_engine_on_b2b_inbound() {
    agrees(shipped!("b2b-inbound"), 400, 10);
}

#[test]
fn it_agrees_with_the_individual_engine_on_customer_lifecycle() {
    agrees(shipped!("customer-lifecycle"), 400, 20);
}

#[test]
fn it_agrees_with_the_individual_engine_on_island_lodging() {
    agrees(shipped!("island-lodging"), 400, 40);
}

#[test]
fn it_agrees_with_the_individual_engine_on_web_shop() {
    agrees(shipped!("web-shop"), 400, 40);
}

#[test]
fn it_agrees_with_the_individual_engine_on_a_single_fork() {
    agrees(shipped!("fork-in-the-road"), 1_000, 1);
}
