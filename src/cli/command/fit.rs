//! `fit`: a scenario from an event log, or one that is brought up to date with it.

use std::path::Path;

use anyhow::anyhow;

use crate::cli::args::Names;
use crate::cli::args::fit::{Fit, FitFormat};
use crate::cli::event_log::{self, LogRead};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Existing};
use crate::cli::input;
use crate::cli::terminal::Terminal;
use crate::fit::{self, FitError, FitOptions, FitReport, Fitted, OpenCustomers, Source, Updated};
use crate::report::{json, markdown, outline, text};
use crate::scenario::{FileFormat, Scenario, Selection};

pub(super) fn fit(args: &Fit, terminal: Terminal) -> Result<(), Failure> {
    let read = event_log::read(&args.log, &args.reading, terminal)?;
    let mut options = options(args, &read);
    if let Some(file) = &args.pipeline {
        options.open = Some(open(file, &read, &options)?);
    }
    if let Some(file) = &args.into {
        return into(args, file, &read, &options, terminal);
    }
    let fitted = fit::fit(&read.log, &options).map_err(fault)?;
    finish(args, &fitted, terminal)
}

/// The customers under way that a file lists.
fn open(file: &Path, read: &LogRead, options: &FitOptions) -> Result<Vec<OpenCustomers>, Failure> {
    let bytes = input::read(file, Terminal::new(true))?.bytes;
    let begin = fit::begin(&read.log, options).map_err(fault)?;
    fit::read_open(&bytes, begin).map_err(|it| Failure::Input(format!("{}: {it}", file.display())))
}

/// Brings a scenario up to date.
fn into(args: &Fit, file: &Path, read: &LogRead, options: &FitOptions, terminal: Terminal) -> Result<(), Failure> {
    let input = input::read(file, terminal)?;
    if input.format == FileFormat::Json {
        return Err(Failure::World(anyhow!(
            "--into updates TOML, and {} is JSON",
            input.name
        )));
    }
    let before = Scenario::read(&input.name, &input.bytes, input.format).map_err(Failure::Mistakes)?;
    before.journey(&Selection::default()).map_err(Failure::Mistakes)?;
    let updated = fit::update(&read.log, options, before.text()).map_err(fault)?;
    // Whatever was not changed is as sound as it was, but the new numbers have to fit it.
    let after =
        Scenario::read(&input.name, updated.scenario.as_bytes(), FileFormat::Toml).map_err(Failure::Mistakes)?;
    after.journey(&Selection::default()).map_err(Failure::Mistakes)?;
    // A mark at the very beginning, which some editors write, is no part of the text.
    let mark: &[u8] = if input.bytes.starts_with(b"\xef\xbb\xbf") {
        b"\xef\xbb\xbf"
    } else {
        b""
    };
    let bytes = [mark, updated.scenario.as_bytes()].concat();
    tell(&updated, terminal);
    if args.dry_run {
        return Terminal::page(&updated.difference);
    }
    match args.output.as_deref() {
        Some(path) if path.as_os_str() != "-" => {
            let existing = if args.force { Existing::Replace } else { Existing::Keep };
            files::write(path, &bytes, existing)?;
            terminal.remark(&format!("wrote {}", path.display()));
        }
        Some(_) => Terminal::data(&bytes)?,
        None if input.file == "-" => Terminal::data(&bytes)?,
        None => {
            files::write(file, &bytes, Existing::Replace)?;
            terminal.remark(&format!("updated {}", file.display()));
        }
    }
    match args.format {
        FitFormat::Scenario => Ok(()),
        format => print(&updated.report, format),
    }
}

/// Says what changed, and what the log has that the journey does not.
fn tell(updated: &Updated, terminal: Terminal) {
    let numbers = if updated.changes == 1 { "value" } else { "values" };
    terminal.remark(&format!("{} {numbers} from the log", updated.changes));
    for it in &updated.unknown {
        terminal.remark(&format!("not in the journey: {it}"));
    }
    for it in &updated.left {
        terminal.remark(&format!("left alone: {it}"));
    }
}

fn finish(args: &Fit, fitted: &Fitted, terminal: Terminal) -> Result<(), Failure> {
    // What was asked for, and who is said to be under way, need not go together.
    let made = Scenario::read("fitted.toml", fitted.scenario.as_bytes(), FileFormat::Toml);
    let made = made.map_err(Failure::Mistakes)?;
    made.journey(&Selection::default()).map_err(Failure::Mistakes)?;
    if args.format == FitFormat::Scenario {
        let page = text::render_outline(&outline::of_fit(&fitted.report), Terminal::style());
        terminal.remark(page.trim_end());
    }
    let path = args.output.as_deref().filter(|it| it.as_os_str() != "-");
    if let Some(path) = path {
        let existing = if args.force { Existing::Replace } else { Existing::Keep };
        files::write(path, fitted.scenario.as_bytes(), existing)?;
        let path = path.display();
        terminal.remark(&format!("wrote {path}; try: forksight run {path}"));
    }
    match args.format {
        FitFormat::Scenario if path.is_some() => Ok(()),
        FitFormat::Scenario => Terminal::data(fitted.scenario.as_bytes()),
        format => print(&fitted.report, format),
    }
}

fn print(report: &FitReport, format: FitFormat) -> Result<(), Failure> {
    match format {
        FitFormat::Json => Terminal::data(json::pretty(report).as_bytes()),
        FitFormat::Markdown => Terminal::data(markdown::render_outline(&outline::of_fit(report)).as_bytes()),
        FitFormat::Scenario | FitFormat::Text => {
            Terminal::page(&text::render_outline(&outline::of_fit(report), Terminal::style()))
        }
    }
}

fn options(args: &Fit, read: &LogRead) -> FitOptions {
    FitOptions {
        name: name(&args.log),
        source: Some(Source {
            file: read.file.clone(),
            sha256: read.sha256.clone(),
            rows: read.audit.rows,
        }),
        converted: Names::all(&args.ends.converted),
        churned: Names::all(&args.ends.churned),
        churn_after: args.ends.churn_after,
        complete: args.ends.complete,
        point: args.point,
        min_share: args.min_share.unwrap_or(0.0),
        memory: args.memory,
        since: args.ends.since.map(fit::to_moment),
        until: args.ends.until.and_then(|it| it.tomorrow().ok()).map(fit::to_moment),
        begin: args.begin,
        horizon: args.horizon.clone(),
        tick: args.tick,
        seed: args.seed,
        ..FitOptions::default()
    }
}

/// What the scenario is called: as the log, without the endings of its name.
fn name(log: &Path) -> String {
    let name = log
        .file_name()
        .map_or_else(String::new, |it| it.to_string_lossy().into_owned());
    let name = name.split('.').next().unwrap_or_default();
    if name.is_empty() || name == "-" {
        "Fitted to an event log".to_owned()
    } else {
        format!("Fitted to {name}")
    }
}

/// Whose fault it is that a log cannot be fitted.
fn fault(error: FitError) -> Failure {
    match error {
        FitError::Empty | FitError::Dates => Failure::Input(error.to_string()),
        other => Failure::World(anyhow!(other)),
    }
}
