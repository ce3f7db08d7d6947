//! From the records of all replications to the forecast, with names again.

mod flows;
mod forks;
mod targets;

use crate::engine::insight::{Insight, Uncounted};
use crate::engine::outlook::Outlook;
use crate::engine::{Cohorts, Expected, Number, Simulated};
use crate::journey::{Journey, Outcome, StepId};
use crate::plan::{Model, Plan};

use super::background::Background;
use super::estimate::moments;
use super::layout::{Layout, first, outcome};
use super::record::Record;
use super::spread::spread;
use super::worlds::{Laws, Worlds};
use super::{
    Cohort, Estimate, Forecast, FunnelRow, GroupForecast, Histogram, Metrics, OutcomeForecast, PeriodForecast,
    Precision, RunInfo, ScenarioInfo, StepForecast, Table, TimeToConvert,
};

/// The metrics whose variance is told apart: those of [`crate::engine::insight::SPREAD`].
const SPREAD: [&str; 3] = ["won", "revenue", "profit"];
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
    background: &Background,
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
        laws: background.laws.as_ref(),
        insight: background.insight.as_ref(),
    };
    let laws = background.laws.as_ref();
    let totals = it.totals();
    let mut warnings = Vec::new();
    if run.cut_short {
        warnings.push(format!("cut short after {} replications", run.replications));
    }
    if run.replications < 100 && laws.is_none_or(|it| !it.is_certain) {
        let things = if laws.is_some() { "worlds" } else { "replications" };
        warnings.push(format!(
            "{} {things} are too few for trustworthy ranges",
            run.replications
        ));
    }
    if let Some(it) = run.precision.filter(|it| !it.is_reached()) {
        warnings.push(not_reached(&it, run.replications));
    }
    let uncounted = background.insight.as_ref().and_then(|it| it.uncounted.as_ref());
    if simulated.cohorts.is_none() && uncounted.is_none_or(|it| it.cohorts.is_none()) {
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
        flows: it.flows(simulated),
        funnel: it.funnel(),
        outcomes: it.outcomes(),
        time_to_convert: background
            .insight
            .as_ref()
            .and_then(|it| TimeToConvert::of(&it.outlooks.first_conversion, &model.plan.clock)),
        groups: it.groups(),
        spread: background
            .insight
            .as_ref()
            .and_then(|it| it.moments.as_deref())
            .map(|it| spread(&SPREAD, it)),
        distribution: it.distribution(),
        cohorts: it.cohorts(simulated.cohorts.as_ref()),
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
    laws: Option<&'a Laws>,
    insight: Option<&'a Insight>,
}

impl Summary<'_> {
    fn values(&self, cell: usize) -> Vec<f64> {
        self.records.iter().map(|it| it[cell]).collect()
    }

    fn worlds(&self, cell: usize) -> Option<Worlds> {
        self.laws.map(|laws| laws.worlds(cell, self.values(cell)))
    }

    fn estimate(&self, cell: usize) -> Estimate {
        match self.worlds(cell) {
            Some(worlds) => worlds.estimate(),
            None => Estimate::of(&self.values(cell)),
        }
    }

    fn share(&self, part: usize, base: usize) -> Estimate {
        match (self.worlds(part), self.worlds(base)) {
            (Some(part), Some(base)) => part.share_of(&base),
            _ => Estimate::of_share(&self.values(part), &self.values(base)),
        }
    }

    /// Expectations that the engine did not count.
    fn uncounted(&self) -> Option<&Uncounted> {
        self.insight.and_then(|it| it.uncounted.as_ref())
    }

    /// Distinct customers of a step; only their mean, if the engine does not count them.
    fn customers(&self, step: usize) -> Estimate {
        let it = &self.plan.steps[step];
        let visit = it.visit.filter(|_| it.in_loop);
        match self.uncounted().zip(visit) {
            Some((uncounted, visit)) => {
                let (reached, _) = moments(&self.values(self.layout.reached + step));
                Estimate {
                    mean: Some(reached * uncounted.distinct[visit]),
                    ..Estimate::default()
                }
            }
            None => self.estimate(self.layout.customers + step),
        }
    }

    /// What lies before customers who reach a step.
    fn outlook_of_step(&self, step: StepId) -> Option<Outlook> {
        self.insight.and_then(|it| it.outlooks.steps[step.index()])
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
                customers: self.customers(id.index()),
                converts: self.outlook_of_step(id).map(|it| it.converts),
                worth: self.outlook_of_step(id).map(|it| it.worth),
            })
            .collect()
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
        let histogram = |at: usize, name: &str| match self.worlds(at) {
            Some(worlds) => worlds.histogram(),
            None => Some(Histogram::of(&self.values(at), name == "won")),
        };
        Table(
            totals
                .filter_map(|(at, name)| Some((name.clone(), histogram(at, name)?)))
                .collect(),
        )
    }

    fn cohorts(&self, counts: Option<&Cohorts<f64>>) -> Vec<Cohort> {
        let count = self.plan.periods.len();
        let shares = self.uncounted().and_then(|it| it.cohorts.as_ref());
        let Some(it) = shares.or(counts) else { return Vec::new() };
        let rows = self.plan.periods.iter().enumerate();
        rows.map(|(period, span)| {
            let (arrivals, _) = moments(&self.values(self.layout.period(period, first::ARRIVALS)));
            // Shares of those who arrived, or counts over all replications.
            let all = if shares.is_some() {
                1.0
            } else {
                self.records.len() as f64 * arrivals
            };
            let cells = period * count + period..(period + 1) * count;
            let share = |sum: f64| (arrivals > 0.0).then(|| sum / all);
            let (mut won, mut left) = (0.0, 0.0);
            let rows = it.won[cells.clone()].iter().zip(&it.left[cells]);
            let by_period = rows.map(|(more_won, more_left)| {
                won += more_won;
                left += more_left;
                (share(won), share(Expected::settled(won - left, won)))
            });
            let (won_by_period, retained_by_period) = by_period.unzip();
            Cohort {
                period: span.label.clone(),
                arrivals,
                won_by_period,
                retained_by_period,
            }
        })
        .collect()
    }
}

fn not_reached(precision: &Precision, replications: u64) -> String {
    // Three digits, however small.
    let percent = |share: f64| {
        let percent = share * 100.0;
        let decimals = (2.0 - percent.log10().floor()).clamp(0.0, 17.0);
        let digits = format!("{percent:.*}", decimals as usize);
        let shortest = match digits.split_once('.') {
            Some(_) => digits.trim_end_matches('0').trim_end_matches('.'),
            None => &digits,
        };
        format!("{shortest} %")
    };
    let reached = precision.reached.map_or_else(String::new, |it| {
        format!(": the means of won and revenue are known to {}", percent(it))
    });
    let asked = percent(precision.asked);
    format!("the precision of {asked} was not reached in {replications} replications{reached}")
}
