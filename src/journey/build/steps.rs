//! Steps: what is booked there and what becomes of the customer.

use std::collections::{HashMap, HashSet};

use petgraph::graph::{DiGraph, NodeIndex};

use crate::journey::draft::{AttributeKindDraft, BranchDraft, CostAmountDraft, Name, SetDraft, StepDraft};
use crate::journey::{
    AttributeId, Branch, Cost, Delay, DelayId, EventId, Fork, Key, PartId, ProductId, Role, StageId, Step, StepId,
};
use crate::problem::{At, Fault};

use super::names::unknown;
use super::{Builder, title};

/// Keys of a step that stand where the name of a branch stands in a path.
const STEP_KEYS: [&str; 14] = [
    "title", "note", "source", "quotes", "stage", "channel", "owner", "cost", "revenue", "costs", "units", "event",
    "adds", "sets",
];

/// Labels numbered in the order in which they are met.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    pub(crate) names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Labels {
    pub(crate) fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

impl Builder<'_> {
    /// A step without its branches; they are added when every step has its number.
    pub(crate) fn step(&mut self, step: &StepDraft, events: &mut Labels, parts: &mut Labels) -> Step {
        let id = &step.id.text;
        let stage = step.stage.as_ref().and_then(|it| self.stage_called(it));
        let revenue = step
            .revenue
            .as_ref()
            .map(|it| self.number(format!("steps.{id}.revenue"), Role::Money, it));
        let mut costs = Vec::new();
        for cost in &step.costs {
            let part = cost.part.as_ref().map(|it| PartId::at(parts.number(&it.text)));
            let path = match &cost.part {
                Some(part) => format!("steps.{id}.costs.{}", part.text),
                None => format!("steps.{id}.cost"),
            };
            let (role, quantity, of_revenue) = match &cost.amount {
                CostAmountDraft::Money(it) => (Role::Money, it, false),
                CostAmountDraft::OfRevenue(it) => (Role::RevenueShare, it, true),
            };
            costs.push(Cost {
                part,
                amount: self.number(path, role, quantity),
                of_revenue,
            });
        }
        let mut units = Vec::new();
        for (name, quantity) in &step.units {
            let product = self.product_called(name);
            let amount = self.number(format!("steps.{id}.units.{}", name.text), Role::Units, quantity);
            units.extend(product.map(|product| (product, amount)));
        }
        let events = step.events.iter().map(|it| EventId::at(events.number(it)));
        Step {
            id: id.clone(),
            title: title(step.title.as_ref(), id),
            note: step.note.clone(),
            source: step.source.clone(),
            quotes: step.quotes.clone(),
            stage,
            channel: step.channel.clone(),
            owner: step.owner.clone(),
            revenue,
            costs,
            units,
            events: events.collect(),
            sets: self.sets(step),
            adds: self.adds(step),
            fork: Fork::Single,
        }
    }

    fn stage_called(&mut self, name: &Name) -> Option<StageId> {
        let found = self.names.stages.get(name.text.as_str()).copied();
        if found.is_none() {
            let names = self.draft.stages.iter().map(|it| it.id.text.as_str());
            self.tell_with_nearest(unknown("stage", name), &name.text, names);
        }
        found
    }

    fn product_called(&mut self, name: &Name) -> Option<ProductId> {
        let found = self.names.products.get(name.text.as_str()).copied();
        if found.is_none() {
            let names = self.draft.products.iter().map(|it| it.id.text.as_str());
            self.tell_with_nearest(unknown("product", &on_key(name)), &name.text, names);
        }
        found
    }

    fn sets(&mut self, step: &StepDraft) -> Vec<(AttributeId, u32)> {
        let mut sets = Vec::new();
        for (name, value) in &step.sets {
            let Some((id, attribute)) = self.attribute_called(&on_key(name)) else {
                continue;
            };
            let is_counter = matches!(attribute.kind, AttributeKindDraft::Counter { .. });
            let (text, at, code) = match value {
                SetDraft::Value(value) if is_counter => {
                    let message = format!("`{}` is a counter: write a whole number", name.text);
                    self.faults
                        .push(Fault::mistake("wrong-type", value.at.clone(), message));
                    continue;
                }
                SetDraft::Number(_, at) if !is_counter => {
                    let message = format!("`{}` is a category: write one of its values", name.text);
                    self.faults.push(Fault::mistake("wrong-type", at.clone(), message));
                    continue;
                }
                SetDraft::Value(value) => (value.text.clone(), &value.at, "unknown-name"),
                SetDraft::Number(value, at) => (value.to_string(), at, "out-of-range"),
            };
            match self.names.value(self.draft, Key::Attribute(id), &text) {
                Ok(value) => sets.push((id, value)),
                Err(message) => {
                    let names = self.names.value_names(self.draft, Key::Attribute(id));
                    self.tell_with_nearest(Fault::mistake(code, at.clone(), message), &text, names);
                }
            }
        }
        sets
    }

    fn adds(&mut self, step: &StepDraft) -> Vec<(AttributeId, i64)> {
        let mut adds = Vec::new();
        for (name, amount) in &step.adds {
            let name = on_key(name);
            let Some((id, attribute)) = self.attribute_called(&name) else {
                continue;
            };
            match attribute.kind {
                AttributeKindDraft::Counter { .. } => adds.push((id, *amount)),
                AttributeKindDraft::Category(_) => {
                    let message = format!("`{}` is a category: nothing can be added to it", name.text);
                    let fault = Fault::mistake("wrong-type", name.at, message);
                    self.faults
                        .push(fault.help("`adds` moves counters; `sets` gives a category a value"));
                }
            }
        }
        adds
    }

    /// Adds the branches of a step to the graph and sets its fork.
    pub(crate) fn branches(&mut self, at: usize, step: &StepDraft, graph: &mut DiGraph<Step, Branch>) {
        let mut names: Vec<&Name> = Vec::new();
        let mut delays = Vec::new();
        let mut targets = Vec::new();
        let mut seen = HashSet::new();
        for branch in &step.branches {
            let name = branch.name.as_ref().unwrap_or(&branch.to);
            if !seen.insert(name.text.as_str()) {
                let message = format!("`{}` has two branches called `{}`", step.id.text, name.text);
                let fault = Fault::mistake("duplicate-name", name.at.clone(), message);
                self.faults.push(fault.help("give one of them another `name`"));
            }
            if STEP_KEYS.contains(&name.text.as_str()) || name.text == "branches" || name.text == "outcome" {
                let message = format!("`{}` is a key of steps, so no branch can have this name", name.text);
                let fault = Fault::mistake("reserved-name", name.at.clone(), message);
                self.faults.push(fault.help("give the branch another `name`"));
            }
            names.push(name);
            targets.push(self.step_called(&branch.to));
            delays.push(self.delay(&format!("steps.{}.{}.after", step.id.text, name.text), branch));
        }
        let first = graph.edge_count();
        let fork = self.fork(step, first, &names);
        graph[NodeIndex::new(at)].fork = fork;
        for (position, branch) in step.branches.iter().enumerate() {
            // A branch that leads nowhere was told; the graph is not used any further.
            let to = targets[position].map_or(at, StepId::index);
            let name = names[position].text.clone();
            let weight = Branch {
                name,
                after: delays[position],
                note: branch.note.clone(),
            };
            graph.add_edge(NodeIndex::new(at), NodeIndex::new(to), weight);
        }
    }

    fn delay(&mut self, path: &str, branch: &BranchDraft) -> Option<DelayId> {
        let draft = branch.after.as_ref()?;
        let tree = self.delay_tree(draft);
        self.delays.push(Delay {
            path: path.to_owned(),
            tree,
        });
        Some(DelayId::at(self.delays.len() - 1))
    }
}

/// The same name with its key at fault.
fn on_key(name: &Name) -> Name {
    Name {
        at: name.at.clone().on_key(),
        ..name.clone()
    }
}

/// The place of a step's fork.
pub(crate) fn fork_at(step: &StepDraft) -> At {
    At::top().key("steps").key(&step.id.text).key("branches")
}
