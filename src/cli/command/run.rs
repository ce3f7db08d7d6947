//! `run`: the forecast.

use std::path::Path;

use anyhow::Context as _;

use crate::cli::args::{Format, Run, Simulation};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Rendered};
use crate::cli::interrupt::Interrupt;
use crate::cli::scenario::{self, Asked};
use crate::cli::simulation::{failure, options};
use crate::cli::terminal::Terminal;
use crate::engine::{AnyTally, Choice, RunOptions, Simulated, Simulator, choose};
use crate::forecast::{
    Background, Forecast, Layout, Precision, Record, RunInfo, ScenarioInfo, record, run_until, summarize,
};
use crate::journey::Journey;
use crate::plan::{Model, compile};
use crate::report::chart::{self, ChartError};
use crate::report::number::{several, share};
use crate::report::{csv, json, markdown, text};

/// Pixels of a picture for each pixel of its drawing: sharp on paper too.
const SCALE: f32 = 2.0;

pub(super) fn run(args: &Run, terminal: Terminal) -> Result<(), Failure> {
    let asked = scenario::read(&args.scenario, terminal)?;
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    let forecast = forecast(&asked, &journey, &args.simulation, terminal)?;
    if let Some(folder) = &args.output.out {
        write(&forecast, folder, terminal)?;
    }
    if args.output.out.is_none() || !args.output.quiet {
        print(&forecast, args.output.format)?;
    }
    if forecast.run.cut_short {
        Err(Failure::CutShort)
    } else {
        Ok(())
    }
}

/// Simulates a journey until all replications are done or somebody interrupts.
fn forecast(
    asked: &Asked,
    journey: &Journey,
    simulation: &Simulation,
    terminal: Terminal,
) -> Result<Forecast, Failure> {
    let plan = compile(journey);
    let model = Model { journey, plan: &plan };
    let layout = Layout::of(journey, &plan);
    let choice = choose(model, simulation.engine.asked()).map_err(failure)?;
    let options = options(simulation, asked.scenario.run(), choice.engine);
    let simulator = Simulator::new(model, options).map_err(failure)?;
    let progress = terminal.progress(options.replications, "replications");
    let interrupt = Interrupt::listen(&progress);
    let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally);
    let simulated = match simulation.precision {
        None => {
            let reached = |done| progress.reached(done);
            let simulated = simulator.run(0..options.replications, extract, &reached, interrupt.stop());
            simulated.map(|it| (it, None))
        }
        Some(asked) => {
            let aim = (asked, options.replications);
            let reached = |done, total| progress.reached_of(done, total);
            let simulated = run_until(&simulator, &layout, aim, extract, &reached, interrupt.stop());
            simulated.map(|(it, precision)| (it, Some(precision)))
        }
    };
    let (simulated, precision) = simulated.map_err(failure)?;
    if simulated.results.is_empty() {
        Terminal::error("interrupted before a single replication was complete");
        return Err(Failure::CutShort);
    }
    let done = simulated.results.len() as u64;
    let background = Background::of(&simulator, &layout, done, interrupt.stop()).map_err(failure)?;
    interrupt.work_is_over();
    drop(progress);
    if let Some(it) = precision.filter(Precision::is_reached) {
        terminal.remark(&format!(
            "it took {} for a precision of {}",
            several(simulated.results.len(), "replication"),
            share(it.asked, None)
        ));
    }
    let how = run_info(journey, choice, options, &simulated, precision);
    let scenario = scenario_info(asked, journey);
    Ok(summarize(model, &layout, &simulated, &background, scenario, how))
}

fn run_info(
    journey: &Journey,
    choice: Choice,
    options: RunOptions,
    simulated: &Simulated<Record>,
    precision: Option<Precision>,
) -> RunInfo {
    let clock = &journey.clock;
    let date = |date: jiff::civil::Date| clock.dated.then(|| date.to_string());
    RunInfo {
        engine: choice.engine.word().to_owned(),
        why: choice.why,
        replications: simulated.results.len() as u64,
        seed: options.seed,
        cut_short: simulated.cut_short,
        precision,
        begin: date(clock.begin),
        end: date(clock.end),
        tick: clock.tick_words(),
        period: clock.period.word().to_owned(),
    }
}

fn scenario_info(asked: &Asked, journey: &Journey) -> ScenarioInfo {
    let variants = &asked.selection.variants;
    ScenarioInfo {
        name: journey.name.clone(),
        file: asked.file.clone(),
        sha256: asked.scenario.sha256().to_owned(),
        variant: (!variants.is_empty()).then(|| variants.join("+")),
        set: asked.selection.set.clone(),
        currency: journey.currency.clone(),
    }
}

fn print(forecast: &Forecast, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => Terminal::page(&text::render(forecast, Terminal::style())),
        Format::Json => Terminal::data(json::render(forecast).as_bytes()),
        Format::Csv => Terminal::data(csv::periods(forecast).as_bytes()),
        Format::Markdown => Terminal::data(markdown::render(forecast).as_bytes()),
    }
}

/// Everything is rendered before the first file is written.
fn write(forecast: &Forecast, folder: &Path, terminal: Terminal) -> Result<(), Failure> {
    let files = render(forecast).context("cannot draw the charts")?;
    files::write_all(folder, &files)?;
    let (count, folder) = (files.len(), folder.display());
    terminal.remark(&format!("wrote {count} files to {folder}"));
    Ok(())
}

fn render(forecast: &Forecast) -> Result<Vec<Rendered>, ChartError> {
    let file = |name: &str, bytes: Vec<u8>| Rendered {
        name: name.to_owned(),
        bytes,
    };
    let mut files = vec![file("forecast.json", json::render(forecast).into_bytes())];
    let tables = csv::files(forecast).into_iter();
    files.extend(tables.map(|(name, table)| file(name, table.into_bytes())));
    for it in chart::charts(forecast) {
        let svg = chart::svg(forecast, it.kind, &it.options)?;
        let png = chart::png(&svg, SCALE)?;
        files.push(file(&format!("charts/{}.svg", it.name), svg.into_bytes()));
        files.push(file(&format!("charts/{}.png", it.name), png));
    }
    Ok(files)
}
