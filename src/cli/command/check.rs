//! `check`: every mistake and warning, or how the scenario reads.

use super::engines;
use crate::cli::args::Check;
use crate::cli::failure::Failure;
use crate::cli::scenario;
use crate::cli::terminal::Terminal;
use crate::journey::Journey;
use crate::plan::rates::StreamRate;
use crate::plan::{Model, Plan, Rates, States, compile};
use crate::report::words::{self, Expected, Passage};

pub(super) fn check(args: &Check, terminal: Terminal) -> Result<(), Failure> {
    let asked = scenario::read(&args.scenario, terminal)?;
    let problems = asked.scenario.check();
    if problems.stops() {
        return Err(Failure::Mistakes(problems));
    }
    let (journey, _) = asked.journey()?;
    let plan = compile(&journey);
    let expected = expected(&journey, &plan)?;
    terminal.warnings(&problems);
    let mut lines = vec!["ok".to_owned()];
    lines.extend(words::size(&journey, expected));
    let states = States::of(&journey, &plan).map(|it| it.states.len());
    lines.push(words::memory(states.map_err(|it| it.words(&journey))));
    let variants: Vec<String> = asked.scenario.variants().map(|it| it.id).collect();
    if !variants.is_empty() {
        lines.push(format!("variants: {}", variants.join(", ")));
    }
    let print = |passages: &[Passage]| {
        let read = words::render(passages, Terminal::style());
        Terminal::page(&format!("{}\n{read}", lines.join("\n")))
    };
    if !args.engines {
        return print(&words::read_back(&journey));
    }
    let comparison = engines::compare(args, asked.scenario.run(), &journey, terminal)?;
    print(&[comparison.passage])?;
    if comparison.is_wrong {
        Err(Failure::Contradiction)
    } else {
        Ok(())
    }
}

/// Customers expected with every assumption at its mean.
fn expected(journey: &Journey, plan: &Plan) -> Result<Expected, Failure> {
    let model = Model { journey, plan };
    let rates = Rates::of(model, &journey.draws.mean_world());
    let rates = rates.map_err(|it| Failure::Input(it.to_string()))?;
    Ok(Expected {
        arrivals: rates.streams.iter().map(StreamRate::total).sum(),
        pipeline: rates.waiting.iter().sum::<u64>() as f64,
    })
}
