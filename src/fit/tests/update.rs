//! Scenarios that are brought up to date.

use super::{Case, log, plain};
use crate::fit::event_log::EventLog;
use crate::fit::{FitOptions, update};
use crate::random::Stream;
use crate::scenario::{FileFormat, Scenario, Selection};

const TEXT: &str = r#"# My shop.
format = 1
name   =  "Shop" # a name

[arrivals.all]
rate = "10 per month"   # a guess

[steps.visit]
cost = 1.5
branches = [
  { to = "buy", chance = "1% to 5%", after = "3d" }, # after a while
  { to = "gone", chance = "rest" },
]

[steps."buy"]
outcome = 'converted'

[steps.gone]
outcome = "lost"
"#;

/// One in four buys after two days; one in ten asks; the others leave after three.
fn shop() -> EventLog {
    let mut number = 0;
    log(1, 2_000, 1e9, |case: &mut Case<'_>, _: &mut Stream, _| {
        number += 1;
        match number % 20 {
            0..5 => case.then("buy", 2.0),
            5..7 => case.then("ask", 1.0),
            _ => case.then("gone", 3.0),
        }
    })
}

fn complete() -> FitOptions {
    FitOptions {
        complete: true,
        ..plain()
    }
}

#[test]
fn what_the_log_speaks_about_changes_and_nothing_else() {
    let updated = update(&shop(), &complete(), TEXT).expect("it can be");
    let text = &updated.scenario;
    let scenario = Scenario::read("shop.toml", text.as_bytes(), FileFormat::Toml).expect("it is TOML");
    scenario.journey(&Selection::default()).expect("it has no mistakes");
    let lines: Vec<(&str, &str)> = TEXT.lines().zip(text.lines()).filter(|it| it.0 != it.1).collect();
    assert_eq!(TEXT.lines().count(), text.lines().count());
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].1.starts_with("rate = \"") && lines[0].1.ends_with("per month\"   # a guess"),
        "{lines:?}"
    );
    let branch = "  { to = \"buy\", chance = \"500 of 1800\", after = \"2d\" }, # after a while";
    assert_eq!(lines[1].1, branch);
    assert!(
        updated.left.contains(&"the journey has no step for `ask`".to_owned()),
        "{:?}",
        updated.left
    );
    let unknown: Vec<String> = updated.unknown.iter().map(ToString::to_string).collect();
    assert_eq!(unknown, ["10 % of what comes after `visit` is `ask`"]);
    assert!(
        updated
            .difference
            .starts_with("@@ line 6 @@\n-rate = \"10 per month\"   # a guess\n+rate")
    );
}

#[test]
fn an_update_of_an_update_changes_nothing() {
    let once = update(&shop(), &complete(), TEXT).expect("it can be").scenario;
    let twice = update(&shop(), &complete(), &once).expect("it can be");
    assert_eq!(twice.scenario, once);
    assert_eq!(twice.difference, "");
}
