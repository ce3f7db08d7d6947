//! By which lever a target becomes more likely: each at its limits, beside things as they are.

use crate::engine::Choice;
use crate::forecast::{LeverEffect, Watch, moments};

use super::bench::Bench;
use super::reach::Reach;
use super::{Question, SolveError};

/// What each lever can do for each target of the question, the one that helps most first: at the
/// limit at which the target is more likely to be met (or, without luck, is met by more). `None` if
/// it was stopped.
///
/// # Errors
///
/// If the journey cannot be simulated, or the limits of a lever are no numbers.
pub fn effects(
    question: &Question<'_>,
    engine: Choice,
    watch: Watch<'_>,
) -> Result<Option<Vec<Vec<LeverEffect>>>, SolveError> {
    let bench = Bench::with(question, engine, 1 + 2 * question.levers.len(), watch);
    let mut levers = Vec::new();
    for at in &question.levers {
        levers.push(Reach::of(question, *at)?);
    }
    let mut all = Vec::new();
    for target in &question.targets {
        let mut effects = Vec::new();
        for lever in &levers {
            match effect(question, &bench, *target, lever)? {
                Some(it) => effects.push(it),
                None => return Ok(None),
            }
        }
        effects.sort_by(|one: &(f64, LeverEffect), two| two.0.total_cmp(&one.0));
        all.push(effects.into_iter().map(|it| it.1).collect());
    }
    Ok(Some(all))
}

/// The effect, and what it is ranked by.
fn effect(
    question: &Question<'_>,
    bench: &Bench<'_>,
    target: usize,
    lever: &Reach<'_>,
) -> Result<Option<(f64, LeverEffect)>, SolveError> {
    let at = |value: f64| [(lever.at, value)];
    let (low, high) = (at(lever.low), at(lever.high));
    let (Some(now), Some(met)) = (bench.reached(target, &[])?, bench.met(target, &[])?) else {
        return Ok(None);
    };
    let (Some(of_low), Some(of_high)) = (bench.reached(target, &low)?, bench.reached(target, &high)?) else {
        return Ok(None);
    };
    let likely = |it: &super::Reached| (it.probability.unwrap_or(0.0), it.margin);
    let is_low = likely(&of_low) > likely(&of_high);
    let (moves, reached) = if is_low { (low, of_low) } else { (high, of_high) };
    let Some(then) = bench.met(target, &moves)? else {
        return Ok(None);
    };
    let pairs = then.iter().zip(&met);
    let rises: Vec<f64> = pairs.map(|(then, now)| f64::from(*then) - f64::from(*now)).collect();
    let (rise, variance) = moments(&rises);
    let path = &lever.lever.path;
    let effect = LeverEffect {
        path: path.clone(),
        change: format!("{path}={}", (question.change)(lever.at, moves[0].1)),
        expected: reached.expected,
        probability: reached.probability,
        rise: reached.probability.map(|_| rise),
        se: reached
            .probability
            .filter(|_| rises.len() > 1)
            .map(|_| (variance / rises.len() as f64).sqrt()),
        replications: question.options.replications,
    };
    let rank = if reached.probability.is_some() {
        // Where the share does not rise, the metric still may.
        rise + 1e-9 * (reached.margin - now.margin).clamp(-1e3, 1e3)
    } else {
        reached.margin - now.margin
    };
    Ok(Some((rank, effect)))
}
