//! The forks of a forecast: how often each branch is taken, and how long it takes.

use crate::engine::outlook;
use crate::forecast::{BranchForecast, DelaySummary, Ends, Estimate, ForkForecast};
use crate::journey::{Fork, StepId};

use super::Summary;

impl Summary<'_> {
    pub(super) fn forks(&self, places: &[f64]) -> Vec<ForkForecast> {
        let forks = self
            .journey
            .steps()
            .filter(|(id, _)| self.journey.branches(*id).len() > 1);
        forks
            .map(|(id, step)| {
                let branches: Vec<usize> = self
                    .journey
                    .branches(id)
                    .map(|it| self.layout.taken + it.index())
                    .collect();
                let all: Vec<f64> = self
                    .records
                    .iter()
                    .map(|record| branches.iter().map(|cell| record[*cell]).sum())
                    .collect();
                let forecast = |(position, branch): (usize, crate::journey::BranchId)| {
                    let cell = branches[position];
                    let share = match (self.laws, self.worlds(cell)) {
                        (Some(laws), Some(taken)) => taken.share_of(&laws.sum(&branches, all.clone())),
                        _ => Estimate::of_share(&self.values(cell), &all),
                    };
                    let outlook = self.insight.and_then(|it| it.outlooks.branches[branch.index()]);
                    BranchForecast {
                        branch: self.journey.branch(branch).name.clone(),
                        to: self.journey.step(self.journey.ends(branch).1).id.clone(),
                        share,
                        taken: self.estimate(cell),
                        converts: outlook.map(|it| it.converts),
                        churns: outlook.map(|it| it.churns()),
                        worth: outlook.map(|it| it.worth),
                        ends: outlook.map(|it| ends(it.ends)),
                        delay_days: self.delay(id, position, places),
                    }
                };
                ForkForecast {
                    step: step.id.clone(),
                    kind: match step.fork {
                        Fork::Observed(_) => "observed",
                        Fork::Rules(_) => "rule",
                        _ => "chance",
                    }
                    .to_owned(),
                    branches: self.journey.branches(id).enumerate().map(forecast).collect(),
                }
            })
            .collect()
    }

    /// The delay of a branch over all who take it: where it depends on the customer or the day,
    /// the mixture by how often each delay was met.
    fn delay(&self, id: StepId, branch: usize, places: &[f64]) -> DelaySummary {
        let (plan, step) = (self.plan, &self.plan.steps[id.index()]);
        let mut weights = std::collections::BTreeMap::new();
        for stretch in 0..plan.stretches.len() {
            for cell in 0..step.cases.count() {
                let place = stretch * plan.places + plan.place(step, cell, branch);
                let count = if step.delays_differ { places[place] } else { 1.0 };
                *weights.entry(plan.delays[place]).or_insert(0.0) += count;
            }
        }
        weights.retain(|_, count: &mut f64| *count > 0.0);
        let (tick_days, total) = (plan.clock.tick_days(), weights.values().sum::<f64>());
        let summary = |table: u32| match &plan.laws[table as usize] {
            Some(law) => {
                let it = law.summary(tick_days);
                (it.mean, it.p50, it.p90)
            }
            None => (0.0, 0.0, 0.0),
        };
        if weights.len() <= 1 {
            let Some(table) = weights.keys().next() else {
                return DelaySummary {
                    mean: None,
                    p50: None,
                    p90: None,
                };
            };
            let (mean, p50, p90) = summary(*table);
            return DelaySummary {
                mean: finite(mean),
                p50: finite(p50),
                p90: finite(p90),
            };
        }
        let mean = weights
            .iter()
            .map(|(table, count)| *count / total * summary(*table).0)
            .sum();
        let at = |p: f64| {
            let mut sum = 0.0;
            let longest = weights
                .keys()
                .map(|it| plan.tables[*it as usize].longest())
                .max()
                .unwrap_or(0);
            let reached = (0..=longest).find(|tick| {
                sum += weights
                    .iter()
                    .map(|(table, count)| {
                        let chances = plan.tables[*table as usize].probabilities();
                        *count / total * chances.get(*tick as usize).copied().unwrap_or(0.0)
                    })
                    .sum::<f64>();
                sum >= p - 1e-12
            });
            reached.map(|tick| f64::from(tick) * tick_days)
        };
        DelaySummary {
            mean: finite(mean),
            p50: at(0.5),
            p90: at(0.9),
        }
    }
}

fn ends(it: outlook::Ends) -> Ends {
    Ends {
        won: it.won,
        churned: it.churned,
        lost: it.lost,
        other: it.other,
        open: it.open,
    }
}

fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|it| it.is_finite())
}
