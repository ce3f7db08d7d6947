//! Who arrives when: a rate with growth and seasons, or the numbers of the log.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::loglinear::{LogLinear, log_linear};
use super::recent::{Misses, recent};
use super::shape::Arrivals;
use super::survey::Survey;
use super::window::{DAY, Window, to_date};
use super::write::number;
use crate::clock::days_between;
use crate::journey::law::Z95;
use crate::special::gamma_tails;

/// With fewer whole months there is nothing but a daily rate.
const MONTHS_MIN: usize = 3;
/// With fewer there is no growth.
const MONTHS_GROWTH: usize = 6;
/// With fewer there are no seasons.
const MONTHS_SEASON: usize = 24;
/// Growth, seasons and good and bad months have to be this unlikely by mere luck.
const LEVEL: f64 = 0.01;
/// With no arrivals in so many periods at its end, a log is taken to have been drawn by arrivals.
pub(crate) const QUIET_MIN: usize = 3;
const NAMES: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Cases that begin, by month.
pub(crate) fn by_month(survey: &Survey) -> BTreeMap<Date, u64> {
    let mut months = BTreeMap::new();
    for (day, cases) in &survey.days {
        if let Some(day) = to_date(day * DAY) {
            *months.entry(day.first_of_month()).or_default() += cases;
        }
    }
    months
}

/// Arrivals as the log has them from `begin` on.
pub(crate) fn as_they_were(months: &BTreeMap<Date, u64>, begin: Date) -> Arrivals {
    let series: Vec<String> = months
        .iter()
        .filter(|it| *it.0 >= begin.first_of_month())
        .map(|(month, count)| format!("\"{:04}-{:02}\" = {count}", month.year(), month.month()))
        .collect();
    Arrivals {
        remarks: vec!["As many as the log has, month by month.".to_owned()],
        entries: vec![
            ("series", format!("{{ {} }}", series.join(", "))),
            ("spread", "\"fixed\"".to_owned()),
        ],
    }
}

/// Arrivals after the log, from `begin` on.
pub(crate) fn forecast(months: &BTreeMap<Date, u64>, window: &Window, begin: Date, point: bool) -> Arrivals {
    let whole = whole_months(months, window);
    if whole.len() < MONTHS_MIN {
        return steady(months, window);
    }
    let total = |months: &[(Date, f64)]| months.iter().map(|it| it.1).sum::<f64>();
    let mut remarks = vec![format!(
        "{:.0} in {} whole months of the log, from {} on.",
        total(&whole),
        whole.len(),
        whole[0].0
    )];
    let (whole, quiet) = until_quiet(&whole);
    let last = whole[whole.len() - 1].0.last_of_month();
    if quiet > 0 {
        remarks.push(format!(
            "No case begins after {last}: the log seems to hold only cases that began by then, and the {quiet} months \
             after it do not count."
        ));
    }
    let recent = recent(whole, MONTHS_MIN, next);
    if recent.months < whole.len() {
        let last = &whole[whole.len() - recent.months..];
        remarks.push(format!(
            "Months were foretold better by the {} before them than by all: what follows is of the last {}, with {:.0}.",
            recent.months,
            recent.months,
            total(last)
        ));
    }
    let whole = &whole[whole.len() - recent.months..];
    let model = model(whole, &mut remarks);
    // What arrivals came to since they are not in the log any more, nobody knows.
    let next = begin.first_of_month();
    let next = if quiet > 0 {
        last.tomorrow().unwrap_or(next)
    } else {
        next
    };
    let ahead = f64::from(months_between(whole[0].0, next));
    let level = model.level(ahead);
    let spread = model.excess();
    let error = model.error(ahead) * spread.max(1.0).sqrt();
    let mut entries = vec![("rate", rate(level, error, point))];
    if let Some((growth, error)) = model.growth() {
        entries.push(("growth", growth_words(growth, error * spread.max(1.0).sqrt(), point)));
    }
    if let Some(season) = model.season() {
        let factors: Vec<String> = NAMES
            .iter()
            .zip(season)
            .map(|(name, it)| format!("{name} = {it:.3}"))
            .collect();
        entries.push(("season", format!("{{ {} }}", factors.join(", "))));
    }
    if let Some(spread) = spread_words(&model, recent.misses, &mut remarks) {
        entries.push(("spread", spread));
    }
    Arrivals { remarks, entries }
}

/// The months up to the last arrivals, if so many follow that the log must have been drawn by them;
/// and how many follow.
fn until_quiet(whole: &[(Date, f64)]) -> (&[(Date, f64)], usize) {
    let last = whole.iter().rposition(|it| it.1 > 0.0);
    match last.map(|it| (it + 1, whole.len() - it - 1)) {
        Some((kept, quiet)) if quiet >= QUIET_MIN && kept >= MONTHS_MIN => (&whole[..kept], quiet),
        _ => (whole, 0),
    }
}

/// How many are expected in the month after these.
fn next(months: &[(Date, f64)]) -> f64 {
    let model = model(months, &mut Vec::new());
    let factor = |season: Vec<f64>| season[months[months.len() - 1].0.month() as usize % 12];
    model.level(months.len() as f64) * model.season().map_or(1.0, factor)
}

/// How much months vary beyond luck: around the model, and around what it foretold of them, which
/// also sees levels that drift.
fn spread_words(model: &LogLinear, misses: Option<Misses>, remarks: &mut Vec<String>) -> Option<String> {
    let is_more = |excess: f64, freedom: f64| gamma_tails(0.5 * freedom, 0.5 * excess * freedom).above < LEVEL;
    let around = model.excess();
    let around = is_more(around, model.freedom()).then(|| (model.varies(), around, "vary by"));
    let missed = misses.filter(|it| is_more(it.excess, it.count));
    let missed = missed.map(|it| (it.varies, it.excess, "were missed by"));
    let more = |one: (f64, f64, &'static str), other: (f64, f64, &'static str)| {
        if other.0 > one.0 { other } else { one }
    };
    let (varies, excess, how) = around.into_iter().chain(missed).reduce(more)?;
    let cv = varies.sqrt();
    (cv > 0.001).then(|| {
        remarks.push(format!(
            "Months {how} {excess:.1} times the variance of mere luck: hence the coefficient of variation."
        ));
        format!("{{ cv = \"{}%\" }}", number((cv * 1_000.0).round() / 10.0))
    })
}

/// The simplest model that is not refuted.
fn model(whole: &[(Date, f64)], remarks: &mut Vec<String>) -> LogLinear {
    let counts: Vec<f64> = whole.iter().map(|it| it.1).collect();
    let months: Vec<usize> = whole.iter().map(|it| it.0.month() as usize - 1).collect();
    let every_month = (0..12).all(|month| whole.iter().any(|it| it.0.month() as usize == month + 1 && it.1 > 0.0));
    let fit = |growth: bool, season: bool| log_linear(&counts, &months, growth, season);
    let better = |small: &LogLinear, large: &LogLinear, freedom: f64| {
        let gain = (small.deviance - large.deviance) / large.excess().max(1.0);
        gamma_tails(0.5 * freedom, 0.5 * gain.max(0.0)).above < LEVEL
    };
    let mut best = fit(false, false);
    if counts.len() >= MONTHS_SEASON && every_month {
        let grown = fit(true, true);
        let without_season = fit(true, false);
        if grown.is_sound && better(&without_season, &grown, 11.0) {
            let still = fit(false, true);
            remarks.push("Seasons are more than chance at a level of 1 %.".to_owned());
            return if better(&still, &grown, 1.0) { grown } else { still };
        }
        remarks.push("Seasons are no more than chance at a level of 1 %.".to_owned());
    } else {
        remarks.push(format!(
            "Seasons would take {MONTHS_SEASON} whole months of the log, all with arrivals."
        ));
    }
    if counts.len() >= MONTHS_GROWTH {
        let grown = fit(true, false);
        if grown.is_sound && better(&best, &grown, 1.0) {
            remarks.push("Growth is more than chance at a level of 1 %; the forecast goes on with it.".to_owned());
            best = grown;
        } else {
            remarks.push("Growth is no more than chance at a level of 1 %.".to_owned());
        }
    }
    best
}

/// Arrivals of a short log: as many a day as in all of it.
fn steady(months: &BTreeMap<Date, u64>, window: &Window) -> Arrivals {
    let cases: u64 = months.values().sum();
    let days = days_between(window.first_day(), window.last_day()) + 1;
    let rate = cases as f64 / days as f64;
    Arrivals {
        remarks: vec![format!(
            "{cases} in {}: too few months for growth and seasons.",
            if days == 1 {
                "a day".to_owned()
            } else {
                format!("{days} days")
            }
        )],
        entries: vec![("rate", format!("\"{} per day\"", number(rate)))],
    }
}

/// The months of which the log has every day, with what began in them.
fn whole_months(months: &BTreeMap<Date, u64>, window: &Window) -> Vec<(Date, f64)> {
    let first = window.first_day();
    let mut month = first.first_of_month();
    let mut whole = Vec::new();
    while month.last_of_month() <= window.last_day() {
        if month >= first {
            whole.push((month, months.get(&month).copied().unwrap_or(0) as f64));
        }
        let Ok(next) = month.last_of_month().tomorrow() else {
            break;
        };
        month = next;
    }
    whole
}

fn months_between(from: Date, to: Date) -> i32 {
    12 * (i32::from(to.year()) - i32::from(from.year())) + i32::from(to.month()) - i32::from(from.month())
}

fn rate(level: f64, error: f64, point: bool) -> String {
    let level = level.max(0.0);
    let (low, high) = (level * (-Z95 * error).exp(), level * (Z95 * error).exp());
    if point || !(error.is_finite() && low > 1e-6 && high / low > 1.000_1) || high > 1e9 {
        format!("\"{} per month\"", number(level))
    } else {
        format!("\"{} to {} per month\"", number(low), number(high))
    }
}

fn growth_words(growth: f64, error: f64, point: bool) -> String {
    let percent = |log: f64| format!("{}%", number((log.exp_m1() * 1e4).round() / 100.0));
    let (low, high) = (percent(growth - Z95 * error), percent(growth + Z95 * error));
    if point || low == high {
        format!("\"{} per month\"", percent(growth))
    } else {
        format!("\"{low} to {high} per month\"")
    }
}
