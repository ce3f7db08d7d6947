//! How large a journey is, in a few lines.

use crate::journey::assumption::DrawKind;
use crate::journey::{Assumption, Fork, Journey, LeafValue, Role};
use crate::report::notation::rounded;
use crate::report::number::{exact, whole};

/// How many customers are expected with every assumption at its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Who arrive within the horizon.
    pub arrivals: f64,
    /// Who are under way at its beginning.
    pub pipeline: f64,
}

/// The size of a journey: name, steps, time, numbers and customers, one line each.
#[must_use]
pub fn size(journey: &Journey, expected: Expected) -> Vec<String> {
    vec![
        journey.name.clone(),
        steps(journey),
        time(journey),
        numbers(journey),
        customers(expected),
    ]
}

/// Which engines can run a journey: how many states customers can be in, or what is in the way.
#[must_use]
pub fn memory(states: Result<usize, String>) -> String {
    match states {
        Ok(count) => format!(
            "any engine can run it: customers can be in {}",
            counted(count, "state", "states")
        ),
        Err(reason) => format!("only the individual engine can run it: {reason}"),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    let word = if count == 1 { one } else { many };
    format!("{} {word}", whole(count as u64))
}

fn steps(journey: &Journey) -> String {
    let forks = journey.steps().filter(|(id, _)| journey.branches(*id).len() > 1);
    let ends = journey.steps().filter(|(_, it)| matches!(it.fork, Fork::End(_)));
    let mut parts = vec![
        counted(journey.step_count(), "step", "steps"),
        counted(forks.count(), "fork", "forks"),
        counted(journey.branch_count(), "branch", "branches"),
        counted(ends.count(), "outcome", "outcomes"),
    ];
    if !journey.stages.is_empty() {
        parts.push(counted(journey.stages.len(), "stage", "stages"));
    }
    parts.join(", ")
}

fn time(journey: &Journey) -> String {
    let clock = &journey.clock;
    let ticks = counted(clock.ticks as usize, "tick", "ticks");
    let tick = clock.tick_words();
    let days = if clock.dated {
        format!("{} to {}: ", clock.begin, clock.end)
    } else {
        String::new()
    };
    let period = clock.period.word();
    format!("{days}{ticks} of {tick}, reported by {period}")
}

fn numbers(journey: &Journey) -> String {
    // Months of which a `season` says nothing have a factor too.
    let is_said = |it: &&Assumption| {
        let leaves = it.tree.leaves();
        it.role != Role::Season || leaves.iter().any(|(_, it)| it.value != LeafValue::Known(1.0))
    };
    let said = || journey.assumptions.iter().filter(is_said);
    let is_uncertain = |it: &&Assumption| {
        let is_drawn = |it: &LeafValue| match it {
            LeafValue::Drawn(draw) => match journey.draws.draws[draw.index()].kind {
                DrawKind::Alone(law, bounds) => law.sd(bounds) > 0.0,
                DrawKind::Dirichlet(_) => true,
            },
            LeafValue::Known(_) | LeafValue::Each(_) | LeafValue::Value(_) => false,
        };
        matches!(it.role, Role::Count(_)) || it.tree.leaves().iter().any(|(_, it)| is_drawn(&it.value))
    };
    let uncertain = said().filter(is_uncertain).count();
    let assumptions = counted(said().count(), "assumption", "assumptions");
    let delays = counted(journey.delays.len(), "delay", "delays");
    format!("{assumptions}, {} of them uncertain; {delays}", whole(uncertain as u64))
}

fn customers(expected: Expected) -> String {
    let shown = |count: f64| {
        if count.fract() == 0.0 {
            exact(count)
        } else {
            format!("about {}", exact(rounded(count, 3)))
        }
    };
    let arrivals = format!("{} customers expected to arrive", shown(expected.arrivals));
    if expected.pipeline > 0.0 {
        let pipeline = shown(expected.pipeline);
        format!("{arrivals}, {pipeline} under way at the beginning")
    } else {
        arrivals
    }
}
