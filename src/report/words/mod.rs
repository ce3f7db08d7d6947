//! A journey read back in words: every number, every delay, and where they come from.

mod amount;
mod arrivals;
mod assumptions;
mod chance;
mod changes;
mod delay;
mod engines;
mod entries;
mod size;
mod steps;

use owo_colors::OwoColorize as _;

use super::notation::Roles;
use super::text::TextStyle;
use super::text::words::wrap;
use crate::journey::Journey;

use amount::Voice;
pub use assumptions::{Assumed, Certainty, assumptions};
pub(crate) use chance::{Chances, ForkChances};
pub(crate) use changes::lever;
pub(crate) use delay::short as short_delay;
pub use engines::engines;
pub use size::{Expected, memory, size};

/// A part of a reading: what is told under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// What it is about.
    pub heading: String,
    /// What there is to say, in the order of the file.
    pub entries: Vec<Entry>,
}

/// What is told about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What fits beside its name; may be empty.
    pub text: String,
    /// What is told below it, sentence by sentence.
    pub lines: Vec<String>,
}

/// Everything a journey says, in the order of its file. Nothing is told about what it lacks.
#[must_use]
pub fn read_back(journey: &Journey) -> Vec<Passage> {
    let roles = Roles::of(journey);
    let voice = Voice::new(journey, &roles);
    let passages = [
        ("Who arrives", arrivals::streams(&voice)),
        ("Who is under way at the beginning", arrivals::pipeline(&voice)),
        ("What is known of customers", entries::attributes(&voice)),
        ("Values", entries::values(&voice)),
        ("Products", entries::products(&voice)),
        ("Budgets", entries::budgets(&voice)),
        ("Steps", steps::steps(&voice)),
        ("Changes", changes::changes(&voice)),
        ("Targets", changes::targets(journey)),
        ("Levers", changes::levers(&voice)),
    ];
    let told = passages.into_iter().filter(|(_, entries)| !entries.is_empty());
    told.map(|(heading, entries)| Passage {
        heading: heading.to_owned(),
        entries,
    })
    .collect()
}

/// Narrower than this nothing can be said in a line.
const WIDTH_MIN: usize = 40;

/// The passages as text, each after an empty line.
#[must_use]
pub fn render(passages: &[Passage], style: TextStyle) -> String {
    let mut text = String::new();
    for passage in passages {
        text.push('\n');
        text.push_str(&heading(&passage.heading, style.colour));
        text.push('\n');
        for entry in &passage.entries {
            let told = match (entry.name.as_str(), entry.text.as_str()) {
                (name, "") => name.to_owned(),
                (name, told) => format!("{name}: {told}"),
            };
            paragraph(&mut text, &told, 2, style.width);
            for line in &entry.lines {
                paragraph(&mut text, line, 4, style.width);
            }
        }
    }
    text
}

fn heading(heading: &str, colour: bool) -> String {
    if colour {
        heading.bold().to_string()
    } else {
        heading.to_owned()
    }
}

/// Lines of at most `width`; those after the first are set in further than `indent`.
fn paragraph(text: &mut String, told: &str, indent: usize, width: usize) {
    let told: String = told.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    // What belongs together stays on one line.
    let told = told
        .replace(" % sure", "\u{a0}%\u{a0}sure")
        .replace(" %", "\u{a0}%")
        .replace("9 in 10", "9\u{a0}in\u{a0}10");
    let deep = indent + 4;
    let room = width.max(WIDTH_MIN) - deep;
    for (at, line) in wrap(&[told], room).iter().enumerate() {
        let indent = if at == 0 { indent } else { deep };
        text.push_str(&" ".repeat(indent));
        text.push_str(&line.replace('\u{a0}', " "));
        text.push('\n');
    }
}

/// `source` and `note` of something, as they are told behind it.
fn remarks(source: Option<&str>, note: Option<&str>) -> String {
    let source = source.map(|it| format!(" · source: {it}"));
    let note = note.map(|it| format!(" · note: {it}"));
    source.unwrap_or_default() + &note.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{SHIPPED, journey_of};

    #[test]
    fn every_shipped_scenario_reads_well() {
        for (name, text) in SHIPPED {
            let style = TextStyle {
                colour: false,
                width: 100,
            };
            let read = render(&read_back(&journey_of(text)), style);
            insta::assert_snapshot!(name, read);
        }
    }

    #[test]
    fn every_width_is_kept() {
        for width in [0, 40, 60, 200] {
            let style = TextStyle { colour: false, width };
            for (_, text) in SHIPPED {
                let read = render(&read_back(&journey_of(text)), style);
                let longest = read.lines().map(|it| it.chars().count()).max();
                assert!(longest <= Some(width.max(WIDTH_MIN)), "{read}");
            }
        }
    }
}
