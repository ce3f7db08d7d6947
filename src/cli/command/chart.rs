//! `chart`: one chart, of a scenario or of a forecast that was made before.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};

use crate::cli::args::{Chart, Drawing, Simulation};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Existing};
use crate::cli::input::{self, Input};
use crate::cli::terminal::Terminal;
use crate::cli::{args, scenario, simulation};
use crate::forecast::Forecast;
use crate::report::chart::{self, ChartKind, ChartOptions};
use crate::report::json;

/// What a chart is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Svg,
    Png,
}

pub(super) fn chart(args: &Chart, terminal: Terminal) -> Result<(), Failure> {
    let file = output(args);
    // A wrong name is told before a long simulation, not after.
    let kind = file.map_or(Ok(FileKind::Svg), file_kind)?;
    let input = input::read(&args.scenario.file, terminal)?;
    if json::is_backtest(&input.bytes) {
        let svg = of_backtest(&input, args)?;
        return write(svg, kind, args, terminal);
    }
    let is_made = json::is_forecast(&input.bytes);
    let forecast = if is_made {
        read(&input, args)?
    } else {
        make(input, args, terminal)?
    };
    let svg = chart::svg(&forecast, args.kind, &options(&args.drawing)).map_err(|it| Failure::World(anyhow!(it)))?;
    write(svg, kind, args, terminal)?;
    if forecast.run.cut_short && !is_made {
        return Err(Failure::CutShort);
    }
    Ok(())
}

fn output(args: &Chart) -> Option<&Path> {
    args.drawing.output.as_deref().filter(|it| it.as_os_str() != "-")
}

fn write(svg: String, kind: FileKind, args: &Chart, terminal: Terminal) -> Result<(), Failure> {
    let Some(path) = output(args) else {
        return Terminal::data(svg.as_bytes());
    };
    let bytes = match kind {
        FileKind::Svg => svg.into_bytes(),
        FileKind::Png => chart::png(&svg, args.drawing.scale).context("cannot draw the chart")?,
    };
    files::write(path, &bytes, Existing::Replace)?;
    terminal.remark(&format!("wrote {}", path.display()));
    Ok(())
}

/// The chart of a backtest as it was made.
fn of_backtest(input: &Input, args: &Chart) -> Result<String, Failure> {
    let name = &input.name;
    if let Some(option) = typed(&args.scenario, &args.simulation) {
        return Err(Failure::World(anyhow!(
            "{name} is a backtest, which `{option}` cannot change any more"
        )));
    }
    if args.kind != ChartKind::Backtest {
        return Err(Failure::World(anyhow!(
            "{name} is a backtest: the chart of it is called `backtest`"
        )));
    }
    let backtest = json::read_backtest(&input.bytes).map_err(|it| Failure::Input(format!("{name}: {it}")))?;
    chart::backtest::svg(&backtest, &options(&args.drawing)).map_err(|it| Failure::World(anyhow!(it)))
}

/// Simulates the scenario that was read.
fn make(input: Input, args: &Chart, terminal: Terminal) -> Result<Forecast, Failure> {
    let asked = scenario::of_input(input, &args.scenario)?;
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    simulation::forecast(&asked, &journey, &args.simulation, terminal)
}

/// A forecast as it was made: nothing about it can be changed any more.
fn read(input: &Input, args: &Chart) -> Result<Forecast, Failure> {
    if let Some(option) = typed(&args.scenario, &args.simulation) {
        let name = &input.name;
        return Err(Failure::World(anyhow!(
            "{name} is a forecast, which `{option}` cannot change any more; give the scenario instead"
        )));
    }
    json::read(&input.bytes).map_err(|error| Failure::Input(format!("{}: {error}", input.name)))
}

/// The first option that says something about a simulation.
fn typed(scenario: &args::Scenario, simulation: &Simulation) -> Option<&'static str> {
    [
        ("--variant", scenario.variant.is_some()),
        ("--set", !scenario.set.is_empty()),
        ("--period", scenario.period.is_some()),
        ("--end", scenario.end.is_some()),
        ("--replications", simulation.replications.is_some()),
        ("--precision", simulation.precision.is_some()),
        ("--seed", simulation.seed.is_some()),
        ("--engine", simulation.engine.asked().is_some()),
        ("--threads", simulation.threads.is_some()),
    ]
    .into_iter()
    .find_map(|(option, is_typed)| is_typed.then_some(option))
}

fn file_kind(path: &Path) -> anyhow::Result<FileKind> {
    let extension = path.extension().map(|it| it.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("svg") => Ok(FileKind::Svg),
        Some("png") => Ok(FileKind::Png),
        _ => bail!(
            "cannot write {}: the name of a chart ends in `.svg` or `.png`",
            path.display()
        ),
    }
}

fn options(drawing: &Drawing) -> ChartOptions {
    let otherwise = ChartOptions::default();
    ChartOptions {
        width: drawing.width.unwrap_or(otherwise.width),
        height: drawing.height,
        dark: drawing.dark,
        metric: drawing.metric.clone(),
    }
}
