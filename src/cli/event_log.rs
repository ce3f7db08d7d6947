//! Reading an event log: from a file or from stdin, in whatever format its name says.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use sha2::{Digest as _, Sha256};

use super::args::Names;
use super::args::event_log::EventLogOptions;
use super::failure::Failure;
use super::terminal::{Progress, Terminal};
use crate::fit::event_log::{self, Audit, EventLog, LogError, LogFormat, Notation, ReadOptions};
use crate::report::text::TextStyle;
use crate::report::{outline, text};

/// A log as it was read.
#[derive(Debug)]
pub(super) struct LogRead {
    /// The path as given, or `-`.
    pub(super) file: String,
    /// The SHA-256 of the file's bytes, in hexadecimal digits.
    pub(super) sha256: String,
    pub(super) log: EventLog,
    pub(super) audit: Audit,
}

/// Reads the log at `path`, or CSV from stdin for `-`, and shows what is in it on stderr.
///
/// # Errors
///
/// If it cannot be read, or is no event log.
pub(super) fn read(path: &Path, options: &EventLogOptions, terminal: Terminal) -> Result<LogRead, Failure> {
    let file = path.display().to_string();
    let result = if file == "-" {
        let format = LogFormat {
            notation: Notation::Csv,
            is_gzip: false,
        };
        let progress = terminal.progress(0, "MB of the log");
        Hashed::read(io::stdin(), format, options, &progress)
    } else {
        let format = LogFormat::of(&file).ok_or_else(|| unknown_format(&file))?;
        let (source, bytes) = open(path).with_context(|| format!("cannot read {file}"))?;
        let progress = terminal.progress(bytes >> 20, "MB of the log");
        Hashed::read(source, format, options, &progress)
    };
    let name = if file == "-" { "<stdin>" } else { &file };
    let (sha256, read) = result;
    let (log, audit) = read.map_err(|mistake| failure(name, mistake, terminal))?;
    show(name, &audit, terminal);
    Ok(LogRead {
        file,
        sha256,
        log,
        audit,
    })
}

/// Shows what is in a log on stderr.
fn show(name: &str, audit: &Audit, terminal: Terminal) {
    let style = TextStyle {
        // Colours are taken away where they cannot be seen.
        colour: true,
        ..Terminal::style()
    };
    let page = text::render_outline(&outline::of_audit(name, audit), style);
    terminal.remark(page.trim_end());
}

fn failure(name: &str, mistake: LogError, terminal: Terminal) -> Failure {
    match mistake {
        LogError::Stream(error) => Failure::World(anyhow!(error).context(format!("cannot read {name}"))),
        LogError::Refused(audit) => {
            show(name, &audit, terminal);
            Failure::Input(format!("{name}: {}", LogError::Refused(audit)))
        }
        other => Failure::Input(format!("{name}: {other}")),
    }
}

fn unknown_format(file: &str) -> Failure {
    Failure::World(anyhow!(
        "cannot tell how {file} is written: its name should end in .csv, .tsv, .xes or .parquet, or in .csv.gz, \
         .tsv.gz or .xes.gz"
    ))
}

fn open(path: &Path) -> anyhow::Result<(File, u64)> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        bail!("it is a folder, not an event log");
    }
    Ok((file, about.len()))
}

/// A stream whose bytes are hashed and counted as they are read.
struct Hashed<'a, R> {
    source: R,
    hash: Sha256,
    read: u64,
    progress: &'a Progress,
}

impl<'a, R: Read + Send> Hashed<'a, R> {
    /// The hash of all of a stream, and the log in it.
    fn read(
        source: R,
        format: LogFormat,
        options: &EventLogOptions,
        progress: &'a Progress,
    ) -> (String, Result<(EventLog, Audit), LogError>) {
        let mut hashed = Self {
            source,
            hash: Sha256::new(),
            read: 0,
            progress,
        };
        let log = event_log::read(&mut hashed, format, &read_options(options));
        // Whoever reads a compressed stream need not read it to its very end.
        let rest = io::copy(&mut hashed, &mut io::sink()).map_err(LogError::Stream);
        let mut digits = String::new();
        for byte in hashed.hash.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        (digits, rest.and(log))
    }
}

impl<R: Read> Read for Hashed<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(bytes)?;
        self.hash.update(&bytes[..read]);
        self.read += read as u64;
        self.progress.reached(self.read >> 20);
        Ok(read)
    }
}

fn read_options(typed: &EventLogOptions) -> ReadOptions {
    ReadOptions {
        case: typed.case.clone(),
        activity: typed.activity.clone(),
        time: typed.time.clone(),
        time_format: typed.time_format.clone(),
        attributes: Names::all(&typed.attribute),
        value: typed.value.clone(),
        delimiter: typed.delimiter,
        is_wide: typed.wide,
        is_lenient: typed.lenient,
        ..ReadOptions::default()
    }
}
