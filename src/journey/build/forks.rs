//! Forks: that their branches agree in kind, and that their chances add up.

use std::collections::HashSet;

use crate::journey::assumption::{Draw, DrawKind};
use crate::journey::draft::{BranchDraft, Draft, Name, StepDraft, WeightDraft};
use crate::journey::evaluate::Situation;
use crate::journey::tree::mark_values;
use crate::journey::{
    BranchId, CaseSpace, DrawId, Fork, Journey, Key, Leaf, LeafValue, Observed, Role, Rule, StepId, Tree, arrival_size,
};
use crate::problem::{At, Fault};

use super::steps::fork_at;
use super::{Builder, CASES_MAX, CELLS_MAX, redraw};

/// Rounding in what a file says.
const SUM_TOLERANCE: f64 = 1e-9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Chances,
    Observed,
    Rules,
}

impl Kind {
    fn of(weight: &WeightDraft) -> Self {
        match weight {
            WeightDraft::Chance(_) | WeightDraft::Rest => Self::Chances,
            WeightDraft::Count(_) => Self::Observed,
            WeightDraft::When(_) | WeightDraft::Otherwise => Self::Rules,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Chances => "chance",
            Self::Observed => "count",
            Self::Rules => "when",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Chances => "write `chance = \"rest\"` for what the others leave",
            Self::Observed => "write how often it was observed",
            Self::Rules => "write `when = \"otherwise\"` for all others",
        }
    }
}

impl Builder<'_> {
    /// How the way on from a step is chosen; `first` is the number of its first branch.
    pub(crate) fn fork(&mut self, step: &StepDraft, first: usize, names: &[&Name]) -> Fork {
        match (&step.outcome, step.branches.len()) {
            (Some((_, at)), 1..) => {
                let message = format!("`{}` ends the journey, so it cannot have branches", step.id.text);
                let fault = Fault::mistake("conflict", at.clone().on_key(), message);
                self.faults.push(fault.help("take away `outcome` or `branches`"));
                return Fork::Single;
            }
            (Some((outcome, _)), 0) => return Fork::End(*outcome),
            (None, 0) => {
                let message = format!("`{}` has neither branches nor an outcome", step.id.text);
                let fault = Fault::mistake("dead-end", step.id.at.clone().on_key(), message);
                self.faults
                    .push(fault.help("say where it leads with `branches`, or how it ends with `outcome`"));
                return Fork::Single;
            }
            _ => {}
        }
        let Some(kind) = self.kind(step) else {
            return Fork::Single;
        };
        match kind {
            Kind::Chances => self.chances(step, first, names),
            Kind::Observed => self.observed(step, first, names),
            Kind::Rules => self.rules(step),
        }
    }

    /// The one kind of all branches; `None` for a single branch that needs none, or a mistake.
    fn kind(&mut self, step: &StepDraft) -> Option<Kind> {
        let kinds: Vec<Option<Kind>> = step
            .branches
            .iter()
            .map(|it| it.weight.as_ref().map(Kind::of))
            .collect();
        if kinds.len() == 1 && kinds[0].is_none() {
            return None;
        }
        let first = kinds.iter().flatten().next().copied();
        let Some(first) = first else {
            let message = format!("nothing says which branch of `{}` is taken", step.id.text);
            let fault = Fault::mistake("mixed-fork", step.branches[0].at.clone(), message);
            self.faults
                .push(fault.help("give every branch a `chance`, a `count` or a `when`"));
            return None;
        };
        let takes_rest = |it: &BranchDraft| matches!(it.weight, Some(WeightDraft::Rest | WeightDraft::Otherwise));
        let has_rest = step.branches.iter().any(takes_rest);
        let mut agrees = true;
        for (at, kind) in kinds.iter().enumerate().filter(|(_, it)| **it != Some(first)) {
            agrees = false;
            let branch = &step.branches[at].at;
            let fault = match kind {
                Some(other) => Fault::mistake(
                    "mixed-fork",
                    branch.clone(),
                    format!(
                        "the fork `{}` goes by `{}`, this branch by `{}`",
                        step.id.text,
                        first.key(),
                        other.key()
                    ),
                )
                .help("to mix rules and chances, let a rule lead to a step that only forks"),
                None => {
                    let (key, id) = (first.key(), &step.id.text);
                    let message = format!("this branch has no `{key}`, others of `{id}` have one");
                    let fault = Fault::mistake("mixed-fork", branch.clone(), message);
                    let help = (!has_rest).then(|| first.help().to_owned());
                    Fault { help, ..fault }
                }
            };
            self.faults.push(fault);
        }
        agrees.then_some(first)
    }

    fn chances(&mut self, step: &StepDraft, first: usize, names: &[&Name]) -> Fork {
        let mut rest = None;
        let mut chances = Vec::new();
        for (at, branch) in step.branches.iter().enumerate() {
            if let Some(WeightDraft::Chance(quantity)) = &branch.weight {
                let path = format!("steps.{}.{}.chance", step.id.text, names[at].text);
                chances.push(Some(self.number(
                    path,
                    Role::Chance(BranchId::at(first + at)),
                    quantity,
                )));
            } else {
                if rest.is_some() {
                    let message = format!("`{}` has two branches that take the rest", step.id.text);
                    let fault = Fault::mistake("conflict", branch.at.key("chance"), message);
                    self.faults
                        .push(fault.help("only one branch can take what the others leave"));
                }
                rest = Some(at);
                chances.push(None);
            }
        }
        Fork::Chances { rest, chances }
    }

    fn observed(&mut self, step: &StepDraft, first: usize, names: &[&Name]) -> Fork {
        let mut counts = Vec::new();
        for (at, branch) in step.branches.iter().enumerate() {
            if let Some(WeightDraft::Count(quantity)) = &branch.weight {
                let path = format!("steps.{}.{}.chance", step.id.text, names[at].text);
                let id = self.number(path, Role::Count(BranchId::at(first + at)), quantity);
                counts.push(id);
                let leaves = self.assumptions[id.index()].tree.leaves();
                if !leaves.iter().all(|(_, it)| matches!(it.value, LeafValue::Known(_))) {
                    let message = "a count is a number, or a `by` table of numbers";
                    let fault = Fault::mistake("bad-notation", quantity.at.clone(), message);
                    self.faults
                        .push(fault.help("how far it can be trusted follows from how many were observed"));
                }
            }
        }
        let trees = || counts.iter().map(|it| &self.assumptions[it.index()].tree);
        let cases = CaseSpace::new(
            |mut note| {
                for tree in trees() {
                    tree.mark(&mut note);
                }
            },
            |key| self.key_size(key),
            CASES_MAX,
        );
        let cases = cases.filter(|it| it.count() * counts.len() <= CELLS_MAX);
        let Some(cases) = cases else {
            self.faults.push(too_many_kinds(&step.id.text, fork_at(step)));
            return Fork::Single;
        };
        let mut draws = Vec::new();
        for cell in 0..cases.count() {
            let value_of = |key: Key| cases.representative(cell, key);
            let label = |(key, _, _): (Key, &[u32], usize)| self.value_label(key, value_of(key));
            let labels: Vec<String> = cases.axes().map(label).collect();
            let start = self.draws.draws.len();
            for id in &counts {
                let assumption = &self.assumptions[id.index()];
                let count = match assumption.tree.leaf(&value_of).value {
                    LeafValue::Known(count) => count,
                    _ => 0.0,
                };
                let path = [std::slice::from_ref(&assumption.path), &labels].concat().join(".");
                self.draws.add(Draw {
                    path,
                    kind: DrawKind::Dirichlet(count + 0.5),
                });
            }
            draws.push(DrawId::at(start));
            self.draws.wholes.push(start..self.draws.draws.len());
        }
        Fork::Observed(Observed { cases, draws, counts })
    }

    fn rules(&mut self, step: &StepDraft) -> Fork {
        let mut rules = Vec::new();
        let last = step.branches.len() - 1;
        let mut has_otherwise = false;
        for (at, branch) in step.branches.iter().enumerate() {
            if let Some(WeightDraft::When(condition)) = &branch.weight {
                rules.push(self.rule(condition));
                if at == last && !has_otherwise {
                    let message = format!("the last rule of `{}` has to be `otherwise`", step.id.text);
                    let fault = Fault::mistake("otherwise-last", branch.at.key("when"), message);
                    self.faults
                        .push(fault.help("customers for whom no rule holds need a way on"));
                }
            } else {
                rules.push(Rule::Always);
                if at != last {
                    let message = "no branch after `otherwise` can ever be taken";
                    let fault = Fault::mistake("otherwise-last", branch.at.key("when"), message);
                    self.faults.push(fault.help("move it to the end of the fork"));
                }
                has_otherwise = true;
            }
        }
        Fork::Rules(rules)
    }

    /// Sizes of keys while the journey is not there yet.
    pub(crate) fn key_size(&self, key: Key) -> usize {
        match key {
            Key::Arrival => arrival_size(self.draft.arrivals.len(), self.draft.pipeline.len()),
            Key::Attribute(id) => self.names.size(id).max(1),
        }
    }

    pub(crate) fn value_label(&self, key: Key, value: u32) -> String {
        match key {
            Key::Arrival => self
                .draft
                .arrivals
                .get(value as usize)
                .map_or("pipeline".into(), |it| it.id.text.clone()),
            Key::Attribute(id) => match &self.draft.attributes[id.index()].kind {
                crate::journey::draft::AttributeKindDraft::Category(values) => values[value as usize].0.text.clone(),
                crate::journey::draft::AttributeKindDraft::Counter { low, .. } => (low + i64::from(value)).to_string(),
            },
        }
    }
}

/// Chances that do not add up to 1, pass it, or pass it in too many worlds.
pub(crate) fn check_chances(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut faults = Vec::new();
    let world = journey.draws.mean_world();
    let unchanged = Situation::unchanged(journey);
    for (id, step) in journey.steps() {
        let Fork::Chances { rest, chances } = &step.fork else {
            continue;
        };
        let at = fork_at(&draft.steps[id.index()]);
        let mut uncertain = Vec::new();
        for chance in chances.iter().flatten() {
            if is_uncertain(journey, &journey.assumption(*chance).tree) {
                uncertain.push(*chance);
            }
        }
        if let (None, Some(first)) = (rest, uncertain.first()) {
            let path = &journey.assumption(*first).path;
            let message = format!(
                "`{path}` is uncertain, so one branch of `{}` has to take the rest",
                step.id
            );
            faults.push(Fault::mistake("chance-sum", at, message).help("give one branch the chance \"rest\""));
            continue;
        }
        let Some(cases) = cases_of_fork(journey, id) else {
            faults.push(too_many_kinds(&step.id, at));
            continue;
        };
        for cell in 0..cases.count() {
            let value_of = |key: Key| cases.representative(cell, key);
            let sum: f64 = chances
                .iter()
                .flatten()
                .map(|it| unchanged.amount(*it, &value_of, &world).mean())
                .sum();
            let of_whom = customers_in(journey, &cases, cell);
            if rest.is_none() && (sum - 1.0).abs() > SUM_TOLERANCE {
                let message = format!(
                    "the chances of `{}` add up to {}{of_whom}, not to 1",
                    step.id,
                    shown(sum)
                );
                let fault = Fault::mistake("chance-sum", at.clone(), message);
                faults.push(fault.help("give one branch the chance \"rest\", or mend the numbers"));
                break;
            }
            if uncertain.is_empty() && sum > 1.0 + SUM_TOLERANCE {
                let message = format!(
                    "the chances of `{}` add up to {}{of_whom}, more than 1",
                    step.id,
                    shown(sum)
                );
                let fault = Fault::mistake("chance-sum", at.clone(), message);
                faults.push(fault.help("lower one of them: what they leave is for the branch with the rest"));
                break;
            }
        }
    }
    faults.extend(redraw::check_groups(journey, draft));
    faults
}

/// Whether a tree or a value that it refers to is drawn.
fn is_uncertain(journey: &Journey, tree: &Tree<Leaf>) -> bool {
    let mut open = vec![tree];
    let mut seen = HashSet::new();
    while let Some(tree) = open.pop() {
        for (_, leaf) in tree.leaves() {
            match leaf.value {
                LeafValue::Drawn(_) => return true,
                LeafValue::Value(id) if seen.insert(id) => open.push(&journey.assumption(id).tree),
                LeafValue::Value(_) | LeafValue::Known(_) | LeafValue::Each(_) => {}
            }
        }
    }
    false
}

/// A mistake: a step looks at more combinations than fit.
pub(crate) fn too_many_kinds(step: &str, at: At) -> Fault {
    let message = format!("`{step}` tells more kinds of customers apart than fit");
    let help = "look at fewer attributes there, or at fewer of their values";
    Fault::mistake("too-large", at, message).help(help)
}

fn cases_of_fork(journey: &Journey, step: StepId) -> Option<CaseSpace> {
    let Fork::Chances { chances, .. } = &journey.step(step).fork else {
        return None;
    };
    CaseSpace::new(
        |note| {
            for id in chances.iter().flatten() {
                mark_values(&journey.assumptions, &journey.assumption(*id).tree, note);
            }
        },
        |key| journey.key_size(key),
        CASES_MAX,
    )
}

fn customers_in(journey: &Journey, cases: &CaseSpace, cell: usize) -> String {
    let mut parts = Vec::new();
    for (key, _, _) in cases.axes() {
        let value = cases.representative(cell, key);
        parts.push(match key {
            Key::Arrival => match journey.streams.get(value as usize) {
                Some(stream) => format!("arrival {}", stream.id),
                None => "the pipeline".to_owned(),
            },
            Key::Attribute(id) => {
                let attribute = &journey.attributes[id.index()];
                format!("{} {}", attribute.id, attribute.label(value))
            }
        });
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" for {}", parts.join(", "))
    }
}

fn shown(sum: f64) -> String {
    let text = format!("{sum:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
