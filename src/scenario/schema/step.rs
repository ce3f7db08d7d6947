//! Steps and branches, and which of their keys go together.

use serde_json::{Value, json};

use super::form::{any_of, closed, described, merged, named, never, of, text};

/// What `steps.STEP.` can be followed by, and so no branch may be called.
const KEYS: [&str; 16] = [
    "title", "note", "source", "quotes", "stage", "channel", "owner", "cost", "revenue", "costs", "units", "event",
    "adds", "sets", "branches", "outcome",
];

/// The definitions of this file.
pub(super) fn definitions() -> Value {
    json!({ "step": step(), "branches": branches(), "branch": branch() })
}

fn step() -> Value {
    let mut step = closed(&[], &merged([labels(), effects(), ways_on()]));
    step["oneOf"] = json!([{ "required": ["branches"] }, { "required": ["outcome"] }]);
    step["dependentSchemas"] = json!({ "cost": never(&["costs"]) });
    step
}

fn labels() -> Value {
    let quotes = json!({ "type": "array", "items": { "type": "string" } });
    json!({
        "title": text("What the step is called in results; by default its id."),
        "note": text("A remark; no effect."),
        "source": text("Where the numbers of this step come from; no effect."),
        "quotes": described("What customers said; no effect.", quotes),
        "stage": described("The stage of the funnel.", of("id")),
        "channel": text("A label that results can be grouped by."),
        "owner": text("A label that results can be grouped by; by default the stage's."),
    })
}

fn effects() -> Value {
    let integer = json!({ "type": "integer" });
    let events = any_of(&[of("name"), json!({ "type": "array", "items": of("name") })]);
    let values = named(&any_of(&[of("name"), integer.clone()]));
    json!({
        "cost": described("Booked every time the step is reached.", of("amount")),
        "revenue": described("Booked every time; negative is a refund.", of("amount")),
        "costs": described("Named parts, instead of `cost`.", named(&of("cost_part"))),
        "units": described("How many units of each product, every time.", named(&of("amount"))),
        "event": described("What is counted each time, such as `conversion`.", events),
        "adds": described("What is added to counters on arrival here.", named(&integer)),
        "sets": described("The values that attributes take on arrival here.", values),
    })
}

fn ways_on() -> Value {
    let outcomes = json!({ "enum": ["converted", "lost", "churned", "other"] });
    json!({
        "branches": of("branches"),
        "outcome": described("The journey ends here.", outcomes),
    })
}

fn branches() -> Value {
    let some = |kind: &str| json!({ "contains": { "required": [kind] } });
    let kinds = ["chance", "count", "when"].map(|kind| json!({ "required": [kind] }));
    json!({
        "description": "Where customers go: one branch, or a fork of chances, counts or rules.",
        "type": "array",
        "minItems": 1,
        "items": of("branch"),
        "allOf": [
            { "if": some("chance"), "then": chances() },
            { "if": some("count"), "then": all("count", &["chance", "when"]) },
            { "if": some("when"), "then": rules() },
            { "if": { "minItems": 2 }, "then": { "items": any_of(&kinds) } },
        ],
    })
}

fn chances() -> Value {
    let rest = json!({ "properties": { "chance": { "const": "rest" } } });
    let mut fork = all("chance", &["count", "when"]);
    fork["contains"] = rest.clone();
    fork["minContains"] = 0.into();
    fork["maxContains"] = 1.into();
    // Nothing takes up what uncertain chances leave.
    fork["if"] = json!({ "not": { "contains": rest } });
    fork["then"] = json!({ "items": { "properties": { "chance": { "not": of("uncertain") } } } });
    fork
}

fn rules() -> Value {
    let mut fork = all("when", &["chance", "count"]);
    fork["contains"] = json!({ "properties": { "when": { "const": "otherwise" } } });
    fork["maxContains"] = 1.into();
    fork
}

fn all(kind: &str, others: &[&str]) -> Value {
    json!({ "items": { "required": [kind], "allOf": [never(others)] } })
}

fn branch() -> Value {
    let rest = json!({ "const": "rest" });
    let keys = json!({
        "to": described("The step it leads to.", of("id")),
        "name": described("What the branch is called; by default as its step.", of("id")),
        "chance": described(
            "How probable it is, or \"rest\": what the others leave.",
            any_of(&[rest, of("chance")]),
        ),
        "count": described("How often it was observed.", of("observed_count")),
        "when": condition(),
        "after": described("How long it takes to the next step.", of("delay")),
        "note": text("A remark; no effect."),
    });
    let mut branch = closed(&["to"], &keys);
    let free = json!({ "not": { "enum": KEYS } });
    branch["if"] = json!({ "required": ["name"] });
    branch["then"] = json!({ "properties": { "name": free } });
    branch["else"] = json!({ "properties": { "to": free } });
    branch
}

/// Only the alphabet of conditions: their grammar and types are for `check`.
fn condition() -> Value {
    json!({
        "description": "A condition such as \"score >= 2\", or \"otherwise\" in the last branch.",
        "type": "string",
        "pattern": r#"^(?:[A-Za-z0-9_.()\s-]|==|!=|<=|>=|[<>]|'[^']*'|"[^"]*")+$"#,
    })
}
