//! Counting on the way: one addition for every move, sorted into a tally at the end.

use crate::plan::Plan;

use super::super::tally::Tally;
use super::{Crowd, Traveller};

/// Up to this many cells the counts of all rows of groups are kept for every bin, in one table
/// that stays in the cache; with more, counts by bin and by group are kept apart.
const CELLS_MAX: usize = 1 << 16;
/// Up to this many cells there may be copies of the table for customers of different slots:
/// counting in the same cell twice in a row has to wait for the first time to be done.
const COPIED_CELLS_MAX: usize = 1 << 14;
const COPIES: usize = 4;
/// Counts of 32 bits are sorted into the tally before they could overflow.
const COUNTED_MAX: u64 = 1 << 31;

/// Counts of a walk.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// By copy, row of the first pack, bin and column; empty if that would be too large.
    cells: Vec<u32>,
    /// How many copies there are, less 1.
    copy_mask: u32,
    /// How many cells a copy takes.
    copy: u32,
    /// By tick: where its bin starts within a row.
    bin_first: Vec<u32>,
    /// By tick: where its stretch starts within a row of groups.
    stretch_first: Vec<u32>,
    /// How many cells a row of the first pack takes.
    row: u32,
    /// How many cells a row of groups takes in a tally.
    group_row: usize,
    /// At most how often was counted since the last time of sorting.
    counted: u64,
}

impl Ledger {
    pub(crate) fn new(plan: &Plan) -> Self {
        let columns = plan.columns.count;
        let (by_bin, by_stretch) = (plan.bins.len() * columns, plan.stretches.len() * columns);
        let cells = plan.groups.packs[0].len() * by_bin;
        let is_small = cells <= CELLS_MAX;
        let copies = if cells * COPIES <= COPIED_CELLS_MAX { COPIES } else { 1 };
        let place = |first: usize| u32::try_from(first).expect("cells are bounded by memory");
        Self {
            cells: vec![0; if is_small { copies * cells } else { 0 }],
            copy_mask: if is_small { place(copies - 1) } else { 0 },
            copy: if is_small { place(cells) } else { 0 },
            bin_first: plan.bin_of.iter().map(|it| place(*it as usize * columns)).collect(),
            stretch_first: plan
                .bin_of
                .iter()
                .map(|it| place(plan.bins[*it as usize].stretch as usize * columns))
                .collect(),
            row: place(if is_small { by_bin } else { by_stretch }),
            group_row: by_stretch,
            counted: 0,
        }
    }

    /// Tells that up to `count` customers are about to be counted a few times each.
    pub(crate) fn expect(&mut self, count: usize, plan: &Plan, tally: &mut Tally) {
        self.counted += count as u64;
        if self.counted > COUNTED_MAX {
            self.close(plan, tally);
        }
    }

    /// Where a row of the first pack starts for the customer in a slot.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(crate) fn first(&self, row: u32, slot: u32) -> u32 {
        (slot & self.copy_mask) * self.copy + row * self.row
    }

    /// Counts a customer in a column.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(crate) fn count(&mut self, crowd: &Crowd, traveller: Traveller, column: usize, tally: &mut Tally) {
        let first = crowd.passports[traveller.slot as usize].first as usize;
        let in_bin = self.bin_first[traveller.tick as usize] as usize + column;
        if let Some(cell) = self.cells.get_mut(first + in_bin) {
            *cell += 1;
        } else {
            let in_stretch = self.stretch_first[traveller.tick as usize] as usize + column;
            tally.counts[in_bin] += 1;
            tally.groups[first + in_stretch] += 1;
        }
        if crowd.more_packs > 0 {
            self.count_more(crowd, traveller, column, tally);
        }
    }

    /// Counts a customer in the rows of all packs but the first.
    fn count_more(&self, crowd: &Crowd, traveller: Traveller, column: usize, tally: &mut Tally) {
        let in_stretch = self.stretch_first[traveller.tick as usize] as usize + column;
        for row in crowd.more_rows(traveller.slot) {
            tally.groups[*row as usize * self.group_row + in_stretch] += 1;
        }
    }

    /// Sorts what was counted into the tally, and starts anew.
    pub(crate) fn close(&mut self, plan: &Plan, tally: &mut Tally) {
        self.counted = 0;
        if self.cells.is_empty() {
            return;
        }
        let columns = plan.columns.count;
        let rows = (self.copy / self.row) as usize;
        for (row, cells) in self.cells.chunks_exact_mut(self.row as usize).enumerate() {
            for (bin, cells) in cells.chunks_exact_mut(columns).enumerate() {
                let stretch = plan.bins[bin].stretch as usize;
                let group = row % rows * self.group_row + stretch * columns;
                let (counts, groups) = (&mut tally.counts[bin * columns..], &mut tally.groups[group..]);
                for (cell, (count, in_group)) in cells.iter_mut().zip(counts.iter_mut().zip(groups)) {
                    *count += u64::from(*cell);
                    *in_group += u64::from(*cell);
                    *cell = 0;
                }
            }
        }
    }
}
