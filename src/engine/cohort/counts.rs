//! What is counted on the way, and how it is sorted into a tally.

use crate::plan::{Plan, States};

use super::super::tally::Tally;

/// What one count means.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    column: u32,
    won: u32,
    lost: u32,
    /// The state whose rows of groups it belongs to.
    state: u32,
    stages: (u32, u32),
}

/// No column.
const NONE: u32 = u32::MAX;

/// Counts of what happens: moves by edge, then arrivals by case of entry, then kinds of customers
/// by state.
#[derive(Debug)]
pub(super) struct Counts {
    meanings: Vec<Meaning>,
    /// In the bin under way.
    pub(super) landed: Vec<u64>,
    /// In the stretch under way, as far as its bins are over.
    in_stretch: Vec<u64>,
    total: Vec<u64>,
    /// By edge: decisions in the stretch under way.
    pub(super) decided: Vec<u64>,
    decided_total: Vec<u64>,
    /// The first count of a case of entry, and of a kind of customers.
    pub(super) first_case: usize,
    pub(super) first_kind: usize,
    /// By edge: the branch.
    branches: Vec<u32>,
    /// By edge: the place of the branch, where decisions are counted by it.
    places: Vec<u32>,
    /// By edge: whether it leads from where the pipeline waits.
    from_waiting: Vec<bool>,
    /// How many times a branch was taken.
    pub(super) moves: u64,
}

impl Counts {
    pub(super) fn new(plan: &Plan, states: &States, kinds: &[u32]) -> Self {
        let column = |it: Option<usize>| it.map_or(NONE, number);
        let arrival = |at: usize, state: u32, gains: crate::plan::states::Gains| {
            let step = &plan.steps[states.states[state as usize].step as usize];
            Meaning {
                column: number(at),
                won: if gains.won { column(step.won_column) } else { NONE },
                lost: if gains.lost { column(step.lost_column) } else { NONE },
                state,
                stages: gains.stages,
            }
        };
        let mut meanings: Vec<Meaning> = states
            .edges
            .iter()
            .map(|it| arrival(plan.columns.branches + it.branch as usize, it.to, it.gains))
            .collect();
        let first_case = meanings.len();
        for (source, entry) in states.entries.iter().enumerate() {
            let of_case = entry.cases.iter().map(|case| match plan.streams.get(source) {
                Some(_) => arrival(plan.columns.streams + source, case.state, case.gains),
                None => Meaning {
                    column: NONE,
                    ..arrival(0, case.state, case.gains)
                },
            });
            meanings.extend(of_case);
        }
        let first_kind = meanings.len();
        for state in kinds {
            let it = &states.states[*state as usize];
            let first = plan.steps[it.step as usize].cell_column.expect("such states have one");
            meanings.push(Meaning {
                column: number(first) + it.cell,
                won: NONE,
                lost: NONE,
                state: *state,
                stages: (0, 0),
            });
        }
        let count = meanings.len();
        let edges = states.edges.len();
        let place = |it: &crate::plan::states::Edge| {
            let state = &states.states[it.from as usize];
            let counts = plan.steps[state.step as usize].delays_differ && state.waiting.is_none();
            if counts { state.place + it.position } else { NONE }
        };
        Self {
            meanings,
            landed: vec![0; count],
            in_stretch: vec![0; count],
            total: vec![0; count],
            decided: vec![0; edges],
            decided_total: vec![0; edges],
            first_case,
            first_kind,
            branches: states.edges.iter().map(|it| it.branch).collect(),
            places: states.edges.iter().map(place).collect(),
            from_waiting: states
                .edges
                .iter()
                .map(|it| states.states[it.from as usize].waiting.is_some())
                .collect(),
            moves: 0,
        }
    }

    /// Sorts in what happened in a bin that is over.
    pub(super) fn close_bin(&mut self, plan: &Plan, bin: usize, tally: &mut Tally) {
        let columns = plan.columns.count;
        let counts = &mut tally.counts[bin * columns..(bin + 1) * columns];
        for ((count, in_stretch), it) in self.landed.iter_mut().zip(&mut self.in_stretch).zip(&self.meanings) {
            if *count == 0 {
                continue;
            }
            for column in [it.column, it.won, it.lost] {
                if column != NONE {
                    counts[column as usize] += *count;
                }
            }
            *in_stretch += *count;
            *count = 0;
        }
    }

    /// Sorts in what happened in a stretch that is over.
    pub(super) fn close_stretch(&mut self, plan: &Plan, states: &States, stretch: usize, tally: &mut Tally) {
        let columns = plan.columns.count;
        for ((count, total), it) in self.in_stretch.iter_mut().zip(&mut self.total).zip(&self.meanings) {
            if *count == 0 {
                continue;
            }
            for row in states.rows_of(it.state as usize) {
                let first = (*row as usize * plan.stretches.len() + stretch) * columns;
                for column in [it.column, it.won, it.lost] {
                    if column != NONE {
                        tally.groups[first + column as usize] += *count;
                    }
                }
            }
            *total += *count;
            *count = 0;
        }
        for ((decided, total), place) in self.decided.iter_mut().zip(&mut self.decided_total).zip(&self.places) {
            if *decided == 0 {
                continue;
            }
            if *place != NONE {
                tally.places[stretch * plan.places + *place as usize] += *decided;
            }
            *total += *decided;
            *decided = 0;
        }
    }

    /// Sorts in what does not depend on time, and starts anew.
    pub(super) fn close(&mut self, states: &States, tally: &mut Tally) {
        for (total, it) in self.total.iter().zip(&self.meanings) {
            if *total > 0 {
                for stage in it.stages.0..it.stages.1 {
                    tally.funnel[stage as usize] += *total;
                }
            }
        }
        for (edge, decided) in self.decided_total.iter_mut().enumerate() {
            let (branch, landed) = (self.branches[edge] as usize, self.total[edge]);
            if self.from_waiting[edge] {
                tally.from_waiting[branch] += landed;
            } else {
                tally.cut[branch] += *decided - landed;
            }
            *decided = 0;
        }
        let cases = self.first_case..self.first_kind;
        for (total, it) in self.total[cases.clone()].iter().zip(&self.meanings[cases]) {
            if it.column == NONE {
                for row in states.rows_of(it.state as usize) {
                    tally.waiting[*row as usize] += *total;
                }
            }
        }
        self.total.fill(0);
        tally.moves = std::mem::take(&mut self.moves);
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("columns and states are bounded")
}
