//! Ways on: which branch customers take, how long that takes them, and how they end.

use crate::journey::{Atom, Rule};
use crate::plan::{End, Rates, StepPlan};
use crate::random::mix;

use super::super::tally::Tally;
use super::{APART, DELAY, Traveller, Walker, cell_of, look};

impl Walker<'_> {
    /// Customers whose journey ends here.
    pub(super) fn end(&mut self, step: &StepPlan, end: End, list: &[Traveller], tally: &mut Tally) {
        if end != End::Converted {
            let column = step.lost_column.expect("such ends have a column");
            for traveller in list {
                if self.plan.memory.converted.get(self.crowd.memory(traveller.slot)) == 0 {
                    self.ledger.count(&self.crowd, *traveller, column, tally);
                }
            }
        }
        self.free.extend(list.iter().map(|it| it.slot));
    }

    /// A fork by chances, or a single way.
    pub(super) fn choose_all(&mut self, rates: &Rates, step: &StepPlan, list: &[Traveller], tally: &mut Tally) {
        // What a step does not need is left out of its loop at compile time.
        match (
            step.visit.is_some(),
            self.plan.stretches.len() > 1,
            !step.axes.is_empty(),
        ) {
            (false, false, false) => self.choose_by::<false, false, false>(rates, step, list),
            (false, false, true) => self.choose_by::<false, false, true>(rates, step, list),
            (false, true, false) => self.choose_by::<false, true, false>(rates, step, list),
            (false, true, true) => self.choose_by::<false, true, true>(rates, step, list),
            (true, false, false) => self.choose_by::<true, false, false>(rates, step, list),
            (true, false, true) => self.choose_by::<true, false, true>(rates, step, list),
            (true, true, false) => self.choose_by::<true, true, false>(rates, step, list),
            (true, true, true) => self.choose_by::<true, true, true>(rates, step, list),
        }
        self.go_all(step, list.len(), tally);
    }

    /// Draws the branch of every customer: by its visit, its stretch and its kind, where these
    /// matter.
    fn choose_by<const VISITS: bool, const STRETCHES: bool, const KINDS: bool>(
        &mut self,
        rates: &Rates,
        step: &StepPlan,
        list: &[Traveller],
    ) {
        let crowd = &self.crowd;
        let branches = step.branches;
        let first = step.first_place;
        let visit_at = step.visit.unwrap_or(0);
        let alike = &rates.thresholds[first..first + branches];
        for traveller in list {
            let slot = traveller.slot as usize;
            let visit = if VISITS {
                u64::from(crowd.visits[slot * crowd.counters + visit_at])
            } else {
                1
            };
            let bits = mix(traveller.key.wrapping_add(step.key ^ APART.wrapping_mul(visit)));
            let thresholds = if STRETCHES || KINDS {
                let cell = if KINDS {
                    cell_of(step, &crowd.memory, slot * crowd.words)
                } else {
                    0
                };
                let stretch = if STRETCHES {
                    self.first_place[traveller.tick as usize] as usize
                } else {
                    0
                };
                let place = first + stretch + cell * branches;
                &rates.thresholds[place..place + branches]
            } else {
                alike
            };
            self.chosen[choose(thresholds, bits)].push((bits, *traveller));
        }
    }

    /// A fork by rules.
    pub(super) fn follow_rules(&mut self, step: &StepPlan, rules: &[Rule], list: &[Traveller], tally: &mut Tally) {
        let plan = self.plan;
        for traveller in list {
            let memory = self.crowd.memory(traveller.slot);
            let visits = self.crowd.visits(traveller.slot);
            let arrived = self.crowd.passports[traveller.slot as usize].arrived;
            let look = |atom: Atom| look(plan, atom, memory, visits, traveller.tick, arrived);
            let branch = rules
                .iter()
                .position(|rule| rule.holds(&look))
                .expect("the last rule always holds");
            let visit = self.crowd.visit(step, traveller.slot);
            let bits = mix(traveller.key.wrapping_add(step.key ^ APART.wrapping_mul(visit)));
            self.chosen[branch].push((bits, *traveller));
        }
        self.go_all(step, list.len(), tally);
    }

    /// The place of a step's first branch for a customer.
    fn place(&self, step: &StepPlan, traveller: Traveller) -> usize {
        let stretch = self.first_place[traveller.tick as usize] as usize;
        stretch + self.plan.place(step, self.crowd.cell(step, traveller.slot), 0)
    }

    /// Lets the delays of the chosen branches pass, branch by branch.
    fn go_all(&mut self, step: &StepPlan, count: usize, tally: &mut Tally) {
        tally.moves += count as u64;
        let plan = self.plan;
        for position in 0..step.branches {
            if self.chosen[position].is_empty() {
                continue;
            }
            let mut chosen = std::mem::take(&mut self.chosen[position]);
            let branch = step.first_branch + position;
            let to = plan.branch_to[branch] as usize;
            let mut target = std::mem::take(&mut self.lists[to]);
            let was_empty = target.is_empty();
            let column = plan.columns.branches + branch;
            let shared = plan.delays[plan.place(step, 0, position)];
            if step.delays_differ {
                for (bits, traveller) in &mut chosen {
                    let place = self.place(step, *traveller) + position;
                    tally.places[place] += 1;
                    traveller.tick += plan.tables[plan.delays[place] as usize].draw(mix(*bits ^ DELAY));
                }
            } else if shared != 0 {
                let table = &plan.tables[shared as usize];
                for (bits, traveller) in &mut chosen {
                    traveller.tick += table.draw(mix(*bits ^ DELAY));
                }
            }
            for (_, traveller) in chosen.drain(..) {
                if traveller.tick < plan.clock.ticks {
                    self.ledger.count(&self.crowd, traveller, column, tally);
                    target.push(traveller);
                } else {
                    tally.cut[branch] += 1;
                    self.free.push(traveller.slot);
                }
            }
            if was_empty && !target.is_empty() {
                self.queue
                    .push_back(u32::try_from(to).expect("steps are numbered in 32 bits"));
            }
            self.lists[to] = target;
            self.chosen[position] = chosen;
        }
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
