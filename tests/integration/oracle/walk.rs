//! The walk of one customer: everywhere it may get to, tick by tick, and with what chance.

use std::collections::{BTreeMap, HashMap};

use super::calendar::{date, weekday};
use super::delay::Delay;
use super::ledger::{Entry, Flow};
use super::spec::{Branch, By, Condition, Kind, Spec, Step, Way, What};

/// Flows smaller than this are not followed.
const NOTHING: f64 = 1e-16;

/// A customer somewhere, as far as its future depends on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    pub(super) step: usize,
    pub(super) values: Vec<i64>,
    pub(super) visits: Vec<i64>,
    pub(super) converted: bool,
    /// Furthest stage, from 1.
    pub(super) furthest: usize,
}

/// Who walks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    Stream(usize),
    Waiting(usize),
}

impl Spec {
    /// What one customer of a source who comes at a tick adds to every cell.
    pub(super) fn one(&self, source: Source, tick: usize, tables: &Tables) -> Vec<Entry> {
        let fixed = match source {
            Source::Stream(at) => &self.streams[at].customer,
            Source::Waiting(at) => &self.pipeline[at].customer,
        };
        let mut mixes = vec![(1.0, Vec::new())];
        for (at, attribute) in self.attributes.iter().enumerate() {
            let choices: Vec<(f64, i64)> = match (fixed.iter().find(|it| it.0 == at), &attribute.kind) {
                (Some((_, value)), _) => vec![(1.0, *value)],
                (None, Kind::Counter(_, _, start)) => vec![(1.0, *start)],
                (None, Kind::Category(_, weights)) => {
                    let all: f64 = weights.iter().sum();
                    (0..)
                        .zip(weights)
                        .map(|(value, weight)| (weight / all, value))
                        .collect()
                }
            };
            let longer = mixes.iter().flat_map(|(share, values): &(f64, Vec<i64>)| {
                choices
                    .iter()
                    .map(move |(more, value)| (share * more, [values.as_slice(), &[*value]].concat()))
            });
            mixes = longer.collect();
        }
        let mut walk = Walk {
            spec: self,
            source,
            arrived: tick,
            tables,
            entries: Vec::new(),
            ids: HashMap::new(),
            agenda: BTreeMap::new(),
            groups: Vec::new(),
        };
        for (share, values) in mixes.into_iter().filter(|it| it.0 > 0.0) {
            walk.customers(share, values);
        }
        walk.entries
    }

    /// By step: more visits than this make no difference.
    fn visits_max(&self) -> Vec<i64> {
        fn largest(condition: &Condition, step: usize) -> i64 {
            match condition {
                Condition::Visits(of, _, value) if *of == step => value + 1,
                Condition::And(left, right) | Condition::Or(left, right) => {
                    largest(left, step).max(largest(right, step))
                }
                Condition::Not(it) => largest(it, step),
                _ => 0,
            }
        }
        let ways = || self.steps.iter().flat_map(|it| &it.branches).map(|it| &it.way);
        let of = |step: usize| {
            let conditions = ways().filter_map(|it| match it {
                Way::When(Some(condition)) => Some(largest(condition, step)),
                _ => None,
            });
            let is_home = self.pipeline.iter().any(|it| it.step == step);
            conditions.max().unwrap_or(0).max(if is_home { 3 } else { 2 })
        };
        (0..self.steps.len()).map(of).collect()
    }
}

/// What is worked out once.
pub(super) struct Tables {
    /// Delays as chances, by their text.
    pub(super) delays: std::cell::RefCell<BTreeMap<String, Vec<f64>>>,
    /// Labels of the period of every tick.
    pub(super) labels: Vec<String>,
    /// By step: more visits than this make no difference.
    pub(super) visits_max: Vec<i64>,
    /// By tick: whether it is the last of its period.
    pub(super) is_last: Vec<bool>,
}

impl Tables {
    pub(super) fn of(spec: &Spec) -> Self {
        let labels: Vec<String> = (0..spec.ticks()).map(|tick| spec.label(tick)).collect();
        let is_last = (0..labels.len())
            .map(|at| labels.get(at + 1) != Some(&labels[at]))
            .collect();
        Self {
            delays: std::cell::RefCell::default(),
            labels,
            visits_max: spec.visits_max(),
            is_last,
        }
    }

    fn delay(&self, law: &Delay, spec: &Spec) -> Vec<f64> {
        let waited = spec.pipeline.iter().map(|it| it.waited_ticks).max().unwrap_or(0);
        let mut known = self.delays.borrow_mut();
        let chances = known
            .entry(law.text())
            .or_insert_with(|| law.chances(spec.tick_days(), spec.ticks() + waited + 2));
        chances.clone()
    }
}

pub(super) struct Walk<'a> {
    pub(super) spec: &'a Spec,
    pub(super) source: Source,
    pub(super) arrived: usize,
    pub(super) tables: &'a Tables,
    pub(super) entries: Vec<Entry>,
    /// Positions of the entries, by name.
    pub(super) ids: HashMap<String, usize>,
    /// Who reaches what, by tick.
    pub(super) agenda: BTreeMap<usize, BTreeMap<State, Flow>>,
    /// Prefixes of the groups this customer is in.
    pub(super) groups: Vec<String>,
}

impl Walk<'_> {
    fn customers(&mut self, share: f64, values: Vec<i64>) {
        let spec = self.spec;
        let arrival = match self.source {
            Source::Stream(at) => &spec.streams[at].id,
            Source::Waiting(_) => "pipeline",
        };
        self.groups = vec![format!("arrival={arrival}")];
        for (at, attribute) in spec.attributes.iter().enumerate() {
            if matches!(attribute.kind, Kind::Category(..)) {
                self.groups
                    .push(format!("{}={}", attribute.id, spec.value(at, values[at])));
            }
        }
        let mut flow = Flow {
            chance: share,
            moments: Vec::new(),
        };
        let mut state = State {
            step: 0,
            values,
            visits: vec![0; spec.steps.len()],
            converted: false,
            furthest: 0,
        };
        match self.source {
            Source::Stream(at) => {
                state.step = spec.streams[at].to;
                self.of_customer("arrivals", self.arrived, 1.0, 0.0, &mut flow);
                self.agenda
                    .entry(self.arrived)
                    .or_default()
                    .entry(state)
                    .or_default()
                    .add(&flow);
            }
            Source::Waiting(at) => {
                let waiting = &spec.pipeline[at];
                (state.step, state.converted) = (waiting.step, waiting.converted);
                state.visits[waiting.step] = 1;
                let mut ways = self.ways(&state, 0);
                let gone = waiting.waited_ticks + 1;
                let left = |delay: &[f64]| delay.iter().skip(gone).sum::<f64>();
                let of_rules = matches!(spec.steps[state.step].branches[0].way, Way::When(_));
                let all: f64 = ways.iter().map(|(share, delay)| share * left(delay)).sum();
                for (share, delay) in &mut ways {
                    let remaining = left(delay);
                    if all == 0.0 || remaining < 1e-12 || delay[0] == 1.0 {
                        *delay = vec![1.0];
                        *share *= if of_rules || all == 0.0 { 1.0 } else { 0.0 };
                    } else {
                        *share = if of_rules { *share } else { *share * remaining / all };
                        let later = delay.iter().skip(gone).map(|it| it / remaining);
                        *delay = [0.0].into_iter().chain(later).collect();
                    }
                }
                self.go(&state, None, &ways, &flow);
            }
        }
        while let Some(mut first) = self.agenda.first_entry() {
            let tick = *first.key();
            let Some((state, flow)) = first.get_mut().pop_first() else {
                first.remove();
                continue;
            };
            if flow.chance > NOTHING {
                self.reach(state, tick, flow);
            }
        }
    }

    fn reach(&mut self, mut state: State, tick: usize, mut flow: Flow) {
        let spec = self.spec;
        let step = &spec.steps[state.step];
        for (at, value) in &step.sets {
            state.values[*at] = *value;
        }
        for (at, amount) in &step.adds {
            let Kind::Counter(low, high, _) = spec.attributes[*at].kind else {
                panic!("only counters add")
            };
            state.values[*at] = (state.values[*at] + amount).clamp(low, high);
        }
        // Whoever was here before the beginning is counted when it first comes back.
        let is_home = matches!(self.source, Source::Waiting(at) if spec.pipeline[at].step == state.step);
        state.visits[state.step] = (state.visits[state.step] + 1).min(self.tables.visits_max[state.step]);
        self.book(format!("reached {}", step.id), 1.0, 0.0, &mut flow);
        if state.visits[state.step] == 1 + i64::from(is_home) {
            self.book(format!("customers {}", step.id), 1.0, 0.0, &mut flow);
        }
        if let (Some(stage), Source::Stream(_)) = (step.stage, self.source) {
            for met in state.furthest..=stage {
                self.book(format!("funnel {}", spec.stages[met].id), 1.0, 0.0, &mut flow);
            }
            state.furthest = state.furthest.max(stage + 1);
        }
        self.events(step, &mut state, tick, &mut flow);
        self.money(step, &state, tick, &mut flow);
        if let Some(outcome) = step.outcome {
            let before = if state.converted { "converted" } else { "unconverted" };
            let counted = match outcome {
                // Whoever ends converted has converted, if only here.
                "converted" => None,
                "other" => Some("other"),
                _ if state.converted => Some("churned"),
                _ => Some("lost"),
            };
            self.book(format!("end {} {}", step.id, before), 1.0, 0.0, &mut flow);
            match counted {
                Some("other") => self.metric("other", tick, 1.0, 0.0, &mut flow),
                Some(counted) => self.of_customer(counted, tick, 1.0, 0.0, &mut flow),
                None => {}
            }
            self.finish(&flow);
            return;
        }
        let ways = self.ways(&state, tick);
        self.go(&state, Some(tick), &ways, &flow);
    }

    pub(super) fn by<'b, T>(&self, it: &'b By<T>, state: &State) -> &'b T {
        match it {
            By::Same(it) => it,
            By::By(None, values) => &values[self.arrival()],
            By::By(Some(at), values) => {
                let first = match self.spec.attributes[*at].kind {
                    Kind::Category(..) => 0,
                    Kind::Counter(low, ..) => low,
                };
                &values[(state.values[*at] - first) as usize]
            }
        }
    }

    fn arrival(&self) -> usize {
        match self.source {
            Source::Stream(at) => at,
            Source::Waiting(_) => self.spec.streams.len(),
        }
    }

    /// Chance and delay of every branch of the step, at a tick.
    fn ways(&self, state: &State, tick: usize) -> Vec<(f64, Vec<f64>)> {
        let spec = self.spec;
        let branches = &spec.steps[state.step].branches;
        let mut chances: Vec<f64> = branches
            .iter()
            .map(|it| match &it.way {
                Way::Only => 1.0,
                Way::Chance(chance) => self.by(chance, state).value,
                Way::Count(count) => count + 0.5,
                Way::Rest | Way::When(_) => 0.0,
            })
            .collect();
        let sum: f64 = chances.iter().sum();
        let rest = branches.iter().position(|it| matches!(it.way, Way::Rest));
        if let Some(rest) = rest {
            chances[rest] = 1.0 - sum;
        } else if matches!(branches[0].way, Way::Count(_)) {
            for it in &mut chances {
                *it /= sum;
            }
        } else if matches!(branches[0].way, Way::When(_)) {
            let holds = |way: &Way| match way {
                Way::When(Some(condition)) => self.holds(condition, state, tick),
                _ => true,
            };
            let taken = branches.iter().position(|it| holds(&it.way)).expect("otherwise holds");
            chances[taken] = 1.0;
        }
        for change in spec.changes_at(tick) {
            let (branch, value) = match change.what {
                What::Chance(step, branch, factor) if step == state.step => (branch, chances[branch] * factor),
                What::ChanceIs(step, branch, value) if step == state.step => (branch, value),
                _ => continue,
            };
            let before = std::mem::replace(&mut chances[branch], value);
            match rest {
                Some(rest) => chances[rest] += before - value,
                None => {
                    for (_, it) in chances.iter_mut().enumerate().filter(|it| it.0 != branch) {
                        *it *= (1.0 - value) / (1.0 - before);
                    }
                }
            }
        }
        let delay = |(at, it): (usize, &Branch)| {
            let factor = spec.factor(tick, |what| match what {
                What::Delay(step, branch, factor) if (*step, *branch) == (state.step, at) => Some(*factor),
                _ => None,
            });
            let law = it.after.as_ref().map(|it| self.by(it, state).times(factor));
            law.map_or_else(|| vec![1.0], |it| self.tables.delay(&it, spec))
        };
        chances
            .into_iter()
            .zip(branches.iter().enumerate().map(delay))
            .collect()
    }

    fn holds(&self, condition: &Condition, state: &State, tick: usize) -> bool {
        let spec = self.spec;
        let day = spec.day_of(tick);
        match condition {
            Condition::Attribute(at, relation, value) => relation.holds(state.values[*at], *value),
            Condition::Arrival(stream) => self.arrival() == *stream,
            Condition::Visits(step, relation, value) => relation.holds(state.visits[*step], *value),
            Condition::Days(relation, value) => {
                let hours = (tick - self.arrived) as i64 * i64::from(spec.tick_hours);
                relation.holds(hours / 24, *value)
            }
            Condition::Month(relation, value) => relation.holds(date(day).1, *value),
            Condition::Weekday(relation, value) => relation.holds(weekday(day), *value),
            Condition::And(left, right) => self.holds(left, state, tick) && self.holds(right, state, tick),
            Condition::Or(left, right) => self.holds(left, state, tick) || self.holds(right, state, tick),
            Condition::Not(it) => !self.holds(it, state, tick),
        }
    }

    /// Lets a flow leave a step it reached at `tick` (`None`: before the beginning).
    fn go(&mut self, state: &State, tick: Option<usize>, ways: &[(f64, Vec<f64>)], flow: &Flow) {
        let spec = self.spec;
        let (step, ticks) = (&spec.steps[state.step], spec.ticks());
        for (branch, (chance, delay)) in ways.iter().enumerate() {
            if *chance <= 0.0 {
                continue;
            }
            let mut taking = flow.times(*chance);
            if tick.is_some() {
                self.book(format!("taken {}.b{branch}", step.id), 1.0, 0.0, &mut taking);
            }
            for (wait, share) in delay.iter().enumerate().filter(|it| *it.1 > 0.0) {
                let mut moving = taking.times(*share);
                let next = tick.unwrap_or(0) + wait;
                self.open(step, tick, next, &mut moving);
                if next >= ticks {
                    self.finish(&moving);
                    continue;
                }
                let state = State {
                    step: step.branches[branch].to,
                    ..state.clone()
                };
                self.agenda
                    .entry(next)
                    .or_default()
                    .entry(state)
                    .or_default()
                    .add(&moving);
            }
        }
    }

    /// Who is at a step between two ticks is open at the end of every period in between.
    fn open(&mut self, step: &Step, tick: Option<usize>, next: usize, flow: &mut Flow) {
        let ticks = self.spec.ticks();
        let stage = step.stage.map(|at| format!("open.{}", self.spec.stages[at].id));
        for last in tick.unwrap_or(0)..next.min(ticks) {
            if self.tables.is_last[last] {
                let label = self.tables.labels[last].clone();
                self.book(format!("{label} open"), 1.0, 0.0, flow);
                if let Some(metric) = &stage {
                    self.book(format!("{label} {metric}"), 1.0, 0.0, flow);
                }
            }
        }
        if next >= ticks {
            for group in ["total".to_owned()].iter().chain(&self.groups.clone()) {
                self.book(format!("{group} open"), 1.0, 0.0, flow);
            }
            if let Some(metric) = stage {
                self.book(format!("total {metric}"), 1.0, 0.0, flow);
            }
        }
    }
}
