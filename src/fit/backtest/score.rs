//! Scoring rules: how good a distribution was as a forecast of a number that is now known.

use std::f64::consts::PI;

use crate::forecast::quantile;
use crate::special::{Tails, beta_tails, normal_quantile, normal_tails};

/// A forecast of one number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Law {
    /// One value for every replication, in ascending order; at least two.
    Ensemble(Vec<f64>),
    /// A normal law.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its standard deviation; 0 for a sure number.
        sd: f64,
    },
}

impl Law {
    /// Replications in any order.
    pub(crate) fn ensemble(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self::Ensemble(values)
    }

    /// Its mean.
    pub(crate) fn mean(&self) -> f64 {
        match self {
            Self::Ensemble(values) => values.iter().sum::<f64>() / values.len() as f64,
            Self::Normal { mean, .. } => *mean,
        }
    }

    /// Its quantile; of replications type 7 of Hyndman & Fan (1996).
    pub(crate) fn quantile(&self, p: f64) -> f64 {
        match self {
            Self::Ensemble(values) => quantile(values, p),
            Self::Normal { mean, sd } => mean + sd * normal_quantile(Tails::from_below(p)),
        }
    }

    /// How likely less than `actual` is, and half of how likely exactly that is: over many forecasts
    /// that are right these are spread evenly from 0 to 1.
    pub(crate) fn place(&self, actual: f64) -> f64 {
        match self {
            Self::Ensemble(values) => {
                let below = values.partition_point(|it| *it < actual);
                let until = values.partition_point(|it| *it <= actual);
                (below + until) as f64 / (2 * values.len()) as f64
            }
            Self::Normal { mean, sd } if *sd == 0.0 => {
                0.5 * (f64::from(u8::from(*mean < actual)) + f64::from(u8::from(*mean <= actual)))
            }
            Self::Normal { mean, sd } => normal_tails((actual - mean) / sd).below,
        }
    }

    /// The continuous ranked probability score: how far the distribution is from the number that
    /// came, in its unit; the absolute error of a sure forecast.
    ///
    /// Of replications without the bias that few of them would bring: Ferro, *Fair scores for
    /// ensemble forecasts* (2014), equation 7. Of a normal law: Gneiting & Raftery, *Strictly proper
    /// scoring rules, prediction, and estimation* (2007), section 4.2.
    pub(crate) fn crps(&self, actual: f64) -> f64 {
        match self {
            Self::Ensemble(values) => {
                let count = values.len() as f64;
                let error = values.iter().map(|it| (it - actual).abs()).sum::<f64>() / count;
                // Σ |xᵢ − xⱼ| over all pairs, from the order of the values.
                let pairs: f64 = (0..)
                    .zip(values)
                    .map(|(rank, it)| f64::from(2 * rank + 1) * it - count * it)
                    .sum();
                if values.len() < 2 {
                    return error;
                }
                error - pairs / (count * (count - 1.0))
            }
            Self::Normal { mean, sd } if *sd == 0.0 => (mean - actual).abs(),
            Self::Normal { mean, sd } => {
                let z = (actual - mean) / sd;
                let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
                let tails = normal_tails(z);
                sd * (z * (tails.below - tails.above) + 2.0 * density - 1.0 / PI.sqrt())
            }
        }
    }

    /// The mean pinball loss of its quantiles at the levels that `levels` names.
    pub(crate) fn pinball(&self, actual: f64, levels: &[f64]) -> f64 {
        let losses = levels.iter().map(|it| pinball(self.quantile(*it), *it, actual));
        losses.sum::<f64>() / levels.len() as f64
    }
}

/// What a quantile costs that was forecast: its error, weighted by how rarely it was to be on that
/// side (Koenker & Bassett, *Regression quantiles*, 1978).
pub(crate) fn pinball(forecast: f64, level: f64, actual: f64) -> f64 {
    if actual < forecast {
        (1.0 - level) * (forecast - actual)
    } else {
        level * (actual - forecast)
    }
}

/// How likely it is to be as far from `share` of `count` as `covered` is, on either side, if each of
/// `count` is covered with the chance `share`, independently of the others: twice the smaller tail
/// of the binomial law. Neither has to be whole: the tails are those of the beta law.
pub(crate) fn binomial_test(covered: f64, count: f64, share: f64) -> f64 {
    let at_most = if covered >= count {
        1.0
    } else {
        beta_tails(covered + 1.0, count - covered, share, 1.0 - share).above
    };
    let at_least = if covered <= 0.0 {
        1.0
    } else {
        beta_tails(covered, count - covered + 1.0, share, 1.0 - share).below
    };
    (2.0 * at_most.min(at_least)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} is not {right}");
    }

    /// By the definition: pairs one by one.
    fn by_pairs(values: &[f64], actual: f64) -> f64 {
        let count = values.len() as f64;
        let error: f64 = values.iter().map(|it| (it - actual).abs()).sum();
        let pairs: f64 = values
            .iter()
            .flat_map(|one| values.iter().map(move |other| (one - other).abs()))
            .sum();
        error / count - pairs / (2.0 * count * (count - 1.0))
    }

    #[test]
    fn the_score_of_replications_is_that_of_all_their_pairs() {
        // |1−2|, |2−2| and |6−2| are 5/3 on average; the pairs differ by 1, 5 and 4: 10 / (3 · 2).
        close(Law::ensemble(vec![6.0, 1.0, 2.0]).crps(2.0), 5.0 / 3.0 - 10.0 / 6.0);
        let values = [3.0, 8.0, 8.0, 1.5, 12.0, 0.0];
        for actual in [-4.0, 3.0, 7.9, 40.0] {
            close(Law::ensemble(values.to_vec()).crps(actual), by_pairs(&values, actual));
        }
        close(Law::ensemble(vec![4.0; 10]).crps(7.0), 3.0);
    }

    #[test]
    fn the_score_of_a_normal_law_is_that_of_its_replications() {
        // At its mean it is σ (√2 − 1) / √π.
        let law = Law::Normal { mean: 5.0, sd: 2.0 };
        close(law.crps(5.0), 2.0 * (2_f64.sqrt() - 1.0) / PI.sqrt());
        let many = (0..20_000)
            .map(|it| law.quantile((f64::from(it) + 0.5) / 20_000.0))
            .collect();
        let many = Law::ensemble(many);
        for actual in [1.0, 5.0, 6.5, 14.0] {
            assert!((law.crps(actual) - many.crps(actual)).abs() < 1e-3);
            assert!((law.place(actual) - many.place(actual)).abs() < 1e-3);
        }
        close(Law::Normal { mean: 5.0, sd: 0.0 }.crps(2.0), 3.0);
    }

    #[test]
    fn a_quantile_that_is_passed_costs_by_its_level() {
        close(pinball(10.0, 0.9, 14.0), 3.6);
        close(pinball(10.0, 0.9, 6.0), 0.4);
        close(pinball(10.0, 0.5, 6.0), 2.0);
        // Quartiles of 1 … 5 are 2 and 4: 0.75 · 1 and 0.25 · 3 at 1.
        close(
            Law::ensemble(vec![1.0, 2.0, 3.0, 4.0, 5.0]).pinball(1.0, &[0.25, 0.75]),
            0.75,
        );
    }

    #[test]
    fn a_number_among_equals_is_in_the_middle_of_them() {
        close(Law::ensemble(vec![0.0, 2.0, 2.0, 5.0]).place(2.0), 0.5);
        close(Law::ensemble(vec![0.0, 2.0, 2.0, 5.0]).place(6.0), 1.0);
        close(Law::Normal { mean: 2.0, sd: 0.0 }.place(2.0), 0.5);
    }

    #[test]
    fn tails_of_coverage_are_those_of_the_binomial_law() {
        // 9 or 10 of 10 at 50 %: 11 / 1024, on both sides.
        close(binomial_test(9.0, 10.0, 0.5), 22.0 / 1_024.0);
        close(binomial_test(1.0, 10.0, 0.5), 22.0 / 1_024.0);
        // All of 10 at 80 %: 0.8¹⁰ twice.
        close(binomial_test(10.0, 10.0, 0.8), 2.0 * 0.8_f64.powi(10));
        close(binomial_test(5.0, 10.0, 0.5), 1.0);
        close(binomial_test(0.0, 3.0, 0.95), 2.0 * 0.05_f64.powi(3));
    }
}
