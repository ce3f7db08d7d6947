//! Numbers: what is written becomes an assumption with a path, a range that makes sense for its
//! use, and a draw if it is not known.

use std::collections::HashSet;

use crate::journey::assumption::{Draw, DrawKind};
use crate::journey::draft::{Cases, Distribution, Quantity, QuantityKind};
use crate::journey::law::Law;
use crate::journey::{Assumption, AssumptionId, Key, Leaf, LeafValue, Role, Tree};
use crate::problem::{At, Fault};

use super::Builder;
use super::range::{Misfit, Range, check_distribution, check_number, word};

/// Where a number comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    pub(crate) source: Option<String>,
    pub(crate) note: Option<String>,
}

/// Stands in for a number that is wrong: nothing that is worked out with it is true or false.
const UNKNOWN: LeafValue = LeafValue::Known(f64::NAN);

/// A value that is wrong and has been told.
pub(crate) fn unknown_number(path: &str) -> Tree<Leaf> {
    Tree::Leaf(Leaf {
        path: path.to_owned(),
        value: UNKNOWN,
        source: None,
        note: None,
    })
}

impl Builder<'_> {
    /// Registers a number.
    pub(crate) fn number(&mut self, path: String, role: Role, quantity: &Quantity) -> AssumptionId {
        let tree = self.tree(&path, Range::of(role), quantity, &Origin::default());
        self.assumptions.push(Assumption { path, role, tree });
        AssumptionId::at(self.assumptions.len() - 1)
    }

    /// What is written, resolved and checked.
    pub(crate) fn tree(&mut self, path: &str, range: Range, quantity: &Quantity, origin: &Origin) -> Tree<Leaf> {
        let value = match &quantity.kind {
            QuantityKind::Sourced { is, source, note } => {
                let origin = Origin {
                    source: source.clone().or_else(|| origin.source.clone()),
                    note: note.clone().or_else(|| origin.note.clone()),
                };
                return self.tree(path, range, is, &origin);
            }
            QuantityKind::By(cases) if range.allows_by => {
                let nothing = || unknown_number(path);
                return self.cases(cases, &quantity.at, &nothing, |this, label, it| {
                    this.tree(&format!("{path}.{label}"), range, it, origin)
                });
            }
            _ => self.leaf(path, range, quantity),
        };
        Tree::Leaf(Leaf {
            path: path.to_owned(),
            value,
            source: origin.source.clone(),
            note: origin.note.clone(),
        })
    }

    fn leaf(&mut self, path: &str, range: Range, quantity: &Quantity) -> LeafValue {
        let checked = match &quantity.kind {
            QuantityKind::Value(name) => return self.value(name, &quantity.at),
            QuantityKind::Number(number) => check_number(*number, range).map(|()| LeafValue::Known(*number)),
            QuantityKind::Uncertain(distribution) => {
                check_distribution(*distribution, range, false).map(|()| self.drawn(path, range, *distribution))
            }
            QuantityKind::Each(_) if !range.allows_each => {
                let message = format!("{} cannot differ from customer to customer", range.what());
                Err(Misfit::new("bad-notation", message))
            }
            QuantityKind::Each(distribution) => {
                check_distribution(*distribution, range, true).map(|()| LeafValue::Each(Law::of(*distribution, false)))
            }
            QuantityKind::By(_) | QuantityKind::Sourced { .. } => {
                let message = format!("{} belongs to no customer, so it cannot depend on one", range.what());
                Err(Misfit::new("bad-notation", message))
            }
        };
        match checked {
            Ok(value) => value,
            Err(misfit) => {
                let at = match &quantity.kind {
                    QuantityKind::Uncertain(it) => misfit.at(&quantity.at, word(*it)),
                    QuantityKind::Each(it) => misfit.at(&quantity.at.key("each"), word(*it)),
                    _ => quantity.at.clone(),
                };
                self.misfit(misfit, at);
                UNKNOWN
            }
        }
    }

    /// Tells that something does not fit.
    pub(crate) fn misfit(&mut self, misfit: Misfit, at: At) {
        let fault = Fault::mistake(misfit.code, at, misfit.message);
        self.faults.push(Fault {
            help: misfit.help,
            ..fault
        });
    }

    fn drawn(&mut self, path: &str, range: Range, distribution: Distribution) -> LeafValue {
        let law = Law::of(distribution, range.reads_as_chance(distribution));
        LeafValue::Drawn(self.draws.add(Draw {
            path: path.to_owned(),
            kind: DrawKind::Alone(law, range.bounds()),
        }))
    }

    fn value(&mut self, name: &str, at: &At) -> LeafValue {
        if let Some(position) = self.names.values.get(name) {
            return LeafValue::Value(AssumptionId::at(*position));
        }
        let draft = self.draft;
        let message = format!("there is no value called `{name}`");
        let fault = Fault::mistake("unknown-name", at.clone(), message);
        let names = draft.values.iter().map(|(it, _)| it.text.as_str());
        self.tell_with_nearest(fault, name, names);
        UNKNOWN
    }

    /// A `by` table with its key and values resolved, and a check that every value has a case;
    /// what is missing or wrong becomes `nothing`.
    pub(crate) fn cases<T, U>(
        &mut self,
        table: &Cases<T>,
        at: &At,
        nothing: &impl Fn() -> Tree<U>,
        mut leaf: impl FnMut(&mut Self, &str, &T) -> Tree<U>,
    ) -> Tree<U> {
        let key = self.key(&table.by).filter(|it| self.names.is_sound(*it));
        let mut seen = HashSet::new();
        let mut cases: Vec<(u32, String, Tree<U>)> = Vec::new();
        for (name, it) in &table.cases {
            let tree = leaf(self, &name.text, it);
            let Some(key) = key else { continue };
            match self.names.value(self.draft, key, &name.text) {
                Ok(value) if seen.insert(value) => cases.push((value, name.text.clone(), tree)),
                Ok(_) => {
                    let message = format!("`{}` stands here twice", name.text);
                    let fault = Fault::mistake("duplicate-name", name.at.clone().on_key(), message);
                    self.faults.push(fault);
                }
                Err(message) => {
                    let fault = Fault::mistake("unknown-name", name.at.clone().on_key(), message);
                    let names = self.names.value_names(self.draft, key);
                    self.tell_with_nearest(fault, &name.text, names);
                }
            }
        }
        let otherwise = table.otherwise.as_ref().map(|it| Box::new(leaf(self, "else", it)));
        let Some(key) = key else {
            return nothing();
        };
        let whole = otherwise.is_some() || self.is_whole(table, at, key, &seen);
        let otherwise = if whole { otherwise } else { Some(Box::new(nothing())) };
        Tree::By { key, cases, otherwise }
    }

    /// Whether every value that `key` can have is among `named`; told if not.
    fn is_whole<T>(&mut self, table: &Cases<T>, at: &At, key: Key, named: &HashSet<u32>) -> bool {
        let number = |at: usize| u32::try_from(at).expect("lists are bounded");
        let missing = (0..self.key_size(key)).map(number).find(|it| !named.contains(it));
        let Some(missing) = missing else {
            return true;
        };
        // A name that does not exist was told already; do not tell the absence of the one that was
        // meant as well. Nor does it matter where nobody arrives.
        let nobody = self.draft.arrivals.is_empty() && self.draft.pipeline.is_empty();
        if named.len() == table.cases.len() && !(key == Key::Arrival && nobody) {
            let value = self.value_label(key, missing);
            let message = format!("nothing is said for `{value}`, and there is no `else`");
            let fault = Fault::mistake("missing-case", at.clone(), message);
            self.faults.push(fault.help("add it, or an `else` for all others"));
        }
        false
    }
}
