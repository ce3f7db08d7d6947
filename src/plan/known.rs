//! What is known of a customer apart from luck, what arriving at a step makes of it, and which rule
//! it then meets: one customer at a time, where speed does not matter.

use super::{End, ForkPlan, Gains, Plan, StepPlan};
use crate::journey::{Atom, Rule};

/// Which visits matter, and up to which number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caps {
    /// By step whose visits are counted: where they stand in [`Known::visits`], if a rule looks at
    /// them.
    places: Vec<Option<usize>>,
    /// By place: one more than the largest number that a rule compares with.
    caps: Vec<u32>,
}

/// What tells the customers of one step apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Known {
    /// The words of [`crate::plan::Memory`].
    pub(crate) words: Vec<u64>,
    /// Visits of the steps whose visits are counted, as far as they matter.
    pub(crate) visits: Vec<u32>,
    /// Rows of groups, by pack.
    pub(crate) rows: Vec<u32>,
}

impl Caps {
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut it = Self {
            places: vec![None; plan.visited.len()],
            caps: Vec::new(),
        };
        for rule in plan.steps.iter().flat_map(rules_of) {
            rule.each_atom(&mut |atom, _, number| {
                if let Atom::Visits(of) = atom {
                    let visit = plan.steps[of.index()].visit.expect("visits of rules are counted");
                    let place = *it.places[visit].get_or_insert(it.caps.len());
                    it.caps.resize(it.caps.len().max(place + 1), 0);
                    let cap = u32::try_from(number.saturating_add(1).max(1)).unwrap_or(u32::MAX);
                    it.caps[place] = cap.max(it.caps[place]);
                }
            });
        }
        it
    }

    /// How many steps there are whose visits matter.
    pub(crate) fn count(&self) -> usize {
        self.caps.len()
    }

    /// Place and cap of the visits of a step, if they matter.
    fn of_step(&self, step: &StepPlan) -> Option<(usize, u32)> {
        let place = self.places[step.visit?]?;
        Some((place, self.caps[place]))
    }
}

/// The rules of a step; none where it has another kind of fork.
pub(crate) fn rules_of(step: &StepPlan) -> &[Rule] {
    match &step.fork {
        ForkPlan::Rules(rules) => rules,
        ForkPlan::End(_) | ForkPlan::Single | ForkPlan::Chances => &[],
    }
}

/// What rules see of the day on which a customer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Day {
    /// Calendar month.
    pub(crate) month: u8,
    /// Weekday, from Monday.
    pub(crate) weekday: u8,
    /// Whole days since the customer arrived.
    pub(crate) since_arrival: u32,
}

impl Day {
    /// What rules see at a tick, so many days after arriving.
    pub(crate) fn at(plan: &Plan, tick: u32, since_arrival: u32) -> Self {
        let at = |list: &[u8]| list.get(tick as usize).copied().unwrap_or(0);
        Self {
            month: at(&plan.month_of),
            weekday: at(&plan.weekday_of),
            since_arrival,
        }
    }
}

impl Known {
    /// Arrives at a step: `sets`, `adds`, the visit, the stage, the conversion.
    pub(crate) fn arrive(&mut self, plan: &Plan, step: &StepPlan, caps: &Caps) -> Gains {
        for (field, value) in &step.sets {
            field.set(&mut self.words, *value);
        }
        for (field, amount, largest) in &step.adds {
            let value = (field.get(&self.words) as i64)
                .saturating_add(*amount)
                .clamp(0, *largest);
            field.set(&mut self.words, value as u64);
        }
        self.visit(step, caps);
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

    /// Counts a visit.
    pub(crate) fn visit(&mut self, step: &StepPlan, caps: &Caps) {
        if let Some((place, cap)) = caps.of_step(step) {
            self.visits[place] = (self.visits[place] + 1).min(cap);
        }
    }

    /// The kind of customer that a step sees.
    pub(crate) fn cell(&self, step: &StepPlan) -> usize {
        step.axes
            .iter()
            .map(|(field, classes)| classes[field.get(&self.words) as usize] as usize)
            .sum()
    }

    /// The position of the first rule that holds.
    pub(crate) fn rule(&self, plan: &Plan, caps: &Caps, rules: &[Rule], day: Day) -> usize {
        let look = |atom: Atom| match atom {
            Atom::Key(key) => {
                let field = plan.memory.field(key).expect("every key of a rule is remembered");
                field.get(&self.words) as i64
            }
            Atom::Visits(step) => {
                let place = caps.of_step(&plan.steps[step.index()]);
                i64::from(self.visits[place.expect("visits of rules are counted").0])
            }
            Atom::Month => i64::from(day.month),
            Atom::Weekday => i64::from(day.weekday),
            Atom::Days => i64::from(day.since_arrival),
        };
        rules
            .iter()
            .position(|rule| rule.holds(&look))
            .expect("the last rule always holds")
    }

    /// Keys the draws of its state at a step.
    pub(crate) fn key(&self, step: &StepPlan) -> u64 {
        let words = self.words.iter().copied();
        let numbers = self.visits.iter().chain(&self.rows).map(|it| u64::from(*it));
        words
            .chain(numbers)
            .fold(crate::random::Key::new(step.key), crate::random::Key::with)
            .bits()
    }
}
