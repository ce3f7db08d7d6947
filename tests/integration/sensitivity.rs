//! `sensitivity` answers in every format, and what it wrote can be drawn.

use std::collections::BTreeSet;
use std::fs;

use forksight::study::Sensitivity;
use serde_json::Value;

use crate::program::{check_one_line, code, names, output, scenario, text};

const BY: &str = "steps.visit.trial.chance,products.licence.price";

#[test]
fn every_format_tells_what_moves_the_result() {
    let file = scenario("saas-trial");
    for (format, begins) in [
        ("text", "SaaS free trial: what moves profit"),
        ("markdown", "# "),
        ("csv", "part,path,what,at,change,other_path,"),
        ("json", "{\n  \"sensitivity\": 1,"),
    ] {
        let run = output(&["sensitivity", &file, "--worlds", "16", "--by", BY, "--format", format]);
        assert_eq!(code(&run), Some(0), "{format}: {}", text(&run.stderr));
        let printed = text(&run.stdout);
        assert!(printed.starts_with(begins), "{format}: {printed}");
        if format == "text" {
            for words in [
                "One at a time",
                "All at once",
                "By trial at",
                "before deciding",
                "engine exact",
            ] {
                assert!(printed.contains(words), "{words}: {printed}");
            }
        }
    }
}

#[test]
fn what_it_wrote_can_be_drawn_again() {
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().to_str().expect("the path is text");
    let typed = [
        "sensitivity",
        &scenario("saas-trial"),
        "--worlds",
        "16",
        "--by",
        BY,
        "--all",
    ];
    let run = output(&[&typed[..], &["--out", out, "--quiet"]].concat());
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    assert_eq!(text(&run.stdout), "");
    assert_eq!(names(folder.path()), ["charts", "sensitivity.csv", "sensitivity.json"]);
    assert_eq!(
        names(&folder.path().join("charts")),
        [
            "by.png",
            "by.svg",
            "shares.png",
            "shares.svg",
            "tornado.png",
            "tornado.svg"
        ]
    );
    let json = format!("{out}/sensitivity.json");
    let bytes = fs::read(&json).expect("it was written");
    let answer: Sensitivity = serde_json::from_slice(&bytes).expect("it reads back");
    assert!(answer.tornado.iter().any(|it| !it.uncertain));
    let options: Vec<&str> = answer
        .information
        .iter()
        .flat_map(|it| &it.options)
        .map(|it| it.option.as_str())
        .collect();
    assert_eq!(options[0], "base");
    assert!(options.len() > 2, "{options:?}");
    for kind in ["tornado", "shares", "by"] {
        let run = output(&["chart", &json, kind]);
        let drawn = fs::read(folder.path().join(format!("charts/{kind}.svg"))).expect("it was written");
        assert!(run.stdout == drawn, "{kind}: {}", text(&run.stderr));
    }
    check_one_line(
        &output(&["chart", &json, "fan"]),
        2,
        "this is a sensitivity, not a forecast",
    );
    let kind = output(&["chart", &scenario("saas-trial"), "tornado"]);
    check_one_line(&kind, 2, "is of a sensitivity");
}

#[test]
fn what_cannot_be_answered_says_why() {
    let file = scenario("saas-trial");
    for (typed, about) in [
        (vec!["--metric", "profits"], "did you mean `profit`?"),
        (vec!["--over", "2031-01"], "outside the forecast"),
        (vec!["--over", "soon"], "no day, week, month, quarter or year"),
        (
            vec!["--by", "steps.visit.trial.chanc,values.seat"],
            "did you mean `steps.visit.trial.chance`?",
        ),
        (
            vec!["--by", "values.seat,steps.webinar.cost"],
            "and `values.seat` is one",
        ),
        (vec!["--precision", "1%"], "knows no --precision"),
    ] {
        let run = output(&[&["sensitivity", &file, "--worlds", "16"], &typed[..]].concat());
        check_one_line(&run, 2, about);
    }
    let unknown = output(&["sensitivity", &file, "--option", "webinar_pull"]);
    assert_eq!(code(&unknown), Some(1));
}

#[test]
fn options_are_what_was_typed() {
    let file = scenario("saas-trial");
    let typed = [
        "sensitivity",
        &file,
        "--worlds",
        "16",
        "--over",
        "2026-Q4",
        "--format",
        "json",
    ];
    let run = output(&[&typed[..], &["--option", "push_and_price"]].concat());
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    let answer: Sensitivity = serde_json::from_slice(&run.stdout).expect("it reads back");
    let information = answer.information.expect("there is something to decide");
    let options: Vec<&str> = information.options.iter().map(|it| it.option.as_str()).collect();
    assert_eq!(options, ["base", "push_and_price"]);
    assert_eq!(answer.over, "2026-Q4");
    assert!(information.everything.value >= information.inputs[0].worth.value);
}

/// The page that documents the format speaks of every key there is, in backticks.
#[test]
fn every_key_of_a_sensitivity_is_documented() {
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

    let typed = [
        "sensitivity",
        &scenario("saas-trial"),
        "--worlds",
        "16",
        "--by",
        BY,
        "--all",
    ];
    let run = output(&[&typed[..], &["--format", "json"]].concat());
    let answer: Value = serde_json::from_slice(&run.stdout).expect("it is JSON");
    let page = |name: &str| {
        let path = format!("{}/docs/{name}.md", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(path).expect("the page is there")
    };
    let pages = page("sensitivity-format") + &page("forecast-format");
    let mut named = BTreeSet::new();
    keys(&answer, &mut named);
    assert!(named.len() > 50, "{named:?}");
    for key in named {
        assert!(pages.contains(&format!("`{key}`")), "`{key}` is not documented");
    }
}
