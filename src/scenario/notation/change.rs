//! Changes of the value at a path: `x1.3`, `+5pp`, `-10%`, `+3`, `+2d`, or a new value.

use super::super::spot::{Faults, Spot};
use super::delay::{delay, delay_text};
use super::duration;
use super::number::decimal;
use super::quantity::{
    CHANCE, COUNT, MONEY, NUMBER, PRICE, UNITS, Wanted, cost_amount, cost_amount_text, quantity,
    quantity_text,
};
use super::rate::{ARRIVALS, BUDGET, GROWTH, RateWanted, rate, rate_text};
use crate::journey::draft::{Change, CostAmountDraft, LeverDraft, Name, QuantityKind};
use crate::problem::{At, Fault};

/// How a new value at a path is written: in the notation of the key it ends in.
#[derive(Debug, Clone, Copy)]
enum Notation {
    Quantity(&'static Wanted),
    CostPart,
    Delay,
    /// Per unit of the calendar; a number alone keeps the unit.
    Rate(&'static RateWanted),
}

/// The notation of the value at `path`; that of a number for a path that leads nowhere, which is
/// told where the names are known.
fn notation(path: &str) -> Notation {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["steps", _, "costs", ..] => Notation::CostPart,
        ["steps", _, "cost" | "revenue", ..] => Notation::Quantity(&MONEY),
        ["steps", _, "units", ..] => Notation::Quantity(&UNITS),
        ["steps", _, _, "chance", ..] => Notation::Quantity(&CHANCE),
        ["steps", _, _, "after", ..] => Notation::Delay,
        ["arrivals", _, "volume", ..] => Notation::Rate(&ARRIVALS),
        ["arrivals", _, "growth", ..] => Notation::Rate(&GROWTH),
        ["pipeline", _, "count", ..] => Notation::Quantity(&COUNT),
        ["budgets", _, "amount", ..] => Notation::Rate(&BUDGET),
        ["products", _, "price" | "cost", ..] => Notation::Quantity(&PRICE),
        _ => Notation::Quantity(&NUMBER),
    }
}

/// The change at `spot` of the value at `path`, and the branch that it is against.
pub(crate) fn change(
    spot: &Spot<'_>,
    path: &str,
    faults: &mut Faults,
) -> Option<(Change, Option<Name>)> {
    if spot.has("change") || spot.has("against") {
        let fields = spot.fields("a change", &["change", "against"], faults)?;
        let against = fields
            .get("against")
            .and_then(|it| it.name("the name of a branch", faults));
        let inner = fields.require("change", faults)?;
        return plain(&inner, path, faults).map(|change| (change, against));
    }
    plain(spot, path, faults).map(|change| (change, None))
}

fn plain(spot: &Spot<'_>, path: &str, faults: &mut Faults) -> Option<Change> {
    if let Some(text) = spot.text() {
        match relative(text, &spot.at) {
            Ok(None) => {}
            Ok(change) => return change,
            Err(fault) => {
                faults.push(fault);
                return None;
            }
        }
    }
    match notation(path) {
        Notation::Quantity(wanted) => quantity(spot, wanted, faults).map(Change::Quantity),
        Notation::CostPart => cost_amount(spot, faults).map(of_cost),
        Notation::Delay => delay(spot, faults).map(Change::Delay),
        Notation::Rate(wanted) => {
            let inner = spot.key("is");
            let text = inner.as_ref().unwrap_or(spot).text();
            if text.is_some_and(|text| text.contains(" per ") || text.contains('/')) {
                rate(spot, wanted, faults).map(Change::Rate)
            } else {
                quantity(spot, wanted.quantity, faults).map(Change::Quantity)
            }
        }
    }
}

fn of_cost(cost: CostAmountDraft) -> Change {
    match cost {
        CostAmountDraft::Money(money) => Change::Quantity(money),
        CostAmountDraft::OfRevenue(share) => Change::OfRevenue(share),
    }
}

/// The relative change `text`, if it is one and not a new value.
fn relative(text: &str, at: &At) -> Result<Option<Change>, Fault> {
    let text = text.trim();
    let fail = |help: String| {
        let message = format!("{text:?} is not a change");
        Err(Fault::mistake("bad-change", at.clone(), message).help(help))
    };
    let general = "write `x1.3`, `+5pp`, `-10%`, `+3`, `+2d` or a new value";
    if let Some(factor) = text.strip_prefix('x') {
        return match decimal(factor) {
            Some(factor) if factor >= 0.0 => Ok(Some(Change::Times(factor))),
            Some(_) => fail("a factor is not negative: `x0.5`".to_owned()),
            None if text.contains(" to ") => fail("a range belongs in `[levers]`".to_owned()),
            None => fail(general.to_owned()),
        };
    }
    if let Some(factor) = text.strip_prefix(['×', '*']) {
        return fail(format!("write `x{}`", factor.trim()));
    }
    if !text.starts_with(['+', '-']) || text.contains(" to ") || text.contains(" per ") {
        return Ok(None);
    }
    if let Some(points) = text.strip_suffix("pp") {
        return match decimal(points.trim_end()) {
            Some(points) => Ok(Some(Change::Points(points / 100.0))),
            None => fail(general.to_owned()),
        };
    }
    if let Some(percent) = text.strip_suffix('%') {
        return match decimal(percent.trim_end()) {
            Some(percent) => Ok(Some(Change::Percent(percent / 100.0))),
            None => fail(general.to_owned()),
        };
    }
    if let Some(amount) = decimal(text) {
        return Ok(Some(Change::Add(amount)));
    }
    match duration::parse(text) {
        Some(duration) => Ok(Some(Change::AddDuration(duration))),
        None => fail(general.to_owned()),
    }
}

/// The range `LO to HI` in which `solve` may move the value at `path`.
pub(crate) fn lever(path: &Name, spot: &Spot<'_>, faults: &mut Faults) -> Option<LeverDraft> {
    let wanted = "a range such as `\"x0.8 to x1.5\"` or `\"5% to 12%\"`";
    let Some(text) = spot.text() else {
        spot.wrong(wanted, faults);
        return None;
    };
    match range(text, &path.text, &spot.at) {
        Ok((low, high)) => Some(LeverDraft {
            path: path.clone(),
            at: spot.at.clone(),
            low,
            high,
        }),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

fn range(text: &str, path: &str, at: &At) -> Result<(Change, Change), Fault> {
    let fail = |help: &str| {
        let message = format!("{text:?} is not a range that can be tried");
        Fault::mistake("bad-notation", at.clone(), message).help(help)
    };
    let ends: Vec<&str> = text.split(" to ").map(str::trim).collect();
    let [low, high] = ends.as_slice() else {
        return Err(fail("write `x0.8 to x1.5`, `5% to 12%` or `+0 to +20`"));
    };
    let mut low = (*low).to_owned();
    if let Some((_, unit)) = high.rsplit_once(" per ")
        && decimal(low.trim_end_matches('%')).is_some()
        && !low.starts_with(['+', '-'])
    {
        low = format!("{low} per {unit}");
    }
    let (low, high) = (end(&low, path, at)?, end(high, path, at)?);
    if std::mem::discriminant(&low) != std::mem::discriminant(&high) {
        return Err(fail(
            "both ends are written in the same way: `x0.8 to x1.5`, `+0d to +2d`",
        ));
    }
    let plain = [&low, &high].iter().all(|end| match end {
        Change::Quantity(it) | Change::OfRevenue(it) => matches!(it.kind, QuantityKind::Number(_)),
        Change::Rate(it) => matches!(it.quantity.kind, QuantityKind::Number(_)),
        _ => true,
    });
    if plain {
        Ok((low, high))
    } else {
        Err(fail("both ends are plain numbers: `5% to 12%`"))
    }
}

fn end(text: &str, path: &str, at: &At) -> Result<Change, Fault> {
    if let Some(change) = relative(text, at)? {
        return Ok(change);
    }
    match notation(path) {
        Notation::Quantity(wanted) => quantity_text(text, at, wanted).map(Change::Quantity),
        Notation::CostPart => cost_amount_text(text, at).map(of_cost),
        Notation::Delay => delay_text(text, at).map(Change::Delay),
        Notation::Rate(wanted) if text.contains(" per ") => {
            rate_text(text, at, wanted).map(Change::Rate)
        }
        Notation::Rate(wanted) => quantity_text(text, at, wanted.quantity).map(Change::Quantity),
    }
}

/// The path of what was typed as `--set PATH=CHANGE`.
///
/// # Errors
///
/// If there is no `=`, or nothing on one side of it.
pub(crate) fn typed_path(typed: &str, at: &At) -> Result<Name, Fault> {
    match typed.split_once('=') {
        Some((path, change)) if !path.trim().is_empty() && !change.trim().is_empty() => Ok(Name {
            text: path.trim().to_owned(),
            at: at.clone().on_key(),
        }),
        _ => {
            let message = format!("{typed:?} is not a path and a change");
            Err(Fault::mistake("bad-change", at.clone(), message)
                .help("write `--set steps.visit.buy.chance=x1.3`"))
        }
    }
}
