//! What a fan says: its finding and the words under it.

use crate::forecast::Forecast;
use crate::report::chart::frame::Words;
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number;
use crate::report::chart::period::Label;

use super::Value;

/// A line that varies by less than this share of its height is called steady.
const STEADY: f64 = 0.05;

/// What is known of a period.
#[derive(Clone, Copy)]
struct Seen<'a> {
    position: usize,
    label: &'a Label,
    line: f64,
    interval: Option<(f64, f64)>,
}

/// Finding, subtitle (with the `notes`) and description; and the position of the period that the
/// finding is about, if there is one.
pub(super) fn words(
    forecast: &Forecast,
    metric: &MetricWords,
    labels: &[Label],
    values: &[Value],
    notes: &[String],
) -> (Words, Option<usize>) {
    let seen: Vec<Seen<'_>> = labels
        .iter()
        .zip(values)
        .enumerate()
        .filter_map(|(position, (label, value))| {
            Some(Seen {
                position,
                label,
                line: value.line?,
                interval: value.interval_80(),
            })
        })
        .collect();
    let period = &forecast.run.period;
    let mut subtitle = match (&metric.unit, metric.is_money) {
        (Some(unit), true) => format!("{} in {unit} by {period}: ", metric.name),
        _ => format!("{} by {period}: ", metric.name),
    };
    let mut bands = values.iter().flat_map(|it| it.bands).flatten().peekable();
    let is_median = bands.peek().is_some();
    let is_exact = forecast.run.engine == "exact";
    let explained = if bands.any(|(low, high)| high > low) {
        let futures = if is_exact {
            "of all futures"
        } else {
            "of the replications"
        };
        format!(
            "median and the intervals that hold 50, 80 and 90\u{a0}% {futures}. \
             In brackets: the 80\u{a0}% interval."
        )
    } else if seen.is_empty() {
        "nothing is known.".to_owned()
    } else if !is_median {
        "expected value.".to_owned()
    } else if is_exact {
        "there is nothing uncertain about it, so there are no intervals.".to_owned()
    } else if forecast.run.replications == 1 {
        "a single replication, so there are no intervals.".to_owned()
    } else {
        "all replications agree, so there are no intervals.".to_owned()
    };
    subtitle.push_str(&explained);
    for note in notes {
        subtitle.push(' ');
        subtitle.push_str(note);
    }
    let (finding, about) = finding(metric, period, &seen);
    let words = Words {
        finding,
        subtitle,
        description: description(metric, &seen),
    };
    (words, about)
}

fn finding(metric: &MetricWords, period: &str, seen: &[Seen<'_>]) -> (String, Option<usize>) {
    let name = &metric.name;
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else {
        return (format!("Nothing is known of {}", name.to_lowercase()), None);
    };
    if seen.len() == 1 {
        return (format!("{name} {}", at(metric, first)), None);
    }
    if seen.iter().all(|it| it.line == 0.0) {
        return (zero(metric, period, seen), None);
    }
    let highest = extreme(seen, |one, other| one > other);
    let lowest = extreme(seen, |one, other| one < other);
    if highest.line - lowest.line <= STEADY * highest.line.abs().max(lowest.line.abs()) {
        return (steady(metric, period, *lowest, *highest), None);
    }
    // A line that ends at its highest has no peak that we know of.
    let peaks = if highest.position == last.position {
        metric.verb("is highest", "are highest")
    } else {
        metric.verb("peaks", "peak")
    };
    let turns: Vec<&Seen<'_>> = seen
        .windows(2)
        .filter(|pair| (pair[0].line < 0.0) != (pair[1].line < 0.0))
        .map(|pair| &pair[1])
        .collect();
    let (text, about) = match turns.as_slice() {
        [] if highest.line < 0.0 => {
            let stays = metric.verb("stays", "stay");
            (format!("{stays} below zero, lowest {}", at(metric, lowest)), lowest)
        }
        [turn] => {
            let when = turn.label.when();
            let turns = metric.verb("turns", "turn");
            if first.line >= 0.0 {
                let lowest_at = at(metric, lowest);
                (format!("{turns} negative {when}, lowest {lowest_at}"), lowest)
            } else if turn.position == highest.position {
                (format!("{turns} positive {}", at(metric, highest)), highest)
            } else {
                let highest_at = at(metric, highest);
                (format!("{turns} positive {when} and {peaks} {highest_at}"), highest)
            }
        }
        _ => {
            let below = seen.iter().filter(|it| it.line < 0.0).count();
            let below = match below {
                0 => String::new(),
                _ => format!("; below zero in {below} of {} {period}s", seen.len()),
            };
            (format!("{peaks} {}{below}", at(metric, highest)), highest)
        }
    };
    (format!("{name} {text}"), Some(about.position))
}

/// When and how much.
fn at(metric: &MetricWords, seen: &Seen<'_>) -> String {
    format!("{}: {}", seen.label.when(), amount(metric, *seen))
}

fn zero(metric: &MetricWords, period: &str, seen: &[Seen<'_>]) -> String {
    let is_certain = |it: &Seen<'_>| it.interval.is_none_or(|it| it == (0.0, 0.0));
    if seen.iter().all(is_certain) {
        format!("{} {} zero in every {period}", metric.name, metric.verb("is", "are"))
    } else {
        format!("{}: zero is the median of every {period}", metric.name)
    }
}

fn steady(metric: &MetricWords, period: &str, lowest: Seen<'_>, highest: Seen<'_>) -> String {
    let unit = number::unit(highest.line, highest.interval);
    let low = number::number(lowest.line, unit);
    let high = number::number(highest.line, unit);
    let stays = metric.verb("stays", "stay");
    if low == high {
        let at = metric.amount(&high);
        return format!("{} {stays} at about {at} in every {period}", metric.name);
    }
    let high = metric.amount(&high);
    format!("{} {stays} between {low} and {high} in every {period}", metric.name)
}

/// The first of those that none is beyond.
fn extreme<'a, 'b>(seen: &'a [Seen<'b>], beyond: fn(f64, f64) -> bool) -> &'a Seen<'b> {
    seen.iter()
        .reduce(|best, it| if beyond(it.line, best.line) { it } else { best })
        .expect("the caller has seen some")
}

fn amount(metric: &MetricWords, seen: Seen<'_>) -> String {
    let (value, range) = number::with_interval(seen.line, seen.interval);
    match range {
        Some(range) => format!("{} ({range})", metric.amount(&value)),
        None => metric.amount(&value),
    }
}

/// First, highest, lowest and last: all of them would be a table.
fn description(metric: &MetricWords, seen: &[Seen<'_>]) -> String {
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else {
        return String::new();
    };
    let say = |word: &str, it: &Seen<'_>| format!("{word} {}: {}.", it.label.long(), amount(metric, *it));
    if seen.len() == 1 {
        return say("Only", first);
    }
    [
        say("First,", first),
        say("Highest,", extreme(seen, |one, other| one > other)),
        say("Lowest,", extreme(seen, |one, other| one < other)),
        say("Last,", last),
    ]
    .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Estimate;
    use crate::report::chart::fixture::{self, normal, only_mean};
    use crate::report::chart::text::NO_BREAK;

    fn finding_of(metric: &str, estimates: Vec<Estimate>) -> String {
        let labels = fixture::months(estimates.len() as u32);
        let forecast = fixture::with_periods("month", labels.into_iter().zip(estimates).collect());
        let labels = super::super::labels(&forecast);
        let values = super::super::values(&forecast, metric).expect("it is there");
        words(&forecast, &MetricWords::of(metric, &forecast), &labels, &values, &[])
            .0
            .finding
            .replace(NO_BREAK, " ")
    }

    fn all(means: &[f64]) -> Vec<Estimate> {
        means.iter().map(|it| normal(*it, 0.08 * it.abs())).collect()
    }

    #[test]
    fn the_finding_is_the_peak() {
        assert_eq!(
            finding_of("won", all(&[100.0, 1_240.0, 300.0])),
            "Won peaks in February 2026: 1,240 (1,110 to 1,370)"
        );
        assert_eq!(
            finding_of("won", all(&[100.0, 300.0, 1_240.0])),
            "Won is highest in March 2026: 1,240 (1,110 to 1,370)"
        );
    }

    #[test]
    fn the_finding_of_a_profit_is_where_its_sign_turns() {
        assert_eq!(
            finding_of("profit", all(&[-9_000.0, 500.0, 12_300.0, 4_000.0])),
            "Profit turns positive in February 2026 and peaks in March 2026: 12,300 EUR \
             (11,000 to 13,600)"
        );
        assert_eq!(
            finding_of("profit", all(&[-9_000.0, -500.0, 12_300.0])),
            "Profit turns positive in March 2026: 12,300 EUR (11,000 to 13,600)"
        );
        assert_eq!(
            finding_of("profit", all(&[900.0, -500.0, -5_000.0])),
            "Profit turns negative in February 2026, lowest in March 2026: −5,000 EUR \
             (−5,500 to −4,500)"
        );
        assert_eq!(
            finding_of("profit", all(&[-900.0, -5_000.0, -100.0])),
            "Profit stays below zero, lowest in February 2026: −5,000 EUR (−5,500 to −4,500)"
        );
        assert_eq!(
            finding_of("profit", all(&[-900.0, 5_000.0, -100.0])),
            "Profit peaks in February 2026: 5,000 EUR (4,500 to 5,500); below zero in 2 of 3 months"
        );
    }

    #[test]
    fn flat_lines_have_a_finding_too() {
        assert_eq!(finding_of("won", all(&[0.0, 0.0])), "Won is zero in every month");
        assert_eq!(
            finding_of("won", vec![normal(0.0, 3.0), normal(0.0, 3.0)]),
            "Won: zero is the median of every month"
        );
        assert_eq!(
            finding_of("won", all(&[1_200.0, 1_210.0, 1_190.0])),
            "Won stays between 1,190 and 1,210 in every month"
        );
        assert_eq!(
            finding_of("won", vec![only_mean(normal(200.0, 0.0)); 3]),
            "Won stays at about 200 in every month"
        );
        assert_eq!(
            finding_of("won", all(&[1_240.0])),
            "Won in January 2026: 1,240 (1,110 to 1,370)"
        );
        assert_eq!(finding_of("won", vec![Estimate::default()]), "Nothing is known of won");
    }
}
