//! What the oracle expects of a scenario: means and variances of cells, by adding up the paths of
//! one customer of every kind from every tick of arrival.

use std::collections::{BTreeMap, HashMap};

use super::calendar::{date, weekday};
use super::delay::Delay;
use super::spec::{By, Condition, Cost, Kind, Spec, Spread, Step, Way, What};

/// Flows smaller than this are not followed.
const NOTHING: f64 = 1e-11;

/// What is expected of a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) mean: f64,
    /// In one world; `None` if the oracle does not follow it.
    pub(crate) variance: Option<f64>,
    /// The most that one customer adds to it at once.
    pub(crate) jump: f64,
}

const NOTHING_YET: Expected = Expected {
    mean: 0.0,
    variance: Some(0.0),
    jump: 0.0,
};

pub(crate) type Cells = BTreeMap<String, Expected>;

/// A customer somewhere, as far as its future depends on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    step: usize,
    values: Vec<i64>,
    visits: Vec<i64>,
    converted: bool,
    /// Furthest stage, from 1.
    furthest: usize,
}

/// The chance to be in a state, and the moments of what was booked on the way there: of each
/// followed cell E\[R; here\] and E\[R²; here\].
#[derive(Debug, Clone, Default)]
struct Flow {
    chance: f64,
    moments: Vec<(f64, f64)>,
}

impl Flow {
    fn times(&self, share: f64) -> Self {
        let moments = self.moments.iter().map(|it| (it.0 * share, it.1 * share));
        Self {
            chance: self.chance * share,
            moments: moments.collect(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.chance += other.chance;
        if self.moments.len() < other.moments.len() {
            self.moments.resize(other.moments.len(), (0.0, 0.0));
        }
        for (mine, theirs) in self.moments.iter_mut().zip(&other.moments) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
    }
}

/// Who walks.
#[derive(Debug, Clone, Copy)]
enum Source {
    Stream(usize),
    Waiting(usize),
}

impl Spec {
    /// Every cell that is not always 0.
    pub(crate) fn expect(&self) -> Cells {
        let mut cells = Cells::new();
        let tables = Tables::of(self);
        for stream in 0..self.streams.len() {
            let spread = self.streams[stream].spread;
            let mut by_month: BTreeMap<(i64, i64), BTreeMap<String, f64>> = BTreeMap::new();
            for it in self.arrivals(stream) {
                let one = self.one(Source::Stream(stream), it.tick, &tables);
                let is_fixed =
                    spread == Spread::Fixed || matches!(self.streams[stream].volume, super::spec::Volume::Count(..));
                add(&mut cells, &one, it.expected, is_fixed);
                let sums = by_month.entry(it.month).or_default();
                for entry in &one {
                    *sums.entry(entry.name.clone()).or_default() += it.expected * entry.first;
                }
            }
            if let Spread::Cv(cv) = spread {
                for (name, sum) in by_month.values().flatten() {
                    let variance = &mut cells.get_mut(name).expect("was added").variance;
                    *variance = variance.map(|it| it + (cv * sum).powi(2));
                }
            }
        }
        for (at, it) in self.pipeline.iter().enumerate() {
            let one = self.one(Source::Waiting(at), 0, &tables);
            add(&mut cells, &one, it.count as f64, true);
        }
        self.budgets(&mut cells);
        self.constants(&mut cells);
        if self.hides_worlds {
            cells.values_mut().for_each(|it| it.variance = None);
        }
        cells
    }

    /// Budgets move means only.
    fn budgets(&self, cells: &mut Cells) {
        for (at, budget) in self.budgets.iter().enumerate() {
            for (tick, amount) in self.budget(at) {
                let mut add = |name: String, amount: f64| {
                    cells.entry(name).or_insert(NOTHING_YET).mean += amount;
                };
                for scope in ["total".to_owned(), self.label(tick)] {
                    add(format!("{scope} cost"), amount);
                    add(format!("{scope} profit"), -amount);
                    if self.discount.is_some() {
                        add(format!("{scope} present_value"), -amount * self.discounted(tick));
                    }
                }
                if let Some(channel) = budget.channel {
                    add(format!("channel={channel} cost"), amount);
                }
            }
        }
    }

    /// Who was there before, and what follows from other cells.
    fn constants(&self, cells: &mut Cells) {
        let of = |cells: &Cells, name: &str| cells.get(name).copied().unwrap_or(NOTHING_YET);
        let plus = |it: Expected, more: u64| Expected {
            mean: it.mean + more as f64,
            ..it
        };
        let all = self.pipeline.iter().map(|it| it.count).sum();
        let converted: u64 = self.pipeline.iter().filter(|it| it.converted).map(|it| it.count).sum();
        let before = plus(of(cells, "nothing"), all);
        cells.insert("total pipeline".to_owned(), before);
        cells.insert(
            "base of conversion_rate".to_owned(),
            plus(of(cells, "total arrivals"), all - converted),
        );
        cells.insert("base of churn_rate".to_owned(), plus(of(cells, "total won"), converted));
        for (at, (metric, over)) in self.targets.iter().enumerate() {
            let it = of(cells, &format!("{} {metric}", over.as_deref().unwrap_or("total")));
            cells.insert(format!("target t{at}"), it);
        }
    }

    fn discounted(&self, tick: usize) -> f64 {
        let years = tick as f64 * self.tick_days() / 365.0;
        self.discount.map_or(1.0, |rate| (1.0 + rate).powf(-years))
    }

    /// What one customer of a source who comes at a tick adds to every cell.
    fn one(&self, source: Source, tick: usize, tables: &Tables) -> Vec<Entry> {
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

/// Adds so many customers.
fn add(cells: &mut Cells, one: &[Entry], customers: f64, is_fixed: bool) {
    for it in one {
        let cell = cells.entry(it.name.clone()).or_insert(NOTHING_YET);
        cell.mean += customers * it.first;
        cell.jump = cell.jump.max(it.jump);
        let variance = if is_fixed {
            it.second - it.first * it.first
        } else {
            it.second
        };
        cell.variance = cell
            .variance
            .map(|it| it + customers * variance)
            .filter(|it| it.is_finite());
    }
}

/// How the second moment of a cell is found.
#[derive(Debug, Clone, Copy)]
enum Follow {
    /// A customer adds 1 at most once: it is the first moment.
    Once,
    /// Along the path, at this position of a flow.
    Along(usize),
    /// Not at all, to save time.
    Not,
}

impl Follow {
    fn of(name: &str) -> Self {
        let (scope, metric) = name.split_once(' ').expect("names have two parts");
        let is_once = ["arrivals", "won", "lost", "churned", "other", "open"].contains(&metric);
        if is_once || ["customers", "funnel", "end"].contains(&scope) || metric.starts_with("open.") {
            Self::Once
        } else if ["total", "reached", "taken"].contains(&scope) {
            Self::Along(0)
        } else {
            Self::Not
        }
    }
}

/// What one customer adds to a cell.
struct Entry {
    name: String,
    first: f64,
    second: f64,
    jump: f64,
    follow: Follow,
}

/// What is worked out once.
struct Tables {
    /// Delays as chances, by their text.
    delays: std::cell::RefCell<BTreeMap<String, Vec<f64>>>,
    /// Labels of the period of every tick.
    labels: Vec<String>,
    /// By step: more visits than this make no difference.
    visits_max: Vec<i64>,
    /// By tick: whether it is the last of its period.
    is_last: Vec<bool>,
}

impl Tables {
    fn of(spec: &Spec) -> Self {
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

struct Walk<'a> {
    spec: &'a Spec,
    source: Source,
    arrived: usize,
    tables: &'a Tables,
    entries: Vec<Entry>,
    /// Positions of the entries, by name.
    ids: HashMap<String, usize>,
    /// Who reaches what, by tick.
    agenda: BTreeMap<usize, BTreeMap<State, Flow>>,
    /// Prefixes of the groups this customer is in.
    groups: Vec<String>,
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

    /// Adds an amount to a cell for the customers of a flow.
    fn book(&mut self, name: String, mean: f64, variance: f64, flow: &mut Flow) {
        let at = match self.ids.get(&name) {
            Some(at) => *at,
            None => {
                let follow = Follow::of(&name);
                let followed = self
                    .entries
                    .iter()
                    .filter(|it| matches!(it.follow, Follow::Along(_)))
                    .count();
                let follow = if let Follow::Along(_) = follow {
                    Follow::Along(followed)
                } else {
                    follow
                };
                self.entries.push(Entry {
                    name: name.clone(),
                    first: 0.0,
                    second: 0.0,
                    jump: 0.0,
                    follow,
                });
                self.ids.insert(name, self.entries.len() - 1);
                self.entries.len() - 1
            }
        };
        let entry = &mut self.entries[at];
        entry.jump = entry.jump.max(mean.abs() + 8.0 * variance.sqrt());
        entry.first += flow.chance * mean;
        match entry.follow {
            Follow::Once => entry.second += flow.chance * mean,
            Follow::Not => entry.second = f64::NAN,
            Follow::Along(at) => {
                if flow.moments.len() <= at {
                    flow.moments.resize(at + 1, (0.0, 0.0));
                }
                let it = &mut flow.moments[at];
                it.1 += 2.0 * mean * it.0 + (mean * mean + variance) * flow.chance;
                it.0 += mean * flow.chance;
            }
        }
    }

    /// A metric of the horizon and the period.
    fn metric(&mut self, metric: &str, tick: usize, mean: f64, variance: f64, flow: &mut Flow) {
        self.book(format!("total {metric}"), mean, variance, flow);
        self.book(format!("{} {metric}", self.tables.labels[tick]), mean, variance, flow);
    }

    /// The same, and of the groups of the customer.
    fn of_customer(&mut self, metric: &str, tick: usize, mean: f64, variance: f64, flow: &mut Flow) {
        self.metric(metric, tick, mean, variance, flow);
        for group in self.groups.clone() {
            self.book(format!("{group} {metric}"), mean, variance, flow);
        }
    }

    /// The same for the groups of a step.
    fn of_step(&mut self, step: &Step, metric: &str, mean: f64, variance: f64, flow: &mut Flow) {
        let owner = step.owner.or(step.stage.and_then(|at| self.spec.stages[at].owner));
        for (label, name) in [("channel", step.channel), ("owner", owner)] {
            if let Some(name) = name {
                self.book(format!("{label}={name} {metric}"), mean, variance, flow);
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

    fn events(&mut self, step: &Step, state: &mut State, tick: usize, flow: &mut Flow) {
        let mut conversions = step.events.iter().filter(|it| **it == "conversion").count();
        if step.outcome == Some("converted") && !state.converted {
            conversions = 1;
        }
        for _ in 0..conversions {
            self.of_customer("conversions", tick, 1.0, 0.0, flow);
            self.metric("events.conversion", tick, 1.0, 0.0, flow);
            self.of_step(step, "conversions", 1.0, 0.0, flow);
            self.of_step(step, "events.conversion", 1.0, 0.0, flow);
            if !state.converted {
                state.converted = true;
                self.of_customer("won", tick, 1.0, 0.0, flow);
            }
        }
        for event in step.events.iter().filter(|it| **it != "conversion") {
            self.metric(&format!("events.{event}"), tick, 1.0, 0.0, flow);
            self.of_step(step, &format!("events.{event}"), 1.0, 0.0, flow);
        }
    }

    /// Amounts are sums of independent ones: revenue, units and named costs, each so many times.
    fn money(&mut self, step: &Step, state: &State, tick: usize, flow: &mut Flow) {
        let spec = self.spec;
        let mut drawn: Vec<(f64, f64)> = Vec::new();
        let (mut revenue, mut cost) = (Vec::new(), Vec::new());
        let mut lines: Vec<(String, Vec<(usize, f64)>)> = Vec::new();
        if let Some(amount) = &step.revenue {
            let amount = self.by(amount, state);
            let factor = spec.factor(tick, |what| match what {
                What::Revenue(of, factor) if *of == state.step => Some(*factor),
                _ => None,
            });
            revenue.push((drawn.len(), 1.0));
            drawn.push((amount.mean * factor, (amount.sd * factor).powi(2)));
        }
        for (product, units) in &step.units {
            let (it, units) = (&spec.products[*product], self.by(units, state));
            let more: f64 = spec
                .changes_at(tick)
                .filter_map(|change| match change.what {
                    What::Price(of, more) if of == *product => Some(more),
                    _ => None,
                })
                .sum();
            revenue.push((drawn.len(), it.price + more));
            cost.push((drawn.len(), it.cost));
            lines.push((format!("units.{}", it.id), vec![(drawn.len(), 1.0)]));
            drawn.push((units.mean, units.sd.powi(2)));
        }
        for (name, part) in &step.costs {
            let of_part: Vec<(usize, f64)> = match part {
                Cost::Share(share) => revenue.iter().map(|it| (it.0, it.1 * share)).collect(),
                Cost::Amount(amount) => {
                    let amount = self.by(amount, state);
                    drawn.push((amount.mean, amount.sd.powi(2)));
                    vec![(drawn.len() - 1, 1.0)]
                }
            };
            if !name.is_empty() {
                lines.push((format!("costs.{name}"), of_part.clone()));
            }
            cost.extend(of_part);
        }
        let profit: Vec<(usize, f64)> = revenue
            .iter()
            .copied()
            .chain(cost.iter().map(|it| (it.0, -it.1)))
            .collect();
        let moments = |line: &[(usize, f64)]| {
            let times = |at: usize| line.iter().filter(|it| it.0 == at).map(|it| it.1).sum::<f64>();
            let parts = drawn
                .iter()
                .enumerate()
                .map(|(at, it)| (times(at) * it.0, times(at).powi(2) * it.1));
            parts.fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
        };
        for (metric, line) in [("revenue", &revenue), ("cost", &cost), ("profit", &profit)] {
            let (mean, variance) = moments(line);
            if !line.is_empty() {
                self.of_customer(metric, tick, mean, variance, flow);
            }
            if !line.is_empty() && metric != "profit" {
                self.of_step(step, metric, mean, variance, flow);
            }
        }
        if spec.discount.is_some() && !profit.is_empty() {
            let ((mean, variance), factor) = (moments(&profit), spec.discounted(tick));
            self.metric("present_value", tick, mean * factor, variance * factor * factor, flow);
        }
        for (metric, line) in lines {
            let (mean, variance) = moments(&line);
            self.metric(&metric, tick, mean, variance, flow);
            if metric.starts_with("units") {
                self.of_step(step, &metric, mean, variance, flow);
            }
        }
    }

    fn by<'b, T>(&self, it: &'b By<T>, state: &State) -> &'b T {
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
            chances.iter_mut().for_each(|it| *it /= sum);
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
        let delay = |(at, it): (usize, &super::spec::Branch)| {
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

    /// Nothing more will be booked.
    fn finish(&mut self, flow: &Flow) {
        for entry in &mut self.entries {
            if let Follow::Along(at) = entry.follow {
                entry.second += flow.moments.get(at).map_or(0.0, |it| it.1);
            }
        }
    }
}
