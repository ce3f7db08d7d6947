//! What is known of the law of every cell within a world, and the variances that can be worked out.

use std::sync::atomic::AtomicBool;

use crate::engine::exact::{Count, Metric, Moments, Often, Possible};
use crate::engine::{Engine, EngineFault, Simulator};
use crate::journey::{CONVERSION, Fork, Journey, StepId};
use crate::plan::{Line, Model, Rates, States, Ways};

use super::layout::{GroupedBy, Layout};
use super::worlds::{CellLaw, Laws};

/// The laws of all cells of a layout, and the variances of a world.
#[derive(Debug)]
pub struct Variances<'a> {
    cells: Vec<CellLaw>,
    moments: Option<Moments<'a>>,
    /// How many metrics are worked out.
    metrics: usize,
    /// By variance: the group and the position of its metric.
    wanted: Vec<(usize, usize)>,
}

impl<'a> Variances<'a> {
    /// What the journey says of the laws.
    #[must_use]
    pub fn of(model: Model<'a>, layout: &Layout, states: &'a States) -> Self {
        let mut it = Judge {
            model,
            layout,
            possible: Possible::of(model, states),
            cells: vec![CellLaw::Unknown; layout.len],
            metrics: Vec::new(),
            wanted: Vec::new(),
        };
        it.judge();
        let is_of_all = it.wanted.iter().all(|it| it.0 == 0);
        let moments = (!it.metrics.is_empty()).then(|| {
            if is_of_all {
                Moments::new(model, states, &it.metrics)
            } else {
                Moments::by_group(model, states, &it.metrics)
            }
        });
        Self {
            cells: it.cells,
            moments,
            metrics: it.metrics.len(),
            wanted: it.wanted,
        }
    }

    /// What is known of each cell's law.
    #[must_use]
    pub fn cells(&self) -> &[CellLaw] {
        &self.cells
    }

    /// The variances within a world, as [`CellLaw::Variance`] numbers them.
    pub fn within(&mut self, rates: &Rates, ways: &Ways<'_>) -> Vec<f64> {
        let Some(moments) = &mut self.moments else {
            return Vec::new();
        };
        let found = moments.of(rates, ways);
        let variance = |(group, metric): &(usize, usize)| found[group * self.metrics + metric].variance();
        self.wanted.iter().map(variance).collect()
    }
}

/// What is known of the laws of all cells, in so many worlds.
///
/// # Errors
///
/// If the journey has no finite memory, or a number is too large to be counted.
pub(super) fn laws(
    simulator: &Simulator<'_>,
    layout: &Layout,
    worlds: u64,
    stop: &AtomicBool,
) -> Result<Laws, EngineFault> {
    let model = simulator.model();
    let states = States::of(model.journey, model.plan).map_err(|unfit| EngineFault::Unfit {
        engine: Engine::Exact,
        reason: unfit.words(model.journey),
    })?;
    let variances = simulator.in_worlds(
        worlds,
        || Variances::of(model, layout, &states),
        |it, rates| it.within(rates, &Ways::of(model.plan, &states, rates)),
        stop,
    )?;
    let mean = |at: usize| variances.iter().map(|it| it[at]).sum::<f64>() / variances.len() as f64;
    let count = variances.first().map_or(0, Vec::len);
    Ok(Laws {
        cells: Variances::of(model, layout, &states).cells,
        variances: (0..count).map(mean).collect(),
        is_certain: model.plan.is_known,
    })
}

struct Judge<'a, 'b> {
    model: Model<'a>,
    layout: &'b Layout,
    possible: Possible<'a>,
    cells: Vec<CellLaw>,
    metrics: Vec<Metric>,
    wanted: Vec<(usize, usize)>,
}

impl Judge<'_, '_> {
    fn judge(&mut self) {
        let (plan, layout) = (self.model.plan, self.layout);
        let metrics = Metric::of_horizon(self.model.journey);
        for (at, metric) in metrics.iter().enumerate() {
            self.cells[at] = self.total(0, *metric);
            // Targets and periods do not have the pipeline among their metrics.
            let Some(of_period) = layout.metrics.iter().position(|it| *it == layout.totals[at]) else {
                continue;
            };
            let law = self.known(0, *metric);
            for period in 0..plan.periods.len() {
                self.cells[layout.period(period, of_period)] = law;
            }
        }
        // As much as is needed of what shares are taken of.
        if self.cells[0] == CellLaw::Constant {
            self.cells[layout.bases] = CellLaw::Constant;
        }
        if self.cells[2] == CellLaw::Constant {
            self.cells[layout.bases + 1] = CellLaw::Constant;
        }
        for step in 0..plan.steps.len() {
            self.cells[layout.reached + step] = self.counted(0, &[Count::Reached(number(step))]);
            self.cells[layout.customers + step] = self.counted(0, &[Count::Customers(number(step))]);
        }
        for branch in 0..plan.branch_to.len() {
            self.cells[layout.taken + branch] = self.counted(0, &[Count::Taken(number(branch))]);
        }
        for stage in 0..plan.stages {
            self.cells[layout.funnel + stage] = self.counted(0, &[Count::Stage(number(stage))]);
        }
        for (at, step) in layout.index.ends.iter().enumerate() {
            for (place, converted) in [(0, false), (1, true)] {
                let count = Count::Ends(number(*step), converted);
                self.cells[layout.ends + 2 * at + place] = self.counted(0, &[count]);
            }
        }
        self.groups();
        self.targets(&metrics);
    }

    /// The law of a count over any days, as far as nothing has to be worked out.
    fn counted(&self, group: usize, counts: &[Count]) -> CellLaw {
        match self.possible.often(group, counts) {
            Often::Never => CellLaw::Constant,
            Often::PoissonOnce => CellLaw::Poisson,
            Often::Once | Often::Again => CellLaw::Unknown,
        }
    }

    /// The law of a metric of the horizon.
    fn total(&mut self, group: usize, metric: Metric) -> CellLaw {
        let known = self.known(group, metric);
        if known != CellLaw::Unknown {
            return known;
        }
        let column = self.metrics.iter().position(|it| *it == metric).unwrap_or_else(|| {
            self.metrics.push(metric);
            self.metrics.len() - 1
        });
        let wanted = (group, column);
        let at = self.wanted.iter().position(|it| *it == wanted).unwrap_or_else(|| {
            self.wanted.push(wanted);
            self.wanted.len() - 1
        });
        CellLaw::Variance(at)
    }

    /// The law of a metric, whatever the days.
    fn known(&self, group: usize, metric: Metric) -> CellLaw {
        let streams = 0..self.model.plan.streams.len();
        let booked = |is_booked: &dyn Fn(Line) -> bool| {
            let steps = self.model.plan.steps.iter().enumerate();
            let booking = steps.filter(|(_, it)| it.lines.iter().any(|line| is_booked(*line)));
            let counts: Vec<Count> = booking.map(|(step, _)| Count::Booked(number(step))).collect();
            match self.possible.often(group, &counts) {
                Often::Never => CellLaw::Constant,
                _ => CellLaw::Unknown,
            }
        };
        match metric {
            Metric::Pipeline => CellLaw::Constant,
            Metric::Arrivals if group == 0 => {
                if streams.clone().all(|it| self.possible.is_known(it)) {
                    CellLaw::Constant
                } else if streams.clone().all(|it| self.possible.is_poisson(it)) {
                    CellLaw::Poisson
                } else {
                    CellLaw::Unknown
                }
            }
            Metric::Arrivals => match self.possible.often(group, &[Count::Open]) {
                Often::PoissonOnce => CellLaw::Poisson,
                Often::Never => CellLaw::Constant,
                Often::Once | Often::Again => CellLaw::Unknown,
            },
            Metric::Won => self.counted(group, &[Count::Won]),
            Metric::Conversions => self.counted(group, &[Count::Conversions]),
            Metric::Lost => self.counted(group, &[Count::Lost]),
            Metric::Churned => self.counted(group, &[Count::Churned]),
            Metric::Other => self.counted(group, &[Count::Other]),
            Metric::Open => self.counted(group, &[Count::Open]),
            Metric::OpenAt(stage) => self.counted(group, &[Count::OpenAt(stage)]),
            Metric::Event(event) => self.counted(group, &[Count::Event(event)]),
            Metric::Stage(stage) => self.counted(group, &[Count::Stage(stage)]),
            Metric::Revenue => booked(&Line::is_revenue),
            Metric::Cost => booked(&Line::is_cost),
            Metric::Part(part) => {
                booked(&|line| matches!(line, Line::Cost(of, _) | Line::CostShare(of, _) if of == part))
            }
            Metric::Profit | Metric::PresentValue => booked(&|line| line.is_revenue() || line.is_cost()),
            Metric::Units(product) => booked(&|line| matches!(line, Line::Units(of, _) if of == product)),
            Metric::Kept | Metric::Undecided => CellLaw::Unknown,
        }
    }

    fn groups(&mut self) {
        let (journey, layout) = (self.model.journey, self.layout);
        let mut cell = layout.groups;
        let mut by_customer = 1;
        let mut by_step = 0;
        for grouping in &layout.groupings {
            let width = grouping.metrics.len();
            for group in 0..grouping.groups.len() {
                match grouping.of {
                    GroupedBy::Arrival | GroupedBy::Attribute(_) => {
                        for (at, metric) in OF_CUSTOMERS.into_iter().enumerate() {
                            self.cells[cell + at] = self.of_group(grouping.of, group, by_customer, metric);
                        }
                        by_customer += 1;
                    }
                    GroupedBy::Channel | GroupedBy::Owner => {
                        for at in 0..width {
                            self.cells[cell + at] = self.of_steps(journey, by_step, group, at);
                        }
                    }
                }
                cell += width;
            }
            by_step += usize::from(matches!(grouping.of, GroupedBy::Channel | GroupedBy::Owner));
        }
    }

    /// A metric of a group of customers; `number` is the group's among all such groups.
    fn of_group(&mut self, of: GroupedBy, group: usize, number: usize, metric: Metric) -> CellLaw {
        let streams = self.model.plan.streams.len();
        // The customers of a stream are counted, and those of the pipeline do not arrive.
        let is_known = of == GroupedBy::Arrival && (group >= streams || self.possible.is_known(group));
        if metric == Metric::Arrivals && is_known {
            CellLaw::Constant
        } else {
            self.total(number, metric)
        }
    }

    /// A metric of the steps of a channel or owner.
    fn of_steps(&self, journey: &Journey, grouping: usize, group: usize, metric: usize) -> CellLaw {
        let index = &self.layout.index;
        let events = journey.events.len();
        let steps = (0..journey.step_count()).filter(|it| index.step_groups[*it][grouping] == Some(group));
        let counts: Vec<Count> = steps
            .filter(|at| {
                let step = journey.step(StepId::at(*at));
                let ends_converted = matches!(step.fork, Fork::End(crate::journey::Outcome::Converted));
                let converts = step.events.contains(&CONVERSION) || ends_converted;
                let lines = &self.model.plan.steps[*at].lines;
                match metric {
                    0 | 1 => converts,
                    _ if metric <= events => step.events.iter().any(|it| it.index() + 1 == metric),
                    _ if metric == events + 1 => lines.iter().any(|it| it.is_revenue()),
                    _ if metric == events + 2 => lines.iter().any(|it| it.is_cost()),
                    _ => lines
                        .iter()
                        .any(|it| matches!(it, Line::Units(of, _) if *of as usize + events + 3 == metric)),
                }
            })
            .map(|at| Count::Reached(number(at)))
            .collect();
        match self.counted(0, &counts) {
            // Amounts are no counts.
            CellLaw::Poisson if metric > events => CellLaw::Unknown,
            law => law,
        }
    }

    fn targets(&mut self, metrics: &[Metric]) {
        for (at, target) in self.model.journey.targets.iter().enumerate() {
            let metric = self.layout.totals.iter().position(|it| *it == target.metric);
            let all = target.ticks.from == 0 && target.ticks.until >= self.model.plan.clock.ticks;
            self.cells[self.layout.targets + at] = match metric {
                Some(metric) if all => self.cells[metric],
                Some(metric) => self.known(0, metrics[metric]),
                // A rate.
                None => CellLaw::Unknown,
            };
        }
    }
}

/// The metrics of groups of customers, as [`super::layout::OF_CUSTOMERS`] names them.
const OF_CUSTOMERS: [Metric; 9] = [
    Metric::Arrivals,
    Metric::Won,
    Metric::Conversions,
    Metric::Lost,
    Metric::Churned,
    Metric::Open,
    Metric::Revenue,
    Metric::Cost,
    Metric::Profit,
];

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("lists are bounded by `build`")
}
