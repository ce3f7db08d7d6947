//! What is worked out for each customer, and in which columns.

use crate::journey::Journey;
use crate::plan::Plan;
use crate::plan::states::State;

/// Something that a customer collects on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Being one of the customers who arrive.
    Arrivals,
    /// Being one of the customers who are under way at tick 0.
    Pipeline,
    /// The first conversion.
    Won,
    /// A conversion event, each time.
    Conversions,
    /// Ending without having converted.
    Lost,
    /// Ending after having converted.
    Churned,
    /// Ending otherwise.
    Other,
    /// Being under way at the horizon.
    Open,
    /// Being under way at the horizon, at a step of the stage at this position.
    OpenAt(u32),
    /// Money earned.
    Revenue,
    /// Money spent.
    Cost,
    /// The part of it that has this number.
    Part(u32),
    /// Revenue minus cost.
    Profit,
    /// Profit, discounted to tick 0.
    PresentValue,
    /// Units of the product at this position.
    Units(u32),
    /// The event of this number, each time.
    Event(u32),
    /// Coming as far as the stage at this position, or past it.
    Stage(u32),
    /// Having converted by the horizon, and neither left nor ended otherwise.
    Kept,
    /// Being under way at the horizon without having converted.
    Undecided,
}

impl Metric {
    /// The metrics of the horizon, in the order of [`crate::journey::metric_names`], the rates
    /// aside.
    ///
    /// # Panics
    ///
    /// Past `u32::MAX` entries in a list, which `build` refuses.
    #[must_use]
    pub fn of_horizon(journey: &Journey) -> Vec<Self> {
        let numbers = |count: usize| (0..count).map(|at| u32::try_from(at).expect("lists are bounded by `build`"));
        let mut metrics = vec![
            Self::Arrivals,
            Self::Pipeline,
            Self::Won,
            Self::Conversions,
            Self::Lost,
            Self::Churned,
            Self::Other,
            Self::Open,
        ];
        metrics.extend(numbers(journey.stages.len()).map(Self::OpenAt));
        metrics.extend([Self::Revenue, Self::Cost]);
        metrics.extend(numbers(journey.cost_parts.len()).map(Self::Part));
        metrics.push(Self::Profit);
        metrics.extend(journey.discount.map(|_| Self::PresentValue));
        metrics.extend(numbers(journey.products.len()).map(Self::Units));
        metrics.extend(numbers(journey.events.len()).map(Self::Event));
        metrics
    }

    /// Whether a customer collects 1 at most once, so that its square is itself.
    pub(super) fn is_once(self) -> bool {
        match self {
            Self::Arrivals
            | Self::Pipeline
            | Self::Won
            | Self::Lost
            | Self::Churned
            | Self::Other
            | Self::Open
            | Self::OpenAt(_)
            | Self::Stage(_)
            | Self::Kept
            | Self::Undecided => true,
            Self::Conversions
            | Self::Revenue
            | Self::Cost
            | Self::Part(_)
            | Self::Profit
            | Self::PresentValue
            | Self::Units(_)
            | Self::Event(_) => false,
        }
    }
}

/// Which numbers are followed, and where they stand: first the means of all metrics, then the mean
/// squares of those that can be collected more than once.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) metrics: Vec<Metric>,
    /// The metrics with a square of their own.
    pub(super) squared: Vec<usize>,
    /// Metrics of who is under way at the horizon, and of whom.
    pub(super) open: Vec<(usize, Who)>,
    /// Columns, and one that stays 0 if there would be an odd number of them.
    pub(super) width: usize,
    /// Whether customers are followed to their next conversion event only.
    pub(super) until_conversion: bool,
}

/// Which customers under way count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// All of them.
    All,
    /// Those at a step of the stage at this position.
    At(u32),
    /// Those who have converted, or those who have not.
    Converted(bool),
}

impl Who {
    /// Whether customers of a state count.
    pub(super) fn includes(self, plan: &Plan, state: &State) -> bool {
        match self {
            Self::All => true,
            Self::At(stage) => plan.steps[state.step as usize].stage == stage + 1,
            Self::Converted(is_so) => state.has_converted == is_so,
        }
    }
}

impl Columns {
    /// Means only unless `squares`.
    pub(super) fn new(metrics: Vec<Metric>, squares: bool) -> Self {
        let more_than_once = |it: &usize| squares && !metrics[*it].is_once();
        let squared: Vec<usize> = (0..metrics.len()).filter(more_than_once).collect();
        let open = metrics.iter().enumerate().filter_map(|(at, it)| match it {
            Metric::Open => Some((at, Who::All)),
            Metric::OpenAt(stage) => Some((at, Who::At(*stage))),
            Metric::Kept => Some((at, Who::Converted(true))),
            Metric::Undecided => Some((at, Who::Converted(false))),
            _ => None,
        });
        Self {
            open: open.collect(),
            width: (metrics.len() + squared.len()).next_multiple_of(2),
            until_conversion: false,
            squared,
            metrics,
        }
    }

    /// The chance that there is a conversion event.
    pub(super) fn until_conversion() -> Self {
        Self {
            until_conversion: true,
            ..Self::new(vec![Metric::Conversions], false)
        }
    }

    /// The column of a metric's mean square.
    pub(super) fn square_of(&self, metric: usize) -> usize {
        let own = self.squared.iter().position(|it| *it == metric);
        own.map_or(metric, |at| self.metrics.len() + at)
    }

    /// Puts the discount factor of a tick where it belongs.
    pub(super) fn discount(&self, factor: f64, columns: &mut [f64]) {
        for at in (0..self.metrics.len()).filter(|it| self.metrics[*it] == Metric::PresentValue) {
            columns[at] = factor;
            let square = self.square_of(at);
            if square != at {
                columns[square] = factor * factor;
            }
        }
    }
}
