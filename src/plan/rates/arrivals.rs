//! How many arrive when, in one world.

use crate::clock::Clock;
use crate::journey::calendar_shares;
use crate::journey::draft::SpreadDraft;
use crate::journey::evaluate::Situation;
use crate::journey::{AssumptionId, Journey, StreamId, Volume, World};
use crate::plan::{Model, VolumePlan};

use super::{Overflow, too_large};

/// What is expected of a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamRate {
    /// Independent Poisson counts with these means, by tick.
    Poisson(Vec<f64>),
    /// Exactly these many, by tick.
    Fixed(Vec<u64>),
    /// Poisson, but every month's mean is multiplied by a gamma factor with this coefficient of
    /// variation: tick, month since year 0, mean.
    Months(f64, Vec<(u32, u32, f64)>),
    /// This many at one tick.
    Count(u32, u64),
}

impl StreamRate {
    /// How many are expected at every tick.
    #[must_use]
    pub fn by_tick(&self, ticks: u32) -> Vec<f64> {
        let mut expected = vec![0.0; ticks as usize];
        match self {
            Self::Poisson(means) => expected.copy_from_slice(means),
            Self::Fixed(counts) => {
                for (it, count) in expected.iter_mut().zip(counts) {
                    *it = *count as f64;
                }
            }
            Self::Count(tick, count) => expected[*tick as usize] = *count as f64,
            // The factor of every month has mean 1.
            Self::Months(_, parts) => {
                for (tick, _, mean) in parts {
                    expected[*tick as usize] += mean;
                }
            }
        }
        expected
    }

    /// How many are expected in all.
    #[must_use]
    pub fn total(&self) -> f64 {
        match self {
            Self::Poisson(means) => means.iter().sum(),
            Self::Fixed(counts) => counts.iter().map(|it| *it as f64).sum(),
            Self::Months(_, parts) => parts.iter().map(|it| it.2).sum(),
            Self::Count(_, count) => *count as f64,
        }
    }
}

/// More customers than this at one tick are refused.
const CUSTOMERS_MAX: f64 = 1e15;

/// What is expected of a stream in a world.
pub(super) fn stream(
    model: Model<'_>,
    situations: &[Situation<'_>],
    id: StreamId,
    world: &World,
) -> Result<StreamRate, Overflow> {
    let Model { journey, plan } = model;
    let (it, shape) = (&journey.streams[id.index()], &plan.streams[id.index()].volume);
    let clock = &journey.clock;
    let stretch_of = |day: u32| plan.stretch_at(clock.tick_with(day).min(clock.ticks - 1));
    if let (Volume::Count(amount, _), VolumePlan::Count(tick)) = (&it.volume, shape) {
        let count = situations[plan.stretch_at(*tick)].volume(id, *amount, world);
        return Ok(StreamRate::Count(*tick, customers(journey, *amount, count)?));
    }
    let mut days = vec![0.0; clock.days() as usize];
    let any = match &it.volume {
        Volume::Rate(amount, _) | Volume::Count(amount, _) => *amount,
        Volume::Series(totals) => totals[0].amount,
    };
    match (&it.volume, shape) {
        (Volume::Rate(amount, _), VolumePlan::Rate { shares, growth_units }) => {
            let mut stretch = usize::MAX;
            let (mut volume, mut growth, mut season) = (0.0, 0.0, Vec::new());
            for (day, share) in shares.iter().enumerate() {
                let date_day = u32::try_from(day).unwrap_or(u32::MAX);
                let now = stretch_of(date_day);
                if now != stretch {
                    stretch = now;
                    let situation = &situations[stretch];
                    volume = situation.volume(id, *amount, world);
                    growth = it.growth.map_or(0.0, |(id, _)| situation.number(id, world).max(-1.0));
                    season = it
                        .season
                        .iter()
                        .flatten()
                        .map(|it| situation.number(*it, world).max(0.0))
                        .collect();
                }
                if *share == 0.0 {
                    continue;
                }
                let mut expected = volume * share;
                if let Some(units) = growth_units {
                    expected *= (1.0 + growth).powf(f64::from(units[day]));
                }
                if !season.is_empty() {
                    expected *= season[clock.date(date_day).month().unsigned_abs() as usize - 1];
                }
                days[day] = expected;
            }
        }
        (Volume::Series(totals), VolumePlan::Series(shares)) => {
            for (total, shares) in totals.iter().zip(shares) {
                for (day, share) in shares {
                    let situation = &situations[stretch_of(*day)];
                    days[*day as usize] += share * situation.volume(id, total.amount, world);
                }
            }
        }
        _ => unreachable!("the plan has the shape of the journey"),
    }
    if let Some(worst) = days.iter().copied().find(|it| *it > CUSTOMERS_MAX || it.is_nan()) {
        return Err(too_large(journey, any, worst));
    }
    Ok(match it.spread {
        SpreadDraft::Fixed => StreamRate::Fixed(running_totals(&calendar_shares::to_ticks(clock, &days))),
        SpreadDraft::Cv(cv) if cv > 0.0 => StreamRate::Months(cv, by_month(clock, &days)),
        SpreadDraft::Cv(_) | SpreadDraft::Poisson => StreamRate::Poisson(calendar_shares::to_ticks(clock, &days)),
    })
}

/// Whole numbers whose running total is always the expected one, rounded half up.
fn running_totals(expected: &[f64]) -> Vec<u64> {
    let (mut total, mut placed) = (0.0, 0_u64);
    expected
        .iter()
        .map(|it| {
            total += it;
            // What is meant to be exactly half must not fall to the rounding of a sum.
            let until = (total + 0.5 + 1e-9).floor() as u64;
            let now = until.saturating_sub(placed);
            placed += now;
            now
        })
        .collect()
}

/// What is expected by tick and calendar month; a long tick may lie in several months.
fn by_month(clock: &Clock, days: &[f64]) -> Vec<(u32, u32, f64)> {
    let mut parts: Vec<(u32, u32, f64)> = Vec::new();
    let mut masked = vec![0.0; days.len()];
    let month = |day: usize| {
        let date = clock.date(u32::try_from(day).unwrap_or(u32::MAX));
        u32::try_from(date.year()).unwrap_or(0) * 12 + u32::from(date.month().unsigned_abs()) - 1
    };
    let mut first = 0;
    while first < days.len() {
        let mut after = first + 1;
        while after < days.len() && month(after) == month(first) {
            after += 1;
        }
        masked[first..after].copy_from_slice(&days[first..after]);
        for (tick, expected) in calendar_shares::to_ticks(clock, &masked).into_iter().enumerate() {
            if expected > 0.0 {
                parts.push((u32::try_from(tick).unwrap_or(u32::MAX), month(first), expected));
            }
        }
        masked[first..after].fill(0.0);
        first = after;
    }
    parts
}

/// A number of customers, as a whole one.
pub(super) fn customers(journey: &Journey, id: AssumptionId, count: f64) -> Result<u64, Overflow> {
    // Rounded half up, as everything that becomes whole customers.
    let whole = (count + 0.5).floor();
    if whole <= CUSTOMERS_MAX {
        Ok(whole as u64)
    } else {
        Err(too_large(journey, id, count))
    }
}
