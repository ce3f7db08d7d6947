//! `sensitivity`: what moves the result, and what is worth finding out.

use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::cli::args::{Format, Sensitivity as Args, Simulation};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Rendered};
use crate::cli::interrupt::Interrupt;
use crate::cli::scenario::{self, Asked};
use crate::cli::simulation::{failure, options, scenario_info};
use crate::cli::terminal::Terminal;
use crate::forecast::Watch;
use crate::journey::Journey;
use crate::problem::nearest;
use crate::report::chart::{self, ChartError};
use crate::report::{csv, json, markdown, outline, text};
use crate::scenario::Selection;
use crate::study::comparison::OptionInfo;
use crate::study::{self, CompareError, Contender, Question, Sensitivity, SensitivityError};

/// Pixels of a picture for each pixel of its drawing: sharp on paper too.
const SCALE: f32 = 2.0;

pub(super) fn sensitivity(args: &Args, terminal: Terminal) -> Result<(), Failure> {
    refuse_precision(&args.simulation)?;
    let asked = scenario::read(&args.scenario, terminal)?;
    let contenders = contenders(args, &asked, terminal)?;
    let question = question(args, &asked);
    let progress = terminal.progress(1, "worlds");
    let interrupt = Interrupt::listen(&progress);
    let watch = Watch {
        reached: &|done, total| progress.reached_of(done, total),
        stop: interrupt.stop(),
    };
    let answer = study::sensitivity(&contenders, &question, watch);
    interrupt.work_is_over();
    drop(progress);
    let Some(answer) = answer.map_err(fault)? else {
        Terminal::error("interrupted before there was anything to tell");
        return Err(Failure::CutShort);
    };
    if let Some(folder) = &args.output.out {
        write(&answer, folder, terminal)?;
    }
    if args.output.out.is_none() || !args.output.quiet {
        print(&answer, args)?;
    }
    if answer.run.cut_short {
        Err(Failure::CutShort)
    } else {
        Ok(())
    }
}

fn refuse_precision(simulation: &Simulation) -> Result<(), Failure> {
    if simulation.precision.is_none() {
        return Ok(());
    }
    Err(Failure::World(anyhow!(
        "`sensitivity` knows no --precision; more --replications make bars more precise, more --worlds shares"
    )))
}

fn question(args: &Args, asked: &Asked) -> Question {
    let options = options(&args.simulation, asked.scenario.run());
    Question {
        metric: args.metric.clone(),
        over: args.over.clone(),
        all: args.all,
        by: args.by.clone(),
        worlds: args.worlds,
        replications: options.replications,
        seed: options.seed,
        threads: options.threads,
        engine: options.engine,
    }
}

/// The scenario as it was asked for, and what could be decided for instead.
fn contenders(args: &Args, asked: &Asked, terminal: Terminal) -> Result<Vec<Contender>, Failure> {
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    let contender = |option: String, note, journey: Journey| Contender {
        info: OptionInfo {
            option,
            note,
            sweep: Vec::new(),
            scenario: scenario_info(asked, &journey),
        },
        journey,
    };
    let mut all = vec![contender("base".to_owned(), None, journey)];
    let known: Vec<_> = asked.scenario.variants().collect();
    let of_file = known.iter().map(|it| vec![it.id.clone()]);
    let typed: Vec<Vec<String>> = args.option.iter().map(|it| it.0.clone()).collect();
    let options = if typed.is_empty() { of_file.collect() } else { typed };
    for variants in options {
        // What holds anyway is no option.
        if asked.selection.variants == variants {
            continue;
        }
        let note = match &variants[..] {
            [one] => known.iter().find(|it| it.id == *one).and_then(|it| it.note.clone()),
            _ => None,
        };
        let selection = Selection {
            variants: [asked.selection.variants.clone(), variants.clone()].concat(),
            ..asked.selection.clone()
        };
        let (journey, _) = asked.scenario.journey(&selection).map_err(Failure::Mistakes)?;
        all.push(contender(variants.join("+"), note, journey));
    }
    Ok(all)
}

/// Whose fault it is that there is no answer.
fn fault(error: SensitivityError) -> Failure {
    let close = match &error {
        SensitivityError::UnknownMetric { metric, known } => near(metric, known),
        SensitivityError::UnknownPath { path, known } => near(path, known),
        _ => None,
    };
    match error {
        SensitivityError::Option(CompareError::Engine { option, fault }) => match failure(fault) {
            Failure::World(error) => Failure::World(error.context(format!("cannot work out `{option}`"))),
            Failure::Input(reason) => Failure::Input(format!("`{option}`: {reason}")),
            other => other,
        },
        SensitivityError::Undefined(_) => Failure::Input(error.to_string()),
        other => Failure::World(anyhow!(match close {
            Some(name) => format!("{other}; did you mean `{name}`?"),
            None => other.to_string(),
        })),
    }
}

fn near(name: &str, known: &[String]) -> Option<String> {
    nearest(name, known.iter().map(String::as_str)).map(str::to_owned)
}

fn print(answer: &Sensitivity, args: &Args) -> Result<(), Failure> {
    match args.output.format {
        Format::Text => {
            let outline = outline::of_sensitivity(answer, args.top);
            Terminal::page(&text::render_outline(&outline, Terminal::style()))
        }
        Format::Json => Terminal::data(json::pretty(answer).as_bytes()),
        Format::Csv => Terminal::data(csv::sensitivity(answer).as_bytes()),
        Format::Markdown => {
            let outline = outline::of_sensitivity(answer, args.top);
            Terminal::data(markdown::render_outline(&outline).as_bytes())
        }
    }
}

/// Everything is rendered before the first file is written.
fn write(answer: &Sensitivity, folder: &Path, terminal: Terminal) -> Result<(), Failure> {
    let files = render(answer).context("cannot draw the charts")?;
    files::write_all(folder, &files).context("cannot write the sensitivity")?;
    let (count, folder) = (files.len(), folder.display());
    terminal.remark(&format!("wrote {count} files to {folder}"));
    Ok(())
}

fn render(answer: &Sensitivity) -> Result<Vec<Rendered>, ChartError> {
    let file = |name: &str, bytes: Vec<u8>| Rendered {
        name: name.to_owned(),
        bytes,
    };
    let mut files = vec![
        file("sensitivity.json", json::pretty(answer).into_bytes()),
        file("sensitivity.csv", csv::sensitivity(answer).into_bytes()),
    ];
    for it in chart::sensitivity::charts(answer) {
        let svg = chart::sensitivity::svg(answer, it.kind, &it.options)?;
        let png = chart::png(&svg, SCALE)?;
        files.push(file(&format!("charts/{}.svg", it.name), svg.into_bytes()));
        files.push(file(&format!("charts/{}.png", it.name), png));
    }
    Ok(files)
}
