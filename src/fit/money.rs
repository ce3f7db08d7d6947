//! What visits bring in: the money that events came with.

use super::build::{Built, Ground};
use super::shape::Shape;

/// Ten-thousandths of a unit of money.
const UNIT: f64 = 10_000.0;

/// Amounts in ten-thousandths, in whole numbers so that their order cannot matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Amounts {
    count: u64,
    sum: i128,
    /// No more than the largest number that there is, far beyond all money.
    squares: u128,
    low: i64,
    high: i64,
}

/// Gives steps their revenue: what all visits brought in if that was always the same, a law of it
/// if every visit brought something in, and else the mean.
pub(crate) fn revenue(ground: Ground<'_>, built: &Built, shape: &mut Shape) {
    for (place, amounts) in ground.moves.amounts.iter().enumerate() {
        let Some(step) = built.steps[place].filter(|_| amounts.sum != 0) else {
            continue;
        };
        let visits = ground.moves.visits[place].count;
        let mean = amounts.sum as f64 / UNIT / visits as f64;
        let step = &mut shape.steps[step];
        if amounts.count < visits {
            step.remarks.push(format!(
                "{} of {visits} visits came with money; the mean is over all.",
                amounts.count
            ));
        }
        step.revenue = Some(if amounts.count < visits || amounts.low <= 0 {
            money(mean)
        } else if amounts.low == amounts.high {
            money(amounts.low as f64 / UNIT)
        } else {
            let variance = (amounts.squares as f64 / visits as f64 / UNIT / UNIT - mean * mean).max(0.0);
            let sd = (variance * visits as f64 / (visits - 1).max(1) as f64).sqrt();
            format!(
                "{{ each = {{ gamma = {{ mean = {}, sd = {} }} }} }}",
                money(mean),
                money(sd.max(0.000_1))
            )
        });
    }
}

impl Amounts {
    /// Adds one.
    pub(crate) fn add(&mut self, value: i64) {
        self.append(&Self {
            count: 1,
            sum: i128::from(value),
            squares: u128::from(value.unsigned_abs()).pow(2),
            low: value,
            high: value,
        });
    }

    /// Adds others.
    pub(crate) fn append(&mut self, other: &Self) {
        if self.count == 0 || other.count == 0 {
            *self = if self.count == 0 { *other } else { *self };
            return;
        }
        self.count += other.count;
        self.sum += other.sum;
        self.squares = self.squares.saturating_add(other.squares);
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }
}

/// An amount in whole ten-thousandths.
fn money(amount: f64) -> String {
    let text = format!("{amount:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
