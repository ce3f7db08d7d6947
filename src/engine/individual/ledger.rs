//! Counting on the way: one addition for every move, sorted into a tally at the end.

use crate::plan::{Field, Plan};

use super::super::tally::Tally;
use super::traveller::{Pocket, Store, Traveller};
use super::ways::Ways;

/// Up to this many cells the counts of all rows of groups are kept for every bin, in one table
/// that stays in the cache; with more, counts by bin and by group are kept apart.
const CELLS_MAX: usize = 1 << 16;
/// Up to this many cells there are copies of the table for customers of different numbers:
/// counting in the same cell twice in a row has to wait for the first time to be done.
const COPIED_CELLS_MAX: usize = 1 << 16;
const COPIES: usize = 4;
/// Counts of 32 bits are sorted into the tally before they could overflow.
const COUNTED_MAX: u64 = 1 << 31;

/// What a tick belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct BinAt {
    /// The bin.
    bin: u32,
    /// The stretch.
    pub(super) stretch: u32,
}

/// Counts of a walk.
#[derive(Debug)]
pub(super) struct Ledger {
    /// By column, copy, row of the first pack and bin; empty if that would be too large. Customers
    /// on one way are counted in one column: what they need is close together.
    cells: Vec<u32>,
    /// How many copies there are, less 1.
    copy_mask: u32,
    /// How many cells a copy of a column takes.
    copy: u32,
    /// By tick: where it is counted.
    bins: Vec<BinAt>,
    /// How many columns there are.
    columns: usize,
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
        let by_stretch = plan.stretches.len() * columns;
        let copy = plan.groups.packs[0].len() * plan.bins.len();
        let cells = copy * columns;
        // Rows of other packs are not in the table.
        let is_small = cells <= CELLS_MAX && plan.groups.packs.len() == 1;
        let copies = if cells * COPIES <= COPIED_CELLS_MAX { COPIES } else { 1 };
        let place = |first: usize| u32::try_from(first).expect("cells are bounded by memory");
        Self {
            cells: vec![0; if is_small { copies * cells } else { 0 }],
            copy_mask: if is_small { place(copies - 1) } else { 0 },
            copy: if is_small { place(copy) } else { 0 },
            bins: plan
                .bin_of
                .iter()
                .map(|it| BinAt {
                    bin: *it,
                    stretch: plan.bins[*it as usize].stretch,
                })
                .collect(),
            columns,
            row: place(if is_small { plan.bins.len() } else { by_stretch }),
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
    pub(super) fn counter<'a>(&'a mut self, ways: &'a Ways) -> Counter<'a> {
        Counter {
            cells: &mut self.cells,
            column_cells: ((self.copy_mask + 1) * self.copy) as usize,
            copy_mask: self.copy_mask,
            copy: self.copy,
            bins: &self.bins,
            columns: self.columns,
            group_row: self.group_row,
            more_rows: &ways.more_rows,
        }
    }

    /// Sorts what was counted into the tally, and starts anew.
    pub(super) fn close(&mut self, plan: &Plan, tally: &mut Tally) {
        self.counted = 0;
        if self.cells.is_empty() {
            return;
        }
        let (rows, bins) = ((self.copy / self.row) as usize, plan.bins.len());
        for (at, cells) in self.cells.chunks_exact_mut(bins).enumerate() {
            let row = at % rows;
            let column = at / rows / (self.copy_mask as usize + 1);
            for (cell, (at, bin)) in cells.iter_mut().zip(plan.bins.iter().enumerate()) {
                let count = u64::from(std::mem::take(cell));
                tally.counts[at * self.columns + column] += count;
                tally.groups[row * self.group_row + bin.stretch as usize * self.columns + column] += count;
            }
        }
    }
}

/// A ledger open for counting.
pub(super) struct Counter<'a> {
    cells: &'a mut [u32],
    column_cells: usize,
    copy_mask: u32,
    copy: u32,
    bins: &'a [BinAt],
    columns: usize,
    group_row: usize,
    more_rows: &'a [(Field, u32)],
}

impl Counter<'_> {
    /// Where the copy starts that counts the customer with this number.
    #[inline]
    pub(super) fn copy_of(&self, number: u64) -> u32 {
        (number as u32 & self.copy_mask) * self.copy
    }

    /// What a tick belongs to; nothing if it is behind the horizon.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(super) fn bin(&self, tick: u32) -> Option<BinAt> {
        self.bins.get(tick as usize).copied()
    }

    /// Counts a customer in a column, if it `is_so`; `bin` is that of its tick.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "part of every move; the compiler keeps it apart otherwise"
    )]
    pub(super) fn count<P: Pocket>(
        &mut self,
        traveller: &Traveller<P>,
        bin: BinAt,
        column: usize,
        is_so: bool,
        store: &Store,
        tally: &mut Tally,
    ) {
        let cell = column * self.column_cells + traveller.row as usize + bin.bin as usize;
        if let Some(cell) = self.cells.get_mut(cell) {
            *cell += u32::from(is_so);
        } else if is_so {
            tally.counts[bin.bin as usize * self.columns + column] += 1;
            let in_stretch = bin.stretch as usize * self.columns + column;
            tally.groups[traveller.row as usize + in_stretch] += 1;
            for (field, first) in self.more_rows {
                let row = *first as usize + traveller.get(*field, store) as usize;
                tally.groups[row * self.group_row + in_stretch] += 1;
            }
        }
    }
}
