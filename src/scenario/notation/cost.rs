//! Parts of a cost: money, or `3.5% of revenue`.

use super::super::spot::{Faults, Spot};
use super::quantity::{MONEY, NUMBER, quantity, quantity_text};
use super::{Parsed, noted, sourced};
use crate::journey::draft::{CostAmountDraft, Quantity, QuantityKind};
use crate::problem::{At, Fault};

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
pub(crate) fn cost_amount_text(text: &str, at: &At) -> Parsed<CostAmountDraft> {
    if text.split_whitespace().last() == Some("revenue") {
        share_of_revenue(text, at).map(CostAmountDraft::OfRevenue)
    } else {
        quantity_text(text, at, &MONEY).map(CostAmountDraft::Money)
    }
}

fn share_of_revenue(text: &str, at: &At) -> Parsed<Quantity> {
    let share = text.trim_end().strip_suffix("revenue").unwrap_or(text);
    let share = share.trim_end().strip_suffix("of").unwrap_or(share);
    quantity_text(share.trim(), at, &NUMBER).map_err(|fault| {
        let message = format!("{text:?} is not a share of the revenue");
        let fault = Fault::mistake("bad-notation", fault.at, message);
        Box::new(fault.help("write `3.5% of revenue` or `3% to 4% of revenue`"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn costs_may_be_shares_of_the_revenue() {
        let read = |text| testing::read(text, cost_amount);
        let (share, faults) = read("\"3.5% of revenue\"");
        assert_eq!(faults, Vec::<String>::new());
        let Some(CostAmountDraft::OfRevenue(share)) = share else {
            panic!("it is a share");
        };
        assert!(matches!(share.kind, QuantityKind::Number(it) if (it - 0.035).abs() < 1e-12));
        let (share, _) = read("{ is = \"3% to 4% of revenue\", source = \"contract\" }");
        let Some(CostAmountDraft::OfRevenue(share)) = share else {
            panic!("it is a share");
        };
        assert!(matches!(share.kind, QuantityKind::Sourced { .. }));
        assert!(matches!(read("\"4 to 5\"").0, Some(CostAmountDraft::Money(_))));
        let (none, faults) = read("\"much of revenue\"");
        assert_eq!((none, faults.len()), (None, 1));
    }
}
