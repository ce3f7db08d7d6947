//! Made-up forks: branches, chances, rules and delays.

use super::choices::Choices;
use super::delay::Delay;
use super::spec::{Branch, By, Chance, Condition, Kind, Relation, Spec, Way};

impl Spec {
    pub(super) fn fork(&mut self, it: &mut Choices, at: usize, on: usize, all: usize, wild: bool) {
        let mut count = 1 + it.of(4);
        let kind = it.of(5);
        // Nothing is known of a customer who meets the same drawn chances twice.
        let observed = kind == 3 && (wild || at == 0);
        if kind == 4 {
            count = count.max(2);
        }
        let mut left = 1.0;
        for branch in 0..count {
            let is_last = branch + 1 == count;
            // The first branch leads on or to an end; the others anywhere, the beginning aside
            // where its chances are drawn.
            let to = if is_last && kind != 4 {
                at + 1 + it.of(all - at - 1)
            } else {
                1 + it.of(all - 1)
            };
            let goes_back = to <= at;
            let way = match (count, kind) {
                (1, _) => Way::Only,
                (_, 4) => Way::When((!is_last).then(|| self.guard(it, 2))),
                _ if observed => {
                    self.hides_worlds = true;
                    Way::Count(it.quarters(0, 30))
                }
                _ if is_last && (kind != 2 || wild) => Way::Rest,
                _ if is_last => Way::Chance(By::Same(Chance::known(round(left)))),
                (_, 1) => {
                    let largest = 0.8 * left;
                    let chances: Vec<f64> = (0..4).map(|_| round(largest * it.quarters(0, 1))).collect();
                    left -= chances.iter().fold(0.0, |most: f64, it| most.max(*it));
                    Way::Chance(self.vary(it, |at, _| Chance::known(chances[at % 4])))
                }
                _ => {
                    let chance = round(left * it.pick(&[0.5, 0.3, 0.7, 0.05]));
                    left -= chance;
                    let is_uncertain = wild && it.of(2) > 0;
                    let text = if is_uncertain {
                        format!("\"{} to {}\"", chance / 2.0, chance)
                    } else {
                        format!("{chance}")
                    };
                    Way::Chance(By::Same(Chance { value: chance, text }))
                }
            };
            let after = (goes_back || it.of(3) > 0).then(|| {
                let passes = |it: &mut Choices, tick: f64| if goes_back { long(it, tick) } else { any(it, tick) };
                let tick = self.tick_days();
                if it.once_in(4) {
                    self.vary(it, |_, it| passes(it, tick))
                } else {
                    By::Same(passes(it, tick))
                }
            });
            self.steps[at].branches.push(Branch { to, way, after });
        }
        let _ = on;
    }

    /// A value, the same for all or by an attribute if there is one.
    pub(super) fn vary<T>(&self, it: &mut Choices, mut value: impl FnMut(usize, &mut Choices) -> T) -> By<T> {
        let at = it.of(self.attributes.len() + 1);
        let Some(attribute) = self.attributes.get(at) else {
            return By::Same(value(0, it));
        };
        let count = match &attribute.kind {
            Kind::Category(values, _) => values.len(),
            Kind::Counter(low, high, _) => (high - low + 1) as usize,
        };
        By::By(Some(at), (0..count).map(|at| value(at, it)).collect())
    }

    fn guard(&self, it: &mut Choices, depth: usize) -> Condition {
        let relation = it.pick(&Relation::ALL);
        if depth > 0 && it.of(3) == 1 {
            let left = Box::new(self.guard(it, depth - 1));
            return match it.of(3) {
                0 => Condition::And(left, Box::new(self.guard(it, depth - 1))),
                1 => Condition::Or(left, Box::new(self.guard(it, depth - 1))),
                _ => Condition::Not(left),
            };
        }
        match it.of(6) {
            0 => Condition::Visits(it.of(self.steps.len()), relation, it.of(3) as i64),
            1 => Condition::Days(relation, it.of(12) as i64),
            2 => Condition::Month(relation, it.pick(&[3, 2, 12, 1, 4])),
            3 => Condition::Weekday(relation, 1 + it.of(7) as i64),
            4 => Condition::Arrival(0),
            _ => {
                let at = it.of(self.attributes.len().max(1));
                match self.attributes.get(at).map(|it| &it.kind) {
                    Some(Kind::Category(values, _)) => {
                        let relation = if it.of(2) == 0 {
                            Relation::Equal
                        } else {
                            Relation::Unequal
                        };
                        Condition::Attribute(at, relation, it.of(values.len()) as i64)
                    }
                    Some(Kind::Counter(..)) => Condition::Attribute(at, relation, it.of(5) as i64 - 1),
                    None => Condition::Days(relation, 3),
                }
            }
        }
    }
}

fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A delay that may be none; in days, for ticks of so many.
fn any(it: &mut Choices, tick: f64) -> Delay {
    match it.of(4) {
        0 => Delay::Known(it.pick(&[0.0, 0.5, 1.0, 1.5, 3.0, 7.0]) * tick),
        _ => long(it, tick),
    }
}

/// A delay that lets time pass.
fn long(it: &mut Choices, tick: f64) -> Delay {
    match it.of(9) {
        0 => Delay::Known(it.pick(&[1.0, 2.0, 2.5, 5.0]) * tick),
        1 => Delay::Interval(tick, 6.0 * tick),
        2 => Delay::Exponential(2.0 * tick),
        3 => Delay::Lognormal {
            median: 1.5 * tick,
            p90: 5.0 * tick,
        },
        4 => Delay::Gamma {
            mean: 4.0 * tick,
            sd: 2.0 * tick,
        },
        5 => Delay::Weibull {
            scale: 3.0 * tick,
            shape: 1.5,
        },
        6 => Delay::Uniform(0.0, 4.0 * tick),
        7 => Delay::Geometric(3.0 * tick),
        _ => Delay::Observed(vec![(tick, 3.0), (2.5 * tick, 1.0), (0.0, 2.0)]),
    }
}
