//! `Document`: a file as written, every key and value with the bytes it stands at.

mod json;
mod toml;

use std::ops::Range;

use jiff::civil::Date;

use super::FileFormat;
use crate::problem::{At, Fault, Part};

/// A larger file is refused: nobody writes it by hand, and reading it takes gigabytes.
pub(crate) const BYTES_MAX: usize = 16 << 20;
/// Tables and lists inside each other; the format needs nine.
pub(crate) const DEPTH_MAX: usize = 48;

/// A file as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    /// How to name it in messages.
    pub(crate) name: String,
    /// Its text, without a byte order mark.
    pub(crate) text: String,
    /// The table that is the file.
    pub(crate) root: Node,
}

/// A value and the bytes it stands at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// What is written at a place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Date(Date),
    Array(Vec<Node>),
    Table(Table),
    /// Something that means nothing in a scenario and has been told already.
    Broken,
}

/// Keys and values in the order of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    /// Positions in `entries`, by key: a section may have tens of thousands.
    by_key: Vec<usize>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) node: Node,
}

impl Table {
    /// A table of these entries, which have different keys.
    pub(crate) fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| entry.key_span.start);
        let mut by_key: Vec<usize> = (0..entries.len()).collect();
        by_key.sort_by(|&one, &other| entries[one].key.cmp(&entries[other].key));
        Self { entries, by_key }
    }

    /// The entries, in the order of the file.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.by_key
            .binary_search_by(|&at| self.entries[at].key.as_str().cmp(key))
            .ok()
            .map(|found| &self.entries[self.by_key[found]])
    }
}

impl Node {
    /// What it is, for a message: `the number 12`, `a list`.
    pub(crate) fn described(&self) -> String {
        match &self.value {
            Value::String(text) if text.chars().count() > 40 => "a text".to_owned(),
            Value::String(text) => format!("the text {text:?}"),
            Value::Integer(number) => format!("the number {number}"),
            Value::Float(number) => format!("the number {number}"),
            Value::Boolean(answer) => format!("`{answer}`"),
            Value::Date(date) => format!("the date {date}"),
            Value::Array(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
            Value::Broken => "this".to_owned(),
        }
    }
}

/// A fault with its bytes, from below the level at which entries have names.
pub(crate) type Slip = (Range<usize>, Fault);

/// What was made of a file: the document as far as it could be read, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) document: Document,
    /// What is wrong with the text, in its order.
    pub(crate) slips: Vec<Slip>,
    /// Whether so much is missing that there is no sense in looking at the meaning.
    pub(crate) torn: bool,
}

impl Document {
    /// Reads `bytes`, whatever they are.
    pub(crate) fn read(name: &str, bytes: &[u8], format: FileFormat) -> Reading {
        let torn = |text: String, span: Range<usize>, fault: Fault| Reading {
            document: Self {
                name: name.to_owned(),
                text,
                root: Node::empty(),
            },
            slips: vec![(span, fault)],
            torn: true,
        };
        if bytes.len() > BYTES_MAX {
            let message = format!(
                "the file has {} MB; a scenario has at most {} MB",
                bytes.len() >> 20,
                BYTES_MAX >> 20
            );
            let fault = Fault::mistake("too-large", At::top(), message);
            return torn(String::new(), 0..0, fault);
        }
        let text = match text(bytes) {
            Ok(text) => text,
            Err(refused) => {
                let (text, span, fault) = *refused;
                return torn(text, span, fault);
            }
        };
        let (root, slips) = match format {
            FileFormat::Toml => toml::read(&text),
            FileFormat::Json => json::read(&text),
        };
        Reading {
            torn: root.is_none(),
            document: Self {
                name: name.to_owned(),
                text,
                root: root.unwrap_or_else(Node::empty),
            },
            slips,
        }
    }

    /// The bytes that `at` points at, or those of the nearest entry around it.
    pub(crate) fn span(&self, at: &At) -> Range<usize> {
        self.root.span_of(0..0, &at.parts, at, &self.text)
    }
}

impl Node {
    fn empty() -> Self {
        Self {
            span: 0..0,
            value: Value::Table(Table::default()),
        }
    }

    /// The bytes of the entry `parts` below this node, whose own key stands at `key_span`.
    pub(crate) fn span_of(&self, key_span: Range<usize>, parts: &[Part], at: &At, text: &str) -> Range<usize> {
        let mut node = self;
        let mut key_span = key_span;
        for part in parts {
            let below = match (part, &node.value) {
                (Part::Key(key), Value::Table(table)) => {
                    table.entry(key).map(|entry| (entry.key_span.clone(), &entry.node))
                }
                (Part::Item(position), Value::Array(items)) => {
                    items.get(*position).map(|item| (item.span.clone(), item))
                }
                _ => None,
            };
            match below {
                Some(below) => (key_span, node) = below,
                None => return key_span,
            }
        }
        match (&at.within, &node.value) {
            _ if at.on_key => key_span,
            (Some(within), Value::String(value)) => node.span_within(within, value, text),
            _ => node.span.clone(),
        }
    }

    /// The bytes of the part `within` of the string `value`, or of all of it if it is written
    /// with escapes, so that bytes of the value and of the file differ.
    fn span_within(&self, within: &Range<usize>, value: &str, text: &str) -> Range<usize> {
        let written = text.get(self.span.clone()).unwrap_or_default();
        match written.find(value) {
            Some(offset) if within.end <= value.len() => {
                let begin = self.span.start + offset;
                begin + within.start..begin + within.end
            }
            _ => self.span.clone(),
        }
    }
}

/// The text of a file, or why it is none, with as much of it as can be shown.
fn text(bytes: &[u8]) -> Result<String, Box<(String, Range<usize>, Fault)>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (good, bad) = bytes.split_at(error.valid_up_to());
            let rest = bad.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let rest = String::from_utf8_lossy(&rest[..rest.len().min(64)]);
            let shown = String::from_utf8_lossy(good).into_owned() + &rest;
            let mut fault = Fault::mistake("syntax", At::top(), "the file is not UTF-8 text");
            let utf16 = good.is_empty() && matches!(bad, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
            fault = fault.help(if utf16 {
                "it looks like UTF-16: save it as UTF-8"
            } else {
                "save it as UTF-8, or name another file"
            });
            let begin = good.len();
            let end = begin + shown[begin..].chars().next().map_or(0, char::len_utf8);
            return Err(Box::new((shown, begin..end, fault)));
        }
    };
    let control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
    match text.find(control) {
        None => Ok(text.to_owned()),
        Some(at) => {
            let line = text[at..].split('\n').next().unwrap_or_default();
            let rest: String = line.chars().take(64).collect();
            let shown = text[..at].to_owned() + &rest;
            let message = format!(
                "the control character U+{:04X} does not belong in a text file",
                u32::from(text.as_bytes()[at])
            );
            let fault = Fault::mistake("syntax", At::top(), message);
            Err(Box::new((shown, at..at + 1, fault)))
        }
    }
}

/// A key that is there again.
fn twice(span: Range<usize>, key: &str) -> Slip {
    let message = format!("`{key}` is there twice");
    let fault = Fault::mistake("syntax", At::top().on_key(), message);
    (span, fault.help("keep one of them, or put both together"))
}

/// A number that neither fits nor can be told apart from infinity.
fn number_slip(span: Range<usize>, written: &str) -> Slip {
    let written: String = written.chars().take(40).collect();
    let fault = Fault::mistake(
        "out-of-range",
        At::top(),
        format!("the number `{written}` does not fit"),
    );
    let fault = fault.help("whole numbers have at most 18 digits, others stay below 1e308");
    (span, fault)
}
