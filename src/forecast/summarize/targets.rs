//! The targets of a forecast: how likely each is met, and how much is missing.

use crate::forecast::TargetForecast;
use crate::forecast::estimate::{moments, quantile};
use crate::forecast::worlds::meets;
use crate::journey::draft::Bound;

use super::Summary;

impl Summary<'_> {
    pub(super) fn targets(&self) -> Vec<TargetForecast> {
        let targets = self.journey.targets.iter().enumerate();
        targets
            .map(|(at, target)| {
                let (bound, so_far) = (target.bound, target.so_far);
                let cell = self.layout.targets + at;
                // A share of nobody is no number and meets nothing.
                let mut values: Vec<f64> = self.values(cell).into_iter().filter(|it| it.is_finite()).collect();
                values.sort_unstable_by(f64::total_cmp);
                let expected = if values.is_empty() { 0.0 } else { moments(&values).0 };
                let p = match bound {
                    Bound::AtLeast(_) => 0.2,
                    Bound::AtMost(_) => 0.8,
                };
                let (chance, quantile) = match self.worlds(cell) {
                    Some(worlds) => (worlds.probability(bound, so_far), worlds.quantiles([p]).map(|it| it[0])),
                    None => {
                        let count = self.records.len() as f64;
                        let met = values.iter().filter(|it| meets(**it, bound, so_far)).count();
                        let chance = met as f64 / count;
                        (
                            Some((chance, (chance * (1.0 - chance) / count).sqrt())),
                            (values.len() > 1).then(|| quantile(&values, p)),
                        )
                    }
                };
                let gap = |quantile: f64| match bound {
                    Bound::AtLeast(bound) => bound - so_far - quantile,
                    Bound::AtMost(bound) => quantile + so_far - bound,
                };
                let (at_least, at_most) = target.bounds();
                TargetForecast {
                    target: target.id.clone(),
                    metric: target.metric.clone(),
                    at_least,
                    at_most,
                    so_far: target.so_far,
                    over: target.over_label().to_owned(),
                    probability: chance.map(|it| it.0),
                    se: chance.map(|it| it.1),
                    expected: expected + target.so_far,
                    gap_80: quantile.map(gap),
                    levers: Vec::new(),
                }
            })
            .collect()
    }
}
