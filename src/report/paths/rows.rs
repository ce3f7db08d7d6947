//! Which paths a journey has, and what stands there now.

use std::collections::{BTreeMap, BTreeSet};

use super::PathRow;
use crate::journey::delay::DelayLaw;
use crate::journey::evaluate::Situation;
use crate::journey::{
    AssumptionId, BranchId, ChangeSet, ChangeTarget, Fork, Journey, Key, Leaf, LeafValue, Mix, Role, StepId, Tree,
    Volume,
};
use crate::report::notation::{Roles, delay_tree, leaf, number, operation, rounded, table, tree};

/// Every path of `journey` that can be changed, in the order of the file, each case of a `by` table
/// included.
///
/// Amounts that a step or product does not have are not listed, though a change may add them.
#[must_use]
pub fn rows(journey: &Journey) -> Vec<PathRow> {
    let mut listing = Listing {
        journey,
        roles: Roles::of(journey),
        shares: shares(journey),
        rows: Vec::new(),
    };
    let series: BTreeMap<AssumptionId, (&str, usize)> = journey
        .streams
        .iter()
        .filter_map(|it| match &it.volume {
            Volume::Series(totals) => Some((totals.first()?.amount, (it.id.as_str(), totals.len()))),
            Volume::Rate(..) | Volume::Count(..) => None,
        })
        .collect();
    let of_steps = of_steps(journey);
    let others = (0..journey.assumptions.len()).map(AssumptionId::at);
    for id in others.filter(|it| !of_steps.contains(it)) {
        if let Some((stream, count)) = series.get(&id) {
            let totals = if *count == 1 { "total" } else { "totals" };
            listing.rows.push(PathRow {
                path: format!("arrivals.{stream}.volume"),
                kind: "arrivals".to_owned(),
                value: format!("{count} {totals}"),
                ..PathRow::default()
            });
        }
        listing.number(id, None);
    }
    for (id, _) in journey.steps() {
        listing.step(id);
    }
    listing.add_changes();
    listing.rows
}

/// What each weight of a mix comes to: a change moves the share, not the weight.
fn shares(journey: &Journey) -> BTreeMap<AssumptionId, String> {
    let world = journey.draws.mean_world();
    let situation = Situation::unchanged(journey);
    let is_known = |id: &AssumptionId| match &journey.assumption(*id).tree {
        Tree::Leaf(leaf) => matches!(leaf.value, LeafValue::Known(_)),
        Tree::By { .. } => false,
    };
    let of_streams = journey.streams.iter().flat_map(|it| &it.mix);
    let of_pipeline = journey.pipeline.iter().flat_map(|it| &it.mix);
    let mut found = BTreeMap::new();
    for mix in of_streams.chain(of_pipeline) {
        let Mix::Weights(weights) = mix else {
            continue;
        };
        let about = if weights.iter().all(|(_, id)| is_known(id)) {
            ""
        } else {
            "about "
        };
        let (shares, _) = situation.shares(mix, &world);
        for ((_, id), (_, share)) in weights.iter().zip(shares) {
            // Thirds and the like would fill a line.
            let share = number(rounded(share, 6), true);
            found.insert(*id, format!("{about}{share}"));
        }
    }
    found
}

/// Numbers that are listed with their step.
fn of_steps(journey: &Journey) -> BTreeSet<AssumptionId> {
    let mut found = BTreeSet::new();
    for (_, step) in journey.steps() {
        found.extend(step.revenue);
        found.extend(step.costs.iter().map(|it| it.amount));
        found.extend(step.units.iter().map(|it| it.1));
        match &step.fork {
            Fork::Chances { chances, .. } => found.extend(chances.iter().flatten()),
            Fork::Observed(observed) => found.extend(&observed.counts),
            Fork::End(_) | Fork::Single | Fork::Rules(_) => {}
        }
    }
    found
}

struct Listing<'a> {
    journey: &'a Journey,
    roles: Roles,
    shares: BTreeMap<AssumptionId, String>,
    rows: Vec<PathRow>,
}

impl Listing<'_> {
    fn step(&mut self, id: StepId) {
        let journey = self.journey;
        let step = journey.step(id);
        let source = step.source.as_deref();
        let costs = step.costs.iter().map(|it| it.amount);
        let units = step.units.iter().map(|it| it.1);
        for amount in step.revenue.into_iter().chain(costs).chain(units) {
            self.number(amount, source);
        }
        let totals = totals(journey, id);
        for (position, branch) in journey.branches(id).enumerate() {
            match &step.fork {
                Fork::Chances { chances, .. } => match chances[position] {
                    Some(chance) => self.number(chance, source),
                    None => self.plain(branch, "chance", "rest", source),
                },
                Fork::Observed(observed) => {
                    self.observed(observed.counts[position], &totals, source);
                }
                Fork::End(_) | Fork::Single | Fork::Rules(_) => {}
            }
            match journey.branch(branch).after {
                Some(delay) => self.delay(delay.index(), source),
                None => self.plain(branch, "after", "0d", source),
            }
        }
    }

    /// A branch's value that has no number of its own.
    fn plain(&mut self, branch: BranchId, key: &str, value: &str, source: Option<&str>) {
        let (from, _) = self.journey.ends(branch);
        let (step, name) = (&self.journey.step(from).id, &self.journey.branch(branch).name);
        let kind = if key == "after" { "delay" } else { "chance" };
        self.rows.push(PathRow {
            path: format!("steps.{step}.{name}.{key}"),
            kind: kind.to_owned(),
            value: value.to_owned(),
            source: source.map(str::to_owned),
            changes: Vec::new(),
        });
    }

    fn number(&mut self, id: AssumptionId, source: Option<&str>) {
        let (journey, role) = (self.journey, self.roles.role(id));
        let it = journey.assumption(id);
        let share = self.shares.get(&id).cloned();
        let shown = |node: &Tree<Leaf>| match &share {
            Some(share) => share.clone(),
            None => tree(journey, node, role),
        };
        self.cases(&it.path, it.role.word(), &it.tree, &shown, source);
    }

    fn observed(&mut self, id: AssumptionId, totals: &BTreeMap<String, BTreeSet<u64>>, source: Option<&str>) {
        let journey = self.journey;
        let it = journey.assumption(id);
        let of_leaf = |it: &Leaf| {
            let count = leaf(journey, it, false);
            // Where it depends on another table how many there were, no total is right.
            let total = totals.get(&it.path).filter(|it| it.len() == 1);
            match total.and_then(BTreeSet::first) {
                Some(total) => format!("{count} of {}", number(f64::from_bits(*total), false)),
                None => format!("{count} observed"),
            }
        };
        let shown = |node: &Tree<Leaf>| table(journey, node, &of_leaf);
        self.cases(&it.path, it.role.word(), &it.tree, &shown, source);
    }

    fn delay(&mut self, position: usize, source: Option<&str>) {
        let journey = self.journey;
        let it = &journey.delays[position];
        let shown = |node: &Tree<DelayLaw>| delay_tree(journey, node);
        self.cases(&it.path, "delay", &it.tree, &shown, source);
    }

    /// A value, and below it each of its cases.
    fn cases<T: Sourced>(
        &mut self,
        path: &str,
        kind: &str,
        tree: &Tree<T>,
        shown: &impl Fn(&Tree<T>) -> String,
        source: Option<&str>,
    ) {
        let own = match tree {
            Tree::Leaf(leaf) => leaf.source(self.journey),
            Tree::By { .. } => common_source(self.journey, tree),
        };
        self.rows.push(PathRow {
            path: path.to_owned(),
            kind: kind.to_owned(),
            value: shown(tree),
            source: own.or(source).map(str::to_owned),
            changes: Vec::new(),
        });
        if let Tree::By { cases, otherwise, .. } = tree {
            for (_, label, tree) in cases {
                self.cases(&format!("{path}.{label}"), kind, tree, shown, source);
            }
            if let Some(tree) = otherwise {
                self.cases(&format!("{path}.else"), kind, tree, shown, source);
            }
        }
    }

    /// What variants, `--set` and calendar entries do at each path.
    fn add_changes(&mut self) {
        let mut changes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for set in &self.journey.changes {
            for change in &set.changes {
                let role = match change.target {
                    ChangeTarget::Assumption(id) => Some(self.roles.role(id)),
                    ChangeTarget::Chance(branch) => Some(Role::Chance(branch)),
                    ChangeTarget::Volume(_) => Some(Role::ArrivalTotal),
                    ChangeTarget::Delay(_) | ChangeTarget::NoDelay(_) => None,
                };
                let done = operation(self.journey, &change.op, role);
                let text = format!("{done} ({})", when(self.journey, set));
                changes.entry(&change.path).or_default().push(text);
            }
        }
        for row in &mut self.rows {
            row.changes = changes.remove(row.path.as_str()).unwrap_or_default();
        }
    }
}

/// The source of a change and the days on which it holds.
pub(crate) fn when(journey: &Journey, set: &ChangeSet) -> String {
    let clock = &journey.clock;
    let (from, until) = (set.ticks.from, set.ticks.until);
    if from >= until {
        return format!("{}, never within the forecast", set.name);
    }
    let day = |tick: u32| clock.date(clock.day_of(tick));
    let begins = (from > 0).then(|| format!(" from {}", day(from)));
    let ends = (until < clock.ticks).then(|| format!(" until {}", day(until - 1)));
    let days = begins.unwrap_or_default() + &ends.unwrap_or_default();
    format!("{}{days}", set.name)
}

/// By the path of each count: how many were observed at the fork in all, for every kind of
/// customer whom the count is about, as bits of the number.
fn totals(journey: &Journey, step: StepId) -> BTreeMap<String, BTreeSet<u64>> {
    let mut totals: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let Fork::Observed(observed) = &journey.step(step).fork else {
        return totals;
    };
    for cell in 0..observed.cases.count() {
        let value_of = |key: Key| observed.cases.representative(cell, key);
        let trees = observed.counts.iter().map(|it| &journey.assumption(*it).tree);
        let leaves: Vec<&Leaf> = trees.map(|it| it.leaf(&value_of)).collect();
        let known = |it: &&Leaf| match it.value {
            LeafValue::Known(count) => count,
            LeafValue::Drawn(_) | LeafValue::Each(_) | LeafValue::Value(_) => 0.0,
        };
        let total: f64 = leaves.iter().map(known).sum();
        for leaf in leaves {
            let of_leaf = totals.entry(leaf.path.clone()).or_default();
            of_leaf.insert(total.to_bits());
        }
    }
    totals
}

/// What may say where it comes from.
trait Sourced {
    fn source<'a>(&'a self, journey: &'a Journey) -> Option<&'a str>;
}

impl Sourced for Leaf {
    fn source<'a>(&'a self, journey: &'a Journey) -> Option<&'a str> {
        let of_value = || match self.value {
            LeafValue::Value(id) => common_source(journey, &journey.assumption(id).tree),
            _ => None,
        };
        self.source.as_deref().or_else(of_value)
    }
}

impl Sourced for DelayLaw {
    fn source<'a>(&'a self, _: &'a Journey) -> Option<&'a str> {
        None
    }
}

/// The source of all cases, if it is the same.
fn common_source<'a, T: Sourced>(journey: &'a Journey, tree: &'a Tree<T>) -> Option<&'a str> {
    let leaves = tree.leaves();
    let (_, first) = leaves.first()?;
    let source = first.source(journey)?;
    let is_same = |(_, it): &(Vec<&str>, &T)| it.source(journey) == Some(source);
    leaves.iter().all(is_same).then_some(source)
}
