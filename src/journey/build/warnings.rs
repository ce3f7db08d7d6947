//! What does not stop a run but was probably not meant.

use std::collections::HashSet;

use petgraph::visit::Dfs;

use crate::journey::assumption::{Assumption, DrawKind};
use crate::journey::draft::Draft;
use crate::journey::law::Law;
use crate::journey::{AssumptionId, Fork, Journey, LeafValue, Op, Role, StageId};
use crate::problem::{At, Fault};

/// Everything that looks odd.
pub(crate) fn warnings(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut warnings = unreachable(journey, draft);
    warnings.extend(unused_stages(journey, draft));
    warnings.extend(unused_values(journey, draft));
    if journey.streams.is_empty() && journey.pipeline.is_empty() {
        let message = "nobody arrives: there are neither arrivals nor a pipeline";
        let warning = Fault::warning("nobody", At::top(), message);
        warnings.push(warning.help("write `customers = 1000`, or describe arrivals under `[arrivals.NAME]`"));
    }
    warnings.extend(wide_ranges(journey));
    warnings
}

fn unreachable(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut reached = Dfs::empty(journey.graph());
    let streams = journey.streams.iter().map(|it| it.to);
    for entry in streams.chain(journey.pipeline.iter().map(|it| it.step)) {
        reached.move_to(entry.0.into());
        while reached.next(journey.graph()).is_some() {}
    }
    let unreached = journey
        .steps()
        .filter(|(id, _)| !reached.discovered.contains(id.index()));
    let warning = |(id, step): (crate::journey::StepId, &crate::journey::Step)| {
        let message = match &step.fork {
            Fork::End(_) => format!("the outcome `{}` cannot be reached", step.id),
            _ => format!("no customer ever comes to `{}`", step.id),
        };
        Fault::warning("unreachable", draft.steps[id.index()].id.at.clone().on_key(), message)
    };
    unreached.map(warning).collect()
}

fn unused_stages(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let used: HashSet<usize> = journey
        .steps()
        .filter_map(|(_, step)| step.stage.map(StageId::index))
        .collect();
    let unused = draft.stages.iter().enumerate().filter(|(at, _)| !used.contains(at));
    let warning = |stage: &crate::journey::draft::StageDraft| {
        let message = format!("no step is in the stage `{}`", stage.id.text);
        Fault::warning("unused", stage.id.at.clone().on_key(), message)
    };
    unused.map(|(_, stage)| warning(stage)).collect()
}

fn unused_values(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let changed = journey.changes.iter().flat_map(|it| &it.changes);
    let changed = changed.filter_map(|it| match &it.op {
        Op::To(tree) => Some(tree),
        _ => None,
    });
    let trees = journey.assumptions.iter().map(|it| &it.tree).chain(changed);
    let used: HashSet<AssumptionId> = trees
        .flat_map(|it| it.leaves())
        .filter_map(|(_, leaf)| match leaf.value {
            LeafValue::Value(id) => Some(id),
            _ => None,
        })
        .collect();
    // The entries of `[values]` are the first assumptions.
    let unused = draft.values.iter().enumerate();
    let unused = unused.filter(|(at, _)| !used.contains(&AssumptionId::at(*at)));
    let warning = |name: &crate::journey::draft::Name| {
        let message = format!("nothing refers to the value `{}`", name.text);
        Fault::warning("unused", name.at.clone().on_key(), message)
    };
    unused.map(|(_, (name, _))| warning(name)).collect()
}

/// Costs and revenues with a wide range that were probably meant to differ between customers.
fn wide_ranges(journey: &Journey) -> Vec<Fault> {
    let mut warnings = Vec::new();
    for assumption in journey.assumptions.iter().filter(|it| it.role == Role::Money) {
        for (labels, leaf) in assumption.tree.leaves() {
            let LeafValue::Drawn(draw) = leaf.value else {
                continue;
            };
            let DrawKind::Alone(law, bounds) = journey.draws.draws[draw.index()].kind else {
                continue;
            };
            let (low, high) = (law.quantile(bounds, 0.05), law.quantile(bounds, 0.95));
            let is_wide = !matches!(law, Law::Normal { .. }) && low > 0.0 && high / low >= 4.0;
            if is_wide {
                let message = format!(
                    "`{}` means one amount between {} and {} that is the same for all customers",
                    leaf.path,
                    shown(low),
                    shown(high)
                );
                let warning = Fault::warning("wide-range", place(assumption, &labels), message);
                warnings.push(warning.help("if it differs from customer to customer, write { each = \"… to …\" }"));
            }
        }
    }
    warnings
}

/// Where an amount of a step is written: the keys of its path lead there.
fn place(assumption: &Assumption, labels: &[&str]) -> At {
    let keys = assumption.path.split('.').chain(labels.iter().copied());
    keys.fold(At::top(), |at, key| at.key(key))
}

fn shown(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0)
}
