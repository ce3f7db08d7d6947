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
use crate::report::{csv, json, markdown, outline, text};
use crate::scenario::Selection;
use crate::study::comparison::OptionInfo;
use crate::study::{self, CompareError, Comparison, Contender};

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
        info: info("base", None, &base, &journey),
        journey,
    }];
    let mut base = base;
    for (name, note, selection) in alternatives(args, &base.scenario)? {
        base.selection = asked(selection);
        let (journey, _) = base.journey()?;
        all.push(Contender {
            info: info(&name, note, &base, &journey),
            journey,
        });
    }
    for file in &args.against {
        let other = scenario::read_file(file, asked(Selection::default()), terminal)?;
        let (journey, warnings) = other.journey()?;
        terminal.warnings(&warnings);
        all.push(Contender {
            info: info(&file.display().to_string(), None, &other, &journey),
            journey,
        });
    }
    Ok(Contenders { all, defaults })
}

fn info(option: &str, note: Option<String>, asked: &Asked, journey: &crate::journey::Journey) -> OptionInfo {
    OptionInfo {
        option: option.to_owned(),
        note,
        scenario: scenario_info(asked, journey),
    }
}

/// Names, notes and selections of the alternatives within the same file.
fn alternatives(
    args: &Compare,
    scenario: &crate::scenario::Scenario,
) -> Result<Vec<(String, Option<String>, Selection)>, Failure> {
    let mut all = Vec::new();
    let of_variants = |variants: Vec<String>| Selection {
        variants,
        ..Selection::default()
    };
    for it in &args.variant {
        let note = match &it.0[..] {
            [one] => scenario
                .variants()
                .find(|known| known.id == *one)
                .and_then(|known| known.note),
            _ => None,
        };
        all.push((it.0.join("+"), note, of_variants(it.0.clone())));
    }
    if !args.set.is_empty() {
        let set = args.set.iter().map(|it| format!("{}={}", it.path, it.change)).collect();
        let selection = Selection {
            set,
            ..Selection::default()
        };
        all.push(("set".to_owned(), None, selection));
    }
    for set in grid(args)? {
        let name = set.join(", ");
        let selection = Selection {
            set,
            ..Selection::default()
        };
        all.push((name, None, selection));
    }
    if all.is_empty() && args.against.is_empty() {
        all = scenario
            .variants()
            .map(|it| (it.id.clone(), it.note, of_variants(vec![it.id])))
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

/// The changes of every point of the grid that the sweeps make.
fn grid(args: &Compare) -> Result<Vec<Vec<String>>, Failure> {
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
        let longer = points.iter().flat_map(|point: &Vec<String>| {
            let with = move |change: &String| {
                let mut point = point.clone();
                point.push(format!("{}={change}", sweep.path));
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
    let files = render(comparison);
    files::write_all(folder, &files).context("cannot write the comparison")?;
    let (count, folder) = (files.len(), folder.display());
    terminal.remark(&format!("wrote {count} files to {folder}"));
    Ok(())
}

fn render(comparison: &Comparison) -> Vec<Rendered> {
    [
        ("comparison.json", json::pretty(comparison)),
        ("comparison.csv", csv::comparison(comparison)),
    ]
    .map(|(name, text)| Rendered {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    })
    .into()
}
