//! The journey: steps and branches in a graph, who arrives, and every number with its name.
//!
//! If you hold a [`Journey`], it makes sense: [`build()`] is the only way to get one, and all
//! checks happen there.

pub mod assumption;
mod build;
pub mod calendar_shares;
pub mod change;
pub mod condition;
pub mod delay;
pub mod draft;
pub mod evaluate;
pub mod law;
mod lever;
mod parts;
mod roles;
mod tree;

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::clock::Clock;

pub use assumption::{Assumption, AssumptionId, Draw, DrawId, Role, World};
pub(crate) use build::TAKEN;
pub use build::{Built, build, metric_names};
pub use change::{ChangeSet, ChangeTarget, Op, ResolvedChange};
pub use condition::{Atom, Rule};
pub use draft::{Bound, Outcome, Per};
pub use lever::Lever;
pub use parts::{
    ArrivalStream, Attribute, AttributeKind, Branch, Budget, Cost, Delay, Fork, Mix, Observed, Product, SeriesTotal,
    Stage, Step, Target, Volume, Waiting,
};
pub(crate) use roles::Roles;
pub(crate) use tree::mark_values;
pub use tree::{CaseSpace, Key, Leaf, LeafValue, Tree};

macro_rules! id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Position in its list.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id at a position.
            ///
            /// # Panics
            ///
            /// Past `u32::MAX` entries, which `build` refuses.
            #[must_use]
            pub fn at(position: usize) -> Self {
                Self(u32::try_from(position).expect("lists are bounded by `build`"))
            }
        }
    )*};
}

id! {
    /// Position of a step in the file.
    StepId
    /// Position of a branch among all branches, step by step.
    BranchId
    /// Position of a stage in the funnel.
    StageId
    /// Position of an attribute.
    AttributeId
    /// Position of a product.
    ProductId
    /// Position of an arrival stream.
    StreamId
    /// Position of an event name; [`CONVERSION`] is the first.
    EventId
    /// Position of a delay.
    DelayId
    /// Position of a named part of costs.
    PartId
}
pub(crate) use id;

/// The event that makes a customer won.
pub const CONVERSION: EventId = EventId(0);

/// A customer journey: everything a scenario says, checked and numbered.
#[derive(Debug, Clone)]
pub struct Journey {
    /// Display name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Label for money.
    pub currency: Option<String>,
    /// Discount rate per year.
    pub discount: Option<f64>,
    /// Ticks, days and periods.
    pub clock: Clock,
    /// The funnel, in order.
    pub stages: Vec<Stage>,
    /// What is known of each customer.
    pub attributes: Vec<Attribute>,
    /// What is sold.
    pub products: Vec<Product>,
    /// Costs that come whether customers do or not.
    pub budgets: Vec<Budget>,
    /// Who comes when.
    pub streams: Vec<ArrivalStream>,
    /// Who is under way at tick 0.
    pub pipeline: Vec<Waiting>,
    /// Names of events; `conversion` first.
    pub events: Vec<String>,
    /// Names of parts of costs.
    pub cost_parts: Vec<String>,
    /// Every number, in the order of the file.
    pub assumptions: Vec<Assumption>,
    /// Every delay, in the order of the file.
    pub delays: Vec<Delay>,
    /// What is drawn once per world.
    pub draws: assumption::Draws,
    /// Changes in the order they apply.
    pub changes: Vec<ChangeSet>,
    /// What is to be reached.
    pub targets: Vec<Target>,
    /// What `solve` may move.
    pub levers: Vec<Lever>,
    graph: DiGraph<Step, Branch>,
    first_branches: Vec<u32>,
}

impl Journey {
    /// The steps as nodes and the branches as edges.
    #[must_use]
    pub fn graph(&self) -> &DiGraph<Step, Branch> {
        &self.graph
    }

    /// Every step, in the order of the file.
    pub fn steps(&self) -> impl Iterator<Item = (StepId, &Step)> {
        self.graph
            .node_weights()
            .enumerate()
            .map(|(at, step)| (StepId::at(at), step))
    }

    /// How many steps there are.
    #[must_use]
    pub fn step_count(&self) -> usize {
        self.graph.node_count()
    }

    /// How many branches there are.
    #[must_use]
    pub fn branch_count(&self) -> usize {
        self.graph.edge_count()
    }

    /// A step.
    #[must_use]
    pub fn step(&self, id: StepId) -> &Step {
        &self.graph[NodeIndex::new(id.index())]
    }

    pub(crate) fn step_mut(&mut self, id: StepId) -> &mut Step {
        &mut self.graph[NodeIndex::new(id.index())]
    }

    /// The branches of a step, in the order of the file: the one place that knows this order.
    pub fn branches(&self, step: StepId) -> impl ExactSizeIterator<Item = BranchId> + use<> {
        let range = self.first_branches[step.index()]..self.first_branches[step.index() + 1];
        range.map(BranchId)
    }

    /// A branch.
    #[must_use]
    pub fn branch(&self, id: BranchId) -> &Branch {
        &self.graph[EdgeIndex::new(id.index())]
    }

    /// The steps a branch leads from and to.
    ///
    /// # Panics
    ///
    /// If the branch is of another journey.
    #[must_use]
    pub fn ends(&self, id: BranchId) -> (StepId, StepId) {
        let (from, to) = self
            .graph
            .edge_endpoints(EdgeIndex::new(id.index()))
            .expect("branch ids come from this graph");
        (StepId::at(from.index()), StepId::at(to.index()))
    }

    /// Every branch with the steps it leads from and to.
    pub fn all_branches(&self) -> impl Iterator<Item = (BranchId, StepId, StepId, &Branch)> {
        self.graph.edge_references().map(|edge| {
            let ends = (edge.source().index(), edge.target().index());
            (
                BranchId::at(edge.id().index()),
                StepId::at(ends.0),
                StepId::at(ends.1),
                edge.weight(),
            )
        })
    }

    /// The owner of a step: its own, or its stage's.
    #[must_use]
    pub fn owner(&self, step: StepId) -> Option<&str> {
        let step = self.step(step);
        let of_stage = || step.stage.and_then(|it| self.stages[it.index()].owner.as_deref());
        step.owner.as_deref().or_else(of_stage)
    }

    /// An assumption.
    #[must_use]
    pub fn assumption(&self, id: AssumptionId) -> &Assumption {
        &self.assumptions[id.index()]
    }

    /// How many values a key can have; `arrival` has one for every stream and, if anybody waits
    /// there, one for the pipeline.
    ///
    /// # Panics
    ///
    /// If a counter has more values than `build` lets it have.
    #[must_use]
    pub fn key_size(&self, key: Key) -> usize {
        match key {
            Key::Arrival => arrival_size(self.streams.len(), self.pipeline.len()),
            Key::Attribute(id) => self.attributes[id.index()].size(),
        }
    }

    /// How a value of a key is written; the number after the last stream is `pipeline`.
    #[must_use]
    pub fn key_label(&self, key: Key, value: u32) -> String {
        match key {
            Key::Arrival => {
                let stream = self.streams.get(value as usize);
                stream.map_or_else(|| "pipeline".to_owned(), |it| it.id.clone())
            }
            Key::Attribute(id) => self.attributes[id.index()].label(value),
        }
    }

    /// The ticks at which some change begins or ends to hold, tick 0 included: between them no
    /// value changes.
    #[must_use]
    pub fn stretches(&self) -> Vec<u32> {
        let mut starts = vec![0];
        for set in self.changes.iter().filter(|it| !it.changes.is_empty()) {
            starts.extend([set.ticks.from, set.ticks.until]);
        }
        starts.retain(|it| *it < self.clock.ticks);
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// The steps that can be reached a second time: those in a loop.
    #[must_use]
    pub fn in_loops(&self) -> Vec<bool> {
        let mut revisited = vec![false; self.step_count()];
        // Not Tarjan's algorithm: petgraph's calls itself, and chains of steps may be long.
        for component in petgraph::algo::kosaraju_scc(&self.graph) {
            let loops = component.len() > 1 || self.graph.contains_edge(component[0], component[0]);
            for step in component {
                revisited[step.index()] = loops;
            }
        }
        revisited
    }
}

/// How many values `arrival` can have; one even where nobody arrives, so that tables can be read.
fn arrival_size(streams: usize, waiting: usize) -> usize {
    (streams + usize::from(waiting > 0)).max(1)
}
