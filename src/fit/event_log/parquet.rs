//! Apache Parquet: only the columns that are needed, some rows at a time.

use std::borrow::Cow;
use std::io::Read;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::audit::{Audit, ColumnsUsed};
use super::batch::Batch;
use super::collect::Collector;
use super::header::{Columns, recognise};
use super::refusal::Reason;
use super::table::DAY;
use super::time::{Stamp, TimeFormat};
use super::{LogError, Moment, ReadOptions, money};

/// Rows are read so many at a time.
const ROWS: usize = 1 << 14;
/// Ten-thousandths in one.
const ONE: f64 = 10_000.0;

/// Reads all rows. A Parquet file says at its end where everything is, so all of it is read first.
///
/// # Errors
///
/// If it is no Parquet file, is packed in a way that this build cannot unpack, or lacks a column.
pub(super) fn read(mut source: impl Read, options: &ReadOptions, audit: &mut Audit) -> Result<Collector, LogError> {
    if options.is_wide {
        return Err(LogError::Notation(
            "tables with one row for each case are read as CSV only".to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes)?;
    let file = SerializedFileReader::new(Bytes::from(bytes)).map_err(mistake)?;
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let described: Vec<&ColumnDescriptor> = schema.columns().iter().map(AsRef::as_ref).collect();
    let names: Vec<String> = described.iter().map(|it| it.path().string()).collect();
    let columns = recognise(&names, options)?;
    let named = |at: &usize| names[*at].clone();
    let needed = needed(&columns);
    if let Some(nested) = needed.iter().find(|it| described[**it].max_rep_level() > 0) {
        return Err(LogError::Notation(format!(
            "`{}` is a list in every row",
            names[*nested]
        )));
    }
    audit.columns = ColumnsUsed {
        case: named(&columns.case),
        activity: vec![named(&columns.activity)],
        time: Some(named(&columns.time)),
        value: columns.value.as_ref().map(named),
        attributes: columns.attributes.iter().map(named).collect(),
        ignored: (0..names.len())
            .filter(|it| !needed.contains(it))
            .map(|it| named(&it))
            .collect(),
    };
    let mut table = Rows {
        needed: &needed,
        described: &described,
        attributes: columns.attributes.len(),
        has_values: columns.value.is_some(),
        time_format: options.time_format.clone().map_or(TimeFormat::Iso, TimeFormat::Own),
        collector: Collector::new(&audit.columns.attributes, true, columns.value.is_some()),
        batch: Batch::default(),
        row: 0,
    };
    for group in 0..file.num_row_groups() {
        table.group(&*file.get_row_group(group).map_err(mistake)?)?;
    }
    Ok(table.collector)
}

/// The columns that are used: case, activity, time, value if there is one, and attributes.
fn needed(columns: &Columns) -> Vec<usize> {
    let first = [columns.case, columns.activity, columns.time];
    first
        .into_iter()
        .chain(columns.value)
        .chain(columns.attributes.iter().copied())
        .collect()
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn mistake(error: ParquetError) -> LogError {
    LogError::Notation(format!("the Parquet file cannot be read: {error}"))
}

/// Rows under way.
struct Rows<'a> {
    needed: &'a [usize],
    described: &'a [&'a ColumnDescriptor],
    attributes: usize,
    has_values: bool,
    time_format: TimeFormat,
    collector: Collector,
    batch: Batch,
    /// The row that comes next, from 0.
    row: u64,
}

impl Rows<'_> {
    fn group(&mut self, group: &dyn RowGroupReader) -> Result<(), LogError> {
        let readers = self.needed.iter().map(|it| group.get_column_reader(*it));
        let mut readers: Vec<ColumnReader> = readers.collect::<Result<_, _>>().map_err(mistake)?;
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        while left > 0 {
            let here = left.min(ROWS);
            let described = self.needed.iter().map(|it| self.described[*it]);
            let cells = readers
                .iter_mut()
                .zip(described)
                .map(|(reader, described)| cells(reader, described, here));
            let cells: Vec<Cells> = cells.collect::<Result<_, _>>()?;
            if cells.iter().any(|it| it.len() != here) {
                return Err(LogError::Notation(
                    "the Parquet file has columns of different lengths".to_owned(),
                ));
            }
            self.batch.clear(self.attributes);
            for row in 0..here {
                self.row += 1;
                self.batch.rows_read += 1;
                if let Err((reason, cell)) = self.add(&cells, row) {
                    self.batch.refusals.add(self.row, reason, &cell);
                }
            }
            self.collector.take(&mut self.batch)?;
            left -= here;
        }
        Ok(())
    }

    fn add(&mut self, cells: &[Cells], row: usize) -> Result<(), (Reason, String)> {
        let filled = |at: usize, reason: Reason| {
            let text = cells[at].text(row).filter(|it| !it.trim_ascii().is_empty());
            let text = text.ok_or((reason, String::new()))?;
            std::str::from_utf8(&text).map_err(|_| (Reason::Text, String::new()))?;
            Ok(text)
        };
        let case = filled(0, Reason::NoCase)?;
        let activity = filled(1, Reason::NoActivity)?;
        let stamp = cells[2].stamp(row, &self.time_format)?;
        let value = if self.has_values { cells[3].money(row)? } else { None };
        let place = self.batch.place_in_spare(&case);
        let activity = self.batch.activity(&activity);
        let added = self.batch.add(&case, place, activity, stamp);
        added.map_err(|it| (it, super::written(stamp.wall)))?;
        if self.has_values {
            self.batch.values.push(value);
        }
        let first = 3 + usize::from(self.has_values);
        for (at, cells) in cells[first..].iter().enumerate() {
            let text = cells.text(row).unwrap_or_default();
            self.batch.attribute(at, &text);
        }
        Ok(())
    }
}

/// Some cells of a column; none where it is empty.
#[derive(Debug)]
enum Cells {
    Text(Vec<Option<ByteArray>>),
    Bool(Vec<Option<bool>>),
    /// Whole numbers of so many in one.
    Whole(Vec<Option<i64>>, f64),
    Real(Vec<Option<f64>>),
    /// Times; whether they are in UTC rather than on some wall.
    Time(Vec<Option<Moment>>, bool),
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Bool(cells) => cells.len(),
            Self::Whole(cells, _) | Self::Time(cells, _) => cells.len(),
            Self::Real(cells) => cells.len(),
        }
    }

    /// What a cell says, as text.
    fn text(&self, row: usize) -> Option<Cow<'_, [u8]>> {
        let owned = |text: String| Some(Cow::Owned(text.into_bytes()));
        match self {
            Self::Text(cells) => cells[row].as_ref().map(|it| Cow::Borrowed(it.data())),
            Self::Bool(cells) => owned(cells[row]?.to_string()),
            Self::Whole(cells, 1.0) => owned(cells[row]?.to_string()),
            Self::Whole(cells, unit) => owned((cells[row]? as f64 / unit).to_string()),
            Self::Real(cells) => owned(cells[row]?.to_string()),
            Self::Time(cells, _) => owned(super::written(cells[row]?)),
        }
    }

    fn stamp(&self, row: usize, time_format: &TimeFormat) -> Result<Stamp, (Reason, String)> {
        if let Self::Time(cells, is_utc) = self {
            let wall = cells[row].ok_or((Reason::NoTime, String::new()))?;
            let offset = is_utc.then_some(0);
            return Ok(Stamp { wall, offset });
        }
        let text = self.text(row).unwrap_or_default();
        let is_empty = text.trim_ascii().is_empty();
        let reason = if is_empty { Reason::NoTime } else { Reason::Time };
        time_format
            .read(&text)
            .ok_or_else(|| (reason, super::csv::lossy(&text)))
    }

    /// Money in ten-thousandths.
    fn money(&self, row: usize) -> Result<Option<i64>, (Reason, String)> {
        let number = match self {
            Self::Whole(cells, unit) => cells[row].map(|it| it as f64 / unit),
            Self::Real(cells) => cells[row],
            _ => {
                let text = self.text(row).unwrap_or_default();
                return money::read(&text).map_err(|it| (it, super::csv::lossy(&text)));
            }
        };
        let parts = number.map(|it| (it * ONE).round());
        match parts {
            // Beyond this not every whole number is one; what is no number is not below it either.
            Some(parts) if parts.abs() < 9.0e15 => Ok(Some(parts as i64)),
            Some(parts) => Err((Reason::Value, (parts / ONE).to_string())),
            None => Ok(None),
        }
    }
}

/// The next cells of a column.
fn cells(reader: &mut ColumnReader, described: &ColumnDescriptor, rows: usize) -> Result<Cells, LogError> {
    Ok(match reader {
        ColumnReader::BoolColumnReader(reader) => Cells::Bool(next(reader, described, rows)?),
        ColumnReader::Int32ColumnReader(reader) => {
            let cells = next(reader, described, rows)?;
            whole(cells.into_iter().map(|it| it.map(i64::from)).collect(), described)
        }
        ColumnReader::Int64ColumnReader(reader) => whole(next(reader, described, rows)?, described),
        ColumnReader::Int96ColumnReader(reader) => {
            let cells = next(reader, described, rows)?;
            Cells::Time(cells.into_iter().map(|it| it.map(|it| it.to_millis())).collect(), false)
        }
        ColumnReader::FloatColumnReader(reader) => {
            let cells = next(reader, described, rows)?;
            Cells::Real(cells.into_iter().map(|it| it.map(f64::from)).collect())
        }
        ColumnReader::DoubleColumnReader(reader) => Cells::Real(next(reader, described, rows)?),
        ColumnReader::ByteArrayColumnReader(reader) => Cells::Text(next(reader, described, rows)?),
        ColumnReader::FixedLenByteArrayColumnReader(_) => {
            let name = described.path().string();
            return Err(LogError::Notation(format!(
                "`{name}` holds neither text nor numbers nor times"
            )));
        }
    })
}

/// Whole numbers are days, times or decimals if the column says so.
fn whole(cells: Vec<Option<i64>>, described: &ColumnDescriptor) -> Cells {
    let times = |cells: Vec<Option<i64>>, to_moment: fn(i64) -> Moment, is_utc: bool| {
        Cells::Time(cells.into_iter().map(|it| it.map(to_moment)).collect(), is_utc)
    };
    match (described.logical_type_ref(), described.converted_type()) {
        (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => times(cells, |it| it.saturating_mul(DAY), false),
        (Some(LogicalType::Timestamp(about)), _) => {
            let to_moment: fn(i64) -> Moment = match about.unit {
                TimeUnit::MILLIS => |it| it,
                TimeUnit::MICROS => |it| it.div_euclid(1_000),
                TimeUnit::NANOS => |it| it.div_euclid(1_000_000),
            };
            times(cells, to_moment, about.is_adjusted_to_u_t_c)
        }
        (None, ConvertedType::TIMESTAMP_MILLIS) => times(cells, |it| it, true),
        (None, ConvertedType::TIMESTAMP_MICROS) => times(cells, |it| it.div_euclid(1_000), true),
        (Some(LogicalType::Decimal(_)), _) | (_, ConvertedType::DECIMAL) => {
            Cells::Whole(cells, 10_f64.powi(described.type_scale()))
        }
        _ => Cells::Whole(cells, 1.0),
    }
}

fn next<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    described: &ColumnDescriptor,
    rows: usize,
) -> Result<Vec<Option<T::T>>, LogError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    while levels.len().max(values.len()) < rows {
        let wanted = rows - levels.len().max(values.len());
        let levels_wanted = (described.max_def_level() > 0).then_some(&mut levels);
        let (read, ..) = reader
            .read_records(wanted, levels_wanted, None, &mut values)
            .map_err(mistake)?;
        if read == 0 {
            break;
        }
    }
    if described.max_def_level() == 0 {
        return Ok(values.into_iter().map(Some).collect());
    }
    let mut values = values.into_iter();
    let is_there = |level: &i16| *level == described.max_def_level();
    Ok(levels
        .iter()
        .map(|it| if is_there(it) { values.next() } else { None })
        .collect())
}

#[cfg(test)]
mod tests;
