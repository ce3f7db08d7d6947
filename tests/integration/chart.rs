//! `chart` draws a scenario, or a forecast that was made before, and says why where it cannot.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{check_one_line, code, output, scenario, text};

/// A forecast of a shipped scenario, written to a file of the folder.
fn made(folder: &Path, name: &str) -> String {
    let run = output(&["run", &scenario(name), "--replications", "20", "--format", "json"]);
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    let path = folder.join(format!("{name}.json"));
    fs::write(&path, &run.stdout).expect("there is room");
    path.to_str().expect("the path is text").to_owned()
}

fn drawn(arguments: &[&str]) -> String {
    let chart = output(&[&["chart"], arguments].concat());
    assert_eq!(code(&chart), Some(0), "{}", text(&chart.stderr));
    text(&chart.stdout).to_owned()
}

#[test]
fn a_forecast_is_drawn_as_its_scenario_is() {
    let folder = tempfile::tempdir().expect("there is room");
    let forecast = made(folder.path(), "saas-trial");
    let file = scenario("saas-trial");
    for kind in ["funnel", "fan", "flow", "forks", "bridge"] {
        let of_scenario = drawn(&[&file, kind, "--replications", "20"]);
        assert_eq!(of_scenario, drawn(&[&forecast, kind]), "{kind}");
        assert!(
            of_scenario.starts_with("<svg ") && of_scenario.ends_with("</svg>\n"),
            "{kind}"
        );
    }
    let dark = drawn(&[&forecast, "fan", "--dark", "--metric", "revenue", "--width", "600"]);
    assert!(dark.contains("width=\"600\"") && dark.contains("Revenue"), "{dark}");
}

#[test]
fn the_name_of_the_file_says_what_is_written() {
    let folder = tempfile::tempdir().expect("there is room");
    let forecast = made(folder.path(), "fork-in-the-road");
    for (name, begin) in [("a.svg", &b"<svg "[..]), ("a.PNG", b"\x89PNG")] {
        let path = folder.path().join(name);
        let path = path.to_str().expect("the path is text");
        // One that is there is replaced.
        fs::write(path, "old").expect("there is room");
        let chart = output(&["chart", &forecast, "fan", "-o", path]);
        assert_eq!(code(&chart), Some(0), "{}", text(&chart.stderr));
        assert_eq!(text(&chart.stdout), "");
        assert_eq!(text(&chart.stderr), format!("wrote {path}\n"));
        assert!(fs::read(path).expect("it was written").starts_with(begin), "{name}");
    }
    let size = |scale: &str| {
        let path = folder.path().join("sized.png");
        let path = path.to_str().expect("the path is text");
        let typed = [
            "chart", &forecast, "fan", "-o", path, "--width", "400", "--scale", scale,
        ];
        assert_eq!(code(&output(&typed)), Some(0));
        // The width of a PNG is a big-endian number at its 17th byte.
        let bytes = fs::read(path).expect("it was written");
        u32::from_be_bytes(bytes[16..20].try_into().expect("four bytes"))
    };
    assert_eq!((size("1"), size("2.5")), (400, 1_000));
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let folder = tempfile::tempdir().expect("there is room");
    let forecast = made(folder.path(), "fork-in-the-road");
    let file = scenario("fork-in-the-road");
    for (arguments, expected, about) in [
        (vec![&*file, "funnel"], 2, "the scenario has no stages"),
        (vec![&file, "fan", "-o", "chart.jpg"], 2, "ends in `.svg` or `.png`"),
        (vec![&file, "fan", "--metric", "wins"], 2, "there is no metric `wins`"),
        (vec![&file, "fan", "--width", "12"], 2, "a width of 12 pixels"),
        (
            vec![&forecast, "fan", "--seed", "2"],
            2,
            "`--seed` cannot change any more",
        ),
        (
            vec![&forecast, "fan", "--set", "a=x2"],
            2,
            "`--set` cannot change any more",
        ),
        (vec!["nothing.json", "fan"], 2, "cannot read nothing.json"),
    ] {
        let chart = output(&[&["chart"], &arguments[..]].concat());
        check_one_line(&chart, expected, about);
    }
    let unknown = output(&["chart", &file, "pie"]);
    assert_eq!(code(&unknown), Some(2));
    assert!(text(&unknown.stderr).contains("funnel"), "{}", text(&unknown.stderr));
}

#[test]
fn a_forecast_that_cannot_be_read_is_a_mistake_with_a_place() {
    let folder = tempfile::tempdir().expect("there is room");
    let forecast = made(folder.path(), "fork-in-the-road");
    let whole = fs::read_to_string(&forecast).expect("it is there");
    let mut newer: Value = serde_json::from_str(&whole).expect("it is JSON");
    newer["forecast"] = Value::from(2);
    let mut wrong: Value = serde_json::from_str(&whole).expect("it is JSON");
    wrong["totals"]["won"]["p50"] = Value::from("many");
    for (content, about) in [
        (newer.to_string(), "version 2"),
        (wrong.to_string(), "invalid type: string \"many\""),
        ("{ \"forecast\": 1 }".to_owned(), "line 1, column"),
    ] {
        fs::write(&forecast, content).expect("there is room");
        check_one_line(&output(&["chart", &forecast, "fan"]), 1, about);
    }
    // What breaks off is no forecast any more, and is told as any broken scenario.
    fs::write(&forecast, &whole[..whole.len() / 2]).expect("there is room");
    let broken = output(&["chart", &forecast, "fan"]);
    assert_eq!(code(&broken), Some(1));
}
