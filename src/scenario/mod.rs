//! The scenario file: text in, journey out, and every mistake with its place.

mod check;
mod judge;
mod notation;
mod place;
pub mod schema;
mod select;
mod spot;
mod syntax;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::clock::{Duration, Period};
use crate::journey::draft::Draft;
use crate::journey::{self, Journey};
use crate::problem::{Fault, Problems, Severity};

use check::Sheet;
use place::Typed;
use syntax::Slip;
pub(crate) use syntax::{Document, Entry, Node, Table, Value};

/// In which notation a scenario is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    /// TOML 1.1.
    Toml,
    /// Strict JSON of the same structure.
    Json,
}

impl FileFormat {
    /// The format that the ending of a file's name stands for: JSON for `.json`, else TOML.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if ending.eq_ignore_ascii_case("json") {
            Self::Json
        } else {
            Self::Toml
        }
    }
}

/// The length of time that `text` stands for in the notation of a scenario, if it is one.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    notation::duration::parse(text)
}

/// What was asked for on top of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Names of variants in the order they apply; `A+B` is short for both.
    pub variants: Vec<String>,
    /// Changes as typed: `PATH=CHANGE`.
    pub set: Vec<String>,
    /// Levers as typed, `PATH=LO to HI`, besides those of the file.
    pub levers: Vec<String>,
    /// Targets as typed, `won >= 2500` or `won >= 900 in 2026-Q4`, besides those of the file. Each
    /// is called what was typed.
    pub targets: Vec<String>,
    /// What the forecast reports by, instead of what the file says.
    pub period: Option<Period>,
    /// The last day of the forecast, instead of what the file says.
    pub end: Option<Date>,
}

/// The results of this many replications still fit in memory.
pub const REPLICATIONS_MAX: u64 = 1_000_000;

/// What `[run]` says: how to run the scenario unless the command line says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunDefaults {
    /// Number of replications.
    pub replications: Option<u32>,
    /// Seed of all randomness.
    pub seed: Option<u64>,
}

/// A what-if of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub id: String,
    /// A remark.
    pub note: Option<String>,
}

/// A scenario file that could be read; what it says may still be wrong.
#[derive(Debug)]
pub struct Scenario {
    document: Document,
    sheet: Sheet,
    sha256: String,
    /// What is wrong with the shape of the file, found while reading.
    slips: Vec<Slip>,
    faults: Vec<Fault>,
}

impl Scenario {
    /// Reads the `bytes` of a file called `name`, whatever they are.
    ///
    /// # Errors
    ///
    /// If the text cannot be taken apart into keys and values.
    pub fn read(name: &str, bytes: &[u8], format: FileFormat) -> Result<Self, Problems> {
        let reading = Document::read(name, bytes, format);
        if reading.torn {
            return Err(place::problems(&reading.document, &Typed::none(), &reading.slips, &[]));
        }
        let (sheet, faults) = check::sheet(&reading.document);
        Ok(Self {
            document: reading.document,
            sheet,
            sha256: hexadecimal(&Sha256::digest(bytes)),
            slips: reading.slips,
            faults,
        })
    }

    /// The file as it was called when it was read.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.document.name
    }

    /// The name of the scenario: its own, or that of the file without its ending.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.sheet.base.name
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// SHA-256 of the file's bytes, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The what-ifs, in the order of the file.
    pub fn variants(&self) -> impl Iterator<Item = Variant> {
        self.sheet.variants.iter().map(|variant| Variant {
            id: variant.id.text.clone(),
            note: variant.note.clone(),
        })
    }

    /// Paths of `[levers]`, in the order of the file.
    #[must_use]
    pub fn levers(&self) -> Vec<String> {
        let levers = self.sheet.base.levers.iter();
        levers.map(|it| it.path.text.clone()).collect()
    }

    /// What `[run]` says.
    #[must_use]
    pub fn run(&self) -> RunDefaults {
        self.sheet.run
    }

    /// The scenario with what was asked for merged in, before anything is checked that needs two
    /// parts of the file.
    ///
    /// # Errors
    ///
    /// If a key or value of the file is not understood, or if the selection is not.
    pub fn draft(&self, selection: &Selection) -> Result<Draft, Problems> {
        let (draft, typed, faults) = select::draft(&self.sheet, selection);
        let faults = [self.faults.clone(), faults].concat();
        let problems = place::problems(&self.document, &typed, &self.slips, &faults);
        if problems.stops() { Err(problems) } else { Ok(draft) }
    }

    /// The journey of the scenario with what was asked for merged in, and warnings.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, also in variants that were not asked for, and in what was asked
    /// for.
    pub fn journey(&self, selection: &Selection) -> Result<(Journey, Problems), Problems> {
        let mut faults = self.faults.clone();
        let journey = self.examine(selection, &mut faults);
        let typed = Typed::new(selection);
        let asked = place::problems(&self.document, &typed, &self.slips, &faults);
        // Warnings are told of what was asked for only.
        let mut elsewhere = self.faults_but_of(Some(selection));
        elsewhere.retain(|it| it.severity == Severity::Mistake);
        faults.extend(elsewhere);
        let problems = place::problems(&self.document, &typed, &self.slips, &faults);
        match journey {
            Some(journey) if !problems.stops() => Ok((journey, asked)),
            _ => Err(problems),
        }
    }

    /// Everything that is wrong with the file: its shape, and what it means with and without each
    /// of its variants.
    #[must_use]
    pub fn check(&self) -> Problems {
        let faults = [self.faults.clone(), self.faults_but_of(None)].concat();
        place::problems(&self.document, &Typed::none(), &self.slips, &faults)
    }

    /// What is wrong with what the file means, with and without each of its variants, but for what
    /// was looked at already.
    fn faults_but_of(&self, known: Option<&Selection>) -> Vec<Fault> {
        let variants = self.sheet.variants.iter().map(|variant| Selection {
            variants: vec![variant.id.text.clone()],
            ..Selection::default()
        });
        let mut faults = Vec::new();
        for selection in std::iter::once(Selection::default()).chain(variants) {
            if known != Some(&selection) {
                self.examine(&selection, &mut faults);
            }
        }
        faults
    }

    /// The journey that was asked for, if there is one; what is wrong with it is added to `faults`.
    fn examine(&self, selection: &Selection, faults: &mut Vec<Fault>) -> Option<Journey> {
        let (draft, _, misread) = select::draft(&self.sheet, selection);
        let mut shape = judge::broken(&self.document);
        let mistakes = self.faults.iter().chain(&misread);
        let mistakes = mistakes.filter(|it| it.severity == Severity::Mistake);
        shape.extend(mistakes.map(|it| it.at.clone()));
        faults.extend(misread);
        if draft.steps.is_empty() {
            return None;
        }
        let (journey, found) = match journey::build(&draft) {
            Ok(built) => (Some(built.journey), built.warnings),
            Err(found) => (None, judge::first_causes(found)),
        };
        let found = select::at_their_origin(found, &self.sheet, selection);
        faults.extend(judge::independent(found, &shape, &self.document));
        journey
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
