//! The cells of groups: of customers by arrival and attribute, of steps and budgets by channel and
//! owner.

use crate::engine::Number;
use crate::forecast::layout::{GroupedBy, OF_CUSTOMERS, converts_each_time, outcome};
use crate::journey::Outcome;
use crate::plan::{Line, Plan};

use super::{Record, Recorder, SCALE, zero};

impl<N: Number> Recorder<'_, N> {
    pub(super) fn groups(&self, record: &mut Record) {
        let (plan, layout) = (self.plan, self.layout);
        let rows: Vec<[N::Amount; OF_CUSTOMERS.len()]> = (0..plan.groups.rows).map(|row| self.row(row)).collect();
        let mut cell = layout.groups;
        let mut by_step = 0;
        for grouping in &layout.groupings {
            match grouping.of {
                GroupedBy::Arrival | GroupedBy::Attribute(_) => {
                    for group in 0..grouping.groups.len() {
                        let mut sum = [zero::<N>(); OF_CUSTOMERS.len()];
                        for row in rows_of(plan, grouping.of, group) {
                            sum.iter_mut().zip(&rows[row]).for_each(|(sum, it)| *sum += *it);
                        }
                        for (metric, value) in sum.iter().enumerate() {
                            record[cell + metric] = N::value(*value) / if metric >= 6 { SCALE } else { 1.0 };
                        }
                        cell += grouping.metrics.len();
                    }
                }
                GroupedBy::Channel | GroupedBy::Owner => {
                    self.step_groups(by_step, grouping.metrics.len(), &mut record[cell..]);
                    by_step += 1;
                    cell += grouping.groups.len() * grouping.metrics.len();
                }
            }
        }
    }

    /// The metrics of the customers of one row of groups; budgets belong to no customer.
    fn row(&self, row: usize) -> [N::Amount; OF_CUSTOMERS.len()] {
        let (journey, plan, tally) = (self.journey, self.plan, self.tally);
        let mut it = [zero::<N>(); OF_CUSTOMERS.len()];
        let (mut revenue, mut cost) = (zero::<N>(), zero::<N>());
        let mut book = |line: Line, amount: N::Amount| {
            if line.is_revenue() {
                revenue += amount;
            } else if line.is_cost() {
                cost += amount;
            }
        };
        let (mut ended, width) = (zero::<N>(), plan.columns.count);
        for stretch in 0..plan.stretches.len() {
            let first = (row * plan.stretches.len() + stretch) * width;
            let count = |column: usize| N::wide(tally.groups[first + column]);
            it[0] += (0..plan.streams.len())
                .map(|stream| count(plan.columns.streams + stream))
                .sum();
            for (at, step) in plan.steps.iter().enumerate() {
                let reached: N::Amount = self.layout.index.into[at].iter().map(|it| count(*it)).sum();
                if reached == zero::<N>() {
                    continue;
                }
                let won = step.won_column.map_or(zero::<N>(), count);
                it[1] += won;
                it[2] += if converts_each_time(journey, at) { reached } else { won };
                if let Some(outcome) = outcome(journey, at) {
                    ended += reached;
                    if outcome == Outcome::Left {
                        let lost = step.lost_column.map_or(zero::<N>(), count);
                        it[3] += lost;
                        it[4] += N::settled(reached - lost, reached);
                    }
                }
                if !step.varies {
                    self.known_money(at, stretch, &count, &mut book);
                }
            }
        }
        for step in plan.steps.iter().filter(|it| it.varies) {
            for (line, of) in step.lines.iter().enumerate() {
                book(*of, tally.group_sums[row * plan.columns.sums + step.first_sum + line]);
            }
        }
        let came = it[0] + N::wide(tally.waiting[row]);
        it[5] = N::settled(came - ended, came);
        (it[6], it[7], it[8]) = (revenue, cost, revenue - cost);
        it
    }

    /// Groups by the channel or owner of steps and budgets.
    fn step_groups(&self, grouping: usize, width: usize, cells: &mut [f64]) {
        let (journey, plan, index) = (self.journey, self.plan, &self.layout.index);
        let events = journey.events.len();
        let mut sums: std::collections::BTreeMap<(usize, usize), N::Amount> = std::collections::BTreeMap::new();
        for (at, step) in plan.steps.iter().enumerate() {
            let Some(group) = index.step_groups[at][grouping] else {
                continue;
            };
            let mut add = |metric: usize, amount: N::Amount| *sums.entry((group, metric)).or_default() += amount;
            for bin in 0..plan.bins.len() {
                let count = self.counts(bin);
                let reached: N::Amount = index.into[at].iter().map(|it| count(*it)).sum();
                if reached == zero::<N>() {
                    continue;
                }
                let won = step.won_column.map_or(zero::<N>(), &count);
                let conversions = if converts_each_time(journey, at) { reached } else { won };
                add(0, conversions);
                add(1, conversions);
                let it = journey.step(crate::journey::StepId::at(at));
                for event in it.events.iter().filter(|it| **it != crate::journey::CONVERSION) {
                    add(1 + event.index(), reached);
                }
                self.money(at, bin, &mut |line, amount| {
                    if line.is_revenue() {
                        add(1 + events, amount);
                    } else if line.is_cost() {
                        add(2 + events, amount);
                    } else if let Line::Units(product, _) = line {
                        add(3 + events + product as usize, amount);
                    }
                });
            }
        }
        for (budget, booked) in self.rates.budgets.iter().enumerate() {
            if let Some(group) = index.budget_groups[budget][grouping] {
                *sums.entry((group, 2 + events)).or_default() += N::amount(booked.iter().sum());
            }
        }
        for ((group, metric), sum) in sums {
            cells[group * width + metric] = N::value(sum) / if metric > events { SCALE } else { 1.0 };
        }
    }
}

/// The rows whose customers are in a group.
fn rows_of(plan: &Plan, of: GroupedBy, group: usize) -> Vec<usize> {
    let wanted = match of {
        GroupedBy::Attribute(at) => Some(at),
        _ => None,
    };
    let mut rows = Vec::new();
    for pack in &plan.groups.packs {
        let Some(position) = pack.groupings.iter().position(|it| it.0 == wanted) else {
            continue;
        };
        // Rows count the last grouping of a pack fastest.
        let below: usize = pack.groupings[position + 1..].iter().map(|it| it.1).product();
        let size = pack.groupings[position].1;
        rows.extend(
            (0..pack.len())
                .filter(|row| row / below % size == group)
                .map(|row| pack.first_row + row),
        );
    }
    rows
}
