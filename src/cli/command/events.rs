//! `events`: a synthetic event log of one replication.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, anyhow};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::cli::args::{Events, LogFormat};
use crate::cli::failure::Failure;
use crate::cli::files;
use crate::cli::interrupt::Interrupt;
use crate::cli::scenario;
use crate::cli::simulation::{SEED, failure};
use crate::cli::terminal::{Progress, Terminal};
use crate::engine::{Traced, Tracer};
use crate::plan::{Model, compile};
use crate::report::event_log::{Case, Entry, EventLogText};
use crate::report::number::several;

/// Text is passed on in pieces of about so many bytes.
const PIECE: usize = 1 << 18;
/// So many rows are put in order at a time; customers walk once more for each such part.
const SORTED_AT_ONCE: u64 = 2_000_000;

pub(super) fn events(args: &Events, terminal: Terminal) -> Result<(), Failure> {
    let file = args.output.as_deref().filter(|it| it.as_os_str() != "-");
    let format = match args.format {
        Some(format) => format,
        None => meant(file)?,
    };
    if args.sorted && format == LogFormat::Xes {
        return Err(Failure::World(anyhow!(
            "XES keeps the events of a case together: `--sorted` goes with csv only"
        )));
    }
    let asked = scenario::read(&args.scenario, terminal)?;
    let (journey, warnings) = asked.journey()?;
    terminal.warnings(&warnings);
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let seed = args.seed.or(asked.scenario.run().seed).unwrap_or(SEED);
    let tracer = Tracer::new(model, seed, args.replication - 1).map_err(failure)?;
    let text = EventLogText::new(&journey, format.notation(), args.titles);
    let progress = terminal.progress(tracer.customers(), "customers");
    let interrupt = Interrupt::listen_saying(&progress, "stopping: the log is not complete");
    let mut log = Log {
        tracer: &tracer,
        text,
        rows: 0,
        piece: Vec::with_capacity(2 * PIECE),
        progress: &progress,
        stop: interrupt.stop(),
    };
    let is_packed = file.is_some_and(|it| it.to_string_lossy().to_lowercase().ends_with(".gz"));
    let write = |out: &mut dyn Write| {
        if !is_packed {
            return log.write(args.sorted, out);
        }
        let mut packed = GzEncoder::new(out, Compression::fast());
        log.write(args.sorted, &mut packed)?;
        packed.finish().context("cannot compress it")?;
        Ok(())
    };
    match file {
        Some(path) => files::stream(path, write)?,
        None => Terminal::stream(write)?,
    }
    interrupt.work_is_over();
    let rows = log.rows;
    drop(progress);
    if !journey.clock.dated {
        terminal.remark(&format!(
            "the scenario has no `begin`: its first day is taken to be {}",
            journey.clock.begin
        ));
    }
    if let Some(path) = file {
        let customers = several(usize::try_from(tracer.customers()).unwrap_or(usize::MAX), "customer");
        let rows = several(usize::try_from(rows).unwrap_or(usize::MAX), "event");
        terminal.remark(&format!("wrote {rows} of {customers} to {}", path.display()));
    }
    Ok(())
}

/// The format that the name of the file stands for.
fn meant(file: Option<&Path>) -> Result<LogFormat, Failure> {
    let path = file.map(|it| it.to_string_lossy()).unwrap_or_default();
    let name = path.to_lowercase();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    match plain.rsplit_once('.') {
        Some((_, "xes")) => Ok(LogFormat::Xes),
        // Nobody could read back what would be in it.
        Some((_, "parquet" | "tsv" | "json" | "toml")) => Err(Failure::World(anyhow!(
            "cannot write {path}: a log is written as .csv or .xes, or as .csv.gz or .xes.gz"
        ))),
        _ => Ok(LogFormat::Csv),
    }
}

/// A log being written.
struct Log<'a> {
    tracer: &'a Tracer<'a>,
    text: EventLogText,
    rows: u64,
    /// What is about to be written.
    piece: Vec<u8>,
    progress: &'a Progress,
    stop: &'a AtomicBool,
}

impl Log<'_> {
    fn write(&mut self, sorted: bool, out: &mut dyn Write) -> Result<(), Failure> {
        if sorted { self.sorted(out) } else { self.grouped(out) }
    }

    /// Customer after customer, in order of arrival.
    fn grouped(&mut self, out: &mut dyn Write) -> Result<(), Failure> {
        self.text.begin(&mut self.piece);
        let mut done = 0;
        let flow = self.tracer.each(|traced| {
            self.text.case(&case(traced), &mut self.piece);
            for visit in traced.visits {
                self.text.event(visit.step, visit.tick, visit.revenue, &mut self.piece);
            }
            self.text.case_ends(&mut self.piece);
            self.rows += traced.visits.len() as u64;
            done += 1;
            if self.piece.len() < PIECE {
                return ControlFlow::Continue(());
            }
            self.progress.reached(done);
            flush(&mut self.piece, out, self.stop)
        });
        broken(flow.map_err(failure)?)?;
        self.text.end(&mut self.piece);
        broken(flush(&mut self.piece, out, self.stop))
    }

    /// All events in order of time: those of a few ticks at a time, for which customers walk again,
    /// so that a log of any size fits.
    fn sorted(&mut self, out: &mut dyn Write) -> Result<(), Failure> {
        self.text.begin(&mut self.piece);
        let first = self.tracer.begins();
        let mut rows: Vec<u64> = Vec::new();
        let count = |traced: &Traced<'_>| {
            for visit in traced.visits {
                let at = (visit.tick - first) as usize;
                if rows.len() <= at {
                    rows.resize(at + 1, 0);
                }
                rows[at] += 1;
            }
            halted(self.stop)
        };
        broken(self.tracer.each(count).map_err(failure)?)?;
        let mut from = 0;
        while from < rows.len() {
            let mut until = from + 1;
            let mut sum = rows[from];
            while until < rows.len() && sum + rows[until] <= SORTED_AT_ONCE {
                sum += rows[until];
                until += 1;
            }
            self.part(first + from as i64, first + until as i64, out)?;
            self.rows += sum;
            from = until;
        }
        self.text.end(&mut self.piece);
        broken(flush(&mut self.piece, out, self.stop))
    }

    /// The events of some ticks, in order.
    fn part(&mut self, from: i64, until: i64, out: &mut dyn Write) -> Result<(), Failure> {
        let mut ticks = vec![Vec::new(); (until - from) as usize];
        let text = &mut self.text;
        let mut done = 0;
        let flow = self.tracer.each(|traced| {
            if traced.visits.first().is_some_and(|it| it.tick >= until) {
                // So do all who follow.
                return ControlFlow::Break(None);
            }
            done += 1;
            text.case(&case(traced), &mut Vec::new());
            for visit in traced.visits.iter().filter(|it| (from..until).contains(&it.tick)) {
                let row = &mut ticks[(visit.tick - from) as usize];
                text.event(visit.step, visit.tick, visit.revenue, row);
            }
            halted(self.stop).map_break(Some)
        });
        if let ControlFlow::Break(Some(reason)) = flow.map_err(failure)? {
            return Err(reason.into());
        }
        self.progress.reached(done);
        for mut rows in ticks {
            self.piece.append(&mut rows);
            if self.piece.len() >= PIECE {
                broken(flush(&mut self.piece, out, self.stop))?;
            }
        }
        Ok(())
    }
}

/// Why writing broke off.
enum Broken {
    Interrupted,
    Write(io::Error),
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Interrupted => Self::CutShort,
            Broken::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Self::NobodyReads,
            Broken::Write(error) => Self::World(anyhow!(error)),
        }
    }
}

fn halted(stop: &AtomicBool) -> ControlFlow<Broken> {
    if stop.load(Ordering::Relaxed) {
        ControlFlow::Break(Broken::Interrupted)
    } else {
        ControlFlow::Continue(())
    }
}

fn flush(piece: &mut Vec<u8>, out: &mut dyn Write, stop: &AtomicBool) -> ControlFlow<Broken> {
    halted(stop)?;
    let written = out.write_all(piece);
    piece.clear();
    match written {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(Broken::Write(error)),
    }
}

fn broken<T>(flow: ControlFlow<Broken, T>) -> Result<(), Failure> {
    match flow {
        ControlFlow::Continue(_) => Ok(()),
        ControlFlow::Break(reason) => Err(reason.into()),
    }
}

fn case<'a>(traced: &Traced<'a>) -> Case<'a> {
    Case {
        entry: match (traced.stream, traced.waiting) {
            (Some(stream), _) => Entry::Stream(stream, traced.arrived),
            (None, waiting) => Entry::Pipeline(waiting.unwrap_or_default()),
        },
        number: traced.number,
        attributes: traced.attributes,
    }
}
