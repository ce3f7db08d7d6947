//! The cells of a record by name: what each is, in the words of the scenario.

use crate::journey::{Journey, StepId};
use crate::plan::Plan;

use super::layout::Layout;

/// A cell of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it is, such as `won in 2026-03` or `visits to trial`.
    pub name: String,
    /// What it is a number of.
    pub kind: CellKind,
}

/// What a cell is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Customers, visits or events.
    Count,
    /// Money.
    Money,
    /// Units of a product.
    Units,
    /// A ratio of others.
    Ratio,
}

impl CellKind {
    /// The kind of a metric.
    fn of(metric: &str) -> Self {
        match metric {
            "revenue" | "cost" | "profit" | "present_value" => Self::Money,
            "conversion_rate" | "churn_rate" => Self::Ratio,
            _ if metric.starts_with("costs.") => Self::Money,
            _ if metric.starts_with("units.") => Self::Units,
            _ => Self::Count,
        }
    }
}

/// Every cell of the records of a journey, in their order.
#[must_use]
pub fn cells(journey: &Journey, plan: &Plan, layout: &Layout) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(layout.len);
    let mut add = |name: String, kind: CellKind| cells.push(Cell { name, kind });
    for metric in &layout.totals {
        add(metric.clone(), CellKind::of(metric));
    }
    add("customers not converted before".to_owned(), CellKind::Count);
    add("customers who are or become converted".to_owned(), CellKind::Count);
    for period in &plan.periods {
        for metric in &layout.metrics {
            add(format!("{metric} in {}", period.label), CellKind::of(metric));
        }
    }
    for (_, step) in journey.steps() {
        add(format!("visits to {}", step.id), CellKind::Count);
    }
    for (_, step) in journey.steps() {
        add(format!("customers at {}", step.id), CellKind::Count);
    }
    for (id, step) in journey.steps() {
        for branch in journey.branches(id) {
            let branch = &journey.branch(branch).name;
            add(format!("{branch} taken at {}", step.id), CellKind::Count);
        }
    }
    for stage in &journey.stages {
        add(format!("customers as far as stage {}", stage.id), CellKind::Count);
    }
    for step in &layout.index.ends {
        let step = &journey.step(StepId::at(*step)).id;
        add(format!("ended at {step} unconverted"), CellKind::Count);
        add(format!("ended at {step} converted"), CellKind::Count);
    }
    for grouping in &layout.groupings {
        for group in &grouping.groups {
            for metric in &grouping.metrics {
                let name = format!("{metric} by {} {group}", grouping.name);
                add(name, CellKind::of(metric));
            }
        }
    }
    for target in &journey.targets {
        add(format!("target {}", target.id), CellKind::of(&target.metric));
    }
    cells
}
