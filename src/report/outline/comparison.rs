//! A comparison: what each option comes to, how far it is from the base, and how sure that is.

use super::{Block, Cell, Column, Grid, Outline, Row, Section, Tone, metric_words, one_line, replications};
use crate::forecast::Estimate;
use crate::report::number::{Format, Kind, several, share, step_of};
use crate::study::comparison::{Comparison, MetricComparison, OptionValue};

/// Metrics of the table of totals, if there is anything of them; units of products follow.
const TOTALS: [&str; 9] = [
    "arrivals",
    "won",
    "conversion_rate",
    "lost",
    "churned",
    "revenue",
    "cost",
    "profit",
    "present_value",
];
/// Metrics whose differences are told by period.
const BY_PERIOD: [&str; 3] = ["won", "revenue", "profit"];

/// What a comparison comes to.
#[must_use]
pub fn of_comparison(comparison: &Comparison) -> Outline {
    let base = &comparison.options[0].scenario;
    let others = comparison.options.len() - 1;
    let sections = [
        options(comparison),
        totals(comparison),
        funnel(comparison),
        forks(comparison),
    ];
    let periods = BY_PERIOD.iter().filter_map(|metric| by_period(comparison, metric));
    let mut sections: Vec<Section> = sections.into_iter().flatten().collect();
    sections.extend(periods);
    if !comparison.warnings.is_empty() {
        let warnings = comparison.warnings.iter().map(|it| one_line(it)).collect();
        sections.push(Section {
            heading: "Warnings".into(),
            blocks: vec![Block::Warnings(warnings)],
        });
    }
    Outline {
        title: format!(
            "{}: the base and {}",
            one_line(&base.name),
            several(others, "alternative")
        ),
        subtitle: super::run_lines(base, &comparison.run, Some(comparison.periods.len())),
        alerts: comparison
            .run
            .cut_short
            .then(|| {
                let count = replications(&comparison.run);
                format!("Cut short: this is what the {count} that finished came to.")
            })
            .into_iter()
            .collect(),
        sections,
    }
}

fn options(comparison: &Comparison) -> Option<Section> {
    let rows = comparison.options.iter().skip(1).filter_map(|it| {
        let base = &comparison.options[0].scenario;
        let mut said: Vec<String> = it.note.iter().map(|note| one_line(note)).collect();
        said.extend(it.scenario.set.iter().map(|change| one_line(change)));
        if it.scenario.sha256 != base.sha256 {
            said.push(one_line(&it.scenario.file));
        }
        (!said.is_empty()).then(|| super::Fact {
            name: one_line(&it.option),
            parts: said,
            tone: Tone::Plain,
        })
    });
    let facts: Vec<super::Fact> = rows.collect();
    (!facts.is_empty()).then(|| Section {
        heading: "Alternatives".into(),
        blocks: vec![Block::Facts(facts)],
    })
}

fn totals(comparison: &Comparison) -> Option<Section> {
    let units = comparison.totals.iter().filter(|it| it.metric.starts_with("units."));
    let named = TOTALS
        .iter()
        .filter_map(|name| comparison.totals.iter().find(|it| it.metric == *name));
    let metrics: Vec<&MetricComparison> = named.chain(units).filter(|it| is_something(it)).collect();
    if metrics.is_empty() {
        return None;
    }
    let all = || metrics.iter().flat_map(|it| it.options.iter().flatten());
    let has_ranges = all().any(|it| it.value.p10.is_some());
    let has_regret = metrics.iter().any(|it| it.better.is_some()) && comparison.options.len() > 2;
    let mut columns = vec![Column::words(""), Column::numbers("expected")];
    if has_ranges {
        columns.push(Column::numbers("80 % range").spare(3));
    }
    columns.push(Column::numbers("difference"));
    columns.push(Column::numbers("± 95 %"));
    if has_ranges {
        columns.push(Column::numbers("80 % of futures").spare(2));
    }
    columns.push(Column::numbers("lift"));
    columns.push(Column::numbers("better in").spare(1));
    if has_regret {
        columns.push(Column::numbers("best in").spare(4));
        columns.push(Column::numbers("regret").spare(5));
    }
    let mut rows = Vec::new();
    for metric in metrics {
        let currency = comparison.options[0].scenario.currency.as_deref();
        let kind = Kind::of_metric(&metric.metric);
        let unit = currency.filter(|_| kind == Kind::Money);
        rows.push(Row::Heading(match unit {
            Some(currency) => format!("{}, {}", metric_words(&metric.metric), one_line(currency)),
            None => metric_words(&metric.metric),
        }));
        for (option, value) in comparison.options.iter().zip(&metric.options) {
            let mut cells = vec![Cell::text(one_line(&option.option))];
            let written = value.as_ref().map(|it| Written::of(kind, it));
            let written = written.unwrap_or_default();
            cells.push(Cell::text(written.value));
            if has_ranges {
                cells.push(Cell::text(written.range).tone(Tone::Faint));
            }
            cells.push(Cell::text(written.difference).tone(tone(metric, value.as_ref())));
            cells.push(Cell::text(written.error).tone(Tone::Faint));
            if has_ranges {
                cells.push(Cell::text(written.futures).tone(Tone::Faint));
            }
            cells.push(Cell::text(written.lift));
            cells.push(Cell::text(written.better));
            if has_regret {
                cells.push(Cell::text(written.best));
                cells.push(Cell::text(written.regret));
            }
            rows.push(Row::Cells(cells));
        }
    }
    let mut blocks = vec![Block::Table(Grid { columns, rows })];
    blocks.push(Block::Note(
        "All options met the same worlds and the same luck, replication by replication. A difference comes \
         with the 95 % interval of its mean; `80 % of futures` is where it ends in eight of ten, and `better in` \
         how often it is on the good side of the base."
            .to_owned(),
    ));
    if has_regret {
        blocks.push(Block::Note(
            "Regret is how far an option is, on average, from the one that turns out best.".to_owned(),
        ));
    }
    Some(Section {
        heading: "In total".into(),
        blocks,
    })
}

fn is_something(metric: &MetricComparison) -> bool {
    metric.options.iter().flatten().any(|it| super::is_something(&it.value))
}

/// The words of a row.
#[derive(Default)]
struct Written {
    value: String,
    range: String,
    difference: String,
    error: String,
    futures: String,
    lift: String,
    better: String,
    best: String,
    regret: String,
}

impl Written {
    fn of(kind: Kind, value: &OptionValue) -> Self {
        let format = Format::of(kind, &value.value);
        let step = step_of(&value.value);
        let percent = |it: Option<f64>| it.map_or_else(String::new, |it| share(it, Some(0.01)));
        let mut written = Self {
            value: format.number(value.value.mean, step),
            range: format.range(value.value.p10, value.value.p90, step),
            best: percent(value.probability_best),
            ..Self::default()
        };
        if let Some(regret) = value.regret {
            written.regret = Difference::of(kind, &[Some(regret)]).number(regret, None);
        }
        let Some(paired) = &value.paired else {
            return written;
        };
        if paired.is_none() {
            "none".clone_into(&mut written.difference);
            return written;
        }
        let it = &paired.difference;
        let step = step_of_difference(it);
        let words = Difference::of(kind, &[it.mean, it.p10, it.p90]);
        written.difference = it.mean.map_or_else(String::new, |mean| words.signed(mean, step));
        let half = it.se.map(|se| 1.96 * se);
        written.error = half.map_or_else(String::new, |half| words.number(half, step));
        if let Some((low, high)) = it.p10.zip(it.p90) {
            written.futures = format!("{} to {}", words.signed_bare(low, step), words.signed(high, step));
        }
        written.lift = paired.lift.mean.map_or_else(String::new, |lift| {
            let step = step_of_difference(&paired.lift);
            Difference::PERCENT.signed(lift, step)
        });
        written.better = percent(value.probability_better);
        written
    }
}

/// Green for a difference that is surely good news, red for one that is surely bad.
fn tone(metric: &MetricComparison, value: Option<&OptionValue>) -> Tone {
    let interval = value.and_then(|it| it.paired).and_then(|it| it.confidence_95());
    let sign = match (interval, metric.better) {
        (Some((low, _)), Some(better)) if low > 0.0 => Some(better == crate::study::Better::Higher),
        (Some((_, high)), Some(better)) if high < 0.0 => Some(better == crate::study::Better::Lower),
        _ => None,
    };
    match sign {
        Some(true) => Tone::Good,
        Some(false) => Tone::Bad,
        None => Tone::Plain,
    }
}

/// The step to which a difference is rounded: a tenth or less of the 95 % interval of its mean.
fn step_of_difference(estimate: &Estimate) -> Option<f64> {
    let se = estimate.se.filter(|it| *it > 0.0)?;
    Some(10f64.powf((2.0 * se).log10().floor()))
}

/// How differences are written: as amounts, in percentage points, or in percent.
#[derive(Debug, Clone, Copy)]
struct Difference {
    format: Format,
    factor: f64,
    unit: &'static str,
}

impl Difference {
    const PERCENT: Self = Self {
        format: Format {
            kind: Kind::Count,
            scale: crate::report::number::Scale::Plain,
        },
        factor: 100.0,
        unit: " %",
    };

    /// For differences of metrics of this kind.
    fn of(kind: Kind, values: &[Option<f64>]) -> Self {
        match kind {
            Kind::Share => Self {
                unit: " pp",
                ..Self::PERCENT
            },
            Kind::Count | Kind::Money => Self {
                format: Format::fitting(kind, values.iter().copied()),
                factor: 1.0,
                unit: "",
            },
        }
    }

    fn bare(self, value: f64, step: Option<f64>) -> String {
        let step = step.map(|it| it * self.factor);
        self.format.number(Some(value * self.factor), step)
    }

    fn number(self, value: f64, step: Option<f64>) -> String {
        self.bare(value, step) + self.unit
    }

    fn signed_bare(self, value: f64, step: Option<f64>) -> String {
        let text = self.bare(value, step);
        let is_zero = !text.contains(|it: char| matches!(it, '1'..='9'));
        if value > 0.0 && !is_zero {
            format!("+{text}")
        } else {
            text
        }
    }

    fn signed(self, value: f64, step: Option<f64>) -> String {
        self.signed_bare(value, step) + self.unit
    }
}

/// The cells of one option beside the others: its value if it is the base, else its difference.
fn beside(kind: Kind, option: usize, value: Option<&OptionValue>) -> Cell {
    let Some(value) = value else {
        return Cell::text(crate::report::number::NOTHING).tone(Tone::Faint);
    };
    if option == 0 {
        let format = Format::of(kind, &value.value);
        return Cell::text(format.number(value.value.mean, step_of(&value.value)));
    }
    match value.paired.filter(|it| !it.is_none()) {
        None => Cell::text("none").tone(Tone::Faint),
        Some(paired) => {
            let it = &paired.difference;
            let words = Difference::of(kind, &[it.mean]);
            let step = step_of_difference(it);
            let number = it.mean.map_or_else(String::new, |mean| words.signed(mean, step));
            let half = it.se.filter(|se| *se > 0.0).map(|se| words.bare(1.96 * se, step));
            Cell::text(match half {
                Some(half) => format!("{number} ± {half}"),
                None => number,
            })
        }
    }
}

/// Columns for what stands side by side: the base, then each alternative.
fn side_by_side(names: &str, comparison: &Comparison) -> Vec<Column> {
    let mut columns = vec![Column::words(names)];
    columns.extend(
        comparison
            .options
            .iter()
            .map(|it| Column::numbers(one_line(&it.option))),
    );
    columns
}

fn funnel(comparison: &Comparison) -> Option<Section> {
    if comparison.funnel.is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    let parts = [("customers who come this far", false), ("of the first stage", true)];
    for (heading, is_share) in parts {
        rows.push(Row::Heading(heading.to_owned()));
        for stage in comparison.funnel.iter().skip(usize::from(is_share)) {
            let (values, kind) = if is_share {
                (&stage.from_first, Kind::Share)
            } else {
                (&stage.reached, Kind::Count)
            };
            let cells = values.iter().enumerate();
            let cells = cells.map(|(option, it)| beside(kind, option, it.as_ref()));
            rows.push(Row::Cells(
                std::iter::once(Cell::text(one_line(&stage.title)))
                    .chain(cells)
                    .collect(),
            ));
        }
    }
    Some(Section {
        heading: "Funnel: the base, and differences to it".into(),
        blocks: vec![Block::Table(Grid {
            columns: side_by_side("stage", comparison),
            rows,
        })],
    })
}

fn forks(comparison: &Comparison) -> Option<Section> {
    let differs = |values: &[Option<OptionValue>]| {
        let mut others = values.iter().skip(1);
        others.any(|it| it.is_none_or(|it| it.paired.is_none_or(|it| !it.is_none())))
    };
    let mut rows = Vec::new();
    let mut same = 0;
    for fork in &comparison.forks {
        if !fork.branches.iter().any(|it| differs(&it.share)) {
            same += 1;
            continue;
        }
        rows.push(Row::Heading(one_line(&fork.title)));
        for branch in &fork.branches {
            let cells = branch.share.iter().enumerate();
            let cells = cells.map(|(option, it)| beside(Kind::Share, option, it.as_ref()));
            let name = Cell::text(one_line(&branch.branch));
            rows.push(Row::Cells(std::iter::once(name).chain(cells).collect()));
        }
    }
    if rows.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::Table(Grid {
        columns: side_by_side("fork", comparison),
        rows,
    })];
    if same > 0 {
        let verb = if same == 1 { "does" } else { "do" };
        blocks.push(Block::Note(format!(
            "{} {verb} not differ.",
            several(same, "other fork")
        )));
    }
    Some(Section {
        heading: "Forks: shares of the base, and differences to them".into(),
        blocks,
    })
}

fn by_period(comparison: &Comparison, metric: &str) -> Option<Section> {
    let kind = Kind::of_metric(metric);
    let of = |period: usize| comparison.periods[period].metrics.iter().find(|it| it.metric == metric);
    let is_known = (0..comparison.periods.len()).filter_map(of).any(is_something);
    if !is_known {
        return None;
    }
    let rows = comparison.periods.iter().enumerate().filter_map(|(at, period)| {
        let cells = of(at)?.options.iter().enumerate();
        let cells = cells.map(|(option, it)| beside(kind, option, it.as_ref()));
        Some(Row::Cells(
            std::iter::once(Cell::text(period.period.clone()))
                .chain(cells)
                .collect(),
        ))
    });
    let mut grid = Grid {
        columns: side_by_side("period", comparison),
        rows: rows.collect(),
    };
    let left_out = super::fold(&mut grid, 26, 2);
    let mut blocks = vec![Block::Table(grid)];
    if left_out > 0 {
        let what = several(left_out, "period");
        blocks.push(Block::Note(format!(
            "{what} are left out; `--format csv` has them all."
        )));
    }
    let currency = comparison.options[0].scenario.currency.as_deref();
    let unit = currency
        .filter(|_| kind == Kind::Money)
        .map(|it| format!(", {}", one_line(it)));
    Some(Section {
        heading: format!(
            "By period, {}{}: the base, and differences to it",
            metric_words(metric),
            unit.unwrap_or_default()
        ),
        blocks,
    })
}
