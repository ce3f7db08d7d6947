//! Ways on: which branch customers take, and how they end.

use std::ops::Range;

use crate::journey::{Atom, Rule};
use crate::plan::{End, Field, Plan, Rates, StepPlan};
use crate::random::{decide, mix};

use super::super::tally::Tally;
use super::chances::{THRESHOLDS, choose, reached};
use super::effects::cohort_cell;
use super::land::{CERTAIN, DIFFERS, Landing, TABLE};
use super::traveller::{Pocket, Store, Traveller};
use super::ways::{Length, Visits, Way, Ways};
use super::{APART, Crowd, cell_of};

/// Nobody counts the visits of a step.
const NO_VISITS: u8 = 0;
/// The visit has been counted before.
const COUNTED: u8 = 1;
/// The visit has to be counted, too.
const COUNT: u8 = 2;

/// All meet the same few chances.
const ALIKE: u8 = 0;
/// A few chances, which depend on the time.
const BY_TIME: u8 = 1;
/// A few chances, which depend on the time and one key of the customer.
const BY_KEY: u8 = 2;
/// Many chances, or by more keys.
const ANY: u8 = 3;

impl<P: Pocket> Crowd<'_, P> {
    /// Customers on a way to a step where nothing happens but that their journey ends.
    pub(super) fn end_all(&mut self, end: End, way: Way, list: &[Traveller<P>], tally: &mut Tally) {
        match way.length {
            Length::Certain(_) => self.end_by::<CERTAIN>(end, way, list, tally),
            Length::Table(_) => self.end_by::<TABLE>(end, way, list, tally),
            Length::Differs => self.end_by::<DIFFERS>(end, way, list, tally),
            Length::Done => self.end_landed(way.to, end, list, tally),
        }
    }

    fn end_by<const LENGTH: u8>(&mut self, end: End, way: Way, list: &[Traveller<P>], tally: &mut Tally) {
        let plan = self.plan;
        let column = plan.steps[way.to as usize]
            .lost_column
            .filter(|_| end != End::Converted);
        let period = self.period_of_arrivals();
        let store = &mut self.store;
        let mut landing = Landing::new(plan, &self.ways, way, self.is_pipeline, &mut self.ledger);
        for traveller in list {
            let mut traveller = *traveller;
            let Some(bin) = landing.land::<LENGTH, P>(&mut traveller, store, tally) else {
                continue;
            };
            if let Some(column) = column {
                let is_lost = traveller.get(plan.memory.converted, store) == 0;
                landing.counter.count(&traveller, bin, column, is_lost, store, tally);
                if !is_lost {
                    leave(plan, period, &traveller, store, tally);
                }
            }
            traveller.pocket.empty(store);
        }
        landing.close(list.len(), tally);
    }

    /// Customers who have landed, and whose journey ends here.
    pub(super) fn end_landed(&mut self, at: u32, end: End, list: &[Traveller<P>], tally: &mut Tally) {
        let (plan, period) = (self.plan, self.period_of_arrivals());
        let column = plan.steps[at as usize].lost_column.filter(|_| end != End::Converted);
        for traveller in list {
            if let Some(column) = column {
                if traveller.get(plan.memory.converted, &self.store) == 0 {
                    self.count(traveller, column, tally);
                } else {
                    leave(plan, period, traveller, &self.store, tally);
                }
            }
            traveller.pocket.empty(&mut self.store);
        }
    }

    /// Counts a customer at the step where it is.
    pub(super) fn count(&mut self, traveller: &Traveller<P>, column: usize, tally: &mut Tally) {
        let mut counter = self.ledger.counter(&self.ways);
        let bin = counter.bin(traveller.tick).expect("customers have landed");
        counter.count(traveller, bin, column, true, &self.store, tally);
    }

    /// Which visit of a step this is, from 1.
    pub(super) fn visit_of(&self, step: &StepPlan, traveller: &Traveller<P>) -> u64 {
        step.visit
            .map_or(1, |it| traveller.get(self.ways.visits[it].field, &self.store))
    }

    /// A fork by chances, or a single way, for customers who have landed at a step; their visits
    /// may have been counted.
    pub(super) fn choose_all(
        &mut self,
        rates: &Rates,
        at: u32,
        are_counted: bool,
        list: &[Traveller<P>],
        tally: &mut Tally,
    ) {
        // What a step does not need is left out of its loop at compile time.
        match self.plan.steps[at as usize].visit {
            None => self.choose_at::<NO_VISITS>(rates, at, list, tally),
            Some(_) if are_counted => self.choose_at::<COUNTED>(rates, at, list, tally),
            Some(_) => self.choose_at::<COUNT>(rates, at, list, tally),
        }
    }

    fn choose_at<const VISITS: u8>(&mut self, rates: &Rates, at: u32, list: &[Traveller<P>], tally: &mut Tally) {
        let step = &self.plan.steps[at as usize];
        match (self.chances.rows_of(at).is_some(), step.axes.len()) {
            _ if step.branches == 1 => self.choose_by::<VISITS, ALIKE>(rates, at, list, tally),
            (true, 0) if step.branches <= 4 && self.plan.stretches.len() == 1 => {
                self.choose_by::<VISITS, ALIKE>(rates, at, list, tally);
            }
            (true, 0) => self.choose_by::<VISITS, BY_TIME>(rates, at, list, tally),
            (true, _) => self.choose_by::<VISITS, BY_KEY>(rates, at, list, tally),
            (false, _) => self.choose_by::<VISITS, ANY>(rates, at, list, tally),
        }
    }

    /// Draws the branch of every customer: by its visit, its stretch and its kind, where these
    /// matter.
    fn choose_by<const VISITS: u8, const CHANCES: u8>(
        &mut self,
        rates: &Rates,
        at: u32,
        list: &[Traveller<P>],
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let step = &plan.steps[at as usize];
        let (branches, cells, key) = (step.branches, step.cases.count(), step.key);
        let ways_on = step.first_branch..step.first_branch + branches;
        self.open(ways_on.clone());
        let visits = step.visit.map_or(Visits::NONE, |it| self.ways.visits[it]);
        let (field, classes) = step
            .axes
            .first()
            .map_or((visits.field, &[][..]), |it| (it.0, &it.1[..]));
        let rows = self.chances.rows_of(at).unwrap_or(&[SINGLE]);
        let [first, second, third, ..] = rows[0];
        let store = &mut self.store;
        let lists = &mut self.lists[ways_on.clone()];
        let counter = self.ledger.counter(&self.ways);
        let mut distinct = 0;
        for traveller in list {
            let mut traveller = *traveller;
            let visit = match VISITS {
                NO_VISITS => 1,
                COUNTED => traveller.get(visits.field, store),
                _ => {
                    let (visit, is_first) = visits.count(&mut traveller, key, store);
                    distinct += u64::from(is_first);
                    visit
                }
            };
            let luck = decide(traveller.key, key ^ APART.wrapping_mul(visit));
            traveller.luck = luck;
            let stretch = match CHANCES {
                ALIKE => 0,
                _ => counter.bin(traveller.tick).expect("customers have landed").stretch as usize,
            };
            let branch = match CHANCES {
                ALIKE => reached(&[first, second, third], luck),
                BY_TIME | BY_KEY => {
                    let cell = match CHANCES {
                        BY_TIME => stretch,
                        _ => stretch * cells + classes[traveller.get(field, store) as usize] as usize,
                    };
                    let row = &rows[cell];
                    if branches <= 4 {
                        reached::<3>(row.first_chunk().expect("a row is longer"), luck)
                    } else {
                        reached(row, luck)
                    }
                }
                _ => {
                    let place = stretch * plan.places + plan.place(step, cell_of(step, &traveller, store), 0);
                    choose(&rates.thresholds[place..place + branches], luck)
                }
            };
            lists[branch].push(traveller);
        }
        if let (COUNT, Some(visit)) = (VISITS, step.visit) {
            tally.distinct[visit] += distinct;
        }
        self.move_on(ways_on, list.len(), tally);
    }

    /// Customers have been put on some ways.
    fn move_on(&mut self, ways: Range<usize>, count: usize, tally: &mut Tally) {
        tally.moves += count as u64;
        self.in_flight += count;
        self.close(ways);
    }

    /// A fork by rules, for customers who have landed.
    pub(super) fn follow_rules(&mut self, step: &StepPlan, rules: &[Rule], list: &[Traveller<P>], tally: &mut Tally) {
        let plan = self.plan;
        let ways_on = step.first_branch..step.first_branch + step.branches;
        self.open(ways_on.clone());
        for traveller in list {
            let mut traveller = *traveller;
            let look = |atom: Atom| look(plan, &self.ways, atom, &traveller, &self.store);
            let branch = rules
                .iter()
                .position(|rule| rule.holds(&look))
                .expect("the last rule always holds");
            let visit = self.visit_of(step, &traveller);
            traveller.luck = decide(traveller.key, step.key ^ APART.wrapping_mul(visit));
            self.lists[step.first_branch + branch].push(traveller);
        }
        self.move_on(ways_on, list.len(), tally);
    }
}

/// Counts a customer who has converted, and does not stay.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every end; the compiler keeps it apart otherwise"
)]
fn leave<P: Pocket>(plan: &Plan, period: Option<Field>, traveller: &Traveller<P>, store: &Store, tally: &mut Tally) {
    if let (Some(cohorts), Some(period)) = (&mut tally.cohorts, period) {
        cohorts.left[cohort_cell(plan, period, traveller, store)] += 1;
    }
}

/// Thresholds of a single way.
const SINGLE: [u64; THRESHOLDS] = [u64::MAX; THRESHOLDS];

impl Visits {
    /// Counts another visit, and tells which it is.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(super) fn count<P: Pocket>(self, traveller: &mut Traveller<P>, key: u64, store: &mut Store) -> (u64, bool) {
        let word = traveller.pocket.word(store, self.field.word);
        let before = word >> self.field.shift & self.field.mask;
        if before == self.field.mask {
            traveller.key = mix(traveller.key ^ mix(key));
            traveller.set(self.field, self.again, store);
            return (self.again, false);
        }
        traveller
            .pocket
            .set_word(store, self.field.word, word + (1 << self.field.shift));
        (before + 1, before == 0)
    }
}

/// What a rule sees of a customer.
pub(super) fn look<P: Pocket>(plan: &Plan, ways: &Ways, atom: Atom, traveller: &Traveller<P>, store: &Store) -> i64 {
    match atom {
        Atom::Key(key) => {
            let field = plan.memory.field(key).expect("every key of a rule is remembered");
            traveller.get(field, store) as i64
        }
        Atom::Visits(step) => plan.steps[step.index()]
            .visit
            .map_or(0, |it| traveller.get(ways.visits[it].field, store) as i64),
        Atom::Days => {
            let arrived = ways.arrived.expect("remembered where a rule looks at it");
            let ticks = u64::from(traveller.tick) - traveller.get(arrived, store);
            (ticks * u64::from(plan.clock.tick_seconds) / 86_400) as i64
        }
        Atom::Month => i64::from(plan.month_of[traveller.tick as usize]),
        Atom::Weekday => i64::from(plan.weekday_of[traveller.tick as usize]),
    }
}
