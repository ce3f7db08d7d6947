//! What the numbers of a journey are in one world, for one kind of customer, under the changes
//! that hold at a time.

mod cases;
mod moves;

use super::assumption::{AssumptionId, World};
use super::change::{ChangeSet, ChangeTarget, Op, ResolvedChange};
use super::delay::{ChangedDelay, DelayLaw};
use super::law::Law;
use super::tree::{Key, Leaf, LeafValue};
use super::{BranchId, DelayId, Fork, Journey, Mix, StepId, StreamId};

pub use cases::{amounts_depend, step_cases};

use moves::{Move, move_together, settle};

/// A number in a world: known there, or different from customer to customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// This number.
    Known(f64),
    /// `factor` times a draw from `law`, plus `shift`.
    Each {
        /// Drawn every time it is booked.
        law: Law,
        /// Multiplies every draw.
        factor: f64,
        /// Added to every draw.
        shift: f64,
    },
}

impl Amount {
    /// The number, or the mean over customers.
    #[must_use]
    pub fn mean(self) -> f64 {
        match self {
            Self::Known(value) => value,
            Self::Each { law, factor, shift } => factor * law.mean(super::law::Bounds::NONE) + shift,
        }
    }

    fn changed(self, times: f64, add: f64) -> Self {
        match self {
            Self::Known(value) => Self::Known(value * times + add),
            Self::Each { law, factor, shift } => Self::Each {
                law,
                factor: factor * times,
                shift: shift * times + add,
            },
        }
    }
}

/// A changed chance or share that had to be held back, or chances left short.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfRange {
    /// The path of the change.
    pub path: String,
    /// What it would have been.
    pub value: f64,
    /// The most it can be.
    pub most: f64,
}

/// The changes that hold during a stretch of time, found by what they change.
#[derive(Debug)]
pub struct Situation<'a> {
    journey: &'a Journey,
    sets: Vec<&'a ChangeSet>,
    assumptions: Vec<Vec<&'a ResolvedChange>>,
    delays: Vec<Vec<&'a ResolvedChange>>,
    no_delays: Vec<Vec<&'a ResolvedChange>>,
    volumes: Vec<Vec<&'a ResolvedChange>>,
    changes_fork: Vec<bool>,
    changes_values: bool,
}

impl<'a> Situation<'a> {
    /// The situation at a tick.
    #[must_use]
    pub fn at(journey: &'a Journey, tick: u32) -> Self {
        let holds = |set: &&ChangeSet| set.ticks.from <= tick && tick < set.ticks.until;
        Self::under(journey, journey.changes.iter().filter(holds).collect())
    }

    /// The situation without any change.
    #[must_use]
    pub fn unchanged(journey: &'a Journey) -> Self {
        Self::under(journey, Vec::new())
    }

    fn under(journey: &'a Journey, sets: Vec<&'a ChangeSet>) -> Self {
        let mut it = Self {
            journey,
            assumptions: vec![Vec::new(); journey.assumptions.len()],
            delays: vec![Vec::new(); journey.delays.len()],
            no_delays: vec![Vec::new(); journey.branch_count()],
            volumes: vec![Vec::new(); journey.streams.len()],
            changes_fork: vec![false; journey.step_count()],
            changes_values: false,
            sets,
        };
        for change in it.sets.clone().into_iter().flat_map(|set| &set.changes) {
            match change.target {
                ChangeTarget::Assumption(id) => {
                    it.changes_values |= journey.assumption(id).role == super::Role::Value;
                    it.assumptions[id.index()].push(change);
                }
                ChangeTarget::Chance(branch) => {
                    it.changes_fork[journey.ends(branch).0.index()] = true;
                }
                ChangeTarget::Delay(id) => it.delays[id.index()].push(change),
                ChangeTarget::NoDelay(branch) => it.no_delays[branch.index()].push(change),
                ChangeTarget::Volume(stream) => it.volumes[stream.index()].push(change),
            }
        }
        it
    }

    /// An assumption for a kind of customer.
    pub fn amount(&self, id: AssumptionId, value_of: &impl Fn(Key) -> u32, world: &World) -> Amount {
        let tree = &self.journey.assumption(id).tree;
        let base = self.leaf(tree.leaf(value_of), value_of, world, true);
        self.apply(base, &self.assumptions[id.index()], value_of, world)
    }

    /// An assumption that does not depend on the customer.
    #[must_use]
    pub fn number(&self, id: AssumptionId, world: &World) -> f64 {
        self.amount(id, &|_| 0, world).mean()
    }

    /// The chances of the branches of `step` for a kind of customer, in the order of the file.
    ///
    /// A single branch has chance 1; steps with rules or without branches have none. The
    /// second value tells the first change that had to be held back.
    pub fn chances(
        &self,
        step: StepId,
        value_of: &impl Fn(Key) -> u32,
        world: &World,
        chances: &mut Vec<f64>,
    ) -> Option<OutOfRange> {
        chances.clear();
        let first = self.journey.branches(step).next().map_or(0, super::BranchId::index);
        let rest = match &self.journey.step(step).fork {
            Fork::End(_) | Fork::Rules(_) => return None,
            Fork::Single => {
                chances.push(1.0);
                return None;
            }
            Fork::Observed(observed) => {
                let draw = observed.draws[observed.cases.cell(value_of)].index();
                let draws = draw..draw + observed.counts.len();
                chances.extend(draws.map(|it| world.value(super::DrawId::at(it))));
                None
            }
            Fork::Chances { rest, chances: given } => {
                let before = |id: &AssumptionId| {
                    let tree = &self.journey.assumption(*id).tree;
                    self.leaf(tree.leaf(value_of), value_of, world, false).mean()
                };
                chances.extend(given.iter().map(|it| it.as_ref().map_or(0.0, before)));
                settle(chances, *rest);
                *rest
            }
        };
        let mut held_back = None;
        if self.changes_values {
            self.follow_values(step, value_of, world, chances, rest, &mut held_back);
        }
        if self.changes_fork[step.index()] {
            for set in &self.sets {
                let mut moves = Vec::new();
                for change in &set.changes {
                    let ChangeTarget::Chance(branch) = change.target else {
                        continue;
                    };
                    if self.journey.ends(branch).0 != step || !change.concerns(value_of) {
                        continue;
                    }
                    let at = branch.index() - first;
                    let now = moves
                        .iter()
                        .rev()
                        .find(|it: &&Move| it.at == at)
                        .map_or(chances[at], |it| it.to);
                    let to = self.apply_one(Amount::Known(now), change, value_of, world).mean();
                    moves.retain(|it| it.at != at);
                    let against = change.against.map(|it: BranchId| it.index() - first);
                    moves.push(Move {
                        at,
                        to,
                        against,
                        path: &change.path,
                    });
                }
                move_together(chances, rest, &moves, &mut held_back);
            }
        }
        held_back
    }

    /// Where changed `[values]` move chances: before the fork's own changes, as one group.
    fn follow_values(
        &self,
        step: StepId,
        value_of: &impl Fn(Key) -> u32,
        world: &World,
        chances: &mut [f64],
        rest: Option<usize>,
        held_back: &mut Option<OutOfRange>,
    ) {
        let Fork::Chances { chances: given, .. } = &self.journey.step(step).fork else {
            return;
        };
        let mut moves = Vec::new();
        for (at, id) in given.iter().enumerate().filter_map(|(at, id)| Some((at, (*id)?))) {
            let leaf = self.journey.assumption(id).tree.leaf(value_of);
            if matches!(leaf.value, LeafValue::Value(_)) {
                let before = self.leaf(leaf, value_of, world, false).mean();
                let after = self.leaf(leaf, value_of, world, true).mean();
                if before != after {
                    moves.push(Move {
                        at,
                        to: after,
                        against: None,
                        path: &leaf.path,
                    });
                }
            }
        }
        move_together(chances, rest, &moves, held_back);
    }

    /// The delay of a branch for a kind of customer; `None` for no time at all.
    pub fn delay(&self, branch: BranchId, value_of: &impl Fn(Key) -> u32) -> Option<ChangedDelay> {
        let after: Option<DelayId> = self.journey.branch(branch).after;
        let (mut delay, changes) = if let Some(id) = after {
            let law = self.journey.delays[id.index()].tree.leaf(value_of).clone();
            (
                ChangedDelay {
                    law,
                    factor: 1.0,
                    shift_days: 0.0,
                },
                &self.delays[id.index()],
            )
        } else {
            let law = DelayLaw::Known(0.0);
            (
                ChangedDelay {
                    law,
                    factor: 1.0,
                    shift_days: 0.0,
                },
                &self.no_delays[branch.index()],
            )
        };
        if after.is_none() && changes.is_empty() {
            return None;
        }
        for change in changes.iter().filter(|it| it.concerns(value_of)) {
            match &change.op {
                Op::ToDelay(tree) => {
                    delay = ChangedDelay {
                        law: tree.leaf(value_of).clone(),
                        factor: 1.0,
                        shift_days: 0.0,
                    };
                }
                Op::Times(factor) => {
                    delay.factor *= factor;
                    delay.shift_days *= factor;
                }
                Op::Add(days) => delay.shift_days += days,
                Op::To(_) => unreachable!("`build` gives delays to delays only"),
            }
        }
        Some(delay)
    }

    /// A number of arrivals of a stream after the changes of the stream's volume; never negative.
    #[must_use]
    pub fn volume(&self, stream: StreamId, amount: AssumptionId, world: &World) -> f64 {
        let base = self.amount(amount, &|_| 0, world);
        self.apply(base, &self.volumes[stream.index()], &|_| 0, world)
            .mean()
            .max(0.0)
    }

    /// The shares of a mix: value by value, they add up to 1.
    #[must_use]
    pub fn shares(&self, mix: &Mix, world: &World) -> (Vec<(u32, f64)>, Option<OutOfRange>) {
        let weights = match mix {
            Mix::Start(number) => return (vec![(*number, 1.0)], None),
            Mix::Weights(weights) => weights,
        };
        let base = |id: &AssumptionId| {
            let tree = &self.journey.assumption(*id).tree;
            self.leaf(tree.leaf(&|_| 0), &|_| 0, world, true).mean()
        };
        let mut shares: Vec<f64> = weights.iter().map(|(_, id)| base(id)).collect();
        let sum: f64 = shares.iter().sum();
        for share in &mut shares {
            *share /= sum;
        }
        let mut held_back = None;
        for set in &self.sets {
            let mut moves = Vec::new();
            for change in &set.changes {
                let ChangeTarget::Assumption(id) = change.target else {
                    continue;
                };
                if let Some(at) = weights.iter().position(|(_, it)| *it == id) {
                    let to = self.apply_one(Amount::Known(shares[at]), change, &|_| 0, world).mean();
                    moves.push(Move {
                        at,
                        to,
                        against: None,
                        path: &change.path,
                    });
                }
            }
            move_together(&mut shares, None, &moves, &mut held_back);
        }
        (weights.iter().map(|(value, _)| *value).zip(shares).collect(), held_back)
    }

    fn leaf(&self, leaf: &Leaf, value_of: &impl Fn(Key) -> u32, world: &World, changed: bool) -> Amount {
        match leaf.value {
            LeafValue::Known(value) => Amount::Known(value),
            LeafValue::Drawn(draw) => Amount::Known(world.value(draw)),
            LeafValue::Each(law) => Amount::Each {
                law,
                factor: 1.0,
                shift: 0.0,
            },
            LeafValue::Value(id) => {
                let tree = &self.journey.assumption(id).tree;
                let base = self.leaf(tree.leaf(value_of), value_of, world, changed);
                if changed {
                    self.apply(base, &self.assumptions[id.index()], value_of, world)
                } else {
                    base
                }
            }
        }
    }

    fn apply(
        &self,
        base: Amount,
        changes: &[&ResolvedChange],
        value_of: &impl Fn(Key) -> u32,
        world: &World,
    ) -> Amount {
        let concerned = changes.iter().filter(|it| it.concerns(value_of));
        concerned.fold(base, |amount, change| self.apply_one(amount, change, value_of, world))
    }

    fn apply_one(
        &self,
        amount: Amount,
        change: &ResolvedChange,
        value_of: &impl Fn(Key) -> u32,
        world: &World,
    ) -> Amount {
        match &change.op {
            Op::To(tree) => self.leaf(tree.leaf(value_of), value_of, world, true),
            Op::Times(factor) => amount.changed(*factor, 0.0),
            Op::Add(shift) => amount.changed(1.0, *shift),
            Op::ToDelay(_) => unreachable!("`build` gives delays to delays only"),
        }
    }
}
