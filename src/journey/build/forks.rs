//! Forks: that their branches agree in kind, and that their chances add up.

use petgraph::graph::DiGraph;

use crate::journey::assumption::{Draw, DrawKind, RedrawGroup};
use crate::journey::draft::{Draft, Name, StepDraft, WeightDraft};
use crate::journey::evaluate::Situation;
use crate::journey::tree::mark_values;
use crate::journey::{
    AssumptionId, Branch, BranchId, CaseSpace, DrawId, Fork, Journey, Key, Leaf, LeafValue, Observed, Role, Rule, Step,
    StepId, Tree,
};
use crate::problem::Fault;

use super::steps::fork_at;
use super::{Builder, CASES_MAX};

/// Rounding in what a file says.
const SUM_TOLERANCE: f64 = 1e-9;
/// Worlds drawn to find forks that pass 1 too often.
const TRIAL_WORLDS: u64 = 10_000;

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
                None => Fault::mistake(
                    "mixed-fork",
                    branch.clone(),
                    format!(
                        "this branch has no `{}`, the others of `{}` have one",
                        first.key(),
                        step.id.text
                    ),
                ),
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
                    self.faults
                        .push(Fault::mistake("conflict", branch.at.key("chance"), message));
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
                let known = self.faults.len();
                counts.push(self.number(path, Role::Count(BranchId::at(first + at)), quantity));
                let tree = &self.assumptions.last().expect("one was just added").tree;
                let is_known = tree
                    .leaves()
                    .iter()
                    .all(|(_, it)| matches!(it.value, LeafValue::Known(_)));
                if !is_known && known == self.faults.len() {
                    let message =
                        "a count is a number, or a `by` table of numbers: what is not known is in the law".to_owned();
                    self.faults
                        .push(Fault::mistake("bad-notation", quantity.at.clone(), message));
                }
            }
        }
        let trees: Vec<&Tree<Leaf>> = counts.iter().map(|it| &self.assumptions[it.index()].tree).collect();
        let cases = CaseSpace::new(
            |mut note| trees.iter().for_each(|it| it.mark(&mut note)),
            |key| self.key_size(key),
            CASES_MAX,
        );
        let Some(cases) = cases else {
            let message = format!(
                "`{}` tells more than {CASES_MAX} kinds of customers apart",
                step.id.text
            );
            self.faults.push(Fault::mistake("too-large", fork_at(step), message));
            return Fork::Single;
        };
        let mut draws = Vec::new();
        for cell in 0..cases.count() {
            let value_of = |key: Key| cases.representative(cell, key);
            let label = cases
                .axes()
                .map(|(key, _, _)| format!(".{}", self.value_label(key, cases.representative(cell, key))))
                .collect::<String>();
            let start = self.draws.draws.len();
            let mut parameters = Vec::new();
            for id in &counts {
                let known = if self.assumptions[id.index()].tree.leaves().is_empty() {
                    0.0
                } else {
                    match self.leaf_if_whole(*id, &value_of) {
                        Some(LeafValue::Known(count)) => count,
                        _ => 0.0,
                    }
                };
                parameters.push((format!("{}{label}", self.assumptions[id.index()].path), known + 0.5));
            }
            for (path, parameter) in parameters {
                self.draws.add(Draw {
                    path,
                    kind: DrawKind::Dirichlet(parameter),
                });
            }
            draws.push(DrawId::at(start));
            self.draws.wholes.push(start..self.draws.draws.len());
        }
        Fork::Observed(Observed { cases, draws, counts })
    }

    /// The value for a kind of customer, if the tables are whole; else a mistake was told.
    fn leaf_if_whole(&self, id: AssumptionId, value_of: &impl Fn(Key) -> u32) -> Option<LeafValue> {
        let mut tree = &self.assumptions[id.index()].tree;
        loop {
            match tree {
                Tree::Leaf(leaf) => return Some(leaf.value),
                Tree::By { key, cases, otherwise } => {
                    let value = value_of(*key);
                    let named = cases.iter().find(|it| it.0 == value).map(|it| &it.2);
                    tree = named.or(otherwise.as_deref())?;
                }
            }
        }
    }

    fn rules(&mut self, step: &StepDraft) -> Fork {
        let mut rules = Vec::new();
        let last = step.branches.len() - 1;
        for (at, branch) in step.branches.iter().enumerate() {
            if let Some(WeightDraft::When(condition)) = &branch.weight {
                rules.push(self.rule(condition));
                if at == last {
                    let message = format!("the last rule of `{}` has to be `otherwise`", step.id.text);
                    let fault = Fault::mistake("otherwise-last", branch.at.key("when"), message);
                    self.faults
                        .push(fault.help("customers for whom no rule holds need a way on"));
                }
            } else {
                rules.push(Rule::Always);
                if at != last {
                    let message = "no branch after `otherwise` can ever be taken".to_owned();
                    let fault = Fault::mistake("otherwise-last", branch.at.key("when"), message);
                    self.faults.push(fault.help("move it to the end of the fork"));
                }
            }
        }
        Fork::Rules(rules)
    }

    /// Sizes of keys while the journey is not there yet.
    pub(crate) fn key_size(&self, key: Key) -> usize {
        match key {
            Key::Arrival => self.draft.arrivals.len() + 1,
            Key::Attribute(id) => match &self.draft.attributes[id.index()].kind {
                crate::journey::draft::AttributeKindDraft::Category(values) => values.len(),
                crate::journey::draft::AttributeKindDraft::Counter { low, high, .. } => {
                    let size = high
                        .saturating_sub(*low)
                        .saturating_add(1)
                        .clamp(1, super::COUNTER_VALUES_MAX);
                    usize::try_from(size).unwrap_or(1)
                }
            },
        }
    }

    fn value_label(&self, key: Key, value: u32) -> String {
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

    /// Forks whose chances are drawn again together: those with more than one unknown chance, and
    /// with them all forks that share a drawn value of `[values]`.
    pub(crate) fn redraw_groups(&self, graph: &DiGraph<Step, Branch>) -> Vec<RedrawGroup> {
        let mut groups: Vec<RedrawGroup> = Vec::new();
        for step in graph.node_weights() {
            let Fork::Chances { chances, .. } = &step.fork else {
                continue;
            };
            let trees: Vec<&Tree<Leaf>> = chances
                .iter()
                .flatten()
                .map(|it| &self.assumptions[it.index()].tree)
                .collect();
            let mut sums = Vec::new();
            if let Some(cases) = self.case_space(&trees) {
                for cell in 0..cases.count() {
                    let value_of = |key: Key| cases.representative(cell, key);
                    let mut sum = (0.0, Vec::new());
                    trees
                        .iter()
                        .for_each(|it| self.add_up(it.leaf(&value_of), &value_of, &mut sum));
                    if !sum.1.is_empty() && !sums.contains(&sum) {
                        sums.push(sum);
                    }
                }
            }
            let draws: std::collections::BTreeSet<usize> = sums.iter().flat_map(|it| it.1.clone()).collect();
            if draws.is_empty() {
                continue;
            }
            let mut merged = RedrawGroup {
                draws: draws.into_iter().collect(),
                sums,
            };
            // Chances that share a draw depend on one another.
            let (joined, apart): (Vec<_>, Vec<_>) = groups
                .into_iter()
                .partition(|it| it.draws.iter().any(|at| merged.draws.binary_search(at).is_ok()));
            for it in joined {
                merged.draws.extend(it.draws);
                merged.sums.extend(it.sums);
            }
            merged.draws.sort_unstable();
            merged.draws.dedup();
            groups = apart;
            groups.push(merged);
        }
        groups
    }

    /// The combinations that trees tell apart, values they refer to included.
    pub(crate) fn case_space(&self, trees: &[&Tree<Leaf>]) -> Option<CaseSpace> {
        CaseSpace::new(
            |note| trees.iter().for_each(|it| mark_values(&self.assumptions, it, note)),
            |key| self.key_size(key),
            CASES_MAX,
        )
    }

    fn add_up(&self, leaf: &Leaf, value_of: &impl Fn(Key) -> u32, sum: &mut (f64, Vec<usize>)) {
        match leaf.value {
            LeafValue::Known(value) => sum.0 += value,
            LeafValue::Drawn(draw) => sum.1.push(draw.index()),
            LeafValue::Value(id) => self.add_up(self.assumptions[id.index()].tree.leaf(value_of), value_of, sum),
            LeafValue::Each(_) => {}
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
                "`{path}` is not known, so one branch of `{}` has to take the rest",
                step.id
            );
            faults.push(Fault::mistake("chance-sum", at, message).help("give one branch the chance \"rest\""));
            continue;
        }
        let Some(cases) = cases_of_fork(journey, id) else {
            let message = format!("`{}` tells more than {CASES_MAX} kinds of customers apart", step.id);
            faults.push(Fault::mistake("too-large", at, message));
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
                faults.push(Fault::mistake("chance-sum", at.clone(), message));
                break;
            }
        }
    }
    for group in &journey.draws.groups {
        check_group(journey, draft, group, &mut faults);
    }
    faults
}

fn check_group(journey: &Journey, draft: &Draft, group: &RedrawGroup, faults: &mut Vec<Fault>) {
    // By Cantelli's inequality a sum passes its mean by one standard deviation or more in at most
    // half of all worlds; so most forks need no trial.
    let could_pass = group.sums.iter().any(|(known, draws)| {
        let moments = draws.iter().map(|at| match journey.draws.draws[*at].kind {
            DrawKind::Alone(law, bounds) => (law.mean(bounds), law.sd(bounds)),
            DrawKind::Dirichlet(_) => (0.0, 0.0),
        });
        let (mean, sd) = moments.fold((*known, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        group.sums.len() > 1 || mean + sd > 1.0
    });
    if !could_pass || group.share_passing(&journey.draws, TRIAL_WORLDS) <= 0.5 {
        return;
    }
    let drawn: Vec<&str> = group
        .draws
        .iter()
        .map(|at| journey.draws.draws[*at].path.as_str())
        .collect();
    for (id, step) in journey.steps() {
        let Fork::Chances { chances, .. } = &step.fork else {
            continue;
        };
        if chances
            .iter()
            .flatten()
            .any(|it| drawn.iter().any(|path| path.starts_with(&journey.assumption(*it).path)))
        {
            let message = format!("the chances of `{}` pass 1 in more than half of all draws", step.id);
            let at = fork_at(&draft.steps[id.index()]);
            faults.push(Fault::mistake("chance-sum", at, message).help("narrow or lower their ranges"));
        }
    }
}

fn is_uncertain(journey: &Journey, tree: &Tree<Leaf>) -> bool {
    tree.leaves().iter().any(|(_, leaf)| match leaf.value {
        LeafValue::Drawn(_) => true,
        LeafValue::Value(id) => is_uncertain(journey, &journey.assumption(id).tree),
        LeafValue::Known(_) | LeafValue::Each(_) => false,
    })
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
