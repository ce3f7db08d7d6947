//! `solve`: what it would take to reach a target.

use anyhow::{Context as _, anyhow};

use crate::cli::args::{Format, Solve};
use crate::cli::failure::Failure;
use crate::cli::files::{self, Rendered};
use crate::cli::interrupt::Interrupt;
use crate::cli::levers;
use crate::cli::scenario::{self, Asked};
use crate::cli::simulation::{options, scenario_info};
use crate::cli::terminal::Terminal;
use crate::forecast::Watch;
use crate::journey::Journey;
use crate::problem::nearest;
use crate::report::{csv, json, markdown, outline, text};
use crate::study::solve::Question;
use crate::study::{self, Solution};

/// How far a path may be moved if nobody says.
const LIMITS: &str = "x0.5 to x2";

pub(super) fn solve(args: &Solve, terminal: Terminal) -> Result<(), Failure> {
    if args.simulation.precision.is_some() {
        return Err(Failure::World(anyhow!(
            "`solve` says how uncertain its answers are; ask for more `--replications` instead of `--precision`"
        )));
    }
    let asked = asked(args, terminal)?;
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    let (targets, movable) = (targets(args, &journey)?, movable(args, &journey)?);
    let mut options = options(&args.simulation, asked.scenario.run());
    // Where nothing is uncertain and nothing is drawn, one replication says all: the engine sees to it.
    options.precision = None;
    let moved = |moves: &[(usize, f64)]| levers::moved(&asked, &journey, moves);
    let change = |at: usize, value: f64| levers::change(&journey, at, value);
    let question = Question {
        journey: &journey,
        scenario: scenario_info(&asked, &journey),
        targets,
        levers: movable,
        confidence: args.confidence,
        options,
        moved: &moved,
        change: &change,
    };
    let progress = terminal.progress(options.replications, "replications");
    let interrupt = Interrupt::listen(&progress);
    let watch = Watch {
        reached: &|done, total| progress.reached_of(done, total),
        stop: interrupt.stop(),
    };
    let solution = study::solve(&question, watch);
    interrupt.work_is_over();
    drop(progress);
    let Some(solution) = solution.map_err(levers::fault)? else {
        Terminal::error("interrupted before the answers were known");
        return Err(Failure::CutShort);
    };
    if let Some(folder) = &args.output.out {
        let files = render(&solution);
        files::write_all(folder, &files).context("cannot write the answers")?;
        terminal.remark(&format!("wrote {} files to {}", files.len(), folder.display()));
    }
    if args.output.out.is_none() || !args.output.quiet {
        print(&solution, args.output.format)?;
    }
    Ok(())
}

/// The scenario with the targets and levers that were typed.
fn asked(args: &Solve, terminal: Terminal) -> Result<Asked, Failure> {
    let mut asked = scenario::read(&args.scenario, terminal)?;
    let typed = args.target.iter().filter(|it| is_condition(it));
    asked.selection.targets = typed.cloned().collect();
    let known = |path: &str| asked.scenario.levers().iter().any(|it| it == path);
    let levers = args.vary.iter().filter_map(|it| match &it.limits {
        Some((low, high)) => Some(format!("{}={low} to {high}", it.path)),
        None if known(&it.path) => None,
        None => Some(format!("{}={LIMITS}", it.path)),
    });
    asked.selection.levers = levers.collect();
    Ok(asked)
}

/// Whether a target was typed, and not the name of one.
fn is_condition(text: &str) -> bool {
    text.contains(['<', '>', '='])
}

/// Positions of the targets that were asked for.
fn targets(args: &Solve, journey: &Journey) -> Result<Vec<usize>, Failure> {
    let names = || journey.targets.iter().map(|it| it.id.as_str());
    if journey.targets.is_empty() {
        return Err(Failure::World(anyhow!(
            "nothing to reach: the scenario has no `targets`; say what is to be reached, \
             such as `--target 'won >= 2500'`"
        )));
    }
    if args.target.is_empty() {
        return Ok((0..journey.targets.len()).collect());
    }
    let position = |name: &String| {
        // What was typed stands behind what the file has.
        names().rev().position(|it| it == name.trim()).map_or_else(
            || {
                let help = match nearest(name, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write its name, or a target such as `won >= 2500`".to_owned(),
                };
                Err(Failure::World(anyhow!("there is no target called `{name}`; {help}")))
            },
            |behind| Ok(journey.targets.len() - 1 - behind),
        )
    };
    args.target.iter().map(position).collect()
}

/// Positions of the levers that may be moved.
fn movable(args: &Solve, journey: &Journey) -> Result<Vec<usize>, Failure> {
    if journey.levers.is_empty() {
        return Err(Failure::World(anyhow!(
            "nothing to move: the scenario has no `levers`; say what may be moved, \
             such as `--vary arrivals.search.volume=x1..x2`"
        )));
    }
    if args.vary.is_empty() {
        return Ok((0..journey.levers.len()).collect());
    }
    let last = |path: &str| journey.levers.iter().rposition(|it| it.path == path);
    let found = args.vary.iter().map(|it| last(&it.path));
    Ok(found.map(|it| it.expect("levers that were typed are added")).collect())
}

fn print(solution: &Solution, format: Format) -> Result<(), Failure> {
    match format {
        Format::Text => Terminal::page(&text::render_outline(
            &outline::of_solution(solution),
            Terminal::style(),
        )),
        Format::Json => Terminal::data(json::pretty(solution).as_bytes()),
        Format::Csv => Terminal::data(csv::solution(solution).as_bytes()),
        Format::Markdown => Terminal::data(markdown::render_outline(&outline::of_solution(solution)).as_bytes()),
    }
}

fn render(solution: &Solution) -> Vec<Rendered> {
    [
        ("solution.json", json::pretty(solution)),
        ("solution.csv", csv::solution(solution)),
        ("solution.md", markdown::render_outline(&outline::of_solution(solution))),
    ]
    .map(|(name, text)| Rendered {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    })
    .into()
}
