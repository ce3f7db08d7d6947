//! One assumption at a time: the metric at both ends of each, all others at their means.

use crate::engine::{EngineFault, RunOptions};
use crate::journey::Journey;
use crate::study::paired::{Paired, Values};

use super::fixed::{Fixed, held_back};
use super::input::{Input, Number, Placed};
use super::measure::{Course, Measure, Measured, Prepared, Sample};
use super::names::Named;
use super::result::{Bar, End, Point, Skipped};

/// The ends of a bar, as quantiles of an uncertain number.
pub(super) const ENDS: [f64; 2] = [0.05, 0.95];
/// The ends of a bar, as factors of a fixed number.
const FACTORS: [f64; 2] = [0.9, 1.1];

/// The metric in the base, replication by replication: all that bars are compared with.
pub(super) struct Base {
    values: Values,
    pub(super) point: Point,
}

impl Base {
    fn of(samples: &[Sample]) -> Self {
        let values = values(samples);
        let estimate = values.estimate();
        Self {
            point: Point {
                value: estimate.mean.unwrap_or(f64::NAN),
                se: estimate.se.unwrap_or(0.0),
            },
            values,
        }
    }
}

fn values(samples: &[Sample]) -> Values {
    let parts = samples.iter().map(|it| it.part).collect();
    if samples.iter().all(|it| it.base == 1.0) {
        Values::plain(parts)
    } else {
        Values::share(parts, samples.iter().map(|it| it.base).collect())
    }
}

/// The numbers that have a bar: of a whole of two shares the first, which the other one mirrors.
fn with_bars(inputs: &[Input]) -> impl Iterator<Item = &Number> {
    inputs.iter().flat_map(|it| match it.numbers.as_slice() {
        [first, other] if first.mirrors(other) => std::slice::from_ref(first),
        all => all,
    })
}

/// How many worlds the bars of these inputs and the base take.
pub(super) fn count(inputs: &[Input]) -> u64 {
    1 + 2 * with_bars(inputs).count() as u64
}

/// The base, and a bar for every uncertain number.
pub(super) fn of_inputs(
    measured: &Measured<'_>,
    inputs: &[Input],
    replications: u64,
    course: &Course<'_>,
) -> Result<Option<(Base, Vec<Bar>)>, EngineFault> {
    let journey = measured.journey();
    let mean = journey.draws.mean_world();
    let numbers: Vec<&Number> = with_bars(inputs).collect();
    let ends: Vec<Placed> = numbers
        .iter()
        .flat_map(|number| ENDS.map(|p| number.at_quantile(journey, mean.clone(), p)))
        .collect();
    let world = |at: usize| if at == 0 { &mean } else { &ends[at - 1].world };
    let chosen = |job: u64| (world((job / replications) as usize).clone(), job % replications);
    let jobs = replications * count(inputs);
    let Some(samples) = measured.samples(jobs, &chosen, course)? else {
        return Ok(None);
    };
    let mut by_world = samples.chunks_exact(replications as usize);
    let base = Base::of(by_world.next().unwrap_or_default());
    let by_world: Vec<&[Sample]> = by_world.collect();
    let bars = numbers.iter().zip(ends.chunks_exact(2)).zip(by_world.chunks_exact(2));
    let bars = bars.map(|((number, ends), samples)| {
        let end = |at: usize| {
            let mut it = end(&base, samples[at], Some(ends[at].value));
            it.limited = ends[at].is_limited;
            it
        };
        bar(
            &number.named,
            Some(number.value(&mean)),
            [end(0), end(1)],
            [samples[0], samples[1]],
            true,
        )
    });
    let bars = bars.collect();
    Ok(Some((base, bars)))
}

/// Bars of fixed numbers, and those that have none.
type OfFixed = (Vec<Bar>, Vec<Skipped>);

/// A bar for every fixed number that can be changed by a tenth, and those that cannot.
pub(super) fn of_fixed(
    journey: &Journey,
    measure: &Measure,
    fixed: &[Fixed],
    run: RunOptions,
    base: &Base,
    course: &Course<'_>,
) -> Result<Option<OfFixed>, EngineFault> {
    let (mut bars, mut skipped) = (Vec::new(), Vec::new());
    let mean = journey.draws.mean_world();
    let chosen = |job: u64| (mean.clone(), job);
    for it in fixed {
        let mut ends = Vec::new();
        let mut at_ends = Vec::new();
        for factor in FACTORS {
            let changed = it.times(journey.clone(), factor);
            if let Some(why) = held_back(&changed, &mean) {
                skipped.push(Skipped {
                    path: it.named.path.clone(),
                    why: format!("at x{factor} {why}"),
                });
                break;
            }
            let changed = Prepared::of(changed, measure);
            let Some(samples) = changed.measured(run)?.samples(run.replications, &chosen, course)? else {
                return Ok(None);
            };
            let mut end = end(base, &samples, it.value.map(|value| value * factor));
            end.change = Some(format!("x{factor}"));
            ends.push(end);
            at_ends.push(samples);
        }
        if let Ok(ends) = <[End; 2]>::try_from(ends) {
            bars.push(bar(&it.named, it.value, ends, [&at_ends[0], &at_ends[1]], false));
        }
    }
    Ok(Some((bars, skipped)))
}

fn end(base: &Base, samples: &[Sample], at: Option<f64>) -> End {
    let values = values(samples);
    let difference = Paired::of(&base.values, &values).difference;
    End {
        at,
        change: None,
        limited: false,
        value: values.estimate().mean.unwrap_or(f64::NAN),
        difference: difference.mean.unwrap_or(f64::NAN),
        se: difference.se.unwrap_or(0.0),
    }
}

fn bar(named: &Named, mean: Option<f64>, [low, high]: [End; 2], samples: [&[Sample]; 2], uncertain: bool) -> Bar {
    let apart = Paired::of(&values(samples[0]), &values(samples[1])).difference;
    Bar {
        path: named.path.clone(),
        title: named.title.clone(),
        kind: named.kind.clone(),
        unit: named.unit.clone(),
        uncertain,
        mean,
        swing: (high.value - low.value).abs(),
        swing_se: apart.se.unwrap_or(0.0),
        low,
        high,
    }
}

/// The longest bars first; those that tie stay in the order of the file.
pub(super) fn sort(bars: &mut [Bar]) {
    bars.sort_by(|one, other| other.swing.total_cmp(&one.swing));
}
