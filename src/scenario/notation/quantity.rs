//! Quantities: `8%`, `7% to 9%`, `80 of 400`, `$NAME`, distributions, `each`, `by` and `is`.

use super::super::spot::{Faults, Spot, is_id};
use super::super::syntax::Value;
use super::distribution::distribution;
use super::number::{Written, hint, whole, written};
use super::{Parsed, cases, noted, sourced};
use crate::journey::draft::{Distribution, Quantity, QuantityKind};
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
        Value::Integer(number) => QuantityKind::Number(whole(*number)),
        Value::Float(number) => QuantityKind::Number(*number),
        Value::String(text) => noted(quantity_text(text, &spot.at, wanted), faults)?.kind,
        Value::Table(_) => table(spot, wanted, faults)?,
        _ => {
            return spot.wrong(&format!("{} such as {}", wanted.what, wanted.examples), faults);
        }
    };
    Some(Quantity {
        at: spot.at.clone(),
        kind,
    })
}

fn table(spot: &Spot<'_>, wanted: &Wanted, faults: &mut Faults) -> Option<QuantityKind> {
    if spot.has("by") {
        return cases(spot, faults, |part, faults| quantity(part, wanted, faults)).map(QuantityKind::By);
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
        Value::Integer(number) => QuantityKind::Number(whole(*number)),
        Value::Float(number) => QuantityKind::Number(*number),
        Value::Table(_) if spot.has("by") => QuantityKind::By(cases(spot, faults, observed)?),
        Value::Table(_) if spot.has("is") => {
            let (is, source, note) = sourced(spot, faults)?;
            let is = Box::new(observed(&is, faults)?);
            QuantityKind::Sourced { is, source, note }
        }
        _ => {
            return spot.wrong("how often it was observed, such as `180`,", faults);
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
            if let QuantityKind::Uncertain(law @ Distribution::Interval { .. }) = quantity.kind {
                return Some(law);
            }
            let message = format!("{text:?} does not say how it differs");
            let fault = Fault::mistake("bad-notation", law.at.clone(), message);
            faults.push(fault.help("write a range, `each = \"30 to 80\"`, or a distribution"));
            None
        }
        Value::Integer(_) | Value::Float(_) => {
            let message = "one number does not differ from customer to customer";
            let fault = Fault::mistake("bad-notation", law.at.clone(), message);
            faults.push(fault.help("leave out `each`, or write a range: `each = \"30 to 80\"`"));
            None
        }
        _ => law.wrong("a range such as `30 to 80` or a distribution", faults),
    }
}

/// The quantity written as `text` at `at`.
pub(crate) fn quantity_text(text: &str, at: &At, wanted: &Wanted) -> Parsed<Quantity> {
    let fail = |help: Option<String>| {
        let message = format!("{text:?} is not {}", wanted.what);
        let help = help.unwrap_or_else(|| format!("write {}", wanted.examples));
        Err(Box::new(Fault::mistake("bad-notation", at.clone(), message).help(help)))
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let kind = match words.as_slice() {
        [name] if name.starts_with('$') => {
            if !is_id(&name[1..]) {
                return fail(Some("write `$` and the name of an entry of `[values]`".to_owned()));
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
        ["$", _] => return fail(Some("write `$` and the name of an entry of `[values]`".to_owned())),
        [low, _, high] if written(low).is_some() && written(high).is_some() && words[1] != "of" => {
            return fail(range_hint(&format!("{low}-{high}")));
        }
        [_, "of", "revenue"] | [_, "to", _, "of", "revenue"] => {
            return fail(Some("a share of the revenue is a part of `costs`".to_owned()));
        }
        [hits, "of", trials] => match (written(hits), written(trials)) {
            (Some(hits), Some(trials)) if !hits.percent && !trials.percent => {
                QuantityKind::Uncertain(Distribution::Observed {
                    hits: hits.value,
                    trials: trials.value,
                })
            }
            (Some(hits), None) if hits.percent => {
                return fail(Some(
                    "a part of `costs` can be a share `of revenue`, of nothing else".to_owned(),
                ));
            }
            _ => return fail(Some("two counts belong here: `80 of 400`".to_owned())),
        },
        _ => return fail(hint(text)),
    };
    Ok(Quantity { at: at.clone(), kind })
}

fn refuse_percent(number: Written, text: &str, at: &At, wanted: &Wanted) -> Parsed<()> {
    if !number.percent || wanted.percent {
        return Ok(());
    }
    let message = format!("{text:?} is not {}", wanted.what);
    let help = if wanted.what == MONEY.what {
        "a share of the revenue is written `costs = { fee = \"3.5% of revenue\" }`, a change `+10%`".to_owned()
    } else {
        format!("write {}", wanted.examples)
    };
    Err(Box::new(Fault::mistake("bad-notation", at.clone(), message).help(help)))
}

/// What was probably meant by a range written in another way, such as `7-9%` or `7%to9%`.
fn range_hint(text: &str) -> Option<String> {
    ["..", "–", "—", "to", "-"].iter().find_map(|between| {
        let (low, high) = text.split_once(between).filter(|(low, _)| !low.is_empty())?;
        let (low_number, high_number) = (written(low)?, written(high)?);
        let percent = if high_number.percent && !low_number.percent {
            "%"
        } else {
            ""
        };
        Some(format!("a range is written `{low}{percent} to {high}`"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use Distribution as Law;

    fn read(text: &str, wanted: &Wanted) -> QuantityKind {
        let (quantity, faults) = testing::read(text, |spot, faults| quantity(spot, wanted, faults));
        assert_eq!(faults, Vec::<String>::new(), "{text}");
        quantity.expect(text).kind
    }

    fn refused(text: &str, wanted: &Wanted) -> String {
        let (quantity, faults) = testing::read(text, |spot, faults| quantity(spot, wanted, faults));
        assert_eq!((quantity, faults.len()), (None, 1), "{text}: {faults:?}");
        faults.concat()
    }

    #[test]
    fn known_numbers_are_read() {
        for (text, number) in [
            ("0.08", 0.08),
            ("12", 12.0),
            ("\"8%\"", 0.08),
            ("\"10_000\"", 10_000.0),
            ("\" -3 \"", -3.0),
        ] {
            assert_eq!(read(text, &CHANCE), QuantityKind::Number(number), "{text}");
        }
    }

    #[test]
    fn uncertain_numbers_are_read() {
        let interval = |low, high| Law::Interval { low, high };
        for (text, law) in [
            ("\"7% to 9%\"", interval(0.07, 0.09)),
            ("\"40 to 60\"", interval(40.0, 60.0)),
            ("\"-5  to  10\"", interval(-5.0, 10.0)),
            (
                "\"80 of 400\"",
                Law::Observed {
                    hits: 80.0,
                    trials: 400.0,
                },
            ),
            ("{ beta = [8, 92.5] }", Law::Beta { a: 8.0, b: 92.5 }),
            ("{ uniform = [\"2%\", \"5%\"] }", Law::Uniform { low: 0.02, high: 0.05 }),
            (
                "{ triangular = [2, 3, 5] }",
                Law::Triangular {
                    low: 2.0,
                    mode: 3.0,
                    high: 5.0,
                },
            ),
            ("{ normal = { mean = 3, sd = 1 } }", Law::Normal { mean: 3.0, sd: 1.0 }),
            (
                "{ lognormal = { median = 3, p90 = 9 } }",
                Law::LognormalQuantiles { median: 3.0, p90: 9.0 },
            ),
            (
                "{ lognormal = { sd = 1, mean = 3 } }",
                Law::Lognormal { mean: 3.0, sd: 1.0 },
            ),
            (
                "{ gamma = { mean = 49, sd = 20 } }",
                Law::Gamma { mean: 49.0, sd: 20.0 },
            ),
        ] {
            assert_eq!(read(text, &CHANCE), QuantityKind::Uncertain(law), "{text}");
        }
    }

    #[test]
    fn amounts_may_differ_from_customer_to_customer() {
        for (text, law) in [
            ("{ each = \"30 to 80\" }", Law::Interval { low: 30.0, high: 80.0 }),
            ("{ each = { poisson = 2.5 } }", Law::Poisson { mean: 2.5 }),
            (
                "{ each = { gamma = { mean = 49, sd = 20 } } }",
                Law::Gamma { mean: 49.0, sd: 20.0 },
            ),
        ] {
            assert_eq!(read(text, &MONEY), QuantityKind::Each(law), "{text}");
        }
    }

    #[test]
    fn cases_and_sources_may_lie_inside_each_other() {
        let text = "{ by = \"a\", x = { is = \"$seat\", source = \"s\" }, else = { by = \"b\", 3 = 1 } }";
        let text = text.replace(" 3 =", " \"3\" =");
        let QuantityKind::By(cases) = read(&text, &MONEY) else {
            panic!("it is a `by` table");
        };
        assert_eq!(cases.by.text, "a");
        assert_eq!(cases.cases[0].0.text, "x");
        let QuantityKind::Sourced { is, source, note } = &cases.cases[0].1.kind else {
            panic!("it has a source");
        };
        assert_eq!(is.kind, QuantityKind::Value("seat".to_owned()));
        assert_eq!((source.as_deref(), note.as_deref()), (Some("s"), None));
        let otherwise = cases.otherwise.expect("it is there").kind;
        assert!(matches!(otherwise, QuantityKind::By(inner) if inner.cases[0].0.text == "3"));
    }

    #[test]
    fn other_writings_are_refused_with_a_way_out() {
        for (text, told) in [
            (
                "\"ten\"",
                "bad-notation: \"ten\" is not a chance (write `8%`, `7% to 9%`",
            ),
            ("\"7-9%\"", "(a range is written `7% to 9%`)"),
            ("\"7%–9%\"", "(a range is written `7% to 9%`)"),
            ("\"7% to 9\"", "(both ends need their unit: `7% to 9%`)"),
            ("\"1,000\"", "no thousands separators"),
            ("\"80 of many\"", "(two counts belong here: `80 of 400`)"),
            ("\"3% of revenue\"", "is a part of `costs`"),
            ("\"$9\"", "the name of an entry of `[values]`"),
            ("true", "wrong-type: a chance such as"),
            ("[1, 2]", "belongs here, not a list"),
            ("{}", "an empty table is not a quantity"),
            (
                "{ unifrom = [1, 2] }",
                "unknown-key: a quantity has no key `unifrom` (did you mean `uniform`?)",
            ),
            (
                "{ uniform = [1, 2, 3] }",
                "a list of 2 numbers such as `[2, 5]` belongs here",
            ),
            (
                "{ uniform = [1, 2], beta = [1, 2] }",
                "`beta` does not belong in a distribution",
            ),
            ("{ normal = { mean = 3 } }", "missing-key: this distribution needs `sd`"),
            ("{ poisson = 2 }", "write `{ each = { poisson = 2 } }`"),
            (
                "{ each = \"30 to 80\" }",
                "a chance cannot differ from customer to customer",
            ),
        ] {
            let given = refused(text, &CHANCE);
            assert!(given.contains(told), "{text}: {given}");
        }
        for (text, told) in [
            ("\"8%\"", "`costs = { fee = \"3.5% of revenue\" }`"),
            ("{ each = 5 }", "leave out `each`"),
            ("{ each = \"80 of 400\" }", "write a range, `each = \"30 to 80\"`"),
            ("\"40 to 60 EUR\"", "\"40 to 60 EUR\" is not an amount of money"),
        ] {
            let given = refused(text, &MONEY);
            assert!(given.contains(told), "{text}: {given}");
        }
    }
}
