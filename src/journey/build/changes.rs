//! Changes: paths lead to values, and what is done to them fits.

mod op;
mod paths;

use std::collections::HashSet;

use jiff::civil::Date;

use crate::clock::TickRange;
use crate::journey::assumption::{Assumption, Role};
use crate::journey::change::{ChangeSet, ChangeTarget, Op, ResolvedChange};
use crate::journey::draft::{Change, ChangeDraft, Name};
use crate::journey::{AssumptionId, BranchId, Cost, Journey, Leaf, LeafValue, Lever, ProductId, Tree};
use crate::problem::{At, Fault, Part};

use super::Builder;

use paths::Paths;

/// A change as it is asked for.
struct Asked<'a> {
    path: &'a Name,
    at: &'a At,
    change: &'a Change,
    against: Option<&'a Name>,
}

/// Sets of changes of which some were refused, by name: what the others come to is not known.
pub(crate) type Misled = HashSet<String>;

impl Builder<'_> {
    /// The changes and levers of the file, those that make sense.
    pub(crate) fn resolve_changes(&mut self, journey: &mut Journey) -> Misled {
        let draft = self.draft;
        let broken = broken_entries(&self.faults);
        let mut paths = self.paths(journey);
        let mut misled = Misled::new();
        for set in &draft.changes {
            self.days(set.from.as_ref(), set.until.as_ref());
            let mut changes = Vec::new();
            for change in &set.changes {
                self.add_missing(change, journey, &mut paths);
                let asked = Asked {
                    path: &change.path,
                    at: &change.at,
                    change: &change.change,
                    against: change.against.as_ref(),
                };
                match self.change(&asked, journey, &paths, &broken) {
                    Some(it) => changes.push(it),
                    None => {
                        misled.insert(set.name.clone());
                    }
                }
            }
            journey.changes.push(ChangeSet {
                name: set.name.clone(),
                ticks: self.ticks(set.from.as_ref(), set.until.as_ref()),
                changes,
            });
        }
        for lever in &draft.levers {
            let mut end = |change| {
                let asked = Asked {
                    path: &lever.path,
                    at: &lever.at,
                    change,
                    against: None,
                };
                self.change(&asked, journey, &paths, &broken)
            };
            let low = end(&lever.low);
            // Both ends are written in the same way, so the other one would say the same again.
            let high = low.as_ref().and_then(|_| end(&lever.high));
            journey.levers.extend(low.zip(high).map(|(low, high)| Lever {
                path: lever.path.text.clone(),
                low,
                high,
            }));
        }
        misled
    }

    fn ticks(&self, from: Option<&(Date, At)>, until: Option<&(Date, At)>) -> TickRange {
        let first = from.map_or(self.clock.begin, |it| it.0);
        let last = until.map_or(self.clock.end, |it| it.0);
        if first <= last {
            self.clock.ticks_within(first, last)
        } else {
            TickRange { from: 0, until: 0 }
        }
    }

    /// A change may give a step or product an amount it does not have yet: it has 0 until then.
    fn add_missing(&mut self, change: &ChangeDraft, journey: &mut Journey, paths: &mut Paths) {
        if paths.assumptions.contains_key(&change.path.text) {
            return;
        }
        let parts: Vec<&str> = change.path.text.split('.').collect();
        let new = AssumptionId::at(self.assumptions.len());
        let role = match parts.as_slice() {
            ["steps", step, key @ ("revenue" | "cost")] => {
                let Some(step) = self.names.steps.get(step).copied() else {
                    return;
                };
                let step = journey.step_mut(step);
                match *key {
                    "revenue" => step.revenue = Some(new),
                    _ if step.costs.is_empty() => step.costs.push(Cost {
                        part: None,
                        amount: new,
                        of_revenue: false,
                    }),
                    _ => return,
                }
                Role::Money
            }
            ["steps", step, "units", product] => {
                let found = self
                    .names
                    .steps
                    .get(step)
                    .copied()
                    .zip(self.names.products.get(product).copied());
                let Some((step, product)) = found else { return };
                journey.step_mut(step).units.push((product, new));
                Role::Units
            }
            ["products", product, key @ ("price" | "cost")] => {
                let Some(product) = self.names.products.get(product).map(|it: &ProductId| it.index()) else {
                    return;
                };
                match *key {
                    "price" => journey.products[product].price = Some(new),
                    _ => journey.products[product].cost = Some(new),
                }
                Role::ProductMoney
            }
            _ => return,
        };
        let path = change.path.text.clone();
        paths.assumptions.insert(path.clone(), new);
        let leaf = Leaf {
            path: path.clone(),
            value: LeafValue::Known(0.0),
            source: None,
            note: None,
        };
        self.assumptions.push(Assumption {
            path,
            role,
            tree: Tree::Leaf(leaf),
        });
    }

    fn change(
        &mut self,
        asked: &Asked<'_>,
        journey: &Journey,
        paths: &Paths,
        broken: &HashSet<(String, String)>,
    ) -> Option<ResolvedChange> {
        let path = &asked.path.text;
        let mut parts = path.split('.');
        let entry = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        // An entry with mistakes may lack what the path leads to because of them.
        let is_broken = broken.contains(&(entry.0.to_owned(), entry.1.to_owned()));
        let Some(found) = self.find(path, journey, paths) else {
            if !is_broken {
                self.unknown_path(asked.path, paths);
            }
            return None;
        };
        let op = match self.op(path, asked.change, found.kind) {
            Ok(op) => op?,
            Err((message, help)) => {
                let fault = Fault::mistake("bad-change", asked.at.clone(), message);
                self.faults.push(Fault { help, ..fault });
                return None;
            }
        };
        if let (ChangeTarget::Assumption(id), Op::To(tree)) = (found.target, &op)
            && self.assumptions[id.index()].role == Role::Value
            && let Err((code, message)) = self.refer(id, tree)
        {
            self.faults.push(Fault::mistake(code, asked.at.clone(), message));
            return None;
        }
        let against = match asked.against {
            None => None,
            Some(name) => Some(self.against(name, found.target, journey)?),
        };
        Some(ResolvedChange {
            path: path.clone(),
            target: found.target,
            cases: found.cases,
            op,
            against,
        })
    }

    fn unknown_path(&mut self, path: &Name, paths: &Paths) {
        let message = format!("there is nothing to change at `{}`", path.text);
        let fault = Fault::mistake("unknown-path", path.at.clone().on_key(), message);
        let lists = "`forksight paths` lists what can be changed";
        let known = paths.assumptions.len() + paths.delays.len();
        let known = known.min(self.comparisons_left);
        self.comparisons_left -= known;
        let known = paths.sorted().iter().take(known).map(String::as_str);
        self.faults.push(match crate::problem::nearest(&path.text, known) {
            Some(name) => fault.help(format!("did you mean `{name}`? {lists}")),
            None => fault.help(lists),
        });
    }

    fn against(&mut self, name: &Name, target: ChangeTarget, journey: &Journey) -> Option<BranchId> {
        let ChangeTarget::Chance(branch) = target else {
            let message = "only the chance of a branch can be changed `against` another";
            self.faults.push(Fault::mistake("bad-change", name.at.clone(), message));
            return None;
        };
        let step = journey.ends(branch).0;
        let others = || journey.branches(step).filter(|it| *it != branch);
        let found = others().find(|it| journey.branch(*it).name == name.text);
        if found.is_none() {
            let message = format!("`{}` has no other branch called `{}`", journey.step(step).id, name.text);
            let fault = Fault::mistake("unknown-name", name.at.clone(), message);
            self.tell_with_nearest(fault, &name.text, others().map(|it| journey.branch(it).name.as_str()));
        }
        found
    }
}

/// Entries of the file with mistakes: section and name.
fn broken_entries(faults: &[Fault]) -> HashSet<(String, String)> {
    let entry = |fault: &Fault| match fault.at.parts.as_slice() {
        [Part::Key(section), Part::Key(name), ..] => Some((section.clone(), name.clone())),
        _ => None,
    };
    faults.iter().filter_map(entry).collect()
}
