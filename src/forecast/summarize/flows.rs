//! The ways into every step: who comes by each, and who is still on it at the end.

use crate::engine::Simulated;
use crate::forecast::{Flow, Record};
use crate::journey::BranchId;

use super::Summary;

impl Summary<'_> {
    /// Arrivals in the order of the streams, the pipeline, then branches in the order of the file.
    pub(super) fn flows(&self, simulated: &Simulated<Record>) -> Vec<Flow> {
        let (journey, count) = (self.journey, self.records.len() as f64);
        let id = |step| journey.step(step).id.clone();
        let arrivals = journey.streams.iter().zip(&simulated.flows).map(|(stream, sum)| Flow {
            arrival: Some(stream.id.clone()),
            from: None,
            branch: None,
            to: id(stream.to),
            customers: sum / count,
            open: 0.0,
        });
        let waiting = journey.pipeline.iter().zip(&simulated.waiting).map(|(it, sum)| Flow {
            arrival: Some("pipeline".to_owned()),
            from: None,
            branch: None,
            to: id(it.step),
            customers: sum / count,
            open: 0.0,
        });
        let sums = simulated.flows[journey.streams.len()..].iter().zip(&simulated.cut);
        let branches = sums.enumerate().map(|(branch, (moved, cut))| {
            let branch = BranchId::at(branch);
            let (from, to) = journey.ends(branch);
            Flow {
                arrival: None,
                from: Some(id(from)),
                branch: Some(journey.branch(branch).name.clone()),
                to: id(to),
                customers: moved / count,
                open: cut / count,
            }
        });
        arrivals.chain(waiting).chain(branches).collect()
    }
}
