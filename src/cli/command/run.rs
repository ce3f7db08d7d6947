//! `run`: the forecast.

use anyhow::anyhow;

use crate::cli::args::Run;
use crate::cli::failure::Failure;
use crate::cli::scenario;
use crate::cli::terminal::Terminal;

pub(super) fn run(args: &Run, terminal: Terminal) -> Result<(), Failure> {
    let asked = scenario::read(&args.scenario, terminal)?;
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    Err(anyhow!("forecasts of {} are not summarized yet", journey.name).into())
}
