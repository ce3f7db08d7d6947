//! What is known of customers while states are explored, and what arriving at a step makes of it.

use std::collections::HashMap;

use crate::journey::{Atom, Rule, StepId};
use crate::plan::{End, ForkPlan, Plan, StepPlan};

use super::{Gains, Unfit};

/// Up to which number visits of each counted step matter; 0 where no rule looks at them.
pub(super) type Caps = Vec<u32>;

/// What tells the customers of one step apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Known {
    /// The words of [`crate::plan::Memory`].
    pub(super) words: Vec<u64>,
    /// Visits of the steps whose visits are counted, as far as they matter.
    pub(super) visits: Vec<u32>,
    /// Rows of groups, by pack.
    pub(super) rows: Vec<u32>,
}

/// How far visits have to be counted: one further than the largest number a rule compares with.
pub(super) fn caps(plan: &Plan) -> Result<Caps, Unfit> {
    let mut caps = vec![0; plan.visited.len()];
    for (at, step) in plan.steps.iter().enumerate() {
        let ForkPlan::Rules(rules) = &step.fork else {
            continue;
        };
        let mut looks_at_days = false;
        for rule in rules {
            rule.each_atom(&mut |atom, _, number| match atom {
                Atom::Visits(of) => {
                    let visit = plan.steps[of.index()].visit.expect("visits of rules are counted");
                    let cap = u32::try_from(number.saturating_add(1).max(1)).unwrap_or(u32::MAX);
                    caps[visit] = cap.max(caps[visit]);
                }
                Atom::Days => looks_at_days = true,
                Atom::Key(_) | Atom::Month | Atom::Weekday => {}
            });
        }
        if looks_at_days {
            return Err(Unfit::Days(StepId::at(at)));
        }
    }
    Ok(caps)
}

impl Known {
    /// Arrives at a step: `sets`, `adds`, the visit, the stage, the conversion.
    pub(super) fn arrive(&mut self, plan: &Plan, step: &StepPlan, caps: &Caps) -> Gains {
        for (field, value) in &step.sets {
            field.set(&mut self.words, *value);
        }
        for (field, amount, largest) in &step.adds {
            let value = (field.get(&self.words) as i64)
                .saturating_add(*amount)
                .clamp(0, *largest);
            field.set(&mut self.words, value as u64);
        }
        if let Some(visit) = step.visit {
            self.visits[visit] = (self.visits[visit] + 1).min(caps[visit]);
        }
        let mut gains = Gains::default();
        let furthest = plan.memory.stage.get(&self.words) as u32;
        if furthest < step.stage {
            plan.memory.stage.set(&mut self.words, u64::from(step.stage));
            gains.stages = (furthest, step.stage);
        }
        let had_converted = plan.memory.converted.get(&self.words) != 0;
        if step.converts && !had_converted {
            plan.memory.converted.set(&mut self.words, 1);
            gains.won = true;
        }
        if let ForkPlan::End(end) = step.fork {
            gains.lost = end != End::Converted && plan.memory.converted.get(&self.words) == 0;
        }
        gains
    }

    /// The kind of customer that a step sees.
    pub(super) fn cell(&self, step: &StepPlan) -> usize {
        step.axes
            .iter()
            .map(|(field, classes)| classes[field.get(&self.words) as usize] as usize)
            .sum()
    }

    /// The position of the first rule that holds, on a day of this month and weekday.
    pub(super) fn rule(&self, plan: &Plan, rules: &[Rule], (month, weekday): (u8, u8)) -> usize {
        let look = |atom: Atom| match atom {
            Atom::Key(key) => {
                let field = plan.memory.field(key).expect("every key of a rule is remembered");
                field.get(&self.words) as i64
            }
            Atom::Visits(step) => {
                let visit = plan.steps[step.index()].visit.expect("visits of rules are counted");
                i64::from(self.visits[visit])
            }
            Atom::Month => i64::from(month),
            Atom::Weekday => i64::from(weekday),
            Atom::Days => unreachable!("such journeys have no states"),
        };
        rules
            .iter()
            .position(|rule| rule.holds(&look))
            .expect("the last rule always holds")
    }

    /// Keys the draws of its state at a step.
    pub(super) fn key(&self, step: &StepPlan) -> u64 {
        let words = self.words.iter().copied();
        let numbers = self.visits.iter().chain(&self.rows).map(|it| u64::from(*it));
        words
            .chain(numbers)
            .fold(crate::random::Key::new(step.key), crate::random::Key::with)
            .bits()
    }
}

/// Kinds of days: which one every tick is of, and month and weekday of each kind; a single kind,
/// and nothing by tick, if no rule looks at either.
pub(super) fn day_kinds(plan: &Plan) -> (Vec<u16>, Vec<(u8, u8)>) {
    if plan.month_of.is_empty() && plan.weekday_of.is_empty() {
        return (Vec::new(), vec![(0, 0)]);
    }
    let mut numbers: HashMap<(u8, u8), u16> = HashMap::new();
    let mut kinds = Vec::new();
    let of_tick = |list: &[u8], tick: usize| list.get(tick).copied().unwrap_or(0);
    let by_tick = (0..plan.clock.ticks as usize)
        .map(|tick| {
            let kind = (of_tick(&plan.month_of, tick), of_tick(&plan.weekday_of, tick));
            *numbers.entry(kind).or_insert_with(|| {
                kinds.push(kind);
                u16::try_from(kinds.len() - 1).expect("there are at most 84 kinds of days")
            })
        })
        .collect();
    (by_tick, kinds)
}

/// Whether some rule tells days apart.
pub(super) fn looks_at_calendar(rules: &[Rule]) -> bool {
    let mut looks = false;
    for rule in rules {
        rule.each_atom(&mut |atom, _, _| looks |= matches!(atom, Atom::Month | Atom::Weekday));
    }
    looks
}
