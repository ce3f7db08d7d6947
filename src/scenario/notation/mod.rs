//! The small notations inside a scenario: quantities, delays, rates, conditions, changes.
//!
//! Each reader returns `None` for what it cannot read and notes why.

pub(crate) mod change;
pub(crate) mod condition;
mod condition_tokens;
pub(crate) mod cost;
pub(crate) mod delay;
mod distribution;
pub(crate) mod duration;
mod number;
pub(crate) mod quantity;
pub(crate) mod rate;

use super::spot::{Faults, Spot};
use crate::journey::draft::{Cases, Name};
use crate::problem::Fault;

pub(crate) use number::{decimal, number};

/// The table `{ by = "ATTRIBUTE", VALUE = …, else = … }`, its parts read by `read`.
fn cases<'doc, T>(
    spot: &Spot<'doc>,
    faults: &mut Faults,
    mut read: impl FnMut(&Spot<'doc>, &mut Faults) -> Option<T>,
) -> Option<Cases<T>> {
    let mut by = None;
    let mut cases = Vec::new();
    let mut otherwise = None;
    for (key, part) in spot.named("a table", faults) {
        match key.text.as_str() {
            "by" => by = part.name("the name of an attribute, or `arrival`,", faults),
            "else" => otherwise = read(&part, faults).map(Box::new),
            _ => {
                if let Some(part) = read(&part, faults) {
                    cases.push((key, part));
                }
            }
        }
    }
    Some(Cases {
        by: by?,
        cases,
        otherwise,
    })
}

/// The table `{ is = …, source = "…", note = "…" }`: its value, source and note.
fn sourced<'doc>(spot: &Spot<'doc>, faults: &mut Faults) -> Option<(Spot<'doc>, Option<String>, Option<String>)> {
    let fields = spot.fields("a number with a source", &["is", "source", "note"], faults)?;
    let source = fields.string("source", faults);
    let note = fields.string("note", faults);
    Some((fields.require("is", faults)?, source, note))
}

/// A value or what is wrong with its text.
pub(crate) type Parsed<T> = Result<T, Box<Fault>>;

/// Notes a result's fault and keeps its value.
fn noted<T>(result: Parsed<T>, faults: &mut Faults) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(fault) => {
            faults.push(*fault);
            None
        }
    }
}

/// A name written as the value at `spot`.
pub(crate) fn name_at(spot: &Spot<'_>, text: &str) -> Name {
    Name {
        text: text.to_owned(),
        at: spot.at.clone(),
    }
}

#[cfg(test)]
mod testing {
    use super::super::FileFormat;
    use super::super::spot::{Faults, Spot};
    use super::super::syntax::Document;
    use crate::problem::At;

    /// What `read` makes of the TOML value `text`, and what it says is wrong.
    pub(super) fn read<T>(
        text: &str,
        read: impl FnOnce(&Spot<'_>, &mut Faults) -> Option<T>,
    ) -> (Option<T>, Vec<String>) {
        let text = format!("v = {text}");
        let reading = Document::read("test.toml", text.as_bytes(), FileFormat::Toml);
        assert!(reading.slips.is_empty(), "{:?}", reading.slips);
        let top = Spot::new(&reading.document.root, At::top());
        let mut faults = Faults::new();
        let value = read(&top.key("v").expect("it is there"), &mut faults);
        let told = faults.iter().map(|it| {
            let help = it.help.as_deref().unwrap_or("");
            format!("{}: {} ({help})", it.code, it.message)
        });
        (value, told.collect())
    }
}
