//! Where it matters what came before: tests of a first-order journey, and splits of its steps.

use std::collections::BTreeMap;

use super::build::Ground;
use super::differ::{Comparison, LEVEL, compare};
use super::event_log::EventLog;
use super::findings::TestFinding;
use super::moves::{Moves, Visits};
use super::places::{Before, Past, Places};
use super::silence::known;

/// A past with fewer visits is not told apart.
const VISITS_MIN: u64 = 30;
/// No step is split into more.
const SPLITS_MAX: usize = 12;

/// A step that is not what a first-order journey takes it for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Split {
    activity: u32,
    past: Past,
    befores: Vec<Before>,
    p: f64,
}

/// Tests every activity: whether what comes next depends on the activity before, or on whether it
/// is the first visit.
pub(crate) fn tests(ground: Ground<'_>) -> (Vec<TestFinding>, Vec<Split>) {
    let (mut findings, mut splits) = (Vec::new(), Vec::new());
    for past in [Past::Previous, Past::Visits] {
        let compared = compared(ground, past);
        let tests = compared.len() as u32;
        for (activity, comparison, befores) in compared {
            let differs = comparison.p * f64::from(tests) < LEVEL;
            findings.push(TestFinding {
                activity: ground.log.activities()[activity as usize].clone(),
                on: if past == Past::Previous { "previous" } else { "visits" }.to_owned(),
                statistic: comparison.statistic,
                freedom: comparison.freedom,
                p: comparison.p,
                tests,
                differs,
                used: false,
            });
            if differs {
                splits.push(Split {
                    activity,
                    past,
                    befores,
                    p: comparison.p,
                });
            }
        }
    }
    (findings, splits)
}

/// Comparisons of the visits with different pasts, by activity.
fn compared(ground: Ground<'_>, past: Past) -> Vec<(u32, Comparison, Vec<Before>)> {
    let activities = ground.log.activities().len() as u32;
    let pasts = pasts(ground.log, past, ground.window.until);
    let mut places = Places::first_order(activities as usize);
    let mut of: BTreeMap<u32, Vec<(Before, usize)>> = BTreeMap::new();
    for (&activity, befores) in &pasts {
        let at = places.len();
        places.split(activity, past, befores);
        of.insert(
            activity,
            befores.iter().enumerate().map(|it| (*it.1, at + it.0)).collect(),
        );
    }
    let moves = Moves::of(ground.log, &places, ground.window);
    let given = ground.patience();
    let mut compared = Vec::new();
    for (activity, kinds) in of {
        let all = by_activity(&ground.moves.visits[activity as usize], &places);
        let whole = known(&all, given);
        let mut kinds: Vec<(Before, Visits)> = kinds
            .into_iter()
            .map(|(before, at)| (before, by_activity(&moves.visits[at], &places)))
            .filter(|it| it.1.count >= VISITS_MIN)
            .collect();
        kinds.sort_by_key(|it| std::cmp::Reverse(it.1.count));
        kinds.truncate(SPLITS_MAX);
        let visits: Vec<&Visits> = kinds.iter().map(|it| &it.1).collect();
        if let Some(comparison) = compare(&visits, &whole.risks, whole.patience) {
            compared.push((activity, comparison, kinds.iter().map(|it| it.0).collect()));
        }
    }
    compared
}

/// By activity: what came before its visits.
fn pasts(log: &EventLog, past: Past, until: i64) -> BTreeMap<u32, Vec<Before>> {
    let mut seen: BTreeMap<u32, BTreeMap<Before, u64>> = BTreeMap::new();
    let mut events = Vec::new();
    for case in 0..log.cases() {
        log.events(case, &mut events);
        let events = super::window::seen(&events, until);
        for (at, event) in events.iter().enumerate() {
            let before = match past {
                Past::Previous if at == 0 => Before::Nothing,
                Past::Previous => Before::Activity(events[at - 1].activity),
                Past::Visits if events[..at].iter().any(|it| it.activity == event.activity) => Before::Visit,
                Past::Visits => Before::NoVisit,
            };
            *seen.entry(event.activity).or_default().entry(before).or_default() += 1;
        }
    }
    let common = |befores: BTreeMap<Before, u64>| -> Vec<Before> {
        befores
            .into_iter()
            .filter(|it| it.1 >= VISITS_MIN)
            .map(|it| it.0)
            .collect()
    };
    let all = seen.into_iter().map(|(activity, befores)| (activity, common(befores)));
    all.filter(|it| it.1.len() > 1).collect()
}

/// The same visits with the activities they led to as targets.
fn by_activity(visits: &Visits, places: &Places) -> Visits {
    let mut moved: BTreeMap<u32, BTreeMap<u32, u64>> = BTreeMap::new();
    for (&target, lengths) in &visits.moved {
        let target = if target == super::moves::STOP {
            target
        } else {
            places.place(target as usize).activity
        };
        let into = moved.entry(target).or_default();
        for (&ticks, count) in lengths {
            *into.entry(ticks).or_default() += count;
        }
    }
    Visits {
        moved,
        waiting: visits.waiting.clone(),
        count: visits.count,
    }
}

/// Splits the steps that differ, each by what tells more, and says so in the findings.
pub(crate) fn split(places: &mut Places, mut splits: Vec<Split>, log: &EventLog, findings: &mut [TestFinding]) {
    splits.sort_by(|one, other| one.activity.cmp(&other.activity).then(one.p.total_cmp(&other.p)));
    splits.dedup_by_key(|it| it.activity);
    for split in splits {
        let name = &log.activities()[split.activity as usize];
        let on = if split.past == Past::Previous {
            "previous"
        } else {
            "visits"
        };
        for finding in findings.iter_mut().filter(|it| it.activity == *name && it.on == on) {
            finding.used = true;
        }
        places.split(split.activity, split.past, &split.befores);
    }
}
