//! What can be typed behind `solve`.

use clap::Args as Group;

use super::values::{Vary, percent, vary};
use super::{Output, Scenario, Simulation};

/// Find out what it would take to reach a target
///
/// Each lever is moved on its own, within its limits, until the target is met; those that reach it
/// are ranked by the relative change they need. If none suffices alone, all are moved together. Every
/// trial meets the same worlds and the same luck.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight solve shop.toml                                 every target of the file, by its [levers]
  forksight solve shop.toml --target turnover --confidence 80%
  forksight solve shop.toml --target 'won >= 2500'
  forksight solve shop.toml --target 'units.kettle >= 300 in 2026-Q4' --vary arrivals.search.volume
  forksight solve shop.toml --vary 'steps.product_page.basket.chance=5%..12%' --vary 'products.kettle.price=x0.8..x1.2'")]
pub(in crate::cli) struct Solve {
    #[command(flatten)]
    pub(in crate::cli) scenario: Scenario,
    /// A target of the scenario by its name, or one such as `won >= 2500` or `cost <= 9000 in 2026-Q4`;
    /// may be given several times [default: all targets of the scenario]
    #[arg(long, value_name = "TARGET", help_heading = "What it would take")]
    pub(in crate::cli) target: Vec<String>,
    /// What may be moved, and how far; without limits those of `[levers]` hold, else `x0.5..x2`. May be
    /// given several times [default: all levers of the scenario]
    #[arg(long, value_name = "PATH[=LO..HI]", value_parser = vary, help_heading = "What it would take")]
    pub(in crate::cli) vary: Vec<Vary>,
    /// How sure it has to be that the target is met, such as 80% [default: met on average]
    #[arg(long, value_name = "PERCENT", value_parser = percent, allow_negative_numbers = true,
        help_heading = "What it would take")]
    pub(in crate::cli) confidence: Option<f64>,
    #[command(flatten)]
    pub(in crate::cli) simulation: Simulation,
    #[command(flatten)]
    pub(in crate::cli) output: Output,
}
