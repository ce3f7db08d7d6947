//! What an assumption is called: its path in words, what it is, and its unit.

use crate::journey::{AssumptionId, DrawId, Journey, LeafValue, Op, Role, Roles};

/// How an assumption is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// Its path.
    pub(super) path: String,
    /// The path in words: `trial at Website visit`.
    pub(super) title: String,
    /// What it is, as `forksight paths` says.
    pub(super) kind: String,
    /// What its numbers are numbers of, if the kind does not say it: the currency, ` per month`.
    pub(super) unit: Option<String>,
}

/// What the numbers of a journey are used for.
pub(super) struct Names<'a> {
    journey: &'a Journey,
    roles: Roles,
    /// By draw: the assumption that it belongs to.
    of_draw: Vec<Option<AssumptionId>>,
}

impl<'a> Names<'a> {
    pub(super) fn of(journey: &'a Journey) -> Self {
        let mut of_draw = vec![None; journey.draws.draws.len()];
        for (at, assumption) in journey.assumptions.iter().enumerate() {
            for (_, leaf) in assumption.tree.leaves() {
                if let LeafValue::Drawn(draw) = leaf.value {
                    of_draw[draw.index()] = Some(AssumptionId::at(at));
                }
            }
        }
        Self {
            journey,
            roles: Roles::of(journey),
            of_draw,
        }
    }

    /// The name of a number that is drawn.
    pub(super) fn draw(&self, at: usize) -> Named {
        let path = &self.journey.draws.draws[at].path;
        match self.of_draw[at] {
            Some(id) => self.assumption(id, path),
            None => self.named(path, self.role_of_change(at)),
        }
    }

    /// The name of an assumption, or of the case of it that `path` leads to.
    pub(super) fn assumption(&self, id: AssumptionId, path: &str) -> Named {
        self.named(path, Some(self.roles.role(id)))
    }

    /// The name of what is no number: a delay, or all totals of a series.
    pub(super) fn other(&self, path: &str, kind: &str) -> Named {
        Named {
            kind: kind.to_owned(),
            ..self.named(path, None)
        }
    }

    /// What a number is used for that only a change or an observed fork has.
    fn role_of_change(&self, at: usize) -> Option<Role> {
        let draw = DrawId::at(at);
        let changes = self.journey.changes.iter().flat_map(|it| &it.changes);
        for change in changes {
            let Op::To(tree) = &change.op else { continue };
            let is_it = |(_, leaf): &(Vec<&str>, &crate::journey::Leaf)| leaf.value == LeafValue::Drawn(draw);
            if tree.leaves().iter().any(is_it) {
                return Some(match change.target {
                    crate::journey::ChangeTarget::Assumption(id) => self.roles.role(id),
                    crate::journey::ChangeTarget::Volume(_) => Role::ArrivalTotal,
                    _ => return None,
                });
            }
        }
        None
    }

    fn named(&self, path: &str, role: Option<Role>) -> Named {
        let currency = self.journey.currency.clone();
        let unit = match role {
            Some(Role::Money | Role::ProductMoney) => currency,
            Some(Role::BudgetRate(per)) => Some(match currency {
                Some(currency) => format!("{currency} per {}", per.word()),
                None => format!("per {}", per.word()),
            }),
            Some(Role::ArrivalRate(per) | Role::Growth(per)) => Some(format!("per {}", per.word())),
            _ => None,
        };
        Named {
            path: path.to_owned(),
            title: self.title(path),
            // What has no number of its own is the chance of a branch.
            kind: role.map_or("chance", Role::word).to_owned(),
            unit,
        }
    }

    /// The path in words.
    fn title(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('.').collect();
        let step = |id: &str| {
            let found = self.journey.steps().find(|(_, it)| it.id == id);
            found.map_or_else(|| spoken(id), |(_, it)| it.title.clone())
        };
        let product = |id: &str| {
            let found = self.journey.products.iter().find(|it| it.id == id);
            found.map_or_else(|| spoken(id), |it| it.title.clone())
        };
        let (words, rest): (String, &[&str]) = match parts.as_slice() {
            ["steps", id, "revenue", rest @ ..] => (format!("revenue of {}", step(id)), rest),
            ["steps", id, "cost", rest @ ..] => (format!("cost of {}", step(id)), rest),
            ["steps", id, "costs", part, rest @ ..] => (format!("{} of {}", spoken(part), step(id)), rest),
            ["steps", id, "units", of, rest @ ..] => (format!("units of {} at {}", product(of), step(id)), rest),
            ["steps", id, "*", "chance", rest @ ..] => (format!("shares at {}", step(id)), rest),
            ["steps", id, branch, "chance", rest @ ..] => (format!("{} at {}", spoken(branch), step(id)), rest),
            ["steps", id, branch, "after", rest @ ..] => {
                (format!("time from {} to {}", step(id), spoken(branch)), rest)
            }
            ["products", id, what, rest @ ..] => (format!("{} of {}", spoken(what), product(id)), rest),
            ["budgets", id, "amount", rest @ ..] => (format!("budget {}", spoken(id)), rest),
            ["arrivals", id, "volume", rest @ ..] => (format!("arrivals of {}", spoken(id)), rest),
            ["arrivals", id, what @ ("growth" | "season"), rest @ ..] => (format!("{what} of {}", spoken(id)), rest),
            ["pipeline", id, middle @ .., "count"] => (format!("waiting at {}", step(id)), middle),
            ["values", id, rest @ ..] => (spoken(id), rest),
            ["customer", id, rest @ ..] => (format!("customers by {}", spoken(id)), rest),
            _ => return path.to_owned(),
        };
        if rest.is_empty() {
            words
        } else {
            let labels: Vec<String> = rest.iter().map(|it| spoken(it)).collect();
            format!("{words} ({})", labels.join(", "))
        }
    }
}

/// An id as it is said.
fn spoken(id: &str) -> String {
    id.replace('_', " ")
}
