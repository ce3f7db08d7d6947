//! Every file in `tests/problems` has exactly the mistakes that it says it has, at their places.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use forksight::problem::Problems;
use forksight::report::diagnostic;
use forksight::scenario::{FileFormat, Scenario};

/// A file with mistakes, and those that it says it has.
pub(crate) struct Broken {
    /// Its name without the folder.
    pub(crate) name: String,
    /// All of it, whatever it is.
    pub(crate) bytes: Vec<u8>,
    /// Its mistakes, such as `unknown-name at 6:20`, in the order of the text.
    expected: Vec<String>,
    /// Whether the schema for editors sees one of them.
    pub(crate) is_seen_by_schema: bool,
}

/// Every file in `tests/problems`, by name.
pub(crate) fn corpus() -> Vec<Broken> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/problems");
    crate::program::names(&folder)
        .into_iter()
        .filter(|name| !name.ends_with(".expect"))
        .map(|name| {
            let bytes = fs::read(folder.join(&name)).expect("it is readable");
            // JSON has no comments, and an empty file has room for nothing.
            let beside = fs::read_to_string(folder.join(format!("{name}.expect")));
            let header = beside.unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned());
            let lines = header.lines().filter_map(|line| line.strip_prefix("# expect: "));
            Broken {
                is_seen_by_schema: lines.clone().any(|line| line.ends_with(" schema")),
                expected: lines.map(|line| line.trim_end_matches(" schema").to_owned()).collect(),
                name,
                bytes,
            }
        })
        .collect()
}

/// What `check` finds.
fn problems(broken: &Broken) -> Problems {
    let format = FileFormat::of(&broken.name);
    match Scenario::read(&broken.name, &broken.bytes, format) {
        Ok(scenario) => scenario.check(),
        Err(problems) => problems,
    }
}

#[test]
fn every_mistake_is_told_at_its_place_and_no_other() {
    let corpus = corpus();
    assert!(corpus.len() > 200);
    let mut wrong = String::new();
    for broken in &corpus {
        assert!(!broken.expected.is_empty(), "{} expects nothing", broken.name);
        let problems = problems(broken);
        let told = problems.problems.iter().map(|problem| {
            let (line, column) = problems.line_and_column(problem);
            format!("{} at {line}:{column}", problem.fault.code)
        });
        let told: Vec<String> = told.collect();
        if told != broken.expected {
            writeln!(wrong, "{}: told {told:?}, expected {:?}", broken.name, broken.expected).expect("it is text");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Wording is reviewed here: read the snapshot as somebody who has made the mistake.
#[test]
fn mistakes_read_well() {
    let mut pages = String::new();
    for broken in corpus() {
        pages.push_str(&diagnostic::render(&problems(&broken), false));
        pages.push('\n');
    }
    insta::assert_snapshot!(pages);
}
