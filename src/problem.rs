//! A mistake (or a warning) in somebody's file: what is wrong, where, and what to do about it.
//!
//! The journey says *which entry* of the file is at fault ([`At`]); the scenario layer, which
//! knows the text, turns that into file, line and column ([`Problem`]).

use std::fmt;
use std::ops::Range;

/// One step on the way from the top of a document to one of its entries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// The entry of a table with this key.
    Key(String),
    /// The item of a list with this position, from 0.
    Item(usize),
}

/// An entry of a document: the keys and positions that lead to it.
///
/// `At::top().key("steps").key("visit").key("branches").item(2).key("to")` is the target of the
/// third branch of the step `visit`. Changes typed on the command line are entries of the
/// pseudo-list `--set`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct At {
    /// From the top of the document to the entry.
    pub parts: Vec<Part>,
    /// Whether the key itself is at fault rather than its value.
    pub on_key: bool,
    /// The bytes inside a string value that are at fault, if not all of it.
    pub within: Option<Range<usize>>,
}

impl At {
    /// The document as a whole.
    #[must_use]
    pub fn top() -> Self {
        Self::default()
    }

    /// The entry `key` of the table at this place.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.then(Part::Key(key.into()))
    }

    /// The item `position`, from 0, of the list at this place.
    #[must_use]
    pub fn item(&self, position: usize) -> Self {
        self.then(Part::Item(position))
    }

    /// The key of this entry instead of its value.
    #[must_use]
    pub fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }

    /// These bytes of the string at this place.
    #[must_use]
    pub fn within(mut self, range: Range<usize>) -> Self {
        self.within = Some(range);
        self
    }

    fn then(&self, part: Part) -> Self {
        let mut parts = self.parts.clone();
        parts.push(part);
        Self {
            parts,
            on_key: false,
            within: None,
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Key(key) if at == 0 => write!(out, "{key}")?,
                Part::Key(key) => write!(out, ".{key}")?,
                Part::Item(position) => write!(out, "[{position}]")?,
            }
        }
        Ok(())
    }
}

/// Whether a run has to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The file cannot be used as it is.
    Mistake,
    /// The file can be used, but probably does not say what was meant.
    Warning,
}

/// Something wrong with an entry of a document, not yet placed in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Stable, kebab-case name of the kind of fault, such as `unknown-name`.
    pub code: &'static str,
    /// Whether it stops a run.
    pub severity: Severity,
    /// The entry at fault.
    pub at: At,
    /// What is wrong, in the file's own words: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to do, where that can be guessed.
    pub help: Option<String>,
}

impl Fault {
    /// A mistake.
    #[must_use]
    pub fn mistake(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Mistake,
            at,
            message: message.into(),
            help: None,
        }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            at,
            message: message.into(),
            help: None,
        }
    }

    /// The same with a suggestion.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with `did you mean …?` if one of `names` is close to `typed`.
    #[must_use]
    pub fn nearest<'a>(self, typed: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(typed, names) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// The one of `names` most like `typed`, if any is like it at all.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (likeness(&typed.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name)
}

/// From 0 to 1. What is one slip of the finger away is alike however short it is.
fn likeness(one: &str, other: &str) -> f64 {
    let likeness = strsim::jaro_winkler(one, other);
    let is_short = one.len().min(other.len()) < 6;
    if is_short && one.len() > 1 && strsim::osa_distance(one, other) == 1 {
        likeness.max(0.85)
    } else {
        likeness
    }
}

/// A fault with its place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub fault: Fault,
    /// Which of [`Problems::sources`] it is in.
    pub source: usize,
    /// The bytes of that source to underline.
    pub span: Range<usize>,
}

/// A text that problems point into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// How to name it: the file as given on the command line, `<stdin>` or `--set`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Everything found wrong in one go, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// The texts: the scenario first, then what was typed.
    pub sources: Vec<Source>,
    /// The problems, mistakes and warnings alike.
    pub problems: Vec<Problem>,
    /// How many more mistakes and warnings there are than were kept.
    pub omitted: [usize; 2],
}

impl Problems {
    /// Whether a run has to stop.
    #[must_use]
    pub fn stops(&self) -> bool {
        self.problems.iter().any(|it| it.fault.severity == Severity::Mistake)
    }

    /// Line and column, both from 1, of the first character of `problem`; columns count characters.
    #[must_use]
    pub fn line_and_column(&self, problem: &Problem) -> (usize, usize) {
        let text = &self.sources[problem.source].text;
        let mut at = problem.span.start.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        let line_begins = before.rfind('\n').map_or(0, |at| at + 1);
        (
            before.matches('\n').count() + 1,
            before[line_begins..].chars().count() + 1,
        )
    }
}
