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
        let share = usize::try_from(day).ok().and_then(|day| shares.get_mut(day));
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
            return (0..clock.days()).map(|day| day.saturating_mul(24)).collect();
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
        let next = clock.begin.saturating_add((i64::from(count) * months).months());
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
            let first = date.first_of_month().saturating_sub(i64::from(into).months());
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::clock::{Duration, DurationUnit, Horizon, Period};

    const ALWAYS: (i64, i64) = (0, i64::MAX);
    const QUIET_WEEKENDS: [f64; 7] = [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5];

    fn clock(begin: Date, horizon: (f64, DurationUnit), tick: (f64, DurationUnit)) -> Clock {
        let length = |(amount, unit)| Duration { amount, unit };
        let horizon = Horizon::For(length(horizon));
        Clock::new(Some(begin), horizon, length(tick), Period::Month).expect("the clock is sound")
    }

    fn days_from(begin: Date, days: f64) -> Clock {
        clock(begin, (days, DurationUnit::Day), (1.0, DurationUnit::Day))
    }

    fn check(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-14, "at {at}: {found}, not {expected}");
        }
    }

    #[test]
    fn a_month_gets_its_total_whatever_its_length() {
        let clock = days_from(date(2026, 1, 1), 59.0);
        let shares = day_shares(&clock, Per::Month, None, None, ALWAYS).expect("weights");
        check(&shares[..31], &[1.0 / 31.0; 31]);
        check(&shares[31..], &[1.0 / 28.0; 28]);
    }

    #[test]
    fn weekday_weights_are_shared_out_within_the_month() {
        // February 2026 begins on a Sunday and has 20 working days and 8 days of weekend.
        let clock = days_from(date(2026, 2, 1), 28.0);
        let shares = day_shares(&clock, Per::Month, Some(&QUIET_WEEKENDS), None, ALWAYS).expect("weights");
        let expected: Vec<f64> = (0..28)
            .map(|day| {
                if day % 7 == 0 || day % 7 == 6 {
                    0.5 / 24.0
                } else {
                    1.0 / 24.0
                }
            })
            .collect();
        check(&shares, &expected);
    }

    #[test]
    fn a_unit_that_is_cut_short_keeps_its_share_per_day() {
        // 30 January 2026 is a Friday.
        let clock = days_from(date(2026, 1, 30), 4.0);
        let shares = |per, window| day_shares(&clock, per, None, None, window).expect("weights");
        check(
            &shares(Per::Month, ALWAYS),
            &[1.0 / 31.0, 1.0 / 31.0, 1.0 / 28.0, 1.0 / 28.0],
        );
        check(&shares(Per::Week, ALWAYS), &[1.0 / 7.0; 4]);
        check(&shares(Per::Quarter, ALWAYS), &[1.0 / 90.0; 4]);
        check(&shares(Per::Year, ALWAYS), &[1.0 / 365.0; 4]);
        check(&shares(Per::Day, ALWAYS), &[1.0; 4]);
        check(&shares(Per::Hour, ALWAYS), &[24.0; 4]);
        check(&shares(Per::Day, (1, 2)), &[0.0, 1.0, 1.0, 0.0]);
        check(&shares(Per::Day, (-5, 0)), &[1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn a_week_is_monday_to_sunday() {
        // 3 January 2026 is a Saturday: two days of one week, seven of the next.
        let clock = days_from(date(2026, 1, 3), 9.0);
        let shares = day_shares(&clock, Per::Week, Some(&QUIET_WEEKENDS), None, ALWAYS).expect("weights");
        let (work, rest) = (1.0 / 6.0, 0.5 / 6.0);
        check(&shares, &[rest, rest, work, work, work, work, work, rest, rest]);
    }

    #[test]
    fn per_day_weights_are_divided_by_their_mean() {
        let clock = days_from(date(2026, 1, 2), 3.0);
        let weights = Some(&QUIET_WEEKENDS);
        let shares = day_shares(&clock, Per::Day, weights, None, ALWAYS).expect("weights");
        check(&shares, &[7.0 / 6.0, 3.5 / 6.0, 3.5 / 6.0]);
        let shares = day_shares(&clock, Per::Hour, weights, None, ALWAYS).expect("weights");
        check(&shares, &[28.0, 14.0, 14.0]);
    }

    #[test]
    fn quarters_and_years_have_their_own_lengths() {
        let clock = days_from(date(2024, 1, 1), 366.0);
        let shares = |per| day_shares(&clock, per, None, None, ALWAYS).expect("weights");
        let quarters = shares(Per::Quarter);
        check(&quarters[..91], &[1.0 / 91.0; 91]);
        check(&quarters[91..182], &[1.0 / 91.0; 91]);
        check(&quarters[182..], &[1.0 / 92.0; 184]);
        check(&shares(Per::Year), &[1.0 / 366.0; 366]);
    }

    #[test]
    fn the_season_is_a_factor_by_calendar_month() {
        let mut season = [1.0; 12];
        season[10] = 1.2;
        season[11] = 1.5;
        let clock = days_from(date(2026, 11, 30), 2.0);
        let shares = day_shares(&clock, Per::Month, None, Some(&season), ALWAYS).expect("weights");
        check(&shares, &[1.2 / 30.0, 1.5 / 31.0]);
    }

    #[test]
    fn weights_that_are_all_zero_share_nothing_out() {
        let clock = days_from(date(2026, 1, 1), 10.0);
        let none = Some(&[0.0; 7]);
        for per in [Per::Hour, Per::Day, Per::Week, Per::Month, Per::Quarter, Per::Year] {
            assert_eq!(day_shares(&clock, per, none, None, ALWAYS), None);
        }
        assert_eq!(series_shares(&clock, date(2026, 1, 1), false, none, ALWAYS), None);
        // 3 January 2026 is a Saturday.
        let closed = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0];
        let day = date(2026, 1, 3);
        assert_eq!(series_shares(&clock, day, true, Some(&closed), ALWAYS), None);
    }

    #[test]
    fn a_series_total_belongs_to_its_month_or_day() {
        let clock = days_from(date(2026, 1, 30), 5.0);
        let shares = |first, is_day, window| {
            series_shares(&clock, first, is_day, Some(&QUIET_WEEKENDS), window).expect("weights")
        };
        // Of January's 22 working days and 9 of weekend, a Friday and a Saturday are left.
        let january = 22.0 + 4.5;
        let expected = [1.0 / january, 0.5 / january, 0.0, 0.0, 0.0];
        check(&shares(date(2026, 1, 1), false, ALWAYS), &expected);
        let expected = [0.0, 0.0, 0.5 / 24.0, 1.0 / 24.0, 1.0 / 24.0];
        check(&shares(date(2026, 2, 1), false, ALWAYS), &expected);
        let expected = [0.0, 0.0, 0.0, 1.0 / 24.0, 0.0];
        check(&shares(date(2026, 2, 1), false, (3, 3)), &expected);
        check(&shares(date(2026, 1, 31), true, ALWAYS), &[0.0, 1.0, 0.0, 0.0, 0.0]);
        check(&shares(date(2026, 3, 1), false, ALWAYS), &[0.0; 5]);
        check(&shares(date(2025, 12, 31), true, ALWAYS), &[0.0; 5]);
    }

    #[test]
    fn growth_counts_whole_months_since_begin() {
        let clock = days_from(date(2026, 1, 31), 65.0);
        let months = growth_units(&clock, Per::Month);
        let at = |date| months[usize::try_from(clock.day_at(date)).expect("it is in the horizon")];
        // February has no 31st: the second month begins on its last day, the third on 31 March.
        assert_eq!(at(date(2026, 1, 31)), 0);
        assert_eq!(at(date(2026, 2, 27)), 0);
        assert_eq!(at(date(2026, 2, 28)), 1);
        assert_eq!(at(date(2026, 3, 30)), 1);
        assert_eq!(at(date(2026, 3, 31)), 2);
        assert_eq!(months.len(), 65);
    }

    #[test]
    fn growth_counts_whole_units_of_every_kind() {
        let clock = days_from(date(2024, 2, 29), 800.0);
        let units = |per| growth_units(&clock, per);
        let first_of = |per, count| units(per).iter().position(|it| *it == count);
        assert_eq!(first_of(Per::Day, 3), Some(3));
        assert_eq!(first_of(Per::Hour, 48), Some(2));
        assert_eq!(first_of(Per::Week, 2), Some(14));
        // 29 May 2024, 28 February 2025 and 28 February 2026.
        assert_eq!(first_of(Per::Quarter, 1), Some(90));
        assert_eq!(first_of(Per::Year, 1), Some(365));
        assert_eq!(first_of(Per::Year, 2), Some(730));
        assert_eq!(first_of(Per::Year, 3), None);
    }

    #[test]
    fn a_shorter_tick_gets_an_equal_share_of_its_day() {
        let quarter = (6.0, DurationUnit::Hour);
        let whole = clock(date(2026, 1, 1), (2.0, DurationUnit::Day), quarter);
        let expected = [0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 0.5];
        check(&to_ticks(&whole, &[1.0, 2.0]), &expected);
        let cut = clock(date(2026, 1, 1), (30.0, DurationUnit::Hour), quarter);
        check(&to_ticks(&cut, &[1.0, 2.0]), &expected[..5]);
    }

    #[test]
    fn a_longer_tick_gets_the_days_it_covers() {
        let ticks = clock(date(2026, 1, 1), (10.0, DurationUnit::Day), (1.0, DurationUnit::Week));
        let days: Vec<f64> = (1..=10).map(f64::from).collect();
        check(&to_ticks(&ticks, &days), &[28.0, 27.0]);
    }
}
