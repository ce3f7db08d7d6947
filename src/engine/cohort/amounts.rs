//! Sums of amounts that differ from customer to customer.

use crate::journey::law::{Bounds, Law};
use crate::plan::rates::{share_of, ten_thousandths, times_units};
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
    if multiplies(step, amounts) {
        book_one_by_one(step, amounts, count, luck, sums)?;
    } else {
        book_together(step, amounts, count, luck, sums)?;
    }
    let nets = step.lines.iter().zip(sums.iter()).map(|(line, sum)| sign(*line) * sum);
    Some(nets.sum())
}

fn sign(line: Line) -> i128 {
    i128::from(line.is_revenue()) - i128::from(line.is_cost())
}

/// Whether a price and the units it is multiplied by both vary.
fn multiplies(step: &StepPlan, amounts: &[LineRate]) -> bool {
    let varies = |at: usize| matches!(amounts[at], LineRate::Each { .. });
    step.lines.iter().enumerate().any(|(at, line)| match line {
        Line::ProductRevenue(_, units, _) | Line::ProductCost(_, units, _) => varies(at) && varies(*units),
        _ => false,
    })
}

fn book_one_by_one(step: &StepPlan, amounts: &[LineRate], count: u64, luck: Key, sums: &mut Vec<i128>) -> Option<()> {
    sums.resize(step.lines.len(), 0);
    let mut booked = vec![0_i64; step.lines.len()];
    let mut stream = luck.stream();
    for _ in 0..count {
        let mut revenue = 0_i64;
        for (at, (line, rate)) in step.lines.iter().zip(amounts).enumerate() {
            let amount = match rate {
                LineRate::Known(amount) => *amount,
                LineRate::Share(share) => share_of(*share, revenue),
                LineRate::Each {
                    sampler, factor, shift, ..
                } => ten_thousandths(sampler.draw(&mut stream) * factor + shift)?,
            };
            let amount = match line {
                Line::ProductRevenue(_, units, _) | Line::ProductCost(_, units, _) => {
                    times_units(amount, booked[*units])?
                }
                _ => amount,
            };
            booked[at] = amount;
            if line.is_revenue() {
                revenue = revenue.checked_add(amount)?;
            }
            sums[at] += i128::from(amount);
        }
    }
    Some(())
}

fn book_together(step: &StepPlan, amounts: &[LineRate], count: u64, luck: Key, sums: &mut Vec<i128>) -> Option<()> {
    let mut revenue = 0_i128;
    for (at, (line, rate)) in step.lines.iter().zip(amounts).enumerate() {
        let units = match line {
            Line::ProductRevenue(_, units, _) | Line::ProductCost(_, units, _) => Some(*units),
            _ => None,
        };
        let sum = match (rate, units) {
            (LineRate::Known(amount), None) => i128::from(*amount) * i128::from(count),
            // The price is known: it is paid for all units together.
            (LineRate::Known(price), Some(units)) => match amounts[units] {
                LineRate::Known(units) => i128::from(times_units(*price, units)?) * i128::from(count),
                _ => whole(*price as f64 * (sums[units] as f64 / SCALE), count)?,
            },
            (LineRate::Share(share), _) => whole(share * revenue as f64, count)?,
            (LineRate::Each { .. }, units) => {
                let drawn = sum_of(rate, count, &mut luck.with(at as u64).stream())?;
                match units.map(|it| amounts[it]) {
                    // The units are known: all prices together are paid for each.
                    Some(LineRate::Known(units)) => whole(drawn * (units as f64 / SCALE), count)?,
                    _ => whole(drawn, count)?,
                }
            }
        };
        if line.is_revenue() {
            revenue = revenue.checked_add(sum)?;
        }
        sums.push(sum);
    }
    Some(())
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
