//! How single values are written: ids, dates, quantities, rates and delays.

use serde_json::{Value, json};

use super::form::{any_of, closed, described, list, merged, of, pattern, record, text};

/// An id, as a part of a longer pattern.
pub(super) const ID: &str = "[A-Za-z_][A-Za-z0-9_-]*";

/// A number without a sign, as a part of a longer pattern.
pub(super) const NUMBER: &str = r"[0-9](?:_?[0-9])*(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9]+)?";

/// A number from 0 to 1, or from 0% to 100%; one with an exponent is taken on trust.
pub(super) const SHARE: &str = concat!(
    r"(?:(?:[0-9](?:_?[0-9])?(?:\.[0-9](?:_?[0-9])*)?|100(?:\.0+)?)%",
    r"|0(?:\.[0-9](?:_?[0-9])*)?|1(?:\.0+)?|[0-9][0-9_.]*[eE][+-]?[0-9]+%?)",
);

/// What a rate is counted by, as a part of a longer pattern.
pub(super) const PER: &str = " +per +(?:hour|day|week|month|quarter|year)";

const DAY: &str = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const NOT_ZERO: &str = "(?=[0-9._]*[1-9])";
const LOGNORMAL: &str = "Lognormal: { median, p90 } or { mean, sd }.";

/// A duration, as a part of a longer pattern.
pub(super) fn duration() -> String {
    let unit = "(?:s|seconds?|min|minutes?|h|hours?|d|days?|w|weeks?|months?|y|years?)";
    format!("{NUMBER} *{unit}")
}

/// The definitions of this file.
pub(super) fn definitions() -> Value {
    merged([words(), numbers(), quantities(), rates(), delays()])
}

fn words() -> Value {
    let month = "[0-9]{4}-(?:0[1-9]|1[0-2])";
    let label = format!("[0-9]{{4}}(?:-Q[1-4]|-W(?:0[1-9]|[1-4][0-9]|5[0-3]))?|{month}|{DAY}");
    let undated_label = "(?:day|week|month|quarter|year) [1-9][0-9]*";
    json!({
        "id": pattern(ID),
        "name": { "type": "string", "minLength": 1 },
        "date": pattern(DAY),
        "month_or_day": pattern(&format!("{month}|{DAY}")),
        "period_label": pattern(&format!("{label}|{undated_label}")),
        "duration": pattern(&duration()),
        "positive_duration": pattern(&format!("{NOT_ZERO}{}", duration())),
    })
}

fn numbers() -> Value {
    json!({
        "number": any_of(&[json!({ "type": "number" }), pattern(&format!("-?{NUMBER}%?"))]),
        "positive": any_of(&[
            json!({ "type": "number", "exclusiveMinimum": 0 }),
            pattern(&format!("{NOT_ZERO}{NUMBER}%?")),
        ]),
        "not_negative": { "type": "number", "minimum": 0 },
        "whole": { "type": "integer", "minimum": 0 },
    })
}

/// One notation for different numbers: a chance ends at 1, money can be a refund, and only what a
/// customer meets can depend on the customer.
fn quantities() -> Value {
    json!({
        "chance": chance(),
        "amount": amount(),
        "cost_part": cost_part(),
        "factor": about_everyone("factor", "not_negative"),
        "how_many": about_everyone("how_many", "whole"),
        "observed_count": any_of(&[of("not_negative"), by("observed_count")]),
        "distribution": distribution(),
        "each": each(),
        "uncertain": uncertain(),
    })
}

fn chance() -> Value {
    let written = format!(r"{SHARE}(?: +to +{SHARE})?|{NUMBER} +of +{NUMBER}|\${ID}");
    described(
        "A chance: 0.08, \"8%\", \"7% to 9%\", \"80 of 400\", \"$NAME\" or a distribution.",
        any_of(&[
            json!({ "type": "number", "minimum": 0, "maximum": 1 }),
            pattern(&written),
            of("distribution"),
            by("chance"),
            is(&of("chance")),
        ]),
    )
}

fn amount() -> Value {
    described(
        "A number: 12, \"40 to 60\" (one true value, not known exactly), { each = \"40 to 60\" } \
         (differs from customer to customer), \"$NAME\" or a distribution.",
        any_of(&[
            json!({ "type": "number" }),
            pattern(&quantity("-?")),
            of("distribution"),
            of("each"),
            by("amount"),
            is(&of("amount")),
        ]),
    )
}

fn cost_part() -> Value {
    let share = format!(r"(?:{NUMBER}%?(?: +to +{NUMBER}%?)?|\${ID}) +of +revenue");
    described(
        "A part of the cost: an amount of money, or a share such as \"3.5% of revenue\".",
        any_of(&[of("amount"), pattern(&share), by("cost_part"), is(&of("cost_part"))]),
    )
}

/// A number about the arrivals as a whole: there is no one customer that it could depend on.
fn about_everyone(name: &str, known: &str) -> Value {
    described(
        "A number that is not negative: known, or uncertain such as \"700 to 1000\".",
        any_of(&[of(known), pattern(&quantity("")), of("distribution"), is(&of(name))]),
    )
}

fn quantity(sign: &str) -> String {
    let number = format!("{sign}{NUMBER}%?");
    format!(r"{number}(?: +to +{number})?|{NUMBER} +of +{NUMBER}|\${ID}")
}

fn by(quantity: &str) -> Value {
    json!({
        "description": "Depends on the customer: an entry for each value, or `else`.",
        "type": "object",
        "required": ["by"],
        "minProperties": 2,
        "properties": {
            "by": described("An attribute, or `arrival`.", of("id")),
            "else": described("For every value that is not named.", of(quantity)),
        },
        "additionalProperties": of(quantity),
    })
}

fn is(value: &Value) -> Value {
    let keys = json!({
        "is": described("The value itself.", value.clone()),
        "source": text("Where the value comes from."),
        "note": text("What else there is to say about it."),
    });
    closed(&["is"], &keys)
}

fn distribution() -> Value {
    let positive = mean_sd("positive", "positive");
    let any_mean = mean_sd("number", "positive");
    described(
        "A distribution.",
        any_of(&[
            law("beta", "Beta: [a, b].", list(&of("positive"), 2)),
            law("uniform", "Uniform: [lowest, highest].", list(&of("number"), 2)),
            law(
                "triangular",
                "Triangular: [lowest, mode, highest].",
                list(&of("number"), 3),
            ),
            law("normal", "Normal: { mean, sd }.", any_mean),
            law(
                "lognormal",
                LOGNORMAL,
                any_of(&[median_p90("positive"), positive.clone()]),
            ),
            law("gamma", "Gamma: { mean, sd }.", positive),
        ]),
    )
}

fn each() -> Value {
    let range = pattern(&format!("-?{NUMBER}%? +to +-?{NUMBER}%?"));
    let poisson = law("poisson", "Poisson, with this mean.", of("positive"));
    law(
        "each",
        "Differs from customer to customer: drawn every time it is booked.",
        any_of(&[range, of("distribution"), poisson]),
    )
}

/// Written so that more than one value is possible, at least for some customers.
fn uncertain() -> Value {
    let not_all_known = json!({ "not": { "additionalProperties": { "not": of("uncertain") } } });
    any_of(&[
        pattern(".* (?:to|of) .*"),
        of("distribution"),
        json!({ "type": "object", "required": ["is"], "properties": { "is": of("uncertain") } }),
        json!({ "type": "object", "required": ["by"], "allOf": [not_all_known] }),
    ])
}

fn law(name: &str, description: &str, parameters: Value) -> Value {
    record(&json!({ name: described(description, parameters) }))
}

fn mean_sd(mean: &str, sd: &str) -> Value {
    record(&json!({
        "mean": described("The mean.", of(mean)),
        "sd": described("The standard deviation.", of(sd)),
    }))
}

fn median_p90(value: &str) -> Value {
    record(&json!({
        "median": described("Half of all values are below.", of(value)),
        "p90": described("Nine in ten values are below.", of(value)),
    }))
}

fn rates() -> Value {
    let with_source = |form: &str| any_of(&[pattern(form), is(&pattern(form))]);
    let (count, amount) = (quantity(""), quantity("-?"));
    json!({
        "rate": with_source(&format!("(?:{count}){PER}")),
        "spending": with_source(&format!("(?:{amount}) +per +(?:day|week|month|quarter|year)")),
        "growth": with_source(&format!("(?:{amount}) +per +(?:week|month|quarter|year)")),
        "discount": with_source(&format!("(?:{amount}) +per +year")),
    })
}

fn delays() -> Value {
    let some = || of("positive_duration");
    let positive = format!("{NOT_ZERO}{}", duration());
    let written = format!("{}|{positive} +to +{positive}", duration());
    let gamma = mean_sd("positive_duration", "positive_duration");
    let lognormal = any_of(&[median_p90("positive_duration"), gamma.clone()]);
    let weibull = record(&json!({
        "scale": described("The scale: 63% are faster.", some()),
        "shape": described("The shape: 1 is exponential.", of("positive")),
    }));
    let delay = any_of(&[
        pattern(&written),
        law("exponential", "Exponential, with this mean.", some()),
        law("lognormal", LOGNORMAL, lognormal),
        law("gamma", "Gamma: { mean, sd }.", gamma),
        law("weibull", "Weibull: { scale, shape }.", weibull),
        law("uniform", "Uniform: [shortest, longest].", list(&of("duration"), 2)),
        law("geometric", "Memoryless: one tick or more, with this mean.", some()),
        law(
            "observed",
            "Each delay and its weight: [[\"1d\", 40], …].",
            observed_delays(),
        ),
        by("delay"),
    ]);
    let description = "A delay: \"3d\", \"1d to 6d\" (5% are faster, 5% slower) or a distribution.";
    json!({ "delay": described(description, delay) })
}

fn observed_delays() -> Value {
    let pair = [of("duration"), of("not_negative")];
    let entry = json!({ "type": "array", "prefixItems": pair, "minItems": 2, "maxItems": 2 });
    json!({ "type": "array", "minItems": 1, "items": entry })
}
