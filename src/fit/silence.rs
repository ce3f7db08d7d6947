//! From when on silence means that a customer has left, and what is taken for granted where visits
//! were not followed long enough to tell.

use super::moves::{Visits, total};
use super::risks::{Patience, Rest, Risks, followed, risks};
use crate::clock::Duration;

/// Silence of less than this share of the visits is taken for slowness.
const SILENT_MIN: f64 = 0.01;
/// Up to this share goes where the others went if its pace is too slow to tell.
const UNSEEN_MIN: f64 = 0.05;
/// Fewer silent visits than this are taken for slow ones.
const VISITS_MIN: u64 = 5;
/// Silence is that many times longer than what 99 % of moves take.
const TIMES: u32 = 2;
/// As long as so many visits were followed, the log is taken to tell what happens.
const FOLLOWED_MIN: u64 = 10;

/// What is known of a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    /// How its visits are read.
    pub(crate) patience: Patience,
    /// The ways on.
    pub(crate) risks: Risks,
    /// After how many ticks without a move a customer counts as gone, if there are such.
    pub(crate) gone_after: Option<u32>,
    /// What becomes of those that had not moved when visits were not followed any longer.
    pub(crate) rest: Left,
}

/// What is taken for granted of those who had not moved when visits were not followed any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// There are none to speak of.
    Nobody,
    /// They have left: silence was seen.
    Silent,
    /// They leave after the time that was asked for.
    AsAsked,
    /// All of them go on at the late pace.
    GoOn,
    /// Some go on for as long again; of the others nobody knows.
    Unseen,
}

/// What is known of a place with these visits.
///
/// Without a given patience, silence is a way of its own where a share of the visits has not moved
/// after twice the time within which 99 % of the moves happen. Where visits were not followed that
/// long, those left go on at the late pace: all of them, if half of them would move within as long
/// again as visits were followed; else for that long, and what becomes of the others is unknown. A
/// few that are so slow go where the others went.
pub(crate) fn known(visits: &Visits, given: Option<u32>) -> Known {
    let all: u64 = visits.moved.values().map(total).sum::<u64>() + total(&visits.waiting);
    let until = followed(visits, FOLLOWED_MIN.min(all / 2).max(1));
    let read = |until, rest| {
        let patience = Patience { until, rest };
        (patience, risks(visits, patience))
    };
    if let Some(ticks) = given {
        let (patience, risks) = read(until.min(ticks), Rest::AtPace(Some(ticks)));
        return Known {
            patience,
            gone_after: (risks.silent > 0.0).then_some(ticks),
            risks,
            rest: Left::AsAsked,
        };
    }
    let (patience, as_others) = read(until, Rest::AsOthers);
    let nobody = |risks| Known {
        patience,
        risks,
        gone_after: None,
        rest: Left::Nobody,
    };
    if as_others.unknown <= SILENT_MIN {
        return nobody(as_others);
    }
    let long = nearly_all(&as_others).saturating_mul(TIMES).max(1);
    let silent: u64 = visits.waiting.range(long..).map(|it| it.1).sum();
    if silent >= VISITS_MIN && until >= long {
        let (patience, risks) = read(until, Rest::Silent);
        return Known {
            patience,
            risks,
            gone_after: Some(long),
            rest: Left::Silent,
        };
    }
    let again = until.saturating_mul(2).max(1);
    let (patience_again, for_as_long_again) = read(until, Rest::AtPace(Some(again)));
    let is_slow = for_as_long_again.silent > 0.5 * for_as_long_again.unknown;
    if is_slow && as_others.unknown > UNSEEN_MIN {
        return Known {
            patience: patience_again,
            risks: for_as_long_again,
            gone_after: Some(again),
            rest: Left::Unseen,
        };
    }
    if is_slow {
        return nobody(as_others);
    }
    let (patience, risks) = read(until, Rest::AtPace(None));
    Known {
        patience,
        risks,
        gone_after: None,
        rest: Left::GoOn,
    }
}

/// The ticks of a duration, at least one.
pub(crate) fn ticks_of(duration: Duration, tick_days: f64) -> u32 {
    (duration.days() / tick_days).round().clamp(1.0, f64::from(u32::MAX)) as u32
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
