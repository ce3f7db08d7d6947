//! What-ifs: the paths that `set` and `levers` may name, and what each may be changed to.

use serde_json::{Map, Value, json};

use super::form::{any_of, closed, described, named, of, pattern, text};
use super::notation::{ID, NUMBER, PER, SHARE, duration};

/// What a path leads to; each is changed in its own notation.
#[derive(Clone, Copy)]
enum Kind {
    Chance,
    MixShare,
    Delay,
    Amount,
    CostPart,
    Volume,
    Growth,
    Spending,
    Value,
}

/// The definitions of this file.
pub(super) fn definitions() -> Value {
    json!({
        "changes": described("What changes: path → change.", by_path(change)),
        "levers": described("What may be moved: path → \"LO to HI\".", by_path(lever)),
        "calendar_entry": calendar_entry(),
        "variant": variant(),
    })
}

fn calendar_entry() -> Value {
    let keys = json!({
        "from": described("The first day.", of("date")),
        "until": described("The last day.", of("date")),
        "set": of("changes"),
    });
    closed(&["set"], &keys)
}

fn variant() -> Value {
    let whole = |entry: &str| described("Whole entries, added or replaced.", named(&of(entry)));
    let others = json!({ "type": "array", "items": of("id") });
    let keys = json!({
        "note": text("What is supposed here."),
        "from": described("The first day of the changes.", of("date")),
        "until": described("The last day of the changes.", of("date")),
        "with": described("Variants that are applied before this one.", others),
        "set": of("changes"),
        "calendar": described("Calendar entries of its own.", named(&of("calendar_entry"))),
        "steps": whole("step"),
        "arrivals": whole("arrival"),
        "pipeline": whole("pipeline"),
        "budgets": whole("budget"),
        "customer": whole("attribute"),
    });
    closed(&[], &keys)
}

fn by_path(entry: impl Fn(Kind) -> Value) -> Value {
    let entries: Map<String, Value> = paths()
        .into_iter()
        .map(|(path, kind)| (format!("^{path}$"), entry(kind)))
        .collect();
    json!({ "type": "object", "patternProperties": entries, "additionalProperties": false })
}

fn paths() -> [(String, Kind); 11] {
    // Behind a quantity with `by` come the values of its attribute.
    let cases = r"(?:\.[^.]+)*";
    let step = format!(r"steps\.{ID}");
    let branch = format!(r"{step}\.(?!(?:cost|costs|revenue|units)\.){ID}");
    let arrival = format!(r"arrivals\.{ID}");
    [
        (format!(r"{step}\.(?:cost|revenue|units\.{ID}){cases}"), Kind::Amount),
        (format!(r"{step}\.costs\.{ID}{cases}"), Kind::CostPart),
        (format!(r"{branch}\.chance{cases}"), Kind::Chance),
        (format!(r"{branch}\.after{cases}"), Kind::Delay),
        (format!(r"{arrival}\.volume"), Kind::Volume),
        (format!(r"{arrival}\.growth"), Kind::Growth),
        (format!(r"(?:{arrival}\.)?customer\.{ID}\.[^.]+"), Kind::MixShare),
        (format!(r"pipeline\.{ID}\.count"), Kind::Amount),
        (format!(r"budgets\.{ID}\.amount"), Kind::Spending),
        (format!(r"products\.{ID}\.(?:price|cost){cases}"), Kind::Amount),
        (format!(r"values\.{ID}{cases}"), Kind::Value),
    ]
}

fn change(kind: Kind) -> Value {
    let new = match kind {
        Kind::Chance => of("chance"),
        Kind::MixShare => of("factor"),
        Kind::Delay => of("delay"),
        Kind::Amount | Kind::Value => of("amount"),
        Kind::CostPart => of("cost_part"),
        Kind::Volume => any_of(&[of("rate"), of("how_many")]),
        Kind::Growth => of("growth"),
        Kind::Spending => of("spending"),
    };
    let simple = any_of(&[new, pattern(&relative(kind))]);
    match kind {
        Kind::Chance => any_of(&[simple.clone(), against(simple)]),
        _ => simple,
    }
}

fn against(change: Value) -> Value {
    let keys = json!({
        "change": described("The change.", change),
        "against": described("The branch that gives what this one takes.", of("id")),
    });
    closed(&["change", "against"], &keys)
}

fn lever(kind: Kind) -> Value {
    let end = format!("(?:{}|{})", relative(kind), known(kind));
    pattern(&format!("{end} +to +{end}"))
}

fn relative(kind: Kind) -> String {
    let difference = match kind {
        Kind::Chance | Kind::MixShare => format!("{NUMBER}pp"),
        Kind::Delay => duration(),
        Kind::Amount | Kind::CostPart => format!("{NUMBER}%?"),
        Kind::Volume | Kind::Spending => format!("{NUMBER}(?:%|{PER})?"),
        Kind::Growth | Kind::Value => format!("{NUMBER}(?:%|pp)?"),
    };
    format!("x{NUMBER}|[+-](?:{difference})")
}

fn known(kind: Kind) -> String {
    match kind {
        Kind::Chance | Kind::MixShare => SHARE.to_owned(),
        Kind::Delay => duration(),
        Kind::Amount | Kind::Value => format!("-?{NUMBER}%?"),
        Kind::CostPart => format!("-?{NUMBER}%?(?: +of +revenue)?"),
        Kind::Volume | Kind::Spending => format!("{NUMBER}(?:{PER})?"),
        Kind::Growth => format!("-?{NUMBER}%?(?:{PER})?"),
    }
}
