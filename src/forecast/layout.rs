//! Which number of a replication is what: the cells of a record, in a fixed order.

use std::ops::Range;

use crate::journey::{AttributeKind, CONVERSION, Fork, Journey, Outcome, StepId, metric_names};
use crate::plan::Plan;

/// Metrics that are known for the whole horizon only.
const OF_HORIZON: [&str; 3] = ["pipeline", "conversion_rate", "churn_rate"];

/// The cells of a record.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The metrics of a period.
    pub metrics: Vec<String>,
    /// The metrics of the horizon that are counted: those of a period, and `pipeline`.
    pub totals: Vec<String>,
    /// Groupings with the names of their groups and the metrics these have.
    pub groupings: Vec<Grouping>,
    /// Customers not converted before, and customers who are or become converted: what rates are
    /// shares of.
    pub bases: usize,
    /// Metrics by period start here.
    pub periods: usize,
    /// Visits by step start here.
    pub reached: usize,
    /// Customers by step start here.
    pub customers: usize,
    /// Decisions by branch start here.
    pub taken: usize,
    /// Customers by stage start here.
    pub funnel: usize,
    /// Ends start here: unconverted and converted customers by step that ends the journey.
    pub ends: usize,
    /// Metrics by group start here.
    pub groups: usize,
    /// Metrics of targets start here.
    pub targets: usize,
    /// How many cells there are.
    pub len: usize,
    pub(crate) index: Index,
}

/// One way to group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// `arrival`, an attribute, `channel` or `owner`.
    pub name: String,
    /// What is grouped.
    pub of: GroupedBy,
    /// The groups.
    pub groups: Vec<String>,
    /// The metrics of a group.
    pub metrics: Vec<String>,
}

/// What a grouping looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupedBy {
    /// The arrival stream.
    Arrival,
    /// The attribute at this position.
    Attribute(usize),
    /// The channel of the step or budget.
    Channel,
    /// The owner of the step or budget.
    Owner,
}

/// Positions of metrics within a period, and what steps contribute to.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) open_stages: usize,
    pub(crate) revenue: usize,
    pub(crate) parts: usize,
    pub(crate) profit: usize,
    pub(crate) present_value: Option<usize>,
    pub(crate) units: usize,
    pub(crate) events: usize,
    /// By step: the columns that count who gets there.
    pub(crate) into: Vec<Vec<usize>>,
    /// By step: the columns that count who moves on from there.
    pub(crate) out: Vec<Range<usize>>,
    /// The steps that end the journey.
    pub(crate) ends: Vec<usize>,
    /// By step: its group in every grouping by step, if it has one.
    pub(crate) step_groups: Vec<Vec<Option<usize>>>,
    /// By budget, the same.
    pub(crate) budget_groups: Vec<Vec<Option<usize>>>,
}

/// Positions of metrics that come first in every period.
pub(crate) mod first {
    pub(crate) const ARRIVALS: usize = 0;
    pub(crate) const WON: usize = 1;
    pub(crate) const CONVERSIONS: usize = 2;
    pub(crate) const LOST: usize = 3;
    pub(crate) const CHURNED: usize = 4;
    pub(crate) const OTHER: usize = 5;
    pub(crate) const OPEN: usize = 6;
}

/// The metrics of groups of customers, in order.
pub(crate) const OF_CUSTOMERS: [&str; 9] = [
    "arrivals",
    "won",
    "conversions",
    "lost",
    "churned",
    "open",
    "revenue",
    "cost",
    "profit",
];

impl Layout {
    /// The cells that a journey's records have.
    #[must_use]
    pub fn of(journey: &Journey, plan: &Plan) -> Self {
        let names = metric_names(journey);
        let metrics: Vec<String> = names
            .iter()
            .filter(|it| !OF_HORIZON.contains(&it.as_str()))
            .cloned()
            .collect();
        let mut totals = metrics.clone();
        totals.insert(1, "pipeline".to_owned());
        let groupings = groupings(journey);
        let index = index(journey, plan, &metrics, &groupings);
        let mut len = 0;
        let mut room = |count: usize| {
            len += count;
            len - count
        };
        room(totals.len());
        let bases = room(2);
        let periods = room(plan.periods.len() * metrics.len());
        let reached = room(plan.steps.len());
        let customers = room(plan.steps.len());
        let taken = room(plan.branch_to.len());
        let funnel = room(plan.stages);
        let ends = room(2 * index.ends.len());
        let groups = room(groupings.iter().map(|it| it.groups.len() * it.metrics.len()).sum());
        let targets = room(journey.targets.len());
        Self {
            metrics,
            totals,
            groupings,
            bases,
            periods,
            reached,
            customers,
            taken,
            funnel,
            ends,
            groups,
            targets,
            len,
            index,
        }
    }

    /// The cell of a metric in a period.
    #[must_use]
    pub fn period(&self, period: usize, metric: usize) -> usize {
        self.periods + period * self.metrics.len() + metric
    }
}

fn groupings(journey: &Journey) -> Vec<Grouping> {
    let of_customers: Vec<String> = OF_CUSTOMERS.iter().map(|it| (*it).to_owned()).collect();
    let mut arrivals: Vec<String> = journey.streams.iter().map(|it| it.id.clone()).collect();
    if !journey.pipeline.is_empty() {
        arrivals.push("pipeline".to_owned());
    }
    let mut groupings = vec![Grouping {
        name: "arrival".to_owned(),
        of: GroupedBy::Arrival,
        groups: arrivals,
        metrics: of_customers.clone(),
    }];
    for (at, attribute) in journey.attributes.iter().enumerate() {
        if let AttributeKind::Category(values) = &attribute.kind {
            groupings.push(Grouping {
                name: attribute.id.clone(),
                of: GroupedBy::Attribute(at),
                groups: values.clone(),
                metrics: of_customers.clone(),
            });
        }
    }
    let mut of_steps = vec!["conversions".to_owned()];
    of_steps.extend(journey.events.iter().map(|it| format!("events.{it}")));
    of_steps.extend(["revenue".to_owned(), "cost".to_owned()]);
    of_steps.extend(journey.products.iter().map(|it| format!("units.{}", it.id)));
    for (name, of) in [("channel", GroupedBy::Channel), ("owner", GroupedBy::Owner)] {
        let mut groups: Vec<String> = Vec::new();
        let steps = (0..journey.step_count()).filter_map(|at| label_of_step(journey, at, of));
        let budgets = (0..journey.budgets.len()).filter_map(|at| label_of_budget(journey, at, of));
        for label in steps.chain(budgets) {
            if !groups.iter().any(|it| it == label) {
                groups.push(label.to_owned());
            }
        }
        groupings.push(Grouping {
            name: name.to_owned(),
            of,
            groups,
            metrics: of_steps.clone(),
        });
    }
    groupings
}

fn label_of_step(journey: &Journey, at: usize, of: GroupedBy) -> Option<&str> {
    let id = StepId::at(at);
    match of {
        GroupedBy::Channel => journey.step(id).channel.as_deref(),
        GroupedBy::Owner => journey.owner(id),
        GroupedBy::Arrival | GroupedBy::Attribute(_) => None,
    }
}

fn label_of_budget(journey: &Journey, at: usize, of: GroupedBy) -> Option<&str> {
    let budget = &journey.budgets[at];
    match of {
        GroupedBy::Channel => budget.channel.as_deref(),
        GroupedBy::Owner => budget.owner.as_deref(),
        GroupedBy::Arrival | GroupedBy::Attribute(_) => None,
    }
}

fn index(journey: &Journey, plan: &Plan, metrics: &[String], groupings: &[Grouping]) -> Index {
    let at = |name: &str| metrics.iter().position(|it| it == name);
    let mut into = vec![Vec::new(); journey.step_count()];
    for (stream, it) in plan.streams.iter().enumerate() {
        into[it.to as usize].push(plan.columns.streams + stream);
    }
    for (branch, to) in plan.branch_to.iter().enumerate() {
        into[*to as usize].push(plan.columns.branches + branch);
    }
    let out = plan.steps.iter().map(|it| {
        let first = plan.columns.branches + it.first_branch;
        first..first + it.branches
    });
    let group = |label: Option<&str>, grouping: &Grouping| {
        label.and_then(|label| grouping.groups.iter().position(|it| it == label))
    };
    let by_step: Vec<&Grouping> = groupings
        .iter()
        .filter(|it| matches!(it.of, GroupedBy::Channel | GroupedBy::Owner))
        .collect();
    Index {
        open_stages: first::OPEN + 1,
        revenue: at("revenue").expect("every journey has revenue"),
        parts: at("cost").expect("every journey has cost") + 1,
        profit: at("profit").expect("every journey has profit"),
        present_value: at("present_value"),
        units: metrics.len() - journey.events.len() - journey.products.len(),
        events: metrics.len() - journey.events.len(),
        into,
        out: out.collect(),
        ends: (0..journey.step_count())
            .filter(|at| matches!(journey.step(StepId::at(*at)).fork, Fork::End(_)))
            .collect(),
        step_groups: (0..journey.step_count())
            .map(|step| {
                by_step
                    .iter()
                    .map(|it| group(label_of_step(journey, step, it.of), it))
                    .collect()
            })
            .collect(),
        budget_groups: (0..journey.budgets.len())
            .map(|budget| {
                by_step
                    .iter()
                    .map(|it| group(label_of_budget(journey, budget, it.of), it))
                    .collect()
            })
            .collect(),
    }
}

/// Whether reaching a step is a `conversion` event by its own word, each time.
pub(crate) fn converts_each_time(journey: &Journey, step: usize) -> bool {
    journey.step(StepId::at(step)).events.contains(&CONVERSION)
}

/// How a step ends the journey.
pub(crate) fn outcome(journey: &Journey, step: usize) -> Option<Outcome> {
    match journey.step(StepId::at(step)).fork {
        Fork::End(outcome) => Some(outcome),
        _ => None,
    }
}
