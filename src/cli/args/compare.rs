//! What can be typed behind `compare`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args as Group, ValueHint};
use jiff::civil::Date;

use super::values::{Set, Sweep, Variants, date, period, set, sweep, variants};
use super::{Output, Simulation};
use crate::clock::Period;

/// Compare a scenario with what could be done instead
///
/// The base and every alternative meet the same worlds and the same luck, replication by
/// replication, so that even a small difference shows. Without a word about alternatives all
/// variants of the scenario are compared.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight compare shop.toml                                    all variants of the file
  forksight compare shop.toml --variant phone_page --variant phone_page+social_push
  forksight compare shop.toml --set 'steps.product_page.basket.chance=+1pp'
  forksight compare shop.toml --against shop-2027.toml --end 2026-12-31
  forksight compare shop.toml --sweep 'steps.product_page.basket.chance=5%..12%:8'
  forksight compare shop.toml --out plan")]
pub(in crate::cli) struct Compare {
    /// The scenario file of the base: TOML, or JSON if its name ends in `.json`; `-` reads stdin
    #[arg(value_name = "SCENARIO", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) file: PathBuf,
    /// A variant of the scenario, or several one after the other; may be given several times
    #[arg(long, value_name = "A+B", value_parser = variants, help_heading = "Alternatives")]
    pub(in crate::cli) variant: Vec<Variants>,
    /// Another scenario file that covers the same time; may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Alternatives")]
    pub(in crate::cli) against: Vec<PathBuf>,
    /// Change a value, as in a scenario's `set`; all changes typed make one alternative
    #[arg(long, value_name = "PATH=CHANGE", value_parser = set, help_heading = "Alternatives")]
    pub(in crate::cli) set: Vec<Set>,
    /// Try N values or changes of a path, evenly spaced, such as `5%..12%:8` or `x0.8..x1.2:5`; two of
    /// these make a grid
    #[arg(long, value_name = "PATH=LO..HI:N", value_parser = sweep, help_heading = "Alternatives")]
    pub(in crate::cli) sweep: Vec<Sweep>,
    /// Report by another period
    #[arg(long, value_name = "PERIOD", value_parser = PossibleValuesParser::new(
        Period::ALL.map(|(word, _)| word)
    ).map(|word: String| period(&word)), help_heading = "What is covered")]
    pub(in crate::cli) period: Option<Period>,
    /// Forecast up to this day, included, such as 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "What is covered")]
    pub(in crate::cli) end: Option<Date>,
    #[command(flatten)]
    pub(in crate::cli) simulation: Simulation,
    #[command(flatten)]
    pub(in crate::cli) output: Output,
}
