//! Who arrives and who is under way, in words.

use super::Entry;
use super::amount::{Voice, percent};
use super::delay::length;
use crate::journey::draft::SpreadDraft;
use crate::journey::{ArrivalStream, AttributeKind, LeafValue, Mix, Tree, Volume};
use crate::report::notation::{per, rounded};
use crate::report::number::exact;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub(super) fn streams(voice: &Voice<'_>) -> Vec<Entry> {
    let streams = voice.journey.streams.iter();
    streams.map(|it| stream(voice, it)).collect()
}

fn stream(voice: &Voice<'_>, stream: &ArrivalStream) -> Entry {
    let clock = &voice.journey.clock;
    let mut lines = Vec::new();
    let text = match &stream.volume {
        Volume::Rate(amount, _) => voice.number(*amount),
        Volume::Count(amount, day) => {
            let count = voice.number(*amount);
            if *day == 0 {
                format!("exactly {count} on the first day")
            } else {
                format!("exactly {count} on {}", clock.date(*day))
            }
        }
        Volume::Series(totals) => {
            lines.extend(totals.iter().map(|it| {
                let path = &voice.journey.assumption(it.amount).path;
                let label = path.rsplit('.').next().unwrap_or(path);
                format!("{label}: {}", voice.number(it.amount))
            }));
            "totals of months or days".to_owned()
        }
    };
    let to = &voice.journey.step(stream.to).id;
    let text = format!("to `{to}`, {text}");
    if let Some((amount, unit)) = stream.growth {
        let unit = per(unit);
        lines.push(format!("growing {}, not in the first {unit}", voice.number(amount)));
    }
    lines.extend(season(voice, stream));
    lines.extend(stream.weekdays.map(weekdays));
    lines.extend(days(voice, stream.days));
    match stream.spread {
        SpreadDraft::Poisson => {}
        SpreadDraft::Fixed => lines.push("exactly as many as expected, without luck".to_owned()),
        SpreadDraft::Cv(cv) => lines.push(format!(
            "good and bad months: {} around what is expected, beyond chance",
            percent(cv)
        )),
    }
    lines.extend(own_mix(voice, &stream.mix));
    Entry {
        name: stream.id.clone(),
        text,
        lines,
    }
}

fn season(voice: &Voice<'_>, stream: &ArrivalStream) -> Option<String> {
    let factors = stream.season.as_ref()?;
    let told = factors.iter().zip(MONTHS).filter(|(id, _)| {
        let tree = &voice.journey.assumption(**id).tree;
        !matches!(tree, Tree::Leaf(leaf) if leaf.value == LeafValue::Known(1.0))
    });
    let told: Vec<String> = told
        .map(|(id, month)| format!("{month} {}", voice.number(*id)))
        .collect();
    (!told.is_empty()).then(|| format!("by season, times: {}", told.join(", ")))
}

fn weekdays(weights: [f64; 7]) -> String {
    let told = weights.iter().zip(WEEKDAYS).filter(|(it, _)| (**it - 1.0).abs() > 0.0);
    let told: Vec<String> = told.map(|(weight, day)| format!("{day} {}", exact(*weight))).collect();
    let others = if told.len() < 7 { ", others 1" } else { "" };
    format!("weights of weekdays: {}{others}", told.join(", "))
}

/// The days of something that does not hold throughout.
pub(super) fn days(voice: &Voice<'_>, (first, last): (i64, i64)) -> Option<String> {
    let clock = &voice.journey.clock;
    let date = |day: i64| u32::try_from(day).map(|day| clock.date(day));
    let end = i64::from(clock.days()) - 1;
    match (date(first), date(last)) {
        _ if last < 0 || first > end => Some("never within the forecast".to_owned()),
        (Ok(from), Ok(until)) if first > 0 && last < end => Some(format!("from {from} until {until}")),
        (Ok(from), _) if first > 0 => Some(format!("from {from} on")),
        (_, Ok(until)) if last < end => Some(format!("until {until}")),
        _ => None,
    }
}

pub(super) fn pipeline(voice: &Voice<'_>) -> Vec<Entry> {
    let tick_days = voice.journey.clock.tick_days();
    let waiting = voice.journey.pipeline.iter().map(|it| {
        let mut text = format!("{} customers", voice.number(it.count));
        if it.waited_ticks > 0 {
            text.push_str(", there for ");
            text.push_str(&length(f64::from(it.waited_ticks) * tick_days));
        }
        if it.converted {
            text.push_str(", converted before");
        }
        Entry {
            name: voice.journey.step(it.step).id.clone(),
            text,
            lines: own_mix(voice, &it.mix),
        }
    });
    waiting.collect()
}

/// What is special about the customers of a stream or pipeline entry.
fn own_mix(voice: &Voice<'_>, mixes: &[Mix]) -> Vec<String> {
    let attributes = voice.journey.attributes.iter().zip(mixes);
    let own = attributes.filter(|(attribute, mix)| match (mix, &attribute.kind) {
        (Mix::Start(number), AttributeKind::Counter { start, .. }) => number != start,
        (Mix::Start(_), AttributeKind::Category(_)) => true,
        (Mix::Weights(weights), _) => weights.iter().any(|(_, id)| {
            let path = &voice.journey.assumption(*id).path;
            !path.starts_with("customer.")
        }),
    });
    own.map(|(attribute, it)| format!("{}: {}", attribute.id, mix(voice, attribute, it)))
        .collect()
}

/// The shares of a mix, or where a counter starts.
pub(super) fn mix(voice: &Voice<'_>, attribute: &crate::journey::Attribute, mix: &Mix) -> String {
    let weights = match mix {
        Mix::Start(number) => return format!("starts at {}", attribute.label(*number)),
        Mix::Weights(weights) => weights,
    };
    if let [(value, _)] = weights.as_slice() {
        return format!("always {}", attribute.label(*value));
    }
    let known = |(value, id): &(u32, _)| match &voice.journey.assumption(*id).tree {
        Tree::Leaf(leaf) if leaf.source.is_none() && leaf.note.is_none() => match leaf.value {
            LeafValue::Known(weight) => Some((*value, weight)),
            _ => None,
        },
        _ => None,
    };
    let all_known: Option<Vec<(u32, f64)>> = weights.iter().map(known).collect();
    let told: Vec<String> = match all_known {
        Some(known) => {
            let sum: f64 = known.iter().map(|it| it.1).sum();
            let share = |(value, weight): (u32, f64)| {
                let share = percent(rounded(weight / sum, 3));
                format!("{} {share}", attribute.label(value))
            };
            known.into_iter().map(share).collect()
        }
        None => weights
            .iter()
            .map(|(value, id)| {
                let (label, weight) = (attribute.label(*value), voice.number(*id));
                format!("{label} with a weight of {weight}")
            })
            .collect(),
    };
    told.join(", ")
}
