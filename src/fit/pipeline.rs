//! Who is under way when the forecast begins: cases that have not ended.

use std::collections::BTreeMap;

use super::build::{Built, Ground};
use super::options::OpenCustomers;
use super::window::{DAY, seen, to_moment};
use jiff::civil::Date;

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
        let converted = events.iter().any(|it| ground.ends.converts[it.activity as usize]);
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
