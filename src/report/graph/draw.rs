//! From a journey to what is drawn of it.

use super::{Arrow, Drawing, Node, Shape};
use crate::journey::{ArrivalStream, AssumptionId, BranchId, Fork, Journey, Outcome, StageId, Step, Volume};
use crate::report::notation::{Roles, rule, tree};
use crate::report::words::{Chances, ForkChances, short_delay};

/// More kinds of customers than this are not told apart at an arrow.
const CASES_MAX: usize = 4;
/// Mermaid draws no more arrows than this unless its viewer is told to.
const MERMAID_ARROWS_MAX: usize = 500;
/// Nor longer texts than this, in characters.
const MERMAID_TEXT_MAX: usize = 50_000;

/// The drawing of a journey as it is before any change.
#[must_use]
pub fn draw(journey: &Journey) -> Drawing {
    let roles = Roles::of(journey);
    let number = |id: AssumptionId| {
        let it = journey.assumption(id);
        tree(journey, &it.tree, roles.role(id))
    };
    let mut drawing = Drawing {
        title: journey.name.clone(),
        groups: journey.stages.iter().map(|it| it.title.clone()).collect(),
        ..Drawing::default()
    };
    let sources = journey.streams.len() + usize::from(!journey.pipeline.is_empty());
    for stream in &journey.streams {
        let to = sources + stream.to.index();
        let from = source(&mut drawing, &stream.id.replace('_', " "));
        arrive(&mut drawing, from, to, volume(journey, stream, &number));
    }
    if !journey.pipeline.is_empty() {
        let from = source(&mut drawing, "already under way");
        for waiting in &journey.pipeline {
            let to = sources + waiting.step.index();
            arrive(&mut drawing, from, to, number(waiting.count));
        }
    }
    for (_, step) in journey.steps() {
        drawing.nodes.push(Node {
            lines: vec![step.title.clone()],
            group: step.stage.map(StageId::index),
            shape: shape(step),
        });
    }
    let chances = Chances::new(journey);
    for (id, step) in journey.steps() {
        let chances = chances.of_fork(id);
        for (position, branch) in journey.branches(id).enumerate() {
            drawing.arrows.push(Arrow {
                from: sources + id.index(),
                to: sources + journey.ends(branch).1.index(),
                lines: lines(journey, step, position, branch, chances.as_ref()),
                dashed: false,
            });
        }
    }
    drawing
}

/// Why viewers of Mermaid may refuse to draw this, if they may.
#[must_use]
pub fn beyond_mermaid(drawing: &Drawing, text: &str) -> Option<String> {
    let (arrows, characters) = (drawing.arrows.len(), text.chars().count());
    let (what, limit) = if arrows > MERMAID_ARROWS_MAX {
        (format!("{arrows} arrows"), format!("{MERMAID_ARROWS_MAX} (`maxEdges`)"))
    } else if characters > MERMAID_TEXT_MAX {
        (
            format!("{characters} characters"),
            format!("{MERMAID_TEXT_MAX} (`maxTextSize`)"),
        )
    } else {
        return None;
    };
    Some(format!(
        "the graph has {what}; viewers of Mermaid draw at most {limit} unless they are told to: \
         try --format dot"
    ))
}

fn source(drawing: &mut Drawing, name: &str) -> usize {
    drawing.nodes.push(Node {
        lines: vec![name.to_owned()],
        group: None,
        shape: Shape::Arrivals,
    });
    drawing.nodes.len() - 1
}

fn arrive(drawing: &mut Drawing, from: usize, to: usize, text: String) {
    drawing.arrows.push(Arrow {
        from,
        to,
        lines: vec![text],
        dashed: true,
    });
}

fn volume(journey: &Journey, stream: &ArrivalStream, number: &impl Fn(AssumptionId) -> String) -> String {
    match &stream.volume {
        Volume::Rate(amount, _) | Volume::Count(amount, 0) => number(*amount),
        Volume::Count(amount, day) => {
            format!("{} on {}", number(*amount), journey.clock.date(*day))
        }
        Volume::Series(totals) => match totals.as_slice() {
            [only] => number(only.amount),
            totals => format!("{} totals", totals.len()),
        },
    }
}

fn shape(step: &Step) -> Shape {
    match step.fork {
        Fork::End(Outcome::Converted) => Shape::Converted,
        Fork::End(Outcome::Left) => Shape::Left,
        Fork::End(Outcome::Other) => Shape::Other,
        Fork::Rules(_) => Shape::Rules,
        Fork::Single | Fork::Chances { .. } | Fork::Observed(_) => Shape::Step,
    }
}

/// What stands at the arrow of a branch.
fn lines(journey: &Journey, step: &Step, position: usize, id: BranchId, chances: Option<&ForkChances>) -> Vec<String> {
    let branch = journey.branch(id);
    let to = &journey.step(journey.ends(id).1).id;
    let mut lines = Vec::new();
    if branch.name != *to {
        lines.push(branch.name.replace('_', " "));
    }
    match (&step.fork, chances) {
        (Fork::Rules(rules), _) => lines.push(rule(journey, &rules[position])),
        (_, Some(chances)) => {
            let cases = chances.of_branch(position).into_iter();
            let cases = cases.map(|(case, share)| (case.to_owned(), share.text()));
            lines.extend(by_case(cases.collect()));
        }
        (Fork::Chances { .. } | Fork::Observed(_), None) => {
            lines.push("by kind of customer".to_owned());
        }
        (Fork::End(_) | Fork::Single, None) => {}
    }
    if let Some(delay) = branch.after {
        let leaves = journey.delays[delay.index()].tree.leaves().into_iter();
        let cases = leaves.map(|(labels, law)| (labels.join(" "), short_delay(law)));
        lines.extend(by_case(cases.collect()));
    }
    lines.retain(|it| !it.is_empty());
    lines
}

/// One line for each case, and dots instead of many.
fn by_case(cases: Vec<(String, String)>) -> Vec<String> {
    let count = cases.len();
    let shown = if count > CASES_MAX { CASES_MAX - 1 } else { count };
    let lines = cases.into_iter().take(shown).map(|(case, text)| {
        let text = if text.is_empty() && !case.is_empty() {
            "at once".to_owned()
        } else {
            text
        };
        format!("{case} {text}").trim().to_owned()
    });
    let more = (count > shown).then(|| format!("… {} more", count - shown));
    lines.chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{SHIPPED, journey_of};
    use crate::report::graph::{dot, mermaid};

    #[test]
    fn a_journey_is_drawn_with_what_is_known_of_each_branch() {
        let (name, text) = SHIPPED[1];
        let drawing = draw(&journey_of(text));
        insta::assert_snapshot!(format!("{name}-dot"), dot(&drawing));
        insta::assert_snapshot!(format!("{name}-mermaid"), mermaid(&drawing));
    }

    #[test]
    fn every_step_and_branch_is_there() {
        for (name, text) in SHIPPED {
            let journey = journey_of(text);
            let drawing = draw(&journey);
            let sources = journey.streams.len() + usize::from(!journey.pipeline.is_empty());
            let arrivals = journey.streams.len() + journey.pipeline.len();
            assert_eq!(drawing.nodes.len(), sources + journey.step_count(), "{name}");
            assert_eq!(drawing.arrows.len(), arrivals + journey.branch_count(), "{name}");
            assert_eq!(beyond_mermaid(&drawing, &mermaid(&drawing)), None, "{name}");
        }
    }

    #[test]
    fn what_mermaid_does_not_draw_is_told() {
        let mut drawing = Drawing::default();
        assert_eq!(beyond_mermaid(&drawing, ""), None);
        let arrow = Arrow {
            from: 0,
            to: 0,
            lines: Vec::new(),
            dashed: false,
        };
        drawing.arrows = vec![arrow; 501];
        let told = beyond_mermaid(&drawing, "").expect("it is too much");
        assert!(told.contains("501 arrows"), "{told}");
        drawing.arrows.clear();
        let told = beyond_mermaid(&drawing, &"x".repeat(50_001)).expect("it is too much");
        assert!(told.contains("50001 characters"), "{told}");
    }
}
