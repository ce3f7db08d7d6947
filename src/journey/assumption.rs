//! Every number of a scenario, with its path; and the worlds that are drawn for the unknown ones.

use std::sync::OnceLock;

use super::law::{Bounds, Law};
use super::tree::{Leaf, Tree};
use super::{BranchId, Per, id};
use crate::random::{Key, Purpose};

id! {
    /// Position of an assumption.
    AssumptionId
    /// Position of a number that is drawn once per world.
    DrawId
}

/// A number of the scenario that has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// Its path, such as `steps.visit.trial.chance`.
    pub path: String,
    /// What it is used for.
    pub role: Role,
    /// The number, by case.
    pub tree: Tree<Leaf>,
}

/// What a number is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The chance of a branch.
    Chance(BranchId),
    /// How often a branch was observed.
    Count(BranchId),
    /// Cost or revenue of a step.
    Money,
    /// Price or cost of a product.
    ProductMoney,
    /// A share of a step's revenue.
    RevenueShare,
    /// Units of a product.
    Units,
    /// Arrivals per unit of the calendar.
    ArrivalRate(Per),
    /// Arrivals of one month or day.
    ArrivalTotal,
    /// Arrivals on one day, or customers under way.
    Customers,
    /// Growth per unit of the calendar.
    Growth(Per),
    /// Factor of a calendar month.
    Season,
    /// Weight of a value in a mix.
    Weight,
    /// Money per unit of the calendar.
    BudgetRate(Per),
    /// An entry of `[values]`; what it is used for depends on who refers to it.
    Value,
}

impl Role {
    /// What such a number is, in a word or a few.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Chance(_) | Self::Count(_) => "chance",
            Self::Money | Self::ProductMoney | Self::BudgetRate(_) => "money",
            Self::RevenueShare => "share of revenue",
            Self::Units => "units",
            Self::ArrivalRate(_) | Self::ArrivalTotal => "arrivals",
            Self::Customers => "customers",
            Self::Growth(_) => "growth",
            Self::Season => "season",
            Self::Weight => "share",
            Self::Value => "value",
        }
    }
}

/// A number that is drawn once per world.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// The path of the value it stands for; its luck is keyed by it.
    pub path: String,
    /// How it is distributed.
    pub kind: DrawKind,
}

/// How a draw is distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DrawKind {
    /// On its own.
    Alone(Law, Bounds),
    /// Together with the other branches of an observed fork: Dirichlet with this parameter.
    Dirichlet(f64),
}

/// Everything that is drawn once per world.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draws {
    /// The numbers.
    pub draws: Vec<Draw>,
    /// Observed forks: ranges of draws that are shares of one whole.
    pub wholes: Vec<std::ops::Range<usize>>,
    /// Forks whose chances are drawn again together while they pass 1.
    pub groups: Vec<RedrawGroup>,
    keys: Vec<Key>,
    /// The mean world once it was asked for: means of truncated laws take an integral each.
    means: OnceLock<World>,
}

/// Draws that are drawn again together until no fork among them passes 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RedrawGroup {
    /// Positions of the draws.
    pub draws: Vec<usize>,
    /// Sums that must not pass 1: known part and positions of draws.
    pub sums: Vec<(f64, Vec<usize>)>,
}

/// One set of true values: an entry for every draw.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct World {
    values: Vec<f64>,
}

impl World {
    /// The value of a draw in this world.
    #[must_use]
    pub fn value(&self, draw: DrawId) -> f64 {
        self.values[draw.index()]
    }

    /// The same world but for one value.
    #[must_use]
    pub fn with(mut self, draw: DrawId, value: f64) -> Self {
        self.values[draw.index()] = value;
        self
    }
}

/// More attempts than this at a fork are not made: `build` refuses files that come near it.
const ATTEMPTS_MAX: u64 = 100_000;
/// Sums may pass 1 by rounding.
const SUM_TOLERANCE: f64 = 1e-9;

impl Draws {
    pub(crate) fn add(&mut self, draw: Draw) -> DrawId {
        let text = match draw.kind {
            DrawKind::Alone(..) => draw.path.clone(),
            // A fork's shares are one decision, apart from a chance of the same path.
            DrawKind::Dirichlet(_) => format!("{}#observed", draw.path),
        };
        self.keys.push(Key::new(0).with_text(&text));
        self.draws.push(draw);
        DrawId::at(self.draws.len() - 1)
    }

    /// Whether chances of some fork add up to more than 1 in this world; never in one that was drawn.
    #[must_use]
    pub fn pass_one(&self, world: &World) -> bool {
        self.groups.iter().any(|it| it.passes_one(&world.values))
    }

    /// The world of a replication.
    #[must_use]
    pub fn world(&self, seed: u64, replication: u64) -> World {
        let base = Key::new(seed).with(Purpose::World as u64).with(replication);
        let mut values: Vec<f64> = (0..self.draws.len()).map(|at| self.draw(base, at, 0)).collect();
        for whole in &self.wholes {
            let sum: f64 = values[whole.clone()].iter().sum();
            for value in &mut values[whole.clone()] {
                *value /= sum;
            }
        }
        for group in &self.groups {
            let mut attempt = 0;
            while group.passes_one(&values) && attempt < ATTEMPTS_MAX {
                attempt += 1;
                for at in &group.draws {
                    values[*at] = self.draw(base, *at, attempt);
                }
            }
        }
        World { values }
    }

    /// The world in which every unknown number is at its mean.
    #[must_use]
    pub fn mean_world(&self) -> World {
        self.means.get_or_init(|| self.work_out_means()).clone()
    }

    fn work_out_means(&self) -> World {
        let mut values: Vec<f64> = self
            .draws
            .iter()
            .map(|draw| match draw.kind {
                DrawKind::Alone(law, bounds) => law.mean(bounds),
                DrawKind::Dirichlet(parameter) => parameter,
            })
            .collect();
        for whole in &self.wholes {
            let sum: f64 = values[whole.clone()].iter().sum();
            for value in &mut values[whole.clone()] {
                *value /= sum;
            }
        }
        World { values }
    }

    fn draw(&self, base: Key, at: usize, attempt: u64) -> f64 {
        let mut stream = base.with(self.keys[at].bits()).with(attempt).stream();
        match self.draws[at].kind {
            DrawKind::Alone(law, bounds) => law.draw(bounds, &mut stream),
            DrawKind::Dirichlet(parameter) => {
                // Shares of a Dirichlet are independent gammas divided by their sum.
                let gamma = Law::Gamma {
                    shape: parameter,
                    scale: 1.0,
                };
                gamma.draw(Bounds::NOT_NEGATIVE, &mut stream).max(f64::MIN_POSITIVE)
            }
        }
    }
}

impl RedrawGroup {
    /// Whether some fork's chances add up to more than 1.
    fn passes_one(&self, values: &[f64]) -> bool {
        self.sums
            .iter()
            .any(|(known, draws)| known + draws.iter().map(|at| values[*at]).sum::<f64>() > 1.0 + SUM_TOLERANCE)
    }

    /// Whether some fork passes 1 in more than half of the first attempts at `worlds` worlds under
    /// seed 0.
    pub(crate) fn passes_mostly(&self, draws: &Draws, worlds: u64) -> bool {
        // What is drawn in a world: `None` as long as no sum has needed it.
        let mut values: Vec<Option<f64>> = vec![None; self.draws.len()];
        let position = |draw: &usize| {
            self.draws
                .binary_search(draw)
                .expect("a group has the draws of its sums")
        };
        let positions = |draws: &Vec<usize>| draws.iter().map(position).collect();
        let sums: Vec<(f64, Vec<usize>)> = self.sums.iter().map(|it| (it.0, positions(&it.1))).collect();
        let (mut passing, mut others) = (0, 0);
        for replication in 0..worlds {
            let base = Key::new(0).with(Purpose::World as u64).with(replication);
            values.fill(None);
            let mut value = |at: usize| *values[at].get_or_insert_with(|| draws.draw(base, self.draws[at], 0));
            let passes = sums.iter().any(|(known, positions)| {
                let drawn: f64 = positions.iter().map(|at| value(*at)).sum();
                known + drawn > 1.0 + SUM_TOLERANCE
            });
            *(if passes { &mut passing } else { &mut others }) += 1;
            if 2 * passing > worlds || 2 * others >= worlds {
                break;
            }
        }
        2 * passing > worlds
    }
}
