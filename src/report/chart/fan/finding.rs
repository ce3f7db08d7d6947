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
    label: &'a Label,
    line: f64,
    interval: Option<(f64, f64)>,
}

/// Finding, subtitle (with the `notes`) and description.
pub(super) fn words(
    forecast: &Forecast,
    metric: &MetricWords,
    labels: &[Label],
    values: &[Value],
    notes: &[String],
) -> Words {
    let seen: Vec<Seen<'_>> = labels
        .iter()
        .zip(values)
        .filter_map(|(label, value)| {
            Some(Seen {
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
    subtitle.push_str(if bands.any(|(low, high)| high > low) {
        "median and the intervals that hold 50, 80 and 90\u{a0}% of the replications. \
         In brackets: the 80\u{a0}% interval."
    } else if !is_median {
        "expected value."
    } else if forecast.run.replications == 1 {
        "a single replication, so there are no intervals."
    } else {
        "all replications agree, so there are no intervals."
    });
    for note in notes {
        subtitle.push(' ');
        subtitle.push_str(note);
    }
    Words {
        finding: finding(metric, period, &seen),
        subtitle,
        description: description(metric, &seen),
    }
}

fn finding(metric: &MetricWords, period: &str, seen: &[Seen<'_>]) -> String {
    let name = &metric.name;
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else {
        return format!("Nothing is known of {}", name.to_lowercase());
    };
    if seen.len() == 1 {
        return format!("{name} {}: {}", first.label.when(), amount(metric, *first));
    }
    if seen.iter().all(|it| it.line == 0.0) {
        let is_certain = |it: &Seen<'_>| it.interval.is_none_or(|it| it == (0.0, 0.0));
        return if seen.iter().all(is_certain) {
            format!("{name} {} zero in every {period}", metric.verb("is", "are"))
        } else {
            format!("{name}: zero is the median of every {period}")
        };
    }
    let highest = extreme(seen, |one, other| one > other);
    let lowest = extreme(seen, |one, other| one < other);
    if highest.line - lowest.line <= STEADY * highest.line.abs().max(lowest.line.abs()) {
        return steady(metric, period, *lowest, *highest);
    }
    let peak = |verb: &str| {
        format!(
            "{verb} {}: {}",
            highest.label.when(),
            amount(metric, *highest)
        )
    };
    let low = || {
        format!(
            "lowest {}: {}",
            lowest.label.when(),
            amount(metric, *lowest)
        )
    };
    if highest.line < 0.0 {
        let stays = metric.verb("stays", "stay");
        return format!("{name} {stays} below zero, {}", low());
    }
    let turns: Vec<usize> = (1..seen.len())
        .filter(|it| (seen[it - 1].line < 0.0) != (seen[*it].line < 0.0))
        .collect();
    match turns.as_slice() {
        [turn] if first.line < 0.0 => {
            let turns = metric.verb("turns", "turn");
            let when = seen[*turn].label.when();
            if std::ptr::eq(&raw const seen[*turn], &raw const *highest) {
                format!(
                    "{name} {turns} positive {when}: {}",
                    amount(metric, *highest)
                )
            } else {
                let peaks = peak(&rises(metric, highest, last));
                format!("{name} {turns} positive {when} and {peaks}")
            }
        }
        [turn] => format!(
            "{name} {} negative {}, {}",
            metric.verb("turns", "turn"),
            seen[*turn].label.when(),
            low()
        ),
        _ => format!("{name} {}", peak(&rises(metric, highest, last))),
    }
}

/// A line that ends at its highest has no peak that we know of.
fn rises(metric: &MetricWords, highest: &Seen<'_>, last: &Seen<'_>) -> String {
    if highest.label == last.label {
        metric.verb("is highest", "are highest").to_owned()
    } else {
        metric.verb("peaks", "peak").to_owned()
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
    format!(
        "{} {stays} between {low} and {high} in every {period}",
        metric.name
    )
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
    let say =
        |word: &str, it: &Seen<'_>| format!("{word} {}: {}.", it.label.long(), amount(metric, *it));
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
        words(
            &forecast,
            &MetricWords::of(metric, &forecast),
            &labels,
            &values,
            &[],
        )
        .finding
        .replace(NO_BREAK, " ")
    }

    fn all(means: &[f64]) -> Vec<Estimate> {
        means
            .iter()
            .map(|it| normal(*it, 0.08 * it.abs()))
            .collect()
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
            "Profit peaks in February 2026: 5,000 EUR (4,500 to 5,500)"
        );
    }

    #[test]
    fn flat_lines_have_a_finding_too() {
        assert_eq!(
            finding_of("won", all(&[0.0, 0.0])),
            "Won is zero in every month"
        );
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
        assert_eq!(
            finding_of("won", vec![Estimate::default()]),
            "Nothing is known of won"
        );
    }
}
