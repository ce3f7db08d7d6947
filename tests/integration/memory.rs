//! What is remembered of customers decides where they go, never what luck they have.

use std::fmt::Write as _;

use super::cells::{How, run};

fn values(text: &str, name: &str) -> Vec<f64> {
    run(text, &How::times(5)).values(name)
}

/// A journey whose rules look at so many counters, and always come to the same.
fn with_counters(count: usize) -> String {
    let mut text = String::from(
        "format = 1\nentry = \"look\"\nhorizon = \"60 days\"\n[arrivals.web]\nrate = \"40 per day\"\n\
         [customer]\nkind = { small = 3, large = 1 }\n",
    );
    for at in 0..count {
        writeln!(text, "c{at} = {{ counter = [0, 60000], start = {at} }}").expect("a string takes everything");
    }
    text.push_str("[steps.look]\n");
    if count > 0 {
        let adds: Vec<String> = (0..count).map(|at| format!("c{at} = 1")).collect();
        writeln!(text, "adds = {{ {} }}", adds.join(", ")).expect("a string takes everything");
    }
    text.push_str(
        "branches = [{ to = \"look\", name = \"again\", chance = 0.5, after = { exponential = \"3d\" } },\n\
         { to = \"sort\", chance = { by = \"kind\", small = 0.3, large = 0.4 }, after = \"1d to 5d\" },\n\
         { to = \"gone\", chance = \"rest\" }]\n[steps.sort]\nbranches = [\n",
    );
    for at in 0..count {
        writeln!(
            text,
            "{{ to = \"gone\", name = \"n{at}\", when = \"c{at} >= 59000\" }},"
        )
        .expect("a string takes everything");
    }
    text.push_str(
        "{ to = \"look\", name = \"back\", when = \"visits.look < 3\" },\n\
         { to = \"won\", when = \"otherwise\" }]\n\
         [steps.won]\noutcome = \"converted\"\nrevenue = { each = { gamma = { mean = 9, sd = 3 } } }\n\
         [steps.gone]\noutcome = \"lost\"\n",
    );
    text
}

#[test]
fn more_memory_changes_nothing_for_rules_that_do_not_need_it() {
    let base = with_counters(0);
    assert!(values(&base, "total won").iter().all(|it| *it > 100.0));
    // One word, a few, and more than customers carry along.
    for count in [2, 5, 12, 60] {
        let text = with_counters(count);
        for name in ["total arrivals", "total won", "total revenue", "customers look"] {
            assert_eq!(values(&text, name), values(&base, name), "{name} with {count} counters");
        }
    }
}

#[test]
fn nobody_meets_the_same_luck_again_however_often_they_return() {
    // With so many steps in loops, few bits are left to count the visits of each.
    let mut text = String::from("format = 1\nentry = \"s0\"\nhorizon = \"1500 days\"\n[arrivals.web]\ncount = 300\n");
    for at in 0..16 {
        let next = if at == 15 {
            "won".to_owned()
        } else {
            format!("s{}", at + 1)
        };
        write!(
            text,
            "[steps.s{at}]\nbranches = [{{ to = \"s{at}\", name = \"stays\", chance = 0.96, after = \"1d\" }},\n\
             {{ to = \"{next}\", chance = \"rest\" }}]\n"
        )
        .expect("a string takes everything");
    }
    text.push_str("[steps.won]\noutcome = \"converted\"\n");
    let (arrivals, won) = (values(&text, "total arrivals"), values(&text, "total won"));
    assert_eq!(won, arrivals);
}
