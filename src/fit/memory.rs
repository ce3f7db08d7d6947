//! Where it matters what came before: tests of a first-order journey, and splits of its steps.

use std::collections::BTreeMap;

use super::build::Ground;
use super::differ::{Comparison, LEVEL, compare};
use super::event_log::EventLog;
use super::findings::TestFinding;
use super::moves::{Moves, Visits};
use super::places::{Before, Past, Places};
use super::silence::known;
use super::survey::Survey;

/// A past with fewer visits is not told apart.
const VISITS_MIN: u64 = 30;
/// The ways of looking at the past.
const PASTS: [Past; 2] = [Past::Previous, Past::Visits];
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

/// The places that visits with different pasts are at: with the activity before, and with the number of
/// the visit.
pub(crate) fn pasts(survey: &Survey) -> [Places; 2] {
    let mut places = [(); 2].map(|()| Places::first_order(survey.cases.len()));
    for (activity, (befores, &cases)) in survey.before.iter().zip(&survey.cases).enumerate() {
        let before = |it: &Option<u32>| it.map_or(Before::Nothing, Before::Activity);
        let visits: u64 = befores.values().sum();
        let previous = befores.iter().map(|it| (before(it.0), *it.1)).collect();
        let visits = vec![(Before::NoVisit, cases), (Before::Visit, visits - cases)];
        for (places, (past, befores)) in places.iter_mut().zip(PASTS.into_iter().zip([previous, visits])) {
            let common = befores.into_iter().filter(|it| it.1 >= VISITS_MIN);
            let common: Vec<Before> = common.map(|it| it.0).collect();
            if common.len() > 1 {
                places.split(activity as u32, past, &common);
            }
        }
    }
    places
}

/// Tests every activity: whether what comes next depends on the activity before, or on whether it
/// is the first visit. Of each way of looking at the past its places and the moves between them are given.
pub(crate) fn tests(ground: Ground<'_>, pasts: [(&Places, &Moves); 2]) -> (Vec<TestFinding>, Vec<Split>) {
    let (mut findings, mut splits) = (Vec::new(), Vec::new());
    for (past, (places, moves)) in PASTS.into_iter().zip(pasts) {
        let compared = compared(ground, places, moves);
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
fn compared(ground: Ground<'_>, places: &Places, moves: &Moves) -> Vec<(u32, Comparison, Vec<Before>)> {
    let mut of: BTreeMap<u32, Vec<(Before, usize)>> = BTreeMap::new();
    for at in ground.log.activities().len()..places.len() {
        let place = places.place(at);
        of.entry(place.activity).or_default().push((place.before, at));
    }
    let given = ground.patience();
    let mut compared = Vec::new();
    for (activity, kinds) in of {
        let all = by_activity(&ground.moves.visits[activity as usize], places);
        let whole = known(&all, given);
        let mut kinds: Vec<(Before, Visits)> = kinds
            .into_iter()
            .map(|(before, at)| (before, by_activity(&moves.visits[at], places)))
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
