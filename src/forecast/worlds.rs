//! Estimates from what is expected in each world, by what is known of the laws within the worlds.

use crate::journey::draft::Bound;

use super::estimate::moments;
use super::mixture::{Mixture, poisson_at_least};
use super::{Estimate, Histogram};

/// What is known of the law of a cell within a world, besides its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Within {
    /// It is always its mean.
    Constant,
    /// Poisson.
    Poisson,
    /// Its variance, and no more.
    Variance(f64),
    /// Nothing.
    Unknown,
}

/// A cell in every world: worlds that are equally likely.
#[derive(Debug, Clone, PartialEq)]
pub struct Worlds {
    /// Its means.
    pub means: Vec<f64>,
    /// What else is known of it, by world.
    pub within: Vec<Within>,
    /// Whether there is but one world, so that a single one is all of them.
    pub is_certain: bool,
}

/// Probabilities of the quantiles of an estimate, in order.
const QUANTILES: [f64; 11] = [0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.975];
/// Between these quantiles a histogram has its bins.
const RANGE: [f64; 2] = [0.001, 0.999];
/// Futures that a histogram of a mixture stands for.
const FUTURES: f64 = 10_000.0;
/// Bins a histogram of a mixture has at most.
const BINS_MAX: f64 = 40.0;

impl Worlds {
    /// The estimate of the cell.
    ///
    /// The variance is that of the means plus the mean of those within worlds. Quantiles are those
    /// of the mixture (the smallest count that is not exceeded with at least this probability),
    /// where the law is known in every world; those of a cell that is constant in every world are
    /// of type 7, as over replications.
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        if !self.is_certain && (self.means.len() == 1 || self.are_constant()) {
            return Estimate::of(&self.means);
        }
        let (mean, between) = self.moments();
        let quantiles = self.quantiles(QUANTILES);
        let [p2_5, p5, p10, p20, p25, p50, p75, p80, p90, p95, p97_5] = quantiles.map_or([None; 11], |it| it.map(Some));
        Estimate {
            mean: Some(mean).filter(|it| it.is_finite()),
            se: Some((between / self.means.len() as f64).sqrt()).filter(|it| it.is_finite()),
            sd: self.variance_within().map(|within| (between + within).sqrt()),
            p2_5,
            p5,
            p10,
            p20,
            p25,
            p50,
            p75,
            p80,
            p90,
            p95,
            p97_5,
        }
    }

    /// The share that this cell is of another one: the ratio of the means. Its law is known only
    /// where both are constant in every world.
    #[must_use]
    pub fn share_of(&self, base: &Self) -> Estimate {
        let share = Estimate::of_share(&self.means, &base.means);
        if !(self.are_constant() && base.are_constant()) {
            let se = share.se.or(share.mean.filter(|_| self.is_certain).map(|_| 0.0));
            return Estimate {
                mean: share.mean,
                se,
                ..Estimate::default()
            };
        }
        match share.mean {
            Some(mean) if self.is_certain => Self::constant(mean).estimate(),
            _ => share,
        }
    }

    /// Whether it is known for sure that the cell is this in every world.
    fn constant(mean: f64) -> Self {
        Self {
            means: vec![mean],
            within: vec![Within::Constant],
            is_certain: true,
        }
    }

    fn are_constant(&self) -> bool {
        self.within.iter().all(|it| *it == Within::Constant)
    }

    /// The mean over worlds, and the variance of their means.
    fn moments(&self) -> (f64, f64) {
        let (mean, variance) = moments(&self.means);
        (mean, if self.is_certain { 0.0 } else { variance })
    }

    /// The mean of the variances within worlds, if all are known.
    fn variance_within(&self) -> Option<f64> {
        let variances = self.means.iter().zip(&self.within).map(|(mean, within)| match within {
            Within::Constant => Some(0.0),
            Within::Poisson => Some(*mean),
            Within::Variance(variance) => Some(*variance),
            Within::Unknown => None,
        });
        let variances: Option<Vec<f64>> = variances.collect();
        variances.map(|it| moments(&it).0)
    }

    /// For each of these probabilities, which grow, the quantile, if the law is known.
    pub(super) fn quantiles<const N: usize>(&self, probabilities: [f64; N]) -> Option<[f64; N]> {
        if self.are_constant() {
            let mut sorted = self.means.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            return Some(probabilities.map(|p| super::quantile(&sorted, p)));
        }
        self.mixture().map(|it| it.quantiles(probabilities))
    }

    /// The mixture over worlds, where the law within each is known.
    fn mixture(&self) -> Option<Mixture> {
        let worlds = self.means.iter().zip(&self.within);
        let laws: Option<Vec<(f64, bool)>> = worlds
            .map(|(mean, within)| match within {
                Within::Constant => Some((*mean, false)),
                Within::Poisson => Some((*mean, true)),
                Within::Variance(_) | Within::Unknown => None,
            })
            .collect();
        laws.and_then(Mixture::of)
    }

    /// The probability that the cell and what there is `so_far` meet the bound, and its Monte Carlo
    /// standard error; if the law is known.
    pub(super) fn probability(&self, bound: Bound, so_far: f64) -> Option<(f64, f64)> {
        let worlds = self.means.iter().zip(&self.within);
        let chances = worlds.map(|(mean, within)| match within {
            Within::Constant => Some(f64::from(u8::from(meets(*mean, bound, so_far)))),
            Within::Poisson => Some(match bound {
                Bound::AtLeast(_) => poisson_at_least(*mean, border(bound, so_far)),
                Bound::AtMost(_) => 1.0 - poisson_at_least(*mean, border(bound, so_far)),
            }),
            Within::Variance(_) | Within::Unknown => None,
        });
        let chances: Vec<f64> = chances.collect::<Option<_>>()?;
        let (mean, between) = moments(&chances);
        let between = if self.is_certain { 0.0 } else { between };
        Some((mean, (between / chances.len() as f64).sqrt()))
    }

    /// How often which value is met: of the mixture, if the law is known in every world, as of
    /// 10,000 futures.
    pub(super) fn histogram(&self) -> Option<Histogram> {
        if self.are_constant() {
            return Some(Histogram::of(&self.means, false));
        }
        let mixture = self.mixture()?;
        let [low, high] = mixture.quantiles(RANGE);
        let width = ((high - low + 1.0) / BINS_MAX).ceil();
        let bins = ((high - low + 1.0) / width).ceil() as usize;
        let edges: Vec<f64> = (0..=bins).map(|at| low - 0.5 + at as f64 * width).collect();
        // Who is beyond the edges is counted in the bins at the ends.
        let below = edges[1..bins]
            .iter()
            .map(|edge| (mixture.at_most(*edge) * FUTURES).round() as u64);
        let below: Vec<u64> = std::iter::once(0).chain(below).chain([FUTURES as u64]).collect();
        let counts = below.windows(2).map(|it| it[1].saturating_sub(it[0])).collect();
        Some(Histogram { edges, counts })
    }
}

/// What is known of the law of a cell within every world; follows from the journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellLaw {
    /// It is always its mean.
    Constant,
    /// Poisson.
    Poisson,
    /// Its variance is at this position among those that are known.
    Variance(usize),
    /// Nothing.
    Unknown,
}

/// What an engine without luck knows of the laws within worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct Laws {
    /// By cell of a record.
    pub cells: Vec<CellLaw>,
    /// Variances within worlds of cells that have one: means over worlds.
    pub variances: Vec<f64>,
    /// Whether there is but one world.
    pub is_certain: bool,
}

impl Laws {
    /// A cell over all worlds.
    pub(super) fn worlds(&self, cell: usize, means: Vec<f64>) -> Worlds {
        let within = match self.cells[cell] {
            CellLaw::Constant => Within::Constant,
            CellLaw::Poisson => Within::Poisson,
            CellLaw::Variance(at) => Within::Variance(self.variances[at]),
            CellLaw::Unknown => Within::Unknown,
        };
        Worlds {
            within: vec![within; means.len()],
            means,
            is_certain: self.is_certain,
        }
    }

    /// The sum of cells over all worlds, of which little is known unless they are constants.
    pub(super) fn sum(&self, cells: &[usize], means: Vec<f64>) -> Worlds {
        let are_constant = cells.iter().all(|it| self.cells[*it] == CellLaw::Constant);
        let within = if are_constant {
            Within::Constant
        } else {
            Within::Unknown
        };
        Worlds {
            within: vec![within; means.len()],
            means,
            is_certain: self.is_certain,
        }
    }
}

/// Whether a value and what there is so far meet a bound.
pub(super) fn meets(value: f64, bound: Bound, so_far: f64) -> bool {
    match bound {
        Bound::AtLeast(bound) => value + so_far >= bound,
        Bound::AtMost(bound) => value + so_far <= bound,
    }
}

/// The smallest count that meets a lower bound, or breaks an upper one.
fn border(bound: Bound, so_far: f64) -> f64 {
    let is_beyond = |count: f64| match bound {
        Bound::AtLeast(_) => meets(count, bound, so_far),
        Bound::AtMost(_) => !meets(count, bound, so_far),
    };
    let (Bound::AtLeast(limit) | Bound::AtMost(limit)) = bound;
    // A difference may be off by its rounding; what counts is what the sum comes to.
    let near = (limit - so_far).round();
    let counts = [near - 1.0, near, near + 1.0];
    counts.into_iter().find(|it| is_beyond(*it)).unwrap_or(near + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worlds(means: &[f64], within: Within) -> Worlds {
        Worlds {
            means: means.to_vec(),
            within: vec![within; means.len()],
            is_certain: means.len() == 1,
        }
    }

    /// Mean, variance and quantiles of a Poisson mixture by adding up its probabilities.
    fn by_adding_up(means: &[f64], p: f64) -> (f64, f64, f64) {
        let mass = |k: u32| {
            let of = |mean: f64| (1..=k).fold((-mean).exp(), |term, it| term * mean / f64::from(it));
            means.iter().map(|it| of(*it)).sum::<f64>() / means.len() as f64
        };
        let (mut mean, mut square, mut below, mut quantile) = (0.0, 0.0, 0.0, None);
        for k in 0..200 {
            let mass = mass(k);
            let k = f64::from(k);
            mean += k * mass;
            square += k * k * mass;
            below += mass;
            quantile = quantile.or((below >= p).then_some(k));
        }
        (mean, square - mean * mean, quantile.expect("all is below 200"))
    }

    #[test]
    fn counts_have_mean_spread_and_quantiles_of_their_mixture() {
        for means in [vec![7.3], vec![2.0, 9.0, 9.5, 40.0]] {
            let it = worlds(&means, Within::Poisson).estimate();
            let (mean, variance, median) = by_adding_up(&means, 0.5);
            assert!((it.mean.expect("known") - mean).abs() < 1e-9);
            let (_, between) = moments(&means);
            let rest = if means.len() == 1 {
                0.0
            } else {
                // The worlds are a sample of all there may be: n − 1.
                between / means.len() as f64
            };
            assert!((it.sd.expect("known").powi(2) - variance - rest).abs() < 1e-9);
            assert_eq!(it.p50, Some(median));
            assert_eq!(it.p97_5, Some(by_adding_up(&means, 0.975).2));
            let se = (rest).sqrt();
            assert!((it.se.expect("known") - se).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_constant_in_each_world_is_as_over_replications() {
        let means = [3.5, 4.0, 9.25];
        assert_eq!(worlds(&means, Within::Constant).estimate(), Estimate::of(&means));
        let known = worlds(&[3.5], Within::Constant).estimate();
        assert_eq!(
            (known.mean, known.se, known.sd, known.p5),
            (Some(3.5), Some(0.0), Some(0.0), Some(3.5))
        );
    }

    #[test]
    fn an_unknown_law_has_no_quantiles() {
        let it = worlds(&[100.0, 120.0], Within::Variance(50.0)).estimate();
        assert_eq!((it.mean, it.se, it.p50), (Some(110.0), Some(10.0), None));
        assert!((it.sd.expect("known") - 250.0_f64.sqrt()).abs() < 1e-12);
        let it = worlds(&[100.0], Within::Unknown).estimate();
        assert_eq!((it.mean, it.se, it.sd, it.p50), (Some(100.0), Some(0.0), None, None));
    }

    #[test]
    fn one_of_many_worlds_says_nothing_about_the_others() {
        let it = Worlds {
            is_certain: false,
            ..worlds(&[5.0], Within::Poisson)
        };
        assert_eq!(it.estimate(), Estimate::of(&[5.0]));
    }

    #[test]
    fn a_share_has_the_ratio_of_means_and_quantiles_only_of_constants() {
        let base = worlds(&[10.0, 20.0], Within::Constant);
        let share = worlds(&[1.0, 6.0], Within::Poisson).share_of(&base);
        assert_eq!((share.mean, share.sd, share.p50), (Some(7.0 / 30.0), None, None));
        assert_eq!(share.se, Estimate::of_share(&[1.0, 6.0], &[10.0, 20.0]).se);
        let constant = worlds(&[1.0, 6.0], Within::Constant).share_of(&base);
        assert_eq!(constant, Estimate::of_share(&[1.0, 6.0], &[10.0, 20.0]));
        let certain = worlds(&[1.0], Within::Poisson).share_of(&worlds(&[4.0], Within::Poisson));
        assert_eq!((certain.mean, certain.se, certain.p50), (Some(0.25), Some(0.0), None));
        let nobody = worlds(&[0.0], Within::Constant).share_of(&worlds(&[0.0], Within::Constant));
        assert_eq!(nobody, Estimate::default());
    }

    #[test]
    fn a_bound_is_met_as_often_as_counts_meet_it() {
        let means = [2.0, 9.0];
        let it = worlds(&means, Within::Poisson);
        let chance = |low: u32, high: u32| -> Vec<f64> {
            let mass = |mean: f64, k: u32| (1..=k).fold((-mean).exp(), |term, it| term * mean / f64::from(it));
            let of = |mean: f64| (low..=high).map(|k| mass(mean, k)).sum();
            means.iter().map(|it| of(*it)).collect()
        };
        for (bound, so_far, (low, high)) in [
            (Bound::AtLeast(10.0), 4.0, (6, 150)),
            (Bound::AtLeast(10.5), 4.0, (7, 150)),
            (Bound::AtLeast(0.3), 0.1 + 0.2, (0, 150)),
            (Bound::AtLeast(3.0), 7.0, (0, 150)),
            (Bound::AtMost(10.0), 4.0, (0, 6)),
            (Bound::AtMost(10.5), 4.25, (0, 6)),
        ] {
            let (probability, se) = it.probability(bound, so_far).expect("the law is known");
            let (mean, variance) = moments(&chance(low, high));
            assert!((probability - mean).abs() < 1e-12, "{bound:?}: {probability}");
            assert!((se - (variance / 2.0).sqrt()).abs() < 1e-9, "{bound:?}: {se}");
        }
        assert_eq!(it.probability(Bound::AtMost(3.0), 4.0), Some((0.0, 0.0)));
        assert_eq!(
            worlds(&[5.0], Within::Unknown).probability(Bound::AtLeast(1.0), 0.0),
            None
        );
        let constant = worlds(&[5.0, 6.0], Within::Constant);
        assert_eq!(constant.probability(Bound::AtLeast(6.0), 0.0), Some((0.5, 0.5)));
    }

    #[test]
    fn a_histogram_of_a_mixture_holds_ten_thousand_futures() {
        for means in [vec![0.0], vec![0.01], vec![3.0], vec![40.0, 900.0, 1e6]] {
            let it = worlds(&means, Within::Poisson).histogram().expect("the law is known");
            assert_eq!(it.counts.iter().sum::<u64>(), 10_000, "{means:?}");
            assert_eq!(it.edges.len(), it.counts.len() + 1);
            assert!(it.counts.len() <= 60);
        }
        let three = worlds(&[3.0], Within::Poisson).histogram().expect("the law is known");
        assert_eq!(three.edges[..2], [-0.5, 0.5]);
        assert_eq!(three.counts[0], 498);
        assert!(worlds(&[3.0], Within::Variance(3.0)).histogram().is_none());
    }
}
