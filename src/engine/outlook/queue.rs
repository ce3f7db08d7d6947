//! Who is followed: customers spread evenly over all who arrive or wait.

use crate::plan::known::{Caps, Known};
use crate::plan::states::{STATES_MAX, beginners, share_of};
use crate::plan::{Model, Rates, Unfit};

use super::follow::CUSTOMERS;

/// Customers of one stream or entry of the pipeline.
pub(super) struct Source {
    /// Expected customers by tick.
    expected: Vec<f64>,
    /// Who they can be: by stretch, the share of each case.
    pub(super) cases: Vec<(Known, Vec<f64>)>,
    /// The step they enter by, or wait at.
    pub(super) step: u32,
    /// The entry of the pipeline.
    pub(super) waiting: Option<usize>,
}

pub(super) fn sources(model: Model<'_>, caps: &Caps, rates: &Rates) -> Result<Vec<Source>, Unfit> {
    let plan = model.plan;
    let mut sources = Vec::new();
    for source in 0..plan.streams.len() + plan.waiting.len() {
        let waiting = source.checked_sub(plan.streams.len());
        let expected = match waiting {
            Some(entry) => vec![rates.waiting[entry] as f64],
            None => rates.streams[source].by_tick(plan.clock.ticks),
        };
        let mut cases = Vec::new();
        for beginner in beginners(model.journey, plan, caps, source, STATES_MAX)? {
            let share = |stretch| share_of(&beginner.values, plan, rates, stretch, source);
            cases.push((beginner.known, (0..plan.stretches.len()).map(share).collect()));
        }
        sources.push(Source {
            expected,
            cases,
            step: waiting.map_or_else(|| plan.streams[source].to, |entry| plan.waiting[entry].step),
            waiting,
        });
    }
    Ok(sources)
}

/// Who arrives when, in a row in which every expected customer takes a length of 1.
pub(super) struct Queue<'a> {
    /// Where each part ends.
    ends: Vec<f64>,
    parts: Vec<(&'a Source, u32)>,
}

impl<'a> Queue<'a> {
    pub(super) fn of(sources: &'a [Source], wanted: impl Fn(&Source) -> bool) -> Self {
        let (mut ends, mut parts, mut end) = (Vec::new(), Vec::new(), 0.0);
        for source in sources.iter().filter(|it| wanted(it)) {
            for (tick, count) in (0..).zip(&source.expected).filter(|it| *it.1 > 0.0) {
                end += count;
                ends.push(end);
                parts.push((source, tick));
            }
        }
        Self { ends, parts }
    }

    /// Source and tick of a customer: all are spread evenly over the row.
    pub(super) fn at(&self, customer: u64) -> Option<(&'a Source, u32)> {
        let position = (customer as f64 + 0.5) / CUSTOMERS as f64 * self.ends.last()?;
        let part = self.ends.partition_point(|it| *it <= position);
        self.parts.get(part).copied()
    }
}
