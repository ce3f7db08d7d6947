//! What can be typed behind `chart`.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args as Group, ValueHint};

use super::values::{kind, pixels, scale};
use super::{Scenario, Simulation};
use crate::report::chart::ChartKind;

/// Draw a chart of a scenario, or of a result that was made before
///
/// A scenario is simulated first; what `run`, `compare`, `sensitivity` or `backtest` wrote is drawn as it
/// is. The name of the file decides between SVG and PNG; without one the SVG goes to stdout.
#[derive(Debug, Group)]
#[command(
    mut_arg("file", |it| it.value_name("SCENARIO|RESULT").help(
        "The scenario file, or a result in JSON as `run`, `compare`, `sensitivity` and `backtest` write it \
         with `--format json` and `--out`; `-` reads stdin",
    )),
    after_help = "\
Examples:
  forksight chart shop.toml funnel -o funnel.svg
  forksight chart shop.toml fan --metric revenue -o revenue.png
  forksight chart plan/forecast.json flow --width 1600 -o flow.png
  forksight chart plan/comparison.json variants --metric revenue -o variants.png
  forksight chart plan/sensitivity.json tornado -o tornado.png
  forksight chart past/backtest.json backtest --metric arrivals -o backtest.png
  forksight chart shop.toml journey --dark > journey.svg"
)]
pub(in crate::cli) struct Chart {
    #[command(flatten)]
    pub(in crate::cli) scenario: Scenario,
    /// What the chart shows
    #[arg(index = 2, value_name = "KIND", value_parser = PossibleValuesParser::new(
        ChartKind::ALL.map(|(word, it)| PossibleValue::new(word).help(it.about()))
    ).map(|word: String| kind(&word)))]
    pub(in crate::cli) kind: ChartKind,
    #[command(flatten)]
    pub(in crate::cli) drawing: Drawing,
    #[command(flatten)]
    pub(in crate::cli) simulation: Simulation,
    /// Show no progress, remarks and warnings
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}

/// How to draw a chart.
#[derive(Debug, Group)]
#[command(next_help_heading = "Drawing")]
pub(in crate::cli) struct Drawing {
    /// Write to this file, which ends in `.svg` or `.png`; one that is there is replaced
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Which metric to draw, such as revenue or units.PRODUCT; by default won, or the first product; of a
    /// comparison profit, or won where there is no money
    #[arg(long, value_name = "METRIC")]
    pub(in crate::cli) metric: Option<String>,
    /// How wide, in pixels [default: 960]
    #[arg(long, value_name = "PIXELS", value_parser = pixels, allow_negative_numbers = true)]
    pub(in crate::cli) width: Option<u32>,
    /// How high, in pixels [default: what it takes]
    #[arg(long, value_name = "PIXELS", value_parser = pixels, allow_negative_numbers = true)]
    pub(in crate::cli) height: Option<u32>,
    /// Light on dark
    #[arg(long)]
    pub(in crate::cli) dark: bool,
    /// In a PNG, draw each of these pixels as so many
    #[arg(long, value_name = "N", value_parser = scale, default_value = "2", allow_negative_numbers = true)]
    pub(in crate::cli) scale: f32,
}
