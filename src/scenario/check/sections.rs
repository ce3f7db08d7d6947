//! `[stages]`, `[values]`, `[products]` and `[budgets]`.

use super::super::notation::quantity::{NUMBER, PRICE, quantity};
use super::super::notation::rate::{BUDGET, rate};
use super::super::spot::{Faults, Fields, Spot, check_id};
use super::arrivals::nothing;
use crate::journey::draft::{BudgetDraft, Name, Per, ProductDraft, Quantity, RateDraft, StageDraft};

/// The funnel.
pub(super) fn stages(top: &Fields<'_>, faults: &mut Faults) -> Vec<StageDraft> {
    let Some(section) = top.get("stages") else {
        return Vec::new();
    };
    let stages: Vec<_> = section.named("a table of stages", faults).collect();
    stages
        .into_iter()
        .map(|(id, spot)| {
            check_id("a stage", &id, faults);
            let fields = spot.fields("a stage", &["title", "owner"], faults);
            let text = |key, faults: &mut Faults| fields.as_ref()?.string(key, faults);
            StageDraft {
                title: text("title", faults),
                owner: text("owner", faults),
                id,
            }
        })
        .collect()
}

/// Numbers used in several places.
pub(super) fn values(top: &Fields<'_>, faults: &mut Faults) -> Vec<(Name, Quantity)> {
    let Some(section) = top.get("values") else {
        return Vec::new();
    };
    let values: Vec<_> = section.named("a table of values", faults).collect();
    values
        .into_iter()
        .map(|(id, spot)| {
            check_id("a value", &id, faults);
            let value = quantity(&spot, &NUMBER, faults).unwrap_or_else(|| nothing(&spot.at));
            (id, value)
        })
        .collect()
}

/// What is sold.
pub(super) fn products(top: &Fields<'_>, faults: &mut Faults) -> Vec<ProductDraft> {
    let Some(section) = top.get("products") else {
        return Vec::new();
    };
    let products: Vec<_> = section.named("a table of products", faults).collect();
    products
        .into_iter()
        .map(|(id, spot)| {
            check_id("a product", &id, faults);
            let fields = spot.fields("a product", &["title", "price", "cost"], faults);
            let money = |key, faults: &mut Faults| quantity(&fields.as_ref()?.get(key)?, &PRICE, faults);
            ProductDraft {
                price: money("price", faults),
                cost: money("cost", faults),
                title: fields.as_ref().and_then(|it| it.string("title", faults)),
                id,
            }
        })
        .collect()
}

/// Costs that come whether customers do or not.
pub(super) fn budgets(section: Option<Spot<'_>>, faults: &mut Faults) -> Vec<BudgetDraft> {
    let Some(section) = section else {
        return Vec::new();
    };
    let budgets: Vec<_> = section.named("a table of budgets", faults).collect();
    budgets
        .into_iter()
        .filter_map(|(id, spot)| {
            check_id("a budget", &id, faults);
            let keys = ["amount", "from", "until", "channel", "owner", "note"];
            let fields = spot.fields("a budget", &keys, faults)?;
            let amount = fields
                .require("amount", faults)
                .and_then(|it| rate(&it, &BUDGET, faults));
            Some(BudgetDraft {
                id,
                amount: amount.unwrap_or_else(|| RateDraft {
                    quantity: nothing(&spot.at),
                    per: Per::Month,
                }),
                from: fields.date("from", faults),
                until: fields.date("until", faults),
                channel: fields.string("channel", faults),
                owner: fields.string("owner", faults),
                note: fields.string("note", faults),
            })
        })
        .collect()
}
