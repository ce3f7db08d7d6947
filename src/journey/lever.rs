//! Levers: values that somebody can move, how far, and what a point in between stands for.

use super::change::{Case, ChangeTarget, Op, ResolvedChange};
use super::delay::DelayLaw;
use super::evaluate::{Situation, step_cases};
use super::tree::{Key, LeafValue, Tree};
use super::{BranchId, Journey, Leaf};

/// A value that `solve` may move.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// The path as written.
    pub path: String,
    /// The change at its lower end.
    pub low: ResolvedChange,
    /// The change at its upper end.
    pub high: ResolvedChange,
}

impl Lever {
    /// The numbers at its two ends: factors, what is added (days, on a delay), or new values.
    /// `None` if an end is no single number, as with a delay that has a law.
    #[must_use]
    pub fn limits(&self) -> Option<(f64, f64)> {
        Some((number(&self.low.op)?, number(&self.high.op)?))
    }

    /// The change at a point between the ends: `value` is a number of the kind that
    /// [`limits`](Self::limits) tells.
    #[must_use]
    pub fn op(&self, value: f64) -> Op {
        match &self.low.op {
            Op::Times(_) => Op::Times(value),
            Op::Add(_) => Op::Add(value),
            Op::ToDelay(_) => Op::ToDelay(Tree::Leaf(DelayLaw::Known(value))),
            Op::To(tree) => {
                let mut tree = tree.clone();
                if let Tree::Leaf(leaf) = &mut tree {
                    leaf.value = LeafValue::Known(value);
                }
                Op::To(tree)
            }
        }
    }

    /// What `value` makes of the number at the path, as a share of what it is now; `None` if that
    /// is not one number, or nothing.
    #[must_use]
    pub fn relative(&self, value: f64, present: Option<f64>) -> Option<f64> {
        let present = || present.filter(|it| *it != 0.0);
        match &self.low.op {
            Op::Times(_) => Some(value - 1.0),
            Op::Add(_) => Some(value / present()?),
            Op::To(_) | Op::ToDelay(_) => Some(value / present()? - 1.0),
        }
    }

    /// Where the lever stands now, as a number of the kind that [`limits`](Self::limits) tells:
    /// no factor, nothing added, or the present value.
    #[must_use]
    pub fn neutral(&self, present: Option<f64>) -> Option<f64> {
        match &self.low.op {
            Op::Times(_) => Some(1.0),
            Op::Add(_) => Some(0.0),
            Op::To(_) | Op::ToDelay(_) => present,
        }
    }

    /// The number at the path as it is now, in the world of means and under the changes that hold
    /// at the beginning: a chance, an amount, a rate, or days. `None` if it is not the same for all
    /// customers concerned.
    #[must_use]
    pub fn present(&self, journey: &Journey) -> Option<f64> {
        let situation = Situation::at(journey, 0);
        let world = journey.draws.mean_world();
        let cases = &self.low.cases;
        let value_of = |key: Key| {
            let named = cases.iter().find(|it| it.0 == key).map(|it| &it.1);
            match named {
                Some(Case::Is(value)) => *value,
                Some(Case::NoneOf(named)) => (0..=named.len() as u32).find(|it| !named.contains(it)).unwrap_or(0),
                None => 0,
            }
        };
        let is_one = |keys: Vec<Key>| keys.iter().all(|key| cases.iter().any(|it| it.0 == *key));
        match self.low.target {
            ChangeTarget::Assumption(id) => {
                let tree = &journey.assumption(id).tree;
                is_one(keys(tree)).then(|| situation.amount(id, &value_of, &world).mean())
            }
            ChangeTarget::Chance(branch) => {
                let step = journey.ends(branch).0;
                let is_for_all = step_cases(journey, step).is_some_and(|it| it.count() == 1);
                if !is_for_all && cases.is_empty() {
                    return None;
                }
                let mut chances = Vec::new();
                situation.chances(step, &value_of, &world, &mut chances);
                let at = journey.branches(step).position(|it| it == branch)?;
                chances.get(at).copied()
            }
            ChangeTarget::Delay(id) => {
                if !is_one(keys(&journey.delays[id.index()].tree)) {
                    return None;
                }
                let mut branches = (0..journey.branch_count()).map(BranchId::at);
                let branch = branches.find(|it| journey.branch(*it).after == Some(id))?;
                let delay = situation.delay(branch, &value_of)?;
                match delay.law {
                    DelayLaw::Known(days) => Some(days * delay.factor + delay.shift_days),
                    _ => None,
                }
            }
            ChangeTarget::NoDelay(_) => Some(0.0),
            ChangeTarget::Volume(_) => None,
        }
    }
}

/// The number of a change that has one.
fn number(op: &Op) -> Option<f64> {
    match op {
        Op::Times(it)
        | Op::Add(it)
        | Op::To(Tree::Leaf(Leaf {
            value: LeafValue::Known(it),
            ..
        }))
        | Op::ToDelay(Tree::Leaf(DelayLaw::Known(it))) => Some(*it),
        Op::To(_) | Op::ToDelay(_) => None,
    }
}

/// What a table looks at.
fn keys<T>(tree: &Tree<T>) -> Vec<Key> {
    match tree {
        Tree::Leaf(_) => Vec::new(),
        Tree::By { key, cases, otherwise } => {
            let below = cases.iter().map(|it| &it.2).chain(otherwise.as_deref());
            let mut found: Vec<Key> = below.flat_map(keys).collect();
            found.push(*key);
            found
        }
    }
}
