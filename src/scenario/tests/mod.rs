//! The examples of the format's description, and promises about whole files.

mod robustness;
mod selection;

use super::*;

const SMALL: &str = r#"
format = 1
customers = 10_000

[steps.visit]
branches = [
  { to = "buy", chance = "3%" },
  { to = "leave", chance = "rest" },
]

[steps.buy]
outcome = "converted"
revenue = 40

[steps.leave]
outcome = "lost"
"#;

const FULL: &str = r#"
format = 1
name = "SaaS free trial"
description = "From the first visit to the second year of the subscription."
entry = "visit"           # the step where arrivals enter unless they say otherwise
begin = 2026-01-01        # the first day of the forecast
horizon = "12 months"     # or: end = 2026-12-31, the last day
period = "month"          # what the forecast reports by: day, week, month (default), quarter, year
tick = "1 day"            # the clock: every delay is a whole number of ticks; default "1 day"
currency = "EUR"

[stages]                  # the funnel, in this order
awareness     = { title = "Awareness", owner = "Marketing" }
consideration = { owner = "Marketing" }
trial         = { owner = "Sales" }
paying        = { owner = "Customer Success" }

[customer]                # what is known of each customer: drawn once, on arrival
segment = { self_serve = 0.8, enterprise = 0.2 }   # a category (persona, device …) and its mix
score   = { counter = [0, 5], start = 0 }          # a counter (lead score, satisfaction …), clamped to its bounds

[values]                  # numbers used in several places: one draw for all of them
seat = { is = "11 to 13", source = "venue contract" }

[products]
licence = { title = "Licence", price = 49, cost = 6 }   # booked with every unit

[budgets.search_ads]      # costs that come whether customers do or not
amount = "3000 per month"
channel = "search"

[arrivals.search]
rate = "9000 to 11000 per month"      # uncertain: see Quantities
growth = "2% per month"
season = { nov = 1.2, dec = 1.5 }     # factor by calendar month; `else` for the others, default 1
weekdays = { sat = 0.5, sun = 0.5 }   # weights inside a month; `else` for the others, default 1
spread = "poisson"                    # default; or "fixed", or { cv = "10%" }

[arrivals.newsletter]
series = { "2026-02" = 800, "2026-05" = "700 to 1000" }
customer = { segment = "enterprise" } # overrides the mix of [customer] for these arrivals

[pipeline]                # today's pipeline: who is already under way on `begin`
trial   = { count = 420, waited = "5d" }
renewal = { count = 1300, converted = true }

[steps.visit]
title = "Visits the site"
stage = "awareness"
channel = "search"
cost = 0.40
branches = [
  { to = "trial", chance = "7% to 9%", after = "1d to 6d" },
  { to = "webinar", chance = { by = "segment", self_serve = "10%", enterprise = "25%" }, after = "2d" },
  { to = "visit", name = "returns", chance = 0.3, after = { exponential = "5d" } },
  { to = "gone", chance = "rest" },
]

[steps.webinar]
stage = "consideration"
channel = "webinar"
cost = "$seat"
adds = { score = 2 }
branches = [
  { to = "demo", when = "segment == 'enterprise' and score >= 2" },
  { to = "gone", when = "visits.webinar >= 3" },
  { to = "trial", when = "otherwise", after = "1d" },
]

[steps.demo]
stage = "consideration"
channel = "sales"
costs = { staff = 70, travel = { each = "5 to 60" } }   # named parts
source = "CRM export, May 2026"
branches = [                          # observed counts: one Dirichlet for the whole fork
  { to = "trial", count = 180, after = { by = "segment", enterprise = "5d to 20d", else = "3d" } },
  { to = "gone", count = 120 },
]

[steps.trial]
stage = "trial"
branches = [
  { to = "subscribed", chance = "80 of 400", after = "14d" },
  { to = "gone", chance = "rest", after = "14d" },
]

[steps.subscribed]
stage = "paying"
event = "conversion"
units = { licence = 1 }
costs = { payment = "3.5% of revenue" }
branches = [{ to = "renewal", after = "30d" }]

[steps.renewal]
stage = "paying"
event = "renewal"
revenue = { each = { gamma = { mean = 49, sd = 20 } } }   # differs from customer to customer
branches = [
  { to = "renewal", name = "renews", chance = "92%", after = "30d" },
  { to = "cancelled", chance = "rest", after = "30d" },
]

[steps.gone]
outcome = "lost"

[steps.cancelled]
outcome = "churned"

[calendar.spring_sale]                # holds on these days, both included
from = 2026-03-20
until = 2026-04-05
set = { "steps.visit.trial.chance" = "x1.25", "arrivals.search.volume" = "x1.4" }

[variants.webinar_push]               # a what-if: a small patch on the scenario above
note = "More invitations, dearer seats, from summer on."
from = 2026-06-01
set = { "steps.visit.webinar.chance" = "x1.5", "values.seat" = "x1.3" }

[variants.push_and_price]
with = ["webinar_push"]
set = { "products.licence.price" = "+5" }

[targets.year]                        # reported as a probability
metric = "won"
at_least = 2500

[levers]                              # what `solve` may move, and how far
"steps.visit.trial.chance" = "x0.8 to x1.5"
"arrivals.search.volume" = "x1 to x2"

[run]
replications = 1000
seed = 1
"#;

fn read(text: &str) -> Scenario {
    match Scenario::read("test.toml", text.as_bytes(), FileFormat::Toml) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("{:#?}", told(&problems)),
    }
}

/// Code, line and column of every problem, and its message.
fn told(problems: &Problems) -> Vec<String> {
    problems
        .problems
        .iter()
        .map(|it| {
            let (line, column) = problems.line_and_column(it);
            format!("{} at {line}:{column}: {}", it.fault.code, it.fault.message)
        })
        .collect()
}

#[test]
fn the_examples_of_the_format_are_read_without_a_fault() {
    for example in [SMALL, FULL] {
        let draft = read(example).draft(&Selection::default());
        let draft = draft.map_err(|problems| told(&problems));
        draft.expect("the example is sound");
    }
}

fn checked(name: &str, bytes: &[u8]) -> Vec<String> {
    match Scenario::read(name, bytes, FileFormat::of(name)) {
        Ok(scenario) => told(&scenario.check()),
        Err(problems) => told(&problems),
    }
}

#[test]
fn the_examples_of_the_format_have_no_mistakes_and_no_warnings() {
    for example in [SMALL, FULL] {
        assert_eq!(checked("test.toml", example.as_bytes()), Vec::<String>::new());
    }
}

#[test]
fn a_scenario_in_json_means_the_same_as_in_toml() {
    let json = r#"{ "format": 1, "customers": 10000, "steps": {
        "visit": { "branches": [{ "to": "buy", "chance": "3%" }, { "to": "leave", "chance": "rest" }] },
        "buy": { "outcome": "converted", "revenue": 40 },
        "leave": { "outcome": "lost" } } }"#;
    let json = Scenario::read("test.json", json.as_bytes(), FileFormat::Json).expect("it is read");
    let all = Selection::default();
    assert_eq!(json.draft(&all), read(SMALL).draft(&all));
}

#[test]
fn all_mistakes_are_told_and_nothing_that_follows_from_them() {
    let text = SMALL
        .replace("customers = 10_000", "customers = \"many\"\ncurency = \"EUR\"")
        .replace("\"3%\"", "\"3 %\"")
        .replace("to = \"leave\"", "to = \"leaf\"")
        .replace("\"lost\"", "\"gone\"");
    assert_eq!(
        checked("test.toml", text.as_bytes()),
        [
            "wrong-type at 3:13: a whole number of customers belongs here, not the text \"many\"",
            "unknown-key at 4:1: a scenario has no key `curency`",
            "bad-notation at 8:26: \"3 %\" is not a chance",
            "unknown-name at 9:10: there is no step called `leaf`",
            "bad-notation at 17:11: `gone` is not an outcome",
        ]
    );
}

#[test]
fn variants_that_build_on_each_other_in_a_circle_are_told_once() {
    let text = format!(
        "{SMALL}\n[variants]\na = {{ with = [\"b\"] }}\nb = {{ with = [\"c\"] }}\n\
         c = {{ with = [\"a\"] }}\nd = {{ with = [\"a\", \"d\", \"e\"] }}\n"
    );
    assert_eq!(
        checked("test.toml", text.as_bytes()),
        [
            "circular at 19:15: `a` builds on `b`, which builds on `c`, which builds on `a`",
            "circular at 22:20: `d` builds on itself",
            "unknown-name at 22:25: there is no variant called `e`",
        ]
    );
}

#[test]
fn mistakes_of_a_variant_are_told_at_the_variant() {
    let text = format!(
        "{SMALL}\n[variants.more]\nset = {{ \"steps.visit.by.chance\" = \"x2\" }}\n\
         [variants.other.steps.visit]\nbranches = [{{ to = \"bye\" }}]\n"
    );
    assert_eq!(
        checked("test.toml", text.as_bytes()),
        [
            "unknown-path at 19:9: there is nothing to change at `steps.visit.by.chance`",
            "unknown-name at 21:20: there is no step called `bye`",
        ]
    );
}

#[test]
fn the_hash_and_the_names_are_those_of_the_file() {
    let scenario = Scenario::read("a/b/shop.v2.toml", SMALL.as_bytes(), FileFormat::Toml);
    let scenario = scenario.expect("it is read");
    assert_eq!((scenario.name(), scenario.file()), ("shop.v2", "a/b/shop.v2.toml"));
    assert_eq!(scenario.sha256().len(), 64);
    assert_eq!(scenario.run(), RunDefaults::default());
    let run = read(FULL).run();
    assert_eq!((run.replications, run.seed), (Some(1000), Some(1)));
    let variants: Vec<String> = read(FULL).variants().map(|it| it.id).collect();
    assert_eq!(variants, ["webinar_push", "push_and_price"]);
}
