//! Times as people write them: ISO 8601, or a format of their own.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;

use super::Moment;
use super::table::{DAY, is_kept};

const SECOND: Moment = 1_000;
const MINUTE: Moment = 60 * SECOND;
const HOUR: Moment = 60 * MINUTE;

/// A time as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// What the clock on the wall shows.
    pub(super) wall: Moment,
    /// By how many minutes that is ahead of UTC, if it was written.
    pub(super) offset: Option<i16>,
}

impl Stamp {
    /// Whether it is in years that are kept.
    pub(super) fn is_kept(self) -> bool {
        is_kept(self.utc())
    }

    /// In UTC; what has no zone is taken for it.
    pub(super) fn utc(self) -> Moment {
        self.wall - Moment::from(self.offset.unwrap_or(0)) * MINUTE
    }
}

/// How times are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum TimeFormat {
    /// ISO 8601.
    #[default]
    Iso,
    /// In the notation of `strftime`.
    Own(String),
}

impl TimeFormat {
    /// The time that `text` is.
    #[inline]
    pub(super) fn read(&self, text: &[u8]) -> Option<Stamp> {
        match self {
            Self::Iso => iso(text),
            Self::Own(format) => own(format, text),
        }
    }
}

/// A date, or a date and a time of day, with or without fractions and a zone.
pub(super) fn iso(text: &[u8]) -> Option<Stamp> {
    let text = text.trim_ascii();
    let (date, rest) = text.split_first_chunk::<10>()?;
    let mut wall = day(date)? * DAY;
    let rest = match rest {
        [] => return Some(Stamp { wall, offset: None }),
        [b'T' | b't' | b' ', rest @ ..] => rest,
        _ => return None,
    };
    let (clock, rest) = rest.split_first_chunk::<5>()?;
    let [h1, h2, b':', m1, m2] = *clock else { return None };
    let (hour, minute) = (two(h1, h2)?, two(m1, m2)?);
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, rest),
        rest => (0, rest),
    };
    // A leap second is the first one of the next minute.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    wall += hour * HOUR + minute * MINUTE + second * SECOND;
    if rest.is_empty() {
        return Some(Stamp { wall, offset: None });
    }
    let (milliseconds, rest) = fraction(rest)?;
    let offset = match rest.trim_ascii_start() {
        [] => None,
        rest => Some(zone(rest)?),
    };
    Some(Stamp {
        wall: wall + milliseconds,
        offset,
    })
}

/// Days since 1970 of `2026-12-31`: Howard Hinnant's `days_from_civil`, in years that begin in March.
fn day(date: &[u8; 10]) -> Option<Moment> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else {
        return None;
    };
    let (year, month, day) = (two(y1, y2)? * 100 + two(y3, y4)?, two(m1, m2)?, two(d1, d2)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let year = year - Moment::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_in(year: Moment, month: Moment) -> Moment {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<Moment> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| Moment::from(tens * 10 + ones))
}

/// Milliseconds behind a point or comma, further digits cut; and what follows.
fn fraction(text: &[u8]) -> Option<(Moment, &[u8])> {
    let [b'.' | b',', digits @ ..] = text else {
        return Some((0, text));
    };
    let end = digits
        .iter()
        .position(|it| !it.is_ascii_digit())
        .unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    let digit = |at: usize| digits.get(at).map_or(0, |it| Moment::from(it - b'0'));
    (!digits.is_empty()).then(|| (digit(0) * 100 + digit(1) * 10 + digit(2), rest))
}

/// The offset of a zone.
fn zone(text: &[u8]) -> Option<i16> {
    let (ahead, clock) = match text {
        [b'Z' | b'z'] | b"UTC" | b"GMT" => return Some(0),
        [b'+', clock @ ..] => (1, clock),
        [b'-', clock @ ..] => (-1, clock),
        _ => return None,
    };
    let (hours, minutes) = match *clock {
        [h1, h2] => (two(h1, h2)?, 0),
        [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => (two(h1, h2)?, two(m1, m2)?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then(|| ahead * (hours * 60 + minutes) as i16)
}

/// Whether a format in the notation of `strftime` says how dates are written, with or without a time of
/// day, or seconds since 1970.
#[must_use]
pub fn is_time_format(format: &str) -> bool {
    let noon = Date::constant(2026, 12, 31).at(23, 59, 58, 0);
    let written = noon
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .and_then(|it| strtime::format(format, &it).ok());
    written.is_some_and(|it| own(format, it.as_bytes()).is_some())
}

fn own(format: &str, text: &[u8]) -> Option<Stamp> {
    let text = text.trim_ascii();
    let read = strtime::BrokenDownTime::parse(format, text).ok()?;
    let civil = read.to_datetime().or_else(|_| read.to_date().map(DateTime::from));
    match (civil, read.offset()) {
        (Ok(civil), offset) => Some(Stamp {
            wall: moment(civil),
            offset: offset.map(|it| (it.seconds() / 60) as i16),
        }),
        // Seconds since 1970 have no date on a wall.
        (Err(_), _) => Some(Stamp {
            wall: read.to_timestamp().ok()?.as_millisecond(),
            offset: Some(0),
        }),
    }
}

/// A date and time of the calendar.
pub(super) fn moment(civil: DateTime) -> Moment {
    let begin = Date::constant(1970, 1, 1).to_datetime(jiff::civil::Time::midnight());
    let since = civil.duration_since(begin);
    since.as_millis() as Moment
}

/// A time in words: `2026-12-31 23:59:59`, with no more of the time of day than there is.
#[must_use]
pub fn written(time: Moment) -> String {
    let begin = Date::constant(1970, 1, 1).to_datetime(jiff::civil::Time::midnight());
    let Ok(civil) = begin.checked_add(jiff::SignedDuration::from_millis(time)) else {
        return format!("{time} ms since 1970");
    };
    match time.rem_euclid(DAY) {
        0 => civil.date().to_string(),
        of_day if of_day % SECOND == 0 => civil.to_string().replace('T', " "),
        of_day => {
            let whole = civil - jiff::SignedDuration::from_millis(of_day % SECOND);
            format!("{}.{:03}", whole.to_string().replace('T', " "), of_day % SECOND)
        }
    }
}

/// A day in words, from days since 1970.
pub(super) fn written_day(day: i64) -> String {
    written(day * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wall(text: &str) -> Option<(String, Option<i16>)> {
        iso(text.as_bytes()).map(|it| (written(it.wall), it.offset))
    }

    #[test]
    fn iso_times_are_read_in_all_their_shapes() {
        for (text, time, offset) in [
            ("2024-02-29", "2024-02-29", None),
            ("2024-02-29T00:00", "2024-02-29", None),
            (" 2024-01-31 23:59:58 ", "2024-01-31 23:59:58", None),
            ("2024-01-31T23:59:58.1239Z", "2024-01-31 23:59:58.123", Some(0)),
            ("2024-01-31t23:59:58,5z", "2024-01-31 23:59:58.500", Some(0)),
            ("2024-01-31T23:59:58+02:00", "2024-01-31 23:59:58", Some(120)),
            ("2024-01-31 23:59:58-0330", "2024-01-31 23:59:58", Some(-210)),
            ("2024-01-31 23:59:58+00", "2024-01-31 23:59:58", Some(0)),
            ("2024-01-31 23:59:58 UTC", "2024-01-31 23:59:58", Some(0)),
            ("2016-12-31 23:59:60", "2017-01-01", None),
            ("1700-01-01", "1700-01-01", None),
            ("1969-12-31 23:59:59.999", "1969-12-31 23:59:59.999", None),
        ] {
            assert_eq!(wall(text), Some((time.to_owned(), offset)), "{text}");
        }
        for text in [
            "",
            "2024",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "2024-01-31x",
            "2024-01-31T",
            "2024-01-31 24:00:00",
            "2024-01-31 12:60",
            "2024-01-31 12:00:61",
            "2024-01-31 12:00:00.",
            "31.01.2024",
            "2024-1-1",
            "2024-01-31 12",
            "2024-01-31 12:00:00 CET",
            "2024-01-31 12:00:00+2",
            "２０２４-01-31",
        ] {
            assert_eq!(wall(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_of_ones_own_is_read_by_its_format() {
        for (format, text, time, offset) in [
            ("%d.%m.%Y", "31.12.2024", "2024-12-31", None),
            ("%d.%m.%Y %H:%M", "31.12.2024 08:15", "2024-12-31 08:15:00", None),
            ("%Y%m%d%H%M%S", "20241231081500", "2024-12-31 08:15:00", None),
            (
                "%m/%d/%y %H:%M:%S%z",
                "12/31/24 08:15:00+0200",
                "2024-12-31 08:15:00",
                Some(120),
            ),
            ("%s", "1735632900", "2024-12-31 08:15:00", Some(0)),
        ] {
            let read = own(format, text.as_bytes()).map(|it| (written(it.wall), it.offset));
            assert_eq!(read, Some((time.to_owned(), offset)), "{format}");
            assert_eq!(own(format, b"yesterday"), None);
        }
        assert_eq!(own("%d.%m.%Y", b"31.12.\xff"), None);
    }

    proptest! {
        #[test]
        fn every_day_is_that_of_the_calendar(day in -98_000_i64..100_000, millisecond in 0..DAY) {
            let time = day * DAY + millisecond;
            prop_assert_eq!(iso(written(time).as_bytes()), Some(Stamp { wall: time, offset: None }));
        }

        #[test]
        fn no_text_makes_it_panic(text in prop::collection::vec(any::<u8>(), 0..40)) {
            iso(&text);
            own("%Y-%m-%d %H:%M:%S%z", &text);
        }
    }
}
