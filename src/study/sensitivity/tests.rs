//! Sensitivities whose answers are known.

use std::sync::atomic::AtomicBool;

use super::input::{Place, inputs};
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

const LINEAR: &str = r#"
format = 1
customers = 1000
steps.visit.branches = [{ to = "buy" }]

[steps.buy]
outcome = "converted"
revenue = { uniform = [80, 120] }
costs = { goods = { normal = { mean = 20, sd = 3 } }, fees = { uniform = [5, 25] }, care = { uniform = [0, 60] } }
"#;

/// Of a sum, each part has its share of the variance, alone and in all: aᵢ²σᵢ² / Σ.
#[test]
fn shares_of_a_sum_are_those_of_its_parts() {
    let answer = answer(LINEAR, &[], &question());
    assert_eq!(
        (answer.metric.as_str(), answer.run.engine.as_str()),
        ("profit", "exact")
    );
    let parts = [
        ("steps.buy.revenue", 1_600.0 / 12.0),
        ("steps.buy.costs.goods", 9.0),
        ("steps.buy.costs.fees", 400.0 / 12.0),
        ("steps.buy.costs.care", 300.0),
    ];
    let all: f64 = parts.iter().map(|it| it.1).sum();
    for (path, variance) in parts {
        let found = share(&answer, path);
        check_share(found.first, variance / all, path);
        check_share(found.total, variance / all, path);
    }
    let shares = answer.shares.expect("something is uncertain");
    check_share(shares.alone, 1.0, "all of them alone");
    assert!((shares.sd / (1_000.0 * all.sqrt()) - 1.0).abs() < 0.05, "{}", shares.sd);
    assert_eq!(shares.luck, None);
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

/// Var(PQ) = μₚ²σ² + μ_q²σ² + σ⁴, the last of them by both together.
fn check_product(answer: &Sensitivity) {
    let (p, q, variance) = (0.4_f64, 0.3_f64, 0.16 / 12.0);
    let (of_p, of_q, both) = (q * q * variance, p * p * variance, variance * variance);
    let all = of_p + of_q + both;
    for (path, own) in [(VISIT, of_p), (OFFER, of_q)] {
        let found = share(answer, path);
        check_share(found.first, own / all, path);
        check_share(found.total, (own + both) / all, path);
    }
}

#[test]
fn shares_of_two_chances_one_after_the_other_are_those_by_hand() {
    let answer = answer(PRODUCT, &[], &question());
    assert_eq!(answer.metric, "won");
    check_product(&answer);
}

/// Ten customers: three quarters of the variance are luck, and there are but two replications a world.
#[test]
fn luck_adds_noise_to_shares_and_no_bias() {
    let few = PRODUCT.replace("customers = 1000", "customers = 10");
    let question = Question {
        engine: Some(Engine::Individual),
        worlds: Some(16_384),
        ..question()
    };
    let answer = answer(&few, &[], &question);
    check_product(&answer);
    let shares = answer.shares.expect("something is uncertain");
    // n E[p q (1 − p q)] of luck beside n² Var(p q).
    let (second, mean) = (0.16 + 0.16 / 12.0, 0.09 + 0.16 / 12.0);
    let luck = 10.0 * (0.4 * 0.3 - second * mean);
    let all = luck + 100.0 * (second * mean - 0.0144);
    check_share(shares.luck.expect("there is luck"), luck / all, "luck");
}

/// Chances are worked out after amounts, whatever their order in the file: profit is N p (r − c).
#[test]
fn shares_belong_to_their_inputs_in_any_order() {
    let text = r#"
format = 1
customers = 1000
values.appeal = { uniform = [0.2, 0.6] }
steps.visit.branches = [{ to = "buy", chance = "$appeal" }, { to = "leave", chance = "rest" }]
steps.buy = { outcome = "converted", revenue = { uniform = [80, 120] }, cost = { uniform = [20, 40] } }
steps.leave.outcome = "lost"
"#;
    let answer = answer(text, &[], &question());
    let (p, m) = (0.4_f64, 70.0_f64);
    let [of_p, of_r, of_c] = [0.16 / 12.0, 1_600.0 / 12.0, 400.0 / 12.0];
    let all = p * p * (of_r + of_c) + m * m * of_p + of_p * (of_r + of_c);
    for (path, first, together) in [
        ("values.appeal", m * m * of_p, of_p * (of_r + of_c)),
        ("steps.buy.revenue", p * p * of_r, of_p * of_r),
        ("steps.buy.cost", p * p * of_c, of_p * of_c),
    ] {
        let found = share(&answer, path);
        assert_eq!(found.kind == "chance", path == "values.appeal");
        check_share(found.first, first / all, path);
        check_share(found.total, (first + together) / all, path);
    }
}

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

/// Every number that is drawn at its mean, as `--set` takes it, but this one.
fn set(answer: &Sensitivity, path: &str, value: f64) -> Vec<String> {
    let typed = |path: &str, value: f64, unit: &Option<String>| match unit.as_deref() {
        Some(unit) if unit.starts_with("per ") => format!("{path}={value} {unit}"),
        // Amounts are booked in ten-thousandths, in every world.
        Some(_) => format!("{path}={value:.4}"),
        None => format!("{path}={value}"),
    };
    let in_whole = |path: &str| path.starts_with("steps.trial.");
    let others = answer
        .tornado
        .iter()
        .filter(|it| it.uncertain && it.path != path && !in_whole(&it.path));
    let others = others.map(|it| typed(&it.path, it.mean.expect("it is a number"), &it.unit));
    others.chain([typed(path, value, &bar(answer, path).unit)]).collect()
}

#[test]
fn ends_of_bars_are_what_a_run_with_that_number_comes_to() {
    let answer = answer(MANY_KINDS, &[], &question());
    assert_eq!(answer.tornado.len(), 7, "{:?}", answer.tornado);
    for bar in &answer.tornado {
        for end in [&bar.low, &bar.high] {
            let set = set(&answer, &bar.path, end.at.expect("it is a number"));
            let selection = Selection {
                set,
                ..Selection::default()
            };
            let journey = journey(MANY_KINDS, &selection);
            // What was not set is a whole, which is at its mean in the mean world.
            let measured = expected_profit(&journey);
            assert!(
                (end.value / measured - 1.0).abs() < 1e-6,
                "{}: {} instead of {measured}",
                bar.path,
                end.value
            );
            assert_eq!(end.se, 0.0);
        }
    }
    let swings: Vec<f64> = answer.tornado.iter().map(|it| it.swing).collect();
    assert!(swings.is_sorted_by(|one, other| one >= other), "{swings:?}");
}

/// Profit with whatever is still uncertain at its mean.
fn expected_profit(journey: &Journey) -> f64 {
    let plan = crate::plan::compile(journey);
    let model = crate::plan::Model { journey, plan: &plan };
    let layout = crate::forecast::Layout::of(journey, &plan);
    let run = crate::engine::RunOptions {
        replications: 1,
        seed: 1,
        threads: 1,
        engine: Engine::Exact,
    };
    let simulator = crate::engine::Simulator::new(model, run).expect("it can be run");
    let extract = |rates: &_, tally: crate::engine::AnyTally<'_>| crate::forecast::record(model, &layout, rates, tally);
    let world = |_| (journey.draws.mean_world(), 0);
    let records = simulator.run_in(1, &world, extract, &|_| (), &AtomicBool::new(false));
    let records = records.expect("numbers are small").expect("nobody stops it");
    let at = layout.totals.iter().position(|it| it == "profit");
    records[0][at.expect("every journey has it")]
}

#[test]
fn a_value_used_twice_is_one_input_and_so_is_a_whole() {
    let journey = journey(MANY_KINDS, &Selection::default());
    let found = inputs(&journey);
    let paths: Vec<&str> = found.iter().map(|it| it.named.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "values.fee",
            "arrivals.web.volume",
            "steps.buy.revenue",
            "steps.visit.trial.chance",
            "steps.trial.*.chance"
        ]
    );
    let whole = &found[4];
    assert_eq!(whole.numbers.len(), 3);
    assert!(matches!(whole.numbers[1].place, Place::Share(..)));
    assert_eq!(whole.numbers[1].named.path, "steps.trial.ask.chance");
}

#[test]
fn simulated_bars_agree_with_exact_ones_and_say_how_sure_they_are() {
    let exact = answer(MANY_KINDS, &[], &question());
    for engine in [Engine::Individual, Engine::Cohort] {
        let question = Question {
            engine: Some(engine),
            worlds: Some(16),
            ..question()
        };
        let simulated = answer(MANY_KINDS, &[], &question);
        for it in &exact.tornado {
            let found = bar(&simulated, &it.path);
            for (found, truth) in [(&found.low, &it.low), (&found.high, &it.high)] {
                let off = (found.difference - truth.difference) / found.se;
                assert!(
                    off.abs() < BAR,
                    "{engine:?}, {}: {found:?} instead of {truth:?}",
                    it.path
                );
            }
            // Pairs that meet the same luck differ by far less than two runs would.
            let of_two_runs = simulated.base.se * 2.0_f64.sqrt();
            assert!(found.swing_se < 0.6 * of_two_runs, "{engine:?}, {}: {found:?}", it.path);
        }
    }
}

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
fn chances_that_may_pass_one_together_are_one_input_with_an_end_held_back() {
    let answer = answer(CROWDED, &[], &question());
    let shares = answer.shares.as_ref().expect("something is uncertain");
    assert_eq!(shares.inputs.len(), 1);
    assert_eq!(shares.inputs[0].path, "steps.visit.buy.chance + steps.visit.ask.chance");
    check_share(shares.alone, 1.0, "the fork");
    let high = &bar(&answer, "steps.visit.buy.chance").high;
    let ask = bar(&answer, "steps.visit.ask.chance").mean.expect("it is a number");
    assert!(high.limited, "{high:?}");
    assert!((high.at.expect("it is a number") - (1.0 - ask)).abs() < 1e-9);

    let narrow = CROWDED
        .replace("40% to 70%", "40% to 45%")
        .replace("20% to 50%", "20% to 25%");
    let apart = inputs(&journey(&narrow, &Selection::default()));
    assert_eq!(apart.len(), 2, "where they hardly ever pass 1, each is its own");
}

#[test]
fn what_is_fixed_moves_by_a_tenth_and_says_where_it_cannot() {
    let text = CROWDED.replace("40% to 70%", "60%").replace("20% to 50%", "39%");
    let question = Question {
        all: true,
        ..question()
    };
    let answer = answer(&text, &[], &question);
    let customers = bar(&answer, "arrivals.customers.volume");
    assert!(!customers.uncertain);
    assert!((customers.low.value - 540.0).abs() < 1e-9 && (customers.high.value - 660.0).abs() < 1e-9);
    assert_eq!(customers.high.change.as_deref(), Some("x1.1"));
    let skipped: Vec<&str> = answer.skipped.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(skipped, ["steps.visit.buy.chance", "steps.visit.ask.chance"]);
    assert!(
        answer.skipped[0].why.contains("it can be at most 61 %"),
        "{:?}",
        answer.skipped
    );
    assert_eq!(answer.shares, None);
}

#[test]
fn a_table_holds_what_bars_show_at_its_edges() {
    let by = |one: &str, other: &str| Question {
        by: vec![[one.to_owned(), other.to_owned()]],
        ..question()
    };
    let found = answer(PRODUCT, &[], &by(VISIT, OFFER));
    let table = &found.tables[0];
    for (row, of_row) in table.values.iter().enumerate() {
        for (column, point) in of_row.iter().enumerate() {
            let at = |axis: &super::result::Axis, level: usize| axis.levels[level].at.expect("it is a number");
            let won = 1_000.0 * at(&table.rows, row) * at(&table.columns, column);
            let point = point.expect("there is room");
            assert!((point.value - won).abs() < 1e-6, "{} instead of {won}", point.value);
        }
    }
    // Where both take too much, a cell is empty and the answer says so.
    let crowded = answer(CROWDED, &[], &by("steps.visit.buy.chance", "steps.visit.ask.chance"));
    let values = &crowded.tables[0].values;
    assert!(values[4][4].is_none() && values[0][0].is_some());
    assert!(
        crowded.warnings.iter().any(|it| it.contains("are empty")),
        "{:?}",
        crowded.warnings
    );
    // A fixed number moves by factors, a share of a whole beside another one.
    let mixed = answer(MANY_KINDS, &[], &by("steps.ask.buy.chance", "steps.trial.buy.chance"));
    assert_eq!(mixed.tables[0].rows.levels[0].level, "x0.8");
    let of_whole = answer(MANY_KINDS, &[], &by("steps.trial.ask.chance", "steps.trial.buy.chance"));
    assert!(of_whole.tables[0].values.iter().flatten().all(Option::is_some));
    let same = asked(MANY_KINDS, &[], &by(OFFER, OFFER)).expect_err("there is no such path");
    assert!(
        same.to_string().contains("no number at `steps.offer.buy.chance`"),
        "{same}"
    );
}

const DECISION: &str = r#"
format = 1
customers = 1
values.gain = { normal = { mean = 95, sd = 20 } }
steps.visit.branches = [{ to = "buy" }]
steps.buy = { outcome = "converted", revenue = 100 }
variants.bold.set = { "steps.buy.revenue" = "$gain" }
"#;

/// The unit-normal loss: σ (φ(z) − z Φ(−z)) with z = (100 − 95) / 20.
#[test]
fn knowing_before_deciding_is_worth_what_the_textbook_says() {
    let answer = answer(DECISION, &["bold"], &question());
    let information = answer.information.expect("there are options");
    assert_eq!((information.best.as_str(), information.worlds), ("base", 8_192));
    let truth = 20.0 * (0.386_668_117 - 0.25 * 0.401_293_674);
    let everything = information.everything;
    let off = (everything.value - truth) / everything.se;
    assert!(off.abs() < BAR, "{everything:?} instead of {truth}");
    assert!(everything.se < 0.02 * truth);
    // The gain is all that is uncertain: to know it is to know everything.
    let only = &information.inputs[0];
    assert_eq!((only.path.as_str(), information.inputs.len()), ("values.gain", 1));
    assert!((only.worth.value / everything.value - 1.0).abs() < 0.005, "{only:?}");
}

/// gain − loss against 100: to know the gain is worth E max(0, gain − 15 − 100) with gain from 80 to
/// 140, which is 25² / 2 / 60; to know the loss is worth nothing, since it never changes the choice.
#[test]
fn knowing_one_number_is_worth_its_part() {
    let text = DECISION
        .replace(
            "{ normal = { mean = 95, sd = 20 } }",
            "{ uniform = [80, 140] }\nvalues.loss = { uniform = [13, 17] }",
        )
        .replace("revenue = 100 }", "revenue = 100, cost = 0 }")
        .replace("\"$gain\" }", "\"$gain\", \"steps.buy.cost\" = \"$loss\" }");
    for engine in [Engine::Exact, Engine::Individual] {
        let question = Question {
            engine: Some(engine),
            ..question()
        };
        let information = answer(&text, &["bold"], &question)
            .information
            .expect("there are options");
        let worth = |path: &str| {
            let found = information.inputs.iter().find(|it| it.path == path);
            found.expect("it is uncertain").worth
        };
        let truth = 25.0 * 25.0 / 120.0;
        let gain = worth("values.gain");
        assert!(
            ((gain.value - truth) / gain.se).abs() < BAR,
            "{gain:?} instead of {truth}"
        );
        let loss = worth("values.loss");
        assert!(loss.value < 0.02 * truth && loss.value >= 0.0, "{loss:?}");
        assert!(information.everything.value >= gain.value);
    }
}

/// Both options come to the same in every world, and to something else by luck.
#[test]
fn luck_is_not_worth_knowing() {
    let text = r#"
format = 1
customers = 50
steps.visit = { cost = { uniform = [0, 0.1] }, branches = [{ to = "buy", chance = "30%" }, { to = "leave", chance = "rest" }] }
steps.buy = { outcome = "converted", revenue = 100 }
steps.leave.outcome = "lost"
variants.dear.set = { "steps.visit.buy.chance" = "15%", "steps.buy.revenue" = 200 }
"#;
    let question = Question {
        engine: Some(Engine::Individual),
        worlds: Some(1_000),
        ..question()
    };
    let information = answer(text, &["dear"], &question)
        .information
        .expect("there are options");
    for worth in [information.everything, information.inputs[0].worth] {
        assert!(worth.value < 4.0 * worth.se, "{worth:?}");
    }
}

#[test]
fn twenty_assumptions_are_all_told() {
    let steps: String = (0..20)
        .map(|at| {
            let to = if at == 19 { "buy".to_owned() } else { format!("s{}", at + 1) };
            format!(
                "[steps.s{at}]\ncost = 0.1\nbranches = [{{ to = \"{to}\", chance = \"80% to 90%\", after = \"1d to 4d\" }}, {{ to = \"leave\", chance = \"rest\" }}]\n"
            )
        })
        .collect();
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
