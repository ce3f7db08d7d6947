//! Mixtures of Poisson laws over worlds: how likely which count is, and quantiles.

use crate::special::{Tails, gamma_power, gamma_tails, normal_quantile};

use super::estimate::moments;

/// A count whose law is Poisson, or a constant, in each of several worlds that are equally likely.
#[derive(Debug)]
pub(super) struct Mixture {
    /// Means of Poisson laws, in order.
    means: Vec<f64>,
    /// The same, where neighbours are so near that a series tells what they add up to.
    groups: Vec<Group>,
    /// Constants, in order; whole numbers.
    constants: Vec<f64>,
}

/// Means that differ by a small part of the standard deviation of their laws.
#[derive(Debug)]
struct Group {
    count: f64,
    mean: f64,
    /// Sums of second, third and fourth powers of what they differ from their mean.
    powers: [f64; 3],
    /// What leaving out the fifth power comes to at most.
    doubt: f64,
}

/// P(X ≤ k) and P(X = k), and what the first may be wrong by.
#[derive(Debug, Clone, Copy, Default)]
struct Nearly {
    at_most: f64,
    exactly: f64,
    doubt: f64,
}

/// How far apart the means of a group may be, in standard deviations.
const NEAR: f64 = 0.1;
/// What a probability is wrong by anyway.
const ROUNDING: f64 = 1e-13;
/// Larger counts are not told apart one by one.
const WHOLE_MAX: f64 = 1e15;
/// So many of Newton's steps are taken before every other one halves what is left.
const NEWTON_MAX: u32 = 6;

impl Mixture {
    /// The mixture of these means, each with whether its law is Poisson rather than a constant;
    /// none if a constant is no whole number, or there is nothing to mix.
    pub(super) fn of(worlds: impl IntoIterator<Item = (f64, bool)>) -> Option<Self> {
        let (mut means, mut constants) = (Vec::new(), Vec::new());
        for (mean, is_poisson) in worlds {
            if is_poisson && mean > 0.0 {
                means.push(mean);
            } else if mean.fract() == 0.0 {
                constants.push(mean);
            } else {
                return None;
            }
        }
        means.sort_unstable_by(f64::total_cmp);
        constants.sort_unstable_by(f64::total_cmp);
        let mut groups = Vec::new();
        let mut rest = means.as_slice();
        while let Some(first) = rest.first() {
            let until = first + NEAR * first.sqrt();
            let (near, others) = rest.split_at(rest.partition_point(|it| *it <= until));
            groups.push(Group::of(near));
            rest = others;
        }
        (!means.is_empty() || !constants.is_empty()).then_some(Self {
            means,
            groups,
            constants,
        })
    }

    /// How many worlds there are.
    fn count(&self) -> f64 {
        (self.means.len() + self.constants.len()) as f64
    }

    /// P(X ≤ x).
    pub(super) fn at_most(&self, x: f64) -> f64 {
        let whole = x.floor();
        let constants = self.constants.partition_point(|it| *it <= whole) as f64;
        let poisson: f64 = self.means.iter().map(|mean| poisson_at_most(*mean, whole)).sum();
        (constants + poisson) / self.count()
    }

    fn nearly(&self, k: f64) -> Nearly {
        let below = self.constants.partition_point(|it| *it < k);
        let until = self.constants.partition_point(|it| *it <= k);
        let mut sum = Nearly {
            at_most: until as f64,
            exactly: (until - below) as f64,
            doubt: 0.0,
        };
        for group in self.groups.iter().filter(|_| k >= 0.0) {
            let more = group.nearly(k);
            sum.at_most += more.at_most;
            sum.exactly += more.exactly;
            sum.doubt += more.doubt;
        }
        Nearly {
            at_most: sum.at_most / self.count(),
            exactly: sum.exactly / self.count(),
            doubt: sum.doubt / self.count() + ROUNDING,
        }
    }

    /// For each of these probabilities, which grow, the smallest count that is not exceeded with at
    /// least this probability.
    pub(super) fn quantiles<const N: usize>(&self, probabilities: [f64; N]) -> [f64; N] {
        let all: Vec<f64> = self.means.iter().chain(&self.constants).copied().collect();
        let (mean, between) = moments(&all);
        let within = self.means.iter().sum::<f64>() / self.count();
        let sd = (if between.is_finite() { between } else { 0.0 } + within).sqrt();
        let normal = |below: f64| {
            let above = 1.0 - below;
            normal_quantile(Tails { below, above })
        };
        let lowest = self.constants.first().map_or(0.0, |it| it.min(0.0));
        // The last quantile, and how many standard deviations from the mean it should have been.
        let mut last = (mean, 0.0);
        let mut low = lowest - 1.0;
        probabilities.map(|p| {
            let z = normal(p);
            let guess = (last.0 + (z - last.1) * sd).round();
            let quantile = self.quantile(p, low, guess, sd);
            last = (quantile, z);
            low = quantile - 1.0;
            quantile
        })
    }

    /// The quantile, which is above `low`; `guess` may be anything, and `sd` says how far to go.
    fn quantile(&self, p: f64, mut low: f64, guess: f64, sd: f64) -> f64 {
        let mut high = f64::INFINITY;
        // A guess may be a negative zero.
        let mut k = guess.max(low + 1.0) + 0.0;
        let mut stride = sd.ceil().max(1.0);
        let mut steps = 0;
        while high - low > 1.0 && k > low && k < high {
            let Nearly { at_most, exactly, .. } = self.nearly(k);
            if at_most < p {
                low = k;
            } else if at_most - exactly >= p {
                high = k - 1.0;
            } else {
                high = k;
                break;
            }
            let newton = (k + (p - at_most) / exactly).ceil();
            let is_near = (newton - k).abs() <= 2.0 * stride;
            steps += 1;
            k = if newton > low && newton < high && is_near && (steps <= NEWTON_MAX || steps % 2 == 0) {
                newton
            } else if high.is_finite() {
                low + ((high - low) / 2.0).floor()
            } else {
                stride *= 2.0;
                low + stride
            };
        }
        self.settled(p, high)
    }

    /// The quantile next to `candidate`, where the series cannot tell.
    fn settled(&self, p: f64, candidate: f64) -> f64 {
        let it = self.nearly(candidate);
        let is_close = |at_most: f64| (at_most - p).abs() < it.doubt;
        if candidate.abs() > WHOLE_MAX || !(is_close(it.at_most) || is_close(it.at_most - it.exactly)) {
            return candidate;
        }
        let mut k = candidate;
        while self.at_most(k) < p {
            k += 1.0;
        }
        while self.at_most(k - 1.0) >= p {
            k -= 1.0;
        }
        k
    }
}

impl Group {
    fn of(means: &[f64]) -> Self {
        let (mean, _) = moments(means);
        let (mut powers, mut furthest) = ([0.0; 3], 0.0_f64);
        for it in means {
            let off = it - mean;
            powers[0] += off * off;
            powers[1] += off * off * off;
            powers[2] += off * off * off * off;
            furthest = furthest.max(off.abs());
        }
        let count = means.len() as f64;
        Self {
            count,
            mean,
            powers,
            // The fifth derivative is a fourth difference of probabilities: below 6 in units of the
            // standard deviation, and 6 / 5! is 0.05.
            doubt: count * 0.05 * (furthest / mean.sqrt()).powi(5),
        }
    }

    /// P(K ≤ k) and P(K = k), added up over the means, for k ≥ 0.
    ///
    /// The derivative of P(K ≤ k) by the mean λ is −P(K = k), and that of P(K = k) is P(K = k)
    /// (k/λ − 1): hence a Taylor series about the mean of the means.
    fn nearly(&self, k: f64) -> Nearly {
        let (mean, off) = (self.mean, k - self.mean);
        // Chernoff's bounds on both tails: what is left out is below e⁻³⁰.
        if off > 0.0 && off * off > 60.0 * (mean + off / 3.0) {
            return Nearly {
                at_most: self.count,
                ..Nearly::default()
            };
        }
        if off < 0.0 && off * off > 60.0 * mean {
            return Nearly::default();
        }
        let exactly = poisson_exactly(mean, k);
        let [second, third, fourth] = self.powers;
        let relative = off / mean;
        let curvature = k / (mean * mean);
        let bend = relative * relative - curvature;
        let twist = relative * relative * relative - 3.0 * relative * curvature + 2.0 * curvature / mean;
        let series = relative * second / 2.0 + bend * third / 6.0 + twist * fourth / 24.0;
        Nearly {
            at_most: self.count * poisson_at_most(mean, k) - exactly * series,
            exactly: exactly * (self.count + bend * second / 2.0 + twist * third / 6.0),
            doubt: self.doubt,
        }
    }
}

/// P(K ≤ k) under a Poisson law, for a whole number k.
fn poisson_at_most(mean: f64, k: f64) -> f64 {
    if k < 0.0 { 0.0 } else { gamma_tails(k + 1.0, mean).above }
}

/// P(K ≥ k) under a Poisson law, for a whole number k.
pub(super) fn poisson_at_least(mean: f64, k: f64) -> f64 {
    if k <= 0.0 { 1.0 } else { gamma_tails(k, mean).below }
}

/// P(K = k) under a Poisson law, for a whole number k ≥ 0.
fn poisson_exactly(mean: f64, k: f64) -> f64 {
    if k == 0.0 { (-mean).exp() } else { gamma_power(k, mean) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PS: [f64; 5] = [0.025, 0.2, 0.5, 0.9, 0.975];

    fn mixture(means: &[f64]) -> Mixture {
        Mixture::of(means.iter().map(|it| (*it, true))).expect("there are means")
    }

    /// Quantiles by adding up the probabilities of one count after the other.
    fn by_adding_up(means: &[f64]) -> [f64; PS.len()] {
        let mut terms: Vec<f64> = means.iter().map(|it| (-it).exp()).collect();
        let (mut k, mut sum) = (0.0, terms.iter().sum::<f64>());
        PS.map(|p| {
            while sum / means.len() as f64 <= p - 1e-14 {
                k += 1.0;
                terms.iter_mut().zip(means).for_each(|(term, mean)| *term *= mean / k);
                sum += terms.iter().sum::<f64>();
            }
            k
        })
    }

    #[test]
    fn quantiles_are_those_of_adding_up() {
        let spread = |low: f64, high: f64, count: u32| -> Vec<f64> {
            (0..count)
                .map(|it| low + (high - low) * f64::from(it * it % count) / f64::from(count))
                .collect()
        };
        for means in [
            vec![3.7],
            vec![1e-9, 2e-9],
            vec![0.0, 0.0, 5.0],
            vec![0.02, 0.7, 0.71, 30.0],
            vec![2.0, 600.0, 601.0],
            spread(90.0, 110.0, 997),
            spread(10.0, 12.0, 997),
            spread(0.0, 3.0, 101),
            spread(50.0, 650.0, 997),
            spread(300.0, 300.001, 50),
        ] {
            assert_eq!(mixture(&means).quantiles(PS), by_adding_up(&means), "{means:?}");
        }
    }

    #[test]
    fn groups_are_as_good_as_their_members() {
        for scale in [0.3, 4.0, 250.0, 1e5, 1e9, 1e13] {
            let root = f64::sqrt(scale);
            let means: Vec<f64> = (0..400).map(|it| scale + root * f64::from(it) / 100.0).collect();
            let mixture = mixture(&means);
            assert!(mixture.groups.len() < 60, "{}", mixture.groups.len());
            for step in -40..=80 {
                let k = (scale + root * f64::from(step) / 10.0).round().max(0.0);
                let it = mixture.nearly(k);
                assert!(it.doubt < 1e-6, "{scale} at {k}: {:e}", it.doubt);
                let off = (it.at_most - mixture.at_most(k)).abs();
                assert!(off <= it.doubt, "{scale} at {k}: {off:e} of {:e}", it.doubt);
                let mass = means.iter().map(|it| poisson_exactly(*it, k)).sum::<f64>() / 400.0;
                assert!(
                    (it.exactly - mass).abs() < 1e-6,
                    "{scale} at {k}: {}, {mass}",
                    it.exactly
                );
            }
        }
    }

    #[test]
    fn large_counts_have_quantiles_too() {
        for means in [vec![2.5e6], vec![1e12, 1.1e12], vec![3e17], vec![5.0, 1e9, 1e9 + 30.0]] {
            let mixture = mixture(&means);
            for (p, quantile) in PS.iter().zip(mixture.quantiles(PS)) {
                assert!(mixture.at_most(quantile) >= *p, "{means:?}, {p}: {quantile}");
                assert!(
                    mixture.at_most(quantile - quantile.max(1e15) * 1e-15) < *p,
                    "{means:?}, {p}: {quantile}"
                );
            }
        }
    }

    #[test]
    fn constants_are_counts_like_any_other() {
        let mixed = Mixture::of([(4.0, false), (4.0, false), (9.0, false), (0.5, true)]).expect("all are whole");
        assert_eq!(mixed.quantiles([0.1, 0.2, 0.25, 0.7, 0.9]), [0.0, 1.0, 4.0, 4.0, 9.0]);
        assert!((mixed.at_most(4.0) - 0.75).abs() < 1e-3);
        assert!(Mixture::of([(4.5, false), (1.0, true)]).is_none());
        assert!(Mixture::of([]).is_none());
    }

    #[test]
    fn both_tails_of_a_count_add_up() {
        for (mean, k) in [(3.0, 0.0), (3.0, 2.0), (3.0, -1.0), (1e6, 1_000_500.0)] {
            let sum = poisson_at_most(mean, k) + poisson_at_least(mean, k + 1.0);
            assert!((sum - 1.0).abs() < 1e-12, "{mean}, {k}: {sum}");
        }
    }
}
