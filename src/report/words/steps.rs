//! Steps and branches in words.

use super::amount::{Voice, percent};
use super::chance::{Chances, ForkChances, Share};
use super::{Entry, remarks};
use crate::journey::{BranchId, Fork, Journey, LeafValue, Outcome, Step, StepId, Tree};
use crate::report::notation::{rounded, rule};
use crate::report::number::exact;

pub(super) fn steps(voice: &Voice<'_>) -> Vec<Entry> {
    let chances = Chances::new(voice.journey);
    let steps = voice.journey.steps();
    steps.map(|(id, it)| step(voice, &chances, id, it)).collect()
}

fn step(voice: &Voice<'_>, chances: &Chances<'_>, id: StepId, step: &Step) -> Entry {
    let journey = voice.journey;
    let mut lines = Vec::new();
    lines.extend(attributes(journey, step));
    if !step.events.is_empty() {
        let names: Vec<&str> = step
            .events
            .iter()
            .map(|it| journey.events[it.index()].as_str())
            .collect();
        lines.push(format!("counts as {}", names.join(", ")));
    }
    lines.extend(step.revenue.map(|it| format!("revenue: {}", voice.number(it))));
    for cost in &step.costs {
        let name = match cost.part {
            Some(part) => format!("cost, {}", journey.cost_parts[part.index()]),
            None => "cost".to_owned(),
        };
        lines.push(format!("{name}: {}", voice.number(cost.amount)));
    }
    for (product, amount) in &step.units {
        let product = &journey.products[product.index()].id;
        lines.push(format!("units of {product}: {}", voice.number(*amount)));
    }
    let chances = chances.of_fork(id);
    for (position, branch) in journey.branches(id).enumerate() {
        lines.push(self::branch(voice, step, position, branch, chances.as_ref()));
    }
    if let Fork::End(outcome) = step.fork {
        lines.push(format!("the journey ends: {}", ending(outcome)));
    }
    lines.extend(step.note.iter().map(|it| format!("note: {it}")));
    lines.extend(step.source.iter().map(|it| format!("source: {it}")));
    lines.extend(step.quotes.iter().map(|it| format!("“{it}”")));
    Entry {
        name: step.id.clone(),
        text: labels(journey, id, step),
        lines,
    }
}

/// Its title, stage, channel and owner.
fn labels(journey: &Journey, id: StepId, step: &Step) -> String {
    let is_own = step.title != step.id.replace('_', " ");
    let title = is_own.then(|| step.title.clone());
    let stage = step.stage.map(|it| format!("stage {}", journey.stages[it.index()].id));
    let channel = step.channel.as_ref().map(|it| format!("channel {it}"));
    let owner = journey.owner(id).map(|it| format!("owner {it}"));
    let told: Vec<String> = [title, stage, channel, owner].into_iter().flatten().collect();
    told.join(" · ")
}

/// What reaching the step does to what is known of the customer.
fn attributes(journey: &Journey, step: &Step) -> Option<String> {
    let name = |id: crate::journey::AttributeId| &journey.attributes[id.index()];
    let sets = step.sets.iter().map(|(id, value)| {
        let attribute = name(*id);
        format!("{} becomes {}", attribute.id, attribute.label(*value))
    });
    let adds = step.adds.iter().map(|(id, by)| {
        let sign = if *by < 0 { "" } else { "+" };
        format!("{} {sign}{by}", name(*id).id)
    });
    let told: Vec<String> = sets.chain(adds).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn branch(voice: &Voice<'_>, step: &Step, position: usize, id: BranchId, chances: Option<&ForkChances>) -> String {
    let journey = voice.journey;
    let branch = journey.branch(id);
    let to = &journey.step(journey.ends(id).1).id;
    let head = if branch.name == *to {
        format!("to {to}")
    } else {
        format!("to {to} ({})", branch.name)
    };
    let way = match &step.fork {
        Fork::End(_) | Fork::Single => None,
        Fork::Rules(rules) => Some(rule(journey, &rules[position])),
        Fork::Chances { chances: given, .. } => Some(match given[position] {
            Some(chance) => voice.number(chance),
            None => match chances {
                Some(chances) => format!("the rest{}", cases(&chances.of_branch(position))),
                None => "the rest".to_owned(),
            },
        }),
        Fork::Observed(observed) => {
            let count = &journey.assumption(observed.counts[position]).tree;
            Some(self::observed(journey, count, position, observed, chances))
        }
    };
    let delay = branch.after.map(|it| voice.delay(it));
    let told: Vec<String> = way.into_iter().chain(delay).collect();
    let told = told.join(" · ");
    let gap = if told.is_empty() { "" } else { ": " };
    format!("{head}{gap}{told}{}", remarks(None, branch.note.as_deref()))
}

/// A chance by kind of customer, or the one chance.
fn cases(cases: &[(&str, Share)]) -> String {
    if let [("", share)] = cases {
        return format!(": {}", share.text());
    }
    let told = cases.iter().map(|(case, share)| format!("{case}: {}", share.text()));
    format!(", {}", told.collect::<Vec<String>>().join("; "))
}

/// What was observed, its share and the doubt that is left.
fn observed(
    journey: &Journey,
    count: &Tree<crate::journey::Leaf>,
    position: usize,
    observed: &crate::journey::Observed,
    chances: Option<&ForkChances>,
) -> String {
    let Some(chances) = chances else {
        return "as observed".to_owned();
    };
    let told = (0..observed.cases.count()).map(|cell| {
        let value_of = |key| observed.cases.representative(cell, key);
        let known = |tree: &Tree<crate::journey::Leaf>| match tree.leaf(&value_of).value {
            LeafValue::Known(count) => count,
            LeafValue::Drawn(_) | LeafValue::Each(_) | LeafValue::Value(_) => 0.0,
        };
        let trees = observed.counts.iter().map(|it| &journey.assumption(*it).tree);
        let total: f64 = trees.map(known).sum();
        let count = known(count);
        let case = &chances.cases[cell];
        let gap = if case.is_empty() { "" } else { ": " };
        let range = chances.shares[cell][position].text();
        if total > 0.0 {
            let share = percent(rounded(count / total, 3));
            let (count, total) = (exact(count), exact(total));
            format!("{case}{gap}observed {count} of {total}: {share} ({range}, 90 % sure)")
        } else {
            format!("{case}{gap}nothing observed: {range}, 90 % sure")
        }
    });
    told.collect::<Vec<String>>().join("; ")
}

fn ending(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Converted => "converted",
        Outcome::Left => "lost, or churned after a conversion",
        Outcome::Other => "neither converted nor lost",
    }
}
