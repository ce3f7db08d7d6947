//! Scenarios described by hand, each for something that made-up ones may miss.

use super::super::cells::{How, run};
use super::super::oracle::calendar::day;
use super::super::oracle::delay::Delay;
use super::super::oracle::expect::{Cells, Expected};
use super::super::oracle::spec::{
    Amount, Attribute, Branch, By, Chance, Change, Condition, Cost, Kind, Relation, Spec, Spread, Step, Stream, Volume,
    Waiting, Way, What,
};
use super::{BAR, agree, check};

fn step(id: &str) -> Step {
    Step {
        id: id.to_owned(),
        ..Step::default()
    }
}

fn end(id: &str, outcome: &'static str) -> Step {
    Step {
        outcome: Some(outcome),
        ..step(id)
    }
}

fn chance(to: usize, chance: f64, after: Option<Delay>) -> Branch {
    Branch {
        to,
        way: Way::Chance(By::Same(Chance::known(chance))),
        after: after.map(By::Same),
    }
}

fn rest(to: usize, after: Option<Delay>) -> Branch {
    Branch {
        to,
        way: Way::Rest,
        after: after.map(By::Same),
    }
}

fn cohort(count: u64) -> Stream {
    Stream {
        id: "web".to_owned(),
        to: 0,
        volume: Volume::Count(count, 0),
        spread: Spread::Poisson,
        customer: Vec::new(),
    }
}

/// Two million customers, enough to see a chance that is off by a hundredth of itself.
#[test]
fn many_customers_take_each_branch_by_its_chance() {
    let mut spec = Spec::new(20);
    spec.streams = vec![cohort(1_000)];
    let mut first = step("a");
    first.branches = vec![
        chance(1, 0.35, None),
        chance(2, 0.4, Some(Delay::Exponential(4.0))),
        rest(3, Some(Delay::Known(2.0))),
    ];
    let mut second = step("b");
    second.revenue = Some(By::Same(Amount::known(2.0)));
    second.branches = vec![chance(1, 0.5, Some(Delay::Known(1.0))), rest(2, None)];
    spec.steps = vec![first, second, end("won", "converted"), end("gone", "lost")];
    agree("many customers", &spec, 4_000);
}

/// Every law of a delay, day by day.
#[test]
fn every_delay_takes_the_ticks_of_its_law() {
    let laws = [
        Delay::Known(2.5),
        Delay::Interval(1.0, 6.0),
        Delay::Exponential(3.0),
        Delay::Lognormal { median: 2.0, p90: 7.0 },
        Delay::Gamma { mean: 5.0, sd: 3.0 },
        Delay::Weibull { scale: 4.0, shape: 0.8 },
        Delay::Uniform(0.25, 5.0),
        Delay::Geometric(4.0),
        Delay::Observed(vec![(0.5, 3.0), (1.5, 2.0), (6.0, 1.5), (40.0, 1.0)]),
    ];
    for tick_hours in [24, 6] {
        for law in &laws {
            let mut spec = Spec::new(12);
            (spec.tick_hours, spec.period) = (tick_hours, "day");
            spec.streams = vec![cohort(200)];
            let mut first = step("a");
            first.branches = vec![Branch {
                to: 1,
                way: Way::Only,
                after: Some(By::Same(law.clone())),
            }];
            spec.steps = vec![first, end("won", "converted")];
            agree(&law.text(), &spec, 500);
            // The same for customers who have waited for some of it.
            spec.streams[0].volume = Volume::Count(0, 0);
            spec.pipeline = vec![Waiting {
                step: 0,
                count: 200,
                waited_ticks: 3,
                converted: false,
                customer: Vec::new(),
            }];
            agree(&format!("waited: {}", law.text()), &spec, 500);
        }
    }
}

/// Random walk on 0 … 4 from 2: both ends with ½, and 1, 2, 1 expected visits to 1, 2, 3 (Kemeny &
/// Snell, *Finite Markov Chains*, 1960, § 3.2).
#[test]
fn a_random_walk_visits_as_the_fundamental_matrix_says() {
    let way = |left: &str, right: &str| {
        format!(
            "branches = [{{ to = \"{left}\", chance = 0.5, after = \"1d\" }}, {{ to = \"{right}\", chance = 0.5, after = \"1d\" }}]"
        )
    };
    let text = format!(
        "format = 1\nentry = \"two\"\ncustomers = 1000\nhorizon = \"200 days\"\n[steps.zero]\noutcome = \"lost\"\n[steps.one]\n{}\n[steps.two]\n{}\n\
         [steps.three]\n{}\n[steps.four]\noutcome = \"converted\"\n",
        way("zero", "two"),
        way("one", "three"),
        way("two", "four"),
    );
    let run = run(&text, &How::times(500));
    let customers: f64 = 500.0 * 1_000.0;
    assert_eq!(run.value("total open"), 0.0);
    // The variance of visits is N (2 diag N − I) − N² by element.
    for (cell, mean, variance) in [
        ("total won", 0.5, 0.25),
        ("reached one", 1.0, 1.0),
        ("reached two", 2.0, 2.0),
        ("reached three", 1.0, 1.0),
        ("customers one", 2.0 / 3.0, 2.0 / 9.0),
    ] {
        let off = (run.mean(cell) / 1_000.0 - mean) / (variance / customers).sqrt();
        assert!(off.abs() < BAR, "{cell}: mean {off} errors off");
        let fourth = run
            .values(cell)
            .iter()
            .map(|it| (it - 1_000.0 * mean).powi(4))
            .sum::<f64>()
            / 500.0;
        let all: f64 = 1_000.0 * variance;
        let off = (run.variance(cell) - all) / ((fourth - all * all).max(2.0 * all * all) / 500.0).sqrt();
        assert!(off.abs() < BAR, "{cell}: variance {off} errors off");
    }
}

/// Mean and variance over worlds, by Gauss and Legendre's rule with five nodes: exact for what is
/// a polynomial of the assumptions.
fn over_worlds(of: &dyn Fn(&[f64]) -> Spec, ranges: &[(f64, f64)]) -> Cells {
    let nodes: [(f64, f64); 5] = [
        (0.0, 0.568_888_888_888_888_9),
        (0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
        (-0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
        (0.906_179_845_938_664, 0.236_926_885_056_189_1),
        (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    ];
    let mut worlds = vec![(1.0, Vec::new())];
    for (low, high) in ranges {
        let longer = worlds.iter().flat_map(|(share, world): &(f64, Vec<f64>)| {
            nodes.map(|(at, weight)| {
                (
                    share * weight / 2.0,
                    [world.as_slice(), &[(low + high + at * (high - low)) / 2.0]].concat(),
                )
            })
        });
        worlds = longer.collect();
    }
    let mut sums: std::collections::BTreeMap<String, (f64, f64, f64, f64, bool)> = std::collections::BTreeMap::new();
    for (share, world) in worlds {
        for (name, it) in of(&world).expect() {
            let sum = sums.entry(name).or_insert((0.0, 0.0, 0.0, 0.0, true));
            sum.0 += share * it.mean;
            sum.1 += share * it.mean * it.mean;
            sum.2 += share * it.variance.unwrap_or(0.0);
            (sum.3, sum.4) = (sum.3.max(it.jump), sum.4 && it.variance.is_some());
        }
    }
    let expected = |(mean, squares, within, jump, is_known): (f64, f64, f64, f64, bool)| Expected {
        mean,
        variance: is_known.then_some(within + (squares - mean * mean).max(0.0)),
        jump,
    };
    sums.into_iter().map(|(name, sum)| (name, expected(sum))).collect()
}

/// A loop through an uncertain chance, twice at most, and an uncertain price: every cell is the
/// mean over worlds, and the spread has both the worlds and the luck in it.
#[test]
fn uncertain_assumptions_are_one_draw_for_a_whole_world() {
    let ranges = [(0.2, 0.6), (10.0, 20.0)];
    let of = |world: &[f64]| {
        let mut spec = Spec::new(30);
        let volume = Volume::Rate {
            amount: 4.0,
            unit: "day",
            growth: None,
            season: Vec::new(),
            weekdays: vec![(7, 0.0)],
            window: Some((0, 9)),
        };
        let arrivals = Stream { volume, ..cohort(0) };
        let fixed = Stream {
            id: "mail".to_owned(),
            ..cohort(30)
        };
        spec.streams = vec![arrivals, fixed];
        spec.attributes = vec![Attribute {
            id: "kind".to_owned(),
            kind: Kind::Category(vec!["new".to_owned(), "old".to_owned()], vec![3.0, 1.0]),
        }];
        let mut first = step("a");
        let uncertain = Chance {
            value: world[0],
            text: "{ uniform = [0.2, 0.6] }".to_owned(),
        };
        first.branches = vec![
            Branch {
                to: 1,
                way: Way::Chance(By::Same(uncertain)),
                after: Some(By::Same(Delay::Interval(1.0, 5.0))),
            },
            rest(3, None),
        ];
        let mut second = step("b");
        second.revenue = Some(By::Same(Amount {
            text: "{ uniform = [10, 20] }".to_owned(),
            ..Amount::known(world[1])
        }));
        let once = Condition::Visits(1, Relation::Less, 2);
        second.branches = vec![
            Branch {
                to: 0,
                way: Way::When(Some(once)),
                after: Some(By::Same(Delay::Known(1.0))),
            },
            Branch {
                to: 2,
                way: Way::When(None),
                after: None,
            },
        ];
        spec.steps = vec![first, second, end("won", "converted"), end("gone", "lost")];
        spec
    };
    let text = of(&[0.4, 15.0]).text();
    check(
        "uncertain",
        &text,
        &run(&text, &How::times(6_000)),
        &over_worlds(&of, &ranges),
    );
}

/// Everything at once, by hand: what the made-up ones mix, this one is sure to have together.
#[test]
fn a_shop_with_everything_comes_to_what_the_oracle_expects() {
    let mut spec = Spec::new(45);
    spec.begin = Some(day(2026, 1, 20));
    spec.discount = Some(0.1);
    spec.attributes = vec![
        Attribute {
            id: "kind".to_owned(),
            kind: Kind::Category(vec!["new".to_owned(), "old".to_owned()], vec![3.0, 1.0]),
        },
        Attribute {
            id: "score".to_owned(),
            kind: Kind::Counter(0, 3, 1),
        },
    ];
    let volume = Volume::Rate {
        amount: 60.0,
        unit: "month",
        growth: Some((10.0, "week")),
        season: vec![(2, 1.5)],
        weekdays: vec![(6, 0.5), (7, 0.25)],
        window: None,
    };
    spec.streams = vec![
        Stream {
            volume,
            spread: Spread::Cv(0.4),
            ..cohort(0)
        },
        Stream {
            id: "fair".to_owned(),
            customer: vec![(0, 1)],
            ..cohort(12)
        },
    ];
    spec.steps = steps_of_the_shop();
    spec.pipeline = vec![
        Waiting {
            step: 2,
            count: 20,
            waited_ticks: 4,
            converted: true,
            customer: vec![(0, 1)],
        },
        Waiting {
            step: 0,
            count: 10,
            waited_ticks: 1,
            converted: false,
            customer: Vec::new(),
        },
    ];
    spec.changes = vec![
        Change {
            days: Some((5, 12)),
            what: What::Volume(0, 2.0),
        },
        Change {
            days: Some((20, 30)),
            what: What::Revenue(2, 1.5),
        },
        Change {
            days: Some((3, 40)),
            what: What::Delay(2, 0, 0.5),
        },
        Change {
            days: None,
            what: What::Chance(0, 1, 0.8),
        },
        Change {
            days: Some((10, 25)),
            what: What::ChanceIs(2, 0, 0.75),
        },
    ];
    spec.targets = vec![
        ("revenue".to_owned(), Some("2026-02".to_owned())),
        ("won".to_owned(), None),
    ];
    agree("a shop with everything", &spec, 6_000);
}

fn steps_of_the_shop() -> Vec<Step> {
    let mut visit = step("visit");
    visit.adds = vec![(1, 1)];
    visit.costs = vec![(
        "",
        Cost::Amount(By::By(Some(0), vec![Amount::known(0.5), Amount::known(0.25)])),
    )];
    visit.branches = vec![
        Branch {
            to: 1,
            way: Way::Chance(By::By(Some(1), [0.1, 0.2, 0.3, 0.4].map(Chance::known).to_vec())),
            after: Some(By::Same(Delay::Interval(1.0, 6.0))),
        },
        chance(0, 0.25, Some(Delay::Exponential(5.0))),
        rest(4, None),
    ];
    let mut talk = step("talk");
    talk.sets = vec![(1, 0)];
    let may = Condition::And(
        Box::new(Condition::Month(Relation::Equal, 2)),
        Box::new(Condition::Not(Box::new(Condition::Weekday(Relation::AtLeast, 6)))),
    );
    talk.branches = vec![
        Branch {
            to: 2,
            way: Way::When(Some(may)),
            after: Some(By::Same(Delay::Geometric(3.0))),
        },
        Branch {
            to: 0,
            way: Way::When(None),
            after: Some(By::Same(Delay::Known(1.0))),
        },
    ];
    let mut buy = step("buy");
    buy.events = vec!["conversion"];
    buy.revenue = Some(By::Same(Amount::each(30.0, 12.0, "{ gamma = { mean = 30, sd = 12 } }")));
    buy.costs = vec![
        ("fees", Cost::Share(0.125)),
        ("post", Cost::Amount(By::Same(Amount::known(3.0)))),
    ];
    buy.branches = vec![
        chance(2, 0.5, Some(Delay::Weibull { scale: 6.0, shape: 2.0 })),
        rest(3, Some(Delay::Known(7.0))),
    ];
    vec![visit, talk, buy, end("tired", "churned"), end("gone", "lost")]
}
