//! Engines that agree are told apart hardly ever, broken ones always.

use super::*;
use crate::random::{Key, poisson_quantile};

const REPLICATIONS: u64 = 200;
const JUMPS: Jumps = Jumps {
    visits: 1.0,
    money: 50.0,
    units: 2.0,
};

fn cells(kinds: &[CellKind]) -> Vec<Cell> {
    let named = kinds.iter().enumerate();
    named
        .map(|(at, kind)| Cell {
            name: format!("cell {at}"),
            kind: *kind,
        })
        .collect()
}

/// By replication, what is expected in its world: cells of all sizes.
fn expected(cell: usize, replication: u64) -> f64 {
    let luck = Key::new(7).with(cell as u64).with(replication).uniform();
    10f64.powi(cell as i32 % 9 - 3) * (1.0 + luck)
}

/// Counts of an engine with luck of its own; every tenth cell is a constant of the world.
fn drawn(engine: Engine, count: usize) -> Sample {
    let record = |replication: u64| -> Record {
        let value = |cell: usize| {
            let mean = expected(cell, replication);
            let luck = Key::new(engine as u64).with(cell as u64).with(replication).uniform();
            if cell.is_multiple_of(10) {
                mean
            } else {
                poisson_quantile(mean, luck) as f64
            }
        };
        (0..count).map(value).collect()
    };
    Sample {
        engine,
        records: (0..REPLICATIONS).map(record).collect(),
        unknown: Vec::new(),
    }
}

fn exact(count: usize) -> Sample {
    let record = |replication: u64| (0..count).map(|cell| expected(cell, replication)).collect();
    Sample {
        engine: Engine::Exact,
        records: (0..REPLICATIONS).map(record).collect(),
        unknown: Vec::new(),
    }
}

fn all(count: usize) -> Vec<Sample> {
    vec![
        exact(count),
        drawn(Engine::Cohort, count),
        drawn(Engine::Individual, count),
    ]
}

/// The cells that each comparison finds, when a cell of an engine is broken in this way.
fn found(engine: Engine, cell: usize, break_it: impl Fn(&mut f64, u64)) -> Vec<Vec<String>> {
    let mut samples = all(40);
    let sample = samples
        .iter_mut()
        .find(|it| it.engine == engine)
        .expect("all are there");
    for (replication, record) in (0..).zip(&mut sample.records) {
        break_it(&mut record[cell], replication);
    }
    let agreements = agreements(&cells(&[CellKind::Count; 40]), &samples, JUMPS);
    let names = |it: Agreement| it.disagreements.into_iter().map(|it| it.cell).collect();
    agreements.into_iter().map(names).collect()
}

#[test]
fn engines_with_the_same_law_agree_in_thousands_of_cells() {
    let cells = cells(&[CellKind::Count; 3_000]);
    let samples = all(3_000);
    let compared = agreements(&cells, &samples, JUMPS);
    assert_eq!(
        compared.iter().map(|it| (it.engines, it.compared)).collect::<Vec<_>>(),
        [
            ((Engine::Individual, Engine::Exact), Compared::Means),
            ((Engine::Cohort, Engine::Exact), Compared::Means),
            ((Engine::Individual, Engine::Cohort), Compared::Spread),
        ]
    );
    for it in compared {
        assert_eq!((it.cells, it.disagreements.len()), (3_000, 0), "{:?}", it.furthest);
        // So many cells are somewhere far apart by luck alone.
        assert!(it.furthest.is_some_and(|it| it.errors > 2.5));
    }
    let drawn = agreements(&cells, &samples[1..], JUMPS);
    let kinds: Vec<Compared> = drawn.iter().map(|it| it.compared).collect();
    assert_eq!(kinds, [Compared::Means, Compared::Spread]);
    assert!(drawn.iter().all(|it| it.disagreements.is_empty()));
}

#[test]
fn a_mean_that_is_off_is_found() {
    let found = found(Engine::Individual, 6, |value, _| *value *= 1.03);
    assert_eq!(found[0], ["cell 6"]);
    assert!(found[1].is_empty());
}

#[test]
fn an_expectation_that_is_off_is_found_by_both_others() {
    let found = found(Engine::Exact, 7, |value, _| *value *= 0.99);
    assert_eq!(
        (&found[0][..], &found[1][..]),
        (&["cell 7".to_owned()][..], &["cell 7".to_owned()][..])
    );
}

/// The mean cannot see a stream that is used twice; the spread can.
#[test]
fn a_spread_that_is_off_is_found_though_the_mean_is_right() {
    let found = found(Engine::Cohort, 25, |value, replication| {
        let mean = expected(25, replication);
        *value = mean + 2.0 * (*value - mean);
    });
    assert_eq!(found, [vec![], vec![], vec!["cell 25".to_owned()]]);
}

#[test]
fn a_constant_has_to_be_right_up_to_rounding() {
    let rounded = found(Engine::Cohort, 30, |value, _| *value *= 1.0 + 1e-12);
    assert!(rounded.iter().all(Vec::is_empty));
    // In none of 200 replications is there a customer more or less that would explain it.
    let wrong = found(Engine::Individual, 10, |value, _| *value += 0.3);
    assert_eq!(wrong[0], ["cell 10"]);
}

#[test]
fn events_too_rare_to_be_seen_are_no_disagreement() {
    // 0.002 expected in each of 200 replications, and 0.1 of money with 50 at a time.
    for (kind, mean) in [(CellKind::Count, 0.002), (CellKind::Money, 0.1)] {
        let none = vec![vec![0.0]; 200];
        let samples = [(Engine::Exact, vec![vec![mean]]), (Engine::Individual, none)];
        let samples = samples.map(|(engine, records)| Sample {
            engine,
            records,
            unknown: Vec::new(),
        });
        let it = &agreements(&cells(&[kind]), &samples, JUMPS)[0];
        assert!(it.disagreements.is_empty(), "{:?}", it.furthest);
    }
}

#[test]
fn what_an_engine_does_not_count_is_left_out() {
    let mut samples = all(40);
    samples[1].unknown = vec![3, 4];
    let mut cells = cells(&[CellKind::Count; 40]);
    cells[9].kind = CellKind::Ratio;
    let compared = agreements(&cells, &samples, JUMPS);
    assert_eq!(compared.iter().map(|it| it.cells).collect::<Vec<_>>(), [39, 37, 37]);
}

#[test]
fn a_number_that_is_none_is_a_disagreement() {
    let found = found(Engine::Exact, 5, |value, _| *value = f64::NAN);
    assert_eq!(found[0], ["cell 5"]);
}
