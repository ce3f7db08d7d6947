//! Room for columns: which of a table's columns stand side by side, and how wide each is.

use super::words::width_of;
use crate::report::outline::{Content, Grid, Row};

/// Between two columns.
pub(super) const GAP: usize = 2;
/// Rows under a heading are set in by this much.
pub(super) const UNDER_HEADING: usize = 2;
/// Names are cut to this before any column is given up …
const WORDS_LITTLE: usize = 18;
/// … and to this before the table is broken in two.
const WORDS_LEAST: usize = 8;
/// The shortest full bar that still tells shares apart, and the longest that helps.
const BAR: [usize; 2] = [8, 24];
/// Names of bands are cut to this.
const BAND_MAX: usize = 24;

/// A column and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) column: usize,
    pub(super) width: usize,
}

/// The columns of the tables, one below the other, into which `grid` is broken to fit `room`.
/// Each begins with the column that names the rows.
pub(super) fn layout(grid: &Grid, room: usize) -> Vec<Vec<Place>> {
    let natural = natural_widths(grid);
    let least = |column: usize, words: usize| match grid.columns[column].content {
        Content::Words => natural[column].min(words),
        Content::Numbers => natural[column],
        Content::Bars => BAR[0],
    };
    let total = |columns: &[usize], words: usize| {
        let widths: usize = columns.iter().map(|&it| least(it, words)).sum();
        widths + GAP * columns.len().saturating_sub(1)
    };
    let mut columns: Vec<usize> = (0..grid.columns.len()).collect();
    while total(&columns, WORDS_LITTLE) > room {
        let Some(&spare) = columns
            .iter()
            .skip(1)
            .filter(|&&it| grid.columns[it].spare > 0)
            .max_by_key(|&&it| grid.columns[it].spare)
        else {
            break;
        };
        columns.retain(|&it| it != spare);
    }
    let words = if total(&columns, WORDS_LITTLE) <= room {
        WORDS_LITTLE
    } else {
        WORDS_LEAST
    };
    tables(grid, &columns, |columns| total(columns, words) <= room)
        .into_iter()
        .map(|columns| {
            let widths = columns.iter().map(|&it| least(it, words)).collect();
            grown(grid, &natural, &columns, widths, room)
        })
        .collect()
}

/// Breaks `columns` into tables that fit, bands unbroken, each with the first column.
fn tables(grid: &Grid, columns: &[usize], fits: impl Fn(&[usize]) -> bool) -> Vec<Vec<usize>> {
    let Some((&names, rest)) = columns.split_first() else {
        return Vec::new();
    };
    let mut tables = vec![vec![names]];
    for band in rest
        .chunk_by(|&one, &other| grid.columns[one].band.is_some() && grid.columns[one].band == grid.columns[other].band)
    {
        let last = tables.last_mut().expect("there is a first table");
        let wider = [last.as_slice(), band].concat();
        if last.len() == 1 || fits(&wider) {
            *last = wider;
        } else {
            tables.push([&[names], band].concat());
        }
    }
    tables
}

/// Widens the least widths as far as there is room: words to what they need, then bars. What is
/// still too wide is cut, from the last column on.
fn grown(grid: &Grid, natural: &[usize], columns: &[usize], mut widths: Vec<usize>, room: usize) -> Vec<Place> {
    let room = room.saturating_sub(GAP * columns.len().saturating_sub(1));
    for content in [Content::Words, Content::Bars] {
        for (at, &column) in columns.iter().enumerate() {
            if grid.columns[column].content == content {
                let left = room.saturating_sub(widths.iter().sum());
                widths[at] += left.min(natural[column] - widths[at]);
            }
        }
    }
    for at in (0..columns.len()).rev() {
        let over = widths.iter().sum::<usize>().saturating_sub(room);
        widths[at] -= over.min(widths[at].saturating_sub(1));
    }
    columns
        .iter()
        .zip(widths)
        .map(|(&column, width)| Place { column, width })
        .collect()
}

fn natural_widths(grid: &Grid) -> Vec<usize> {
    let has_headings = grid.rows.iter().any(|it| matches!(it, Row::Heading(_)));
    let mut widths: Vec<usize> = grid
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let set_in = if at == 0 && has_headings { UNDER_HEADING } else { 0 };
            let cells = grid.rows.iter().map(|row| match row {
                Row::Cells(cells) | Row::Total(cells) => cells.get(at).map_or(0, |it| width_of(&it.text)) + set_in,
                Row::Heading(_) => 0,
                Row::Gap => 1,
            });
            let unit = column.unit.as_deref().map_or(0, width_of);
            let bar = if column.content == Content::Bars { BAR[1] } else { 0 };
            let widest = cells.max().unwrap_or(0);
            widest.max(unit).max(bar).max(width_of(&column.head))
        })
        .collect();
    // The name of a band has to fit over its columns.
    let columns: Vec<usize> = (0..grid.columns.len()).collect();
    for band in columns.chunk_by(|&one, &other| grid.columns[one].band == grid.columns[other].band) {
        if let (Some(name), Some(&last)) = (&grid.columns[band[0]].band, band.last()) {
            let taken: usize = band.iter().map(|&it| widths[it]).sum::<usize>() + GAP * (band.len() - 1);
            widths[last] += width_of(name).min(BAND_MAX).saturating_sub(taken);
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::outline::{Cell, Column};

    fn grid(columns: Vec<Column>, cells: &[&str]) -> Grid {
        Grid {
            columns,
            rows: vec![Row::Cells(cells.iter().map(|&it| Cell::text(it)).collect())],
        }
    }

    fn check(grid: &Grid, room: usize, expected: &[&[(usize, usize)]]) {
        let places: Vec<Vec<(usize, usize)>> = layout(grid, room)
            .iter()
            .map(|table| table.iter().map(|it| (it.column, it.width)).collect())
            .collect();
        assert_eq!(places, expected, "in {room} columns");
    }

    #[test]
    fn names_shrink_then_spare_columns_go_then_the_table_breaks() {
        let name = "a name of twenty-six width";
        let table = grid(
            vec![
                Column::words("step"),
                Column::numbers("customers"),
                Column::numbers("range").spare(1),
                Column::numbers("profit"),
            ],
            &[name, "1,200", "900 to 1,400", "-12"],
        );
        check(&table, 80, &[&[(0, 26), (1, 9), (2, 12), (3, 6)]]);
        check(&table, 55, &[&[(0, 22), (1, 9), (2, 12), (3, 6)]]);
        check(&table, 50, &[&[(0, 26), (1, 9), (3, 6)]]);
        check(&table, 30, &[&[(0, 11), (1, 9), (3, 6)]]);
        check(&table, 22, &[&[(0, 11), (1, 9)], &[(0, 14), (3, 6)]]);
    }

    #[test]
    fn bands_stay_together() {
        let of = |band: &str| ["median", "90 % range"].map(|head| Column::numbers(head).band(band));
        let [one, two] = of("licence");
        let [three, four] = of("seat");
        let table = grid(
            vec![Column::words("month"), one, two, three, four],
            &["2026-01", "12", "10 to 14", "7", "5 to 9"],
        );
        check(&table, 40, &[&[(0, 7), (1, 6), (2, 10)], &[(0, 7), (3, 6), (4, 10)]]);
    }
}
