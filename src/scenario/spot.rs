//! `Spot`: a value of the document and the way to it, with readers for plain values.

use jiff::civil::Date;

use super::syntax::{Node, Table, Value};
use crate::journey::draft::Name;
use crate::problem::{At, Fault};

/// Where mistakes are noted, so that all of them are told in one go.
pub(crate) type Faults = Vec<Fault>;

/// Behind so many mistakes, unknown keys are told without the nearest known one.
const HELPED_MAX: usize = 200;

/// A value of the document and the way to it.
#[derive(Debug, Clone)]
pub(crate) struct Spot<'doc> {
    pub(crate) node: &'doc Node,
    pub(crate) at: At,
}

/// The entries of a table of which only some keys mean something.
#[derive(Debug)]
pub(crate) struct Fields<'doc> {
    table: &'doc Table,
    at: At,
    owner: &'static str,
}

/// The readers return `None` if the value is something else; that is then noted.
impl<'doc> Spot<'doc> {
    /// The value `node` at `at`.
    pub(crate) fn new(node: &'doc Node, at: At) -> Self {
        Self { node, at }
    }

    /// The entry `key` of this table, if there is one.
    pub(crate) fn key(&self, key: &str) -> Option<Self> {
        match &self.node.value {
            Value::Table(table) => table.entry(key).map(|entry| Self::new(&entry.node, self.at.key(key))),
            _ => None,
        }
    }

    /// Whether this is a table with the key `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        matches!(&self.node.value, Value::Table(table) if table.entry(key).is_some())
    }

    /// The text, if this is one.
    pub(crate) fn text(&self) -> Option<&'doc str> {
        match &self.node.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Notes that something else is written than is `wanted`, and gives nothing.
    pub(crate) fn wrong<T>(&self, wanted: &str, faults: &mut Faults) -> Option<T> {
        if self.node.value != Value::Broken {
            let message = format!("{wanted} belongs here, not {}", self.node.described());
            faults.push(Fault::mistake("wrong-type", self.at.clone(), message));
        }
        None
    }

    /// The table with its keys, each checked to be one of `known`; `owner` says of what.
    pub(crate) fn fields(&self, owner: &'static str, known: &[&str], faults: &mut Faults) -> Option<Fields<'doc>> {
        let table = self.table(&format!("the table of {owner}"), faults)?;
        for entry in table.entries() {
            if !known.contains(&entry.key.as_str()) {
                let at = self.at.key(&entry.key).on_key();
                // Nobody reads so many, and looking for the nearest key takes long.
                let near = if faults.len() < HELPED_MAX { known } else { &[] };
                faults.push(unknown_key(owner, &entry.key, at, near));
            }
        }
        Some(Fields {
            table,
            at: self.at.clone(),
            owner,
        })
    }

    /// The table.
    pub(crate) fn table(&self, wanted: &str, faults: &mut Faults) -> Option<&'doc Table> {
        let Value::Table(table) = &self.node.value else {
            return self.wrong(wanted, faults);
        };
        Some(table)
    }

    /// Keys and values of a table whose keys are names that the author chose.
    pub(crate) fn named(&self, wanted: &str, faults: &mut Faults) -> impl Iterator<Item = (Name, Self)> + use<'doc> {
        let at = self.at.clone();
        let entries = self.table(wanted, faults).map_or(&[][..], Table::entries);
        entries.iter().map(move |entry| {
            let below = at.key(&entry.key);
            let name = Name {
                text: entry.key.clone(),
                at: below.clone().on_key(),
            };
            (name, Self::new(&entry.node, below))
        })
    }

    /// The items of a list.
    pub(crate) fn items(&self, wanted: &str, faults: &mut Faults) -> Option<Vec<Self>> {
        let Value::Array(items) = &self.node.value else {
            return self.wrong(wanted, faults);
        };
        let items = items.iter().enumerate();
        Some(
            items
                .map(|(position, node)| Self::new(node, self.at.item(position)))
                .collect(),
        )
    }

    /// A text.
    pub(crate) fn string(&self, wanted: &str, faults: &mut Faults) -> Option<String> {
        let Some(text) = self.text() else {
            return self.wrong(wanted, faults);
        };
        Some(text.to_owned())
    }

    /// The name of something, wherever that is defined.
    pub(crate) fn name(&self, wanted: &str, faults: &mut Faults) -> Option<Name> {
        self.string(wanted, faults).map(|text| Name {
            text,
            at: self.at.clone(),
        })
    }

    /// A whole number.
    pub(crate) fn integer(&self, wanted: &str, faults: &mut Faults) -> Option<i64> {
        let Value::Integer(number) = self.node.value else {
            return self.wrong(wanted, faults);
        };
        Some(number)
    }

    /// Yes or no.
    pub(crate) fn boolean(&self, faults: &mut Faults) -> Option<bool> {
        let Value::Boolean(answer) = self.node.value else {
            return self.wrong("`true` or `false`", faults);
        };
        Some(answer)
    }

    /// A day, written as a TOML date or as a text.
    pub(crate) fn date(&self, faults: &mut Faults) -> Option<Date> {
        match &self.node.value {
            Value::Date(date) => Some(*date),
            Value::String(text) => {
                let date = date(text);
                if date.is_none() {
                    let (code, message) = if is_date_shaped(text) {
                        ("bad-date", format!("`{text}` is not a day of the calendar"))
                    } else {
                        ("bad-notation", format!("{text:?} is not a date"))
                    };
                    let fault = Fault::mistake(code, self.at.clone(), message);
                    faults.push(fault.help("write year, month and day: `2026-01-31`"));
                }
                date
            }
            _ => self.wrong("a date such as `2026-01-31`", faults),
        }
    }
}

impl<'doc> Fields<'doc> {
    /// The entry `key`, if there is one.
    pub(crate) fn get(&self, key: &str) -> Option<Spot<'doc>> {
        self.table
            .entry(key)
            .map(|entry| Spot::new(&entry.node, self.at.key(key)))
    }

    /// The entry `key`, which has to be there.
    pub(crate) fn require(&self, key: &str, faults: &mut Faults) -> Option<Spot<'doc>> {
        let entry = self.get(key);
        if entry.is_none() {
            let message = format!("{} needs `{key}`", self.owner);
            let at = self.at.clone().on_key();
            faults.push(Fault::mistake("missing-key", at, message));
        }
        entry
    }

    /// The first two keys of `keys` that are both there are noted as a conflict.
    pub(crate) fn refuse_both(&self, keys: [&str; 2], why: &str, faults: &mut Faults) -> bool {
        let both = keys.iter().all(|key| self.table.entry(key).is_some());
        if both {
            let message = format!("`{}` and `{}` exclude each other", keys[0], keys[1]);
            let at = self.at.key(keys[1]).on_key();
            faults.push(Fault::mistake("conflict", at, message).help(why));
        }
        both
    }

    /// A text, if the key is there.
    pub(crate) fn string(&self, key: &str, faults: &mut Faults) -> Option<String> {
        self.get(key)?.string("a text", faults)
    }

    /// A day with its place, if the key is there.
    pub(crate) fn date(&self, key: &str, faults: &mut Faults) -> Option<(Date, At)> {
        let spot = self.get(key)?;
        spot.date(faults).map(|date| (date, spot.at))
    }

    /// Where the table is.
    pub(crate) fn at(&self) -> &At {
        &self.at
    }
}

/// A key that means nothing in the table of `owner`.
pub(crate) fn unknown_key(owner: &str, key: &str, at: At, known: &[&str]) -> Fault {
    let fault = Fault::mistake("unknown-key", at, format!("{owner} has no key `{key}`"));
    let fault = fault.nearest(key, known.iter().copied());
    if fault.help.is_some() || known.is_empty() {
        return fault;
    }
    let mut all: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
    let last = all.pop().unwrap_or_default();
    let all = if all.is_empty() {
        last
    } else {
        format!("{} and {last}", all.join(", "))
    };
    fault.help(format!("it can have {all}"))
}

/// Notes if `name` cannot be the name of anything.
pub(crate) fn check_id(what: &str, name: &Name, faults: &mut Faults) {
    if !is_id(&name.text) {
        let message = format!("`{}` cannot be the name of {what}", name.text);
        let fault = Fault::mistake("bad-notation", name.at.clone(), message);
        let help = "a name begins with a letter or `_` and has only A–Z, a–z, 0–9, `_` and `-`";
        faults.push(fault.help(help));
    }
}

/// Whether `text` is a name: `[A-Za-z_][A-Za-z0-9_-]*`.
pub(crate) fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

/// The day `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Option<Date> {
    is_date_shaped(text).then(|| text.parse().ok()).flatten()
}

/// Whether `text` is written as a day, of the calendar or not.
pub(crate) fn is_date_shaped(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
