//! Changes: paths lead to values, and what is done to them fits.

use std::collections::HashMap;

use crate::clock::TickRange;
use crate::journey::assumption::{Assumption, Role};
use crate::journey::change::{Case, ChangeSet, ChangeTarget, Lever, Op, ResolvedChange};
use crate::journey::delay::DelayLaw;
use crate::journey::draft::{Change, ChangeDraft, Draft, Name, Quantity};
use crate::journey::evaluate::{OutOfRange, Situation, step_cases};
use crate::journey::{
    AssumptionId, BranchId, Cost, DelayId, Fork, Journey, Key, Leaf, LeafValue, ProductId, StepId, StreamId, Tree,
    Volume,
};
use crate::problem::{At, Fault};

use super::numbers::{Origin, Range};
use super::{Builder, CASES_MAX};

/// Where paths lead.
struct Paths {
    assumptions: HashMap<String, AssumptionId>,
    delays: HashMap<String, DelayId>,
}

/// What a path leads to.
struct Found {
    target: ChangeTarget,
    cases: Vec<(Key, Case)>,
    kind: Kind,
}

/// What can be done to a value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Chance,
    Share(Role),
    Growth(Role),
    Amount(Role),
    /// All totals of a series at once.
    Series,
    Delay,
}

impl Builder<'_> {
    /// Dates of changes, where the rest of the file is too broken to look at their paths.
    pub(crate) fn change_dates(&mut self) {
        for set in &self.draft.changes {
            self.days(set.from.as_ref(), set.until.as_ref());
        }
    }

    pub(crate) fn resolve_changes(&mut self, journey: &mut Journey) {
        let mut paths = Paths {
            assumptions: self
                .assumptions
                .iter()
                .enumerate()
                .map(|(at, it)| (it.path.clone(), AssumptionId::at(at)))
                .collect(),
            delays: journey
                .delays
                .iter()
                .enumerate()
                .map(|(at, it)| (it.path.clone(), DelayId::at(at)))
                .collect(),
        };
        let mut sets = Vec::new();
        for set in &self.draft.changes {
            self.days(set.from.as_ref(), set.until.as_ref());
            let mut changes = Vec::new();
            for change in &set.changes {
                self.add_missing(change, journey, &mut paths);
                if let Some(it) = self.change(
                    &change.path,
                    &change.at,
                    &change.change,
                    change.against.as_ref(),
                    journey,
                    &paths,
                ) {
                    changes.push(it);
                }
            }
            let first = set.from.as_ref().map_or(self.clock.begin, |it| it.0);
            let last = set.until.as_ref().map_or(self.clock.end, |it| it.0);
            let ticks = if first <= last {
                self.clock.ticks_within(first, last)
            } else {
                TickRange { from: 0, until: 0 }
            };
            sets.push(ChangeSet {
                name: set.name.clone(),
                ticks,
                changes,
            });
        }
        journey.changes = sets;
        let levers: Vec<Lever> = self
            .draft
            .levers
            .iter()
            .filter_map(|lever| {
                let low = self.change(&lever.path, &lever.at, &lever.low, None, journey, &paths)?;
                let high = self.change(&lever.path, &lever.at, &lever.high, None, journey, &paths)?;
                Some(Lever {
                    path: lever.path.text.clone(),
                    low,
                    high,
                })
            })
            .collect();
        journey.levers = levers;
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
        path: &Name,
        at: &At,
        change: &Change,
        against: Option<&Name>,
        journey: &Journey,
        paths: &Paths,
    ) -> Option<ResolvedChange> {
        let Some(found) = self.find(&path.text, journey, paths) else {
            let known = paths.assumptions.keys().chain(paths.delays.keys());
            let mut known: Vec<&str> = known.map(String::as_str).collect();
            known.sort_unstable();
            let message = format!("there is nothing to change at `{}`", path.text);
            let fault = Fault::mistake("unknown-path", path.at.clone().on_key(), message);
            let fault = match crate::problem::nearest(&path.text, known) {
                Some(name) => fault.help(format!(
                    "did you mean `{name}`? `forksight paths` lists what can be changed"
                )),
                None => fault.help("`forksight paths` lists what can be changed"),
            };
            self.faults.push(fault);
            return None;
        };
        let op = match self.op(&path.text, change, found.kind) {
            Ok(op) => op?,
            Err((message, help)) => {
                let fault = Fault::mistake("bad-change", at.clone(), message);
                self.faults.push(match help {
                    Some(help) => fault.help(help),
                    None => fault,
                });
                return None;
            }
        };
        let against = match against {
            None => None,
            Some(name) => Some(self.against(name, found.target, journey)?),
        };
        Some(ResolvedChange {
            path: path.text.clone(),
            target: found.target,
            cases: found.cases,
            op,
            against,
        })
    }

    fn against(&mut self, name: &Name, target: ChangeTarget, journey: &Journey) -> Option<BranchId> {
        let ChangeTarget::Chance(branch) = target else {
            let message = "only the chance of a branch can be changed `against` another";
            self.faults.push(Fault::mistake("bad-change", name.at.clone(), message));
            return None;
        };
        let step = journey.ends(branch).0;
        let found = journey
            .branches(step)
            .find(|it| journey.branch(*it).name == name.text && *it != branch);
        if found.is_none() {
            let message = format!("`{}` has no other branch called `{}`", journey.step(step).id, name.text);
            let names: Vec<&str> = journey
                .branches(step)
                .filter(|it| *it != branch)
                .map(|it| journey.branch(it).name.as_str())
                .collect();
            self.faults
                .push(Fault::mistake("unknown-name", name.at.clone(), message).nearest(&name.text, names));
        }
        found
    }

    /// What a path leads to, the labels of `by` values behind it included.
    fn find(&self, path: &str, journey: &Journey, paths: &Paths) -> Option<Found> {
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

    /// What is done, if that fits the value; `None` if a mistake inside it was told already.
    fn op(&mut self, path: &str, change: &Change, kind: Kind) -> Result<Option<Op>, (String, Option<String>)> {
        let refuse = |what: &str, help: Option<String>| Err((format!("{what} does not fit `{path}`"), help));
        if let Change::Times(factor) = change {
            if !(*factor >= 0.0 && factor.is_finite()) {
                return Err((format!("a factor cannot be {factor}"), None));
            }
            return Ok(Some(Op::Times(*factor)));
        }
        let before = self.faults.len();
        let op = match (change, kind) {
            (Change::Delay(delay), Kind::Delay) => Op::ToDelay(self.delay_tree(delay)),
            (Change::AddDuration(duration), Kind::Delay) => Op::Add(duration.days()),
            (_, Kind::Delay) => {
                return refuse(
                    "this change",
                    Some("a delay can be changed by \"x0.5\", \"+2d\" or a new delay".into()),
                );
            }
            (Change::Quantity(it), Kind::Chance) => Op::To(self.new_value(path, Range::chance(), it)),
            (Change::Quantity(it), Kind::Share(role) | Kind::Growth(role) | Kind::Amount(role)) => {
                let range = self.range_of(role, path);
                Op::To(self.new_value(path, range, it))
            }
            (Change::OfRevenue(it), Kind::Share(role @ Role::RevenueShare)) => {
                Op::To(self.new_value(path, Range::of(role), it))
            }
            (
                Change::Rate(rate),
                Kind::Amount(role @ (Role::ArrivalRate(per) | Role::BudgetRate(per)))
                | Kind::Growth(role @ Role::Growth(per)),
            ) => {
                if rate.per != per {
                    return refuse(
                        "another unit",
                        Some("give the new value in the unit that the file uses here".into()),
                    );
                }
                Op::To(self.new_value(path, Range::of(role), &rate.quantity))
            }
            (Change::Points(points), Kind::Chance | Kind::Share(_) | Kind::Growth(_)) => Op::Add(*points),
            (Change::Points(_), _) => {
                return refuse(
                    "a change in percentage points",
                    Some("use \"x1.1\", \"+10%\" or \"+3\"".into()),
                );
            }
            (Change::Percent(share), Kind::Amount(_) | Kind::Series) => Op::Times(1.0 + share),
            (Change::Percent(share), _) => {
                let (factor, points) = (1.0 + share, share * 100.0);
                let help = format!(
                    "`{points:+}%` could mean two things: write \"x{}\" to multiply, or \"{points:+}pp\" to add percentage points",
                    (factor * 1e6).round() / 1e6
                );
                return refuse("a change in percent", Some(help));
            }
            (Change::Add(shift), Kind::Amount(_) | Kind::Growth(_)) => Op::Add(*shift),
            (Change::Add(shift), Kind::Chance | Kind::Share(_)) => {
                let help = format!("write \"{shift:+}pp\" to add percentage points");
                return refuse("adding a number", Some(help));
            }
            (_, Kind::Series) => {
                return refuse(
                    "this change",
                    Some("all totals of a series change by \"x1.3\" or \"+10%\"".into()),
                );
            }
            (Change::Rate(_), _) => return refuse("a rate", None),
            (Change::OfRevenue(_), _) => return refuse("a share of revenue", None),
            (Change::Delay(_) | Change::AddDuration(_), _) => return refuse("a duration", None),
            (Change::Times(_), _) => return Ok(None),
        };
        Ok((self.faults.len() == before).then_some(op))
    }

    fn range_of(&self, role: Role, path: &str) -> Range {
        match role {
            Role::Value => self
                .uses
                .range(path.trim_start_matches("values.").split('.').next().unwrap_or("")),
            role => Range::of(role),
        }
    }

    /// A value that replaces the one at `path`; if it is not known it is drawn with the luck of
    /// that path, so that the same world stays the same.
    fn new_value(&mut self, path: &str, range: Range, quantity: &Quantity) -> Tree<Leaf> {
        self.tree(path, range, quantity, &Origin::default())
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

/// Changes that leave what is possible at the assumptions' means.
pub(crate) fn check_ranges(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut note = |fault: Fault| {
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    };
    for (id, step) in journey.steps() {
        if step_cases(journey, id).is_none() {
            let message = format!("`{}` tells more than {CASES_MAX} kinds of customers apart", step.id);
            note(Fault::mistake(
                "too-large",
                At::top().key("steps").key(&step.id),
                message,
            ));
        }
    }
    let world = journey.draws.mean_world();
    let changed: std::collections::BTreeSet<StepId> = changed_forks(journey);
    for tick in journey.stretches() {
        let situation = Situation::at(journey, tick);
        let mut chances = Vec::new();
        for step in &changed {
            let Some(cases) = step_cases(journey, *step) else {
                continue;
            };
            for cell in 0..cases.count() {
                let value_of = |key: Key| cases.representative(cell, key);
                if let Some(held) = situation.chances(*step, &value_of, &world, &mut chances) {
                    note(out_of_range(&held, draft));
                }
            }
        }
        for mix in journey
            .streams
            .iter()
            .map(|it| &it.mix)
            .chain(journey.pipeline.iter().map(|it| &it.mix))
            .flatten()
        {
            if let (_, Some(held)) = situation.shares(mix, &world) {
                note(out_of_range(&held, draft));
            }
        }
        for change in journey.changes.iter().flat_map(|it| &it.changes) {
            if let ChangeTarget::Assumption(id) = change.target {
                let role = journey.assumption(id).role;
                let range = Range::of(role);
                let is_number = !matches!(
                    role,
                    Role::Value | Role::Weight | Role::Money | Role::ProductMoney | Role::Units
                );
                if is_number && range.low == 0.0 || matches!(role, Role::Growth(_)) {
                    let value = situation.number(id, &world);
                    if value < range.low || value > range.high {
                        note(out_of_range(
                            &OutOfRange {
                                path: change.path.clone(),
                                value,
                                most: range.high,
                            },
                            draft,
                        ));
                    }
                }
            }
        }
    }
    faults
}

/// Forks whose chances some change can move, directly or by way of `[values]`.
fn changed_forks(journey: &Journey) -> std::collections::BTreeSet<StepId> {
    let changes = || journey.changes.iter().flat_map(|it| &it.changes);
    let mut forks: std::collections::BTreeSet<StepId> = changes()
        .filter_map(|it| match it.target {
            ChangeTarget::Chance(branch) => Some(journey.ends(branch).0),
            _ => None,
        })
        .collect();
    let values_change = changes().any(|it| it.path.starts_with("values."));
    if values_change {
        forks.extend(
            journey
                .steps()
                .filter(|(_, it)| matches!(it.fork, Fork::Chances { .. }))
                .map(|(id, _)| id),
        );
    }
    forks
}

fn out_of_range(held: &OutOfRange, draft: &Draft) -> Fault {
    let all = || draft.changes.iter().flat_map(|it| &it.changes);
    let found = all()
        .find(|it| it.path.text == held.path)
        .or_else(|| all().find(|it| it.path.text.starts_with("values.")));
    let at = found.map_or_else(At::top, |it| it.at.clone());
    let percent = |value: f64| format!("{} %", (value * 1e4).round() / 100.0);
    let message = if held.most <= 1.0 {
        format!(
            "this would make `{}` {}; it can be 0 % to {}",
            held.path,
            percent(held.value),
            percent(held.most)
        )
    } else {
        format!("this would make `{}` {}", held.path, held.value)
    };
    Fault::mistake("change-range", at, message)
}
