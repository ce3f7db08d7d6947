//! What really came, period by period.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::BacktestOptions;
use crate::clock::{Period, days_between};
use crate::fit::event_log::EventLog;
use crate::fit::window::to_date;

/// What is scored, in the order of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Metric {
    /// Events of activities that convert.
    Conversions,
    /// Cases with their first such event.
    Won,
    /// Events of activities with which customers leave.
    Churned,
    /// The money that events came with.
    Value,
    /// Cases that begin.
    Arrivals,
}

impl Metric {
    /// The word for it in results.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Conversions => "conversions",
            Self::Won => "won",
            Self::Churned => "churned",
            Self::Value => "value",
            Self::Arrivals => "arrivals",
        }
    }
}

/// A whole period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) label: String,
    pub(crate) from: Date,
    pub(crate) until: Date,
}

/// The past of a log by whole periods.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Past {
    pub(crate) spans: Vec<Span>,
    /// By span: cases that begin and events until it begins.
    pub(crate) before: Vec<(u64, u64)>,
    pub(crate) series: Vec<(Metric, Vec<f64>)>,
}

/// Sums of a day.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    conversions: u64,
    won: u64,
    churned: u64,
    /// In ten-thousandths.
    value: i128,
    arrivals: u64,
    events: u64,
}

impl Day {
    fn number(self, metric: Metric) -> f64 {
        match metric {
            Metric::Conversions => self.conversions as f64,
            Metric::Won => self.won as f64,
            Metric::Churned => self.churned as f64,
            Metric::Value => self.value as f64 / 1e4,
            Metric::Arrivals => self.arrivals as f64,
        }
    }

    fn add(&mut self, other: Self) {
        self.conversions += other.conversions;
        self.won += other.won;
        self.churned += other.churned;
        self.value += other.value;
        self.arrivals += other.arrivals;
        self.events += other.events;
    }
}

/// The whole periods of a log, and what came in each; `None` if there is no event in it. The log is
/// taken to be complete from the moment on since when it has everybody, and up to the day `until`, or
/// to its last event.
pub(crate) fn past(
    log: &EventLog,
    options: &BacktestOptions,
    until: Option<Date>,
    converts: &[bool],
    churns: &[bool],
) -> Option<Past> {
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let mut events = Vec::new();
    let (mut has_value, mut converts_again) = (false, false);
    for case in 0..log.cases() {
        log.events(case, &mut events);
        let mut is_won = false;
        for (at, event) in events.iter().enumerate() {
            let Some(date) = to_date(event.time).filter(|it| until.is_none_or(|until| *it <= until)) else {
                continue;
            };
            let converted = converts[event.activity as usize];
            if options.fit.since.is_some_and(|it| event.time < it) {
                is_won |= converted;
                continue;
            }
            let day = days.entry(date).or_default();
            day.events += 1;
            day.arrivals += u64::from(at == 0);
            day.conversions += u64::from(converted);
            day.won += u64::from(converted && !is_won);
            converts_again |= converted && is_won;
            is_won |= converted;
            day.churned += u64::from(churns[event.activity as usize]);
            if let Some(value) = event.value {
                has_value = true;
                day.value += i128::from(value);
            }
        }
    }
    let (first, last) = (
        (options.fit.since.and_then(to_date)).or(days.keys().next().copied())?,
        until.or_else(|| days.keys().next_back().copied())?,
    );
    let mut metrics = Vec::new();
    if converts.contains(&true) {
        metrics.push(Metric::Conversions);
        metrics.extend(converts_again.then_some(Metric::Won));
    }
    metrics.extend(churns.contains(&true).then_some(Metric::Churned));
    metrics.extend(has_value.then_some(Metric::Value));
    metrics.push(Metric::Arrivals);
    let spans = spans(options.period, first, last);
    let sums: Vec<Day> = spans.iter().map(|it| sum(&days, it.from, it.until)).collect();
    let before = spans.iter().map(|it| {
        let day = it
            .from
            .yesterday()
            .map_or_else(|_| Day::default(), |it| sum(&days, first, it));
        (day.arrivals, day.events)
    });
    Some(Past {
        before: before.collect(),
        series: metrics
            .into_iter()
            .map(|metric| (metric, sums.iter().map(|it| it.number(metric)).collect()))
            .collect(),
        spans,
    })
}

fn sum(days: &BTreeMap<Date, Day>, from: Date, until: Date) -> Day {
    let mut sum = Day::default();
    if from <= until {
        days.range(from..=until).for_each(|it| sum.add(*it.1));
    }
    sum
}

/// The periods that lie within these days as a whole.
fn spans(period: Period, first: Date, last: Date) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut day = first;
    while days_between(day, last) >= 0 {
        let label = period.label(day);
        let Some((from, until)) = Period::days_of(&label) else {
            break;
        };
        if from >= first && until <= last {
            spans.push(Span { label, from, until });
        }
        match until.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::event_log::EventLogBuilder;
    use crate::fit::window::to_moment;
    use jiff::civil::date;

    fn of_metric(past: &Past, metric: Metric) -> &[f64] {
        let known = past.series.iter().find(|it| it.0 == metric);
        known.map_or(&[], |it| &it.1)
    }

    #[test]
    fn whole_months_are_counted_and_others_left_out() {
        let mut log = EventLogBuilder::new(&[]);
        let mut add = |case: &str, activity: &str, day: Date, value: Option<i64>| {
            log.add(case, activity, to_moment(day), value, &[]);
        };
        add("a", "ask", date(2025, 12, 20), None);
        add("a", "buy", date(2026, 1, 31), Some(100_000));
        add("b", "ask", date(2026, 2, 1), None);
        add("b", "buy", date(2026, 2, 28), Some(25_000));
        add("b", "buy", date(2026, 3, 1), Some(5_000));
        add("b", "leave", date(2026, 4, 3), None);
        let log = log.build();
        let of = |options: &BacktestOptions| {
            let past = past(&log, options, None, &[false, true, false], &[false, false, true]);
            past.expect("it has events")
        };
        let past = of(&BacktestOptions::default());
        let labels: Vec<&str> = past.spans.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels, ["2026-01", "2026-02", "2026-03"]);
        assert_eq!(of_metric(&past, Metric::Conversions), [1.0, 1.0, 1.0]);
        assert_eq!(of_metric(&past, Metric::Won), [1.0, 1.0, 0.0]);
        assert_eq!(of_metric(&past, Metric::Value), [10.0, 2.5, 0.5]);
        assert_eq!(of_metric(&past, Metric::Arrivals), [0.0, 1.0, 0.0]);
        assert_eq!(past.before, [(1, 1), (1, 2), (2, 4)]);
        let mut since = BacktestOptions::default();
        since.fit.since = Some(to_moment(date(2026, 2, 1)));
        let past = of(&since);
        let labels: Vec<&str> = past.spans.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels, ["2026-02", "2026-03"]);
        assert_eq!(of_metric(&past, Metric::Won), [1.0, 0.0]);
    }

    #[test]
    fn a_log_said_to_be_complete_ends_with_that_day() {
        let mut log = EventLogBuilder::new(&[]);
        log.add("a", "ask", to_moment(date(2026, 1, 1)), None, &[]);
        log.add("b", "ask", to_moment(date(2026, 3, 9)), None, &[]);
        let log = log.build();
        let months = |until| {
            past(&log, &BacktestOptions::default(), until, &[false], &[false])
                .expect("it has events")
                .spans
                .len()
        };
        assert_eq!((months(None), months(Some(date(2026, 3, 31)))), (2, 3));
    }
}
