//! The only constructor of a [`Journey`]: resolves every name, checks everything that needs more
//! than one entry of the file, and tells all mistakes in one go.

mod arrivals;
mod changes;
mod conditions;
mod delays;
mod forks;
mod loops;
mod names;
mod numbers;
mod range;
mod ranges;
mod redraw;
mod steps;
mod targets;
mod values;
mod warnings;

use petgraph::graph::DiGraph;

use super::assumption::{Assumption, Draws};
use super::draft::Draft;
use super::{Attribute, AttributeKind, Delay, Journey, Product, Stage, StepId};
use crate::clock::{Clock, ClockFault, Duration, DurationUnit, Horizon};
use crate::problem::{At, Fault};

use names::Names;
pub(crate) use names::TAKEN;
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
/// More combinations than this, each with its branches, are refused.
const CELLS_MAX: usize = 5_000_000;

/// So many names are compared with misspelt ones; behind that nobody reads the suggestions, and
/// looking for them takes long.
const COMPARISONS_MAX: usize = 1_000_000;

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
        clock_is_sound: clock.is_some(),
        clock: clock.unwrap_or_else(|| any_clock(draft)),
        names,
        faults,
        assumptions: Vec::new(),
        delays: Vec::new(),
        draws: Draws::default(),
        uses: values::Uses::default(),
        changed_references: None,
        comparisons_left: COMPARISONS_MAX,
        entry: None,
    };
    let journey = builder.journey();
    match journey {
        Some(journey) if builder.faults.is_empty() => {
            let warnings = warnings::warnings(&journey, draft);
            Ok(Built { journey, warnings })
        }
        _ => Err(builder.faults),
    }
}

fn clock(draft: &Draft, faults: &mut Vec<Fault>) -> Option<Clock> {
    let (horizon, tick) = (&draft.horizon, &draft.tick);
    let fault = match Clock::new(draft.begin, horizon.0, tick.0, draft.period) {
        Ok(clock) => return Some(clock),
        Err(fault) => fault,
    };
    let (code, at, message) = match fault {
        ClockFault::Tick(message) => ("out-of-range", &tick.1, message),
        ClockFault::Horizon(message) => ("out-of-range", &horizon.1, message),
        ClockFault::Backwards(message) => ("bad-date", &horizon.1, message),
        ClockFault::TooLong(message) => ("too-large", &horizon.1, message),
    };
    faults.push(Fault::mistake(code, at.clone(), message));
    None
}

/// A sound clock with which the rest of the file can be checked; the journey is refused anyway.
fn any_clock(draft: &Draft) -> Clock {
    let one = |unit| Duration { amount: 1.0, unit };
    let year = Horizon::For(one(DurationUnit::Year));
    let begin = draft.begin.filter(|it| it.year() < 9000);
    Clock::new(begin, year, one(DurationUnit::Day), draft.period).expect("a year of days is sound")
}

struct Builder<'a> {
    draft: &'a Draft,
    clock: Clock,
    /// Whether it is the one of the file.
    clock_is_sound: bool,
    names: Names<'a>,
    faults: Vec<Fault>,
    assumptions: Vec<Assumption>,
    delays: Vec<Delay>,
    draws: Draws,
    uses: values::Uses,
    /// Which values refer to which under any change, once some change makes one refer to another.
    changed_references: Option<DiGraph<(), ()>>,
    comparisons_left: usize,
    /// Where arrivals enter that say nothing else, once that was asked for.
    #[expect(clippy::option_option, reason = "asked for or not, and then found or not")]
    entry: Option<Option<StepId>>,
}

impl Builder<'_> {
    /// The journey, with something harmless wherever there is a mistake: so everything else in it
    /// can be checked as well.
    fn journey(&mut self) -> Option<Journey> {
        if self.too_large() {
            return None;
        }
        let draft = self.draft;
        self.values();
        let attributes = self.attributes();
        let shared_mix = self.shared_mix();
        let products = self.products();
        let budgets = self.budgets();
        if draft.entry.is_some() {
            self.entry();
        }
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
        let mut events = steps::Labels::default();
        events.number("conversion");
        let mut cost_parts = steps::Labels::default();
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
            events: events.names,
            cost_parts: cost_parts.names,
            assumptions: Vec::new(),
            delays: std::mem::take(&mut self.delays),
            draws: Draws::default(),
            changes: Vec::new(),
            targets: Vec::new(),
            levers: Vec::new(),
            graph,
            first_branches,
        };
        let misled = self.resolve_changes(&mut journey);
        journey.targets = self.targets(&journey);
        journey.assumptions = std::mem::take(&mut self.assumptions);
        journey.draws = std::mem::take(&mut self.draws);
        self.faults
            .extend(arrivals::check_weights(&journey, draft, &shared_mix));
        let too_large = ranges::check_sizes(&journey);
        if too_large.is_empty() {
            self.faults.extend(forks::check_chances(&journey, draft));
            self.faults.extend(loops::timeless(&journey, draft));
            self.faults.extend(ranges::check_ranges(&journey, draft, &misled));
        }
        self.faults.extend(too_large);
        Some(journey)
    }

    /// Whether the file cannot be looked at any further.
    fn too_large(&mut self) -> bool {
        let steps = self.draft.steps.len();
        let branches: usize = self.draft.steps.iter().map(|it| it.branches.len()).sum();
        if steps == 0 {
            let fault = Fault::mistake("missing-key", At::top().on_key(), "there are no steps");
            self.faults.push(fault);
            return true;
        }
        let mut is_too_large = false;
        for (count, what) in [(steps, "steps"), (branches, "branches")] {
            if count > ENTRIES_MAX {
                let message = format!("{count} {what} are more than the {ENTRIES_MAX} that fit");
                let fault = Fault::mistake("too-large", At::top().key("steps"), message);
                self.faults.push(fault);
                is_too_large = true;
            }
        }
        is_too_large
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
            let message = format!("the lower bound comes first: {high} to {low}, not {low} to {high}");
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
