//! What visits bring in: the money that events came with.

use super::build::{Built, Ground};
use super::shape::Shape;
use super::window::seen;

/// Ten-thousandths of a unit of money.
const UNIT: f64 = 10_000.0;

/// The amounts of a place.
#[derive(Debug, Clone, Copy, Default)]
struct Amounts {
    count: u64,
    sum: i128,
    squares: f64,
    low: i64,
    high: i64,
}

/// Gives steps their revenue: what all visits brought in if that was always the same, a law of it
/// if every visit brought something in, and else the mean.
pub(crate) fn revenue(ground: Ground<'_>, built: &Built, shape: &mut Shape) {
    let mut amounts = vec![Amounts::default(); ground.places.len()];
    let (mut events, mut way) = (Vec::new(), Vec::new());
    for case in 0..ground.log.cases() {
        ground.log.events(case, &mut events);
        let events = seen(&events, ground.window.until);
        ground.places.way(events, &mut way);
        for (event, &place) in events.iter().zip(&way) {
            if let Some(value) = event.value {
                amounts[place as usize].add(value);
            }
        }
    }
    for (place, amounts) in amounts.iter().enumerate() {
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
            let variance = (amounts.squares / visits as f64 / UNIT / UNIT - mean * mean).max(0.0);
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
    fn add(&mut self, value: i64) {
        let first = self.count == 0;
        self.low = if first { value } else { self.low.min(value) };
        self.high = if first { value } else { self.high.max(value) };
        self.count += 1;
        self.sum += i128::from(value);
        self.squares += (value as f64).powi(2);
    }
}

/// An amount in whole ten-thousandths.
fn money(amount: f64) -> String {
    let text = format!("{amount:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
