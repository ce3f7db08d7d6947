//! Ways on: which branch customers take, and how they end.

use crate::journey::{Atom, Rule};
use crate::plan::{End, Plan, Rates, StepPlan};
use crate::random::mix;

use super::super::tally::Tally;
use super::land::{CERTAIN, DIFFERS, LANDED, Landing, TABLE};
use super::traveller::{Pocket, Store, Traveller};
use super::ways::{Length, Visits, Way, Ways};
use super::{APART, Crowd, cell_of};

/// Nobody counts the visits of a step.
const NO_VISITS: u8 = 0;
/// The visit has been counted before.
const COUNTED: u8 = 1;
/// The visit has to be counted, too.
const COUNT: u8 = 2;

/// All meet the same chances.
const ALIKE: u8 = 0;
/// Chances depend on the time.
const BY_TIME: u8 = 1;
/// Chances depend on the time, and on one key of the customer.
const BY_KEY: u8 = 2;
/// Chances depend on the time and the customer.
const BY_KEYS: u8 = 3;

impl<P: Pocket> Crowd<'_, P> {
    /// Customers whose journey ends here.
    pub(super) fn end_all(&mut self, step: &StepPlan, end: End, list: &[Traveller<P>], tally: &mut Tally) {
        for traveller in list {
            if end != End::Converted && traveller.get(self.plan.memory.converted, &self.store) == 0 {
                let column = step.lost_column.expect("such ends have a column");
                self.count(traveller, column, tally);
            }
            traveller.pocket.empty(&mut self.store);
        }
    }

    /// Which visit of a step this is, from 1.
    pub(super) fn visit_of(&self, step: &StepPlan, traveller: &Traveller<P>) -> u64 {
        step.visit
            .map_or(1, |it| traveller.get(self.ways.visits[it].field, &self.store))
    }

    /// Counts a customer at the step where it is.
    pub(super) fn count(&mut self, traveller: &Traveller<P>, column: usize, tally: &mut Tally) {
        self.ledger
            .counter()
            .count(traveller.row, traveller.tick, column, tally);
        if !self.ways.more_rows.is_empty() {
            let rows = &self.ways.more_rows;
            self.ledger
                .counter()
                .count_more(traveller, rows, column, &self.store, tally);
        }
    }

    /// A fork by chances, or a single way, for customers on a `way` there; `have_landed` if they
    /// have come to its end already.
    pub(super) fn choose_all(
        &mut self,
        rates: &Rates,
        way: Way,
        have_landed: bool,
        list: &[Traveller<P>],
        tally: &mut Tally,
    ) {
        let counts = self.plan.steps[way.to as usize].visit.is_some();
        // What a step does not need is left out of its loop at compile time.
        match (way.length, counts) {
            _ if have_landed && counts => self.choose_at::<LANDED, COUNTED>(rates, way, list, tally),
            _ if have_landed => self.choose_at::<LANDED, NO_VISITS>(rates, way, list, tally),
            (Length::Certain(_), false) => self.choose_at::<CERTAIN, NO_VISITS>(rates, way, list, tally),
            (Length::Certain(_), true) => self.choose_at::<CERTAIN, COUNT>(rates, way, list, tally),
            (Length::Table(_), false) => self.choose_at::<TABLE, NO_VISITS>(rates, way, list, tally),
            (Length::Table(_), true) => self.choose_at::<TABLE, COUNT>(rates, way, list, tally),
            (Length::Differs, false) => self.choose_at::<DIFFERS, NO_VISITS>(rates, way, list, tally),
            (Length::Differs, true) => self.choose_at::<DIFFERS, COUNT>(rates, way, list, tally),
        }
    }

    fn choose_at<const LENGTH: u8, const VISITS: u8>(
        &mut self,
        rates: &Rates,
        way: Way,
        list: &[Traveller<P>],
        tally: &mut Tally,
    ) {
        let step = &self.plan.steps[way.to as usize];
        match (step.axes.len(), self.plan.stretches.len()) {
            _ if step.branches == 1 => self.choose_by::<LENGTH, VISITS, ALIKE>(rates, way, list, tally),
            (0, 1) => self.choose_by::<LENGTH, VISITS, ALIKE>(rates, way, list, tally),
            (0, _) => self.choose_by::<LENGTH, VISITS, BY_TIME>(rates, way, list, tally),
            (1, _) => self.choose_by::<LENGTH, VISITS, BY_KEY>(rates, way, list, tally),
            _ => self.choose_by::<LENGTH, VISITS, BY_KEYS>(rates, way, list, tally),
        }
    }

    /// Draws the branch of every customer: by its visit, its stretch and its kind, where these
    /// matter.
    fn choose_by<const LENGTH: u8, const VISITS: u8, const PLACE: u8>(
        &mut self,
        rates: &Rates,
        way: Way,
        list: &[Traveller<P>],
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let step = &plan.steps[way.to as usize];
        let branches = step.branches;
        let ways_on = step.first_branch..step.first_branch + branches;
        self.open(ways_on.clone());
        let visits = step.visit.map(|it| self.ways.visits[it]);
        let axis = step.axes.first();
        let key = step.key;
        let thresholds = &rates.thresholds[step.first_place..];
        let first_place = &self.first_place[..];
        let store = &mut self.store;
        let lists = &mut self.lists[ways_on.clone()];
        let mut landing = Landing::new(plan, &self.ways, way, self.is_pipeline, first_place, &mut self.ledger);
        let mut distinct = 0;
        for traveller in list {
            let mut traveller = *traveller;
            if !landing.land::<LENGTH, P>(&mut traveller, store, tally) {
                continue;
            }
            let visit = match (VISITS, visits) {
                (NO_VISITS, _) | (_, None) => 1,
                (COUNTED, Some(visits)) => traveller.get(visits.field, store),
                (_, Some(visits)) => {
                    let (visit, is_first) = visits.count(&mut traveller, key, store);
                    distinct += u64::from(is_first);
                    visit
                }
            };
            traveller.luck = mix(traveller.key.wrapping_add(key ^ APART.wrapping_mul(visit)));
            let cell = match (PLACE, axis) {
                (ALIKE | BY_TIME, _) => 0,
                (BY_KEY, Some((field, classes))) => classes[traveller.get(*field, store) as usize] as usize,
                _ => cell_of(step, &traveller, store),
            };
            let place = match PLACE {
                ALIKE => 0,
                _ => first_place[traveller.tick as usize] as usize + cell * branches,
            };
            let branch = choose(&thresholds[place..place + branches], traveller.luck);
            lists[branch].push(traveller);
        }
        let landed = if LENGTH == LANDED {
            list.len() as u64
        } else {
            landing.close(list.len(), tally)
        };
        if let (COUNT, Some(visit)) = (VISITS, step.visit) {
            tally.distinct[visit] += distinct;
        }
        tally.moves += landed;
        self.in_flight += landed as usize;
        self.close(ways_on);
    }

    /// A fork by rules, for customers who have landed.
    pub(super) fn follow_rules(&mut self, way: Way, rules: &[Rule], list: &[Traveller<P>], tally: &mut Tally) {
        let plan = self.plan;
        let step = &plan.steps[way.to as usize];
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
            traveller.luck = mix(traveller.key.wrapping_add(step.key ^ APART.wrapping_mul(visit)));
            self.lists[step.first_branch + branch].push(traveller);
        }
        tally.moves += list.len() as u64;
        self.in_flight += list.len();
        self.close(ways_on);
    }
}

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

/// The branch that 64 random bits stand for: the first whose threshold they stay below.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "part of every move; the compiler keeps it apart otherwise"
)]
pub(super) fn choose(thresholds: &[u64], bits: u64) -> usize {
    let bits = bits >> 1;
    match thresholds {
        [_] => 0,
        [first, _] => usize::from(bits >= *first),
        [first, second, _] => usize::from(bits >= *first) + usize::from(bits >= *second),
        [first, second, third, _] => {
            usize::from(bits >= *first) + usize::from(bits >= *second) + usize::from(bits >= *third)
        }
        [most @ .., _] if most.len() <= 8 => most.iter().map(|it| usize::from(bits >= *it)).sum(),
        _ => thresholds.partition_point(|it| bits >= *it),
    }
}
