//! Ways on: which branch customers take, how long that takes them, and how they end.

use crate::journey::{Atom, Rule};
use crate::plan::{End, ForkPlan, Rates, StepPlan};
use crate::random::mix;

use super::super::tally::Tally;
use super::{APART, DELAY, Traveller, Walker, cell_of, look};

impl Walker<'_> {
    /// Customers whose journey ends here.
    pub(super) fn end(&mut self, step: &StepPlan, end: End, list: &[Traveller], tally: &mut Tally) {
        for traveller in list {
            self.end_one(step, end, *traveller, tally);
        }
    }

    #[inline]
    fn end_one(&mut self, step: &StepPlan, end: End, traveller: Traveller, tally: &mut Tally) {
        if end != End::Converted {
            let first_word = traveller.slot as usize * self.crowd.words;
            if self.plan.memory.converted.get_at(&self.crowd.memory, first_word) == 0 {
                let column = step.lost_column.expect("such ends have a column");
                self.ledger.count(&self.crowd, traveller, column, tally);
            }
        }
        self.free.push(traveller.slot);
    }

    /// A fork by chances, or a single way.
    pub(super) fn choose_all(&mut self, rates: &Rates, step: &StepPlan, list: &[Traveller], tally: &mut Tally) {
        // What a step does not need is left out of its loop at compile time.
        match (step.visit.is_some(), self.plan.stretches.len() > 1, step.axes.len()) {
            (false, false, 0) => self.choose_by::<false, false, 0>(rates, step, list),
            (false, false, 1) => self.choose_by::<false, false, 1>(rates, step, list),
            (false, false, _) => self.choose_by::<false, false, 2>(rates, step, list),
            (false, true, 0) => self.choose_by::<false, true, 0>(rates, step, list),
            (false, true, 1) => self.choose_by::<false, true, 1>(rates, step, list),
            (false, true, _) => self.choose_by::<false, true, 2>(rates, step, list),
            (true, false, 0) => self.choose_by::<true, false, 0>(rates, step, list),
            (true, false, 1) => self.choose_by::<true, false, 1>(rates, step, list),
            (true, false, _) => self.choose_by::<true, false, 2>(rates, step, list),
            (true, true, 0) => self.choose_by::<true, true, 0>(rates, step, list),
            (true, true, 1) => self.choose_by::<true, true, 1>(rates, step, list),
            (true, true, _) => self.choose_by::<true, true, 2>(rates, step, list),
        }
        self.go_all(step, list.len(), tally);
    }

    /// Draws the branch of every customer: by its visit, its stretch and its kind, where these
    /// matter. `AXES` is the number of keys that tell kinds apart, 2 standing for more as well.
    fn choose_by<const VISITS: bool, const STRETCHES: bool, const AXES: usize>(
        &mut self,
        rates: &Rates,
        step: &StepPlan,
        list: &[Traveller],
    ) {
        let crowd = &self.crowd;
        let branches = step.branches;
        let first = step.first_place;
        let visit_at = step.visit.unwrap_or(0);
        let axis = step.axes.first();
        let alike = &rates.thresholds[first..first + branches];
        for traveller in list {
            let slot = traveller.slot as usize;
            let visit = if VISITS {
                u64::from(crowd.visits[slot * crowd.counters + visit_at])
            } else {
                1
            };
            let bits = mix(traveller.key.wrapping_add(step.key ^ APART.wrapping_mul(visit)));
            let thresholds = if STRETCHES || AXES > 0 {
                let cell = match (AXES, axis) {
                    (0, _) | (_, None) => 0,
                    (1, Some((field, classes))) => {
                        classes[field.get_at(&crowd.memory, slot * crowd.words) as usize] as usize
                    }
                    _ => cell_of(step, &crowd.memory, slot * crowd.words),
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
            let mut target = self.take_list(to);
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
            let ends_at = match plan.steps[to].fork {
                // Nothing happens there but the end: it can come at once.
                ForkPlan::End(end) if !plan.steps[to].has_effects() && plan.steps[to].visit.is_none() => Some(end),
                _ => None,
            };
            for (_, traveller) in chosen.drain(..) {
                if traveller.tick >= plan.clock.ticks {
                    tally.cut[branch] += 1;
                    self.free.push(traveller.slot);
                    continue;
                }
                self.ledger.count(&self.crowd, traveller, column, tally);
                match ends_at {
                    None => target.push(traveller),
                    Some(end) => self.end_one(&plan.steps[to], end, traveller, tally),
                }
            }
            self.put_list(to, target, was_empty);
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
