//! What `fit` finds in the log of a shipped scenario is what happened in the world that made it.
//!
//! A fork's shares in the replication that the log is of are the truth. All of them can be found, those
//! of rules and of chances that depend on counters or visits, too, as averages of all who came there: every
//! step leaves an event, ends as well, and so every branch can be seen to be taken. What cannot be found is
//! - a branch that nobody takes (`webinar` to `gone` of the trial): the fit must not have it either;
//! - the part of a decision that was not followed to its end, which is what the bar is made of;
//! - how customers of the pipeline were chosen: who waits when the log begins is no random visitor of that
//!   step, but the log does not say that the quick ones are missing. Where the bar is narrow nobody waits.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::program::{TEMPLATES, code, output, scenario, text};

fn printed(arguments: &[String]) -> String {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = output(&arguments);
    assert_eq!(code(&output), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&it| it.to_owned()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("it is a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("it is a number")
}

/// The changes that let so many times as many customers arrive, and nobody be under way.
fn larger(name: &str, times: u32) -> Vec<String> {
    let paths = printed(&words(&["paths", &scenario(name)]));
    let paths = paths.lines().filter_map(|it| it.split_whitespace().next());
    let change = |path: &str| {
        let last = path.rsplit('.').next();
        if path.starts_with("arrivals.") && last == Some("volume") {
            Some(format!("{path}=x{times}"))
        } else {
            (path.starts_with("pipeline.") && last == Some("count")).then(|| format!("{path}=0"))
        }
    };
    let changes = paths.filter_map(change).map(|it| ["--set".to_owned(), it]);
    changes.flatten().collect()
}

/// Writes the log of a scenario with these changes, and gives its path.
fn log_of(name: &str, changes: &[String], folder: &Path) -> String {
    let log = folder.join("log.csv").display().to_string();
    let events = words(&["events", &scenario(name), "-o", &log, "--quiet"]);
    printed(&[&events[..], changes].concat());
    log
}

/// A way on from a step: what a fit says, and what happened.
struct Way {
    name: String,
    chance: f64,
    naive: f64,
    share: f64,
    visits: f64,
    worth: f64,
}

impl Way {
    /// The standard error of the chance, as the fit has it.
    fn error(&self) -> f64 {
        (self.share * (1.0 - self.share) / self.worth).sqrt()
    }

    /// The standard error of its difference to what happened to all visits, those that were not followed
    /// included. Who knows what became of all has the best estimate there is; the variance of another
    /// one is that of the best and that of their difference.
    fn error_of_unfollowed(&self) -> f64 {
        let unfollowed = (1.0 / self.worth - 1.0 / self.visits).max(0.0);
        // Three visits, for shares that no normal law describes.
        (self.share * (1.0 - self.share) * unfollowed).sqrt() + 0.6 / self.visits
    }
}

/// Fits a log of a scenario and gives the ways on from all its forks.
fn ways(name: &str, changes: &[String], folder: &Path) -> Vec<Way> {
    let log = log_of(name, changes, folder);
    let json = |arguments: &[&str], changes: &[String]| -> Value {
        let out = printed(&[&words(arguments)[..], &words(&["--format", "json", "--quiet"]), changes].concat());
        serde_json::from_str(&out).expect("it is JSON")
    };
    let fit = json(&["fit", &log], &[]);
    let engine = ["--engine", "individual", "--replications", "1"];
    let run = json(&[&["run", &scenario(name)], &engine[..]].concat(), changes);
    let mut all = Vec::new();
    for step in list(&fit["steps"]) {
        let of = step["step"].as_str().expect("it has an id");
        let mut shares: BTreeMap<&str, f64> = BTreeMap::new();
        if let Some(fork) = list(&run["forks"]).iter().find(|it| it["step"] == of) {
            for branch in list(&fork["branches"]) {
                let to = branch["to"].as_str().expect("it leads somewhere");
                *shares.entry(to).or_default() += number(&branch["share"]["mean"]);
            }
        }
        shares.retain(|_, share| *share > 0.0);
        let found = list(&step["branches"]);
        if shares.is_empty() {
            assert!(found.len() < 2, "{name}: {of} is no fork");
            continue;
        }
        assert_eq!(found.len(), shares.len(), "{name}: {of} has other branches");
        for (to, share) in shares {
            let branch = found.iter().find(|it| it["to"] == to);
            let branch = branch.unwrap_or_else(|| panic!("{name}: {of} to {to} is missing"));
            all.push(Way {
                name: format!("{name}: {of} to {to}"),
                chance: number(&branch["chance"]),
                naive: number(&branch["naive"]),
                share,
                visits: number(&step["visits"]),
                worth: number(&step["worth"]),
            });
        }
    }
    let forks = list(&run["forks"]).iter();
    let reached = forks.filter(|fork| list(&fork["branches"]).iter().any(|it| it["taken"]["mean"] != 0.0));
    let compared: usize = all.len();
    assert!(compared >= 2 * reached.count(), "{name}: a fork is missing");
    all
}

/// Scenario, how many times as many arrive, branches, and how many of them the naive share misses.
const LARGE: [(&str, u32, usize, usize); 6] = [
    ("fork-in-the-road", 2, 4, 0),
    ("saas-trial", 1, 12, 7),
    ("web-shop", 1, 25, 16),
    ("b2b-inbound", 20, 22, 17),
    ("customer-lifecycle", 10, 28, 13),
    ("island-lodging", 2, 28, 11),
];

#[test]
fn the_shares_of_all_forks_are_found_in_large_logs() {
    let folder = tempfile::tempdir().expect("there is room");
    for (name, times, branches, naive_misses) in LARGE {
        let ways = ways(name, &larger(name, times), folder.path());
        assert_eq!(ways.len(), branches, "{name}");
        let misses = |of: fn(&Way) -> f64| {
            let is_off = |it: &&Way| (of(it) - it.share).abs() > 5.0 * it.error_of_unfollowed();
            let named = ways.iter().filter(is_off).map(|it| {
                format!(
                    "{} {} instead of {} ± {}",
                    it.name,
                    of(it),
                    it.share,
                    it.error_of_unfollowed()
                )
            });
            named.collect::<Vec<String>>()
        };
        let missed = misses(|it| it.chance);
        assert!(missed.is_empty(), "{missed:#?}");
        let missed = misses(|it| it.naive);
        assert!(missed.len() >= naive_misses, "{name}: {} {missed:#?}", missed.len());
    }
}

#[test]
fn the_shares_of_all_forks_are_found_in_logs_of_shipped_scenarios() {
    let folder = tempfile::tempdir().expect("there is room");
    let mut branches = 0;
    for name in TEMPLATES {
        let ways = ways(name, &[], folder.path());
        for it in &ways {
            let off = (it.chance - it.share).abs();
            assert!(
                off <= 5.0 * it.error(),
                "{}: {} instead of {}",
                it.name,
                it.chance,
                it.share
            );
        }
        branches += ways.len();
    }
    assert_eq!(branches, LARGE.iter().map(|it| it.2).sum::<usize>());
}

/// Scenario, how many times as many arrive, attribute, its id in the fit, and branches with their chances
/// by value.
type ByValue = (
    &'static str,
    u32,
    &'static str,
    &'static [(&'static str, &'static [(&'static str, f64)])],
);

/// Forks that depend on what is known of a customer.
const BY: [ByValue; 4] = [
    (
        "saas-trial",
        1,
        "segment",
        &[("visit.webinar", &[("self_serve", 0.1), ("enterprise", 0.25)])],
    ),
    (
        "b2b-inbound",
        40,
        "size",
        &[("proposal.client", &[("small", 0.3), ("mid", 0.4), ("large", 0.2)])],
    ),
    (
        "customer-lifecycle",
        20,
        "household",
        &[
            ("compares.visit_at_home", &[("flat", 0.23), ("house", 0.36)]),
            ("care.expands", &[("flat", 0.13), ("house", 0.29)]),
        ],
    ),
    (
        "island-lodging",
        4,
        "arrival",
        &[("stays.next_year", &[("portal", 0.11), ("else", 0.32)])],
    ),
];

#[test]
fn chances_that_depend_on_an_attribute_are_found_for_each_of_its_values() {
    let folder = tempfile::tempdir().expect("there is room");
    for (name, times, attribute, forks) in BY {
        let mut changes = larger(name, times);
        for (branch, values) in forks {
            for (value, chance) in *values {
                let change = format!("steps.{branch}.chance.{value}={}%", chance * 100.0);
                changes.extend(["--set".to_owned(), change]);
            }
        }
        let log = log_of(name, &changes, folder.path());
        let fitted = folder.path().join("fitted.toml").display().to_string();
        let options = ["--attribute", attribute, "-o", &fitted, "--force", "--quiet"];
        printed(&words(&[&["fit", &log], &options[..]].concat()));
        let paths = printed(&words(&["paths", &fitted]));
        for (branch, values) in forks {
            let start = format!("steps.{branch}.chance.");
            let mut compared = 0;
            for line in paths.lines().filter_map(|it| it.strip_prefix(&start)) {
                // Such as `flat   chance   4929.33 of 22886.06`.
                let cells: Vec<&str> = line.split_whitespace().collect();
                let known = values
                    .iter()
                    .find(|it| it.0 == cells[0])
                    .or_else(|| values.iter().find(|it| it.0 == "else"));
                let chance = known.expect("the value is known").1;
                let amount = |at: usize| cells[at].parse::<f64>().expect("it is a count");
                let (count, worth) = (amount(2), amount(4));
                let error = (chance * (1.0 - chance) / worth).sqrt();
                let found = count / worth;
                assert!(
                    (found - chance).abs() < 5.0 * error,
                    "{name}: {branch} of {line}: {found} instead of {chance} ± {error}"
                );
                assert!(error < 0.03, "{name}: {branch} of {line} is too small a group");
                compared += 1;
            }
            assert!(
                compared >= values.len(),
                "{name}: {branch} does not depend on `{attribute}`"
            );
        }
    }
}
