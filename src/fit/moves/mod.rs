//! What came next after every visit of a place, and when; or how long nothing did.

mod count;
mod histogram;

use std::collections::BTreeMap;

use super::attributes::Known;
use super::event_log::EventLog;
use super::money::Amounts;
use super::places::Places;
use super::window::Window;

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
    /// How many cases were there, by place.
    pub(crate) cases: Vec<u64>,
    /// The money that visits came with, by place.
    pub(crate) amounts: Vec<Amounts>,
}

impl Moves {
    /// All moves of the log in the window, between each of these sets of places.
    pub(crate) fn of<const N: usize>(log: &EventLog, window: &Window, places: [&Places; N]) -> [Self; N] {
        let views = places.map(|places| View {
            places,
            attribute: None,
        });
        let mut all = count::count(log, window, &views).into_iter().flatten();
        std::array::from_fn(|_| all.next().expect("every set of places has moves"))
    }

    /// The moves of the cases with each value, by attribute and value. Of each attribute its position in
    /// the log is given.
    pub(crate) fn by(
        log: &EventLog,
        window: &Window,
        places: &Places,
        attributes: &[(usize, &Known)],
    ) -> Vec<Vec<Self>> {
        let view = |&attribute| View {
            places,
            attribute: Some(attribute),
        };
        count::count(log, window, &attributes.iter().map(view).collect::<Vec<_>>())
    }
}

/// How cases are told apart, and where they are.
#[derive(Debug, Clone, Copy)]
struct View<'a> {
    places: &'a Places,
    /// The attribute by which cases are of several kinds: its position in the log. Cases of no kind are
    /// left out.
    attribute: Option<(usize, &'a Known)>,
}

impl View<'_> {
    fn kinds(&self) -> usize {
        self.attribute.map_or(1, |it| it.1.values.len())
    }

    fn kind(&self, log: &EventLog, case: usize) -> Option<usize> {
        match self.attribute {
            Some((at, known)) => known.value(log, at, case),
            None => Some(0),
        }
    }
}
