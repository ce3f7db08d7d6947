//! What a comparison comes to, as a sentence: which option is best, by how much and how sure.

use crate::report::chart::number;
use crate::study::Better;

use super::metric::{Metric, Verdict};

/// The finding about a metric of the options with these names.
pub(super) fn finding(metric: &Metric, names: &[String]) -> String {
    let subject = metric.words.inside();
    let Some((best, base)) = metric.best().zip(metric.options[0]) else {
        return match metric.best() {
            Some(best) => has_the_most(metric, names, best),
            None => format!("Nothing is known of {subject}"),
        };
    };
    let others = || metric.options[1..].iter().flatten().filter_map(|it| it.difference);
    if others().all(|it| it.is_none) {
        let which = if others().count() == 1 {
            "The alternative does not change"
        } else {
            "No alternative changes"
        };
        return format!("{which} {subject}: {}", metric.value(&base));
    }
    if best == 0 {
        let unsure = others()
            .filter(|it| !it.is_none && it.verdict != Verdict::Worse)
            .count();
        let beaten = match unsure {
            0 if others().any(|it| it.is_none) => "every alternative that changes it is worse".to_owned(),
            0 => "every alternative is worse".to_owned(),
            1 => "one alternative may be as good".to_owned(),
            _ => format!("{unsure} alternatives may be as good"),
        };
        let beaten = if metric.better.is_some() {
            format!("; {beaten}")
        } else {
            String::new()
        };
        return format!(
            "The base has {} {subject}: {}{beaten}",
            most(metric),
            metric.value(&base)
        );
    }
    let shown = metric.options[best].expect("the best one is known");
    let Some(difference) = shown.difference else {
        return has_the_most(metric, names, best);
    };
    let name = &names[best];
    let apart = metric.apart(&difference.value);
    if difference.verdict == Verdict::Unsure {
        return format!(
            "{name} has {} {subject}, but that it has {apart} may be luck",
            most(metric)
        );
    }
    let sure = match shown.best.filter(|_| metric.options.iter().flatten().count() > 2) {
        Some(best) => Some(format!("best of all in {}", number::share(best))),
        None => difference
            .better
            .map(|it| format!("{} in {}", metric.better_word(), number::share(it))),
    };
    let sure = sure.map_or_else(String::new, |it| format!("; {it} of futures"));
    format!(
        "{name} has {} {subject}: {}, {apart}{sure}",
        most(metric),
        metric.value(&shown)
    )
}

/// What the best option is best at: `highest profit`.
pub(super) fn label(metric: &Metric) -> String {
    let most = most(metric);
    format!(
        "{} {}",
        most.strip_prefix("the ").unwrap_or(most),
        metric.words.inside()
    )
}

fn has_the_most(metric: &Metric, names: &[String], best: usize) -> String {
    let value = metric.options[best]
        .as_ref()
        .map(|it| metric.value(it))
        .unwrap_or_default();
    format!(
        "{} has {} {}: {value}",
        names[best],
        most(metric),
        metric.words.inside()
    )
}

fn most(metric: &Metric) -> &'static str {
    match (metric.better, metric.words.plural) {
        (Some(Better::Lower), false) => "the lowest",
        (Some(Better::Lower), true) => "the fewest",
        (_, false) => "the highest",
        (_, true) => "the most",
    }
}
