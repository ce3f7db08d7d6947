//! `[arrivals]` and `[pipeline]`.

use jiff::civil::Date;

use super::super::notation::duration::duration;
use super::super::notation::number;
use super::super::notation::quantity::{COUNT, NUMBER, quantity};
use super::super::notation::rate::{ARRIVALS, GROWTH, rate};
use super::super::spot::{Faults, Fields, Spot, check_id, date, is_date_shaped, unknown_key};
use super::super::syntax::Value;
use super::customer::overrides;
use crate::journey::draft::{
    ArrivalDraft, Name, PipelineDraft, Quantity, QuantityKind, SeriesEntry, SpreadDraft, VolumeDraft,
};
use crate::problem::{At, Fault};

const KEYS: [&str; 12] = [
    "to", "rate", "series", "count", "on", "growth", "season", "weekdays", "from", "until", "spread", "customer",
];
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Stands in for a number that could not be read.
pub(super) fn nothing(at: &At) -> Quantity {
    known(at, 0.0)
}

fn known(at: &At, number: f64) -> Quantity {
    Quantity {
        at: at.clone(),
        kind: QuantityKind::Number(number),
    }
}

/// Who comes when.
pub(super) fn arrivals(section: Option<Spot<'_>>, faults: &mut Faults) -> Vec<ArrivalDraft> {
    let Some(section) = section else {
        return Vec::new();
    };
    let arrivals: Vec<_> = section.named("a table of arrivals", faults).collect();
    arrivals
        .into_iter()
        .filter_map(|(id, spot)| {
            check_id("an arrival", &id, faults);
            let fields = spot.fields("an arrival", &KEYS, faults)?;
            Some(arrival(id, &fields, faults))
        })
        .collect()
}

fn arrival(id: Name, fields: &Fields<'_>, faults: &mut Faults) -> ArrivalDraft {
    ArrivalDraft {
        to: fields.get("to").and_then(|it| it.name("the name of a step", faults)),
        volume: volume(fields, faults),
        growth: fields.get("growth").and_then(|it| rate(&it, &GROWTH, faults)),
        season: fields.get("season").map(|it| season(&it, faults)),
        weekdays: fields.get("weekdays").map(|it| weekdays(&it, faults)),
        from: fields.date("from", faults),
        until: fields.date("until", faults),
        spread: fields
            .get("spread")
            .and_then(|it| spread(&it, faults))
            .unwrap_or(SpreadDraft::Poisson),
        customer: overrides(fields.get("customer"), faults),
        id,
    }
}

fn volume(fields: &Fields<'_>, faults: &mut Faults) -> VolumeDraft {
    let kinds = ["rate", "series", "count"];
    let given: Vec<&str> = kinds.into_iter().filter(|key| fields.get(key).is_some()).collect();
    if let [first, second, ..] = given.as_slice() {
        let why = "an arrival has a `rate`, a `series` or a `count`";
        fields.refuse_both([first, second], why, faults);
    }
    if given.is_empty() {
        let message = "an arrival needs `rate`, `series` or `count`";
        let at = fields.at().clone().on_key();
        let fault = Fault::mistake("missing-key", at, message);
        faults.push(fault.help("write `rate = \"9000 per month\"` or `count = 500`"));
    }
    if let Some(kind) = given.first() {
        let misplaced: &[&str] = match *kind {
            "rate" => &["on"],
            "series" => &["on", "growth", "season"],
            _ => &["growth", "season", "weekdays", "from", "until", "spread"],
        };
        for key in misplaced {
            let why = match *key {
                "on" => "`on` is the day of a `count`",
                "growth" | "season" => "only a `rate` grows or has seasons",
                "weekdays" => "`weekdays` share out a `rate` or a `series`",
                "spread" => "a `count` is exactly that many",
                _ => "a `count` arrives on one day: `on`",
            };
            fields.refuse_both([kind, key], why, faults);
        }
    }
    let volume = if let Some(spot) = fields.get("rate") {
        rate(&spot, &ARRIVALS, faults).map(VolumeDraft::Rate)
    } else if let Some(spot) = fields.get("series") {
        Some(VolumeDraft::Series(series(&spot, faults)))
    } else {
        fields.get("count").and_then(|spot| {
            let count = quantity(&spot, &COUNT, faults)?;
            Some(VolumeDraft::Count(count, fields.date("on", faults)))
        })
    };
    volume.unwrap_or_else(|| VolumeDraft::Count(nothing(fields.at()), None))
}

fn series(spot: &Spot<'_>, faults: &mut Faults) -> Vec<SeriesEntry> {
    let entries: Vec<_> = spot.named("a table of months or days", faults).collect();
    entries
        .into_iter()
        .filter_map(|(label, spot)| {
            let quantity = quantity(&spot, &COUNT, faults);
            let Some((first, is_day)) = month_or_day(&label.text) else {
                let (code, message) = if is_date_shaped(&label.text) {
                    ("bad-date", format!("`{}` is not a day of the calendar", label.text))
                } else {
                    ("bad-notation", format!("`{}` is neither a month nor a day", label.text))
                };
                let fault = Fault::mistake(code, label.at, message);
                faults.push(fault.help("write `\"2026-01\"` or `\"2026-01-15\"`"));
                return None;
            };
            Some(SeriesEntry {
                quantity: quantity?,
                label,
                first,
                is_day,
            })
        })
        .collect()
}

fn month_or_day(label: &str) -> Option<(Date, bool)> {
    match label.len() {
        7 => date(&format!("{label}-01")).map(|first| (first, false)),
        _ => date(label).map(|day| (day, true)),
    }
}

fn season(spot: &Spot<'_>, faults: &mut Faults) -> Vec<Quantity> {
    let mut by_month: [Option<Quantity>; 12] = Default::default();
    let mut otherwise = None;
    let entries: Vec<_> = spot.named("a table of months and factors", faults).collect();
    for (key, spot) in entries {
        let factor = quantity(&spot, &NUMBER, faults);
        match MONTHS.iter().position(|it| *it == key.text) {
            Some(month) => by_month[month] = factor,
            None if key.text == "else" => otherwise = factor,
            None => faults.push(unknown_key(
                "a season",
                &key.text,
                key.at,
                &[&MONTHS[..], &["else"]].concat(),
            )),
        }
    }
    let otherwise = otherwise.unwrap_or_else(|| known(&spot.at, 1.0));
    by_month
        .into_iter()
        .map(|factor| factor.unwrap_or_else(|| otherwise.clone()))
        .collect()
}

fn weekdays(spot: &Spot<'_>, faults: &mut Faults) -> [f64; 7] {
    let mut by_day = [None; 7];
    let mut otherwise = None;
    let entries: Vec<_> = spot.named("a table of weekdays and weights", faults).collect();
    for (key, spot) in entries {
        let weight = not_negative(&spot, "a weight such as `0.5`", faults);
        match WEEKDAYS.iter().position(|it| *it == key.text) {
            Some(day) => by_day[day] = weight,
            None if key.text == "else" => otherwise = weight,
            None => faults.push(unknown_key(
                "a week",
                &key.text,
                key.at,
                &[&WEEKDAYS[..], &["else"]].concat(),
            )),
        }
    }
    by_day.map(|weight| weight.or(otherwise).unwrap_or(1.0))
}

fn not_negative(spot: &Spot<'_>, wanted: &str, faults: &mut Faults) -> Option<f64> {
    let number = number(spot, wanted, faults)?;
    if number < 0.0 {
        let message = format!("{number} is negative, which it cannot be");
        faults.push(Fault::mistake("out-of-range", spot.at.clone(), message));
    }
    Some(number.max(0.0))
}

fn spread(spot: &Spot<'_>, faults: &mut Faults) -> Option<SpreadDraft> {
    let wanted = "`\"poisson\"`, `\"fixed\"` or `{ cv = \"10%\" }`";
    match &spot.node.value {
        Value::String(word) if word == "poisson" => Some(SpreadDraft::Poisson),
        Value::String(word) if word == "fixed" => Some(SpreadDraft::Fixed),
        Value::String(word) => {
            let message = format!("`{word}` is not a spread");
            let fault = Fault::mistake("bad-notation", spot.at.clone(), message);
            let fault = fault.help(format!("write {wanted}"));
            faults.push(fault.nearest(word, ["poisson", "fixed"]));
            None
        }
        Value::Table(_) => {
            let fields = spot.fields("a spread", &["cv"], faults)?;
            let cv = fields.require("cv", faults)?;
            not_negative(&cv, "a share such as `\"10%\"`", faults).map(SpreadDraft::Cv)
        }
        _ => spot.wrong(wanted, faults),
    }
}

/// Who is under way on `begin`.
pub(super) fn pipeline(section: Option<Spot<'_>>, faults: &mut Faults) -> Vec<PipelineDraft> {
    let Some(section) = section else {
        return Vec::new();
    };
    let mut entries = Vec::new();
    let steps: Vec<_> = section.named("a table of steps", faults).collect();
    for (step, spot) in steps {
        match &spot.node.value {
            Value::Array(_) => {
                for item in spot.items("", faults).unwrap_or_default() {
                    entries.extend(waiting(&step, &item, faults));
                }
            }
            _ => entries.extend(waiting(&step, &spot, faults)),
        }
    }
    entries
}

fn waiting(step: &Name, spot: &Spot<'_>, faults: &mut Faults) -> Option<PipelineDraft> {
    let keys = ["count", "waited", "converted", "customer"];
    let fields = spot.fields("an entry of the pipeline", &keys, faults)?;
    let count = fields
        .require("count", faults)
        .and_then(|it| quantity(&it, &COUNT, faults));
    Some(PipelineDraft {
        step: step.clone(),
        at: spot.at.clone(),
        count: count.unwrap_or_else(|| nothing(&spot.at)),
        waited: fields
            .get("waited")
            .and_then(|it| duration(&it, faults).map(|waited| (waited, it.at))),
        converted: fields
            .get("converted")
            .and_then(|it| it.boolean(faults))
            .unwrap_or(false),
        customer: overrides(fields.get("customer"), faults),
    })
}
