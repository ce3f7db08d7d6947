//! Every engine agrees with the oracle and with the textbook, cell by cell, in mean and spread.

mod by_hand;
mod exact;

use forksight::engine::Engine;

use super::cells::{How, Run, run};
use super::oracle::choices::Choices;
use super::oracle::expect::{Cells, Expected};
use super::oracle::spec::Spec;
use super::oracle::toml::VARIANT;

/// How many standard errors a mean or a variance may be off. Some 60,000 are compared: the chance
/// that luck alone takes any normal one of them that far is one in thirty.
const BAR: f64 = 5.0;

/// Compares every cell with what the oracle expects; returns how many are not always 0.
fn check(title: &str, text: &str, run: &Run, cells: &Cells) -> usize {
    let replications = run.records.len() as f64;
    let unknown = cells.keys().filter(|it| !run.names.contains(it));
    let mut wrong: Vec<String> = unknown
        .map(|it| format!("{it}: the forecast does not have it"))
        .collect();
    for name in &run.names {
        if run.engine == Engine::Cohort && run.is_revisited(name) {
            continue;
        }
        let is = run.mean(name);
        let Some(it) = cells.get(name) else {
            wrong.extend((is != 0.0).then(|| format!("{name}: {is} instead of nothing")));
            continue;
        };
        let error = (it.variance.unwrap_or_else(|| run.variance(name)) / replications).sqrt();
        // So rare that the sum of a few is not normal: five more or less are no news.
        let rare = BAR * it.jump / replications;
        let rounding = 1e-4 + 1e-9 * it.mean.abs();
        let off = is - it.mean;
        // Not a number is wrong, too.
        if off.is_nan() || off.abs() > BAR * error + rare + rounding {
            wrong.push(format!(
                "{name}: mean {is} instead of {} ({:.1} errors)",
                it.mean,
                off / error
            ));
        }
        wrong.extend(spread(name, run, it).err());
    }
    assert!(wrong.is_empty(), "{title}\n{}\n\n{text}", wrong.join("\n"));
    run.names.iter().filter(|it| cells.contains_key(*it)).count()
}

/// The variance over replications, where its law is known and it is no sum of a few rare ones.
fn spread(name: &str, run: &Run, it: &Expected) -> Result<(), String> {
    let Some(variance) = it.variance else { return Ok(()) };
    let is = run.variance(name);
    let nothing = 1e-6 * (1.0 + it.mean * it.mean);
    if variance < 1e-3 * nothing {
        return if is <= nothing {
            Ok(())
        } else {
            Err(format!("{name}: variance {is} instead of none"))
        };
    }
    if variance < 0.5 * it.jump * it.jump {
        return Ok(());
    }
    let (values, mean) = (run.values(name), run.mean(name));
    let replications = values.len() as f64;
    let fourth = values.iter().map(|it| (it - mean).powi(4)).sum::<f64>() / replications;
    let error = ((fourth - variance * variance).max(2.0 * variance * variance) / replications).sqrt();
    let off = (is - variance) / error;
    if off.abs() <= BAR {
        Ok(())
    } else {
        Err(format!("{name}: variance {is} instead of {variance} ({off:.1} errors)"))
    }
}

/// Compares every engine that can run a journey; returns how many cells of all were compared.
fn agree(title: &str, spec: &Spec, replications: u64) -> usize {
    let text = spec.text();
    let mut how = How::times(replications);
    if spec.changes.iter().any(|it| it.days.is_none()) {
        how = how.variant(VARIANT);
    }
    let cells = spec.expect();
    let mut compared = 0;
    for engine in [Engine::Individual, Engine::Cohort] {
        if engine == Engine::Individual || spec.has_finite_memory() {
            let title = format!("{title}, {} engine", engine.word());
            // Their arrivals are the same under one seed: other ones are another look.
            let how = How {
                seed: 1 + u64::from(engine == Engine::Cohort),
                ..how.clone()
            };
            compared += check(&title, &text, &run(&text, &how.engine(engine)), &cells);
        }
    }
    compared
}

fn made_up(seeds: std::ops::Range<u64>) {
    let mut cells = 0;
    for seed in seeds.clone() {
        let spec = Spec::generate(&mut Choices::seeded(seed), false);
        cells += agree(&format!("seed {seed}"), &spec, 4_000);
    }
    assert!(
        cells as u64 > 60 * (seeds.end - seeds.start),
        "only {cells} cells were compared"
    );
}

#[test]
fn made_up_journeys_come_to_what_the_oracle_expects() {
    made_up(0..60);
}

#[test]
fn more_made_up_journeys_come_to_what_the_oracle_expects() {
    made_up(60..120);
}
