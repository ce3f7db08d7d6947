//! What a report says, before it has a format: sections, tables and notes. The terminal and
//! Markdown render the same outline.

mod audit;
mod backtest;
mod cohorts;
mod columns;
mod comparison;
mod fit;
mod flows;
mod forks;
mod funnel;
mod groups;
mod headline;
mod periods;
mod quantiles;
mod sensitivity;
mod solution;
mod steps;
mod targets;
mod time;
mod trend;
mod units;

use super::number::{several, share};
use crate::forecast::{Estimate, Forecast, Precision, RunInfo, ScenarioInfo};
use columns::{EstimateColumns, Interval, fold, grid, known_column};

pub use audit::of_audit;
pub use backtest::of_backtest;
pub use comparison::{comparison_in_full, of_comparison};
pub use fit::of_fit;
pub use sensitivity::of_sensitivity;
pub use solution::of_solution;

/// A report: a title, what was run, and sections.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outline {
    /// Its title.
    pub title: String,
    /// Lines under the title; each is a list of short facts that may be broken between.
    pub subtitle: Vec<Vec<String>>,
    /// What to know before reading on, such as a run that was cut short.
    pub alerts: Vec<String>,
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

/// A part of a report under one heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its content, in order.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Rows and columns.
    Table(Grid),
    /// Named statements, one below the other.
    Facts(Vec<Fact>),
    /// Warnings.
    Warnings(Vec<String>),
    /// An explanation.
    Note(String),
}

/// A table. The first column names the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What several neighbours have in common: they stay together.
    pub band: Option<String>,
    /// Its head.
    pub head: String,
    /// The unit of its numbers, if the cells do not carry it.
    pub unit: Option<String>,
    /// What it holds.
    pub content: Content,
    /// Whether it may go where room is short: the highest goes first, 0 stays.
    pub spare: u8,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Words: to the left, cut where room is short.
    Words,
    /// Numbers: to the right, never cut.
    Numbers,
    /// Bars for shares of the longest one.
    Bars,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// One cell per column.
    Cells(Vec<Cell>),
    /// What the rows above it sum to: one cell per column.
    Total(Vec<Cell>),
    /// A name for the rows below it.
    Heading(String),
    /// Rows that are left out.
    Gap,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its text; empty for a bar.
    pub text: String,
    /// Length of its bar, from 0 to 1.
    pub bar: f64,
    /// How it stands out.
    pub tone: Tone,
}

/// A named statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What it is about.
    pub name: String,
    /// What it says: parts that may be broken between.
    pub parts: Vec<String>,
    /// How it stands out.
    pub tone: Tone,
}

/// How something stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Not at all.
    Plain,
    /// What to look at first.
    Strong,
    /// What to look at last.
    Faint,
    /// Good news.
    Good,
    /// Neither good nor bad news.
    Fair,
    /// Bad news.
    Bad,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn words(head: impl Into<String>) -> Self {
        Self {
            band: None,
            head: head.into(),
            unit: None,
            content: Content::Words,
            spare: 0,
        }
    }

    /// A column of numbers.
    #[must_use]
    pub fn numbers(head: impl Into<String>) -> Self {
        Self {
            content: Content::Numbers,
            ..Self::words(head)
        }
    }

    /// A column of bars.
    #[must_use]
    pub fn bars() -> Self {
        Self {
            content: Content::Bars,
            ..Self::words("")
        }
    }

    /// The same with a unit.
    #[must_use]
    pub fn unit(mut self, unit: Option<String>) -> Self {
        self.unit = unit;
        self
    }

    /// The same as one of the columns of `band`.
    #[must_use]
    pub fn band(mut self, band: impl Into<String>) -> Self {
        self.band = Some(band.into());
        self
    }

    /// The same as one that may go; the highest goes first.
    #[must_use]
    pub fn spare(mut self, spare: u8) -> Self {
        self.spare = spare;
        self
    }
}

impl Cell {
    /// A cell with this text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bar: 0.0,
            tone: Tone::Plain,
        }
    }

    /// A bar of this length, from 0 to 1.
    #[must_use]
    pub fn bar(length: f64) -> Self {
        Self {
            bar: length,
            ..Self::text("")
        }
    }

    /// The same in another tone.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    /// A screen: long tables are folded.
    Screen,
    /// Pages: only what nobody would read is left out.
    Pages,
}

/// No table of a page is longer than this.
const ROWS_MAX: usize = 400;

impl Length {
    /// How many rows a table may have that is folded to `on_screen` on a screen.
    fn rows(self, on_screen: usize) -> usize {
        match self {
            Self::Screen => on_screen,
            Self::Pages => ROWS_MAX,
        }
    }
}

/// What a section is about, in the order in which a planner reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// What comes of it in total.
    Totals,
    /// How far customers get.
    Funnel,
    /// Where customers go, step by step.
    Journey,
    /// Which way they take at every fork.
    Forks,
    /// What comes when.
    Periods,
    /// What has to be delivered.
    Units,
    /// What is to be reached, and how likely that is.
    Targets,
    /// What kinds of customers there are.
    Groups,
    /// How long it takes.
    Time,
    /// What the reader should know.
    Warnings,
}

/// What a forecast comes to on a screen: the headline, the funnel, the forks, the periods, units,
/// arrivals, targets and warnings.
#[must_use]
pub fn of_forecast(forecast: &Forecast) -> Outline {
    let length = Length::Screen;
    let sections = [
        headline::section(forecast, length),
        funnel::section(forecast),
        forks::section(forecast, length),
        periods::section(forecast, length),
        units::section(forecast, length),
        groups::by_arrival(forecast, length),
        targets::section(forecast),
        warnings(forecast),
    ];
    let alerts = forecast.run.cut_short.then(|| {
        format!(
            "Cut short: this is what the {} that finished came to.",
            replications(&forecast.run)
        )
    });
    Outline {
        title: one_line(&forecast.scenario.name),
        subtitle: run_lines(&forecast.scenario, &forecast.run, Some(forecast.periods.len())),
        alerts: alerts.into_iter().collect(),
        sections: sections.into_iter().flatten().collect(),
    }
}

/// Everything that a forecast has for a reader, with its topic; in the order of the topics.
#[must_use]
pub fn in_full(forecast: &Forecast) -> Vec<(Topic, Section)> {
    let length = Length::Pages;
    let one = |topic: Topic, section: Option<Section>| section.map(|it| (topic, it));
    let mut sections: Vec<(Topic, Section)> = [
        one(Topic::Totals, headline::section(forecast, length)),
        one(Topic::Totals, quantiles::spread(forecast)),
        one(Topic::Funnel, funnel::section(forecast)),
        one(Topic::Journey, steps::section(forecast)),
        one(Topic::Journey, flows::section(forecast)),
        one(Topic::Journey, steps::outcomes(forecast)),
        one(Topic::Forks, forks::section(forecast, length)),
        one(Topic::Periods, periods::section(forecast, length)),
        one(Topic::Units, units::section(forecast, length)),
        one(Topic::Units, units::covering(forecast, length)),
        one(Topic::Targets, targets::section(forecast)),
        one(Topic::Targets, quantiles::section(forecast)),
        one(Topic::Time, time::section(forecast)),
        one(Topic::Time, cohorts::section(forecast)),
        one(Topic::Warnings, warnings(forecast)),
    ]
    .into_iter()
    .flatten()
    .collect();
    sections.extend(
        groups::sections(forecast, length)
            .into_iter()
            .map(|it| (Topic::Groups, it)),
    );
    sections.sort_by_key(|it| it.0);
    sections
}

/// What was run, and how.
fn run_lines(scenario: &ScenarioInfo, run: &RunInfo, periods: Option<usize>) -> Vec<Vec<String>> {
    let file = match scenario.file.as_str() {
        "-" => "from standard input".to_owned(),
        file => one_line(file),
    };
    let mut what = vec![file];
    if let Some(variant) = &scenario.variant {
        what.push(format!("with {}", variant.replace('+', " + ")));
    }
    what.extend(scenario.set.iter().map(|change| one_line(change)));
    let mut how = match (&run.begin, &run.end) {
        (Some(begin), Some(end)) => vec![format!("{begin} to {end}"), format!("by {}", run.period)],
        _ => match periods {
            Some(periods) => vec![several(periods, &run.period)],
            None => vec![format!("by {}", run.period)],
        },
    };
    how.extend(
        scenario
            .currency
            .as_ref()
            .map(|currency| format!("money in {}", one_line(currency))),
    );
    how.extend([replications(run), format!("seed {}", run.seed)]);
    how.extend(run.precision.map(|it| precision(&it)));
    let why = one_line(&run.why);
    let why = if why.is_empty() {
        format!("engine {}", run.engine)
    } else {
        format!("engine {}: {why}", run.engine)
    };
    vec![what, how, vec![why]]
}

fn replications(run: &RunInfo) -> String {
    let count = usize::try_from(run.replications).unwrap_or(usize::MAX);
    // Without luck there is nothing to repeat but the draw of what is uncertain.
    let noun = if run.engine == "exact" { "world" } else { "replication" };
    several(count, noun)
}

/// How near the means are to what endless replications would give.
fn precision(precision: &Precision) -> String {
    let asked = share(precision.asked, None);
    match precision.reached {
        Some(_) if precision.is_reached() => format!("means precise to {asked}"),
        Some(reached) => format!("means precise to {} instead of {asked}", share(reached, None)),
        None => format!("precision of {asked} not reached"),
    }
}

fn warnings(forecast: &Forecast) -> Option<Section> {
    (!forecast.warnings.is_empty()).then(|| Section {
        heading: "Warnings".into(),
        blocks: vec![Block::Warnings(
            forecast.warnings.iter().map(|it| one_line(it)).collect(),
        )],
    })
}

/// Text from a file as it may stand in a line: control characters would move the cursor or, worse,
/// command the terminal.
fn one_line(text: &str) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control());
    words.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// An id as it is shown where there is no title.
fn spoken(id: &str) -> String {
    one_line(&id.replace('_', " "))
}

/// The words for a metric.
pub(super) fn metric_words(metric: &str) -> String {
    match metric.split_once('.') {
        Some(("open", stage)) => format!("open in {}", spoken(stage)),
        Some(("costs", part)) => format!("cost of {}", spoken(part)),
        Some(("units", product)) => format!("units of {}", spoken(product)),
        Some(("events", name)) => format!("events of {}", spoken(name)),
        _ => spoken(metric),
    }
}

/// Whether a metric is more than a column of zeros.
fn is_something(estimate: &Estimate) -> bool {
    let nonzero = |it: Option<f64>| it.is_some_and(|it| it != 0.0);
    nonzero(estimate.mean) || nonzero(estimate.sd)
}
