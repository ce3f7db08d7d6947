//! `solve` finds what it takes: as exactly as the answer can be worked out, and as surely as asked.

use serde_json::Value;

use crate::program::{check_documented, check_one_line, code, output, scenario, text};

/// A shop of which everything is known: 300 of 10,000 visitors buy something for 40.
const SHOP: &str = r#"
format = 1
customers = 10_000
currency = "EUR"
[steps.visit]
cost = 0.5
branches = [{ to = "buy", chance = "3%" }, { to = "wait", chance = "10%", after = "3 days" }, { to = "leave", chance = "rest" }]
[steps.wait]
branches = [{ to = "buy", chance = "20%" }, { to = "leave", chance = "rest" }]
[steps.buy]
outcome = "converted"
revenue = 40
[steps.leave]
outcome = "lost"
[targets.sales]
metric = "won"
at_least = 600
[targets.spending]
metric = "cost"
at_most = 4000
[levers]
"steps.visit.buy.chance" = "1% to 12%"
"steps.wait.buy.chance" = "x1 to x2.5"
"#;

fn solve(scenario: &str, options: &[&str]) -> Value {
    let args: Vec<&str> = ["solve", scenario, "--format", "json", "--quiet"]
        .iter()
        .chain(options)
        .copied()
        .collect();
    let output = output(&args);
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

/// `SHOP` in a file of its own.
fn shop() -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new()
        .suffix(".toml")
        .tempfile()
        .expect("a file can be made");
    std::fs::write(file.path(), SHOP).expect("it can be written");
    file
}

fn lever<'a>(solution: &'a Value, target: usize, path: &str) -> &'a Value {
    let levers = solution["targets"][target]["levers"]
        .as_array()
        .expect("there are levers");
    levers.iter().find(|it| it["path"] == path).expect("it was asked")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("it is a number")
}

#[test]
fn a_mean_is_solved_as_by_hand() {
    let file = shop();
    let solution = solve(file.path().to_str().expect("it is text"), &["--target", "sales"]);
    assert_eq!(solution["run"]["engine"], "exact");
    // Won are 10,000 · (p + 0.1 · q), with p = 3 % and q = 20 %; 600 of them take p = 4 % or q = 30 %.
    let direct = lever(&solution, 0, "steps.visit.buy.chance");
    assert!((number(&direct["value"]) - 0.04).abs() < 1e-7, "{direct}");
    assert!((number(&direct["relative"]) - 1.0 / 3.0).abs() < 1e-6);
    let waiting = lever(&solution, 0, "steps.wait.buy.chance");
    assert!((number(&waiting["value"]) - 1.5).abs() < 1e-7, "{waiting}");
    assert_eq!(waiting["change"], "steps.wait.buy.chance=x1.5");
    assert_eq!(waiting["answer"], "move");
    // The smaller relative change comes first.
    assert_eq!(solution["targets"][0]["levers"][0]["path"], "steps.visit.buy.chance");
}

#[test]
fn what_is_met_already_says_how_much_room_there_is() {
    let file = shop();
    let solution = solve(file.path().to_str().expect("it is text"), &["--target", "won >= 350"]);
    let target = &solution["targets"][0];
    assert_eq!(target["is_met"], true);
    let direct = lever(&solution, 0, "steps.visit.buy.chance");
    assert_eq!(direct["answer"], "room");
    assert!((number(&direct["value"]) - 0.015).abs() < 1e-7, "{direct}");
    let waiting = lever(&solution, 0, "steps.wait.buy.chance");
    assert_eq!(waiting["answer"], "always");
}

#[test]
fn what_no_lever_reaches_alone_is_tried_with_all_together() {
    let file = shop();
    let path = file.path().to_str().expect("it is text");
    // Alone they reach 1,400 and 800; both at their limits 1,700.
    let solution = solve(path, &["--target", "won >= 1500"]);
    let target = &solution["targets"][0];
    let answers = target["levers"].as_array().expect("there are levers").iter();
    assert!(answers.clone().all(|it| it["answer"] == "unreachable"), "{target}");
    let best: Vec<f64> = answers.map(|it| number(&it["best"]["reached"]["expected"])).collect();
    assert!(
        (best[0] - 1_400.0).abs() < 1e-6 && (best[1] - 800.0).abs() < 1e-6,
        "{best:?}"
    );
    // 10,000 · (0.03 + 0.09 s + 0.02 · (1 + 1.5 s)) = 1,500 takes s = 1,000 / 1,200.
    let share = number(&target["together"]["share"]);
    assert!((share - 0.834).abs() < 1e-9, "{share}");
    assert!(number(&target["together"]["reached"]["expected"]) >= 1_500.0);

    let solution = solve(path, &["--target", "won >= 2000"]);
    let together = &solution["targets"][0]["together"];
    assert!(together["share"].is_null());
    assert!(
        (number(&together["reached"]["margin"]) + 300.0).abs() < 1e-6,
        "{together}"
    );
}

#[test]
fn costs_are_solved_from_above() {
    let file = shop();
    let path = file.path().to_str().expect("it is text");
    let solution = solve(path, &["--target", "spending", "--vary", "steps.visit.cost=x0.1..x2"]);
    let cost = lever(&solution, 0, "steps.visit.cost");
    assert!((number(&cost["value"]) - 0.8).abs() < 1e-7, "{cost}");
    assert!(number(&cost["relative"]) < 0.0);
}

#[test]
fn an_answer_on_the_mean_is_what_the_exact_engine_says() {
    let known = [
        "values.seat=12",
        "steps.visit.trial.chance=8%",
        "steps.demo.trial.chance=60%",
    ];
    let mut options: Vec<&str> = known.iter().flat_map(|it| ["--set", it]).collect();
    options.extend(["--replications", "40", "--target", "won >= 8000"]);
    let file = scenario("saas-trial");
    let solution = solve(&file, &options);
    for lever in solution["targets"][0]["levers"].as_array().expect("there are levers") {
        // `change` is rounded to the safe side: by less than a thousandth.
        let change = lever["change"].as_str().expect("it can be reached");
        let mut args: Vec<&str> = vec![
            "run",
            &file,
            "--engine",
            "exact",
            "--replications",
            "40",
            "--format",
            "json",
        ];
        args.extend(known.iter().flat_map(|it| ["--set", it]));
        args.extend(["--set", change, "--quiet"]);
        let run: Value = serde_json::from_slice(&output(&args).stdout).expect("it is JSON");
        let won = number(&run["totals"]["won"]["mean"]);
        assert!((8_000.0..8_008.0).contains(&won), "{change}: {won}");
    }
}

#[test]
fn an_answer_with_confidence_holds_under_other_luck() {
    let file = shop();
    let path = file.path().to_str().expect("it is text");
    let options = [
        "--target",
        "won >= 600",
        "--confidence",
        "80%",
        "--replications",
        "2000",
    ];
    let solution = solve(
        path,
        &[&options[..], &["--vary", "steps.visit.buy.chance=1%..12%"]].concat(),
    );
    let direct = lever(&solution, 0, "steps.visit.buy.chance");
    // Won are binomial of 10,000: 80 % sure of 600 takes a mean of 620.0 (chance 6.2 %).
    let value = number(&direct["value"]) + 0.02;
    let sd = (value * (1.0 - value) * 10_000.0).sqrt();
    let wanted = 600.0 - 0.5 + 0.8416 * sd;
    let se = number(&direct["se"]);
    assert!(
        (value * 10_000.0 - wanted).abs() < 5.0 * se * 10_000.0 + 0.5,
        "{value} {wanted} {se}"
    );
    assert!(se > 0.0 && se < 0.001, "{se}");
    // Checked with other replications: 5 standard errors of a share of 80 %.
    let checked = number(&direct["checked"]["probability"]);
    assert!((checked - 0.8).abs() < 5.0 * (0.16_f64 / 2_000.0).sqrt(), "{checked}");
}

#[test]
fn limits_that_make_no_sense_are_drawn_in() {
    let file = shop();
    let path = file.path().to_str().expect("it is text");
    let solution = solve(
        path,
        &["--target", "won >= 9100", "--vary", "steps.visit.buy.chance=x1..x100"],
    );
    let direct = lever(&solution, 0, "steps.visit.buy.chance");
    let notes = direct["notes"].as_array().expect("there are notes");
    assert!(notes[0].as_str().expect("it is text").contains("too far"), "{notes:?}");
    assert_eq!(direct["answer"], "move");
}

#[test]
fn what_cannot_be_asked_is_told_in_a_line() {
    let file = shop();
    let path = file.path().to_str().expect("it is text");
    for (options, hint) in [
        (&["--target", "sails"][..], "did you mean `sales`?"),
        (&["--confidence", "80%", "--engine", "exact"], "knows no luck"),
        (&["--precision", "1%"], "--replications"),
        (&["--confidence", "80"], "`80%`?"),
    ] {
        let args: Vec<&str> = ["solve", path].iter().chain(options).copied().collect();
        let output = output(&args);
        assert_ne!(code(&output), Some(0), "{options:?}");
        assert!(text(&output.stderr).contains(hint), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
    }
    for (options, hint) in [
        (&["--target", "wonn >= 600"][..], "did you mean `won`?"),
        (&["--target", "won > 600"], "is not a target"),
        (&["--vary", "steps.visit.bye.chance=x1..x2"], "did you mean"),
    ] {
        let args: Vec<&str> = ["solve", path].iter().chain(options).copied().collect();
        let output = output(&args);
        assert_eq!(code(&output), Some(1), "{options:?} {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(hint), "{}", text(&output.stderr));
    }
    let bare = scenario("fork-in-the-road");
    let without = output(&["solve", &bare]);
    check_one_line(&without, 2, "no `targets`");
}

/// The pages that document the format speak of every key there is, in backticks.
#[test]
fn every_key_of_a_solution_is_documented() {
    let file = shop();
    let path = file.path().to_str().expect("it is text");
    let solutions = [
        &["--target", "won >= 1500", "--replications", "100", "--engine", "cohort"][..],
        &["--target", "won >= 400", "--replications", "100", "--confidence", "80%"],
    ];
    let solutions: Vec<Value> = solutions.iter().map(|options| solve(path, options)).collect();
    check_documented(&Value::Array(solutions), &["solution-format", "forecast-format"], 45);
}

#[test]
fn a_run_tells_by_which_lever_a_target_rises_most() {
    let file = shop();
    let path = file.path().to_str().expect("it is text");
    let args = [
        "run",
        path,
        "--replications",
        "300",
        "--seed",
        "4",
        "--format",
        "json",
        "--quiet",
    ];
    let run: Value = serde_json::from_slice(&output(&args).stdout).expect("it is JSON");
    let levers = run["targets"][0]["levers"].as_array().expect("there are levers");
    assert_eq!(levers.len(), 2);
    let best = &levers[0];
    assert_eq!(best["change"], "steps.visit.buy.chance=12%");
    // 500 are won on average, 600 hardly ever; 1,400 with the change.
    assert_eq!((number(&best["probability"]), number(&best["rise"])), (1.0, 1.0));
    assert!((number(&best["expected"]) - 1_400.0).abs() < 5.0 * 35.0 / 200.0_f64.sqrt());
    assert_eq!(best["replications"], 200);
    // Costs do not depend on who buys.
    assert!(
        run["targets"][1]["levers"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|it| number(&it["rise"]) == 0.0)
    );
}

/// Every notation of a lever, on a journey whose answers are worked out by hand.
#[test]
fn levers_of_every_notation_are_moved() {
    let text = r#"
format = 1
begin = 2026-01-01
horizon = "12 months"
[values]
share = 0.5
[products.box]
price = 20
[arrivals.search]
rate = "100 per month"
[steps.visit]
branches = [{ to = "buy", chance = "10%", after = "30 days" }, { to = "leave", chance = "rest" }]
[steps.buy]
outcome = "converted"
units.box = 2
costs.fee = "10% of revenue"
[steps.leave]
outcome = "lost"
branches = []
"#;
    let text = text.replace("branches = []\n", "");
    let file = tempfile::Builder::new()
        .suffix(".toml")
        .tempfile()
        .expect("a file can be made");
    std::fs::write(file.path(), text).expect("it can be written");
    let path = file.path().to_str().expect("it is text");
    let args = ["run", path, "--engine", "exact", "--format", "json", "--quiet"];
    let run: Value = serde_json::from_slice(&output(&args).stdout).expect("it is JSON");
    let (revenue, fee) = (
        number(&run["totals"]["revenue"]["mean"]),
        number(&run["totals"]["cost"]["mean"]),
    );
    let more = format!("revenue >= {}", 1.25 * revenue);
    let less = format!("cost <= {}", 0.75 * fee);
    for (target, vary, value, relative) in [
        (&more, "steps.visit.buy.chance=5%..20%", 0.125, 0.25),
        (&more, "steps.visit.buy.chance=x0.5..x2", 1.25, 0.25),
        (&more, "steps.visit.buy.chance=-5pp..+10pp", 0.025, 0.25),
        (&more, "products.box.price=10..40", 25.0, 0.25),
        (&more, "products.box.price=+0..+20", 5.0, 0.25),
        (&more, "products.box.price=-10%..+50%", 1.25, 0.25),
        (&more, "arrivals.search.volume=50 per month..300 per month", 125.0, 0.25),
        (&more, "steps.buy.units.box=x1..x3", 1.25, 0.25),
        (&less, "steps.buy.costs.fee=2% of revenue..20% of revenue", 0.075, -0.25),
    ] {
        let solution = solve(path, &["--target", target, "--vary", vary]);
        let lever = &solution["targets"][0]["levers"][0];
        assert!(
            (number(&lever["value"]) - value).abs() < 1e-4 * value,
            "{vary}: {lever}"
        );
        assert!((number(&lever["relative"]) - relative).abs() < 1e-4, "{vary}: {lever}");
        let change = lever["change"].as_str().expect("it can be reached");
        let changed = output(&[&args[..], &["--set", change]].concat());
        let run: Value = serde_json::from_slice(&changed.stdout).expect("it is JSON");
        let metric = solution["targets"][0]["metric"].as_str().expect("it has one");
        let reached = number(&run["totals"][metric]["mean"]);
        assert!(
            (reached - number(&lever["reached"]["expected"])).abs() < 1e-6 * reached,
            "{change}: {run}"
        );
    }
    // A delay of 30 days costs the last month; waiting less brings more of it in.
    let more = format!("revenue >= {}", 1.04 * revenue);
    let solution = solve(path, &["--target", &more, "--vary", "steps.visit.buy.after=-29d..+0d"]);
    let lever = &solution["targets"][0]["levers"][0];
    assert_eq!(lever["answer"], "move", "{lever}");
    let days = number(&lever["value"]);
    assert!((-29.0..-5.0).contains(&days), "{days}");
    assert!((number(&lever["present"]) - 30.0).abs() < 1e-9);
}
