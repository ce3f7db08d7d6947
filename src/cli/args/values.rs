//! The notations of option values: from what was typed to what it means.

use jiff::civil::Date;

use crate::clock::{Duration, Period};
use crate::fit::event_log::is_time_format;
use crate::report::chart::ChartKind;
use crate::scenario::{self, REPLICATIONS_MAX};

const THREADS_MAX: u64 = 1_024;

/// The variants to apply, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Variants(pub(in crate::cli) Vec<String>);

/// A change of the value at a path, both as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Set {
    pub(in crate::cli) path: String,
    pub(in crate::cli) change: String,
}

/// Values or changes of a path to try, in order.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) struct Sweep {
    pub(in crate::cli) path: String,
    /// Each as it is typed, with its number.
    pub(in crate::cli) changes: Vec<(String, f64)>,
}

/// A path to move, and how far, if that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Vary {
    pub(in crate::cli) path: String,
    pub(in crate::cli) limits: Option<(String, String)>,
}

/// More values than this in one sweep are a slip of the finger.
const SWEEP_MAX: usize = 1_000;

pub(super) fn replications(text: &str) -> Result<u64, String> {
    whole(text, 1, REPLICATIONS_MAX)
}

/// More of them than this are a slip of the finger.
const AHEAD_MAX: u64 = 1_000;

/// How many periods or moments.
pub(super) fn ahead(text: &str) -> Result<u32, String> {
    whole(text, 1, AHEAD_MAX).map(|it| u32::try_from(it).expect("it is at most 1000"))
}

/// One of the replications.
pub(super) fn replication(text: &str) -> Result<u64, String> {
    whole(text, 1, REPLICATIONS_MAX)
}

/// Fewer replications would not show a constant that is wrong.
pub(super) fn compared(text: &str) -> Result<u64, String> {
    whole(text, 50, REPLICATIONS_MAX)
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    whole(text, 1, THREADS_MAX).map(|it| usize::try_from(it).expect("it is at most 1024"))
}

pub(super) fn seed(text: &str) -> Result<u64, String> {
    whole(text, 0, u64::MAX)
}

/// A length of time, as scenarios write it.
pub(super) fn length(text: &str) -> Result<Duration, String> {
    let length = scenario::duration(text).filter(|it| it.seconds() > 0.0);
    length.ok_or_else(|| "expected a length of time, such as `90d`, `2 weeks` or `12h`".into())
}

/// How far a forecast goes: as it is typed, for the scenario.
pub(super) fn horizon(text: &str) -> Result<String, String> {
    match length(text) {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(_) => Err("expected a length of time, such as `6 months`, `90d` or `1 year`".into()),
    }
}

/// How times of a log are written.
pub(super) fn time_format(text: &str) -> Result<String, String> {
    if is_time_format(text) {
        Ok(text.to_owned())
    } else {
        Err("expected how a date is written, or a date and a time, such as `%d.%m.%Y %H:%M`".into())
    }
}

/// A share, written in percent.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix('%').map(|it| it.trim_end().parse::<f64>());
    match number {
        Some(Ok(percent)) if percent > 0.0 && percent < 100.0 => Ok(percent / 100.0),
        Some(_) => Err("expected a percentage above 0% and below 100%, such as `1%`".into()),
        None if text.trim().parse::<f64>().is_ok() => Err(format!("expected a percentage: `{}%`?", text.trim())),
        None => Err("expected a percentage, such as `1%`".into()),
    }
}

/// A whole number; like the numbers of a scenario it may have `_` between digits.
fn whole(text: &str, low: u64, high: u64) -> Result<u64, String> {
    text.replace('_', "")
        .parse()
        .ok()
        .filter(|it| (low..=high).contains(it))
        .ok_or_else(|| format!("expected a whole number from {low} to {high}"))
}

/// Fewer pairs of worlds would not tell how far off the shares are.
pub(super) fn worlds(text: &str) -> Result<u64, String> {
    whole(text, 16, 100_000)
}

/// How many rows of a long table.
pub(super) fn top(text: &str) -> Result<usize, String> {
    whole(text, 1, 10_000).map(|it| usize::try_from(it).expect("it is at most 10000"))
}

/// Two paths with a comma between them.
pub(super) fn pair(text: &str) -> Result<[String; 2], String> {
    let paths: Vec<&str> = text.split(',').map(str::trim).collect();
    match paths[..] {
        [one, other] if !one.is_empty() && !other.is_empty() => Ok([one.to_owned(), other.to_owned()]),
        _ => Err("expected two paths, such as `steps.visit.buy.chance,products.kettle.price`".into()),
    }
}

pub(super) fn variants(text: &str) -> Result<Variants, String> {
    let names: Vec<String> = text.split('+').map(|it| it.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) {
        return Err("expected names of variants with `+` between them".into());
    }
    Ok(Variants(names))
}

pub(super) fn set(text: &str) -> Result<Set, String> {
    match text.split_once('=').map(|(path, change)| (path.trim(), change.trim())) {
        Some((path, change)) if !path.is_empty() && !change.is_empty() => Ok(Set {
            path: path.to_owned(),
            change: change.to_owned(),
        }),
        _ => Err("expected PATH=CHANGE, such as `steps.visit.buy.chance=+1pp`".into()),
    }
}

/// `PATH=LO..HI:N`; both ends are in the same notation: a number with what stands before and behind it.
pub(super) fn sweep(text: &str) -> Result<Sweep, String> {
    let form = "expected PATH=LO..HI:N, such as `steps.visit.buy.chance=5%..12%:8`";
    let (path, range) = text.split_once('=').ok_or(form)?;
    let (range, count) = range.rsplit_once(':').ok_or(form)?;
    let (low, high) = range.split_once("..").ok_or(form)?;
    let count: usize = count.trim().parse().map_err(|_| form)?;
    if !(2..=SWEEP_MAX).contains(&count) {
        return Err(format!("a sweep has 2 to {SWEEP_MAX} values, not {count}"));
    }
    let (low, high) = (Notation::read(low).ok_or(form)?, Notation::read(high).ok_or(form)?);
    let is_relative = |it: &Notation| it.before.is_empty();
    if low.behind != high.behind || is_relative(&low) != is_relative(&high) || low.is_factor() != high.is_factor() {
        return Err(format!(
            "the ends of a sweep are in one notation, unlike `{}` and `{}`",
            low.text, high.text
        ));
    }
    let path = path.trim();
    if path.is_empty() {
        return Err(form.into());
    }
    let decimals = low.decimals.max(high.decimals);
    let changes = (0..count).map(|at| {
        let share = at as f64 / (count - 1) as f64;
        let value = low.value + share * (high.value - low.value);
        low.written(value, decimals)
    });
    let changes: Vec<String> = changes.collect();
    let mut distinct = changes.clone();
    distinct.dedup();
    if distinct.len() < count {
        return Err(format!(
            "`{}` and `{}` leave no room for {count} values",
            low.text, high.text
        ));
    }
    let with_number = |change: String| {
        let number = Notation::read(&change).ok_or(form)?.value;
        Ok((change, number))
    };
    Ok(Sweep {
        path: path.to_owned(),
        changes: changes.into_iter().map(with_number).collect::<Result<_, String>>()?,
    })
}

/// `PATH`, or `PATH=LO..HI`; a scenario's `LO to HI` is taken as well.
pub(super) fn vary(text: &str) -> Result<Vary, String> {
    let form = "expected PATH or PATH=LO..HI, such as `steps.visit.buy.chance=5%..12%`";
    let (path, range) = match text.split_once('=') {
        Some((path, range)) => (path, Some(range)),
        None => (text, None),
    };
    let limits = range.map(|it| it.split_once("..").or_else(|| it.split_once(" to ")).ok_or(form));
    let limits = limits.transpose()?.map(|(low, high)| (low.trim(), high.trim()));
    let path = path.trim();
    if path.is_empty() || limits.is_some_and(|it| it.0.is_empty() || it.1.is_empty()) {
        return Err(form.into());
    }
    Ok(Vary {
        path: path.to_owned(),
        limits: limits.map(|(low, high)| (low.to_owned(), high.to_owned())),
    })
}

/// A number with what stands before and behind it.
struct Notation {
    text: String,
    /// `x`, a sign, or nothing.
    before: String,
    value: f64,
    behind: String,
    decimals: usize,
}

impl Notation {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = text.trim_start_matches(['x', '+', '-']);
        let before = &text[..text.len() - number.len()];
        let end = number
            .find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | '_')))
            .unwrap_or(number.len());
        let (digits, behind) = number.split_at(end);
        let size: f64 = digits.replace('_', "").parse().ok()?;
        let known = matches!(before, "" | "x" | "+" | "-");
        known.then(|| Self {
            text: text.to_owned(),
            before: before.to_owned(),
            value: if before == "-" { -size } else { size },
            behind: behind.to_owned(),
            decimals: digits.split_once('.').map_or(0, |(_, it)| it.len()),
        })
    }

    fn is_factor(&self) -> bool {
        self.before == "x"
    }

    /// A value between the ends, with some digits more than these have.
    fn written(&self, value: f64, decimals: usize) -> String {
        let digits = format!("{:.*}", decimals + 4, value.abs());
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        let before = match self.before.as_str() {
            "+" | "-" if value < 0.0 => "-",
            "+" | "-" => "+",
            other => other,
        };
        format!("{before}{digits}{}", self.behind)
    }
}

pub(super) fn period(word: &str) -> Period {
    let known = Period::ALL.iter().find(|(it, _)| *it == word);
    known.expect("only these words are accepted").1
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    // The library also reads times of day, of which only the date would be kept.
    let is_date = text.len() == "2026-12-31".len();
    let date = is_date.then(|| text.parse().ok()).flatten();
    date.ok_or_else(|| "expected a day of the calendar, such as 2026-12-31".into())
}

pub(super) fn kind(word: &str) -> ChartKind {
    let known = ChartKind::ALL.iter().find(|(it, _)| *it == word);
    known.expect("only these words are accepted").1
}

/// A side of a chart; each chart says what it needs.
pub(super) fn pixels(text: &str) -> Result<u32, String> {
    whole(text, 1, 100_000).map(|it| u32::try_from(it).expect("it is at most 100000"))
}

/// Pixels of a picture for each pixel of its drawing.
pub(super) fn scale(text: &str) -> Result<f32, String> {
    let scale = text.trim().parse().ok().filter(|it| (0.1..=10.0).contains(it));
    scale.ok_or_else(|| "expected a number from 0.1 to 10".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_is_in_percent() {
        for (text, share) in [("1%", 0.01), ("0.5%", 0.005), (" 2 % ", 0.02)] {
            assert_eq!(percent(text), Ok(share), "{text}");
        }
        for (text, hint) in [
            ("1", "`1%`?"),
            ("0.01", "`0.01%`?"),
            ("0%", "above 0%"),
            ("-1%", "above 0%"),
            ("100%", "below 100%"),
            ("NaN%", "above 0%"),
            ("one", "such as `1%`"),
        ] {
            let message = percent(text).expect_err(text);
            assert!(message.contains(hint), "{message}");
        }
    }

    #[test]
    fn horizons_and_formats_of_times_are_told_from_nonsense() {
        assert_eq!(horizon(" 6 months "), Ok("6 months".to_owned()));
        for wrong in ["0", "0 months", "abc", "6", ""] {
            assert!(horizon(wrong).is_err(), "{wrong}");
        }
        for right in ["%d.%m.%Y %H:%M", "%s", "%Y%m%d", "%m/%d/%y %I:%M %p"] {
            assert!(time_format(right).is_ok(), "{right}");
        }
        for wrong in ["", "DD.MM.YYYY", "%H:%M", "%~", "%"] {
            assert!(time_format(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_sweep_goes_from_one_end_to_the_other() {
        for (text, changes) in [
            ("a.b=5%..12%:8", "5% 6% 7% 8% 9% 10% 11% 12%"),
            ("a.b=x0.8..x1.2:3", "x0.8 x1 x1.2"),
            ("a.b=-1pp..+1pp:3", "-1pp +0pp +1pp"),
            ("a.b = 10..20 : 5", "10 12.5 15 17.5 20"),
            ("a.b=0.1..0.2:4", "0.1 0.13333 0.16667 0.2"),
        ] {
            let read = sweep(text).expect(text);
            let typed: Vec<&str> = read.changes.iter().map(|it| it.0.as_str()).collect();
            assert_eq!((read.path.as_str(), typed.join(" ").as_str()), ("a.b", changes));
        }
        for (text, hint) in [
            ("a.b=5%", "PATH=LO..HI:N"),
            ("a.b=5%..12%", "PATH=LO..HI:N"),
            ("=5%..12%:3", "PATH=LO..HI:N"),
            ("a.b=low..high:3", "PATH=LO..HI:N"),
            ("a.b=5%..12:3", "in one notation"),
            ("a.b=x1..2:3", "in one notation"),
            ("a.b=5%..12%:1", "2 to 1000 values"),
            ("a.b=5%..5%:2", "leave no room"),
        ] {
            let message = sweep(text).expect_err(text);
            assert!(message.contains(hint), "{message}");
        }
    }

    #[test]
    fn limits_may_be_left_out() {
        let plain = vary("a.b").expect("a path is enough");
        assert_eq!((plain.path.as_str(), plain.limits), ("a.b", None));
        for text in ["a.b=x1..x2", " a.b = x1 to x2 "] {
            let it = vary(text).expect(text);
            assert_eq!((it.path.as_str(), it.limits), ("a.b", Some(("x1".into(), "x2".into()))));
        }
        for wrong in ["", "=x1..x2", "a.b=x2", "a.b=..x2"] {
            assert!(vary(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn swept_values_come_with_their_numbers() {
        for (text, numbers) in [
            ("a.b=5%..7%:3", [5.0, 6.0, 7.0]),
            ("a.b=x0.8..x1.2:3", [0.8, 1.0, 1.2]),
            ("a.b=-1pp..+1pp:3", [-1.0, 0.0, 1.0]),
        ] {
            let read = sweep(text).expect(text);
            let told: Vec<f64> = read.changes.iter().map(|it| it.1).collect();
            assert_eq!(told, numbers, "{text}");
        }
    }

    #[test]
    fn days_are_days_of_the_calendar() {
        assert_eq!(date("2028-02-29"), Ok(jiff::civil::date(2028, 2, 29)));
        for wrong in ["2026-02-29", "2026-2-9", "20260209", "tomorrow", "2026-02-09T12"] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }
}
