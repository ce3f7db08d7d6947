//! Changes: paths lead to values, and what is done to them fits.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::clock::TickRange;
use crate::journey::assumption::{Assumption, Role};
use crate::journey::change::{Case, ChangeSet, ChangeTarget, Op, ResolvedChange};
use crate::journey::delay::DelayLaw;
use crate::journey::draft::{Change, ChangeDraft, Name, Quantity};
use crate::journey::{
    AssumptionId, BranchId, Cost, DelayId, Fork, Journey, Key, Leaf, LeafValue, Lever, ProductId, StreamId, Tree,
    Volume,
};
use crate::problem::{At, Fault, Part};

use super::Builder;
use super::numbers::Origin;
use super::range::Range;

/// Where paths lead.
struct Paths {
    assumptions: HashMap<String, AssumptionId>,
    delays: HashMap<String, DelayId>,
    sorted: OnceCell<Vec<String>>,
}

impl Paths {
    /// All of them, in an order that does not depend on hashes.
    fn sorted(&self) -> &[String] {
        self.sorted.get_or_init(|| {
            let mut all: Vec<String> = self.assumptions.keys().chain(self.delays.keys()).cloned().collect();
            all.sort_unstable();
            all
        })
    }
}

/// A change as it is asked for.
struct Asked<'a> {
    path: &'a Name,
    at: &'a At,
    change: &'a Change,
    against: Option<&'a Name>,
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

    fn paths(&self, journey: &Journey) -> Paths {
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
                return refuse("this change", Some(fits(kind)));
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
                return refuse("a change in percentage points", Some(fits(kind)));
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
                return refuse("this change", Some(fits(kind)));
            }
            (Change::Rate(_), _) => return refuse("a rate", Some(fits(kind))),
            (Change::OfRevenue(_), _) => return refuse("a share of revenue", Some(fits(kind))),
            (Change::Delay(_) | Change::AddDuration(_), _) => return refuse("a duration", Some(fits(kind))),
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

/// What can be done to a value.
fn fits(kind: Kind) -> String {
    let fits = match kind {
        Kind::Chance | Kind::Share(_) => "write \"x1.1\", \"+5pp\" or a new chance",
        Kind::Growth(_) => "write \"x1.1\", \"+1pp\" or a new growth",
        Kind::Amount(_) => "write \"x1.1\", \"+10%\", \"+3\" or a new number",
        Kind::Series => "all totals of a series change by \"x1.3\" or \"+10%\"",
        Kind::Delay => "write \"x0.5\", \"+2d\" or a new delay",
    };
    fits.to_owned()
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

/// Entries of the file with mistakes: section and name.
fn broken_entries(faults: &[Fault]) -> HashSet<(String, String)> {
    let entry = |fault: &Fault| match fault.at.parts.as_slice() {
        [Part::Key(section), Part::Key(name), ..] => Some((section.clone(), name.clone())),
        _ => None,
    };
    faults.iter().filter_map(entry).collect()
}
