//! Forks whose chances are drawn again together, and those that pass 1 too often for that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::graph::DiGraph;

use crate::journey::assumption::{DrawKind, RedrawGroup};
use crate::journey::draft::Draft;
use crate::journey::tree::mark_values;
use crate::journey::{Assumption, Branch, CaseSpace, Fork, Journey, Key, Leaf, LeafValue, Step, StepId, Tree};
use crate::problem::Fault;

use super::steps::fork_at;
use super::{Builder, CASES_MAX, CELLS_MAX};

/// Worlds drawn to find forks that pass 1 too often.
const TRIAL_WORLDS: u64 = 10_000;

/// What must not pass 1: a known part and the positions of draws that are added to it.
type Sum = (f64, Vec<usize>);

impl Builder<'_> {
    /// Forks whose chances are drawn again together: those with an unknown chance, and with them
    /// all forks that share a drawn value of `[values]`.
    pub(crate) fn redraw_groups(&self, graph: &DiGraph<Step, Branch>) -> Vec<RedrawGroup> {
        let mut groups: Vec<RedrawGroup> = Vec::new();
        let mut group_of: HashMap<usize, usize> = HashMap::new();
        for step in graph.node_weights() {
            let sums = sums(step, &self.assumptions, &|key| self.key_size(key));
            let draws: BTreeSet<usize> = sums.iter().flat_map(|it| &it.1).copied().collect();
            if draws.is_empty() {
                continue;
            }
            let joined: BTreeSet<usize> = draws.iter().filter_map(|it| group_of.get(it).copied()).collect();
            // The largest takes the others in, so that no draw moves often.
            let largest = joined.iter().copied().max_by_key(|at| groups[*at].draws.len());
            let into = largest.unwrap_or(groups.len());
            if largest.is_none() {
                groups.push(RedrawGroup::default());
            }
            for at in joined.into_iter().filter(|at| *at != into) {
                let group = std::mem::take(&mut groups[at]);
                group_of.extend(group.draws.iter().map(|draw| (*draw, into)));
                groups[into].draws.extend(group.draws);
                groups[into].sums.extend(group.sums);
            }
            for draw in draws {
                if group_of.insert(draw, into).is_none() {
                    groups[into].draws.push(draw);
                }
            }
            groups[into].sums.extend(sums);
        }
        groups.retain(|it| !it.draws.is_empty());
        for group in &mut groups {
            group.draws.sort_unstable();
        }
        groups.sort_by(|one, other| one.draws.cmp(&other.draws));
        groups
    }
}

/// What must not pass 1 at a fork, for every kind of customer that its chances tell apart.
fn sums(step: &Step, assumptions: &[Assumption], key_size: &impl Fn(Key) -> usize) -> Vec<Sum> {
    let Fork::Chances { chances, .. } = &step.fork else {
        return Vec::new();
    };
    let given = chances.iter().flatten();
    let trees: Vec<&Tree<Leaf>> = given.map(|it| &assumptions[it.index()].tree).collect();
    let cases = CaseSpace::new(
        |note| {
            for tree in &trees {
                mark_values(assumptions, tree, note);
            }
        },
        key_size,
        CASES_MAX,
    );
    let Some(cases) = cases.filter(|it| it.count() * trees.len() <= CELLS_MAX) else {
        return Vec::new();
    };
    let mut sums: BTreeMap<(Vec<usize>, u64), f64> = BTreeMap::new();
    for cell in 0..cases.count() {
        let value_of = |key: Key| cases.representative(cell, key);
        let mut known = 0.0;
        let mut draws = Vec::new();
        for tree in &trees {
            let mut leaf = tree.leaf(&value_of);
            while let LeafValue::Value(id) = leaf.value {
                leaf = assumptions[id.index()].tree.leaf(&value_of);
            }
            match leaf.value {
                LeafValue::Known(value) => known += value,
                LeafValue::Drawn(draw) => draws.push(draw.index()),
                LeafValue::Value(_) | LeafValue::Each(_) => {}
            }
        }
        if !draws.is_empty() {
            sums.insert((draws, known.to_bits()), known);
        }
    }
    sums.into_iter().map(|((draws, _), known)| (known, draws)).collect()
}

/// Forks that pass 1 in more than half of all draws.
pub(crate) fn check_groups(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let passing = journey.draws.groups.iter().filter(|it| passes_mostly(it, journey));
    let passing: BTreeSet<usize> = passing.flat_map(|it| &it.draws).copied().collect();
    let mut alone = Vec::new();
    let mut together = Vec::new();
    if passing.is_empty() {
        return alone;
    }
    for (id, step) in journey.steps() {
        let sums = sums(step, &journey.assumptions, &|key| journey.key_size(key));
        let draws: BTreeSet<usize> = sums.iter().flat_map(|it| &it.1).copied().collect();
        if draws.is_disjoint(&passing) {
            continue;
        }
        let fork = RedrawGroup {
            draws: draws.into_iter().collect(),
            sums,
        };
        if passes_mostly(&fork, journey) {
            alone.push(passes(id, step, "", draft));
        } else {
            together.push(passes(id, step, ", together with those that share its values,", draft));
        }
    }
    if alone.is_empty() { together } else { alone }
}

fn passes(id: StepId, step: &Step, with: &str, draft: &Draft) -> Fault {
    let message = format!(
        "the chances of `{}`{with} pass 1 in more than half of all draws",
        step.id
    );
    let at = fork_at(&draft.steps[id.index()]);
    Fault::mistake("chance-sum", at, message).help("narrow or lower their ranges")
}

/// The chance that a draw is higher than what is taken for its highest.
const RARE: f64 = 1e-4;

/// Whether more than half of the trial worlds pass 1.
fn passes_mostly(group: &RedrawGroup, journey: &Journey) -> bool {
    could_pass_mostly(group, journey) && group.passes_mostly(&journey.draws, TRIAL_WORLDS)
}

/// By Cantelli's inequality a sum exceeds its mean by e or more with a probability of at most
/// v / (v + e²), v its variance: so most forks need no trial.
fn could_pass_mostly(group: &RedrawGroup, journey: &Journey) -> bool {
    // Where hardly any draw could pass, no moments are needed, each of which takes an integral.
    let high = |at: &usize| match journey.draws.draws[*at].kind {
        DrawKind::Alone(law, bounds) => law.quantile(bounds, 1.0 - RARE),
        DrawKind::Dirichlet(_) => 0.0,
    };
    let is_rare = |(known, draws): &(f64, Vec<usize>)| known + draws.iter().map(high).sum::<f64>() <= 1.0;
    if RARE * group.draws.len() as f64 <= 0.5 && group.sums.iter().all(is_rare) {
        return false;
    }
    let mut moments: HashMap<usize, (f64, f64)> = HashMap::new();
    let mut moments_of = |at: usize| {
        *moments.entry(at).or_insert_with(|| match journey.draws.draws[at].kind {
            DrawKind::Alone(law, bounds) => (law.mean(bounds), law.sd(bounds)),
            DrawKind::Dirichlet(_) => (0.0, 0.0),
        })
    };
    let mut probability = 0.0;
    for (known, draws) in &group.sums {
        // A draw that stands there twice moves the sum twice as far; others are independent.
        let mut times: BTreeMap<usize, f64> = BTreeMap::new();
        for at in draws {
            *times.entry(*at).or_default() += 1.0;
        }
        let (mut mean, mut variance) = (*known, 0.0);
        for (at, times) in times {
            let (mean_of_one, sd_of_one) = moments_of(at);
            mean += times * mean_of_one;
            variance += (times * sd_of_one).powi(2);
        }
        if mean.is_nan() {
            continue; // Something that is wrong was told already.
        }
        let excess = 1.0 - mean;
        probability += if excess > 0.0 {
            variance / (variance + excess * excess)
        } else {
            1.0
        };
        if probability > 0.5 {
            return true;
        }
    }
    false
}
