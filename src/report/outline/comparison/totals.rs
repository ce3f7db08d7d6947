//! Every metric over the horizon: values, differences to the base, and how sure these are.

use super::difference::{Difference, step_of_difference};
use crate::report::number::{Format, Kind, share, step_of};
use crate::report::outline::{self, Block, Cell, Column, Grid, Row, Section, Tone, metric_words, one_line};
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
/// Every metric over the horizon, in one table.
pub(super) fn totals(comparison: &Comparison) -> Option<Section> {
    let metrics = metrics(comparison);
    if metrics.is_empty() {
        return None;
    }
    let (has_ranges, has_regret) = parts(comparison, &metrics);
    let mut rows = Vec::new();
    for metric in &metrics {
        rows.push(Row::Heading(heading(comparison, metric)));
        rows.extend(metric_rows(comparison, metric, (has_ranges, has_regret)));
    }
    let columns = columns("", (has_ranges, has_regret));
    let mut blocks = vec![Block::Table(Grid { columns, rows })];
    blocks.extend(notes(has_regret));
    Some(Section {
        heading: "In total".into(),
        blocks,
    })
}

/// Every metric over the horizon, each in a table of its own that can be sorted.
pub(super) fn one_by_one(comparison: &Comparison) -> Vec<Section> {
    let metrics = metrics(comparison);
    let tables = metrics.iter().map(|metric| {
        let parts = parts(comparison, &[metric]);
        let table = Grid {
            columns: columns("option", parts),
            rows: metric_rows(comparison, metric, parts).collect(),
        };
        Section {
            heading: heading(comparison, metric),
            blocks: vec![Block::Table(table)],
        }
    });
    let mut sections: Vec<Section> = tables.collect();
    if let Some(last) = sections.last_mut() {
        last.blocks.extend(notes(parts(comparison, &metrics).1));
    }
    sections
}

/// The metrics of which there is anything.
fn metrics(comparison: &Comparison) -> Vec<&MetricComparison> {
    let units = comparison.totals.iter().filter(|it| it.metric.starts_with("units."));
    let named = TOTALS
        .iter()
        .filter_map(|name| comparison.totals.iter().find(|it| it.metric == *name));
    named.chain(units).filter(|it| is_something(it)).collect()
}

/// Whether ranges are known, and whether there is a choice to regret.
fn parts(comparison: &Comparison, metrics: &[&MetricComparison]) -> (bool, bool) {
    let mut all = metrics.iter().flat_map(|it| it.options.iter().flatten());
    let has_ranges = all.any(|it| it.value.p10.is_some());
    let has_regret = metrics.iter().any(|it| it.better.is_some()) && comparison.options.len() > 2;
    (has_ranges, has_regret)
}

/// A metric with its unit.
fn heading(comparison: &Comparison, metric: &MetricComparison) -> String {
    let currency = comparison.options[0].scenario.currency.as_deref();
    let kind = Kind::of_metric(&metric.metric);
    match currency.filter(|_| kind == Kind::Money) {
        Some(currency) => format!("{}, {}", metric_words(&metric.metric), one_line(currency)),
        None => metric_words(&metric.metric),
    }
}

fn columns(names: &str, (has_ranges, has_regret): (bool, bool)) -> Vec<Column> {
    let mut columns = vec![Column::words(names), Column::numbers("expected")];
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
    columns
}

/// A row for each option.
fn metric_rows<'a>(
    comparison: &'a Comparison,
    metric: &'a MetricComparison,
    (has_ranges, has_regret): (bool, bool),
) -> impl Iterator<Item = Row> + 'a {
    let kind = Kind::of_metric(&metric.metric);
    comparison
        .options
        .iter()
        .zip(&metric.options)
        .map(move |(option, value)| {
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
            Row::Cells(cells)
        })
}

/// What the columns mean.
fn notes(has_regret: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Note(
        "All options met the same worlds and the same luck, replication by replication. A difference comes \
         with the 95 % interval of its mean; `80 % of futures` is where it ends in eight of ten, and `better in` \
         how often it is on the good side of the base."
            .to_owned(),
    )];
    if has_regret {
        blocks.push(Block::Note(
            "Regret is how far an option is, on average, from the one that turns out best.".to_owned(),
        ));
    }
    blocks
}

pub(super) fn is_something(metric: &MetricComparison) -> bool {
    metric
        .options
        .iter()
        .flatten()
        .any(|it| outline::is_something(&it.value))
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
