//! The JSON Schema of the scenario file, with which editors complete keys and mark mistakes.

mod arrival;
mod change;
mod form;
mod notation;
mod step;

use serde_json::{Value, json};

use form::{closed, described, merged, named, never, of, pattern, text};
use notation::ID;

use super::REPLICATIONS_MAX;

/// The JSON Schema (draft 2020-12) of the scenario file, format 1.
///
/// It accepts every valid scenario, as TOML or as JSON (dates are strings), and rejects the mistakes
/// that can be seen without following a name or adding up numbers.
#[must_use]
pub fn schema() -> Value {
    let about = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "forksight scenario",
        "description": "Who arrives, which steps they can take, what happens at every fork, how \
            long it takes, what it costs and earns, and which what-ifs to compare.",
    });
    let keys = merged([settings(), tables()]);
    let mut schema = merged([about, closed(&["format", "steps"], &keys)]);
    schema["dependentSchemas"] = json!({
        "customers": never(&["arrivals"]),
        "horizon": never(&["end"]),
    });
    schema["if"] = json!({ "required": ["begin"] });
    schema["else"] = of("undated");
    schema["$defs"] = definitions();
    schema
}

fn definitions() -> Value {
    merged([
        notation::definitions(),
        arrival::definitions(),
        step::definitions(),
        entries(),
        change::definitions(),
        json!({ "undated": undated() }),
    ])
}

fn settings() -> Value {
    let period = json!({
        "enum": ["day", "week", "month", "quarter", "year"],
        "default": "month",
    });
    let span = || of("positive_duration");
    json!({
        "format": described("The version of the format.", json!({ "const": 1 })),
        "name": text("What the scenario is called; by default as its file."),
        "description": text("What the scenario is about."),
        "entry": described("Where arrivals enter unless they say otherwise.", of("id")),
        "begin": described("The first day of the forecast.", of("date")),
        "horizon": described("How far the forecast goes; by default \"12 months\".", span()),
        "end": described("The last day of the forecast, instead of `horizon`.", of("date")),
        "period": described("What the forecast reports by; a week is an ISO week.", period),
        "tick": described("The clock: \"1 day\", whole days, or what divides a day.", span()),
        "currency": text("The currency of all amounts of money."),
        "discount": described("\"6% per year\", for the metric `present_value`.", of("discount")),
        "customers": described("So many customers, instead of [arrivals].", of("whole")),
    })
}

fn tables() -> Value {
    let table = |description: &str, entry: &str| described(description, named(&of(entry)));
    let mut steps = table("What customers can reach, and where to from there.", "step");
    steps["minProperties"] = 1.into();
    json!({
        "stages": table("The stages of the funnel, in this order.", "stage"),
        "customer": table("What is known of each customer, drawn on arrival.", "attribute"),
        "values": table("Numbers used in several places: one draw for all of them.", "amount"),
        "products": table("What the units of steps are units of.", "product"),
        "budgets": table("Costs that come whether customers do or not.", "budget"),
        "arrivals": table("Who comes, and when.", "arrival"),
        "pipeline": table("Who is already under way on `begin`, by step.", "pipeline"),
        "steps": steps,
        "calendar": table("Changes that hold on some days.", "calendar_entry"),
        "variants": table("What-ifs: small patches on this scenario.", "variant"),
        "targets": table("What is to be met; the forecast says how probable that is.", "target"),
        "levers": described("What `solve` may move, and how far: path → \"LO to HI\".", of("levers")),
        "run": described("How it is run unless the command line says otherwise.", run()),
    })
}

fn run() -> Value {
    let replications = json!({ "type": "integer", "minimum": 1, "maximum": REPLICATIONS_MAX });
    let keys = json!({
        "replications": described("How many worlds are simulated.", replications),
        "seed": described("The same seed gives the same forecast.", of("whole")),
    });
    closed(&[], &keys)
}

fn entries() -> Value {
    json!({ "stage": stage(), "product": product(), "budget": budget(), "target": target() })
}

fn stage() -> Value {
    let keys = json!({
        "title": text("What the stage is called in results; by default its id."),
        "owner": text("Who answers for the steps of this stage."),
    });
    closed(&[], &keys)
}

fn product() -> Value {
    let keys = json!({
        "title": text("What the product is called in results; by default its id."),
        "price": described("Booked as revenue with every unit.", of("amount")),
        "cost": described("Booked as cost with every unit.", of("amount")),
    });
    closed(&[], &keys)
}

fn budget() -> Value {
    let keys = json!({
        "amount": described("\"3000 per month\", booked evenly over its days.", of("spending")),
        "from": described("The first day.", of("date")),
        "until": described("The last day.", of("date")),
        "channel": text("A label that results can be grouped by."),
        "owner": text("A label that results can be grouped by."),
        "note": text("A remark; no effect."),
    });
    closed(&["amount"], &keys)
}

fn target() -> Value {
    let plain = "arrivals|pipeline|won|conversions|lost|churned|other|open|revenue|cost|profit\
                 |present_value|conversion_rate|churn_rate";
    let metric = pattern(&format!(r"{plain}|(?:open|costs|units)\.{ID}|events\..+"));
    let keys = json!({
        "metric": described("A metric of the forecast: `won`, `units.NAME` ….", metric),
        "at_least": described("It is met from this number on.", of("number")),
        "at_most": described("It is met up to this number.", of("number")),
        "so_far": described("What is achieved already; it is added.", of("number")),
        "over": described("\"2026-11\", \"2026-Q4\" …; by default all of it.", of("period_label")),
    });
    let mut target = closed(&["metric"], &keys);
    target["oneOf"] = json!([{ "required": ["at_least"] }, { "required": ["at_most"] }]);
    target
}

/// Without `begin` there is no calendar on which a date could be found.
fn undated() -> Value {
    let each_without = |keys: &[&str]| json!({ "additionalProperties": never(keys) });
    let variant = [never(&["from", "until"]), of("undated")];
    json!({
        "properties": {
            "end": false,
            "arrivals": each_without(&["series", "on", "from", "until"]),
            "budgets": each_without(&["from", "until"]),
            "calendar": each_without(&["from", "until"]),
            "variants": { "additionalProperties": { "allOf": variant } },
        },
    })
}
