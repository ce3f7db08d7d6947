//! The law of the time from arrival to first conversion, in days.

use crate::clock::Clock;

use super::{TimeSummary, TimeToConvert};

/// What is left to come is not told once it is this part of all.
const UNSEEN: f64 = 1e-9;

impl TimeToConvert {
    /// The law, from the chance of each tick since arrival; `None` if nobody converts.
    #[must_use]
    pub fn of(chances: &[f64], clock: &Clock) -> Option<Self> {
        let share: f64 = chances.iter().sum();
        if share <= 0.0 {
            return None;
        }
        let days_of = |tick: usize| tick as f64 * clock.tick_days();
        let sum: f64 = chances.iter().enumerate().map(|(tick, it)| it * days_of(tick)).sum();
        let mut so_far = 0.0;
        let reached: Vec<f64> = chances
            .iter()
            .map(|it| {
                so_far += it;
                so_far
            })
            .collect();
        let quantile = |p: f64| {
            // Rounding must not carry an exact share over to the next tick.
            let at = reached.partition_point(|it| *it < p * share * (1.0 - 1e-12));
            Some(days_of(at.min(chances.len() - 1)))
        };
        let last = reached.partition_point(|it| share - it > UNSEEN * share);
        let mut by_day: Vec<(u32, f64)> = Vec::new();
        for (tick, reached) in reached.iter().enumerate().take(last + 1) {
            let day = clock.day_of(u32::try_from(tick).unwrap_or(u32::MAX));
            match by_day.last_mut() {
                Some(last) if last.0 == day => last.1 = *reached,
                _ => by_day.push((day, *reached)),
            }
        }
        by_day.retain(|it| it.1 > 0.0);
        Some(Self {
            share,
            days: TimeSummary {
                mean: Some(sum / share),
                p10: quantile(0.1),
                p50: quantile(0.5),
                p90: quantile(0.9),
            },
            by_day,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Duration, DurationUnit, Horizon, Period};

    fn clock(tick_days: f64) -> Clock {
        let days = |amount: f64| Duration {
            amount,
            unit: DurationUnit::Day,
        };
        Clock::new(None, Horizon::For(days(30.0)), days(tick_days), Period::Month).expect("the clock is sound")
    }

    #[test]
    fn days_are_told_from_the_first_conversion_to_the_last() {
        let it = TimeToConvert::of(&[0.0, 0.0, 0.1, 0.0, 0.3, 0.0, 0.0], &clock(1.0)).expect("some convert");
        assert_eq!(it.by_day, [(2, 0.1), (3, 0.1), (4, 0.4)]);
        assert!((it.share - 0.4).abs() < 1e-15);
        let days = it.days;
        assert!((days.mean.expect("some convert") - 3.5).abs() < 1e-12);
        assert_eq!((days.p10, days.p50, days.p90), (Some(2.0), Some(4.0), Some(4.0)));
    }

    #[test]
    fn short_ticks_add_up_to_days_and_long_ones_span_several() {
        let it = TimeToConvert::of(&[0.1, 0.2, 0.0, 0.1], &clock(0.5)).expect("some convert");
        assert_eq!(it.by_day.iter().map(|it| it.0).collect::<Vec<_>>(), [0, 1]);
        assert!((it.by_day[0].1 - 0.3).abs() < 1e-15);
        let it = TimeToConvert::of(&[0.1, 0.2], &clock(7.0)).expect("some convert");
        assert_eq!((it.by_day[1].0, it.days.p90), (7, Some(7.0)));
        assert_eq!(TimeToConvert::of(&[0.0; 3], &clock(1.0)), None);
    }
}
