//! What can be typed about `fit`.

use std::path::PathBuf;

use clap::{Args as Group, ValueEnum, ValueHint};
use jiff::civil::Date;

use super::event_log::EventLogOptions;
use super::names::{Names, names};
use super::values::{date, horizon, length, percent, seed};
use crate::clock::Duration;

/// Make a scenario from an event log
///
/// Every activity of the log becomes a step of a journey, with the chances of what comes next, how
/// long that takes, how many customers arrive and who is under way. Customers who have not finished
/// when the log ends count for what they are. The scenario goes to stdout, what was found and
/// assumed to stderr.
#[derive(Debug, Group)]
#[expect(clippy::struct_excessive_bools, reason = "options that are typed or not")]
#[command(after_help = "\
Examples:
  forksight fit log.csv -o journey.toml
  forksight fit log.csv --converted purchase --churned cancelled --churn-after 90d -o journey.toml
  forksight fit log.csv --attribute region,device --value amount -o journey.toml
  forksight fit log.csv --complete --point > journey.toml
  forksight fit log.csv --into journey.toml --dry-run        what would change?
  forksight fit log.csv --pipeline open.csv -o journey.toml")]
pub(in crate::cli) struct Fit {
    /// The event log: .csv, .tsv, .xes or .parquet, also .gz; `-` reads CSV from stdin
    #[arg(value_name = "LOG", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) log: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) reading: EventLogOptions,
    #[command(flatten)]
    pub(in crate::cli) ends: Ends,
    /// Write chances as plain numbers, without their uncertainty
    #[arg(long, help_heading = "The journey")]
    pub(in crate::cli) point: bool,
    /// Take moves together that are a smaller share of a fork than this, such as 1% [default: none]
    #[arg(long, value_name = "PERCENT", value_parser = percent, help_heading = "The journey")]
    pub(in crate::cli) min_share: Option<f64>,
    /// Split steps at which it matters what came before
    #[arg(long, help_heading = "The journey")]
    pub(in crate::cli) memory: bool,
    /// The clock of the scenario, such as 1d or 1h [default: what the log needs]
    #[arg(long, value_name = "LENGTH", value_parser = length, help_heading = "The journey")]
    pub(in crate::cli) tick: Option<Duration>,
    /// The first day of the forecast; within the log, arrivals are those of the log [default: the day
    /// after the log]
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "The journey")]
    pub(in crate::cli) begin: Option<Date>,
    /// How far the forecast goes, such as `6 months` [default: 12 months]
    #[arg(long, value_name = "LENGTH", value_parser = horizon, help_heading = "The journey")]
    pub(in crate::cli) horizon: Option<String>,
    /// Take the customers under way from this CSV file (step, since, attributes) instead of the log
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "The journey")]
    pub(in crate::cli) pipeline: Option<PathBuf>,
    /// Where the luck of resampling begins
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", help_heading = "The journey")]
    pub(in crate::cli) seed: u64,
    /// Update this scenario instead of writing a new one: its chances, counts, delays and arrivals
    #[arg(long, value_name = "SCENARIO", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(in crate::cli) into: Option<PathBuf>,
    /// Show what would change in the scenario, and change nothing
    #[arg(long, requires = "into", help_heading = "Output")]
    pub(in crate::cli) dry_run: bool,
    /// Write the scenario to this file instead of stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Replace FILE if it is already there
    #[arg(long, requires = "output", help_heading = "Output")]
    pub(in crate::cli) force: bool,
    /// What to print on stdout
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(in crate::cli) format: FitFormat,
    /// Show no progress, remarks and warnings
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) quiet: bool,
}

/// Where journeys end.
#[derive(Debug, Group)]
#[command(next_help_heading = "Where journeys end")]
pub(in crate::cli) struct Ends {
    /// Activities that convert a customer, with commas between; a name that has a comma stands in
    /// double quotes [default: with --churned none; else proposed by their names or money]
    #[arg(long, value_name = "ACTIVITIES", value_parser = names)]
    pub(in crate::cli) converted: Vec<Names>,
    /// Activities with which a customer leaves, written in the same way [default: with --converted
    /// none; else proposed by their names]
    #[arg(long, value_name = "ACTIVITIES", value_parser = names)]
    pub(in crate::cli) churned: Vec<Names>,
    /// Whoever is silent for longer than this has left [default: step by step, what the log says]
    #[arg(long, value_name = "LENGTH", value_parser = length, conflicts_with = "complete")]
    pub(in crate::cli) churn_after: Option<Duration>,
    /// The log has everybody from this day on, and of earlier days only those who were still under way:
    /// what began earlier does not count [default: the log has everybody]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(in crate::cli) since: Option<Date>,
    /// The log is complete up to this day, included: later events do not count [default: the moment of
    /// its last event]
    #[arg(long, value_name = "DATE", value_parser = date, conflicts_with = "complete")]
    pub(in crate::cli) until: Option<Date>,
    /// The log has finished cases only: the last activity of each is its end
    #[arg(long)]
    pub(in crate::cli) complete: bool,
}

/// What `fit` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(in crate::cli) enum FitFormat {
    /// The scenario; what was found goes to stderr
    #[default]
    Scenario,
    /// What was found, for reading
    Text,
    /// What was found, for programs
    Json,
    /// What was found, for documents
    #[value(alias = "md")]
    Markdown,
}
