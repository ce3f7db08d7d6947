//! Forks that differ between customers: which attribute tells most, if any.

use std::collections::BTreeMap;

use super::attributes::Known;
use super::build::Ground;
use super::differ::{LEVEL, compare};
use super::findings::TestFinding;
use super::moves::{Moves, Visits};

/// So many attributes are counted in one pass; more would take much memory at once.
const TOGETHER: usize = 4;

/// By place whose fork depends on an attribute: which, and counts by value and way; and all tests.
pub(crate) type Differences = (BTreeMap<usize, (usize, Vec<Vec<f64>>)>, Vec<TestFinding>);

/// Tests every fork for every attribute.
pub(crate) fn differences(ground: Ground<'_>) -> Differences {
    let mut found = Vec::new();
    let attributes: Vec<(usize, &Known)> = ground.attributes.iter().enumerate().collect();
    let kinds = attributes.chunks(TOGETHER).flat_map(|together| {
        let kinds = Moves::by(ground.log, ground.window, ground.places, together);
        together.iter().map(|it| it.0).zip(kinds)
    });
    for (at, kinds) in kinds {
        for place in 0..ground.places.len() {
            let visits: Vec<&Visits> = kinds.iter().map(|it| &it.visits[place]).collect();
            let known = ground.known(place);
            let fork = known.risks.ways.len() + usize::from(known.risks.silent > 0.0);
            if fork < 2 {
                continue;
            }
            if let Some(comparison) = compare(&visits, &known.risks, known.patience) {
                found.push((place, at, comparison));
            }
        }
    }
    let tests = found.len() as u32;
    let mut best: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, (place, _, comparison)) in found.iter().enumerate() {
        let beaten = best.get(place).is_some_and(|&it: &usize| found[it].2.p <= comparison.p);
        if comparison.p * f64::from(tests) < LEVEL && !beaten {
            best.insert(*place, index);
        }
    }
    let findings = found.iter().enumerate().map(|(index, (place, attribute, comparison))| {
        let activity = ground.places.place(*place).activity as usize;
        TestFinding {
            activity: ground.log.activities()[activity].clone(),
            on: ground.log.attributes()[*attribute].name.clone(),
            statistic: comparison.statistic,
            freedom: comparison.freedom,
            p: comparison.p,
            tests,
            differs: comparison.p * f64::from(tests) < LEVEL,
            used: best.get(place) == Some(&index),
        }
    });
    let findings = findings.collect();
    let by = best.into_iter().map(|(place, index)| {
        let (_, attribute, comparison) = &found[index];
        (place, (*attribute, comparison.counts.clone()))
    });
    (by.collect(), findings)
}
