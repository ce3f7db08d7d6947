//! Steps: what is booked there and what becomes of the customer.

use petgraph::graph::{DiGraph, NodeIndex};

use crate::journey::condition::{Atom, Rule};
use crate::journey::delay::DelayLaw;
use crate::journey::draft::{
    AttributeKindDraft, BranchDraft, Comparison, Condition, CostAmountDraft, Delay as DelayDraft, DelayKind, Literal,
    Name, Operator, SetDraft, StepDraft, Subject,
};
use crate::journey::{AttributeId, Branch, Cost, Delay, DelayId, EventId, Fork, Key, PartId, Role, Step, Tree};
use crate::problem::{At, Fault};

use super::names::unknown;
use super::{Builder, title};

/// Keys of a step that stand where the name of a branch stands in a path.
const STEP_KEYS: [&str; 14] = [
    "title", "note", "source", "quotes", "stage", "channel", "owner", "cost", "revenue", "costs", "units", "event",
    "adds", "sets",
];

impl Builder<'_> {
    /// A step without its branches; they are added when every step has its number.
    pub(crate) fn step(&mut self, step: &StepDraft, events: &mut Vec<String>, parts: &mut Vec<String>) -> Step {
        let id = &step.id.text;
        let stage = step.stage.as_ref().and_then(|name| {
            let found = self.names.stages.get(name.text.as_str()).copied();
            if found.is_none() {
                let names = self.draft.stages.iter().map(|it| it.id.text.as_str());
                self.faults.push(unknown("stage", name).nearest(&name.text, names));
            }
            found
        });
        let revenue = step
            .revenue
            .as_ref()
            .map(|it| self.number(format!("steps.{id}.revenue"), Role::Money, it));
        let mut costs = Vec::new();
        for cost in &step.costs {
            let part = cost.part.as_ref().map(|it| PartId::at(position(parts, &it.text)));
            let path = match &cost.part {
                Some(part) => format!("steps.{id}.costs.{}", part.text),
                None => format!("steps.{id}.cost"),
            };
            costs.push(match &cost.amount {
                CostAmountDraft::Money(it) => Cost {
                    part,
                    amount: self.number(path, Role::Money, it),
                    of_revenue: false,
                },
                CostAmountDraft::OfRevenue(it) => Cost {
                    part,
                    amount: self.number(path, Role::RevenueShare, it),
                    of_revenue: true,
                },
            });
        }
        let mut units = Vec::new();
        for (name, quantity) in &step.units {
            if let Some(product) = self.names.products.get(name.text.as_str()).copied() {
                units.push((
                    product,
                    self.number(format!("steps.{id}.units.{}", name.text), Role::Units, quantity),
                ));
            } else {
                let names = self.draft.products.iter().map(|it| it.id.text.as_str());
                let at = name.at.clone().on_key();
                let name = Name { at, ..name.clone() };
                self.faults.push(unknown("product", &name).nearest(&name.text, names));
            }
        }
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
            events: step.events.iter().map(|it| EventId::at(position(events, it))).collect(),
            sets: self.sets(step),
            adds: self.adds(step),
            fork: Fork::Single,
        }
    }

    fn sets(&mut self, step: &StepDraft) -> Vec<(AttributeId, u32)> {
        let mut sets = Vec::new();
        for (name, value) in &step.sets {
            let Some((id, _)) = self.attribute(name) else {
                continue;
            };
            let (text, at) = match value {
                SetDraft::Value(value) => (value.text.clone(), &value.at),
                SetDraft::Number(value, at) => (value.to_string(), at),
            };
            match self.names.value(self.draft, Key::Attribute(id), &text) {
                Ok(value) => sets.push((id, value)),
                Err(message) => {
                    let names = self.names.value_names(self.draft, Key::Attribute(id));
                    self.faults
                        .push(Fault::mistake("unknown-name", at.clone(), message).nearest(&text, names));
                }
            }
        }
        sets
    }

    fn adds(&mut self, step: &StepDraft) -> Vec<(AttributeId, i64)> {
        let mut adds = Vec::new();
        for (name, amount) in &step.adds {
            match self.attribute(name) {
                Some((id, true)) => adds.push((id, *amount)),
                Some((_, false)) => {
                    let message = format!("`{}` is a category: nothing can be added to it", name.text);
                    let fault = Fault::mistake("wrong-type", name.at.clone().on_key(), message);
                    self.faults
                        .push(fault.help("`adds` moves counters; `sets` gives a category a value"));
                }
                None => {}
            }
        }
        adds
    }

    /// The attribute of this name, and whether it is a counter.
    fn attribute(&mut self, name: &Name) -> Option<(AttributeId, bool)> {
        let found = self.names.attributes.get(name.text.as_str());
        if found.is_none() {
            let names = self.draft.attributes.iter().map(|it| it.id.text.as_str());
            let name = Name {
                at: name.at.clone().on_key(),
                ..name.clone()
            };
            self.faults.push(unknown("attribute", &name).nearest(&name.text, names));
        }
        found.map(|(id, draft)| (*id, matches!(draft.kind, AttributeKindDraft::Counter { .. })))
    }

    /// Adds the branches of a step to the graph and sets its fork.
    pub(crate) fn branches(&mut self, at: usize, step: &StepDraft, graph: &mut DiGraph<Step, Branch>) {
        let mut names: Vec<&Name> = Vec::new();
        let mut delays = Vec::new();
        let mut targets = Vec::new();
        let mut seen = std::collections::HashSet::new();
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
            targets.push(self.names.step(self.draft, &branch.to, &mut self.faults));
            delays.push(self.delay(&format!("steps.{}.{}.after", step.id.text, name.text), branch));
        }
        let first = graph.edge_count();
        let fork = self.fork(step, first, &names);
        graph[NodeIndex::new(at)].fork = fork;
        for (position, branch) in step.branches.iter().enumerate() {
            // A branch that leads nowhere was told; the graph is not used any further.
            let to = targets[position].map_or(at, super::super::StepId::index);
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

    /// A delay as written, checked.
    pub(crate) fn delay_tree(&mut self, draft: &DelayDraft) -> Tree<DelayLaw> {
        if let DelayKind::By(cases) = &draft.kind {
            return self.cases(cases, &draft.at, |this, _, it| this.delay_tree(it));
        }
        if let Err(message) = check_delay(&draft.kind, self.clock.tick_days()) {
            let fault = match &draft.kind {
                DelayKind::Observed(values) if values.iter().all(|it| it.1 == 0.0) => {
                    Fault::mistake("zero-weights", draft.at.key("observed"), message)
                }
                _ => Fault::mistake("out-of-range", draft.at.clone(), message),
            };
            self.faults.push(fault);
            return Tree::Leaf(DelayLaw::Known(0.0));
        }
        Tree::Leaf(DelayLaw::of(&draft.kind).unwrap_or(DelayLaw::Known(0.0)))
    }

    /// A condition with its names and types checked.
    pub(crate) fn rule(&mut self, condition: &Condition) -> Rule {
        match condition {
            Condition::And(parts) => Rule::And(parts.iter().map(|it| self.rule(it)).collect()),
            Condition::Or(parts) => Rule::Or(parts.iter().map(|it| self.rule(it)).collect()),
            Condition::Not(part) => Rule::Not(Box::new(self.rule(part))),
            Condition::Compare(it) => self.comparison(it).unwrap_or(Rule::Always),
        }
    }

    fn comparison(&mut self, it: &Comparison) -> Option<Rule> {
        let subject_at = it.at.clone().within(it.subject_range.clone());
        let value_at = it.at.clone().within(it.value_range.clone());
        let (atom, what) = match &it.subject {
            Subject::Arrival => (Atom::Key(Key::Arrival), "arrival".to_owned()),
            Subject::Attribute(text) => {
                let name = Name {
                    text: text.clone(),
                    at: subject_at,
                };
                let Some((id, _)) = self.names.attributes.get(text.as_str()) else {
                    let names = self.draft.attributes.iter().map(|it| it.id.text.as_str());
                    let names = names.chain(["arrival", "visits", "days", "month", "weekday"]);
                    self.faults.push(unknown("attribute", &name).nearest(text, names));
                    return None;
                };
                (Atom::Key(Key::Attribute(*id)), text.clone())
            }
            Subject::Visits(text) => {
                let name = Name {
                    text: text.clone(),
                    at: subject_at,
                };
                (
                    Atom::Visits(self.names.step(self.draft, &name, &mut self.faults)?),
                    format!("visits.{text}"),
                )
            }
            Subject::Days => (Atom::Days, "days".to_owned()),
            Subject::Month => (Atom::Month, "month".to_owned()),
            Subject::Weekday => (Atom::Weekday, "weekday".to_owned()),
        };
        match self.compared(atom, &what, it.operator, &it.value) {
            Ok(value) => Some(Rule::Compare(atom, it.operator, value)),
            Err((code, message)) => {
                let fault = Fault::mistake(code, value_at, message);
                let fault = match (&it.value, atom) {
                    (Literal::Text(text), Atom::Key(key)) => {
                        fault.nearest(text, self.names.value_names(self.draft, key))
                    }
                    _ => fault,
                };
                self.faults.push(fault);
                None
            }
        }
    }

    /// The number that an atom is compared with.
    fn compared(
        &self,
        atom: Atom,
        what: &str,
        operator: Operator,
        value: &Literal,
    ) -> Result<i64, (&'static str, String)> {
        let is_counter = |id: AttributeId| {
            matches!(
                self.draft.attributes[id.index()].kind,
                AttributeKindDraft::Counter { .. }
            )
        };
        let categorical = match atom {
            Atom::Key(Key::Arrival) => true,
            Atom::Key(Key::Attribute(id)) => !is_counter(id),
            _ => false,
        };
        match (categorical, value, atom) {
            (true, Literal::Text(text), Atom::Key(key)) => {
                if !matches!(operator, Operator::Equal | Operator::Unequal) {
                    return Err((
                        "bad-condition",
                        format!("`{what}` has no order: only `==` and `!=` can compare it"),
                    ));
                }
                let value = self
                    .names
                    .value(self.draft, key, text)
                    .map_err(|it| ("unknown-name", it))?;
                Ok(i64::from(value))
            }
            (true, Literal::Integer(number), _) => Err((
                "bad-condition",
                format!("`{what}` is a category; {number} is a number (write a value in quotes)"),
            )),
            (false, Literal::Text(text), _) => {
                Err(("bad-condition", format!("`{what}` is a number; '{text}' is none")))
            }
            (false, Literal::Integer(number), Atom::Key(Key::Attribute(id))) => {
                let AttributeKindDraft::Counter { low, .. } = self.draft.attributes[id.index()].kind else {
                    return Ok(*number);
                };
                Ok(number.saturating_sub(low))
            }
            (_, Literal::Integer(number), _) => Ok(*number),
            (_, Literal::Text(_), _) => Ok(0),
        }
    }
}

fn position(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|it| it == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

/// The place of a step's fork.
pub(crate) fn fork_at(step: &StepDraft) -> At {
    At::top().key("steps").key(&step.id.text).key("branches")
}

fn check_delay(kind: &DelayKind, tick_days: f64) -> Result<(), String> {
    let at_least = |days: f64| match (0.0..=1e6).contains(&days) {
        true => Ok(()),
        false if days < 0.0 => Err("a delay cannot be negative".to_owned()),
        false => Err("a delay of more than a million days is none".to_owned()),
    };
    let positive = |days: f64| {
        if days > 0.0 {
            at_least(days)
        } else {
            Err("this duration has to be more than 0".to_owned())
        }
    };
    match kind {
        DelayKind::Known(it) => at_least(it.days()),
        DelayKind::Interval(low, high) => {
            positive(low.days()).and(positive(high.days()))?;
            if low.days() <= high.days() {
                Ok(())
            } else {
                Err("the lower end comes first".into())
            }
        }
        DelayKind::Exponential(mean) => positive(mean.days()),
        DelayKind::LognormalQuantiles(median, p90) => {
            positive(median.days()).and(positive(p90.days()))?;
            if median.days() <= p90.days() {
                Ok(())
            } else {
                Err("the 90 % quantile is not below the median".into())
            }
        }
        DelayKind::Lognormal(mean, sd) | DelayKind::Gamma(mean, sd) => positive(mean.days()).and(positive(sd.days())),
        DelayKind::Weibull(scale, shape) => positive(scale.days()).and(if *shape > 0.0 && shape.is_finite() {
            Ok(())
        } else {
            Err("the shape is more than 0".into())
        }),
        DelayKind::Uniform(low, high) => {
            at_least(low.days()).and(at_least(high.days()))?;
            if low.days() <= high.days() {
                Ok(())
            } else {
                Err("the lower end comes first".into())
            }
        }
        DelayKind::Geometric(mean) => positive(mean.days()).and(if mean.days() >= tick_days * (1.0 - 1e-12) {
            Ok(())
        } else {
            Err("`geometric` counts whole ticks from 1 on, so its mean is at least one tick".into())
        }),
        DelayKind::Observed(values) => {
            for (duration, weight) in values {
                at_least(duration.days())?;
                if !(*weight >= 0.0 && weight.is_finite()) {
                    return Err(format!("a weight cannot be {weight}"));
                }
            }
            if values.iter().map(|it| it.1).sum::<f64>() > 0.0 {
                Ok(())
            } else {
                Err("all weights are 0".into())
            }
        }
        DelayKind::By(_) => Ok(()),
    }
}
