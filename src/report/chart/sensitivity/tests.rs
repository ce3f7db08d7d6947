//! Charts of sensitivities: every word can be read, and the finding is what the numbers say.

use super::*;
use crate::forecast::{RunInfo, ScenarioInfo};
use crate::report::chart::check::{Drawn, read, write};
use crate::study::Better;
use crate::study::sensitivity::result::{
    Axis, Bar, End, InputShare, Level, Point, Sensitivity, Share, Shares, TwoWay, Work,
};

fn end(at: f64, value: f64, se: f64) -> End {
    End {
        at: Some(at),
        change: None,
        limited: false,
        value,
        difference: value - 41_200.0,
        se,
    }
}

fn bar(title: &str, kind: &str, unit: Option<&str>, (from, to): (f64, f64), (low, high): (f64, f64), se: f64) -> Bar {
    Bar {
        path: format!("steps.{title}"),
        title: title.to_owned(),
        kind: kind.to_owned(),
        unit: unit.map(str::to_owned),
        uncertain: kind != "delay",
        mean: Some(f64::midpoint(from, to)),
        low: end(from, low, se),
        high: end(to, high, se),
        swing: (high - low).abs(),
        swing_se: se,
    }
}

fn share(value: f64, se: f64) -> Share {
    Share {
        value,
        se,
        low: value - 1.96 * se,
        high: value + 1.96 * se,
    }
}

fn axis(title: &str, kind: &str, values: [f64; 5]) -> Axis {
    Axis {
        path: format!("steps.{title}"),
        title: title.to_owned(),
        kind: kind.to_owned(),
        unit: (kind == "money").then(|| "EUR".to_owned()),
        levels: values
            .iter()
            .zip(["5 %", "25 %", "50 %", "75 %", "95 %"])
            .map(|(at, level)| Level {
                level: level.to_owned(),
                at: Some(*at),
            })
            .collect(),
    }
}

/// A shop's, with an assumption of which both ends are worse, and one that does nothing.
#[expect(clippy::too_many_lines, reason = "it is one table of numbers")]
fn shop(se: f64) -> Sensitivity {
    let tornado = vec![
        bar(
            "arrivals of search",
            "arrivals",
            Some("per month"),
            (9_000.0, 11_000.0),
            (12_400.0, 69_800.0),
            se,
        ),
        bar(
            "trial at Visits the site",
            "chance",
            None,
            (0.07, 0.09),
            (22_300.0, 60_900.0),
            se,
        ),
        bar(
            "goods of Order with a rather long name",
            "money",
            Some("EUR"),
            (17.5, 22.0),
            (55_100.0, 28_000.0),
            se,
        ),
        bar(
            "price of Kettle",
            "money",
            Some("EUR"),
            (44.0, 54.0),
            (30_100.0, 39_900.0),
            se,
        ),
        bar(
            "time from Trial to subscribed",
            "delay",
            Some("days"),
            (12.6, 15.4),
            (42_700.0, 40_100.0),
            se,
        ),
        bar("shares at Demo", "chance", None, (0.5, 0.6), (41_200.0, 41_200.0), 0.0),
    ];
    let inputs = [
        ("arrivals of search", 0.61, 0.63),
        ("trial at Visits the site", 0.28, 0.31),
        ("seat", -0.004, 0.002),
    ];
    Sensitivity {
        sensitivity: 1,
        forksight: "0.1.0".to_owned(),
        scenario: ScenarioInfo {
            name: "Kettle shop".to_owned(),
            file: "shop.toml".to_owned(),
            sha256: String::new(),
            variant: None,
            set: Vec::new(),
            currency: Some("EUR".to_owned()),
        },
        run: RunInfo {
            engine: if se > 0.0 { "individual" } else { "exact" }.to_owned(),
            why: String::new(),
            replications: if se > 0.0 { 1_000 } else { 1 },
            seed: 1,
            cut_short: false,
            precision: None,
            begin: Some("2026-01-01".to_owned()),
            end: Some("2026-12-31".to_owned()),
            tick: "1 day".to_owned(),
            period: "month".to_owned(),
        },
        work: Work {
            worlds: 1_024,
            replications: 1,
            evaluations: 9_000,
        },
        metric: "profit".to_owned(),
        better: Some(Better::Higher),
        over: "horizon".to_owned(),
        base: Point { value: 41_200.0, se },
        tornado,
        skipped: Vec::new(),
        shares: Some(Shares {
            mean: 41_000.0,
            sd: 22_000.0,
            luck_sd: (se > 0.0).then_some(4_000.0),
            luck: (se > 0.0).then(|| share(0.03, 0.004)),
            alone: share(0.93, 0.02),
            inputs: inputs
                .map(|(title, first, total)| InputShare {
                    path: title.to_owned(),
                    title: title.to_owned(),
                    kind: "chance".to_owned(),
                    first: share(first, 0.02),
                    total: share(total, 0.015),
                })
                .into(),
        }),
        tables: vec![TwoWay {
            rows: axis("trial at Visits the site", "chance", [0.07, 0.075, 0.08, 0.085, 0.09]),
            columns: axis("price of Kettle", "money", [44.0, 47.0, 49.0, 51.0, 54.0]),
            values: (0..5)
                .map(|row| {
                    let value = |column: i32| f64::from(row * 9_000 + column * 2_500 - 4_000);
                    let point = |column| Point {
                        value: value(column),
                        se,
                    };
                    (0..5).map(|column| (row + column < 8).then(|| point(column))).collect()
                })
                .collect(),
        }],
        information: None,
        warnings: Vec::new(),
    }
}

fn check(name: &str, answer: &Sensitivity, kind: ChartKind) -> Drawn {
    let mut drawn: Vec<Drawn> = [(600, false), (1_600, true), (960, false), (320, false)]
        .into_iter()
        .map(|(width, dark)| {
            let options = ChartOptions {
                width,
                dark,
                ..ChartOptions::default()
            };
            let name = format!("sensitivity-{name}-{width}");
            let svg = svg(answer, kind, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
            write(&name, &svg);
            read(&name, svg)
        })
        .collect();
    drawn.swap_remove(0)
}

#[test]
fn a_tornado_says_what_matters_most() {
    for (name, se) in [("tornado", 0.0), ("tornado-with-luck", 900.0)] {
        let drawn = check(name, &shop(se), ChartKind::Tornado);
        for words in [
            "What matters most for profit is",
            "9,000",
            "EUR 17.50",
            "15.4 days",
            "all at their means",
        ] {
            assert!(drawn.has(words), "{words}: {:?}", drawn.words);
        }
    }
    let mut many = shop(0.0);
    let first = many.tornado[0].clone();
    many.tornado.extend((0..30).map(|at| Bar {
        title: format!("an assumption of which there are many, number {at}"),
        ..first.clone()
    }));
    let drawn = check("tornado-many", &many, ChartKind::Tornado);
    assert!(drawn.svg.contains("16 with smaller swings are not shown"));
}

#[test]
fn shares_have_their_intervals_and_luck_apart() {
    let drawn = check("shares", &shop(0.0), ChartKind::Shares);
    for words in ["above all", "63 %", "< 1 %"] {
        assert!(drawn.has(words), "{words}: {:?}", drawn.words);
    }
    let drawn = check("shares-with-luck", &shop(900.0), ChartKind::Shares);
    assert!(drawn.svg.contains("Plain luck comes on top: 3"), "{}", drawn.svg);
}

#[test]
fn a_table_is_a_heat_map() {
    let drawn = check("by", &shop(0.0), ChartKind::By);
    for words in ["9 %", "EUR 49", "not known"] {
        assert!(drawn.has(words), "{words}: {:?}", drawn.words);
    }
}

#[test]
fn what_is_not_there_is_told() {
    let mut answer = shop(0.0);
    let told = |answer: &Sensitivity, kind, metric: Option<&str>| {
        let options = ChartOptions {
            metric: metric.map(str::to_owned),
            ..ChartOptions::default()
        };
        svg(answer, kind, &options).expect_err("there is none").to_string()
    };
    assert_eq!(
        told(&answer, ChartKind::Tornado, Some("won")),
        "a `tornado` chart takes no metric"
    );
    assert!(told(&answer, ChartKind::By, Some("a,b")).contains("it can show `steps.trial at"));
    assert!(told(&answer, ChartKind::Funnel, None).contains("this is a sensitivity"));
    answer.tables.clear();
    assert!(told(&answer, ChartKind::By, None).contains("`--by PATH,PATH` makes one"));
    let names: Vec<String> = charts(&shop(0.0)).into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["tornado", "shares", "by"]);
}
