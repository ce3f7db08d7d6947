//! The numbers of a replication that are held against what came.

use super::BacktestOptions;
use super::series::Metric;
use crate::engine::AnyTally;
use crate::fit::Fitted;
use crate::forecast::{Layout, record};
use crate::plan::{Model, Rates};

/// Where the numbers of a replication stand.
pub(super) struct Cells {
    layout: Layout,
    /// Columns of a tally that count who comes to a step that converts, or churns.
    conversions: Vec<usize>,
    churned: Vec<usize>,
    /// Positions in a period of the layout.
    won: usize,
    revenue: usize,
    arrivals: usize,
}

impl Cells {
    pub(super) fn of(model: Model<'_>, fitted: &Fitted, options: &BacktestOptions) -> Self {
        let layout = Layout::of(model.journey, model.plan);
        let position = |metric: &str| {
            let at = layout.metrics.iter().position(|it| it == metric);
            at.expect("every journey has it")
        };
        Self {
            conversions: columns_into(model, fitted, &options.fit.converted),
            churned: columns_into(model, fitted, &options.fit.churned),
            won: position("won"),
            revenue: position("revenue"),
            arrivals: position("arrivals"),
            layout,
        }
    }

    /// All metrics of a replication, in their order, by period.
    pub(super) fn numbers(&self, model: Model<'_>, rates: &Rates, tally: AnyTally<'_>, periods: usize) -> Vec<f64> {
        let record = record(model, &self.layout, rates, tally);
        let AnyTally::Whole(tally) = tally else {
            unreachable!("the exact engine was refused");
        };
        let mut numbers = vec![0.0; METRICS * periods];
        for (bin, counts) in model
            .plan
            .bins
            .iter()
            .zip(tally.counts.chunks(model.plan.columns.count))
        {
            let count = |columns: &[usize]| columns.iter().map(|it| counts[*it]).sum::<u64>() as f64;
            let period = bin.period as usize;
            numbers[Metric::Conversions as usize * periods + period] += count(&self.conversions);
            numbers[Metric::Churned as usize * periods + period] += count(&self.churned);
        }
        for period in 0..periods {
            let of = |metric: usize| record[self.layout.period(period, metric)];
            numbers[Metric::Won as usize * periods + period] = of(self.won);
            numbers[Metric::Value as usize * periods + period] = of(self.revenue);
            numbers[Metric::Arrivals as usize * periods + period] = of(self.arrivals);
        }
        numbers
    }
}

/// The columns that count who comes to the steps of these activities.
fn columns_into(model: Model<'_>, fitted: &Fitted, activities: &[String]) -> Vec<usize> {
    let Model { journey, plan } = model;
    let mut columns = Vec::new();
    for (id, step) in journey.steps() {
        let found = fitted.report.steps.iter().find(|it| it.step == step.id);
        if found.is_some_and(|it| activities.contains(&it.activity)) {
            let streams = plan.streams.iter().enumerate().filter(|it| it.1.to == id.0);
            columns.extend(streams.map(|it| plan.columns.streams + it.0));
            let branches = plan.branch_to.iter().enumerate().filter(|it| *it.1 == id.0);
            columns.extend(branches.map(|it| plan.columns.branches + it.0));
        }
    }
    columns
}

/// How many metrics there are.
const METRICS: usize = 5;
