//! The engine agrees with the oracle, cell by cell, in mean and spread.

use super::oracle::generate::Choices;
use super::oracle::spec::Spec;
use super::oracle::toml::VARIANT;
use super::oracle::walk::{Cells, Expected};
use super::cells::{How, Run, run};

/// How many standard errors a mean or a variance may be off. Some 20,000 cells are compared: the
/// chance that any normal one of them is further off by luck is about one in a hundred.
const BAR: f64 = 5.0;

/// Compares every cell with what the oracle expects; returns how many are not always 0.
fn check(title: &str, text: &str, run: &Run, cells: &Cells) -> usize {
    let replications = run.records.len() as f64;
    let mut wrong = Vec::new();
    for name in cells.keys().filter(|it| !run.names.contains(it)) {
        let is_metric = !name.starts_with("arrival=") && !name.contains(" other");
        wrong.extend(is_metric.then(|| format!("{name}: the forecast does not have it")));
    }
    for name in &run.names {
        let is = run.mean(name);
        let Some(it) = cells.get(name) else {
            wrong.extend((is != 0.0).then(|| format!("{name}: {is} instead of nothing")));
            continue;
        };
        let (variance, squares) = (run.variance(name), it.variance.unwrap_or(0.0));
        let error = (variance.max(squares) / replications).sqrt();
        // So rare that the sum of a few is not normal: five more or less are no news.
        let rare = BAR * it.jump / replications;
        let rounding = 1e-4 + 1e-9 * it.mean.abs();
        if name.starts_with("customers ") { continue; }
        if !((is - it.mean).abs() <= BAR * error + rare + rounding) {
            let off = (is - it.mean) / error;
            wrong.push(format!("{name}: mean {is} instead of {} ({off:.1} errors)", it.mean));
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
    if variance < 1e-9 * (1.0 + it.mean * it.mean) {
        let none = 1e-6 * (1.0 + it.mean * it.mean);
        return if is <= none { Ok(()) } else { Err(format!("{name}: variance {is} instead of none")) };
    }
    if variance < 0.5 * it.jump * it.jump {
        return Ok(());
    }
    let (values, mean) = (run.values(name), run.mean(name));
    let replications = values.len() as f64;
    let fourth = values.iter().map(|it| (it - mean).powi(4)).sum::<f64>() / replications;
    let error = ((fourth - variance * variance).max(2.0 * variance * variance) / replications).sqrt();
    let off = (is - variance) / error;
    if off.abs() <= BAR { Ok(()) } else { Err(format!("{name}: variance {is} instead of {variance} ({off:.1} errors)")) }
}

fn agree(title: &str, spec: &Spec, replications: u64) -> usize {
    let text = spec.text();
    let mut how = How::times(replications);
    if spec.changes.iter().any(|it| it.days.is_none()) {
        how = how.variant(VARIANT);
    }
    check(title, &text, &run(&text, &how), &spec.expect())
}

#[test]
fn made_up_journeys_come_to_what_the_oracle_expects() {
    let mut cells = 0;
    for seed in 0..40 {
        let spec = Spec::generate(&mut Choices::seeded(seed), false);
        let r = std::panic::catch_unwind(|| { let t = std::time::Instant::now(); let e = spec.expect().len(); let t1 = t.elapsed(); let r = agree(&format!("seed {seed}"), &spec, 1_000); println!("seed {seed}: {e} cells oracle {t1:?} all {:?}", t.elapsed()); r });
        match r { Ok(n) => cells += n, Err(_) => println!("FAILED {seed}") }
    }
    assert!(cells > 5_000, "only {cells} cells were compared");
}
