//! Scenarios made up from a list of choices.

use super::calendar::day;
use super::choices::Choices;
use super::delay::Delay;
use super::spec::{
    Amount, Attribute, Budget, By, Change, Cost, Kind, Product, Spec, Spread, Stage, Step, Stream, Volume, Waiting,
    Way, What,
};

impl Spec {
    /// A sound scenario with known numbers, or (`wild`) with uncertain ones here and there.
    pub(crate) fn generate(it: &mut Choices, wild: bool) -> Self {
        let mut spec = Self::new(12 + it.of(30) as i64);
        spec.begin = match it.of(4) {
            0 => Some(day(2026, 3, 1)),
            1 => Some(day(2024, 2, 18)),
            2 => Some(day(2025, 12, 20)),
            _ => None,
        };
        spec.tick_hours = it.pick(&[24, 24, 24, 12, 48, 168]);
        spec.period = if spec.tick_hours > 24 {
            "month"
        } else {
            it.pick(&["month", "week", "quarter", "year"])
        };
        // A period in which no tick begins is for scenarios worked out by hand.
        while spec.label(spec.ticks() - 1) != spec.label_of_day(spec.days - 1) {
            spec.days -= 1;
        }
        spec.discount = it.once_in(3).then_some(0.25);
        spec.hides_worlds = wild;
        spec.stages(it);
        spec.attributes(it);
        spec.products(it);
        spec.steps(it, wild);
        spec.streams(it);
        spec.under_way(it);
        spec.moves(it);
        spec.amounts(it, wild);
        spec.targets(it);
        spec
    }

    fn stages(&mut self, it: &mut Choices) {
        for at in 0..it.of(4) {
            self.stages.push(Stage {
                id: format!("g{at}"),
                owner: it.pick(&[None, Some("ann")]),
            });
        }
    }

    fn attributes(&mut self, it: &mut Choices) {
        if it.of(3) > 0 {
            let values: Vec<String> = (0..2 + it.of(2)).map(|at| format!("v{at}")).collect();
            let weights = values.iter().map(|_| it.quarters(1, 3)).collect();
            self.attributes.push(Attribute {
                id: "kind".to_owned(),
                kind: Kind::Category(values, weights),
            });
        }
        if it.of(2) > 0 {
            let start = it.of(3) as i64 - 1;
            self.attributes.push(Attribute {
                id: "score".to_owned(),
                kind: Kind::Counter(-1, 3, start),
            });
        }
    }

    fn products(&mut self, it: &mut Choices) {
        for at in 0..it.of(3) {
            self.products.push(Product {
                id: format!("p{at}"),
                price: it.quarters(1, 9),
                cost: it.quarters(0, 4),
            });
        }
        for at in 0..it.of(2) {
            let unit = it.pick(&["day", "week", "month", "quarter", "year"]);
            self.budgets.push(Budget {
                id: format!("u{at}"),
                amount: it.quarters(50, 90),
                unit,
                channel: it.pick(&[None, Some("web"), Some("radio")]),
            });
        }
    }

    /// First the steps that lead on, then those that end.
    fn steps(&mut self, it: &mut Choices, wild: bool) {
        let on = 2 + it.of(4);
        let ends = ["converted", "lost", "churned", "other"];
        let all = on + 2 + it.of(3);
        for at in 0..all {
            let mut step = Step {
                id: format!("s{at}"),
                ..Step::default()
            };
            if !self.stages.is_empty() && it.of(3) > 0 {
                step.stage = Some(it.of(self.stages.len()));
            }
            step.channel = it.pick(&[None, Some("web"), Some("shop")]);
            step.owner = it.pick(&[None, None, Some("bob")]);
            if at >= on {
                step.outcome = Some(ends[(at - on) % 4]);
            } else {
                step.events = it.pick(&[
                    vec![],
                    vec![],
                    vec!["conversion"],
                    vec!["call"],
                    vec!["conversion", "call"],
                ]);
            }
            for (attribute, of) in self.attributes.iter().enumerate() {
                let value = match &of.kind {
                    Kind::Category(values, _) => it.of(values.len()) as i64,
                    Kind::Counter(..) => it.of(5) as i64 - 1,
                };
                if it.once_in(4) {
                    step.sets.push((attribute, value));
                }
                if matches!(of.kind, Kind::Counter(..)) && it.of(3) > 0 {
                    step.adds.push((attribute, it.pick(&[1, 2, -1, 5])));
                }
            }
            self.steps.push(step);
        }
        for at in 0..on {
            self.fork(it, at, on, all, wild);
        }
    }

    fn streams(&mut self, it: &mut Choices) {
        for at in 0..=it.of(3) {
            let dated = self.begin.is_some();
            let weekdays = if it.of(2) > 0 {
                vec![(6, 0.5), (7, it.pick(&[0.0, 2.0]))]
            } else {
                Vec::new()
            };
            let weights = vec![(6, 0.5)];
            let volume = match it.of(if dated { 5 } else { 3 }) {
                0 => Volume::Count(5 + it.of(20) as u64, 0),
                1 | 2 => Volume::Rate {
                    amount: it.quarters(1, 4) * 10.0,
                    unit: it.pick(&["week", "month", "day", "quarter"]),
                    growth: it.once_in(3).then(|| (it.quarters(1, 20), it.pick(&["week", "month"]))),
                    season: if it.of(2) > 0 {
                        vec![(3, 1.5), (12, 0.5)]
                    } else {
                        Vec::new()
                    },
                    weekdays,
                    window: dated.then(|| (it.of(4) as i64, 6 + it.of(6) as i64)),
                },
                3 => Volume::Count(5 + it.of(20) as u64, it.of(10) as i64),
                _ => Volume::Series {
                    days: vec![(it.of(10) as i64, it.quarters(1, 9))],
                    months: vec![(0, it.quarters(10, 30))],
                    weekdays: weights,
                },
            };
            let unit_is_day = matches!(volume, Volume::Rate { unit: "day", .. });
            let volume = match volume {
                Volume::Rate {
                    amount,
                    unit,
                    growth,
                    season,
                    weekdays,
                    window,
                } if unit_is_day => Volume::Rate {
                    amount: amount / 10.0,
                    unit,
                    growth,
                    season,
                    weekdays,
                    window,
                },
                other => other,
            };
            let spread = match volume {
                Volume::Count(..) => Spread::Poisson,
                _ => it.pick(&[Spread::Poisson, Spread::Fixed, Spread::Cv(0.25)]),
            };
            let customer = self.of_customer(it);
            let to = if it.once_in(3) { it.of(2) } else { 0 };
            self.streams.push(Stream {
                id: format!("a{at}"),
                to,
                volume,
                spread,
                customer,
            });
        }
    }

    fn of_customer(&self, it: &mut Choices) -> Vec<(usize, i64)> {
        let mut values = Vec::new();
        for (at, attribute) in self.attributes.iter().enumerate() {
            let value = match &attribute.kind {
                Kind::Category(values, _) => it.of(values.len()) as i64,
                Kind::Counter(..) => it.of(5) as i64 - 1,
            };
            if it.once_in(3) {
                values.push((at, value));
            }
        }
        values
    }

    fn under_way(&mut self, it: &mut Choices) {
        let on = self.steps.iter().filter(|it| it.outcome.is_none()).count();
        for _ in 0..it.of(3) {
            let waiting = Waiting {
                // What is left of drawn chances after a wait is not linear in them.
                step: it.of(on).max(usize::from(self.hides_worlds)),
                count: 1 + it.of(12) as u64,
                waited_ticks: it.of(4),
                converted: it.of(2) > 0,
                customer: self.of_customer(it),
            };
            self.pipeline.push(waiting);
        }
    }

    fn moves(&mut self, it: &mut Choices) {
        let mut taken = Vec::new();
        for _ in 0..it.of(4) {
            let from = it.of(8) as i64;
            let days = (self.begin.is_some() && it.of(3) > 0).then(|| (from, from + it.of(6) as i64));
            let what = match it.of(5) {
                0 => What::Volume(it.of(self.streams.len()), it.pick(&[1.5, 0.5, 2.0])),
                1 if !self.products.is_empty() => What::Price(it.of(self.products.len()), it.pick(&[1.0, -0.5])),
                2 if !self.budgets.is_empty() => What::Budget(it.of(self.budgets.len()), it.pick(&[2.0, 0.5])),
                kind => {
                    let forks: Vec<usize> = (0..self.steps.len())
                        .filter(|at| self.steps[*at].branches.len() > 1)
                        .collect();
                    let Some(at) = forks.get(it.of(forks.len().max(1))).copied() else {
                        continue;
                    };
                    let branch = it.of(self.steps[at].branches.len());
                    let it_is = &self.steps[at].branches[branch];
                    let is_chance = matches!(it_is.way, Way::Chance(_))
                        && self.steps[at].branches.iter().any(|it| matches!(it.way, Way::Rest));
                    match kind {
                        3 if is_chance => What::Chance(at, branch, it.pick(&[0.5, 0.8])),
                        _ => match &it_is.after {
                            Some(By::Same(Delay::Geometric(_)) | By::By(..)) | None => continue,
                            Some(_) => What::Delay(at, branch, it.pick(&[1.5, 2.0])),
                        },
                    }
                }
            };
            // What is changed twice at once is for scenarios worked out by hand.
            let path = match &what {
                What::Chance(at, ..) | What::ChanceIs(at, ..) => (0, *at, 0),
                What::Delay(at, branch, _) => (1, *at, *branch),
                What::Volume(at, _) => (2, *at, 0),
                What::Price(at, _) => (3, *at, 0),
                What::Budget(at, _) => (4, *at, 0),
                What::Revenue(at, _) => (5, *at, 0),
            };
            if !taken.contains(&path) {
                taken.push(path);
                self.changes.push(Change { days, what });
            }
        }
    }

    fn amounts(&mut self, it: &mut Choices, wild: bool) {
        for at in 0..self.steps.len() {
            let amount = |_: usize, it: &mut Choices| match it.of(if wild { 7 } else { 6 }) {
                0..3 => Amount::known(it.quarters(0, 20)),
                3 => Amount::each(10.0, 4.0, "{ gamma = { mean = 10, sd = 4 } }"),
                4 => Amount::each(6.0, 12.0_f64.sqrt(), "{ uniform = [0, 12] }"),
                5 => Amount::each(3.0, 3.0_f64.sqrt(), "{ poisson = 3 }"),
                _ => Amount {
                    text: "\"4 to 9\"".to_owned(),
                    ..Amount::known(6.0)
                },
            };
            if it.of(3) > 0 {
                let revenue = self.vary(it, amount);
                self.steps[at].revenue = Some(revenue);
            }
            if it.of(3) > 0 {
                let cost = Cost::Amount(self.vary(it, amount));
                self.steps[at].costs = match it.of(3) {
                    0 => vec![("", cost)],
                    1 => vec![("staff", cost)],
                    _ => vec![("staff", cost), ("fees", Cost::Share(0.25))],
                };
            }
            if !self.products.is_empty() && it.of(3) == 1 {
                let units = self.vary(it, amount);
                self.steps[at].units.push((it.of(self.products.len()), units));
            }
            if let (Some(_), true) = (&self.steps[at].revenue, it.once_in(4)) {
                let days = self.begin.is_some().then_some((3, 9));
                self.changes.push(Change {
                    days,
                    what: What::Revenue(at, 1.5),
                });
            }
        }
    }

    fn targets(&mut self, it: &mut Choices) {
        for _ in 0..it.of(3) {
            let metric = it.pick(&["won", "revenue", "open", "profit", "cost"]).to_owned();
            let over = (self.begin.is_some() && it.of(2) > 0).then(|| self.label(0));
            self.targets.push((metric, over));
        }
    }
}
