//! What customers of the pipeline collect: they move on from tick 0 and are met on the way.

use crate::plan::{Model, Rates, States, Ways};

use super::landings::Landings;
use super::metrics::Columns;
use super::values::Now;

/// The values of the pipeline, gathered while a sweep goes back to tick 0.
#[derive(Debug)]
pub(super) struct Waiting<'a> {
    moves: Vec<WaitingMove<'a>>,
    /// By entry: where its cases start in `values`.
    firsts: Vec<usize>,
    /// By case and column.
    values: Vec<f64>,
    width: usize,
}

#[derive(Debug)]
struct WaitingMove<'a> {
    case: usize,
    chance: f64,
    landing: u32,
    delay: &'a [f64],
}

impl<'a> Waiting<'a> {
    pub(super) fn of(
        model: Model<'_>,
        states: &States,
        rates: &Rates,
        ways: &Ways<'a>,
        landings: &Landings,
        columns: &Columns,
    ) -> Self {
        let plan = model.plan;
        let width = columns.width;
        let mut it = Self {
            moves: Vec::new(),
            firsts: Vec::new(),
            values: Vec::new(),
            width,
        };
        let mut case = 0;
        for entry in 0..rates.waiting.len() {
            it.firsts.push(case);
            for begin in &states.entries[plan.streams.len() + entry].cases {
                it.values.resize((case + 1) * width, 0.0);
                for way in ways.from(0, begin.state as usize) {
                    let table = ways.table(way.delay);
                    it.moves.push(WaitingMove {
                        case,
                        chance: way.chance,
                        landing: landings.of_edge[way.edge as usize],
                        delay: table.probabilities(),
                    });
                    let stays = way.chance * table.survival(plan.clock.ticks - 1);
                    for (column, who) in &columns.open {
                        if who.includes(plan, &states.states[begin.state as usize]) {
                            it.values[case * width + column] += stays;
                        }
                    }
                }
                case += 1;
            }
        }
        it
    }

    /// Meets those who arrive somewhere at this tick.
    pub(super) fn add(&mut self, tick: u32, now: Now<'_>) {
        for it in &self.moves {
            let Some(chance) = it.delay.get(tick as usize).filter(|it| **it > 0.0) else {
                continue;
            };
            let values = &mut self.values[it.case * self.width..(it.case + 1) * self.width];
            for (value, now) in values.iter_mut().zip(now.of(it.landing)) {
                *value += it.chance * chance * now;
            }
        }
    }

    /// What a customer of an entry's case is worth, by column.
    pub(super) fn of_case(&self, entry: usize, case: usize) -> &[f64] {
        let first = (self.firsts[entry] + case) * self.width;
        &self.values[first..first + self.width]
    }
}
