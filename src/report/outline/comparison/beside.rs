//! What stands side by side: the base, and each option's difference to it.

use super::difference::{Difference, step_of_difference};
use super::totals::is_something;
use crate::report::number::{self, Format, Kind, several, step_of};
use crate::report::outline::{Block, Cell, Column, Grid, Row, Section, Tone, fold, metric_words, one_line};
use crate::study::comparison::{Comparison, OptionValue};

/// The cells of one option beside the others: its value if it is the base, else its difference.
fn beside(kind: Kind, option: usize, value: Option<&OptionValue>) -> Cell {
    let Some(value) = value else {
        return Cell::text(number::NOTHING).tone(Tone::Faint);
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

pub(super) fn funnel(comparison: &Comparison) -> Option<Section> {
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

pub(super) fn forks(comparison: &Comparison) -> Option<Section> {
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

/// A metric by period; of more than `rows_max` rows the middle ones are left out.
pub(super) fn by_period(comparison: &Comparison, metric: &str, rows_max: Option<usize>) -> Option<Section> {
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
    let left_out = rows_max.map_or(0, |it| fold(&mut grid, it, 2));
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
