//! What it is worth to find out before deciding: the expected value of perfect information, about
//! everything and about one input at a time (Raiffa & Schlaifer, *Applied Statistical Decision
//! Theory*, 1961).
//!
//! Whoever knows the world takes the option that is best there; whoever does not, the one that is best
//! on average. To know one input is to choose by what is then expected of each option, found by
//! regression on worlds (Strong, Oakley & Brennan 2014). The choice in a world is made by a fit to other
//! worlds and paid by what the option comes to in this one, so that what a fit takes for a pattern in
//! mere noise earns nothing: estimates are a little too low rather than too high.

use crate::engine::EngineFault;
use crate::forecast::moments;
use crate::journey::World;
use crate::study::Better;

use super::input::{Input, Place};
use super::measure::{Course, Measured, value_of};
use super::regression::{basis, predictions};
use super::result::{Choice, Information, InputWorth, Point};
use super::shares::Sampling;

/// An option that can be decided for.
pub(super) struct Candidate<'a> {
    pub(super) option: String,
    pub(super) note: Option<String>,
    pub(super) measured: Measured<'a>,
    pub(super) inputs: Vec<Input>,
}

/// What came of it.
pub(super) enum Outcome {
    /// It is known.
    Known(Information),
    /// The metric is not a number in some world.
    Undefined,
    /// It was stopped.
    Stopped,
}

/// What an option comes to, world by world, by each half of the replications.
type Values = [Vec<f64>; 2];

/// How many replications this takes.
pub(super) fn count(options: usize, sampling: Sampling) -> u64 {
    options as u64 * sampling.worlds * sampling.replications
}

/// The value of information about which of `candidates`, the base first, to decide for.
pub(super) fn information(
    candidates: &[Candidate<'_>],
    better: Better,
    sampling: Sampling,
    course: &Course<'_>,
) -> Result<Outcome, EngineFault> {
    let sign = match better {
        Better::Higher => 1.0,
        Better::Lower => -1.0,
    };
    let mut options: Vec<Values> = Vec::new();
    for it in candidates {
        match values(&it.measured, sampling, course)? {
            Some(values) => options.push(values),
            None => return Ok(Outcome::Stopped),
        }
    }
    if options.iter().flatten().flatten().any(|it| !it.is_finite()) {
        return Ok(Outcome::Undefined);
    }
    let worlds = sampling.worlds as usize;
    let of = |option: usize, world: usize| 0.5 * (options[option][0][world] + options[option][1][world]);
    let means: Vec<Vec<f64>> = (0..options.len())
        .map(|option| (0..worlds).map(|world| of(option, world)).collect())
        .collect();
    let gain = |option: usize| sign * moments(&means[option]).0;
    let best = (1..options.len()).fold(0, |best, it| if gain(it) > gain(best) { it } else { best });
    let standings = crate::study::option::standings(&means, better);
    let choices = candidates.iter().zip(&means).zip(standings);
    let choices = choices.map(|((it, means), standing)| Choice {
        option: it.option.clone(),
        note: it.note.clone(),
        mean: point(means),
        best_in: standing.probability_best,
    });
    // By option and half: how much more than the best it comes to.
    let ahead =
        |option: usize, half: usize, world: usize| sign * (options[option][half][world] - options[best][half][world]);
    let leading = |half: usize, world: usize| {
        (0..options.len()).fold(best, |lead, it| {
            if ahead(it, half, world) > ahead(lead, half, world) {
                it
            } else {
                lead
            }
        })
    };
    // Decided by one half of the replications and paid by the other, so that luck earns nothing.
    let paid = |world: usize| 0.5 * (ahead(leading(0, world), 1, world) + ahead(leading(1, world), 0, world));
    let everything = worth(&(0..worlds).map(paid).collect::<Vec<f64>>());
    let others: Vec<usize> = (0..options.len()).filter(|it| *it != best).collect();
    let targets: Vec<Vec<f64>> = others
        .iter()
        .map(|option| {
            let ahead = means[*option].iter().zip(&means[best]);
            ahead.map(|(it, best)| sign * (it - best)).collect()
        })
        .collect();
    let mut inputs: Vec<InputWorth> = all_inputs(candidates)
        .into_iter()
        .map(|(candidate, input)| {
            let it = &candidates[candidate];
            let variables = variables(&it.measured, input, sampling);
            let expected = predictions(&basis(&variables), &targets);
            let paid = (0..worlds).map(|world| {
                let mut lead = (0.0, 0.0);
                for (expected, target) in expected[world].iter().zip(&targets) {
                    if *expected > lead.0 {
                        lead = (*expected, target[world]);
                    }
                }
                lead.1
            });
            InputWorth {
                path: input.named.path.clone(),
                title: input.named.title.clone(),
                kind: input.named.kind.clone(),
                worth: worth(&paid.collect::<Vec<f64>>()),
            }
        })
        .collect();
    inputs.sort_by(|one, other| other.worth.value.total_cmp(&one.worth.value));
    Ok(Outcome::Known(Information {
        worlds: sampling.worlds,
        options: choices.collect(),
        best: candidates[best].option.clone(),
        everything,
        inputs,
    }))
}

fn values(measured: &Measured<'_>, sampling: Sampling, course: &Course<'_>) -> Result<Option<Values>, EngineFault> {
    let Sampling {
        seed,
        worlds,
        replications,
    } = sampling;
    let draws = &measured.journey().draws;
    let chosen = |job: u64| (draws.world(seed, job / replications), job);
    let samples = measured.samples(worlds * replications, &chosen, course)?;
    let halves = samples.map(|samples| {
        let each = samples.chunks_exact(replications as usize);
        let halves = each.map(|all| match all {
            [_] => (value_of(all), value_of(all)),
            _ => {
                let (one, other) = all.split_at(all.len() / 2);
                (value_of(one), value_of(other))
            }
        });
        let (one, other) = halves.unzip();
        [one, other]
    });
    Ok(halves)
}

/// The inputs of all options, each once, with the first option that has it.
fn all_inputs<'a>(candidates: &'a [Candidate<'_>]) -> Vec<(usize, &'a Input)> {
    let mut found: Vec<(usize, &Input)> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        for input in &candidate.inputs {
            if !found.iter().any(|(_, it)| it.named.path == input.named.path) {
                found.push((at, input));
            }
        }
    }
    found
}

/// The numbers of an input in every world; of a whole all but one, which follows from the others.
fn variables(measured: &Measured<'_>, input: &Input, sampling: Sampling) -> Vec<Vec<f64>> {
    let draws = &measured.journey().draws;
    let worlds: Vec<World> = (0..sampling.worlds).map(|at| draws.world(sampling.seed, at)).collect();
    let follows = matches!(input.numbers.last().map(|it| &it.place), Some(Place::Share(..)));
    let numbers = &input.numbers[..input.numbers.len() - usize::from(follows && input.numbers.len() > 1)];
    numbers
        .iter()
        .map(|number| worlds.iter().map(|it| number.value(it)).collect())
        .collect()
}

fn point(values: &[f64]) -> Point {
    let (mean, variance) = moments(values);
    Point {
        value: mean,
        se: (variance / values.len() as f64).sqrt(),
    }
}

/// A mean that cannot truly be negative: nobody has to act on what was found out.
fn worth(paid: &[f64]) -> Point {
    let it = point(paid);
    Point {
        value: it.value.max(0.0),
        ..it
    }
}
