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
                if self
                    .plan
                    .memory
                    .converted
                    .get(self.crowd.memory(traveller.slot))
                    == 0
                {
                    self.ledger.count(&self.crowd, *traveller, column, tally);
                }
            }
        }
        self.free.extend(list.iter().map(|it| it.slot));
    }

    /// A fork by chances, or a single way.
    pub(super) fn choose_all(
        &mut self,
        rates: &Rates,
        step: &StepPlan,
        list: &[Traveller],
        tally: &mut Tally,
    ) {
        let plan = self.plan;
        let first = plan.place(step, 0, 0);
        let is_alike = step.axes.is_empty() && plan.stretches.len() == 1;
        let thresholds = &rates.thresholds[first..first + step.branches];
        for traveller in list {
            let visit = self.crowd.visit(step, traveller.slot);
            let bits = mix(traveller
                .key
                .wrapping_add(step.key ^ APART.wrapping_mul(visit)));
            let branch = if is_alike {
                choose(thresholds, bits)
            } else {
                let stretch =
                    plan.bins[plan.bin_of[traveller.tick as usize] as usize].stretch as usize;
                let cell = cell_of(step, self.crowd.memory(traveller.slot));
                let place = stretch * plan.places + plan.place(step, cell, 0);
                let branch = choose(&rates.thresholds[place..place + step.branches], bits);
                if step.delays_differ {
                    tally.places[place + branch] += 1;
                }
                branch
            };
            self.chosen[branch].push((bits, *traveller));
        }
        self.go_all(step, list.len(), tally);
    }

    /// A fork by rules.
    pub(super) fn follow_rules(
        &mut self,
        step: &StepPlan,
        rules: &[Rule],
        list: &[Traveller],
        tally: &mut Tally,
    ) {
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
            if step.delays_differ {
                tally.places[self.place(step, *traveller) + branch] += 1;
            }
            let visit = self.crowd.visit(step, traveller.slot);
            let bits = mix(traveller
                .key
                .wrapping_add(step.key ^ APART.wrapping_mul(visit)));
            self.chosen[branch].push((bits, *traveller));
        }
        self.go_all(step, list.len(), tally);
    }

    /// The place of a step's first branch for a customer.
    fn place(&self, step: &StepPlan, traveller: Traveller) -> usize {
        let plan = self.plan;
        let stretch = plan.bins[plan.bin_of[traveller.tick as usize] as usize].stretch as usize;
        stretch * plan.places
            + plan.place(step, cell_of(step, self.crowd.memory(traveller.slot)), 0)
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
            let mut go = |this: &mut Self, traveller: Traveller, delay: u32| {
                let tick = traveller.tick + delay;
                if tick < plan.clock.ticks {
                    let traveller = Traveller { tick, ..traveller };
                    this.ledger.count(&this.crowd, traveller, column, tally);
                    target.push(traveller);
                } else {
                    tally.cut[branch] += 1;
                    this.free.push(traveller.slot);
                }
            };
            if step.delays_differ {
                for (bits, traveller) in chosen.drain(..) {
                    let table =
                        &plan.tables[plan.delays[self.place(step, traveller) + position] as usize];
                    go(self, traveller, table.draw(mix(bits ^ DELAY)));
                }
            } else if shared == 0 {
                for (_, traveller) in chosen.drain(..) {
                    go(self, traveller, 0);
                }
            } else {
                let table = &plan.tables[shared as usize];
                for (bits, traveller) in chosen.drain(..) {
                    go(self, traveller, table.draw(mix(bits ^ DELAY)));
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
#[inline]
pub(super) fn choose(thresholds: &[u64], bits: u64) -> usize {
    let bits = bits >> 1;
    match thresholds {
        [_] => 0,
        [first, _] => usize::from(bits >= *first),
        [first, second, _] => usize::from(bits >= *first) + usize::from(bits >= *second),
        [most @ .., _] if most.len() <= 8 => most.iter().map(|it| usize::from(bits >= *it)).sum(),
        _ => thresholds.partition_point(|it| bits >= *it),
    }
}
