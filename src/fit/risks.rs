//! Competing risks: how likely each way on from a place is, and how long it takes, when some
//! visits were not followed to their end.
//!
//! The estimator is that of Aalen and Johansen (*An empirical transition matrix for
//! non-homogeneous Markov chains based on censored observations*, 1978) on whole ticks. With
//! n(k) visits that had not moved before tick k and were followed to it, and d(j, k) of them that
//! moved to j then, h(j, k) = d(j, k) / n(k), S(k) = Π (1 − Σ h(j, i)) over i ≤ k, and
//! F(j, k) = Σ S(i − 1) h(j, i) over i ≤ k. Variances are those of the delta method with
//! multinomial h, which is Greenwood's formula for one way on and p (1 − p) / n for visits that
//! were all followed.
//!
//! The estimate goes as far as visits were followed. What is left then may go on as it did lately,
//! with constant hazards (Brown, Hollander and Korwar, *Nonparametric tests of independence for
//! censored data*, 1974, complete a survival curve in this manner).

use std::collections::BTreeMap;

use super::moves::{Visits, total};

/// What is known of the ways on from a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Risks {
    /// The ways on, in order of their target.
    pub(crate) ways: Vec<Way>,
    /// The share that stays for good.
    pub(crate) silent: f64,
    /// So many visits that were all followed to the end would tell as much as these do: the total
    /// of a Dirichlet law with their variance, Σ p (1 − p) / Σ Var p.
    pub(crate) worth: f64,
    /// The share that had not moved when visits were not followed any longer.
    pub(crate) unknown: f64,
    /// What moves a tick of those that have not moved yet, lately.
    pub(crate) pace: f64,
}

/// One way on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Way {
    /// Where to.
    pub(crate) target: u32,
    /// How likely it is.
    pub(crate) chance: f64,
    /// How many visits took it.
    pub(crate) seen: u64,
    /// How long it takes: ticks and their shares, which sum to 1.
    pub(crate) delays: Vec<(u32, f64)>,
}

/// How far visits are looked at, and what becomes of those that have not moved by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    /// What happens after so many ticks does not count.
    pub(crate) until: u32,
    /// What becomes of those that have not moved by then.
    pub(crate) rest: Rest,
}

/// What becomes of those that have not moved as long as visits were followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// They go where the others went, and take as long.
    AsOthers,
    /// They have left.
    Silent,
    /// They go on at the late pace; at the given tick they leave.
    AtPace(Option<u32>),
}

/// The moves at one tick.
struct Moment {
    ticks: u32,
    at_risk: f64,
    /// By way.
    moved: Vec<f64>,
    /// S just before.
    before: f64,
}

/// What becomes of those that had not moved when visits were not followed any longer.
struct Tail {
    /// By way: its share of them.
    ways: Vec<f64>,
    silent: f64,
    /// What moves a tick.
    pace: f64,
    /// When, after the end of what was followed: ticks and their shares of those that do move.
    delays: Vec<(u32, f64)>,
    /// Variance of these shares, all added up.
    variance: f64,
}

/// The estimate from what came of the visits of a place.
pub(crate) fn risks(visits: &Visits, patience: Patience) -> Risks {
    let (moments, stay) = moments(visits, patience.until);
    let targets: Vec<u32> = visits.moved.keys().copied().collect();
    let mut chances = vec![0.0; targets.len()];
    for moment in &moments {
        for (chance, moved) in chances.iter_mut().zip(&moment.moved) {
            *chance += moment.before * moved / moment.at_risk;
        }
    }
    let seen: Vec<u64> = visits.moved.values().map(total).collect();
    let all: u64 = seen.iter().sum();
    if visits.waiting.is_empty() && stay <= 0.0 {
        // The same but for rounding: all visits were followed.
        for (chance, seen) in chances.iter_mut().zip(&seen) {
            *chance = *seen as f64 / all as f64;
        }
    }
    let tail = tail(visits, patience, &chances);
    let worth = worth(&moments, &chances, stay, &tail).unwrap_or(all as f64);
    let way = |at: usize| {
        let later = stay * tail.ways[at];
        let chance = chances[at] + later;
        let early = moments.iter().filter(|it| it.moved[at] > 0.0);
        let early = early.map(|it| (it.ticks, it.before * it.moved[at] / it.at_risk));
        // Who goes as the others did takes as long as they did.
        let delays: Vec<(u32, f64)> = if tail.delays.is_empty() {
            early.map(|it| (it.0, it.1 / chances[at])).collect()
        } else {
            let late = tail.delays.iter().map(|it| (it.0, later * it.1));
            early.chain(late).map(|it| (it.0, it.1 / chance)).collect()
        };
        Way {
            target: targets[at],
            chance,
            seen: seen[at],
            delays,
        }
    };
    Risks {
        ways: (0..targets.len())
            .filter(|&it| chances[it] + stay * tail.ways[it] > 0.0)
            .map(way)
            .collect(),
        silent: stay * tail.silent,
        worth,
        unknown: stay,
        pace: tail.pace,
    }
}

/// The ticks at which somebody moved, up to `last`, and the share that had not moved by then.
fn moments(visits: &Visits, last: u32) -> (Vec<Moment>, f64) {
    let mut by_tick: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    let mut at_risk = total(&visits.waiting);
    for (way, lengths) in visits.moved.values().enumerate() {
        at_risk += total(lengths);
        for (&ticks, &count) in lengths.range(..=last) {
            by_tick.entry(ticks).or_insert_with(|| vec![0.0; visits.moved.len()])[way] += count as f64;
        }
    }
    let mut gone = 0_u64;
    let mut waiting = visits.waiting.iter().peekable();
    let mut stay = 1.0;
    let mut moments = Vec::with_capacity(by_tick.len());
    for (ticks, moved) in by_tick {
        // Who waited for so many ticks was there to be seen moving at that tick.
        while let Some((_, count)) = waiting.next_if(|it| *it.0 < ticks) {
            gone += count;
        }
        let left: f64 = moved.iter().sum();
        let here = (at_risk - gone) as f64;
        gone += left as u64;
        moments.push(Moment {
            ticks,
            at_risk: here,
            moved,
            before: stay,
        });
        stay *= if left >= here { 0.0 } else { 1.0 - left / here };
    }
    (moments, stay)
}

/// For how many ticks at least so many visits were followed: the estimate of Kaplan and Meier for
/// the time that visits were followed, of which those that moved tell only that it was longer.
pub(crate) fn followed(visits: &Visits, least: u64) -> u32 {
    let moved = visits.moved.values().flat_map(|it| it.keys()).max();
    let longest = moved.max(visits.waiting.keys().next_back()).copied();
    let Some(longest) = longest.filter(|_| !visits.waiting.is_empty()) else {
        return u32::MAX;
    };
    let mut moves: BTreeMap<u32, u64> = BTreeMap::new();
    for (ticks, count) in visits.moved.values().flatten() {
        *moves.entry(*ticks).or_default() += count;
    }
    let mut moves = moves.into_iter().peekable();
    let all: u64 = visits.moved.values().map(total).sum::<u64>() + total(&visits.waiting);
    let (mut at_risk, mut share) = (all, 1.0);
    for (&ticks, &count) in &visits.waiting {
        while let Some((_, moved)) = moves.next_if(|it| it.0 <= ticks) {
            at_risk -= moved;
        }
        share *= 1.0 - count as f64 / at_risk as f64;
        at_risk -= count;
        if share * (all as f64) < least as f64 {
            return ticks;
        }
    }
    longest
}

/// How those go on that had not moved after `until` ticks.
fn tail(visits: &Visits, patience: Patience, chances: &[f64]) -> Tail {
    let none = Tail {
        ways: vec![0.0; chances.len()],
        silent: 1.0,
        pace: 0.0,
        delays: Vec::new(),
        variance: 0.0,
    };
    let leave: f64 = chances.iter().sum();
    match patience.rest {
        Rest::AsOthers if leave > 0.0 => Tail {
            ways: chances.iter().map(|it| it / leave).collect(),
            silent: 0.0,
            ..none
        },
        Rest::AsOthers | Rest::Silent => none,
        Rest::AtPace(end) => at_pace(visits, patience.until, end).unwrap_or(none),
    }
}

/// The late pace is that of so many moves, and of no more than the later half of what was followed.
const LATE_MOVES: u64 = 30;

/// What was not followed may go elsewhere than what moved lately: it counts as a guess from so many
/// moves.
const LATE_WORTH: f64 = 4.0;

/// The tick after which moves are late.
fn late(visits: &Visits, until: u32) -> u32 {
    let mut later: Vec<(u32, u64)> = visits
        .moved
        .values()
        .flat_map(|it| it.range(until / 2 + 1..))
        .map(|it| (*it.0, *it.1))
        .collect();
    later.sort_unstable_by_key(|it| std::cmp::Reverse(it.0));
    let mut moves = 0;
    let first = later.into_iter().find(|&(ticks, count)| {
        moves += count;
        moves >= LATE_MOVES && ticks <= until
    });
    first.map_or(until / 2, |it| it.0 - 1)
}

/// The tail at the late pace; `None` if nobody moved then.
fn at_pace(visits: &Visits, until: u32, end: Option<u32>) -> Option<Tail> {
    let (begin, last) = (late(visits, until), end.unwrap_or(u32::MAX));
    if begin >= until {
        return None;
    }
    let exposed = |lengths: &BTreeMap<u32, u64>| -> f64 {
        let later = lengths.range(begin + 1..);
        later.map(|it| f64::from(*it.0.min(&last) - begin) * *it.1 as f64).sum()
    };
    let exposure = exposed(&visits.waiting) + visits.moved.values().map(exposed).sum::<f64>();
    let moved: Vec<u64> = visits
        .moved
        .values()
        .map(|it| it.range(begin + 1..=last).map(|it| it.1).sum())
        .collect();
    let all = moved.iter().sum::<u64>() as f64;
    if all == 0.0 {
        return None;
    }
    let pace = all / exposure;
    let ticks = end.map_or(f64::INFINITY, |it| f64::from(it.saturating_sub(until)));
    let stay = if ticks > 0.0 { (-pace * ticks).exp() } else { 1.0 };
    let shares = moved.iter().map(|&it| it as f64 / all);
    // Of a multinomial, and of a Poisson number of moves, as many as there were.
    let mixed: f64 = shares.clone().map(|it| it * (1.0 - it)).sum::<f64>() * (1.0 - stay).powi(2);
    let squares: f64 = shares.clone().map(|it| it * it).sum();
    let slower = if stay > 0.0 { stay * pace * ticks } else { 0.0 };
    Some(Tail {
        ways: shares.map(|it| it * (1.0 - stay)).collect(),
        silent: stay,
        pace,
        delays: later(until, pace, ticks),
        variance: (mixed + slower * slower * (1.0 + squares)) / all.min(LATE_WORTH),
    })
}

/// So little of an exponential law is left out at its end.
const LEFT_OUT: f64 = 1e-3;
/// As many values stand for it.
const VALUES: u32 = 200;

/// When those move that move within `ticks` after `until` at such a pace: ticks and shares.
fn later(until: u32, pace: f64, ticks: f64) -> Vec<(u32, f64)> {
    let end = ticks.min(-LEFT_OUT.ln() / pace).ceil().min(f64::from(u32::MAX - until));
    let step = (end / f64::from(VALUES)).ceil().max(1.0);
    let count = (end / step).ceil() as u32;
    let all = -(-pace * step * f64::from(count)).exp_m1();
    if all <= 0.0 {
        return Vec::new();
    }
    (0..count)
        .map(|at| {
            let begin = f64::from(at) * step;
            let share = (-pace * begin).exp() * -(-pace * step).exp_m1() / all;
            let middle = (f64::from(until) + begin + 0.5 * (step + 1.0)).floor();
            (middle.min(f64::from(u32::MAX)) as u32, share)
        })
        .collect()
}

/// Σ p (1 − p) / Σ Var p; nothing if there is no choice.
fn worth(moments: &[Moment], chances: &[f64], stay: f64, tail: &Tail) -> Option<f64> {
    let silent = stay * tail.silent;
    let ways = chances.iter().zip(&tail.ways).map(|it| it.0 + stay * it.1);
    let spread: f64 = ways.chain([silent]).map(|it| it * (1.0 - it)).sum();
    let mut to_come = chances.to_vec();
    let mut variance = stay * stay * tail.variance;
    for moment in moments {
        let hazards: Vec<f64> = moment.moved.iter().map(|it| it / moment.at_risk).collect();
        for (left, hazard) in to_come.iter_mut().zip(&hazards) {
            *left = (*left - moment.before * hazard).max(0.0);
        }
        let on = 1.0 - hazards.iter().sum::<f64>();
        let over = |it: f64| if on > 1e-12 { it / on } else { 0.0 };
        let all = over(stay);
        // The derivative of a share by every hazard is the same for all but the way's own.
        let mut add = |own: Option<usize>, other: f64| {
            let (mut first, mut second) = (0.0, 0.0);
            for (at, hazard) in hazards.iter().enumerate() {
                let slope = other + if own == Some(at) { moment.before } else { 0.0 };
                first += hazard * slope;
                second += hazard * slope * slope;
            }
            variance += (second - first * first).max(0.0) / moment.at_risk;
        };
        for (way, left) in to_come.iter().enumerate() {
            add(Some(way), -over(*left) - tail.ways[way] * all);
        }
        add(None, -tail.silent * all);
    }
    (spread > 1e-12 && variance > 0.0).then(|| spread / variance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits(moved: &[(u32, u32, u64)], waiting: &[(u32, u64)]) -> Visits {
        let mut visits = Visits::default();
        for &(target, ticks, count) in moved {
            *visits.moved.entry(target).or_default().entry(ticks).or_default() += count;
        }
        visits.waiting.extend(waiting.iter().copied());
        visits
    }

    fn endless(rest: Rest) -> Patience {
        Patience { until: u32::MAX, rest }
    }

    #[test]
    fn visits_that_were_all_followed_are_simply_counted() {
        let risks = risks(
            &visits(&[(0, 1, 30), (0, 4, 10), (1, 2, 60)], &[]),
            endless(Rest::AsOthers),
        );
        let chances: Vec<f64> = risks.ways.iter().map(|it| it.chance).collect();
        assert!((chances[0] - 0.4).abs() < 1e-12 && (chances[1] - 0.6).abs() < 1e-12);
        assert!((risks.worth - 100.0).abs() < 1e-9, "{}", risks.worth);
        assert_eq!((risks.silent, risks.unknown), (0.0, 0.0));
    }

    #[test]
    fn half_followed_visits_count_for_what_they_are() {
        // By hand: S(1) = 0.8; 40 wait no longer; at tick 3, 20 of the 40 left move to 1.
        let risks = risks(
            &visits(&[(0, 1, 20), (1, 3, 20)], &[(1, 40), (5, 20)]),
            endless(Rest::Silent),
        );
        let chances: Vec<f64> = risks.ways.iter().map(|it| it.chance).collect();
        assert!((chances[0] - 0.2).abs() < 1e-12, "{chances:?}");
        assert!((chances[1] - 0.8 * 0.5).abs() < 1e-12, "{chances:?}");
        assert!((risks.silent - 0.4).abs() < 1e-12);
        // Greenwood for S = 0.4: S² (20 / (100 · 80) + 20 / (40 · 20)) = 0.0044, that of the first
        // 0.2 · 0.8 / 100 = 0.0016, that of the second (0.8 · 0.5)² · (0.25 / 40 / 0.25) + 0.25 · 0.0016.
        let variance = 0.0044 + 0.0016 + 0.004 + 0.0004;
        let wanted = (0.16 + 0.24 + 0.24) / variance;
        assert!(
            (risks.worth - wanted).abs() < 1e-9,
            "{} instead of {wanted}",
            risks.worth
        );
    }

    #[test]
    fn what_nobody_saw_is_shared_out() {
        let risks = risks(&visits(&[(0, 1, 20), (1, 3, 20)], &[(2, 60)]), endless(Rest::AsOthers));
        let sum: f64 = risks.ways.iter().map(|it| it.chance).sum();
        assert!((sum - 1.0).abs() < 1e-12 && risks.silent == 0.0);
    }

    #[test]
    fn visits_are_followed_as_long_as_enough_of_them_are() {
        let two = visits(&[(0, 1, 20), (1, 3, 20)], &[(2, 50), (7, 9), (9, 1)]);
        // 80 had not moved after tick 2, of whom 50 were not followed any longer: 3/8 of 100 were.
        assert_eq!((followed(&two, 60), followed(&two, 38), followed(&two, 37)), (2, 2, 7));
        assert_eq!(followed(&visits(&[(0, 1, 20)], &[]), 10), u32::MAX);
        assert_eq!(followed(&visits(&[(0, 50, 20)], &[(3, 1)]), 10), 50);
    }

    #[test]
    fn those_left_go_on_at_the_late_pace() {
        // Until tick 10, half of it is 5: 2 moves to 0 and 6 to 1 in 40 · 5 − 8 · 2 ticks.
        let visits = visits(&[(0, 2, 60), (0, 8, 2), (1, 8, 6)], &[(10, 32)]);
        let patience = |end| Patience {
            until: 10,
            rest: Rest::AtPace(end),
        };
        let pace: f64 = 8.0 / (40.0 * 5.0 - 8.0 * 2.0);
        let on = risks(&visits, patience(None));
        assert!((on.pace - pace).abs() < 1e-12 && on.silent == 0.0 && (on.unknown - 0.32).abs() < 1e-12);
        assert!((on.ways[0].chance - (0.62 + 0.32 * 0.25)).abs() < 1e-12);
        assert!((on.ways[1].chance - (0.06 + 0.32 * 0.75)).abs() < 1e-12);
        let mean: f64 = on.ways[1].delays.iter().map(|it| f64::from(it.0) * it.1).sum();
        // A geometric law in continuous time rounded up, but for its last thousandth.
        let late = 10.0 + 1.0 / pace + 0.5;
        let wanted = (0.06 * 8.0 + 0.24 * late) / 0.3;
        assert!((mean - wanted).abs() < 0.01 * wanted, "{mean} {wanted}");
        let stop = risks(&visits, patience(Some(20)));
        let left = (-10.0 * pace).exp();
        assert!((stop.silent - 0.32 * left).abs() < 1e-12);
        assert!((stop.ways[0].chance - (0.62 + 0.08 * (1.0 - left))).abs() < 1e-12);
        assert!(stop.ways.iter().all(|it| it.delays.iter().all(|it| it.0 <= 20)));
        for risks in [&on, &stop] {
            let sums = risks.ways.iter().map(|it| it.delays.iter().map(|it| it.1).sum::<f64>());
            assert!(sums.into_iter().all(|it| (it - 1.0).abs() < 1e-9));
            let all = risks.silent + risks.ways.iter().map(|it| it.chance).sum::<f64>();
            assert!((all - 1.0).abs() < 1e-12);
        }
        assert!(on.worth < 100.0 && on.worth > 30.0, "{}", on.worth);
    }
}
