//! Where a case is: its activity, or its activity and what came before where that matters.

use std::collections::BTreeMap;

use super::event_log::Event;

/// How the visits of one activity are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Past {
    /// By the activity before.
    Previous,
    /// The first visit from later ones.
    Visits,
}

/// A place: an activity, and what must have come before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The activity.
    pub(crate) activity: u32,
    /// What came before.
    pub(crate) before: Before,
}

/// What came before a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Before {
    /// That does not matter.
    Anything,
    /// Nothing: the case begins here.
    Nothing,
    /// This activity.
    Activity(u32),
    /// No visit of the same activity.
    NoVisit,
    /// A visit of the same activity.
    Visit,
}

/// All places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    all: Vec<Place>,
    /// By activity: how its visits are told apart, and which places that makes.
    splits: BTreeMap<u32, (Past, BTreeMap<Before, u32>)>,
}

impl Places {
    /// A place for every activity.
    pub(crate) fn first_order(activities: usize) -> Self {
        let place = |activity| Place {
            activity,
            before: Before::Anything,
        };
        Self {
            all: (0..activities as u32).map(place).collect(),
            splits: BTreeMap::new(),
        }
    }

    /// Splits an activity; what is not among `befores` keeps the place it had.
    pub(crate) fn split(&mut self, activity: u32, past: Past, befores: &[Before]) {
        let mut places = BTreeMap::new();
        for &before in befores {
            places.insert(before, self.all.len() as u32);
            self.all.push(Place { activity, before });
        }
        self.splits.insert(activity, (past, places));
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// One of them.
    pub(crate) fn place(&self, at: usize) -> Place {
        self.all[at]
    }

    /// Puts the places of a case's events into `way`.
    pub(crate) fn way(&self, events: &[Event], way: &mut Vec<u32>) {
        way.clear();
        for (at, event) in events.iter().enumerate() {
            let split = self.splits.get(&event.activity).and_then(|(past, places)| {
                let before = match past {
                    Past::Previous if at == 0 => Before::Nothing,
                    Past::Previous => Before::Activity(events[at - 1].activity),
                    Past::Visits if events[..at].iter().any(|it| it.activity == event.activity) => Before::Visit,
                    Past::Visits => Before::NoVisit,
                };
                places.get(&before).copied()
            });
            way.push(split.unwrap_or(event.activity));
        }
    }
}
