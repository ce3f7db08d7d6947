//! What can be typed: commands, options and their help; nothing is looked up here.

mod backtest;
mod chart;
mod compare;
pub(super) mod event_log;
mod events;
pub(super) mod fit;
mod names;
mod sensitivity;
mod solve;
mod values;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};
use clap::{Args as Group, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::civil::Date;

use super::templates::TEMPLATES;
use crate::clock::Period;
use crate::engine;
use values::{compared, date, percent, period, replications, seed, set, threads, variants};

pub(super) use backtest::Backtest;
pub(super) use chart::{Chart, Drawing};
pub(super) use compare::Compare;
pub(super) use events::{Events, LogFormat};
pub(super) use names::Names;
pub(super) use sensitivity::Sensitivity;
pub(super) use solve::Solve;
pub(super) use values::{Set, Variants};

/// Forecast customer journeys that fork: who converts, when, and what it costs and earns
///
/// Describe the journey in a small text file: who arrives, which steps they can take, and what
/// happens at every fork. The forecast says what it comes to, period by period, and how sure
/// that is.
#[derive(Debug, Parser)]
#[command(
    name = "forksight",
    version,
    arg_required_else_help = true,
    after_help = "\
To begin:
  forksight new web-shop -o shop.toml    write a commented example
  forksight check shop.toml              is the file sound, and how does it read?
  forksight run shop.toml                what does it come to?

Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 mistakes in an input
file, 2 wrong usage or a file that cannot be read or written, 130 interrupted."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    New(New),
    Check(Check),
    Paths(Paths),
    Run(Run),
    Compare(Compare),
    Solve(Solve),
    Sensitivity(Sensitivity),
    Fit(fit::Fit),
    Events(Events),
    Backtest(Backtest),
    Chart(Chart),
    Graph(Graph),
    /// Print the JSON Schema of the scenario file, for editors
    ///
    /// Editors that know it complete the keys of a scenario and explain them.
    #[command(after_help = "\
Example:
  forksight schema > scenario.schema.json")]
    Schema,
    Completions(Completions),
}

impl Command {
    /// Whether progress, remarks and warnings are unwanted.
    pub(super) fn is_quiet(&self) -> bool {
        match self {
            Self::Run(run) => run.output.quiet,
            Self::Compare(compare) => compare.output.quiet,
            Self::Solve(solve) => solve.output.quiet,
            Self::Sensitivity(sensitivity) => sensitivity.output.quiet,
            Self::Fit(fit) => fit.quiet,
            Self::Events(events) => events.quiet,
            Self::Backtest(backtest) => backtest.output.quiet,
            Self::Chart(chart) => chart.quiet,
            _ => false,
        }
    }
}

/// Write a commented starter scenario
///
/// Without a name, list the templates; with `-o` and no name, write the smallest one.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight new                            the templates, one line each
  forksight new web-shop                   print one
  forksight new web-shop -o shop.toml      write it to a file")]
pub(super) struct New {
    /// Which one; without a name they are listed
    #[arg(value_parser = PossibleValuesParser::new(TEMPLATES.iter().map(|it| {
        PossibleValue::new(it.name).help(it.about)
    })))]
    pub(super) template: Option<String>,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Replace FILE if it is already there
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

/// Tell every mistake in a scenario, or read it back in words
///
/// Mistakes and warnings go to stderr, all at once, each with its place in the file. If there
/// are no mistakes: `ok`, the size of the journey, and its numbers in words.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight check shop.toml
  forksight check shop.toml --variant phone_page
  forksight check shop.toml --engines
  forksight new web-shop | forksight check -")]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) scenario: Scenario,
    /// Let the engines check each other on the scenario, instead of reading it back
    ///
    /// Every engine that can run it draws the same worlds. What they come to is compared cell by
    /// cell, in the mean and in the spread. Engines that disagree are a bug: exit code 1.
    #[arg(long, help_heading = "Engines")]
    pub(super) engines: bool,
    /// How many replications to compare [default: 200]
    #[arg(long, value_name = "N", value_parser = compared, allow_negative_numbers = true,
        requires = "engines", help_heading = "Engines")]
    pub(super) replications: Option<u64>,
    /// Where chance begins [default: what the scenario says, or 1]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true,
        requires = "engines", help_heading = "Engines")]
    pub(super) seed: Option<u64>,
    /// How many threads to use; the result does not depend on it [default: one for each core]
    #[arg(long, value_name = "N", value_parser = threads, allow_negative_numbers = true,
        requires = "engines", help_heading = "Engines")]
    pub(super) threads: Option<usize>,
}

/// List every path that can be changed, with its present value
///
/// These are the paths that `set` tables of a scenario and the option `--set` take. They may also
/// give a step a `revenue`, `cost` or `units.PRODUCT` that it does not have yet, and a product its
/// `price` or `cost`.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight paths shop.toml
  forksight paths shop.toml --format csv > paths.csv")]
pub(super) struct Paths {
    #[command(flatten)]
    pub(super) scenario: Scenario,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// Forecast what a scenario comes to
///
/// The forecast is drawn many times, each time with another draw of everything that is
/// uncertain. Ctrl-C stops early and reports what is done by then.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight run shop.toml
  forksight run shop.toml --variant phone_page+social_push
  forksight run shop.toml --set 'steps.product_page.basket.chance=+1pp'
  forksight run shop.toml --set 'arrivals.search.volume=x1.2' --set 'products.kettle.price=49'
  forksight run shop.toml --out forecast
  forksight run shop.toml --replications 5000 --format csv > periods.csv
  forksight new saas-trial | forksight run -")]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) scenario: Scenario,
    #[command(flatten)]
    pub(super) simulation: Simulation,
    #[command(flatten)]
    pub(super) output: Output,
}

/// Draw the journey as a graph: as a picture, or as text for Mermaid or Graphviz
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight graph shop.toml -o shop.svg
  forksight graph shop.toml -o shop.png
  forksight graph shop.toml --format mermaid
  forksight graph shop.toml --format dot | dot -Tsvg -o shop.svg")]
pub(super) struct Graph {
    #[command(flatten)]
    pub(super) scenario: Scenario,
    /// In which notation [default: svg if FILE ends in .svg or .png, dot if it ends in .dot or .gv,
    /// else mermaid]
    #[arg(long, value_enum)]
    pub(super) format: Option<GraphFormat>,
    /// Write to this file instead of stdout; an SVG is written as PNG if its name ends in .png
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
}

/// Print what makes a shell complete commands and options
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  forksight completions bash > ~/.local/share/bash-completion/completions/forksight
  forksight completions fish > ~/.config/fish/completions/forksight.fish")]
pub(super) struct Completions {
    /// For which shell
    #[arg(value_enum)]
    pub(super) shell: Shell,
}

/// Which scenario, and what is different about it.
#[derive(Debug, Group)]
pub(super) struct Scenario {
    /// The scenario file: TOML, or JSON if its name ends in `.json`; `-` reads stdin
    #[arg(index = 1, value_name = "SCENARIO", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    /// Apply a variant of the scenario, or several one after the other
    #[arg(long, value_name = "A+B", value_parser = variants, help_heading = "What if")]
    pub(super) variant: Option<Variants>,
    /// Change a value, as in a scenario's `set`: `x1.2`, `+5pp`, `-10%`, `+3`, or a new value
    ///
    /// May be given several times. `forksight paths SCENARIO` lists the paths.
    #[arg(long, value_name = "PATH=CHANGE", value_parser = set, help_heading = "What if")]
    pub(super) set: Vec<Set>,
    /// Report by another period
    #[arg(long, value_name = "PERIOD", value_parser = PossibleValuesParser::new(
        Period::ALL.map(|(word, _)| word)
    ).map(|word: String| period(&word)), help_heading = "What if")]
    pub(super) period: Option<Period>,
    /// Forecast up to this day, included, such as 2026-12-31
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "What if")]
    pub(super) end: Option<Date>,
}

/// How to simulate; the scenario's `[run]` says what holds where nothing is typed.
#[derive(Debug, Group)]
#[command(next_help_heading = "Simulation")]
pub(super) struct Simulation {
    /// How often to draw the forecast: more is more precise and takes longer [default: what the
    /// scenario says, or 1000]
    #[arg(long, value_name = "N", value_parser = replications, allow_negative_numbers = true)]
    pub(super) replications: Option<u64>,
    /// Draw until the means are this precise, such as 1%; then `--replications` is the most there
    /// may be, and what the scenario says of it does not matter
    ///
    /// The half-width of the 95 % confidence interval of the mean of `won`, and of revenue, is to
    /// be no more than this share of the mean. Takes at least 100 replications, and at most
    /// 1000000 if nobody says otherwise.
    #[arg(long, value_name = "PERCENT", value_parser = percent, allow_negative_numbers = true)]
    pub(super) precision: Option<f64>,
    /// Where chance begins: the same seed gives the same forecast [default: what the scenario
    /// says, or 1]
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub(super) seed: Option<u64>,
    /// How to calculate
    #[arg(long, value_enum, default_value_t)]
    pub(super) engine: Engine,
    /// How many threads to use; the result does not depend on it [default: one for each core]
    #[arg(long, value_name = "N", value_parser = threads, allow_negative_numbers = true)]
    pub(super) threads: Option<usize>,
}

/// What to do with the forecast.
#[derive(Debug, Group)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// Also write the forecast to this folder: a report for the browser, JSON, tables and charts
    ///
    /// The folder is made if it does not exist. Files of the same names are replaced, nothing
    /// else in it is touched.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    /// Show no progress, remarks and warnings; with --out, print no report either
    #[arg(long)]
    pub(super) quiet: bool,
}

/// How to print tables and forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// For reading
    #[default]
    Text,
    /// For programs, everything in it
    Json,
    /// For spreadsheets
    Csv,
    /// For documents
    #[value(alias = "md")]
    Markdown,
}

/// How to print a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    /// Mermaid, which many wikis and editors draw
    Mermaid,
    /// DOT, for Graphviz
    Dot,
    /// A picture
    Svg,
}

/// How to calculate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Engine {
    /// The fastest one that gives the full answer; the forecast says which and why
    #[default]
    Auto,
    /// Expected customers by step and day: no luck, and ranges only where their law is known
    Exact,
    /// Whole customers by step and day, split by exact draws; as fast with many as with few
    Cohort,
    /// Follow every customer
    Individual,
}

impl Engine {
    /// The engine that was asked for; none if it is to be chosen.
    pub(super) fn asked(self) -> Option<engine::Engine> {
        match self {
            Self::Auto => None,
            Self::Exact => Some(engine::Engine::Exact),
            Self::Cohort => Some(engine::Engine::Cohort),
            Self::Individual => Some(engine::Engine::Individual),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn run(options: &[&str]) -> Result<Run, String> {
        let typed = ["forksight", "run", "shop.toml"].iter().chain(options);
        match Args::try_parse_from(typed) {
            Ok(Args {
                command: Command::Run(run),
            }) => Ok(run),
            Ok(other) => Err(format!("{other:?}")),
            Err(message) => Err(message.to_string()),
        }
    }

    #[test]
    fn the_commands_are_well_defined() {
        Args::command().debug_assert();
    }

    #[test]
    fn numbers_may_have_underscores() {
        let run = run(&["--replications", "10_000", "--threads", "2"]).expect("it is right");
        assert_eq!(run.simulation.replications, Some(10_000));
        assert_eq!(run.simulation.threads, Some(2));
    }

    #[test]
    fn numbers_out_of_range_are_refused_with_the_range() {
        for (option, value, range) in [
            ("--replications", "0", "from 1 to 1000000"),
            ("--replications", "-5", "from 1 to 1000000"),
            ("--replications", "1000001", "from 1 to 1000000"),
            ("--replications", "many", "from 1 to 1000000"),
            ("--threads", "0", "from 1 to 1024"),
            ("--seed", "-1", "from 0 to"),
        ] {
            let message = run(&[option, value]).expect_err(value);
            assert!(message.contains(range), "{message}");
        }
    }

    #[test]
    fn a_change_is_split_at_the_first_equals_sign() {
        let run = run(&["--set", "a.b=x1.2", "--set", "c={ is = 3 }"]).expect("it is right");
        let split: Vec<_> = run.scenario.set.iter().map(|it| (&*it.path, &*it.change)).collect();
        assert_eq!(split, [("a.b", "x1.2"), ("c", "{ is = 3 }")]);
        for wrong in ["a.b", "=3", "a.b="] {
            assert!(values::set(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn variants_are_joined_with_a_plus() {
        let run = run(&["--variant", "a+b"]).expect("it is right");
        assert_eq!(run.scenario.variant, Some(Variants(vec!["a".into(), "b".into()])));
        assert!(variants("a++b").is_err());
    }

    #[test]
    fn a_period_is_one_of_five_words() {
        assert_eq!(
            run(&["--period", "quarter"]).expect("it is right").scenario.period,
            Some(Period::Quarter)
        );
        assert!(
            run(&["--period", "fortnight"])
                .expect_err("unknown")
                .contains("quarter")
        );
    }
}
