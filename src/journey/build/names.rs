//! The names a scenario gives, and what they stand for.

use std::collections::HashMap;

use crate::journey::draft::{AttributeDraft, AttributeKindDraft, Draft, Name};
use crate::journey::{AttributeId, Key, ProductId, StageId, StepId, StreamId};
use crate::problem::{At, Fault};

use super::{Builder, COUNTER_VALUES_MAX};

/// The name of the pipeline among the arrival streams.
pub(crate) const PIPELINE: &str = "pipeline";
/// Names that conditions, `by` tables and groups of the forecast use for something else than an
/// attribute.
pub(crate) const TAKEN: [&str; 12] = [
    "arrival",
    "visits",
    "days",
    "month",
    "weekday",
    "channel",
    "owner",
    "and",
    "or",
    "not",
    "otherwise",
    "else",
];

/// So many names are listed where none is near to the one that is misspelt.
const LISTED_MAX: usize = 6;

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
    /// The values of categories, by attribute.
    categories: HashMap<(AttributeId, &'a str), u32>,
    /// How many values attributes have; counters whose bounds make no sense are left out.
    sizes: HashMap<AttributeId, u32>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(draft: &'a Draft, faults: &mut Vec<Fault>) -> Self {
        let mut names = Self {
            steps: number(draft.steps.iter().map(|it| it.id.text.as_str()), StepId::at),
            stages: number(draft.stages.iter().map(|it| it.id.text.as_str()), StageId::at),
            attributes: HashMap::new(),
            streams: number(draft.arrivals.iter().map(|it| it.id.text.as_str()), StreamId::at),
            values: number(draft.values.iter().map(|(name, _)| name.text.as_str()), |at| at),
            products: number(draft.products.iter().map(|it| it.id.text.as_str()), ProductId::at),
            loose_products: Vec::new(),
            categories: HashMap::new(),
            sizes: HashMap::new(),
        };
        for (name, _) in draft.steps.iter().flat_map(|it| &it.units) {
            if draft.products.is_empty() && !names.products.contains_key(name.text.as_str()) {
                let id = ProductId::at(names.loose_products.len());
                names.products.insert(&name.text, id);
                names.loose_products.push(name.text.clone());
            }
        }
        for (position, attribute) in draft.attributes.iter().enumerate() {
            let id = AttributeId::at(position);
            names.attributes.insert(&attribute.id.text, (id, attribute));
            match &attribute.kind {
                AttributeKindDraft::Category(values) => {
                    let numbered = (0..)
                        .zip(values)
                        .map(|(number, (value, _))| ((id, value.text.as_str()), number));
                    names.categories.extend(numbered);
                    names.sizes.extend(u32::try_from(values.len()).map(|size| (id, size)));
                }
                AttributeKindDraft::Counter { low, high, .. } => {
                    names.sizes.extend(counter_size(*low, *high).map(|size| (id, size)));
                }
            }
        }
        reserved(draft, faults);
        names
    }

    /// Whether a key has values; a counter with wrong bounds has none.
    pub(crate) fn is_sound(&self, key: Key) -> bool {
        match key {
            Key::Arrival => true,
            Key::Attribute(id) => self.size(id) > 0,
        }
    }

    /// How many values an attribute has; 0 if it has none or its bounds are wrong.
    pub(crate) fn size(&self, id: AttributeId) -> usize {
        self.sizes.get(&id).map_or(0, |size| *size as usize)
    }

    /// The number of a key's value as written in the file, or what is wrong with it.
    pub(crate) fn value(&self, draft: &Draft, key: Key, text: &str) -> Result<u32, String> {
        let id = match key {
            Key::Arrival if text == PIPELINE => return Ok(u32::try_from(draft.arrivals.len()).expect("bounded")),
            Key::Arrival => {
                let stream = self.streams.get(text).map(|it| it.0);
                return stream.ok_or_else(|| format!("there is no arrival called `{text}`"));
            }
            Key::Attribute(id) => id,
        };
        let name = &draft.attributes[id.index()].id.text;
        match draft.attributes[id.index()].kind {
            AttributeKindDraft::Category(_) => {
                let value = self.categories.get(&(id, text)).copied();
                value.ok_or_else(|| format!("`{name}` has no value called `{text}`"))
            }
            AttributeKindDraft::Counter { low, high, .. } => match text.parse::<i64>() {
                Ok(_) if !self.is_sound(key) => Ok(0),
                Ok(value) if (low..=high).contains(&value) => Ok(u32::try_from(value - low).unwrap_or(0)),
                Ok(value) => Err(format!("`{name}` goes from {low} to {high}, never {value}")),
                Err(_) => Err(format!("`{name}` is a counter, so `{text}` is none of its values")),
            },
        }
    }

    /// How the values of a key are written, to suggest one.
    #[expect(
        clippy::unused_self,
        reason = "names are asked for everything that has to do with names"
    )]
    pub(crate) fn value_names(&self, draft: &'a Draft, key: Key) -> Vec<&'a str> {
        match key {
            Key::Arrival => {
                let streams = draft.arrivals.iter().map(|it| it.id.text.as_str());
                streams.chain([PIPELINE]).collect()
            }
            Key::Attribute(id) => match &draft.attributes[id.index()].kind {
                AttributeKindDraft::Category(values) => values.iter().map(|(it, _)| it.text.as_str()).collect(),
                AttributeKindDraft::Counter { .. } => Vec::new(),
            },
        }
    }
}

/// How many values a counter has, if its bounds make sense.
fn counter_size(low: i64, high: i64) -> Option<u32> {
    let size = i128::from(high) - i128::from(low) + 1;
    u32::try_from(size)
        .ok()
        .filter(|it| *it > 0 && i64::from(*it) <= COUNTER_VALUES_MAX)
}

/// Tells names that mean something else.
fn reserved(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut tell = |at: &At, message: String| {
        let fault = Fault::mistake("reserved-name", at.clone().on_key(), message);
        faults.push(fault.help("choose another name"));
    };
    for attribute in &draft.attributes {
        let id = &attribute.id;
        if TAKEN.contains(&id.text.as_str()) {
            let message = format!("`{}` means something else in conditions and results", id.text);
            tell(&id.at, message);
        }
        if let AttributeKindDraft::Category(values) = &attribute.kind {
            for (value, _) in values {
                if value.text == "counter" || value.text == "else" {
                    tell(
                        &value.at,
                        format!("`{}` cannot be the name of a category value", value.text),
                    );
                }
            }
        }
    }
    for stream in &draft.arrivals {
        if [PIPELINE, "else"].contains(&stream.id.text.as_str()) {
            tell(
                &stream.id.at,
                format!("`{}` cannot be the name of an arrival", stream.id.text),
            );
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

impl<'a> Builder<'a> {
    /// The step of this name.
    pub(crate) fn step_called(&mut self, name: &Name) -> Option<StepId> {
        let found = self.names.steps.get(name.text.as_str()).copied();
        if found.is_none() {
            let names = self.draft.steps.iter().map(|it| it.id.text.as_str());
            self.tell_with_nearest(unknown("step", name), &name.text, names);
        }
        found
    }

    /// The attribute of this name.
    pub(crate) fn attribute_called(&mut self, name: &Name) -> Option<(AttributeId, &'a AttributeDraft)> {
        let found = self.names.attributes.get(name.text.as_str()).copied();
        if found.is_none() {
            let names = self.draft.attributes.iter().map(|it| it.id.text.as_str());
            self.tell_with_nearest(unknown("attribute", name), &name.text, names);
        }
        found
    }

    /// The key a `by` table looks at.
    pub(crate) fn key(&mut self, name: &Name) -> Option<Key> {
        if name.text == "arrival" {
            return Some(Key::Arrival);
        }
        let found = self.names.attributes.get(name.text.as_str());
        let found = found.map(|(id, _)| Key::Attribute(*id));
        if found.is_none() {
            let names = self.draft.attributes.iter().map(|it| it.id.text.as_str());
            self.tell_with_nearest(unknown("attribute", name), &name.text, names.chain(["arrival"]));
        }
        found
    }

    /// Notes a fault with the one of `names` that is nearest to `typed`, unless so much was
    /// compared already that nobody would read it.
    pub(crate) fn tell_with_nearest<'n>(
        &mut self,
        fault: Fault,
        typed: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let names: Vec<&str> = names.into_iter().take(self.comparisons_left).collect();
        self.comparisons_left -= names.len();
        let helped = fault.help.is_some();
        let fault = fault.nearest(typed, names.iter().copied());
        let lists = !helped && fault.help.is_none() && names.len() <= LISTED_MAX;
        self.faults.push(match listed(&names, "and") {
            Some(names) if lists => fault.help(format!("what there is: {names}")),
            _ => fault,
        });
    }
}

/// Names in backticks with `word` before the last; `None` if there are none.
pub(crate) fn listed(names: &[&str], word: &str) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    let (last, first) = quoted.split_last()?;
    Some(match first {
        [] => last.clone(),
        _ => format!("{} {word} {last}", first.join(", ")),
    })
}
