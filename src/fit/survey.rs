//! The first look at a log: one pass for all that can be told without a clock.

use std::collections::BTreeMap;
use std::ops::Range;

use super::event_log::{Event, EventLog, Moment};
use super::parallel::{cores, gathered};
use super::window::{DAY, Gaps, seen};

/// What a log has before some moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Survey {
    /// The first and the last event.
    pub(crate) span: Option<(Moment, Moment)>,
    pub(crate) gaps: Gaps,
    /// Cases that begin, by the day since the beginning of 1970.
    pub(crate) days: BTreeMap<i64, u64>,
    /// By activity: its visits by the activity before, if there was one.
    pub(crate) before: Vec<BTreeMap<Option<u32>, u64>>,
    /// By activity: how many cases have it.
    pub(crate) cases: Vec<u64>,
    /// By attribute: cases by their value, and one; those without come first.
    pub(crate) values: Vec<Vec<u64>>,
}

impl Survey {
    /// Looks at all events from `since` on and before `until`, or at all.
    pub(crate) fn of(log: &EventLog, since: Option<Moment>, until: Option<Moment>) -> Self {
        let (since, until) = (since.unwrap_or(Moment::MIN), until.unwrap_or(Moment::MAX));
        Self::on(cores(), log, since..until)
    }

    /// The same on so many threads. Nothing but whole numbers is added, so that their number cannot matter.
    fn on(threads: usize, log: &EventLog, when: Range<Moment>) -> Self {
        let activities = log.activities().len();
        let empty = || Look {
            survey: Self {
                before: vec![BTreeMap::new(); activities],
                cases: vec![0; activities],
                values: log.attributes().iter().map(|it| vec![0; it.values.len() + 1]).collect(),
                ..Self::default()
            },
            last: vec![0; activities],
        };
        let look = gathered(
            &log.parts(threads * 4),
            threads,
            empty,
            |look, part| {
                log.visit(part, |case, events| {
                    look.see(log, case, when.start, seen(events, when.end));
                });
            },
            |one, other| Look {
                survey: one.survey.and(other.survey),
                last: one.last,
            },
        );
        look.survey
    }

    fn and(mut self, other: Self) -> Self {
        self.span = match (self.span, other.span) {
            (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
            (one, other) => one.or(other),
        };
        self.gaps.append(&other.gaps);
        for (day, cases) in other.days {
            *self.days.entry(day).or_default() += cases;
        }
        add(&mut self.cases, &other.cases);
        for (all, more) in self.values.iter_mut().zip(&other.values) {
            add(all, more);
        }
        for (all, more) in self.before.iter_mut().zip(other.before) {
            for (before, visits) in more {
                *all.entry(before).or_default() += visits;
            }
        }
        self
    }
}

fn add(one: &mut [u64], other: &[u64]) {
    one.iter_mut().zip(other).for_each(|(it, more)| *it += more);
}

/// A survey under way.
struct Look {
    survey: Survey,
    /// By activity: the last case that had it, and one.
    last: Vec<usize>,
}

impl Look {
    fn see(&mut self, log: &EventLog, case: usize, since: Moment, all: &[Event]) {
        let (earlier, events) = all.split_at(all.partition_point(|it| it.time < since));
        let ([begin, ..], [.., end]) = (events, events) else {
            return;
        };
        let survey = &mut self.survey;
        let span = survey.span.unwrap_or((Moment::MAX, Moment::MIN));
        survey.span = Some((span.0.min(begin.time), span.1.max(end.time)));
        if earlier.is_empty() {
            *survey.days.entry(begin.time.div_euclid(DAY)).or_default() += 1;
            for (attribute, cases) in survey.values.iter_mut().enumerate() {
                cases[log.attribute(case, attribute).map_or(0, |it| it as usize + 1)] += 1;
            }
        }
        for pair in events.windows(2) {
            survey.gaps.add(pair[1].time - pair[0].time);
        }
        let mut before = earlier.last().map(|it| it.activity);
        for event in events {
            let activity = event.activity as usize;
            survey.gaps.look(event.time);
            survey.cases[activity] += u64::from(self.last[activity] != case + 1);
            self.last[activity] = case + 1;
            *survey.before[activity].entry(before).or_default() += 1;
            before = Some(event.activity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::event_log::EventLogBuilder;

    #[test]
    fn any_number_of_threads_sees_the_same() {
        let mut log = EventLogBuilder::new(&["region"]);
        for case in 0..2_000_i64 {
            let region = (case % 3 > 0).then_some("north");
            for (activity, hours) in [("visit", 0), ("ask", 7), ("visit", 30), ("buy", 31)] {
                if case % 4 != 0 || hours < 10 {
                    let time = case * DAY / 2 + hours * 3_600_000;
                    log.add(&case.to_string(), activity, time, None, &[region]);
                }
            }
        }
        let log = log.build();
        let until = 1_000 * DAY - 1;
        let survey = Survey::on(1, &log, Moment::MIN..until);
        for threads in [2, 5, 50] {
            assert_eq!(Survey::on(threads, &log, Moment::MIN..until), survey);
        }
        assert_eq!(survey.span, Some((0, 999 * DAY + 19 * 3_600_000)));
        assert_eq!((survey.days.len(), survey.days[&7]), (1_000, 2));
        assert_eq!(survey.cases, [2_000, 2_000, 1_498]);
        let visits: Vec<_> = survey.before[0].iter().map(|it| (*it.0, *it.1)).collect();
        assert_eq!(visits, [(None, 2_000), (Some(1), 1_498)]);
        assert_eq!(survey.values, [[667, 1_333]]);
    }
}
