//! The metric that is looked at, and worlds worked out for it.

use std::cell::Cell;

use crate::clock::TickRange;
use crate::engine::{AnyTally, EngineFault, RunOptions, Simulator};
use crate::forecast::{Layout, Watch, record};
use crate::journey::{Bound, Journey, LeafValue, Target, Tree, World, metric_names};
use crate::plan::{Model, Plan, compile};

use super::SensitivityError;

/// A metric over some days.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measure {
    /// The metric.
    pub(super) metric: String,
    /// The label of the days; `None` for the whole horizon.
    pub(super) over: Option<String>,
    ticks: TickRange,
}

/// Rates: the metric, what it is a share of, and the position of that among the bases.
const RATES: [(&str, &str, usize); 2] = [("conversion_rate", "won", 0), ("churn_rate", "churned", 1)];

impl Measure {
    /// The metric that was asked for; by default profit, if the journey knows money, else `won`.
    pub(super) fn of(journey: &Journey, metric: Option<&str>, over: Option<&str>) -> Result<Self, SensitivityError> {
        let metric = metric.unwrap_or(if knows_money(journey) { "profit" } else { "won" });
        let known = metric_names(journey);
        if !known.iter().any(|it| it == metric) {
            return Err(SensitivityError::UnknownMetric {
                metric: metric.to_owned(),
                known,
            });
        }
        let over = over.filter(|it| *it != "horizon");
        let clock = &journey.clock;
        let ticks = match over {
            None => TickRange {
                from: 0,
                until: clock.ticks,
            },
            Some(label) => {
                let unknown = || SensitivityError::UnknownPeriod {
                    label: label.to_owned(),
                    dated: clock.dated,
                };
                let (from, until) = clock.days_of(label).ok_or_else(unknown)?;
                if until < clock.begin || from > clock.end {
                    return Err(SensitivityError::OutsideForecast {
                        label: label.to_owned(),
                        begin: clock.begin.to_string(),
                        end: clock.end.to_string(),
                    });
                }
                if metric == "pipeline" || RATES.iter().any(|it| it.0 == metric) {
                    return Err(SensitivityError::OfHorizonOnly(metric.to_owned()));
                }
                clock.ticks_within(from.max(clock.begin), until)
            }
        };
        Ok(Self {
            metric: metric.to_owned(),
            over: over.map(str::to_owned),
            ticks,
        })
    }

    /// The journey with this metric as its last target: that is a cell of its records.
    fn on(&self, mut journey: Journey) -> Journey {
        journey.targets.push(Target {
            id: String::new(),
            metric: self.metric.clone(),
            bound: Bound::AtLeast(0.0),
            so_far: 0.0,
            over: self.over.clone(),
            ticks: self.ticks,
        });
        journey
    }
}

/// Whether anything costs or earns money.
fn knows_money(journey: &Journey) -> bool {
    let is_something = |id| {
        let tree: &Tree<crate::journey::Leaf> = &journey.assumption(id).tree;
        tree.leaves()
            .iter()
            .any(|(_, leaf)| leaf.value != LeafValue::Known(0.0))
    };
    let of_steps = journey
        .steps()
        .flat_map(|(_, it)| it.revenue.into_iter().chain(it.costs.iter().map(|cost| cost.amount)));
    let of_products = journey
        .products
        .iter()
        .flat_map(|it| it.price.into_iter().chain(it.cost));
    let of_budgets = journey.budgets.iter().map(|it| it.amount);
    of_steps.chain(of_products).chain(of_budgets).any(is_something)
}

/// A journey made ready to be measured.
pub(super) struct Prepared {
    pub(super) journey: Journey,
    plan: Plan,
    layout: Layout,
    /// The cell of the metric, and of what it is a share of.
    cells: (usize, Option<usize>),
}

impl Prepared {
    pub(super) fn of(journey: Journey, measure: &Measure) -> Self {
        let journey = measure.on(journey);
        let plan = compile(&journey);
        let layout = Layout::of(&journey, &plan);
        let rate = RATES.iter().find(|it| it.0 == measure.metric);
        let cells = match rate {
            None => (layout.targets + journey.targets.len() - 1, None),
            Some((_, part, base)) => {
                let part = layout.totals.iter().position(|it| it == part);
                (part.expect("every journey counts them"), Some(layout.bases + base))
            }
        };
        Self {
            journey,
            plan,
            layout,
            cells,
        }
    }

    pub(super) fn model(&self) -> Model<'_> {
        Model {
            journey: &self.journey,
            plan: &self.plan,
        }
    }

    pub(super) fn measured(&self, run: RunOptions) -> Result<Measured<'_>, EngineFault> {
        Ok(Measured {
            prepared: self,
            simulator: Simulator::new(self.model(), run)?,
        })
    }
}

/// What a replication in a world comes to: a part of a base, which is 1 for what is no rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sample {
    pub(super) part: f64,
    pub(super) base: f64,
}

/// The metric over several replications of a world.
pub(super) fn value_of(samples: &[Sample]) -> f64 {
    let part: f64 = samples.iter().map(|it| it.part).sum();
    let base: f64 = samples.iter().map(|it| it.base).sum();
    part / base
}

/// An engine that measures worlds.
pub(super) struct Measured<'a> {
    prepared: &'a Prepared,
    simulator: Simulator<'a>,
}

impl Measured<'_> {
    pub(super) fn journey(&self) -> &Journey {
        &self.prepared.journey
    }

    /// Measures worlds: `chosen` tells each and the replication whose luck it meets. `None` if it
    /// was stopped before all were done.
    pub(super) fn samples(
        &self,
        count: u64,
        chosen: &(dyn Fn(u64) -> (World, u64) + Sync),
        course: &Course<'_>,
    ) -> Result<Option<Vec<Sample>>, EngineFault> {
        let it = self.prepared;
        let extract = |rates: &_, tally: AnyTally<'_>| {
            let record = record(it.model(), &it.layout, rates, tally);
            Sample {
                part: record[it.cells.0],
                base: it.cells.1.map_or(1.0, |cell| record[cell]),
            }
        };
        let before = course.done.get();
        let total = course.total.max(before + count);
        let reached = |done: u64| (course.watch.reached)(before + done, total);
        let samples = self
            .simulator
            .run_in(count, chosen, extract, &reached, course.watch.stop)?;
        if let Some(samples) = &samples {
            course.done.set(before + samples.len() as u64);
        }
        Ok(samples)
    }
}

/// How far the work has come.
pub(super) struct Course<'a> {
    pub(super) watch: Watch<'a>,
    pub(super) done: Cell<u64>,
    pub(super) total: u64,
}
