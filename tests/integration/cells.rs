//! Runs a scenario's text and reads what came out by the names of cells.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use forksight::engine::{AnyTally, Engine, EngineFault, RunOptions, Simulated, Simulator, simulate};
use forksight::forecast::{Background, Forecast, Layout, Record, record, summarize};
use forksight::forecast::{RunInfo, ScenarioInfo};
use forksight::journey::Journey;
use forksight::plan::{Model, States, compile};
use forksight::problem::Problems;
use forksight::scenario::{FileFormat, Scenario, Selection};

/// What came out of a run: one value for every replication and cell.
pub(crate) struct Run {
    pub(crate) names: Vec<String>,
    pub(crate) records: Vec<Record>,
    pub(crate) forecast: Forecast,
    pub(crate) engine: Engine,
    /// Steps that can be reached a second time.
    in_loops: Vec<String>,
}

/// How to run.
#[derive(Debug, Clone)]
pub(crate) struct How {
    pub(crate) replications: u64,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) selection: Selection,
    pub(crate) engine: Engine,
}

impl How {
    pub(crate) fn times(replications: u64) -> Self {
        Self {
            replications,
            seed: 1,
            threads: 2,
            selection: Selection::default(),
            engine: Engine::Individual,
        }
    }

    pub(crate) fn engine(self, engine: Engine) -> Self {
        Self { engine, ..self }
    }

    pub(crate) fn variant(self, name: &str) -> Self {
        let selection = Selection {
            variants: vec![name.to_owned()],
            ..self.selection
        };
        Self { selection, ..self }
    }

    pub(crate) fn set(self, change: &str) -> Self {
        let selection = Selection {
            set: vec![change.to_owned()],
            ..self.selection
        };
        Self { selection, ..self }
    }

    pub(crate) fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }
}

/// Runs a scenario that is known to be sound.
pub(crate) fn run(text: &str, how: &How) -> Run {
    match try_run(text, how) {
        Ok(run) => run,
        Err(problems) => panic!("{}\n{text}", told(&problems)),
    }
}

/// The messages of all problems, a line each.
pub(crate) fn told(problems: &Problems) -> String {
    let lines = problems.problems.iter().map(|it| {
        let (line, column) = problems.line_and_column(it);
        format!("{line}:{column} {}: {}", it.fault.code, it.fault.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Runs a scenario that is known to be sound, without looking into what was not counted.
pub(crate) fn simulated(text: &str, how: &How) -> Simulated<Record> {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it is sound");
    let (journey, _) = scenario.journey(&how.selection).expect("it is sound");
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let layout = Layout::of(&journey, &plan);
    let options = RunOptions {
        replications: how.replications,
        seed: how.seed,
        threads: how.threads,
        engine: how.engine,
    };
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
    let run = simulate(model, options, extract, &|_| (), &AtomicBool::new(false));
    run.unwrap_or_else(|fault| panic!("{fault}\n{text}"))
}

/// Whether the states of a scenario's customers are finite, so that every engine can run it.
pub(crate) fn has_states(text: &str) -> bool {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml).expect("it is sound");
    let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
    States::of(&journey, &compile(&journey)).is_ok()
}

pub(crate) fn try_run(text: &str, how: &How) -> Result<Run, Problems> {
    let scenario = Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml)?;
    let (journey, _) = scenario.journey(&how.selection)?;
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let layout = Layout::of(&journey, &plan);
    let options = RunOptions {
        replications: how.replications,
        seed: how.seed,
        threads: how.threads,
        engine: how.engine,
    };
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
    let stop = AtomicBool::new(false);
    let work = || {
        let simulator = Simulator::new(model, options)?;
        let simulated = simulator.run(0..how.replications, extract, &|_| (), &stop)?;
        // Following customers takes long, and most tests do not look at what comes of it.
        let background = match how.engine {
            Engine::Individual => Background::default(),
            Engine::Exact | Engine::Cohort => Background::of(&simulator, &layout, how.replications, &stop)?,
        };
        Ok((simulated, background))
    };
    let (simulated, background) = work().unwrap_or_else(|fault: EngineFault| panic!("{fault}\n{text}"));
    let forecast = forecast(model, &layout, &simulated, &background, how);
    let labels: Vec<&str> = plan.periods.iter().map(|it| it.label.as_str()).collect();
    let names = names(&journey, &layout, &labels);
    let in_loops = journey.steps().zip(journey.in_loops()).filter(|it| it.1);
    Ok(Run {
        names,
        records: simulated.results,
        forecast,
        engine: how.engine,
        in_loops: in_loops.map(|it| it.0.1.id.clone()).collect(),
    })
}

pub(crate) fn forecast(
    model: Model<'_>,
    layout: &Layout,
    simulated: &Simulated<Record>,
    background: &Background,
    how: &How,
) -> Forecast {
    let scenario = ScenarioInfo {
        name: "test".to_owned(),
        file: "test.toml".to_owned(),
        sha256: String::new(),
        variant: None,
        set: Vec::new(),
        currency: None,
    };
    let run = RunInfo {
        engine: how.engine.word().to_owned(),
        why: String::new(),
        replications: how.replications,
        seed: how.seed,
        cut_short: false,
        precision: None,
        begin: None,
        end: None,
        tick: String::new(),
        period: String::new(),
    };
    summarize(model, layout, simulated, background, scenario, run)
}

/// A name for every cell: `total won`, `2026-01 revenue`, `reached visit`, `customers visit`,
/// `taken visit.trial`, `funnel awareness`, `end gone lost`, `segment=web won`, `target year`.
pub(crate) fn names(journey: &Journey, layout: &Layout, labels: &[&str]) -> Vec<String> {
    let mut cells: BTreeMap<usize, String> = BTreeMap::new();
    let mut name = |cell: usize, name: String| {
        assert!(
            cells.insert(cell, name.clone()).is_none(),
            "two names for the cell of {name}"
        );
    };
    for (at, metric) in layout.totals.iter().enumerate() {
        name(at, format!("total {metric}"));
    }
    name(layout.bases, "base of conversion_rate".to_owned());
    name(layout.bases + 1, "base of churn_rate".to_owned());
    for (period, label) in labels.iter().enumerate() {
        for (metric, it) in layout.metrics.iter().enumerate() {
            name(layout.period(period, metric), format!("{label} {it}"));
        }
    }
    let (mut branch, mut end) = (0, 0);
    for (id, step) in journey.steps() {
        name(layout.reached + id.index(), format!("reached {}", step.id));
        name(layout.customers + id.index(), format!("customers {}", step.id));
        let branches = journey.branches(id);
        if branches.len() == 0 {
            name(layout.ends + end, format!("end {} unconverted", step.id));
            name(layout.ends + end + 1, format!("end {} converted", step.id));
            end += 2;
        }
        for it in branches {
            name(
                layout.taken + branch,
                format!("taken {}.{}", step.id, journey.branch(it).name),
            );
            branch += 1;
        }
    }
    for (at, stage) in journey.stages.iter().enumerate() {
        name(layout.funnel + at, format!("funnel {}", stage.id));
    }
    let mut cell = layout.groups;
    for grouping in &layout.groupings {
        for group in &grouping.groups {
            for metric in &grouping.metrics {
                name(cell, format!("{}={group} {metric}", grouping.name));
                cell += 1;
            }
        }
    }
    for (at, target) in journey.targets.iter().enumerate() {
        name(layout.targets + at, format!("target {}", target.id));
    }
    assert_eq!(cells.len(), layout.len, "every cell has a name");
    cells.into_values().collect()
}

impl Run {
    /// Whether a cell counts the distinct customers of a step that can be reached again.
    pub(crate) fn is_revisited(&self, name: &str) -> bool {
        let step = name.strip_prefix("customers ");
        step.is_some_and(|it| self.in_loops.iter().any(|step| step == it))
    }

    /// The values of a cell, one for every replication.
    pub(crate) fn values(&self, name: &str) -> Vec<f64> {
        let at = self.names.iter().position(|it| it == name);
        let at = at.unwrap_or_else(|| panic!("no cell is called {name}: {:?}", self.names));
        self.records.iter().map(|it| it[at]).collect()
    }

    /// The value of a cell that is the same in every replication.
    pub(crate) fn value(&self, name: &str) -> f64 {
        let values = self.values(name);
        let first = values[0];
        assert!(
            values.iter().all(|it| it.to_bits() == first.to_bits()),
            "{name} differs: {values:?}"
        );
        first
    }

    /// Mean over replications.
    pub(crate) fn mean(&self, name: &str) -> f64 {
        let values = self.values(name);
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// Variance over replications.
    pub(crate) fn variance(&self, name: &str) -> f64 {
        let (values, mean) = (self.values(name), self.mean(name));
        values.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
    }
}
