//! What follows what in a log, and after how long: one pass over all cases.

use std::ops::Range;

use super::event_log::{Event, EventLog, Moment};
use super::parallel::{cores, in_parallel};

/// What follows what, and after how long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transitions {
    /// Length of a tick in milliseconds.
    pub tick: Moment,
    /// The last moment that was looked at: what is later does not count.
    pub until: Moment,
    /// Cases with at least one event.
    pub cases: u64,
    /// By activity: how often it happened.
    pub counts: Vec<u64>,
    /// By activity: to how many cases it happened.
    pub cases_with: Vec<u64>,
    /// By activity: how many cases begin with it.
    pub starts: Vec<u64>,
    /// By activity: of how many cases it is the last so far.
    pub ends: Vec<u64>,
    /// What follows what, by first and second activity; only what happened.
    pub moves: Vec<Move>,
    /// By activity: cases of which it is the last so far, by the whole ticks from it to `until`, rounded
    /// as delays are. What is still to come takes at least that long.
    pub waits: Vec<Vec<(u32, u64)>>,
}

/// An activity that follows another one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Move {
    /// The first one: position in [`EventLog::activities`].
    pub from: u32,
    /// The second one.
    pub to: u32,
    /// How often.
    pub count: u64,
    /// How often after how many whole ticks, ascending: half a tick is one, as in a scenario.
    pub delays: Vec<(u32, u64)>,
}

impl Transitions {
    /// Counts the events of all cases up to `until`, included, in ticks of so many milliseconds.
    ///
    /// # Panics
    ///
    /// If a tick has no length.
    #[must_use]
    pub fn of(log: &EventLog, tick: Moment, until: Moment) -> Self {
        Self::of_some(log, tick, until, |_| true)
    }

    /// The same of the cases that `is_counted`.
    ///
    /// # Panics
    ///
    /// If a tick has no length.
    #[must_use]
    pub fn of_some(log: &EventLog, tick: Moment, until: Moment, is_counted: impl Fn(usize) -> bool + Sync) -> Self {
        assert!(tick > 0, "a tick has a length");
        let threads = cores();
        let parts = in_parallel(log.parts(threads * 4), threads, |cases| {
            Count::of(log, cases, tick, until, &is_counted)
        });
        let empty = || Count::new(log.activities().len(), tick, until);
        let all = parts.into_iter().reduce(Count::and).unwrap_or_else(empty);
        all.finish()
    }

    /// How often `to` follows `from`.
    #[must_use]
    pub fn count(&self, from: u32, to: u32) -> u64 {
        let at = self.moves.binary_search_by_key(&(from, to), |it| (it.from, it.to));
        at.map_or(0, |it| self.moves[it].count)
    }

    /// What follows `from`.
    #[must_use]
    pub fn from(&self, from: u32) -> &[Move] {
        let begin = self.moves.partition_point(|it| it.from < from);
        let end = self.moves.partition_point(|it| it.from <= from);
        &self.moves[begin..end]
    }
}

/// Whole ticks of a stretch of time: P(k) = F(k + ½) − F(k − ½).
fn ticks(stretch: Moment, tick: Moment) -> u32 {
    u32::try_from((2 * stretch + tick) / (2 * tick)).unwrap_or(u32::MAX)
}

/// Counts under way.
struct Count {
    tick: Moment,
    until: Moment,
    cases: u64,
    counts: Vec<u64>,
    cases_with: Vec<u64>,
    starts: Vec<u64>,
    ends: Vec<u64>,
    /// By first activity, made when it is met, and second one: position in `delays` and one, or 0.
    places: Vec<Vec<u32>>,
    /// By place: first activity, second activity, and how long it took.
    delays: Vec<(u32, u32, Histogram)>,
    waits: Vec<Histogram>,
    /// By activity: the last case that had it, and one.
    met: Vec<usize>,
}

impl Count {
    fn new(activities: usize, tick: Moment, until: Moment) -> Self {
        Self {
            tick,
            until,
            cases: 0,
            counts: vec![0; activities],
            cases_with: vec![0; activities],
            starts: vec![0; activities],
            ends: vec![0; activities],
            places: vec![Vec::new(); activities],
            delays: Vec::new(),
            waits: vec![Histogram::default(); activities],
            met: vec![0; activities],
        }
    }

    fn of(
        log: &EventLog,
        cases: Range<usize>,
        tick: Moment,
        until: Moment,
        is_counted: impl Fn(usize) -> bool,
    ) -> Self {
        let mut count = Self::new(log.activities().len(), tick, until);
        let latest = log.span().map_or(until, |it| it.1);
        log.visit(cases, |case, events| {
            if is_counted(case) {
                let past = if latest <= until {
                    events.len()
                } else {
                    events.partition_point(|it| it.time <= until)
                };
                count.see(case, &events[..past]);
            }
        });
        count
    }

    fn see(&mut self, case: usize, events: &[Event]) {
        let [first, ..] = events else { return };
        self.cases += 1;
        self.starts[first.activity as usize] += 1;
        let mut before = first;
        self.meet(case, first);
        for event in &events[1..] {
            self.meet(case, event);
            let ticks = ticks(event.time - before.time, self.tick);
            let place = self.place(before.activity, event.activity);
            self.delays[place].2.add(ticks);
            before = event;
        }
        self.ends[before.activity as usize] += 1;
        self.waits[before.activity as usize].add(ticks(self.until - before.time, self.tick));
    }

    fn meet(&mut self, case: usize, event: &Event) {
        let activity = event.activity as usize;
        self.counts[activity] += 1;
        if self.met[activity] != case + 1 {
            self.met[activity] = case + 1;
            self.cases_with[activity] += 1;
        }
    }

    fn place(&mut self, from: u32, to: u32) -> usize {
        let row = &mut self.places[from as usize];
        if row.is_empty() {
            row.resize(self.counts.len(), 0);
        }
        let place = &mut row[to as usize];
        if *place == 0 {
            self.delays.push((from, to, Histogram::default()));
            *place = self.delays.len() as u32;
        }
        *place as usize - 1
    }

    fn and(mut self, other: Self) -> Self {
        let add = |one: &mut [u64], other: &[u64]| one.iter_mut().zip(other).for_each(|(it, more)| *it += more);
        self.cases += other.cases;
        add(&mut self.counts, &other.counts);
        add(&mut self.cases_with, &other.cases_with);
        add(&mut self.starts, &other.starts);
        add(&mut self.ends, &other.ends);
        for (from, to, delays) in other.delays {
            let place = self.place(from, to);
            self.delays[place].2.append(delays);
        }
        for (waits, more) in self.waits.iter_mut().zip(other.waits) {
            waits.append(more);
        }
        self
    }

    fn finish(self) -> Transitions {
        let mut moves: Vec<Move> = self
            .delays
            .into_iter()
            .map(|(from, to, delays)| {
                let delays = delays.finish();
                Move {
                    from,
                    to,
                    count: delays.iter().map(|it| it.1).sum(),
                    delays,
                }
            })
            .collect();
        moves.sort_by_key(|it| (it.from, it.to));
        Transitions {
            tick: self.tick,
            until: self.until,
            cases: self.cases,
            counts: self.counts,
            cases_with: self.cases_with,
            starts: self.starts,
            ends: self.ends,
            moves,
            waits: self.waits.into_iter().map(Histogram::finish).collect(),
        }
    }
}

/// Fewer ticks than this have a count each.
const NEAR: usize = 1 << 12;
/// So many long stretches are kept one by one before they are counted.
const LOOSE: usize = 1 << 14;

/// How often something took how many ticks.
#[derive(Debug, Clone, Default)]
struct Histogram {
    near: Vec<u64>,
    /// Ticks and counts, ascending.
    far: Vec<(u32, u64)>,
    loose: Vec<u32>,
}

impl Histogram {
    #[inline]
    fn add(&mut self, ticks: u32) {
        if let Some(count) = self.near.get_mut(ticks as usize) {
            *count += 1;
        } else {
            self.add_new(ticks);
        }
    }

    fn add_new(&mut self, ticks: u32) {
        if (ticks as usize) < NEAR {
            let room = (ticks as usize + 1).next_power_of_two();
            self.near.resize(room, 0);
            self.near[ticks as usize] += 1;
            return;
        }
        self.loose.push(ticks);
        if self.loose.len() >= LOOSE.max(self.far.len()) {
            self.sort();
        }
    }

    /// Counts the loose ones.
    fn sort(&mut self) {
        self.loose.sort_unstable();
        let counted = self.loose.chunk_by(|one, other| one == other);
        let counted = counted.map(|it| (it[0], it.len() as u64)).collect();
        self.loose.clear();
        self.far = merged(&self.far, counted);
    }

    fn append(&mut self, mut other: Self) {
        other.sort();
        self.sort();
        if self.near.len() < other.near.len() {
            self.near.resize(other.near.len(), 0);
        }
        self.near.iter_mut().zip(&other.near).for_each(|(it, more)| *it += more);
        self.far = merged(&self.far, other.far);
    }

    fn finish(mut self) -> Vec<(u32, u64)> {
        self.sort();
        let near = self.near.iter().enumerate().filter(|it| *it.1 > 0);
        near.map(|(ticks, count)| (ticks as u32, *count))
            .chain(self.far)
            .collect()
    }
}

/// Two ascending lists as one.
fn merged(one: &[(u32, u64)], mut other: Vec<(u32, u64)>) -> Vec<(u32, u64)> {
    if one.is_empty() {
        return other;
    }
    other.extend_from_slice(one);
    other.sort_unstable_by_key(|it| it.0);
    other.dedup_by(|later, kept| {
        let is_same = later.0 == kept.0;
        if is_same {
            kept.1 += later.1;
        }
        is_same
    });
    other
}

#[cfg(test)]
mod tests {
    use super::super::event_log::EventLogBuilder;
    use super::*;

    fn log(cases: &[&[(&str, Moment)]]) -> EventLog {
        let mut builder = EventLogBuilder::new(&[]);
        for (at, events) in cases.iter().enumerate() {
            for (activity, time) in *events {
                builder.add(&at.to_string(), activity, *time, None, &[]);
            }
        }
        builder.build()
    }

    #[test]
    fn moves_delays_and_waits_are_counted() {
        let log = log(&[
            &[("a", 0), ("b", 14), ("a", 15), ("b", 30)],
            &[("a", 5), ("c", 5)],
            &[("a", 40)],
        ]);
        let found = Transitions::of(&log, 10, 40);
        assert_eq!((found.cases, found.counts.clone()), (3, vec![4, 2, 1]));
        assert_eq!(found.cases_with, [3, 1, 1]);
        assert_eq!(
            (found.starts.clone(), found.ends.clone()),
            (vec![3, 0, 0], vec![1, 1, 1])
        );
        let moves: Vec<_> = found
            .moves
            .iter()
            .map(|it| (it.from, it.to, it.count, it.delays.as_slice()))
            .collect();
        assert_eq!(
            moves,
            [
                (0, 1, 2, [(1, 1), (2, 1)].as_slice()),
                (0, 2, 1, &[(0, 1)]),
                (1, 0, 1, &[(0, 1)]),
            ]
        );
        assert_eq!(found.waits, [vec![(0, 1)], vec![(1, 1)], vec![(4, 1)]]);
        assert_eq!((found.count(0, 1), found.count(2, 2), found.from(0).len()), (2, 0, 2));
    }

    #[test]
    fn what_is_later_does_not_count() {
        let log = log(&[&[("a", 0), ("b", 14), ("a", 15)], &[("a", 20)]]);
        let found = Transitions::of(&log, 1, 14);
        assert_eq!((found.cases, found.counts, found.ends), (1, vec![1, 1], vec![0, 1]));
        assert_eq!(found.waits[1], [(0, 1)]);
    }

    #[test]
    fn only_cases_that_are_asked_for_count() {
        let log = log(&[&[("a", 0)], &[("b", 0)]]);
        let found = Transitions::of_some(&log, 1, 0, |case| case == 1);
        assert_eq!((found.cases, found.starts), (1, vec![0, 1]));
    }

    #[test]
    fn long_delays_are_counted_as_short_ones_are() {
        let mut histogram = Histogram::default();
        let mut other = Histogram::default();
        let mut plain = std::collections::BTreeMap::new();
        for at in 0..100_000_u64 {
            let ticks = (at * at % 9_973) as u32 * 7;
            let half = if at % 3 == 0 { &mut other } else { &mut histogram };
            half.add(ticks);
            *plain.entry(ticks).or_insert(0) += 1;
        }
        histogram.append(other);
        assert!(histogram.finish().into_iter().eq(plain));
    }
}
