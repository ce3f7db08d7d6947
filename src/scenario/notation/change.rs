//! Changes of the value at a path: `x1.3`, `+5pp`, `-10%`, `+3`, `+2d`, or a new value.

use super::super::spot::{Faults, Spot};
use super::cost::{cost_amount, cost_amount_text};
use super::delay::{delay, delay_text};
use super::number::decimal;
use super::quantity::{CHANCE, COUNT, MONEY, NUMBER, PRICE, UNITS, Wanted, quantity, quantity_text};
use super::rate::{ARRIVALS, BUDGET, GROWTH, RateWanted, rate, rate_text};
use super::{Parsed, duration};
use crate::journey::draft::{Change, ChangeDraft, CostAmountDraft, LeverDraft, Name, QuantityKind};
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

/// The change at `spot` of the value at `path`.
pub(crate) fn change(spot: &Spot<'_>, path: &Name, faults: &mut Faults) -> Option<ChangeDraft> {
    let draft = |at: &At, change, against| ChangeDraft {
        path: path.clone(),
        at: at.clone(),
        change,
        against,
    };
    if spot.has("change") || spot.has("against") {
        let fields = spot.fields("a change", &["change", "against"], faults)?;
        let against = fields
            .get("against")
            .and_then(|it| it.name("the name of a branch", faults));
        let inner = fields.require("change", faults)?;
        return plain(&inner, &path.text, faults).map(|change| draft(&inner.at, change, against));
    }
    plain(spot, &path.text, faults).map(|change| draft(&spot.at, change, None))
}

fn plain(spot: &Spot<'_>, path: &str, faults: &mut Faults) -> Option<Change> {
    if let Some(text) = spot.text() {
        match relative(text, &spot.at) {
            Ok(None) => {}
            Ok(change) => return change,
            Err(fault) => {
                faults.push(*fault);
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
fn relative(text: &str, at: &At) -> Parsed<Option<Change>> {
    let text = text.trim();
    let fail = |help: String| {
        let message = format!("{text:?} is not a change");
        Err(Box::new(Fault::mistake("bad-change", at.clone(), message).help(help)))
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
        return spot.wrong(wanted, faults);
    };
    match range(text, &path.text, &spot.at) {
        Ok((low, high)) => Some(LeverDraft {
            path: path.clone(),
            at: spot.at.clone(),
            low,
            high,
        }),
        Err(fault) => {
            faults.push(*fault);
            None
        }
    }
}

fn range(text: &str, path: &str, at: &At) -> Parsed<(Change, Change)> {
    let fail = |help: &str| {
        let message = format!("{text:?} is not a range that can be tried");
        Box::new(Fault::mistake("bad-notation", at.clone(), message).help(help))
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

fn end(text: &str, path: &str, at: &At) -> Parsed<Change> {
    if let Some(change) = relative(text, at)? {
        return Ok(change);
    }
    match notation(path) {
        Notation::Quantity(wanted) => quantity_text(text, at, wanted).map(Change::Quantity),
        Notation::CostPart => cost_amount_text(text, at).map(of_cost),
        Notation::Delay => delay_text(text, at).map(Change::Delay),
        Notation::Rate(wanted) if text.contains(" per ") => rate_text(text, at, wanted).map(Change::Rate),
        Notation::Rate(wanted) => quantity_text(text, at, wanted.quantity).map(Change::Quantity),
    }
}

/// The path of what was typed as `--set PATH=CHANGE`.
///
/// # Errors
///
/// If there is no `=`, or nothing on one side of it.
pub(crate) fn typed_path(typed: &str, at: &At) -> Parsed<Name> {
    match typed.split_once('=') {
        Some((path, change)) if !path.trim().is_empty() && !change.trim().is_empty() => Ok(Name {
            text: path.trim().to_owned(),
            at: at.clone().on_key(),
        }),
        _ => {
            let message = format!("{typed:?} is not a path and a change");
            Err(Box::new(
                Fault::mistake("bad-change", at.clone(), message).help("write `--set steps.visit.buy.chance=x1.3`"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::clock::{Duration, DurationUnit};
    use crate::journey::draft::DelayKind;

    fn read(text: &str, path: &str) -> (Option<(Change, Option<Name>)>, Vec<String>) {
        let path = Name {
            text: path.to_owned(),
            at: At::top(),
        };
        let (change, faults) = testing::read(text, |spot, faults| change(spot, &path, faults));
        (change.map(|it| (it.change, it.against)), faults)
    }

    fn sound(text: &str, path: &str) -> Change {
        let (change, faults) = read(text, path);
        assert_eq!(faults, Vec::<String>::new(), "{text}");
        change.expect(text).0
    }

    #[test]
    fn relative_changes_are_read_on_any_path() {
        let days = |amount| Duration {
            amount,
            unit: DurationUnit::Day,
        };
        for path in ["steps.visit.buy.chance", "steps.visit.cost", "nowhere"] {
            for (text, change) in [
                ("\"x1.3\"", Change::Times(1.3)),
                ("\"x0\"", Change::Times(0.0)),
                ("\"+5pp\"", Change::Points(0.05)),
                ("\"-5 pp\"", Change::Points(-0.05)),
                ("\"+10%\"", Change::Percent(0.1)),
                ("\"-10%\"", Change::Percent(-0.1)),
                ("\"+3\"", Change::Add(3.0)),
                ("\"-3\"", Change::Add(-3.0)),
                ("\"+2d\"", Change::AddDuration(days(2.0))),
                ("\"-0.5 days\"", Change::AddDuration(days(-0.5))),
            ] {
                assert_eq!(sound(text, path), change, "{text} at {path}");
            }
        }
    }

    #[test]
    fn new_values_are_written_like_the_key_the_path_ends_in() {
        for (text, path) in [
            ("-3", "steps.visit.cost"),
            ("\"-5 to 10\"", "steps.visit.revenue"),
            ("{ each = \"5 to 60\" }", "steps.visit.costs.staff"),
            ("\"7% to 9%\"", "steps.visit.buy.chance"),
            ("\"80 of 400\"", "steps.visit.buy.chance.phone"),
            ("800", "arrivals.search.volume"),
            ("2", "values.seat"),
            ("0.3", "customer.segment.enterprise"),
        ] {
            assert!(matches!(sound(text, path), Change::Quantity(_)), "{text} at {path}");
        }
        for (text, path) in [
            ("\"9000 per month\"", "arrivals.search.volume"),
            ("{ is = \"9000 per month\", source = \"s\" }", "arrivals.search.volume"),
            ("\"2% per month\"", "arrivals.search.growth"),
            ("\"3000 per month\"", "budgets.ads.amount"),
        ] {
            assert!(matches!(sound(text, path), Change::Rate(_)), "{text} at {path}");
        }
        let delay = sound("\"1d to 2d\"", "steps.visit.buy.after");
        assert!(matches!(delay, Change::Delay(it) if matches!(it.kind, DelayKind::Interval(..))));
        let share = sound("\"3% of revenue\"", "steps.visit.costs.payment");
        assert!(matches!(share, Change::OfRevenue(_)));
    }

    #[test]
    fn a_change_may_be_against_a_branch() {
        let (change, faults) = read("{ change = \"x0.4\", against = \"leave\" }", "steps.visit.buy.chance");
        assert_eq!(faults, Vec::<String>::new());
        let (change, against) = change.expect("it is read");
        assert_eq!(change, Change::Times(0.4));
        assert_eq!(against.map(|it| it.text).as_deref(), Some("leave"));
    }

    #[test]
    fn other_changes_are_refused_with_a_way_out() {
        for (text, path, told) in [
            ("\"x\"", "values.a", "bad-change: \"x\" is not a change"),
            ("\"x-1\"", "values.a", "a factor is not negative"),
            ("\"x1 to x2\"", "values.a", "a range belongs in `[levers]`"),
            ("\"×1.3\"", "values.a", "write `x1.3`"),
            ("\"+many\"", "values.a", "write `x1.3`, `+5pp`"),
            ("\"+5ppp\"", "values.a", "write `x1.3`, `+5pp`"),
            ("\"more\"", "values.a", "bad-notation: \"more\" is not a number"),
            ("\"soon\"", "steps.a.b.after", "is not a duration"),
            ("true", "steps.a.b.chance", "wrong-type"),
            ("{ against = \"b\" }", "steps.a.b.chance", "a change needs `change`"),
        ] {
            let (change, faults) = read(text, path);
            assert_eq!((change, faults.len()), (None, 1), "{text}: {faults:?}");
            assert!(faults[0].contains(told), "{text}: {faults:?}");
        }
    }

    fn lever_of(text: &str, path: &str) -> (Option<LeverDraft>, Vec<String>) {
        let path = Name {
            text: path.to_owned(),
            at: At::top(),
        };
        testing::read(text, |spot, faults| lever(&path, spot, faults))
    }

    #[test]
    fn levers_are_two_changes_of_one_kind() {
        for (text, path) in [
            ("\"x0.8 to x1.5\"", "steps.a.b.chance"),
            ("\"5% to 12%\"", "steps.a.b.chance"),
            ("\"+0pp to +10pp\"", "steps.a.b.chance"),
            ("\"-10% to +10%\"", "arrivals.a.volume"),
            ("\"+0 to +20\"", "products.a.price"),
            ("\"8000 to 9000 per month\"", "arrivals.a.volume"),
            ("\"1d to 5d\"", "steps.a.b.after"),
            ("\"2% of revenue to 4% of revenue\"", "steps.a.costs.b"),
        ] {
            let (lever, faults) = lever_of(text, path);
            assert_eq!(faults, Vec::<String>::new(), "{text}");
            assert!(lever.is_some(), "{text}");
        }
        let (share, _) = lever_of("\"5% to 12%\"", "steps.a.b.chance");
        let low = share.map(|it| it.low);
        assert!(matches!(low, Some(Change::Quantity(it)) if it.kind == QuantityKind::Number(0.05)));
        for text in [
            "\"x2\"",
            "\"x1 to +3\"",
            "\"+0 to +2d\"",
            "\"a to b\"",
            "3",
            "\"1 to 2 to 3\"",
        ] {
            let (lever, faults) = lever_of(text, "steps.a.cost");
            assert_eq!((lever, faults.len()), (None, 1), "{text}: {faults:?}");
        }
        let (lever, _) = lever_of("\"1 of 2 to 3\"", "steps.a.b.chance");
        assert_eq!(lever, None);
    }

    #[test]
    fn what_is_typed_needs_a_path_and_a_change() {
        for typed in ["", "=", "a", "a=", "=x2", "  = x2"] {
            assert!(typed_path(typed, &At::top()).is_err(), "{typed}");
        }
        let path = typed_path(" steps.a.cost = x2 ", &At::top());
        assert_eq!(path.map(|it| it.text).as_deref(), Ok("steps.a.cost"));
    }
}
