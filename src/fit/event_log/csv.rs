//! Text tables, one row an event: cells found eight bytes at a time.

use std::borrow::Cow;

use super::LogError;
use super::batch::{Batch, Place};
use super::blocks::{lines, separators};
use super::header::Columns;
use super::money;
use super::refusal::Reason;
use super::time::TimeFormat;

/// Set in the place of a delimiter that ends a row.
const ROW_END: u32 = 1 << 31;

/// How a table is laid out.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) delimiter: u8,
    /// How many columns the header has.
    pub(super) width: usize,
    pub(super) columns: Columns,
    pub(super) time_format: TimeFormat,
}

/// The cells of a piece of a table.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Where cells end in the text.
    ends: Vec<u32>,
    has_quotes: bool,
    is_utf8: bool,
}

/// A row: where it begins, and where its cells end.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellsOfRow<'a> {
    begin: usize,
    ends: &'a [u32],
}

impl Cells {
    /// Finds the cells of a text of whole rows.
    pub(super) fn find(&mut self, text: &[u8], delimiter: u8) {
        self.ends.clear();
        self.is_utf8 = std::str::from_utf8(text).is_ok();
        self.has_quotes = text.contains(&b'"');
        if self.has_quotes {
            let flag = |is_end| if is_end { ROW_END } else { 0 };
            separators(text, delimiter, |at, is_end| self.ends.push(at as u32 | flag(is_end)));
        } else {
            plain_ends(text, delimiter, &mut self.ends);
        }
    }

    /// The rows, but for empty lines.
    pub(super) fn rows<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = CellsOfRow<'a>> {
        let mut begin = 0;
        let rows = self.ends.split_inclusive(|it| it & ROW_END != 0).map(move |ends| {
            let row = CellsOfRow { begin, ends };
            begin = row.end() + 1;
            row
        });
        rows.filter(|it| !matches!(&text[it.begin..it.end()], [] | [b'\r']))
    }

    /// Reads every row of `text`, the first of which stands in this line of the file, and notes those that
    /// cannot be used.
    #[inline]
    pub(super) fn each_row(
        &mut self,
        text: &[u8],
        line: u64,
        delimiter: u8,
        batch: &mut Batch,
        mut read: impl FnMut(CellsOfRow<'_>, &Self, &mut Batch) -> Result<(), Refusal>,
    ) {
        self.find(text, delimiter);
        // Lines are only counted where somebody is to be told.
        let (mut known_line, mut known_at) = (line, 0);
        for row in self.rows(text) {
            batch.rows_read += 1;
            if let Err((reason, cell)) = read(row, self, batch) {
                known_line += lines(&text[known_at..row.begin]);
                known_at = row.begin;
                batch.refusals.add(known_line, reason, &cell);
            }
        }
    }

    /// Whether a row can be looked into: it is UTF-8 and has so many cells.
    #[inline]
    pub(super) fn check(&self, text: &[u8], row: CellsOfRow<'_>, width: usize) -> Result<(), Refusal> {
        if !self.is_utf8 && std::str::from_utf8(&text[row.begin..row.end()]).is_err() {
            return Err((Reason::Text, String::new()));
        }
        if !row.has_width(text, width) {
            return Err((Reason::Columns, format!("{} instead of {width}", row.ends.len())));
        }
        Ok(())
    }

    /// What a cell says, without its quotes.
    #[inline]
    pub(super) fn get<'a>(&self, text: &'a [u8], row: CellsOfRow<'_>, column: usize) -> Cow<'a, [u8]> {
        let (begin, end) = row.bounds(text, column);
        let cell = &text[begin..end];
        if self.has_quotes && cell.first() == Some(&b'"') {
            unquoted(cell)
        } else {
            Cow::Borrowed(cell)
        }
    }
}

impl CellsOfRow<'_> {
    fn end(&self) -> usize {
        (self.ends[self.ends.len() - 1] & !ROW_END) as usize
    }

    #[inline]
    fn bounds(&self, text: &[u8], column: usize) -> (usize, usize) {
        let begin = column
            .checked_sub(1)
            .map_or(self.begin, |it| self.ends[it] as usize + 1);
        let end = (self.ends[column] & !ROW_END) as usize;
        let is_last = column + 1 == self.ends.len();
        let has_return = is_last && end > begin && text[end - 1] == b'\r';
        (begin, end - usize::from(has_return))
    }

    /// Where a cell without quotes is.
    fn place(&self, text: &[u8], column: usize) -> Place {
        let (begin, end) = self.bounds(text, column);
        Batch::place_in_text(begin, end)
    }

    /// Whether it has as many cells as the header; empty ones behind them do not matter.
    pub(super) fn has_width(&self, text: &[u8], width: usize) -> bool {
        let further = || (width..self.ends.len()).all(|it| self.bounds(text, it).0 == self.bounds(text, it).1);
        self.ends.len() == width || (self.ends.len() > width && further())
    }
}

/// The names of the columns.
///
/// # Errors
///
/// If there are none, or if they are not UTF-8.
pub(super) fn header(line: &[u8], delimiter: u8) -> Result<Vec<String>, LogError> {
    let mut text = line.to_vec();
    if text.last() != Some(&b'\n') {
        text.push(b'\n');
    }
    let mut cells = Cells::default();
    cells.find(&text, delimiter);
    let row = cells.rows(&text).next().ok_or(LogError::Empty)?;
    let name = |column| {
        let name = cells.get(&text, row, column).into_owned();
        let name = String::from_utf8(name).map_err(|_| LogError::Notation("its header is not UTF-8".to_owned()))?;
        Ok(name.trim().to_owned())
    };
    (0..row.ends.len()).map(name).collect()
}

/// Why a row cannot be used, and the cell it lies in.
pub(super) type Refusal = (Reason, String);

/// Reads the rows of `text`, the first of which stands in this line of the file.
pub(super) fn read(text: &[u8], line: u64, layout: &Layout, cells: &mut Cells, batch: &mut Batch) {
    cells.each_row(text, line, layout.delimiter, batch, |row, cells, batch| {
        read_row(text, row, layout, cells, batch)
    });
}

#[inline]
fn read_row(
    text: &[u8],
    row: CellsOfRow<'_>,
    layout: &Layout,
    cells: &Cells,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    let columns = &layout.columns;
    cells.check(text, row, layout.width)?;
    let case = cells.get(text, row, columns.case);
    if case.trim_ascii().is_empty() {
        return Err((Reason::NoCase, String::new()));
    }
    let activity = cells.get(text, row, columns.activity);
    if activity.trim_ascii().is_empty() {
        return Err((Reason::NoActivity, String::new()));
    }
    let time = cells.get(text, row, columns.time);
    let Some(stamp) = layout.time_format.read(&time) else {
        let is_empty = time.trim_ascii().is_empty();
        let reason = if is_empty { Reason::NoTime } else { Reason::Time };
        return Err((reason, lossy(&time)));
    };
    let value = match columns.value {
        None => None,
        Some(column) => {
            let cell = cells.get(text, row, column);
            money::read(&cell).map_err(|it| (it, lossy(&cell)))?
        }
    };
    let place = match &case {
        Cow::Borrowed(_) if !cells.has_quotes => row.place(text, columns.case),
        case => batch.place_in_spare(case),
    };
    let activity = batch.activity(&activity);
    batch
        .add(&case, place, activity, stamp)
        .map_err(|it| (it, lossy(&time)))?;
    if columns.value.is_some() {
        batch.values.push(value);
    }
    for (at, column) in columns.attributes.iter().enumerate() {
        batch.attribute(at, &cells.get(text, row, *column));
    }
    Ok(())
}

/// A cell as a message shows it.
pub(super) fn lossy(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

/// The text within quotes, two of them as one, and whatever stands behind the last.
fn unquoted(cell: &[u8]) -> Cow<'_, [u8]> {
    let inner = &cell[1..];
    match inner.iter().position(|it| *it == b'"') {
        Some(end) if end + 1 == inner.len() => return Cow::Borrowed(&inner[..end]),
        _ => {}
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'"' {
            text.push(byte);
        } else if bytes.next_if_eq(&b'"').is_some() {
            text.push(b'"');
        } else {
            text.extend(bytes.by_ref());
        }
    }
    Cow::Owned(text)
}

/// Adds where every cell ends: eight bytes at a time, a byte that is looked for becoming zero and zeros
/// being found by the borrow they cause (Hacker's Delight, 6-1, in the form that has no false hits).
fn plain_ends(text: &[u8], delimiter: u8, ends: &mut Vec<u32>) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = ONES * 0x7f;
    let zeros = |word: u64| !(((word & LOW) + LOW) | word | LOW);
    let (delimiters, newlines) = (ONES * u64::from(delimiter), ONES * u64::from(b'\n'));
    let (words, tail) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let newlines = zeros(word ^ newlines);
        let mut found = zeros(word ^ delimiters) | newlines;
        while found != 0 {
            let bit = found.trailing_zeros();
            let flag = ((newlines >> bit) as u32 & 1) << 31;
            ends.push((at as u32 * 8 + bit / 8) | flag);
            found &= found - 1;
        }
    }
    let begin = text.len() - tail.len();
    for (at, byte) in tail
        .iter()
        .enumerate()
        .filter(|it| *it.1 == delimiter || *it.1 == b'\n')
    {
        let flag = if *byte == b'\n' { ROW_END } else { 0 };
        ends.push((begin + at) as u32 | flag);
    }
}
