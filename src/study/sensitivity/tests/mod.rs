//! Sensitivities whose answers are known.

mod bars;
mod information;
mod shares;

use std::sync::atomic::AtomicBool;

use super::result::{Bar, InputShare, Sensitivity, Share};
use super::{Question, SensitivityError, sensitivity};
use crate::engine::Engine;
use crate::forecast::{ScenarioInfo, Watch};
use crate::journey::Journey;
use crate::scenario::{FileFormat, Scenario, Selection};
use crate::study::Contender;
use crate::study::comparison::OptionInfo;

/// Standard errors that an estimate may be off.
const BAR: f64 = 5.0;

fn journey(text: &str, selection: &Selection) -> Journey {
    let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
    let journey = scenario.journey(selection);
    journey.unwrap_or_else(|problems| panic!("{problems:?}")).0
}

fn info(journey: &Journey) -> ScenarioInfo {
    ScenarioInfo {
        name: journey.name.clone(),
        file: "t.toml".to_owned(),
        sha256: String::new(),
        variant: None,
        set: Vec::new(),
        currency: None,
    }
}

/// The scenario and its variants as options.
fn contenders(text: &str, variants: &[&str]) -> Vec<Contender> {
    let options = std::iter::once(Vec::new()).chain(variants.iter().map(|it| vec![(*it).to_owned()]));
    options
        .map(|variants| {
            let option = variants.first().cloned().unwrap_or_else(|| "base".to_owned());
            let selection = Selection {
                variants,
                ..Selection::default()
            };
            let journey = journey(text, &selection);
            Contender {
                info: OptionInfo {
                    option,
                    note: None,
                    sweep: Vec::new(),
                    scenario: info(&journey),
                },
                journey,
            }
        })
        .collect()
}

fn question() -> Question {
    Question {
        replications: 300,
        seed: 1,
        threads: 2,
        worlds: Some(4_096),
        ..Question::default()
    }
}

fn asked(text: &str, variants: &[&str], question: &Question) -> Result<Sensitivity, SensitivityError> {
    let watch = Watch {
        reached: &|_, _| {},
        stop: &AtomicBool::new(false),
    };
    let answer = sensitivity(&contenders(text, variants), question, watch)?;
    Ok(answer.expect("nobody stops it"))
}

fn answer(text: &str, variants: &[&str], question: &Question) -> Sensitivity {
    asked(text, variants, question).unwrap_or_else(|error| panic!("{error}"))
}

fn share<'a>(answer: &'a Sensitivity, path: &str) -> &'a InputShare {
    let shares = answer.shares.as_ref().expect("something is uncertain");
    let found = shares.inputs.iter().find(|it| it.path == path);
    found.unwrap_or_else(|| panic!("there is no {path} in {:?}", shares.inputs))
}

fn bar<'a>(answer: &'a Sensitivity, path: &str) -> &'a Bar {
    let found = answer.tornado.iter().find(|it| it.path == path);
    found.unwrap_or_else(|| panic!("there is no {path}"))
}

fn check_share(found: Share, truth: f64, what: &str) {
    let off = (found.value - truth) / found.se;
    assert!(
        off.abs() < BAR && found.se < 0.04,
        "{what}: {found:?} instead of {truth}, off by {off} errors"
    );
}

const PRODUCT: &str = r#"
format = 1
customers = 1000
steps.visit.branches = [{ to = "offer", chance = { uniform = [0.2, 0.6] } }, { to = "leave", chance = "rest" }]
steps.offer.branches = [{ to = "buy", chance = { uniform = [0.1, 0.5] } }, { to = "leave", chance = "rest" }]
steps.buy.outcome = "converted"
steps.leave.outcome = "lost"
"#;
const VISIT: &str = "steps.visit.offer.chance";
const OFFER: &str = "steps.offer.buy.chance";

const MANY_KINDS: &str = r#"
format = 1
horizon = "2 months"
currency = "EUR"
[arrivals.web]
rate = "900 to 1100 per month"
[values]
fee = "2 to 3"
[steps.visit]
cost = "$fee"
branches = [{ to = "trial", chance = "7% to 9%", after = "3d" }, { to = "leave", chance = "rest" }]
[steps.trial]
cost = "$fee"
branches = [
  { to = "buy", count = 60, after = "2d to 9d" },
  { to = "ask", count = 30 },
  { to = "leave", count = 110 },
]
[steps.ask]
branches = [{ to = "buy", chance = "50%" }, { to = "leave", chance = "rest" }]
[steps.buy]
outcome = "converted"
revenue = { normal = { mean = 200, sd = 20 } }
[steps.leave]
outcome = "lost"
"#;

const CROWDED: &str = r#"
format = 1
customers = 1000
steps.visit.branches = [
  { to = "buy", chance = "40% to 70%" },
  { to = "ask", chance = "20% to 50%" },
  { to = "leave", chance = "rest" },
]
steps.ask.outcome = "other"
steps.buy.outcome = "converted"
steps.leave.outcome = "lost"
"#;

#[test]
fn twenty_assumptions_are_all_told() {
    let step = |at: usize| {
        let to = if at == 19 {
            "buy".to_owned()
        } else {
            format!("s{}", at + 1)
        };
        format!(
            "[steps.s{at}]\ncost = 0.1\nbranches = [{{ to = \"{to}\", chance = \"80% to 90%\", after = \"1d to 4d\" }}, {{ to = \"leave\", chance = \"rest\" }}]\n"
        )
    };
    let steps: Vec<String> = (0..20).map(step).collect();
    let steps = steps.concat();
    let text = format!(
        "format = 1\nentry = \"s0\"\nhorizon = \"120 days\"\narrivals.web.rate = \"1000 per month\"\n{steps}\
         [steps.buy]\noutcome = \"converted\"\nrevenue = 50\n[steps.leave]\noutcome = \"lost\"\n"
    );
    let question = Question {
        worlds: Some(16),
        ..question()
    };
    let answer = answer(&text, &[], &question);
    assert_eq!(answer.tornado.len(), 20);
    assert_eq!(answer.shares.expect("something is uncertain").inputs.len(), 20);
    assert_eq!(answer.work.evaluations, 41 + 16 * 22);
}

#[test]
fn what_is_asked_has_to_be_there() {
    let with = |metric: Option<&str>, over: Option<&str>| Question {
        metric: metric.map(str::to_owned),
        over: over.map(str::to_owned),
        worlds: Some(16),
        ..question()
    };
    for (question, words) in [
        (with(Some("wonn"), None), "no metric called `wonn`"),
        (with(None, Some("May")), "no period of a scenario without dates"),
        (
            with(Some("conversion_rate"), Some("month 1")),
            "for the whole horizon only",
        ),
    ] {
        let error = asked(MANY_KINDS, &[], &question).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
    let first = answer(MANY_KINDS, &[], &with(Some("won"), Some("month 1")));
    let second = answer(MANY_KINDS, &[], &with(Some("won"), Some("month 2")));
    let whole = answer(MANY_KINDS, &[], &with(Some("won"), None));
    assert!((first.base.value + second.base.value - whole.base.value).abs() < 1e-9);
    assert_eq!((first.over.as_str(), whole.over.as_str()), ("month 1", "horizon"));
    let rate = answer(MANY_KINDS, &[], &with(Some("conversion_rate"), None));
    assert!(rate.base.value > 0.01 && rate.base.value < 0.1, "{:?}", rate.base);
}

#[test]
fn threads_change_nothing() {
    let with = |threads: usize| Question {
        threads,
        worlds: Some(32),
        ..question()
    };
    assert_eq!(answer(MANY_KINDS, &[], &with(1)), answer(MANY_KINDS, &[], &with(3)));
}
