//! Ctrl-C ends a long run early with a whole report, a second one at once.

#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::{code, forksight, scenario, text};

const PATIENCE: Duration = Duration::from_mins(1);

fn start(arguments: &[&str]) -> Child {
    let child = forksight(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let begun = Instant::now();
    while !listens(&child) {
        assert!(begun.elapsed() < PATIENCE, "the program does not listen");
        sleep(Duration::from_millis(10));
    }
    child
}

/// Whether the process catches interrupts (signal 2) by now.
fn listens(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let caught = status.lines().find_map(|it| it.strip_prefix("SigCgt:"));
    caught
        .and_then(|it| u64::from_str_radix(it.trim(), 16).ok())
        .is_some_and(|signals| signals & 0b10 != 0)
}

fn interrupt(child: &Child) {
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("there is `kill`").success());
}

fn end(child: Child) -> Output {
    child.wait_with_output().expect("the program ends")
}

#[test]
fn an_interrupted_run_reports_what_is_complete() {
    let file = scenario("fork-in-the-road");
    let many = ["run", &file, "--replications", "1000000"];
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().display().to_string();
    let child = start(&[&many[..], &["--format", "json", "--out", &out]].concat());
    sleep(Duration::from_millis(500));
    interrupt(&child);
    let run = end(child);
    assert_eq!(code(&run), Some(130), "{}", text(&run.stderr));
    assert!(text(&run.stderr).contains("finishing the replications under way"));
    let forecast: serde_json::Value = serde_json::from_slice(&run.stdout).expect("it is JSON");
    assert_eq!(forecast["run"]["cut_short"], true);
    let done = forecast["run"]["replications"].as_u64();
    assert!(done > Some(0) && done < Some(1_000_000), "{done:?}");
    assert!(forecast["totals"]["won"]["mean"].is_number());
    let written = fs::read(folder.path().join("forecast.json"));
    assert_eq!(written.expect("it is written too"), run.stdout);
}

#[test]
fn an_interrupted_report_for_people_says_so() {
    let file = scenario("fork-in-the-road");
    let child = start(&["run", &file, "--replications", "1000000"]);
    sleep(Duration::from_millis(500));
    interrupt(&child);
    let run = end(child);
    assert_eq!(code(&run), Some(130));
    assert!(text(&run.stdout).contains("cut short"), "{}", text(&run.stdout));
}

#[test]
fn a_second_interrupt_ends_the_program_at_once() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("crowd.toml");
    let crowd = "format = 1\ncustomers = 4_000_000_000\n[steps.visit]\n\
                 branches = [{ to = \"gone\", chance = 0.5 }, { to = \"visit\", chance = 0.5, \
                 after = \"1d\" }]\n[steps.gone]\noutcome = \"lost\"\n";
    fs::write(&path, crowd).expect("there is room");
    let path = path.display().to_string();
    let child = start(&[
        "run",
        &path,
        "--replications",
        "1",
        "--threads",
        "1",
        "--engine",
        "individual",
    ]);
    interrupt(&child);
    sleep(Duration::from_millis(300));
    interrupt(&child);
    let run = end(child);
    assert_eq!(code(&run), Some(130), "{}", text(&run.stderr));
    assert_eq!(text(&run.stdout), "");
    let last = text(&run.stderr).lines().last().map(str::to_owned);
    assert_eq!(last.as_deref(), Some("interrupted before the report was complete"));
}
