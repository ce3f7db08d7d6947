//! What came next after every visit of a place, and when; or how long nothing did.

use std::collections::BTreeMap;

use super::event_log::{Event, EventLog};
use super::places::Places;
use super::window::{Window, seen};

/// What came of the visits of a place.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Visits {
    /// By where they went, the place or [`STOP`]: how many took so many ticks.
    pub(crate) moved: BTreeMap<u32, BTreeMap<u32, u64>>,
    /// Of how many nothing more is known than that they had not moved after so many ticks.
    pub(crate) waiting: BTreeMap<u32, u64>,
    /// How many visits there were, also those that were not followed at all.
    pub(crate) count: u64,
}

/// Where a finished case goes after its last event.
pub(crate) const STOP: u32 = u32::MAX;

impl Visits {
    /// How many of them led on somewhere.
    pub(crate) fn led_on(&self) -> u64 {
        self.moved.iter().filter(|it| *it.0 != STOP).map(|it| total(it.1)).sum()
    }

    /// How many went to `target`.
    pub(crate) fn to(&self, target: u32) -> u64 {
        self.moved.get(&target).map_or(0, total)
    }
}

/// How many there are of all lengths.
pub(crate) fn total(lengths: &BTreeMap<u32, u64>) -> u64 {
    lengths.values().sum()
}

/// What a log says of moves.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Moves {
    /// By place.
    pub(crate) visits: Vec<Visits>,
    /// How many cases began there, by place.
    pub(crate) starts: Vec<u64>,
}

impl Moves {
    fn of_nothing(places: &Places) -> Self {
        Self {
            visits: vec![Visits::default(); places.len()],
            starts: vec![0; places.len()],
        }
    }

    /// All moves of the log in the window.
    pub(crate) fn of(log: &EventLog, places: &Places, window: &Window) -> Self {
        let one = Self::by(log, places, window, 1, |_| Some(0));
        one.into_iter().next().expect("one kind was asked for")
    }

    /// The moves of each kind of case; cases of no kind are left out.
    pub(crate) fn by(
        log: &EventLog,
        places: &Places,
        window: &Window,
        kinds: usize,
        kind: impl Fn(usize) -> Option<usize>,
    ) -> Vec<Self> {
        let mut all = vec![Self::of_nothing(places); kinds];
        let mut events = Vec::new();
        let mut way = Vec::new();
        for case in 0..log.cases() {
            let Some(kind) = kind(case) else { continue };
            log.events(case, &mut events);
            let events = seen(&events, window.until);
            places.way(events, &mut way);
            all[kind].add(events, &way, window);
        }
        all
    }

    fn add(&mut self, events: &[Event], way: &[u32], window: &Window) {
        if let Some(first) = way.first() {
            self.starts[*first as usize] += 1;
        }
        for (at, event) in events.iter().enumerate() {
            let visits = &mut self.visits[way[at] as usize];
            visits.count += 1;
            let next = events
                .get(at + 1)
                .map(|next| (way[at + 1], window.ticks(next.time - event.time)));
            let next = next.or_else(|| window.complete.then_some((STOP, 0)));
            let followed = if window.complete {
                Some(u32::MAX)
            } else {
                window.followed(event.time)
            };
            // Of all delays up to the same length, or the long ones would be seen of some only.
            match (next, followed) {
                (Some((target, ticks)), Some(followed)) if ticks <= followed => {
                    *visits.moved.entry(target).or_default().entry(ticks).or_default() += 1;
                }
                (_, Some(followed)) => *visits.waiting.entry(followed).or_default() += 1,
                (_, None) => {}
            }
        }
    }
}
