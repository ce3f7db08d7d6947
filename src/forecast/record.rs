//! From the tally of a replication to its record: one number for every cell.

use crate::engine::Tally;
use crate::journey::{Journey, Outcome};
use crate::plan::{Line, LineRate, Model, Plan, Rates};

use super::layout::{GroupedBy, Layout, OF_CUSTOMERS, converts_each_time, first, outcome};

/// The numbers of a replication, in the order of a [`Layout`].
pub type Record = Vec<f64>;

/// Ten-thousandths in a unit.
const SCALE: f64 = 1e4;

/// What the forecast keeps of a replication.
#[must_use]
pub fn record(model: Model<'_>, layout: &Layout, rates: &Rates, tally: &Tally) -> Record {
    Recorder {
        journey: model.journey,
        plan: model.plan,
        layout,
        rates,
        tally,
    }
    .record()
}

struct Recorder<'a> {
    journey: &'a Journey,
    plan: &'a Plan,
    layout: &'a Layout,
    rates: &'a Rates,
    tally: &'a Tally,
}

/// Whole numbers of one bin, or of several: counts, and amounts in ten-thousandths.
struct Sheet {
    metrics: Vec<i128>,
    present_value: f64,
}

impl Recorder<'_> {
    fn record(&self) -> Record {
        let (plan, layout) = (self.plan, self.layout);
        let bins: Vec<Sheet> = (0..plan.bins.len()).map(|bin| self.bin(bin)).collect();
        let mut record = vec![0.0; layout.len];
        let everything = || 0..bins.len();
        let total = self.merge(&bins, everything());
        self.write(&total, &mut record, |metric| if metric == 0 { 0 } else { metric + 1 });
        let waiting = self.waiting();
        record[1] = waiting.0;
        record[layout.bases] = record[0] + waiting.0 - waiting.1;
        record[layout.bases + 1] = record[first::WON + 1] + waiting.1;
        let mut next = 0;
        for period in 0..plan.periods.len() {
            let begin = next;
            while next < bins.len() && plan.bins[next].period as usize == period {
                next += 1;
            }
            let sheet = self.merge(&bins, begin..next);
            self.write(&sheet, &mut record, |metric| layout.period(period, metric));
        }
        self.steps(&mut record);
        self.groups(&mut record);
        self.targets(&bins, &mut record);
        record
    }

    fn count(&self, bin: usize, column: usize) -> i128 {
        i128::from(self.tally.counts[bin * self.plan.columns.count + column])
    }

    fn counts(&self, bin: usize) -> impl Fn(usize) -> i128 {
        move |column| self.count(bin, column)
    }

    /// What happened in one bin; `open` is what came in minus what ended or left.
    fn bin(&self, bin: usize) -> Sheet {
        let (journey, plan, index) = (self.journey, self.plan, &self.layout.index);
        let count = self.counts(bin);
        let mut metrics = vec![0_i128; self.layout.metrics.len()];
        for stream in 0..plan.streams.len() {
            metrics[first::ARRIVALS] += count(plan.columns.streams + stream);
        }
        for (at, step) in plan.steps.iter().enumerate() {
            let reached: i128 = index.into[at].iter().map(|it| count(*it)).sum();
            let left: i128 = index.out[at].clone().map(&count).sum();
            if reached == 0 && left == 0 {
                continue;
            }
            let won = step.won_column.map_or(0, &count);
            let unconverted = step.lost_column.map_or(0, &count);
            metrics[first::WON] += won;
            let it = journey.step(crate::journey::StepId::at(at));
            let conversions = if converts_each_time(journey, at) { reached } else { won };
            metrics[first::CONVERSIONS] += conversions;
            metrics[index.events] += conversions;
            for event in it.events.iter().filter(|it| **it != crate::journey::CONVERSION) {
                metrics[index.events + event.index()] += reached;
            }
            match outcome(journey, at) {
                Some(Outcome::Left) => {
                    metrics[first::LOST] += unconverted;
                    metrics[first::CHURNED] += reached - unconverted;
                }
                Some(Outcome::Other) => metrics[first::OTHER] += reached,
                Some(Outcome::Converted) | None => {}
            }
            if let (None, Some(stage)) = (outcome(journey, at), it.stage) {
                metrics[index.open_stages + stage.index()] += reached - left;
            }
            if outcome(journey, at).is_some() {
                metrics[first::OPEN] -= reached;
            }
            self.money(at, bin, &mut |line, amount| self.book(line, amount, &mut metrics));
        }
        metrics[first::OPEN] += metrics[first::ARRIVALS];
        for budget in &self.rates.budgets {
            metrics[index.revenue + 1] += budget[bin];
        }
        metrics[index.profit] = metrics[index.revenue] - metrics[index.revenue + 1];
        Sheet {
            metrics,
            present_value: self.present_value(bin),
        }
    }

    /// Tells what was booked at a step in a bin, line by line.
    fn money(&self, at: usize, bin: usize, tell: &mut impl FnMut(Line, i128)) {
        let (plan, step) = (self.plan, &self.plan.steps[at]);
        if step.varies {
            for (line, it) in step.lines.iter().enumerate() {
                tell(*it, self.tally.sums[bin * plan.columns.sums + step.first_sum + line]);
            }
            return;
        }
        let stretch = plan.bins[bin].stretch as usize;
        self.known_money(at, stretch, &self.counts(bin), tell);
    }

    /// What a step where nothing varies books, by counts of customers.
    fn known_money(
        &self,
        at: usize,
        stretch: usize,
        count: &impl Fn(usize) -> i128,
        tell: &mut impl FnMut(Line, i128),
    ) {
        let (plan, step) = (self.plan, &self.plan.steps[at]);
        if step.lines.is_empty() {
            return;
        }
        for cell in 0..step.cases.count() {
            let customers = match step.cell_column {
                Some(column) => count(column + cell),
                None => self.layout.index.into[at].iter().map(|it| count(*it)).sum(),
            };
            let amounts = self.rates.amounts_of(plan, stretch, step, cell);
            for (line, rate) in step.lines.iter().zip(amounts) {
                if let LineRate::Known(amount) = rate {
                    tell(*line, customers * i128::from(*amount));
                }
            }
        }
    }

    /// Adds a booked amount to the metrics of a period.
    fn book(&self, line: Line, amount: i128, metrics: &mut [i128]) {
        let index = &self.layout.index;
        if line.is_revenue() {
            metrics[index.revenue] += amount;
        } else if line.is_cost() {
            metrics[index.revenue + 1] += amount;
        }
        match line {
            Line::Units(product, _) => metrics[index.units + product as usize] += amount,
            Line::Cost(part, _) | Line::CostShare(part, _) if part != u32::MAX => {
                metrics[index.parts + part as usize] += amount;
            }
            _ => {}
        }
    }

    fn present_value(&self, bin: usize) -> f64 {
        let Some(discounts) = &self.plan.discounts else {
            return 0.0;
        };
        let ticks = self.plan.bins[bin].ticks;
        let of_customers: f64 = (ticks.from..ticks.until)
            .map(|tick| self.tally.net[tick as usize] as f64 * discounts[tick as usize])
            .sum();
        let of_budgets: f64 = self.rates.budgets_discounted.iter().map(|it| it[bin]).sum();
        (of_customers - of_budgets) / SCALE
    }

    fn merge(&self, bins: &[Sheet], range: std::ops::Range<usize>) -> Sheet {
        let index = &self.layout.index;
        let mut metrics = vec![0_i128; self.layout.metrics.len()];
        let mut present_value = 0.0;
        for sheet in &bins[range.clone()] {
            metrics.iter_mut().zip(&sheet.metrics).for_each(|(sum, it)| *sum += it);
            present_value += sheet.present_value;
        }
        // Who is under way at the end came in at any time before.
        let (waiting, stages) = (self.waiting_counts(), self.journey.stages.len());
        let until = range.end;
        for metric in [first::OPEN]
            .into_iter()
            .chain(index.open_stages..index.open_stages + stages)
        {
            metrics[metric] = bins[..until].iter().map(|it| it.metrics[metric]).sum();
        }
        metrics[first::OPEN] += waiting.iter().sum::<i128>();
        for (it, count) in self.journey.pipeline.iter().zip(&waiting) {
            if let Some(stage) = self.journey.step(it.step).stage {
                metrics[index.open_stages + stage.index()] += count;
            }
        }
        Sheet { metrics, present_value }
    }

    fn waiting_counts(&self) -> Vec<i128> {
        self.rates.waiting.iter().map(|it| i128::from(*it)).collect()
    }

    /// Customers in the pipeline, and those of them who had converted before.
    fn waiting(&self) -> (f64, f64) {
        let counts = self.rates.waiting.iter().zip(&self.plan.waiting);
        counts.fold((0.0, 0.0), |sum, (count, it)| {
            let count = *count as f64;
            (sum.0 + count, sum.1 + if it.converted { count } else { 0.0 })
        })
    }

    /// Puts the metrics of a sheet where they belong.
    fn write(&self, sheet: &Sheet, record: &mut Record, cell: impl Fn(usize) -> usize) {
        let index = &self.layout.index;
        for (metric, value) in sheet.metrics.iter().enumerate() {
            let is_amount = metric >= index.revenue && metric < index.events;
            record[cell(metric)] = *value as f64 / if is_amount { SCALE } else { 1.0 };
        }
        if let Some(metric) = index.present_value {
            record[cell(metric)] = sheet.present_value;
        }
    }

    fn steps(&self, record: &mut Record) {
        let (plan, layout, tally) = (self.plan, self.layout, self.tally);
        let over_bins = |column: usize| (0..plan.bins.len()).map(|bin| self.count(bin, column)).sum::<i128>() as f64;
        for (at, step) in plan.steps.iter().enumerate() {
            let reached: f64 = layout.index.into[at].iter().map(|it| over_bins(*it)).sum();
            record[layout.reached + at] = reached;
            record[layout.customers + at] = match step.visit {
                Some(visit) => tally.distinct[visit] as f64,
                None => reached,
            };
        }
        for branch in 0..plan.branch_to.len() {
            let moved = over_bins(plan.columns.branches + branch);
            record[layout.taken + branch] = moved + tally.cut[branch] as f64 - tally.from_waiting[branch] as f64;
        }
        for (stage, count) in tally.funnel.iter().enumerate() {
            record[layout.funnel + stage] = *count as f64;
        }
        for (at, step) in layout.index.ends.iter().enumerate() {
            let unconverted = plan.steps[*step].lost_column.map_or(0.0, over_bins);
            record[layout.ends + 2 * at] = unconverted;
            record[layout.ends + 2 * at + 1] = record[layout.reached + step] - unconverted;
        }
    }

    fn groups(&self, record: &mut Record) {
        let (plan, layout) = (self.plan, self.layout);
        let rows: Vec<[i128; OF_CUSTOMERS.len()]> = (0..plan.groups.rows).map(|row| self.row(row)).collect();
        let mut cell = layout.groups;
        let mut by_step = 0;
        for grouping in &layout.groupings {
            match grouping.of {
                GroupedBy::Arrival | GroupedBy::Attribute(_) => {
                    for group in 0..grouping.groups.len() {
                        let mut sum = [0_i128; OF_CUSTOMERS.len()];
                        for row in rows_of(plan, grouping.of, group) {
                            sum.iter_mut().zip(&rows[row]).for_each(|(sum, it)| *sum += it);
                        }
                        for (metric, value) in sum.iter().enumerate() {
                            record[cell + metric] = *value as f64 / if metric >= 6 { SCALE } else { 1.0 };
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
    fn row(&self, row: usize) -> [i128; OF_CUSTOMERS.len()] {
        let (journey, plan, tally) = (self.journey, self.plan, self.tally);
        let mut it = [0_i128; OF_CUSTOMERS.len()];
        let (mut revenue, mut cost) = (0, 0);
        let mut book = |line: Line, amount: i128| {
            if line.is_revenue() {
                revenue += amount;
            } else if line.is_cost() {
                cost += amount;
            }
        };
        let (mut ended, width) = (0, plan.columns.count);
        for stretch in 0..plan.stretches.len() {
            let first = (row * plan.stretches.len() + stretch) * width;
            let count = |column: usize| i128::from(tally.groups[first + column]);
            it[0] += (0..plan.streams.len())
                .map(|stream| count(plan.columns.streams + stream))
                .sum::<i128>();
            for (at, step) in plan.steps.iter().enumerate() {
                let reached: i128 = self.layout.index.into[at].iter().map(|it| count(*it)).sum();
                if reached == 0 {
                    continue;
                }
                let won = step.won_column.map_or(0, count);
                it[1] += won;
                it[2] += if converts_each_time(journey, at) { reached } else { won };
                if let Some(outcome) = outcome(journey, at) {
                    ended += reached;
                    if outcome == Outcome::Left {
                        let lost = step.lost_column.map_or(0, count);
                        it[3] += lost;
                        it[4] += reached - lost;
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
        it[5] = it[0] + i128::from(tally.waiting[row]) - ended;
        (it[6], it[7], it[8]) = (revenue, cost, revenue - cost);
        it
    }

    /// Groups by the channel or owner of steps and budgets.
    fn step_groups(&self, grouping: usize, width: usize, cells: &mut [f64]) {
        let (journey, plan, index) = (self.journey, self.plan, &self.layout.index);
        let events = journey.events.len();
        let mut sums: std::collections::BTreeMap<(usize, usize), i128> = std::collections::BTreeMap::new();
        for (at, step) in plan.steps.iter().enumerate() {
            let Some(group) = index.step_groups[at][grouping] else {
                continue;
            };
            let mut add = |metric: usize, amount: i128| *sums.entry((group, metric)).or_insert(0) += amount;
            for bin in 0..plan.bins.len() {
                let count = self.counts(bin);
                let reached: i128 = index.into[at].iter().map(|it| count(*it)).sum();
                if reached == 0 {
                    continue;
                }
                let won = step.won_column.map_or(0, &count);
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
                *sums.entry((group, 2 + events)).or_insert(0) += booked.iter().sum::<i128>();
            }
        }
        for ((group, metric), sum) in sums {
            cells[group * width + metric] = sum as f64 / if metric > events { SCALE } else { 1.0 };
        }
    }

    fn targets(&self, bins: &[Sheet], record: &mut Record) {
        let layout = self.layout;
        for (at, target) in self.journey.targets.iter().enumerate() {
            record[layout.targets + at] = match target.metric.as_str() {
                "pipeline" => record[1],
                "conversion_rate" => record[first::WON + 1] / record[layout.bases],
                "churn_rate" => record[first::CHURNED + 1] / record[layout.bases + 1],
                name => {
                    let metric = layout
                        .metrics
                        .iter()
                        .position(|it| it == name)
                        .expect("checked by `build`");
                    let inside = |bin: &crate::plan::Bin| {
                        bin.ticks.from >= target.ticks.from && bin.ticks.from < target.ticks.until
                    };
                    let first = self.plan.bins.iter().position(inside).unwrap_or(0);
                    let count = self.plan.bins.iter().filter(|it| inside(it)).count();
                    let sheet = self.merge(bins, first..first + count);
                    let mut values = vec![0.0; layout.metrics.len()];
                    self.write(&sheet, &mut values, |metric| metric);
                    values[metric]
                }
            };
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
