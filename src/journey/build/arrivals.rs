//! Who comes when: streams, the pipeline, mixes and budgets.

use jiff::civil::Date;

use crate::journey::calendar_shares;
use crate::journey::draft::{ArrivalDraft, AttributeKindDraft, Draft, Name, OverrideDraft, PipelineDraft, VolumeDraft};
use crate::journey::evaluate::Situation;
use crate::journey::{
    ArrivalStream, AttributeId, Budget, Journey, Key, Mix, Role, SeriesTotal, StepId, Volume, Waiting,
};
use crate::problem::{At, Fault};

use super::Builder;
use super::names::unknown;

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

    fn weights(
        &mut self,
        path: &str,
        id: AttributeId,
        values: &[(Name, crate::journey::draft::Quantity)],
        at: &At,
    ) -> Mix {
        let mut weights = Vec::new();
        for (name, quantity) in values {
            let assumption = self.number(format!("{path}.{}", name.text), Role::Weight, quantity);
            match self.names.value(self.draft, Key::Attribute(id), &name.text) {
                Ok(value) => weights.push((value, assumption)),
                Err(message) => {
                    let names = self.names.value_names(self.draft, Key::Attribute(id));
                    let fault = Fault::mistake("unknown-name", name.at.clone().on_key(), message);
                    self.faults.push(fault.nearest(&name.text, names));
                }
            }
        }
        if values.is_empty() {
            let fault = Fault::mistake("missing-key", at.clone(), "this mix has no values".to_owned());
            self.faults
                .push(fault.help("write values with their weights, such as { new = 0.7, known = 0.3 }"));
        }
        Mix::Weights(weights)
    }

    fn mix(&mut self, shared: &[Mix], customer: &[(Name, OverrideDraft)], path: &str) -> Vec<Mix> {
        let mut mix = shared.to_vec();
        for (name, it) in customer {
            let Some((id, attribute)) = self.names.attributes.get(name.text.as_str()).copied() else {
                let names = self.draft.attributes.iter().map(|it| it.id.text.as_str());
                let name = Name {
                    at: name.at.clone().on_key(),
                    ..name.clone()
                };
                self.faults.push(unknown("attribute", &name).nearest(&name.text, names));
                continue;
            };
            let path = format!("{path}.customer.{}", name.text);
            let changed = match (it, &attribute.kind) {
                (OverrideDraft::Mix(values), AttributeKindDraft::Category(_)) => {
                    Ok(self.weights(&path, id, values, &name.at))
                }
                (OverrideDraft::Value(value), AttributeKindDraft::Category(_)) => {
                    let quantity = crate::journey::draft::Quantity {
                        at: value.at.clone(),
                        kind: crate::journey::draft::QuantityKind::Number(1.0),
                    };
                    match self.names.value(self.draft, Key::Attribute(id), &value.text) {
                        Ok(number) => {
                            let path = format!("{path}.{}", value.text);
                            Ok(Mix::Weights(vec![(number, self.number(path, Role::Weight, &quantity))]))
                        }
                        Err(message) => {
                            let names = self.names.value_names(self.draft, Key::Attribute(id));
                            let fault = Fault::mistake("unknown-name", value.at.clone(), message);
                            self.faults.push(fault.nearest(&value.text, names));
                            continue;
                        }
                    }
                }
                (OverrideDraft::Start(start, at), AttributeKindDraft::Counter { low, high, .. }) => {
                    if (low..=high).contains(&start) {
                        Ok(Mix::Start(u32::try_from(start - low).unwrap_or(0)))
                    } else {
                        Err((
                            at.clone(),
                            "out-of-range",
                            format!("`{}` goes from {low} to {high}, never {start}", name.text),
                        ))
                    }
                }
                (OverrideDraft::Start(_, at), AttributeKindDraft::Category(_)) => Err((
                    at.clone(),
                    "wrong-type",
                    format!("`{}` is a category: write one of its values", name.text),
                )),
                (_, AttributeKindDraft::Counter { .. }) => Err((
                    name.at.clone(),
                    "wrong-type",
                    format!("`{}` is a counter: write where it starts", name.text),
                )),
            };
            match changed {
                Ok(changed) => mix[id.index()] = changed,
                Err((at, code, message)) => self.faults.push(Fault::mistake(code, at, message)),
            }
        }
        mix
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
                self.faults.push(Fault::mistake(
                    "conflict",
                    at,
                    format!("`{key}` goes with a `rate` only"),
                ));
            }
            let to = match &stream.to {
                Some(name) => self.names.step(self.draft, name, &mut self.faults),
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
                        if day < 0 || *date > self.clock.end {
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
    fn entry(&mut self) -> Option<StepId> {
        if let Some(name) = &self.draft.entry {
            return self.names.step(self.draft, name, &mut self.faults);
        }
        let mut led_to = vec![false; self.draft.steps.len()];
        for (at, step) in self.draft.steps.iter().enumerate() {
            for branch in &step.branches {
                if let Some(to) = self
                    .names
                    .steps
                    .get(branch.to.text.as_str())
                    .filter(|to| to.index() != at)
                {
                    led_to[to.index()] = true;
                }
            }
        }
        let entries: Vec<usize> = (0..led_to.len()).filter(|at| !led_to[*at]).collect();
        if let [only] = entries.as_slice() {
            return Some(StepId::at(*only));
        }
        let message = match entries.len() {
            0 => "it is not clear where customers enter: every step is led to by another".to_owned(),
            count => {
                let names: Vec<String> = entries
                    .iter()
                    .take(5)
                    .map(|at| format!("`{}`", self.draft.steps[*at].id.text))
                    .collect();
                let more = if count > 5 { " and others" } else { "" };
                format!(
                    "it is not clear where customers enter: {}{more} are led to by no other step",
                    names.join(", ")
                )
            }
        };
        let fault = Fault::mistake("unclear-entry", At::top(), message).help("say so with `entry = \"STEP\"`");
        if !self.draft.steps.is_empty() && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
        None
    }

    /// Days since `begin` of a range of dates, and checks that they make sense.
    pub(crate) fn days(&mut self, from: Option<&(Date, At)>, until: Option<&(Date, At)>) -> (i64, i64) {
        if let Some((_, at)) = from.or(until) {
            self.dated(at);
        }
        if let (Some((from, _)), Some((until, at))) = (from, until)
            && until < from
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
        for waiting in &self.draft.pipeline {
            let name = Name {
                at: waiting.step.at.clone().on_key(),
                ..waiting.step.clone()
            };
            let step = self.names.step(self.draft, &name, &mut self.faults);
            if let Some(step) = step.filter(|it| self.draft.steps[it.index()].outcome.is_some()) {
                let id = &self.draft.steps[step.index()].id.text;
                let message = format!("`{id}` ends the journey, so nobody waits there");
                self.faults.push(Fault::mistake("conflict", name.at.clone(), message));
            }
            let path = self.pipeline_path(waiting);
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

    /// `pipeline.STEP`, with the position in its list from the second entry on.
    fn pipeline_path(&self, waiting: &PipelineDraft) -> String {
        let same = self
            .draft
            .pipeline
            .iter()
            .filter(|it| it.step.text == waiting.step.text);
        let position = same.take_while(|it| !std::ptr::eq(*it, waiting)).count();
        match position {
            0 => format!("pipeline.{}", waiting.step.text),
            _ => format!("pipeline.{}.{}", waiting.step.text, position + 1),
        }
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
            self.faults.push(Fault::mistake("out-of-range", at.clone(), message));
            return 0;
        }
        ticks as u32
    }
}

/// Units of the calendar in which nobody could arrive because all weights are 0, and mixes
/// whose weights are all 0.
pub(crate) fn check_weights(journey: &Journey, draft: &Draft) -> Vec<Fault> {
    let mut faults = Vec::new();
    let world = journey.draws.mean_world();
    let situation = Situation::unchanged(journey);
    for (stream, it) in journey.streams.iter().zip(&draft.arrivals) {
        let at = At::top().key("arrivals").key(&stream.id);
        if stream.weekdays.is_some() && !has_weights(journey, stream) {
            let message = "all weekday weights of a unit that is shared out are 0";
            faults.push(Fault::mistake("zero-weights", at.key("weekdays"), message));
        }
        for ((name, _), mix) in it.customer.iter().filter_map(|it| {
            let at = draft
                .attributes
                .iter()
                .position(|attribute| attribute.id.text == it.0.text)?;
            Some((it, &stream.mix[at]))
        }) {
            check_mix(&situation, mix, &world, &name.at, &mut faults);
        }
    }
    for (attribute, waiting) in draft.attributes.iter().enumerate() {
        let at = At::top().key("customer").key(&waiting.id.text);
        let mixes = journey
            .streams
            .iter()
            .map(|it| &it.mix)
            .chain(journey.pipeline.iter().map(|it| &it.mix));
        for mix in mixes {
            if shares_whole(&mix[attribute], journey, &waiting.id.text) {
                check_mix(&situation, &mix[attribute], &world, &at, &mut faults);
                break;
            }
        }
    }
    for (it, waiting) in draft.pipeline.iter().zip(&journey.pipeline) {
        for (name, _) in &it.customer {
            if let Some(at) = draft
                .attributes
                .iter()
                .position(|attribute| attribute.id.text == name.text)
            {
                check_mix(&situation, &waiting.mix[at], &world, &name.at, &mut faults);
            }
        }
    }
    faults
}

/// Whether a mix is the one of `[customer]`.
fn shares_whole(mix: &Mix, journey: &Journey, attribute: &str) -> bool {
    let Mix::Weights(weights) = mix else {
        return false;
    };
    let prefix = format!("customer.{attribute}.");
    weights
        .first()
        .is_some_and(|(_, id)| journey.assumption(*id).path.starts_with(&prefix))
}

fn check_mix(situation: &Situation<'_>, mix: &Mix, world: &crate::journey::World, at: &At, faults: &mut Vec<Fault>) {
    let (shares, _) = situation.shares(mix, world);
    if !shares.is_empty() && shares.iter().any(|(_, share)| !share.is_finite()) {
        faults.push(Fault::mistake(
            "zero-weights",
            at.clone(),
            "all weights of this mix are 0",
        ));
    }
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
