//! `[steps]`: everything a customer can reach.

use super::super::notation::cost::cost_amount;
use super::super::notation::name_at;
use super::super::notation::quantity::{MONEY, UNITS, quantity};
use super::super::spot::{Faults, Fields, Spot, check_id};
use super::super::syntax::Value;
use super::branches::branches;
use crate::journey::draft::{CostDraft, Name, Outcome, Quantity, SetDraft, StepDraft};
use crate::problem::{At, Fault};

/// The keys of a step.
const KEYS: [&str; 16] = [
    "title", "note", "source", "quotes", "stage", "channel", "owner", "cost", "revenue", "costs", "units", "event",
    "adds", "sets", "branches", "outcome",
];

/// What customers reach.
pub(super) fn steps(section: Option<Spot<'_>>, faults: &mut Faults) -> Vec<StepDraft> {
    let Some(section) = section else {
        return Vec::new();
    };
    let steps: Vec<_> = section.named("a table of steps", faults).collect();
    steps
        .into_iter()
        .map(|(id, spot)| {
            check_id("a step", &id, faults);
            match spot.fields("a step", &KEYS, faults) {
                Some(fields) => step(id, &fields, faults),
                None => unreadable(id, spot.at),
            }
        })
        .collect()
}

fn step(id: Name, fields: &Fields<'_>, faults: &mut Faults) -> StepDraft {
    StepDraft {
        id,
        title: fields.string("title", faults),
        note: fields.string("note", faults),
        source: fields.string("source", faults),
        quotes: quotes(fields.get("quotes"), faults),
        stage: fields
            .get("stage")
            .and_then(|it| it.name("the name of a stage", faults)),
        channel: fields.string("channel", faults),
        owner: fields.string("owner", faults),
        revenue: fields.get("revenue").and_then(|it| quantity(&it, &MONEY, faults)),
        costs: costs(fields, faults),
        units: units(fields.get("units"), faults),
        events: events(fields.get("event"), faults),
        adds: adds(fields.get("adds"), faults),
        sets: sets(fields.get("sets"), faults),
        branches: branches(fields.get("branches"), faults),
        outcome: fields.get("outcome").and_then(|it| outcome(&it, faults)),
    }
}

/// Stands in for a step that could not be read, so that branches to it lead somewhere.
fn unreadable(id: Name, at: At) -> StepDraft {
    StepDraft {
        id,
        title: None,
        note: None,
        source: None,
        quotes: Vec::new(),
        stage: None,
        channel: None,
        owner: None,
        revenue: None,
        costs: Vec::new(),
        units: Vec::new(),
        events: Vec::new(),
        adds: Vec::new(),
        sets: Vec::new(),
        branches: Vec::new(),
        outcome: Some((Outcome::Other, at)),
    }
}

fn quotes(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<String> {
    let wanted = "a list of texts such as `[\"What does it cost?\"]`";
    let items = spot.and_then(|it| it.items(wanted, faults));
    items
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.string("a text", faults))
        .collect()
}

fn costs(fields: &Fields<'_>, faults: &mut Faults) -> Vec<CostDraft> {
    let why = "`costs` has named parts: make `cost` one of them";
    fields.refuse_both(["cost", "costs"], why, faults);
    let mut costs = Vec::new();
    if let Some(spot) = fields.get("cost")
        && let Some(amount) = cost_amount(&spot, faults)
    {
        costs.push(CostDraft { part: None, amount });
    }
    if let Some(spot) = fields.get("costs") {
        let parts: Vec<_> = spot.named("a table of parts", faults).collect();
        for (part, spot) in parts {
            check_id("a part of a cost", &part, faults);
            if let Some(amount) = cost_amount(&spot, faults) {
                let part = Some(part);
                costs.push(CostDraft { part, amount });
            }
        }
    }
    costs
}

fn units(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<(Name, Quantity)> {
    let Some(spot) = spot else {
        return Vec::new();
    };
    let products: Vec<_> = spot.named("a table of products and units", faults).collect();
    products
        .into_iter()
        .filter_map(|(product, spot)| Some((product, quantity(&spot, &UNITS, faults)?)))
        .collect()
}

fn events(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<String> {
    let Some(spot) = spot else {
        return Vec::new();
    };
    let wanted = "the name of an event or a list of such names";
    let names: Vec<Name> = match &spot.node.value {
        Value::String(event) => vec![name_at(&spot, event)],
        _ => spot
            .items(wanted, faults)
            .unwrap_or_default()
            .iter()
            .filter_map(|item| item.name("the name of an event", faults))
            .collect(),
    };
    for name in &names {
        check_id("an event", name, faults);
    }
    names.into_iter().map(|name| name.text).collect()
}

fn adds(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<(Name, i64)> {
    let Some(spot) = spot else {
        return Vec::new();
    };
    let counters: Vec<_> = spot.named("a table of counters and whole numbers", faults).collect();
    counters
        .into_iter()
        .filter_map(|(counter, spot)| Some((counter, spot.integer("a whole number", faults)?)))
        .collect()
}

fn sets(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<(Name, SetDraft)> {
    let Some(spot) = spot else {
        return Vec::new();
    };
    let attributes: Vec<_> = spot.named("a table of attributes and values", faults).collect();
    attributes
        .into_iter()
        .filter_map(|(attribute, spot)| {
            let value = match &spot.node.value {
                Value::String(value) => SetDraft::Value(name_at(&spot, value)),
                Value::Integer(value) => SetDraft::Number(*value, spot.at),
                _ => {
                    return spot.wrong("a value of the attribute", faults);
                }
            };
            Some((attribute, value))
        })
        .collect()
}

fn outcome(spot: &Spot<'_>, faults: &mut Faults) -> Option<(Outcome, At)> {
    let wanted = "`\"converted\"`, `\"lost\"`, `\"churned\"` or `\"other\"`";
    let word = spot.name(wanted, faults)?;
    let outcome = match word.text.as_str() {
        "converted" => Outcome::Converted,
        "lost" | "churned" => Outcome::Left,
        "other" => Outcome::Other,
        unknown => {
            let message = format!("`{unknown}` is not an outcome");
            let fault = Fault::mistake("bad-notation", word.at.clone(), message);
            let fault = fault.help(format!("write {wanted}"));
            faults.push(fault.nearest(unknown, ["converted", "lost", "churned", "other"]));
            // Something, so that the step is not called a dead end as well.
            Outcome::Other
        }
    };
    Some((outcome, word.at))
}
