//! `compare`: the base against what could be done instead.

use std::path::Path;

use anyhow::{Context as _, anyhow};

use crate::cli::args::{Compare, Format};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Rendered};
use crate::cli::interrupt::Interrupt;
use crate::cli::scenario::{self, Asked};
use crate::cli::simulation::{failure, options, scenario_info};
use crate::cli::terminal::Terminal;
use crate::forecast::Watch;
use crate::journey::Journey;
use crate::report::{chart, csv, html, json, markdown, outline, text};
use crate::scenario::{Scenario, Selection};
use crate::study::comparison::{OptionInfo, SweptValue};
use crate::study::{self, CompareError, Comparison, Contender};

/// Pixels of a PNG for each of its drawing, as sharp screens show them.
const SCALE: f32 = 2.0;
/// More alternatives than this are a slip of the finger: each takes as long as a run.
const ALTERNATIVES_MAX: usize = 10_000;

pub(super) fn compare(args: &Compare, terminal: Terminal) -> Result<(), Failure> {
    let base = scenario::read_file(&args.file, Selection::default(), terminal)?;
    let contenders = contenders(args, base, terminal)?;
    let defaults = contenders.defaults;
    let options = options(&args.simulation, defaults);
    let total = contenders.all.len() as u64 * options.replications;
    let progress = terminal.progress(total, "replications");
    let interrupt = Interrupt::listen(&progress);
    let watch = Watch {
        reached: &|done, total| progress.reached_of(done, total),
        stop: interrupt.stop(),
    };
    let comparison = study::compare(&contenders.all, options, watch);
    interrupt.work_is_over();
    drop(progress);
    let Some(comparison) = comparison.map_err(fault)? else {
        Terminal::error("interrupted before a single replication of every option was complete");
        return Err(Failure::CutShort);
    };
    if let Some(folder) = &args.output.out {
        write(&comparison, folder, terminal)?;
    }
    if args.output.out.is_none() || !args.output.quiet {
        print(&comparison, args.output.format)?;
    }
    if comparison.run.cut_short {
        Err(Failure::CutShort)
    } else {
        Ok(())
    }
}

/// Whose fault it is that a comparison cannot be made.
fn fault(error: CompareError) -> Failure {
    match error {
        CompareError::Engine { option, fault } => match failure(fault) {
            Failure::World(error) => Failure::World(error.context(format!("cannot compare `{option}`"))),
            Failure::Input(reason) => Failure::Input(format!("`{option}`: {reason}")),
            other => other,
        },
        other => Failure::World(anyhow!(other)),
    }
}

/// What is compared, and what the base's file says about running it.
struct Contenders {
    all: Vec<Contender>,
    defaults: crate::scenario::RunDefaults,
}

fn contenders(args: &Compare, base: Asked, terminal: Terminal) -> Result<Contenders, Failure> {
    let asked = |selection: Selection| Selection {
        period: args.period,
        end: args.end,
        ..selection
    };
    let base = Asked {
        selection: asked(Selection::default()),
        ..base
    };
    let (journey, warnings) = base.journey()?;
    terminal.warnings(&warnings);
    let defaults = base.scenario.run();
    let mut all = vec![Contender {
        info: info("base", &base, &journey),
        journey,
    }];
    let mut base = base;
    for it in alternatives(args, &base.scenario)? {
        base.selection = asked(it.selection);
        let (journey, _) = base.journey()?;
        let info = OptionInfo {
            note: it.note,
            sweep: it.sweep,
            ..info(&it.name, &base, &journey)
        };
        all.push(Contender { info, journey });
    }
    for file in &args.against {
        let other = scenario::read_file(file, asked(Selection::default()), terminal)?;
        let (journey, warnings) = other.journey()?;
        terminal.warnings(&warnings);
        all.push(Contender {
            info: info(&file.display().to_string(), &other, &journey),
            journey,
        });
    }
    Ok(Contenders { all, defaults })
}

fn info(option: &str, asked: &Asked, journey: &Journey) -> OptionInfo {
    OptionInfo {
        option: option.to_owned(),
        note: None,
        sweep: Vec::new(),
        scenario: scenario_info(asked, journey),
    }
}

/// An alternative within the file of the base.
struct Alternative {
    name: String,
    note: Option<String>,
    sweep: Vec<SweptValue>,
    selection: Selection,
}

impl Alternative {
    fn of_variants(name: String, note: Option<String>, variants: Vec<String>) -> Self {
        let selection = Selection {
            variants,
            ..Selection::default()
        };
        Self {
            name,
            note,
            sweep: Vec::new(),
            selection,
        }
    }

    fn of_changes(name: String, sweep: Vec<SweptValue>, set: Vec<String>) -> Self {
        let selection = Selection {
            set,
            ..Selection::default()
        };
        Self {
            name,
            note: None,
            sweep,
            selection,
        }
    }
}

fn alternatives(args: &Compare, scenario: &Scenario) -> Result<Vec<Alternative>, Failure> {
    let mut all = Vec::new();
    for it in &args.variant {
        let note = match &it.0[..] {
            [one] => scenario
                .variants()
                .find(|known| known.id == *one)
                .and_then(|known| known.note),
            _ => None,
        };
        all.push(Alternative::of_variants(it.0.join("+"), note, it.0.clone()));
    }
    if !args.set.is_empty() {
        let set = args.set.iter().map(|it| format!("{}={}", it.path, it.change)).collect();
        all.push(Alternative::of_changes("set".to_owned(), Vec::new(), set));
    }
    for point in grid(args)? {
        let changes = point.iter().map(|it| format!("{}={}", it.path, it.change));
        let set: Vec<String> = changes.collect();
        all.push(Alternative::of_changes(set.join(", "), point, set));
    }
    if all.is_empty() && args.against.is_empty() {
        all = scenario
            .variants()
            .map(|it| Alternative::of_variants(it.id.clone(), it.note, vec![it.id]))
            .collect();
        if all.is_empty() {
            return Err(Failure::World(anyhow!(
                "nothing to compare with: the scenario has no `variants`; say what could be done instead \
                 with --set, --sweep or --against"
            )));
        }
    }
    Ok(all)
}

/// Every point of the grid that the sweeps make.
fn grid(args: &Compare) -> Result<Vec<Vec<SweptValue>>, Failure> {
    if args.sweep.is_empty() {
        return Ok(Vec::new());
    }
    let count = args
        .sweep
        .iter()
        .fold(1_usize, |count, it| count.saturating_mul(it.changes.len()));
    if count > ALTERNATIVES_MAX {
        return Err(Failure::World(anyhow!(
            "the sweeps make {count} alternatives, and {ALTERNATIVES_MAX} are the most there may be"
        )));
    }
    let mut points = vec![Vec::new()];
    for sweep in &args.sweep {
        let longer = points.iter().flat_map(|point: &Vec<SweptValue>| {
            let with = move |(change, number): &(String, f64)| {
                let mut point = point.clone();
                point.push(SweptValue {
                    path: sweep.path.clone(),
                    change: change.clone(),
                    number: Some(*number),
                });
                point
            };
            sweep.changes.iter().map(with)
        });
        points = longer.collect();
    }
    Ok(points)
}

fn print(comparison: &Comparison, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => {
            let outline = outline::of_comparison(comparison);
            Terminal::page(&text::render_outline(&outline, Terminal::style()))
        }
        Format::Json => Terminal::data(json::pretty(comparison).as_bytes()),
        Format::Csv => Terminal::data(csv::comparison(comparison).as_bytes()),
        Format::Markdown => {
            let outline = outline::of_comparison(comparison);
            Terminal::data(markdown::render_outline(&outline).as_bytes())
        }
    }
}

/// Everything is rendered before the first file is written.
fn write(comparison: &Comparison, folder: &Path, terminal: Terminal) -> Result<(), Failure> {
    let files = render(comparison).context("cannot draw the comparison")?;
    files::write_all(folder, &files).context("cannot write the comparison")?;
    let (count, folder) = (files.len(), folder.display());
    terminal.remark(&format!("wrote {count} files to {folder}"));
    Ok(())
}

fn render(comparison: &Comparison) -> anyhow::Result<Vec<Rendered>> {
    let texts = [
        Some(("comparison.json", json::pretty(comparison))),
        Some(("comparison.csv", csv::comparison(comparison))),
        csv::sweep(comparison).map(|it| ("sweep.csv", it)),
        Some(("comparison.html", html::render_comparison(comparison)?)),
    ];
    let texts = texts.into_iter().flatten().map(|(name, text)| Rendered {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    });
    let mut files: Vec<Rendered> = texts.collect();
    for it in chart::comparison::charts(comparison) {
        let svg = chart::comparison::svg(comparison, it.kind, &it.options)?;
        let png = chart::png(&svg, SCALE)?;
        for (extension, bytes) in [("svg", svg.into_bytes()), ("png", png)] {
            files.push(Rendered {
                name: format!("charts/{}.{extension}", it.name),
                bytes,
            });
        }
    }
    Ok(files)
}
