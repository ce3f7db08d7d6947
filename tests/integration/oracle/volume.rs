//! How many customers the oracle expects at every tick, and what budgets cost.

use super::calendar::{Day, date, month_of, unit_of, units_between, weekday};
use super::spec::{Change, Spec, Spread, Volume, What};

/// Customers of a source who arrive at one tick.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arrivals {
    pub(crate) tick: usize,
    pub(crate) expected: f64,
    /// Year and month, which share a factor where arrivals vary by month.
    pub(crate) month: (i64, i64),
}

impl Spec {
    /// The factor that all changes together put on a value at a day.
    pub(crate) fn factor(&self, tick: usize, of: impl Fn(&What) -> Option<f64>) -> f64 {
        self.changes_at(tick).filter_map(|it| of(&it.what)).product()
    }

    /// Changes that hold at a tick: those of the variant, then those of the calendar.
    pub(crate) fn changes_at(&self, tick: usize) -> impl Iterator<Item = &Change> {
        let day = self.day_of(tick) - self.first_day();
        let always = self.changes.iter().filter(|it| it.days.is_none());
        let dated = self
            .changes
            .iter()
            .filter(move |it| it.days.is_some_and(|(from, until)| from <= day && day <= until));
        always.chain(dated)
    }

    /// Arrivals of a stream, tick by tick; a long tick has parts in two months.
    pub(crate) fn arrivals(&self, stream: usize) -> Vec<Arrivals> {
        let it = &self.streams[stream];
        let mut arrivals: Vec<Arrivals> = Vec::new();
        let hours = i64::from(self.tick_hours);
        for day in 0..self.days {
            let expected = self.on_day(&it.volume, self.first_day() + day);
            if expected == 0.0 {
                continue;
            }
            let month = date(self.first_day() + day);
            let first = (day * 24 / hours) as usize;
            let until = if matches!(it.volume, Volume::Count(..)) {
                first + 1
            } else {
                ((day * 24 + 23) / hours) as usize + 1
            };
            for tick in first..until {
                let expected = expected / (until - first) as f64
                    * self.factor(tick, |what| match what {
                        What::Volume(of, factor) if *of == stream => Some(*factor),
                        _ => None,
                    });
                arrivals.push(Arrivals {
                    tick,
                    expected,
                    month: (month.0, month.1),
                });
            }
        }
        if !matches!(it.spread, Spread::Cv(_)) {
            arrivals.dedup_by(|next, last| {
                let same = next.tick == last.tick;
                last.expected += if same { next.expected } else { 0.0 };
                same
            });
        }
        // A total that is meant to be a half is one, whatever the sum of its parts lost on the way.
        let rounded = |total: f64| (total + 0.5 + 1e-9).floor();
        if it.spread == Spread::Fixed {
            let mut total = 0.0;
            for it in &mut arrivals {
                let before = rounded(total);
                total += it.expected;
                it.expected = rounded(total) - before;
            }
        }
        if matches!(it.volume, Volume::Count(..)) {
            for it in &mut arrivals {
                it.expected = rounded(it.expected);
            }
        }
        arrivals
    }

    fn on_day(&self, volume: &Volume, day: Day) -> f64 {
        let at = day - self.first_day();
        let weight = |weights: &[(usize, f64)], day: Day| {
            let own = weights.iter().find(|it| it.0 as i64 == weekday(day));
            own.map_or(1.0, |it| it.1)
        };
        let all = |weights: &[(usize, f64)], (from, until): (Day, Day)| -> f64 {
            (from..until).map(|day| weight(weights, day)).sum()
        };
        match volume {
            Volume::Rate {
                amount,
                unit,
                growth,
                season,
                weekdays,
                window,
            } => {
                if window.is_some_and(|(from, until)| at < from || until < at) {
                    return 0.0;
                }
                let share = match *unit {
                    "hour" => 24.0 * weight(weekdays, day) / (all(weekdays, unit_of("week", day)) / 7.0),
                    "day" => weight(weekdays, day) / (all(weekdays, unit_of("week", day)) / 7.0),
                    unit => weight(weekdays, day) / all(weekdays, unit_of(unit, day)),
                };
                let month = date(day).1 as usize;
                let season = season.iter().find(|it| it.0 == month).map_or(1.0, |it| it.1);
                let growth = growth.map_or(1.0, |(percent, unit)| {
                    let units = units_between(unit, self.first_day(), day);
                    (1.0 + percent / 100.0_f64).powi(units as i32)
                });
                amount * share * season * growth
            }
            Volume::Series { days, months, weekdays } => {
                let month = months
                    .iter()
                    .find(|it| month_of(self.first_day() + it.0) == month_of(day));
                let of_month = month.map_or(0.0, |it| it.1 * weight(weekdays, day) / all(weekdays, month_of(day)));
                of_month + days.iter().filter(|it| it.0 == at).map(|it| it.1).sum::<f64>()
            }
            Volume::Count(count, on) => {
                if at == *on {
                    *count as f64
                } else {
                    0.0
                }
            }
        }
    }

    /// What a budget costs, tick by tick.
    pub(crate) fn budget(&self, budget: usize) -> Vec<(usize, f64)> {
        let it = &self.budgets[budget];
        let mut costs = Vec::new();
        for at in 0..self.days {
            let (from, until) = unit_of(it.unit, self.first_day() + at);
            let ticks = (24 / i64::from(self.tick_hours)).max(1);
            for part in 0..ticks {
                let tick = ((at * 24 + part * 24 / ticks) / i64::from(self.tick_hours)) as usize;
                let factor = self.factor(tick, |what| match what {
                    What::Budget(of, factor) if *of == budget => Some(*factor),
                    _ => None,
                });
                costs.push((tick, it.amount / (until - from) as f64 / ticks as f64 * factor));
            }
        }
        costs
    }
}
