//! Interim seam to the parts of the library that are still being written.

use anyhow::anyhow;

use crate::cli::args::Command;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::terminal::Terminal;
use crate::problem::Problems;

pub(super) fn read(command: &Command, terminal: Terminal) -> Result<(), Failure> {
    let file = match command {
        Command::Check(args) => &args.scenario.file,
        Command::Paths(args) => &args.scenario.file,
        Command::Run(args) => &args.scenario.file,
        Command::Graph(args) => &args.scenario.file,
        _ => return Err(anyhow!("this command is not wired in yet").into()),
    };
    let input = input::read(file, terminal)?;
    Err(anyhow!(
        "this command is not wired in yet ({} bytes read)",
        input.bytes.len()
    )
    .into())
}

pub(in crate::cli) fn diagnostics(problems: &Problems, _colour: bool) -> String {
    let lines: Vec<&str> = problems
        .problems
        .iter()
        .map(|it| it.fault.message.as_str())
        .collect();
    lines.join(
        "
",
    )
}
