//! `completions`: what makes a shell complete commands and options.

use clap::CommandFactory as _;

use crate::cli::args::{Args, Completions};
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;

pub(super) fn completions(args: &Completions) -> Result<(), Failure> {
    let mut command = Args::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    Terminal::data(&script)
}
