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
    /// By activity: how its visits are told apart, and which places that makes, if they are.
    splits: Vec<Option<(Past, BTreeMap<Before, u32>)>>,
    /// Whether visits are told apart at all, and first ones from later ones.
    are_split: bool,
    by_visits: bool,
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
            splits: vec![None; activities],
            are_split: false,
            by_visits: false,
        }
    }

    /// Splits an activity; what is not among `befores` keeps the place it had.
    pub(crate) fn split(&mut self, activity: u32, past: Past, befores: &[Before]) {
        let mut places = BTreeMap::new();
        for &before in befores {
            places.insert(before, self.all.len() as u32);
            self.all.push(Place { activity, before });
        }
        self.splits[activity as usize] = Some((past, places));
        self.are_split = true;
        self.by_visits |= past == Past::Visits;
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// One of them.
    pub(crate) fn place(&self, at: usize) -> Place {
        self.all[at]
    }

    /// Where a case is at each of its events.
    pub(crate) fn way<'a>(&self, events: &[Event], way: &'a mut Way) -> &'a [u32] {
        way.places.clear();
        if !self.are_split {
            way.places.extend(events.iter().map(|it| it.activity));
            return &way.places;
        }
        way.met.resize(self.splits.len().max(way.met.len()), false);
        let mut previous = Before::Nothing;
        for event in events {
            let met = self.by_visits && std::mem::replace(&mut way.met[event.activity as usize], true);
            let split = self.splits[event.activity as usize].as_ref();
            let split = split.and_then(|(past, places)| match past {
                Past::Previous => places.get(&previous),
                Past::Visits if met => places.get(&Before::Visit),
                Past::Visits => places.get(&Before::NoVisit),
            });
            way.places.push(split.copied().unwrap_or(event.activity));
            previous = Before::Activity(event.activity);
        }
        if self.by_visits {
            for event in events {
                way.met[event.activity as usize] = false;
            }
        }
        &way.places
    }
}

/// Room for the way of one case after another.
#[derive(Debug, Default)]
pub(crate) struct Way {
    places: Vec<u32>,
    /// By activity: whether the case has had it.
    met: Vec<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(activities: impl Iterator<Item = u32>) -> Vec<Event> {
        let event = |activity| Event {
            activity,
            time: 0,
            value: None,
        };
        activities.map(event).collect()
    }

    #[test]
    fn the_past_of_every_visit_is_its_own_case() {
        let mut places = Places::first_order(3);
        places.split(0, Past::Visits, &[Before::NoVisit, Before::Visit]);
        places.split(1, Past::Previous, &[Before::Nothing, Before::Activity(0)]);
        let mut way = Way::default();
        let mut check = |activities: &[u32], wanted: &[u32]| {
            assert_eq!(places.way(&events(activities.iter().copied()), &mut way), wanted);
        };
        check(&[0, 1, 2, 1, 0, 1, 0], &[3, 6, 2, 1, 4, 6, 4]);
        check(&[1, 1, 0], &[5, 1, 3]);
        check(&[], &[]);
    }

    #[test]
    fn a_long_case_takes_no_more_than_its_length() {
        // Whoever looks back from every event would look at 10^12 of them.
        let half = 1_000_000;
        let mut places = Places::first_order(2);
        for activity in [0, 1] {
            places.split(activity, Past::Visits, &[Before::NoVisit, Before::Visit]);
        }
        let case = events((0..2 * half).map(|it| u32::from(it >= half)));
        let mut way = Way::default();
        let way = places.way(&case, &mut way);
        let wanted = |at: i32| match at {
            0 => 2,
            _ if at == half => 4,
            _ if at < half => 3,
            _ => 5,
        };
        assert!(way.iter().copied().eq((0..2 * half).map(wanted)));
    }
}
