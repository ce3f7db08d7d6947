//! XES, the XML of process mining (IEEE 1849): traces are cases, their events follow each other.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::XmlVersion::Implicit1_0;
use quick_xml::events::{BytesStart, Event as Node};

use super::audit::{Audit, ColumnsUsed};
use super::batch::Batch;
use super::collect::Collector;
use super::header::shown;
use super::refusal::Reason;
use super::time::TimeFormat;
use super::{LogError, ReadOptions, money};
use crate::problem::nearest;

/// Rows are handed on in batches of so many.
const ROWS: usize = 4_096;
/// Elements that are attributes with a value.
const ATTRIBUTES: [&str; 6] = ["string", "date", "int", "float", "boolean", "id"];

/// Which keys are what.
struct Keys {
    case: String,
    activity: String,
    time: String,
    value: Option<String>,
    attributes: Vec<String>,
}

impl Keys {
    fn of(options: &ReadOptions) -> Self {
        let or = |asked: &Option<String>, standard: &str| asked.clone().unwrap_or_else(|| standard.to_owned());
        Self {
            case: or(&options.case, "concept:name"),
            activity: or(&options.activity, "concept:name"),
            time: or(&options.time, "time:timestamp"),
            value: options.value.clone(),
            attributes: options.attributes.clone(),
        }
    }

    /// Whether somebody wants what is under a key.
    fn want(&self, key: &str) -> bool {
        let all = [&self.case, &self.activity, &self.time];
        let more = self.value.iter().chain(&self.attributes);
        all.into_iter().chain(more).any(|it| it == key)
    }
}

/// Keys and values of a trace or event, those that somebody wants.
#[derive(Debug, Default, Clone)]
struct Facts(Vec<(String, String)>);

impl Facts {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|it| it.0 == key).map(|it| it.1.as_str())
    }
}

/// An event, and the line it begins with.
#[derive(Debug, Default)]
struct Found {
    line: u64,
    facts: Facts,
}

/// Where in the document the reader is.
#[derive(Debug, Default)]
struct Place {
    trace: Option<Found>,
    event: Option<Found>,
    /// Events of the trace so far.
    events: Vec<Found>,
    /// Elements open within one that is of no interest, itself included.
    depth_skipped: usize,
}

/// Reads all traces.
///
/// # Errors
///
/// If it is no XML, or if something that was asked for is nowhere in it.
pub(super) fn read(source: impl Read, options: &ReadOptions, audit: &mut Audit) -> Result<Collector, LogError> {
    let keys = Keys::of(options);
    let mut reading = Reading {
        collector: Collector::new(&keys.attributes, true, keys.value.is_some()),
        time_format: options.time_format.clone().map_or(TimeFormat::Iso, TimeFormat::Own),
        batch: Batch::default(),
        met: BTreeSet::new(),
        keys,
    };
    reading.batch.clear(reading.keys.attributes.len());
    let lines = Lines {
        source: BufReader::with_capacity(1 << 16, source),
        line: 1,
    };
    let mut reader = Reader::from_reader(lines);
    let (mut place, mut buffer) = (Place::default(), Vec::new());
    loop {
        buffer.clear();
        let line = reader.get_ref().line;
        let node = reader.read_event_into(&mut buffer).map_err(|it| mistake(it, line))?;
        let line = reader.get_ref().line;
        match node {
            Node::Start(element) => reading.open(&mut place, &element, line)?,
            Node::Empty(element) => {
                reading.open(&mut place, &element, line)?;
                if place.depth_skipped > 0 {
                    place.depth_skipped -= 1;
                } else if is_structure(&element) {
                    reading.close(&mut place, element.local_name().as_ref())?;
                }
            }
            Node::End(_) if place.depth_skipped > 0 => place.depth_skipped -= 1,
            Node::End(element) => reading.close(&mut place, element.local_name().as_ref())?,
            Node::Eof => break,
            _ => {}
        }
    }
    if place.trace.is_some() || place.event.is_some() {
        return Err(LogError::Notation("the XML ends within a trace".to_owned()));
    }
    reading.finish(audit)
}

fn is_structure(element: &BytesStart<'_>) -> bool {
    matches!(element.local_name().as_ref(), "log" | "trace" | "event")
}

fn mistake(error: quick_xml::Error, line: u64) -> LogError {
    match error {
        quick_xml::Error::Io(error) => LogError::Stream(io::Error::new(error.kind(), error.to_string())),
        other => LogError::Notation(format!("the XML is wrong at line {line}: {other}")),
    }
}

/// A log under way.
struct Reading {
    keys: Keys,
    time_format: TimeFormat,
    collector: Collector,
    batch: Batch,
    /// Keys of traces and events.
    met: BTreeSet<String>,
}

impl Reading {
    fn open(&mut self, place: &mut Place, element: &BytesStart<'_>, line: u64) -> Result<(), LogError> {
        if place.depth_skipped > 0 {
            place.depth_skipped += 1;
            return Ok(());
        }
        let found = || {
            Some(Found {
                line,
                facts: Facts::default(),
            })
        };
        match element.local_name().as_ref() {
            "log" => {}
            "trace" => place.trace = found(),
            "event" => place.event = found(),
            name => {
                if ATTRIBUTES.contains(&name)
                    && let Some(owner) = place.event.as_mut().or(place.trace.as_mut())
                {
                    self.note(&mut owner.facts, element, line)?;
                }
                // What is within an attribute, a global or an extension says nothing about events.
                place.depth_skipped = 1;
            }
        }
        Ok(())
    }

    fn note(&mut self, facts: &mut Facts, element: &BytesStart<'_>, line: u64) -> Result<(), LogError> {
        let (mut key, mut value) = (None, None);
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|it| mistake(it.into(), line))?;
            let text = || attribute.normalized_value(Implicit1_0).map_err(|it| mistake(it, line));
            match attribute.key.as_ref() {
                "key" => key = Some(text()?.into_owned()),
                "value" => value = Some(text()?.into_owned()),
                _ => {}
            }
        }
        if let (Some(key), Some(value)) = (key, value) {
            if !self.met.contains(&key) {
                self.met.insert(key.clone());
            }
            if self.keys.want(&key) {
                facts.0.push((key, value));
            }
        }
        Ok(())
    }

    fn close(&mut self, place: &mut Place, name: &str) -> Result<(), LogError> {
        match name {
            "event" => {
                if let Some(event) = place.event.take() {
                    place.events.push(event);
                }
                if place.trace.is_none() {
                    // An event outside of traces is of no case, unless it says so itself.
                    self.trace(&Found::default(), &mut place.events)?;
                }
            }
            "trace" => {
                if let Some(trace) = place.trace.take() {
                    self.trace(&trace, &mut place.events)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn trace(&mut self, trace: &Found, events: &mut Vec<Found>) -> Result<(), LogError> {
        if events.is_empty() {
            self.batch.rows_read += 1;
            self.batch.refusals.add(trace.line, Reason::NoEvent, "");
        }
        for event in events.drain(..) {
            self.batch.rows_read += 1;
            if let Err((reason, cell)) = self.event(&trace.facts, &event.facts) {
                self.batch.refusals.add(event.line, reason, &cell);
            }
        }
        if self.batch.rows.len() >= ROWS {
            self.hand_on()?;
        }
        Ok(())
    }

    fn event(&mut self, trace: &Facts, event: &Facts) -> Result<(), (Reason, String)> {
        let keys = &self.keys;
        let empty = |reason: Reason| move || (reason, String::new());
        let filled = |it: &&str| !it.trim().is_empty();
        // Only what a trace is called is known of it under the key that also names activities.
        let of_event = event.get(&keys.case).filter(|_| keys.case != keys.activity);
        let case = trace.get(&keys.case).or(of_event).filter(filled);
        let case = case.ok_or_else(empty(Reason::NoCase))?;
        let activity = event.get(&keys.activity).filter(filled);
        let activity = activity.ok_or_else(empty(Reason::NoActivity))?;
        let time = event.get(&keys.time).filter(filled);
        let time = time.ok_or_else(empty(Reason::NoTime))?;
        let stamp = self.time_format.read(time.as_bytes());
        let stamp = stamp.ok_or_else(|| (Reason::Time, time.to_owned()))?;
        let value = match &keys.value {
            None => None,
            Some(key) => {
                let cell = event.get(key).unwrap_or_default();
                money::read(cell.as_bytes()).map_err(|it| (it, cell.to_owned()))?
            }
        };
        let place = self.batch.place_in_spare(case.as_bytes());
        let activity = self.batch.activity(activity.as_bytes());
        let added = self.batch.add(case.as_bytes(), place, activity, stamp);
        added.map_err(|it| (it, time.to_owned()))?;
        if keys.value.is_some() {
            self.batch.values.push(value);
        }
        for (at, key) in keys.attributes.iter().enumerate() {
            let value = trace.get(key).or_else(|| event.get(key)).unwrap_or_default();
            self.batch.attribute(at, value.as_bytes());
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), LogError> {
        self.collector.take(&mut self.batch)?;
        self.batch.clear(self.keys.attributes.len());
        Ok(())
    }

    fn finish(mut self, audit: &mut Audit) -> Result<Collector, LogError> {
        self.hand_on()?;
        let keys = self.keys;
        let known: Vec<String> = self.met.iter().cloned().collect();
        if let Some(missing) = keys
            .value
            .iter()
            .chain(&keys.attributes)
            .find(|it| !self.met.contains(*it))
        {
            return Err(LogError::UnknownColumn {
                name: missing.clone(),
                nearest: nearest(missing, known.iter().map(String::as_str)).map(str::to_owned),
                columns: shown(&known),
            });
        }
        audit.columns = ColumnsUsed {
            ignored: known.into_iter().filter(|it| !keys.want(it)).collect(),
            case: keys.case,
            activity: vec![keys.activity],
            time: Some(keys.time),
            value: keys.value,
            attributes: keys.attributes,
        };
        Ok(self.collector)
    }
}

/// A stream that knows which line it is at.
struct Lines<R> {
    source: BufReader<R>,
    line: u64,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(bytes)?;
        self.line += super::blocks::lines(&bytes[..read]);
        Ok(read)
    }
}

impl<R: Read> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.line += super::blocks::lines(&self.source.buffer()[..bytes]);
        self.source.consume(bytes);
    }
}

#[cfg(test)]
mod tests;
