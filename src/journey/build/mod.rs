//! The only constructor of a [`Journey`]: resolves every name, checks everything that needs more
//! than one entry of the file, and tells all mistakes in one go.

mod arrivals;
mod changes;
mod forks;
mod loops;
mod names;
mod numbers;
mod steps;
mod targets;
mod warnings;

use petgraph::graph::DiGraph;

use super::assumption::{Assumption, Draws};
use super::draft::Draft;
use super::{Attribute, AttributeKind, Delay, Journey, Product, Stage};
use crate::clock::{Clock, ClockFault, Duration, DurationUnit, Horizon};
use crate::problem::{At, Fault};

use names::Names;
pub use targets::metric_names;

/// A journey and what its author should know about it.
#[derive(Debug, Clone)]
pub struct Built {
    /// The journey.
    pub journey: Journey,
    /// What does not stop a run.
    pub warnings: Vec<Fault>,
}

/// More entries than this in one list are refused.
const ENTRIES_MAX: usize = 1_000_000;
/// More values than this in a counter are refused.
const COUNTER_VALUES_MAX: i64 = 65_536;
/// More combinations of `by` values than this at one step are refused.
pub(crate) const CASES_MAX: usize = 100_000;

/// Turns what somebody wrote into a journey.
///
/// # Errors
///
/// Every mistake found, in no particular order.
pub fn build(draft: &Draft) -> Result<Built, Vec<Fault>> {
    let mut faults = Vec::new();
    let clock = clock(draft, &mut faults);
    let names = Names::of(draft, &mut faults);
    let mut builder = Builder {
        draft,
        clock,
        names,
        faults,
        assumptions: Vec::new(),
        delays: Vec::new(),
        draws: Draws::default(),
        uses: numbers::Uses::default(),
    };
    let journey = builder.journey();
    let Some(journey) = journey.filter(|_| builder.faults.is_empty()) else {
        return Err(builder.faults);
    };
    let faults = changes::check_ranges(&journey, draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    let warnings = warnings::warnings(&journey, draft);
    Ok(Built { journey, warnings })
}

fn clock(draft: &Draft, faults: &mut Vec<Fault>) -> Clock {
    let (horizon, tick) = (&draft.horizon, &draft.tick);
    Clock::new(draft.begin, horizon.0, tick.0, draft.period).unwrap_or_else(|fault| {
        let (at, message) = match fault {
            ClockFault::Tick(message) => (&tick.1, message),
            ClockFault::Horizon(message) => (&horizon.1, message),
        };
        faults.push(Fault::mistake("out-of-range", at.clone(), message));
        // Any sound clock lets the rest of the file be checked; the journey is refused anyway.
        let year = Horizon::For(Duration {
            amount: 1.0,
            unit: DurationUnit::Year,
        });
        let day = Duration {
            amount: 1.0,
            unit: DurationUnit::Day,
        };
        Clock::new(draft.begin.filter(|it| it.year() < 9000), year, day, draft.period).expect("a year of days is sound")
    })
}

struct Builder<'a> {
    draft: &'a Draft,
    clock: Clock,
    names: Names<'a>,
    faults: Vec<Fault>,
    assumptions: Vec<Assumption>,
    delays: Vec<Delay>,
    draws: Draws,
    uses: numbers::Uses,
}

impl Builder<'_> {
    fn journey(&mut self) -> Option<Journey> {
        if self.too_large() {
            return None;
        }
        let draft = self.draft;
        self.uses = numbers::Uses::of(draft);
        self.values();
        let attributes = self.attributes();
        let shared_mix = self.shared_mix();
        let products = self.products();
        let budgets = self.budgets();
        let streams = self.streams(&shared_mix);
        let pipeline = self.pipeline(&shared_mix);
        let stages = draft
            .stages
            .iter()
            .map(|it| Stage {
                id: it.id.text.clone(),
                title: title(it.title.as_ref(), &it.id.text),
                owner: it.owner.clone(),
            })
            .collect();
        let mut events = vec!["conversion".to_owned()];
        let mut cost_parts = Vec::new();
        let mut graph = DiGraph::new();
        let mut first_branches = vec![0];
        for step in &draft.steps {
            let step = self.step(step, &mut events, &mut cost_parts);
            graph.add_node(step);
        }
        for (at, step) in draft.steps.iter().enumerate() {
            self.branches(at, step, &mut graph);
            first_branches.push(u32::try_from(graph.edge_count()).ok()?);
        }
        if !self.faults.is_empty() {
            // Chances, loops and changes are checked on a sound graph only; what they would say
            // on a broken one would be nonsense. Targets and dates stand on their own.
            self.change_dates();
            self.loose_targets(&events, &cost_parts);
            return None;
        }
        self.draws.groups = self.redraw_groups(&graph);
        let mut journey = Journey {
            name: draft.name.clone(),
            description: draft.description.clone(),
            currency: draft.currency.clone(),
            discount: draft.discount,
            clock: self.clock.clone(),
            stages,
            attributes,
            products,
            budgets,
            streams,
            pipeline,
            events,
            cost_parts,
            assumptions: Vec::new(),
            delays: std::mem::take(&mut self.delays),
            draws: Draws::default(),
            changes: Vec::new(),
            targets: Vec::new(),
            levers: Vec::new(),
            graph,
            first_branches,
        };
        self.resolve_changes(&mut journey);
        journey.targets = self.targets(&journey);
        journey.assumptions = std::mem::take(&mut self.assumptions);
        journey.draws = std::mem::take(&mut self.draws);
        if self.faults.is_empty() {
            self.faults.extend(forks::check_chances(&journey, draft));
            self.faults.extend(loops::timeless(&journey, draft));
            self.faults.extend(arrivals::check_weights(&journey, draft));
        }
        Some(journey)
    }

    fn too_large(&mut self) -> bool {
        let steps = self.draft.steps.len();
        let branches: usize = self.draft.steps.iter().map(|it| it.branches.len()).sum();
        for (count, what) in [(steps, "steps"), (branches, "branches")] {
            if count > ENTRIES_MAX {
                let message = format!("{count} {what} are more than the {ENTRIES_MAX} that fit");
                self.faults
                    .push(Fault::mistake("too-large", At::top().key("steps"), message));
            }
        }
        !self.faults.is_empty() && (steps > ENTRIES_MAX || branches > ENTRIES_MAX)
    }

    fn products(&mut self) -> Vec<Product> {
        let mut products = Vec::new();
        for product in &self.draft.products {
            let path = |key: &str| format!("products.{}.{key}", product.id.text);
            products.push(Product {
                id: product.id.text.clone(),
                title: title(product.title.as_ref(), &product.id.text),
                price: product
                    .price
                    .as_ref()
                    .map(|it| self.number(path("price"), super::Role::ProductMoney, it)),
                cost: product
                    .cost
                    .as_ref()
                    .map(|it| self.number(path("cost"), super::Role::ProductMoney, it)),
            });
        }
        // Units of a product that is not described need no description.
        for name in self.names.loose_products.clone() {
            products.push(Product {
                title: title(None, &name),
                id: name,
                price: None,
                cost: None,
            });
        }
        products
    }

    fn attributes(&mut self) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        for attribute in &self.draft.attributes {
            let kind = match &attribute.kind {
                super::draft::AttributeKindDraft::Category(values) => {
                    AttributeKind::Category(values.iter().map(|(name, _)| name.text.clone()).collect())
                }
                super::draft::AttributeKindDraft::Counter { low, high, start } => {
                    self.counter(&attribute.id, *low, *high, *start)
                }
            };
            attributes.push(Attribute {
                id: attribute.id.text.clone(),
                kind,
            });
        }
        attributes
    }

    fn counter(&mut self, id: &super::draft::Name, low: i64, high: i64, start: i64) -> AttributeKind {
        let at = At::top().key("customer").key(&id.text);
        let size = i128::from(high) - i128::from(low) + 1;
        if size < 1 {
            let message = format!("the bounds {low} and {high} are the wrong way round");
            self.faults
                .push(Fault::mistake("out-of-range", at.key("counter"), message));
        } else if size > i128::from(COUNTER_VALUES_MAX) {
            let message = format!("a counter can have up to {COUNTER_VALUES_MAX} values, not {size}");
            self.faults
                .push(Fault::mistake("too-large", at.key("counter"), message));
        } else if !(low..=high).contains(&start) {
            let message = format!("the start {start} is outside {low} to {high}");
            self.faults
                .push(Fault::mistake("out-of-range", at.key("start"), message));
        } else {
            let start = u32::try_from(start - low).expect("the size was checked");
            return AttributeKind::Counter { low, high, start };
        }
        AttributeKind::Counter {
            low: 0,
            high: 0,
            start: 0,
        }
    }
}

/// The display name of an id.
fn title(given: Option<&String>, id: &str) -> String {
    given.cloned().unwrap_or_else(|| id.replace('_', " "))
}
