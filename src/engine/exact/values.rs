//! What customers collect from a state at a tick to the horizon: first and second moments,
//! backwards through time.
//!
//! For a customer who books r on arriving and moves on to R′ with chance q: E\[R\] = E\[r\] + Σ q E\[R′\]
//! and E\[R²\] = E\[r²\] + 2 E\[r\] Σ q E\[R′\] + Σ q E\[R′²\]. Moves that take no time are solved as a
//! linear system, never cut off.

use crate::plan::{Model, Rates, States, Ways};

use super::classes::Classes;
use super::landings::Landings;
use super::lookout::{Lag, Lookout};
use super::metrics::Columns;
use super::order::{Move, Order};
use super::rewards::Rewards;

/// A sweep backwards through time; its room serves one world after the other.
#[derive(Debug)]
pub(super) struct Backward<'a> {
    model: Model<'a>,
    states: &'a States,
    pub(super) classes: Classes,
    pub(super) landings: Landings,
    pub(super) columns: Columns,
    rewards: Rewards,
    lookout: Lookout<'a>,
    phases: Vec<Phase>,
    moves: Vec<OnMove>,
    /// By class and column: what is collected after the booking on arrival.
    onward: Vec<f64>,
    /// By landing and column: what is collected from arriving on.
    values: Vec<f64>,
    /// By class: the chance to be under way at the horizon without having arrived anywhere else.
    stays: Vec<f64>,
    /// By column: the discount.
    discounts: Vec<f64>,
}

/// A way on from a class.
#[derive(Debug, Clone, Copy)]
struct OnMove {
    from: u32,
    lag: u32,
    chance: f64,
}

/// What holds during a phase.
#[derive(Debug, Default)]
struct Phase {
    moves: std::ops::Range<usize>,
    /// The lags that the moves use.
    lags: Vec<u32>,
    /// Moves that may take no time: class, landing, chance to be there at once.
    at_once: Vec<(u32, u32, f64)>,
    order: Order,
}

/// The values of one tick.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now<'a> {
    values: &'a [f64],
    width: usize,
}

impl Now<'_> {
    /// What arriving in a way is worth, by column.
    #[inline]
    pub(super) fn of(&self, landing: u32) -> &[f64] {
        let first = landing as usize * self.width;
        &self.values[first..first + self.width]
    }
}

impl<'a> Backward<'a> {
    pub(super) fn new(model: Model<'a>, states: &'a States, columns: Columns) -> Self {
        let classes = Classes::of(states);
        let landings = Landings::of(states, model.plan.streams.len(), &classes);
        Self {
            model,
            states,
            rewards: Rewards::of(states, &classes, &landings),
            lookout: Lookout::new(&model.plan.tables, landings.all.len()),
            phases: Vec::new(),
            moves: Vec::new(),
            onward: vec![0.0; columns.width * classes.first.len()],
            values: vec![0.0; columns.width * landings.all.len()],
            stays: vec![0.0; classes.first.len()],
            discounts: vec![1.0; columns.width],
            classes,
            landings,
            columns,
        }
    }

    /// Goes through the ticks of a world from the last to the first and shows the values of each.
    pub(super) fn sweep(&mut self, rates: &Rates, ways: &Ways<'_>, mut show: impl FnMut(u32, Now<'_>)) {
        let (width, ticks) = (self.columns.width, self.model.plan.clock.ticks);
        self.rewards.fill(self.model, rates, &self.columns);
        self.lay_out(ways);
        self.values.fill(0.0);
        self.lookout.begin(width, ticks as usize);
        for tick in (0..ticks).rev() {
            let phase = ways.phase_at(tick);
            self.lookout.look(&self.phases[phase].lags, &self.values, tick as usize);
            self.collect(phase, ways.stretch_of(phase), tick);
            self.lookout.keep(&self.values, tick as usize);
            let values = &self.values;
            show(tick, Now { values, width });
        }
    }

    /// The moves of every phase, by class.
    fn lay_out(&mut self, ways: &Ways<'_>) {
        self.moves.clear();
        self.phases.clear();
        for phase in 0..ways.phases() {
            let mut it = Phase::default();
            let first = self.moves.len();
            let mut within = Vec::new();
            for (class, state) in (0..).zip(&self.classes.first) {
                for way in ways.from(phase, *state as usize) {
                    let landing = self.landings.of_edge[way.edge as usize];
                    let lag = self.lookout.lag(Lag {
                        landing,
                        table: way.delay,
                    });
                    self.moves.push(OnMove {
                        from: class,
                        lag,
                        chance: way.chance,
                    });
                    it.lags.push(lag);
                    let reach = self.lookout.reach(lag);
                    let (mut now, mut later) = (way.chance * reach.at_once, way.chance * reach.tail(0));
                    if now > 0.0 {
                        it.at_once.push((class, landing, now));
                    }
                    if self.columns.until_conversion && self.rewards.is_conversion(self.model, landing as usize) {
                        (now, later) = (0.0, now + later);
                    }
                    within.push(Move {
                        from: class,
                        to: self.landings.all[landing as usize].class,
                        now,
                        later,
                    });
                }
            }
            it.lags.sort_unstable();
            it.lags.dedup();
            it.moves = first..self.moves.len();
            it.order = Order::new(self.classes.first.len(), &within);
            self.phases.push(it);
        }
    }

    /// Makes the values of a tick of what lies ahead and what is booked.
    fn collect(&mut self, phase: usize, stretch: usize, tick: u32) {
        let (width, firsts) = (self.columns.width, self.columns.metrics.len());
        if let Some(factors) = &self.model.plan.discounts {
            self.columns.discount(factors[tick as usize], &mut self.discounts);
        }
        self.onward.fill(0.0);
        let it = &self.phases[phase];
        for way in &self.moves[it.moves.clone()] {
            let first = way.from as usize * width;
            let rest = self.lookout.rest(way.lag);
            for (onward, rest) in self.onward[first..first + width].iter_mut().zip(rest) {
                *onward += way.chance * rest;
            }
        }
        if !self.columns.open.is_empty() {
            self.stay(phase, tick);
        }
        let it = &self.phases[phase];
        let (rewards, discounts) = (&self.rewards, &self.discounts);
        for (from, landing, now) in &it.at_once {
            if let Some(booked) = rewards.at(stretch, *landing as usize) {
                let onward = &mut self.onward[*from as usize * width..][..firsts];
                for (column, onward) in onward.iter_mut().enumerate() {
                    *onward += now * discounts[column] * booked[column];
                }
            }
        }
        it.order.backward_rows(&mut self.onward, width, 0..firsts);
        let squared = &self.columns.squared;
        // E[r²] + 2 E[r] Σ q E[R′].
        let square = |at: usize, booked: &[f64], onward: &[f64]| {
            let (of, column) = (squared[at], firsts + at);
            discounts[column] * booked[column] + 2.0 * discounts[of] * booked[of] * onward[of]
        };
        for (from, landing, now) in &it.at_once {
            if let Some(booked) = rewards.at(stretch, *landing as usize) {
                let to = self.landings.all[*landing as usize].class as usize * width;
                for at in 0..squared.len() {
                    let more = now * square(at, booked, &self.onward[to..to + width]);
                    self.onward[*from as usize * width + firsts + at] += more;
                }
            }
        }
        it.order
            .backward_rows(&mut self.onward, width, firsts..firsts + squared.len());
        for (class, onward) in self.onward.chunks_exact(width).enumerate() {
            for landing in self.landings.within(class) {
                let values = &mut self.values[landing * width..(landing + 1) * width];
                values.copy_from_slice(onward);
                let Some(booked) = rewards.at(stretch, landing) else {
                    continue;
                };
                if self.columns.until_conversion {
                    values.copy_from_slice(booked);
                    continue;
                }
                for (column, value) in values[..firsts].iter_mut().enumerate() {
                    *value += discounts[column] * booked[column];
                }
                for (at, value) in values[firsts..firsts + squared.len()].iter_mut().enumerate() {
                    *value += square(at, booked, onward);
                }
            }
        }
    }

    /// Who will still be under way at the horizon without arriving anywhere before.
    fn stay(&mut self, phase: usize, tick: u32) {
        let left = (self.model.plan.clock.ticks - 1 - tick) as usize;
        self.stays.fill(0.0);
        for it in &self.moves[self.phases[phase].moves.clone()] {
            self.stays[it.from as usize] += it.chance * self.lookout.reach(it.lag).tail(left);
        }
        for (class, state) in self.classes.first.iter().enumerate() {
            let state = &self.states.states[*state as usize];
            for (column, who) in &self.columns.open {
                if who.includes(self.model.plan, state) {
                    self.onward[class * self.columns.width + column] += self.stays[class];
                }
            }
        }
    }
}
