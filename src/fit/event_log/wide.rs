//! Text tables with one row a case and one column a stage, which holds its date.

use super::batch::Batch;
use super::csv::{Cells, lossy};
use super::header::find;
use super::refusal::Reason;
use super::time::TimeFormat;
use super::{LogError, ReadOptions};

/// A column is one of stages if at least this share of what is in it are times.
const TIMES_MIN: f64 = 0.8;
/// So many rows are looked at to tell stages from attributes.
const ROWS_LOOKED_AT: usize = 10_000;

/// How a table with one row a case is laid out.
#[derive(Debug, Clone)]
pub(super) struct WideLayout {
    pub(super) delimiter: u8,
    pub(super) names: Vec<String>,
    pub(super) case: usize,
    /// Columns that hold dates.
    pub(super) stages: Vec<usize>,
    pub(super) attributes: Vec<usize>,
    pub(super) time_format: TimeFormat,
}

impl WideLayout {
    /// The layout of a table that begins with these whole rows: stages are what was asked for, or else
    /// whatever has dates; without a word about attributes the other columns are attributes, if there is
    /// something in them.
    ///
    /// # Errors
    ///
    /// If a column that was asked for is not there, or if there is no stage.
    pub(super) fn of(
        names: Vec<String>,
        delimiter: u8,
        rows: &[u8],
        time_format: TimeFormat,
        options: &ReadOptions,
    ) -> Result<Self, LogError> {
        let case = options.case.as_ref().map_or(Ok(0), |it| find(&names, it))?;
        let named = options.attributes.iter().map(|it| find(&names, it));
        let named: Vec<usize> = named.collect::<Result<_, _>>()?;
        let (filled, times) = looked_at(rows, delimiter, names.len(), &time_format);
        let is_free = |column: &usize| *column != case && !named.contains(column);
        let stages: Vec<usize> = match &options.activity {
            Some(asked) => asked
                .split(',')
                .map(|it| find(&names, it.trim()))
                .collect::<Result<_, _>>()?,
            None => (0..names.len())
                .filter(is_free)
                .filter(|it| times[*it] > 0 && times[*it] as f64 >= TIMES_MIN * filled[*it] as f64)
                .collect(),
        };
        if stages.is_empty() {
            return Err(LogError::NoStages);
        }
        let others = (0..names.len())
            .filter(is_free)
            .filter(|it| !stages.contains(it) && filled[*it] > 0);
        let attributes = if named.is_empty() { others.collect() } else { named };
        Ok(Self {
            delimiter,
            names,
            case,
            stages,
            attributes,
            time_format,
        })
    }
}

/// By column: cells that are not empty, and those of them that are times.
fn looked_at(rows: &[u8], delimiter: u8, width: usize, time_format: &TimeFormat) -> (Vec<usize>, Vec<usize>) {
    let (mut filled, mut times) = (vec![0; width], vec![0; width]);
    let mut cells = Cells::default();
    cells.find(rows, delimiter);
    let sound = cells.rows(rows).filter(|it| it.has_width(rows, width));
    for row in sound.take(ROWS_LOOKED_AT) {
        for column in 0..width {
            let cell = cells.get(rows, row, column);
            filled[column] += usize::from(!cell.trim_ascii().is_empty());
            times[column] += usize::from(time_format.read(&cell).is_some());
        }
    }
    (filled, times)
}

/// Reads the rows of `text`, the first of which stands in this line of the file.
pub(super) fn read(text: &[u8], line: u64, layout: &WideLayout, cells: &mut Cells, batch: &mut Batch) {
    let mut stamps = Vec::new();
    cells.each_row(text, line, layout.delimiter, batch, |row, cells, batch| {
        let width = layout.names.len();
        cells.check(text, row, width)?;
        let case = cells.get(text, row, layout.case);
        if case.trim_ascii().is_empty() {
            return Err((Reason::NoCase, String::new()));
        }
        stamps.clear();
        for stage in &layout.stages {
            let cell = cells.get(text, row, *stage);
            if !cell.trim_ascii().is_empty() {
                let stamp = layout
                    .time_format
                    .read(&cell)
                    .ok_or_else(|| (Reason::Time, lossy(&cell)))?;
                if !stamp.is_kept() {
                    return Err((Reason::Years, lossy(&cell)));
                }
                stamps.push((*stage, stamp));
            }
        }
        if stamps.is_empty() {
            return Err((Reason::NoStage, String::new()));
        }
        let place = batch.place_in_spare(&case);
        for (stage, stamp) in &stamps {
            let activity = batch.activity(layout.names[*stage].as_bytes());
            let kept: Result<(), Reason> = batch.add(&case, place, activity, *stamp);
            kept.expect("its time is one that is kept");
            for (at, column) in layout.attributes.iter().enumerate() {
                batch.attribute(at, &cells.get(text, row, *column));
            }
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::super::{LogFormat, Notation, read, written};
    use super::*;

    fn wide(text: &str, options: ReadOptions) -> Result<Vec<(String, String)>, LogError> {
        let format = LogFormat {
            notation: Notation::Csv,
            is_gzip: false,
        };
        let options = ReadOptions {
            is_wide: true,
            ..options
        };
        let (log, audit) = read(text.as_bytes(), format, &options)?;
        let mut told = Vec::new();
        log.visit(0..log.cases(), |case, events| {
            let events = events
                .iter()
                .map(|it| format!("{} {}", log.activities()[it.activity as usize], written(it.time)));
            told.push((log.id(case).to_owned(), events.collect::<Vec<_>>().join(", ")));
        });
        told.push(("attributes".to_owned(), audit.columns.attributes.join(", ")));
        told.push(("ignored".to_owned(), audit.columns.ignored.join(", ")));
        Ok(told)
    }

    fn pair(one: &str, other: &str) -> (String, String) {
        (one.to_owned(), other.to_owned())
    }

    const TEXT: &str = "deal,region,lead,offer,won,note\n\
        007,north,2024-01-01,2024-02-01,,\n\
        NA,south,2024-01-05,,2024-01-05,\n";

    #[test]
    fn stages_are_what_has_dates_and_other_columns_are_attributes() {
        let told = wide(TEXT, ReadOptions::default()).expect("it is sound");
        assert_eq!(
            told,
            [
                pair("007", "lead 2024-01-01, offer 2024-02-01"),
                pair("NA", "lead 2024-01-05, won 2024-01-05"),
                pair("attributes", "region"),
                pair("ignored", "note"),
            ]
        );
    }

    #[test]
    fn stages_and_attributes_may_be_named() {
        let options = ReadOptions {
            case: Some("region".to_owned()),
            activity: Some("won, offer".to_owned()),
            attributes: vec!["deal".to_owned()],
            ..ReadOptions::default()
        };
        let told = wide(TEXT, options).expect("it is sound");
        assert_eq!(
            told,
            [
                pair("north", "offer 2024-02-01"),
                pair("south", "won 2024-01-05"),
                pair("attributes", "deal"),
                pair("ignored", "lead, note"),
            ]
        );
    }

    #[test]
    fn a_row_with_a_date_that_cannot_be_read_is_refused_as_a_whole() {
        let text = "id,a,b\n1,2024-01-01,2024-01-02\n2,2024-01-01,soon\n3,,\n4,2024-01-01,\n5,2024-01-01,2024-01-03\n\
            6,2024-01-01,2024-01-03\n7,2024-01-01,2024-01-03\n";
        let mistake = wide(text, ReadOptions::default())
            .expect_err("a quarter is refused")
            .to_string();
        assert!(
            mistake.contains("line 3, the time cannot be read: `soon`; line 4, no stage has a date"),
            "{mistake}"
        );
        let mistake = wide("id,a\n1,x\n", ReadOptions::default()).expect_err("there is no date");
        assert!(matches!(mistake, LogError::NoStages));
    }
}
