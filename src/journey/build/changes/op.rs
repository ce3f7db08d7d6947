//! What is done to a value, if that fits it.

use crate::journey::assumption::Role;
use crate::journey::build::Builder;
use crate::journey::build::numbers::Origin;
use crate::journey::build::range::Range;
use crate::journey::change::Op;
use crate::journey::draft::{Change, Quantity};
use crate::journey::{Leaf, Tree};

use super::paths::Kind;

impl Builder<'_> {
    /// What is done, if that fits the value; `None` if a mistake inside it was told already.
    pub(super) fn op(
        &mut self,
        path: &str,
        change: &Change,
        kind: Kind,
    ) -> Result<Option<Op>, (String, Option<String>)> {
        let refuse = |what: &str, help: Option<String>| Err((format!("{what} does not fit `{path}`"), help));
        if let Change::Times(factor) = change {
            if !(*factor >= 0.0 && factor.is_finite()) {
                return Err((format!("a factor cannot be {factor}"), None));
            }
            return Ok(Some(Op::Times(*factor)));
        }
        let before = self.faults.len();
        let op = match (change, kind) {
            (Change::Delay(delay), Kind::Delay) => Op::ToDelay(self.delay_tree(delay)),
            (Change::AddDuration(duration), Kind::Delay) => Op::Add(duration.days()),
            (_, Kind::Delay) => {
                return refuse("this change", Some(fits(kind)));
            }
            (Change::Quantity(it), Kind::Chance) => Op::To(self.new_value(path, Range::chance(), it)),
            (Change::Quantity(it), Kind::Share(role) | Kind::Growth(role) | Kind::Amount(role)) => {
                let range = self.range_of(role, path);
                Op::To(self.new_value(path, range, it))
            }
            (Change::OfRevenue(it), Kind::Share(role @ Role::RevenueShare)) => {
                Op::To(self.new_value(path, Range::of(role), it))
            }
            (
                Change::Rate(rate),
                Kind::Amount(role @ (Role::ArrivalRate(per) | Role::BudgetRate(per)))
                | Kind::Growth(role @ Role::Growth(per)),
            ) => {
                if rate.per != per {
                    return refuse(
                        "another unit",
                        Some("give the new value in the unit that the file uses here".into()),
                    );
                }
                Op::To(self.new_value(path, Range::of(role), &rate.quantity))
            }
            (Change::Points(points), Kind::Chance | Kind::Share(_) | Kind::Growth(_)) => Op::Add(*points),
            (Change::Points(_), _) => {
                return refuse("a change in percentage points", Some(fits(kind)));
            }
            (Change::Percent(share), Kind::Amount(_) | Kind::Series) => Op::Times(1.0 + share),
            (Change::Percent(share), _) => {
                let (factor, points) = (1.0 + share, share * 100.0);
                let help = format!(
                    "`{points:+}%` could mean two things: write \"x{}\" to multiply, or \"{points:+}pp\" to add percentage points",
                    (factor * 1e6).round() / 1e6
                );
                return refuse("a change in percent", Some(help));
            }
            (Change::Add(shift), Kind::Amount(_) | Kind::Growth(_)) => Op::Add(*shift),
            (Change::Add(shift), Kind::Chance | Kind::Share(_)) => {
                let help = format!("write \"{shift:+}pp\" to add percentage points");
                return refuse("adding a number", Some(help));
            }
            (_, Kind::Series) => {
                return refuse("this change", Some(fits(kind)));
            }
            (Change::Rate(_), _) => return refuse("a rate", Some(fits(kind))),
            (Change::OfRevenue(_), _) => return refuse("a share of revenue", Some(fits(kind))),
            (Change::Delay(_) | Change::AddDuration(_), _) => return refuse("a duration", Some(fits(kind))),
            (Change::Times(_), _) => return Ok(None),
        };
        Ok((self.faults.len() == before).then_some(op))
    }

    fn range_of(&self, role: Role, path: &str) -> Range {
        match role {
            Role::Value => self
                .uses
                .range(path.trim_start_matches("values.").split('.').next().unwrap_or("")),
            role => Range::of(role),
        }
    }

    /// A value that replaces the one at `path`; if it is not known it is drawn with the luck of
    /// that path, so that the same world stays the same.
    fn new_value(&mut self, path: &str, range: Range, quantity: &Quantity) -> Tree<Leaf> {
        self.tree(path, range, quantity, &Origin::default())
    }
}

/// What can be done to a value.
fn fits(kind: Kind) -> String {
    let fits = match kind {
        Kind::Chance | Kind::Share(_) => "write \"x1.1\", \"+5pp\" or a new chance",
        Kind::Growth(_) => "write \"x1.1\", \"+1pp\" or a new growth",
        Kind::Amount(_) => "write \"x1.1\", \"+10%\", \"+3\" or a new number",
        Kind::Series => "all totals of a series change by \"x1.3\" or \"+10%\"",
        Kind::Delay => "write \"x0.5\", \"+2d\" or a new delay",
    };
    fits.to_owned()
}
