//! The forms that every part of the schema is put together from.

use serde_json::{Map, Value, json};

/// The definition of this name.
pub(super) fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// A sentence for whoever writes the scenario, shown by the editor.
pub(super) fn described(description: &str, mut schema: Value) -> Value {
    schema["description"] = description.into();
    schema
}

/// Free text.
pub(super) fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

/// A string of exactly this form.
pub(super) fn pattern(form: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^(?:{form})$") })
}

/// Any one of these schemas.
pub(super) fn any_of(schemas: &[Value]) -> Value {
    json!({ "anyOf": schemas })
}

/// A list of as many items as this.
pub(super) fn list(item: &Value, length: usize) -> Value {
    json!({ "type": "array", "items": item, "minItems": length, "maxItems": length })
}

/// A table with these keys and no others.
pub(super) fn closed(required: &[&str], properties: &Value) -> Value {
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// A table with exactly these keys.
pub(super) fn record(properties: &Value) -> Value {
    let keys: Vec<&String> = properties.as_object().into_iter().flat_map(|it| it.keys()).collect();
    json!({
        "type": "object",
        "required": keys,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// A table from ids to entries of one kind.
pub(super) fn named(entry: &Value) -> Value {
    json!({ "type": "object", "propertyNames": of("id"), "additionalProperties": entry })
}

/// None of these keys, whatever else there is.
pub(super) fn never(keys: &[&str]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|&key| (key.to_owned(), false.into())).collect();
    json!({ "properties": properties })
}

/// The entries of all of these tables.
pub(super) fn merged(tables: impl IntoIterator<Item = Value>) -> Value {
    let mut all = Map::new();
    for table in tables {
        if let Value::Object(entries) = table {
            all.extend(entries);
        }
    }
    all.into()
}
