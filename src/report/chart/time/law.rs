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
    /// Days by which 10, 50 and 90 % of those who convert have done so, ascending. If one day brings
    /// several of them, how many have converted by its end.
    pub(super) quantiles: Vec<Quantile>,
    /// The last day on the axis.
    pub(super) shown: f64,
    half: Option<f64>,
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
        let days: [(f64, Option<f64>); 3] = [(0.1, law.days.p10), (0.5, law.days.p50), (0.9, law.days.p90)];
        let part_at = |days: f64| reached(&steps, days) / share;
        let mut quantiles: Vec<Quantile> = Vec::new();
        for (part, days) in days {
            let Some(days) = number::known(days).filter(|it| (0.0..=last + 1.0).contains(it)) else {
                continue;
            };
            match quantiles.last_mut() {
                // What one day brings is one mark, as high as it goes.
                Some(it) if it.days == days => it.part = part.max(part_at(days)),
                Some(it) if it.days > days => {}
                _ => quantiles.push(Quantile { part, days }),
            }
        }
        if let Some(first) = quantiles.first_mut().filter(|it| it.days == 0.0) {
            first.part = first.part.max(part_at(0.0));
        }
        let enough = steps.iter().find(|it| it.1 >= SHOWN * share).map_or(last, |it| it.0);
        let shown = if last > TAIL_MAX * enough.max(DAYS_LEAST) {
            (1.2 * enough).ceil()
        } else {
            (1.03 * last).ceil()
        };
        Some(Self {
            share,
            quantiles,
            shown: shown.max(DAYS_LEAST),
            half: number::known(law.days.p50).filter(|it| (0.0..=last + 1.0).contains(it)),
            mean: number::known(law.days.mean).filter(|it| *it >= 0.0),
            last,
            is_daily: matches!(forecast.run.tick.as_str(), "1 day" | "") || forecast.run.tick.ends_with("hours"),
            tick: forecast.run.tick.clone(),
            steps,
        })
    }

    /// The share who have converted by `days`.
    pub(super) fn at(&self, days: f64) -> f64 {
        reached(&self.steps, days)
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
        let is_all = self.share > 1.0 - 1e-9;
        let share = number::share_with_interval(self.share, None).0;
        let all = if is_all { "all".to_owned() } else { share.clone() };
        let all = format!("{all}{NO_BREAK}convert");
        let at_once = self.at_once();
        let who = if is_all {
            "All customers convert"
        } else {
            "All who convert do so"
        };
        let share = if is_all { String::new() } else { format!(": {share}") };
        if at_once > 1.0 - 1e-9 {
            return format!("{who} {}{share}", self.when_arriving());
        }
        if let Some((first, _)) = self.steps.iter().find(|it| it.1 > (1.0 - 1e-9) * self.share)
            && self.at(first - 1.0) <= 0.0
        {
            return format!("{who} {} after they arrive{share}", days(*first));
        }
        if at_once >= 0.5 {
            let at_once = number::share(at_once);
            return format!("{at_once} of those who convert do so {}; {all}", self.when_arriving());
        }
        match self.half {
            Some(half) => format!("Half of those who convert do so within {}; {all}", days(half)),
            None => format!(
                "{} of customers convert",
                number::share_with_interval(self.share, None).0
            ),
        }
    }
}

fn reached(steps: &[(f64, f64)], days: f64) -> f64 {
    let after = steps.partition_point(|it| it.0 <= days);
    if after == 0 { 0.0 } else { steps[after - 1].1 }
}

/// Days as words: `1 day`, `2.2 days`, `16 days`.
pub(super) fn days(days: f64) -> String {
    let unit = if days >= 10.0 { 1.0 } else { 0.1 };
    let words = number::number(days, unit);
    let word = if words == "1" { "day" } else { "days" };
    format!("{words}{NO_BREAK}{word}")
}
