//! `[customer]`, and what arrivals and the pipeline say about their customers instead.

use super::super::notation::name_at;
use super::super::notation::quantity::{NUMBER, quantity};
use super::super::spot::{Faults, Spot, check_id};
use super::super::syntax::Value;
use super::arrivals::nothing;
use crate::journey::draft::{AttributeDraft, AttributeKindDraft, Name, OverrideDraft, Quantity};
use crate::problem::Fault;

/// What is known of each customer.
pub(super) fn attributes(section: Option<Spot<'_>>, faults: &mut Faults) -> Vec<AttributeDraft> {
    let Some(section) = section else {
        return Vec::new();
    };
    let attributes: Vec<_> = section.named("a table of attributes", faults).collect();
    attributes
        .into_iter()
        .map(|(id, spot)| {
            check_id("an attribute", &id, faults);
            let kind = if spot.has("counter") {
                counter(&spot, faults)
            } else {
                Some(AttributeKindDraft::Category(category(&spot, faults)))
            };
            AttributeDraft {
                id,
                kind: kind.unwrap_or(AttributeKindDraft::Counter {
                    low: 0,
                    high: 0,
                    start: 0,
                }),
            }
        })
        .collect()
}

fn counter(spot: &Spot<'_>, faults: &mut Faults) -> Option<AttributeKindDraft> {
    if let Some(number) = spot.key("counter")
        && matches!(number.node.value, Value::Integer(_) | Value::Float(_))
    {
        let at = number.at.on_key();
        let fault = Fault::mistake("reserved-name", at, "no category value can be called `counter`");
        faults.push(fault.help("a counter is written `{ counter = [0, 5], start = 0 }`"));
        return None;
    }
    let fields = spot.fields("a counter", &["counter", "start"], faults)?;
    let bounds = fields.require("counter", faults)?;
    let wanted = "a list of the smallest and the largest value, such as `[0, 5]`,";
    let items = bounds.items(wanted, faults)?;
    let [low, high] = items.as_slice() else {
        return bounds.wrong(wanted, faults);
    };
    let (low, high) = (low.integer(WHOLE, faults)?, high.integer(WHOLE, faults)?);
    if low > high {
        let message = format!("the smallest value {low} is above the largest value {high}");
        faults.push(Fault::mistake("out-of-range", bounds.at, message));
        return None;
    }
    let Some(start) = fields.get("start") else {
        return Some(AttributeKindDraft::Counter {
            low,
            high,
            start: 0.clamp(low, high),
        });
    };
    let number = start.integer(WHOLE, faults)?;
    if !(low..=high).contains(&number) {
        let message = format!("{number} is not between {low} and {high}");
        faults.push(Fault::mistake("out-of-range", start.at, message));
        return None;
    }
    Some(AttributeKindDraft::Counter {
        low,
        high,
        start: number,
    })
}

const WHOLE: &str = "a whole number";

fn category(spot: &Spot<'_>, faults: &mut Faults) -> Vec<(Name, Quantity)> {
    let wanted = "a table of values and weights such as `{ private = 0.8, business = 0.2 }`";
    let values = mix(spot, wanted, faults);
    for (value, _) in &values {
        check_id("a value", value, faults);
    }
    if matches!(&spot.node.value, Value::Table(table) if table.entries().is_empty()) {
        let fault = Fault::mistake("missing-key", spot.at.clone(), "an attribute needs values");
        faults.push(fault.help("write `{ private = 0.8, business = 0.2 }`"));
    }
    values
}

fn mix(spot: &Spot<'_>, wanted: &str, faults: &mut Faults) -> Vec<(Name, Quantity)> {
    let values: Vec<_> = spot.named(wanted, faults).collect();
    values
        .into_iter()
        .map(|(value, weight)| {
            let quantity = quantity(&weight, &NUMBER, faults);
            (value, quantity.unwrap_or_else(|| nothing(&weight.at)))
        })
        .collect()
}

/// What an arrival stream or an entry of the pipeline says about its customers.
pub(super) fn overrides(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<(Name, OverrideDraft)> {
    let Some(spot) = spot else {
        return Vec::new();
    };
    let attributes: Vec<_> = spot.named("a table of attributes", faults).collect();
    attributes
        .into_iter()
        .filter_map(|(attribute, spot)| {
            let wanted = "a value, a table of weights or the start of a counter";
            let said = match &spot.node.value {
                Value::String(value) => OverrideDraft::Value(name_at(&spot, value)),
                Value::Integer(start) => OverrideDraft::Start(*start, spot.at),
                Value::Table(_) => OverrideDraft::Mix(mix(&spot, wanted, faults)),
                _ => {
                    return spot.wrong(wanted, faults);
                }
            };
            Some((attribute, said))
        })
        .collect()
}
