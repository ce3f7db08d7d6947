//! Numbers in words: what is known, what is not, and what differs from customer to customer.

use super::remarks;
use crate::journey::assumption::DrawKind;
use crate::journey::law::{Bounds, Law};
use crate::journey::{AssumptionId, Journey, Leaf, LeafValue, Role, Tree};
use crate::report::notation::{Roles, interval, is_clean, is_observed, is_percent, key_name, rounded, suffix, tidy};
use crate::report::number::exact;

/// How sure we are of an interval.
const SURE: &str = "(90 % sure)";

/// Who speaks: knows the journey, what its numbers are used for and what money is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice<'a> {
    pub(super) journey: &'a Journey,
    roles: &'a Roles,
}

impl<'a> Voice<'a> {
    pub(crate) fn new(journey: &'a Journey, roles: &'a Roles) -> Self {
        Self { journey, roles }
    }

    /// A number of the scenario, in words.
    pub(crate) fn number(&self, id: AssumptionId) -> String {
        let it = self.journey.assumption(id);
        self.tree(&it.tree, self.roles.role(id))
    }

    /// What a number of the scenario is used for.
    pub(super) fn role(&self, id: AssumptionId) -> Role {
        self.roles.role(id)
    }

    fn tree(&self, tree: &Tree<Leaf>, role: Role) -> String {
        self.cases(tree, &|leaf| {
            let remarks = remarks(leaf.source.as_deref(), leaf.note.as_deref());
            self.leaf(leaf, role) + &remarks
        })
    }

    /// A table by attribute, case by case.
    pub(super) fn cases<T>(&self, tree: &Tree<T>, told: &impl Fn(&T) -> String) -> String {
        match tree {
            Tree::Leaf(leaf) => told(leaf),
            Tree::By { key, cases, otherwise } => {
                let named = cases.iter().map(|(_, label, tree)| (label.as_str(), tree));
                let others = otherwise.as_deref().map(|tree| ("else", tree));
                let parts = named.chain(others).map(|(label, tree)| {
                    let inner = self.cases(tree, told);
                    if matches!(tree, Tree::By { .. }) {
                        format!("{label}: ({inner})")
                    } else {
                        format!("{label}: {inner}")
                    }
                });
                let parts: Vec<String> = parts.collect();
                format!("by {}, {}", key_name(self.journey, *key), parts.join("; "))
            }
        }
    }

    /// One value, without where it comes from.
    pub(super) fn leaf(&self, leaf: &Leaf, role: Role) -> String {
        match leaf.value {
            LeafValue::Known(value) => self.figure(value, role) + &suffix(role),
            LeafValue::Drawn(draw) => match self.journey.draws.draws[draw.index()].kind {
                DrawKind::Alone(law, bounds) => self.uncertain(law, bounds, role),
                // Counts of observed forks are known; their shares are told at the fork.
                DrawKind::Dirichlet(parameter) => exact(parameter - 0.5),
            },
            LeafValue::Each(law) => self.varies(law, role),
            LeafValue::Value(id) => {
                let it = self.journey.assumption(id);
                let name = it.path.strip_prefix("values.").unwrap_or(&it.path);
                match &it.tree {
                    Tree::Leaf(leaf) => format!("`{name}`, {}", self.leaf(leaf, role)),
                    Tree::By { .. } => format!("`{name}`"),
                }
            }
        }
    }

    /// A number whose true value is not known.
    fn uncertain(&self, law: Law, bounds: Bounds, role: Role) -> String {
        let behind = suffix(role);
        let all = match role {
            Role::Money | Role::Units => " on average, the same for all customers",
            _ => "",
        };
        match law {
            Law::Normal { mean, sd: 0.0 } => self.figure(mean, role) + &behind,
            Law::Uniform { low, high } => {
                let (low, high) = self.range(low, high, role);
                format!("anywhere between {low} and {high}{behind}{all}, all equally likely")
            }
            Law::Triangular { low, mode, high } => {
                let (low, high) = self.range(low, high, role);
                let mode = self.figure(mode, role);
                format!("between {low} and {high}{behind}{all}, most likely {mode}")
            }
            _ => {
                let (low, high) = ends(law, bounds);
                let (low, high) = self.range(low, high, role);
                match is_observed(law) {
                    Some((hits, trials)) => {
                        let share = self.figure(rounded(hits / trials, 3), role);
                        let (hits, trials) = (exact(hits), exact(trials));
                        format!("observed {hits} of {trials}: {share}{behind} ({low} to {high}, 90 % sure)")
                    }
                    None => format!("between {low} and {high}{behind}{all} {SURE}"),
                }
            }
        }
    }

    /// A number that is drawn for every customer.
    fn varies(&self, law: Law, role: Role) -> String {
        let mean = self.figure(rounded(law.mean(Bounds::NONE), 3), role);
        let told = match law {
            Law::Normal { mean, sd: 0.0 } => return self.figure(mean, role),
            Law::Uniform { low, high } => {
                let (low, high) = self.range(low, high, role);
                format!("{low} to {high}, all equally likely")
            }
            _ => {
                let (low, high) = ends(law, Bounds::NONE);
                let (low, high) = self.range(low, high, role);
                let poisson = match law {
                    Law::Poisson { .. } => " (Poisson)",
                    _ => "",
                };
                format!("{low} to {high} for 9 in 10, {mean} on average{poisson}")
            }
        };
        format!("differs from customer to customer: {told}")
    }

    /// A number with its sign or currency.
    pub(super) fn figure(&self, value: f64, role: Role) -> String {
        let text = bare(value, role);
        match self.journey.currency.as_deref() {
            Some(label) if is_money(role) => {
                if label.chars().any(char::is_alphanumeric) {
                    format!("{label} {text}")
                } else if let Some(size) = text.strip_prefix('-') {
                    format!("-{label}{size}")
                } else {
                    format!("{label}{text}")
                }
            }
            _ => text,
        }
    }

    /// Two ends of a range; the currency stands at the first.
    fn range(&self, low: f64, high: f64, role: Role) -> (String, String) {
        (self.figure(low, role), bare(high, role))
    }
}

fn bare(value: f64, role: Role) -> String {
    if is_percent(role) {
        return percent(value);
    }
    let text = exact(tidy(value));
    let has_one_decimal = text.split_once('.').is_some_and(|(_, it)| it.len() == 1);
    if is_money(role) && has_one_decimal {
        text + "0"
    } else {
        text
    }
}

/// A share with every digit somebody wrote.
pub(super) fn percent(share: f64) -> String {
    exact(tidy(share * 100.0)) + " %"
}

fn is_money(role: Role) -> bool {
    matches!(role, Role::Money | Role::ProductMoney | Role::BudgetRate(_))
}

/// The ends below and above which 5 % lie: as written, or rounded if nobody wrote them.
pub(super) fn ends(law: Law, bounds: Bounds) -> (f64, f64) {
    let written = interval(law)
        .filter(|(low, high)| bounds.contain(*low) && bounds.contain(*high) && is_clean(*low) && is_clean(*high));
    written.unwrap_or_else(|| {
        let end = |p| rounded(law.quantile(bounds, p), 3);
        (end(0.05), end(0.95))
    })
}
