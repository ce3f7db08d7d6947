//! Mean and variance of the horizon's totals within a world, and where the variance comes from.
//!
//! With R what a random customer who arrives at t adds, Poisson arrivals of λ(t) have the variance
//! Σ λ(t) E\[R²\]: Σ λ(t) E\[R\]² from how many come, Σ λ(t) Var R from what happens to each. A
//! random factor of coefficient of variation cv for every month adds cv² times the sum over months
//! of (Σ λ(t) E\[R\])² to the former; of a fixed number n(t), only n(t) Var R is left.

use crate::plan::rates::StreamRate;
use crate::plan::{Model, Rates, States, Ways};

use super::groups::Groups;
use super::metrics::{Columns, Metric};
use super::values::Backward;
use super::waiting::Waiting;

/// Mean and variance of a total within a world.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moment {
    /// Its mean, budgets included.
    pub mean: f64,
    /// The variance that comes from how many arrive.
    pub arrivals: f64,
    /// The variance that comes from what happens to each customer.
    pub customers: f64,
}

impl Moment {
    /// The variance.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.arrivals + self.customers
    }
}

/// Works out the moments of one world after the other.
#[derive(Debug)]
pub struct Moments<'a> {
    model: Model<'a>,
    states: &'a States,
    backward: Backward<'a>,
    metrics: Vec<Metric>,
    groups: Groups,
    sums: Sums,
}

impl<'a> Moments<'a> {
    /// For these metrics of everybody.
    #[must_use]
    pub fn new(model: Model<'a>, states: &'a States, metrics: &[Metric]) -> Self {
        Self::with(model, states, metrics, Groups::everybody(states))
    }

    /// For these metrics of everybody and of each group of customers.
    #[must_use]
    pub fn by_group(model: Model<'a>, states: &'a States, metrics: &[Metric]) -> Self {
        Self::with(model, states, metrics, Groups::of(model, states))
    }

    fn with(model: Model<'a>, states: &'a States, metrics: &[Metric], groups: Groups) -> Self {
        let columns = Columns::new(metrics.to_vec(), true);
        Self {
            model,
            states,
            metrics: metrics.to_vec(),
            sums: Sums::new(&columns, &groups),
            backward: Backward::new(model, states, columns),
            groups,
        }
    }

    /// The moments of a world, by group and metric; everybody is the first group. Budgets belong to
    /// everybody only.
    pub fn of(&mut self, rates: &Rates, ways: &Ways<'_>) -> Vec<Moment> {
        let plan = self.model.plan;
        let (streams, sums, groups) = (plan.streams.len(), &mut self.sums, &self.groups);
        let columns = self.backward.columns.clone();
        let mut waiting = Waiting::of(self.model, self.states, rates, ways, &self.backward.landings, &columns);
        let entries = self.backward.landings.of_entry.clone();
        let counted = |metric: Metric| self.metrics.iter().position(|it| *it == metric);
        let (arrivals, pipeline) = (counted(Metric::Arrivals), counted(Metric::Pipeline));
        let mut months = Months::of(rates);
        let mut shares: Vec<Vec<f64>> = Vec::new();
        let mut stretch = usize::MAX;
        sums.clear();
        self.backward.sweep(rates, ways, |tick, now| {
            let at = plan.bins[plan.bin_of[tick as usize] as usize].stretch as usize;
            if at != stretch {
                stretch = at;
                let of_stream = |it: usize| self.states.entries[it].shares(plan, rates, stretch, it);
                shares = (0..streams).map(of_stream).collect();
            }
            for (stream, rate) in rates.streams.iter().enumerate() {
                let comes = match rate {
                    StreamRate::Poisson(means) => means[tick as usize] > 0.0,
                    StreamRate::Fixed(counts) => counts[tick as usize] > 0,
                    StreamRate::Count(at, count) => *at == tick && *count > 0,
                    StreamRate::Months(..) => months.comes(stream, tick),
                };
                if !comes {
                    continue;
                }
                let landings = &entries[stream];
                sums.look((groups, stream), &shares[stream], arrivals, |case| {
                    now.of(landings[case])
                });
                match rate {
                    StreamRate::Poisson(means) => sums.add_poisson(means[tick as usize]),
                    StreamRate::Fixed(counts) => sums.add_known(counts[tick as usize] as f64),
                    StreamRate::Count(_, count) => sums.add_known(*count as f64),
                    StreamRate::Months(cv, parts) => months.add(stream, tick, *cv, parts, sums),
                }
            }
            waiting.add(tick, now);
        });
        for (entry, count) in rates.waiting.iter().enumerate() {
            let source = streams + entry;
            let shares = self.states.entries[source].shares(plan, rates, 0, source);
            sums.look((groups, source), &shares, pipeline, |case| waiting.of_case(entry, case));
            sums.add_known(*count as f64);
        }
        let mut moments = sums.moments.clone();
        self.add_budgets(rates, &mut moments);
        moments
    }

    fn add_budgets(&self, rates: &Rates, moments: &mut [Moment]) {
        let booked = rates.budgets.iter().flatten().map(|it| *it as f64).sum::<f64>() / 1e4;
        let discounted = rates.budgets_discounted.iter().flatten().sum::<f64>() / 1e4;
        for (metric, moment) in self.metrics.iter().zip(moments) {
            moment.mean += match metric {
                Metric::Cost => booked,
                Metric::Profit => -booked,
                Metric::PresentValue => -discounted,
                _ => 0.0,
            };
        }
    }
}

/// What one random customer adds, and what all of them do.
#[derive(Debug)]
struct Sums {
    /// Metrics, and the column of each one's square.
    squares: Vec<usize>,
    /// By group and column: of the customer looked at.
    one: Vec<f64>,
    width: usize,
    /// By group and metric.
    moments: Vec<Moment>,
}

impl Sums {
    fn new(columns: &Columns, groups: &Groups) -> Self {
        let metrics = columns.metrics.len();
        Self {
            squares: (0..metrics).map(|it| columns.square_of(it)).collect(),
            one: vec![0.0; groups.count * columns.width],
            width: columns.width,
            moments: vec![Moment::default(); groups.count * metrics],
        }
    }

    fn clear(&mut self) {
        self.moments.fill(Moment::default());
    }

    /// Looks at a random customer of a source, by what each of its cases is worth; `counted`
    /// is the metric that counts the customer itself.
    fn look<'v>(
        &mut self,
        (groups, source): (&Groups, usize),
        shares: &[f64],
        counted: Option<usize>,
        value: impl Fn(usize) -> &'v [f64],
    ) {
        self.one.fill(0.0);
        for (case, share) in shares.iter().enumerate().filter(|it| *it.1 > 0.0) {
            let value = value(case);
            for group in groups.of_case(source, case) {
                let one = &mut self.one[group * self.width..(group + 1) * self.width];
                one.iter_mut().zip(value).for_each(|(one, it)| *one += share * it);
                if let Some(column) = counted {
                    one[column] += share;
                }
            }
        }
    }

    /// By group and metric: mean and mean square of the customer looked at.
    fn each(&mut self, mut add: impl FnMut(&mut Moment, usize, f64, f64)) {
        let metrics = self.squares.len();
        for (at, moment) in self.moments.iter_mut().enumerate() {
            let (group, metric) = (at / metrics, at % metrics);
            let one = &self.one[group * self.width..(group + 1) * self.width];
            add(moment, at, one[metric], one[self.squares[metric]]);
        }
    }

    /// A Poisson number of such customers, in all or given the factor of a month.
    fn add_poisson(&mut self, count: f64) {
        self.each(|moment, _, mean, square| {
            moment.mean += count * mean;
            moment.arrivals += count * mean * mean;
            moment.customers += count * variance(mean, square);
        });
    }

    /// Exactly so many such customers.
    fn add_known(&mut self, count: f64) {
        self.each(|moment, _, mean, square| {
            moment.mean += count * mean;
            moment.customers += count * variance(mean, square);
        });
    }
}

/// The variance, without the dust that rounding leaves of a constant.
fn variance(mean: f64, square: f64) -> f64 {
    let variance = square - mean * mean;
    if variance > 1e-13 * square { variance } else { 0.0 }
}

/// Streams with a random factor for every month.
struct Months {
    /// By stream: parts not yet met, from the last back.
    left: Vec<usize>,
    /// By stream: the next tick with a part.
    next: Vec<Option<u32>>,
    /// By stream: the month that is summed, and Σ λ(t) E\[R\] by group and metric.
    sums: Vec<(u32, Vec<f64>)>,
}

impl Months {
    fn of(rates: &Rates) -> Self {
        let parts = rates.streams.iter().map(|it| match it {
            StreamRate::Months(_, parts) => &parts[..],
            _ => &[],
        });
        Self {
            left: parts.clone().map(<[_]>::len).collect(),
            next: parts.clone().map(|it| it.last().map(|it| it.0)).collect(),
            sums: parts.map(|_| (u32::MAX, Vec::new())).collect(),
        }
    }

    fn comes(&self, stream: usize, tick: u32) -> bool {
        self.next[stream] == Some(tick)
    }

    /// Adds all parts of a tick; a month is squared once its first part has been met.
    fn add(&mut self, stream: usize, tick: u32, cv: f64, parts: &[(u32, u32, f64)], sums: &mut Sums) {
        while let Some((at, month, count)) = self.left[stream].checked_sub(1).map(|it| parts[it]) {
            if at != tick {
                break;
            }
            self.left[stream] -= 1;
            sums.add_poisson(count);
            let (summed, of_month) = &mut self.sums[stream];
            if *summed != month {
                *summed = month;
                of_month.clear();
                of_month.resize(sums.moments.len(), 0.0);
            }
            let is_whole = self.left[stream] == 0 || parts[self.left[stream] - 1].1 != month;
            sums.each(|moment, at, mean, _| {
                of_month[at] += count * mean;
                if is_whole {
                    moment.arrivals += (cv * of_month[at]).powi(2);
                }
            });
        }
        self.next[stream] = self.left[stream].checked_sub(1).map(|it| parts[it].0);
    }
}

#[cfg(test)]
mod tests;
