//! Quantities per unit of the calendar: `9000 to 11000 per month`, `2% per year`.

use super::super::spot::{Faults, Spot};
use super::quantity::{COUNT, NUMBER, PRICE, Wanted, quantity_text};
use super::{Parsed, noted, sourced};
use crate::journey::draft::{Per, Quantity, QuantityKind, RateDraft};
use crate::problem::{At, Fault};

/// What kind of rate fits at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateWanted {
    what: &'static str,
    example: &'static str,
    pub(crate) quantity: &'static Wanted,
    percent_only: bool,
    units: &'static [(&'static str, Per)],
}

const UNITS: [(&str, Per); 6] = [
    ("hour", Per::Hour),
    ("day", Per::Day),
    ("week", Per::Week),
    ("month", Per::Month),
    ("quarter", Per::Quarter),
    ("year", Per::Year),
];

/// Customers per unit.
pub(crate) const ARRIVALS: RateWanted = RateWanted {
    what: "a rate",
    example: "`9000 per month` or `9000 to 11000 per month`",
    quantity: &COUNT,
    percent_only: false,
    units: &UNITS,
};
/// Growth per unit.
pub(crate) const GROWTH: RateWanted = RateWanted {
    what: "a growth",
    example: "`2% per month` or `1% to 3% per month`",
    quantity: &NUMBER,
    percent_only: true,
    units: UNITS.split_at(2).1,
};
/// Money per unit.
pub(crate) const BUDGET: RateWanted = RateWanted {
    what: "an amount per unit of time",
    example: "`3000 per month` or `2000 to 4000 per month`",
    quantity: &PRICE,
    percent_only: false,
    units: UNITS.split_at(1).1,
};
/// A discount rate.
pub(crate) const DISCOUNT: RateWanted = RateWanted {
    what: "a discount rate",
    example: "`6% per year`",
    quantity: &NUMBER,
    percent_only: true,
    units: UNITS.split_at(5).1,
};

/// The rate at `spot`.
pub(crate) fn rate(spot: &Spot<'_>, wanted: &RateWanted, faults: &mut Faults) -> Option<RateDraft> {
    if let Some(text) = spot.text() {
        return noted(rate_text(text, &spot.at, wanted), faults);
    }
    if spot.has("is") {
        let (is, source, note) = sourced(spot, faults)?;
        let inner = rate(&is, wanted, faults)?;
        let quantity = Quantity {
            at: spot.at.clone(),
            kind: QuantityKind::Sourced {
                is: Box::new(inner.quantity),
                source,
                note,
            },
        };
        return Some(RateDraft {
            quantity,
            per: inner.per,
        });
    }
    spot.wrong(&format!("{} such as {}", wanted.what, wanted.example), faults)
}

/// The rate written as `text` at `at`.
pub(crate) fn rate_text(text: &str, at: &At, wanted: &RateWanted) -> Parsed<RateDraft> {
    let fail = |help: Option<String>| {
        let message = format!("{text:?} is not {}", wanted.what);
        let help = help.unwrap_or_else(|| format!("write {}", wanted.example));
        Err(Box::new(Fault::mistake("bad-notation", at.clone(), message).help(help)))
    };
    let Some((amount, unit)) = text.rsplit_once(" per ") else {
        let slash = text.rsplit_once('/').map(|(amount, unit)| {
            let unit = unit.trim();
            format!("write `{} per {unit}`", amount.trim())
        });
        return fail(slash);
    };
    let unit = unit.trim();
    let Some((_, per)) = wanted.units.iter().find(|(word, _)| *word == unit) else {
        let words: Vec<&str> = wanted.units.iter().map(|(word, _)| *word).collect();
        return fail(Some(match crate::problem::nearest(unit, words.iter().copied()) {
            Some(word) => format!("did you mean `per {word}`?"),
            None => format!("it is per {}", words.join(", ")),
        }));
    };
    let quantity = match quantity_text(amount.trim(), at, wanted.quantity) {
        Ok(quantity) => quantity,
        Err(fault) => return fail(fault.help),
    };
    if wanted.percent_only && !amount.contains(['%', '$']) {
        return fail(Some(format!("say it in per cent: {}", wanted.example)));
    }
    Ok(RateDraft { quantity, per: *per })
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::journey::draft::Distribution;

    fn read(text: &str, wanted: &RateWanted) -> (Option<RateDraft>, Vec<String>) {
        testing::read(text, |spot, faults| rate(spot, wanted, faults))
    }

    #[test]
    fn rates_are_read() {
        for (text, wanted, per) in [
            ("\"9000 per month\"", &ARRIVALS, Per::Month),
            ("\"5 to 7 per hour\"", &ARRIVALS, Per::Hour),
            ("\"$visitors per day\"", &ARRIVALS, Per::Day),
            ("\"0.5% to 2% per week\"", &GROWTH, Per::Week),
            ("\"3000 per quarter\"", &BUDGET, Per::Quarter),
            ("\"6% per year\"", &DISCOUNT, Per::Year),
        ] {
            let (rate, faults) = read(text, wanted);
            assert_eq!(faults, Vec::<String>::new(), "{text}");
            assert_eq!(rate.expect(text).per, per, "{text}");
        }
        let (rate, _) = read("{ is = \"1 to 2 per day\", source = \"log\" }", &ARRIVALS);
        let QuantityKind::Sourced { is, .. } = rate.expect("it is read").quantity.kind else {
            panic!("it has a source");
        };
        let law = Distribution::Interval { low: 1.0, high: 2.0 };
        assert_eq!(is.kind, QuantityKind::Uncertain(law));
    }

    #[test]
    fn other_writings_are_refused_with_a_way_out() {
        for (text, wanted, told) in [
            ("9000", &ARRIVALS, "wrong-type: a rate such as `9000 per month`"),
            ("\"9000\"", &ARRIVALS, "write `9000 per month`"),
            ("\"9000/month\"", &ARRIVALS, "write `9000 per month`"),
            ("\"9000 per moon\"", &ARRIVALS, "per month`?"),
            ("\"9000 per decade\"", &ARRIVALS, "it is per hour, day, week"),
            ("\"9,000 per month\"", &ARRIVALS, "no thousands separators"),
            ("\"2% per day\"", &GROWTH, "it is per week, month, quarter, year"),
            ("\"2 per month\"", &GROWTH, "say it in per cent"),
            ("\"6% per month\"", &DISCOUNT, "it is per year"),
        ] {
            let (rate, faults) = read(text, wanted);
            assert_eq!((rate, faults.len()), (None, 1), "{text}: {faults:?}");
            assert!(faults[0].contains(told), "{text}: {faults:?}");
        }
    }
}
