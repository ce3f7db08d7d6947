//! What the oracle expects of a scenario: means and variances of all cells, summed over everybody
//! who comes.

use std::collections::BTreeMap;

use super::ledger::Entry;
use super::spec::{Spec, Spread, Volume};
use super::walk::{Source, Tables};

/// What is expected of a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) mean: f64,
    /// In one world; `None` if the oracle does not follow it.
    pub(crate) variance: Option<f64>,
    /// The most that one customer adds to it at once.
    pub(crate) jump: f64,
}

const NOTHING_YET: Expected = Expected {
    mean: 0.0,
    variance: Some(0.0),
    jump: 0.0,
};

pub(crate) type Cells = BTreeMap<String, Expected>;

impl Spec {
    /// Every cell that is not always 0.
    pub(crate) fn expect(&self) -> Cells {
        let mut cells = Cells::new();
        let tables = Tables::of(self);
        for stream in 0..self.streams.len() {
            let spread = self.streams[stream].spread;
            let mut by_month: BTreeMap<(i64, i64), BTreeMap<String, f64>> = BTreeMap::new();
            for it in self.arrivals(stream) {
                let one = self.one(Source::Stream(stream), it.tick, &tables);
                let is_fixed = spread == Spread::Fixed || matches!(self.streams[stream].volume, Volume::Count(..));
                add(&mut cells, &one, it.expected, is_fixed);
                let sums = by_month.entry(it.month).or_default();
                for entry in &one {
                    *sums.entry(entry.name.clone()).or_default() += it.expected * entry.first;
                }
            }
            if let Spread::Cv(cv) = spread {
                for (name, sum) in by_month.values().flatten() {
                    let variance = &mut cells.get_mut(name).expect("was added").variance;
                    *variance = variance.map(|it| it + (cv * sum).powi(2));
                }
            }
        }
        for (at, it) in self.pipeline.iter().enumerate() {
            let one = self.one(Source::Waiting(at), 0, &tables);
            add(&mut cells, &one, it.count as f64, true);
        }
        self.budgets(&mut cells);
        self.constants(&mut cells);
        if self.hides_worlds {
            for it in cells.values_mut() {
                it.variance = None;
            }
        }
        cells
    }

    /// Budgets move means only.
    fn budgets(&self, cells: &mut Cells) {
        for (at, budget) in self.budgets.iter().enumerate() {
            for (tick, amount) in self.budget(at) {
                let mut add = |name: String, amount: f64| {
                    cells.entry(name).or_insert(NOTHING_YET).mean += amount;
                };
                for scope in ["total".to_owned(), self.label(tick)] {
                    add(format!("{scope} cost"), amount);
                    add(format!("{scope} profit"), -amount);
                    if self.discount.is_some() {
                        add(format!("{scope} present_value"), -amount * self.discounted(tick));
                    }
                }
                if let Some(channel) = budget.channel {
                    add(format!("channel={channel} cost"), amount);
                }
            }
        }
    }

    /// Who was there before, and what follows from other cells.
    fn constants(&self, cells: &mut Cells) {
        let of = |cells: &Cells, name: &str| cells.get(name).copied().unwrap_or(NOTHING_YET);
        let plus = |it: Expected, more: u64| Expected {
            mean: it.mean + more as f64,
            ..it
        };
        let all = self.pipeline.iter().map(|it| it.count).sum();
        let converted: u64 = self.pipeline.iter().filter(|it| it.converted).map(|it| it.count).sum();
        let before = plus(of(cells, "nothing"), all);
        cells.insert("total pipeline".to_owned(), before);
        cells.insert(
            "base of conversion_rate".to_owned(),
            plus(of(cells, "total arrivals"), all - converted),
        );
        cells.insert("base of churn_rate".to_owned(), plus(of(cells, "total won"), converted));
        for (at, (metric, over)) in self.targets.iter().enumerate() {
            let it = of(cells, &format!("{} {metric}", over.as_deref().unwrap_or("total")));
            cells.insert(format!("target t{at}"), it);
        }
    }
}

/// Adds so many customers.
fn add(cells: &mut Cells, one: &[Entry], customers: f64, is_fixed: bool) {
    for it in one {
        let cell = cells.entry(it.name.clone()).or_insert(NOTHING_YET);
        cell.mean += customers * it.first;
        cell.jump = cell.jump.max(it.jump);
        let variance = if is_fixed {
            it.second - it.first * it.first
        } else {
            it.second
        };
        cell.variance = cell
            .variance
            .map(|it| it + customers * variance)
            .filter(|it| it.is_finite());
    }
}
