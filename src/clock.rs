//! Ticks, days, periods and weekdays: the one place where time on the clock meets the calendar.

mod duration;
mod period;

use jiff::civil::Date;

pub use duration::{Duration, DurationUnit};
pub use period::Period;

use duration::DAY_SECONDS;

/// More ticks than this are refused: the tables of the engines grow with them.
pub const TICKS_MAX: u32 = 2_000_000;

/// How far a forecast goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Horizon {
    /// For this long from `begin`; months and years are counted on the calendar.
    For(Duration),
    /// To this day, included.
    Until(Date),
}

/// A range of ticks, `from .. until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TickRange {
    /// First tick.
    pub from: u32,
    /// First tick after it.
    pub until: u32,
}

/// One period of the forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodSpan {
    /// `2026-03`, or `month 3` in an undated scenario.
    pub label: String,
    /// First day inside the horizon.
    pub from: Date,
    /// Last day inside the horizon.
    pub until: Date,
    /// Ticks whose first instant lies in it; may be empty when a tick is longer than a period.
    pub ticks: TickRange,
}

/// Why a clock cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockFault {
    /// About `tick`.
    Tick(String),
    /// About `horizon` or `end`.
    Horizon(String),
    /// `end` lies before `begin`.
    Backwards(String),
    /// The horizon has more ticks or days than can be counted.
    TooLong(String),
}

/// The clock of a journey: whole ticks since `begin`, and where they lie on the calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// The first day; in an undated scenario the first of 2001, a Monday.
    pub begin: Date,
    /// Whether the days are real dates.
    pub dated: bool,
    /// The last day of the forecast (the day in which the horizon ends).
    pub end: Date,
    /// Length of a tick in seconds; divides a day or is a whole number of days.
    pub tick_seconds: u32,
    /// Number of ticks: what would happen at this tick or later does not happen.
    pub ticks: u32,
    /// What the forecast reports by.
    pub period: Period,
    horizon_seconds: u64,
}

impl Clock {
    /// A clock that starts on `begin` (undated if `None`).
    ///
    /// # Errors
    ///
    /// If the tick neither divides a day nor is a whole number of days, or if the horizon is
    /// empty, not in the calendar or longer than [`TICKS_MAX`] ticks.
    pub fn new(begin: Option<Date>, horizon: Horizon, tick: Duration, period: Period) -> Result<Self, ClockFault> {
        let tick_seconds = tick_seconds(tick)?;
        let dated = begin.is_some();
        let begin = begin.unwrap_or_else(|| jiff::civil::date(2001, 1, 1));
        let horizon_seconds = horizon_seconds(begin, horizon)?;
        let ticks = horizon_seconds.div_ceil(u64::from(tick_seconds));
        let ticks = u32::try_from(ticks).ok().filter(|it| *it <= TICKS_MAX).ok_or_else(|| {
            ClockFault::TooLong(format!(
                "{ticks} ticks are more than the {TICKS_MAX} that fit; use a longer `tick`"
            ))
        })?;
        let last_day = i64::try_from((horizon_seconds - 1) / 86_400).unwrap_or(i64::MAX);
        let end = add_days(begin, last_day).ok_or_else(|| ClockFault::TooLong(BEYOND_CALENDAR.into()))?;
        // Counting days past the end must stay inside the calendar for units that are cut short.
        if end.year() > 9990 {
            return Err(ClockFault::TooLong(BEYOND_CALENDAR.into()));
        }
        Ok(Self {
            begin,
            dated,
            end,
            tick_seconds,
            ticks,
            period,
            horizon_seconds,
        })
    }

    /// Days in the horizon, a cut day counted as one.
    #[must_use]
    pub fn days(&self) -> u32 {
        u32::try_from(self.horizon_seconds.div_ceil(86_400)).unwrap_or(u32::MAX)
    }

    /// Length of the horizon in days.
    #[must_use]
    pub fn horizon_days(&self) -> f64 {
        self.horizon_seconds as f64 / DAY_SECONDS
    }

    /// Length of a tick in days.
    #[must_use]
    pub fn tick_days(&self) -> f64 {
        f64::from(self.tick_seconds) / DAY_SECONDS
    }

    /// Length of a tick in words: `1 day`, `2 hours`.
    #[must_use]
    pub fn tick_words(&self) -> String {
        let seconds = self.tick_seconds;
        let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
        let fits = |(length, _): &&(u32, &str)| seconds.is_multiple_of(*length);
        let (length, word) = units.iter().find(fits).copied().unwrap_or((1, "second"));
        let count = seconds / length;
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {word}{plural}")
    }

    /// Ticks in a day, if a tick is no longer than a day.
    #[must_use]
    pub fn ticks_per_day(&self) -> Option<u32> {
        (self.tick_seconds <= 86_400).then(|| 86_400 / self.tick_seconds)
    }

    /// Position since `begin` of the day in which `tick` starts.
    #[must_use]
    pub fn day_of(&self, tick: u32) -> u32 {
        u32::try_from(u64::from(tick) * u64::from(self.tick_seconds) / 86_400).unwrap_or(u32::MAX)
    }

    /// The first tick that starts on the day at `day` since `begin`, or later.
    #[must_use]
    pub fn first_tick_of(&self, day: u32) -> u32 {
        let tick = (u64::from(day) * 86_400).div_ceil(u64::from(self.tick_seconds));
        u32::try_from(tick).unwrap_or(u32::MAX).min(self.ticks)
    }

    /// The tick that contains the first instant of the day at `day` since `begin`.
    #[must_use]
    pub fn tick_with(&self, day: u32) -> u32 {
        u32::try_from(u64::from(day) * 86_400 / u64::from(self.tick_seconds)).unwrap_or(u32::MAX)
    }

    /// The date at `day` since `begin`.
    #[must_use]
    pub fn date(&self, day: u32) -> Date {
        add_days(self.begin, i64::from(day)).unwrap_or(Date::MAX)
    }

    /// Position of `date` since `begin`; negative before it.
    #[must_use]
    pub fn day_at(&self, date: Date) -> i64 {
        days_between(self.begin, date)
    }

    /// Ticks whose first day is in `from ..= until`, cut to the horizon.
    #[must_use]
    pub fn ticks_within(&self, from: Date, until: Date) -> TickRange {
        let first = self.day_at(from).clamp(0, i64::from(u32::MAX));
        let after = (self.day_at(until) + 1).clamp(0, i64::from(u32::MAX));
        let tick = |day: i64| self.first_tick_of(u32::try_from(day).unwrap_or(u32::MAX));
        let from = tick(first);
        TickRange {
            from,
            until: tick(after).max(from),
        }
    }

    /// The periods of the forecast, in order.
    #[must_use]
    pub fn periods(&self) -> Vec<PeriodSpan> {
        let mut periods = Vec::new();
        let mut first = self.begin;
        while first <= self.end {
            let next = self.period.next(self.period.first_day(first));
            let until = next.yesterday().unwrap_or(Date::MAX).min(self.end);
            let label = if self.dated {
                self.period.label(first)
            } else {
                format!("{} {}", self.period.word(), periods.len() + 1)
            };
            periods.push(PeriodSpan {
                label,
                from: first,
                until,
                ticks: self.ticks_within(first, until),
            });
            first = next;
        }
        periods
    }

    /// First and last day of the period called `label`: a real label in a dated scenario, or
    /// `month 3` and the like in an undated one.
    #[must_use]
    pub fn days_of(&self, label: &str) -> Option<(Date, Date)> {
        if self.dated {
            return Period::days_of(label);
        }
        let (word, number) = label.split_once(' ')?;
        let period = Period::ALL.iter().find(|(it, _)| *it == word)?.1;
        let number: u32 = number.parse().ok().filter(|it| *it > 0)?;
        let mut first = self.begin;
        for _ in 1..number {
            first = period.next(period.first_day(first));
            if first > self.end {
                return None;
            }
        }
        Some((first, period.next(period.first_day(first)).yesterday().ok()?))
    }
}

const BEYOND_CALENDAR: &str = "the horizon ends beyond the year 9990";

/// The date `days` after `date`.
pub(crate) fn add_days(date: Date, days: i64) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Days from `from` to `to`; negative if `to` is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

fn tick_seconds(tick: Duration) -> Result<u32, ClockFault> {
    let seconds = tick.seconds();
    let fits = seconds.fract() == 0.0
        && (1.0..=3_650.0 * DAY_SECONDS).contains(&seconds)
        && (DAY_SECONDS % seconds == 0.0 || seconds % DAY_SECONDS == 0.0);
    if fits {
        // The bounds above keep it inside u32.
        Ok(seconds as u32)
    } else {
        Err(ClockFault::Tick(
            "a tick divides a day into whole seconds or is a whole number of days".into(),
        ))
    }
}

fn horizon_seconds(begin: Date, horizon: Horizon) -> Result<u64, ClockFault> {
    let fault = |text: &str| Err(ClockFault::Horizon(text.into()));
    let beyond = || Err(ClockFault::TooLong(BEYOND_CALENDAR.into()));
    let days = match horizon {
        Horizon::Until(end) if end < begin => {
            return Err(ClockFault::Backwards(format!(
                "{end} is before {begin}, where the forecast begins"
            )));
        }
        Horizon::Until(end) => days_between(begin, end) + 1,
        Horizon::For(duration) => {
            let months = match duration.unit {
                DurationUnit::Month => 1.0,
                DurationUnit::Quarter => 3.0,
                DurationUnit::Year => 12.0,
                _ => {
                    let seconds = duration.seconds();
                    if seconds <= 0.0 || seconds.is_nan() {
                        return fault("the horizon is empty");
                    }
                    if seconds.fract() != 0.0 {
                        return fault("the horizon is not a whole number of seconds");
                    }
                    if seconds > 4e11 {
                        return beyond();
                    }
                    return Ok(seconds as u64);
                }
            } * duration.amount;
            if months <= 0.0 || months.is_nan() {
                return fault("the horizon is empty");
            }
            if months.fract() != 0.0 {
                return fault("months and years of a horizon are counted on the calendar: use a whole number, or days");
            }
            if months > 120_000.0 {
                return beyond();
            }
            let after = jiff::Span::new()
                .try_months(months as i64)
                .ok()
                .and_then(|span| begin.checked_add(span).ok());
            match after {
                Some(after) => days_between(begin, after),
                None => return beyond(),
            }
        }
    };
    Ok(u64::try_from(days).unwrap_or(0) * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn clock(begin: Option<Date>, horizon: Horizon, tick: (f64, DurationUnit), period: Period) -> Clock {
        let tick = Duration {
            amount: tick.0,
            unit: tick.1,
        };
        Clock::new(begin, horizon, tick, period).expect("the clock is sound")
    }

    #[test]
    fn a_year_of_days_has_twelve_months() {
        let year = Horizon::For(Duration {
            amount: 12.0,
            unit: DurationUnit::Month,
        });
        let clock = clock(Some(date(2026, 1, 1)), year, (1.0, DurationUnit::Day), Period::Month);
        let periods = clock.periods();
        assert_eq!((clock.ticks, clock.end, periods.len()), (365, date(2026, 12, 31), 12));
        assert_eq!(periods[1].label, "2026-02");
        assert_eq!(periods[1].ticks, TickRange { from: 31, until: 59 });
    }

    #[test]
    fn the_last_tick_may_be_cut() {
        let year = Horizon::For(Duration {
            amount: 1.0,
            unit: DurationUnit::Year,
        });
        let clock = clock(None, year, (7.0, DurationUnit::Day), Period::Month);
        assert_eq!(clock.ticks, 53);
        assert_eq!(clock.periods()[11].label, "month 12");
        assert_eq!(
            clock
                .periods()
                .iter()
                .map(|it| it.ticks.until - it.ticks.from)
                .sum::<u32>(),
            53
        );
    }

    #[test]
    fn a_tick_of_seven_hours_is_refused() {
        let day = Horizon::For(Duration {
            amount: 1.0,
            unit: DurationUnit::Day,
        });
        let tick = Duration {
            amount: 7.0,
            unit: DurationUnit::Hour,
        };
        assert!(matches!(
            Clock::new(None, day, tick, Period::Day),
            Err(ClockFault::Tick(_))
        ));
    }
}
