//! What a distribution says: its finding and the words under it.

use crate::forecast::{Estimate, Forecast, SpreadShares};
use crate::report::chart::frame::Words;
use crate::report::chart::metric::MetricWords;
use crate::report::chart::number::{self, known};
use crate::report::chart::target::{Goal, plain};
use crate::report::chart::text::{self, NO_BREAK};

use super::bins::Bin;

/// What the counts of a histogram are shares of.
pub(super) fn whole(forecast: &Forecast) -> &'static str {
    if forecast.run.engine == "exact" {
        "all futures"
    } else {
        "the replications"
    }
}

/// The three sources of spread with their shares.
pub(super) fn sources(spread: SpreadShares) -> [(f64, &'static str); 3] {
    [
        (spread.assumptions, "what is not known about the rates"),
        (spread.arrivals, "how many arrive"),
        (spread.customers, "the luck of each customer"),
    ]
}

/// A share of the variance: it is estimated, so digits of percents would be no more than luck.
pub(super) fn about(share: f64) -> String {
    match 100.0 * share {
        percent if percent > 0.0 && percent < 1.0 => format!("under 1{NO_BREAK}%"),
        percent if percent > 99.0 && percent < 100.0 => format!("over 99{NO_BREAK}%"),
        percent => format!("{percent:.0}{NO_BREAK}%"),
    }
}

pub(super) fn words(
    forecast: &Forecast,
    metric: &MetricWords,
    bins: &[Bin],
    estimate: &Estimate,
    goals: &[Goal],
    spread: Option<SpreadShares>,
) -> Words {
    let whole = whole(forecast);
    let mut subtitle = format!(
        "{} over the whole horizon{}: each bar is the share of {whole} that end there",
        metric.name,
        match &metric.unit {
            Some(unit) if metric.is_money => format!(" in {unit}"),
            _ => String::new(),
        },
    );
    if number::interval_80(estimate).is_some_and(|(low, high)| high > low) {
        subtitle.push_str(", the strip below it the intervals that hold 50, 80 and 90\u{a0}% of them");
    }
    subtitle.push('.');
    if let Some(goal) = goals.first().filter(|it| it.so_far != 0.0) {
        let so_far = plain(goal.so_far);
        let ahead = plain(goal.ahead());
        let note = format!(
            " The target of {} counts {so_far} so far, so its line stands at {ahead}.",
            goal.words()
        );
        subtitle.push_str(&note);
    }
    Words {
        finding: finding(metric, bins, estimate, goals, whole),
        subtitle,
        description: description(metric, bins, estimate, goals, spread),
    }
}

fn finding(metric: &MetricWords, bins: &[Bin], estimate: &Estimate, goals: &[Goal], whole: &str) -> String {
    let interval = number::interval_80(estimate);
    let middle = known(estimate.p50).or(known(estimate.mean));
    if let Some((goal, chance)) = goals.first().and_then(|it| Some((it, it.probability?))) {
        let so_far = match goal.so_far {
            0.0 => String::new(),
            it => format!(", {} of them so far", metric.amount(&plain(it))),
        };
        let (limits, bound) = (goal.limits(), metric.amount(&goal.words()));
        let what = format!("{limits} {bound} {}{so_far}", metric.inside());
        // What did not happen among a thousand may happen all the same: it is not called impossible.
        return match chance {
            1.0 => format!("All of {whole} come to {what}"),
            0.0 => format!("None of {whole} come to {what}"),
            _ => format!("{} chance of {what}", number::share(chance)),
        };
    }
    let name = &metric.name;
    match (interval, middle) {
        (Some((low, high)), Some(middle)) if high > low => {
            let unit = number::unit(middle, interval);
            let lands = metric.verb("lands", "land");
            let (low, high) = (number::number(low, unit), number::number(high, unit));
            let high = metric.amount(&high);
            format!("{name} {lands} between {low} and {high} in 8 of 10 futures")
        }
        (_, Some(middle)) if bins.len() == 1 => {
            let value = metric.amount(&plain(middle));
            format!("{name} {} {value} in every future", metric.verb("is", "are"))
        }
        (_, Some(middle)) => format!("{name}: {} to be expected", metric.amount(&plain(middle))),
        (_, None) => {
            let (low, high) = (bins[0].low, bins[bins.len() - 1].high);
            let unit = number::unit(high, Some((low, high)));
            let range = metric.amount(&number::range(low, high, unit));
            format!("{name}: {range} in every future")
        }
    }
}

/// The quantiles and the mean, as far as they are known, in words: what they are, and the numbers.
pub(super) fn quantiles(metric: &MetricWords, estimate: &Estimate) -> Vec<(&'static str, String)> {
    let middle = known(estimate.p50).or(known(estimate.mean)).unwrap_or(0.0);
    let unit = number::unit(middle, number::interval_80(estimate));
    let value = |it: f64| metric.amount(&number::number(it, unit));
    let mut quantiles = Vec::new();
    quantiles.extend(known(estimate.p50).map(|it| ("median", value(it))));
    quantiles.extend(known(estimate.mean).map(|it| ("mean", value(it))));
    let intervals = [
        ("50\u{a0}%", number::interval(estimate.p25, estimate.p75)),
        ("80\u{a0}%", number::interval_80(estimate)),
        ("90\u{a0}%", number::interval_90(estimate)),
    ];
    let intervals = intervals.into_iter().filter_map(|(share, interval)| {
        let (low, high) = interval?;
        (high > low).then(|| (share, number::range(low, high, unit)))
    });
    quantiles.extend(intervals);
    quantiles
}

fn description(
    metric: &MetricWords,
    bins: &[Bin],
    estimate: &Estimate,
    goals: &[Goal],
    spread: Option<SpreadShares>,
) -> String {
    let mut told: Vec<String> = quantiles(metric, estimate)
        .into_iter()
        .map(|(what, numbers)| match what {
            "median" | "mean" => format!("{what} {numbers}"),
            _ => format!("{what} between {}", numbers.replace(" to ", " and ")),
        })
        .collect();
    let fullest = bins
        .iter()
        .fold(bins[0], |best, it| if it.share > best.share { *it } else { best });
    let unit = bin_unit(bins);
    let range = number::range(fullest.low, fullest.high, unit);
    told.push(format!("most often {range} ({})", number::share(fullest.share)));
    let mut text = format!("{}.", text::capital(&told.join("; ")));
    for goal in goals {
        let more = format!(" Target {}: {}.", goal.id, goal.chance());
        text.push_str(&more);
    }
    if let Some(spread) = spread {
        let shares = sources(spread).map(|(share, what)| format!("{} {what}", about(share)));
        let more = format!(" Where the spread comes from:{NO_BREAK}{}.", shares.join(", "));
        text.push_str(&more);
    }
    text
}

/// The place to which edges are worth writing.
pub(super) fn bin_unit(bins: &[Bin]) -> f64 {
    let widths = bins.iter().map(|it| it.high - it.low);
    let largest = bins[0].low.abs().max(bins[bins.len() - 1].high.abs());
    let narrowest = widths.fold(f64::INFINITY, f64::min);
    number::unit(largest, Some((0.0, narrowest))).min(10f64.powf(narrowest.log10().floor()))
}
