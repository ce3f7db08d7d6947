//! `chart`: one chart, of a scenario, or of a forecast or a comparison that was made before.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};

use crate::cli::args::{Chart, Drawing, Simulation};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Existing};
use crate::cli::input::{self, Input};
use crate::cli::terminal::Terminal;
use crate::cli::{args, scenario, simulation};
use crate::forecast::Forecast;
use crate::report::chart::{self, ChartError, ChartKind, ChartOptions};
use crate::report::json;

/// What a chart is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Svg,
    Png,
}

pub(super) fn chart(args: &Chart, terminal: Terminal) -> Result<(), Failure> {
    let file = args.drawing.output.as_deref().filter(|it| it.as_os_str() != "-");
    // A wrong name is told before a long simulation, not after.
    let kind = file.map_or(Ok(FileKind::Svg), file_kind)?;
    let input = input::read(&args.scenario.file, terminal)?;
    let (svg, is_cut_short) = draw(input, args, terminal)?;
    match file {
        None => Terminal::data(svg.as_bytes())?,
        Some(path) => {
            let bytes = match kind {
                FileKind::Svg => svg.into_bytes(),
                FileKind::Png => chart::png(&svg, args.drawing.scale).context("cannot draw the chart")?,
            };
            files::write(path, &bytes, Existing::Replace)?;
            terminal.remark(&format!("wrote {}", path.display()));
        }
    }
    if is_cut_short { Err(Failure::CutShort) } else { Ok(()) }
}

/// The chart as SVG, and whether a simulation for it was cut short.
fn draw(input: Input, args: &Chart, terminal: Terminal) -> Result<(String, bool), Failure> {
    let options = options(&args.drawing);
    let fault = |it: ChartError| Failure::World(anyhow!(it));
    let is_made = json::is_forecast(&input.bytes);
    // A comparison that was cut off is told as such, not as a scenario.
    let is_json = input.bytes.trim_ascii_start().starts_with(b"{");
    let is_asked = is_of_comparison(args.kind) && is_json && !is_made;
    if is_asked || json::is_comparison(&input.bytes) {
        let comparison = made(&input, args, "comparison", json::read_comparison)?;
        let svg = chart::comparison::svg(&comparison, args.kind, &options).map_err(fault)?;
        return Ok((svg, false));
    }
    let forecast = if is_made {
        made(&input, args, "forecast", json::read)?
    } else if is_of_comparison(args.kind) {
        // The base alone would be simulated for nothing.
        return Err(Failure::World(anyhow!(
            "a `{}` chart is of a comparison; give one in JSON, as `forksight compare --out` writes it",
            args.kind.word()
        )));
    } else {
        make(input, args, terminal)?
    };
    let svg = chart::svg(&forecast, args.kind, &options).map_err(fault)?;
    Ok((svg, forecast.run.cut_short && !is_made))
}

fn is_of_comparison(kind: ChartKind) -> bool {
    matches!(kind, ChartKind::Variants | ChartKind::Difference | ChartKind::Sweep)
}

/// Simulates the scenario that was read.
fn make(input: Input, args: &Chart, terminal: Terminal) -> Result<Forecast, Failure> {
    let asked = scenario::of_input(input, &args.scenario)?;
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    simulation::forecast(&asked, &journey, &args.simulation, terminal)
}

/// A result as it was made: nothing about it can be changed any more.
fn made<T, E: std::fmt::Display>(
    input: &Input,
    args: &Chart,
    what: &str,
    read: impl Fn(&[u8]) -> Result<T, E>,
) -> Result<T, Failure> {
    if let Some(option) = typed(&args.scenario, &args.simulation) {
        let name = &input.name;
        return Err(Failure::World(anyhow!(
            "{name} is a {what}, which `{option}` cannot change any more; give the scenario instead"
        )));
    }
    read(&input.bytes).map_err(|error| Failure::Input(format!("{}: {error}", input.name)))
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
