//! `compare` tells a small change from luck, and says how sure it is.

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::AtomicBool;

use forksight::engine::Engine;
use forksight::forecast::{ForecastOptions, ScenarioInfo, Watch};
use forksight::scenario::{FileFormat, Scenario, Selection};
use forksight::study::comparison::{Comparison, MetricComparison, OptionInfo, OptionValue};
use forksight::study::{Contender, compare};
use serde_json::Value;

use crate::program::{TEMPLATES, check_one_line, code, names, output, scenario, text};

/// What makes every assumption of `saas-trial` known.
/// And what keeps customers few, so that many repetitions take seconds.
const KNOWN: [&str; 9] = [
    "values.seat=12",
    "arrivals.search.volume=200 per month",
    "arrivals.newsletter.volume.2026-02=80",
    "arrivals.newsletter.volume.2026-05=85",
    "pipeline.trial.count=0",
    "pipeline.renewal.count=0",
    "steps.visit.trial.chance=8%",
    "steps.demo.trial.chance=60%",
    "steps.trial.subscribed.chance=20%",
];
/// A change of half a percentage point at one fork.
const HALF_A_POINT: &str = "steps.visit.trial.chance=+0.5pp";

fn selection(set: &[&str], variants: &[&str]) -> Selection {
    let owned = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
    Selection {
        variants: owned(variants),
        set: owned(set),
        ..Selection::default()
    }
}

/// The options of a shipped scenario that these selections make; the first is the base.
fn contenders(name: &str, selections: &[Selection]) -> Vec<Contender> {
    let bytes = fs::read(scenario(name)).expect("it is shipped");
    let read = Scenario::read(name, &bytes, FileFormat::Toml).expect("it is TOML");
    let contender = |(at, selection): (usize, &Selection)| {
        let (journey, _) = read.journey(selection).expect("it has no mistakes");
        Contender {
            info: OptionInfo {
                option: format!("option {at}"),
                note: None,
                sweep: Vec::new(),
                scenario: ScenarioInfo {
                    name: journey.name.clone(),
                    file: name.to_owned(),
                    sha256: read.sha256().to_owned(),
                    variant: None,
                    set: selection.set.clone(),
                    currency: journey.currency.clone(),
                },
            },
            journey,
        }
    };
    selections.iter().enumerate().map(contender).collect()
}

fn compared(contenders: &[Contender], engine: Engine, replications: u64, seed: u64) -> Comparison {
    let options = ForecastOptions {
        replications,
        seed,
        threads: 2,
        engine: Some(engine),
        precision: None,
    };
    let watch = Watch {
        reached: &|_, _| {},
        stop: &AtomicBool::new(false),
    };
    let comparison = compare(contenders, options, watch).expect("every engine can run it");
    comparison.expect("nobody stops it")
}

fn total<'a>(comparison: &'a Comparison, metric: &str) -> &'a MetricComparison {
    let found = comparison.totals.iter().find(|it| it.metric == metric);
    found.unwrap_or_else(|| panic!("there is no {metric}"))
}

fn of_option(metric: &MetricComparison, option: usize) -> &OptionValue {
    metric.options[option].as_ref().expect("the option has the metric")
}

/// The bar: a fifth of what two runs of their own would show.
#[test]
fn pairing_tells_half_a_point_from_luck() {
    let all = contenders("saas-trial", &[selection(&[], &[]), selection(&[HALF_A_POINT], &[])]);
    let comparison = compared(&all, Engine::Individual, 60, 1);
    let won = total(&comparison, "won");
    let sd = |option: usize| of_option(won, option).value.sd.expect("there are replications");
    let of_two_runs = sd(0).hypot(sd(1));
    let paired = of_option(won, 1).paired.expect("it is not the base");
    let of_pairs = paired.difference.sd.expect("there are replications");
    assert!(of_pairs < of_two_runs / 5.0, "{of_pairs} against {of_two_runs}");
    assert_eq!(paired.probability_higher, Some(1.0));
}

/// With every assumption known, `exact` knows the difference. The bar: the 95 % interval covers it
/// in 95 ± 2 % of 1,000 repetitions.
#[test]
fn intervals_of_differences_cover_the_truth() {
    let changed = KNOWN.map(|it| it.replace("trial.chance=8%", "trial.chance=8.5%"));
    let changed: Vec<&str> = changed.iter().map(String::as_str).collect();
    assert_ne!(changed, KNOWN);
    let all = contenders("saas-trial", &[selection(&KNOWN, &[]), selection(&changed, &[])]);
    let difference = |comparison: &Comparison, metric: &str| {
        let paired = of_option(total(comparison, metric), 1).paired;
        paired.expect("it is not the base")
    };
    let exact = compared(&all, Engine::Exact, 1, 1);
    let metrics = ["won", "profit"];
    let truths = metrics.map(|metric| difference(&exact, metric).difference.mean.expect("it is known"));
    assert!(truths.iter().all(|it| it.abs() > 1.0), "{truths:?}");
    let mut covered = [0; 2];
    for seed in 1..=1_000 {
        let comparison = compared(&all, Engine::Individual, 80, seed);
        for (at, metric) in metrics.iter().enumerate() {
            let (low, high) = difference(&comparison, metric).confidence_95().expect("it is known");
            covered[at] += u32::from(low <= truths[at] && truths[at] <= high);
        }
    }
    for (metric, covered) in metrics.iter().zip(covered) {
        assert!((930..=970).contains(&covered), "{metric}: {covered} of 1,000");
    }
}

#[test]
fn what_a_change_cannot_reach_shows_no_difference_at_all() {
    for engine in [Engine::Individual, Engine::Cohort] {
        let all = contenders("saas-trial", &[selection(&[], &[]), selection(&[], &["webinar_push"])]);
        let comparison = compared(&all, engine, 20, 1);
        // The variant holds from June on.
        for (at, period) in comparison.periods.iter().enumerate() {
            let differ = |metric: &MetricComparison| {
                let paired = of_option(metric, 1).paired.expect("it is not the base");
                !paired.is_none()
            };
            let differing: Vec<&str> = period
                .metrics
                .iter()
                .filter(|it| differ(it))
                .map(|it| it.metric.as_str())
                .collect();
            assert_eq!(
                differing.is_empty(),
                at < 5,
                "{engine:?} {}: {differing:?}",
                period.period
            );
            assert!(!differing.contains(&"arrivals"), "{engine:?} {}", period.period);
        }
    }
}

#[test]
fn a_comparison_does_not_depend_on_threads() {
    let file = scenario("web-shop");
    let of = |threads: &str| {
        let typed = [
            "compare",
            &file,
            "--replications",
            "20",
            "--threads",
            threads,
            "--format",
            "json",
        ];
        let run = output(&typed);
        assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
        run.stdout
    };
    assert_eq!(of("1"), of("2"));
}

#[test]
fn a_precision_stops_all_options_at_once() {
    let file = scenario("fork-in-the-road");
    let set = "steps.shop.buys.chance=+1pp";
    let typed = ["compare", &file, "--set", set, "--precision", "2%", "--format", "json"];
    let run = output(&typed);
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    let comparison: Value = serde_json::from_slice(&run.stdout).expect("it is JSON");
    assert!(comparison["run"]["precision"]["reached"].as_f64().expect("a number") <= 0.02);
    assert!(comparison["run"]["replications"].as_u64().expect("a number") >= 100);
}

#[test]
fn every_scenario_with_variants_is_compared_in_every_format() {
    for name in TEMPLATES {
        let file = scenario(name);
        for format in ["text", "json", "csv", "markdown"] {
            let run = output(&["compare", &file, "--replications", "3", "--format", format]);
            if name == "fork-in-the-road" {
                check_one_line(&run, 2, "the scenario has no `variants`");
                continue;
            }
            assert_eq!(code(&run), Some(0), "{name} {format}: {}", text(&run.stderr));
            let printed = text(&run.stdout);
            match format {
                "json" => {
                    let read: Comparison = serde_json::from_str(printed).expect("it reads back");
                    assert!(read.options.len() > 1 && read.options[0].option == "base", "{name}");
                }
                "csv" => assert!(
                    printed.starts_with("period,from,until,metric,option,mean,"),
                    "{printed}"
                ),
                "markdown" => assert!(printed.starts_with("# "), "{printed}"),
                _ => assert!(printed.contains("80 % of futures"), "{printed}"),
            }
        }
    }
}

#[test]
fn sweeps_files_and_changes_are_alternatives() {
    let folder = tempfile::tempdir().expect("there is room");
    let out = folder.path().to_str().expect("the path is text");
    let file = scenario("saas-trial");
    let typed = [
        "compare",
        &file,
        "--variant",
        "push_and_price",
        "--set",
        "values.seat=x2",
        "--set",
        "products.licence.price=59",
        "--sweep",
        "steps.visit.trial.chance=7%..9%:3",
        "--sweep",
        "products.licence.price=+0..+10:2",
        "--against",
        &file,
        "--replications",
        "5",
        "--out",
        out,
        "--quiet",
    ];
    let run = output(&typed);
    assert_eq!(code(&run), Some(0), "{}", text(&run.stderr));
    assert_eq!(text(&run.stdout), "");
    let written = names(folder.path());
    for name in [
        "comparison.csv",
        "comparison.html",
        "comparison.json",
        "sweep.csv",
        "charts",
    ] {
        assert!(written.contains(&name.to_owned()), "{name}: {written:?}");
    }
    let charts = names(&folder.path().join("charts"));
    for name in [
        "difference-profit.svg",
        "funnel.png",
        "sweep-profit.png",
        "sweep-revenue.svg",
        "variants-profit.png",
        "variants-revenue.svg",
        "variants-won.svg",
    ] {
        assert!(charts.contains(&name.to_owned()), "{name}: {charts:?}");
    }
    let swept = fs::read_to_string(folder.path().join("sweep.csv")).expect("it was written");
    assert_eq!(swept.lines().count(), 1 + 6);
    assert!(swept.starts_with("option,steps.visit.trial.chance,products.licence.price,arrivals_mean,"));
    let bytes = fs::read(folder.path().join("comparison.json")).expect("it was written");
    let comparison: Comparison = serde_json::from_slice(&bytes).expect("it reads back");
    let options: Vec<&str> = comparison.options.iter().map(|it| it.option.as_str()).collect();
    assert_eq!(options.len(), 10);
    assert_eq!(options[..3], ["base", "push_and_price", "set"]);
    assert_eq!(options[3], "steps.visit.trial.chance=7%, products.licence.price=+0");
    assert_eq!(options[9], file);
    let points: Vec<Vec<Option<f64>>> = comparison.options[2..=4]
        .iter()
        .map(|it| it.sweep.iter().map(|it| it.number).collect())
        .collect();
    assert_eq!(
        points,
        [vec![], vec![Some(7.0), Some(0.0)], vec![Some(7.0), Some(10.0)]]
    );
    // The same file once more differs in nothing.
    let same = |it: &MetricComparison| of_option(it, 9).paired.is_some_and(|it| it.is_none());
    assert!(comparison.totals.iter().all(same));
    assert!(
        !comparison
            .totals
            .iter()
            .all(|it| of_option(it, 2).paired.is_some_and(|it| it.is_none()))
    );
}

/// A picture of a comparison that is read back is the one that was written beside it.
#[test]
fn a_comparison_that_was_written_is_drawn_as_it_is() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("the path is text").to_owned()
    };
    let file = scenario("saas-trial");
    let sweep = "steps.visit.trial.chance=7%..9%:3";
    let out = path("");
    let written = output(&[
        "compare",
        &file,
        "--sweep",
        sweep,
        "--replications",
        "4",
        "--out",
        &out,
        "--quiet",
    ]);
    assert_eq!(code(&written), Some(0), "{}", text(&written.stderr));
    let json = path("comparison.json");
    for (kind, metric) in [
        ("variants", "won"),
        ("difference", "profit"),
        ("sweep", "revenue"),
        ("funnel", ""),
    ] {
        let asked = ["--metric", metric];
        let asked = if metric.is_empty() { &[][..] } else { &asked };
        let drawn = output(&[&["chart", &json, kind], asked].concat());
        assert_eq!(code(&drawn), Some(0), "{kind}: {}", text(&drawn.stderr));
        let name = format!("charts/{kind}-{metric}");
        let beside = fs::read_to_string(path(&format!("{}.svg", name.trim_end_matches('-'))));
        assert!(text(&drawn.stdout) == beside.expect("it was written"), "{kind}");
    }
    let small = output(&[
        "chart",
        &json,
        "variants",
        "--width",
        "400",
        "--dark",
        "-o",
        &path("small.png"),
    ]);
    assert_eq!(code(&small), Some(0), "{}", text(&small.stderr));

    for (typed, expected, about) in [
        (vec![&*json, "fan"], 2, "this is a comparison of forecasts"),
        (
            vec![&json, "variants", "--seed", "2"],
            2,
            "is a comparison, which `--seed` cannot change",
        ),
        (
            vec![&json, "variants", "--metric", "proft"],
            2,
            "did you mean `profit`?",
        ),
        (vec![&file, "variants"], 2, "a `variants` chart is of a comparison"),
    ] {
        check_one_line(&output(&[&["chart"], &typed[..]].concat()), expected, about);
    }
    let broken = path("broken.json");
    for (text, about) in [
        ("{\"comparison\": 2}".to_owned(), "version 2"),
        ("{\"comparison\": 1}".to_owned(), "missing field"),
        ("{\"comparison\": 1,".to_owned(), "line 1"),
    ] {
        fs::write(&broken, text).expect("there is room");
        check_one_line(&output(&["chart", &broken, "variants"]), 1, about);
    }
}

#[test]
fn what_cannot_be_compared_says_why() {
    let file = scenario("saas-trial");
    let other = scenario("island-lodging");
    for (typed, expected, about) in [
        (
            vec![&*file, "--against", &other],
            2,
            "cannot be compared with the base: it ",
        ),
        (vec![&file, "--against", "nothing.toml"], 2, "cannot read nothing.toml"),
        (
            vec![
                &file,
                "--sweep",
                "values.seat=1..2:200",
                "--sweep",
                "values.seat=1..2:200",
            ],
            2,
            "40000 alternatives",
        ),
    ] {
        let run = output(&[&["compare"], &typed[..]].concat());
        check_one_line(&run, expected, about);
    }
    let unknown = output(&["compare", &file, "--variant", "webinar_pull"]);
    assert_eq!(code(&unknown), Some(1));
    assert!(
        text(&unknown.stderr).contains("webinar_push"),
        "{}",
        text(&unknown.stderr)
    );
}

/// The page that documents the format speaks of every key there is, in backticks.
#[test]
fn every_key_of_a_comparison_is_documented() {
    fn keys(value: &Value, named: &mut BTreeSet<String>) {
        match value {
            Value::Object(entries) => entries.iter().for_each(|(key, value)| {
                named.insert(key.clone());
                keys(value, named);
            }),
            Value::Array(items) => items.iter().for_each(|it| keys(it, named)),
            _ => {}
        }
    }

    let run = output(&[
        "compare",
        &scenario("saas-trial"),
        "--variant",
        "webinar_push",
        "--sweep",
        "steps.visit.trial.chance=7%..9%:2",
        "--replications",
        "3",
        "--format",
        "json",
    ]);
    let comparison: Value = serde_json::from_slice(&run.stdout).expect("it is JSON");
    let page = |name: &str| {
        let path = format!("{}/docs/{name}.md", env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(path).expect("the page is there")
    };
    let pages = page("comparison-format") + &page("forecast-format");
    let mut named = BTreeSet::new();
    keys(&comparison, &mut named);
    assert!(named.len() > 40, "{named:?}");
    for key in named {
        assert!(pages.contains(&format!("`{key}`")), "`{key}` is not documented");
    }
}
