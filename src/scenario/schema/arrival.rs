//! Who comes: attributes of customers, arrivals and the pipeline.

use serde_json::{Map, Value, json};

use super::form::{any_of, closed, described, list, named, never, of, record};

/// The definitions of this file.
pub(super) fn definitions() -> Value {
    json!({
        "attribute": attribute(),
        "mix": mix(),
        "on_arrival": on_arrival(),
        "arrival": arrival(),
        "pipeline": any_of(&[waiting(), json!({ "type": "array", "items": waiting() })]),
    })
}

fn attribute() -> Value {
    let bounds = list(&json!({ "type": "integer" }), 2);
    let keys = json!({
        "counter": described("The lowest and the highest value; it never leaves them.", bounds),
        "start": described("The value on arrival.", json!({ "type": "integer" })),
    });
    described(
        "A category and its mix { new = 0.8, … }, or { counter = [0, 5], start = 0 }.",
        any_of(&[closed(&["counter"], &keys), of("mix")]),
    )
}

fn mix() -> Value {
    json!({
        "description": "Values and their weights, which are divided by their sum.",
        "type": "object",
        "minProperties": 1,
        "properties": { "counter": false },
        "additionalProperties": of("factor"),
    })
}

fn on_arrival() -> Value {
    let value = any_of(&[of("name"), json!({ "type": "integer" }), of("mix")]);
    let description = "Instead of the mix of [customer]: a value, weights, or a counter's start.";
    described(description, named(&value))
}

fn arrival() -> Value {
    let keys = json!({
        "to": described("The step where they enter; by default `entry`.", of("id")),
        "rate": described("How many in each unit: \"9000 to 11000 per month\".", of("rate")),
        "series": described("How many in each month or on each day.", series()),
        "count": described("Exactly that many, on one day.", of("how_many")),
        "on": described("The day of `count`; by default `begin`.", of("date")),
        "growth": described("\"2% per month\", for each whole one since `begin`.", of("growth")),
        "season": described("A factor for each calendar month; by default 1.", factors(&[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ])),
        "weekdays": described("A weight for each weekday; by default 1.", factors(&[
            "mon", "tue", "wed", "thu", "fri", "sat", "sun",
        ])),
        "from": described("The first day on which they arrive.", of("date")),
        "until": described("The last day on which they arrive.", of("date")),
        "spread": spread(),
        "customer": of("on_arrival"),
    });
    let mut arrival = closed(&[], &keys);
    arrival["oneOf"] = json!([
        { "required": ["rate"] },
        { "required": ["series"] },
        { "required": ["count"] },
    ]);
    arrival["dependentRequired"] = json!({ "growth": ["rate"], "season": ["rate"], "on": ["count"] });
    arrival["dependentSchemas"] = json!({ "count": never(&["weekdays", "spread"]) });
    arrival
}

fn series() -> Value {
    json!({
        "type": "object",
        "propertyNames": of("month_or_day"),
        "additionalProperties": of("factor"),
    })
}

fn factors(names: &[&str]) -> Value {
    let mut keys: Map<String, Value> = names.iter().map(|&name| (name.to_owned(), of("factor"))).collect();
    keys.insert("else".to_owned(), described("For all others.", of("factor")));
    closed(&[], &keys.into())
}

fn spread() -> Value {
    let cv = json!({ "cv": described("The coefficient of variation of a month.", of("factor")) });
    described(
        "How far the numbers stray: \"poisson\" (the default), \"fixed\" or { cv = \"10%\" }.",
        any_of(&[json!({ "enum": ["poisson", "fixed"] }), record(&cv)]),
    )
}

fn waiting() -> Value {
    let converted = json!({ "type": "boolean", "default": false });
    let keys = json!({
        "count": described("How many are at the step.", of("how_many")),
        "waited": described("For how long they have been there; by default 0.", of("duration")),
        "converted": described("Whether they have converted before.", converted),
        "customer": of("on_arrival"),
    });
    closed(&["count"], &keys)
}
