//! The document as drafts: every key known, every value of its type, all mistakes at once.
//!
//! What needs two parts of the file to be told, such as whether a step exists, is told by
//! [`journey::build`](crate::journey).

mod arrivals;
mod branches;
mod customer;
mod goals;
mod header;
mod sections;
mod steps;
mod variants;

use super::RunDefaults;
use super::spot::{Faults, Spot};
use super::syntax::Document;
use crate::journey::draft::Draft;
use crate::problem::At;

pub(crate) use goals::typed_target;
pub(crate) use header::undated;
pub(crate) use variants::VariantDraft;

/// Everything a document says, part by part.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sheet {
    /// The scenario without any variant.
    pub(crate) base: Draft,
    /// The what-ifs, in the order of the file.
    pub(crate) variants: Vec<VariantDraft>,
    /// What `[run]` says.
    pub(crate) run: RunDefaults,
}

/// What a document says, as far as it can be read, and what is wrong with it.
pub(crate) fn sheet(document: &Document) -> (Sheet, Faults) {
    let mut faults = Faults::new();
    let top = Spot::new(&document.root, At::top());
    let fields = top.fields("a scenario", &header::KEYS, &mut faults);
    let fields = fields.expect("the top of a document is a table");
    header::check_format(&fields, &mut faults);
    let base = header::draft(&fields, &document.name, &mut faults);
    let variants = variants::variants(&fields, &mut faults);
    let run = header::run(&fields, &mut faults);
    let sheet = Sheet { base, variants, run };
    (sheet, faults)
}
