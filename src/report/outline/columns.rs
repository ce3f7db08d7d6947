//! Tables from estimates: numbers with their intervals, in a common unit.

use super::{Cell, Column, Grid, Row, Tone, one_line};
use crate::forecast::Estimate;
use crate::report::number::{Format, Kind, step_of};

/// A column of estimates with, next to it, one of their intervals, if any is known.
pub(super) struct EstimateColumns {
    pub(super) columns: Vec<Column>,
    /// For each row, as many cells as there are columns.
    pub(super) cells: Vec<Vec<Cell>>,
}

/// The interval that stands next to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interval {
    /// None.
    No,
    /// From the 10 % to the 90 % quantile, next to the mean.
    Eighty,
    /// From the 5 % to the 95 % quantile, next to the median.
    Ninety,
}

impl EstimateColumns {
    /// `head` names the numbers; the interval goes where room is short and `spare` is not 0.
    pub(super) fn new(
        head: &str,
        kind: Kind,
        currency: Option<&str>,
        estimates: &[Estimate],
        (interval, spare): (Interval, u8),
    ) -> Self {
        let middle = |it: &Estimate| match interval {
            Interval::Ninety => it.p50,
            Interval::No | Interval::Eighty => it.mean,
        };
        let ends = |it: &Estimate| match interval {
            Interval::No => (None, None),
            Interval::Eighty => (it.p10, it.p90),
            Interval::Ninety => (it.p5, it.p95),
        };
        let format = Format::fitting(
            kind,
            estimates.iter().flat_map(|it| [middle(it), ends(it).0, ends(it).1]),
        );
        let known = estimates.iter().any(|it| ends(it).0.is_some());
        let mut columns = vec![Column::numbers(head).unit(unit_words(format, currency))];
        if known {
            let head = if interval == Interval::Ninety {
                "90 % range"
            } else {
                "80 % range"
            };
            columns.push(Column::numbers(head).spare(spare));
        }
        let cells = estimates.iter().map(|it| {
            let step = step_of(it);
            let number = Cell::text(format.bare_number(middle(it), step));
            let range = known.then(|| {
                let (low, high) = ends(it);
                Cell::text(format.bare_range(low, high, step)).tone(Tone::Faint)
            });
            std::iter::once(number).chain(range).collect()
        });
        Self {
            columns,
            cells: cells.collect(),
        }
    }
}

/// A column of numbers without intervals.
pub(super) fn known_column(
    head: &str,
    kind: Kind,
    spare: u8,
    currency: Option<&str>,
    values: &[Option<f64>],
) -> EstimateColumns {
    let format = Format::fitting(kind, values.iter().copied());
    let cells = values
        .iter()
        .map(|value| vec![Cell::text(format.bare_number(*value, None))]);
    EstimateColumns {
        columns: vec![Column::numbers(head).unit(unit_words(format, currency)).spare(spare)],
        cells: cells.collect(),
    }
}

/// The unit of a column of numbers: `EUR`, `million`, `million EUR`.
pub(super) fn unit_words(format: Format, currency: Option<&str>) -> Option<String> {
    let currency = currency.filter(|_| format.kind == Kind::Money).map(one_line);
    match (format.scale.word(), currency) {
        (Some(word), Some(currency)) => Some(format!("{word} {currency}")),
        (Some(word), None) => Some(word.into()),
        (None, currency) => currency,
    }
}

/// The rows of a table from the columns of its names and its numbers.
pub(super) fn grid(names: Column, rows: Vec<String>, parts: Vec<EstimateColumns>) -> Grid {
    let mut columns = vec![names];
    let mut cells: Vec<Vec<Cell>> = rows.into_iter().map(|it| vec![Cell::text(it)]).collect();
    for part in parts {
        columns.extend(part.columns);
        for (row, more) in cells.iter_mut().zip(part.cells) {
            row.extend(more);
        }
    }
    Grid {
        columns,
        rows: cells.into_iter().map(Row::Cells).collect(),
    }
}

/// Keeps the first and last rows of a long table, with a gap between, and says how many it left out.
pub(super) fn fold(grid: &mut Grid, rows_max: usize, rows_last: usize) -> usize {
    let count = grid.rows.len();
    if count <= rows_max {
        return 0;
    }
    // The gap is a row as well.
    let first = rows_max - rows_last - 1;
    grid.rows.splice(first..count - rows_last, std::iter::once(Row::Gap));
    count - first - rows_last
}
