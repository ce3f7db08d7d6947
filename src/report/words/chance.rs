//! The chances of a fork as people see them: with the rest worked out, for each kind of customer.

use super::amount::{ends, percent};
use crate::journey::assumption::{DrawKind, World};
use crate::journey::evaluate::Situation;
use crate::journey::law::{Bounds, Law};
use crate::journey::{AssumptionId, CaseSpace, Fork, Journey, Key, Leaf, LeafValue, Observed, StepId, mark_values};
use crate::report::notation::rounded;

/// More kinds of customers than this are not told apart.
const CASES_MAX: usize = 64;

/// What is known of a chance before any change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Share {
    /// This.
    Known(f64),
    /// 5 % and 95 % quantiles.
    Between(f64, f64),
    /// Its mean, where several unknown chances make it.
    About(f64),
}

impl Share {
    /// Such as `8 %`, `7 % to 9 %` or `about 50 %`.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Known(share) => percent(share),
            Self::Between(low, high) => format!("{} to {}", percent(low), percent(high)),
            Self::About(share) => format!("about {}", percent(rounded(share, 2))),
        }
    }
}

/// The chances of a fork.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ForkChances {
    /// The kinds of customers that it tells apart; one without a name if there is only one.
    pub(crate) cases: Vec<String>,
    /// By case and branch.
    pub(crate) shares: Vec<Vec<Share>>,
}

impl ForkChances {
    /// The chance of a branch, case by case; a single case without a name if all are the same.
    pub(crate) fn of_branch(&self, position: usize) -> Vec<(&str, Share)> {
        let shares = self.shares.iter().map(|it| it[position]);
        let cases: Vec<(&str, Share)> = self.cases.iter().map(String::as_str).zip(shares).collect();
        match cases.as_slice() {
            [(_, first), others @ ..] if others.iter().all(|it| it.1 == *first) => {
                vec![("", *first)]
            }
            _ => cases,
        }
    }
}

/// Who works chances out: what is the same for all forks is made once.
pub(crate) struct Chances<'a> {
    journey: &'a Journey,
    world: World,
    situation: Situation<'a>,
}

impl<'a> Chances<'a> {
    pub(crate) fn new(journey: &'a Journey) -> Self {
        Self {
            journey,
            world: journey.draws.mean_world(),
            situation: Situation::unchanged(journey),
        }
    }

    /// The chances of a fork that goes by chances; `None` for others, and for those that tell
    /// very many kinds of customers apart.
    pub(crate) fn of_fork(&self, step: StepId) -> Option<ForkChances> {
        match &self.journey.step(step).fork {
            Fork::End(_) | Fork::Single | Fork::Rules(_) => None,
            Fork::Observed(observed) => of_counts(self.journey, observed),
            Fork::Chances { rest, chances } => self.of_chances(step, *rest, chances),
        }
    }

    fn of_chances(&self, step: StepId, rest: Option<usize>, chances: &[Option<AssumptionId>]) -> Option<ForkChances> {
        let journey = self.journey;
        let tree = |id: &AssumptionId| &journey.assumption(*id).tree;
        let cases = CaseSpace::new(
            |note| {
                for id in chances.iter().flatten() {
                    mark_values(&journey.assumptions, tree(id), note);
                }
            },
            |key| journey.key_size(key),
            CASES_MAX,
        )?;
        let mut means = Vec::new();
        let shares = (0..cases.count()).map(|cell| {
            let value_of = |key: Key| cases.representative(cell, key);
            self.situation.chances(step, &value_of, &self.world, &mut means);
            let of_branch = |id: &AssumptionId| share(journey, tree(id).leaf(&value_of), &value_of);
            let shares = chances.iter().map(|it| it.as_ref().map(of_branch));
            let shares: Vec<Option<Share>> = shares.collect();
            let left = rest.map_or(Share::Known(0.0), |at| rest_of(&shares, means[at]));
            shares.into_iter().map(|it| it.unwrap_or(left)).collect()
        });
        Some(ForkChances {
            shares: shares.collect(),
            cases: labels(journey, &cases),
        })
    }
}

/// What the other chances leave.
fn rest_of(shares: &[Option<Share>], mean: f64) -> Share {
    let mut left = 1.0;
    let mut ranges = Vec::new();
    for share in shares.iter().flatten() {
        match share {
            Share::Known(share) => left -= share,
            Share::Between(low, high) => ranges.push((*low, *high)),
            Share::About(_) => return Share::About(mean),
        }
    }
    match ranges.as_slice() {
        [] => Share::Known(left.max(0.0)),
        [(low, high)] if left >= *high => Share::Between(left - high, left - low),
        _ => Share::About(mean),
    }
}

fn share(journey: &Journey, leaf: &Leaf, value_of: &impl Fn(Key) -> u32) -> Share {
    match leaf.value {
        LeafValue::Known(value) => Share::Known(value),
        LeafValue::Drawn(draw) => match journey.draws.draws[draw.index()].kind {
            DrawKind::Alone(law, bounds) => of_law(law, bounds),
            DrawKind::Dirichlet(_) => unreachable!("counts are no chances"),
        },
        LeafValue::Each(_) => unreachable!("`build` refuses chances that vary"),
        LeafValue::Value(id) => {
            let tree = &journey.assumption(id).tree;
            share(journey, tree.leaf(value_of), value_of)
        }
    }
}

fn of_law(law: Law, bounds: Bounds) -> Share {
    let (low, high) = ends(law, bounds);
    if high <= low {
        Share::Known(low)
    } else {
        Share::Between(low, high)
    }
}

/// Each share of a Dirichlet is a beta by itself.
fn of_counts(journey: &Journey, observed: &Observed) -> Option<ForkChances> {
    let cases = &observed.cases;
    if cases.count() > CASES_MAX {
        return None;
    }
    let branches = observed.counts.len();
    let shares = observed.draws.iter().map(|first| {
        let draws = &journey.draws.draws[first.index()..first.index() + branches];
        let parameter = |kind: &DrawKind| match kind {
            DrawKind::Dirichlet(parameter) => *parameter,
            DrawKind::Alone(..) => 0.0,
        };
        let parameters: Vec<f64> = draws.iter().map(|it| parameter(&it.kind)).collect();
        let sum: f64 = parameters.iter().sum();
        let of_branch = |a: &f64| {
            let b = sum - a;
            if b > 0.0 {
                of_law(Law::Beta { a: *a, b }, Bounds::CHANCE)
            } else {
                Share::Known(1.0)
            }
        };
        parameters.iter().map(of_branch).collect()
    });
    Some(ForkChances {
        shares: shares.collect(),
        cases: labels(journey, cases),
    })
}

/// What each combination is called: the values that are told apart, `else` for the others.
fn labels(journey: &Journey, cases: &CaseSpace) -> Vec<String> {
    let label = |cell: usize| {
        let parts = cases.axes().map(|(key, classes, _)| {
            let value = cases.representative(cell, key);
            let class = classes[value as usize];
            let is_alone = classes.iter().filter(|it| **it == class).count() == 1;
            if is_alone {
                journey.key_label(key, value)
            } else {
                "else".to_owned()
            }
        });
        parts.collect::<Vec<String>>().join(" ")
    };
    (0..cases.count()).map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::journey_of;

    fn texts(branches: &str) -> Vec<String> {
        let journey = journey_of(&format!(
            r#"
            format = 1
            entry = "visit"
            customers = 10
            [customer]
            size = {{ small = 1, mid = 1, large = 1 }}
            [steps.visit]
            branches = [{branches}]
            [steps.a]
            outcome = "other"
            [steps.b]
            outcome = "lost"
            [steps.c]
            outcome = "lost"
            "#
        ));
        let chances = Chances::new(&journey).of_fork(StepId(0));
        let chances = chances.expect("it goes by chances");
        let branch = |position| {
            let cases = chances.of_branch(position).into_iter();
            let cases = cases.map(|(case, share)| format!("{case} {}", share.text()));
            cases.collect::<Vec<_>>().join(", ").trim().to_owned()
        };
        (0..journey.branch_count()).map(branch).collect()
    }

    #[test]
    fn the_rest_is_worked_out() {
        assert_eq!(
            texts(r#"{ to = "a", chance = 0.3 }, { to = "b", chance = "rest" }"#),
            ["30 %", "70 %"]
        );
        assert_eq!(
            texts(r#"{ to = "a", chance = "7% to 9%" }, { to = "b", chance = "rest" }"#),
            ["7 % to 9 %", "91 % to 93 %"]
        );
        assert_eq!(
            texts(
                r#"{ to = "a", chance = "7% to 9%" }, { to = "b", chance = "rest" },
                   { to = "c", chance = "20% to 30%" }"#
            ),
            ["7 % to 9 %", "about 67 %", "20 % to 30 %"]
        );
    }

    #[test]
    fn kinds_of_customers_are_told_apart_where_they_differ() {
        assert_eq!(
            texts(
                r#"{ to = "a", chance = { by = "size", small = 0.1, else = 0.2 } },
                   { to = "b", chance = 0.5 }, { to = "c", chance = "rest" }"#
            ),
            ["small 10 %, else 20 %", "50 %", "small 40 %, else 30 %"]
        );
    }

    #[test]
    fn observed_counts_leave_doubt() {
        assert_eq!(
            texts(r#"{ to = "a", count = 80 }, { to = "b", count = 320 }"#),
            ["16.9 % to 23.4 %", "76.6 % to 83.1 %"]
        );
    }
}
