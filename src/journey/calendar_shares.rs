//! How a rate, a total or a budget is shared out over the days and ticks of the horizon.
//!
//! All of it is worked out by the day: day positions count from `begin`, and a horizon that ends
//! inside a day includes that day.

use std::ops::RangeInclusive;

use jiff::ToSpan;
use jiff::civil::Date;

use super::draft::Per;
use crate::clock::{Clock, days_between};

/// What falls on each day of the horizon if one falls on each unit of the calendar.
///
/// One per month is shared out over the whole calendar month by weekday weight (Monday first), even
/// where the horizon cuts it short; likewise for weeks (Monday to Sunday), quarters and years. One
/// per day or hour is weighted by the weekday's weight over the mean weight. The result is times
/// the `season` factor (January first) of the day's month, and 0 on days outside `window` (first
/// and last day position, both included).
///
/// `None` if the weights in a unit are all zero.
#[must_use]
pub fn day_shares(
    clock: &Clock,
    per: Per,
    weekdays: Option<&[f64; 7]>,
    season: Option<&[f64; 12]>,
    window: (i64, i64),
) -> Option<Vec<f64>> {
    let weights = weekdays.unwrap_or(&EVEN);
    let mut shares = Vec::with_capacity(clock.days() as usize);
    let mut unit: Option<(RangeInclusive<Date>, f64)> = None;
    let mut date = clock.begin;
    for day in 0..i64::from(clock.days()) {
        let scale = match &unit {
            Some((days, scale)) if days.contains(&date) => *scale,
            _ => {
                let (days, scale) = unit_of(per, date, weights)?;
                unit = Some((days, scale));
                scale
            }
        };
        shares.push(if (window.0..=window.1).contains(&day) {
            let season = season.map_or(1.0, |it| it[date.month() as usize - 1]);
            weights[weekday(date)] * scale * season
        } else {
            0.0
        });
        date = date.tomorrow().unwrap_or(Date::MAX);
    }
    Some(shares)
}

/// What falls on each day of the horizon of a total of one for the month that begins on `first`,
/// or for the day `first` alone; days outside `window` get 0.
///
/// `None` if the weights of those days are all zero.
#[must_use]
pub fn series_shares(
    clock: &Clock,
    first: Date,
    is_day: bool,
    weekdays: Option<&[f64; 7]>,
    window: (i64, i64),
) -> Option<Vec<f64>> {
    let weights = weekdays.unwrap_or(&EVEN);
    let last = if is_day { first } else { first.last_of_month() };
    let scale = positive(1.0 / weight_between(first, last, weights))?;
    let mut shares = vec![0.0; clock.days() as usize];
    let mut date = first;
    while date <= last {
        let day = clock.day_at(date);
        let share = usize::try_from(day)
            .ok()
            .and_then(|day| shares.get_mut(day));
        if let Some(share) = share
            && (window.0..=window.1).contains(&day)
        {
            *share = weights[weekday(date)] * scale;
        }
        date = date.tomorrow().unwrap_or(Date::MAX);
    }
    Some(shares)
}

/// How many whole units have passed since `begin` at each day of the horizon.
///
/// The nth month begins on the same day of the nth month after `begin`'s, or on its last day if it
/// has no such day; a quarter is three such months and a year twelve.
#[must_use]
pub fn growth_units(clock: &Clock, per: Per) -> Vec<u32> {
    let months = match per {
        Per::Hour => {
            return (0..clock.days())
                .map(|day| day.saturating_mul(24))
                .collect();
        }
        Per::Day => return (0..clock.days()).collect(),
        Per::Week => return (0..clock.days()).map(|day| day / 7).collect(),
        Per::Month => 1,
        Per::Quarter => 3,
        Per::Year => 12,
    };
    let mut units = Vec::with_capacity(clock.days() as usize);
    for count in 1_u32.. {
        // Counted from `begin` each time, so that a short month does not shift the later ones.
        let next = clock
            .begin
            .saturating_add((i64::from(count) * months).months());
        let until = days_between(clock.begin, next).clamp(0, i64::from(clock.days()));
        units.resize(usize::try_from(until).unwrap_or(0), count - 1);
        if units.len() == clock.days() as usize {
            break;
        }
    }
    units
}

/// From days to ticks: a longer tick gets the sum of the days it covers, a shorter one an equal
/// share of its day.
#[must_use]
pub fn to_ticks(clock: &Clock, days: &[f64]) -> Vec<f64> {
    if let Some(parts) = clock.ticks_per_day() {
        let at = |tick| days.get(clock.day_of(tick) as usize).copied();
        return (0..clock.ticks)
            .map(|tick| at(tick).unwrap_or(0.0) / f64::from(parts))
            .collect();
    }
    let length = (clock.tick_seconds / 86_400) as usize;
    let mut ticks: Vec<f64> = days.chunks(length).map(|it| it.iter().sum()).collect();
    ticks.resize(clock.ticks as usize, 0.0);
    ticks
}

const EVEN: [f64; 7] = [1.0; 7];

fn weekday(date: Date) -> usize {
    date.weekday().to_monday_zero_offset() as usize
}

/// The unit of the calendar that contains `date`, and what one per unit gives a day of weight 1.
fn unit_of(per: Per, date: Date, weights: &[f64; 7]) -> Option<(RangeInclusive<Date>, f64)> {
    let a_week: f64 = weights.iter().sum();
    let (days, scale) = match per {
        Per::Hour => (Date::MIN..=Date::MAX, 24.0 * 7.0 / a_week),
        Per::Day => (Date::MIN..=Date::MAX, 7.0 / a_week),
        Per::Week => {
            let monday = date.saturating_sub((weekday(date) as i64).days());
            (monday..=monday.saturating_add(6.days()), 1.0 / a_week)
        }
        Per::Month => shared(date.first_of_month(), date.last_of_month(), weights),
        Per::Quarter => {
            let into = (date.month() - 1) % 3;
            let first = date
                .first_of_month()
                .saturating_sub(i64::from(into).months());
            let last = first.saturating_add(2.months()).last_of_month();
            shared(first, last, weights)
        }
        Per::Year => shared(date.first_of_year(), date.last_of_year(), weights),
    };
    Some((days, positive(scale)?))
}

fn shared(first: Date, last: Date, weights: &[f64; 7]) -> (RangeInclusive<Date>, f64) {
    (first..=last, 1.0 / weight_between(first, last, weights))
}

fn weight_between(first: Date, last: Date, weights: &[f64; 7]) -> f64 {
    let begin = weekday(first);
    let days = usize::try_from(days_between(first, last)).unwrap_or(0) + 1;
    (begin..begin + days).map(|it| weights[it % 7]).sum()
}

fn positive(scale: f64) -> Option<f64> {
    (scale.is_finite() && scale > 0.0).then_some(scale)
}
