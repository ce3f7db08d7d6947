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
    /// The share of which nobody knows, because no visit was followed that long; it is shared out
    /// in proportion.
    pub(crate) unknown: f64,
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

/// How silence is told from slowness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Who has not moved after so many ticks has left, whatever comes later.
    Ticks(u32),
    /// Who has not moved when the last one did has left.
    Last,
    /// Nobody stays for good.
    Endless,
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

/// The estimate from what came of the visits of a place.
pub(crate) fn risks(visits: &Visits, patience: Patience) -> Risks {
    let last = match patience {
        Patience::Ticks(ticks) => ticks,
        Patience::Last | Patience::Endless => u32::MAX,
    };
    let (moments, stay, followed) = moments(visits, last);
    let targets: Vec<u32> = visits.moved.keys().copied().collect();
    let mut chances = vec![0.0; targets.len()];
    for moment in &moments {
        for (chance, moved) in chances.iter_mut().zip(&moment.moved) {
            *chance += moment.before * moved / moment.at_risk;
        }
    }
    let seen: Vec<u64> = visits.moved.values().map(total).collect();
    if visits.waiting.is_empty() && last == u32::MAX {
        // The same but for rounding: all visits were followed.
        let all: u64 = seen.iter().sum();
        for (chance, seen) in chances.iter_mut().zip(&seen) {
            *chance = *seen as f64 / all as f64;
        }
    }
    let stays = stay > 0.0 && followed > 0 && patience != Patience::Endless;
    let silent = if stays { stay } else { 0.0 };
    let leave: f64 = chances.iter().sum();
    let shared = !stays && leave > 0.0 && stay > 0.0;
    let scale = if shared { 1.0 / leave } else { 1.0 };
    let worth = worth(&moments, &chances, stay, stays).unwrap_or_else(|| seen.iter().sum::<u64>() as f64);
    let ways = targets
        .iter()
        .enumerate()
        .filter(|it| chances[it.0] > 0.0)
        .map(|(at, &target)| Way {
            target,
            chance: chances[at] * scale,
            seen: seen[at],
            delays: moments
                .iter()
                .filter(|it| it.moved[at] > 0.0)
                .map(|it| (it.ticks, it.before * it.moved[at] / it.at_risk / chances[at]))
                .collect(),
        });
    Risks {
        ways: ways.collect(),
        silent,
        worth,
        unknown: if shared { stay } else { 0.0 },
    }
}

/// The ticks at which somebody moved, up to `last`; the share that had not moved by then, and how
/// many were followed for longer.
fn moments(visits: &Visits, last: u32) -> (Vec<Moment>, f64, u64) {
    let mut by_tick: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    let (mut at_risk, mut later) = (0_u64, 0);
    for (way, lengths) in visits.moved.values().enumerate() {
        for (&ticks, &count) in lengths {
            at_risk += count;
            if ticks <= last {
                by_tick.entry(ticks).or_insert_with(|| vec![0.0; visits.moved.len()])[way] += count as f64;
            } else {
                later += count;
            }
        }
    }
    at_risk += total(&visits.waiting);
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
    let end = moments.last().map_or(0, |it| it.ticks);
    // A given patience has to be lived through; without one, anybody who was there longer counts.
    let long = |ticks: u32| if last == u32::MAX { ticks > end } else { ticks >= last };
    let followed: u64 = visits.waiting.iter().filter(|it| long(*it.0)).map(|it| it.1).sum();
    (moments, stay, followed + later)
}

/// Σ p (1 − p) / Σ Var p; nothing if there is no choice.
fn worth(moments: &[Moment], chances: &[f64], stay: f64, stays: bool) -> Option<f64> {
    let leave: f64 = chances.iter().sum();
    let scale = if stays { 1.0 } else { 1.0 / leave };
    let shares: Vec<f64> = chances
        .iter()
        .map(|it| it * scale)
        .chain(stays.then_some(stay))
        .collect();
    let spread: f64 = shares.iter().map(|it| it * (1.0 - it)).sum();
    let mut to_come = chances.to_vec();
    let mut variance = 0.0;
    for moment in moments {
        let hazards: Vec<f64> = moment.moved.iter().map(|it| it / moment.at_risk).collect();
        for (left, hazard) in to_come.iter_mut().zip(&hazards) {
            *left = (*left - moment.before * hazard).max(0.0);
        }
        let on = 1.0 - hazards.iter().sum::<f64>();
        let over = |it: f64| if on > 1e-12 { it / on } else { 0.0 };
        let all = over(stay);
        for (way, share) in shares.iter().enumerate() {
            // The derivative of the share by every hazard: the same for all but the way's own.
            let (own, other) = match to_come.get(way) {
                Some(_) if !stays => {
                    let other = (-over(to_come[way]) - share * all) * scale;
                    (other + moment.before * scale, other)
                }
                Some(left) => (moment.before - over(*left), -over(*left)),
                None => (-all, -all),
            };
            let (mut first, mut second) = (0.0, 0.0);
            for (at, hazard) in hazards.iter().enumerate() {
                let slope = if at == way { own } else { other };
                first += hazard * slope;
                second += hazard * slope * slope;
            }
            variance += (second - first * first).max(0.0) / moment.at_risk;
        }
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

    #[test]
    fn visits_that_were_all_followed_are_simply_counted() {
        let risks = risks(&visits(&[(0, 1, 30), (0, 4, 10), (1, 2, 60)], &[]), Patience::Last);
        let chances: Vec<f64> = risks.ways.iter().map(|it| it.chance).collect();
        assert!((chances[0] - 0.4).abs() < 1e-12 && (chances[1] - 0.6).abs() < 1e-12);
        assert!((risks.worth - 100.0).abs() < 1e-9, "{}", risks.worth);
        assert_eq!((risks.silent, risks.unknown), (0.0, 0.0));
    }

    #[test]
    fn half_followed_visits_count_for_what_they_are() {
        // By hand: S(1) = 0.8; 40 wait no longer; at tick 3, 20 of the 40 left move to 1.
        let risks = risks(&visits(&[(0, 1, 20), (1, 3, 20)], &[(1, 40), (5, 20)]), Patience::Last);
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
        let risks = risks(&visits(&[(0, 1, 20), (1, 3, 20)], &[(2, 60)]), Patience::Last);
        let sum: f64 = risks.ways.iter().map(|it| it.chance).sum();
        assert!((sum - 1.0).abs() < 1e-12 && risks.silent == 0.0);
    }
}
