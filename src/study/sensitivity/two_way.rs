//! A metric by two assumptions.

use crate::engine::{EngineFault, RunOptions};
use crate::journey::{AssumptionId, Journey, LeafValue, World};

use super::SensitivityError;
use super::fixed::{Fixed, fixed, held_back};
use super::input::{Input, Number};
use super::measure::{Course, Measure, Measured, Prepared, value_of};
use super::names::Named;
use super::result::{Axis, Level, Point, TwoWay};

/// Levels of what is uncertain.
const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Levels of what is fixed.
const FACTORS: [f64; 5] = [0.8, 0.9, 1.0, 1.1, 1.2];

/// An assumption that can be moved.
#[derive(Debug, Clone, PartialEq)]
enum Scale {
    Uncertain(Number),
    Fixed(Fixed),
}

/// Two assumptions that were found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    rows: Scale,
    columns: Scale,
}

/// How many cells a table has.
pub(super) const CELLS: u64 = (QUANTILES.len() * QUANTILES.len()) as u64;

impl Scale {
    fn find(journey: &Journey, inputs: &[Input], path: &str) -> Result<Self, SensitivityError> {
        let mut sought = path.to_owned();
        // What refers to an entry of `[values]` is moved by moving that.
        while let Some(value) = referred(journey, &sought) {
            sought.clone_from(&journey.assumption(value).path);
        }
        let numbers = || inputs.iter().flat_map(|it| &it.numbers);
        if let Some(number) = numbers().find(|it| it.named.path == sought) {
            return Ok(Self::Uncertain(number.clone()));
        }
        let fixed = fixed(journey);
        match fixed.iter().find(|it| it.named.path == sought) {
            Some(it) => Ok(Self::Fixed(it.clone())),
            None => Err(SensitivityError::UnknownPath {
                path: path.to_owned(),
                known: numbers()
                    .map(|it| &it.named)
                    .chain(fixed.iter().map(|it| &it.named))
                    .map(|it| it.path.clone())
                    .collect(),
            }),
        }
    }

    fn named(&self) -> &Named {
        match self {
            Self::Uncertain(number) => &number.named,
            Self::Fixed(it) => &it.named,
        }
    }

    fn axis(&self, journey: &Journey) -> Axis {
        let named = self.named();
        let levels = match self {
            Self::Uncertain(number) => QUANTILES.map(|p| Level {
                level: format!("{} %", (p * 100.0).round()),
                at: Some(number.quantile(journey, p)),
            }),
            Self::Fixed(it) => FACTORS.map(|factor| Level {
                level: format!("x{factor}"),
                at: it.value.map(|value| value * factor),
            }),
        };
        Axis {
            path: named.path.clone(),
            title: named.title.clone(),
            kind: named.kind.clone(),
            unit: named.unit.clone(),
            levels: levels.into(),
        }
    }

    /// The journey and the world at a level; `None` if others leave no room for it.
    fn place(&self, level: usize, journey: Journey, world: World, held: &[usize]) -> Option<(Journey, World)> {
        match self {
            Self::Uncertain(number) => {
                let world = number.beside(&journey, world, QUANTILES[level], held)?;
                Some((journey, world))
            }
            Self::Fixed(it) => Some((it.times(journey, FACTORS[level]), world)),
        }
    }
}

/// The value that a path stands for, if it does nothing but refer to one.
fn referred(journey: &Journey, path: &str) -> Option<AssumptionId> {
    let leaves = journey.assumptions.iter().flat_map(|it| it.tree.leaves());
    let leaf = leaves.map(|it| it.1).find(|it| it.path == path)?;
    match leaf.value {
        LeafValue::Value(id) => Some(id),
        _ => None,
    }
}

impl Pair {
    /// The assumptions at two paths.
    pub(super) fn find(journey: &Journey, inputs: &[Input], paths: &[String; 2]) -> Result<Self, SensitivityError> {
        let [rows, columns] = paths;
        let (rows, columns) = (
            Scale::find(journey, inputs, rows)?,
            Scale::find(journey, inputs, columns)?,
        );
        if rows.named().path == columns.named().path {
            return Err(SensitivityError::SamePath(rows.named().path.clone()));
        }
        Ok(Self { rows, columns })
    }

    /// The table, and how many of its cells cannot be. `None` if it was stopped.
    pub(super) fn table(
        &self,
        measured: &Measured<'_>,
        (journey, measure): (&Journey, &Measure),
        run: RunOptions,
        course: &Course<'_>,
    ) -> Result<Option<(TwoWay, usize)>, EngineFault> {
        let mean = journey.draws.mean_world();
        let held: &[usize] = match &self.rows {
            Scale::Uncertain(number) => number.draws(),
            Scale::Fixed(_) => &[],
        };
        let place = |row: usize, column: usize| {
            let (changed, world) = self.rows.place(row, journey.clone(), mean.clone(), &[])?;
            let (changed, world) = self.columns.place(column, changed, world, held)?;
            held_back(&changed, &world).is_none().then_some((changed, world))
        };
        let is_same_journey = matches!((&self.rows, &self.columns), (Scale::Uncertain(_), Scale::Uncertain(_)));
        let (mut values, mut missing) = (Vec::new(), 0);
        for row in 0..QUANTILES.len() {
            let mut of_row = Vec::new();
            for column in 0..QUANTILES.len() {
                let Some((changed, world)) = place(row, column) else {
                    missing += 1;
                    of_row.push(None);
                    continue;
                };
                let chosen = |job: u64| (world.clone(), job);
                let samples = if is_same_journey {
                    measured.samples(run.replications, &chosen, course)?
                } else {
                    let changed = Prepared::of(changed, measure);
                    changed.measured(run)?.samples(run.replications, &chosen, course)?
                };
                let Some(samples) = samples else {
                    return Ok(None);
                };
                let each: Vec<f64> = samples.iter().map(|it| it.part / it.base).collect();
                let se = (crate::forecast::moments(&each).1 / each.len() as f64).sqrt();
                of_row.push(Some(Point {
                    value: value_of(&samples),
                    se: if each.len() > 1 { se } else { 0.0 },
                }));
            }
            values.push(of_row);
        }
        let table = TwoWay {
            rows: self.rows.axis(journey),
            columns: self.columns.axis(journey),
            values,
        };
        Ok(Some((table, missing)))
    }
}
