//! Numbers: what is written becomes an assumption with a path, a range that makes sense for its
//! use, and a draw if it is not known.

use std::collections::HashMap;

use crate::journey::assumption::{Draw, DrawKind};
use crate::journey::draft::{
    Cases, CostAmountDraft, Distribution, Draft, OverrideDraft, Quantity, QuantityKind, VolumeDraft, WeightDraft,
};
use crate::journey::law::{Bounds, Law};
use crate::journey::{Assumption, AssumptionId, Key, Leaf, LeafValue, Role, Tree};
use crate::problem::Fault;

use super::Builder;

/// What a number may be, by its use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether intervals are read as chances.
    pub(crate) is_chance: bool,
    pub(crate) allows_each: bool,
    pub(crate) allows_by: bool,
    /// Whether a known amount is booked in ten-thousandths.
    pub(crate) is_booked: bool,
    pub(crate) is_whole: bool,
    what: &'static str,
}

/// More than this is no amount of money or units; sums of 10^15 customers still fit.
const AMOUNT_MAX: f64 = 1e12;
/// More customers than this are refused.
const CUSTOMERS_MAX: f64 = 1e15;

impl Range {
    const ANY: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        is_chance: false,
        allows_each: true,
        allows_by: true,
        is_booked: false,
        is_whole: false,
        what: "a number",
    };

    pub(crate) fn of(role: Role) -> Self {
        let plain = Self {
            allows_each: false,
            allows_by: false,
            ..Self::ANY
        };
        let chance = Self {
            low: 0.0,
            high: 1.0,
            is_chance: true,
            ..plain
        };
        let booked = Self {
            low: -AMOUNT_MAX,
            high: AMOUNT_MAX,
            is_booked: true,
            ..Self::ANY
        };
        match role {
            Role::Chance(_) => Self {
                allows_by: true,
                what: "a chance",
                ..chance
            },
            Role::Count(_) => Self {
                low: 0.0,
                high: CUSTOMERS_MAX,
                allows_by: true,
                what: "a count",
                ..plain
            },
            Role::Money => Self {
                what: "an amount of money",
                ..booked
            },
            Role::ProductMoney => Self {
                what: "an amount of money",
                allows_each: false,
                ..booked
            },
            Role::RevenueShare => Self {
                allows_by: true,
                what: "a share of revenue",
                ..chance
            },
            Role::Units => Self {
                what: "a number of units",
                ..booked
            },
            Role::ArrivalRate(_) | Role::ArrivalTotal => Self {
                low: 0.0,
                high: CUSTOMERS_MAX,
                what: "a number of arrivals",
                ..plain
            },
            Role::Customers => Self {
                low: 0.0,
                high: CUSTOMERS_MAX,
                is_whole: true,
                what: "a number of customers",
                ..plain
            },
            Role::Growth(_) => Self {
                low: -1.0,
                high: 1e6,
                what: "growth",
                ..plain
            },
            Role::Season => Self {
                low: 0.0,
                high: 1e9,
                what: "a factor",
                ..plain
            },
            Role::Weight => Self {
                low: 0.0,
                high: 1e12,
                is_chance: true,
                what: "a weight",
                ..plain
            },
            Role::BudgetRate(_) => Self {
                low: -AMOUNT_MAX,
                high: AMOUNT_MAX,
                what: "an amount of money",
                ..plain
            },
            Role::Value => Self {
                what: "a value",
                ..Self::ANY
            },
        }
    }

    /// What a chance may be, whatever branch or share it is of.
    pub(crate) fn chance() -> Self {
        Self::of(Role::Chance(crate::journey::BranchId(0)))
    }

    /// What fits both uses.
    fn and(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.min(other.high),
            is_chance: self.is_chance || other.is_chance,
            allows_each: self.allows_each && other.allows_each,
            allows_by: self.allows_by && other.allows_by,
            is_booked: self.is_booked || other.is_booked,
            is_whole: self.is_whole || other.is_whole,
            what: if self.what == Self::of(Role::Value).what {
                other.what
            } else {
                self.what
            },
        }
    }

    fn bounds(self) -> Bounds {
        // The law of money is not cut off: what is too large to book is an error, not a redraw.
        let limit = |end: f64| {
            if end.abs() >= AMOUNT_MAX {
                f64::INFINITY.copysign(end)
            } else {
                end
            }
        };
        Bounds {
            low: limit(self.low),
            high: limit(self.high),
        }
    }
}

/// What each entry of `[values]` is used for.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    ranges: HashMap<String, Range>,
}

impl Uses {
    pub(crate) fn of(draft: &Draft) -> Self {
        let mut uses = Self::default();
        each_quantity(draft, &mut |role, quantity| uses.see(Range::of(role), quantity));
        // A value may refer to another one; a chain of them is as long as there are values.
        for _ in 0..draft.values.len().min(100) {
            for (name, quantity) in &draft.values {
                if let Some(range) = uses.ranges.get(&name.text).copied() {
                    uses.see(range, quantity);
                }
            }
        }
        uses
    }

    fn see(&mut self, range: Range, quantity: &Quantity) {
        match &quantity.kind {
            QuantityKind::Value(name) => {
                let merged = self.ranges.get(name).map_or(range, |it| it.and(range));
                self.ranges.insert(name.clone(), merged);
            }
            QuantityKind::By(cases) => {
                cases.cases.iter().for_each(|(_, it)| self.see(range, it));
                cases.otherwise.iter().for_each(|it| self.see(range, it));
            }
            QuantityKind::Sourced { is, .. } => self.see(range, is),
            _ => {}
        }
    }

    /// What a value may be, by everything that refers to it.
    pub(crate) fn range(&self, value: &str) -> Range {
        self.ranges.get(value).copied().unwrap_or(Range::ANY)
    }

    /// Whether a value is used as a chance or share anywhere.
    pub(crate) fn is_chance(&self, value: &str) -> bool {
        self.range(value.split('.').next().unwrap_or(value)).is_chance
    }
}

fn each_quantity<'a>(draft: &'a Draft, see: &mut impl FnMut(Role, &'a Quantity)) {
    let unused = crate::journey::BranchId(0);
    for product in &draft.products {
        product
            .price
            .iter()
            .chain(&product.cost)
            .for_each(|it| see(Role::ProductMoney, it));
    }
    for budget in &draft.budgets {
        see(Role::BudgetRate(budget.amount.per), &budget.amount.quantity);
    }
    for stream in &draft.arrivals {
        match &stream.volume {
            VolumeDraft::Rate(rate) => see(Role::ArrivalRate(rate.per), &rate.quantity),
            VolumeDraft::Series(series) => series.iter().for_each(|it| see(Role::ArrivalTotal, &it.quantity)),
            VolumeDraft::Count(quantity, _) => see(Role::Customers, quantity),
        }
        stream
            .growth
            .iter()
            .for_each(|it| see(Role::Growth(it.per), &it.quantity));
        stream.season.iter().flatten().for_each(|it| see(Role::Season, it));
        overrides(&stream.customer, see);
    }
    for waiting in &draft.pipeline {
        see(Role::Customers, &waiting.count);
        overrides(&waiting.customer, see);
    }
    for attribute in &draft.attributes {
        if let crate::journey::draft::AttributeKindDraft::Category(values) = &attribute.kind {
            values.iter().for_each(|(_, it)| see(Role::Weight, it));
        }
    }
    for step in &draft.steps {
        step.revenue.iter().for_each(|it| see(Role::Money, it));
        step.units.iter().for_each(|(_, it)| see(Role::Units, it));
        for cost in &step.costs {
            match &cost.amount {
                CostAmountDraft::Money(it) => see(Role::Money, it),
                CostAmountDraft::OfRevenue(it) => see(Role::RevenueShare, it),
            }
        }
        for branch in &step.branches {
            match &branch.weight {
                Some(WeightDraft::Chance(it)) => see(Role::Chance(unused), it),
                Some(WeightDraft::Count(it)) => see(Role::Count(unused), it),
                _ => {}
            }
        }
    }
}

fn overrides<'a>(
    customer: &'a [(crate::journey::draft::Name, OverrideDraft)],
    see: &mut impl FnMut(Role, &'a Quantity),
) {
    for (_, it) in customer {
        if let OverrideDraft::Mix(values) = it {
            values.iter().for_each(|(_, it)| see(Role::Weight, it));
        }
    }
}

impl Builder<'_> {
    /// The entries of `[values]`, which are the first assumptions: position and id agree.
    pub(crate) fn values(&mut self) {
        let draft = self.draft;
        for (name, quantity) in &draft.values {
            let range = self.uses.range(&name.text);
            let path = format!("values.{}", name.text);
            let tree = self.tree(&path, range, quantity, &Origin::default());
            self.assumptions.push(Assumption {
                path,
                role: Role::Value,
                tree,
            });
        }
        for (at, (name, quantity)) in draft.values.iter().enumerate() {
            if refers_to(draft, quantity, at, &mut vec![false; draft.values.len()]) {
                let message = format!("`{}` refers to itself", name.text);
                self.faults
                    .push(Fault::mistake("circular", quantity.at.clone(), message));
            }
        }
    }

    /// Registers a number.
    pub(crate) fn number(&mut self, path: String, role: Role, quantity: &Quantity) -> AssumptionId {
        let tree = self.tree(&path, Range::of(role), quantity, &Origin::default());
        self.assumptions.push(Assumption { path, role, tree });
        AssumptionId::at(self.assumptions.len() - 1)
    }

    /// What is written, resolved and checked. A mistake gives 0, which nobody gets to see.
    pub(crate) fn tree(&mut self, path: &str, range: Range, quantity: &Quantity, origin: &Origin) -> Tree<Leaf> {
        let mut fault = |code, message: String| {
            self.faults.push(Fault::mistake(code, quantity.at.clone(), message));
            LeafValue::Known(0.0)
        };
        let value = match &quantity.kind {
            QuantityKind::Sourced { is, source, note } => {
                let origin = Origin {
                    source: source.clone().or_else(|| origin.source.clone()),
                    note: note.clone().or_else(|| origin.note.clone()),
                };
                return self.tree(path, range, is, &origin);
            }
            QuantityKind::By(cases) if range.allows_by => {
                return self.cases(cases, &quantity.at, |this, label, it| {
                    this.tree(&format!("{path}.{label}"), range, it, origin)
                });
            }
            QuantityKind::By(_) => fault(
                "bad-notation",
                format!("{} belongs to no customer, so it cannot depend on one", range.what),
            ),
            QuantityKind::Value(name) => {
                if let Some(at) = self.names.values.get(name.as_str()) {
                    LeafValue::Value(AssumptionId::at(*at))
                } else {
                    let names = self.draft.values.iter().map(|(it, _)| it.text.as_str());
                    let message = format!("there is no value called `{name}`");
                    let fault = Fault::mistake("unknown-name", quantity.at.clone(), message).nearest(name, names);
                    self.faults.push(fault);
                    LeafValue::Known(0.0)
                }
            }
            QuantityKind::Number(number) => match check_number(*number, range) {
                Ok(()) => LeafValue::Known(*number),
                Err(message) => fault("out-of-range", message),
            },
            QuantityKind::Uncertain(distribution) => match check_distribution(*distribution, range, false) {
                Ok(()) => {
                    let law = Law::of(*distribution, reads_as_chance(*distribution, range));
                    let kind = DrawKind::Alone(law, range.bounds());
                    LeafValue::Drawn(self.draws.add(Draw {
                        path: path.to_owned(),
                        kind,
                    }))
                }
                Err(message) => fault("out-of-range", message),
            },
            QuantityKind::Each(_) if !range.allows_each => fault(
                "bad-notation",
                format!(
                    "{} is the same for all customers, so it cannot be drawn for `each`",
                    range.what
                ),
            ),
            QuantityKind::Each(distribution) => match check_distribution(*distribution, range, true) {
                Ok(()) => LeafValue::Each(Law::of(*distribution, false)),
                Err(message) => fault("out-of-range", message),
            },
        };
        let (source, note) = (origin.source.clone(), origin.note.clone());
        Tree::Leaf(Leaf {
            path: path.to_owned(),
            value,
            source,
            note,
        })
    }

    /// A `by` table with its key and values resolved, and a check that every value has a case.
    pub(crate) fn cases<T, U>(
        &mut self,
        table: &Cases<T>,
        at: &crate::problem::At,
        mut leaf: impl FnMut(&mut Self, &str, &T) -> Tree<U>,
    ) -> Tree<U> {
        let key = self.names.key(&table.by, &mut self.faults);
        let mut cases: Vec<(u32, String, Tree<U>)> = Vec::new();
        for (name, it) in &table.cases {
            let tree = leaf(self, &name.text, it);
            match key.map(|key| (key, self.names.value(self.draft, key, &name.text))) {
                Some((_, Ok(value))) if cases.iter().any(|it| it.0 == value) => {
                    let message = format!("`{}` stands here twice", name.text);
                    self.faults
                        .push(Fault::mistake("duplicate-name", name.at.clone().on_key(), message));
                }
                Some((_, Ok(value))) => cases.push((value, name.text.clone(), tree)),
                Some((key, Err(message))) => {
                    let fault = Fault::mistake("unknown-name", name.at.clone().on_key(), message);
                    let names = self.names.value_names(self.draft, key);
                    self.faults.push(fault.nearest(&name.text, names));
                }
                None => cases.push((u32::MAX, name.text.clone(), tree)),
            }
        }
        let otherwise = table.otherwise.as_ref().map(|it| Box::new(leaf(self, "else", it)));
        let key_or_any = key.unwrap_or(Key::Arrival);
        if let Some(key) = key.filter(|_| otherwise.is_none()) {
            self.missing_cases(table, at, key, &cases);
        }
        Tree::By {
            key: key_or_any,
            cases,
            otherwise,
        }
    }

    fn missing_cases<T, U>(
        &mut self,
        table: &Cases<T>,
        at: &crate::problem::At,
        key: Key,
        cases: &[(u32, String, Tree<U>)],
    ) {
        let names = self.names.value_names(self.draft, key);
        // Without a pipeline nobody comes from it.
        let size = match key {
            Key::Arrival if self.draft.pipeline.is_empty() => self.draft.arrivals.len(),
            Key::Arrival => self.draft.arrivals.len() + 1,
            Key::Attribute(id) => match &self.draft.attributes[id.index()].kind {
                crate::journey::draft::AttributeKindDraft::Category(values) => values.len(),
                crate::journey::draft::AttributeKindDraft::Counter { low, high, .. } => {
                    usize::try_from(high.saturating_sub(*low).saturating_add(1)).unwrap_or(0)
                }
            },
        };
        // A value that does not exist was told already; do not tell its absence as well.
        if cases.len() < size && cases.len() == table.cases.len() {
            let missing = names
                .iter()
                .take(size)
                .find(|name| !cases.iter().any(|it| it.1 == **name));
            let message = match missing {
                Some(name) => format!("nothing is said for `{name}`, and there is no `else`"),
                None => "not every value of the counter has an entry, and there is no `else`".to_owned(),
            };
            let fault = Fault::mistake("missing-case", at.clone(), message);
            self.faults.push(fault.help("add it, or an `else` for all others"));
        }
    }
}

/// Where a number comes from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    pub(crate) source: Option<String>,
    pub(crate) note: Option<String>,
}

fn refers_to(draft: &Draft, quantity: &Quantity, target: usize, seen: &mut [bool]) -> bool {
    match &quantity.kind {
        QuantityKind::Value(name) => {
            let Some(at) = draft.values.iter().position(|(it, _)| it.text == *name) else {
                return false;
            };
            if at == target {
                return true;
            }
            !std::mem::replace(&mut seen[at], true) && refers_to(draft, &draft.values[at].1, target, seen)
        }
        QuantityKind::By(cases) => {
            let parts = cases.cases.iter().map(|(_, it)| it).chain(cases.otherwise.as_deref());
            parts.into_iter().any(|it| refers_to(draft, it, target, seen))
        }
        QuantityKind::Sourced { is, .. } => refers_to(draft, is, target, seen),
        _ => false,
    }
}

/// Weights may be shares (`20% to 30%`) or any positive numbers (`2 to 3`).
fn reads_as_chance(distribution: Distribution, range: Range) -> bool {
    match distribution {
        Distribution::Interval { low, high } => range.is_chance && low >= 0.0 && high <= 1.0,
        _ => range.is_chance,
    }
}

fn check_number(number: f64, range: Range) -> Result<(), String> {
    let what = range.what;
    if !number.is_finite() {
        return Err(format!("{what} is a finite number"));
    }
    if number < range.low || number > range.high {
        return Err(out_of(number, range));
    }
    let in_ten_thousandths = number * 1e4;
    if range.is_booked
        && (in_ten_thousandths - in_ten_thousandths.round()).abs() > 1e-9 * in_ten_thousandths.abs().max(1.0)
    {
        return Err(format!(
            "{number} has more than the 4 decimals in which amounts are booked"
        ));
    }
    if range.is_whole && number.fract() != 0.0 {
        return Err(format!("{number} is no whole number of customers"));
    }
    Ok(())
}

fn out_of(number: f64, range: Range) -> String {
    let what = range.what;
    if range.is_chance && range.high <= 1.0 {
        return format!("{what} is between 0 and 1 (0% and 100%), not {number}");
    }
    if number < range.low && range.low == 0.0 {
        return format!("{what} cannot be negative");
    }
    format!("{what} is between {:e} and {:e}, not {number}", range.low, range.high)
}

fn check_distribution(distribution: Distribution, range: Range, each: bool) -> Result<(), String> {
    let positive = |what: &str, value: f64| {
        if value > 0.0 && value.is_finite() {
            Ok(())
        } else {
            Err(format!("{what} of this distribution is more than 0, not {value}"))
        }
    };
    let inside = |value: f64| {
        if value.is_finite() && value >= range.low && value <= range.high {
            Ok(())
        } else {
            Err(out_of(value, range))
        }
    };
    let ordered = |low: f64, high: f64| {
        if low <= high {
            Ok(())
        } else {
            Err(format!(
                "the lower end comes first: {high} to {low}, not {low} to {high}"
            ))
        }
    };
    if matches!(distribution, Distribution::Poisson { .. }) && !each {
        return Err("`poisson` counts customers one by one, so it goes with `each`".into());
    }
    match distribution {
        Distribution::Interval { low, high } => ordered(low, high).and(inside(low)).and(inside(high)),
        Distribution::Observed { hits, trials } => {
            if !(hits >= 0.0 && hits <= trials && trials > 0.0 && trials <= CUSTOMERS_MAX) {
                return Err(format!("{hits} of {trials} is not possible"));
            }
            share_fits(range)
        }
        Distribution::Beta { a, b } => positive("a shape", a)
            .and(positive("a shape", b))
            .and(share_fits(range)),
        Distribution::Uniform { low, high } => ordered(low, high).and(inside(low)).and(inside(high)),
        Distribution::Triangular { low, mode, high } => ordered(low, mode)
            .and(ordered(mode, high))
            .and(inside(low))
            .and(inside(high)),
        Distribution::Normal { mean, sd } => inside(mean).and(if sd >= 0.0 && sd.is_finite() {
            Ok(())
        } else {
            Err(format!("a standard deviation is not negative, so not {sd}"))
        }),
        Distribution::LognormalQuantiles { median, p90 } => positive("the median", median)
            .and(ordered(median, p90))
            .and(inside(median))
            .and(inside(p90)),
        Distribution::Lognormal { mean, sd } | Distribution::Gamma { mean, sd } => positive("the mean", mean)
            .and(positive("the standard deviation", sd))
            .and(inside(mean)),
        Distribution::Poisson { mean } => {
            if mean >= 0.0 {
                inside(mean)
            } else {
                Err(format!(
                    "the mean of a Poisson distribution is not negative, so not {mean}"
                ))
            }
        }
    }
}

/// A distribution of shares fits what may lie between 0 and 1.
fn share_fits(range: Range) -> Result<(), String> {
    if range.is_whole {
        Err(format!("{} is no share", range.what))
    } else {
        Ok(())
    }
}
