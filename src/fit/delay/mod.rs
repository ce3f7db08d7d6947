//! How long a way takes: the law that fits best, and how well.

mod bootstrap;
mod families;
mod optimum;

use serde::{Deserialize, Serialize};

use crate::journey::delay::{ChangedDelay, DelayLaw};

pub(crate) use bootstrap::{Plan, intervals};
use families::{FAMILIES, fit};

/// A law is refused for `observed` values from this distance on: the largest difference between
/// its share of delays up to a tick and the log's.
pub const DISTANCE_MAX: f64 = 0.05;
/// The distance that mere luck exceeds once in twenty times, times √n (Kolmogorov's law).
const KOLMOGOROV_95: f64 = 1.358;
/// From fewer moves no law is made: they are written as they are.
const FAMILY_MOVES_MIN: u64 = 20;
/// Observed delays are written as at most so many values.
const VALUES_MAX: usize = 40;

/// What is known of the delay of a way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DelayFinding {
    /// The family that was chosen: `none`, `known`, `exponential`, `lognormal`, `gamma`,
    /// `weibull`, `uniform`, `geometric` or `observed`.
    pub family: String,
    /// The best of the other families, and how much higher its criterion of Akaike is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
    /// The best family and its distance from the log: the largest difference between shares of
    /// delays up to a tick.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<BestFamily>,
    /// Mean of what the log says, in days, with its 95 % bootstrap interval.
    pub mean_days: Measured,
    /// Median, in days.
    pub median_days: Measured,
    /// 90 % quantile, in days.
    pub p90_days: Measured,
}

/// A family that was not chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// Its name.
    pub family: String,
    /// How much higher its criterion is.
    pub aic_above: f64,
}

/// The family with the lowest criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BestFamily {
    /// Its name.
    pub family: String,
    /// How far it is from the log.
    pub distance: f64,
    /// From which distance on it is refused.
    pub distance_max: f64,
}

/// A number from the log, with its 95 % bootstrap interval where one was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// The number.
    pub value: f64,
    /// 2.5 % of resamples are below.
    pub low: Option<f64>,
    /// 2.5 % of resamples are above.
    pub high: Option<f64>,
}

/// The law of a way and what is known of it. `shares` are ticks and their shares in order, `seen`
/// is how many moves they come from.
pub(crate) fn choose(shares: &[(u32, f64)], seen: u64, tick_days: f64) -> (Option<DelayLaw>, DelayFinding) {
    let law_and = |law, family: &str| {
        let finding = DelayFinding {
            family: family.to_owned(),
            runner_up: None,
            best: None,
            mean_days: known(mean(shares) * tick_days),
            median_days: known(quantile(shares, 0.5) * tick_days),
            p90_days: known(quantile(shares, 0.9) * tick_days),
        };
        (law, finding)
    };
    match shares {
        [] | [(0, _)] => return law_and(None, "none"),
        [(ticks, _)] => return law_and(Some(DelayLaw::Known(f64::from(*ticks) * tick_days)), "known"),
        _ => {}
    }
    if seen < FAMILY_MOVES_MIN {
        return law_and(Some(observed(shares, seen, tick_days)), "observed");
    }
    let mut fits: Vec<_> = FAMILIES
        .iter()
        .filter_map(|it| fit(*it, shares, seen as f64, tick_days))
        .collect();
    fits.sort_by(|one, other| one.aic.total_cmp(&other.aic));
    let distance_max = DISTANCE_MAX.max(KOLMOGOROV_95 / (seen as f64).sqrt());
    let Some(best) = fits.first() else {
        return law_and(Some(observed(shares, seen, tick_days)), "observed");
    };
    let distance = distance(&best.law, shares, tick_days);
    let (law, mut finding) = if distance <= distance_max {
        law_and(Some(best.law.clone()), best.family.name())
    } else {
        law_and(Some(observed(shares, seen, tick_days)), "observed")
    };
    finding.runner_up = fits.get(1).map(|it| RunnerUp {
        family: it.family.name().to_owned(),
        aic_above: it.aic - best.aic,
    });
    finding.best = Some(BestFamily {
        family: best.family.name().to_owned(),
        distance,
        distance_max,
    });
    (law, finding)
}

fn known(value: f64) -> Measured {
    Measured {
        value,
        low: None,
        high: None,
    }
}

/// The largest difference between the share of delays up to a tick by the law and by the log.
pub(crate) fn distance(law: &DelayLaw, shares: &[(u32, f64)], tick_days: f64) -> f64 {
    let law = ChangedDelay::unchanged(law.clone());
    let up_to = |ticks: f64| law.cdf_ticks(ticks + 0.5, tick_days);
    let (mut sum, mut distance) = (0.0, 0.0_f64);
    for &(ticks, share) in shares {
        // Just before the tick, and at it.
        if ticks > 0 {
            distance = distance.max((sum - up_to(f64::from(ticks) - 1.0)).abs());
        }
        sum += share;
        distance = distance.max((sum - up_to(f64::from(ticks))).abs());
    }
    distance
}

/// The mean, in ticks.
pub(crate) fn mean(shares: &[(u32, f64)]) -> f64 {
    let sum: f64 = shares.iter().map(|it| it.1).sum();
    shares.iter().map(|it| f64::from(it.0) * it.1).sum::<f64>() / sum
}

/// A quantile, in ticks: every tick stands for the delays that are rounded to it, evenly.
pub(crate) fn quantile(shares: &[(u32, f64)], p: f64) -> f64 {
    let sum: f64 = shares.iter().map(|it| it.1).sum();
    let mut left = p * sum;
    for &(ticks, share) in shares {
        if left <= share {
            let low = (f64::from(ticks) - 0.5).max(0.0);
            return low + (f64::from(ticks) + 0.5 - low) * left / share;
        }
        left -= share;
    }
    shares.last().map_or(0.0, |it| f64::from(it.0) + 0.5)
}

/// The values of the log, neighbours taken together where there are too many.
fn observed(shares: &[(u32, f64)], seen: u64, tick_days: f64) -> DelayLaw {
    let enough = 1.0 / VALUES_MAX as f64;
    let mut values: Vec<(f64, f64)> = Vec::new();
    let (mut sum, mut weight) = (0.0, 0.0);
    for (at, &(ticks, share)) in shares.iter().enumerate() {
        sum += f64::from(ticks) * share;
        weight += share;
        if shares.len() <= VALUES_MAX || weight >= enough || at + 1 == shares.len() {
            // Whole ticks, as they would be rounded to anyway.
            values.push(((sum / weight).round() * tick_days, weight * seen as f64));
            (sum, weight) = (0.0, 0.0);
        }
    }
    DelayLaw::Observed(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    /// Whole days of a law, by inversion of its table.
    fn drawn(law: &DelayLaw, count: u64, seed: u64) -> Vec<(u32, f64)> {
        let table = crate::journey::delay::DelayTable::new(&law.clone().into(), 1.0, 5_000);
        let mut shares: std::collections::BTreeMap<u32, f64> = std::collections::BTreeMap::new();
        for at in 0..count {
            let ticks = table.draw(Key::new(seed).with(at).bits());
            *shares.entry(ticks).or_default() += 1.0 / count as f64;
        }
        shares.into_iter().collect()
    }

    #[test]
    fn families_are_told_apart() {
        let laws = [
            ("exponential", DelayLaw::Exponential { mean: 20.0 }),
            ("lognormal", DelayLaw::Lognormal { mu: 2.5, sigma: 0.8 }),
            ("gamma", DelayLaw::Gamma { shape: 4.0, scale: 5.0 }),
            (
                "weibull",
                DelayLaw::Weibull {
                    scale: 30.0,
                    shape: 3.5,
                },
            ),
            ("uniform", DelayLaw::Uniform { low: 3.2, high: 31.4 }),
            ("geometric", DelayLaw::Geometric { mean: 6.0 }),
        ];
        for (name, law) in laws {
            // Two families with a parameter more may win by luck: three seeds of five are enough.
            let right = (0..5).filter(|&seed| choose(&drawn(&law, 4_000, seed), 4_000, 1.0).1.family == name);
            let right = right.count();
            assert!(right >= 3, "{name}: {right} of 5");
        }
    }

    #[test]
    fn what_fits_no_family_is_written_as_observed() {
        let shares = [(1, 0.3), (2, 0.2), (30, 0.3), (31, 0.2)];
        let (law, finding) = choose(&shares, 1_000, 1.0);
        assert_eq!(finding.family, "observed");
        assert!(matches!(law, Some(DelayLaw::Observed(values)) if values.len() == 4));
        assert!(finding.best.is_some_and(|it| it.distance > it.distance_max));
    }

    #[test]
    fn quantiles_of_rounded_delays_are_those_of_delays() {
        let shares = [(0, 0.25), (1, 0.5), (2, 0.25)];
        assert_eq!(quantile(&shares, 0.5), 1.0);
        assert_eq!(quantile(&shares, 0.25), 0.5);
        assert_eq!(quantile(&shares, 1.0), 2.5);
        assert_eq!(mean(&shares), 1.0);
    }
}
