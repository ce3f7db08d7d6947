//! `run`: the forecast.

use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::cli::args::{self, Format, Run, Simulation};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Rendered};
use crate::cli::interrupt::Interrupt;
use crate::cli::scenario::{self, Asked};
use crate::cli::terminal::Terminal;
use crate::engine::{Engine, EngineFault, RunOptions, Simulated, simulate};
use crate::forecast::{Forecast, Layout, Record, RunInfo, ScenarioInfo, record, summarize};
use crate::journey::Journey;
use crate::plan::{Model, compile};
use crate::report::chart::{self, ChartError};
use crate::report::{csv, json, markdown, text};
use crate::scenario::RunDefaults;

/// How often a forecast is drawn if nobody says otherwise.
const REPLICATIONS: u64 = 1_000;
/// Where chance begins if nobody says otherwise.
const SEED: u64 = 1;
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
    let options = options(simulation, asked.scenario.run());
    let progress = terminal.progress(options.replications, "replications");
    let interrupt = Interrupt::listen(&progress);
    let simulated = simulate(
        model,
        options,
        |rates, tally| record(model, &layout, rates, tally),
        &|done| progress.reached(done),
        interrupt.stop(),
    );
    interrupt.work_is_over();
    drop(progress);
    let simulated = simulated.map_err(failure)?;
    if simulated.results.is_empty() {
        Terminal::error("interrupted before a single replication was complete");
        return Err(Failure::CutShort);
    }
    let run = run_info(journey, simulation, options, &simulated);
    let scenario = scenario_info(asked, journey);
    Ok(summarize(model, &layout, &simulated, scenario, run))
}

/// What was typed comes first, then what the file says.
fn options(simulation: &Simulation, defaults: RunDefaults) -> RunOptions {
    let replications = simulation.replications.or(defaults.replications.map(u64::from));
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    RunOptions {
        replications: replications.unwrap_or(REPLICATIONS),
        seed: simulation.seed.or(defaults.seed).unwrap_or(SEED),
        threads: simulation.threads.unwrap_or_else(cores),
        engine: match simulation.engine {
            args::Engine::Auto | args::Engine::Individual => Engine::Individual,
        },
    }
}

fn failure(fault: EngineFault) -> Failure {
    match fault {
        EngineFault::Overflow(_) | EngineFault::Amount(_) => Failure::Incalculable(fault.to_string()),
        EngineFault::Threads(_) => Failure::World(anyhow!(fault)),
        // Nothing is wrong with the file: it is the option that does not go with it.
        EngineFault::Unfit { .. } => Failure::World(anyhow!("{fault}; `--engine individual` can")),
    }
}

fn run_info(journey: &Journey, simulation: &Simulation, options: RunOptions, simulated: &Simulated<Record>) -> RunInfo {
    let clock = &journey.clock;
    let date = |date: jiff::civil::Date| clock.dated.then(|| date.to_string());
    let why = match simulation.engine {
        args::Engine::Auto => "it can follow every journey",
        args::Engine::Individual => "it was asked for",
    };
    RunInfo {
        engine: options.engine.word().to_owned(),
        why: why.to_owned(),
        replications: simulated.results.len() as u64,
        seed: options.seed,
        cut_short: simulated.cut_short,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn simulation(replications: Option<u64>, seed: Option<u64>) -> Simulation {
        Simulation {
            replications,
            seed,
            engine: args::Engine::Auto,
            threads: Some(3),
        }
    }

    #[test]
    fn what_is_typed_comes_before_what_the_file_says() {
        let defaults = RunDefaults {
            replications: Some(50),
            seed: None,
        };
        let typed = options(&simulation(Some(7), Some(8)), defaults);
        assert_eq!((typed.replications, typed.seed, typed.threads), (7, 8, 3));
        let of_file = options(&simulation(None, None), defaults);
        assert_eq!((of_file.replications, of_file.seed), (50, SEED));
        let nothing = options(&simulation(None, None), RunDefaults::default());
        assert_eq!(nothing.replications, REPLICATIONS);
    }
}
