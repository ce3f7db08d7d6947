//! The law of the time to convert as it is drawn and as words.

use std::fmt::Write as _;

use crate::forecast::Forecast;

use crate::report::chart::frame::Words;
use crate::report::chart::number;
use crate::report::chart::text::NO_BREAK;

/// The axis ends once this part of those who convert have done so, if the others take much longer.
const SHOWN: f64 = 0.995;
/// A tail longer than this many times what is shown is cut off.
const TAIL_MAX: f64 = 1.6;
/// The shortest axis, in days.
const DAYS_LEAST: f64 = 7.0;

/// The law, as far as it can be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Law {
    /// Share of customers who convert.
    pub(super) share: f64,
    /// Days since arrival and the share who have converted by then, both ascending.
    pub(super) steps: Vec<(f64, f64)>,
    /// Days by which 10, 50 and 90 % of those who convert have done so, ascending; for those who
    /// do so on the first day, how many that are.
    pub(super) quantiles: Vec<Quantile>,
    /// The last day on the axis.
    pub(super) shown: f64,
    mean: Option<f64>,
    last: f64,
    is_daily: bool,
    tick: String,
}

/// By when a part of those who convert have done so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quantile {
    pub(super) part: f64,
    pub(super) days: f64,
}

impl Law {
    /// `None` if nobody converts.
    pub(super) fn of(forecast: &Forecast) -> Option<Self> {
        let law = forecast.time_to_convert.as_ref()?;
        let share = number::known(Some(law.share)).filter(|it| *it > 0.0)?.min(1.0);
        let mut steps: Vec<(f64, f64)> = Vec::with_capacity(law.by_day.len());
        for (day, reached) in &law.by_day {
            let last = steps.last().copied().unwrap_or((-1.0, 0.0));
            let day = f64::from(*day);
            if let Some(reached) = number::known(Some(*reached)).filter(|_| day > last.0) {
                steps.push((day, reached.clamp(last.1, share)));
            }
        }
        let last = steps.last()?.0;
        let days = [(0.1, law.days.p10), (0.5, law.days.p50), (0.9, law.days.p90)];
        let quantiles = days.into_iter().filter_map(|(part, days)| {
            let days = number::known(days).filter(|it| (0.0..=last + 1.0).contains(it))?;
            Some(Quantile { part, days })
        });
        // All that happens on the first day is one mark, as high as it goes.
        let at_once = steps.first().filter(|it| it.0 == 0.0).map_or(0.0, |it| it.1 / share);
        let first = Quantile {
            part: at_once,
            days: 0.0,
        };
        let is_told = (0.1..0.999).contains(&at_once);
        let quantiles = is_told
            .then_some(first)
            .into_iter()
            .chain(quantiles.filter(|it| it.days > 0.0 && it.part > at_once));
        let enough = steps.iter().find(|it| it.1 >= SHOWN * share).map_or(last, |it| it.0);
        let shown = if last > TAIL_MAX * enough.max(DAYS_LEAST) {
            (1.2 * enough).ceil()
        } else {
            last
        };
        Some(Self {
            share,
            quantiles: quantiles.collect(),
            shown: shown.max(DAYS_LEAST),
            mean: number::known(law.days.mean).filter(|it| *it >= 0.0),
            last,
            is_daily: matches!(forecast.run.tick.as_str(), "1 day" | "") || forecast.run.tick.ends_with("hours"),
            tick: forecast.run.tick.clone(),
            steps,
        })
    }

    /// The share who have converted by `days`.
    pub(super) fn at(&self, days: f64) -> f64 {
        let after = self.steps.partition_point(|it| it.0 <= days);
        if after == 0 { 0.0 } else { self.steps[after - 1].1 }
    }

    /// Of those who convert, the part who do so when they arrive.
    fn at_once(&self) -> f64 {
        (self.at(0.0) / self.share).clamp(0.0, 1.0)
    }

    /// When they arrive, as far as the clock can tell.
    fn when_arriving(&self) -> String {
        if self.is_daily {
            "on the day they arrive".to_owned()
        } else {
            format!("at once, that is in less than {}", self.tick)
        }
    }

    /// Finding, subtitle and description.
    pub(super) fn words(&self) -> Words {
        let mut subtitle = "Share of customers who have converted, by time since arrival: for customers who \
                            arrive at the beginning, within one horizon, every assumption at its mean."
            .to_owned();
        if let Some(mean) = self.mean.filter(|it| *it > 0.0) {
            let _ = write!(subtitle, " Those who convert take {} on average.", days(mean));
        }
        let rest = 1.0 - self.at(self.shown) / self.share;
        if self.last > self.shown {
            let _ = write!(
                subtitle,
                " The last {} of them convert later than is shown, up to day {}.",
                number::share(rest),
                number::number(self.last, 1.0)
            );
        }
        let quantiles: Vec<String> = self
            .quantiles
            .iter()
            .map(|it| {
                let part = number::share(it.part);
                if it.days == 0.0 {
                    return format!("{part} of those who convert do so {}.", self.when_arriving());
                }
                format!("{part} of those who convert have done so within {}.", days(it.days))
            })
            .collect();
        Words {
            finding: self.finding(),
            subtitle,
            description: format!(
                "{} {} of all customers convert.",
                quantiles.join(" "),
                number::share(self.share)
            ),
        }
    }

    fn finding(&self) -> String {
        let share = number::share_with_interval(self.share, None).0;
        let all = format!("{share} convert");
        let at_once = self.at_once();
        if at_once > 1.0 - 1e-9 {
            return format!("All who convert do so {}: {share}", self.when_arriving());
        }
        let half = self.quantiles.iter().find(|it| it.part == 0.5).map(|it| it.days);
        match half {
            _ if at_once >= 0.5 => format!(
                "{} of those who convert do so {}; {all}",
                number::share(at_once),
                self.when_arriving()
            ),
            Some(half) => format!("Half of those who convert do so within {}; {all}", days(half)),
            None => format!("{share} of customers convert"),
        }
    }
}

/// Days as words: `1 day`, `2.2 days`, `16 days`.
pub(super) fn days(days: f64) -> String {
    let unit = if days >= 10.0 { 1.0 } else { 0.1 };
    let words = number::number(days, unit);
    let word = if words == "1" { "day" } else { "days" };
    format!("{words}{NO_BREAK}{word}")
}
