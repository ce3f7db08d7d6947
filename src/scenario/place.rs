//! Where faults are: entries of the document or of what was typed, as bytes of their texts.

use std::collections::BTreeSet;
use std::ops::Range;

use super::FileFormat;
use super::Selection;
use super::syntax::{Document, Node, Slip, Value};
use crate::problem::{At, Fault, Part, Problem, Problems, Severity, Source};

/// More problems than this are only counted.
const KEPT_MAX: usize = 50;

/// Texts that came from the command line.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// Each `--set`.
    pub(super) set: Vec<TypedSet>,
    /// Each `--vary`.
    pub(super) levers: Vec<TypedSet>,
    targets: Vec<String>,
    variants: Vec<String>,
    end: Option<String>,
}

/// A `--set PATH=CHANGE`.
#[derive(Debug)]
pub(super) struct TypedSet {
    /// As typed.
    pub(super) text: String,
    /// The change in it, its bytes counted in `text`.
    pub(super) change: Node,
    /// What is wrong with a change that is written as a table.
    pub(super) slips: Vec<Slip>,
    path: Range<usize>,
}

impl Typed {
    /// Nothing.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// What of `selection` was typed as text.
    pub(super) fn new(selection: &Selection) -> Self {
        Self {
            set: selection.set.iter().map(|text| typed_set(text)).collect(),
            levers: selection.levers.iter().map(|text| typed_set(text)).collect(),
            targets: selection.targets.clone(),
            variants: selection.variants.clone(),
            end: selection.end.map(|end| end.to_string()),
        }
    }

    /// The number of the text that `at` is in, counted behind the document, and its bytes.
    fn place(&self, at: &At) -> Option<(usize, Range<usize>)> {
        let (Part::Key(list), below) = at.parts.split_first()? else {
            return None;
        };
        let item = match below.first() {
            Some(Part::Item(item)) => *item,
            _ => 0,
        };
        let plain = |all: &[String], before: usize| Some((1 + before + item, 0..all.get(item)?.len()));
        let changed = |all: &[TypedSet], before: usize| {
            let text = all.get(item)?;
            let below = below.get(1..).unwrap_or_default();
            let span = text.change.span_of(text.path.clone(), below, at, &text.text);
            Some((1 + before + item, span))
        };
        let counts = [
            self.set.len(),
            self.levers.len(),
            self.targets.len(),
            self.variants.len(),
        ];
        let before = |lists: usize| counts[..lists].iter().sum();
        match list.as_str() {
            "--set" => changed(&self.set, before(0)),
            "--vary" => changed(&self.levers, before(1)),
            "--target" => plain(&self.targets, before(2)),
            "--variant" => plain(&self.variants, before(3)),
            "--end" => plain(self.end.as_slice(), before(4)),
            _ => None,
        }
    }

    /// What was typed, in the order in which [`place`](Self::place) counts.
    fn sources(&self) -> impl Iterator<Item = Source> {
        let source = |name: &str, text: &str| Source {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let set = self.set.iter().map(move |it| source("--set", &it.text));
        let levers = self.levers.iter().map(move |it| source("--vary", &it.text));
        let targets = self.targets.iter().map(move |it| source("--target", it));
        let variants = self.variants.iter().map(move |it| source("--variant", it));
        let end = self.end.iter().map(move |it| source("--end", it));
        set.chain(levers).chain(targets).chain(variants).chain(end)
    }
}

/// Takes a typed change apart: numbers are numbers, `{…}` and quoted texts are TOML, all else is
/// text.
fn typed_set(text: &str) -> TypedSet {
    let (left, right) = text.split_once('=').unwrap_or((text, ""));
    let inside = |part: &str, begins: usize| {
        let blanks = part.len() - part.trim_start().len();
        begins + blanks..begins + blanks + part.trim().len()
    };
    let path = inside(left, 0);
    let change = right.trim();
    let whole = if change.is_empty() {
        0..text.len()
    } else {
        inside(right, left.len() + 1)
    };
    let mut slips = Vec::new();
    let mut node = Node {
        span: whole.clone(),
        value: Value::String(change.to_owned()),
    };
    if change.starts_with(['{', '[', '"', '\'']) {
        // Blanks in front, so that the bytes are those of the typed text.
        let padded = format!("v={}{change}", " ".repeat(whole.start.saturating_sub(2)));
        let reading = Document::read("--set", padded.as_bytes(), FileFormat::Toml);
        slips = reading.slips;
        match &reading.document.root.value {
            Value::Table(table) if slips.is_empty() => {
                if let Some(entry) = table.entry("v") {
                    node = entry.node.clone();
                }
            }
            _ => node.value = Value::Broken,
        }
    }
    TypedSet {
        text: text.to_owned(),
        change: node,
        slips,
        path,
    }
}

/// Faults with their places, each once, in the order of the texts.
pub(super) fn problems(document: &Document, typed: &Typed, slips: &[Slip], faults: &[Fault]) -> Problems {
    let of_slips = slips.iter().map(|(span, fault)| Place {
        source: 0,
        span: span.clone(),
        fault,
    });
    let of_faults = faults.iter().map(|fault| {
        let (source, span) = typed.place(&fault.at).unwrap_or_else(|| (0, document.span(&fault.at)));
        Place { source, span, fault }
    });
    let mut found: Vec<Place> = of_slips.chain(of_faults).collect();
    let mut seen = BTreeSet::new();
    found.retain(|it| seen.insert((it.source, it.span.start, it.fault.code, &it.fault.message)));
    found.sort_by_key(|it| (it.source, it.span.start, it.span.end));
    let mut sources = vec![Source {
        name: document.name.clone(),
        text: document.text.clone(),
    }];
    sources.extend(typed.sources());
    let (problems, omitted) = cut(found);
    Problems {
        sources,
        problems,
        omitted,
    }
}

/// A fault and where it is.
struct Place<'fault> {
    source: usize,
    span: Range<usize>,
    fault: &'fault Fault,
}

/// The first problems, mistakes before warnings, and how many more mistakes and warnings there are.
fn cut(found: Vec<Place<'_>>) -> (Vec<Problem>, [usize; 2]) {
    let is_mistake = |it: &Place<'_>| it.fault.severity == Severity::Mistake;
    let mistakes = found.iter().filter(|it| is_mistake(it)).count();
    let warnings = found.len() - mistakes;
    let mut room = [mistakes.min(KEPT_MAX), warnings.min(KEPT_MAX.saturating_sub(mistakes))];
    let omitted = [mistakes - room[0], warnings - room[1]];
    let kept = found
        .into_iter()
        .filter(|it| {
            let room = &mut room[usize::from(!is_mistake(it))];
            let keep = *room > 0;
            *room = room.saturating_sub(1);
            keep
        })
        .map(|it| Problem {
            fault: it.fault.clone(),
            source: it.source,
            span: it.span,
        })
        .collect();
    (kept, omitted)
}
