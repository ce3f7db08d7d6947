//! What happened to whom and when, as it was written down: cases, their events and attributes.

mod audit;
mod batch;
mod blocks;
mod collect;
mod csv;
mod format;
mod header;
mod mistake;
mod money;
mod names;
#[cfg(feature = "parquet")]
mod parquet;
mod read;
mod refusal;
mod table;
mod time;
mod wide;
mod xes;

use std::ops::Range;

use collect::Collector;
pub(in crate::fit) use header::delimiter_of;
use names::Names;
use table::Table;

pub use audit::{AttributeAudit, Audit, ColumnsUsed, Counted, Gap, Gaps, Refused, RefusedRow, Zone};
pub use format::{LogFormat, Notation};
pub use mistake::LogError;
pub use read::{ReadOptions, read};
pub use time::{is_time_format, written};

/// A time on the clock on the wall, in milliseconds since the beginning of 1970.
pub type Moment = i64;

/// One event of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// What happened: position in [`EventLog::activities`].
    pub activity: u32,
    /// When.
    pub time: Moment,
    /// The money it came with, in ten-thousandths.
    pub value: Option<i64>,
}

/// An attribute of cases: a category each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its values, in order of first appearance.
    pub values: Vec<String>,
}

/// An event log: cases in order of first appearance, each with its events in order of time. Events
/// of a case at the same time keep the order of the file.
///
/// An event takes eight bytes, and as many again if events have money.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventLog {
    activities: Vec<String>,
    attributes: Vec<Attribute>,
    /// By attribute and case: position of its value and one, or 0.
    known: Vec<Vec<u16>>,
    ids: Names,
    table: Table,
    /// What to add to the times of the table.
    shift: Moment,
    span: Option<(Moment, Moment)>,
}

impl EventLog {
    /// What happens, in order of first appearance.
    #[must_use]
    pub fn activities(&self) -> &[String] {
        &self.activities
    }

    /// What is known of cases.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// How many cases there are.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.ids.len()
    }

    /// The id of a case, as it was written.
    #[must_use]
    pub fn id(&self, case: usize) -> &str {
        self.ids.get(case)
    }

    /// Puts the events of a case into `events`, in order of time.
    pub fn events(&self, case: usize, events: &mut Vec<Event>) {
        events.clear();
        self.table.events(case, self.shift, events);
    }

    /// The value of an attribute of a case: position in its [`Attribute::values`].
    #[must_use]
    pub fn attribute(&self, case: usize, attribute: usize) -> Option<u32> {
        self.known[attribute][case].checked_sub(1).map(u32::from)
    }

    /// The first and the last time, if there are events.
    #[must_use]
    pub fn span(&self) -> Option<(Moment, Moment)> {
        self.span
    }

    /// Shows every case of a range and its events, in order.
    pub fn visit(&self, cases: Range<usize>, mut see: impl FnMut(usize, &[Event])) {
        let mut events = Vec::new();
        for case in cases {
            self.events(case, &mut events);
            see(case, &events);
        }
    }

    /// All cases in ranges with about as many events each, at most `parts` of them: for
    /// [`visit`](Self::visit) in parallel.
    #[must_use]
    pub fn parts(&self, parts: usize) -> Vec<Range<usize>> {
        let buckets = (0..self.cases()).step_by(table::CASES);
        let events = |case: usize| self.table.events_around(case) + table::CASES;
        let all: usize = buckets.clone().map(events).sum();
        let size = all.div_ceil(parts.max(1)).max(1);
        let (mut ranges, mut begin, mut held) = (Vec::new(), 0, 0);
        for case in buckets {
            held += events(case);
            let end = (case + table::CASES).min(self.cases());
            if held >= size || end == self.cases() {
                ranges.push(begin..end);
                (begin, held) = (end, 0);
            }
        }
        ranges
    }
}

/// Puts an event log together, event by event.
#[derive(Debug)]
pub struct EventLogBuilder {
    collector: Collector,
}

impl EventLogBuilder {
    /// A log whose cases have these attributes.
    #[must_use]
    pub fn new(attributes: &[&str]) -> Self {
        let names: Vec<String> = attributes.iter().map(|it| (*it).to_owned()).collect();
        Self {
            collector: Collector::new(&names, true, true),
        }
    }

    /// Adds an event; of each attribute the first value that a case comes with counts.
    ///
    /// # Panics
    ///
    /// If the time is outside the years 1700 to 2256, or if there are more than 4,096 activities, 65,534
    /// values of an attribute or four gigabytes of ids.
    pub fn add(&mut self, case: &str, activity: &str, time: Moment, value: Option<i64>, attributes: &[Option<&str>]) {
        assert!(table::is_kept(time), "the time is outside the years 1700 to 2256");
        let added = self.collector.add(case, activity, time, value, attributes);
        added.expect("there are no more names than a log may have");
    }

    /// The log, every case in order of time.
    #[must_use]
    pub fn build(self) -> EventLog {
        self.collector.finish(1, &mut Audit::default())
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod builder_tests {
    use super::*;

    #[test]
    fn events_come_in_order_of_time_and_ties_in_order_of_the_file() {
        let mut log = EventLogBuilder::new(&["region"]);
        log.add("007", "b", 20, None, &[None]);
        log.add("NA", "a", 5, Some(12_500), &[Some("north")]);
        log.add("007", "c", 20, None, &[Some("south")]);
        log.add("007", "a", 10, None, &[Some("north")]);
        let log = log.build();
        let mut events = Vec::new();
        log.events(0, &mut events);
        let names: Vec<&str> = events
            .iter()
            .map(|it| log.activities()[it.activity as usize].as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!((log.cases(), log.id(0), log.id(1)), (2, "007", "NA"));
        let region = log.attribute(0, 0).expect("it has one");
        assert_eq!(log.attributes()[0].values[region as usize], "south");
        log.events(1, &mut events);
        assert_eq!(events[0].value, Some(12_500));
    }

    #[test]
    fn parts_hold_every_case_once() {
        let mut builder = EventLogBuilder::new(&[]);
        for case in 0..3_000 {
            for event in 0..=case % 7 {
                builder.add(&case.to_string(), "a", event, None, &[]);
            }
        }
        let log = builder.build();
        for parts in [1, 2, 5, 1_000] {
            let parts = log.parts(parts);
            assert!(parts.iter().cloned().flatten().eq(0..3_000));
            let mut seen = 0;
            for part in parts {
                log.visit(part, |case, events| {
                    assert_eq!(events.len(), case % 7 + 1);
                    seen += 1;
                });
            }
            assert_eq!(seen, 3_000);
        }
        assert!(EventLog::default().parts(3).is_empty());
    }
}
