//! `[targets]` and `[levers]`.

use super::super::notation::change::lever;
use super::super::notation::decimal;
use super::super::notation::{Parsed, number};
use super::super::spot::{Faults, Fields, Spot, check_id};
use super::super::syntax::Value;
use crate::clock::Period;
use crate::journey::draft::{Bound, LeverDraft, Name, TargetDraft};
use crate::problem::{At, Fault};

/// What is to be reached.
pub(super) fn targets(top: &Fields<'_>, faults: &mut Faults) -> Vec<TargetDraft> {
    let Some(section) = top.get("targets") else {
        return Vec::new();
    };
    let targets: Vec<_> = section.named("a table of targets", faults).collect();
    targets
        .into_iter()
        .filter_map(|(id, spot)| {
            check_id("a target", &id, faults);
            target(id, &spot, faults)
        })
        .collect()
}

fn target(id: Name, spot: &Spot<'_>, faults: &mut Faults) -> Option<TargetDraft> {
    let keys = ["metric", "at_least", "at_most", "so_far", "over"];
    let fields = spot.fields("a target", &keys, faults)?;
    let metric = fields
        .require("metric", faults)
        .and_then(|it| it.name("the name of a metric such as `won` or `revenue`", faults));
    let why = "a target is on one side: make it two targets";
    fields.refuse_both(["at_least", "at_most"], why, faults);
    let plain = |key, faults: &mut Faults| number(&fields.get(key)?, "a number", faults);
    let bound = plain("at_least", faults)
        .map(Bound::AtLeast)
        .or_else(|| plain("at_most", faults).map(Bound::AtMost));
    if fields.get("at_least").is_none() && fields.get("at_most").is_none() {
        let message = "a target needs `at_least` or `at_most`";
        let at = spot.at.clone().on_key();
        faults.push(Fault::mistake("missing-key", at, message));
    }
    let so_far = plain("so_far", faults).unwrap_or(0.0);
    let over = fields.get("over").and_then(|it| label(&it, faults));
    Some(TargetDraft {
        id,
        metric: metric?,
        bound: bound?,
        so_far,
        over,
    })
}

/// The label of a period; a plain date or year is the label of that day or year.
fn label(spot: &Spot<'_>, faults: &mut Faults) -> Option<Name> {
    let text = match &spot.node.value {
        Value::Date(date) => date.to_string(),
        Value::Integer(year) => year.to_string(),
        _ => spot.string("a period such as `\"2026-11\"` or `\"2026-Q4\"`", faults)?,
    };
    if !is_label(&text) {
        let message = format!("{text:?} is not a period");
        let fault = Fault::mistake("bad-notation", spot.at.clone(), message);
        faults.push(fault.help(
            "write `2026`, `2026-Q4`, `2026-11`, `2026-W48` or `2026-11-30`; \
             without `begin`, `month 3` and the like",
        ));
        return None;
    }
    Some(Name {
        text,
        at: spot.at.clone(),
    })
}

/// Whether `text` could name a period of some scenario.
fn is_label(text: &str) -> bool {
    let numbered = text.split_once(' ').is_some_and(|(word, number)| {
        Period::ALL.iter().any(|(known, _)| *known == word) && number.parse::<u32>().is_ok()
    });
    numbered || Period::days_of(text).is_some()
}

/// The target that was typed: `won >= 2500`, `cost <= 9000 in 2026-Q4`.
///
/// # Errors
///
/// If it is not written so.
pub(crate) fn typed_target(text: &str, at: &At) -> Parsed<TargetDraft> {
    let fail = || {
        let message = format!("{text:?} is not a target");
        let fault = Fault::mistake("bad-notation", at.clone(), message);
        Box::new(fault.help("write `won >= 2500`, `cost <= 9000` or `units.grinder >= 200 in 2026-Q4`"))
    };
    let (metric, bound): (_, fn(f64) -> Bound) = match (text.split_once(">="), text.split_once("<=")) {
        (Some((metric, _)), None) => (metric, Bound::AtLeast),
        (None, Some((metric, _))) => (metric, Bound::AtMost),
        _ => return Err(fail()),
    };
    let amount = &text[metric.len() + 2..];
    let (amount, over) = match amount.split_once(" in ") {
        Some((amount, over)) => (amount, Some(over.trim())),
        None => (amount, None),
    };
    let amount = amount.trim();
    let amount = match amount.strip_suffix('%') {
        Some(percent) => decimal(percent.trim_end()).map(|it| it / 100.0),
        None => decimal(amount),
    };
    let name = |text: &str| Name {
        text: text.to_owned(),
        at: at.clone(),
    };
    let metric = metric.trim();
    if metric.is_empty() || over.is_some_and(|it| !is_label(it)) {
        return Err(fail());
    }
    Ok(TargetDraft {
        id: name(text.trim()),
        metric: name(metric),
        bound: bound(amount.ok_or_else(fail)?),
        so_far: 0.0,
        over: over.map(name),
    })
}

/// What `solve` may move.
pub(super) fn levers(top: &Fields<'_>, faults: &mut Faults) -> Vec<LeverDraft> {
    let Some(section) = top.get("levers") else {
        return Vec::new();
    };
    let wanted = "a table of paths and ranges such as `\"arrivals.search.volume\" = \"x1 to x2\"`";
    let mut levers = Vec::new();
    let entries: Vec<_> = section.named(wanted, faults).collect();
    for (path, spot) in entries {
        if let Value::Table(_) = spot.node.value {
            faults.push(unquoted(&path));
            continue;
        }
        levers.extend(lever(&path, &spot, faults));
    }
    levers
}

/// A path without quotes, which TOML reads as tables inside each other.
pub(super) fn unquoted(path: &Name) -> Fault {
    let message = format!("`{}` is not a path: the dots need quotes", path.text);
    Fault::mistake("unknown-path", path.at.clone(), message)
        .help("write the path in quotes: `\"steps.visit.cost\" = …`")
}
