//! How sure delays are: visits are resampled, and what was worked out from them is worked out again.

use super::{DelayFinding, Measured, mean, quantile};
use crate::fit::moves::Visits;
use crate::fit::risks::{Patience, risks};
use crate::random::{Key, Purpose, poisson_quantile};

/// How to resample.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    /// What names the visits among all others.
    pub(crate) name: &'a str,
    /// Where luck begins.
    pub(crate) seed: u64,
    /// How often.
    pub(crate) resamples: u32,
    /// Days of a tick.
    pub(crate) tick_days: f64,
}

/// Fewer moves than this tell nothing of how sure a delay is.
const MOVES_MIN: u64 = 10;

/// Puts 95 % intervals into the findings of ways from one place, by target.
///
/// Poisson's bootstrap: every visit counts a Poisson number of times with mean 1, so that all
/// visits alike together count a Poisson number of times with their number as mean (Chamandy et
/// al., *Estimating uncertainty for massive data streams*, 2012). The interval is that of
/// percentiles.
pub(crate) fn intervals(visits: &Visits, patience: Patience, plan: Plan<'_>, findings: &mut [(u32, DelayFinding)]) {
    let key = Key::new(plan.seed).purpose(Purpose::Resample).with_text(plan.name);
    let wanted: Vec<bool> = findings.iter().map(|it| visits.to(it.0) >= MOVES_MIN).collect();
    if plan.resamples < 2 || !wanted.contains(&true) {
        return;
    }
    let mut drawn: Vec<[Vec<f64>; 3]> = vec![Default::default(); findings.len()];
    for round in 0..plan.resamples {
        let again = risks(&resampled(visits, key.with(u64::from(round))), patience);
        for (at, (target, _)) in findings.iter().enumerate() {
            let way = again.ways.iter().find(|it| it.target == *target && wanted[at]);
            if let Some(way) = way {
                let delays = &way.delays;
                let numbers = [mean(delays), quantile(delays, 0.5), quantile(delays, 0.9)];
                for (list, number) in drawn[at].iter_mut().zip(numbers) {
                    list.push(number * plan.tick_days);
                }
            }
        }
    }
    for ((_, finding), drawn) in findings.iter_mut().zip(drawn) {
        let fields = [&mut finding.mean_days, &mut finding.median_days, &mut finding.p90_days];
        for (field, list) in fields.into_iter().zip(drawn) {
            between(field, list);
        }
    }
}

fn between(field: &mut Measured, mut drawn: Vec<f64>) {
    if drawn.len() < 2 {
        return;
    }
    drawn.sort_by(f64::total_cmp);
    let at = |p: f64| {
        let place = p * (drawn.len() - 1) as f64;
        let (below, above) = (drawn[place.floor() as usize], drawn[place.ceil() as usize]);
        below + (above - below) * place.fract()
    };
    field.low = Some(at(0.025));
    field.high = Some(at(0.975));
}

fn resampled(visits: &Visits, key: Key) -> Visits {
    let mut stream = key.stream();
    let mut again = |count: u64| poisson_quantile(count as f64, stream.uniform());
    let mut drawn = Visits::default();
    for (&target, lengths) in &visits.moved {
        for (&ticks, &count) in lengths {
            let count = again(count);
            if count > 0 {
                drawn.moved.entry(target).or_default().insert(ticks, count);
            }
        }
    }
    for (&ticks, &count) in &visits.waiting {
        let count = again(count);
        if count > 0 {
            drawn.waiting.insert(ticks, count);
        }
    }
    drawn
}
