//! Where paths lead.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::journey::assumption::Role;
use crate::journey::build::Builder;
use crate::journey::change::{Case, ChangeTarget};
use crate::journey::delay::DelayLaw;
use crate::journey::{AssumptionId, DelayId, Fork, Journey, Key, StreamId, Tree, Volume};

/// Where paths lead.
pub(super) struct Paths {
    pub(super) assumptions: HashMap<String, AssumptionId>,
    pub(super) delays: HashMap<String, DelayId>,
    sorted: OnceCell<Vec<String>>,
}

impl Paths {
    /// All of them, in an order that does not depend on hashes.
    pub(super) fn sorted(&self) -> &[String] {
        self.sorted.get_or_init(|| {
            let mut all: Vec<String> = self.assumptions.keys().chain(self.delays.keys()).cloned().collect();
            all.sort_unstable();
            all
        })
    }
}

/// What a path leads to.
pub(super) struct Found {
    pub(super) target: ChangeTarget,
    pub(super) cases: Vec<(Key, Case)>,
    pub(super) kind: Kind,
}

/// What can be done to a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Chance,
    Share(Role),
    Growth(Role),
    Amount(Role),
    /// All totals of a series at once.
    Series,
    Delay,
}

impl Builder<'_> {
    /// Where paths lead in this journey.
    pub(super) fn paths(&self, journey: &Journey) -> Paths {
        let assumptions = self.assumptions.iter().enumerate();
        let delays = journey.delays.iter().enumerate();
        Paths {
            assumptions: assumptions
                .map(|(at, it)| (it.path.clone(), AssumptionId::at(at)))
                .collect(),
            delays: delays.map(|(at, it)| (it.path.clone(), DelayId::at(at))).collect(),
            sorted: OnceCell::new(),
        }
    }

    /// What a path leads to, the labels of `by` values behind it included.
    pub(super) fn find(&self, path: &str, journey: &Journey, paths: &Paths) -> Option<Found> {
        let parts: Vec<&str> = path.split('.').collect();
        for split in (1..=parts.len()).rev() {
            let (base, labels) = (parts[..split].join("."), &parts[split..]);
            if let Some(id) = paths.assumptions.get(&base) {
                let it = &self.assumptions[id.index()];
                let (target, kind) = match it.role {
                    Role::Chance(branch) | Role::Count(branch) => (ChangeTarget::Chance(branch), Kind::Chance),
                    role => (ChangeTarget::Assumption(*id), self.kind_of(role, &it.path)),
                };
                return Some(Found {
                    target,
                    cases: cases(&it.tree, labels)?,
                    kind,
                });
            }
            if let Some(id) = paths.delays.get(&base) {
                let tree: &Tree<DelayLaw> = &journey.delays[id.index()].tree;
                return Some(Found {
                    target: ChangeTarget::Delay(*id),
                    cases: cases(tree, labels)?,
                    kind: Kind::Delay,
                });
            }
        }
        match parts.as_slice() {
            ["steps", step, name, key @ ("chance" | "after")] => {
                let step = self.names.steps.get(step).copied()?;
                let branch = journey.branches(step).find(|it| journey.branch(*it).name == *name)?;
                let by_chance = matches!(journey.step(step).fork, Fork::Chances { .. } | Fork::Observed(_));
                match *key {
                    "chance" if by_chance => Some(Found {
                        target: ChangeTarget::Chance(branch),
                        cases: Vec::new(),
                        kind: Kind::Chance,
                    }),
                    "after" => Some(Found {
                        target: ChangeTarget::NoDelay(branch),
                        cases: Vec::new(),
                        kind: Kind::Delay,
                    }),
                    _ => None,
                }
            }
            ["arrivals", stream, "volume"] => {
                let stream: StreamId = self.names.streams.get(stream).copied()?;
                let is_series = matches!(journey.streams[stream.index()].volume, Volume::Series(_));
                is_series.then_some(Found {
                    target: ChangeTarget::Volume(stream),
                    cases: Vec::new(),
                    kind: Kind::Series,
                })
            }
            _ => None,
        }
    }

    fn kind_of(&self, role: Role, path: &str) -> Kind {
        match role {
            Role::Weight => Kind::Chance,
            Role::RevenueShare => Kind::Share(role),
            Role::Growth(_) => Kind::Growth(role),
            Role::Value if self.uses.is_chance(path.trim_start_matches("values.")) => Kind::Share(role),
            role => Kind::Amount(role),
        }
    }
}

/// The kinds of customers that labels behind a path stand for.
fn cases<T>(tree: &Tree<T>, labels: &[&str]) -> Option<Vec<(Key, Case)>> {
    let mut tree = tree;
    let mut found = Vec::new();
    for label in labels {
        let Tree::By { key, cases, otherwise } = tree else {
            return None;
        };
        match cases.iter().find(|it| it.1 == *label) {
            Some((value, _, below)) => {
                found.push((*key, Case::Is(*value)));
                tree = below;
            }
            None if *label == "else" => {
                found.push((*key, Case::NoneOf(cases.iter().map(|it| it.0).collect())));
                tree = otherwise.as_deref()?;
            }
            None => return None,
        }
    }
    Some(found)
}
