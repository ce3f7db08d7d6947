//! Whether engines agree on a scenario: in the mean of every cell, and in its spread.

mod jump;
mod score;

use crate::engine::Engine;
use crate::special::{Tails, normal_quantile};

use super::cells::{Cell, CellKind};
use super::record::Record;

pub use jump::Jumps;
use score::{errors, errors_if_skewed};

/// What an engine says of the replications of a scenario; all engines of the same ones, so that
/// they share their worlds.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The engine.
    pub engine: Engine,
    /// A record for every replication; from `exact` what is expected in its world, or a single one
    /// if there is but one world.
    pub records: Vec<Record>,
    /// Cells that this engine does not count.
    pub unknown: Vec<usize>,
}

/// What of two engines is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// The means of cells.
    Means,
    /// How far replications are from what is expected.
    Spread,
}

/// How two engines compare.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The engines.
    pub engines: (Engine, Engine),
    /// What of them is compared.
    pub compared: Compared,
    /// How many cells.
    pub cells: usize,
    /// The cell in which they differ most, if they differ in any.
    pub furthest: Option<Apart>,
    /// The cells in which they disagree, the worst first.
    pub disagreements: Vec<Apart>,
}

/// A cell in which two engines differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    /// Its name.
    pub cell: String,
    /// By how many standard errors.
    pub errors: f64,
}

/// How likely engines that agree are to be told apart by mistake, all cells taken together.
const MISTAKE: f64 = 1e-3;
/// Standard errors up to which engines agree, however few cells there are.
const BAR_MIN: f64 = 5.0;
/// Parts of a number that are rounding: of a cell, and of the largest of its kind, since cells may
/// be differences of others.
const ROUNDING: (f64, f64) = (1e-9, 1e-12);

/// Compares engines two by two: `individual` and `cohort` with `exact` in their means (with each
/// other, if `exact` is not there), and with each other in their spread.
///
/// # Panics
///
/// If the engines that draw have different numbers of replications.
#[must_use]
pub fn agreements(cells: &[Cell], samples: &[Sample], jumps: Jumps) -> Vec<Agreement> {
    let of = |engine: Engine| samples.iter().find(|it| it.engine == engine);
    let (exact, cohort, individual) = (of(Engine::Exact), of(Engine::Cohort), of(Engine::Individual));
    let mut pairs = Vec::new();
    for drawn in [individual, cohort].into_iter().flatten() {
        pairs.extend(exact.map(|exact| (drawn, exact, Compared::Means)));
    }
    if let (Some(individual), Some(cohort)) = (individual, cohort) {
        assert_eq!(
            individual.records.len(),
            cohort.records.len(),
            "engines are compared on the same replications"
        );
        if exact.is_none() {
            pairs.push((individual, cohort, Compared::Means));
        }
        pairs.push((individual, cohort, Compared::Spread));
    }
    let bar = bar(pairs.len() * cells.len());
    let compare = |(one, other, compared)| {
        let pair = Pair {
            one,
            other,
            expected: exact,
            compared,
            jumps,
            bar,
        };
        pair.agreement(cells)
    };
    pairs.into_iter().map(compare).collect()
}

/// Standard errors up to which engines agree when so many cells are looked at.
fn bar(cells: usize) -> f64 {
    let above = MISTAKE / 2.0 / cells.max(1) as f64;
    let below = 1.0 - above;
    normal_quantile(Tails { below, above }).max(BAR_MIN)
}

struct Pair<'a> {
    one: &'a Sample,
    other: &'a Sample,
    expected: Option<&'a Sample>,
    compared: Compared,
    jumps: Jumps,
    bar: f64,
}

impl Pair<'_> {
    fn agreement(&self, cells: &[Cell]) -> Agreement {
        let rounding = [CellKind::Count, CellKind::Money, CellKind::Units].map(|it| self.rounding(cells, it));
        let mut apart = Vec::new();
        let mut count = 0;
        for (at, cell) in cells.iter().enumerate() {
            let is_unknown = |it: &Sample| it.unknown.contains(&at);
            let rounding = match cell.kind {
                CellKind::Count => &rounding[0],
                CellKind::Money => &rounding[1],
                CellKind::Units => &rounding[2],
                // The mean of a ratio is not the ratio of means.
                CellKind::Ratio => continue,
            };
            if is_unknown(self.one) || is_unknown(self.other) {
                continue;
            }
            count += 1;
            let errors = self.errors(at, cell.kind, rounding);
            if errors > 0.0 {
                let cell = cell.name.clone();
                apart.push(Apart { cell, errors });
            }
        }
        apart.sort_by(|one, other| other.errors.total_cmp(&one.errors));
        let furthest = apart.first().cloned();
        apart.retain(|it| it.errors > self.bar);
        Agreement {
            engines: (self.one.engine, self.other.engine),
            compared: self.compared,
            cells: count,
            furthest,
            disagreements: apart,
        }
    }

    /// By replication, what cells of a kind may be off by rounding, since they may be differences of
    /// larger ones.
    fn rounding(&self, cells: &[Cell], kind: CellKind) -> Vec<f64> {
        let of_kind = |record: &Record| {
            let values = cells.iter().zip(record).filter(|(cell, _)| cell.kind == kind);
            values.fold(0.0, |largest: f64, (_, value)| largest.max(value.abs()))
        };
        self.one.records.iter().map(|it| ROUNDING.1 * of_kind(it)).collect()
    }

    /// By how many standard errors the engines differ in a cell.
    fn errors(&self, cell: usize, kind: CellKind, rounding: &[f64]) -> f64 {
        let off = |one: &Sample, other: &Sample| differences(one.values(cell), other.values(cell), rounding);
        match (self.compared, self.expected) {
            (Compared::Means, Some(_)) => {
                let differences = off(self.one, self.other);
                errors_if_skewed(&differences, self.jumps.of_kind(kind), self.bar)
            }
            // In the same world both have the same law: whatever it is, differences are symmetric.
            (Compared::Means, None) => errors(&off(self.one, self.other), 0.0),
            (Compared::Spread, Some(expected)) => {
                let (one, other) = (off(self.one, expected), off(self.other, expected));
                errors(&differences_of_squares(&one, &other), 0.0)
            }
            (Compared::Spread, None) => {
                let count = 2 * self.one.records.len();
                let sum: f64 = self.one.values(cell).chain(self.other.values(cell)).sum();
                let middle = || std::iter::repeat(sum / count as f64);
                let one = differences(self.one.values(cell), middle(), rounding);
                let other = differences(self.other.values(cell), middle(), rounding);
                errors(&differences_of_squares(&one, &other), 0.0)
            }
        }
    }
}

impl Sample {
    /// The values of a cell, one for every replication; without end where there is but one world.
    fn values(&self, cell: usize) -> impl Iterator<Item = f64> {
        let is_only = self.engine == Engine::Exact && self.records.len() == 1;
        let only = self.records.first().filter(|_| is_only).map(|it| it[cell]);
        let rest = only.into_iter().flat_map(std::iter::repeat);
        self.records.iter().map(move |it| it[cell]).chain(rest)
    }
}

/// What values differ by, where that is more than rounding.
fn differences(one: impl Iterator<Item = f64>, other: impl Iterator<Item = f64>, rounding: &[f64]) -> Vec<f64> {
    let pairs = one.zip(other).zip(rounding);
    pairs
        .map(|((one, other), rounding)| {
            let difference = one - other;
            let tolerance = ROUNDING.0 * one.abs().max(other.abs()) + rounding;
            if difference.abs() <= tolerance { 0.0 } else { difference }
        })
        .collect()
}

fn differences_of_squares(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter()
        .zip(other)
        .map(|(one, other)| one * one - other * other)
        .collect()
}

#[cfg(test)]
mod tests;
