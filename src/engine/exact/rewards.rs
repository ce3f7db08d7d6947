//! What arriving somewhere counts and books: mean and mean square of every metric.

use crate::journey::law::Bounds;
use crate::journey::{CONVERSION, EventId, StepId};
use crate::plan::{End, ForkPlan, Line, LineRate, Model, Rates, States, StepPlan};

use super::classes::Classes;
use super::landings::Landings;
use super::metrics::{Columns, Metric};

/// All that arriving can mean: landings that count and book the same are one.
#[derive(Debug)]
pub(super) struct Rewards {
    /// By landing.
    pub(super) of_landing: Vec<u32>,
    kinds: Vec<Kind>,
    /// By stretch, booking and column.
    values: Vec<f64>,
    /// By stretch and booking: whether all of that is 0.
    is_nothing: Vec<bool>,
    width: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Kind {
    step: u32,
    cell: u32,
    gains: crate::plan::states::Gains,
}

impl Rewards {
    pub(super) fn of(states: &States, classes: &Classes, landings: &Landings) -> Self {
        let mut kinds: Vec<Kind> = Vec::new();
        let mut numbers = std::collections::HashMap::new();
        let of_landing = landings.all.iter().map(|landing| {
            let state = &states.states[classes.first[landing.class as usize] as usize];
            *numbers
                .entry((state.step, state.cell, landing.gains))
                .or_insert_with(|| {
                    kinds.push(Kind {
                        step: state.step,
                        cell: state.cell,
                        gains: landing.gains,
                    });
                    u32::try_from(kinds.len() - 1).expect("states are bounded")
                })
        });
        Self {
            of_landing: of_landing.collect(),
            kinds,
            values: Vec::new(),
            is_nothing: Vec::new(),
            width: 0,
        }
    }

    /// Works out what is booked in a world.
    pub(super) fn fill(&mut self, model: Model<'_>, rates: &Rates, columns: &Columns) {
        self.width = columns.width;
        self.values.clear();
        self.is_nothing.clear();
        for stretch in 0..model.plan.stretches.len() {
            for kind in &self.kinds {
                let first = self.values.len();
                let step = &model.plan.steps[kind.step as usize];
                let amounts = rates.amounts_of(model.plan, stretch, step, kind.cell as usize);
                let booked = |metric: Metric| kind.booked(model, step, amounts, metric);
                self.values.extend(columns.metrics.iter().map(|it| booked(*it).mean));
                self.values
                    .extend(columns.squared.iter().map(|at| booked(columns.metrics[*at]).square));
                self.values.resize(first + self.width, 0.0);
                self.is_nothing.push(self.values[first..].iter().all(|it| *it == 0.0));
            }
        }
    }

    /// Whether a landing is a conversion event.
    pub(super) fn is_conversion(&self, model: Model<'_>, landing: usize) -> bool {
        self.kinds[self.of_landing[landing] as usize].is_conversion(model)
    }

    /// What a landing books in a stretch, by column; `None` if nothing.
    #[inline]
    pub(super) fn at(&self, stretch: usize, landing: usize) -> Option<&[f64]> {
        let at = stretch * self.kinds.len() + self.of_landing[landing] as usize;
        (!self.is_nothing[at]).then(|| &self.values[at * self.width..(at + 1) * self.width])
    }
}

/// Mean and mean square of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Booked {
    mean: f64,
    square: f64,
}

impl Booked {
    fn count(happens: bool) -> Self {
        let it = f64::from(u8::from(happens));
        Self { mean: it, square: it }
    }
}

impl Kind {
    fn is_conversion(&self, model: Model<'_>) -> bool {
        let is_event = model.journey.step(StepId(self.step)).events.contains(&CONVERSION);
        self.gains.won || is_event
    }

    fn booked(&self, model: Model<'_>, step: &StepPlan, amounts: &[LineRate], metric: Metric) -> Booked {
        let events = &model.journey.step(StepId(self.step)).events;
        let ends = |end: End| step.fork == ForkPlan::End(end);
        Booked::count(match metric {
            // Neither is something that happens on the way, and who is open is found elsewhere.
            Metric::Arrivals | Metric::Pipeline | Metric::Open | Metric::OpenAt(_) | Metric::Undecided => false,
            Metric::Won => self.gains.won,
            Metric::Conversions => self.is_conversion(model),
            Metric::Event(event) if EventId(event) == CONVERSION => self.is_conversion(model),
            Metric::Event(event) => events.contains(&EventId(event)),
            Metric::Lost => ends(End::Left) && self.gains.lost,
            Metric::Churned => ends(End::Left) && !self.gains.lost,
            Metric::Other => ends(End::Other),
            Metric::Kept => ends(End::Converted),
            Metric::Stage(stage) => (self.gains.stages.0..self.gains.stages.1).contains(&stage),
            Metric::Revenue
            | Metric::Cost
            | Metric::Part(_)
            | Metric::Profit
            | Metric::PresentValue
            | Metric::Units(_) => return money(step, amounts, |line| share(metric, line)),
        })
    }
}

/// How often an amount of a line counts in a metric.
fn share(metric: Metric, line: Line) -> f64 {
    let revenue = f64::from(u8::from(line.is_revenue()));
    let cost = f64::from(u8::from(line.is_cost()));
    match (metric, line) {
        (Metric::Revenue, _) => revenue,
        (Metric::Cost, _) => cost,
        (Metric::Profit | Metric::PresentValue, _) => revenue - cost,
        (Metric::Part(part), Line::Cost(of, _) | Line::CostShare(of, _)) if part == of => 1.0,
        (Metric::Units(product), Line::Units(of, _)) if product == of => 1.0,
        _ => 0.0,
    }
}

/// A weighted sum of the lines of a step. All draws are independent; price and cost of a product
/// share its units, shares of revenue follow from the revenue.
fn money(step: &StepPlan, amounts: &[LineRate], share: impl Fn(Line) -> f64) -> Booked {
    let mut weights: Vec<f64> = step.lines.iter().map(|it| share(*it)).collect();
    if weights.iter().all(|it| *it == 0.0) {
        return Booked::default();
    }
    let draws: Vec<Draw> = amounts.iter().map(|it| Draw::of(*it)).collect();
    if !step.varies {
        let mean: f64 = weights.iter().zip(&draws).map(|(weight, it)| weight * it.mean).sum();
        return Booked {
            mean,
            square: mean * mean,
        };
    }
    for (line, amount) in amounts.iter().enumerate() {
        if let LineRate::Share(share) = amount {
            let of_revenue = share * std::mem::take(&mut weights[line]);
            for (weight, _) in weights.iter_mut().zip(&step.lines).filter(|it| it.1.is_revenue()) {
                *weight += of_revenue;
            }
        }
    }
    let (mut mean, mut variance) = (0.0, 0.0);
    for (at, line) in step.lines.iter().enumerate() {
        let of_line = match line {
            // They are added with their units.
            Line::ProductRevenue(..) | Line::ProductCost(..) => continue,
            Line::Units(..) => {
                let per_unit = step.lines.iter().enumerate().filter(
                    |(_, it)| matches!(it, Line::ProductRevenue(_, units, _) | Line::ProductCost(_, units, _) if *units == at),
                );
                let sum = per_unit.fold(Draw::constant(weights[at]), |sum, (at, _)| {
                    sum.plus(draws[at].times(weights[at]))
                });
                sum.product(draws[at])
            }
            _ => draws[at].times(weights[at]),
        };
        mean += of_line.mean;
        variance += of_line.variance;
    }
    Booked {
        mean,
        square: mean * mean + variance,
    }
}

/// Mean and variance of a number; what is combined is independent.
#[derive(Debug, Clone, Copy)]
struct Draw {
    mean: f64,
    variance: f64,
}

impl Draw {
    fn of(rate: LineRate) -> Self {
        match rate {
            LineRate::Known(amount) => Self::constant(amount as f64 / 1e4),
            LineRate::Share(share) => Self::constant(share),
            LineRate::Each { law, factor, shift, .. } => Self {
                mean: factor * law.mean(Bounds::NONE) + shift,
                variance: (factor * law.sd(Bounds::NONE)).powi(2),
            },
        }
    }

    fn constant(mean: f64) -> Self {
        Self { mean, variance: 0.0 }
    }

    fn times(self, factor: f64) -> Self {
        Self {
            mean: factor * self.mean,
            variance: factor * factor * self.variance,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            mean: self.mean + other.mean,
            variance: self.variance + other.variance,
        }
    }

    fn product(self, other: Self) -> Self {
        let square = |it: Self| it.mean * it.mean + it.variance;
        let mean = self.mean * other.mean;
        Self {
            mean,
            variance: self.variance * square(other) + self.mean * self.mean * other.variance,
        }
    }
}
