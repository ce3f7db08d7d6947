//! `[variants]` and `[calendar]`.

use super::super::notation::change::change;
use super::super::spot::{Faults, Fields, Spot, check_id};
use super::super::syntax::Value;
use super::goals::unquoted;
use super::{arrivals, customer, sections, steps};
use crate::journey::draft::{
    ArrivalDraft, AttributeDraft, BudgetDraft, ChangeDraft, ChangeSource, Name, PipelineDraft, StepDraft,
};
use crate::problem::Fault;

const KEYS: [&str; 11] = [
    "note", "with", "from", "until", "set", "calendar", "steps", "arrivals", "pipeline", "budgets", "customer",
];
/// The first words of paths.
const ROOTS: [&str; 7] = [
    "steps", "arrivals", "pipeline", "budgets", "products", "values", "customer",
];

/// A what-if as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VariantDraft {
    /// Its id; `at` points at the key.
    pub(crate) id: Name,
    /// A remark.
    pub(crate) note: Option<String>,
    /// Variants that apply before it.
    pub(crate) with: Vec<Name>,
    /// Its changes, with the days on which they hold.
    pub(crate) source: ChangeSource,
    /// Calendar entries of its own.
    pub(crate) calendar: Vec<ChangeSource>,
    /// Whole entries that are added or replace the ones of that name.
    pub(crate) steps: Vec<StepDraft>,
    /// Likewise.
    pub(crate) arrivals: Vec<ArrivalDraft>,
    /// Likewise, all entries of a step together.
    pub(crate) pipeline: Vec<PipelineDraft>,
    /// Likewise.
    pub(crate) budgets: Vec<BudgetDraft>,
    /// Likewise.
    pub(crate) attributes: Vec<AttributeDraft>,
}

/// The what-ifs.
pub(super) fn variants(top: &Fields<'_>, faults: &mut Faults) -> Vec<VariantDraft> {
    let Some(section) = top.get("variants") else {
        return Vec::new();
    };
    let entries: Vec<_> = section.named("a table of variants", faults).collect();
    let variants: Vec<VariantDraft> = entries
        .into_iter()
        .map(|(id, spot)| {
            check_id("a variant", &id, faults);
            variant(id, &spot, faults)
        })
        .collect();
    check_with(&variants, faults);
    variants
}

fn variant(id: Name, spot: &Spot<'_>, faults: &mut Faults) -> VariantDraft {
    let fields = spot.fields("a variant", &KEYS, faults);
    let get = |key| fields.as_ref().and_then(|it| it.get(key));
    let wanted = "a list of variants such as `[\"webinar_push\"]`";
    let with = get("with").and_then(|it| it.items(wanted, faults));
    let variant = VariantDraft {
        note: get("note").and_then(|it| it.string("a text", faults)),
        with: with
            .unwrap_or_default()
            .iter()
            .filter_map(|item| item.name("the name of a variant", faults))
            .collect(),
        source: ChangeSource {
            name: id.text.clone(),
            from: fields.as_ref().and_then(|it| it.date("from", faults)),
            until: fields.as_ref().and_then(|it| it.date("until", faults)),
            changes: changes(get("set"), faults),
        },
        calendar: calendar(get("calendar"), faults),
        steps: steps::steps(get("steps"), faults),
        arrivals: arrivals::arrivals(get("arrivals"), faults),
        pipeline: arrivals::pipeline(get("pipeline"), faults),
        budgets: sections::budgets(get("budgets"), faults),
        attributes: customer::attributes(get("customer"), faults),
        id,
    };
    warn_of_dates_on_whole_entries(&variant, &get, faults);
    variant
}

fn warn_of_dates_on_whole_entries<'doc>(
    variant: &VariantDraft,
    get: &impl Fn(&'static str) -> Option<Spot<'doc>>,
    faults: &mut Faults,
) {
    let date = variant.source.from.as_ref().or(variant.source.until.as_ref());
    let whole = ["steps", "arrivals", "pipeline", "budgets", "customer", "calendar"];
    let Some(key) = whole.into_iter().find(|key| get(key).is_some()) else {
        return;
    };
    if let Some((_, at)) = date {
        let message = format!("the dates hold for `set` only: `{key}` of this variant holds throughout");
        let fault = Fault::warning("conflict", at.clone().on_key(), message);
        faults.push(fault.help("make it two variants, or say it with `set`"));
    }
}

/// Changes that hold on some days of the calendar.
pub(super) fn calendar(section: Option<Spot<'_>>, faults: &mut Faults) -> Vec<ChangeSource> {
    let Some(section) = section else {
        return Vec::new();
    };
    let entries: Vec<_> = section.named("a table of calendar entries", faults).collect();
    entries
        .into_iter()
        .filter_map(|(id, spot)| {
            check_id("a calendar entry", &id, faults);
            let keys = ["from", "until", "set"];
            let fields = spot.fields("a calendar entry", &keys, faults)?;
            fields.require("set", faults);
            if fields.get("from").is_none() && fields.get("until").is_none() {
                let message = "a calendar entry needs `from` or `until`";
                let at = spot.at.clone().on_key();
                let fault = Fault::mistake("missing-key", at, message);
                faults.push(fault.help("changes that hold throughout belong in a variant"));
            }
            Some(ChangeSource {
                name: id.text,
                from: fields.date("from", faults),
                until: fields.date("until", faults),
                changes: changes(fields.get("set"), faults),
            })
        })
        .collect()
}

fn changes(spot: Option<Spot<'_>>, faults: &mut Faults) -> Vec<ChangeDraft> {
    let Some(spot) = spot else {
        return Vec::new();
    };
    let wanted = "a table of paths and changes such as `\"steps.visit.cost\" = \"x1.2\"`";
    let mut changes = Vec::new();
    let entries: Vec<_> = spot.named(wanted, faults).collect();
    for (path, spot) in entries {
        if ROOTS.contains(&path.text.as_str()) && matches!(spot.node.value, Value::Table(_)) {
            faults.push(unquoted(&path));
            continue;
        }
        changes.extend(change(&spot, &path, faults));
    }
    changes
}

fn check_with(variants: &[VariantDraft], faults: &mut Faults) {
    let names: Vec<&str> = variants.iter().map(|it| it.id.text.as_str()).collect();
    let position: std::collections::BTreeMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    for with in variants.iter().flat_map(|variant| &variant.with) {
        if !position.contains_key(with.text.as_str()) {
            let message = format!("there is no variant called `{}`", with.text);
            let fault = Fault::mistake("unknown-name", with.at.clone(), message);
            faults.push(fault.nearest(&with.text, names.iter().copied()));
        }
    }
    for circle in circles(variants, &position) {
        let mut names: Vec<String> = circle.iter().map(|it| format!("`{}`", it.text)).collect();
        let last = names.pop().unwrap_or_default();
        let message = if names.is_empty() {
            format!("{last} builds on itself")
        } else {
            names.truncate(5);
            format!(
                "{last} builds on {}, which builds on {last}",
                names.join(", which builds on ")
            )
        };
        let fault = Fault::mistake("circular", circle[0].at.clone(), message);
        faults.push(fault.help("a variant cannot come before itself: leave one `with` out"));
    }
}

/// The entries of `with` that form a circle, each from its first variant on and round to it.
fn circles<'all>(
    variants: &'all [VariantDraft],
    position: &std::collections::BTreeMap<&str, usize>,
) -> Vec<Vec<&'all Name>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        UnderWay,
        Done,
    }
    let mut marks = vec![Mark::New; variants.len()];
    let mut circles = Vec::new();
    for start in 0..variants.len() {
        if marks[start] != Mark::New {
            continue;
        }
        // The path with the next `with` to follow, instead of recursion: chains may be long.
        marks[start] = Mark::UnderWay;
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(with) = variants[*at].with.get(*next) else {
                marks[*at] = Mark::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match position.get(with.text.as_str()) {
                Some(&to) if marks[to] == Mark::UnderWay => {
                    let round = path.iter().skip_while(|(at, _)| *at != to);
                    let followed = round.map(|(at, next)| &variants[*at].with[next - 1]);
                    circles.push(followed.collect());
                }
                Some(&to) if marks[to] == Mark::New => {
                    marks[to] = Mark::UnderWay;
                    path.push((to, 0));
                }
                _ => {}
            }
        }
    }
    circles
}
