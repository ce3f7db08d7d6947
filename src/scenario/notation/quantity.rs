//! Quantities: `8%`, `7% to 9%`, `80 of 400`, `$NAME`, distributions, `each`, `by` and `is`.

use super::super::spot::{Faults, Spot, is_id};
use super::super::syntax::Value;
use super::distribution::distribution;
use super::number::{Written, hint, written};
use super::{cases, noted, sourced};
use crate::journey::draft::{CostAmountDraft, Distribution, Quantity, QuantityKind};
use crate::problem::{At, Fault};

/// What kind of number fits at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Such as `a chance`.
    what: &'static str,
    /// What can be written, for a help.
    examples: &'static str,
    /// Whether it may differ from customer to customer.
    each: bool,
    /// Whether it may be written in per cent.
    percent: bool,
}

/// A probability.
pub(crate) const CHANCE: Wanted = Wanted {
    what: "a chance",
    examples: "`8%`, `7% to 9%`, `80 of 400`, `$NAME` or `{ beta = [8, 92] }`",
    each: false,
    percent: true,
};
/// An amount of money, booked with a customer.
pub(crate) const MONEY: Wanted = Wanted {
    what: "an amount of money",
    examples: "`12.5`, `40 to 60`, `$NAME` or `{ each = \"30 to 80\" }`",
    each: true,
    percent: false,
};
/// A price per unit, or an amount of money that does not depend on customers.
pub(crate) const PRICE: Wanted = Wanted {
    what: "an amount of money",
    examples: "`12.5`, `40 to 60` or `$NAME`",
    each: false,
    percent: false,
};
/// Units of a product.
pub(crate) const UNITS: Wanted = Wanted {
    what: "a number of units",
    examples: "`1`, `1 to 2`, `$NAME` or `{ each = { poisson = 2 } }`",
    each: true,
    percent: false,
};
/// How many customers.
pub(crate) const COUNT: Wanted = Wanted {
    what: "a number of customers",
    examples: "`800`, `700 to 1000` or `$NAME`",
    each: false,
    percent: false,
};
/// A weight in a mix, a factor, or a number of the author's own.
pub(crate) const NUMBER: Wanted = Wanted {
    what: "a number",
    examples: "`1.2`, `80%`, `1.1 to 1.4`, `$NAME` or `{ uniform = [1, 2] }`",
    each: false,
    percent: true,
};

/// The quantity at `spot`.
pub(crate) fn quantity(spot: &Spot<'_>, wanted: &Wanted, faults: &mut Faults) -> Option<Quantity> {
    let kind = match &spot.node.value {
        Value::Integer(number) => QuantityKind::Number(*number as f64),
        Value::Float(number) => QuantityKind::Number(*number),
        Value::String(text) => noted(quantity_text(text, &spot.at, wanted), faults)?.kind,
        Value::Table(_) => table(spot, wanted, faults)?,
        _ => {
            spot.wrong(
                &format!("{} such as {}", wanted.what, wanted.examples),
                faults,
            );
            return None;
        }
    };
    Some(Quantity {
        at: spot.at.clone(),
        kind,
    })
}

fn table(spot: &Spot<'_>, wanted: &Wanted, faults: &mut Faults) -> Option<QuantityKind> {
    if spot.has("by") {
        return cases(spot, faults, |part, faults| quantity(part, wanted, faults))
            .map(QuantityKind::By);
    }
    if spot.has("is") {
        let (is, source, note) = sourced(spot, faults)?;
        let is = Box::new(quantity(&is, wanted, faults)?);
        return Some(QuantityKind::Sourced { is, source, note });
    }
    if spot.has("each") {
        return each(spot, wanted, faults).map(QuantityKind::Each);
    }
    distribution(spot, false, faults).map(QuantityKind::Uncertain)
}

/// How often something was observed: a number, or a table of numbers by attribute.
pub(crate) fn observed(spot: &Spot<'_>, faults: &mut Faults) -> Option<Quantity> {
    let kind = match &spot.node.value {
        Value::Integer(number) => QuantityKind::Number(*number as f64),
        Value::Float(number) => QuantityKind::Number(*number),
        Value::Table(_) if spot.has("by") => QuantityKind::By(cases(spot, faults, observed)?),
        Value::Table(_) if spot.has("is") => {
            let (is, source, note) = sourced(spot, faults)?;
            let is = Box::new(observed(&is, faults)?);
            QuantityKind::Sourced { is, source, note }
        }
        _ => {
            spot.wrong("how often it was observed, such as `180`,", faults);
            return None;
        }
    };
    Some(Quantity {
        at: spot.at.clone(),
        kind,
    })
}

fn each(spot: &Spot<'_>, wanted: &Wanted, faults: &mut Faults) -> Option<Distribution> {
    let fields = spot.fields("an `each` amount", &["each"], faults)?;
    let law = fields.require("each", faults)?;
    if !wanted.each {
        let message = format!("{} cannot differ from customer to customer", wanted.what);
        let fault = Fault::mistake("bad-notation", spot.at.clone(), message);
        faults.push(fault.help("`each` is for costs, revenues and units; `by` works here"));
        return None;
    }
    match &law.node.value {
        Value::Table(_) => distribution(&law, true, faults),
        Value::String(text) => {
            let quantity = noted(quantity_text(text, &law.at, wanted), faults)?;
            match quantity.kind {
                QuantityKind::Uncertain(law @ Distribution::Interval { .. }) => Some(law),
                _ => {
                    let message = format!("{text:?} does not say how it differs");
                    let fault = Fault::mistake("bad-notation", law.at.clone(), message);
                    faults.push(
                        fault.help("write a range, `each = \"30 to 80\"`, or a distribution"),
                    );
                    None
                }
            }
        }
        Value::Integer(_) | Value::Float(_) => {
            let message = "one number does not differ from customer to customer";
            let fault = Fault::mistake("bad-notation", law.at.clone(), message);
            faults.push(fault.help("leave out `each`, or write a range: `each = \"30 to 80\"`"));
            None
        }
        _ => {
            law.wrong("a range such as `30 to 80` or a distribution", faults);
            None
        }
    }
}

/// The quantity written as `text` at `at`.
pub(crate) fn quantity_text(text: &str, at: &At, wanted: &Wanted) -> Result<Quantity, Fault> {
    let fail = |help: Option<String>| {
        let message = format!("{text:?} is not {}", wanted.what);
        let help = help.unwrap_or_else(|| format!("write {}", wanted.examples));
        Err(Fault::mistake("bad-notation", at.clone(), message).help(help))
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let kind = match words.as_slice() {
        [name] if name.starts_with('$') => {
            if !is_id(&name[1..]) {
                return fail(Some(
                    "write `$` and the name of an entry of `[values]`".to_owned(),
                ));
            }
            QuantityKind::Value(name[1..].to_owned())
        }
        [number] => match written(number) {
            Some(number) => {
                refuse_percent(number, text, at, wanted)?;
                QuantityKind::Number(number.value)
            }
            None => return fail(hint(text).or_else(|| range_hint(number))),
        },
        [low, "to", high] => match (written(low), written(high)) {
            (Some(low), Some(high)) if low.percent == high.percent => {
                refuse_percent(low, text, at, wanted)?;
                QuantityKind::Uncertain(Distribution::Interval {
                    low: low.value,
                    high: high.value,
                })
            }
            (Some(_), Some(_)) => {
                let sides = [low, high].map(|side| side.trim_end_matches('%'));
                return fail(Some(format!(
                    "both ends need their unit: `{}% to {}%`",
                    sides[0], sides[1]
                )));
            }
            (Some(_), None) => return fail(hint(high)),
            _ => return fail(hint(low)),
        },
        [_, "of", "revenue"] | [_, "to", _, "of", "revenue"] => {
            return fail(Some(
                "a share of the revenue is a part of `costs`".to_owned(),
            ));
        }
        [hits, "of", trials] => match (written(hits), written(trials)) {
            (Some(hits), Some(trials)) if !hits.percent && !trials.percent => {
                QuantityKind::Uncertain(Distribution::Observed {
                    hits: hits.value,
                    trials: trials.value,
                })
            }
            _ => return fail(Some("two counts belong here: `80 of 400`".to_owned())),
        },
        _ => return fail(hint(text)),
    };
    Ok(Quantity {
        at: at.clone(),
        kind,
    })
}

fn refuse_percent(number: Written, text: &str, at: &At, wanted: &Wanted) -> Result<(), Fault> {
    if !number.percent || wanted.percent {
        return Ok(());
    }
    let message = format!("{text:?} is not {}", wanted.what);
    let help = if wanted.what == MONEY.what {
        "a share of the revenue is written `costs = { fee = \"3.5% of revenue\" }`, a change `+10%`"
            .to_owned()
    } else {
        format!("write {}", wanted.examples)
    };
    Err(Fault::mistake("bad-notation", at.clone(), message).help(help))
}

/// What was probably meant by a range written in another way, such as `7-9%` or `7%to9%`.
fn range_hint(text: &str) -> Option<String> {
    ["..", "–", "—", "to", "-"].iter().find_map(|between| {
        let (low, high) = text
            .split_once(between)
            .filter(|(low, _)| !low.is_empty())?;
        let (low_number, high_number) = (written(low)?, written(high)?);
        let percent = if high_number.percent && !low_number.percent {
            "%"
        } else {
            ""
        };
        Some(format!("a range is written `{low}{percent} to {high}`"))
    })
}

/// A part of a step's cost: money, or a share of its revenue.
pub(crate) fn cost_amount(spot: &Spot<'_>, faults: &mut Faults) -> Option<CostAmountDraft> {
    let shared = |text: &str| text.split_whitespace().rev().take(2).eq(["revenue", "of"]);
    let is = spot.key("is");
    let written = is.as_ref().unwrap_or(spot);
    match written.text().filter(|text| shared(text)) {
        None => quantity(spot, &MONEY, faults).map(CostAmountDraft::Money),
        Some(text) => {
            let share = noted(share_of_revenue(text, &written.at), faults)?;
            if is.is_none() {
                return Some(CostAmountDraft::OfRevenue(share));
            }
            let (_, source, note) = sourced(spot, faults)?;
            Some(CostAmountDraft::OfRevenue(Quantity {
                at: spot.at.clone(),
                kind: QuantityKind::Sourced {
                    is: Box::new(share),
                    source,
                    note,
                },
            }))
        }
    }
}

/// The same, written as a text that does not come from the document.
pub(crate) fn cost_amount_text(text: &str, at: &At) -> Result<CostAmountDraft, Fault> {
    if text.split_whitespace().last() == Some("revenue") {
        share_of_revenue(text, at).map(CostAmountDraft::OfRevenue)
    } else {
        quantity_text(text, at, &MONEY).map(CostAmountDraft::Money)
    }
}

fn share_of_revenue(text: &str, at: &At) -> Result<Quantity, Fault> {
    let share = text.trim_end().strip_suffix("revenue").unwrap_or(text);
    let share = share.trim_end().strip_suffix("of").unwrap_or(share);
    quantity_text(share.trim(), at, &NUMBER).map_err(|fault| {
        let message = format!("{text:?} is not a share of the revenue");
        Fault::mistake("bad-notation", fault.at, message)
            .help("write `3.5% of revenue` or `3% to 4% of revenue`")
    })
}
