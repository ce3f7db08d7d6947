//! From what was typed to a scenario, and to the journey that was asked for.

use std::path::Path;

use super::args;
use super::failure::Failure;
use super::input::{self, Input};
use super::terminal::Terminal;
use crate::journey::Journey;
use crate::problem::Problems;
use crate::scenario::{Scenario, Selection};

/// A scenario that could be read, and what was asked for on top of it.
#[derive(Debug)]
pub(super) struct Asked {
    /// The file as given, or `-`.
    pub(super) file: String,
    /// What is in it.
    pub(super) scenario: Scenario,
    /// Variants, changes, period and end.
    pub(super) selection: Selection,
}

impl Asked {
    /// The journey that was asked for, and warnings about it.
    ///
    /// # Errors
    ///
    /// Every mistake in the file or in what was typed.
    pub(super) fn journey(&self) -> Result<(Journey, Problems), Failure> {
        self.scenario.journey(&self.selection).map_err(Failure::Mistakes)
    }

    /// The journey that was asked for; warnings are left to `check` and `run`.
    ///
    /// # Errors
    ///
    /// As [`journey`](Self::journey).
    pub(super) fn journey_only(&self) -> Result<Journey, Failure> {
        self.journey().map(|(journey, _)| journey)
    }
}

/// Reads the scenario that was asked for.
///
/// # Errors
///
/// If the file cannot be read, or is no TOML or JSON.
pub(super) fn read(args: &args::Scenario, terminal: Terminal) -> Result<Asked, Failure> {
    of_input(input::read(&args.file, terminal)?, args)
}

/// The scenario that was asked for, of what has been read.
///
/// # Errors
///
/// If it is no TOML or JSON.
pub(super) fn of_input(input: Input, args: &args::Scenario) -> Result<Asked, Failure> {
    let scenario = Scenario::read(&input.name, &input.bytes, input.format);
    Ok(Asked {
        file: input.file,
        scenario: scenario.map_err(Failure::Mistakes)?,
        selection: selection(args),
    })
}

/// Reads a scenario file with this on top of it.
///
/// # Errors
///
/// If the file cannot be read, or is no TOML or JSON.
pub(super) fn read_file(file: &Path, selection: Selection, terminal: Terminal) -> Result<Asked, Failure> {
    let input = input::read(file, terminal)?;
    let scenario = Scenario::read(&input.name, &input.bytes, input.format);
    Ok(Asked {
        file: input.file,
        scenario: scenario.map_err(Failure::Mistakes)?,
        selection,
    })
}

fn selection(args: &args::Scenario) -> Selection {
    let typed = args.set.iter();
    Selection {
        variants: args.variant.as_ref().map_or(Vec::new(), |it| it.0.clone()),
        set: typed.map(|it| format!("{}={}", it.path, it.change)).collect(),
        period: args.period,
        end: args.end,
        ..Selection::default()
    }
}
