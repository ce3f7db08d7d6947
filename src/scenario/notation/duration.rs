//! Durations: `90s`, `5min`, `12h`, `0.5d`, `3 days`, `2 weeks`, `12 months`, `1 year`.

use super::super::spot::{Faults, Spot};
use super::number::decimal;
use super::{Parsed, noted};
use crate::clock::{Duration, DurationUnit};
use crate::problem::{At, Fault, nearest};

const UNITS: [(&[&str], DurationUnit); 8] = [
    (&["s", "sec", "secs", "second", "seconds"], DurationUnit::Second),
    (&["min", "mins", "minute", "minutes"], DurationUnit::Minute),
    (&["h", "hr", "hrs", "hour", "hours"], DurationUnit::Hour),
    (&["d", "day", "days"], DurationUnit::Day),
    (&["w", "wk", "wks", "week", "weeks"], DurationUnit::Week),
    (&["mo", "mos", "month", "months"], DurationUnit::Month),
    (&["q", "quarter", "quarters"], DurationUnit::Quarter),
    (&["y", "yr", "yrs", "year", "years"], DurationUnit::Year),
];

/// The duration at `spot`.
pub(crate) fn duration(spot: &Spot<'_>, faults: &mut Faults) -> Option<Duration> {
    let Some(text) = spot.text() else {
        return spot.wrong("a duration with its unit such as `\"3 days\"`", faults);
    };
    noted(duration_text(text, &spot.at), faults)
}

/// The duration written as `text` at `at`.
pub(crate) fn duration_text(text: &str, at: &At) -> Parsed<Duration> {
    parse(text).ok_or_else(|| {
        let message = format!("{text:?} is not a duration");
        Box::new(Fault::mistake("bad-notation", at.clone(), message).help(hint(text)))
    })
}

/// The duration `text`, if it is one.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let (amount, unit) = split(text);
    Some(Duration {
        amount: decimal(amount)?,
        unit: unit_of(unit)?,
    })
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '+' | '-');
    let at = text.find(|c| !number(c)).unwrap_or(text.len());
    (&text[..at], text[at..].trim_start())
}

fn unit_of(word: &str) -> Option<DurationUnit> {
    UNITS
        .iter()
        .find(|(words, _)| words.contains(&word))
        .map(|(_, unit)| *unit)
}

fn hint(text: &str) -> String {
    let (amount, unit) = split(text);
    if decimal(amount).is_some() {
        let lower = unit.to_lowercase();
        if unit.is_empty() {
            return format!("say of what: `{amount}d`, `{amount} weeks` …");
        }
        if lower == "m" {
            return format!("write `{amount}min` or `{amount} months`");
        }
        if unit_of(&lower).is_some() {
            return format!("write `{amount} {lower}`");
        }
        let words = UNITS.iter().flat_map(|(words, _)| words.iter().copied());
        if let Some(word) = nearest(&lower, words.filter(|word| word.len() > 3)) {
            return format!("did you mean `{amount} {word}`?");
        }
    }
    "write `90s`, `5min`, `12h`, `0.5d`, `3 days`, `2 weeks`, `12 months` or `1 year`".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_in_its_short_and_long_forms() {
        for (text, amount, unit) in [
            ("90s", 90.0, DurationUnit::Second),
            ("5min", 5.0, DurationUnit::Minute),
            ("12h", 12.0, DurationUnit::Hour),
            ("1 hour", 1.0, DurationUnit::Hour),
            ("0.5d", 0.5, DurationUnit::Day),
            ("3 days", 3.0, DurationUnit::Day),
            ("2 weeks", 2.0, DurationUnit::Week),
            ("12 months", 12.0, DurationUnit::Month),
            ("2 quarters", 2.0, DurationUnit::Quarter),
            ("1 year", 1.0, DurationUnit::Year),
            (" 1_000 d ", 1000.0, DurationUnit::Day),
        ] {
            let read = duration_text(text, &At::top()).expect(text);
            assert_eq!((read.amount, read.unit), (amount, unit), "{text}");
        }
    }

    #[test]
    fn other_durations_are_refused_with_a_way_out() {
        for (text, help) in [
            ("3", "`3d`"),
            ("5m", "`5min` or `5 months`"),
            ("3 Days", "`3 days`"),
            ("3 dayz", "`3 days`"),
            ("1 forthnight", "`90s`"),
            ("soon", "`90s`"),
            ("", "`90s`"),
            ("1d 12h", "`90s`"),
            ("1e400d", "`90s`"),
            ("infd", "`90s`"),
        ] {
            let fault = duration_text(text, &At::top()).expect_err(text);
            assert_eq!(fault.code, "bad-notation");
            let given = fault.help.expect("every refusal helps");
            assert!(given.contains(help), "{text}: {given}");
        }
    }
}
