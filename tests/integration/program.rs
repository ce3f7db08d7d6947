//! The program as somebody runs it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) const TEMPLATES: [&str; 6] = [
    "fork-in-the-road",
    "saas-trial",
    "web-shop",
    "b2b-inbound",
    "customer-lifecycle",
    "island-lodging",
];

pub(crate) fn forksight(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forksight"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .env_remove("CLICOLOR_FORCE");
    command
}

pub(crate) fn output(arguments: &[&str]) -> Output {
    forksight(arguments).output().expect("the program starts")
}

pub(crate) fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the program writes UTF-8")
}

pub(crate) fn scenario(name: &str) -> String {
    format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder is readable")
        .map(|it| it.expect("it is readable").file_name())
        .map(|it| it.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Fails with `expected` and exactly one line on stderr that names what it is about.
pub(crate) fn check_one_line(output: &Output, expected: i32, about: &str) {
    let said = text(&output.stderr);
    assert_eq!(code(output), Some(expected), "{said}");
    assert_eq!(text(&output.stdout), "");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("error: ") && said.contains(about), "{said}");
    assert!(!said.contains("os error"), "{said}");
}

/// All keys of a JSON value, at every depth.
fn keys(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            named.insert(key.clone());
            keys(value, named);
        }),
        Value::Array(items) => items.iter().for_each(|it| keys(it, named)),
        _ => {}
    }
}

/// Checks that every key of a result, of which there are more than a few, stands in backticks on one of
/// the pages of the format.
pub(crate) fn check_documented(result: &Value, pages: &[&str], more_than: usize) {
    let page = |name: &&str| {
        let path = format!("{}/docs/{name}.md", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(path).expect("the page is there")
    };
    let pages: String = pages.iter().map(page).collect();
    let mut named = BTreeSet::new();
    keys(result, &mut named);
    assert!(named.len() > more_than, "{named:?}");
    for key in named {
        assert!(pages.contains(&format!("`{key}`")), "`{key}` is not documented");
    }
}
