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

/// Updates the text with one change in it, and gives what it comes to and what was left alone.
fn changed(from: &str, to: &str) -> (String, String) {
    let text = TEXT.replace(from, to);
    assert_ne!(text, TEXT);
    let updated = update(&shop(), &complete(), &text).expect("it can be");
    (updated.scenario, updated.left.join("\n"))
}

#[test]
fn branches_to_one_step_are_not_told_apart() {
    let twice = "{ to = \"buy\", chance = 0.1 }, { to = \"buy\", name = \"late\", chance = 0.2, after = \"9d\" },";
    let from = "{ to = \"buy\", chance = \"1% to 5%\", after = \"3d\" },";
    let (text, left) = changed(from, twice);
    assert!(text.contains(twice), "{text}");
    assert!(left.contains("the fork at `visit`, where several branches"), "{left}");
}

#[test]
fn values_that_several_places_share_are_left_alone() {
    let (text, left) = changed("chance = \"1% to 5%\"", "chance = \"$share\"");
    assert!(text.contains("chance = \"$share\", after = \"2d\""), "{text}");
    assert!(left.contains("one of `[values]`"), "{left}");
}

#[test]
fn a_delay_that_is_as_the_log_has_it_stays_as_it_is_written() {
    for same in ["48h", "2 days", "2.2d"] {
        let (text, _) = changed("after = \"3d\"", &format!("after = \"{same}\""));
        assert!(text.contains(&format!("after = \"{same}\" }}")), "{text}");
    }
}

#[test]
fn a_delay_that_the_scenario_does_not_have_is_told() {
    let (text, left) = changed(", after = \"3d\"", "");
    assert!(text.contains("chance = \"500 of 1800\" }"), "{text}");
    for told in [
        "from `visit` to `buy`, which takes 2 days",
        "from `visit` to `gone`, which takes 3 days",
    ] {
        assert!(left.contains(told), "{left}");
    }
}

#[test]
fn arrivals_that_are_no_rate_are_told() {
    let (_, left) = changed(
        "[arrivals.all]\nrate = \"10 per month\"   # a guess\n",
        "[arrivals.all]\ncount = 50\non = 2026-05-01\n",
    );
    assert!(
        left.contains("how many arrive (in the log ") && left.contains("does not say as a rate"),
        "{left}"
    );
}

#[test]
fn chances_that_sum_to_one_stay_doubtful_and_their_commonest_takes_the_rest() {
    let from = "{ to = \"buy\", chance = \"1% to 5%\", after = \"3d\" }, # after a while\n  \
        { to = \"gone\", chance = \"rest\" },";
    let to = "{ to = \"buy\", chance = { is = 0.1, source = \"a guess\" } },\n  { to = \"gone\", chance = 0.9 },";
    let (text, _) = changed(from, to);
    let wanted = to.replace("0.1", "\"500 of 1800\"").replace("0.9", "\"rest\"");
    assert!(text.contains(&wanted), "{text}");
    // The rest says nothing of where it comes from, and that is kept.
    let both = to.replace("0.9", "{ is = 0.9, source = \"a guess\" }");
    let (text, _) = changed(from, &both);
    let wanted = both
        .replace("0.1", "0.2777777777777778")
        .replace("0.9", "0.7222222222222222");
    assert!(text.contains(&wanted), "{text}");
    let by = to.replace("0.9", "{ by = \"region\", north = 0.9, else = 0.9 }");
    let (text, left) = changed(from, &by);
    assert!(text.contains(&by), "{text}");
    assert!(left.contains("they have to sum to 1"), "{left}");
}
