//! What can be typed behind `events`.

use std::path::PathBuf;

use clap::{Args as Group, ValueEnum, ValueHint};

use super::Scenario;
use super::values::{replication, seed};
use crate::report::event_log::EventLogFormat;

/// Write a synthetic event log: who came to which step and when, in one replication
///
/// Every row is a customer coming to a step within the horizon; those who are under way when it begins
/// have one more, with which they came to where they wait. The customers are those that `run`
/// follows with the same seed: their conversions, visits and revenue add up to the same numbers.
/// A case id names the same customer in every variant.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight events shop.toml -o log.csv
  forksight events shop.toml --replication 7 --seed 3 -o log.csv
  forksight events shop.toml --variant phone_page -o log.xes.gz
  forksight events shop.toml --sorted | head
  forksight events shop.toml --set 'arrivals.search.volume=x100' -o large.csv")]
pub(in crate::cli) struct Events {
    #[command(flatten)]
    pub(in crate::cli) scenario: Scenario,
    /// Which replication
    #[arg(long, value_name = "N", value_parser = replication, default_value = "1",
        allow_negative_numbers = true, help_heading = "Simulation")]
    pub(in crate::cli) replication: u64,
    /// Where chance begins [default: what the scenario says, or 1]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true, help_heading = "Simulation")]
    pub(in crate::cli) seed: Option<u64>,
    /// Write to this file instead of stdout, compressed if its name ends in `.gz`; one that is there is
    /// replaced
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// In which notation [default: xes if FILE ends in .xes or .xes.gz, else csv]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(in crate::cli) format: Option<LogFormat>,
    /// Call activities by the titles of steps instead of their ids
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) titles: bool,
    /// Order rows by time instead of by customer; CSV only
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) sorted: bool,
    /// Show no progress, remarks and warnings
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) quiet: bool,
}

/// How to write an event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogFormat {
    /// A row for every event
    Csv,
    /// XML as process mining tools read it (IEEE 1849)
    Xes,
}

impl LogFormat {
    /// The same for the library.
    pub(in crate::cli) fn notation(self) -> EventLogFormat {
        match self {
            Self::Csv => EventLogFormat::Csv,
            Self::Xes => EventLogFormat::Xes,
        }
    }
}
