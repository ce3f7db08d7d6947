//! `run`: the forecast.

use std::path::Path;

use anyhow::Context as _;

use crate::cli::args::{Format, Run};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Rendered};
use crate::cli::terminal::Terminal;
use crate::cli::{levers, scenario, simulation};
use crate::forecast::Forecast;
use crate::journey::Journey;
use crate::report::chart::{self, ChartError};
use crate::report::{csv, html, json, markdown, text};

/// Pixels of a picture for each pixel of its drawing: sharp on paper too.
const SCALE: f32 = 2.0;

pub(super) fn run(args: &Run, terminal: Terminal) -> Result<(), Failure> {
    let asked = scenario::read(&args.scenario, terminal)?;
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    let mut forecast = simulation::forecast(&asked, &journey, &args.simulation, terminal)?;
    levers::tell(&mut forecast, &asked, &journey, &args.simulation, terminal)?;
    if let Some(folder) = &args.output.out {
        write(&forecast, &journey, folder, terminal)?;
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

fn print(forecast: &Forecast, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => Terminal::page(&text::render(forecast, Terminal::style())),
        Format::Json => Terminal::data(json::render(forecast).as_bytes()),
        Format::Csv => Terminal::data(csv::periods(forecast).as_bytes()),
        Format::Markdown => Terminal::data(markdown::render(forecast).as_bytes()),
    }
}

/// Everything is rendered before the first file is written.
fn write(forecast: &Forecast, journey: &Journey, folder: &Path, terminal: Terminal) -> Result<(), Failure> {
    let files = render(forecast, journey).context("cannot draw the charts")?;
    files::write_all(folder, &files)?;
    let (count, folder) = (files.len(), folder.display());
    terminal.remark(&format!("wrote {count} files to {folder}"));
    Ok(())
}

fn render(forecast: &Forecast, journey: &Journey) -> Result<Vec<Rendered>, ChartError> {
    let file = |name: &str, bytes: Vec<u8>| Rendered {
        name: name.to_owned(),
        bytes,
    };
    let mut files = vec![file("forecast.json", json::render(forecast).into_bytes())];
    let tables = csv::files(forecast).into_iter();
    files.extend(tables.map(|(name, table)| file(name, table.into_bytes())));
    files.push(file("report.html", html::render(forecast, journey)?.into_bytes()));
    for it in chart::charts(forecast) {
        let svg = chart::svg(forecast, it.kind, &it.options)?;
        let png = chart::png(&svg, SCALE)?;
        files.push(file(&format!("charts/{}.svg", it.name), svg.into_bytes()));
        files.push(file(&format!("charts/{}.png", it.name), png));
    }
    Ok(files)
}
