//! Asking each lever, and all of them together, for each target.

use crate::engine::Engine;
use crate::forecast::{RunInfo, Watch};

use super::bench::{Bench, possible};
use super::reach::Reach;
use super::search::{Tried, crossing, is_monotone, slope};
use super::{Answer, End, LeverSolution, Question, Reached, Solution, SolveError, TargetSolution, Together, VERSION};

/// How far the answer of a lever may be off, as a share of the way between its limits: where nothing is
/// uncertain, where worlds are, and where there is luck. Finer answers would only cost time.
const CERTAIN: f64 = 1e-9;
const OF_WORLDS: f64 = 1e-6;
const OF_LUCK: f64 = 1e-4;
/// The same for a first look at a few replications.
const GLIMPSE: f64 = 1e-3;
/// Standard errors by which a few replications have to be off the target to be believed.
const CLEAR: f64 = 6.0;
/// Numbers closer together than this share of the way say nothing about how steep it is.
const APART: f64 = 0.01;
/// Points tried between the limits where neither of them meets the target.
const LOOKS: usize = 4;

/// What it takes to reach targets. `None` if it was stopped before all is known.
///
/// # Errors
///
/// If the journey cannot be simulated, or a lever's limits are no numbers.
pub fn solve(question: &Question<'_>, watch: Watch<'_>) -> Result<Option<Solution>, SolveError> {
    let bench = Bench::new(question, watch)?;
    let mut levers = Vec::new();
    for at in &question.levers {
        levers.push(Reach::of(question, *at)?);
    }
    let mut targets = Vec::new();
    for target in &question.targets {
        let asking = Asking {
            question,
            bench: &bench,
            target: *target,
        };
        match asking.target(&levers)? {
            Some(solved) => targets.push(solved),
            None => return Ok(None),
        }
    }
    let options = question.options;
    let clock = &question.journey.clock;
    let run = RunInfo::of(clock, bench.choice.clone(), options.replications, options.seed);
    let mut warnings = Vec::new();
    if options.replications < 100 && bench.choice.engine != Engine::Exact {
        let count = options.replications;
        warnings.push(format!("{count} replications are too few for trustworthy answers"));
    }
    Ok(Some(Solution {
        solution: VERSION,
        forksight: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: question.scenario.clone(),
        run,
        trials: bench.trials(),
        targets,
        warnings,
    }))
}

struct Asking<'a> {
    question: &'a Question<'a>,
    bench: &'a Bench<'a>,
    target: usize,
}

impl Asking<'_> {
    fn target(&self, levers: &[Reach<'_>]) -> Result<Option<TargetSolution>, SolveError> {
        let Some(now) = self.bench.reached(self.target, &[])? else {
            return Ok(None);
        };
        let is_met = now.margin >= 0.0;
        let mut solved = Vec::new();
        for lever in levers {
            match self.lever(lever, now)? {
                Some(it) => solved.push(it),
                None => return Ok(None),
            }
        }
        let alone = solved.iter().any(|it| it.answer != Answer::Unreachable);
        let together = if is_met || alone || levers.len() < 2 {
            None
        } else {
            match self.together(levers)? {
                Some(it) => Some(it),
                None => return Ok(None),
            }
        };
        solved.sort_by(|one, two| rank(one).total_cmp(&rank(two)));
        let target = &self.question.journey.targets[self.target];
        let (at_least, at_most) = target.bounds();
        Ok(Some(TargetSolution {
            target: target.id.clone(),
            metric: target.metric.clone(),
            at_least,
            at_most,
            so_far: target.so_far,
            over: target.over_label().to_owned(),
            confidence: self.question.confidence,
            now,
            is_met,
            levers: solved,
            together,
        }))
    }

    fn lever(&self, reach: &Reach<'_>, now: Reached) -> Result<Option<LeverSolution>, SolveError> {
        let Some(glimpse) = self.glimpse(reach)? else {
            return Ok(None);
        };
        let mut tried: Vec<(f64, Reached)> = Vec::new();
        let mut look = |value: f64| -> Result<Option<f64>, SolveError> {
            let found = self.bench.reached(self.target, &[(reach.at, value)])?;
            Ok(found.map(|it| {
                tried.push((value, it));
                it.margin
            }))
        };
        // A lever that does nothing now need not be tried where it stands.
        let stands = if reach.is_inside {
            Some(now.margin)
        } else {
            look(reach.start)?
        };
        let Some(stands) = stands else { return Ok(None) };
        let start: Tried = (reach.start, stands);
        let mut bracket = None;
        if let Some(guess) = glimpse.guess {
            // Around the guess, ever further until it lies between a miss and a hit.
            let steep = glimpse.steep.filter(|it| *it != 0.0);
            let Some(margin) = look(guess)? else { return Ok(None) };
            let mut last = (guess, margin);
            // A little too far, so that the answer lies in between.
            let mut step = steep.map_or(0.01 * reach.width(), |steep| -1.1 * margin / steep);
            while bracket.is_none() {
                let least = self.tolerance() * reach.width();
                step = step.signum() * step.abs().max(least);
                let next = (last.0 + step).clamp(reach.low, reach.high);
                if next == last.0 {
                    break;
                }
                let Some(margin) = look(next)? else { return Ok(None) };
                bracket = ordered(last, (next, margin));
                last = (next, margin);
                step *= 3.0;
            }
        }
        if bracket.is_none() && !glimpse.is_sure {
            let (Some(low), Some(high)) = (look(reach.low)?, look(reach.high)?) else {
                return Ok(None);
            };
            bracket = nearest(start, [(reach.low, low), (reach.high, high)]);
        }
        let mut crossed = None;
        if let Some((misses, meets)) = bracket {
            // Far finer than the error that luck leaves.
            let close = if self.bench.is_drawn() {
                0.05 * now.margin_se.unwrap_or(0.0)
            } else {
                0.0
            };
            match crossing(misses, meets, (self.tolerance() * reach.width(), close), &mut look)? {
                Some((misses, meets)) => crossed = Some((misses.0, meets.0)),
                None => return Ok(None),
            }
        }
        let answer = match (stands >= 0.0, crossed.is_some()) {
            (true, true) => Answer::Room,
            (true, false) => Answer::Always,
            (false, true) => Answer::Move,
            (false, false) => Answer::Unreachable,
        };
        // Where there is an answer, the limits need no more than a glimpse.
        if crossed.is_none() && look(glimpse.best)?.is_none() {
            return Ok(None);
        }
        if reach.is_inside {
            tried.push((reach.start, now));
        }
        let best = tried.iter().max_by(|one, two| one.1.margin.total_cmp(&two.1.margin));
        let best = *best.expect("the best limit was tried");
        let mut solution = LeverSolution {
            path: reach.lever.path.clone(),
            limits: reach.written.clone(),
            answer,
            value: None,
            se: None,
            interval_95: None,
            change: None,
            present: reach.present,
            relative: None,
            reached: None,
            checked: None,
            best: End {
                change: self.set(reach.at, best.0),
                reached: best.1,
            },
            notes: reach.notes.clone(),
        };
        if glimpse.is_hidden && crossed.is_some() {
            let note = "both limits miss the target, and a point between them meets it".to_owned();
            solution.notes.push(note);
        }
        if let Some((misses, meets)) = crossed {
            let found = self.found(reach, &mut solution, &tried, (misses, meets), glimpse.steep)?;
            return Ok(found.then_some(solution));
        }
        Ok(Some(solution))
    }

    /// Looks for the answer in a few replications. `None` if it was stopped.
    fn glimpse(&self, reach: &Reach<'_>) -> Result<Option<Glimpse>, SolveError> {
        let mut tried: Vec<Tried> = Vec::new();
        let mut look = |value: f64| -> Result<Option<Reached>, SolveError> {
            let found = self.bench.glimpsed(self.target, &[(reach.at, value)])?;
            tried.extend(found.map(|it| (value, it.margin)));
            Ok(found)
        };
        let (Some(low), Some(high), Some(stands)) = (look(reach.low)?, look(reach.high)?, look(reach.start)?) else {
            return Ok(None);
        };
        let start: Tried = (reach.start, stands.margin);
        let mut bracket = nearest(start, [(reach.low, low.margin), (reach.high, high.margin)]);
        let mut is_hidden = false;
        if bracket.is_none() && stands.margin < 0.0 {
            // Neither limit meets the target; a point between them still might.
            for step in 1..=LOOKS {
                let value = reach.low + reach.width() * step as f64 / (LOOKS + 1) as f64;
                let Some(found) = look(value)? else { return Ok(None) };
                if found.margin >= 0.0 {
                    bracket = Some((start, (value, found.margin)));
                    is_hidden = true;
                    break;
                }
            }
        }
        let mut guess = None;
        if let Some((misses, meets)) = bracket {
            let tolerance = GLIMPSE.max(self.tolerance()) * reach.width();
            match crossing(misses, meets, (tolerance, 0.0), |it| {
                Ok::<_, SolveError>(look(it)?.map(|it| it.margin))
            })? {
                Some((misses, meets)) => guess = Some(f64::midpoint(misses.0, meets.0)),
                None => return Ok(None),
            }
        }
        let is_clear = |it: &Reached| it.margin.abs() > CLEAR * it.margin_se.unwrap_or(0.0);
        let best = tried.iter().max_by(|one, two| one.1.total_cmp(&two.1));
        Ok(Some(Glimpse {
            guess,
            steep: guess.and_then(|it| slope(&tried, it, APART * reach.width())),
            best: best.expect("the limits were tried").0,
            is_sure: guess.is_none() && [low, high, stands].iter().all(is_clear),
            is_hidden,
        }))
    }

    /// Fills in where the target turns from missed to met; `false` if it was stopped.
    fn found(
        &self,
        reach: &Reach<'_>,
        solution: &mut LeverSolution,
        tried: &[(f64, Reached)],
        (misses, meets): (f64, f64),
        glimpsed: Option<f64>,
    ) -> Result<bool, SolveError> {
        let margins: Vec<Tried> = tried.iter().map(|it| (it.0, it.1.margin)).collect();
        let error = tried.iter().find(|it| it.0 == meets).and_then(|it| it.1.margin_se);
        let noise = 4.0 * error.unwrap_or(0.0) + 1e-9 * margins.iter().fold(0.0, |most: f64, it| most.max(it.1.abs()));
        if !is_monotone(&margins, noise) {
            let note = "the target is not met ever better along the way: there may be other answers";
            solution.notes.push(note.to_owned());
        }
        solution.value = Some(meets);
        let steep = slope(&margins, meets, APART * reach.width())
            .or(glimpsed)
            .filter(|it| *it != 0.0);
        solution.se = error.zip(steep).map(|(error, steep)| error / steep.abs());
        solution.interval_95 = solution.se.map(|se| [meets - 1.96 * se, meets + 1.96 * se]);
        solution.relative = reach.lever.relative(meets, reach.present);
        let safe = reach.rounded(meets, solution.se, meets > misses);
        solution.change = Some(self.set(reach.at, safe));
        let moves = [(reach.at, safe)];
        solution.reached = self.bench.reached(self.target, &moves)?;
        if solution.reached.is_none() {
            return Ok(false);
        }
        if self.bench.is_drawn() {
            solution.checked = self.bench.checked(self.target, &moves)?;
            return Ok(solution.checked.is_some());
        }
        Ok(true)
    }

    fn together(&self, levers: &[Reach<'_>]) -> Result<Option<Together>, SolveError> {
        let mut best = Vec::new();
        for lever in levers {
            let low = self.bench.reached(self.target, &[(lever.at, lever.low)])?;
            let high = self.bench.reached(self.target, &[(lever.at, lever.high)])?;
            let (Some(low), Some(high)) = (low, high) else {
                return Ok(None);
            };
            best.push(if low.margin > high.margin {
                lever.low
            } else {
                lever.high
            });
        }
        let moves = |share: f64| -> Vec<(usize, f64)> {
            let all = levers.iter().zip(&best);
            all.map(|(lever, end)| (lever.at, lever.start + share * (end - lever.start)))
                .collect()
        };
        // Levers of one fork may not all be at their limits at once.
        let mut most = 1.0;
        if possible(self.question, &moves(1.0)).is_err() {
            let mut broken = 1.0;
            most = 0.0;
            for _ in 0..50 {
                let middle = f64::midpoint(most, broken);
                if possible(self.question, &moves(middle)).is_ok() {
                    most = middle;
                } else {
                    broken = middle;
                }
            }
        }
        let reached = |share: f64| self.bench.reached(self.target, &moves(share));
        let (Some(start), Some(end)) = (reached(0.0)?, reached(most)?) else {
            return Ok(None);
        };
        let mut share = None;
        if start.margin < 0.0 && end.margin >= 0.0 {
            let look = |share: f64| Ok::<_, SolveError>(reached(share)?.map(|it| it.margin));
            let ends = ((0.0, start.margin), (most, end.margin));
            match crossing(ends.0, ends.1, (OF_LUCK, 0.0), look)? {
                // To the safe side, in whole thousandths of the way.
                Some((_, meets)) => share = Some(((meets.0 * 1000.0).ceil() / 1000.0).min(most)),
                None => return Ok(None),
            }
        }
        let moves = moves(share.unwrap_or(most));
        let Some(reached) = self.bench.reached(self.target, &moves)? else {
            return Ok(None);
        };
        let mut together = Together {
            share,
            changes: moves.iter().map(|it| self.set(it.0, it.1)).collect(),
            reached,
            checked: None,
        };
        if self.bench.is_drawn() {
            together.checked = self.bench.checked(self.target, &moves)?;
            if together.checked.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(together))
    }

    /// How far an answer may be off, as a share of the way between the limits.
    fn tolerance(&self) -> f64 {
        if self.bench.is_drawn() {
            OF_LUCK
        } else if self.bench.is_certain() {
            CERTAIN
        } else {
            OF_WORLDS
        }
    }

    fn set(&self, lever: usize, value: f64) -> String {
        let path = &self.question.journey.levers[lever].path;
        format!("{path}={}", (self.question.change)(lever, value))
    }
}

/// What a few replications say.
struct Glimpse {
    /// Where the target turns from missed to met.
    guess: Option<f64>,
    /// How steep the margin is there.
    steep: Option<f64>,
    /// Which number tried comes closest to the target, or exceeds it most.
    best: f64,
    /// Whether it is sure that there is no such point between the limits.
    is_sure: bool,
    /// Whether both limits miss the target.
    is_hidden: bool,
}

/// A point that misses and one that meets, of which one is where the lever stands: the answer lies
/// between them. If both limits are on the other side, it is towards the nearer one.
fn nearest(start: Tried, ends: [Tried; 2]) -> Option<(Tried, Tried)> {
    let is_met = start.1 >= 0.0;
    let others = ends.into_iter().filter(|it| it.0 != start.0 && (it.1 >= 0.0) != is_met);
    let end = others.min_by(|one, two| (one.0 - start.0).abs().total_cmp(&(two.0 - start.0).abs()))?;
    ordered(start, end)
}

/// The one that misses first; `None` if both or neither do.
fn ordered(one: Tried, two: Tried) -> Option<(Tried, Tried)> {
    match (one.1 >= 0.0, two.1 >= 0.0) {
        (false, true) => Some((one, two)),
        (true, false) => Some((two, one)),
        _ => None,
    }
}

/// What needs the smallest relative change comes first, then what has an answer in other numbers,
/// then what misses, the nearest first.
fn rank(solution: &LeverSolution) -> f64 {
    match (solution.answer, solution.relative) {
        (Answer::Unreachable, _) => 2e18 - solution.best.reached.margin.clamp(-1e18, 1e18),
        (_, Some(relative)) => relative.abs().min(1e17),
        (_, None) => 1e18,
    }
}
