//! What is not uncertain: every fixed number and delay, and the journey with one of them scaled.

use crate::clock::TickRange;
use crate::journey::change::Case;
use crate::journey::delay::DelayLaw;
use crate::journey::evaluate::{Situation, step_cases};
use crate::journey::{
    AssumptionId, ChangeSet, ChangeTarget, DelayId, Fork, Journey, Key, Leaf, LeafValue, Op, ResolvedChange, Role,
    StreamId, Tree, Volume, World,
};

use super::names::{Named, Names};

/// For whom a value holds: all of these hold.
type Cases = Vec<(Key, Case)>;

/// Something that can be scaled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fixed {
    /// How it is told.
    pub(super) named: Named,
    /// Its value, if it is a single number.
    pub(super) value: Option<f64>,
    target: ChangeTarget,
    cases: Cases,
}

/// Everything that is fixed and is not 0, in the order of the file; numbers that differ from customer
/// to customer and delays too, which are scaled as a whole.
pub(super) fn fixed(journey: &Journey) -> Vec<Fixed> {
    let names = Names::of(journey);
    let mut found = Vec::new();
    // Totals of a series that are all known are scaled together.
    let mut in_series: Vec<AssumptionId> = Vec::new();
    for (at, stream) in journey.streams.iter().enumerate() {
        let Volume::Series(totals) = &stream.volume else {
            continue;
        };
        let is_known = |id: AssumptionId| known(journey, id).is_some();
        if totals.iter().all(|it| is_known(it.amount)) {
            in_series.extend(totals.iter().map(|it| it.amount));
            found.push(Fixed {
                named: names.other(&format!("arrivals.{}.volume", stream.id), "arrivals"),
                value: None,
                target: ChangeTarget::Volume(StreamId::at(at)),
                cases: Vec::new(),
            });
        }
    }
    for (at, assumption) in journey.assumptions.iter().enumerate() {
        let id = AssumptionId::at(at);
        let target = match assumption.role {
            // Observed counts leave open what the true shares are.
            Role::Count(_) => continue,
            Role::Chance(branch) => ChangeTarget::Chance(branch),
            _ => ChangeTarget::Assumption(id),
        };
        if in_series.contains(&id) {
            continue;
        }
        let mut add = |leaf: &Leaf, cases: Cases| {
            let value = match leaf.value {
                // Months of which a `season` says nothing.
                LeafValue::Known(1.0) if assumption.role == Role::Season => return,
                LeafValue::Known(value) if value != 0.0 => Some(value),
                LeafValue::Each(_) => None,
                LeafValue::Known(_) | LeafValue::Drawn(_) | LeafValue::Value(_) => return,
            };
            found.push(Fixed {
                named: names.assumption(id, &leaf.path),
                value,
                target,
                cases,
            });
        };
        each_leaf(&assumption.tree, &mut Vec::new(), &mut add);
    }
    for (at, delay) in journey.delays.iter().enumerate() {
        let mut labels = 0;
        let mut add = |law: &DelayLaw, cases: Cases| {
            let path = path_of(&delay.path, &delay.tree, labels);
            labels += 1;
            let value = match law {
                DelayLaw::Known(0.0) => return,
                DelayLaw::Known(days) => Some(*days),
                _ => None,
            };
            let mut named = names.other(&path, "delay");
            named.unit = Some("days".to_owned());
            found.push(Fixed {
                named,
                value,
                target: ChangeTarget::Delay(DelayId::at(at)),
                cases,
            });
        };
        each_leaf(&delay.tree, &mut Vec::new(), &mut add);
    }
    found
}

fn known(journey: &Journey, id: AssumptionId) -> Option<f64> {
    match &journey.assumption(id).tree {
        Tree::Leaf(Leaf {
            value: LeafValue::Known(value),
            ..
        }) => Some(*value),
        _ => None,
    }
}

/// The path of the leaf at a position.
fn path_of<T>(path: &str, tree: &Tree<T>, at: usize) -> String {
    let leaves = tree.leaves();
    let labels = leaves.get(at).map_or(&[][..], |it| &it.0);
    std::iter::once(path)
        .chain(labels.iter().copied())
        .collect::<Vec<_>>()
        .join(".")
}

/// Tells every leaf, in order, and for whom it holds.
fn each_leaf<T>(tree: &Tree<T>, cases: &mut Cases, tell: &mut impl FnMut(&T, Cases)) {
    match tree {
        Tree::Leaf(leaf) => tell(leaf, cases.clone()),
        Tree::By {
            key,
            cases: named,
            otherwise,
        } => {
            for (value, _, tree) in named {
                cases.push((*key, Case::Is(*value)));
                each_leaf(tree, cases, tell);
                cases.pop();
            }
            if let Some(tree) = otherwise {
                cases.push((*key, Case::NoneOf(named.iter().map(|it| it.0).collect())));
                each_leaf(tree, cases, tell);
                cases.pop();
            }
        }
    }
}

impl Fixed {
    /// The journey with this multiplied, on top of all other changes.
    pub(super) fn times(&self, mut journey: Journey, factor: f64) -> Journey {
        let ticks = TickRange {
            from: 0,
            until: journey.clock.ticks,
        };
        journey.changes.push(ChangeSet {
            name: "sensitivity".to_owned(),
            ticks,
            changes: vec![ResolvedChange {
                path: self.named.path.clone(),
                target: self.target,
                cases: self.cases.clone(),
                op: Op::Times(factor),
                against: None,
            }],
        });
        journey
    }
}

/// Why a journey's changes cannot be made in a world, in words that follow a colon: chances of a fork
/// or shares of a mix pass 1.
pub(super) fn held_back(journey: &Journey, world: &World) -> Option<String> {
    if journey.draws.pass_one(world) {
        return Some("chances of a fork add up to more than 1".to_owned());
    }
    let mut chances = Vec::new();
    for tick in journey.stretches() {
        let situation = Situation::at(journey, tick);
        let by_chance = journey
            .steps()
            .filter(|(_, it)| matches!(it.fork, Fork::Chances { .. } | Fork::Observed(_)));
        for (id, _) in by_chance {
            let cases = step_cases(journey, id)?;
            for cell in 0..cases.count() {
                let value_of = |key: Key| cases.representative(cell, key);
                if let Some(held) = situation.chances(id, &value_of, world, &mut chances) {
                    return Some(words(&held.path, held.value, held.most));
                }
            }
        }
        let mixes = journey.streams.iter().map(|it| &it.mix);
        for mix in mixes.chain(journey.pipeline.iter().map(|it| &it.mix)).flatten() {
            if let (_, Some(held)) = situation.shares(mix, world) {
                return Some(words(&held.path, held.value, held.most));
            }
        }
        for (at, assumption) in journey.assumptions.iter().enumerate() {
            if assumption.role == Role::RevenueShare && matches!(assumption.tree, Tree::Leaf(_)) {
                let value = situation.number(AssumptionId::at(at), world);
                if value > 1.0 {
                    return Some(words(&assumption.path, value, 1.0));
                }
            }
        }
    }
    None
}

fn words(path: &str, value: f64, most: f64) -> String {
    let percent = |value: f64| format!("{} %", (value * 1e4).round() / 100.0);
    format!(
        "`{path}` would be {}; it can be at most {}",
        percent(value),
        percent(most)
    )
}
