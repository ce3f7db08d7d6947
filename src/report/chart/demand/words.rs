//! What a demand says: its finding and the words under it.

use crate::forecast::Forecast;
use crate::report::chart::fan::{Mark, NOTE};
use crate::report::chart::frame::Words;
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number;
use crate::report::chart::period::Label;

use super::{COVERED, Need};

/// All that is told.
pub(super) struct Said<'a> {
    pub(super) forecast: &'a Forecast,
    pub(super) metric: &'a MetricWords,
    pub(super) labels: &'a [Label],
    pub(super) needs: &'a [Need],
    /// Over the whole horizon.
    pub(super) total: Need,
    pub(super) marks: &'a [Mark],
}

impl Said<'_> {
    /// Whether any quantity that covers is known.
    pub(super) fn has_covers(&self) -> bool {
        self.needs.iter().any(|it| it.covers.iter().any(Option::is_some))
    }

    /// The words around the picture, and the position of the period that the finding is about.
    pub(super) fn words(&self) -> (Words, Option<usize>) {
        let period = &self.forecast.run.period;
        let name = &self.metric.name;
        let mut subtitle = if self.has_covers() {
            let mut text = format!("{name} by {period}: the quantity that is enough in 50, 80 and 95 of 100 futures.");
            let most: f64 = self.needs.iter().filter_map(|it| it.covers[2]).sum();
            if self.needs.len() > 1 && self.total.covers[2].is_some_and(|it| it < most) {
                let more = format!(
                    " The whole horizon needs less than its {period}s one by one, for they are not all high at once."
                );
                text.push_str(&more);
            }
            text
        } else {
            format!("{name} by {period}: what is to be expected; how much more it may be is not known.")
        };
        if !self.marks.is_empty() {
            let more = format!(" {NOTE}");
            subtitle.push_str(&more);
        }
        let (finding, about) = self.finding();
        let described = self
            .labels
            .iter()
            .zip(self.needs)
            .map(|(label, need)| format!("{}.", told(label, need)));
        let mut described: Vec<String> = described.collect();
        // A table would be no description.
        if described.len() > 24 {
            described = about.map(|it| described.swap_remove(it)).into_iter().collect();
        }
        described.extend(
            self.marks
                .iter()
                .map(|it| format!("{}: {}.", self.labels[it.position].long(), it.title)),
        );
        let words = Words {
            finding,
            subtitle,
            description: described.join(" "),
        };
        (words, about)
    }

    fn finding(&self) -> (String, Option<usize>) {
        let what = self.metric.inside();
        let needs = self.needs.iter().enumerate();
        let needs = needs.filter_map(|(position, need)| Some((position, need.most()?)));
        let most = needs.reduce(|most, it| if it.1 > most.1 { it } else { most });
        let Some((position, most)) = most else {
            return (format!("Nothing is known of {what}"), None);
        };
        let need = &self.needs[position];
        let when = &self.labels[position];
        if self.needs.iter().flat_map(Need::numbers).all(|it| it == 0.0) {
            return (
                format!("No {what} are needed in any {}", self.forecast.run.period),
                None,
            );
        }
        let text = match need.covers[2] {
            Some(_) => format!(
                "Plan {} {what} for {} to be covered in 95 of 100 futures",
                covering(most, need),
                when.long()
            ),
            None => format!(
                "Expect {} {what} {}",
                number::number(most, number::unit(most, None)),
                when.when()
            ),
        };
        (text, Some(position))
    }
}

/// What a period tells: `August 2026: 2,150 covers 50, 2,410 covers 80, … of 100 futures`.
pub(super) fn told(label: &Label, need: &Need) -> String {
    let covers = COVERED.iter().zip(need.covers);
    let covers: Vec<String> = covers
        .filter_map(|(share, it)| Some(format!("{} covers {share}", covering(it?, need))))
        .collect();
    let mean = need
        .mean
        .map(|it| format!("{} to be expected", number::number(it, number::unit(it, None))));
    match (covers.is_empty(), mean) {
        (true, None) => format!("{}: not known", label.long()),
        (true, Some(mean)) => format!("{}: {mean}", label.long()),
        (false, _) => format!("{}: {} of 100 futures", label.long(), covers.join(", ")),
    }
}

/// A quantity that covers, never rounded to one that does not: whole units, unless hardly one is
/// ever needed.
pub(super) fn covering(value: f64, need: &Need) -> String {
    let interval = need.covers[0].zip(need.covers[2]).filter(|(low, high)| low <= high);
    let unit = number::unit(value, interval).max(1.0);
    number::number((value / unit - 1e-9).ceil() * unit, unit)
}
