//! Trying a journey: what its targets come to on the same worlds and the same luck as all others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use crate::engine::{AnyTally, Choice, Engine, RunOptions, Simulator, choose, choose_for_means};
use crate::forecast::{Layout, Watch, moments, quantile, record};
use crate::journey::{Bound, Journey, Target};
use crate::plan::{Model, compile};

use super::{Question, Reached, SolveError};

/// Levers that are moved, and to which numbers.
pub(super) type Moves = [(usize, f64)];

/// What a trial is known by: the bits of where levers are moved, and the replications.
type Trial = (Vec<(usize, u64)>, u64);

/// Tries journeys and remembers what came out.
pub(super) struct Bench<'a> {
    question: &'a Question<'a>,
    pub(super) choice: Choice,
    watch: Watch<'a>,
    /// Values by target and replication, by what was moved in how many replications.
    known: RefCell<BTreeMap<Trial, Vec<Vec<f64>>>>,
    trials: RefCell<u64>,
    done: RefCell<u64>,
    expected_trials: u64,
}

impl<'a> Bench<'a> {
    pub(super) fn new(question: &'a Question<'a>, watch: Watch<'a>) -> Result<Self, SolveError> {
        let expected = 2 + question.targets.len() * (2 + 6 * question.levers.len());
        Ok(Self::with(question, engine(question)?, expected, watch))
    }

    /// One that runs on this engine, and expects so many trials.
    pub(super) fn with(question: &'a Question<'a>, choice: Choice, expected: usize, watch: Watch<'a>) -> Self {
        Self {
            choice,
            question,
            watch,
            known: RefCell::default(),
            trials: RefCell::new(0),
            done: RefCell::new(0),
            expected_trials: expected as u64,
        }
    }

    /// How many journeys were tried.
    pub(super) fn trials(&self) -> u64 {
        *self.trials.borrow()
    }

    /// Whether luck is drawn.
    pub(super) fn is_drawn(&self) -> bool {
        self.choice.engine != Engine::Exact
    }

    /// What the target comes to once levers are moved. `None` if it was stopped.
    pub(super) fn reached(&self, target: usize, moves: &Moves) -> Result<Option<Reached>, SolveError> {
        self.reached_in(target, moves, self.question.options.replications)
    }

    /// The same in the first replications only: quick, and near enough to know where to look.
    pub(super) fn glimpsed(&self, target: usize, moves: &Moves) -> Result<Option<Reached>, SolveError> {
        self.reached_in(target, moves, self.few())
    }

    /// How many replications a glimpse takes.
    pub(super) fn few(&self) -> u64 {
        let all = self.question.options.replications;
        if self.is_certain() {
            all
        } else {
            (all / 20).max(50).min(all)
        }
    }

    fn reached_in(&self, target: usize, moves: &Moves, replications: u64) -> Result<Option<Reached>, SolveError> {
        let moved: Vec<(usize, u64)> = moves.iter().map(|it| (it.0, it.1.to_bits())).collect();
        let key = (moved, replications);
        if !self.known.borrow().contains_key(&key) {
            let Some(values) = self.values(moves, self.question.options.seed, replications)? else {
                return Ok(None);
            };
            self.known.borrow_mut().insert(key.clone(), values);
        }
        let known = self.known.borrow();
        self.judge(target, &known[&key][target]).map(Some)
    }

    /// The same with other luck, by which an answer that was found on the first can be checked.
    pub(super) fn checked(&self, target: usize, moves: &Moves) -> Result<Option<Reached>, SolveError> {
        let seed = self.question.options.seed.wrapping_add(1);
        match self.values(moves, seed, self.question.options.replications)? {
            Some(values) => self.judge(target, &values[target]).map(Some),
            None => Ok(None),
        }
    }

    /// Whether the target is met, replication by replication, once levers are moved. `None` if it was
    /// stopped.
    pub(super) fn met(&self, target: usize, moves: &Moves) -> Result<Option<Vec<bool>>, SolveError> {
        if self.reached(target, moves)?.is_none() {
            return Ok(None);
        }
        let moved: Vec<(usize, u64)> = moves.iter().map(|it| (it.0, it.1.to_bits())).collect();
        let known = self.known.borrow();
        let it = &self.question.journey.targets[target];
        let values = &known[&(moved, self.question.options.replications)][target];
        Ok(Some(values.iter().map(|value| margin(it, *value) >= 0.0).collect()))
    }

    /// Values of every target by replication.
    fn values(&self, moves: &Moves, seed: u64, replications: u64) -> Result<Option<Vec<Vec<f64>>>, SolveError> {
        if self.watch.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let moved;
        let journey = if moves.is_empty() {
            self.question.journey
        } else {
            moved = (self.question.moved)(moves).map_err(|reason| self.impossible(moves, reason))?;
            &moved
        };
        let plan = compile(journey);
        let model = Model { journey, plan: &plan };
        let layout = Layout::of(journey, &plan);
        let options = self.question.options;
        let run = RunOptions {
            replications,
            seed,
            threads: options.threads,
            engine: self.choice.engine,
        };
        let targets = layout.targets..layout.targets + journey.targets.len();
        let extract = |rates: &_, tally: AnyTally<'_>| record(model, &layout, rates, tally)[targets.clone()].to_vec();
        let before = *self.done.borrow();
        let total = (self.expected_trials * options.replications).max(before + replications);
        let reached = |done| (self.watch.reached)(before + done, total);
        let simulator = Simulator::new(model, run)?;
        let simulated = simulator.run(0..replications, extract, &reached, self.watch.stop)?;
        if simulated.cut_short {
            return Ok(None);
        }
        *self.trials.borrow_mut() += 1;
        *self.done.borrow_mut() += replications;
        let of_target = |at: usize| simulated.results.iter().map(|it| it[at]).collect();
        Ok(Some((0..journey.targets.len()).map(of_target).collect()))
    }

    /// Within its limits a lever can be moved anywhere, unless something in between does not fit.
    fn impossible(&self, moves: &Moves, reason: String) -> SolveError {
        let levers = &self.question.journey.levers;
        let set = moves
            .iter()
            .map(|(at, value)| format!("{}={}", levers[*at].path, (self.question.change)(*at, *value)));
        SolveError::Moved {
            set: set.collect(),
            reason,
        }
    }

    /// Whether one trial says all there is: no luck, and one world.
    pub(super) fn is_certain(&self) -> bool {
        !self.is_drawn() && self.question.journey.draws.draws.is_empty()
    }

    fn judge(&self, target: usize, values: &[f64]) -> Result<Reached, SolveError> {
        let target = &self.question.journey.targets[target];
        let confidence = self.question.confidence;
        judged(target, confidence, values, self.is_drawn()).ok_or_else(|| SolveError::Nobody(target.id.clone()))
    }
}

/// A mean is best had without luck, where that is quick.
fn engine(question: &Question<'_>) -> Result<Choice, SolveError> {
    let plan = compile(question.journey);
    let model = Model {
        journey: question.journey,
        plan: &plan,
    };
    let asked = question.options.engine;
    if question.confidence.is_some() {
        return match asked {
            Some(Engine::Exact) => Err(SolveError::NoLuck),
            _ => Ok(choose(model, asked)?),
        };
    }
    if asked.is_some() {
        return Ok(choose(model, asked)?);
    }
    Ok(choose_for_means(model)?)
}

/// By how much a value of the metric meets a target; below zero, misses it.
fn margin(target: &Target, value: f64) -> f64 {
    match target.bound {
        Bound::AtLeast(bound) => value + target.so_far - bound,
        Bound::AtMost(bound) => bound - value - target.so_far,
    }
}

/// What values over replications are beside a target; `None` if there are none.
fn judged(target: &Target, confidence: Option<f64>, values: &[f64], is_drawn: bool) -> Option<Reached> {
    // A share of nobody is no number.
    let mut sorted: Vec<f64> = values.iter().copied().filter(|it| it.is_finite()).collect();
    if sorted.is_empty() {
        return None;
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let (mean, variance) = moments(&sorted);
    let margin = |value: f64| margin(target, value);
    let se = (sorted.len() > 1).then(|| (variance / count).sqrt());
    let assured = confidence.map(|confidence| {
        let at = |p: f64| quantile(&sorted, p.clamp(0.0, 1.0));
        let p = match target.bound {
            Bound::AtLeast(_) => 1.0 - confidence,
            Bound::AtMost(_) => confidence,
        };
        // Quantiles one standard error of the share below it up and down: Serfling, *Approximation
        // theorems of mathematical statistics* (1980), section 2.6.
        let off = (p * (1.0 - p) / count).sqrt();
        (at(p), (at(p + off) - at(p - off)) / 2.0)
    });
    let met = values.iter().filter(|it| margin(**it) >= 0.0).count() as f64;
    let (margin, margin_se) = match assured {
        Some((value, se)) => (margin(value), (sorted.len() > 1).then_some(se)),
        None => (margin(mean), se),
    };
    Some(Reached {
        expected: mean + target.so_far,
        se,
        assured: assured.map(|it| it.0 + target.so_far),
        probability: is_drawn.then(|| met / values.len() as f64),
        margin,
        margin_se,
    })
}

/// Whether a journey can be made once levers are moved; else why not.
pub(super) fn possible(question: &Question<'_>, moves: &Moves) -> Result<(), String> {
    (question.moved)(moves).map(|_: Journey| ())
}
