//! A log read from a stream, by several threads at once.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};

use flate2::read::MultiGzDecoder;

use super::audit::{Audit, ColumnsUsed};
use super::batch::Batch;
use super::blocks::{BLOCK_BYTES, Blocks};
use super::collect::Collector;
use super::csv::{self, Cells, Layout};
use super::header::{delimiter_of, recognise};
use super::time::TimeFormat;
use super::wide::{self, WideLayout};
use super::xes;
use super::{EventLog, LogError, LogFormat, Notation};
use crate::fit::parallel::cores;

/// More refused rows than this share are a mistake.
const REFUSED_MAX: f64 = 0.01;

/// How to read a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The column that says whom it happened to; else the one with a common name, or the first one of a
    /// wide table.
    pub case: Option<String>,
    /// The column that says what happened; of a wide table the columns of stages, with commas between.
    pub activity: Option<String>,
    /// The column that says when.
    pub time: Option<String>,
    /// How times are written, in the notation of `strftime`; else ISO 8601.
    pub time_format: Option<String>,
    /// Columns that say something about the case.
    pub attributes: Vec<String>,
    /// The column with the money that events came with.
    pub value: Option<String>,
    /// What stands between cells; else what the header shows.
    pub delimiter: Option<u8>,
    /// Whether there is one row a case and one column a stage, which holds its date.
    pub is_wide: bool,
    /// Whether more than one row in a hundred may be refused.
    pub is_lenient: bool,
    /// How many threads to use; 0 is one for each core. The result does not depend on it.
    pub threads: usize,
    /// How many bytes to read at once; 0 is a size that is fast.
    pub block_bytes: usize,
}

/// Reads a log.
///
/// # Errors
///
/// If it cannot be read or understood, or if more than 1 % of its rows cannot be used and that is not
/// allowed; then the error holds the audit.
pub fn read(source: impl Read + Send, format: LogFormat, options: &ReadOptions) -> Result<(EventLog, Audit), LogError> {
    if format.is_gzip {
        plain(MultiGzDecoder::new(source), format.notation, options)
    } else {
        plain(source, format.notation, options)
    }
}

fn plain(source: impl Read + Send, notation: Notation, options: &ReadOptions) -> Result<(EventLog, Audit), LogError> {
    let mut audit = Audit {
        format: notation.word().to_owned(),
        ..Audit::default()
    };
    let collector = match notation {
        Notation::Csv | Notation::Tsv => table(source, notation, options, &mut audit)?,
        Notation::Xes => xes::read(source, options, &mut audit)?,
        #[cfg(feature = "parquet")]
        Notation::Parquet => super::parquet::read(source, options, &mut audit)?,
        #[cfg(not(feature = "parquet"))]
        Notation::Parquet => {
            return Err(LogError::NotBuilt {
                format: "Parquet",
                feature: "parquet",
            });
        }
    };
    let log = collector.finish(threads(options), &mut audit);
    if audit.rows == 0 {
        return Err(LogError::Empty);
    }
    let is_too_much = audit.refused_share() > REFUSED_MAX && !options.is_lenient;
    if is_too_much || audit.events == 0 {
        return Err(LogError::Refused(Box::new(audit)));
    }
    Ok((log, audit))
}

fn threads(options: &ReadOptions) -> usize {
    if options.threads == 0 { cores() } else { options.threads }
}

fn table(
    source: impl Read + Send,
    notation: Notation,
    options: &ReadOptions,
    audit: &mut Audit,
) -> Result<Collector, LogError> {
    let block_bytes = if options.block_bytes == 0 {
        BLOCK_BYTES
    } else {
        options.block_bytes
    };
    let mut blocks = Blocks::new(source, block_bytes);
    let header = blocks.header()?;
    let usual = if notation == Notation::Tsv {
        b'\t'
    } else {
        delimiter_of(&header)
    };
    let delimiter = options.delimiter.unwrap_or(usual);
    blocks.set_delimiter(delimiter);
    let names = csv::header(&header, delimiter)?;
    audit.delimiter = Some(char::from(delimiter));
    if options.is_wide {
        wide_table(blocks, names, delimiter, options, audit)
    } else {
        long_table(blocks, &names, delimiter, options, audit)
    }
}

fn long_table(
    blocks: Blocks<impl Read + Send>,
    names: &[String],
    delimiter: u8,
    options: &ReadOptions,
    audit: &mut Audit,
) -> Result<Collector, LogError> {
    let layout = Layout {
        delimiter,
        width: names.len(),
        columns: recognise(names, options)?,
        time_format: time_format(options),
    };
    let columns = &layout.columns;
    let named = |at: &usize| names[*at].clone();
    audit.columns = ColumnsUsed {
        case: named(&columns.case),
        activity: vec![named(&columns.activity)],
        time: Some(named(&columns.time)),
        value: columns.value.as_ref().map(named),
        attributes: columns.attributes.iter().map(named).collect(),
        ignored: Vec::new(),
    };
    audit.columns.ignored = ignored(names, &audit.columns);
    let collector = Collector::new(&audit.columns.attributes, true, columns.value.is_some());
    in_pieces(blocks, collector, threads(options), |text, line, cells, batch| {
        csv::read(text, line, &layout, cells, batch);
    })
}

fn wide_table(
    mut blocks: Blocks<impl Read + Send>,
    names: Vec<String>,
    delimiter: u8,
    options: &ReadOptions,
    audit: &mut Audit,
) -> Result<Collector, LogError> {
    let ahead = blocks.ahead()?;
    let layout = WideLayout::of(names, delimiter, ahead, time_format(options), options)?;
    let named = |at: &usize| layout.names[*at].clone();
    audit.columns = ColumnsUsed {
        case: named(&layout.case),
        activity: layout.stages.iter().map(named).collect(),
        time: None,
        value: None,
        attributes: layout.attributes.iter().map(named).collect(),
        ignored: Vec::new(),
    };
    audit.columns.ignored = ignored(&layout.names, &audit.columns);
    let is_asked = !options.attributes.is_empty();
    let collector = Collector::new(&audit.columns.attributes, is_asked, false);
    in_pieces(blocks, collector, threads(options), |text, line, cells, batch| {
        wide::read(text, line, &layout, cells, batch);
    })
}

/// The columns that are not used.
fn ignored(names: &[String], used: &ColumnsUsed) -> Vec<String> {
    let all = std::iter::once(&used.case).chain(&used.activity).chain(&used.time);
    let all: Vec<&String> = all.chain(&used.value).chain(&used.attributes).collect();
    names.iter().filter(|it| !all.contains(it)).cloned().collect()
}

fn time_format(options: &ReadOptions) -> TimeFormat {
    options.time_format.clone().map_or(TimeFormat::Iso, TimeFormat::Own)
}

/// Pieces on their way from a stream to a collector.
struct Line<R> {
    source: Mutex<Source<R>>,
    /// Pieces that were read, by their number, until it is their turn.
    ready: Mutex<BTreeMap<u64, Batch>>,
    taken: Mutex<Taken>,
    /// Batches to be used again.
    spare: Mutex<Vec<Batch>>,
}

struct Source<R> {
    blocks: Blocks<R>,
    pieces: u64,
    has_ended: bool,
}

struct Taken {
    collector: Collector,
    pieces: u64,
    mistake: Option<LogError>,
}

/// Reads all pieces of a stream: whoever is free puts pieces to their cases if one is ready and nobody is
/// at it, and else reads the next piece. So pieces are taken in their order whatever the threads do.
pub(super) fn in_pieces<R: Read + Send>(
    blocks: Blocks<R>,
    collector: Collector,
    threads: usize,
    read: impl Fn(&[u8], u64, &mut Cells, &mut Batch) + Sync,
) -> Result<Collector, LogError> {
    let attributes = collector.attributes();
    let line = Line {
        source: Mutex::new(Source {
            blocks,
            pieces: 0,
            has_ended: false,
        }),
        ready: Mutex::default(),
        taken: Mutex::new(Taken {
            collector,
            pieces: 0,
            mistake: None,
        }),
        spare: Mutex::default(),
    };
    let work = || {
        let mut cells = Cells::default();
        loop {
            if let Ok(mut taken) = line.taken.try_lock() {
                line.take(&mut taken);
            }
            if held(&line.ready).len() > threads + 2 {
                // Somebody is slow with the piece whose turn it is.
                std::thread::yield_now();
                continue;
            }
            if !line.read_next(attributes, &mut cells, &read) {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut taken = held(&line.taken);
    line.take(&mut taken);
    drop(taken);
    let taken = line.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
    taken.mistake.map_or(Ok(taken.collector), Err)
}

impl<R: Read> Line<R> {
    /// Puts pieces that are ready to their cases, as long as it is their turn.
    fn take(&self, taken: &mut Taken) {
        loop {
            let Some(mut batch) = held(&self.ready).remove(&taken.pieces) else {
                return;
            };
            taken.pieces += 1;
            if taken.mistake.is_none()
                && let Err(mistake) = taken.collector.take(&mut batch)
            {
                taken.mistake = Some(mistake);
                held(&self.source).has_ended = true;
            }
            held(&self.spare).push(batch);
        }
    }

    /// Reads the next piece; false if there is none.
    fn read_next(
        &self,
        attributes: usize,
        cells: &mut Cells,
        read: impl Fn(&[u8], u64, &mut Cells, &mut Batch),
    ) -> bool {
        let mut batch = held(&self.spare).pop().unwrap_or_default();
        batch.clear(attributes);
        let mut text = std::mem::take(&mut batch.text);
        let number = {
            let mut source = held(&self.source);
            if source.has_ended {
                return false;
            }
            match source.blocks.next(&mut text) {
                Ok(Some(line)) => batch.line = line,
                Ok(None) => {
                    source.has_ended = true;
                    return false;
                }
                Err(mistake) => {
                    source.has_ended = true;
                    batch.mistake = Some(mistake);
                    text.clear();
                }
            }
            source.pieces += 1;
            source.pieces - 1
        };
        read(&text, batch.line, cells, &mut batch);
        batch.text = text;
        held(&self.ready).insert(number, batch);
        true
    }
}

/// What a lock holds; who panicked with it has ended the program.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
