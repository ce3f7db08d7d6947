//! Every path that is listed can be changed, and every value is listed as a file would write it.

use forksight::journey::Journey;
use forksight::report::paths::{PathRow, rows};
use forksight::scenario::{FileFormat, Scenario, Selection};

use crate::program::{TEMPLATES, output, scenario, text};

fn read(name: &str) -> Scenario {
    let path = scenario(name);
    let bytes = std::fs::read(&path).expect("it is there");
    Scenario::read(&path, &bytes, FileFormat::Toml).expect("it is TOML")
}

fn with(scenario: &Scenario, set: &str) -> Journey {
    let selection = Selection {
        set: vec![set.to_owned()],
        ..Selection::default()
    };
    match scenario.journey(&selection) {
        Ok((journey, _)) => journey,
        Err(problems) => panic!("{set}: {:?}", problems.problems),
    }
}

fn row(journey: &Journey, path: &str) -> PathRow {
    let found = rows(journey).into_iter().find(|it| it.path == path);
    found.expect("the path is still there")
}

#[test]
fn every_listed_path_can_be_multiplied_by_one() {
    for name in TEMPLATES {
        let scenario = read(name);
        let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
        let listed = rows(&journey);
        assert!(!listed.is_empty(), "{name}");
        for row in &listed {
            with(&scenario, &format!("{}=x1", row.path));
        }
    }
}

#[test]
fn every_listed_value_can_be_set_and_is_listed_again() {
    for name in TEMPLATES {
        let scenario = read(name);
        let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
        for listed in rows(&journey) {
            let is_value = !listed.value.contains('…')
                && !listed.value.contains(" observed")
                && !listed.value.ends_with("total")
                && !listed.value.ends_with("totals")
                && !listed.value.starts_with("about ")
                && listed.value != "rest";
            if is_value {
                let set = format!("{}={}", listed.path, listed.value);
                let again = row(&with(&scenario, &set), &listed.path);
                let changed = format!("{} (--set)", listed.value);
                assert!(again.changes.contains(&changed), "{set}: {:?}", again.changes);
            }
        }
    }
}

#[test]
fn paths_are_unique() {
    for name in TEMPLATES {
        let (journey, _) = read(name).journey(&Selection::default()).expect("it is sound");
        let mut paths: Vec<String> = rows(&journey).into_iter().map(|it| it.path).collect();
        let count = paths.len();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), count, "{name}");
    }
}

#[test]
fn changes_of_a_variant_are_listed_with_their_days() {
    let (journey, _) = read("saas-trial")
        .journey(&Selection {
            variants: vec!["webinar_push".to_owned()],
            set: vec!["steps.visit.gone.after=+2d".to_owned()],
            ..Selection::default()
        })
        .expect("it is sound");
    assert_eq!(
        row(&journey, "values.seat").changes,
        ["x1.3 (webinar_push from 2026-06-01)"]
    );
    assert_eq!(row(&journey, "steps.visit.gone.after").changes, ["+2d (--set)"]);
}

#[test]
fn every_format_lists_every_path() {
    for name in TEMPLATES {
        let file = scenario(name);
        let (journey, _) = read(name).journey(&Selection::default()).expect("it is sound");
        let listed = rows(&journey);
        for (format, head) in [("text", 1), ("csv", 1), ("markdown", 2)] {
            let printed = output(&["paths", &file, "--format", format]);
            assert_eq!(printed.status.code(), Some(0));
            let lines = text(&printed.stdout).lines().count();
            assert_eq!(lines, listed.len() + head, "{name} {format}");
        }
        let printed = output(&["paths", &file, "--format", "json"]);
        let read: serde_json::Value = serde_json::from_slice(&printed.stdout).expect("it is JSON");
        assert_eq!(read.as_array().map(Vec::len), Some(listed.len()));
    }
}
