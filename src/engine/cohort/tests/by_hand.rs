//! Small journeys whose laws can be worked out with pen and paper.

use super::*;

/// Totals of the moves by each branch, in the order of the file, in every replication.
fn moves(case: &Case, replications: u64) -> Vec<Sample> {
    let plan = &case.plan;
    let mut samples = vec![Sample::default(); plan.branch_to.len()];
    case.tallies(replications, |_, tally| {
        for (branch, sample) in samples.iter_mut().enumerate() {
            let column = plan.columns.branches + branch;
            let counts = tally.counts.chunks_exact(plan.columns.count).map(|it| it[column]);
            sample.0.push(counts.sum::<u64>() as f64);
        }
    });
    samples
}

fn binomial(n: f64, p: f64) -> (f64, f64) {
    (n * p, n * p * (1.0 - p))
}

#[test]
fn customers_split_by_the_binomial_law() {
    for n in [3.0, 1_000.0, 1e6, 1e12] {
        let case = Case::of(&format!(
            r#"
format = 1
customers = {n}
steps.visit.branches = [
  {{ to = "buy", chance = "3%" }},
  {{ to = "look", chance = "20%" }},
  {{ to = "leave", chance = "rest" }},
]
steps.buy = {{ outcome = "converted", revenue = 40 }}
steps.look = {{ outcome = "lost" }}
steps.leave = {{ outcome = "lost" }}
"#
        ));
        let moves = moves(&case, 4_000);
        for (branch, p) in [0.03, 0.2, 0.77].into_iter().enumerate() {
            let (mean, variance) = binomial(n, p);
            moves[branch].is(&format!("branch {branch} of {n}"), mean, variance);
        }
    }
}

/// Who comes back within the tick does so a geometric number of times; nine in ten lose no day.
#[test]
fn loops_within_a_tick_go_on_until_nobody_is_left() {
    for n in [5.0, 100_000.0] {
        for chance in [0.3, 0.99] {
            let case = Case::of(&format!(
                r#"
format = 1
customers = {n}
horizon = "1 day"
entry = "visit"
steps.visit.branches = [
  {{ to = "visit", name = "a", chance = {chance}, after = {{ observed = [["0d", 9], ["1d", 1]] }} }},
  {{ to = "leave", chance = "rest" }},
]
steps.leave = {{ outcome = "lost" }}
"#
            ));
            let moves = moves(&case, 4_000);
            let again = 0.9 * chance;
            let (odds, away) = (again / (1.0 - again), 1.0 - again);
            moves[0].is(
                &format!("{n} come back at {chance}"),
                n * odds,
                n * again / (away * away),
            );
            let (mean, variance) = binomial(n, (1.0 - chance) / away);
            moves[1].is(&format!("{n} leave at {chance}"), mean, variance);
        }
    }
}

/// Two ways back: all who come back are shared out between them.
#[test]
fn ways_back_share_out_who_comes_back() {
    let case = Case::of(
        r#"
format = 1
customers = 100_000
horizon = "1 day"
entry = "visit"
steps.visit.branches = [
  { to = "visit", name = "a", chance = 0.3, after = { observed = [["0d", 9], ["1d", 1]] } },
  { to = "visit", name = "b", chance = 0.2, after = { observed = [["0d", 1], ["1d", 1]] } },
  { to = "leave", chance = "rest" },
]
steps.leave = { outcome = "lost" }
"#,
    );
    let moves = moves(&case, 4_000);
    // Each of the two as if the other were not there.
    for (branch, again) in [0.27, 0.1].into_iter().enumerate() {
        let other = 0.37 - again;
        let again = again / (1.0 - other);
        let (odds, away) = (again / (1.0 - again), 1.0 - again);
        moves[branch].is("way back", 1e5 * odds, 1e5 * again / (away * away));
    }
}

/// Two steps that lead to each other: the number of rounds is geometric.
#[test]
fn loops_of_several_steps_go_on_until_nobody_is_left() {
    for n in [5.0, 100_000.0] {
        let case = Case::of(&format!(
            r#"
format = 1
customers = {n}
horizon = "1 day"
entry = "visit"
steps.visit.branches = [{{ to = "look", chance = "80%" }}, {{ to = "leave", chance = "rest" }}]
steps.look.branches = [
  {{ to = "visit", name = "back", chance = "50%", after = {{ observed = [["0d", 9], ["1d", 1]] }} }},
  {{ to = "leave", name = "enough", chance = "rest" }},
]
steps.leave = {{ outcome = "lost" }}
"#
        ));
        let moves = moves(&case, 4_000);
        // None at 20 %; otherwise there is one more at a chance of 0.5 · 0.9 · 0.8 each time.
        let (mean, square) = (0.8 / 0.64, 0.8 * 1.36 / (0.64 * 0.64));
        moves[0].is(&format!("looks of {n}"), n * mean, n * (square - mean * mean));
    }
}

const LONELY: &str = r#"
format = 1
customers = 100_000
horizon = "10 days"
period = "day"
steps.visit.branches = [{ to = "buy", after = DELAY }]
steps.buy = { outcome = "converted" }
"#;

/// The chances of each of the days of the horizon: those of the law that the table says.
#[test]
fn delays_have_the_law_of_their_table() {
    let delays = [
        r#"{ exponential = "3d" }"#,
        r#"{ geometric = "3d" }"#,
        r#"{ geometric = "1d" }"#,
        r#"{ uniform = ["1d", "4d"] }"#,
        r#""1d to 20d""#,
        r#"{ observed = [["0d", 1], ["2d", 2], ["8d", 1]] }"#,
        r#"{ weibull = { scale = "2d", shape = 0.6 } }"#,
        r#""4d""#,
    ];
    for delay in delays {
        let case = Case::of(&LONELY.replace("DELAY", delay));
        let (plan, n) = (&case.plan, 100_000.0);
        let table = &plan.tables[plan.delays[0] as usize];
        let mut days = vec![Sample::default(); 10];
        let mut cut = Sample::default();
        case.tallies(2_000, |_, tally| {
            for (day, sample) in days.iter_mut().enumerate() {
                sample
                    .0
                    .push(tally.counts[day * plan.columns.count + plan.columns.branches] as f64);
            }
            cut.0.push(tally.cut[0] as f64);
        });
        for (day, sample) in days.iter().enumerate() {
            let p = table.probabilities().get(day).copied().unwrap_or(0.0);
            let (mean, variance) = binomial(n, p);
            sample.is(&format!("{delay}, day {day}"), mean, variance);
        }
        let (mean, variance) = binomial(n, table.survival(9));
        cut.is(&format!("{delay}, beyond"), mean, variance);
    }
}

/// What lands on one day does not also land on another: a fixed number has negative covariances.
#[test]
fn landings_of_two_days_are_parts_of_one_whole() {
    for delay in [r#"{ exponential = "3d" }"#, r#""1d to 20d""#] {
        let case = Case::of(&LONELY.replace("DELAY", delay));
        let (plan, n) = (&case.plan, 100_000.0);
        let p = plan.tables[plan.delays[0] as usize].probabilities();
        let mut both = Sample::default();
        case.tallies(2_000, |_, tally| {
            let day = |day: usize| tally.counts[day * plan.columns.count + plan.columns.branches] as f64;
            both.0.push(day(2) + day(5));
        });
        let (mean, variance) = binomial(n, p[2] + p[5]);
        both.is(delay, mean, variance);
    }
}

#[test]
fn the_pipeline_moves_on_by_what_is_left_of_its_delays() {
    let case = Case::of(
        r#"
format = 1
arrivals.none = { rate = "0 per day", to = "visit" }
horizon = "10 days"
period = "day"
pipeline.visit = { count = 50_000, waited = "2d" }
[steps.visit]
branches = [
  { to = "buy", chance = "40%", after = { exponential = "3d" } },
  { to = "leave", chance = "rest", after = "2d to 5d" },
]
[steps.buy]
outcome = "converted"
revenue = 5
[steps.leave]
outcome = "lost"
"#,
    );
    let (plan, n) = (&case.plan, 50_000.0);
    let left: Vec<_> = plan.waiting[0].remaining.iter().flatten().collect();
    let all = 0.4 * left[0].0 + 0.6 * left[1].0;
    let chances = [0.4 * left[0].0 / all, 0.6 * left[1].0 / all];
    let mut samples = vec![Sample::default(); 20];
    case.tallies(2_000, |_, tally| {
        assert_eq!(tally.waiting.iter().sum::<u64>(), 50_000);
        assert_eq!((tally.moves, tally.cut.iter().sum::<u64>()), (50_000, 0));
        for (at, sample) in samples.iter_mut().enumerate() {
            sample
                .0
                .push(tally.counts[at / 2 * plan.columns.count + plan.columns.branches + at % 2] as f64);
        }
        let landed: u64 = tally.from_waiting.iter().sum();
        let counted = tally.counts.chunks_exact(plan.columns.count);
        let counted: u64 = counted
            .flat_map(|it| &it[plan.columns.branches..plan.columns.branches + 2])
            .sum();
        assert_eq!(landed, counted);
    });
    for (at, sample) in samples.iter().enumerate() {
        let p = chances[at % 2] * left[at % 2].1.probabilities().get(at / 2).copied().unwrap_or(0.0);
        let (mean, variance) = binomial(n, p);
        sample.is(&format!("day {} branch {}", at / 2, at % 2), mean, variance);
    }
}

#[test]
fn counters_and_groups_are_told_apart() {
    let case = Case::of(
        r#"
format = 1
customers = 100_000
entry = "visit"
customer.size = { small = 3, large = 1 }
customer.score = { counter = [0, 9], start = 0 }
steps.visit.adds = { score = 1 }
steps.visit.branches = [
  { to = "tired", when = "score >= 3" },
  { to = "choose", when = "otherwise" },
]
steps.choose.branches = [
  { to = "buy", chance = { by = "size", small = "10%", large = "50%" } },
  { to = "visit", name = "again", chance = "rest", after = "1d" },
]
steps.buy = { outcome = "converted", revenue = { by = "size", small = 1, large = 7 } }
steps.tired = { outcome = "lost" }
"#,
    );
    let (plan, n) = (&case.plan, 100_000.0);
    let buy = &plan.steps[2];
    let (won, cells) = (
        buy.won_column.expect("it converts"),
        buy.cell_column.expect("amounts differ"),
    );
    let mut samples = vec![Sample::default(); 3];
    let mut of_groups = vec![Sample::default(); plan.groups.rows];
    case.tallies(2_000, |_, tally| {
        for (at, column) in [won, cells, cells + 1].into_iter().enumerate() {
            let counts = tally.counts.chunks_exact(plan.columns.count).map(|it| it[column]);
            samples[at].0.push(counts.sum::<u64>() as f64);
        }
        for (row, sample) in of_groups.iter_mut().enumerate() {
            sample.0.push(tally.groups[row * plan.columns.count + won] as f64);
        }
    });
    // Two chances to buy, then a third visit that tires.
    let (small, large) = (0.75 * (1.0 - 0.9 * 0.9), 0.25 * (1.0 - 0.5 * 0.5));
    for (sample, p) in samples.iter().zip([small + large, small, large]) {
        let (mean, variance) = binomial(n, p);
        sample.is("buys", mean, variance);
    }
    let found: Vec<&Sample> = of_groups.iter().filter(|it| it.mean() > 0.0).collect();
    assert_eq!(found.len(), 2);
    for (sample, p) in found.iter().zip([small, large]) {
        let (mean, variance) = binomial(n, p);
        sample.is("a group", mean, variance);
    }
}

/// Closed sums and single draws of the same amounts, by line: mean and variance of one customer's.
#[test]
fn amounts_that_vary_add_up_to_their_law() {
    let uniform = (5.0, 100.0 / 12.0);
    let cases = [
        ("{ each = { gamma = { mean = 4, sd = 3 } } }", (4.0, 9.0)),
        ("{ each = { normal = { mean = -1, sd = 3 } } }", (-1.0, 9.0)),
        ("{ each = { poisson = 2.5 } }", (2.5, 2.5)),
        ("{ each = { uniform = [0, 10] } }", uniform),
        ("{ each = { lognormal = { mean = 4, sd = 3 } } }", (4.0, 9.0)),
    ];
    for (amount, (mean, variance)) in cases {
        let case = Case::of(&format!(
            r#"
format = 1
customers = 300
steps.buy = {{ outcome = "converted", revenue = {amount} }}
steps.visit.branches = [{{ to = "buy", after = "1d to 3d" }}]
entry = "visit"
"#
        ));
        let mut sum = Sample::default();
        case.tallies(4_000, |_, tally| {
            sum.0.push(tally.sums.iter().sum::<i128>() as f64 / 1e4);
        });
        sum.is(amount, 300.0 * mean, 300.0 * variance);
    }
}

/// A price for units that vary, and a share of the revenue that comes of it.
#[test]
fn prices_and_shares_follow_the_units() {
    let case = Case::of(
        r#"
format = 1
customers = 200
products.bean = { price = 3, cost = 1 }
steps.buy = { outcome = "converted", units = { bean = { each = { poisson = 2 } } }, costs = { fee = "10% of revenue" } }
steps.visit.branches = [{ to = "buy" }]
entry = "visit"
"#,
    );
    let lines = case.plan.columns.sums;
    let mut sums = vec![Sample::default(); lines];
    case.tallies(4_000, |_, tally| {
        for (line, sample) in sums.iter_mut().enumerate() {
            let of_line = tally.sums.chunks_exact(lines).map(|it| it[line]);
            sample.0.push(of_line.sum::<i128>() as f64 / 1e4);
        }
        assert_eq!(tally.group_sums.iter().sum::<i128>(), tally.sums.iter().sum::<i128>());
    });
    for (line, factor) in [1.0, 3.0, 1.0, 0.3].into_iter().enumerate() {
        sums[line].is(&format!("line {line}"), 400.0 * factor, 400.0 * factor * factor);
    }
}

#[test]
fn amounts_too_large_to_be_booked_are_told() {
    let case = Case::of(
        r#"
format = 1
customers = 1_000
steps.visit.branches = [{ to = "buy", after = "1d" }]
steps.buy = { outcome = "converted", revenue = { each = { lognormal = { median = 1, p90 = 1e12 } } } }
"#,
    );
    let mut splitter = Splitter::new(&case.plan, &case.states);
    let mut tally = Tally::new(&case.plan);
    let rates = case.rates(0);
    let ways = Ways::of(&case.plan, &case.states, &rates);
    let all = [Batch {
        source: 0,
        tick: 0,
        count: 1_000,
    }];
    splitter.run(&rates, &ways, 1, 0, &all, &mut tally);
    assert_eq!(tally.overflow, Some(1));
    // It can be used again.
    let few = [Batch {
        source: 0,
        tick: case.plan.clock.ticks - 1,
        count: 7,
    }];
    tally.clear();
    splitter.run(&rates, &ways, 1, 0, &few, &mut tally);
    assert_eq!((tally.overflow, tally.moves, tally.cut[0]), (None, 7, 7));
}

#[test]
fn more_customers_than_can_be_counted_are_told() {
    let case = Case::of(&LONELY.replace("DELAY", r#""1d""#));
    let mut splitter = Splitter::new(&case.plan, &case.states);
    let mut tally = Tally::new(&case.plan);
    let rates = case.rates(0);
    let ways = Ways::of(&case.plan, &case.states, &rates);
    let all = [Batch {
        source: 0,
        tick: 0,
        count: u64::MAX,
    }];
    splitter.run(&rates, &ways, 1, 0, &all, &mut tally);
    assert!(tally.overflow.is_some());
}
