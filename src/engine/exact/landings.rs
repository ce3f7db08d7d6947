//! All the ways to arrive: in a class of states, with what arriving there means.

use crate::plan::States;
use crate::plan::states::Gains;

use super::classes::Classes;

/// The ways to arrive in the classes of a journey's states.
#[derive(Debug)]
pub(super) struct Landings {
    /// Those in one class side by side.
    pub(super) all: Vec<Landing>,
    /// By class: where its landings start; one more at the end.
    firsts: Vec<u32>,
    /// By edge of [`States`].
    pub(super) of_edge: Vec<u32>,
    /// By stream, then by case.
    pub(super) of_entry: Vec<Vec<u32>>,
}

/// Arriving in a class with all that this means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Landing {
    pub(super) class: u32,
    pub(super) gains: Gains,
}

impl Landings {
    pub(super) fn of(states: &States, streams: usize, classes: &Classes) -> Self {
        let landing = |state: u32, gains: Gains| Landing {
            class: classes.of[state as usize],
            gains,
        };
        let order = |it: &Landing| (it.class, it.gains.won, it.gains.lost, it.gains.stages);
        let entries = states.entries[..streams].iter();
        let entries = entries.map(|it| it.cases.iter().map(|it| landing(it.state, it.gains)));
        let edges = states.edges.iter().map(|it| landing(it.to, it.gains));
        let mut all: Vec<Landing> = entries.clone().flatten().chain(edges.clone()).collect();
        all.sort_unstable_by_key(order);
        all.dedup();
        let find = |it: Landing| number(all.binary_search_by_key(&order(&it), order).expect("it was put there"));
        let classes = 0..=number(classes.first.len());
        Self {
            firsts: classes
                .map(|class| number(all.partition_point(|it| it.class < class)))
                .collect(),
            of_edge: edges.map(find).collect(),
            of_entry: entries.map(|it| it.map(find).collect()).collect(),
            all,
        }
    }

    /// The landings in a class.
    #[inline]
    pub(super) fn within(&self, class: usize) -> std::ops::Range<usize> {
        self.firsts[class] as usize..self.firsts[class + 1] as usize
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("states are bounded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::exact::fixture::Fixture;

    #[test]
    fn a_class_has_a_landing_for_each_meaning_of_arriving() {
        let it = Fixture::new(
            r#"
format = 1
customers = 10
entry = "visit"
[stages]
a = {}
b = {}
c = {}
[steps.visit]
branches = [{ to = "quick", chance = 0.5 }, { to = "slow", chance = 0.5 }]
[steps.slow]
stage = "b"
branches = [{ to = "quick" }]
[steps.quick]
stage = "c"
outcome = "converted"
"#,
        );
        let classes = Classes::of(&it.states);
        let landings = Landings::of(&it.states, 1, &classes);
        let is_quick = |it_: &u32| it.states.states[*it_ as usize].step == 2;
        let quick = classes.first.iter().position(is_quick).expect("it is reached");
        let stages = landings.all[landings.within(quick)].iter().map(|it| it.gains.stages);
        assert_eq!(stages.collect::<Vec<_>>(), [(0, 3), (2, 3)]);
    }
}
