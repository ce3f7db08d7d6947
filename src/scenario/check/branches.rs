//! The branches of a step.

use super::super::notation::condition::condition;
use super::super::notation::delay::delay;
use super::super::notation::quantity::{CHANCE, observed, quantity};
use super::super::spot::{Faults, Fields, Spot, check_id};
use crate::clock::{Duration, DurationUnit};
use crate::journey::draft::{BranchDraft, Delay, DelayKind, WeightDraft};
use crate::problem::Fault;

/// The ways on from a step, in order.
pub(super) fn branches(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<BranchDraft> {
    let Some(spot) = spot else {
        return Vec::new();
    };
    let wanted = "a list of branches such as `[{ to = \"buy\", chance = \"3%\" }, …]`";
    let items = spot.items(wanted, faults).unwrap_or_default();
    items.iter().filter_map(|item| branch(item, faults)).collect()
}

fn branch(spot: &Spot<'_>, faults: &mut Faults) -> Option<BranchDraft> {
    let keys = ["to", "name", "chance", "count", "when", "after", "note"];
    let fields = spot.fields("a branch", &keys, faults)?;
    let weight = weight(&fields, faults);
    let after = fields.get("after").map(|it| {
        // A day stands in for a delay that could not be read, so that no loop lacks time.
        let day = Duration {
            amount: 1.0,
            unit: DurationUnit::Day,
        };
        delay(&it, faults).unwrap_or(Delay {
            at: it.at,
            kind: DelayKind::Known(day),
        })
    });
    let name = fields
        .get("name")
        .and_then(|it| it.name("the name of the branch", faults));
    if let Some(name) = &name {
        check_id("a branch", name, faults);
    }
    let note = fields.string("note", faults);
    let to = fields.require("to", faults);
    Some(BranchDraft {
        at: spot.at.clone(),
        to: to?.name("the name of a step", faults)?,
        name,
        weight,
        after,
        note,
    })
}

fn weight(fields: &Fields<'_>, faults: &mut Faults) -> Option<WeightDraft> {
    let given = ["chance", "count", "when"].map(|key| (key, fields.get(key).is_some()));
    let given: Vec<&str> = given.iter().filter(|it| it.1).map(|it| it.0).collect();
    if let [first, second, ..] = given.as_slice() {
        let message = format!("this branch has both `{first}` and `{second}`");
        let fault = Fault::mistake("mixed-fork", fields.at().clone(), message);
        faults.push(fault.help(
            "a fork is by `chance`, by `count` or by rules `when`; to mix them, let a rule lead \
             to a step that only forks",
        ));
    }
    if let Some(spot) = fields.get("chance") {
        return match spot.text() {
            Some("rest") => Some(WeightDraft::Rest),
            Some("otherwise") => {
                let message = "`otherwise` is for rules";
                let fault = Fault::mistake("bad-notation", spot.at, message);
                faults.push(fault.help("write `chance = \"rest\"` for what the others leave"));
                None
            }
            _ => quantity(&spot, &CHANCE, faults).map(WeightDraft::Chance),
        };
    }
    if let Some(spot) = fields.get("count") {
        return observed(&spot, faults).map(WeightDraft::Count);
    }
    let spot = fields.get("when")?;
    match spot.text() {
        Some("otherwise") => Some(WeightDraft::Otherwise),
        Some("rest") => {
            let message = "`rest` is for chances";
            let fault = Fault::mistake("bad-condition", spot.at, message);
            faults.push(fault.help("write `when = \"otherwise\"` for all others"));
            None
        }
        _ => condition(&spot, faults).map(WeightDraft::When),
    }
}
