//! Who is under way when the forecast begins: cases that have not ended.

use std::collections::BTreeMap;

use super::FitError;
use super::build::{Built, Ground};
use super::event_log::{Event, Moment};
use super::options::OpenCustomers;
use super::parallel::{cores, gathered};
use super::places::Way;
use super::window::{DAY, seen, to_moment};
use jiff::civil::Date;

/// Waits that differ by less than this factor are taken together.
const ALIKE: f64 = 1.2;

/// Open cases that are alike: their place, wait and conversion, and by attribute the position of their
/// value, with how many they are and how long they waited in all, in milliseconds.
type Groups = BTreeMap<(usize, i64, bool, Vec<Option<u32>>), (u64, i128)>;

/// The open cases of the log, those alike together: by place, with the time they will have waited
/// on `begin`.
pub(crate) fn open(ground: Ground<'_>, built: &Built, begin: Date) -> Vec<(usize, OpenCustomers)> {
    if ground.window.complete {
        return Vec::new();
    }
    let log = ground.log;
    let begin = to_moment(begin);
    let (groups, _) = gathered(
        &log.parts(cores() * 4),
        cores(),
        <(Groups, Way)>::default,
        |(groups, way), part| {
            log.visit(part, |case, events| {
                see(ground, built, begin, case, events, groups, way);
            });
        },
        |(mut all, way), (groups, _)| {
            for (key, (count, waited)) in groups {
                let group = all.entry(key).or_default();
                group.0 += count;
                group.1 += waited;
            }
            (all, way)
        },
    );
    let mut grouped: Vec<_> = groups
        .into_iter()
        .map(|((place, wait, converted, values), (count, waited))| {
            let attributes = log.attributes().iter().zip(values).filter_map(|(attribute, value)| {
                Some((attribute.name.clone(), attribute.values[value? as usize].clone()))
            });
            let customers = OpenCustomers {
                activity: log.activities()[ground.places.place(place).activity as usize].clone(),
                count,
                waited_days: waited as f64 / DAY as f64 / count as f64,
                converted,
                attributes: attributes.collect(),
            };
            (wait, place, customers)
        })
        .collect();
    // By the names of values, not by where they came first.
    grouped.sort_by(|(wait, place, one), (other_wait, other_place, other)| {
        let key = (place, wait, one.converted, &one.attributes);
        key.cmp(&(other_place, other_wait, other.converted, &other.attributes))
    });
    grouped.into_iter().map(|it| (it.1, it.2)).collect()
}

/// Counts a case, if it is open.
fn see(
    ground: Ground<'_>,
    built: &Built,
    begin: Moment,
    case: usize,
    events: &[Event],
    groups: &mut Groups,
    way: &mut Way,
) {
    let events = seen(events, ground.window.until);
    let Some(last) = events.last() else { return };
    let place = *ground.places.way(events, way).last().expect("it is somewhere") as usize;
    let Some(known) = &built.known[place] else { return };
    let silent = ground.window.ticks(ground.window.until - 1 - last.time);
    if known.gone_after.is_some_and(|it| silent >= it) {
        return;
    }
    let waited = begin - last.time;
    let converted = events.iter().any(|it| ground.ends.converts(it.activity as usize));
    let attributes = 0..ground.log.attributes().len();
    let values = attributes.map(|it| ground.log.attribute(case, it)).collect();
    let key = (place, step_of(waited as f64 / DAY as f64), converted, values);
    let group = groups.entry(key).or_default();
    group.0 += 1;
    group.1 += i128::from(waited);
}

/// Which waits are alike: days up to ten, then steps of a factor.
pub(super) fn step_of(days: f64) -> i64 {
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
