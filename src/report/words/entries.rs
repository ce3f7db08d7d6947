//! Attributes, values, products and budgets, in words.

use super::amount::Voice;
use super::arrivals::{days, mix};
use super::{Entry, remarks};
use crate::journey::{AttributeKind, Mix, Role};

pub(super) fn attributes(voice: &Voice<'_>) -> Vec<Entry> {
    let journey = voice.journey;
    let entries = journey.attributes.iter().enumerate().map(|(at, it)| {
        // The mix of `[customer]` is that of whoever brings none of their own.
        let mixes = journey.streams.iter().map(|it| &it.mix);
        let mut mixes = mixes.chain(journey.pipeline.iter().map(|it| &it.mix));
        let shared = mixes.find(|mixes| match &mixes[at] {
            Mix::Start(_) => false,
            Mix::Weights(weights) => weights.iter().all(|(_, id)| {
                let path = &journey.assumption(*id).path;
                path.starts_with("customer.")
            }),
        });
        let text = match (&it.kind, shared) {
            (AttributeKind::Counter { low, high, start }, _) => {
                let start = it.label(*start);
                format!("a counter from {low} to {high}, starts at {start}")
            }
            (AttributeKind::Category(_), Some(mixes)) => mix(voice, it, &mixes[at]),
            (AttributeKind::Category(values), None) => values.join(", "),
        };
        Entry {
            name: it.id.clone(),
            text,
            lines: Vec::new(),
        }
    });
    entries.collect()
}

pub(super) fn values(voice: &Voice<'_>) -> Vec<Entry> {
    let journey = voice.journey;
    let numbered = journey.assumptions.iter().enumerate();
    let values = numbered.filter(|(_, it)| it.role == Role::Value);
    let entries = values.map(|(at, it)| {
        let id = crate::journey::AssumptionId::at(at);
        let is_used = voice.role(id) != Role::Value;
        let unused = if is_used { "" } else { " (not used)" };
        Entry {
            name: it.path.strip_prefix("values.").unwrap_or(&it.path).to_owned(),
            text: voice.number(id) + unused,
            lines: Vec::new(),
        }
    });
    entries.collect()
}

pub(super) fn products(voice: &Voice<'_>) -> Vec<Entry> {
    let entries = voice.journey.products.iter().map(|it| {
        let price = it.price.map(|id| format!("price {}", voice.number(id)));
        let cost = it.cost.map(|id| format!("cost {}", voice.number(id)));
        let told: Vec<String> = price.into_iter().chain(cost).collect();
        Entry {
            name: it.id.clone(),
            text: match told.as_slice() {
                [] => "counted, without price or cost".to_owned(),
                told => told.join("; "),
            },
            lines: Vec::new(),
        }
    });
    entries.collect()
}

pub(super) fn budgets(voice: &Voice<'_>) -> Vec<Entry> {
    let entries = voice.journey.budgets.iter().map(|it| {
        let days = days(voice, it.days).map(|it| format!(", {it}"));
        let labels = [("channel", &it.channel), ("owner", &it.owner)];
        let labels = labels
            .into_iter()
            .filter_map(|(key, label)| Some(format!(" · {key} {}", label.as_ref()?)));
        let labels: String = labels.collect();
        let remarks = remarks(None, it.note.as_deref());
        Entry {
            name: it.id.clone(),
            text: voice.number(it.amount) + &days.unwrap_or_default() + &labels + &remarks,
            lines: Vec::new(),
        }
    });
    entries.collect()
}
