//! Data flows one way and imports the other; every library has one home.

use std::collections::BTreeMap;
use std::path::Path;

/// What each module may import from this crate. `lib.rs` only declares modules.
const ARROWS: [(&str, &[&str]); 15] = [
    ("main", &["cli"]),
    ("lib", &[]),
    ("clock", &[]),
    ("problem", &[]),
    ("special", &[]),
    ("random", &["special"]),
    ("journey", &["clock", "problem", "random", "special"]),
    ("scenario", &["journey", "clock", "problem"]),
    ("plan", &["journey", "clock", "random"]),
    ("engine", &["plan", "journey", "clock", "random"]),
    ("forecast", &["engine", "plan", "journey", "clock", "special"]),
    ("study", &["forecast", "engine", "plan", "journey", "clock", "random"]),
    (
        "fit",
        &[
            "study", "forecast", "engine", "plan", "scenario", "journey", "clock", "problem", "random", "special",
        ],
    ),
    ("report", &["fit", "study", "forecast", "journey", "clock", "problem"]),
    (
        "cli",
        &[
            "report", "fit", "study", "forecast", "engine", "plan", "scenario", "journey", "clock", "problem",
        ],
    ),
];

/// Where a library or a part of the standard one may be used, by the beginning of the path.
const HOMES: [(&str, &[&str]); 24] = [
    ("rayon", &["engine/replicate"]),
    ("flate2", &["fit/event_log/read"]),
    ("bytes", &["fit/event_log/parquet"]),
    ("parquet", &["fit/event_log/parquet"]),
    ("quick_xml", &["fit/event_log/xes"]),
    ("plotters", &["report/chart"]),
    ("resvg", &["report/chart"]),
    ("notosans", &["report/chart"]),
    ("annotate_snippets", &["report/diagnostic"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("anyhow", &["cli"]),
    ("anstream", &["cli"]),
    ("ctrlc", &["cli"]),
    ("indicatif", &["cli"]),
    ("tempfile", &["cli"]),
    ("petgraph", &["journey", "plan/compile"]),
    ("jsonc_parser", &["scenario/syntax"]),
    ("serde_json", &["scenario", "report"]),
    ("rand", &["random"]),
    ("statrs", &["special"]),
    // Only the command line touches the world.
    ("std::fs", &["cli"]),
    ("std::env", &["cli"]),
    ("std::process", &["cli", "main"]),
];

/// A file of `src`: its path without `.rs`, and its text.
type File = (String, String);

fn files() -> Vec<File> {
    fn add(folder: &Path, prefix: &str, files: &mut Vec<File>) {
        for entry in std::fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
            if path.is_dir() {
                add(&path, &format!("{prefix}{name}/"), files);
            } else if path.extension().is_some_and(|it| it == "rs") {
                files.push((
                    format!("{prefix}{name}"),
                    std::fs::read_to_string(&path).expect("it is text"),
                ));
            }
        }
    }
    let mut files = Vec::new();
    add(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), "", &mut files);
    files.sort();
    files
}

/// The code that ships: without comments, and without what is for tests only.
fn shipped(files: &[File]) -> Vec<(&str, String)> {
    let declared = files.iter().flat_map(|(path, text)| {
        let folder = path.strip_suffix("/mod").unwrap_or(path);
        let lines: Vec<&str> = text.lines().collect();
        let for_tests = lines.windows(2).filter(|it| it[0] == "#[cfg(test)]");
        let names = for_tests.filter_map(|it| {
            it[1]
                .trim_start_matches("pub(crate) ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
        });
        names.map(|it| format!("{folder}/{it}")).collect::<Vec<_>>()
    });
    let for_tests: Vec<String> = declared.collect();
    let is_for_tests = |path: &str| {
        for_tests
            .iter()
            .any(|it| path == it || path.starts_with(&format!("{it}/")))
    };
    let ships = files.iter().filter(|it| !is_for_tests(&it.0));
    ships.map(|(path, text)| (path.as_str(), without_tests(text))).collect()
}

fn without_tests(text: &str) -> String {
    let code: Vec<&str> = text
        .lines()
        .map(|it| it.split("//").next().unwrap_or_default())
        .collect();
    let tests = code
        .windows(2)
        .position(|it| it[0].trim() == "#[cfg(test)]" && it[1].starts_with("mod tests {"));
    code[..tests.unwrap_or(code.len())].join("\n")
}

/// The names behind every `prefix`, braces included.
fn names_behind(code: &str, prefix: &str) -> Vec<String> {
    let is_name = |it: char| it.is_alphanumeric() || it == '_';
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].ends_with(|it: char| is_name(it) || it == ':') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.push(rest.chars().take_while(|it| is_name(*it)).collect());
            continue;
        };
        let (mut depth, mut is_first, mut name) = (0, true, String::new());
        for letter in list.chars() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => is_first = true,
                _ if depth == 0 && is_name(letter) && is_first => name.push(letter),
                _ if !name.is_empty() => {
                    names.push(std::mem::take(&mut name));
                    is_first = false;
                }
                _ => {}
            }
            if letter == ',' && !name.is_empty() {
                names.push(std::mem::take(&mut name));
            }
        }
        names.extend(Some(name).filter(|it| !it.is_empty()));
    }
    names
}

/// All arrows between modules that `ARROWS` does not draw, as `from → to (in file)`.
fn undrawn(files: &[File]) -> Vec<String> {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into();
    let mut undrawn = Vec::new();
    for (path, code) in shipped(files) {
        let module = path.split('/').next().expect("a path has a first part");
        let Some(may) = arrows.get(module) else {
            undrawn.push(format!("nobody has said what {module} may import"));
            continue;
        };
        let depth = path.strip_suffix("/mod").unwrap_or(path).split('/').count();
        let to_root = ["crate::".to_owned(), "forksight::".to_owned(), "super::".repeat(depth)];
        for name in to_root.iter().flat_map(|it| names_behind(&code, it)) {
            let is_module = files.iter().any(|it| it.0.split('/').next() == Some(&name));
            if is_module && name != module && !may.contains(&name.as_str()) {
                undrawn.push(format!("{module} → {name} (in src/{path}.rs)"));
            }
        }
    }
    undrawn
}

/// All uses of a library away from home.
fn strays(files: &[File]) -> Vec<String> {
    let mut strays = Vec::new();
    for (path, code) in shipped(files) {
        for (library, homes) in HOMES {
            let uses = [format!("{library}::"), format!("use {library};"), format!("{library}!")];
            let is_used = uses.iter().any(|it| {
                let whole =
                    |at: usize| !code[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == ':');
                code.match_indices(it.as_str()).any(|(at, _)| whole(at))
            });
            if is_used && !homes.iter().any(|it| path.starts_with(it)) {
                strays.push(format!("{library} in src/{path}.rs"));
            }
        }
    }
    strays
}

#[test]
fn imports_follow_the_arrows() {
    assert_eq!(undrawn(&files()), Vec::<String>::new());
}

#[test]
fn every_library_has_one_home() {
    assert_eq!(strays(&files()), Vec::<String>::new());
}

#[test]
fn an_arrow_that_nobody_drew_is_seen() {
    let planted = |path: &str, code: &str| {
        let mut files = files();
        files.push((path.to_owned(), code.to_owned()));
        undrawn(&files)
    };
    for (path, code, arrow) in [
        (
            "engine/planted",
            "use crate::forecast::Forecast;",
            "engine → forecast (in src/engine/planted.rs)",
        ),
        (
            "plan/planted",
            "use crate::{clock::Clock, engine};",
            "plan → engine (in src/plan/planted.rs)",
        ),
        (
            "journey/mod",
            "use super::scenario;",
            "journey → scenario (in src/journey/mod.rs)",
        ),
        (
            "journey/law/planted",
            "use super::super::super::plan::Plan;",
            "journey → plan (in src/journey/law/planted.rs)",
        ),
        (
            "clock",
            "fn now() -> crate::random::Key { panic!() }",
            "clock → random (in src/clock.rs)",
        ),
        (
            "scenario/planted",
            "use crate::{journey::{self, Journey}, report::text};",
            "scenario → report (in src/scenario/planted.rs)",
        ),
        ("stranger", "", "nobody has said what stranger may import"),
    ] {
        assert_eq!(planted(path, code), [arrow]);
    }
    assert_eq!(
        planted("plan/planted", "use crate::{clock::Clock, journey::{self, Journey}};"),
        Vec::<String>::new()
    );
    assert_eq!(
        planted(
            "plan/planted",
            "// crate::engine\n#[cfg(test)]\nmod tests {\nuse crate::cli;\n}"
        ),
        Vec::<String>::new()
    );
}

#[test]
fn a_library_away_from_home_is_seen() {
    let planted = |path: &str, code: &str| strays(&[(path.to_owned(), code.to_owned())]);
    assert_eq!(
        planted("engine/cohort", "use rayon::prelude::*;"),
        ["rayon in src/engine/cohort.rs"]
    );
    assert_eq!(
        planted("scenario/mod", "let text = std::fs::read(path);"),
        ["std::fs in src/scenario/mod.rs"]
    );
    assert_eq!(
        planted("engine/replicate", "use rayon::prelude::*;"),
        Vec::<String>::new()
    );
    assert_eq!(planted("journey/law", "let it = operand::new();"), Vec::<String>::new());
}
