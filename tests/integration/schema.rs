//! The JSON Schema for editors: it accepts what is sound and refuses the mistakes it can see.

use std::fs;
use std::path::Path;

use forksight::scenario::schema::schema;
use serde_json::Value;

use crate::problems;

/// A scenario as editors hand it to a schema: dates are strings.
fn instance(name: &str, text: &str) -> Option<Value> {
    if Path::new(name).extension().is_some_and(|it| it == "json") {
        return serde_json::from_str(text).ok();
    }
    text.parse::<toml::Table>().ok().map(|it| json(toml::Value::Table(it)))
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(it) => it.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(entries) => entries.into_iter().map(|(key, it)| (key, json(it))).collect(),
    }
}

#[test]
fn the_schema_accepts_every_shipped_scenario() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("scenarios are shipped") {
        let path = entry.expect("the folder can be read").path();
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).expect("scenarios are text");
        let instance = instance(&name, &text).expect("scenarios are sound");
        let errors: Vec<String> = validator
            .iter_errors(&instance)
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        count += 1;
    }
    assert_eq!(count, 6);
}

#[test]
fn the_schema_refuses_the_mistakes_that_it_can_see() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
    let (mut refused, mut wrong) = (0, Vec::new());
    for broken in problems::corpus() {
        let Ok(text) = std::str::from_utf8(&broken.bytes) else {
            continue;
        };
        let Some(instance) = instance(&broken.name, text) else {
            continue;
        };
        let is_refused = !validator.is_valid(&instance);
        refused += usize::from(is_refused);
        if is_refused != broken.is_seen_by_schema {
            wrong.push(format!("{} is refused: {is_refused}", broken.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(refused > 100, "{refused}");
}
