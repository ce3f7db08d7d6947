//! JSON text as a document: strict JSON, for files that programs write.

use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{DEPTH_MAX, Entry, Node, Slip, Table, Value, number_slip, twice};
use crate::problem::{At, Fault};

/// The object that is `text`, unless it cannot be taken apart, and what is wrong with it.
pub(super) fn read(text: &str) -> (Option<Node>, Vec<Slip>) {
    if let Some(slip) = first_look(text) {
        return (None, vec![slip]);
    }
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let value = match parse_to_ast(text, &CollectOptions::default(), &strict) {
        Ok(result) => result.value,
        Err(error) => {
            let range = error.range();
            let (range, message) = (range.start..range.end, lower_case(&error.kind().to_string()));
            let is_word = text[range.clone()].starts_with(|it: char| it.is_ascii_alphabetic());
            if is_word && message.starts_with("unexpected") {
                let message = format!("`{}` is not a value", &text[range.clone()]);
                let (range, fault) = syntax(range, message);
                return (None, vec![(range, fault.help("texts stand in double quotes"))]);
            }
            return (None, vec![syntax(range, message)]);
        }
    };
    let Some(ast::Value::Object(object)) = value else {
        let begin = value.map_or(0, |it| range_of(&it).start);
        let end = begin + text[begin..].chars().next().map_or(0, char::len_utf8);
        let message = "a scenario in JSON is one object: `{ … }`";
        let fault = Fault::mistake("wrong-type", At::top(), message);
        return (None, vec![(begin..end, fault)]);
    };
    let mut slips = Vec::new();
    let root = Node {
        span: 0..0,
        value: self::object(object, text, &mut slips),
    };
    slips.sort_by_key(|(span, _)| span.start);
    (Some(root), slips)
}

/// What the parser would not survive or would let pass: depth, and line breaks inside strings.
fn first_look(text: &str) -> Option<Slip> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                b'\n' | b'\r' | b'\t' => {
                    let message = "a line break or tab inside a string is written `\\n` or `\\t`";
                    return Some(syntax(at..at + 1, message.to_owned()));
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > DEPTH_MAX {
                    let message = format!("tables and lists lie more than {DEPTH_MAX} deep inside each other");
                    return Some(syntax(at..at + 1, message));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn syntax(span: std::ops::Range<usize>, message: String) -> Slip {
    (span, Fault::mistake("syntax", At::top(), message))
}

fn lower_case(message: &str) -> String {
    let mut letters = message.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn range_of(value: &ast::Value<'_>) -> std::ops::Range<usize> {
    let range = match value {
        ast::Value::StringLit(it) => it.range,
        ast::Value::NumberLit(it) => it.range,
        ast::Value::BooleanLit(it) => it.range,
        ast::Value::Object(it) => it.range,
        ast::Value::Array(it) => it.range,
        ast::Value::NullKeyword(it) => it.range,
    };
    range.start..range.end
}

fn object(object: ast::Object<'_>, text: &str, slips: &mut Vec<Slip>) -> Value {
    let mut entries: Vec<Entry> = Vec::with_capacity(object.properties.len());
    for property in object.properties {
        let key_start = property.range.start;
        let key_end = match &property.name {
            ast::ObjectPropName::String(it) => it.range.end,
            ast::ObjectPropName::Word(it) => it.range.end,
        };
        entries.push(Entry {
            key: property.name.into_string(),
            key_span: key_start..key_end,
            node: node(property.value, text, slips),
        });
    }
    // Stable, so that the first of several stays.
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    entries.dedup_by(|later, first| {
        let same = later.key == first.key;
        if same {
            slips.push(twice(later.key_span.clone(), &later.key));
        }
        same
    });
    Value::Table(Table::new(entries))
}

fn node(value: ast::Value<'_>, text: &str, slips: &mut Vec<Slip>) -> Node {
    let span = range_of(&value);
    let value = match value {
        ast::Value::StringLit(it) => Value::String(it.value.into_owned()),
        ast::Value::BooleanLit(it) => Value::Boolean(it.value),
        ast::Value::NumberLit(it) => number(it.value).unwrap_or_else(|| {
            slips.push(number_slip(span.clone(), it.value));
            Value::Broken
        }),
        ast::Value::NullKeyword(_) => {
            let fault = Fault::mistake("wrong-type", At::top(), "`null` says nothing").help("leave the key out");
            slips.push((span.clone(), fault));
            Value::Broken
        }
        ast::Value::Array(it) => Value::Array(it.elements.into_iter().map(|item| node(item, text, slips)).collect()),
        ast::Value::Object(it) => object(it, text, slips),
    };
    Node { span, value }
}

fn number(written: &str) -> Option<Value> {
    if written.bytes().all(|it| it.is_ascii_digit() || it == b'-') {
        return written.parse().ok().map(Value::Integer);
    }
    written
        .parse::<f64>()
        .ok()
        .filter(|it| it.is_finite())
        .map(Value::Float)
}
