//! What was asked for, merged into a scenario: variants, `--set`, `--period` and `--end`.

use std::collections::{BTreeMap, BTreeSet};

use super::Selection;
use super::check::typed_target;
use super::check::{Sheet, VariantDraft, undated};
use super::notation::change::{change, lever, typed_path};
use super::place::Typed;
use super::spot::{Faults, Spot};
use crate::clock::Horizon;
use crate::journey::draft::{ChangeSource, Draft};
use crate::problem::{At, Fault, Part};

/// The scenario with `selection` merged in, the texts that were typed, and what is wrong with them.
pub(super) fn draft(sheet: &Sheet, selection: &Selection) -> (Draft, Typed, Faults) {
    let mut faults = Faults::new();
    let typed = Typed::new(selection);
    let mut draft = sheet.base.clone();
    let mut calendar = std::mem::take(&mut draft.changes);
    for variant in applied(sheet, &selection.variants, &mut faults) {
        merge(&mut draft, variant);
        replace(&mut calendar, &variant.calendar, |it| &it.name);
        draft.changes.push(variant.source.clone());
    }
    draft.changes.extend(set(&typed, &mut faults));
    draft.changes.extend(calendar);
    draft.changes.retain(|source| !source.changes.is_empty());
    for (position, text) in typed.levers.iter().enumerate() {
        let at = At::top().key("--vary").item(position);
        match typed_path(&text.text, &at) {
            Ok(path) => draft
                .levers
                .extend(lever(&path, &Spot::new(&text.change, at), &mut faults)),
            Err(fault) => faults.push(*fault),
        }
    }
    for (position, text) in selection.targets.iter().enumerate() {
        match typed_target(text, &At::top().key("--target").item(position)) {
            Ok(target) => draft.targets.push(target),
            Err(fault) => faults.push(*fault),
        }
    }
    if let Some(period) = selection.period {
        draft.period = period;
    }
    if let Some(end) = selection.end {
        let at = At::top().key("--end");
        if draft.begin.is_none() {
            faults.push(undated(at.clone()));
        }
        draft.horizon = (Horizon::Until(end), at);
    }
    (draft, typed, faults)
}

/// The variants that were asked for, each after those it builds on and none twice.
fn applied<'sheet>(sheet: &'sheet Sheet, asked: &[String], faults: &mut Faults) -> Vec<&'sheet VariantDraft> {
    if asked.is_empty() {
        return Vec::new();
    }
    let named = sheet.variants.iter().enumerate();
    let positions: BTreeMap<&str, usize> = named.map(|(at, it)| (it.id.text.as_str(), at)).collect();
    let find = |name: &str| positions.get(name).copied();
    let mut order = Vec::new();
    let mut seen = vec![false; sheet.variants.len()];
    for (position, names) in asked.iter().enumerate() {
        for name in names.split('+') {
            let Some(first) = find(name.trim()) else {
                let at = At::top().key("--variant").item(position);
                let message = format!("there is no variant called `{name}`");
                let fault = Fault::mistake("unknown-name", at, message);
                let known = sheet.variants.iter().map(|it| it.id.text.as_str());
                faults.push(fault.nearest(name, known));
                continue;
            };
            // Depth first without recursion: a variant is pushed once all of its `with` are.
            let mut path = vec![(first, 0)];
            while let Some((at, next)) = path.last_mut() {
                if *next == 0 && seen[*at] {
                    path.pop();
                    continue;
                }
                seen[*at] = true;
                if let Some(with) = sheet.variants[*at].with.get(*next) {
                    *next += 1;
                    let to = find(&with.text).filter(|to| !seen[*to]);
                    path.extend(to.map(|to| (to, 0)));
                } else {
                    order.push(*at);
                    path.pop();
                }
            }
        }
    }
    order.into_iter().map(|at| &sheet.variants[at]).collect()
}

/// `faults` with those of whole entries that come from a variant placed there.
pub(super) fn at_their_origin(mut faults: Vec<Fault>, sheet: &Sheet, selection: &Selection) -> Vec<Fault> {
    let mut origins: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for variant in applied(sheet, &selection.variants, &mut Faults::new()) {
        let steps = variant.steps.iter().map(|it| ("steps", &it.id));
        let arrivals = variant.arrivals.iter().map(|it| ("arrivals", &it.id));
        let pipeline = variant.pipeline.iter().map(|it| ("pipeline", &it.step));
        let budgets = variant.budgets.iter().map(|it| ("budgets", &it.id));
        let attributes = variant.attributes.iter().map(|it| ("customer", &it.id));
        let all = steps.chain(arrivals).chain(pipeline).chain(budgets);
        for (section, name) in all.chain(attributes) {
            origins.insert((section, &name.text), &variant.id.text);
        }
    }
    for fault in &mut faults {
        if let [Part::Key(section), Part::Key(name), ..] = fault.at.parts.as_slice()
            && let Some(variant) = origins.get(&(section.as_str(), name.as_str()))
        {
            let variant = ["variants", variant].map(|key| Part::Key(key.to_owned()));
            fault.at.parts.splice(0..0, variant);
        }
    }
    faults
}

fn merge(draft: &mut Draft, variant: &VariantDraft) {
    replace(&mut draft.steps, &variant.steps, |it| &it.id.text);
    replace(&mut draft.arrivals, &variant.arrivals, |it| &it.id.text);
    replace(&mut draft.pipeline, &variant.pipeline, |it| &it.step.text);
    replace(&mut draft.budgets, &variant.budgets, |it| &it.id.text);
    replace(&mut draft.attributes, &variant.attributes, |it| &it.id.text);
}

/// Puts `new` entries in the place of the `old` ones of the same name, or at the end.
fn replace<T: Clone>(old: &mut Vec<T>, new: &[T], name: fn(&T) -> &String) {
    let mut by_name = BTreeMap::<&str, Vec<&T>>::new();
    for entry in new {
        by_name.entry(name(entry)).or_default().push(entry);
    }
    if by_name.is_empty() {
        return;
    }
    let mut placed = BTreeSet::new();
    let mut merged = Vec::with_capacity(old.len() + new.len());
    for entry in old.drain(..) {
        match by_name.get(name(&entry).as_str()) {
            None => merged.push(entry),
            Some(instead) => {
                if placed.insert(name(&entry).clone()) {
                    merged.extend(instead.iter().map(|it| (*it).clone()));
                }
            }
        }
    }
    let added = new.iter().filter(|entry| !placed.contains(name(entry)));
    merged.extend(added.cloned());
    *old = merged;
}

/// All `--set`s, which apply together.
fn set(typed: &Typed, faults: &mut Faults) -> Option<ChangeSource> {
    let mut changes = Vec::new();
    for (position, text) in typed.set.iter().enumerate() {
        let at = At::top().key("--set").item(position);
        let path = match typed_path(&text.text, &at) {
            Ok(path) => path,
            Err(fault) => {
                faults.push(*fault);
                continue;
            }
        };
        for slip in &text.slips {
            let fault = slip.1.clone();
            faults.push(Fault {
                at: at.clone(),
                ..fault
            });
        }
        let spot = Spot::new(&text.change, at.clone());
        changes.extend(change(&spot, &path, faults));
    }
    (!changes.is_empty()).then(|| ChangeSource {
        name: "--set".to_owned(),
        from: None,
        until: None,
        changes,
    })
}
