//! Counting on the way: one addition for every move, sorted into a tally at the end.

use crate::plan::{Field, Plan};

use super::super::tally::Tally;
use super::traveller::{Pocket, Store, Traveller};

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
pub(super) struct Ledger {
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
    pub(super) fn new(plan: &Plan) -> Self {
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
    pub(super) fn expect(&mut self, count: usize, plan: &Plan, tally: &mut Tally) {
        self.counted += count as u64;
        if self.counted > COUNTED_MAX {
            self.close(plan, tally);
        }
    }

    /// Where the copy starts that counts the customer with this number.
    #[inline]
    pub(super) fn copy_of(&self, number: u64) -> u32 {
        (number as u32 & self.copy_mask) * self.copy
    }

    /// How far rows are apart.
    pub(super) fn row_step(&self) -> u32 {
        self.row
    }

    /// The row that starts here.
    pub(super) fn row_at(&self, first: u32) -> u32 {
        let in_copy = if self.copy == 0 { first } else { first % self.copy };
        in_copy / self.row
    }

    /// What counting takes, at hand.
    #[inline]
    pub(super) fn counter(&mut self) -> Counter<'_> {
        Counter {
            cells: &mut self.cells,
            bin_first: &self.bin_first,
            stretch_first: &self.stretch_first,
            group_row: self.group_row,
        }
    }

    /// Sorts what was counted into the tally, and starts anew.
    pub(super) fn close(&mut self, plan: &Plan, tally: &mut Tally) {
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

/// A ledger open for counting.
pub(super) struct Counter<'a> {
    cells: &'a mut [u32],
    bin_first: &'a [u32],
    stretch_first: &'a [u32],
    group_row: usize,
}

impl Counter<'_> {
    /// Counts a customer whose row starts here in a column.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(super) fn count(&mut self, row: u32, tick: u32, column: usize, tally: &mut Tally) {
        let in_bin = self.bin_first[tick as usize] as usize + column;
        if let Some(cell) = self.cells.get_mut(row as usize + in_bin) {
            *cell += 1;
        } else {
            self.count_apart(row, tick, column, tally);
        }
    }

    #[cold]
    fn count_apart(&self, row: u32, tick: u32, column: usize, tally: &mut Tally) {
        tally.counts[self.bin_first[tick as usize] as usize + column] += 1;
        tally.groups[row as usize + self.stretch_first[tick as usize] as usize + column] += 1;
    }

    /// Counts a customer in the rows of all packs but the first.
    pub(super) fn count_more<P: Pocket>(
        &self,
        traveller: &Traveller<P>,
        rows: &[(Field, u32)],
        column: usize,
        store: &Store,
        tally: &mut Tally,
    ) {
        let in_stretch = self.stretch_first[traveller.tick as usize] as usize + column;
        for (field, first) in rows {
            let row = *first as usize + traveller.get(*field, store) as usize;
            tally.groups[row * self.group_row + in_stretch] += 1;
        }
    }
}
