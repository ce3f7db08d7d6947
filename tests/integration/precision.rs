//! `--precision` runs as long as it takes, and no longer than allowed.

use serde_json::Value;

use crate::program::{code, output, scenario, text};

/// What was said on stderr, and the forecast.
fn forecast(name: &str, arguments: &[&str]) -> (String, Value) {
    let file = scenario(name);
    let run = output(&[&["run", &file, "--format", "json"], arguments].concat());
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    let forecast = serde_json::from_slice(&run.stdout).expect("it is JSON");
    (text(&run.stderr).to_owned(), forecast)
}

#[test]
fn a_run_stops_when_the_means_are_precise_enough() {
    let (said, precise) = forecast("fork-in-the-road", &["--precision", "0.6%"]);
    let replications = precise["run"]["replications"].as_u64().expect("it is a number");
    assert!((100..10_000).contains(&replications), "{replications}");
    assert!(said.contains(" for a precision of 0.6 %"), "{said}");
    let reached = precise["run"]["precision"]["reached"].as_f64().expect("it is known");
    assert!(reached <= 0.006, "{reached}");
    for metric in ["won", "revenue"] {
        let total = |part: &str| precise["totals"][metric][part].as_f64().expect("it is known");
        assert!(1.96 * total("se") <= 0.006 * total("mean"), "{metric}");
    }
    assert!(precise["run"]["precision"]["asked"] == 0.006, "{precise}");
}

#[test]
fn how_long_it_takes_does_not_depend_on_threads_or_on_the_way_there() {
    let precise = |threads: &str| {
        let (_, mut forecast) = forecast("fork-in-the-road", &["--precision", "0.6%", "--threads", threads]);
        forecast["run"]["precision"].take();
        forecast
    };
    let one = precise("1");
    assert_eq!(precise("3"), one);
    let replications = one["run"]["replications"].to_string();
    let (_, mut in_one_go) = forecast("fork-in-the-road", &["--replications", &replications]);
    in_one_go["run"]["precision"] = Value::Null;
    assert_eq!(in_one_go, one);
}

#[test]
fn a_limit_that_is_typed_ends_the_search_with_a_warning() {
    let (said, limited) = forecast("fork-in-the-road", &["--precision", "0.001%", "--replications", "120"]);
    assert_eq!(limited["run"]["replications"], 120);
    let warnings = limited["warnings"].to_string();
    assert!(
        warnings.contains("the precision of 0.001 % was not reached in 120 replications"),
        "{warnings}"
    );
    assert!(!said.contains("it took"), "{said}");
    // A rough precision needs no more than what a spread can be told from.
    let (_, rough) = forecast("fork-in-the-road", &["--precision", "50%"]);
    assert_eq!(rough["run"]["replications"], 100);
}

#[test]
fn a_precision_without_a_percent_sign_is_refused() {
    let run = output(&["run", &scenario("fork-in-the-road"), "--precision", "1"]);
    assert_eq!(code(&run), Some(2));
    assert!(
        text(&run.stderr).contains("expected a percentage: `1%`?"),
        "{}",
        text(&run.stderr)
    );
}
