//! The commands, one file each: read, call the library, render, write.

mod completions;
pub(super) mod library;
mod new;

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
        Command::Check(_)
        | Command::Paths(_)
        | Command::Run(_)
        | Command::Graph(_)
        | Command::Schema => library::read(command, terminal),
    }
}
