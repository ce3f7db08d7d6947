//! How much of the variance over worlds comes from which input: first-order and total shares
//! (Sobol 1993), by worlds that take one input from elsewhere.
//!
//! For pairs of independent worlds A and B, let C be A with one input taken from B. The first-order
//! share is E[f(B) (f(C) − f(A))] / V and the total one E[(f(A) − f(C))²] / 2V (Saltelli et al.,
//! *Variance based sensitivity analysis of model output*, 2010, tables 2b and 2f; the latter is
//! Jansen's). f is what is *expected* in a world. Where only replications of it are known, every
//! product is one of two that met independent luck, so that luck adds noise and no bias; A and C
//! meet the same luck, so that it adds little.

use crate::engine::EngineFault;
use crate::forecast::moments;
use crate::journey::{DrawId, World};

use super::input::Input;
use super::measure::{Course, Measured, value_of};
use super::result::{InputShare, Share, Shares};

/// Standard errors on each side of an estimate in its 95 % interval.
const ERRORS: f64 = 1.959_963_984_540_054;

/// Worlds to look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampling {
    /// The seed of all draws.
    pub(super) seed: u64,
    /// How many pairs of worlds.
    pub(super) worlds: u64,
    /// Replications in each world: 1 where there is no luck, else an even number, of which each half
    /// has luck of its own.
    pub(super) replications: u64,
}

/// Worlds in a row: A, A with each input of B, and B.
pub(super) fn count(inputs: &[Input], sampling: Sampling) -> u64 {
    (inputs.len() as u64 + 2) * sampling.worlds * sampling.replications
}

/// What is expected in a world, by each half of its replications.
type Halves = [f64; 2];

/// What came of the shares.
pub(super) enum Outcome {
    /// They are known.
    Known(Shares),
    /// Nothing that is uncertain moves the metric, or by so little that luck hides it.
    NoVariance,
    /// The metric is not a number in some world.
    Undefined,
    /// It was stopped.
    Stopped,
}

/// The shares of all inputs.
pub(super) fn shares(
    measured: &Measured<'_>,
    inputs: &[Input],
    sampling: Sampling,
    course: &Course<'_>,
) -> Result<Outcome, EngineFault> {
    let draws = &measured.journey().draws;
    // Neighbours that differ in amounts and arrivals only are worked out from the same response.
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|at| inputs[*at].named.kind == "chance");
    let Sampling {
        seed,
        worlds,
        replications,
    } = sampling;
    let row = inputs.len() as u64 + 2;
    let world = |pair: u64, place: usize| -> World {
        let own = || draws.world(seed, pair);
        let other = || draws.world(seed, worlds + pair);
        match place {
            0 => own(),
            place if place > inputs.len() => other(),
            place => {
                let other = other();
                let taken = inputs[order[place - 1]].draws.iter();
                taken.fold(own(), |world, at| {
                    let id = DrawId::at(*at);
                    world.with(id, other.value(id))
                })
            }
        }
    };
    let chosen = |job: u64| {
        let (at, replication) = (job / replications, job % replications);
        let pair = at / row;
        (world(pair, (at % row) as usize), pair * replications + replication)
    };
    let Some(samples) = measured.samples(count(inputs, sampling), &chosen, course)? else {
        return Ok(Outcome::Stopped);
    };
    let halves: Vec<Halves> = samples
        .chunks_exact(replications as usize)
        .map(|all| match all {
            [_] => [value_of(all); 2],
            _ => {
                let (one, other) = all.split_at(all.len() / 2);
                [value_of(one), value_of(other)]
            }
        })
        .collect();
    if halves.iter().flatten().any(|it| !it.is_finite()) {
        return Ok(Outcome::Undefined);
    }
    let rows: Vec<&[Halves]> = halves.chunks_exact(row as usize).collect();
    Ok(estimate(&rows, inputs, &order, replications))
}

fn estimate(rows: &[&[Halves]], inputs: &[Input], order: &[usize], replications: u64) -> Outcome {
    let last = inputs.len() + 1;
    let ends = rows.iter().flat_map(|row| [row[0], row[last]]);
    let (mean, _) = moments(&ends.flatten().collect::<Vec<f64>>());
    let off = |it: Halves| it.map(|it| it - mean);
    // By pair of worlds: what it adds to the variance over worlds.
    let variances: Vec<f64> = rows
        .iter()
        .map(|row| {
            let (one, other) = (off(row[0]), off(row[last]));
            0.5 * (one[0] * one[1] + other[0] * other[1])
        })
        .collect();
    let (variance, _) = moments(&variances);
    let scale = rows.iter().map(|row| off(row[0])[0].abs()).fold(0.0, f64::max);
    // What is left of equal numbers is the dust of rounding.
    if variance <= (1e-12 * mean.abs()).powi(2) || scale == 0.0 {
        return Outcome::NoVariance;
    }
    let ratio = |parts: &[f64]| share(parts, &variances);
    let first_of = |place: usize| -> Vec<f64> {
        let of_row = |row: &&[Halves]| {
            let (own, other, mixed) = (row[0], off(row[last]), row[place]);
            0.5 * (other[0] * (mixed[1] - own[1]) + other[1] * (mixed[0] - own[0]))
        };
        rows.iter().map(of_row).collect()
    };
    let total_of = |place: usize| -> Vec<f64> {
        let of_row = |row: &&[Halves]| 0.5 * (row[0][0] - row[place][0]) * (row[0][1] - row[place][1]);
        rows.iter().map(of_row).collect()
    };
    let mut alone = vec![0.0; rows.len()];
    let mut found: Vec<InputShare> = Vec::new();
    for (position, at) in order.iter().enumerate() {
        let first = first_of(position + 1);
        alone.iter_mut().zip(&first).for_each(|(sum, it)| *sum += it);
        let named = &inputs[*at].named;
        found.push(InputShare {
            path: named.path.clone(),
            title: named.title.clone(),
            kind: named.kind.clone(),
            first: ratio(&first),
            total: ratio(&total_of(position + 1)),
        });
    }
    found.sort_by(|one, other| other.total.value.total_cmp(&one.total.value));
    let luck = (replications > 1).then(|| luck(rows, last, replications, &variances));
    let count = 2.0 * rows.len() as f64;
    Outcome::Known(Shares {
        mean,
        sd: (variance * count / (count - 1.0)).sqrt(),
        luck_sd: luck.map(|it| it.0),
        luck: luck.map(|it| it.1),
        alone: ratio(&alone),
        inputs: found,
    })
}

/// The standard deviation of luck within a world, and its share of the variance of a forecast.
fn luck(rows: &[&[Halves]], last: usize, replications: u64, variances: &[f64]) -> (f64, Share) {
    let in_half = replications as f64 / 2.0;
    let apart = |it: Halves| in_half * 0.5 * (it[0] - it[1]).powi(2);
    let of_luck: Vec<f64> = rows
        .iter()
        .map(|row| 0.5 * (apart(row[0]) + apart(row[last])))
        .collect();
    let all: Vec<f64> = of_luck.iter().zip(variances).map(|(one, other)| one + other).collect();
    (moments(&of_luck).0.sqrt(), share(&of_luck, &all))
}

/// The ratio of two means, with its standard error by the delta method: from how much each pair of
/// worlds moves it.
fn share(parts: &[f64], wholes: &[f64]) -> Share {
    let (whole, _) = moments(wholes);
    let value = moments(parts).0 / whole;
    let moves: Vec<f64> = parts
        .iter()
        .zip(wholes)
        .map(|(part, of)| (part - value * of) / whole)
        .collect();
    let se = (moments(&moves).1 / parts.len() as f64).sqrt();
    Share {
        value,
        se,
        low: value - ERRORS * se,
        high: value + ERRORS * se,
    }
}
