//! What is collected behind a delay: values of later ticks, as far as it reaches.

use crate::journey::delay::DelayTable;

use super::reach::Reach;

/// Looking at a landing through a delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lag {
    pub(super) landing: u32,
    pub(super) table: u32,
}

/// All lags of a sweep, and the values of later ticks that they look at.
#[derive(Debug)]
pub(super) struct Lookout<'a> {
    reaches: Vec<Reach<'a>>,
    lags: Vec<Lag>,
    /// By landing: its lags.
    of: Vec<Vec<u32>>,
    /// By landing: the values that are kept, if some lag looks at them one by one.
    window_of: Vec<Option<u32>>,
    windows: Vec<Window>,
    /// By window, tick and column.
    kept: Vec<f64>,
    /// By lag and column: what is collected after tick 0 of the delay.
    rest: Vec<f64>,
    /// By lag and column: the same for a memoryless delay that has not ended with its first tick.
    ahead: Vec<f64>,
    width: usize,
    ticks: usize,
}

/// Where the values of a landing are kept: those of the ticks from `low` on.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    landing: u32,
    /// How many ticks are looked at.
    reach: usize,
    first: usize,
    size: usize,
    low: usize,
    /// Whether some value is not 0.
    is_live: bool,
}

/// Values are moved only once in this many ticks, at least.
const SLACK: usize = 256;

impl<'a> Lookout<'a> {
    pub(super) fn new(tables: &'a [DelayTable], landings: usize) -> Self {
        Self {
            reaches: tables.iter().map(Reach::of).collect(),
            lags: Vec::new(),
            of: vec![Vec::new(); landings],
            window_of: vec![None; landings],
            windows: Vec::new(),
            kept: Vec::new(),
            rest: Vec::new(),
            ahead: Vec::new(),
            width: 0,
            ticks: 0,
        }
    }

    /// The number of a lag, the same from world to world.
    pub(super) fn lag(&mut self, it: Lag) -> u32 {
        let known = self.of[it.landing as usize].iter();
        if let Some(at) = known.copied().find(|at| self.lags[*at as usize] == it) {
            return at;
        }
        let at = number(self.lags.len());
        self.lags.push(it);
        self.of[it.landing as usize].push(at);
        let reach = &self.reaches[it.table as usize];
        if reach.looks_far() {
            let window = self.window_of[it.landing as usize].get_or_insert_with(|| {
                self.windows.push(Window {
                    landing: it.landing,
                    ..Window::default()
                });
                number(self.windows.len() - 1)
            });
            let window = &mut self.windows[*window as usize];
            window.reach = window.reach.max(reach.ticks.end - 1);
        }
        at
    }

    /// The delay of a lag.
    #[inline]
    pub(super) fn reach(&self, lag: u32) -> &Reach<'a> {
        &self.reaches[self.lags[lag as usize].table as usize]
    }

    /// What was found behind a lag, by column.
    #[inline]
    pub(super) fn rest(&self, lag: u32) -> &[f64] {
        &self.rest[lag as usize * self.width..(lag as usize + 1) * self.width]
    }

    /// Begins anew at the horizon, with rows of `width` values.
    pub(super) fn begin(&mut self, width: usize, ticks: usize) {
        (self.width, self.ticks) = (width, ticks);
        let mut first = 0;
        for it in &mut self.windows {
            it.size = (2 * it.reach).max(it.reach + SLACK).min(ticks);
            it.first = first;
            it.low = ticks - it.size;
            it.is_live = false;
            first += it.size * width;
        }
        self.kept.resize(first, 0.0);
        for room in [&mut self.rest, &mut self.ahead] {
            room.clear();
            room.resize(self.lags.len() * width, 0.0);
        }
    }

    /// Looks from a tick through some lags; `next` are the values of the tick after it.
    pub(super) fn look(&mut self, lags: &[u32], next: &[f64], tick: usize) {
        let width = self.width;
        for (at, lag) in self.lags.iter().enumerate() {
            if let Some(hazard) = self.reaches[lag.table as usize].hazard {
                let next = &next[lag.landing as usize * width..(lag.landing as usize + 1) * width];
                for (ahead, next) in self.ahead[at * width..(at + 1) * width].iter_mut().zip(next) {
                    *ahead += hazard * (next - *ahead);
                }
            }
        }
        for at in lags {
            let lag = self.lags[*at as usize];
            let reach = &self.reaches[lag.table as usize];
            let row = *at as usize * width..(*at as usize + 1) * width;
            if reach.hazard.is_some() {
                let later = reach.tail(0);
                for (rest, ahead) in self.rest[row.clone()].iter_mut().zip(&self.ahead[row]) {
                    *rest = later * ahead;
                }
                continue;
            }
            let Some(window) = self.window_of[lag.landing as usize] else {
                continue;
            };
            let window = &self.windows[window as usize];
            let from = (tick + reach.ticks.start).min(self.ticks);
            let until = (tick + reach.ticks.end).min(self.ticks);
            if from >= until || !window.is_live {
                continue;
            }
            let chances = &reach.chances[reach.ticks.start..reach.ticks.start + until - from];
            let first = window.first + (from - window.low) * width;
            let values = &self.kept[first..first + (until - from) * width];
            gather(chances, values, &mut self.rest[row]);
        }
    }

    /// Keeps the values of a tick.
    pub(super) fn keep(&mut self, values: &[f64], tick: usize) {
        let width = self.width;
        for it in &mut self.windows {
            if tick < it.low {
                let low = (tick + 1 + it.reach).saturating_sub(it.size);
                let moved = it.first..it.first + it.reach.min(self.ticks - tick - 1) * width;
                self.kept.copy_within(moved, it.first + (it.low - low) * width);
                it.low = low;
            }
            let values = &values[it.landing as usize * width..(it.landing as usize + 1) * width];
            let first = it.first + (tick - it.low) * width;
            self.kept[first..first + width].copy_from_slice(values);
            it.is_live |= values.iter().any(|it| *it != 0.0);
        }
    }
}

/// Sums rows by their chances.
fn gather(chances: &[f64], rows: &[f64], sums: &mut [f64]) {
    let width = sums.len();
    let mut column = 0;
    while column < width {
        let sums = &mut sums[column..];
        let rows = &rows[column..];
        column += match sums.len() {
            8.. => gather_some::<8>(chances, rows, width, sums),
            6.. => gather_some::<6>(chances, rows, width, sums),
            4.. => gather_some::<4>(chances, rows, width, sums),
            2.. => gather_some::<2>(chances, rows, width, sums),
            _ => gather_some::<1>(chances, rows, width, sums),
        };
    }
}

/// The same for the first columns only, whose sums fit into registers; returns how many.
#[inline]
fn gather_some<const N: usize>(chances: &[f64], rows: &[f64], width: usize, sums: &mut [f64]) -> usize {
    let mut found = [0.0; N];
    for (chance, row) in chances.iter().zip(rows.chunks(width)) {
        for (found, value) in found.iter_mut().zip(&row[..N]) {
            *found += chance * value;
        }
    }
    sums[..N].copy_from_slice(&found);
    N
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("ways are bounded")
}
