//! The names a scenario gives, and what they stand for.

use std::collections::HashMap;

use crate::journey::draft::{AttributeDraft, AttributeKindDraft, Draft, Name};
use crate::journey::{AttributeId, Key, ProductId, StageId, StepId, StreamId};
use crate::problem::Fault;

/// The name of the pipeline among the arrival streams.
pub(crate) const PIPELINE: &str = "pipeline";
/// Names that conditions and `by` tables use for something else than an attribute.
const TAKEN: [&str; 6] = ["arrival", "visits", "days", "month", "weekday", "channel"];
/// Groups of the forecast that are no attributes.
const WORDS: [&str; 6] = ["and", "or", "not", "otherwise", "else", "owner"];

/// Every name with its number.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    pub(crate) steps: HashMap<&'a str, StepId>,
    pub(crate) stages: HashMap<&'a str, StageId>,
    pub(crate) attributes: HashMap<&'a str, (AttributeId, &'a AttributeDraft)>,
    pub(crate) streams: HashMap<&'a str, StreamId>,
    pub(crate) products: HashMap<&'a str, ProductId>,
    pub(crate) values: HashMap<&'a str, usize>,
    /// Products that steps sell though `[products]` does not describe them.
    pub(crate) loose_products: Vec<String>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(draft: &'a Draft, faults: &mut Vec<Fault>) -> Self {
        let mut products: HashMap<&str, ProductId> = draft
            .products
            .iter()
            .enumerate()
            .map(|(at, it)| (it.id.text.as_str(), ProductId::at(at)))
            .collect();
        let mut loose_products = Vec::new();
        for (name, _) in draft.steps.iter().flat_map(|it| &it.units) {
            if draft.products.is_empty() && !products.contains_key(name.text.as_str()) {
                products.insert(&name.text, ProductId::at(loose_products.len()));
                loose_products.push(name.text.clone());
            }
        }
        for attribute in &draft.attributes {
            let id = &attribute.id;
            if TAKEN.contains(&id.text.as_str()) || WORDS.contains(&id.text.as_str()) {
                let message = format!("`{}` means something else in conditions and results", id.text);
                faults
                    .push(Fault::mistake("reserved-name", id.at.clone().on_key(), message).help("choose another name"));
            }
            if let AttributeKindDraft::Category(values) = &attribute.kind {
                for (value, _) in values
                    .iter()
                    .filter(|(it, _)| it.text == "counter" || it.text == "else")
                {
                    let message = format!("`{}` cannot be the name of a category value", value.text);
                    faults.push(Fault::mistake("reserved-name", value.at.clone().on_key(), message));
                }
            }
        }
        for stream in draft
            .arrivals
            .iter()
            .filter(|it| it.id.text == PIPELINE || it.id.text == "else")
        {
            let message = format!("`{}` cannot be the name of an arrival stream", stream.id.text);
            faults.push(Fault::mistake("reserved-name", stream.id.at.clone().on_key(), message));
        }
        Self {
            steps: number(draft.steps.iter().map(|it| it.id.text.as_str()), StepId::at),
            stages: number(draft.stages.iter().map(|it| it.id.text.as_str()), StageId::at),
            attributes: draft
                .attributes
                .iter()
                .enumerate()
                .map(|(at, it)| (it.id.text.as_str(), (AttributeId::at(at), it)))
                .collect(),
            streams: number(draft.arrivals.iter().map(|it| it.id.text.as_str()), StreamId::at),
            values: number(draft.values.iter().map(|(name, _)| name.text.as_str()), |at| at),
            products,
            loose_products,
        }
    }

    /// The step of this name.
    pub(crate) fn step(&self, draft: &Draft, name: &Name, faults: &mut Vec<Fault>) -> Option<StepId> {
        let found = self.steps.get(name.text.as_str()).copied();
        if found.is_none() {
            let names = draft.steps.iter().map(|it| it.id.text.as_str());
            faults.push(unknown("step", name).nearest(&name.text, names));
        }
        found
    }

    /// The key a `by` table looks at.
    pub(crate) fn key(&self, name: &Name, faults: &mut Vec<Fault>) -> Option<Key> {
        if name.text == "arrival" {
            return Some(Key::Arrival);
        }
        let found = self
            .attributes
            .get(name.text.as_str())
            .map(|(id, _)| Key::Attribute(*id));
        if found.is_none() {
            let names = self.attributes.keys().copied().chain(["arrival"]);
            faults.push(unknown("attribute", name).nearest(&name.text, sorted(names)));
        }
        found
    }

    /// The number of a key's value as written in the file.
    pub(crate) fn value(&self, draft: &Draft, key: Key, text: &str) -> Result<u32, String> {
        let number = |at: usize| u32::try_from(at).expect("lists are bounded");
        match key {
            Key::Arrival if text == PIPELINE => Ok(number(draft.arrivals.len())),
            Key::Arrival => self
                .streams
                .get(text)
                .map(|it| it.0)
                .ok_or_else(|| format!("there is no arrival stream called `{text}`")),
            Key::Attribute(id) => {
                let attribute = &draft.attributes[id.index()];
                match &attribute.kind {
                    AttributeKindDraft::Category(values) => values
                        .iter()
                        .position(|(it, _)| it.text == text)
                        .map(number)
                        .ok_or_else(|| format!("`{}` has no value called `{text}`", attribute.id.text)),
                    AttributeKindDraft::Counter { low, high, .. } => match text.parse::<i64>() {
                        Ok(value) if (*low..=*high).contains(&value) => Ok(u32::try_from(value - low).unwrap_or(0)),
                        Ok(value) => Err(format!(
                            "`{}` goes from {low} to {high}, never {value}",
                            attribute.id.text
                        )),
                        Err(_) => Err(format!(
                            "`{}` is a counter, so `{text}` is none of its values",
                            attribute.id.text
                        )),
                    },
                }
            }
        }
    }

    /// How the values of a key are written, to suggest one.
    pub(crate) fn value_names(&self, draft: &'a Draft, key: Key) -> Vec<&'a str> {
        match key {
            Key::Arrival => draft
                .arrivals
                .iter()
                .map(|it| it.id.text.as_str())
                .chain([PIPELINE])
                .collect(),
            Key::Attribute(id) => match &draft.attributes[id.index()].kind {
                AttributeKindDraft::Category(values) => values.iter().map(|(it, _)| it.text.as_str()).collect(),
                AttributeKindDraft::Counter { .. } => Vec::new(),
            },
        }
    }
}

/// A mistake: there is nothing of this name.
pub(crate) fn unknown(what: &str, name: &Name) -> Fault {
    Fault::mistake(
        "unknown-name",
        name.at.clone(),
        format!("there is no {what} called `{}`", name.text),
    )
}

fn number<'a, T>(names: impl Iterator<Item = &'a str>, id: impl Fn(usize) -> T) -> HashMap<&'a str, T> {
    names.enumerate().map(|(at, name)| (name, id(at))).collect()
}

/// Names from a map in an order that does not depend on its hashes.
fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names
}
