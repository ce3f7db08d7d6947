//! What happened to whom and when, as it was written down: cases, their events and attributes.

use std::collections::HashMap;

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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventLog {
    activities: Vec<String>,
    attributes: Vec<Attribute>,
    cases: Vec<Case>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Case {
    id: String,
    events: Vec<Event>,
    /// By attribute: position of its value, if it is known.
    attributes: Vec<Option<u32>>,
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
        self.cases.len()
    }

    /// The id of a case, as it was written.
    #[must_use]
    pub fn id(&self, case: usize) -> &str {
        &self.cases[case].id
    }

    /// Puts the events of a case into `events`, in order of time.
    pub fn events(&self, case: usize, events: &mut Vec<Event>) {
        events.clear();
        events.extend_from_slice(&self.cases[case].events);
    }

    /// The value of an attribute of a case: position in its [`Attribute::values`].
    #[must_use]
    pub fn attribute(&self, case: usize, attribute: usize) -> Option<u32> {
        self.cases[case].attributes[attribute]
    }
}

/// Puts an event log together, event by event.
#[derive(Debug, Default)]
pub struct EventLogBuilder {
    log: EventLog,
    cases: HashMap<String, usize>,
    activities: HashMap<String, u32>,
}

impl EventLogBuilder {
    /// A log whose cases have these attributes.
    #[must_use]
    pub fn new(attributes: &[&str]) -> Self {
        let named = |name: &&str| Attribute {
            name: (*name).to_owned(),
            values: Vec::new(),
        };
        let log = EventLog {
            attributes: attributes.iter().map(named).collect(),
            ..EventLog::default()
        };
        Self { log, ..Self::default() }
    }

    /// Adds an event; of each attribute the first value that a case comes with counts.
    pub fn add(&mut self, case: &str, activity: &str, time: Moment, value: Option<i64>, attributes: &[Option<&str>]) {
        let log = &mut self.log;
        let at = *self.cases.entry(case.to_owned()).or_insert_with(|| {
            log.cases.push(Case {
                id: case.to_owned(),
                events: Vec::new(),
                attributes: vec![None; log.attributes.len()],
            });
            log.cases.len() - 1
        });
        let activity = *self.activities.entry(activity.to_owned()).or_insert_with(|| {
            log.activities.push(activity.to_owned());
            log.activities.len() as u32 - 1
        });
        let case = &mut log.cases[at];
        case.events.push(Event { activity, time, value });
        for ((known, attribute), value) in case.attributes.iter_mut().zip(&mut log.attributes).zip(attributes) {
            if let (None, Some(value)) = (&known, value) {
                let at = attribute.values.iter().position(|it| it == value).unwrap_or_else(|| {
                    attribute.values.push((*value).to_owned());
                    attribute.values.len() - 1
                });
                *known = Some(at as u32);
            }
        }
    }

    /// The log, every case in order of time.
    #[must_use]
    pub fn build(mut self) -> EventLog {
        for case in &mut self.log.cases {
            case.events.sort_by_key(|it| it.time);
        }
        self.log
    }
}

#[cfg(test)]
mod tests {
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
    }
}
