//! Numbers, laws, delays and rules the way a scenario writes them, made from what a journey keeps.

mod delay;
mod law;
mod rule;
mod tree;

use crate::journey::{Per, Role};
use crate::report::number::plain;

pub(crate) use crate::journey::Roles;
pub(crate) use delay::{delay, duration};
pub(crate) use law::{interval, is_observed, law};
pub(crate) use rule::rule;
pub(crate) use tree::{delay_tree, key_name, leaf, operation, table, tree};

/// Laws keep their parameters; what was written is found again but for rounding.
const DIGITS: usize = 12;
/// Nobody writes more digits than this.
const DIGITS_WRITTEN: usize = 6;

/// `value` rounded to so many significant digits.
pub(crate) fn rounded(value: f64, digits: usize) -> f64 {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    text.parse().unwrap_or(value)
}

/// `value` without the traces of arithmetic.
pub(crate) fn tidy(value: f64) -> f64 {
    rounded(value, DIGITS)
}

/// Whether somebody could have written this number.
pub(crate) fn is_clean(value: f64) -> bool {
    tidy(value).total_cmp(&rounded(value, DIGITS_WRITTEN)).is_eq()
}

/// A number, in percent if it is a share: `0.4`, `8%`.
pub(crate) fn number(value: f64, percent: bool) -> String {
    let (value, sign) = if percent { (value * 100.0, "%") } else { (value, "") };
    plain(tidy(value)).unwrap_or_default() + sign
}

/// The word behind `per`.
pub(crate) fn per(per: Per) -> &'static str {
    per.word()
}

/// Whether numbers of this role are shares.
pub(crate) fn is_percent(role: Role) -> bool {
    matches!(role, Role::Chance(_) | Role::RevenueShare | Role::Growth(_))
}

/// What stands behind numbers of this role: ` per month`, ` of revenue` or nothing.
pub(crate) fn suffix(role: Role) -> String {
    match role {
        Role::ArrivalRate(unit) | Role::BudgetRate(unit) | Role::Growth(unit) => {
            format!(" per {}", per(unit))
        }
        Role::RevenueShare => " of revenue".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_again_but_for_rounding() {
        assert_eq!(number((30.0_f64).ln().exp(), false), "30");
        assert_eq!(number(0.07, true), "7%");
        assert_eq!(number(0.1 + 0.2, true), "30%");
        assert_eq!(number(1e15, false), "1000000000000000");
        assert!(is_clean(0.1 + 0.2));
        assert!(!is_clean(1.0 / 3.0));
    }
}
