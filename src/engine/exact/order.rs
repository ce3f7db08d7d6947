//! The order of states within a tick: moves that take no time, solved and never cut off.
//!
//! Where moves within a tick only go forward, states are taken in that order. States that lead to
//! one another within a tick are a group, whose linear system is eliminated beforehand.

mod components;
mod group;

use std::ops::Range;

use crate::plan::{States, Ways};

pub(super) use components::components;
use group::Group;

/// A way from one state to another, as far as it matters within a tick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// The state it leads from.
    pub from: u32,
    /// The state it leads to.
    pub to: u32,
    /// The chance that a customer takes it and is there at the same tick.
    pub now: f64,
    /// The chance that a customer takes it and is there at a later tick.
    pub later: f64,
}

/// The moves within a tick, in an order in which each state is complete before it is left.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Moves between groups.
    moves: Vec<Move>,
    parts: Vec<Part>,
    groups: Vec<Group>,
}

#[derive(Debug, Clone)]
enum Part {
    /// These of the moves, one after the other.
    Moves(Range<usize>),
    /// This group.
    Group(usize),
}

impl Order {
    /// The order of all states in a phase.
    #[must_use]
    pub fn of(states: &States, ways: &Ways<'_>, phase: usize) -> Self {
        let moves: Vec<Move> = ways
            .all_in(phase)
            .iter()
            .map(|it| {
                let table = ways.table(it.delay);
                let at_once = table.probabilities()[0];
                let later = if at_once > 0.0 { table.survival(0) } else { 1.0 };
                Move {
                    from: states.edges[it.edge as usize].from,
                    to: it.to,
                    now: it.chance * at_once,
                    later: it.chance * later,
                }
            })
            .collect();
        Self::new(states.states.len(), &moves)
    }

    /// The order of `count` states with these moves, those from one state side by side.
    ///
    /// # Panics
    ///
    /// If customers could go round within a tick for ever, which `build` refuses.
    #[must_use]
    pub fn new(count: usize, moves: &[Move]) -> Self {
        let mut firsts = vec![0; count + 1];
        for (at, it) in moves.iter().enumerate() {
            firsts[it.from as usize + 1] = at + 1;
        }
        for state in 0..count {
            firsts[state + 1] = firsts[state + 1].max(firsts[state]);
        }
        let from = |state: u32| &moves[firsts[state as usize]..firsts[state as usize + 1]];
        let mut order = Self::default();
        if moves.iter().all(|it| it.now == 0.0) {
            return order;
        }
        let found = components(count, |state| {
            from(state).iter().filter(|it| it.now > 0.0).map(|it| it.to)
        });
        for states in found {
            let is_loop = |it: &Move| it.now > 0.0 && it.to == it.from;
            if states.len() > 1 || from(states[0]).iter().any(is_loop) {
                order.parts.push(Part::Group(order.groups.len()));
                order.groups.push(Group::eliminate(&states, from));
            }
            let first = order.moves.len();
            for state in &states {
                let outside = |it: &&Move| it.now > 0.0 && states.binary_search(&it.to).is_err();
                order.moves.extend(from(*state).iter().filter(outside));
            }
            let last = order.moves.len();
            match order.parts.last_mut() {
                Some(Part::Moves(range)) => range.end = last,
                _ if first < last => order.parts.push(Part::Moves(first..last)),
                _ => {}
            }
        }
        order
    }

    /// Makes of the customers who come from earlier ticks and from outside all who are in each
    /// state during the tick: n = a + P₀ᵀ n.
    #[inline]
    pub fn forward(&self, customers: &mut [f64]) {
        for part in &self.parts {
            match part {
                Part::Moves(range) => {
                    for it in &self.moves[range.clone()] {
                        customers[it.to as usize] += customers[it.from as usize] * it.now;
                    }
                }
                Part::Group(group) => self.groups[*group].forward(customers),
            }
        }
    }

    /// Makes of what each state is worth by itself and by later ticks what it is worth with its
    /// moves within the tick: v = r + P₀ v.
    #[inline]
    pub fn backward(&self, values: &mut [f64]) {
        self.backward_rows(values, 1, 0..1);
    }

    /// The same for several values at once: `columns` of the row of `width` that each state has.
    pub fn backward_rows(&self, values: &mut [f64], width: usize, columns: Range<usize>) {
        for part in self.parts.iter().rev() {
            match part {
                Part::Moves(range) => {
                    for it in self.moves[range.clone()].iter().rev() {
                        add_row(values, width, columns.clone(), it.from, it.now, it.to);
                    }
                }
                Part::Group(group) => self.groups[*group].backward(values, width, columns.clone()),
            }
        }
    }
}

/// Adds a multiple of the row of one state to that of another.
#[inline]
fn add_row(values: &mut [f64], width: usize, columns: Range<usize>, to: u32, factor: f64, from: u32) {
    let (to, from) = (to as usize * width, from as usize * width);
    let row = |first: usize| first + columns.start..first + columns.end;
    let (to, from) = if to < from {
        let (low, high) = values.split_at_mut(from);
        (&mut low[row(to)], &high[columns.clone()])
    } else {
        let (low, high) = values.split_at_mut(to);
        (&mut high[columns.clone()], &low[row(from)])
    };
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Key;

    fn check_solves(count: usize, moves: &[Move]) {
        let order = Order::new(count, moves);
        let given: Vec<f64> = (0..count).map(|it| 1.0 + (it * it % 7) as f64).collect();
        let (mut customers, mut values) = (given.clone(), given.clone());
        order.forward(&mut customers);
        order.backward(&mut values);
        let (mut sent, mut got) = (given.clone(), given.clone());
        for it in moves {
            sent[it.to as usize] += customers[it.from as usize] * it.now;
            got[it.from as usize] += values[it.to as usize] * it.now;
        }
        for state in 0..count {
            assert!((customers[state] / sent[state] - 1.0).abs() < 1e-12, "{moves:?}");
            assert!((values[state] / got[state] - 1.0).abs() < 1e-12, "{moves:?}");
        }
    }

    #[test]
    fn moves_within_a_tick_are_solved_both_ways_with_and_without_loops() {
        for seed in 0..300 {
            let mut luck = Key::new(seed).stream();
            let count = 1 + (luck.bits() % 12) as usize;
            let mut moves = Vec::new();
            for from in 0..count as u32 {
                let ways = luck.bits() % 4;
                for _ in 0..ways {
                    let to = (luck.bits() % count as u64) as u32;
                    let all = 1.0 / ways as f64;
                    let now = match luck.bits() % 3 {
                        0 => 0.0,
                        _ => all * luck.uniform(),
                    };
                    moves.push(Move {
                        from,
                        to,
                        now,
                        later: all - now,
                    });
                }
            }
            check_solves(count, &moves);
        }
    }

    #[test]
    fn a_loop_that_hardly_takes_time_is_not_cut_off() {
        let later = 2_f64.powi(-40);
        let step = |from: u32, to: u32, now: f64, later: f64| Move { from, to, now, later };
        let moves = [step(0, 1, 1.0, 0.0), step(1, 0, 1.0 - later, later)];
        let order = Order::new(2, &moves);
        let mut customers = [1.0, 0.0];
        order.forward(&mut customers);
        assert_eq!(customers, [1.0 / later, 1.0 / later]);
        let mut values = [0.0, 1.0];
        order.backward(&mut values);
        assert_eq!(values, [1.0 / later, 1.0 / later]);
    }

    #[test]
    fn a_loop_of_a_thousand_states_is_solved() {
        let count = 1_000;
        let mut moves = Vec::new();
        for from in 0..count {
            let mut go = |to: u32, now: f64, later: f64| moves.push(Move { from, to, now, later });
            go((from + 1) % count, 0.6, 0.1);
            go(from * 7 % count, 0.2, 0.1);
        }
        check_solves(count as usize, &moves);
    }
}
