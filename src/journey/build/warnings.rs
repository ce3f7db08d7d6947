//! What does not stop a run but was probably not meant.

use petgraph::visit::{Dfs, Walker};

use crate::journey::assumption::DrawKind;
use crate::journey::draft::Draft;
use crate::journey::law::Law;
use crate::journey::{Fork, Journey, LeafValue, Role};
use crate::problem::{At, Fault};

/// Everything that looks odd.
pub(crate) fn warnings(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut warnings = Vec::new();
    let mut reached = vec![false; journey.step_count()];
    let entries = journey
        .streams
        .iter()
        .map(|it| it.to)
        .chain(journey.pipeline.iter().map(|it| it.step));
    for entry in entries {
        if !reached[entry.index()] {
            for step in Dfs::new(journey.graph(), entry.0.into()).iter(journey.graph()) {
                reached[step.index()] = true;
            }
        }
    }
    for (id, step) in journey.steps() {
        if reached[id.index()] {
            continue;
        }
        let at = draft.steps[id.index()].id.at.clone().on_key();
        warnings.push(match &step.fork {
            Fork::End(_) => Fault::warning(
                "unreachable",
                at,
                format!("the outcome `{}` cannot be reached", step.id),
            ),
            _ => Fault::warning("unreachable", at, format!("no customer ever comes to `{}`", step.id)),
        });
    }
    for (at, stage) in journey.stages.iter().enumerate() {
        if !journey
            .steps()
            .any(|(_, step)| step.stage.is_some_and(|it| it.index() == at))
        {
            let at = draft.stages[at].id.at.clone().on_key();
            warnings.push(Fault::warning(
                "unused",
                at,
                format!("no step is in the stage `{}`", stage.id),
            ));
        }
    }
    for (name, _) in &draft.values {
        let used = journey
            .assumptions
            .iter()
            .flat_map(|it| it.tree.leaves())
            .any(|(_, leaf)| match leaf.value {
                LeafValue::Value(id) => journey.assumption(id).path == format!("values.{}", name.text),
                _ => false,
            });
        if !used {
            let message = format!("nothing refers to the value `{}`", name.text);
            warnings.push(Fault::warning("unused", name.at.clone().on_key(), message));
        }
    }
    if journey.streams.is_empty() && journey.pipeline.is_empty() {
        let warning = Fault::warning(
            "nobody",
            At::top(),
            "nobody arrives: there are neither arrivals nor a pipeline",
        );
        warnings.push(warning.help("write `customers = 1000`, or describe streams under `[arrivals.NAME]`"));
    }
    warnings.extend(wide_ranges(journey, draft));
    warnings
}

/// Costs and revenues with a wide range that were probably meant to differ between customers.
fn wide_ranges(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut warnings = Vec::new();
    for assumption in journey.assumptions.iter().filter(|it| it.role == Role::Money) {
        for (_, leaf) in assumption.tree.leaves() {
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
                let at = place(draft, &assumption.path);
                let warning = Fault::warning("wide-range", at, message);
                warnings.push(warning.help("if it differs from customer to customer, write { each = \"… to …\" }"));
            }
        }
    }
    warnings
}

fn place(draft: &Draft, path: &str) -> At {
    let parts: Vec<&str> = path.split('.').collect();
    let found = draft
        .steps
        .iter()
        .find(|it| parts.get(1).is_some_and(|id| it.id.text == *id));
    let mut at = At::top().key("steps");
    if found.is_some() {
        for part in &parts[1..] {
            at = at.key(*part);
        }
    }
    at
}

fn shown(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0)
}
