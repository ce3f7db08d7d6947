//! Who arrives when: a rate, or the numbers of the log.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::event_log::EventLog;
use super::shape::Arrivals;
use super::window::{Window, seen, to_date};
use crate::clock::days_between;

/// Cases that begin, by month.
pub(crate) fn by_month(log: &EventLog, window: &Window) -> BTreeMap<Date, u64> {
    let mut months = BTreeMap::new();
    let mut events = Vec::new();
    for case in 0..log.cases() {
        log.events(case, &mut events);
        let first = seen(&events, window.until).first();
        if let Some(day) = first.and_then(|it| to_date(it.time)) {
            *months.entry(day.first_of_month()).or_default() += 1;
        }
    }
    months
}

/// Arrivals as the log has them from `begin` on.
pub(crate) fn as_they_were(months: &BTreeMap<Date, u64>, begin: Date) -> Arrivals {
    let series: Vec<String> = months
        .iter()
        .filter(|it| *it.0 >= begin.first_of_month())
        .map(|(month, count)| format!("\"{:04}-{:02}\" = {count}", month.year(), month.month()))
        .collect();
    Arrivals {
        remarks: vec!["As many as the log has.".to_owned()],
        entries: vec![
            ("series", format!("{{ {} }}", series.join(", "))),
            ("spread", "\"fixed\"".to_owned()),
        ],
    }
}

/// Arrivals after the log: as many a day as in all of it.
pub(crate) fn steady(months: &BTreeMap<Date, u64>, window: &Window) -> Arrivals {
    let cases: u64 = months.values().sum();
    let days = days_between(window.first_day(), window.last_day()) + 1;
    let rate = cases as f64 / days as f64;
    Arrivals {
        remarks: vec![format!("{cases} in {days} days.")],
        entries: vec![("rate", format!("\"{} per day\"", super::write::number(rate)))],
    }
}
