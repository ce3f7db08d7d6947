//! forksight: foresight at every fork of the customer journey.
//!
//! A scenario file says who arrives, which steps customers can take, what happens at every fork,
//! how long it takes and what it costs and earns. forksight turns it into a forecast: how many
//! convert and churn, and what sells when, with ranges that hold both what is not known about the
//! rates and plain luck.
//!
//! ```text
//!  scenario text ──► Draft ──► Journey ──► Plan ──► Tally ──► Record ──► Forecast ──► text, charts
//!    scenario/      journey/  journey/    plan/    engine/   forecast/  forecast/     report/
//!                                │           ▲
//!                                └─► World ──┴─► Rates      (drawn for every replication)
//! ```
//!
//! Data flows from left to right, imports point from right to left; only [`cli`] touches files,
//! the terminal and the clock on the wall.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use forksight::engine::{AnyTally, Engine, RunOptions, simulate};
//! use forksight::forecast::{Layout, record};
//! use forksight::plan::{Model, compile};
//! use forksight::scenario::{FileFormat, Scenario, Selection};
//!
//! let text = br#"
//! format = 1
//! customers = 10_000
//! steps.visit.branches = [{ to = "buy", chance = "3%" }, { to = "leave", chance = "rest" }]
//! steps.buy = { outcome = "converted", revenue = 40 }
//! steps.leave = { outcome = "lost" }
//! "#;
//! let scenario = Scenario::read("shop.toml", text, FileFormat::Toml).expect("it can be read");
//! let (journey, _warnings) = scenario.journey(&Selection::default()).expect("it has no mistakes");
//! let plan = compile(&journey);
//! let model = Model { journey: &journey, plan: &plan };
//! let layout = Layout::of(&journey, &plan);
//! let options = RunOptions { replications: 200, seed: 1, threads: 1, engine: Engine::Individual };
//! let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
//! let run = simulate(model, options, extract, &|_| (), &AtomicBool::new(false)).expect("amounts fit");
//! let won = layout.totals.iter().position(|metric| metric == "won").expect("every journey has it");
//! let mean = run.results.iter().map(|record| record[won]).sum::<f64>() / 200.0;
//! assert!((mean - 300.0).abs() < 10.0);
//! ```

pub mod cli;
pub mod clock;
pub mod engine;
pub mod fit;
pub mod forecast;
pub mod journey;
pub mod plan;
pub mod problem;
pub mod random;
pub mod report;
pub mod scenario;
mod special;
pub mod study;
