//! TOML text as a document: all its syntax mistakes at once.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue, Error};
use jiff::civil::Date;

use super::{DEPTH_MAX, Entry, Node, Slip, Table, Value, number_slip, twice};
use crate::problem::{At, Fault};

/// The table that is `text`, unless it cannot be taken apart, and what is wrong with it.
pub(super) fn read(text: &str) -> (Option<Node>, Vec<Slip>) {
    let (table, errors) = parse(text);
    let mut slips: Vec<Slip> = errors
        .iter()
        .map(|error| slip(error.message(), error.span(), text))
        .collect();
    slips.sort_by_key(|(span, _)| span.start);
    keep_one_a_line(&mut slips, text);
    let only_twice = errors.iter().all(|error| error.message() == TWICE);
    let Some(table) = table.filter(|_| only_twice) else {
        return (None, slips);
    };
    let root = self::table(table.into_inner(), 0, text, &mut slips);
    let root = Node {
        span: 0..0,
        value: root,
    };
    slips.sort_by_key(|(span, _)| span.start);
    (Some(root), slips)
}

/// The table, unless too much is wrong, and what is wrong.
///
/// A long text that is no TOML could have millions of mistakes, which take gigabytes: of such a
/// text only those around the first are told.
fn parse(text: &str) -> (Option<Spanned<DeTable<'_>>>, Vec<Error>) {
    if text.len() <= TOLD_WITHIN {
        let (table, errors) = DeTable::parse_recoverable(text);
        return (Some(table), errors);
    }
    let first = match DeTable::parse(text) {
        Ok(table) => return (Some(table), Vec::new()),
        Err(first) => first,
    };
    let begin = first.span().map_or(0, |span| span.start.min(text.len()));
    let enough = clamp(begin..begin + TOLD_WITHIN, text).end;
    let cut = text[enough..].find('\n').map_or(text.len(), |at| enough + at);
    if cut > begin + 2 * TOLD_WITHIN {
        return (None, vec![first]);
    }
    let (_, mut errors) = DeTable::parse_recoverable(&text[..cut]);
    // Tables and strings that go on behind the cut are whole.
    errors.retain(|error| error.span().is_some_and(|span| span.end < cut) || cut == text.len());
    if errors.is_empty() {
        errors.push(first);
    }
    (None, errors)
}

/// All mistakes of a text of up to this many bytes are told.
const TOLD_WITHIN: usize = 256 << 10;

/// What the parser says of a key that is there again.
const TWICE: &str = "duplicate key";

/// After the first mistake of a line the parser is out of step; what it says then is noise.
fn keep_one_a_line(slips: &mut Vec<Slip>, text: &str) {
    let mut kept_until = 0;
    let mut first = true;
    slips.retain(|(span, _)| {
        let keep = first || span.start >= kept_until;
        if keep {
            first = false;
            let line_ends = text[span.start..].find('\n');
            kept_until = line_ends.map_or(text.len() + 1, |length| span.start + length + 1);
        }
        keep
    });
}

fn clamp(span: Range<usize>, text: &str) -> Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    boundary(span.start)..boundary(span.end)
}

fn slip(message: &str, span: Option<Range<usize>>, text: &str) -> Slip {
    let span = clamp(span.unwrap_or(text.len()..text.len()), text);
    match message {
        TWICE => twice(span.clone(), &text[span]),
        "recursion limit" => (span, too_deep()),
        _ => {
            let told = in_words(message, &text[span.start..]);
            let fault = Fault::mistake("syntax", At::top(), told.map_or(message, |it| it.0));
            let help = told.and_then(|it| it.1).map(str::to_owned);
            (span, Fault { help, ..fault })
        }
    }
}

/// What the parser says of the commonest mistakes, for people who do not know its words; `rest` is
/// the text from the mistake on.
fn in_words(message: &str, rest: &str) -> Option<(&'static str, Option<&'static str>)> {
    let nothing = rest.lines().next().unwrap_or("").trim().is_empty();
    let (what, _) = message.split_once(',').unwrap_or((message, ""));
    Some(match what {
        "string values must be quoted" if nothing => ("there is no value after `=`", None),
        "string values must be quoted" => (
            "this is not a value",
            Some("texts stand in quotes: `name = \"Coffee\"`"),
        ),
        "invalid basic string" | "invalid literal string" if nothing => {
            ("this text has no closing quotation mark", None)
        }
        "key with no value" => ("this key has no value", Some("write `key = value`")),
        _ => return None,
    })
}

fn too_deep() -> Fault {
    let message = format!("tables and lists lie more than {DEPTH_MAX} deep inside each other");
    Fault::mistake("syntax", At::top(), message)
}

fn table(table: DeTable<'_>, depth: usize, text: &str, slips: &mut Vec<Slip>) -> Value {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        let key_span = clamp(key.span(), text);
        entries.push(Entry {
            key: key.into_inner().into_owned(),
            node: node(value, depth + 1, text, slips),
            key_span,
        });
    }
    Value::Table(Table::new(entries))
}

fn node(value: Spanned<DeValue<'_>>, depth: usize, text: &str, slips: &mut Vec<Slip>) -> Node {
    let span = clamp(value.span(), text);
    if depth > DEPTH_MAX {
        slips.push((span.clone(), too_deep()));
        return Node {
            span,
            value: Value::Broken,
        };
    }
    let value = match value.into_inner() {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Boolean(answer) => Value::Boolean(answer),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => broken(number_slip(span.clone(), number.as_str()), slips),
        },
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float(number),
            _ => broken(number_slip(span.clone(), number.as_str()), slips),
        },
        DeValue::Datetime(moment) => {
            let date = moment.date.filter(|_| moment.time.is_none());
            let date = date.and_then(|date| {
                let year = i16::try_from(date.year).ok()?;
                let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
                Date::new(year, month, day).ok()
            });
            date.map_or_else(
                || {
                    let message = format!("`{moment}` is not a plain date");
                    let fault = Fault::mistake("wrong-type", At::top(), message)
                        .help("write the day alone, such as 2026-01-31");
                    broken((span.clone(), fault), slips)
                },
                Value::Date,
            )
        }
        DeValue::Array(items) => Value::Array(
            items
                .into_iter()
                .map(|item| node(item, depth + 1, text, slips))
                .collect(),
        ),
        DeValue::Table(inner) => table(inner, depth, text, slips),
    };
    Node { span, value }
}

fn broken(slip: Slip, slips: &mut Vec<Slip>) -> Value {
    slips.push(slip);
    Value::Broken
}
