//! `[values]`: what each is used for, and that none comes back to itself.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, VecDeque};

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::journey::draft::{
    AttributeKindDraft, CostAmountDraft, Draft, Name, OverrideDraft, Quantity, QuantityKind, VolumeDraft, WeightDraft,
};
use crate::journey::{Assumption, AssumptionId, BranchId, Leaf, LeafValue, Role, Tree};
use crate::problem::Fault;

use super::Builder;
use super::numbers::{Origin, unknown_number};
use super::range::Range;

/// Values that refer to one another further than this are refused.
const DEPTH_MAX: usize = 100;

/// What each entry of `[values]` is used for.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    ranges: HashMap<String, Range>,
}

impl Uses {
    fn of(draft: &Draft, referrers_first: &[usize]) -> Self {
        let mut uses = Self::default();
        each_quantity(draft, &mut |role, quantity| uses.see(Range::of(role), quantity));
        for at in referrers_first {
            let (name, quantity) = &draft.values[*at];
            if let Some(range) = uses.ranges.get(&name.text).copied() {
                uses.see(range, quantity);
            }
        }
        uses
    }

    fn see(&mut self, range: Range, quantity: &Quantity) {
        each_reference(quantity, &mut |name, _| {
            let merged = self.ranges.get(name).map_or(range, |it| it.and(range));
            self.ranges.insert(name.to_owned(), merged);
        });
    }

    /// What a value may be, by everything that refers to it.
    pub(crate) fn range(&self, value: &str) -> Range {
        self.ranges.get(value).copied().unwrap_or(Range::of(Role::Value))
    }

    /// Whether a value is used as a chance or share anywhere.
    pub(crate) fn is_chance(&self, value: &str) -> bool {
        self.range(value.split('.').next().unwrap_or(value)).is_chance
    }
}

/// Calls `see` with the name and the place of every value that `quantity` refers to.
fn each_reference<'a>(quantity: &'a Quantity, see: &mut impl FnMut(&'a str, &'a Quantity)) {
    match &quantity.kind {
        QuantityKind::Value(name) => see(name, quantity),
        QuantityKind::By(cases) => {
            for part in cases.cases.iter().map(|(_, it)| it).chain(cases.otherwise.as_deref()) {
                each_reference(part, see);
            }
        }
        QuantityKind::Sourced { is, .. } => each_reference(is, see),
        QuantityKind::Number(_) | QuantityKind::Uncertain(_) | QuantityKind::Each(_) => {}
    }
}

/// Calls `see` with every quantity of the file outside `[values]` and what it is used for.
fn each_quantity<'a>(draft: &'a Draft, see: &mut impl FnMut(Role, &'a Quantity)) {
    let any_branch = BranchId(0);
    for product in &draft.products {
        for it in product.price.iter().chain(&product.cost) {
            see(Role::ProductMoney, it);
        }
    }
    for budget in &draft.budgets {
        see(Role::BudgetRate(budget.amount.per), &budget.amount.quantity);
    }
    for stream in &draft.arrivals {
        match &stream.volume {
            VolumeDraft::Rate(rate) => see(Role::ArrivalRate(rate.per), &rate.quantity),
            VolumeDraft::Series(series) => {
                for it in series {
                    see(Role::ArrivalTotal, &it.quantity);
                }
            }
            VolumeDraft::Count(quantity, _) => see(Role::Customers, quantity),
        }
        if let Some(growth) = &stream.growth {
            see(Role::Growth(growth.per), &growth.quantity);
        }
        for it in stream.season.iter().flatten() {
            see(Role::Season, it);
        }
        each_override(&stream.customer, see);
    }
    for waiting in &draft.pipeline {
        see(Role::Customers, &waiting.count);
        each_override(&waiting.customer, see);
    }
    for attribute in &draft.attributes {
        if let AttributeKindDraft::Category(values) = &attribute.kind {
            for (_, it) in values {
                see(Role::Weight, it);
            }
        }
    }
    for step in &draft.steps {
        if let Some(revenue) = &step.revenue {
            see(Role::Money, revenue);
        }
        for (_, it) in &step.units {
            see(Role::Units, it);
        }
        for cost in &step.costs {
            match &cost.amount {
                CostAmountDraft::Money(it) => see(Role::Money, it),
                CostAmountDraft::OfRevenue(it) => see(Role::RevenueShare, it),
            }
        }
        for branch in &step.branches {
            match &branch.weight {
                Some(WeightDraft::Chance(it)) => see(Role::Chance(any_branch), it),
                Some(WeightDraft::Count(it)) => see(Role::Count(any_branch), it),
                Some(WeightDraft::Rest | WeightDraft::When(_) | WeightDraft::Otherwise) | None => {}
            }
        }
    }
}

fn each_override<'a>(customer: &'a [(Name, OverrideDraft)], see: &mut impl FnMut(Role, &'a Quantity)) {
    for (_, it) in customer {
        if let OverrideDraft::Mix(values) = it {
            for (_, it) in values {
                see(Role::Weight, it);
            }
        }
    }
}

impl<'a> Builder<'a> {
    /// The entries of `[values]`, which are the first assumptions: position and id agree.
    pub(crate) fn values(&mut self) {
        let draft = self.draft;
        let graph = self.references();
        // Every component comes after those that it refers to.
        let components = kosaraju_scc(&graph);
        let referrers_first: Vec<usize> = components.iter().rev().flatten().map(|it| it.index()).collect();
        self.uses = Uses::of(draft, &referrers_first);
        for (name, quantity) in &draft.values {
            let range = self.uses.range(&name.text);
            let path = format!("values.{}", name.text);
            let tree = self.tree(&path, range, quantity, &Origin::default());
            self.assumptions.push(Assumption {
                path,
                role: Role::Value,
                tree,
            });
        }
        let mut depths = vec![0; draft.values.len()];
        for component in &components {
            let first = component.iter().min().copied().expect("components are not empty");
            let is_circle = component.len() > 1 || graph.contains_edge(first, first);
            let depth = |at: &NodeIndex| graph.neighbors(*at).map(|to| depths[to.index()] + 1).max().unwrap_or(0);
            let depth = component.iter().map(depth).max().unwrap_or(0);
            if is_circle {
                self.circle(&graph, first, component);
            } else if depth > DEPTH_MAX {
                let (name, quantity) = &draft.values[first.index()];
                let message = format!("`{}` is more than {DEPTH_MAX} values away from a number", name.text);
                self.faults
                    .push(Fault::mistake("too-large", quantity.at.clone(), message));
            }
            if is_circle || depth > DEPTH_MAX {
                // Nobody gets to see them, but everything else that is checked goes through them.
                for at in component {
                    let path = format!("values.{}", draft.values[at.index()].0.text);
                    self.assumptions[at.index()].tree = unknown_number(&path);
                }
            } else {
                depths[first.index()] = depth;
            }
        }
    }

    /// Which values refer to which, and where.
    fn references(&self) -> DiGraph<(), &'a Quantity> {
        let draft = self.draft;
        let mut graph = DiGraph::with_capacity(draft.values.len(), 0);
        for _ in &draft.values {
            graph.add_node(());
        }
        for (at, (_, quantity)) in draft.values.iter().enumerate() {
            each_reference(quantity, &mut |name, place| {
                if let Some(to) = self.names.values.get(name) {
                    graph.add_edge(NodeIndex::new(at), NodeIndex::new(*to), place);
                }
            });
        }
        graph
    }

    /// Tells the shortest way from `first` back to itself.
    fn circle(&mut self, graph: &DiGraph<(), &Quantity>, first: NodeIndex, component: &[NodeIndex]) {
        let inside: BTreeSet<NodeIndex> = component.iter().copied().collect();
        // The nearest values come first, those of one value in the order of the file.
        let mut came_from: HashMap<NodeIndex, (NodeIndex, &Quantity)> = HashMap::new();
        let mut open = VecDeque::from([first]);
        while let Some(at) = open.pop_front() {
            let mut edges: Vec<_> = graph.edges(at).filter(|it| inside.contains(&it.target())).collect();
            edges.sort_by_key(EdgeRef::id);
            for edge in edges {
                if let Entry::Vacant(unseen) = came_from.entry(edge.target()) {
                    unseen.insert((at, edge.weight()));
                    open.push_back(edge.target());
                }
            }
            if came_from.contains_key(&first) {
                break;
            }
        }
        let mut way: Vec<(NodeIndex, &Quantity)> = Vec::new();
        let mut at = first;
        while let Some((from, reference)) = came_from.get(&at).copied() {
            way.push((from, reference));
            at = from;
            if at == first {
                break;
            }
        }
        way.reverse();
        let name = |at: &NodeIndex| format!("`{}`", self.draft.values[at.index()].0.text);
        let first_name = name(&first);
        let mut between: Vec<String> = way.iter().skip(1).map(|(at, _)| name(at)).collect();
        if between.len() > 5 {
            between.splice(2..between.len() - 2, ["…".to_owned()]);
        }
        let message = if between.is_empty() {
            format!("{first_name} refers to itself")
        } else {
            format!(
                "{first_name} refers to {}, which refers to {first_name}",
                between.join(", which refers to ")
            )
        };
        let at = way
            .first()
            .map_or(&self.draft.values[first.index()].1.at, |(_, reference)| &reference.at);
        let fault = Fault::mistake("circular", at.clone(), message);
        self.faults.push(fault.help("give one of them a number"));
    }

    /// Notes that a change may make `value` what `tree` says.
    ///
    /// # Errors
    ///
    /// Code and message, if it would refer to itself then or be too far away from a number.
    pub(crate) fn refer(&mut self, value: AssumptionId, tree: &Tree<Leaf>) -> Result<(), (&'static str, String)> {
        let targets = values_in(tree);
        if targets.is_empty() {
            return Ok(());
        }
        let mut graph = match self.changed_references.take() {
            Some(graph) => graph,
            None => self.resolved_references(),
        };
        let before = graph.edge_count();
        for target in targets {
            graph.add_edge(node(value), node(target), ());
        }
        let name = self.assumptions[value.index()].path.trim_start_matches("values.");
        let refused = match toposort(&graph, None) {
            Err(_) => Some(("circular", format!("`{name}` would refer to itself"))),
            Ok(order) => {
                let mut depths = vec![0; graph.node_count()];
                for at in order.iter().rev() {
                    let depth = graph.neighbors(*at).map(|to| depths[to.index()] + 1).max();
                    depths[at.index()] = depth.unwrap_or(0);
                }
                let depth = depths.into_iter().max().unwrap_or(0);
                let message = format!("`{name}` would be more than {DEPTH_MAX} values away from a number");
                (depth > DEPTH_MAX).then_some(("too-large", message))
            }
        };
        if refused.is_some() {
            graph.retain_edges(|_, edge| edge.index() < before);
        }
        self.changed_references = Some(graph);
        refused.map_or(Ok(()), Err)
    }

    /// Which values refer to which, circles taken out.
    fn resolved_references(&self) -> DiGraph<(), ()> {
        let mut graph = DiGraph::new();
        for _ in &self.draft.values {
            graph.add_node(());
        }
        for at in 0..self.draft.values.len() {
            let value = AssumptionId::at(at);
            for target in values_in(&self.assumptions[at].tree) {
                graph.add_edge(node(value), node(target), ());
            }
        }
        graph
    }
}

/// Values are the first assumptions.
fn node(value: AssumptionId) -> NodeIndex {
    NodeIndex::new(value.index())
}

fn values_in(tree: &Tree<Leaf>) -> Vec<AssumptionId> {
    let leaves = tree.leaves();
    let values = leaves.iter().filter_map(|(_, leaf)| match leaf.value {
        LeafValue::Value(id) => Some(id),
        _ => None,
    });
    values.collect()
}
