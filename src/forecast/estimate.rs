//! From the values of all replications to an estimate.

use super::{Estimate, Histogram};

/// Bins a histogram may have.
const BINS_MAX: usize = 60;

impl Estimate {
    /// Mean, spread and quantiles of values, one per replication. With a single value there is a
    /// mean only.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (mean, variance) = moments(values);
        Self::with(mean, (variance / values.len() as f64).sqrt(), variance.sqrt(), &sorted)
    }

    /// A share: the ratio of the means, its error by the delta method, and spread and quantiles
    /// over the replications whose base is not 0.
    #[must_use]
    pub fn of_share(parts: &[f64], bases: &[f64]) -> Self {
        let ((part, part_variance), (base, base_variance)) = (moments(parts), moments(bases));
        if base == 0.0 {
            return Self::default();
        }
        let count = parts.len() as f64;
        let share = part / base;
        let products = parts.iter().zip(bases).map(|(it, of)| (it - part) * (of - base));
        let covariance = products.sum::<f64>() / (count - 1.0);
        let variance = part_variance - 2.0 * share * covariance + share * share * base_variance;
        let se = (variance.max(0.0) / count).sqrt() / base;
        let mut shares: Vec<f64> = parts
            .iter()
            .zip(bases)
            .filter(|(_, of)| **of != 0.0)
            .map(|(it, of)| it / of)
            .collect();
        shares.sort_unstable_by(f64::total_cmp);
        let sd = moments(&shares).1.sqrt();
        Self::with(share, se, sd, &shares)
    }

    /// With these moments, and the quantiles of these values; with a single value a mean only.
    pub(crate) fn with(mean: f64, se: f64, sd: f64, sorted: &[f64]) -> Self {
        if sorted.len() < 2 {
            return Self {
                mean: Some(mean).filter(|it| it.is_finite()),
                ..Self::default()
            };
        }
        let at = |p: f64| Some(quantile(sorted, p));
        Self {
            mean: Some(mean),
            se: Some(se).filter(|it| it.is_finite()),
            sd: Some(sd).filter(|it| it.is_finite()),
            p2_5: at(0.025),
            p5: at(0.05),
            p10: at(0.1),
            p20: at(0.2),
            p25: at(0.25),
            p50: at(0.5),
            p75: at(0.75),
            p80: at(0.8),
            p90: at(0.9),
            p95: at(0.95),
            p97_5: at(0.975),
        }
    }
}

/// Mean, and variance with n − 1 (not a number for a single value).
#[must_use]
pub fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let constant = values.first().filter(|first| values.iter().all(|it| it == *first));
    // A constant is exactly itself; a sum of it would leave the dust of rounding.
    let mean = constant.copied().unwrap_or_else(|| values.iter().sum::<f64>() / count);
    let squares: f64 = values.iter().map(|it| (it - mean) * (it - mean)).sum();
    (mean, squares / (count - 1.0))
}

/// The quantile of sorted values by linear interpolation: type 7 of Hyndman & Fan, *Sample
/// quantiles in statistical packages* (1996).
#[must_use]
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let below = sorted[at.floor() as usize];
    let above = sorted[at.ceil() as usize];
    // Equal ends stay exactly what they are.
    if below == above {
        below
    } else {
        below + (at - at.floor()) * (above - below)
    }
}

impl Histogram {
    /// How often values fall where; whole numbers get bins of whole width.
    #[must_use]
    pub fn of(values: &[f64], are_whole: bool) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let (Some(low), Some(high)) = (sorted.first().copied(), sorted.last().copied()) else {
            return Self {
                edges: Vec::new(),
                counts: Vec::new(),
            };
        };
        if low == high {
            return Self {
                edges: vec![low - 0.5, high + 0.5],
                counts: vec![values.len() as u64],
            };
        }
        // Freedman & Diaconis, *On the histogram as a density estimator* (1981).
        let width = 2.0 * (quantile(&sorted, 0.75) - quantile(&sorted, 0.25)) / (values.len() as f64).cbrt();
        let (low, high) = if are_whole {
            (low - 0.5, high + 0.5)
        } else {
            (low, high)
        };
        let range = high - low;
        let mut bins = if width > 0.0 {
            (range / width).ceil().clamp(1.0, BINS_MAX as f64)
        } else {
            10.0
        };
        let mut step = range / bins;
        if are_whole {
            step = step.ceil();
            bins = (range / step).ceil();
        }
        let bins = bins as usize;
        let edges: Vec<f64> = (0..=bins)
            .map(|at| {
                if at == bins && !are_whole {
                    high
                } else {
                    low + at as f64 * step
                }
            })
            .collect();
        let mut counts = vec![0; bins];
        for value in values {
            let at = edges[1..bins].partition_point(|edge| edge <= value);
            counts[at] += 1;
        }
        Self { edges, counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_between_order_statistics() {
        let sorted = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(quantile(&sorted, 0.5), 2.5);
        assert_eq!(quantile(&sorted, 0.1), 1.3);
        assert_eq!((quantile(&sorted, 0.0), quantile(&sorted, 1.0)), (1.0, 4.0));
    }

    #[test]
    fn a_constant_has_no_spread() {
        let constant = Estimate::of(&[54.1428; 300]);
        assert_eq!(
            (constant.mean, constant.se, constant.sd),
            (Some(54.1428), Some(0.0), Some(0.0))
        );
    }

    #[test]
    fn one_replication_has_a_mean_and_nothing_else() {
        assert_eq!(
            Estimate::of(&[7.0]),
            Estimate {
                mean: Some(7.0),
                ..Estimate::default()
            }
        );
        let share = Estimate::of_share(&[1.0], &[4.0]);
        assert_eq!(
            share,
            Estimate {
                mean: Some(0.25),
                ..Estimate::default()
            }
        );
    }

    #[test]
    fn a_share_is_the_ratio_of_means_and_leaves_empty_bases_out_of_its_quantiles() {
        let share = Estimate::of_share(&[0.0, 1.0, 3.0], &[0.0, 4.0, 4.0]);
        assert_eq!(share.mean, Some(0.5));
        assert_eq!(share.p50, Some(0.5));
        // By hand: variances 7/3 and 16/3, covariance 8/3; (7/3 − 8/3 + 4/3) / 3 under the root, over 8/3.
        let se = share.se.expect("three replications have an error");
        assert!((se - (1.0_f64 / 3.0).sqrt() / (8.0 / 3.0)).abs() < 1e-12, "{se}");
        assert_eq!(Estimate::of_share(&[0.0, 0.0], &[0.0, 0.0]), Estimate::default());
    }

    #[test]
    fn a_histogram_counts_every_value_once() {
        let values: Vec<f64> = (0..1000_u32).map(|it| f64::from(it * it % 977)).collect();
        for are_whole in [true, false] {
            let histogram = Histogram::of(&values, are_whole);
            assert_eq!(histogram.counts.iter().sum::<u64>(), 1000);
            assert_eq!(histogram.edges.len(), histogram.counts.len() + 1);
            assert!(histogram.counts.len() <= BINS_MAX);
        }
    }
}
