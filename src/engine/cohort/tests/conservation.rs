//! Whatever the journey, nobody is lost on the way and every count is the sum of its parts.

use proptest::prelude::*;

use super::*;

/// Some steps, each with branches to any other, the last two of which end the journey.
fn journey() -> impl Strategy<Value = String> {
    let delay = prop_oneof![
        Just("\"0d\"".to_owned()),
        (1..40_u32).prop_map(|days| format!("\"{days}d\"")),
        (1..20_u32).prop_map(|days| format!("\"{days}d to {}d\"", 3 * days)),
        (1..20_u32).prop_map(|days| format!("{{ exponential = \"{days}d\" }}")),
        (7..40_u32).prop_map(|days| format!("{{ geometric = \"{days}d\" }}")),
        (1..9_u32).prop_map(|days| format!("{{ observed = [[\"0d\", {days}], [\"{days}d\", 3]] }}")),
    ];
    let branch = (0..7_usize, 1..9_u32, delay);
    let forks = proptest::collection::vec(proptest::collection::vec(branch, 0..3), 5);
    let clock = prop_oneof![Just("1 day"), Just("7 days")];
    (forks, clock, 0..3_u32, 0..3_000_u32).prop_map(|(forks, tick, stages, customers)| {
        use std::fmt::Write as _;
        let mut text = format!(
            "format = 1\nhorizon = \"90 days\"\ntick = \"{tick}\"\ncustomer.size = {{ small = 3, large = 1 }}\n\
             [stages]\nfirst = {{}}\nsecond = {{}}\nthird = {{}}\n\
             [arrivals.web]\nrate = \"{customers} per week\"\nto = \"s0\"\n\
             [arrivals.mail]\ncount = {customers}\nto = \"s1\"\n"
        );
        for (step, branches) in forks.iter().enumerate() {
            let stage = ["first", "second", "third"][(step as u32 * stages % 3) as usize];
            let _ = writeln!(text, "[steps.s{step}]\nstage = \"{stage}\"\nbranches = [");
            let sum: u32 = branches.iter().map(|it| it.1).sum();
            for (at, (to, weight, delay)) in branches.iter().enumerate() {
                let chance = f64::from(*weight) / f64::from(sum + 2);
                let _ = writeln!(
                    text,
                    "  {{ to = \"s{to}\", name = \"b{at}\", chance = {chance}, after = {delay} }},"
                );
            }
            let _ = writeln!(
                text,
                "  {{ to = \"s{}\", name = \"on\", chance = \"rest\" }},\n]",
                step + 1
            );
        }
        text + "[steps.s5]\noutcome = \"converted\"\nrevenue = { by = \"size\", small = 1, large = 2 }\n\
                [steps.s6]\noutcome = \"lost\"\n"
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn nobody_is_lost_on_the_way(text in journey()) {
        let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
        // Loops without time are refused.
        prop_assume!(scenario.journey(&Selection::default()).is_ok());
        let case = Case::of(&text);
        let plan = &case.plan;
        case.tallies(3, |_, tally| {
            let columns = plan.columns;
            let total = |column: usize| -> u64 {
                tally.counts.chunks_exact(columns.count).map(|it| it[column]).sum()
            };
            let mut moves = 0;
            for (at, step) in plan.steps.iter().enumerate() {
                let streams = plan.streams.iter().enumerate().filter(|it| it.1.to as usize == at);
                let begun: u64 = streams.map(|it| total(columns.streams + it.0)).sum();
                let into = plan.branch_to.iter().enumerate().filter(|it| *it.1 as usize == at);
                let reached = begun + into.map(|it| total(columns.branches + it.0)).sum::<u64>();
                let out = step.first_branch..step.first_branch + step.branches;
                let left: u64 = out.map(|it| total(columns.branches + it) + tally.cut[it]).sum();
                if step.branches > 0 {
                    assert_eq!(reached, left, "step {at}");
                }
                if let Some(cells) = step.cell_column {
                    assert_eq!(reached, total(cells) + total(cells + 1), "kinds of step {at}");
                }
                if let Some(won) = step.won_column {
                    assert_eq!(reached, total(won), "won at step {at}");
                }
                moves += left;
            }
            assert_eq!(moves, tally.moves);
            for column in 0..columns.count {
                let of_groups: u64 = tally.groups.chunks_exact(columns.count).map(|it| it[column]).sum();
                assert_eq!(total(column) * plan.groups.packs.len() as u64, of_groups, "column {column}");
            }
            let arrivals: u64 = (0..plan.streams.len()).map(|it| total(columns.streams + it)).sum();
            assert!(tally.funnel.is_sorted_by(|one, next| one >= next) && tally.funnel[0] <= arrivals);
        });
    }
}
