//! Who is under way when the forecast begins: cases that have not ended.

use std::collections::BTreeMap;
use std::fmt;

use super::FitError;
use super::build::{Built, Ground};
use super::options::OpenCustomers;
use super::window::{DAY, seen, to_moment};
use jiff::civil::{Date, DateTime};

/// Waits that differ by less than this factor are taken together.
const ALIKE: f64 = 1.2;

/// The open cases of the log, those alike together: by place, with the time they will have waited
/// on `begin`.
pub(crate) fn open(ground: Ground<'_>, built: &Built, begin: Date) -> Vec<(usize, OpenCustomers)> {
    type Alike = (usize, i64, bool, Vec<(String, String)>);
    let mut groups: BTreeMap<Alike, (u64, f64)> = BTreeMap::new();
    if ground.window.complete {
        return Vec::new();
    }
    let log = ground.log;
    let (mut events, mut way) = (Vec::new(), Vec::new());
    let begin = to_moment(begin);
    for case in 0..log.cases() {
        log.events(case, &mut events);
        let events = seen(&events, ground.window.until);
        ground.places.way(events, &mut way);
        let (Some(last), Some(&place)) = (events.last(), way.last()) else {
            continue;
        };
        let Some(known) = &built.known[place as usize] else {
            continue;
        };
        let silent = ground.window.ticks(ground.window.until - 1 - last.time);
        if known.gone_after.is_some_and(|it| silent >= it) {
            continue;
        }
        let waited = (begin - last.time) as f64 / DAY as f64;
        let converted = events.iter().any(|it| ground.ends.converts(it.activity as usize));
        let attributes = log.attributes().iter().enumerate().filter_map(|(at, attribute)| {
            let value = log.attribute(case, at)?;
            Some((attribute.name.clone(), attribute.values[value as usize].clone()))
        });
        let key = (place as usize, step_of(waited), converted, attributes.collect());
        let group = groups.entry(key).or_default();
        group.0 += 1;
        group.1 += waited;
    }
    let grouped = groups
        .into_iter()
        .map(|((place, _, converted, attributes), (count, sum))| {
            let customers = OpenCustomers {
                activity: log.activities()[ground.places.place(place).activity as usize].clone(),
                count,
                waited_days: sum / count as f64,
                converted,
                attributes,
            };
            (place, customers)
        });
    grouped.collect()
}

/// Which waits are alike: days up to ten, then steps of a factor.
fn step_of(days: f64) -> i64 {
    if days < 10.0 {
        days.floor() as i64
    } else {
        10 + ((days / 10.0).ln() / ALIKE.ln()).floor() as i64
    }
}

/// The customers that somebody else says are under way, by place.
pub(crate) fn given(
    ground: Ground<'_>,
    built: &Built,
    open: &[OpenCustomers],
) -> Result<Vec<(usize, OpenCustomers)>, FitError> {
    let at = |it: &OpenCustomers| {
        let is_called = |place: &usize| {
            let activity = &ground.log.activities()[ground.places.place(*place).activity as usize];
            built.steps[*place].is_some() && *activity == it.activity
        };
        let place = (0..ground.places.len()).find(is_called);
        place
            .map(|place| (place, it.clone()))
            .ok_or_else(|| FitError::UnknownStep(it.activity.clone()))
    };
    open.iter().map(at).collect()
}

/// Step, wait, conversion and attributes of customers who are alike.
type Listed = (String, i64, bool, Vec<(String, String)>);

/// Why a list of open customers cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// It has no column of this name.
    Column(&'static str),
    /// A row is wrong: its line and why.
    Row(u64, String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => write!(out, "it needs a column `{name}`"),
            Self::Row(line, reason) => write!(out, "line {line}: {reason}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Reads customers who are under way from CSV: `step` (the activity that happened last), `since`
/// (when, ISO 8601), perhaps `converted` (`true` or `false`) and `count`, and attributes. Those
/// alike are taken together; `begin` is the first day of the forecast.
///
/// # Errors
///
/// If a column is missing, or at the first row that cannot be read.
pub fn read_open(bytes: &[u8], begin: Date) -> Result<Vec<OpenCustomers>, OpenError> {
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = table.headers().map_err(|it| OpenError::Row(1, it.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|it| it.eq_ignore_ascii_case(name));
    let step = column("step")
        .or_else(|| column("activity"))
        .ok_or(OpenError::Column("step"))?;
    let since = column("since").ok_or(OpenError::Column("since"))?;
    let (converted, count) = (column("converted"), column("count"));
    let mut groups: BTreeMap<Listed, (u64, f64)> = BTreeMap::new();
    for row in table.records() {
        let row = row.map_err(|it| OpenError::Row(it.position().map_or(0, csv::Position::line), it.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let wrong = |what: &str, text: &str| OpenError::Row(line, format!("`{text}` is not {what}"));
        let text = row.get(since).unwrap_or_default();
        let waited = waited_days(text, begin).ok_or_else(|| wrong("a time before the forecast begins", text))?;
        let cell = |at: Option<usize>| at.and_then(|it| row.get(it)).filter(|it| !it.is_empty());
        let has_converted = match cell(converted) {
            None | Some("false" | "no" | "0") => false,
            Some("true" | "yes" | "1") => true,
            Some(other) => return Err(wrong("`true` or `false`", other)),
        };
        let many = match cell(count) {
            None => 1,
            Some(text) => text.parse::<u64>().map_err(|_| wrong("a whole number", text))?,
        };
        let named = [Some(step), Some(since), converted, count];
        let known = header.iter().enumerate().filter(|it| !named.contains(&Some(it.0)));
        let known = known.filter_map(|(at, name)| Some((name.to_owned(), cell(Some(at))?.to_owned())));
        let activity = row.get(step).unwrap_or_default().to_owned();
        let group = groups
            .entry((activity, step_of(waited), has_converted, known.collect()))
            .or_default();
        group.0 += many;
        group.1 += waited * many as f64;
    }
    let groups = groups.into_iter().filter(|it| it.1.0 > 0);
    let groups = groups.map(|((activity, _, converted, attributes), (count, sum))| OpenCustomers {
        activity,
        count,
        waited_days: sum / count as f64,
        converted,
        attributes,
    });
    Ok(groups.collect())
}

fn waited_days(text: &str, begin: Date) -> Option<f64> {
    let text = text.trim_end_matches('Z');
    let since: DateTime = text.parse().ok()?;
    let seconds = i64::from(since.hour()) * 3_600 + i64::from(since.minute()) * 60 + i64::from(since.second());
    let since = to_moment(since.date()) + seconds * 1_000;
    let waited = (to_moment(begin) - since) as f64 / DAY as f64;
    (waited >= 0.0).then_some(waited)
}
