//! `check`, `graph` and `schema` tell what a scenario says.

use std::fmt::Write as _;
use std::fs;

use crate::program::{TEMPLATES, code, output, scenario, text};

#[test]
fn a_sound_scenario_is_ok_and_reads_back() {
    for name in TEMPLATES {
        let checked = output(&["check", &scenario(name)]);
        assert_eq!(code(&checked), Some(0), "{name}");
        assert_eq!(text(&checked.stderr), "", "{name}");
        let told = text(&checked.stdout);
        assert!(told.starts_with("ok\n"), "{told}");
        for heading in ["\nWho arrives\n", "\nSteps\n"] {
            assert!(told.contains(heading), "{told}");
        }
        assert!(!told.contains('\u{1b}'), "no colour in a pipe");
    }
}

#[test]
fn the_size_of_a_journey_is_told() {
    let checked = output(&["check", &scenario("saas-trial")]);
    let size: Vec<&str> = text(&checked.stdout).lines().take(8).collect();
    assert_eq!(
        size,
        [
            "ok",
            "SaaS free trial",
            "8 steps, 5 forks, 14 branches, 2 outcomes, 4 stages",
            "2026-01-01 to 2026-12-31: 365 ticks of 1 day, reported by month",
            "29 assumptions, 7 of them uncertain; 10 delays",
            "about 146,000 customers expected to arrive, 1,720 under way at the beginning",
            "any engine can run it: customers can be in 55 states",
            "variants: webinar_push, push_and_price",
        ]
    );
}

#[test]
fn what_is_selected_is_read_back() {
    let file = scenario("saas-trial");
    let checked = output(&[
        "check",
        &file,
        "--variant",
        "webinar_push",
        "--set",
        "steps.demo.costs.staff=x2",
        "--end",
        "2026-06-30",
    ]);
    let told = text(&checked.stdout);
    assert!(told.contains("2026-01-01 to 2026-06-30"), "{told}");
    assert!(told.contains("webinar_push from 2026-06-01"), "{told}");
    assert!(told.contains("steps.demo.costs.staff: x2"), "{told}");
}

#[test]
fn mistakes_are_told_all_at_once_and_nothing_else() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("shop.toml");
    let broken = "format = 1\ncustomers = 10\n[steps.visit]\nbranches = [{ to = \"byu\" }]\n\
                  [steps.buy]\noutcome = \"won\"\nprice = 3\n";
    fs::write(&path, broken).expect("there is room");
    let path = path.display().to_string();
    for command in ["check", "paths", "run", "graph"] {
        let checked = output(&[command, &path]);
        assert_eq!(code(&checked), Some(1), "{command}");
        assert_eq!(text(&checked.stdout), "", "{command}");
        let told = text(&checked.stderr);
        assert!(told.contains("shop.toml:6:"), "{told}");
        assert!(told.contains("shop.toml:7:"), "{told}");
        assert!(told.contains("mistakes in "), "{told}");
    }
}

#[test]
fn mistakes_in_a_variant_nobody_asked_for_stop_every_command() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("shop.toml");
    let shop = fs::read_to_string(scenario("fork-in-the-road")).expect("it is there");
    let shop = shop + "\n[variants.bolder]\nset = { \"steps.nowhere.cost\" = 3 }\n";
    fs::write(&path, shop).expect("there is room");
    let path = path.display().to_string();
    for command in ["check", "paths", "run", "graph"] {
        let checked = output(&[command, &path]);
        assert_eq!(code(&checked), Some(1), "{command}");
        assert_eq!(text(&checked.stdout), "", "{command}");
        assert!(text(&checked.stderr).contains("steps.nowhere.cost"), "{command}");
    }
}

#[test]
fn warnings_do_not_stop_a_reading() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("shop.toml");
    let shop = "format = 1\nentry = \"visit\"\ncustomers = 10\n[stages]\nunused = {}\n\
                [steps.visit]\nbranches = [{ to = \"gone\" }]\n[steps.gone]\noutcome = \"lost\"\n";
    fs::write(&path, shop).expect("there is room");
    let path = path.display().to_string();
    let checked = output(&["check", &path]);
    assert_eq!(code(&checked), Some(0));
    assert!(text(&checked.stdout).starts_with("ok\n"));
    assert!(text(&checked.stderr).contains("1 warning in "));
}

#[test]
fn a_number_too_large_to_count_is_a_mistake_in_one_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("shop.toml");
    let shop = "format = 1\n[arrivals.all]\nrate = \"1e15 per day\"\ngrowth = \"500% per week\"\n\
                [steps.visit]\nbranches = [{ to = \"gone\" }]\n[steps.gone]\noutcome = \"lost\"\n";
    fs::write(&path, shop).expect("there is room");
    let path = path.display().to_string();
    for command in ["check", "run"] {
        crate::program::check_one_line(&output(&[command, &path]), 1, "arrivals.all");
    }
}

#[test]
fn every_scenario_can_be_drawn() {
    for name in TEMPLATES {
        for (format, begins) in [("mermaid", "%% "), ("dot", "digraph "), ("svg", "<svg ")] {
            let drawn = output(&["graph", &scenario(name), "--format", format]);
            assert_eq!(code(&drawn), Some(0), "{name}");
            assert_eq!(text(&drawn.stderr), "", "{name}");
            assert!(text(&drawn.stdout).starts_with(begins), "{name}");
        }
    }
}

#[test]
fn the_name_of_a_file_says_how_a_graph_is_drawn() {
    let folder = tempfile::tempdir().expect("there is room");
    for (name, options, begins) in [
        ("shop.svg", &[][..], &b"<svg "[..]),
        ("shop.PNG", &[], b"\x89PNG"),
        ("shop.gv", &[], b"digraph "),
        ("shop.mmd", &[], b"%% "),
        ("dots.svg", &["--format", "dot"], b"digraph "),
        ("picture", &["--format", "svg"], b"<svg "),
    ] {
        let path = folder.path().join(name);
        let file = path.display().to_string();
        let shop = scenario("web-shop");
        let drawn = output(&[&["graph", &shop, "-o", &file], options].concat());
        assert_eq!(code(&drawn), Some(0), "{name}");
        assert_eq!(text(&drawn.stdout), "", "{name}");
        assert!(text(&drawn.stderr).contains(name), "{name}");
        let bytes = fs::read(&path).expect("it was written");
        assert!(bytes.starts_with(begins), "{name}");
    }
    let missing = folder.path().join("no").join("shop.svg").display().to_string();
    crate::program::check_one_line(
        &output(&["graph", &scenario("web-shop"), "-o", &missing]),
        2,
        "shop.svg",
    );
}

#[test]
fn a_drawn_graph_has_the_chances_on_its_arrows() {
    let drawn = output(&["graph", &scenario("saas-trial"), "--format", "svg"]);
    let svg = text(&drawn.stdout);
    for words in [
        "7 % to 9 %",
        "1 to 6 days",
        "enterprise 25 %",
        "visits.webinar &gt;= 3",
        "9000 to 11000",
    ] {
        assert!(svg.contains(words), "{words}");
    }
    for title in [
        "<title>Visits the site</title>",
        "<title>Visits the site → trial: 7 % to 9 %, 1 to 6 days</title>",
    ] {
        assert!(svg.contains(title), "{title}");
    }
}

#[test]
fn a_graph_too_large_for_mermaid_or_a_picture_is_told() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("many.toml");
    let mut many = "format = 1\nentry = \"s0\"\ncustomers = 10\n".to_owned();
    for at in 0..601 {
        let to = at + 1;
        writeln!(many, "[steps.s{at}]\nbranches = [{{ to = \"s{to}\" }}]").expect("it is text");
    }
    many.push_str("[steps.s601]\noutcome = \"lost\"\n");
    fs::write(&path, many).expect("there is room");
    let path = path.display().to_string();
    let drawn = output(&["graph", &path]);
    assert_eq!(code(&drawn), Some(0));
    assert!(text(&drawn.stderr).contains("500 (`maxEdges`)"));
    assert!(text(&drawn.stdout).contains("n601"));
    assert_eq!(text(&output(&["graph", &path, "--format", "dot"]).stderr), "");
    crate::program::check_one_line(&output(&["graph", &path, "--format", "svg"]), 2, "--format dot");
}

#[test]
fn the_schema_is_json_and_accepts_the_shipped_scenarios() {
    let printed = output(&["schema"]);
    assert_eq!(code(&printed), Some(0));
    let schema: serde_json::Value = serde_json::from_slice(&printed.stdout).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    for name in TEMPLATES {
        let json = crate::run::as_json(name);
        let faults: Vec<String> = validator.iter_errors(&json).map(|it| it.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}
