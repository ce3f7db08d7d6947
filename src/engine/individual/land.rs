//! The end of a way: its time passes, and whoever gets there within the horizon is counted.

use crate::journey::delay::DelayTable;
use crate::plan::{Field, Plan};

use super::super::tally::Tally;
use super::ledger::{BinAt, Counter, Ledger};
use super::traveller::{Pocket, Store, Traveller};
use super::ways::{Gain, Length, Way, Ways};
use super::{Crowd, cell_of, luck_of_delay};

/// The way takes the same time for all.
pub(super) const CERTAIN: u8 = 0;
/// The time is drawn from one table.
pub(super) const TABLE: u8 = 1;
/// The table depends on the customer or the time.
pub(super) const DIFFERS: u8 = 2;

/// What landing at the end of one way takes.
pub(super) struct Landing<'a> {
    plan: &'a Plan,
    way: Way,
    certain: u32,
    table: &'a DelayTable,
    gain: Gain,
    pub(super) counter: Counter<'a>,
    cut: u64,
    gained: u64,
}

impl<'a> Landing<'a> {
    pub(super) fn new(plan: &'a Plan, ways: &'a Ways, way: Way, is_pipeline: bool, ledger: &'a mut Ledger) -> Self {
        let (certain, table) = match way.length {
            Length::Certain(ticks) => (ticks, 0),
            Length::Table(table) => (0, table),
            Length::Differs | Length::Done => (0, 0),
        };
        Self {
            plan,
            way,
            certain,
            table: &plan.tables[table as usize],
            gain: if is_pipeline { Gain::None } else { way.gain },
            counter: ledger.counter(ways),
            cut: 0,
            gained: 0,
        }
    }

    /// Lets the time of the way pass for one customer, and tells the bin it lands in; nothing if
    /// that is behind the horizon.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(super) fn land<const LENGTH: u8, P: Pocket>(
        &mut self,
        traveller: &mut Traveller<P>,
        store: &mut Store,
        tally: &mut Tally,
    ) -> Option<BinAt> {
        let delay = match LENGTH {
            CERTAIN => self.certain,
            TABLE => self.table.draw(luck_of_delay(traveller.luck)),
            _ => self.draw(traveller, store, tally),
        };
        // Whoever is cut is told by the tick.
        traveller.tick += delay;
        let Some(bin) = self.counter.bin(traveller.tick) else {
            self.cut += 1;
            traveller.pocket.empty(store);
            return None;
        };
        self.counter.count(traveller, bin, self.way.column, true, store, tally);
        if let Gain::Some(stage) = self.gain {
            self.gained += u64::from(gain(traveller, self.plan.memory.stage, stage, store, tally));
        }
        Some(bin)
    }

    /// A delay by the customer and the time.
    fn draw<P: Pocket>(&self, traveller: &Traveller<P>, store: &Store, tally: &mut Tally) -> u32 {
        let plan = self.plan;
        let step = &plan.steps[self.way.from.expect("only branches have delays") as usize];
        let position = self.way.column - plan.columns.branches - step.first_branch;
        let cell = cell_of(step, traveller, store);
        let stretch = plan.bins[plan.bin_of[traveller.tick as usize] as usize].stretch as usize;
        let place = stretch * plan.places + plan.place(step, cell, position);
        tally.places[place] += 1;
        plan.tables[plan.delays[place] as usize].draw(luck_of_delay(traveller.luck))
    }

    /// Counts what is told of all of them at once; returns how many of `count` have landed.
    pub(super) fn close(self, count: usize, tally: &mut Tally) -> u64 {
        let landed = count as u64 - self.cut;
        if self.cut > 0 {
            tally.cut[self.way.column - self.plan.columns.branches] += self.cut;
        }
        match self.gain {
            Gain::None => {}
            Gain::All(from, to) => {
                for stage in &mut tally.funnel[from as usize..to as usize] {
                    *stage += landed;
                }
            }
            Gain::Some(stage) => tally.funnel[stage as usize - 1] += self.gained,
        }
        landed
    }
}

/// Whether a customer has not come to a stage before. Stages that it has skipped are counted.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every move; the compiler keeps it apart otherwise"
)]
fn gain<P: Pocket>(
    traveller: &mut Traveller<P>,
    field: Field,
    stage: u32,
    store: &mut Store,
    tally: &mut Tally,
) -> bool {
    let furthest = traveller.get(field, store);
    let is_new = furthest < u64::from(stage);
    if is_new {
        traveller.set(field, u64::from(stage), store);
        for skipped in &mut tally.funnel[furthest as usize..stage as usize - 1] {
            *skipped += 1;
        }
    }
    is_new
}

impl<P: Pocket> Crowd<'_, P> {
    /// Lets the time of a way pass for all who are on it; who gets to its end is left.
    pub(super) fn land_all(&mut self, way: Way, list: &mut Vec<Traveller<P>>, tally: &mut Tally) {
        match way.length {
            Length::Certain(_) => self.land_by::<CERTAIN>(way, list, tally),
            Length::Table(_) => self.land_by::<TABLE>(way, list, tally),
            Length::Differs => self.land_by::<DIFFERS>(way, list, tally),
            Length::Done => {}
        }
    }

    fn land_by<const LENGTH: u8>(&mut self, way: Way, list: &mut Vec<Traveller<P>>, tally: &mut Tally) {
        let mut landing = Landing::new(self.plan, &self.ways, way, self.is_pipeline, &mut self.ledger);
        let count = list.len();
        for traveller in &mut *list {
            landing.land::<LENGTH, P>(traveller, &mut self.store, tally);
        }
        if landing.close(count, tally) < count as u64 {
            list.retain(|it| it.tick < self.plan.clock.ticks);
        }
    }
}
