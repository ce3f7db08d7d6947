//! A scenario of the oracle as the text of a file.

use std::fmt::Write as _;

use super::calendar::{label, written};
use super::spec::{Amount, Branch, By, Change, Condition, Cost, Kind, Spec, Spread, Step, Stream, Volume, Way, What};

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The variant that makes all changes without dates.
pub(crate) const VARIANT: &str = "changed";

impl Spec {
    /// As a scenario file.
    pub(crate) fn text(&self) -> String {
        let mut out = "format = 1\n".to_owned();
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        if let Some(begin) = self.begin {
            line(format!("begin = {}", written(begin)));
        }
        line(format!(
            "horizon = \"{} days\"\nperiod = \"{}\"",
            self.days, self.period
        ));
        line(format!(
            "tick = \"{}h\"\nentry = \"{}\"",
            self.tick_hours, self.steps[0].id
        ));
        if let Some(rate) = self.discount {
            line(format!("discount = \"{}% per year\"", rate * 100.0));
        }
        for stage in &self.stages {
            line(format!("[stages.{}]", stage.id));
            if let Some(owner) = stage.owner {
                line(format!("owner = \"{owner}\""));
            }
        }
        if !self.attributes.is_empty() {
            line("[customer]".to_owned());
        }
        for it in &self.attributes {
            line(match &it.kind {
                Kind::Category(values, weights) => {
                    let mix = values
                        .iter()
                        .zip(weights)
                        .map(|(value, weight)| format!("{value} = {weight}"));
                    format!("{} = {{ {} }}", it.id, list(mix))
                }
                Kind::Counter(low, high, start) => {
                    format!("{} = {{ counter = [{low}, {high}], start = {start} }}", it.id)
                }
            });
        }
        for it in &self.products {
            line(format!(
                "[products.{}]\nprice = {}\ncost = {}",
                it.id, it.price, it.cost
            ));
        }
        for it in &self.budgets {
            line(format!(
                "[budgets.{}]\namount = \"{} per {}\"",
                it.id, it.amount, it.unit
            ));
            if let Some(channel) = it.channel {
                line(format!("channel = \"{channel}\""));
            }
        }
        for it in &self.streams {
            line(self.stream(it));
        }
        self.waiting(&mut line);
        for it in &self.steps {
            line(self.step(it));
        }
        self.changes(&mut line);
        for (at, (metric, over)) in self.targets.iter().enumerate() {
            line(format!("[targets.t{at}]\nmetric = \"{metric}\"\nat_least = 1"));
            if let Some(over) = over {
                line(format!("over = \"{over}\""));
            }
        }
        out
    }

    fn date(&self, day: i64) -> String {
        written(self.first_day() + day)
    }

    fn stream(&self, it: &Stream) -> String {
        let mut out = format!("[arrivals.{}]\nto = \"{}\"\n", it.id, self.steps[it.to].id);
        let by_weekday = |weights: &[(usize, f64)]| {
            let weights = weights
                .iter()
                .map(|(at, weight)| format!("{} = {weight}", WEEKDAYS[at - 1]));
            format!("weekdays = {{ {} }}\n", list(weights))
        };
        match &it.volume {
            Volume::Rate {
                amount,
                unit,
                growth,
                season,
                weekdays,
                window,
            } => {
                writeln!(out, "rate = \"{amount} per {unit}\"").expect("text has room");
                if let Some((percent, unit)) = growth {
                    writeln!(out, "growth = \"{percent}% per {unit}\"").expect("text has room");
                }
                if !season.is_empty() {
                    let factors = season
                        .iter()
                        .map(|(at, factor)| format!("{} = {factor}", MONTHS[at - 1]));
                    writeln!(out, "season = {{ {} }}", list(factors)).expect("text has room");
                }
                if !weekdays.is_empty() {
                    out.push_str(&by_weekday(weekdays));
                }
                if let Some((from, until)) = window {
                    let (from, until) = (self.date(*from), self.date(*until));
                    writeln!(out, "from = {from}\nuntil = {until}").expect("text has room");
                }
            }
            Volume::Series { days, months, weekdays } => {
                let days = days
                    .iter()
                    .map(|(day, total)| format!("\"{}\" = {total}", self.date(*day)));
                let month = |day: i64| label("month", self.first_day() + day);
                let months = months
                    .iter()
                    .map(|(day, total)| format!("\"{}\" = {total}", month(*day)));
                writeln!(out, "series = {{ {} }}", list(months.chain(days))).expect("text has room");
                if !weekdays.is_empty() {
                    out.push_str(&by_weekday(weekdays));
                }
            }
            Volume::Count(count, on) => {
                writeln!(out, "count = {count}").expect("text has room");
                if *on != 0 {
                    writeln!(out, "on = {}", self.date(*on)).expect("text has room");
                }
            }
        }
        match it.spread {
            Spread::Poisson => {}
            Spread::Fixed => out.push_str("spread = \"fixed\"\n"),
            Spread::Cv(cv) => writeln!(out, "spread = {{ cv = {cv} }}").expect("text has room"),
        }
        out + &self.customer(&it.customer, "\n")
    }

    /// What a stream or an entry of the pipeline knows of its customers.
    fn customer(&self, values: &[(usize, i64)], end: &str) -> String {
        if values.is_empty() {
            return String::new();
        }
        let values = values.iter().map(|(at, value)| {
            let attribute = &self.attributes[*at];
            match attribute.kind {
                Kind::Category(..) => format!("{} = \"{}\"", attribute.id, self.value(*at, *value)),
                Kind::Counter(..) => format!("{} = {value}", attribute.id),
            }
        });
        format!("customer = {{ {} }}{end}", list(values))
    }

    /// The word for a value of an attribute.
    pub(crate) fn value(&self, attribute: usize, value: i64) -> String {
        match &self.attributes[attribute].kind {
            Kind::Category(values, _) => values[value as usize].clone(),
            Kind::Counter(..) => value.to_string(),
        }
    }

    fn waiting(&self, line: &mut impl FnMut(String)) {
        if !self.pipeline.is_empty() {
            line("[pipeline]".to_owned());
        }
        for (at, step) in self.steps.iter().enumerate() {
            let entries: Vec<String> = self
                .pipeline
                .iter()
                .filter(|it| it.step == at)
                .map(|it| {
                    let mut parts = vec![format!("count = {}, converted = {}", it.count, it.converted)];
                    if it.waited_ticks > 0 {
                        parts.push(format!("waited = \"{}h\"", it.waited_ticks as u32 * self.tick_hours));
                    }
                    parts.extend(Some(self.customer(&it.customer, "")).filter(|it| !it.is_empty()));
                    format!("{{ {} }}", list(parts.into_iter()))
                })
                .collect();
            if !entries.is_empty() {
                line(format!("{} = [{}]", step.id, list(entries.into_iter())));
            }
        }
    }

    fn step(&self, it: &Step) -> String {
        let mut lines = vec![format!("[steps.{}]", it.id)];
        let mut word = |key: &str, value: Option<&str>| {
            lines.extend(value.map(|value| format!("{key} = \"{value}\"")));
        };
        word("stage", it.stage.map(|at| self.stages[at].id.as_str()));
        word("channel", it.channel);
        word("owner", it.owner);
        word("outcome", it.outcome);
        if let Some(revenue) = &it.revenue {
            lines.push(format!(
                "revenue = {}",
                self.by(revenue, &|it: &Amount| it.text.clone())
            ));
        }
        let cost = |cost: &Cost| match cost {
            Cost::Amount(amount) => self.by(amount, &|it: &Amount| it.text.clone()),
            Cost::Share(share) => format!("\"{}% of revenue\"", share * 100.0),
        };
        match it.costs.as_slice() {
            [] => {}
            [("", only)] => lines.push(format!("cost = {}", cost(only))),
            parts => {
                let parts = parts.iter().map(|(name, part)| format!("{name} = {}", cost(part)));
                lines.push(format!("costs = {{ {} }}", list(parts)));
            }
        }
        if !it.units.is_empty() {
            let units = it.units.iter().map(|(product, units)| {
                let units = self.by(units, &|it: &Amount| it.text.clone());
                format!("{} = {units}", self.products[*product].id)
            });
            lines.push(format!("units = {{ {} }}", list(units)));
        }
        if !it.events.is_empty() {
            let events = it.events.iter().map(|it| format!("\"{it}\""));
            lines.push(format!("event = [{}]", list(events)));
        }
        if !it.sets.is_empty() {
            let sets = it.sets.iter().map(|(at, value)| match self.attributes[*at].kind {
                Kind::Category(..) => format!("{} = \"{}\"", self.attributes[*at].id, self.value(*at, *value)),
                Kind::Counter(..) => format!("{} = {value}", self.attributes[*at].id),
            });
            lines.push(format!("sets = {{ {} }}", list(sets)));
        }
        if !it.adds.is_empty() {
            let adds = it
                .adds
                .iter()
                .map(|(at, amount)| format!("{} = {amount}", self.attributes[*at].id));
            lines.push(format!("adds = {{ {} }}", list(adds)));
        }
        if !it.branches.is_empty() {
            let branches = it.branches.iter().enumerate().map(|(at, it)| self.branch(at, it));
            lines.push(format!("branches = [\n{}\n]", branches.collect::<Vec<_>>().join("\n")));
        }
        lines.join("\n")
    }

    fn branch(&self, at: usize, it: &Branch) -> String {
        let mut parts = vec![format!("to = \"{}\", name = \"b{at}\"", self.steps[it.to].id)];
        match &it.way {
            Way::Only => {}
            Way::Chance(chance) => parts.push(format!("chance = {}", self.by(chance, &|it| it.text.clone()))),
            Way::Rest => parts.push("chance = \"rest\"".to_owned()),
            Way::Count(count) => parts.push(format!("count = {count}")),
            Way::When(None) => parts.push("when = \"otherwise\"".to_owned()),
            Way::When(Some(condition)) => parts.push(format!("when = \"{}\"", self.condition(condition))),
        }
        if let Some(after) = &it.after {
            parts.push(format!("after = {}", self.by(after, &super::delay::Delay::text)));
        }
        format!("  {{ {} }},", list(parts.into_iter()))
    }

    fn by<T>(&self, it: &By<T>, text: &impl Fn(&T) -> String) -> String {
        match it {
            By::Same(it) => text(it),
            By::By(Some(attribute), values) => {
                let name = |at: usize| match &self.attributes[*attribute].kind {
                    Kind::Category(values, _) => values[at].clone(),
                    Kind::Counter(low, ..) => format!("\"{}\"", low + at as i64),
                };
                let values = values
                    .iter()
                    .enumerate()
                    .map(|(at, it)| format!("{} = {}", name(at), text(it)));
                format!("{{ by = \"{}\", {} }}", self.attributes[*attribute].id, list(values))
            }
            By::By(None, values) => {
                let names = self.streams.iter().map(|it| it.id.as_str()).chain(["else"]);
                let values = names.zip(values).map(|(name, it)| format!("{name} = {}", text(it)));
                format!("{{ by = \"arrival\", {} }}", list(values))
            }
        }
    }

    fn condition(&self, it: &Condition) -> String {
        let number =
            |name: &str, relation: &super::spec::Relation, value: i64| format!("{name} {} {value}", relation.text());
        match it {
            Condition::Attribute(at, relation, value) => match &self.attributes[*at].kind {
                Kind::Category(values, _) => {
                    format!(
                        "{} {} '{}'",
                        self.attributes[*at].id,
                        relation.text(),
                        values[*value as usize]
                    )
                }
                Kind::Counter(..) => number(&self.attributes[*at].id, relation, *value),
            },
            Condition::Arrival(stream) => match self.streams.get(*stream) {
                Some(stream) => format!("arrival == '{}'", stream.id),
                None => "arrival == 'pipeline'".to_owned(),
            },
            Condition::Visits(step, relation, value) => {
                number(&format!("visits.{}", self.steps[*step].id), relation, *value)
            }
            Condition::Days(relation, value) => number("days", relation, *value),
            Condition::Month(relation, value) => number("month", relation, *value),
            Condition::Weekday(relation, value) => number("weekday", relation, *value),
            Condition::And(left, right) => {
                format!("({}) and ({})", self.condition(left), self.condition(right))
            }
            Condition::Or(left, right) => {
                format!("({}) or ({})", self.condition(left), self.condition(right))
            }
            Condition::Not(it) => format!("not ({})", self.condition(it)),
        }
    }

    /// Changes with dates are one calendar entry each; those without are a variant together.
    fn changes(&self, line: &mut impl FnMut(String)) {
        for (at, it) in self.changes.iter().enumerate() {
            if let Some((from, until)) = it.days {
                let (from, until) = (self.date(from), self.date(until));
                line(format!("[calendar.c{at}]\nfrom = {from}\nuntil = {until}"));
                line(format!("set = {{ {} }}", self.change(it)));
            }
        }
        let always: Vec<&Change> = self.changes.iter().filter(|it| it.days.is_none()).collect();
        if !always.is_empty() {
            let set = always.iter().map(|it| self.change(it));
            line(format!("[variants.{VARIANT}]\nset = {{ {} }}", list(set)));
        }
    }

    fn change(&self, it: &Change) -> String {
        let step = |at: usize| &self.steps[at].id;
        match &it.what {
            What::Chance(at, branch, factor) => {
                format!("\"steps.{}.b{branch}.chance\" = \"x{factor}\"", step(*at))
            }
            What::ChanceIs(at, branch, value) => {
                format!("\"steps.{}.b{branch}.chance\" = {value}", step(*at))
            }
            What::Revenue(at, factor) => format!("\"steps.{}.revenue\" = \"x{factor}\"", step(*at)),
            What::Delay(at, branch, factor) => {
                format!("\"steps.{}.b{branch}.after\" = \"x{factor}\"", step(*at))
            }
            What::Volume(stream, factor) => {
                format!("\"arrivals.{}.volume\" = \"x{factor}\"", self.streams[*stream].id)
            }
            What::Price(product, more) => {
                format!("\"products.{}.price\" = \"{more:+}\"", self.products[*product].id)
            }
            What::Budget(budget, factor) => {
                format!("\"budgets.{}.amount\" = \"x{factor}\"", self.budgets[*budget].id)
            }
        }
    }
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
