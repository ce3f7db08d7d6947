//! States that lead to one another within a tick, as a linear system eliminated beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Move, add_row};

/// A factorization of I − P₀ of a group.
///
/// States are taken out one by one, as if customers passed through them unseen (Grassmann, Taksar
/// & Heyman, *Regenerative analysis and steady state distributions for Markov chains*, 1985).
/// What leaves a state is the sum of where it goes, so nothing is ever subtracted, and the
/// smallest flow is as exact as the largest.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// In the order in which they were taken out.
    pivots: Vec<Pivot>,
    /// States and chances.
    links: Vec<(u32, f64)>,
}

#[derive(Debug, Clone)]
struct Pivot {
    state: u32,
    /// The expected number of stays there in a row: 1 over the chance to leave.
    stays: f64,
    /// Links to states that were taken out later.
    to: Range<usize>,
    /// Links from states that were taken out later.
    from: Range<usize>,
}

impl Group {
    /// Takes the states out, those with the fewest links first.
    pub(super) fn eliminate<'a>(states: &[u32], moves: impl Fn(u32) -> &'a [Move]) -> Self {
        let position = |state: u32| states.binary_search(&state).ok();
        let mut to: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); states.len()];
        let mut from: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); states.len()];
        // The chance to leave the group or the tick.
        let mut exits = vec![0.0; states.len()];
        for (at, state) in states.iter().enumerate() {
            for it in moves(*state) {
                exits[at] += it.later;
                match position(it.to) {
                    // What stays leaves nothing behind.
                    Some(next) if next == at || it.now == 0.0 => {}
                    Some(next) => {
                        *to[at].entry(next).or_insert(0.0) += it.now;
                        from[next].insert(at);
                    }
                    None => exits[at] += it.now,
                }
            }
        }
        let mut queue: BTreeSet<(usize, usize)> = (0..states.len())
            .map(|it| (to[it].len() * from[it].len(), it))
            .collect();
        let mut group = Self {
            pivots: Vec::with_capacity(states.len()),
            links: Vec::new(),
        };
        while let Some((_, at)) = queue.pop_first() {
            let (onward, into) = (std::mem::take(&mut to[at]), std::mem::take(&mut from[at]));
            let leaving = onward.values().sum::<f64>() + exits[at];
            assert!(leaving > 0.0, "loops that take no time are refused by `build`");
            for it in onward.keys().chain(&into) {
                queue.remove(&(to[*it].len() * from[*it].len(), *it));
            }
            for next in onward.keys() {
                from[*next].remove(&at);
            }
            let first = group.links.len();
            group
                .links
                .extend(onward.iter().map(|(next, chance)| (states[*next], *chance)));
            let middle = group.links.len();
            for before in &into {
                let chance = to[*before].remove(&at).expect("links are known from both ends");
                group.links.push((states[*before], chance));
                for (next, then) in onward.iter().filter(|it| it.0 != before) {
                    *to[*before].entry(*next).or_insert(0.0) += chance * then / leaving;
                    from[*next].insert(*before);
                }
                exits[*before] += chance * exits[at] / leaving;
            }
            for it in onward.keys().chain(&into) {
                queue.insert((to[*it].len() * from[*it].len(), *it));
            }
            group.pivots.push(Pivot {
                state: states[at],
                stays: 1.0 / leaving,
                to: first..middle,
                from: middle..group.links.len(),
            });
        }
        group
    }

    /// n = a + P₀ᵀ n in these states.
    pub(super) fn forward(&self, customers: &mut [f64]) {
        for it in &self.pivots {
            let passing = customers[it.state as usize] * it.stays;
            for (to, chance) in &self.links[it.to.clone()] {
                customers[*to as usize] += passing * chance;
            }
        }
        for it in self.pivots.iter().rev() {
            let come = self.links[it.from.clone()].iter();
            let come: f64 = come.map(|(from, chance)| customers[*from as usize] * chance).sum();
            customers[it.state as usize] = (customers[it.state as usize] + come) * it.stays;
        }
    }

    /// v = r + P₀ v in these states, for some columns of the rows of their values.
    pub(super) fn backward(&self, values: &mut [f64], width: usize, columns: Range<usize>) {
        for it in &self.pivots {
            for (from, chance) in &self.links[it.from.clone()] {
                add_row(values, width, columns.clone(), *from, it.stays * chance, it.state);
            }
        }
        for it in self.pivots.iter().rev() {
            for (to, chance) in &self.links[it.to.clone()] {
                add_row(values, width, columns.clone(), it.state, *chance, *to);
            }
            let first = it.state as usize * width;
            for value in &mut values[first + columns.start..first + columns.end] {
                *value *= it.stays;
            }
        }
    }
}
