use super::*;
use crate::engine::tally::Number;
use crate::journey::Journey;
use crate::plan::{Model, compile};
use crate::random::{Key, Stream};
use crate::scenario::{FileFormat, Scenario, Selection};
use chain::Chain;
use links::{Link, OUTSIDE};
use transit::Kind;

fn journey(text: &str) -> Journey {
    let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
    scenario.journey(&Selection::default()).expect("it is sound").0
}

/// Hands over what is needed to work with a journey in its mean world.
fn with(text: &str, work: impl FnOnce(&Plan, &States, &Rates, &Ways<'_>, &Tally<Expected>)) {
    let journey = journey(text);
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let states = States::of(&journey, &plan).expect("its memory is finite");
    let rates = Rates::of(model, &journey.draws.mean_world()).expect("numbers are small");
    let ways = Ways::of(&plan, &states, &rates);
    let tally = Solver::new(&plan, &states).tally(&rates, &ways);
    work(&plan, &states, &rates, &ways, &tally);
}

fn same(is: f64, should: f64) -> bool {
    (is - should).abs() <= 1e-12 * should.abs()
}

/// Arrivals along a branch in all bins together.
fn moved(plan: &Plan, tally: &Tally<Expected>, branch: usize) -> f64 {
    let column = |bin: usize| tally.counts[bin * plan.columns.count + plan.columns.branches + branch];
    (0..plan.bins.len()).map(column).sum()
}

#[test]
fn a_fork_splits_arrivals_by_its_chances() {
    let text = r#"
format = 1
customers = 10_000
steps.visit.branches = [{ to = "buy", chance = "3%" }, { to = "leave", chance = "rest" }]
steps.buy = { outcome = "converted", revenue = 40 }
steps.leave = { outcome = "lost" }
"#;
    with(text, |plan, _, _, _, tally| {
        assert!(same(moved(plan, tally, 0), 300.0), "{tally:?}");
        assert!(same(moved(plan, tally, 1), 9_700.0));
        assert_eq!(tally.moves, 10_000);
    });
}

#[test]
fn a_renewal_comes_as_often_as_its_geometric_sum() {
    let text = r#"
format = 1
customers = 1_000
horizon = "10 days"
steps.start.branches = [{ to = "month" }]
steps.month = { branches = [{ to = "month", name = "renews", chance = 0.9, after = "2d" }, { to = "gone", chance = "rest", after = "2d" }] }
steps.gone = { outcome = "churned" }
"#;
    with(text, |plan, _, _, _, tally| {
        // Days 0, 2, 4, 6, 8 are in time, day 10 is not.
        let renewals = 1_000.0 * (0.9 + 0.81 + 0.729 + 0.6561);
        assert!(same(moved(plan, tally, 1), renewals));
        assert!(same(tally.cut[1], 1_000.0 * 0.9_f64.powi(5)), "{:?}", tally.cut);
        assert!(same(tally.cut[2], 1_000.0 * 0.9_f64.powi(4) * 0.1));
        assert!(same(tally.distinct[0], 1_000.0));
    });
}

/// Kemeny & Snell: expected visits are (I − P)⁻¹, by Gauss elimination.
#[test]
fn in_the_long_run_visits_are_those_of_the_fundamental_matrix() {
    let text = r#"
format = 1
horizon = "20000 days"
period = "year"
arrivals.all = { count = 1, to = "a" }
steps.a.branches = [{ to = "b", chance = 0.5, after = { exponential = "3d" } }, { to = "c", chance = 0.3 }, { to = "x", chance = "rest" }]
steps.b.branches = [{ to = "a", chance = 0.6, after = "2d" }, { to = "b", name = "again", chance = 0.3, after = { gamma = { mean = "4d", sd = "3d" } } }, { to = "c", chance = "rest" }]
steps.c.branches = [{ to = "b", chance = 0.4, after = { geometric = "3d" } }, { to = "a", chance = 0.3, after = { lognormal = { median = "1d", p90 = "4d" } } }, { to = "x", chance = "rest" }]
steps.x = { outcome = "lost" }
"#;
    let p = [[0.0, 0.5, 0.3], [0.6, 0.3, 0.1], [0.3, 0.4, 0.0]];
    let mut matrix: Vec<Vec<f64>> = (0..3)
        .map(|to| {
            (0..3)
                .map(|from| f64::from(u8::from(from == to)) - p[from][to])
                .collect()
        })
        .collect();
    let visits = gauss(&mut matrix, vec![1.0, 0.0, 0.0]);
    with(text, |plan, _, _, _, tally| {
        let by_branch: Vec<f64> = (0..9).map(|it| moved(plan, tally, it)).collect();
        for (branch, is) in by_branch.iter().enumerate() {
            let chance = [0.5, 0.3, 0.2, 0.6, 0.3, 0.1, 0.4, 0.3, 0.3][branch];
            let should = visits[branch / 3] * chance;
            assert!((is / should - 1.0).abs() < 1e-10, "{branch}: {is} instead of {should}");
        }
        // Who ever comes to b comes straight away or by way of c, which may lead back to a.
        let from_a = (0.5 + 0.3 * 0.4) / (1.0 - 0.3 * 0.3);
        assert!((tally.distinct[1] / from_a - 1.0).abs() < 1e-10, "{:?}", tally.distinct);
    });
}

/// Solves a dense system with pivoting.
fn gauss(matrix: &mut [Vec<f64>], mut right: Vec<f64>) -> Vec<f64> {
    let count = right.len();
    for column in 0..count {
        let pivot = (column..count)
            .max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))
            .expect("there are rows left");
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..count {
            let factor = matrix[row][column] / matrix[column][column];
            if factor != 0.0 {
                let (above, below) = matrix.split_at_mut(row);
                for (it, by) in below[0].iter_mut().zip(&above[column]).skip(column) {
                    *it -= factor * by;
                }
                right[row] -= factor * right[column];
            }
        }
    }
    for column in (0..count).rev() {
        let known: f64 = (column + 1..count).map(|at| matrix[column][at] * right[at]).sum();
        right[column] = (right[column] - known) / matrix[column][column];
    }
    right
}

const TICKS: usize = 9;

/// Random laws of delays, with their probabilities.
fn laws(luck: &mut Stream) -> Vec<(Transit, Vec<f64>)> {
    let tick_days = 1.0;
    let law = |luck: &mut Stream| {
        use crate::journey::delay::{ChangedDelay, DelayLaw, DelayTable};
        let mean = 0.3 + 4.0 * luck.uniform();
        let law = match luck.bits() % 5 {
            0 => DelayLaw::Known(mean.floor()),
            1 => DelayLaw::Exponential { mean },
            2 => DelayLaw::Gamma {
                shape: 2.0,
                scale: mean / 2.0,
            },
            3 => DelayLaw::Geometric { mean: 1.0 + mean },
            _ => DelayLaw::Uniform {
                low: 0.0,
                high: 2.0 * mean,
            },
        };
        let delay = ChangedDelay {
            law,
            factor: 1.0,
            shift_days: 0.0,
        };
        let table = DelayTable::new(&delay, tick_days, TICKS as u32);
        (Transit::of(&table), table.probabilities().to_vec())
    };
    let none = crate::journey::delay::DelayTable::zero();
    let mut laws = vec![(Transit::of(&none), vec![1.0])];
    laws.extend((0..4).map(|_| law(luck)));
    laws
}

/// A few states, two phases that take turns, and some loops.
fn random_links(luck: &mut Stream, states: u32, laws: usize) -> Vec<Vec<Link>> {
    let steady: Vec<bool> = (0..states).map(|_| luck.bits().is_multiple_of(2)).collect();
    let mut ways = |from: u32| {
        let count = luck.bits() % 4;
        let mut left = 1.0;
        let mut links = Vec::new();
        for edge in 0..count as u32 {
            let chance = left * luck.uniform();
            left -= chance;
            links.push(Link {
                from,
                to: (luck.bits() % u64::from(states)) as u32,
                edge: 4 * from + edge,
                chance,
                delay: (luck.bits() % laws as u64) as u32,
            });
        }
        links.push(Link {
            from,
            to: OUTSIDE,
            edge: 4 * from + 3,
            chance: left,
            delay: 0,
        });
        links
    };
    let first: Vec<Vec<Link>> = (0..states).map(&mut ways).collect();
    let second = first.iter().zip(&steady).enumerate().map(
        |(from, (links, steady))| {
            if *steady { links.clone() } else { ways(from as u32) }
        },
    );
    let second: Vec<Vec<Link>> = second.collect();
    vec![first.concat(), second.concat()]
}

/// All states at all ticks as one linear system, against the recursion.
#[test]
fn the_recursion_solves_the_system_of_all_states_and_ticks() {
    for seed in 0..200 {
        let mut luck = Key::new(seed).stream();
        let laws = laws(&mut luck);
        let states = 1 + (luck.bits() % 6) as usize;
        let links = random_links(&mut luck, states as u32, laws.len());
        let transits: Arc<[Transit]> = laws.iter().map(|it| it.0.clone()).collect();
        let entering: Vec<f64> = (0..states * TICKS)
            .map(|_| {
                if luck.bits().is_multiple_of(3) {
                    luck.uniform()
                } else {
                    0.0
                }
            })
            .collect();
        let phase_at = |tick: usize| usize::from(tick % 3 == 1);
        let unknowns = states * TICKS;
        let mut matrix = vec![vec![0.0; unknowns]; unknowns];
        for (at, row) in matrix.iter_mut().enumerate() {
            row[at] = 1.0;
        }
        for tick in 0..TICKS {
            for it in links[phase_at(tick)].iter().filter(|it| it.to != OUTSIDE) {
                for (wait, chance) in laws[it.delay as usize].1.iter().enumerate().take(TICKS - tick) {
                    let (to, from) = (
                        it.to as usize + (tick + wait) * states,
                        it.from as usize + tick * states,
                    );
                    matrix[to][from] -= it.chance * chance;
                }
            }
        }
        let should = gauss(&mut matrix, entering.clone());
        let chain = Chain::new(states, links, &transits);
        let mut is = Vec::new();
        let enter = |tick: usize, customers: &mut [f64]| {
            customers.copy_from_slice(&entering[tick * states..(tick + 1) * states]);
        };
        chain.run(&mut Room::default(), 0..TICKS, phase_at, enter, |_, customers, _| {
            is.extend_from_slice(customers);
        });
        for (is, should) in is.iter().zip(&should) {
            assert!(
                (is - should).abs() <= 1e-10 * should.abs() + 1e-14,
                "seed {seed}: {is} instead of {should}"
            );
        }
    }
}

const MANY: &str = r#"
format = 1
horizon = "13 months"
period = "month"
discount = "10% per year"
[stages.see]
[stages.use]
[customer]
size = { small = 3, large = 1 }
taste = { sweet = 1, sour = 1 }
[arrivals.search]
to = "visit"
rate = "10 per day"
weekdays = { sat = 0.5 }
[arrivals.fair]
to = "call"
count = 100
customer = { size = "large" }
[steps.visit]
stage = "see"
cost = { by = "size", small = 1, large = 3 }
branches = [
  { to = "call", chance = { by = "size", small = "5%", large = "20%" }, after = { lognormal = { median = "9d", p90 = "40d" } } },
  { to = "visit", name = "again", chance = "30%", after = { exponential = "6d" } },
  { to = "gone", chance = "rest" },
]
[steps.call]
stage = "see"
revenue = { each = { gamma = { mean = 10, sd = 4 } } }
branches = [
  { to = "use", chance = "40%", after = { by = "size", small = { uniform = ["0d", "3d"] }, large = "5d" } },
  { to = "visit", name = "back", chance = "20%", after = { uniform = ["0d", "2d"] } },
  { to = "gone", chance = "rest", after = "7d" },
]
[steps.use]
stage = "use"
event = "conversion"
revenue = 30
branches = [
  { to = "use", name = "renews", chance = "80%", after = "30d" },
  { to = "visit", name = "asks", chance = "5%", after = { gamma = { mean = "20d", sd = "10d" } } },
  { to = "gone", chance = "rest", after = "30d" },
]
[steps.gone]
outcome = "lost"
"#;

/// All numbers of a tally.
fn numbers(tally: &Tally<Expected>) -> Vec<f64> {
    let lists = [
        &tally.counts,
        &tally.groups,
        &tally.sums,
        &tally.group_sums,
        &tally.cut,
        &tally.distinct,
        &tally.funnel,
        &tally.places,
        &tally.net,
    ];
    let cohorts = tally.cohorts.iter().flat_map(|it| it.won.iter().chain(&it.left));
    lists.into_iter().flatten().chain(cohorts).copied().collect()
}

fn check_same(left: &Tally<Expected>, right: &Tally<Expected>) {
    let (left, right) = (numbers(left), numbers(right));
    assert_eq!(left.len(), right.len());
    for (at, (left, right)) in left.iter().zip(&right).enumerate() {
        assert!(
            (left - right).abs() <= 1e-11 * left.abs(),
            "number {at}: {left} and {right}"
        );
    }
}

#[test]
fn folding_responses_comes_to_what_following_everybody_does() {
    for text in [
        MANY.to_owned(),
        format!("{MANY}\n[pipeline]\ncall = {{ count = 30, waited = \"4d\" }}\n"),
    ] {
        with(&text, |plan, states, rates, ways, folded| {
            let mut followed = Tally::new(plan);
            let mut solver = Solver::new(plan, states);
            let course = Course::of(&solver.classes, ways, plan);
            assert_eq!(course.links.len(), 1, "nothing depends on the calendar");
            solver.count_waiting(rates, &mut followed);
            let means = Means::of(plan, rates);
            let arriving = Entrants::arriving(plan, states, rates);
            let mut room = Room::default();
            solver.cohorts(&mut room, &course, &arriving, &mut followed);
            let everybody = arriving.and(Entrants::waiting(plan, states, rates, ways));
            everybody.book(&solver.book, &mut followed);
            let (_, came) = solver.follow(&mut room, ways, &course, &means, &everybody, &mut followed);
            let tell = |visit: usize, _: usize, customers: f64| followed.distinct[visit] += customers;
            solver.first_visits(&mut room, &course, &came, tell);
            check_same(folded, &followed);
            // The first world of several beginnings is followed into its loops, later ones are not.
            let first = solver.tally(rates, ways);
            check_same(&first, &solver.tally(rates, ways));
            check_same(&first, folded);
        });
    }
}

#[test]
fn worlds_that_differ_in_arrivals_only_come_out_as_if_they_were_the_first() {
    let text = MANY.replace("rate = \"10 per day\"", "rate = \"5 to 20 per day\"");
    let journey = journey(&text);
    let plan = compile(&journey);
    let model = Model {
        journey: &journey,
        plan: &plan,
    };
    let states = States::of(&journey, &plan).expect("its memory is finite");
    let mut solver = Solver::new(&plan, &states);
    for replication in 0..3 {
        let rates = Rates::of(model, &journey.draws.world(1, replication)).expect("numbers are small");
        let ways = Ways::of(&plan, &states, &rates);
        let again = solver.tally(&rates, &ways);
        check_same(&again, &Solver::new(&plan, &states).tally(&rates, &ways));
    }
}

/// Differences of running totals would leave nothing but dust here.
#[test]
fn what_is_expected_once_in_a_trillion_years_has_all_its_digits() {
    let mut text = "format = 1\nhorizon = \"36 months\"\nperiod = \"month\"\narrivals.all = { rate = \"1000 per day\", to = \"s0\" }\n".to_owned();
    for at in 0..12 {
        let onward = format!("{{ to = \"s{}\", chance = 0.001, after = \"2d\" }}", at + 1);
        let stay = format!("{{ to = \"s{at}\", name = \"stay\", chance = 0.5, after = \"1d\" }}");
        let branches = [&onward, &stay, "{ to = \"x\", chance = \"rest\" }"].join(", ");
        text += &["[steps.s", &at.to_string(), "]\nbranches = [", &branches, "]\n"].concat();
    }
    text += "[steps.s12]\noutcome = \"converted\"\n[steps.x]\noutcome = \"lost\"\n";
    with(&text, |plan, _, _, _, tally| {
        // Stays before the last step are negative binomial; a month is long against them.
        let last = plan.bins.len() - 1;
        let is = tally.counts[last * plan.columns.count + plan.columns.branches + 3 * 11];
        let days = f64::from(plan.bins[last].ticks.until - plan.bins[last].ticks.from);
        let should = 1_000.0 * days * (0.001_f64 * 2.0).powi(12);
        assert!((is / should - 1.0).abs() < 1e-11, "{is} instead of {should}");
    });
}

#[test]
fn a_pool_and_a_table_of_the_same_law_are_the_same() {
    with(MANY, |plan, states, rates, ways, pooled| {
        let mut solver = Solver::new(plan, states);
        let pools = solver.transits.iter().filter(|it| matches!(it.kind, Kind::Pool { .. }));
        assert_eq!(pools.count(), 1);
        solver.transits = plan.tables.iter().map(Transit::without_pool).collect();
        check_same(pooled, &solver.tally(rates, ways));
    });
}

#[test]
fn moves_are_decisions() {
    with(MANY, |plan, states, rates, ways, tally| {
        let mut solver = Solver::new(plan, states);
        solver.tally(rates, ways);
        let moved: f64 = (0..plan.branch_to.len())
            .map(|branch| moved(plan, tally, branch) + tally.cut[branch])
            .sum();
        assert!(same(solver.moves(), moved));
        assert_eq!(Expected::wide(solver.moves().round()), tally.moves as f64);
    });
}
