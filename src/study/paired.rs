//! Differences between two options that met the same worlds and the same luck.

use serde::{Deserialize, Serialize};

use crate::forecast::{Estimate, moments};

/// A quantity over replications: a number each, or a part of a base.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    parts: Vec<f64>,
    bases: Option<Vec<f64>>,
}

/// A difference to the base, replication by replication.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The option minus the base.
    pub difference: Estimate,
    /// The same as a share of the base; nothing where the base is not above zero.
    pub lift: Estimate,
    /// Share of replications in which the option comes to more than the base; `None` if they never
    /// differ.
    pub probability_higher: Option<f64>,
    /// Share of replications in which it comes to less.
    pub probability_lower: Option<f64>,
}

impl Values {
    /// A number for every replication.
    #[must_use]
    pub fn plain(values: Vec<f64>) -> Self {
        Self {
            parts: values,
            bases: None,
        }
    }

    /// A share for every replication. Its mean is the ratio of the means.
    #[must_use]
    pub fn share(parts: Vec<f64>, bases: Vec<f64>) -> Self {
        Self {
            parts,
            bases: Some(bases),
        }
    }

    /// The quantity as an estimate.
    #[must_use]
    pub fn estimate(&self) -> Estimate {
        match &self.bases {
            None => Estimate::of(&self.parts),
            Some(bases) => Estimate::of_share(&self.parts, bases),
        }
    }

    /// What each replication comes to; not a number where there is nothing to be a share of.
    pub(super) fn each(&self) -> Vec<f64> {
        match &self.bases {
            None => self.parts.clone(),
            Some(bases) => self.parts.iter().zip(bases).map(|(part, base)| part / base).collect(),
        }
    }

    /// The mean, and how much each replication moves it, times their number.
    fn influences(&self) -> Option<(f64, Vec<f64>)> {
        let (part, _) = moments(&self.parts);
        let Some(bases) = &self.bases else {
            return Some((part, self.parts.iter().map(|it| it - part).collect()));
        };
        let (base, _) = moments(bases);
        let mean = Some(part / base).filter(|it| it.is_finite())?;
        let pairs = self.parts.iter().zip(bases);
        Some((mean, pairs.map(|(part, of)| (part - mean * of) / base).collect()))
    }
}

impl Paired {
    /// `option` minus `base`; both hold the same replications.
    ///
    /// The error of a mean comes from the influence of every replication on it, as the delta method
    /// has it, taken pair by pair: what moves both alike cancels.
    #[must_use]
    pub fn of(base: &Values, option: &Values) -> Self {
        let nothing = Self {
            difference: Estimate::default(),
            lift: Estimate::default(),
            probability_higher: None,
            probability_lower: None,
        };
        let (Some((base_mean, base_moves)), Some((mean, moves))) = (base.influences(), option.influences()) else {
            return nothing;
        };
        let (before, after) = (base.each(), option.each());
        let pairs = || {
            before
                .iter()
                .zip(&after)
                .filter(|(one, other)| one.is_finite() && other.is_finite())
        };
        let differences: Vec<f64> = pairs().map(|(one, other)| other - one).collect();
        let count = differences.len() as f64;
        let both = || base_moves.iter().zip(&moves);
        let apart: Vec<f64> = both().map(|(one, other)| other - one).collect();
        let difference = estimate(mean - base_mean, &apart, &differences);
        let lift = if base_mean > 0.0 {
            let lift = (mean - base_mean) / base_mean;
            let moved: Vec<f64> = both()
                .map(|(one, other)| (other - (1.0 + lift) * one) / base_mean)
                .collect();
            let lifts: Vec<f64> = pairs()
                .filter(|(one, _)| **one > 0.0)
                .map(|(one, other)| (other - one) / one)
                .collect();
            estimate(lift, &moved, &lifts)
        } else {
            Estimate::default()
        };
        let differs = differences.iter().any(|it| *it != 0.0);
        let share = |wanted: fn(f64) -> bool| {
            let met = differences.iter().filter(|it| wanted(**it)).count();
            differs.then(|| met as f64 / count)
        };
        Self {
            difference,
            lift,
            probability_higher: share(|it| it > 0.0),
            probability_lower: share(|it| it < 0.0),
        }
    }

    /// Whether the option never differs from the base.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.probability_higher.is_none()
    }

    /// The 95 % confidence interval of the mean difference.
    #[must_use]
    pub fn confidence_95(&self) -> Option<(f64, f64)> {
        let (mean, se) = self.difference.mean.zip(self.difference.se)?;
        Some((mean - ERRORS * se, mean + ERRORS * se))
    }
}

/// Standard errors on each side of a mean in its 95 % confidence interval.
const ERRORS: f64 = 1.959_963_984_540_054;

/// An estimate whose error comes from influences, and whose spread from the values.
fn estimate(mean: f64, influences: &[f64], values: &[f64]) -> Estimate {
    let (_, variance) = moments(influences);
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let sd = moments(values).1.sqrt();
    Estimate::with(mean, (variance / influences.len() as f64).sqrt(), sd, &sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_both_alike_cancels() {
        let base = vec![10.0, 20.0, 60.0, 110.0];
        let option = base.iter().map(|it| it + 3.0).collect();
        let paired = Paired::of(&Values::plain(base), &Values::plain(option));
        assert_eq!(paired.difference.mean, Some(3.0));
        assert_eq!((paired.difference.se, paired.difference.sd), (Some(0.0), Some(0.0)));
        assert_eq!(paired.lift.mean, Some(0.06));
        assert_eq!(
            (paired.probability_higher, paired.probability_lower),
            (Some(1.0), Some(0.0))
        );
    }

    #[test]
    fn no_difference_is_exactly_none() {
        let values = Values::share(vec![1.0, 2.0, 2.0], vec![7.0, 9.0, 11.0]);
        let paired = Paired::of(&values, &values);
        assert!(paired.is_none());
        assert_eq!((paired.difference.mean, paired.lift.mean), (Some(0.0), Some(0.0)));
        assert_eq!(paired.difference.p90, Some(0.0));
    }

    /// By hand: the same parts of bases that differ.
    #[test]
    fn shares_are_ratios_of_means() {
        let base = Values::share(vec![10.0, 30.0], vec![100.0, 100.0]);
        let option = Values::share(vec![20.0, 50.0], vec![100.0, 100.0]);
        let paired = Paired::of(&base, &option);
        let near = |one: Option<f64>, other: f64| (one.expect("it is known") - other).abs() < 1e-12;
        assert!(near(paired.difference.mean, 0.15), "{paired:?}");
        // Influences 0.1 and 0.2 apart: half of that from their mean, over the root of two.
        assert!(near(paired.difference.se, 0.05), "{paired:?}");
        assert!(near(paired.lift.mean, 0.75), "{paired:?}");
    }

    #[test]
    fn a_lift_needs_something_to_be_a_share_of() {
        let paired = Paired::of(&Values::plain(vec![-5.0, 2.0]), &Values::plain(vec![5.0, 3.0]));
        assert_eq!(paired.lift.mean, None);
        assert_eq!(paired.difference.mean, Some(5.5));
        let nobody = Values::share(vec![0.0, 0.0], vec![0.0, 0.0]);
        assert_eq!(Paired::of(&nobody, &nobody).difference.mean, None);
    }
}
