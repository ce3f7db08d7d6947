//! Where expected customers are counted and what they book, cell by cell of a tally.

use crate::engine::tally::{Expected, Tally};
use crate::journey::law::Bounds;
use crate::plan::rates::{share_of, times_units};
use crate::plan::states::{EntryCase, Gains};
use crate::plan::{Line, LineRate, Plan, Rates, States, StepPlan};

/// The columns of a tally that arriving counts in: at most three.
type Columns = [u32; 3];
const NONE: u32 = u32::MAX;

/// How the edges and states of a journey are booked.
#[derive(Debug)]
pub(super) struct Book<'a> {
    plan: &'a Plan,
    states: &'a States,
    /// By edge: the columns of the branch, and of what is gained.
    edges: Vec<Columns>,
    /// By state: the column of its kind of customer, if there is one.
    cells: Vec<u32>,
    /// By visited step: whether it can be reached again.
    revisited: Vec<bool>,
}

/// The means of amounts in one world.
#[derive(Debug)]
pub(super) struct Means {
    /// As [`Rates::amounts`], but for what is derived from other lines: in ten-thousandths.
    lines: Vec<f64>,
}

impl Means {
    pub(super) fn of(plan: &Plan, rates: &Rates) -> Self {
        let mut lines = Vec::with_capacity(rates.amounts.len());
        for stretch in 0..plan.stretches.len() {
            for step in &plan.steps {
                for cell in 0..step.cases.count() {
                    let amounts = rates.amounts_of(plan, stretch, step, cell);
                    if step.books {
                        add_means(step, amounts, &mut lines);
                    } else {
                        lines.resize(lines.len() + amounts.len(), 0.0);
                    }
                }
            }
        }
        Self { lines }
    }

    /// What each line of a step books.
    fn at(&self, plan: &Plan, stretch: usize, step: &StepPlan, cell: usize) -> &[f64] {
        let first = stretch * plan.amounts + step.first_amount + cell * step.lines.len();
        &self.lines[first..first + step.lines.len()]
    }

    /// Revenue minus cost.
    pub(super) fn net(&self, plan: &Plan, stretch: usize, step: &StepPlan, cell: usize) -> f64 {
        net(step, self.at(plan, stretch, step, cell))
    }
}

/// Revenue minus cost that a customer who reaches a step is expected to book, in ten-thousandths.
pub(in crate::engine) fn mean_net(step: &StepPlan, amounts: &[LineRate]) -> f64 {
    let mut means = Vec::with_capacity(amounts.len());
    add_means(step, amounts, &mut means);
    net(step, &means)
}

fn net(step: &StepPlan, means: &[f64]) -> f64 {
    let signed = step.lines.iter().zip(means);
    let signed = signed.map(|(line, mean)| match (line.is_revenue(), line.is_cost()) {
        (true, _) => *mean,
        (_, true) => -*mean,
        _ => 0.0,
    });
    signed.sum()
}

/// Where nothing is drawn, what is booked is exact to the ten-thousandth, as for each customer.
fn add_means(step: &StepPlan, amounts: &[LineRate], means: &mut Vec<f64>) {
    let first = means.len();
    let is_known = !amounts.iter().any(|it| matches!(it, LineRate::Each { .. }));
    let mut revenue = 0.0;
    for (line, rate) in step.lines.iter().zip(amounts) {
        let mean = match *rate {
            LineRate::Known(amount) => amount as f64,
            LineRate::Each { law, factor, shift, .. } => (law.mean(Bounds::NONE) * factor + shift) * 1e4,
            LineRate::Share(share) if is_known => share_of(share, revenue as i64) as f64,
            LineRate::Share(share) => share * revenue,
        };
        let mean = match line {
            // A step where nothing varies has the product already.
            Line::ProductRevenue(_, units, _) | Line::ProductCost(_, units, _) if step.varies => {
                let units = means[first + units];
                let whole = is_known.then(|| times_units(mean as i64, units as i64)).flatten();
                whole.map_or(mean * units / 1e4, |it| it as f64)
            }
            _ => mean,
        };
        if line.is_revenue() {
            revenue += mean;
        }
        means.push(mean);
    }
}

/// Expected arrivals in every state and along every edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow<'a> {
    /// By state.
    pub(super) customers: &'a [f64],
    /// By edge.
    pub(super) landed: &'a [f64],
}

impl<'a> Book<'a> {
    pub(super) fn new(plan: &'a Plan, states: &'a States) -> Self {
        let edges = states.edges.iter().map(|it| {
            let branch = plan.columns.branches + it.branch as usize;
            columns(plan, branch, states.states[it.to as usize].step, it.gains)
        });
        let cells = states.states.iter().map(|it| {
            let column = plan.steps[it.step as usize].cell_column;
            column.map_or(NONE, |column| (column + it.cell as usize) as u32)
        });
        Self {
            plan,
            states,
            edges: edges.collect(),
            cells: cells.collect(),
            revisited: plan.visited.iter().map(|it| plan.steps[*it].in_loop).collect(),
        }
    }

    /// Books what happened to these states and their edges in a bin, but for groups.
    pub(super) fn bin(
        &self,
        tally: &mut Tally<Expected>,
        means: &Means,
        bin: usize,
        states: impl Iterator<Item = u32>,
        flow: Flow<'_>,
    ) {
        let plan = self.plan;
        let stretch = plan.bins[bin].stretch as usize;
        let counts = &mut tally.counts[bin * plan.columns.count..(bin + 1) * plan.columns.count];
        for at in states {
            let state = &self.states.states[at as usize];
            for edge in state.edge_range() {
                let landed = flow.landed[edge];
                if landed != 0.0 {
                    for column in self.edges[edge].iter().filter(|it| **it != NONE) {
                        counts[*column as usize] += landed;
                    }
                    let stages = self.states.edges[edge].gains.stages;
                    add_stages(&mut tally.funnel, stages, landed);
                    if state.waiting.is_some() {
                        tally.from_waiting[self.states.edges[edge].branch as usize] += landed;
                    }
                }
            }
            let customers = flow.customers[at as usize];
            if customers == 0.0 || state.waiting.is_some() {
                continue;
            }
            let step = &plan.steps[state.step as usize];
            if self.cells[at as usize] != NONE {
                counts[self.cells[at as usize] as usize] += customers;
            }
            if step.varies {
                let first = bin * plan.columns.sums + step.first_sum;
                let lines = means.at(plan, stretch, step, state.cell as usize);
                for (sum, mean) in tally.sums[first..].iter_mut().zip(lines) {
                    *sum += customers * mean;
                }
            }
            if let Some(visit) = step.visit.filter(|it| !self.revisited[*it]) {
                tally.distinct[visit] += customers;
            }
        }
    }

    /// Books what happened to customers of one state in the groups of these rows.
    pub(super) fn groups(
        &self,
        tally: &mut Tally<Expected>,
        means: &Means,
        stretch: usize,
        at: u32,
        rows: &[u32],
        (share, flow): (f64, Flow<'_>),
    ) {
        let plan = self.plan;
        let state = &self.states.states[at as usize];
        let step = &plan.steps[state.step as usize];
        let customers = if state.waiting.is_some() {
            0.0
        } else {
            share * flow.customers[at as usize]
        };
        let lines = means.at(plan, stretch, step, state.cell as usize);
        for row in rows {
            let first = (*row as usize * plan.stretches.len() + stretch) * plan.columns.count;
            let groups = &mut tally.groups[first..first + plan.columns.count];
            for edge in state.edge_range() {
                let landed = share * flow.landed[edge];
                for column in self.edges[edge].iter().filter(|it| **it != NONE) {
                    groups[*column as usize] += landed;
                }
            }
            if self.cells[at as usize] != NONE {
                groups[self.cells[at as usize] as usize] += customers;
            }
            if step.varies {
                let first = *row as usize * plan.columns.sums + step.first_sum;
                for (sum, mean) in tally.group_sums[first..].iter_mut().zip(lines) {
                    *sum += customers * mean;
                }
            }
        }
    }

    /// Books customers of a stream who arrive in a state, in a bin and in their groups.
    pub(super) fn entry(
        &self,
        tally: &mut Tally<Expected>,
        bin: usize,
        stream: usize,
        case: &EntryCase,
        customers: f64,
    ) {
        let (plan, state, gains) = (self.plan, case.state, case.gains);
        let stretch = plan.bins[bin].stretch as usize;
        let step = self.states.states[state as usize].step;
        for column in columns(plan, plan.columns.streams + stream, step, gains) {
            if column != NONE {
                tally.counts[bin * plan.columns.count + column as usize] += customers;
                for row in self.states.rows_of(state as usize) {
                    let first = (*row as usize * plan.stretches.len() + stretch) * plan.columns.count;
                    tally.groups[first + column as usize] += customers;
                }
            }
        }
        add_stages(&mut tally.funnel, gains.stages, customers);
        let bin = &plan.bins[bin];
        if gains.won
            && let Some(cohorts) = &mut tally.cohorts
        {
            let cell = bin.period as usize * (plan.periods.len() + 1);
            cohorts.won[cell] += customers;
            if gains.leaves_won(&plan.steps[step as usize]) {
                cohorts.left[cell] += customers;
            }
        }
    }

    /// Counts decisions for an edge by place, where delays differ.
    pub(super) fn decisions(&self, tally: &mut Tally<Expected>, stretch: usize, edge: u32, customers: f64) {
        let edge = &self.states.edges[edge as usize];
        let state = &self.states.states[edge.from as usize];
        if self.plan.steps[state.step as usize].delays_differ {
            let place = stretch * self.plan.places + (state.place + edge.position) as usize;
            tally.places[place] += customers;
        }
    }

    /// Revenue minus cost of a customer who arrives in a state, if that is discounted.
    pub(super) fn net(&self, means: &Means, stretch: usize, at: u32) -> f64 {
        let state = &self.states.states[at as usize];
        let step = &self.plan.steps[state.step as usize];
        if self.plan.discounts.is_some() && step.books && state.waiting.is_none() {
            means.net(self.plan, stretch, step, state.cell as usize)
        } else {
            0.0
        }
    }
}

fn add_stages(funnel: &mut [f64], stages: (u32, u32), customers: f64) {
    for stage in &mut funnel[stages.0 as usize..stages.1 as usize] {
        *stage += customers;
    }
}

fn columns(plan: &Plan, first: usize, step: u32, gains: Gains) -> Columns {
    let step = &plan.steps[step as usize];
    let column = |column: Option<usize>, is_gained: bool| {
        let column = column.filter(|_| is_gained);
        column.map_or(NONE, |it| it as u32)
    };
    [
        first as u32,
        column(step.won_column, gains.won),
        column(step.lost_column, gains.lost),
    ]
}
