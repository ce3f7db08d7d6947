//! States whose arrivals mean more than a move: amounts that counts do not tell, kinds of customers,
//! customers who come at all.

use crate::plan::{Plan, Rates, States};
use crate::random::Key;

use super::super::tally::Tally;
use super::amounts;
use super::counts::Counts;

/// Arrivals in such states.
#[derive(Debug)]
pub(super) struct Noted {
    all: Vec<Of>,
    /// By rank: where it stands among them.
    of_rank: Vec<u32>,
    /// By noted state, one bit each: whether somebody has arrived in the bin under way.
    is_touched: Vec<u64>,
    /// By noted state, one bit each: whether something is still to be booked.
    is_due: Vec<u64>,
    /// The states that are counted by kind of customer.
    kinds: Vec<u32>,
    sums: Vec<i128>,
}

/// A noted state.
#[derive(Debug, Clone, Copy)]
struct Of {
    state: u32,
    /// Where its arrivals are counted by kind of customer.
    kind: Option<usize>,
    /// Where they are counted as customers who reach the step at all.
    distinct: Option<usize>,
    books: bool,
    /// Arrivals in the bin under way, and those of them whose amounts are booked.
    arrived: u64,
    booked: u64,
}

/// Of no interest.
const NONE: u32 = u32::MAX;

impl Noted {
    pub(super) fn of(plan: &Plan, states: &States, rank_of: &[u32]) -> Self {
        let (mut all, mut kinds) = (Vec::new(), Vec::new());
        let mut of_rank = vec![NONE; rank_of.len()];
        for (at, state) in states.states.iter().enumerate() {
            let step = &plan.steps[state.step as usize];
            let distinct = step.visit.filter(|_| !step.in_loop);
            let kind = step.cell_column.map(|_| kinds.len());
            // Who waits somewhere does not arrive there.
            if state.waiting.is_some() || !(kind.is_some() || distinct.is_some() || step.books) {
                continue;
            }
            kinds.extend(kind.map(|_| number(at)));
            of_rank[rank_of[at] as usize] = number(all.len());
            all.push(Of {
                state: number(at),
                kind,
                distinct,
                books: step.books,
                arrived: 0,
                booked: 0,
            });
        }
        let words = all.len().div_ceil(64);
        Self {
            all,
            of_rank,
            is_touched: vec![0; words],
            is_due: vec![0; words],
            kinds,
            sums: Vec::new(),
        }
    }

    pub(super) fn has(&self, rank: u32) -> bool {
        self.of_rank[rank as usize] != NONE
    }

    pub(super) fn kinds(&self) -> &[u32] {
        &self.kinds
    }

    /// Customers have arrived in a state, noted or not.
    #[inline]
    pub(super) fn arrive(&mut self, rank: usize, count: u64) {
        let at = self.of_rank[rank] as usize;
        if let Some(it) = self.all.get_mut(at) {
            it.arrived += count;
            self.is_touched[at / 64] |= 1 << (at % 64);
            self.is_due[at / 64] |= 1 << (at % 64);
        }
    }

    /// Books the amounts of everybody who has arrived since the last time, at this tick or in the
    /// bin that begins with it.
    pub(super) fn book(
        &mut self,
        plan: &Plan,
        states: &States,
        tick: u32,
        rates: &Rates,
        luck: Key,
        tally: &mut Tally,
    ) {
        let bin = plan.bin_of[tick as usize] as usize;
        let stretch = plan.bins[bin].stretch as usize;
        for at in taken(&mut self.is_due) {
            let it = &mut self.all[at];
            if !it.books {
                continue;
            }
            let count = it.arrived - std::mem::replace(&mut it.booked, it.arrived);
            let state = &states.states[it.state as usize];
            let step = &plan.steps[state.step as usize];
            let amounts = rates.amounts_of(plan, stretch, step, state.cell as usize);
            let net = if step.varies {
                let luck = luck.with(state.key).with(u64::from(tick));
                let Some(net) = amounts::book(step, amounts, count, luck, &mut self.sums) else {
                    tally.overflow = Some(state.step as usize);
                    continue;
                };
                for (line, sum) in self.sums.iter().enumerate() {
                    let column = step.first_sum + line;
                    tally.sums[bin * plan.columns.sums + column] += sum;
                    for row in states.rows_of(it.state as usize) {
                        tally.group_sums[*row as usize * plan.columns.sums + column] += sum;
                    }
                }
                net
            } else {
                amounts::known_net(step, amounts) * i128::from(count)
            };
            if plan.discounts.is_some() {
                tally.net[tick as usize] += net;
            }
        }
    }

    /// Counts who has arrived in the bin that is over.
    pub(super) fn close_bin(&mut self, counts: &mut Counts, tally: &mut Tally) {
        for at in taken(&mut self.is_touched) {
            let it = &mut self.all[at];
            if let Some(kind) = it.kind {
                counts.landed[counts.first_kind + kind] = it.arrived;
            }
            if let Some(visit) = it.distinct {
                tally.distinct[visit] += it.arrived;
            }
            (it.arrived, it.booked) = (0, 0);
        }
        self.is_due.fill(0);
    }
}

/// The positions of the bits that are set, which then are not.
fn taken(words: &mut [u64]) -> impl Iterator<Item = usize> {
    words.iter_mut().enumerate().flat_map(|(word, bits)| {
        let mut bits = std::mem::take(bits);
        std::iter::from_fn(move || {
            let at = (bits != 0).then(|| word * 64 + bits.trailing_zeros() as usize);
            bits &= bits.wrapping_sub(1);
            at
        })
    })
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("states are bounded")
}
