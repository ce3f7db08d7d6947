//! The same scenario and seed give the same numbers, and a change moves only what it can reach.

use forksight::scenario::Selection;

use super::cells::{How, Run, run};
use super::scenarios::shipped;

fn bits(run: &Run) -> Vec<Vec<u64>> {
    run.records
        .iter()
        .map(|it| it.iter().map(|it| it.to_bits()).collect())
        .collect()
}

#[test]
fn shipped_scenarios_do_not_depend_on_threads_or_their_number() {
    for (name, text) in shipped() {
        let base = run(&text, &How::times(3).threads(1));
        for threads in [2, 3] {
            let other = run(&text, &How::times(3).threads(threads));
            assert_eq!(bits(&other), bits(&base), "{name} with {threads} threads");
            assert_eq!(other.forecast, base.forecast, "{name} with {threads} threads");
        }
        // With fewer replications than threads, a replication is shared out.
        for (replications, threads) in [(1, 2), (2, 3), (1, 5)] {
            let other = run(&text, &How::times(replications).threads(threads));
            assert_eq!(
                bits(&other),
                bits(&base)[..other.records.len()],
                "{name}: {replications} on {threads}"
            );
        }
    }
}

#[test]
fn another_seed_is_other_luck() {
    let how = How::times(3);
    let base = run(MARKET, &how);
    assert_ne!(bits(&run(MARKET, &How { seed: 2, ..how })), bits(&base));
    assert_ne!(bits(&base)[0], bits(&base)[1]);
}

const MARKET: &str = r#"
format = 1
begin = 2026-01-01
horizon = "60 days"
[arrivals.web]
rate = "20 to 30 per day"
[arrivals.fair]
count = 200
on = 2026-01-10
to = "talk"
[customer]
kind = { small = 3, large = 1 }
[steps.look]
branches = [
  { to = "talk", chance = "20% to 30%", after = "1d to 9d" },
  { to = "shop", chance = 0.3 },
  { to = "look", name = "again", chance = 0.2, after = { exponential = "4d" } },
  { to = "gone", chance = "rest" },
]
[steps.talk]
cost = { each = "2 to 9" }
branches = [
  { to = "deal", count = 12, after = "10d" },
  { to = "gone", count = 30, after = { gamma = { mean = "8d", sd = "4d" } } },
]
[steps.shop]
revenue = { by = "kind", small = { each = { gamma = { mean = 30, sd = 10 } } }, large = 90 }
branches = [
  { to = "bought", chance = 0.4 },
  { to = "gone", chance = "rest" },
]
[steps.bought]
outcome = "converted"
[steps.deal]
outcome = "converted"
revenue = "400 to 900"
[steps.gone]
outcome = "lost"
[variants.better_talks]
set = { "steps.talk.deal.chance" = "x1.2" }
[variants.busy]
set = { "arrivals.web.volume" = "x1.1" }
[variants.late]
from = 2026-02-01
set = { "steps.look.shop.chance" = "+1pp" }
[variants.little]
set = { "steps.look.shop.chance" = "+1pp" }
[variants.tip]
set = { "steps.gone.cost" = 1 }
[variants.tip.steps.gone]
outcome = "lost"
cost = "1 to 2"
[variants.more.arrivals.radio]
rate = "3 per day"
"#;

/// A release that moves these numbers says so in the change log.
#[test]
fn the_luck_of_a_seed_is_pinned() {
    let run = run(
        MARKET,
        &How {
            seed: 42,
            ..How::times(3)
        },
    );
    let pinned = |name: &str| run.values(name);
    assert_eq!(pinned("total arrivals"), [1405.0, 1554.0, 1745.0]);
    assert_eq!(pinned("total won"), [404.0, 392.0, 385.0]);
    assert_eq!(pinned("total revenue"), [223_337.560_7, 136_306.753_4, 148_078.698]);
    assert_eq!(pinned("total cost"), [2599.8351, 2837.5, 3018.2255]);
    assert_eq!(pinned("2026-01 open"), [87.0, 99.0, 132.0]);
}

/// The cells that differ in some replication.
fn moved(base: &Run, changed: &Run) -> Vec<String> {
    let names = base.names.iter().filter(|it| changed.names.contains(it));
    names
        .filter(|it| base.values(it) != changed.values(it))
        .cloned()
        .collect()
}

#[test]
fn replications_do_not_depend_on_how_many_there_are() {
    let (few, many) = (run(MARKET, &How::times(5)), run(MARKET, &How::times(20)));
    assert_eq!(bits(&few), bits(&many)[..5]);
}

#[test]
fn a_variant_leaves_every_cell_it_cannot_reach_as_it_was() {
    let how = || How::times(20);
    let base = run(MARKET, &how());
    let better = run(MARKET, &how().variant("better_talks"));
    let moved_cells = moved(&base, &better);
    assert!(moved_cells.contains(&"total won".to_owned()));
    // The fork at `talk` reaches neither the visits before it nor the shop.
    for name in &moved_cells {
        let is_before = ["look", "shop", "bought"]
            .iter()
            .any(|it| name.split([' ', '.']).any(|part| part == *it));
        assert!(
            !is_before && !name.ends_with("arrivals") && name != "taken talk",
            "{name} moved"
        );
    }
    for name in [
        "reached talk",
        "taken look.talk",
        "end bought unconverted",
        "total arrivals",
    ] {
        assert!(!moved_cells.contains(&name.to_owned()), "{name} moved");
    }
    // What begins in February leaves January as it was.
    let late = run(MARKET, &how().variant("late"));
    assert!(moved(&base, &late).iter().all(|it| !it.starts_with("2026-01")));
    assert_ne!(late.values("taken look.shop"), base.values("taken look.shop"));
    // Another stream changes nobody who came before, and another uncertain number no other draw.
    let more = run(MARKET, &how().variant("more"));
    assert!(moved(&base, &more).iter().all(|it| !it.starts_with("arrival=")));
    let tip = run(
        &MARKET.replace("[variants.tip]\nset = { \"steps.gone.cost\" = 1 }\n", ""),
        &how().variant("tip"),
    );
    let costly = ["cost", "profit"];
    assert!(
        moved(&base, &tip)
            .iter()
            .all(|it| costly.iter().any(|end| it.ends_with(end))),
        "{:?}",
        moved(&base, &tip)
    );
}

#[test]
fn a_higher_rate_only_adds_customers() {
    let (base, busy) = (
        run(MARKET, &How::times(20)),
        run(MARKET, &How::times(20).variant("busy")),
    );
    let is_count = |it: &&String| {
        !["profit", "revenue", "cost", "open"]
            .iter()
            .any(|end| it.ends_with(end))
    };
    for name in base.names.iter().filter(is_count) {
        let pairs: Vec<(f64, f64)> = base.values(name).into_iter().zip(busy.values(name)).collect();
        assert!(pairs.iter().all(|(base, busy)| busy >= base), "{name}: {pairs:?}");
    }
    let grown = busy.mean("arrival=web arrivals") / base.mean("arrival=web arrivals");
    assert!((grown - 1.1).abs() < 0.01, "{grown}");
    assert_eq!(base.values("arrival=fair won"), busy.values("arrival=fair won"));
}

#[test]
fn a_small_change_of_a_chance_moves_few_customers() {
    let (base, little) = (
        run(MARKET, &How::times(50)),
        run(MARKET, &How::times(50).variant("little")),
    );
    let more = base
        .values("taken look.shop")
        .into_iter()
        .zip(little.values("taken look.shop"));
    let more: Vec<f64> = more.map(|(base, little)| little - base).collect();
    // One in a hundred visits goes to the shop besides; whoever comes back moves with them. With
    // luck of its own the difference would be below 0 in every third replication.
    assert!(more.iter().all(|it| *it >= 0.0), "{more:?}");
    let (sum, visits) = (more.iter().sum::<f64>() / 50.0, base.mean("reached look"));
    assert!((sum / visits - 0.01).abs() < 0.003, "{sum} of {visits}");
    let talks = base
        .values("taken look.talk")
        .into_iter()
        .zip(little.values("taken look.talk"));
    let changed: f64 = talks.map(|(base, little)| (base - little).abs()).sum::<f64>() / 50.0;
    assert!(changed < 0.01 * visits, "{changed} of {visits} talks come and go");
}

#[test]
fn what_was_typed_is_as_good_as_a_variant() {
    let typed = run(MARKET, &How::times(5).set("arrivals.web.volume=x1.1"));
    assert_eq!(bits(&typed), bits(&run(MARKET, &How::times(5).variant("busy"))));
    let selection = Selection {
        variants: vec!["busy+little".to_owned()],
        ..Selection::default()
    };
    let both = Selection {
        variants: vec!["busy".to_owned(), "little".to_owned()],
        ..Selection::default()
    };
    let of = |selection| {
        bits(&run(
            MARKET,
            &How {
                selection,
                ..How::times(3)
            },
        ))
    };
    assert_eq!(of(selection), of(both));
}
