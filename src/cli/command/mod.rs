//! The commands, one file each: read, call the library, render, write.

mod backtest;
mod chart;
mod check;
mod compare;
mod completions;
mod engines;
mod events;
mod fit;
mod graph;
mod new;
mod paths;
mod run;
mod schema;
mod sensitivity;
mod solve;

use super::args::Command;
use super::failure::Failure;
use super::terminal::Terminal;

/// Does what was asked for.
///
/// # Errors
///
/// As the command says.
pub(super) fn dispatch(command: &Command, terminal: Terminal) -> Result<(), Failure> {
    match command {
        Command::New(args) => new::new(args, terminal),
        Command::Completions(args) => completions::completions(args),
        Command::Check(args) => check::check(args, terminal),
        Command::Paths(args) => paths::paths(args, terminal),
        Command::Run(args) => run::run(args, terminal),
        Command::Compare(args) => compare::compare(args, terminal),
        Command::Solve(args) => solve::solve(args, terminal),
        Command::Sensitivity(args) => sensitivity::sensitivity(args, terminal),
        Command::Fit(args) => fit::fit(args, terminal),
        Command::Events(args) => events::events(args, terminal),
        Command::Backtest(args) => backtest::backtest(args, terminal),
        Command::Chart(args) => chart::chart(args, terminal),
        Command::Graph(args) => graph::graph(args, terminal),
        Command::Schema => schema::schema(),
    }
}
