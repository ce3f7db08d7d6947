//! Sums of amounts that differ from customer to customer.

use crate::journey::law::{Bounds, Law};
use crate::plan::rates::{ten_thousandths, times_units};
use crate::plan::{Line, LineRate, StepPlan};
use crate::random::{Key, Stream};

/// More ten-thousandths than this cannot be booked for one customer.
const AMOUNT_MAX: f64 = 9_223_372_036_854_775_808.0;
/// Ten-thousandths in a unit.
const SCALE: f64 = 1e4;

/// Revenue minus cost of a customer at a step where nothing varies.
pub(super) fn known_net(step: &StepPlan, amounts: &[LineRate]) -> i128 {
    let net = |(line, rate): (&Line, &LineRate)| match rate {
        LineRate::Known(amount) => sign(*line) * i128::from(*amount),
        LineRate::Each { .. } | LineRate::Share(_) => 0,
    };
    step.lines.iter().zip(amounts).map(net).sum()
}

/// What `count` customers book together at a step where something varies, line by line; returns
/// revenue minus cost. `None` if that is too much.
pub(super) fn book(step: &StepPlan, amounts: &[LineRate], count: u64, luck: Key, sums: &mut Vec<i128>) -> Option<i128> {
    sums.clear();
    let (mut revenue, mut net) = (0_i128, 0_i128);
    for (at, (line, rate)) in step.lines.iter().zip(amounts).enumerate() {
        let sum = match (line, rate) {
            (Line::ProductRevenue(_, units, _) | Line::ProductCost(_, units, _), LineRate::Known(price)) => {
                match amounts[*units] {
                    LineRate::Known(units) => i128::from(times_units(*price, units)?) * i128::from(count),
                    // The price is paid for all units together.
                    _ => whole(*price as f64 * (sums[*units] as f64 / SCALE), count)?,
                }
            }
            (Line::ProductRevenue(..) | Line::ProductCost(..), _) => {
                unreachable!("a price is the same for all customers of a kind")
            }
            (_, LineRate::Known(amount)) => i128::from(*amount) * i128::from(count),
            (_, LineRate::Share(share)) => whole(share * revenue as f64, count)?,
            (_, LineRate::Each { .. }) => whole(sum_of(rate, count, &mut luck.with(at as u64).stream())?, count)?,
        };
        if line.is_revenue() {
            revenue = revenue.checked_add(sum)?;
        }
        net += sign(*line) * sum;
        sums.push(sum);
    }
    Some(net)
}

fn sign(line: Line) -> i128 {
    i128::from(line.is_revenue()) - i128::from(line.is_cost())
}

/// A sum over `count` customers, as whole ten-thousandths; `None` if one of them must have had
/// more than can be booked.
fn whole(sum: f64, count: u64) -> Option<i128> {
    (sum.abs() < AMOUNT_MAX * count as f64).then(|| sum.round() as i128)
}

/// The sum of `count` draws, in ten-thousandths that are not yet whole. Gamma, normal and Poisson
/// laws are closed under addition; of others every draw is made.
fn sum_of(rate: &LineRate, count: u64, stream: &mut Stream) -> Option<f64> {
    let LineRate::Each {
        law,
        sampler,
        factor,
        shift,
    } = rate
    else {
        return Some(0.0);
    };
    let n = count as f64;
    let of_all = match *law {
        Law::Normal { mean, sd } => Law::Normal {
            mean: n * mean,
            sd: n.sqrt() * sd,
        },
        Law::Gamma { shape, scale } => Law::Gamma {
            shape: n * shape,
            scale,
        },
        Law::Poisson { mean } => Law::Poisson { mean: n * mean },
        Law::Lognormal { .. }
        | Law::LogitNormal { .. }
        | Law::Beta { .. }
        | Law::Uniform { .. }
        | Law::Triangular { .. } => {
            let mut sum = 0_i128;
            for _ in 0..count {
                sum += i128::from(ten_thousandths(sampler.draw(stream) * factor + shift)?);
            }
            return Some(sum as f64);
        }
    };
    let sum = of_all.draw(Bounds::NONE, stream);
    Some((sum * factor + n * shift) * SCALE)
}
