//! `run` forecasts every scenario: in every format, with any number of threads, from any source.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{TEMPLATES, check_documented, check_one_line, code, forksight, names, output, scenario, text};

/// A shipped scenario as JSON.
pub(crate) fn as_json(name: &str) -> Value {
    let file = fs::read_to_string(scenario(name)).expect("it is there");
    let table: toml::Table = file.parse().expect("it is TOML");
    plain(&toml::Value::Table(table))
}

/// JSON has no dates: they are strings.
fn plain(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(flag) => Value::from(*flag),
        toml::Value::Datetime(date) => Value::from(date.to_string()),
        toml::Value::Array(items) => items.iter().map(plain).collect(),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| (key.clone(), plain(value)));
            Value::Object(entries.collect())
        }
    }
}

/// The forecast that these arguments come to.
fn forecast(arguments: &[&str]) -> Value {
    let run = output(&[&["run", "--format", "json"], arguments].concat());
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    serde_json::from_slice(&run.stdout).expect("it is JSON")
}

/// Whether two forecasts expect different totals.
fn differ(one: &Value, other: &Value, metric: &str) -> bool {
    (total(one, metric) - total(other, metric)).abs() > 0.0
}

fn total(forecast: &Value, metric: &str) -> f64 {
    let mean = &forecast["totals"][metric]["mean"];
    mean.as_f64().unwrap_or_else(|| panic!("{metric}: {mean}"))
}

#[test]
fn every_scenario_runs_in_every_format() {
    for name in TEMPLATES {
        let file = scenario(name);
        for format in ["text", "json", "csv", "markdown"] {
            let run = output(&["run", &file, "--replications", "2", "--format", format]);
            assert_eq!(code(&run), Some(0), "{name} {format}");
            assert_eq!(text(&run.stderr), "", "{name} {format}");
            let printed = text(&run.stdout);
            match format {
                "text" => assert!(printed.contains("2 replications"), "{printed}"),
                "csv" => assert!(printed.starts_with("period,from,until,metric,"), "{printed}"),
                "markdown" => assert!(printed.starts_with("# "), "{printed}"),
                _ => {
                    let forecast: Value = serde_json::from_str(printed).expect("it is JSON");
                    assert_eq!(forecast["run"]["replications"], 2, "{name}");
                    assert_eq!(forecast["scenario"]["file"], file.as_str());
                }
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for name in TEMPLATES {
        let file = scenario(name);
        // One replication is shared out among the threads, several are handed out to them.
        for replications in ["1", "5"] {
            let with = |threads| {
                let arguments = ["run", &file, "--format", "json", "--replications", replications];
                output(&[&arguments[..], &["--threads", threads]].concat()).stdout
            };
            let alone = with("1");
            assert!(!alone.is_empty(), "{name}");
            assert!(alone == with("2"), "{name}: {replications} replications");
        }
    }
}

#[test]
fn what_is_typed_comes_before_what_the_file_says() {
    let file = scenario("island-lodging");
    let of_file = forecast(&[&file, "--replications", "2"]);
    assert_eq!(of_file["run"]["seed"], 11);
    let typed = forecast(&[&file, "--replications", "2", "--seed", "12"]);
    assert_eq!(typed["run"]["seed"], 12);
    assert!(differ(&of_file, &typed, "won"));
}

#[test]
fn changes_variants_periods_and_ends_are_applied() {
    let file = scenario("saas-trial");
    let few = [file.as_str(), "--replications", "4"];
    let with = |options: &[&str]| forecast(&[&few[..], options].concat());
    let base = with(&[]);
    assert!(base["scenario"]["variant"].is_null());
    let set = with(&[
        "--set",
        "arrivals.search.volume=x2",
        "--set",
        "products.licence.price=0",
    ]);
    assert!(total(&set, "arrivals") > 1.8 * total(&base, "arrivals"));
    assert_eq!(set["scenario"]["set"][1], "products.licence.price=0");
    let table = "steps.visit.webinar.chance={ by = \"segment\", self_serve = \"20%\", else = 0.3 }";
    assert!(total(&with(&["--set", table]), "cost") > total(&base, "cost"));
    let variant = with(&["--variant", "webinar_push+push_and_price"]);
    assert_eq!(variant["scenario"]["variant"], "webinar_push+push_and_price");
    assert!(differ(&variant, &base, "revenue"));
    let short = with(&["--end", "2026-03-31", "--period", "quarter"]);
    assert_eq!(short["run"]["end"], "2026-03-31");
    assert_eq!(short["periods"].as_array().map(Vec::len), Some(1));
    assert_eq!(short["periods"][0]["period"], "2026-Q1");
}

#[test]
fn a_wrong_change_is_underlined_as_typed() {
    let file = scenario("saas-trial");
    for (set, code_of, underlined) in [
        ("steps.visit.trail.chance=x2", "unknown-path", 24),
        ("steps.visit.trial.chance=+10%", "bad-change", 4),
        ("steps.trial.subscribed.chance=x20", "change-range", 3),
        ("steps.visit.trial.after={ exponential = 5 }", "wrong-type", 1),
    ] {
        let run = output(&["run", &file, "--set", set]);
        assert_eq!(code(&run), Some(1), "{set}");
        assert_eq!(text(&run.stdout), "");
        let told = text(&run.stderr);
        assert!(told.contains(code_of), "{told}");
        assert!(told.contains(&format!("1 | {set}\n")), "{told}");
        let marks = told.matches('^').count();
        assert_eq!(marks, underlined, "{told}");
    }
    let run = output(&["run", &file, "--variant", "webinar"]);
    assert_eq!(code(&run), Some(1));
    assert!(text(&run.stderr).contains("did you mean `webinar_push`?"));
    let run = output(&["run", &scenario("fork-in-the-road"), "--end", "2026-12-31"]);
    assert_eq!(code(&run), Some(1));
    assert!(text(&run.stderr).contains("1 | 2026-12-31"));
}

#[test]
fn a_scenario_may_come_from_stdin_and_be_json() {
    let few = ["--replications", "3", "--format", "json"];
    let file = scenario("saas-trial");
    let toml = fs::read(&file).expect("it is there");
    let json = as_json("saas-trial").to_string().into_bytes();
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("saas.json");
    fs::write(&path, &json).expect("there is room");
    let expected = forecast(&[&file, "--replications", "3"]);
    let from_json = forecast(&[&path.display().to_string(), "--replications", "3"]);
    assert_eq!(from_json["totals"], expected["totals"]);
    for input in [&toml, &json] {
        let mut run = forksight(&[&["run", "-"], &few[..]].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = run.stdin.take().expect("it is piped");
        stdin.write_all(input).expect("the program reads");
        drop(stdin);
        let run = run.wait_with_output().expect("it ends");
        assert_eq!(code(&run), Some(0));
        let forecast: Value = serde_json::from_slice(&run.stdout).expect("it is JSON");
        assert_eq!(forecast["totals"], expected["totals"]);
        assert_eq!(forecast["scenario"]["file"], "-");
    }
}

#[test]
fn a_folder_gets_every_file_and_keeps_its_own() {
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().join("forecast");
    fs::create_dir_all(out.join("charts")).expect("there is room");
    fs::write(out.join("mine.csv"), "mine").expect("there is room");
    fs::write(out.join("charts/mine.svg"), "mine").expect("there is room");
    fs::write(out.join("periods.csv"), "old").expect("there is room");
    let file = scenario("island-lodging");
    let shown = out.display().to_string();
    let arguments = ["run", &file, "--replications", "3", "--format", "csv"];
    let run = output(&[&arguments[..], &["--out", &shown]].concat());
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    assert_eq!(
        names(&out),
        [
            "charts",
            "demand.csv",
            "forecast.json",
            "forks.csv",
            "funnel.csv",
            "groups.csv",
            "mine.csv",
            "periods.csv",
            "report.html",
            "steps.csv",
            "targets.csv"
        ]
    );
    let mut charts: BTreeSet<String> = names(&out.join("charts")).into_iter().collect();
    assert!(charts.remove("mine.svg"));
    // Beside the charts: the forecast, the report and seven tables.
    let count = 9 + charts.len();
    assert!(text(&run.stderr).contains(&format!("wrote {count} files to {shown}")));
    let stems: BTreeSet<String> = charts
        .iter()
        .filter_map(|it| it.strip_suffix(".svg").map(str::to_owned))
        .collect();
    let both = stems.iter().flat_map(|it| [format!("{it}.png"), format!("{it}.svg")]);
    assert_eq!(charts, both.collect(), "each chart comes in both formats");
    for stem in [
        "fan-profit",
        "fan-revenue",
        "fan-units-night",
        "fan-won",
        "funnel",
        "bridge-won",
        "demand-units-night",
    ] {
        assert!(stems.contains(stem), "no {stem}");
    }
    let read = |name: &str| fs::read(out.join(name)).expect("it is there");
    assert_eq!(read("mine.csv"), b"mine");
    assert_eq!(read("charts/mine.svg"), b"mine");
    assert_eq!(read("periods.csv"), run.stdout);
    assert!(read("charts/funnel.png").starts_with(b"\x89PNG"));
    assert!(read("charts/funnel.svg").starts_with(b"<svg"));
    assert!(read("report.html").starts_with(b"<!DOCTYPE html>"));
    let written: Value = serde_json::from_slice(&read("forecast.json")).expect("it is JSON");
    assert_eq!(written["run"]["replications"], 3);
    assert_eq!(names(folder.path()), ["forecast"]);
}

#[cfg(unix)]
#[test]
fn the_command_in_a_report_gives_the_same_forecast_again() {
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().display().to_string();
    let file = scenario("saas-trial");
    let changed = ["--variant", "push_and_price", "--set", "products.licence.price=+10%"];
    let shaped = [
        "--period",
        "quarter",
        "--end",
        "2026-09-30",
        "--precision",
        "20%",
        "--seed",
        "7",
    ];
    let run = output(&[&["run", &file, "--quiet", "--out", &out], &changed[..], &shaped[..]].concat());
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("it is there");
    let page = read("report.html");
    let told = page
        .split_once("<pre tabindex=\"0\"><code>forksight ")
        .expect("there is a command")
        .1;
    let told = told.split("</code>").next().expect("a split has a first part");
    let told = told.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    let command = format!("\"$0\" {told} --format json");
    let again = std::process::Command::new("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_forksight")])
        .output()
        .expect("there is a shell");
    assert_eq!(code(&again), Some(0), "{command}: {}", text(&again.stderr));
    let mut first: Value = serde_json::from_str(&read("forecast.json")).expect("it is JSON");
    let mut second: Value = serde_json::from_slice(&again.stdout).expect("it is JSON");
    for forecast in [&mut first, &mut second] {
        let run = forecast["run"].as_object_mut().expect("it says how it was run");
        // Asking for an engine is another reason, and a precision is not asked for again.
        run.remove("why");
        run.remove("precision");
    }
    assert_eq!(first, second, "{command}");
}

#[test]
fn quiet_runs_print_no_remarks_and_no_report_beside_files() {
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().join("a/b");
    let file = scenario("fork-in-the-road");
    let few = ["run", &file, "--replications", "2", "--quiet"];
    let run = output(&[&few[..], &["--out", &out.display().to_string()]].concat());
    assert_eq!((code(&run), text(&run.stdout), text(&run.stderr)), (Some(0), "", ""));
    assert!(out.join("forecast.json").exists());
    let run = output(&few);
    assert_ne!(text(&run.stdout), "");
    assert_eq!(text(&run.stderr), "");
}

#[test]
fn warnings_are_told_unless_quiet() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("shop.toml");
    let shop = "format = 1\nentry = \"visit\"\ncustomers = 10\n[stages]\nunused = {}\n\
                [steps.visit]\nbranches = [{ to = \"gone\" }]\n[steps.gone]\noutcome = \"lost\"\n\
                [run]\nreplications = 3\n";
    fs::write(&path, shop).expect("there is room");
    let path = path.display().to_string();
    let run = output(&["run", &path]);
    assert_eq!(code(&run), Some(0));
    assert!(text(&run.stderr).contains("1 warning in "));
    assert_eq!(text(&output(&["run", &path, "--quiet"]).stderr), "");
}

#[test]
fn what_cannot_be_written_is_told_in_one_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("forecast");
    fs::write(&path, "mine").expect("there is room");
    let file = scenario("fork-in-the-road");
    let shown = path.display().to_string();
    let run = output(&["run", &file, "--replications", "2", "--out", &shown]);
    check_one_line(&run, 2, &shown);
    assert_eq!(fs::read(&path).expect("it is there"), b"mine");
}

#[test]
fn an_amount_too_large_to_book_is_a_mistake_in_one_line() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("shop.toml");
    let shop = "format = 1\ncustomers = 1000\n[steps.visit]\n\
                revenue = { each = { lognormal = { median = 1, p90 = 1e12 } } }\n\
                branches = [{ to = \"gone\" }]\n[steps.gone]\noutcome = \"lost\"\n";
    fs::write(&path, shop).expect("there is room");
    let run = output(&["run", &path.display().to_string(), "--replications", "3"]);
    check_one_line(&run, 1, "`visit`");
}

/// The page that documents the format speaks of every key there is, in backticks.
#[test]
fn every_key_of_a_forecast_is_documented() {
    let mut forecast = forecast(&[&scenario("saas-trial"), "--replications", "5", "--precision", "9%"]);
    // Names of metrics, groupings and groups are those of the scenario.
    for key in ["totals", "groups", "distribution", "spread"] {
        let entries = forecast[key].as_object().expect("it is an object");
        forecast[key] = entries.values().cloned().collect();
    }
    let metrics = |it: &mut Value| {
        if let Some(entries) = it["metrics"].as_object() {
            it["metrics"] = entries.values().cloned().collect();
        }
    };
    forecast["periods"]
        .as_array_mut()
        .expect("a list")
        .iter_mut()
        .for_each(metrics);
    for group in forecast["groups"].as_array_mut().expect("a list") {
        group.as_array_mut().expect("a list").iter_mut().for_each(metrics);
    }
    check_documented(&forecast, &["forecast-format"], 60);
}
