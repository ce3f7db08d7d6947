//! What of a log is looked at, and on which clock: ticks, how long visits were followed, first and
//! last days.

use jiff::civil::{Date, date};

use super::FitError;
use super::event_log::{Event, Moment};
use super::options::FitOptions;
use super::survey::Survey;
use crate::clock::{add_days, days_between};

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

/// The part of a log that is looked at, and its clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    /// The first event, or the moment since when the log has everybody.
    pub(crate) first: Moment,
    /// Visits that began before it do not count.
    pub(crate) since: Moment,
    /// Nothing is known of this moment and later ones.
    pub(crate) until: Moment,
    /// Length of a tick, in milliseconds.
    pub(crate) tick: i64,
    /// Whether all events happen on a whole tick, as dates without time do.
    pub(crate) on_ticks: bool,
    /// Whether all cases are finished.
    pub(crate) complete: bool,
}

impl Window {
    /// The window that the options ask for.
    pub(crate) fn of(survey: &Survey, options: &FitOptions) -> Result<Self, FitError> {
        let (first, last) = survey.span.ok_or(FitError::Empty)?;
        let gaps = &survey.gaps;
        if to_date(first).is_none() || to_date(last).and_then(|it| add_days(it, 400_000)).is_none() {
            return Err(FitError::Dates);
        }
        let tick = match options.tick {
            Some(tick) => (tick.seconds() * 1_000.0) as i64,
            None => gaps.tick(),
        };
        if tick < 1_000 || tick % 1_000 != 0 || (DAY % tick != 0 && tick % DAY != 0) {
            return Err(FitError::Tick);
        }
        Ok(Self {
            first: options.since.unwrap_or(first),
            since: options.since.unwrap_or(Moment::MIN),
            until: options.until.unwrap_or(last + 1),
            tick,
            on_ticks: gaps.on(tick),
            complete: options.complete,
        })
    }

    /// How many ticks a delay takes: rounded, halves down, as a scenario's delays are.
    pub(crate) fn ticks(&self, delay: i64) -> u32 {
        let ticks = (2 * delay.max(0) + self.tick - 1) / (2 * self.tick);
        ticks.min(i64::from(u32::MAX)) as u32
    }

    /// The longest delay that would have been seen for sure of who was somewhere at `time`; `None`
    /// if not even the shortest would.
    pub(crate) fn followed(&self, time: Moment) -> Option<u32> {
        let seen = self.until - 1 - time;
        let ticks = if self.on_ticks {
            seen.div_euclid(self.tick)
        } else {
            (2 * seen - self.tick).div_euclid(2 * self.tick)
        };
        (ticks >= 0).then(|| ticks.min(i64::from(u32::MAX)) as u32)
    }

    /// Days of a tick.
    pub(crate) fn tick_days(&self) -> f64 {
        self.tick as f64 / DAY as f64
    }

    /// The first day of the log.
    pub(crate) fn first_day(&self) -> Date {
        to_date(self.first).expect("it was checked")
    }

    /// The last day of which something is known.
    pub(crate) fn last_day(&self) -> Date {
        to_date(self.until - 1).expect("it was checked")
    }
}

/// The events before `until`.
pub(crate) fn seen(events: &[Event], until: Moment) -> &[Event] {
    &events[..events.partition_point(|it| it.time < until)]
}

/// The day of a moment.
pub(crate) fn to_date(moment: Moment) -> Option<Date> {
    add_days(date(1970, 1, 1), moment.div_euclid(DAY))
}

/// The first moment of a day.
#[must_use]
pub fn to_moment(day: Date) -> Moment {
    days_between(date(1970, 1, 1), day) * DAY
}

/// How long moves take, roughly, and on which clock events happen.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Gaps {
    /// Moves that take no time, less than half an hour, less than half a day, and more.
    at_once: u64,
    short: u64,
    middling: u64,
    long: u64,
    /// Whether there are events off the whole day, hour and minute.
    off: [bool; 3],
    /// Other than whole seconds.
    off_seconds: bool,
}

impl Gaps {
    /// Takes a move into account.
    pub(crate) fn add(&mut self, gap: i64) {
        let class = match gap {
            ..=0 => &mut self.at_once,
            1..1_800_000 => &mut self.short,
            1_800_000..43_200_000 => &mut self.middling,
            _ => &mut self.long,
        };
        *class += 1;
    }

    /// Takes the time of an event into account.
    pub(crate) fn look(&mut self, time: Moment) {
        for (off, unit) in self.off.iter_mut().zip([DAY, HOUR, MINUTE]) {
            *off = *off || time.rem_euclid(unit) != 0;
        }
        self.off_seconds = self.off_seconds || time.rem_euclid(1_000) != 0;
    }

    /// Takes all of another log into account.
    pub(crate) fn append(&mut self, other: &Self) {
        self.at_once += other.at_once;
        self.short += other.short;
        self.middling += other.middling;
        self.long += other.long;
        for (off, other) in self.off.iter_mut().zip(other.off) {
            *off |= other;
        }
        self.off_seconds |= other.off_seconds;
    }

    /// A day, unless half of the moves that take time take less than half of one; then an hour or
    /// a minute.
    fn tick(&self) -> i64 {
        let moves = self.short + self.middling + self.long;
        if 2 * self.long >= moves || !self.off[0] {
            DAY
        } else if 2 * (self.long + self.middling) >= moves {
            HOUR
        } else {
            MINUTE
        }
    }

    fn on(&self, tick: i64) -> bool {
        match tick {
            DAY => !self.off[0],
            HOUR => !self.off[1],
            MINUTE => !self.off[2],
            1_000 => !self.off_seconds,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(on_ticks: bool) -> Window {
        Window {
            first: 0,
            since: 0,
            until: 10 * DAY + 1,
            tick: DAY,
            on_ticks,
            complete: false,
        }
    }

    #[test]
    fn delays_are_rounded_as_those_of_scenarios() {
        let delays = [0, 1, DAY / 2, DAY / 2 + 1, DAY, DAY * 3 / 2, DAY * 3 / 2 + 1];
        assert_eq!(delays.map(|it| window(false).ticks(it)), [0, 0, 0, 1, 1, 1, 2]);
    }

    #[test]
    fn a_visit_is_followed_as_long_as_every_delay_of_that_length_would_be_seen() {
        assert_eq!(window(true).followed(8 * DAY), Some(2));
        assert_eq!(window(false).followed(8 * DAY), Some(1));
        assert_eq!(window(true).followed(10 * DAY), Some(0));
        assert_eq!(window(false).followed(10 * DAY), None);
    }
}
