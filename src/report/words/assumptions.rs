//! Every assumption of a journey on its own: what is assumed, how sure it is, where it comes from.

use std::collections::BTreeMap;

use super::amount::Voice;
use super::delay;
use crate::journey::assumption::DrawKind;
use crate::journey::delay::DelayLaw;
use crate::journey::{AssumptionId, Journey, Leaf, LeafValue, Role};
use crate::report::notation::Roles;
use crate::report::paths::{PathRow, rows};

/// How sure a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Not known: drawn once for every replication.
    Uncertain,
    /// Different for every customer: drawn every time.
    Varies,
    /// Known.
    Known,
}

/// One assumption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// Its path, as `--set` takes it.
    pub path: String,
    /// What it is: `chance`, `delay`, `money` …
    pub kind: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// What is assumed, in words.
    pub words: String,
    /// The same as a scenario would write it.
    pub notation: String,
    /// What variants, `--set` and calendar entries make of it.
    pub changes: Vec<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// Every assumption that the scenario makes, in the order of the file; each case of a `by` table is
/// one of its own. What follows from others, such as a `rest` branch, is none.
#[must_use]
pub fn assumptions(journey: &Journey) -> Vec<Assumed> {
    let roles = Roles::of(journey);
    let voice = Voice::new(journey, &roles);
    let numbers = numbers(journey);
    let delays = delays(journey);
    let told = rows(journey).into_iter().filter_map(|row| {
        if let Some((id, leaf)) = numbers.get(row.path.as_str()) {
            return number(&voice, &row, *id, leaf);
        }
        if let Some(law) = delays.get(&row.path) {
            let certainty = match law {
                DelayLaw::Known(_) => Certainty::Known,
                _ => Certainty::Varies,
            };
            return Some(assumed(row, certainty, delay::words(law), None));
        }
        // Tables are told by their cases, but what is done to all of them stands at the table.
        (!row.changes.is_empty()).then(|| {
            let words = row.value.clone();
            assumed(row, Certainty::Known, words, None)
        })
    });
    told.collect()
}

fn number(voice: &Voice<'_>, row: &PathRow, id: AssumptionId, leaf: &Leaf) -> Option<Assumed> {
    let role = voice.role(id);
    let certainty = certainty(voice.journey, leaf, role);
    // Months of which a `season` says nothing.
    let is_said = role != Role::Season || leaf.value != LeafValue::Known(1.0) || leaf.source.is_some();
    if !is_said && row.changes.is_empty() {
        return None;
    }
    let words = match role {
        Role::Count(_) => format!("observed: {}", row.value.trim_end_matches(" observed")),
        // What counts of a weight is its share.
        Role::Weight => row.value.replace('%', " %"),
        _ => {
            let words = voice.leaf(leaf, role);
            let told = words.strip_prefix("differs from customer to customer: ");
            told.map_or(words.clone(), str::to_owned)
        }
    };
    Some(assumed(row.clone(), certainty, words, leaf.note.clone()))
}

fn assumed(row: PathRow, certainty: Certainty, words: String, note: Option<String>) -> Assumed {
    Assumed {
        path: row.path,
        kind: row.kind,
        certainty,
        words,
        notation: row.value,
        changes: row.changes,
        source: row.source,
        note,
    }
}

/// Every number by its path, cases by theirs.
fn numbers(journey: &Journey) -> BTreeMap<&str, (AssumptionId, &Leaf)> {
    let all = journey.assumptions.iter().enumerate();
    all.flat_map(|(at, it)| {
        let leaves = it.tree.leaves().into_iter();
        leaves.map(move |(_, leaf)| (leaf.path.as_str(), (AssumptionId::at(at), leaf)))
    })
    .collect()
}

/// Every delay by its path, cases by theirs.
fn delays(journey: &Journey) -> BTreeMap<String, &DelayLaw> {
    let all = journey.delays.iter().flat_map(|it| {
        let leaves = it.tree.leaves().into_iter();
        leaves.map(|(labels, law)| {
            let path = std::iter::once(it.path.as_str()).chain(labels);
            (path.collect::<Vec<_>>().join("."), law)
        })
    });
    all.collect()
}

fn certainty(journey: &Journey, leaf: &Leaf, role: Role) -> Certainty {
    match leaf.value {
        // Observed counts leave open what the true shares are.
        _ if matches!(role, Role::Count(_)) => Certainty::Uncertain,
        LeafValue::Known(_) => Certainty::Known,
        LeafValue::Each(_) => Certainty::Varies,
        LeafValue::Drawn(draw) => match journey.draws.draws[draw.index()].kind {
            DrawKind::Alone(law, bounds) if law.sd(bounds) == 0.0 => Certainty::Known,
            DrawKind::Alone(..) | DrawKind::Dirichlet(_) => Certainty::Uncertain,
        },
        LeafValue::Value(id) => {
            let it = journey.assumption(id);
            let leaves = it.tree.leaves().into_iter();
            let certainties = leaves.map(|(_, leaf)| certainty(journey, leaf, it.role));
            certainties.min().unwrap_or(Certainty::Known)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{SHIPPED, journey_of};

    fn of(name: &str) -> Vec<Assumed> {
        let (_, text) = SHIPPED.iter().find(|it| it.0 == name).expect("it is shipped");
        assumptions(&journey_of(text))
    }

    #[test]
    fn each_kind_of_doubt_is_told_apart() {
        let all = of("saas-trial");
        for (path, certainty, words, source) in [
            (
                "steps.visit.trial.chance",
                Certainty::Uncertain,
                "between 7 % and 9 % (90 % sure)",
                None,
            ),
            (
                "steps.demo.trial.chance",
                Certainty::Uncertain,
                "observed: 180 of 300",
                Some("CRM export, May 2026"),
            ),
            (
                "steps.webinar.cost",
                Certainty::Uncertain,
                "`seat`, between EUR 11 and 13 on average, the same for all customers (90 % sure)",
                Some("venue contract"),
            ),
            (
                "steps.demo.costs.travel",
                Certainty::Varies,
                "EUR 5 to 60 for 9 in 10, EUR 23 on average",
                Some("CRM export, May 2026"),
            ),
            (
                "steps.visit.trial.after",
                Certainty::Varies,
                "1 to 6 days for 9 in 10 customers",
                None,
            ),
            ("steps.visit.webinar.chance.enterprise", Certainty::Known, "25 %", None),
            ("arrivals.search.season.dec", Certainty::Known, "1.5", None),
        ] {
            let found = all.iter().find(|it| it.path == path).expect(path);
            assert_eq!(found.certainty, certainty, "{path}");
            assert_eq!(found.words, words, "{path}");
            assert_eq!(found.source.as_deref(), source, "{path}");
        }
    }

    #[test]
    fn nothing_is_assumed_twice_nor_where_nothing_is_said() {
        for (name, _) in SHIPPED {
            let all = of(name);
            let mut paths: Vec<&str> = all.iter().map(|it| it.path.as_str()).collect();
            let count = paths.len();
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), count, "{name}");
            assert!(all.iter().all(|it| it.notation != "rest"), "{name}");
        }
        let saas = of("saas-trial");
        assert!(!saas.iter().any(|it| it.path == "arrivals.search.season.jan"));
        assert!(!saas.iter().any(|it| it.path == "steps.visit.webinar.chance"));
    }
}
