//! What can be typed after `sensitivity`.

use clap::Args as Group;

use super::values::{pair, top, variants, worlds};
use super::{Output, Scenario, Simulation, Variants};

/// Tell what moves the result, and what is worth finding out
///
/// Each uncertain assumption goes to its 5 % and 95 % while the others stay at their means (a
/// tornado); then all of them vary at once, and the variance is shared out among them. If the
/// scenario has variants, it also tells what it would be worth to know each assumption before
/// deciding between them. The exact engine is used wherever it can run the journey: then no luck is
/// in the way.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight sensitivity shop.toml                          what moves the profit?
  forksight sensitivity shop.toml --metric won --over 2026-Q4
  forksight sensitivity shop.toml --all --top 10           also what is fixed, by a tenth
  forksight sensitivity shop.toml --by arrivals.search.volume,products.kettle.price
  forksight sensitivity shop.toml --option phone_page --option phone_page+social_push
  forksight sensitivity shop.toml --out plan")]
pub(in crate::cli) struct Sensitivity {
    #[command(flatten)]
    pub(in crate::cli) scenario: Scenario,
    /// What is looked at, such as won or units.PRODUCT [default: profit, or won if the scenario
    /// knows no money]
    #[arg(long, value_name = "METRIC", help_heading = "Question")]
    pub(in crate::cli) metric: Option<String>,
    /// Only these days, such as 2026-12, 2026-Q4 or "month 3" [default: the whole forecast]
    #[arg(long, value_name = "LABEL", help_heading = "Question")]
    pub(in crate::cli) over: Option<String>,
    /// Also change everything that is fixed, by a tenth up and down: numbers and delays
    #[arg(long, help_heading = "Question")]
    pub(in crate::cli) all: bool,
    /// Print no more than this many bars
    #[arg(long, value_name = "N", value_parser = top, default_value = "20", allow_negative_numbers = true,
        help_heading = "Question")]
    pub(in crate::cli) top: usize,
    /// A table of the metric by two assumptions; may be given several times
    #[arg(long, value_name = "PATH,PATH", value_parser = pair, help_heading = "Question")]
    pub(in crate::cli) by: Vec<[String; 2]>,
    /// Something that could be decided for instead of the scenario as it is: a variant, or several one
    /// after the other; may be given several times [default: every variant of the file]
    ///
    /// Options come on top of `--variant` and `--set`, which change what is looked at as a whole.
    #[arg(long, value_name = "A+B", value_parser = variants, help_heading = "Value of information")]
    pub(in crate::cli) option: Vec<Variants>,
    /// How many pairs of worlds the shares of variance are taken from [default: as many as take
    /// seconds, 128 to 1024; 256 where there is luck]
    #[arg(long, value_name = "N", value_parser = worlds, allow_negative_numbers = true, help_heading = "Simulation")]
    pub(in crate::cli) worlds: Option<u64>,
    #[command(flatten)]
    pub(in crate::cli) simulation: Simulation,
    #[command(flatten)]
    pub(in crate::cli) output: Output,
}
