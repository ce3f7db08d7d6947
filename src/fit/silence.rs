//! From when on silence means that a customer has left.

use super::moves::{Visits, total};
use super::risks::{Patience, Risks, risks};
use crate::clock::Duration;

/// Silence of less than this share of the visits is taken for slowness.
pub const SILENT_MIN: f64 = 0.01;
/// Fewer silent visits than this are taken for slow ones.
const VISITS_MIN: u64 = 5;
/// Silence is that many times longer than what 99 % of moves take.
const TIMES: u32 = 2;

/// What is known of a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    /// How its visits are read.
    pub(crate) patience: Patience,
    /// The ways on.
    pub(crate) risks: Risks,
    /// After how many ticks without a move a customer counts as gone, if there are such.
    pub(crate) gone_after: Option<u32>,
}

/// What is known of a place with these visits. Without a given patience, silence is a way of its
/// own where a share of the visits has not moved after twice the time within which 99 % of the
/// moves happen.
pub(crate) fn known(visits: &Visits, given: Option<u32>) -> Known {
    if let Some(ticks) = given {
        let risks = risks(visits, Patience::Ticks(ticks));
        return Known {
            patience: Patience::Ticks(ticks),
            gone_after: (risks.silent > 0.0).then_some(ticks),
            risks,
        };
    }
    let endless = risks(visits, Patience::Endless);
    let long = nearly_all(&endless).saturating_mul(TIMES).max(1);
    let silent: u64 = total_from(visits, long);
    let all = risks(visits, Patience::Last);
    if all.silent > SILENT_MIN && silent >= VISITS_MIN {
        return Known {
            patience: Patience::Last,
            risks: all,
            gone_after: Some(long),
        };
    }
    Known {
        patience: Patience::Endless,
        risks: endless,
        gone_after: None,
    }
}

/// The ticks of a duration, at least one.
pub(crate) fn ticks_of(duration: Duration, tick_days: f64) -> u32 {
    (duration.days() / tick_days).round().clamp(1.0, f64::from(u32::MAX)) as u32
}

fn total_from(visits: &Visits, ticks: u32) -> u64 {
    total(&visits.waiting.range(ticks..).map(|it| (*it.0, *it.1)).collect())
}

/// The ticks within which 99 % of the moves happen.
fn nearly_all(risks: &Risks) -> u32 {
    let mut all: Vec<(u32, f64)> = risks
        .ways
        .iter()
        .flat_map(|way| way.delays.iter().map(|it| (it.0, it.1 * way.chance)))
        .collect();
    all.sort_by_key(|it| it.0);
    let sum: f64 = all.iter().map(|it| it.1).sum();
    let mut reached = 0.0;
    for (ticks, share) in all {
        reached += share;
        if reached >= 0.99 * sum {
            return ticks;
        }
    }
    0
}
