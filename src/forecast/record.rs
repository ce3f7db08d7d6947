//! From the tally of a replication to its record: one number for every cell.

mod groups;

use crate::engine::{AnyTally, Number, Tally};
use crate::journey::{Journey, Outcome};
use crate::plan::{Line, LineRate, Model, Plan, Rates};

use super::layout::{Layout, converts_each_time, first, outcome};

/// The numbers of a replication, in the order of a [`Layout`].
pub type Record = Vec<f64>;

/// Ten-thousandths in a unit.
const SCALE: f64 = 1e4;

/// What the forecast keeps of a replication.
#[must_use]
pub fn record<'a>(model: Model<'a>, layout: &'a Layout, rates: &'a Rates, tally: impl Into<AnyTally<'a>>) -> Record {
    match tally.into() {
        AnyTally::Whole(tally) => Recorder::new(model, layout, rates, tally).record(),
        AnyTally::Expected(tally) => Recorder::new(model, layout, rates, tally).record(),
    }
}

struct Recorder<'a, N: Number> {
    journey: &'a Journey,
    plan: &'a Plan,
    layout: &'a Layout,
    rates: &'a Rates,
    tally: &'a Tally<N>,
}

/// Numbers of one bin, or of several: counts, and amounts in ten-thousandths.
struct Sheet<N: Number> {
    metrics: Vec<N::Amount>,
    present_value: f64,
}

impl<'a, N: Number> Recorder<'a, N> {
    fn new(model: Model<'a>, layout: &'a Layout, rates: &'a Rates, tally: &'a Tally<N>) -> Self {
        Self {
            journey: model.journey,
            plan: model.plan,
            layout,
            rates,
            tally,
        }
    }

    fn record(&self) -> Record {
        let (plan, layout) = (self.plan, self.layout);
        let bins: Vec<Sheet<N>> = (0..plan.bins.len()).map(|bin| self.bin(bin)).collect();
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

    fn count(&self, bin: usize, column: usize) -> N::Amount {
        N::wide(self.tally.counts[bin * self.plan.columns.count + column])
    }

    fn counts(&self, bin: usize) -> impl Fn(usize) -> N::Amount {
        move |column| self.count(bin, column)
    }

    /// What happened in one bin; `open` is what came in minus what ended or left.
    fn bin(&self, bin: usize) -> Sheet<N> {
        let (journey, plan, index) = (self.journey, self.plan, &self.layout.index);
        let count = self.counts(bin);
        let mut metrics = vec![zero::<N>(); self.layout.metrics.len()];
        for stream in 0..plan.streams.len() {
            metrics[first::ARRIVALS] += count(plan.columns.streams + stream);
        }
        for (at, step) in plan.steps.iter().enumerate() {
            let reached: N::Amount = index.into[at].iter().map(|it| count(*it)).sum();
            let left: N::Amount = index.out[at].clone().map(&count).sum();
            if reached == zero::<N>() && left == zero::<N>() {
                continue;
            }
            let won = step.won_column.map_or(zero::<N>(), &count);
            let unconverted = step.lost_column.map_or(zero::<N>(), &count);
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
                    metrics[first::CHURNED] += N::settled(reached - unconverted, reached);
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
        let arrived = metrics[first::ARRIVALS];
        metrics[first::OPEN] += arrived;
        for budget in &self.rates.budgets {
            metrics[index.revenue + 1] += N::amount(budget[bin]);
        }
        metrics[index.profit] = metrics[index.revenue] - metrics[index.revenue + 1];
        Sheet {
            metrics,
            present_value: self.present_value(bin),
        }
    }

    /// Tells what was booked at a step in a bin, line by line.
    fn money(&self, at: usize, bin: usize, tell: &mut impl FnMut(Line, N::Amount)) {
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
        count: &impl Fn(usize) -> N::Amount,
        tell: &mut impl FnMut(Line, N::Amount),
    ) {
        let (plan, step) = (self.plan, &self.plan.steps[at]);
        if step.lines.is_empty() {
            return;
        }
        // Without a column by kind, all kinds book the same.
        let cells = if step.cell_column.is_some() {
            step.cases.count()
        } else {
            1
        };
        for cell in 0..cells {
            let customers = match step.cell_column {
                Some(column) => count(column + cell),
                None => self.layout.index.into[at].iter().map(|it| count(*it)).sum(),
            };
            let amounts = self.rates.amounts_of(plan, stretch, step, cell);
            for (line, rate) in step.lines.iter().zip(amounts) {
                if let LineRate::Known(amount) = rate {
                    tell(*line, N::times(customers, *amount));
                }
            }
        }
    }

    /// Adds a booked amount to the metrics of a period.
    fn book(&self, line: Line, amount: N::Amount, metrics: &mut [N::Amount]) {
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
            .map(|tick| N::value(self.tally.net[tick as usize]) * discounts[tick as usize])
            .sum();
        let of_budgets: f64 = self.rates.budgets_discounted.iter().map(|it| it[bin]).sum();
        (of_customers - of_budgets) / SCALE
    }

    fn merge(&self, bins: &[Sheet<N>], range: std::ops::Range<usize>) -> Sheet<N> {
        let index = &self.layout.index;
        let mut metrics = vec![zero::<N>(); self.layout.metrics.len()];
        let mut present_value = 0.0;
        for sheet in &bins[range.clone()] {
            metrics.iter_mut().zip(&sheet.metrics).for_each(|(sum, it)| *sum += *it);
            present_value += sheet.present_value;
        }
        // Who is under way at the end came in at any time before.
        let (waiting, stages) = (self.waiting_counts(), self.journey.stages.len());
        let until = range.end;
        let open_stages = index.open_stages..index.open_stages + stages;
        for metric in [first::OPEN].into_iter().chain(open_stages.clone()) {
            metrics[metric] = bins[..until].iter().map(|it| it.metrics[metric]).sum();
        }
        metrics[first::OPEN] += waiting.iter().copied().sum();
        for (it, count) in self.journey.pipeline.iter().zip(&waiting) {
            if let Some(stage) = self.journey.step(it.step).stage {
                metrics[index.open_stages + stage.index()] += *count;
            }
        }
        let arrivals = bins[..until].iter().map(|it| it.metrics[first::ARRIVALS]);
        let scale = arrivals.sum::<N::Amount>() + waiting.iter().copied().sum();
        for metric in [first::OPEN].into_iter().chain(open_stages) {
            metrics[metric] = N::settled(metrics[metric], scale);
        }
        Sheet { metrics, present_value }
    }

    fn waiting_counts(&self) -> Vec<N::Amount> {
        let counts = self.rates.waiting.iter();
        counts.map(|it| N::wide(N::customers(*it))).collect()
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
    fn write(&self, sheet: &Sheet<N>, record: &mut Record, cell: impl Fn(usize) -> usize) {
        let index = &self.layout.index;
        for (metric, value) in sheet.metrics.iter().enumerate() {
            let is_amount = metric >= index.revenue && metric < index.events;
            record[cell(metric)] = N::value(*value) / if is_amount { SCALE } else { 1.0 };
        }
        if let Some(metric) = index.present_value {
            record[cell(metric)] = sheet.present_value;
        }
    }

    fn steps(&self, record: &mut Record) {
        let (plan, layout, tally) = (self.plan, self.layout, self.tally);
        let over_bins = |column: usize| {
            N::value(
                (0..plan.bins.len())
                    .map(|bin| self.count(bin, column))
                    .sum::<N::Amount>(),
            )
        };
        for (at, step) in plan.steps.iter().enumerate() {
            let reached: f64 = layout.index.into[at].iter().map(|it| over_bins(*it)).sum();
            record[layout.reached + at] = reached;
            record[layout.customers + at] = match step.visit {
                Some(visit) => value::<N>(tally.distinct[visit]),
                None => reached,
            };
        }
        for branch in 0..plan.branch_to.len() {
            let moved = over_bins(plan.columns.branches + branch);
            record[layout.taken + branch] =
                moved + value::<N>(tally.cut[branch]) - value::<N>(tally.from_waiting[branch]);
        }
        for (stage, count) in tally.funnel.iter().enumerate() {
            record[layout.funnel + stage] = value::<N>(*count);
        }
        for (at, step) in layout.index.ends.iter().enumerate() {
            let unconverted = plan.steps[*step].lost_column.map_or(0.0, over_bins);
            record[layout.ends + 2 * at] = unconverted;
            record[layout.ends + 2 * at + 1] = record[layout.reached + step] - unconverted;
        }
    }

    fn targets(&self, bins: &[Sheet<N>], record: &mut Record) {
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

fn zero<N: Number>() -> N::Amount {
    N::Amount::default()
}

fn value<N: Number>(count: N::Count) -> f64 {
    N::value(N::wide(count))
}
