use super::*;
use crate::plan::compile;
use crate::scenario::{FileFormat, Scenario, Selection};

fn compiled(text: &str) -> (Journey, Plan) {
    let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
    let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
    let plan = compile(&journey);
    (journey, plan)
}

fn states(text: &str) -> States {
    let (journey, plan) = compiled(text);
    States::of(&journey, &plan).expect("its memory is finite")
}

/// How many states each step has.
fn by_step(text: &str) -> Vec<(String, usize)> {
    let (journey, plan) = compiled(text);
    let states = States::of(&journey, &plan).expect("its memory is finite");
    journey
        .steps()
        .map(|(id, step)| {
            let count = states.states.iter().filter(|it| it.step == id.0).count();
            (step.id.clone(), count)
        })
        .collect()
}

const SHOP: &str = r#"
format = 1
customers = 10_000
steps.visit.branches = [{ to = "buy", chance = "3%" }, { to = "leave", chance = "rest" }]
steps.buy = { outcome = "converted", revenue = 40 }
steps.leave = { outcome = "lost" }
"#;

#[test]
fn a_journey_without_memory_has_a_state_for_each_step() {
    let it = states(SHOP);
    assert_eq!((it.states.len(), it.edges.len()), (3, 2));
    assert_eq!(it.states[0].way, Way::Chances);
    assert_eq!(
        it.edges
            .iter()
            .map(|it| (it.gains.won, it.gains.lost))
            .collect::<Vec<_>>(),
        [(true, false), (false, true)]
    );
}

#[test]
fn steps_reached_converted_and_not_are_two_states() {
    let text = r#"
format = 1
customers = 10_000
entry = "visit"
steps.visit.branches = [
  { to = "buy", chance = "3%", after = "1d" },
  { to = "visit", name = "again", chance = "20%", after = "1d" },
  { to = "leave", chance = "rest" },
]
steps.buy = { event = "conversion", branches = [{ to = "visit" }] }
steps.leave = { outcome = "lost" }
"#;
    let found = by_step(text);
    let counts: Vec<usize> = found.iter().map(|it| it.1).collect();
    assert_eq!(counts, [2, 1, 2], "{found:?}");
}

#[test]
fn counters_and_visits_matter_as_far_as_rules_look() {
    let text = r#"
format = 1
customers = 10_000
customer.score = { counter = [0, 3], start = 0 }
entry = "visit"
steps.visit.adds = { score = 1 }
steps.visit.branches = [
  { to = "buy", when = "score >= 3 and visits.visit >= 5" },
  { to = "visit", name = "again", when = "otherwise", after = "1d" },
]
steps.buy = { outcome = "converted" }
"#;
    // Scores 1, 2, 3 with 1, 2, 3 visits, then score 3 with 4, 5 (which buys).
    assert_eq!(by_step(text), [("visit".to_owned(), 5), ("buy".to_owned(), 1)]);
}

#[test]
fn a_rule_by_month_has_an_edge_for_each_branch_it_can_choose() {
    let text = r#"
format = 1
customers = 10_000
steps.visit.branches = [
  { to = "buy", when = "month == 2 and weekday <= 5" },
  { to = "never", when = "month == 13" },
  { to = "leave", when = "otherwise" },
]
steps.buy = { outcome = "converted" }
steps.never = { outcome = "lost" }
steps.leave = { outcome = "lost" }
"#;
    let text = text.replace("month == 13", "month == 12 and month == 1");
    let it = states(&text);
    assert_eq!(it.edges.len(), 2);
    let Way::ByDay(kinds) = &it.states[0].way else {
        panic!("{:?}", it.states[0]);
    };
    assert_eq!(kinds.len(), 84);
    assert_eq!(kinds.iter().filter(|it| **it == 0).count(), 5);
    // The undated calendar begins on a Monday, the first of January: 1 February is a Thursday.
    let way = |tick: u32| kinds[it.day_kind(tick)];
    assert_eq!((way(30), way(31), way(32), way(33), way(35)), (1, 0, 0, 1, 0));
}

#[test]
fn categories_and_streams_are_told_apart_because_results_are_grouped_by_them() {
    let text = r#"
format = 1
customer.segment = { small = 3, large = 1 }
arrivals.search = { rate = "10 per day", to = "visit" }
arrivals.mail = { rate = "1 per day", to = "visit", customer = { segment = "large" } }
[pipeline]
visit = { count = 5, waited = "2d" }
[steps.visit]
branches = [{ to = "buy", chance = "3%", after = "3d" }, { to = "leave", chance = "rest" }]
[steps.buy]
outcome = "converted"
[steps.leave]
outcome = "lost"
"#;
    let it = states(text);
    // Search and pipeline, both small and large, and mail.
    assert_eq!(it.states.len(), 5 * 3);
    assert_eq!(
        it.entries.iter().map(|it| it.cases.len()).collect::<Vec<_>>(),
        [2, 1, 2]
    );
    assert_eq!(it.states.iter().filter(|it| it.waiting.is_some()).count(), 2);
    let keys: std::collections::BTreeSet<u64> = it.states.iter().map(|it| it.key).collect();
    assert_eq!(keys.len(), it.states.len());
}

#[test]
fn journeys_without_finite_memory_say_why() {
    let days = SHOP.replace(
        r#"{ to = "buy", chance = "3%" }, { to = "leave", chance = "rest" }"#,
        r#"{ to = "buy", when = "days > 3" }, { to = "leave", when = "otherwise" }"#,
    );
    let (journey, plan) = compiled(&days);
    let unfit = States::of(&journey, &plan).expect_err("it looks at days");
    assert_eq!(unfit.words(&journey), "a rule at step `visit` looks at `days`");
    let counters = r#"
format = 1
customers = 10_000
customer.a = { counter = [0, 1000], start = 0 }
customer.b = { counter = [0, 1000], start = 0 }
entry = "visit"
steps.visit.branches = [
  { to = "more", chance = "30%", after = "1d" },
  { to = "most", chance = "30%", after = "1d" },
  { to = "look", chance = "rest" },
]
steps.more = { adds = { a = 1 }, branches = [{ to = "visit" }] }
steps.most = { adds = { b = 1 }, branches = [{ to = "visit" }] }
steps.look.branches = [
  { to = "buy", when = "a > 3 and b > 100" },
  { to = "leave", when = "otherwise" },
]
steps.buy = { outcome = "converted" }
steps.leave = { outcome = "lost" }
"#;
    let (journey, plan) = compiled(counters);
    assert_eq!(
        States::of(&journey, &plan).expect_err("there are a million"),
        Unfit::States
    );
}
