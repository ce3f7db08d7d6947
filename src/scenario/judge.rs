//! Which mistakes of meaning can be told of a file that has mistakes of shape as well.
//!
//! A value that could not be read is left out of the draft or stands there as something harmless.
//! What [`journey::build`](crate::journey::build()) finds wrong because of that would be nonsense,
//! so it is kept back until the shape is right.

use super::syntax::{Document, Node, Value};
use crate::problem::{At, Fault, Part, Severity};

/// Codes about all branches of a fork at once.
const ABOUT_FORKS: [&str; 5] = [
    "chance-sum",
    "mixed-fork",
    "otherwise-last",
    "dead-end",
    "duplicate-name",
];
/// Keys that name a step or a stage, which keep their names even where they cannot be read.
const NAMES_OF_STEPS: [&str; 3] = ["to", "entry", "stage"];

/// Tables at the top of a file that give names.
const SECTIONS: [&str; 8] = [
    "stages", "customer", "values", "products", "arrivals", "steps", "budgets", "pipeline",
];
/// Codes of mistakes that a key at the top of the file could prevent.
const MISSED_WITHOUT_A_KEY: [&str; 3] = ["unclear-entry", "undated", "bad-date"];

/// The places of values that are broken below the level of entries.
pub(super) fn broken(document: &Document) -> Vec<At> {
    let mut found = Vec::new();
    // No recursion is needed: the depth of a document is bounded, its breadth is not.
    let mut open: Vec<(At, &Node)> = vec![(At::top(), &document.root)];
    while let Some((at, node)) = open.pop() {
        match &node.value {
            Value::Broken => found.push(at),
            Value::Table(table) => {
                let below = table.entries().iter();
                open.extend(below.map(|entry| (at.key(&entry.key), &entry.node)));
            }
            Value::Array(items) => {
                let below = items.iter().enumerate();
                open.extend(below.map(|(position, item)| (at.item(position), item)));
            }
            _ => {}
        }
    }
    found
}

/// `faults` without those that only follow from others of them.
pub(super) fn first_causes(mut faults: Vec<Fault>) -> Vec<Fault> {
    let leads_nowhere = |fault: &Fault| {
        let to = fault.at.parts.last() == Some(&Part::Key("to".to_owned()));
        fault.code == "unknown-name" && to
    };
    // A misspelt step leaves the one that was meant without a branch to it.
    if faults.iter().any(leads_nowhere) {
        faults.retain(|fault| fault.code != "unclear-entry");
    }
    faults
}

/// Those of `meaning` that are true whatever stands at the places of the `shape` mistakes.
pub(super) fn independent(meaning: Vec<Fault>, shape: &[At], document: &Document) -> Vec<Fault> {
    if shape.is_empty() {
        return meaning;
    }
    let mut meaning = meaning;
    meaning.retain(|fault| {
        fault.severity == Severity::Mistake && !shape.iter().any(|shape| follows(fault, shape, document))
    });
    meaning
}

/// Whether `fault` may only be there because of a mistake at `shape`.
fn follows(fault: &Fault, shape: &At, document: &Document) -> bool {
    if let Some(Part::Key(typed)) = shape.parts.first()
        && typed.starts_with("--")
    {
        // An unknown variant may bring any entry; other typed texts stand alone.
        return typed == "--variant" || nearby(fault, shape);
    }
    let section = section(shape);
    if let [Part::Key(key)] = shape.parts.as_slice() {
        let written = match &document.root.value {
            Value::Table(table) => table.entry(key),
            _ => None,
        };
        let is_table = written.is_some_and(|it| matches!(it.node.value, Value::Table(_)));
        let lost = if shape.on_key {
            is_table
        } else {
            SECTIONS.contains(&key.as_str())
        };
        // A section that is misspelt or no table has lost its names, a misspelt key its meaning.
        if lost && fault.code.starts_with("un") || shape.on_key && MISSED_WITHOUT_A_KEY.contains(&fault.code) {
            return true;
        }
    }
    if nearby(fault, shape) {
        return true;
    }
    let in_any = |sections: &[&str]| sections.contains(&section);
    match fault.code {
        "unknown-name" | "wrong-type" => in_any(&["customer"]) && !names_a_step(&fault.at),
        "out-of-range" => in_any(&["values"]),
        "chance-sum" | "missing-case" | "bad-condition" | "zero-weights" => in_any(&["values", "customer"]),
        "bad-date" | "undated" => in_any(&["begin", "horizon", "end", "tick"]),
        "unknown-path" | "bad-change" => same_entry(fault, shape, document),
        "change-range" => in_any(&["values", "customer", "products"]) || same_entry(fault, shape, document),
        "unknown-metric" => in_any(&["products", "discount"]) || in_any(&["steps"]) && books(shape),
        "unclear-entry" => in_any(&["steps", "entry"]),
        _ => false,
    }
}

/// Whether both are at the same entry, or one inside the other, or about the same fork.
fn nearby(fault: &Fault, shape: &At) -> bool {
    let about_fork = ABOUT_FORKS.contains(&fault.code);
    let scope = if about_fork {
        fork(&fault.at)
    } else {
        fault.at.parts.as_slice()
    };
    if !shape.on_key {
        return scope.starts_with(&shape.parts) || shape.parts.starts_with(scope);
    }
    // A key that is unknown or missing: of the table around it.
    let unknown = shape.parts.split_last().map_or(&[][..], |(_, table)| table);
    [unknown, &shape.parts].into_iter().any(|table| {
        table == scope || about_fork && (table.starts_with(scope) || scope[..].starts_with(table) && table.len() > 1)
    })
}

/// The step's list of branches around `at`.
fn fork(at: &At) -> &[Part] {
    let is_steps = |part: &Part| matches!(part, Part::Key(key) if key == "steps");
    let steps = at.parts.iter().position(is_steps).unwrap_or(0);
    &at.parts[..at.parts.len().min(steps + 3)]
}

/// The section of the file that `at` is in, also inside a variant.
fn section(at: &At) -> &str {
    let key = |position: usize| match at.parts.get(position) {
        Some(Part::Key(key)) => key.as_str(),
        _ => "",
    };
    match key(0) {
        "variants" if at.parts.len() > 2 => key(2),
        section => section,
    }
}

fn names_a_step(at: &At) -> bool {
    matches!(at.parts.last(), Some(Part::Key(key)) if NAMES_OF_STEPS.contains(&key.as_str()))
        || section(at) == "pipeline"
}

/// Whether a mistake inside a step may hide an event or a product.
fn books(shape: &At) -> bool {
    shape.on_key
        || shape
            .parts
            .iter()
            .any(|part| matches!(part, Part::Key(key) if key == "event" || key == "units"))
}

/// Whether the path that `fault` is about leads into the entry that `shape` is in.
fn same_entry(fault: &Fault, shape: &At, document: &Document) -> bool {
    let is_path = |part: &Part| matches!(part, Part::Key(key) if key.contains('.'));
    let written = fault.at.parts.iter().rev().find(|part| is_path(part));
    let Some(Part::Key(path)) = written else {
        return true;
    };
    let mut names = path.split('.');
    let (root, name) = (names.next().unwrap_or(""), names.next().unwrap_or(""));
    let below = match shape.parts.first() {
        Some(Part::Key(key)) if key == "variants" => shape.parts.get(2..).unwrap_or_default(),
        _ => shape.parts.as_slice(),
    };
    let key = |position: usize| match below.get(position) {
        Some(Part::Key(key)) => key.as_str(),
        _ => "",
    };
    let is_missing = |section: &str| match &document.root.value {
        Value::Table(table) => table.entry(section).is_none(),
        _ => true,
    };
    key(0) == root && (key(1) == name || below.len() < 2) || is_missing(root)
}
