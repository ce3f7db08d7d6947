//! `fit` learns from a log what made it, says what it did, and changes nothing it was not asked to.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{check_documented, code, output, scenario, text};

/// A synthetic log of a shipped scenario in `folder`; its path.
fn log_of(name: &str, folder: &Path) -> String {
    let log = folder.join(format!("{name}.csv")).display().to_string();
    let made = output(&["events", &scenario(name), "-o", &log, "--quiet"]);
    assert_eq!(code(&made), Some(0), "{}", text(&made.stderr));
    log
}

fn json(arguments: &[&str]) -> Value {
    let output = output(arguments);
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("it is a list")
}

#[test]
fn a_fit_of_a_synthetic_log_finds_the_chances_that_made_it() {
    let folder = tempfile::tempdir().expect("there is room");
    let log = log_of("saas-trial", folder.path());
    let fit = json(&["fit", &log, "--converted", "subscribed", "--format", "json", "--quiet"]);
    let branch = |from: &str, to: &str| {
        let step = list(&fit["steps"])
            .iter()
            .find(|it| it["step"] == from)
            .expect("it is there");
        let found = list(&step["branches"])
            .iter()
            .find(|it| it["to"] == to)
            .expect("it is there");
        let number = |key: &str| found[key].as_f64().expect("it is a number");
        (number("chance"), (number("high") - number("low")) / 3.92)
    };
    // The world of the first replication tells what is true of this log.
    let run = json(&[
        "run",
        &scenario("saas-trial"),
        "--replications",
        "1",
        "--format",
        "json",
        "--quiet",
    ]);
    for (from, to) in [("demo", "trial"), ("webinar", "trial"), ("visit", "webinar")] {
        let fork = list(&run["forks"])
            .iter()
            .find(|it| it["step"] == from)
            .expect("it is a fork");
        let share = list(&fork["branches"])
            .iter()
            .filter(|it| it["to"] == to)
            .map(|it| it["share"]["mean"].as_f64().expect("it is known"))
            .sum::<f64>();
        let (chance, error) = branch(from, to);
        assert!(
            (chance - share).abs() < 5.0 * error + 1e-9,
            "{from} {to}: {chance} {share} {error}"
        );
        assert!(error > 0.0 && error < 0.02, "{error}");
    }
}

#[test]
fn every_shipped_scenario_makes_a_log_whose_fit_is_sound() {
    let folder = tempfile::tempdir().expect("there is room");
    for name in crate::program::TEMPLATES {
        let log = log_of(name, folder.path());
        let file = folder.path().join(format!("{name}.toml")).display().to_string();
        let fit = output(&["fit", &log, "-o", &file, "--quiet"]);
        assert_eq!(code(&fit), Some(0), "{name}: {}", text(&fit.stderr));
        let check = output(&["check", &file]);
        assert_eq!(code(&check), Some(0), "{name}: {}", text(&check.stderr));
        let again = output(&["fit", &log, "-o", &file, "--quiet"]);
        assert_eq!(code(&again), Some(2), "a file is replaced only by force");
        let run = output(&["run", &file, "--replications", "3", "--quiet"]);
        assert_eq!(code(&run), Some(0), "{name}: {}", text(&run.stderr));
    }
}

#[test]
fn every_key_of_a_fit_is_documented() {
    let folder = tempfile::tempdir().expect("there is room");
    let log = log_of("saas-trial", folder.path());
    let fit = json(&["fit", &log, "--attribute", "segment", "--format", "json", "--quiet"]);
    check_documented(&fit, &["fit-format"], 30);
}

#[test]
fn a_fit_until_a_day_is_that_of_a_log_that_ends_there() {
    let folder = tempfile::tempdir().expect("there is room");
    let whole = log_of("saas-trial", folder.path());
    let rows = fs::read_to_string(&whole).expect("it was written");
    let is_early = |row: &&str| {
        row.split(',')
            .nth(2)
            .is_none_or(|it| it < "2026-07-01" || it == "timestamp")
    };
    let early: Vec<&str> = rows.lines().filter(is_early).collect();
    assert!(early.len() < rows.lines().count() && early.len() > 1_000);
    let cut = folder.path().join("cut.csv").display().to_string();
    fs::write(&cut, early.join("\n") + "\n").expect("there is room");
    let of = |log: &str, options: &[&str]| {
        let mut fit = json(&[&["fit", log, "--format", "json", "--quiet"], options].concat());
        fit["source"] = Value::Null;
        fit
    };
    let until = of(&whole, &["--until", "2026-06-30"]);
    assert_eq!(until["until"], "2026-06-30");
    assert_eq!(until, of(&cut, &["--until", "2026-06-30"]));
}

/// Cases that go from `seen` to `bought` or `left`, one a line of `ends`.
fn small_log(folder: &Path, bought: usize, left: usize) -> String {
    let rows = (0..bought + left).map(|case| {
        let end = if case < bought { "bought" } else { "left" };
        let day = 1 + case % 20;
        format!("{case},seen,2026-01-{day:02}\n{case},{end},2026-01-{:02}\n", day + 3)
    });
    let rows: Vec<String> = rows.collect();
    let rows = String::from("case_id,activity,timestamp\n") + &rows.concat();
    let path = folder.join("small.csv").display().to_string();
    fs::write(&path, rows).expect("there is room");
    path
}

#[test]
fn a_scenario_is_updated_where_the_log_speaks_and_kept_elsewhere() {
    let folder = tempfile::tempdir().expect("there is room");
    let log = small_log(folder.path(), 30, 70);
    let before = r#"# Ours, with care.
format = 1
begin = 2026-03-01
customers = 1_000        # as every spring

[steps.seen]   # the page
branches = [
  { to = "bought", chance = "50%" },   # a guess
  { to = "left", chance = "rest" },
]

[steps.bought]
outcome = "converted"
revenue = 12.50          # not in the log
[steps.left]
outcome = "lost"
"#;
    let file = folder.path().join("ours.toml").display().to_string();
    fs::write(&file, before).expect("there is room");
    let options = ["fit", &log, "--complete", "--into", &file];
    let dry = output(&[&options[..], &["--dry-run"]].concat());
    assert_eq!(code(&dry), Some(0), "{}", text(&dry.stderr));
    assert_eq!(
        fs::read_to_string(&file).expect("it is there"),
        before,
        "a dry run changes nothing"
    );
    assert!(text(&dry.stdout).contains("50%"), "{}", text(&dry.stdout));

    let done = output(&options);
    assert_eq!(code(&done), Some(0), "{}", text(&done.stderr));
    let after = fs::read_to_string(&file).expect("it is there");
    assert!(after.contains("chance = \"30 of 100\" },   # a guess"), "{after}");
    for kept in [
        "# Ours, with care.",
        "[steps.seen]   # the page",
        "revenue = 12.50          # not in the log",
    ] {
        assert!(after.contains(kept), "{after}");
    }
    let check = output(&["check", &file]);
    assert_eq!(code(&check), Some(0), "{}", text(&check.stderr));
}

#[test]
fn rows_that_cannot_be_used_are_told_and_stop_the_fit() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = small_log(folder.path(), 20, 20);
    let mut rows = fs::read_to_string(&path).expect("it is there");
    rows += "41,seen,yesterday\n42,,2026-01-05\n";
    fs::write(&path, rows).expect("there is room");
    let refused = output(&["fit", &path, "--complete"]);
    assert_eq!(code(&refused), Some(1), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("82"), "{}", text(&refused.stderr));
    assert!(refused.stdout.is_empty());
    let lenient = output(&["fit", &path, "--complete", "--lenient"]);
    assert_eq!(code(&lenient), Some(0), "{}", text(&lenient.stderr));
    assert!(text(&lenient.stderr).contains("yesterday"), "{}", text(&lenient.stderr));
}

/// A log with these rows in `folder`; its path.
fn log_with(rows: &str, folder: &Path) -> String {
    let path = folder.join("own.csv").display().to_string();
    fs::write(&path, format!("case_id,activity,timestamp\n{rows}")).expect("there is room");
    path
}

#[test]
fn names_that_are_no_ids_are_told_as_they_are() {
    let folder = tempfile::tempdir().expect("there is room");
    let row = |case: usize| {
        let next = ["Angebot & Preis", "\"Käufer, neu\"", "???"][case % 3];
        format!(
            "{case},Überprüfung,2026-01-{0:02}\n{case},{next},2026-02-{0:02}\n",
            1 + case % 28
        )
    };
    let log = log_with(&(0..90).map(row).collect::<String>(), folder.path());
    let options = ["--converted", "\"Käufer, neu\",???", "--churned", "Angebot & Preis"];
    let told = output(&[&["fit", &log, "--format", "text", "--quiet"], &options[..]].concat());
    assert_eq!(code(&told), Some(0), "{}", text(&told.stderr));
    for name in ["Überprüfung", "Angebot & Preis", "Käufer, neu", "???"] {
        assert!(text(&told.stdout).contains(name), "{}", text(&told.stdout));
    }
    let made = output(&[&["fit", &log, "--quiet"], &options[..]].concat());
    for id in [
        "[steps.Uberprufung]",
        "[steps.Angebot_Preis]",
        "[steps.Kaufer_neu]",
        "[steps.unnamed]",
    ] {
        assert!(text(&made.stdout).contains(id), "{}", text(&made.stdout));
    }
}

#[test]
fn a_scenario_that_could_not_be_run_is_not_written() {
    let folder = tempfile::tempdir().expect("there is room");
    let log = small_log(folder.path(), 30, 30);
    let open = folder.path().join("open.csv").display().to_string();
    fs::write(&open, "step,since\nbought,2026-01-20\n").expect("there is room");
    let file = folder.path().join("made.toml").display().to_string();
    for (options, expected, about) in [
        (&["--pipeline", &open][..], 1, "nobody waits there"),
        (&["--begin", "9995-01-01"], 1, "beyond the year"),
        (&["--horizon", "0 months"], 2, "a length of time, such as `6 months`"),
        (&["--horizon", "soon"], 2, "a length of time, such as `6 months`"),
        (&["--time-format", "DD.MM.YYYY"], 2, "such as `%d.%m.%Y %H:%M`"),
        (&["--converted", "bought,"], 2, "expected a name"),
    ] {
        let made = output(&[&["fit", &log, "-o", &file], options].concat());
        assert_eq!(code(&made), Some(expected), "{options:?}: {}", text(&made.stderr));
        assert!(
            text(&made.stderr).contains(about),
            "{options:?}: {}",
            text(&made.stderr)
        );
        assert!(!Path::new(&file).exists(), "{options:?}");
    }
    let clock = output(&["fit", &log, "--tick", "1s", "-o", &file, "--quiet"]);
    assert_eq!(code(&clock), Some(0), "{}", text(&clock.stderr));
    assert_eq!(code(&output(&["check", &file])), Some(0));
}

#[test]
fn who_writes_times_in_another_way_is_told_what_to_do() {
    let folder = tempfile::tempdir().expect("there is room");
    let row = |case: usize| format!("{case},a,{0:02}.01.2026\n{case},b,{0:02}.02.2026\n", 1 + case % 28);
    let log = log_with(&(0..40).map(row).collect::<String>(), folder.path());
    let refused = output(&["fit", &log]);
    assert_eq!(code(&refused), Some(1));
    let message = text(&refused.stderr).lines().last().expect("it says why");
    assert!(
        message.contains("80 of 80 rows") && message.contains("--time-format"),
        "{message}"
    );
    let read = output(&["fit", &log, "--time-format", "%d.%m.%Y", "--quiet"]);
    assert_eq!(code(&read), Some(0), "{}", text(&read.stderr));
}

#[test]
fn a_backtest_in_markdown_names_each_metric_once() {
    let folder = tempfile::tempdir().expect("there is room");
    let log = log_of("saas-trial", folder.path());
    let arguments = [
        "backtest",
        &log,
        "--converted",
        "subscribed",
        "--replications",
        "20",
        "--origins",
        "2",
        "--quiet",
    ];
    let page = output(&[&arguments[..], &["--format", "markdown"]].concat());
    assert_eq!(code(&page), Some(0), "{}", text(&page.stderr));
    let page = text(&page.stdout);
    assert!(
        page.contains("\n- **conversions** ") && page.contains("\n  - The "),
        "{page}"
    );
    assert!(!page.contains("****"), "{page}");
}
