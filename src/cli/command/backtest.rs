//! `backtest`: would the forecast have been right?

use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::cli::args::{Backtest as Args, Format, Names};
use crate::cli::event_log;
use crate::cli::failure::Failure;
use crate::cli::files::{self, Rendered};
use crate::cli::interrupt::Interrupt;
use crate::cli::simulation::options;
use crate::cli::terminal::Terminal;
use crate::fit::backtest::{Backtest, BacktestError, BacktestOptions, backtest as test};
use crate::fit::{FitOptions, Source, to_moment};
use crate::forecast::Watch;
use crate::report::chart::{self, ChartError, ChartOptions};
use crate::report::{csv, json, markdown, outline, text};
use crate::scenario::RunDefaults;

/// Pixels of a picture for each pixel of its drawing: sharp on paper too.
const SCALE: f32 = 2.0;

pub(super) fn backtest(args: &Args, terminal: Terminal) -> Result<(), Failure> {
    if args.simulation.precision.is_some() {
        return Err(Failure::World(anyhow!(
            "every forecast of a backtest has the same number of replications: give `--replications` instead of \
             `--precision`"
        )));
    }
    let read = event_log::read(&args.file, &args.reading, terminal)?;
    let options = BacktestOptions {
        fit: FitOptions {
            source: Some(Source {
                file: read.file.clone(),
                sha256: read.sha256.clone(),
                rows: read.audit.rows,
            }),
            converted: Names::all(&args.converted),
            churned: Names::all(&args.churned),
            churn_after: args.churn_after,
            min_share: args.min_share.unwrap_or(FitOptions::default().min_share),
            memory: args.memory,
            since: args.since.map(to_moment),
            ..FitOptions::default()
        },
        period: args.period,
        ahead: args.ahead,
        origins: args.origins,
        until: args.until,
        forecast: options(&args.simulation, RunDefaults::default()),
    };
    let progress = terminal.progress(u64::from(args.origins.unwrap_or(12)), "origins");
    let interrupt = Interrupt::listen_saying(
        &progress,
        "leaving out the origins that are not done; press Ctrl-C again to stop at once",
    );
    let watch = Watch {
        reached: &|done, total| progress.reached_of(done, total),
        stop: interrupt.stop(),
    };
    let result = test(&read.log, &options, watch);
    interrupt.work_is_over();
    drop(progress);
    let Some(result) = result.map_err(fault)? else {
        Terminal::error("interrupted before a single forecast was complete");
        return Err(Failure::CutShort);
    };
    if let Some(folder) = &args.output.out {
        write(&result, folder, terminal)?;
    }
    if args.output.out.is_none() || !args.output.quiet {
        print(&result, args.output.format)?;
    }
    if result.run.cut_short {
        Err(Failure::CutShort)
    } else {
        Ok(())
    }
}

/// Whose fault it is that there is no backtest.
fn fault(error: BacktestError) -> Failure {
    match error {
        BacktestError::NoMetric => Failure::World(anyhow!("{error} with --converted or --churned")),
        BacktestError::NoFutures | BacktestError::Ends(_) => Failure::World(anyhow!(error)),
        BacktestError::Short { .. } => {
            Failure::Input(format!("{error}; ask for fewer --origins or a shorter --period"))
        }
        BacktestError::Scenario { ref problems, .. } => {
            Terminal::problems(problems);
            Failure::Input(error.to_string())
        }
        other => Failure::Input(other.to_string()),
    }
}

fn print(result: &Backtest, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => Terminal::page(&text::render_outline(&outline::of_backtest(result), Terminal::style())),
        Format::Json => Terminal::data(json::pretty(result).as_bytes()),
        Format::Csv => Terminal::data(csv::backtest::predictions(result).as_bytes()),
        Format::Markdown => Terminal::data(markdown::render_outline(&outline::of_backtest(result)).as_bytes()),
    }
}

/// Everything is rendered before the first file is written.
fn write(result: &Backtest, folder: &Path, terminal: Terminal) -> Result<(), Failure> {
    let files = render(result).context("cannot draw the charts")?;
    files::write_all(folder, &files)?;
    let (count, folder) = (files.len(), folder.display());
    terminal.remark(&format!("wrote {count} files to {folder}"));
    Ok(())
}

fn render(result: &Backtest) -> Result<Vec<Rendered>, ChartError> {
    let file = |name: &str, bytes: Vec<u8>| Rendered {
        name: name.to_owned(),
        bytes,
    };
    let page = markdown::render_outline(&outline::of_backtest(result));
    let mut files = vec![
        file("backtest.json", json::pretty(result).into_bytes()),
        file("backtest.md", page.into_bytes()),
        file("predictions.csv", csv::backtest::predictions(result).into_bytes()),
        file("scores.csv", csv::backtest::scores(result).into_bytes()),
    ];
    for metric in &result.metrics {
        let options = ChartOptions {
            metric: Some(metric.metric.clone()),
            ..ChartOptions::default()
        };
        let svg = chart::backtest::svg(result, &options)?;
        let png = chart::png(&svg, SCALE)?;
        files.push(file(
            &format!("charts/backtest-{}.svg", metric.metric),
            svg.into_bytes(),
        ));
        files.push(file(&format!("charts/backtest-{}.png", metric.metric), png));
    }
    Ok(files)
}
