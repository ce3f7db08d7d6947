//! What one visit of one customer can change in a cell.

use crate::forecast::cells::CellKind;
use crate::forecast::layout::Layout;
use crate::forecast::record::Record;
use crate::journey::evaluate::{Amount, Situation};
use crate::journey::law::Bounds;
use crate::journey::{AssumptionId, Key, World};
use crate::plan::{Line, Model, StepPlan};

/// By kind of cell, about the most that one customer changes in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jumps {
    /// Visits of a customer to the step that is visited most often.
    pub visits: f64,
    /// Money booked at a visit.
    pub money: f64,
    /// Units booked at a visit.
    pub units: f64,
}

impl Jumps {
    /// The jumps of a journey, with every assumption at its mean and as many visits as there are in
    /// `records`.
    #[must_use]
    pub fn of(model: Model<'_>, layout: &Layout, records: &[Record]) -> Self {
        let sum = |cell: usize| records.iter().map(|it| it[cell]).sum::<f64>();
        let steps = 0..model.plan.steps.len();
        let visits = steps.map(|at| sum(layout.reached + at) / sum(layout.customers + at));
        let mut jumps = Self {
            // Nobody at a step makes no number.
            visits: visits.filter(|it| it.is_finite()).fold(1.0, f64::max),
            money: 0.0,
            units: 0.0,
        };
        let world = model.journey.draws.mean_world();
        for tick in &model.plan.stretches {
            let situation = Situation::at(model.journey, *tick);
            for step in &model.plan.steps {
                jumps.add(&situation, step, &world);
            }
        }
        jumps
    }

    /// Makes room for what a step books.
    fn add(&mut self, situation: &Situation<'_>, step: &StepPlan, world: &World) {
        for cell in 0..step.cases.count() {
            let value_of = |key: Key| step.cases.representative(cell, key);
            let size = |id: AssumptionId| size(situation.amount(id, &value_of, world));
            let units = |at: usize| match step.lines[at] {
                Line::Units(_, id) => size(id),
                _ => 1.0,
            };
            let (mut revenue, mut cost) = (0.0, 0.0);
            for line in &step.lines {
                match line {
                    Line::Revenue(id) => revenue += size(*id),
                    Line::Units(_, id) => self.units = self.units.max(size(*id)),
                    Line::ProductRevenue(_, at, id) => revenue += size(*id) * units(*at),
                    Line::ProductCost(_, at, id) => cost += size(*id) * units(*at),
                    Line::Cost(_, id) => cost += size(*id),
                    Line::CostShare(_, id) => cost += size(*id) * revenue,
                }
            }
            self.money = self.money.max(revenue).max(cost);
        }
    }

    /// The jump of a cell of this kind.
    pub(super) fn of_kind(self, kind: CellKind) -> f64 {
        let booked = match kind {
            CellKind::Count | CellKind::Ratio => 1.0,
            CellKind::Money => self.money,
            CellKind::Units => self.units,
        };
        self.visits * booked
    }
}

/// About the largest that an amount gets.
fn size(amount: Amount) -> f64 {
    match amount {
        Amount::Known(value) => value.abs(),
        Amount::Each { law, factor, .. } => amount.mean().abs() + 6.0 * factor.abs() * law.sd(Bounds::NONE),
    }
}
