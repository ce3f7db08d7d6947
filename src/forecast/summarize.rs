//! From the records of all replications to the forecast, with names again.

use crate::engine::Simulated;
use crate::journey::draft::Bound;
use crate::journey::{Fork, Journey, Outcome, StepId};
use crate::plan::{Model, Plan};

use super::estimate::{moments, quantile};
use super::layout::{Layout, first, outcome};
use super::record::Record;
use super::{
    BranchForecast, Cohort, DelaySummary, Estimate, Forecast, ForkForecast, FunnelRow, GroupForecast, Histogram,
    Metrics, OutcomeForecast, PeriodForecast, RunInfo, ScenarioInfo, StepForecast, Table, TargetForecast,
};

/// The version of the forecast's JSON.
const VERSION: u32 = 1;

/// The forecast that completed replications come to.
///
/// # Panics
///
/// If no replication was completed.
#[must_use]
pub fn summarize(
    model: Model<'_>,
    layout: &Layout,
    simulated: &Simulated<Record>,
    scenario: ScenarioInfo,
    run: RunInfo,
) -> Forecast {
    assert!(
        !simulated.results.is_empty(),
        "a forecast needs a completed replication"
    );
    let it = Summary {
        journey: model.journey,
        plan: model.plan,
        layout,
        records: &simulated.results,
    };
    let totals = it.totals();
    let mut warnings = Vec::new();
    if run.cut_short {
        warnings.push(format!("cut short after {} replications", run.replications));
    }
    if run.replications < 100 {
        warnings.push(format!(
            "{} replications are too few for trustworthy ranges",
            run.replications
        ));
    }
    if simulated.cohorts.is_none() {
        warnings.push("cohorts are left out: there are too many periods".to_owned());
    }
    Forecast {
        forecast: VERSION,
        forksight: env!("CARGO_PKG_VERSION").to_owned(),
        scenario,
        run,
        periods: it.periods(),
        steps: it.steps(),
        forks: it.forks(&simulated.places),
        funnel: it.funnel(),
        outcomes: it.outcomes(),
        time_to_convert: None,
        groups: it.groups(),
        spread: None,
        distribution: it.distribution(),
        cohorts: it.cohorts(simulated.cohorts.as_deref()),
        targets: it.targets(),
        totals,
        warnings,
    }
}

struct Summary<'a> {
    journey: &'a Journey,
    plan: &'a Plan,
    layout: &'a Layout,
    records: &'a [Record],
}

impl Summary<'_> {
    fn values(&self, cell: usize) -> Vec<f64> {
        self.records.iter().map(|it| it[cell]).collect()
    }

    fn estimate(&self, cell: usize) -> Estimate {
        Estimate::of(&self.values(cell))
    }

    fn share(&self, part: usize, base: usize) -> Estimate {
        Estimate::of_share(&self.values(part), &self.values(base))
    }

    fn totals(&self) -> Metrics {
        let layout = self.layout;
        let counted = layout
            .totals
            .iter()
            .enumerate()
            .map(|(at, name)| (name.clone(), self.estimate(at)));
        let mut totals: Vec<(String, Estimate)> = counted.collect();
        // `pipeline` stands behind `arrivals`, so that everything else is one further on.
        totals.push(("conversion_rate".to_owned(), self.share(first::WON + 1, layout.bases)));
        totals.push((
            "churn_rate".to_owned(),
            self.share(first::CHURNED + 1, layout.bases + 1),
        ));
        Table(totals)
    }

    fn periods(&self) -> Vec<PeriodForecast> {
        let dated = self.journey.clock.dated;
        let spans = self.plan.periods.iter().enumerate();
        spans
            .map(|(period, span)| PeriodForecast {
                period: span.label.clone(),
                from: dated.then(|| span.from.to_string()),
                until: dated.then(|| span.until.to_string()),
                metrics: Table(
                    self.layout
                        .metrics
                        .iter()
                        .enumerate()
                        .map(|(metric, name)| (name.clone(), self.estimate(self.layout.period(period, metric))))
                        .collect(),
                ),
            })
            .collect()
    }

    fn steps(&self) -> Vec<StepForecast> {
        self.journey
            .steps()
            .map(|(id, step)| StepForecast {
                step: step.id.clone(),
                title: step.title.clone(),
                stage: step.stage.map(|it| self.journey.stages[it.index()].id.clone()),
                channel: step.channel.clone(),
                owner: self.journey.owner(id).map(str::to_owned),
                reached: self.estimate(self.layout.reached + id.index()),
                customers: self.estimate(self.layout.customers + id.index()),
                converts: None,
                worth: None,
            })
            .collect()
    }

    fn forks(&self, places: &[f64]) -> Vec<ForkForecast> {
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
                    let taken = self.values(branches[position]);
                    BranchForecast {
                        branch: self.journey.branch(branch).name.clone(),
                        to: self.journey.step(self.journey.ends(branch).1).id.clone(),
                        share: Estimate::of_share(&taken, &all),
                        taken: Estimate::of(&taken),
                        converts: None,
                        churns: None,
                        worth: None,
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

    fn funnel(&self) -> Vec<FunnelRow> {
        let first = self.layout.funnel;
        let stages = self.journey.stages.iter().enumerate();
        stages
            .map(|(at, stage)| FunnelRow {
                stage: stage.id.clone(),
                title: stage.title.clone(),
                owner: stage.owner.clone(),
                reached: self.estimate(first + at),
                from_previous: (at > 0).then(|| self.share(first + at, first + at - 1)),
                from_first: Some(self.share(first + at, first)),
            })
            .collect()
    }

    fn outcomes(&self) -> Vec<OutcomeForecast> {
        let mut outcomes = Vec::new();
        for (at, step) in self.layout.index.ends.iter().enumerate() {
            let (unconverted, converted) = (self.layout.ends + 2 * at, self.layout.ends + 2 * at + 1);
            let mut row = |outcome: &str, customers: Estimate| {
                let step = self.journey.step(StepId::at(*step)).id.clone();
                outcomes.push(OutcomeForecast {
                    step,
                    outcome: outcome.to_owned(),
                    customers,
                });
            };
            match outcome(self.journey, *step) {
                Some(Outcome::Left) => {
                    row("lost", self.estimate(unconverted));
                    row("churned", self.estimate(converted));
                }
                Some(Outcome::Converted) => row("converted", self.estimate(self.layout.reached + step)),
                Some(Outcome::Other) | None => row("other", self.estimate(self.layout.reached + step)),
            }
        }
        outcomes
    }

    fn groups(&self) -> Table<Vec<GroupForecast>> {
        let mut cell = self.layout.groups;
        let mut groups = Vec::new();
        for grouping in &self.layout.groupings {
            let mut of_grouping = Vec::new();
            for group in &grouping.groups {
                let metrics = grouping.metrics.iter().enumerate();
                let metrics = metrics
                    .map(|(at, name)| (name.clone(), self.estimate(cell + at)))
                    .collect();
                of_grouping.push(GroupForecast {
                    group: group.clone(),
                    metrics: Table(metrics),
                });
                cell += grouping.metrics.len();
            }
            groups.push((grouping.name.clone(), of_grouping));
        }
        Table(groups)
    }

    fn distribution(&self) -> Table<Histogram> {
        let wanted = |name: &str| ["won", "revenue", "profit"].contains(&name) || name.starts_with("units.");
        let totals = self.layout.totals.iter().enumerate().filter(|(_, name)| wanted(name));
        Table(
            totals
                .map(|(at, name)| (name.clone(), Histogram::of(&self.values(at), name == "won")))
                .collect(),
        )
    }

    fn cohorts(&self, won: Option<&[f64]>) -> Vec<Cohort> {
        let Some(won) = won else { return Vec::new() };
        let (count, replications) = (self.plan.periods.len(), self.records.len() as f64);
        let rows = self.plan.periods.iter().enumerate();
        rows.map(|(period, span)| {
            let (arrivals, _) = moments(&self.values(self.layout.period(period, first::ARRIVALS)));
            let mut sum = 0.0;
            let won_by_period = won[period * count + period..(period + 1) * count].iter().map(|it| {
                sum += it;
                (arrivals > 0.0).then(|| sum / replications / arrivals)
            });
            Cohort {
                period: span.label.clone(),
                arrivals,
                won_by_period: won_by_period.collect(),
            }
        })
        .collect()
    }

    fn targets(&self) -> Vec<TargetForecast> {
        let targets = self.journey.targets.iter().enumerate();
        targets
            .map(|(at, target)| {
                let cell = self.layout.targets + at;
                // A share of nobody is no number and meets nothing.
                let mut values: Vec<f64> = self.values(cell).into_iter().filter(|it| it.is_finite()).collect();
                values.sort_unstable_by(f64::total_cmp);
                let meets = |value: f64| match target.bound {
                    Bound::AtLeast(bound) => value + target.so_far >= bound,
                    Bound::AtMost(bound) => value + target.so_far <= bound,
                };
                let count = self.records.len() as f64;
                let probability = values.iter().filter(|it| meets(**it)).count() as f64 / count;
                let expected = if values.is_empty() { 0.0 } else { moments(&values).0 };
                let gap = |bound: Bound| match bound {
                    Bound::AtLeast(bound) => bound - target.so_far - quantile(&values, 0.2),
                    Bound::AtMost(bound) => quantile(&values, 0.8) + target.so_far - bound,
                };
                TargetForecast {
                    target: target.id.clone(),
                    metric: target.metric.clone(),
                    at_least: match target.bound {
                        Bound::AtLeast(bound) => Some(bound),
                        Bound::AtMost(_) => None,
                    },
                    at_most: match target.bound {
                        Bound::AtMost(bound) => Some(bound),
                        Bound::AtLeast(_) => None,
                    },
                    so_far: target.so_far,
                    over: target.over.clone().unwrap_or_else(|| "horizon".to_owned()),
                    probability,
                    se: (probability * (1.0 - probability) / count).sqrt(),
                    expected: expected + target.so_far,
                    gap_80: (values.len() > 1).then(|| gap(target.bound)),
                }
            })
            .collect()
    }
}

fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|it| it.is_finite())
}
