//! Delays made ready for recursion: what arrives now of those who left at earlier ticks.

use crate::journey::delay::DelayTable;

/// A delay of at least a tick, and the chance that there is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Transit {
    /// The chance to arrive at the tick of leaving.
    pub(super) now: f64,
    /// The chance to arrive later.
    pub(super) later: f64,
    pub(super) kind: Kind,
}

/// How those who arrive later are found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Nobody does.
    None,
    /// From a pool of all who are under way: P(k) = `first` · `stay`^(k−1) for k from 1 on.
    Pool { first: f64, stay: f64, hazard: f64 },
    /// Tick by tick.
    Ticks(Ticks),
}

/// P(k) for the ticks at which somebody can arrive.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    /// The shortest delay.
    pub(super) shortest: usize,
    /// The longest delay.
    pub(super) longest: usize,
    /// P(k) from the longest delay down to the shortest.
    pub(super) chances: Vec<f64>,
    /// P(K > k) from the longest delay less one down to none.
    pub(super) survivals: Vec<f64>,
}

impl Transit {
    pub(super) fn of(table: &DelayTable) -> Self {
        Self::new(table, table.hazard())
    }

    /// Tick by tick even where a pool would do.
    #[cfg(test)]
    pub(super) fn without_pool(table: &DelayTable) -> Self {
        Self::new(table, None)
    }

    fn new(table: &DelayTable, hazard: Option<f64>) -> Self {
        let all = table.probabilities();
        let shortest = all.iter().skip(1).position(|it| *it > 0.0).map(|it| it + 1);
        let kind = match (shortest, hazard) {
            (None, _) => Kind::None,
            (Some(1), Some(hazard)) => Kind::Pool {
                first: all[1],
                // Where few stay the difference to 1 would lose digits.
                stay: if hazard > 0.5 && all.len() > 3 {
                    all[2] / all[1]
                } else {
                    1.0 - hazard
                },
                hazard,
            },
            (Some(shortest), _) => {
                let longest = table.longest() as usize;
                let mut survivals = vec![0.0; longest];
                let mut beyond = 0.0;
                for (at, survival) in survivals.iter_mut().enumerate() {
                    beyond += all[longest - at];
                    *survival = beyond;
                }
                Kind::Ticks(Ticks {
                    shortest,
                    longest,
                    chances: all[shortest..=longest].iter().rev().copied().collect(),
                    survivals,
                })
            }
        };
        Self {
            now: all[0],
            later: if all[0] > 0.0 { table.survival(0) } else { 1.0 },
            kind,
        }
    }
}

impl Ticks {
    /// Who arrives at `tick` of those who left, by tick from `began` on.
    #[inline]
    pub(super) fn arriving(&self, left: &[f64], began: usize, tick: usize) -> f64 {
        let until = (tick + 1).saturating_sub(self.shortest);
        let from = began.max(tick.saturating_sub(self.longest));
        if from >= until {
            return 0.0;
        }
        if let [chance] = self.chances[..] {
            return left[from] * chance;
        }
        // The tick `from` stands at the delay `tick − from`.
        let first = from + self.longest - tick;
        dot(&left[from..until], &self.chances[first..first + until - from])
    }

    /// Who is still under way after the tick before `end`.
    pub(super) fn under_way(&self, left: &[f64], began: usize, end: usize) -> f64 {
        let from = began.max(end.saturating_sub(self.longest));
        if from >= end {
            return 0.0;
        }
        let first = from + self.longest - end;
        dot(&left[from..end], &self.survivals[first..first + end - from])
    }
}

/// The sum of products, in eight sums side by side, so that the processor can work on all at once.
#[inline]
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (left, right) = (left.chunks_exact(8), right.chunks_exact(8));
    let mut sum: f64 = left
        .remainder()
        .iter()
        .zip(right.remainder())
        .map(|(it, by)| it * by)
        .sum();
    for (left, right) in left.zip(right) {
        for at in 0..8 {
            sums[at] += left[at] * right[at];
        }
    }
    for at in 0..4 {
        sum += sums[at] + sums[at + 4];
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::delay::{ChangedDelay, DelayLaw};

    fn check(law: DelayLaw, is_pool: bool) {
        let delay = ChangedDelay {
            law,
            factor: 1.0,
            shift_days: 0.0,
        };
        let table = DelayTable::new(&delay, 1.0, 60);
        let transit = Transit::of(&table);
        assert!((transit.now + transit.later - 1.0).abs() < 1e-15);
        let left: Vec<f64> = (0..60).map(|it| f64::from(it * it % 11)).collect();
        match transit.kind {
            Kind::None => panic!("it takes time"),
            Kind::Pool { first, stay, .. } => {
                assert!(is_pool);
                for (at, chance) in table.probabilities().iter().enumerate().take(60).skip(1) {
                    let power = first * stay.powi(at as i32 - 1);
                    assert!(
                        (power - chance).abs() < 1e-12 * chance + 1e-19,
                        "{at}: {power} {chance}"
                    );
                }
            }
            Kind::Ticks(ticks) => {
                assert!(!is_pool);
                for tick in 0..60 {
                    for began in [0, 1, 7] {
                        let each =
                            (began..tick).map(|it| left[it] * table.probabilities().get(tick - it).unwrap_or(&0.0));
                        let sum: f64 = each.sum();
                        assert!((ticks.arriving(&left, began, tick) - sum).abs() <= 1e-12 * sum);
                        let later = (began..tick).map(|it| left[it] * table.survival((tick - 1 - it) as u32));
                        let sum: f64 = later.sum();
                        assert!((ticks.under_way(&left, began, tick) - sum).abs() <= 1e-12 * sum);
                    }
                }
            }
        }
    }

    #[test]
    fn everybody_who_left_arrives_when_the_table_says() {
        check(DelayLaw::Known(7.0), false);
        check(DelayLaw::Uniform { low: 1.0, high: 5.0 }, false);
        check(DelayLaw::Lognormal { mu: 2.0, sigma: 0.7 }, false);
        check(DelayLaw::Gamma { shape: 3.0, scale: 1.0 }, false);
        check(DelayLaw::Exponential { mean: 9.0 }, true);
        check(DelayLaw::Exponential { mean: 0.3 }, true);
        check(DelayLaw::Geometric { mean: 3.0 }, true);
    }
}
