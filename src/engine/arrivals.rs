//! How many customers arrive at each tick of a replication.

use crate::journey::law::{Bounds, Law};
use crate::plan::rates::StreamRate;
use crate::plan::{Plan, Rates};
use crate::random::{Key, Purpose, poisson_quantile};

/// Customers of one source who arrive at the same tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Batch {
    /// A stream; after all streams, an entry of the pipeline.
    pub(crate) source: usize,
    /// When.
    pub(crate) tick: u32,
    /// How many.
    pub(crate) count: u64,
}

/// Everybody who arrives in a replication, and who is under way at its start.
///
/// The count of a tick is the quantile of its law at a uniform number of its own: a higher rate
/// adds customers and never exchanges them.
pub(crate) fn batches(plan: &Plan, rates: &Rates, seed: u64, replication: u64, batches: &mut Vec<Batch>) {
    batches.clear();
    for (source, count) in rates.waiting.iter().enumerate() {
        batches.push(Batch {
            source: plan.streams.len() + source,
            tick: 0,
            count: *count,
        });
    }
    let luck = Key::new(seed).purpose(Purpose::Arrivals).with(replication);
    let month_luck = Key::new(seed).purpose(Purpose::MonthFactor).with(replication);
    for (source, (stream, rate)) in plan.streams.iter().zip(&rates.streams).enumerate() {
        let luck = luck.with(stream.key);
        let count = |tick: u32, mean: f64| poisson_quantile(mean, luck.with(u64::from(tick)).uniform());
        let mut push = |tick: u32, count: u64| batches.push(Batch { source, tick, count });
        match rate {
            StreamRate::Poisson(means) => {
                for (tick, mean) in (0..).zip(means).filter(|it| *it.1 > 0.0) {
                    push(tick, count(tick, *mean));
                }
            }
            StreamRate::Fixed(counts) => (0..).zip(counts).for_each(|(tick, count)| push(tick, *count)),
            StreamRate::Count(tick, count) => push(*tick, *count),
            StreamRate::Months(cv, parts) => {
                let law = Law::Gamma {
                    shape: 1.0 / (cv * cv),
                    scale: cv * cv,
                };
                let (mut month, mut factor) = (u32::MAX, 1.0);
                let mut means: Vec<(u32, f64)> = Vec::new();
                for (tick, of, mean) in parts {
                    if *of != month {
                        month = *of;
                        let mut luck = month_luck.with(stream.key).with(u64::from(month)).stream();
                        factor = law.draw(Bounds::NOT_NEGATIVE, &mut luck);
                    }
                    // A long tick has parts in several months.
                    match means.last_mut() {
                        Some(last) if last.0 == *tick => last.1 += mean * factor,
                        _ => means.push((*tick, mean * factor)),
                    }
                }
                for (tick, mean) in means {
                    push(tick, count(tick, mean));
                }
            }
        }
    }
    batches.retain(|it| it.count > 0);
}
