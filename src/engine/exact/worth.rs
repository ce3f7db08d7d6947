//! What reaching a step or taking a branch leads to: conversion, where customers end, profit.

use crate::plan::rates::Overflow;
use crate::plan::{Model, Rates, States, Ways};

use crate::engine::outlook::{Ends, Outlook};

use super::metrics::{Columns, Metric};
use super::values::Backward;
use super::visits::Visits;

/// What lies ahead of everybody who gets somewhere within the horizon, with its memory then and
/// every assumption at its mean; `None` where nobody gets.
#[derive(Debug, Clone, PartialEq)]
pub struct Worths {
    /// By step, arriving there included.
    pub steps: Vec<Option<Outlook>>,
    /// By branch, from the step it leads to on.
    pub branches: Vec<Option<Outlook>>,
}

/// What lies ahead of customers at every step and behind every branch.
///
/// # Errors
///
/// If a number of the mean world is too large.
pub fn worth(model: Model<'_>, states: &States) -> Result<Worths, Overflow> {
    let plan = model.plan;
    let rates = Rates::of(model, &model.journey.draws.mean_world())?;
    let ways = Ways::of(plan, states, &rates);
    let mut backward = Backward::new(model, states, Columns::new(METRICS.to_vec(), false));
    let visits = Visits::of(plan, states, &backward.classes, &backward.landings, &ways);
    let visited = visits.everybody(&rates, &ways);
    // Every edge that somebody takes: its landing, and its delay as at tick 0.
    let mut ahead: Vec<(usize, u32, &[f64])> = Vec::new();
    let mut of_edge = Vec::new();
    for (edge, _) in visited.decided.iter().enumerate().filter(|it| *it.1 > 0.0) {
        let it = &states.edges[edge];
        let from = &states.states[it.from as usize];
        let table = &plan.tables[plan.delays[(from.place + it.position) as usize] as usize];
        ahead.push((edge, backward.landings.of_edge[edge], table.probabilities()));
        of_edge.push(on_the_way(from.has_converted, table.survival(plan.clock.ticks - 1)));
    }
    let mut of_landing = vec![Outlook::default(); backward.landings.all.len()];
    let mut sweep = |backward: &mut Backward<'_>, set: fn(&mut Outlook, f64, &[f64])| {
        backward.sweep(&rates, &ways, |tick, now| {
            for (worth, (_, landing, chances)) in of_edge.iter_mut().zip(&ahead) {
                if let Some(chance) = chances.get(tick as usize) {
                    set(worth, *chance, now.of(*landing));
                }
            }
            if tick == 0 {
                for (landing, worth) in (0..).zip(&mut of_landing) {
                    set(worth, 1.0, now.of(landing));
                }
            }
        });
    };
    sweep(&mut backward, |worth, chance, now| {
        *worth += outlook(now).map(|it| chance * it);
    });
    let mut until = Backward::new(model, states, Columns::until_conversion());
    sweep(&mut until, |worth, chance, now| worth.converts += chance * now[0]);
    let step_of = |landing: usize| {
        let class = backward.landings.all[landing].class as usize;
        states.states[backward.classes.first[class] as usize].step as usize
    };
    let of_steps = of_landing.iter().enumerate();
    let of_steps = of_steps.map(|(landing, worth)| (step_of(landing), visited.landed[landing], *worth));
    let of_branches = ahead.iter().zip(&of_edge);
    let of_branches =
        of_branches.map(|((edge, ..), worth)| (states.edges[*edge].branch as usize, visited.decided[*edge], *worth));
    Ok(Worths {
        steps: means(plan.steps.len(), of_steps),
        branches: means(plan.branch_to.len(), of_branches),
    })
}

/// What is followed backwards; see [`outlook`].
const METRICS: [Metric; 6] = [
    Metric::Kept,
    Metric::Churned,
    Metric::Lost,
    Metric::Other,
    Metric::Undecided,
    Metric::Profit,
];

/// The means of [`METRICS`].
fn outlook(of: &[f64]) -> Outlook {
    Outlook {
        converts: 0.0,
        worth: of[5],
        ends: Ends {
            won: of[0],
            churned: of[1],
            lost: of[2],
            other: of[3],
            open: of[4],
        },
    }
}

/// A customer who may still be on its way at the horizon, without having come anywhere.
fn on_the_way(has_converted: bool, chance: f64) -> Outlook {
    let mut it = Outlook::default();
    if has_converted {
        it.ends.won = chance;
    } else {
        it.ends.open = chance;
    }
    it
}

/// By position: the mean over customers, given position, number of customers and worth.
fn means(count: usize, parts: impl Iterator<Item = (usize, f64, Outlook)>) -> Vec<Option<Outlook>> {
    let mut sums = vec![(0.0, Outlook::default()); count];
    for (at, customers, worth) in parts {
        let (sum, of) = &mut sums[at];
        *sum += customers;
        *of += worth.map(|it| customers * it);
    }
    let mean = |(sum, of): (f64, Outlook)| (sum > 0.0).then(|| of.map(|it| it / sum));
    sums.into_iter().map(mean).collect()
}

/// The chance, by ticks since arrival, that a random customer who arrives at tick 0 first converts
/// then, with every assumption at its mean. Streams count by their expected arrivals over the
/// horizon; empty if nobody is expected.
///
/// # Errors
///
/// If a number of the mean world is too large.
pub fn time_to_convert(model: Model<'_>, states: &States) -> Result<Vec<f64>, Overflow> {
    let plan = model.plan;
    let rates = Rates::of(model, &model.journey.draws.mean_world())?;
    let ways = Ways::of(plan, states, &rates);
    let classes = super::classes::Classes::of(states);
    let landings = super::landings::Landings::of(states, plan.streams.len(), &classes);
    let entrants = super::entrants::Entrants::arriving(plan, states, &rates);
    let all: f64 = entrants.arrivals.iter().flatten().sum();
    if all == 0.0 {
        return Ok(Vec::new());
    }
    let mut entering = Vec::new();
    let mut at_once = 0.0;
    for (stream, arrivals) in entrants.arrivals.iter().enumerate() {
        let share = arrivals.iter().sum::<f64>() / all;
        for (case, of_case) in states.entries[stream].cases.iter().zip(&entrants.shares[stream][0]) {
            entering.push((case.state, share * of_case));
            if case.gains.won {
                at_once += share * of_case;
            }
        }
    }
    let visits = Visits::of(plan, states, &classes, &landings, &ways);
    let mut won = visits.conversions(&entering);
    won[0] += at_once;
    Ok(won)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::exact::fixture::Fixture;

    const TRIAL: &str = r#"
format = 1
customers = 100
horizon = "4 days"
[steps.visit]
branches = [{ to = "trial", chance = 0.5, after = "1d" }, { to = "gone", chance = "rest" }]
[steps.trial]
branches = [{ to = "pays", chance = 0.3, after = "1d" }, { to = "gone", chance = "rest" }]
[steps.pays]
event = "conversion"
revenue = 10
branches = [{ to = "pays", name = "renews", chance = 0.5, after = "2d" }, { to = "cancels", chance = "rest" }]
[steps.gone]
outcome = "lost"
[steps.cancels]
outcome = "churned"
cost = 1
"#;

    fn worths(text: &str) -> Worths {
        let it = Fixture::new(text);
        worth(it.model(), &it.states).expect("numbers are small")
    }

    #[track_caller]
    fn check(is: Option<Outlook>, converts: f64, churns: f64, profit: f64) {
        let is = is.expect("somebody gets there");
        for (is, it) in [(is.converts, converts), (is.churns(), churns), (is.worth, profit)] {
            assert!((is - it).abs() < 1e-12, "{is} instead of {it}");
        }
    }

    /// Shares won, churned, lost, other and open.
    #[track_caller]
    fn check_ends(is: Option<Outlook>, shares: [f64; 5]) {
        let Ends {
            won,
            churned,
            lost,
            other,
            open,
        } = is.expect("somebody gets there").ends;
        let is = [won, churned, lost, other, open];
        let is_near = is.iter().zip(shares).all(|(is, it)| (is - it).abs() < 1e-12);
        assert!(is_near, "{is:?} instead of {shares:?}");
        assert!((is.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{is:?}");
    }

    #[test]
    fn everybody_ends_somewhere() {
        let it = worths(TRIAL);
        check_ends(it.steps[0], [0.075, 0.075, 0.85, 0.0, 0.0]);
        check_ends(it.steps[1], [0.075, 0.225, 0.7, 0.0, 0.0]);
        check_ends(it.branches[0], [0.15, 0.15, 0.7, 0.0, 0.0]);
        check_ends(it.branches[1], [0.0, 0.0, 1.0, 0.0, 0.0]);
        check_ends(it.branches[2], [0.25, 0.75, 0.0, 0.0, 0.0]);
        // They have converted before.
        check_ends(it.branches[4], [0.5, 0.5, 0.0, 0.0, 0.0]);
        check_ends(it.branches[5], [0.0, 1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn who_has_converted_is_known_even_where_it_makes_no_difference() {
        let text = r#"
format = 1
customers = 100
horizon = "8 days"
[steps.visit]
branches = [{ to = "pays", chance = 0.25 }, { to = "club", chance = "rest" }]
[steps.pays]
event = "conversion"
branches = [{ to = "club", after = "2d" }]
[steps.club]
branches = [{ to = "club", chance = 0.5, after = "5d" }, { to = "far", chance = "rest", after = "9d" }]
[steps.far]
outcome = "other"
"#;
        let it = worths(text);
        check_ends(it.steps[0], [0.25, 0.0, 0.0, 0.0, 0.75]);
        check_ends(it.branches[1], [0.0, 0.0, 0.0, 0.0, 1.0]);
        check_ends(it.branches[2], [1.0, 0.0, 0.0, 0.0, 0.0]);
        // At the club within eight days come all, and half of three quarters again: who pays first
        // comes back at tick 7.
        check_ends(it.branches[3], [0.25, 0.0, 0.0, 0.0, 0.75]);
        let it = worths(&text.replace("after = \"9d\"", "after = \"6d\""));
        // Who pays first comes there at the horizon.
        check_ends(it.steps[0], [0.25, 0.0, 0.0, 0.375, 0.375]);
        check_ends(it.branches[2], [1.0, 0.0, 0.0, 0.0, 0.0]);
        check_ends(it.branches[4], [0.0, 0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn what_lies_ahead_is_told_with_the_clock_at_the_beginning() {
        let it = worths(TRIAL);
        // Who visits first and pays at tick 2 could renew at tick 4 only, where the horizon is.
        check(it.steps[0], 0.15, 0.5 + 0.35 + 0.075, 1.5 - 0.075);
        check(it.steps[1], 0.3, 0.7 + 0.225, 4.5 - 0.225);
        check(it.steps[2], 1.0, 0.75, 15.0 - 0.75);
        check(it.steps[3], 0.0, 1.0, 0.0);
        check(it.steps[4], 0.0, 1.0, -1.0);
    }

    #[test]
    fn a_branch_is_worth_what_comes_behind_its_delay() {
        let it = worths(TRIAL);
        check(it.branches[0], 0.3, 0.7 + 0.15, 3.0 - 0.15);
        check(it.branches[1], 0.0, 1.0, 0.0);
        check(it.branches[2], 1.0, 0.75, 15.0 - 0.75);
        check(it.branches[4], 1.0, 0.5, 10.0 - 0.5);
    }

    #[test]
    fn a_converted_end_is_a_conversion_only_of_who_had_not_converted() {
        let it = worths(
            r#"
format = 1
customers = 100
[steps.visit]
branches = [{ to = "pays", chance = 0.2 }, { to = "done", chance = 0.1 }, { to = "never", chance = "rest" }]
[steps.pays]
event = "conversion"
branches = [{ to = "done" }]
[steps.done]
outcome = "converted"
[steps.never]
branches = [{ to = "late", after = "400d" }]
[steps.late]
outcome = "lost"
"#,
        );
        check(it.steps[0], 0.3, 0.0, 0.0);
        check(it.steps[2], 1.0 / 3.0, 0.0, 0.0);
        check(it.branches[3], 0.0, 0.0, 0.0);
        check_ends(it.steps[0], [0.3, 0.0, 0.0, 0.0, 0.7]);
        check_ends(it.branches[1], [1.0, 0.0, 0.0, 0.0, 0.0]);
        check_ends(it.branches[3], [1.0, 0.0, 0.0, 0.0, 0.0]);
        check_ends(it.branches[4], [0.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(it.steps[4], None);
    }

    #[test]
    fn who_comes_with_what_in_mind_matters() {
        let it = worths(
            r#"
format = 1
horizon = "3 days"
entry = "visit"
customer.segment = { small = 3, large = 1 }
arrivals.web = { count = 10 }
arrivals.late = { count = 10, on = 2001-01-03, customer = { segment = "large" } }
[steps.visit]
branches = [{ to = "buys", chance = { by = "segment", small = 0.2, large = 0.6 } }, { to = "gone", chance = "rest" }]
[steps.buys]
outcome = "converted"
revenue = 100
[steps.gone]
outcome = "lost"
"#
            .replace("horizon", "begin = 2001-01-01\nhorizon")
            .as_str(),
        );
        let converts = (7.5 * 0.2 + 12.5 * 0.6) / 20.0;
        check(it.steps[0], converts, 1.0 - converts, 100.0 * converts);
    }

    #[test]
    fn conversions_are_timed_from_the_arrival_on() {
        let it = Fixture::new(TRIAL);
        let found = time_to_convert(it.model(), &it.states).expect("numbers are small");
        let expected = [0.0, 0.0, 0.15, 0.0];
        assert!(
            found.iter().zip(expected).all(|(is, it)| (is - it).abs() < 1e-15),
            "{found:?}"
        );
        let at_once = TRIAL.replace("[steps.visit]", "[steps.visit]\nevent = \"conversion\"");
        let it = Fixture::new(&at_once);
        let found = time_to_convert(it.model(), &it.states).expect("numbers are small");
        assert_eq!(found, [1.0, 0.0, 0.0, 0.0]);
    }
}
