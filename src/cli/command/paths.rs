//! `paths`: every path that can be changed.

use crate::cli::args::{Format, Paths};
use crate::cli::failure::Failure;
use crate::cli::scenario;
use crate::cli::terminal::Terminal;
use crate::report::paths;

pub(super) fn paths(args: &Paths, terminal: Terminal) -> Result<(), Failure> {
    let journey = scenario::read(&args.scenario, terminal)?.journey_only()?;
    let rows = paths::rows(&journey);
    match args.format {
        Format::Text => Terminal::page(&paths::text(&rows)),
        Format::Json => Terminal::data(paths::json(&rows).as_bytes()),
        Format::Csv => Terminal::data(paths::csv(&rows).as_bytes()),
        Format::Markdown => Terminal::data(paths::markdown(&rows).as_bytes()),
    }
}
