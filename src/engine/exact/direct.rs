//! One pass through all states and ticks: for worlds in which time makes a difference, and for
//! the pipeline.

use crate::engine::tally::{Expected, Tally};
use crate::plan::Ways;
use crate::plan::states::EntryCase;

use super::Solver;
use super::booking::{Flow, Means};
use super::chain::{Chain, Link, Room};
use super::course::{Course, Leg};
use super::entrants::Entrants;

/// What has added up during a leg.
struct Sums {
    customers: Vec<f64>,
    arriving: Vec<f64>,
    landed: Vec<f64>,
}

/// Who comes into loops from outside, and on which ways.
struct Doors {
    /// By phase: the state left, the chance to arrive within the tick, and the place in a loop.
    now: Vec<Vec<(u32, f64, usize)>>,
    /// The conveyor, the share of what it brings, and the place in a loop.
    later: Vec<(u32, f64, usize)>,
    /// By place and tick.
    came: Vec<f64>,
}

impl Doors {
    fn of(solver: &Solver<'_>, chain: &Chain, entrants: &Entrants<'_>) -> Self {
        let ticks = solver.plan.clock.ticks as usize;
        let now = |links: &Vec<Link>| {
            let now = |it: &Link| {
                let chance = it.chance * chain.transits[it.delay as usize].now;
                let place = solver.door(it.from, it.to).filter(|_| chance > 0.0)?;
                Some((it.from, chance, place))
            };
            links.iter().filter_map(now).collect()
        };
        let mut later = Vec::new();
        for (at, conveyor) in chain.conveyors.iter().enumerate() {
            for it in &chain.deliveries[conveyor.deliveries.clone()] {
                let from = solver.states.edges[it.edge as usize].from;
                later.extend(solver.door(from, it.to).map(|place| (at as u32, it.chance, place)));
            }
        }
        let mut came = vec![0.0; solver.loops.places() * ticks];
        if !came.is_empty() {
            for tick in 0..ticks {
                entrants.each(tick, |state, customers| {
                    if let Some(place) = solver.place(state) {
                        came[place * ticks + tick] += customers;
                    }
                });
            }
        }
        Self {
            now: chain.links.iter().map(now).collect(),
            later,
            came,
        }
    }

    fn note(&mut self, (tick, ticks): (usize, usize), phase: usize, customers: &[f64], arriving: &[f64]) {
        for (from, chance, place) in &self.now[phase] {
            self.came[place * ticks + tick] += customers[*from as usize] * chance;
        }
        for (conveyor, share, place) in &self.later {
            self.came[place * ticks + tick] += arriving[*conveyor as usize] * share;
        }
    }
}

impl Solver<'_> {
    /// Follows all who enter, and books what they do; returns the expected moves.
    pub(super) fn follow(
        &self,
        room: &mut Room,
        ways: &Ways<'_>,
        course: &Course,
        means: &Means,
        entrants: &Entrants<'_>,
        tally: &mut Tally<Expected>,
    ) -> f64 {
        let (plan, states) = (self.plan, self.states);
        let ticks = plan.clock.ticks as usize;
        let links = course.links_of_states(states, &self.classes, ways);
        let chain = Chain::new(states.states.len(), links, &self.transits);
        let mut doors = Doors::of(self, &chain, entrants);
        let mut sums = Sums {
            customers: vec![0.0; states.states.len()],
            arriving: vec![0.0; chain.conveyors.len()],
            landed: vec![0.0; states.edges.len()],
        };
        let mut moves: f64 = entrants.departures.iter().map(|it| it.customers).sum();
        let nets = self.nets(means);
        let legs = course.legs(plan);
        let mut leg = 0;
        let phase_at = |tick: usize| course.phase_of[tick] as usize;
        let enter = |tick: usize, customers: &mut [f64]| {
            entrants.each(tick, |state, more| customers[state as usize] += more);
        };
        chain.run(room, 0..ticks, phase_at, enter, |tick, customers, arriving| {
            let now = legs[leg];
            sums.customers
                .iter_mut()
                .zip(customers)
                .for_each(|(sum, it)| *sum += it);
            sums.arriving.iter_mut().zip(arriving).for_each(|(sum, it)| *sum += it);
            doors.note((tick, ticks), now.phase, customers, arriving);
            if let Some(net) = tally.net.get_mut(tick) {
                let lines = nets[plan.bins[now.bin].stretch as usize].iter();
                *net += lines.map(|(state, it)| customers[*state as usize] * it).sum::<f64>();
            }
            for it in &entrants.departures {
                sums.landed[it.edge as usize] += it.customers * it.chances.get(tick).unwrap_or(&0.0);
            }
            let mut arrive = |stream: usize, case: &EntryCase, customers: f64| {
                self.book
                    .entry(tally, now.bin, stream, (case.state, case.gains), customers);
            };
            entrants.each_case(tick, &mut arrive);
            if tick + 1 == now.until {
                moves += self.book_leg(&chain, now, means, &mut sums, tally);
                leg += 1;
            }
        });
        for (at, conveyor) in chain.conveyors.iter().enumerate() {
            let under_way = chain.under_way(room, at, ticks);
            for it in &chain.deliveries[conveyor.deliveries.clone()] {
                tally.cut[states.edges[it.edge as usize].branch as usize] += it.chance * under_way;
            }
        }
        self.first_visits(room, course, &doors.came, tally);
        moves
    }

    /// Books what has added up during a leg, and begins anew; returns the expected moves.
    fn book_leg(&self, chain: &Chain, leg: Leg, means: &Means, sums: &mut Sums, tally: &mut Tally<Expected>) -> f64 {
        let (plan, states) = (self.plan, self.states);
        let stretch = plan.bins[leg.bin].stretch as usize;
        let mut moves = 0.0;
        for it in &chain.links[leg.phase] {
            let leaving = sums.customers[it.from as usize] * it.chance;
            sums.landed[it.edge as usize] += leaving * chain.transits[it.delay as usize].now;
            moves += leaving;
            self.book.decisions(tally, stretch, it.edge, leaving);
        }
        for (conveyor, arriving) in chain.conveyors.iter().zip(&sums.arriving) {
            for it in &chain.deliveries[conveyor.deliveries.clone()] {
                sums.landed[it.edge as usize] += it.chance * arriving;
            }
        }
        let flow = Flow {
            customers: &sums.customers,
            landed: &sums.landed,
        };
        let all = 0..states.states.len() as u32;
        self.book.bin(tally, means, leg.bin, all.clone(), flow);
        for state in all {
            let rows = states.rows_of(state as usize);
            self.book.groups(tally, means, stretch, state, rows, (1.0, flow));
        }
        sums.customers.fill(0.0);
        sums.arriving.fill(0.0);
        sums.landed.fill(0.0);
        moves
    }
}
