//! The count of moves: one pass over all cases, on all cores.

use super::super::event_log::{Event, EventLog};
use super::super::money::Amounts;
use super::super::parallel::{cores, gathered};
use super::super::places::Way;
use super::super::window::{Window, seen};
use super::histogram::Histogram;
use super::{Moves, STOP, View, Visits};

/// What each view shows, by view and kind of case.
pub(super) fn count(log: &EventLog, window: &Window, views: &[View<'_>]) -> Vec<Vec<Moves>> {
    count_on(cores(), log, window, views)
}

/// The same on so many threads. Nothing but whole numbers is added, so that their number cannot matter.
fn count_on(threads: usize, log: &EventLog, window: &Window, views: &[View<'_>]) -> Vec<Vec<Moves>> {
    let count = gathered(
        &log.parts(threads * 4),
        threads,
        || Count::of_nothing(views),
        |count, part| log.visit(part, |case, events| count.see(log, window, views, case, events)),
        Count::and,
    );
    let kinds = |(tallies, view): (Vec<Tally>, &View<'_>)| {
        let mut tallies = tallies.into_iter();
        let moves = |_| tallies.by_ref().take(view.places.len()).collect();
        (0..view.kinds()).map(moves).collect()
    };
    count.tallies.into_iter().zip(views).map(kinds).collect()
}

/// What became of a visit.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// It led on, after so many ticks.
    Moved(u32),
    /// It had not after so many.
    Waits(u32),
    /// It was not followed at all.
    Unseen,
}

/// A count under way.
struct Count {
    /// By view, and there by kind and place.
    tallies: Vec<Vec<Tally>>,
    /// Of the case that is looked at: what became of its visits, and where they were.
    fates: Vec<Fate>,
    way: Way,
}

impl Count {
    fn of_nothing(views: &[View<'_>]) -> Self {
        let tallies = |view: &View<'_>| vec![Tally::default(); view.kinds() * view.places.len()];
        Self {
            tallies: views.iter().map(tallies).collect(),
            fates: Vec::new(),
            way: Way::default(),
        }
    }

    fn see(&mut self, log: &EventLog, window: &Window, views: &[View<'_>], case: usize, events: &[Event]) {
        let events = seen(events, window.until);
        self.fates.clear();
        let last = events.last().map(|it| fate(window, it, None));
        let fates = events.windows(2).map(|it| fate(window, &it[0], Some(&it[1])));
        self.fates.extend(fates.chain(last));
        for (view, tallies) in views.iter().zip(&mut self.tallies) {
            let Some(kind) = view.kind(log, case) else { continue };
            let first = kind * view.places.len();
            let tallies = &mut tallies[first..first + view.places.len()];
            let way = view.places.way(events, &mut self.way);
            let later = events.partition_point(|it| it.time < window.since);
            if let (Some(first), 0) = (way.first(), later) {
                tallies[*first as usize].starts += 1;
            }
            for (at, (event, fate)) in events.iter().zip(&self.fates).enumerate().skip(later) {
                let tally = &mut tallies[way[at] as usize];
                tally.visit(case, event.value);
                match *fate {
                    Fate::Moved(ticks) => tally.to(way.get(at + 1).copied().unwrap_or(STOP)).add(ticks),
                    Fate::Waits(ticks) => tally.waiting.add(ticks),
                    Fate::Unseen => {}
                }
            }
        }
    }

    fn and(mut self, other: Self) -> Self {
        let pairs = self
            .tallies
            .iter_mut()
            .flatten()
            .zip(other.tallies.into_iter().flatten());
        pairs.for_each(|(tally, more)| tally.append(more));
        self
    }
}

fn fate(window: &Window, event: &Event, next: Option<&Event>) -> Fate {
    let ticks = next.map(|next| window.ticks(next.time - event.time));
    if window.complete {
        return Fate::Moved(ticks.unwrap_or(0));
    }
    // Of all delays up to the same length, or the long ones would be seen of some only.
    match (ticks, window.followed(event.time)) {
        (Some(ticks), Some(followed)) if ticks <= followed => Fate::Moved(ticks),
        (_, Some(followed)) => Fate::Waits(followed),
        (_, None) => Fate::Unseen,
    }
}

/// The visits of a place.
#[derive(Debug, Clone, Default)]
struct Tally {
    count: u64,
    starts: u64,
    cases: u64,
    /// The last case that was there, and one.
    last: usize,
    amounts: Amounts,
    /// In order of their target.
    moved: Vec<(u32, Histogram)>,
    waiting: Histogram,
}

impl Tally {
    #[inline]
    fn visit(&mut self, case: usize, value: Option<i64>) {
        self.count += 1;
        self.cases += u64::from(self.last != case + 1);
        self.last = case + 1;
        if let Some(value) = value {
            self.amounts.add(value);
        }
    }

    #[inline]
    fn to(&mut self, target: u32) -> &mut Histogram {
        let place = self.moved.binary_search_by_key(&target, |it| it.0);
        let place = place.unwrap_or_else(|place| {
            self.moved.insert(place, (target, Histogram::default()));
            place
        });
        &mut self.moved[place].1
    }

    fn append(&mut self, other: Self) {
        self.count += other.count;
        self.starts += other.starts;
        self.cases += other.cases;
        self.amounts.append(&other.amounts);
        for (target, delays) in other.moved {
            self.to(target).append(delays);
        }
        self.waiting.append(other.waiting);
    }
}

impl FromIterator<Tally> for Moves {
    fn from_iter<T: IntoIterator<Item = Tally>>(tallies: T) -> Self {
        let mut moves = Self::default();
        for tally in tallies {
            moves.visits.push(Visits {
                moved: tally.moved.into_iter().map(|it| (it.0, it.1.finish())).collect(),
                waiting: tally.waiting.finish(),
                count: tally.count,
            });
            moves.starts.push(tally.starts);
            moves.cases.push(tally.cases);
            moves.amounts.push(tally.amounts);
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::event_log::EventLogBuilder;
    use crate::fit::places::{Before, Past, Places};
    use crate::fit::window::DAY;
    use crate::random::Key;

    /// A thousand cases of up to eight events of four activities, hours apart, some with money.
    fn log() -> EventLog {
        let mut log = EventLogBuilder::new(&["region"]);
        for case in 0..1_000 {
            let mut luck = Key::new(case).stream();
            let mut below = |most: f64| (luck.uniform() * most) as i64;
            let region = ["north", "south"].get(below(3.0) as usize);
            let mut time = below(100.0) * DAY;
            for _ in 0..below(9.0) {
                let activity = ["a", "b", "c", "d"][below(4.0) as usize];
                let value = Some(below(500.0) - 100).filter(|it| *it > 0);
                log.add(&case.to_string(), activity, time, value, &[region.copied()]);
                time += below(60.0) * DAY / 24;
            }
        }
        log.build()
    }

    fn window(complete: bool) -> Window {
        Window {
            first: 0,
            since: i64::MIN,
            until: 95 * DAY,
            tick: DAY,
            on_ticks: false,
            complete,
        }
    }

    /// What a view shows of a kind of case, counted one by one.
    fn plainly(log: &EventLog, window: &Window, view: View<'_>, kind: usize) -> Moves {
        let mut moves: Moves = vec![Tally::default(); view.places.len()].into_iter().collect();
        log.visit(0..log.cases(), |case, events| {
            if view.kind(log, case) != Some(kind) {
                return;
            }
            let events: Vec<Event> = events.iter().copied().filter(|it| it.time < window.until).collect();
            let mut way = Way::default();
            let way = view.places.way(&events, &mut way);
            let mut been = vec![false; view.places.len()];
            for (at, event) in events.iter().enumerate() {
                let place = way[at] as usize;
                moves.starts[place] += u64::from(at == 0);
                moves.cases[place] += u64::from(!std::mem::replace(&mut been[place], true));
                if let Some(value) = event.value {
                    moves.amounts[place].add(value);
                }
                let visits = &mut moves.visits[place];
                visits.count += 1;
                let next = events.get(at + 1).map(|it| window.ticks(it.time - event.time));
                let target = way.get(at + 1).copied().unwrap_or(STOP);
                let followed = window.followed(event.time);
                match (next, followed) {
                    _ if window.complete => {
                        *visits
                            .moved
                            .entry(target)
                            .or_default()
                            .entry(next.unwrap_or(0))
                            .or_default() += 1;
                    }
                    (Some(ticks), Some(followed)) if ticks <= followed => {
                        *visits.moved.entry(target).or_default().entry(ticks).or_default() += 1;
                    }
                    (_, Some(followed)) => *visits.waiting.entry(followed).or_default() += 1,
                    (_, None) => {}
                }
            }
        });
        moves
    }

    #[test]
    fn any_number_of_threads_counts_what_one_by_one_makes() {
        let log = log();
        let (known, _) = crate::fit::attributes::known(&log, &crate::fit::survey::Survey::of(&log, None, None));
        let simple = Places::first_order(log.activities().len());
        let mut split = simple.clone();
        split.split(0, Past::Visits, &[Before::NoVisit, Before::Visit]);
        split.split(1, Past::Previous, &[Before::Nothing, Before::Activity(2)]);
        let view = |places, attribute| View { places, attribute };
        let views = [
            view(&simple, None),
            view(&split, None),
            view(&split, Some((0, &known[0]))),
        ];
        for window in [window(false), window(true)] {
            let wanted: Vec<Vec<Moves>> = views
                .iter()
                .map(|view| (0..view.kinds()).map(|it| plainly(&log, &window, *view, it)).collect())
                .collect();
            assert!(wanted[2].len() == 3 && wanted.iter().flatten().all(|it| it.starts.iter().sum::<u64>() > 100));
            for threads in [1, 2, 7] {
                assert_eq!(count_on(threads, &log, &window, &views), wanted, "on {threads} threads");
            }
        }
    }

    #[test]
    fn moves_delays_and_waits_by_hand() {
        let mut log = EventLogBuilder::new(&[]);
        for (case, activity, time) in [
            ("1", "a", 0),
            ("1", "b", 14),
            ("1", "a", 15),
            ("1", "b", 30),
            ("2", "a", 5),
            ("2", "c", 5),
            ("3", "a", 40),
            ("3", "b", 60),
        ] {
            log.add(case, activity, time, None, &[]);
        }
        let (log, places) = (log.build(), Places::first_order(3));
        let window = Window {
            first: 0,
            since: i64::MIN,
            until: 51,
            tick: 10,
            on_ticks: false,
            complete: false,
        };
        let view = View {
            places: &places,
            attribute: None,
        };
        let all = count(&log, &window, &[view]);
        let moves = &all[0][0];
        assert_eq!(
            (moves.starts.as_slice(), moves.cases.as_slice()),
            (&[3, 0, 0][..], &[3, 1, 1][..])
        );
        let counts: Vec<u64> = moves.visits.iter().map(|it| it.count).collect();
        assert_eq!(counts, [4, 2, 1]);
        // 14 and 15 milliseconds are one tick of ten: half a tick is none.
        let told = |place: usize, target: u32| {
            moves.visits[place].moved[&target]
                .clone()
                .into_iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (told(0, 1), told(0, 2), told(1, 0)),
            (vec![(1, 2)], vec![(0, 1)], vec![(0, 1)])
        );
        let waits = |place: usize| moves.visits[place].waiting.clone().into_iter().collect::<Vec<_>>();
        assert_eq!(
            (waits(0), waits(1), waits(2)),
            (vec![(0, 1)], vec![(1, 1)], vec![(4, 1)])
        );
    }
}
