//! Who comes when: streams, the pipeline, mixes and budgets.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::journey::calendar_shares;
use crate::journey::draft::{
    ArrivalDraft, AttributeKindDraft, Draft, Name, OverrideDraft, PipelineDraft, Quantity, QuantityKind, VolumeDraft,
};
use crate::journey::evaluate::Situation;
use crate::journey::{
    ArrivalStream, AttributeId, Budget, Journey, Key, Mix, Role, SeriesTotal, StepId, Volume, Waiting,
};
use crate::problem::{At, Fault};

use super::Builder;
use super::names::listed;

impl Builder<'_> {
    pub(crate) fn budgets(&mut self) -> Vec<Budget> {
        let mut budgets = Vec::new();
        for budget in &self.draft.budgets {
            let path = format!("budgets.{}.amount", budget.id.text);
            let per = budget.amount.per;
            budgets.push(Budget {
                id: budget.id.text.clone(),
                amount: self.number(path, Role::BudgetRate(per), &budget.amount.quantity),
                per,
                days: self.days(budget.from.as_ref(), budget.until.as_ref()),
                channel: budget.channel.clone(),
                owner: budget.owner.clone(),
                note: budget.note.clone(),
            });
        }
        budgets
    }

    /// The mix of `[customer]`, which streams may override.
    pub(crate) fn shared_mix(&mut self) -> Vec<Mix> {
        let mut mix = Vec::new();
        for (position, attribute) in self.draft.attributes.iter().enumerate() {
            mix.push(match &attribute.kind {
                AttributeKindDraft::Category(values) => {
                    let path = format!("customer.{}", attribute.id.text);
                    let at = At::top().key("customer").key(&attribute.id.text);
                    self.weights(&path, AttributeId::at(position), values, &at)
                }
                AttributeKindDraft::Counter { low, start, .. } => {
                    Mix::Start(u32::try_from(start.saturating_sub(*low)).unwrap_or(0))
                }
            });
        }
        mix
    }

    fn weights(&mut self, path: &str, id: AttributeId, values: &[(Name, Quantity)], at: &At) -> Mix {
        let mut weights = Vec::new();
        for (name, quantity) in values {
            let assumption = self.number(format!("{path}.{}", name.text), Role::Weight, quantity);
            match self.names.value(self.draft, Key::Attribute(id), &name.text) {
                Ok(value) => weights.push((value, assumption)),
                Err(message) => {
                    let fault = Fault::mistake("unknown-name", name.at.clone().on_key(), message);
                    let names = self.names.value_names(self.draft, Key::Attribute(id));
                    self.tell_with_nearest(fault, &name.text, names);
                }
            }
        }
        if values.is_empty() {
            let fault = Fault::mistake("missing-key", at.clone(), "this mix has no values");
            self.faults
                .push(fault.help("write values with their weights, such as { new = 0.7, known = 0.3 }"));
        }
        Mix::Weights(weights)
    }

    /// The mix of `[customer]` with what an arrival or an entry of the pipeline says instead.
    fn mix(&mut self, shared: &[Mix], customer: &[(Name, OverrideDraft)], path: &str) -> Vec<Mix> {
        let mut mix = shared.to_vec();
        for (name, said) in customer {
            let name_on_key = Name {
                at: name.at.clone().on_key(),
                ..name.clone()
            };
            let Some((id, attribute)) = self.attribute_called(&name_on_key) else {
                continue;
            };
            let path = format!("{path}.customer.{}", name.text);
            let changed = match (said, &attribute.kind) {
                (OverrideDraft::Mix(values), AttributeKindDraft::Category(_)) => {
                    Some(self.weights(&path, id, values, &name.at))
                }
                (OverrideDraft::Value(value), AttributeKindDraft::Category(_)) => self.only(value, id, &path),
                (OverrideDraft::Start(start, at), AttributeKindDraft::Counter { low, high, .. }) => {
                    let sound = self.names.is_sound(Key::Attribute(id));
                    if sound && !(low..=high).contains(&start) {
                        let message = format!("`{}` goes from {low} to {high}, never {start}", name.text);
                        self.faults.push(Fault::mistake("out-of-range", at.clone(), message));
                    }
                    let number = start.checked_sub(*low).and_then(|it| u32::try_from(it).ok());
                    number.filter(|_| sound).map(Mix::Start)
                }
                (OverrideDraft::Start(_, at), AttributeKindDraft::Category(_)) => {
                    let message = format!("`{}` is a category: write one of its values", name.text);
                    self.faults.push(Fault::mistake("wrong-type", at.clone(), message));
                    None
                }
                (OverrideDraft::Mix(_) | OverrideDraft::Value(_), AttributeKindDraft::Counter { .. }) => {
                    let message = format!("`{}` is a counter: write where it starts", name.text);
                    self.faults.push(Fault::mistake("wrong-type", name.at.clone(), message));
                    None
                }
            };
            if let Some(changed) = changed {
                mix[id.index()] = changed;
            }
        }
        mix
    }

    /// The mix of one value alone.
    fn only(&mut self, value: &Name, id: AttributeId, path: &str) -> Option<Mix> {
        match self.names.value(self.draft, Key::Attribute(id), &value.text) {
            Ok(number) => {
                let one = Quantity {
                    at: value.at.clone(),
                    kind: QuantityKind::Number(1.0),
                };
                let weight = self.number(format!("{path}.{}", value.text), Role::Weight, &one);
                Some(Mix::Weights(vec![(number, weight)]))
            }
            Err(message) => {
                let fault = Fault::mistake("unknown-name", value.at.clone(), message);
                let names = self.names.value_names(self.draft, Key::Attribute(id));
                self.tell_with_nearest(fault, &value.text, names);
                None
            }
        }
    }

    pub(crate) fn streams(&mut self, shared: &[Mix]) -> Vec<ArrivalStream> {
        let mut streams = Vec::new();
        for stream in &self.draft.arrivals {
            let id = &stream.id.text;
            let volume = self.volume(stream);
            let growth = stream.growth.as_ref().map(|it| {
                (
                    self.number(format!("arrivals.{id}.growth"), Role::Growth(it.per), &it.quantity),
                    it.per,
                )
            });
            let season = stream.season.as_ref().map(|months| {
                let name = [
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
                ];
                let factor = |(at, it)| self.number(format!("arrivals.{id}.season.{}", name[at]), Role::Season, it);
                months.iter().enumerate().map(factor).collect()
            });
            if !matches!(stream.volume, VolumeDraft::Rate(_)) && (growth.is_some() || season.is_some()) {
                let key = if growth.is_some() { "growth" } else { "season" };
                let at = At::top().key("arrivals").key(id).key(key).on_key();
                let message = format!("`{key}` goes with a `rate` only");
                self.faults.push(Fault::mistake("conflict", at, message));
            }
            let to = match &stream.to {
                Some(name) => self.step_called(name),
                None => self.entry(),
            };
            let path = format!("arrivals.{id}");
            streams.push(ArrivalStream {
                id: id.clone(),
                to: to.unwrap_or(StepId(0)),
                volume,
                growth,
                season,
                weekdays: stream.weekdays,
                days: self.days(stream.from.as_ref(), stream.until.as_ref()),
                spread: stream.spread,
                mix: self.mix(shared, &stream.customer, &path),
            });
        }
        streams
    }

    fn volume(&mut self, stream: &ArrivalDraft) -> Volume {
        let path = format!("arrivals.{}.volume", stream.id.text);
        match &stream.volume {
            VolumeDraft::Rate(rate) => {
                Volume::Rate(self.number(path, Role::ArrivalRate(rate.per), &rate.quantity), rate.per)
            }
            VolumeDraft::Series(series) => {
                let mut totals = Vec::new();
                for entry in series {
                    self.dated(&entry.label.at.clone().on_key());
                    let path = format!("{path}.{}", entry.label.text);
                    let amount = self.number(path, Role::ArrivalTotal, &entry.quantity);
                    totals.push(SeriesTotal {
                        first: entry.first,
                        is_day: entry.is_day,
                        amount,
                    });
                }
                Volume::Series(totals)
            }
            VolumeDraft::Count(quantity, on) => {
                let amount = self.number(path, Role::Customers, quantity);
                let day = match on {
                    None => 0,
                    Some((date, at)) => {
                        self.dated(at);
                        let day = self.clock.day_at(*date);
                        // Without a sound clock nobody knows what is outside.
                        let is_known = self.clock.dated && self.clock_is_sound;
                        if is_known && (day < 0 || *date > self.clock.end) {
                            let (begin, end) = (self.clock.begin, self.clock.end);
                            let message = format!("{date} is outside the forecast, which goes from {begin} to {end}");
                            self.faults.push(Fault::mistake("bad-date", at.clone(), message));
                        }
                        u32::try_from(day).unwrap_or(0)
                    }
                };
                Volume::Count(amount, day)
            }
        }
    }

    /// The step where arrivals enter that say nothing else; told as a mistake once if unclear.
    pub(crate) fn entry(&mut self) -> Option<StepId> {
        if self.entry.is_none() {
            let draft = self.draft;
            self.entry = Some(match &draft.entry {
                Some(name) => self.step_called(name),
                None => self.only_entry(),
            });
        }
        self.entry.flatten()
    }

    /// The only step that no branch of another leads to.
    fn only_entry(&mut self) -> Option<StepId> {
        let mut led_to = vec![false; self.draft.steps.len()];
        for (at, step) in self.draft.steps.iter().enumerate() {
            for branch in &step.branches {
                let to = self.names.steps.get(branch.to.text.as_str());
                if let Some(to) = to.filter(|to| to.index() != at) {
                    led_to[to.index()] = true;
                }
            }
        }
        let entries: Vec<usize> = (0..led_to.len()).filter(|at| !led_to[*at]).collect();
        if let [only] = entries.as_slice() {
            return Some(StepId::at(*only));
        }
        let ids = entries.iter().map(|at| self.draft.steps[*at].id.text.as_str());
        let first: Vec<&str> = ids.take(5).collect();
        let message = match listed(&first, "or") {
            None => "it is not clear where customers enter: every step is led to by another".to_owned(),
            Some(_) if entries.len() > first.len() => {
                let count = entries.len();
                format!("it is not clear where customers enter: {count} steps are led to by no other")
            }
            Some(names) => format!("it is not clear where customers enter: no other step leads to {names}"),
        };
        let fault = Fault::mistake("unclear-entry", At::top(), message);
        self.faults.push(fault.help("say so with `entry = \"STEP\"`"));
        None
    }

    /// Days since `begin` of a range of dates, and checks that they make sense.
    pub(crate) fn days(&mut self, from: Option<&(Date, At)>, until: Option<&(Date, At)>) -> (i64, i64) {
        for (_, at) in from.into_iter().chain(until) {
            self.dated(at);
        }
        if let (Some((from, _)), Some((until, at))) = (from, until)
            && until < from
            && self.clock.dated
        {
            let message = format!("{until} is before {from}, where it begins");
            self.faults.push(Fault::mistake("bad-date", at.clone(), message));
        }
        let first = from.map_or(0, |(date, _)| self.clock.day_at(*date));
        let last = until.map_or(i64::from(self.clock.days()), |(date, _)| self.clock.day_at(*date));
        (first, last)
    }

    /// Tells a date in a scenario that has none.
    fn dated(&mut self, at: &At) {
        if self.draft.begin.is_none() {
            let fault = Fault::mistake("undated", at.clone(), "a date needs a scenario with a `begin`");
            self.faults
                .push(fault.help("write `begin = 2026-01-01` or the like at the top of the file"));
        }
    }

    pub(crate) fn pipeline(&mut self, shared: &[Mix]) -> Vec<Waiting> {
        let mut pipeline = Vec::new();
        let mut entries: HashMap<&str, usize> = HashMap::new();
        let draft = self.draft;
        for waiting in &draft.pipeline {
            let name = Name {
                at: waiting.step.at.clone().on_key(),
                ..waiting.step.clone()
            };
            let step = self.step_called(&name);
            if step.is_some_and(|it| draft.steps[it.index()].outcome.is_some()) {
                let message = format!("`{}` ends the journey, so nobody waits there", name.text);
                self.faults.push(Fault::mistake("conflict", name.at.clone(), message));
            }
            // From the second entry of a step on the path has its position.
            let position = entries.entry(&waiting.step.text).or_default();
            *position += 1;
            let path = match *position {
                1 => format!("pipeline.{}", name.text),
                position => format!("pipeline.{}.{position}", name.text),
            };
            let count = self.number(format!("{path}.count"), Role::Customers, &waiting.count);
            let mix = self.mix(shared, &waiting.customer, &path);
            pipeline.push(Waiting {
                step: step.unwrap_or(StepId(0)),
                count,
                waited_ticks: self.waited(waiting),
                converted: waiting.converted,
                mix,
            });
        }
        pipeline
    }

    fn waited(&mut self, waiting: &PipelineDraft) -> u32 {
        let Some((duration, at)) = &waiting.waited else {
            return 0;
        };
        let days = duration.days();
        if !(0.0..=36_500.0).contains(&days) {
            let message = if days < 0.0 {
                "nobody waits for a negative time"
            } else {
                "a hundred years is the longest wait"
            };
            self.faults.push(Fault::mistake("out-of-range", at.clone(), message));
            return 0;
        }
        // A known time becomes ticks like a known delay: half a tick goes down.
        let ticks = (days / self.clock.tick_days() - 0.5).ceil().max(0.0);
        if ticks > f64::from(crate::clock::TICKS_MAX) {
            let message = format!("this is more than {} ticks", crate::clock::TICKS_MAX);
            self.faults.push(Fault::mistake("too-large", at.clone(), message));
            return 0;
        }
        ticks as u32
    }
}

/// Units of the calendar in which nobody could arrive because all weights are 0, and mixes
/// whose weights are all 0.
pub(crate) fn check_weights(journey: &Journey, draft: &Draft, shared: &[Mix]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for stream in &journey.streams {
        if stream.weekdays.is_some() && !has_weights(journey, stream) {
            let message = "all weekday weights of a unit that is shared out are 0";
            let at = At::top().key("arrivals").key(&stream.id).key("weekdays");
            faults.push(Fault::mistake("zero-weights", at, message));
        }
    }
    let world = journey.draws.mean_world();
    let situation = Situation::unchanged(journey);
    let mut check = |mix: &Mix, at: &At| {
        let Mix::Weights(weights) = mix else { return };
        let weights = weights.iter().map(|(_, id)| situation.number(*id, &world));
        if weights.clone().count() > 0 && weights.sum::<f64>() == 0.0 {
            let message = "all weights of this mix are 0";
            faults.push(Fault::mistake("zero-weights", at.clone(), message));
        }
    };
    for (attribute, mix) in draft.attributes.iter().zip(shared) {
        check(mix, &At::top().key("customer").key(&attribute.id.text));
    }
    let arrivals = draft.arrivals.iter().map(|it| &it.customer);
    let arrivals = arrivals.zip(journey.streams.iter().map(|it| &it.mix));
    let pipeline = draft.pipeline.iter().map(|it| &it.customer);
    let pipeline = pipeline.zip(journey.pipeline.iter().map(|it| &it.mix));
    for (customer, mix) in arrivals.chain(pipeline) {
        for (name, _) in customer {
            let attribute = journey.attributes.iter().position(|it| it.id == name.text);
            if let Some(at) = attribute.filter(|at| mix[*at] != shared[*at]) {
                check(&mix[at], &name.at);
            }
        }
    }
    faults
}

/// Whether every unit of the calendar that a stream is shared out over has a weekday with weight.
fn has_weights(journey: &Journey, stream: &ArrivalStream) -> bool {
    let (clock, weekdays) = (&journey.clock, stream.weekdays.as_ref());
    match &stream.volume {
        Volume::Rate(_, per) => calendar_shares::day_shares(clock, *per, weekdays, None, stream.days).is_some(),
        Volume::Series(totals) => totals
            .iter()
            .all(|it| calendar_shares::series_shares(clock, it.first, it.is_day, weekdays, stream.days).is_some()),
        Volume::Count(..) => true,
    }
}
