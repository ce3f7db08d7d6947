//! `fit`: a scenario from an event log, or one that is brought up to date with it.

use std::path::Path;

use anyhow::anyhow;

use crate::cli::args::fit::{Fit, FitFormat};
use crate::cli::event_log::{self, LogRead};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Existing};
use crate::cli::terminal::Terminal;
use crate::fit::{self, FitError, FitOptions, FitReport, Fitted, Source};
use crate::report::{json, markdown, outline, text};

pub(super) fn fit(args: &Fit, terminal: Terminal) -> Result<(), Failure> {
    let read = event_log::read(&args.log, &args.reading, terminal)?;
    let fitted = fit::fit(&read.log, &options(args, &read)).map_err(fault)?;
    finish(args, &fitted, terminal)
}

fn finish(args: &Fit, fitted: &Fitted, terminal: Terminal) -> Result<(), Failure> {
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
        converted: args.ends.converted.clone(),
        churned: args.ends.churned.clone(),
        churn_after: args.ends.churn_after,
        complete: args.ends.complete,
        point: args.point,
        min_share: args.min_share.unwrap_or(0.0),
        memory: args.memory,
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
