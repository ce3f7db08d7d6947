//! What can be typed behind `backtest`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args as Group, ValueHint};
use jiff::civil::Date;

use super::event_log::EventLogOptions;
use super::names::{Names, names};
use super::values::{ahead, date, length, percent, period};
use super::{Output, Simulation};
use crate::clock::{Duration, Period};

/// Would the forecast have been right? Forecast months that have passed, from what was known before
///
/// At several moments the journey is fitted to what had happened by then; customers who were under
/// way go on from where they were. What it says of the following periods is held against what came,
/// beside baselines that know nothing but the series.
#[derive(Debug, Group)]
#[command(
    mut_arg("out", |it| it.help("Also write the result to this folder: a page in Markdown, JSON, tables and charts")
        .long_help("Also write the result to this folder: a page in Markdown, JSON, tables and charts\n\n\
            The folder is made if it does not exist. Files of the same names are replaced, nothing else in it is \
            touched.")),
    after_help = "\
Examples:
  forksight backtest log.csv --converted 'Payment'
  forksight backtest log.csv --converted won,renewed --churned lost --origins 12 --ahead 6
  forksight backtest log.csv --converted order --period week --out backtest
  forksight backtest log.csv --converted order --format json > backtest.json
  forksight chart backtest.json backtest -o backtest.svg"
)]
pub(in crate::cli) struct Backtest {
    /// The event log: CSV, XES or Parquet; `-` reads CSV from stdin
    #[arg(value_name = "LOG", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: PathBuf,
    /// Activities that convert a customer, with commas between; a name that has a comma stands in
    /// double quotes [default: with --churned none; else proposed by their names or money]
    #[arg(long, value_name = "ACTIVITIES", value_parser = names, help_heading = "What is forecast")]
    pub(in crate::cli) converted: Vec<Names>,
    /// Activities with which a customer leaves, written in the same way [default: with --converted
    /// none; else proposed by their names]
    #[arg(long, value_name = "ACTIVITIES", value_parser = names, help_heading = "What is forecast")]
    pub(in crate::cli) churned: Vec<Names>,
    /// Silence longer than this counts as having left, such as `60d` [default: the log decides]
    #[arg(long, value_name = "LENGTH", value_parser = length, help_heading = "What is forecast")]
    pub(in crate::cli) churn_after: Option<Duration>,
    /// Moves that are a smaller share of a fork than this are merged
    #[arg(long, value_name = "PERCENT", value_parser = percent, help_heading = "What is forecast")]
    pub(in crate::cli) min_share: Option<f64>,
    /// Split steps at which the past of a customer matters
    #[arg(long, help_heading = "What is forecast")]
    pub(in crate::cli) memory: bool,
    /// What is forecast at a time
    #[arg(long, value_name = "PERIOD", default_value = "month", value_parser = PossibleValuesParser::new(
        Period::ALL.map(|(word, _)| word)
    ).map(|word: String| period(&word)), help_heading = "What is forecast")]
    pub(in crate::cli) period: Period,
    /// How many periods ahead
    #[arg(long, value_name = "N", value_parser = ahead, default_value = "3", help_heading = "What is forecast")]
    pub(in crate::cli) ahead: u32,
    /// From how many moments [default: the last third of the periods, at least 3 and at most 12]
    #[arg(long, value_name = "N", value_parser = ahead, help_heading = "What is forecast")]
    pub(in crate::cli) origins: Option<u32>,
    /// The log has everybody from this day on, and of earlier days only those who were still under way:
    /// what began earlier does not count [default: the log has everybody]
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "What is forecast")]
    pub(in crate::cli) since: Option<Date>,
    /// The log is complete up to this day, included [default: the day of its last event, or of
    /// its last arrivals if others go on for at least three periods after them]
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "What is forecast")]
    pub(in crate::cli) until: Option<Date>,
    #[command(flatten)]
    pub(in crate::cli) reading: EventLogOptions,
    #[command(flatten)]
    pub(in crate::cli) simulation: Simulation,
    #[command(flatten)]
    pub(in crate::cli) output: Output,
}
