//! The command line: the only part that touches files, the terminal and exit codes.

mod args;
mod command;
mod event_log;
mod failure;
mod files;
mod input;
mod interrupt;
mod levers;
mod scenario;
mod simulation;
mod templates;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use args::Args;
use failure::Failure;
use terminal::Terminal;

/// Everything was done.
const DONE: u8 = 0;
/// Mistakes in an input file, or of the program.
const MISTAKES: u8 = 1;
/// Wrong usage, or the world.
const WORLD: u8 = 2;
/// Interrupted.
const INTERRUPTED: u8 = 130;

/// Does what the arguments of this process ask for and says how it went.
#[must_use]
pub fn main() -> ExitCode {
    terminal::explain_panics();
    let code = match Args::try_parse() {
        Ok(args) => {
            let terminal = Terminal::new(args.command.is_quiet());
            finish(command::dispatch(&args.command, terminal))
        }
        Err(message) => usage(&message),
    };
    ExitCode::from(code)
}

fn finish(result: Result<(), Failure>) -> u8 {
    match result {
        Ok(()) | Err(Failure::NobodyReads) => DONE,
        Err(Failure::Mistakes(problems)) => {
            Terminal::problems(&problems);
            MISTAKES
        }
        Err(Failure::Input(reason)) => {
            Terminal::error(&failure::escaped(&reason));
            MISTAKES
        }
        Err(Failure::Contradiction) => {
            Terminal::error(
                "the engines disagree, which is a bug in forksight, not in your file: please report it with \
                 the lines above and the scenario",
            );
            MISTAKES
        }
        Err(Failure::World(error)) => {
            Terminal::error(&failure::one_line(&error));
            WORLD
        }
        Err(Failure::CutShort) => INTERRUPTED,
    }
}

/// Help and the version are data that was asked for; anything else is wrong usage.
fn usage(message: &clap::Error) -> u8 {
    let text = message.render().ansi().to_string();
    if message.use_stderr() {
        Terminal::say(text.trim_end());
        WORLD
    } else {
        finish(Terminal::page(&text))
    }
}
