//! Who comes into loops from outside of them, tick by tick.

use super::chain::Chain;
use super::entrants::Entrants;
use super::links::Link;
use super::loops::Loops;

/// The ways that lead into loops, and who came on them.
#[derive(Debug)]
pub(super) struct Doors {
    /// By phase: the state left, the chance to arrive within the tick, and the place in a loop.
    now: Vec<Vec<(u32, f64, usize)>>,
    /// The conveyor, the share of what it brings, and the place in a loop.
    later: Vec<(u32, f64, usize)>,
    /// By place and tick.
    pub(super) came: Vec<f64>,
    ticks: usize,
}

impl Doors {
    /// The doors on the ways of a chain; `class` tells the class of its states.
    pub(super) fn of(loops: &Loops, chain: &Chain, ticks: usize, class: impl Fn(u32) -> u32) -> Self {
        let place = |state: u32| loops.places[class(state) as usize];
        let door = |from: u32, to: u32| {
            let (to, at) = place(to)?;
            let is_inside = place(from).is_some_and(|it| it.0 == to);
            (!is_inside).then_some(at as usize)
        };
        let now = |links: &Vec<Link>| {
            let now = |it: &Link| {
                let chance = it.chance * chain.transits[it.delay as usize].now;
                let place = door(it.from, it.to).filter(|_| chance > 0.0)?;
                Some((it.from, chance, place))
            };
            links.iter().filter_map(now).collect()
        };
        let mut later = Vec::new();
        for (at, conveyor) in chain.conveyors.iter().enumerate() {
            for it in &chain.deliveries[conveyor.deliveries.clone()] {
                let door = door(chain.from(conveyor), it.to);
                later.extend(door.map(|place| (at as u32, it.chance, place)));
            }
        }
        Self {
            now: chain.links.iter().map(now).collect(),
            later,
            came: vec![0.0; loops.count() * ticks],
            ticks,
        }
    }

    /// Customers enter the journey in a class.
    pub(super) fn enter(&mut self, loops: &Loops, tick: usize, class: u32, customers: f64) {
        if let Some((_, place)) = loops.places[class as usize] {
            self.came[place as usize * self.ticks + tick] += customers;
        }
    }

    /// Everybody enters the journey.
    pub(super) fn enter_all(&mut self, loops: &Loops, entrants: &Entrants<'_>, class: impl Fn(u32) -> u32) {
        if loops.count() > 0 {
            for tick in 0..self.ticks {
                entrants.each(tick, |state, customers| {
                    self.enter(loops, tick, class(state), customers);
                });
            }
        }
    }

    /// Customers move, as a run of the chain tells.
    pub(super) fn note(&mut self, tick: usize, phase: usize, customers: &[f64], arriving: &[f64]) {
        for (from, chance, place) in &self.now[phase] {
            self.came[place * self.ticks + tick] += customers[*from as usize] * chance;
        }
        for (conveyor, share, place) in &self.later {
            self.came[place * self.ticks + tick] += arriving[*conveyor as usize] * share;
        }
    }
}
