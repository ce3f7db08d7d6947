//! Where time makes no difference: what one arriving customer does, by the ticks since its
//! arrival, and what many do, by folding that with arrivals.

use std::ops::Range;

use super::Solver;
use super::booking::{Flow, Means};
use super::chain::{Chain, Room};
use super::cohorts::add_cohorts;
use super::course::{Course, stretch};
use super::doors::Doors;
use super::entrants::Entrants;
use super::links::{Link, of_state, reach, restrict};
use super::unit::{Beginning, Unit};
use super::windows::Windows;
use crate::engine::tally::{Expected, Tally};

/// More numbers than this are not kept; then every world is followed through all its ticks.
const NUMBERS_MAX: usize = 16_000_000;
/// Responses of more kinds of beginnings than this are forgotten when others are needed.
const UNITS_MAX: usize = 64;

/// Responses in worlds with the same ways.
#[derive(Debug)]
pub(super) struct Response {
    class_count: usize,
    links: Vec<Vec<Link>>,
    /// By edge: its link.
    link_of: Vec<u32>,
    units: Vec<Unit>,
    /// Whether it has served a world before.
    is_used: bool,
}

/// Customers of one stream who arrive during a stretch and begin alike.
struct Inflow {
    stream: usize,
    stretch: usize,
    unit: usize,
    /// States that stand for their rows of groups, and the share of the stream's customers.
    rows: Vec<(u32, f64)>,
}

impl Response {
    /// Nothing yet, for worlds with these ways; `None` if they change with time.
    pub(super) fn new(solver: &Solver<'_>, course: &Course) -> Option<Self> {
        if course.links.len() > 1 {
            return None;
        }
        let mut link_of = vec![0; solver.states.edges.len()];
        for (at, it) in course.links[0].iter().enumerate() {
            link_of[it.edge as usize] = at as u32;
        }
        Some(Self {
            class_count: solver.classes.first.len(),
            links: course.links.clone(),
            link_of,
            units: Vec::new(),
            is_used: false,
        })
    }

    /// Whether it holds for these ways.
    pub(super) fn fits(&self, course: &Course) -> bool {
        self.links == course.links
    }

    /// Who begins how, by stream and stretch; beginnings that are not known yet are added to `new`.
    fn inflows(&self, solver: &Solver<'_>, entrants: &Entrants<'_>, new: &mut Vec<Beginning>) -> Vec<Inflow> {
        let mut inflows: Vec<Inflow> = Vec::new();
        let known = self.units.len();
        for (stream, by_stretch) in entrants.shares.iter().enumerate() {
            for (stretch, shares) in by_stretch.iter().enumerate() {
                let cases = solver.states.entries[stream].cases.iter().zip(shares);
                let mut groups: Vec<(u32, Beginning)> = Vec::new();
                for (case, share) in cases.filter(|it| *it.1 > 0.0) {
                    let rows = solver.states.rows_of(case.state as usize);
                    let class = solver.classes.of[case.state as usize];
                    let known = groups
                        .iter_mut()
                        .find(|it| solver.states.rows_of(it.0 as usize) == rows);
                    match known {
                        Some((_, beginning)) => beginning.push((class, *share)),
                        None => groups.push((case.state, vec![(class, *share)])),
                    }
                }
                for (state, mut beginning) in groups {
                    let all: f64 = beginning.iter().map(|it| it.1).sum();
                    for it in &mut beginning {
                        it.1 /= all;
                    }
                    let position = self.units.iter().position(|it| it.beginning == beginning);
                    let position = position.or_else(|| Some(known + new.iter().position(|it| *it == beginning)?));
                    let unit = position.unwrap_or_else(|| {
                        new.push(beginning);
                        known + new.len() - 1
                    });
                    let mut same = inflows.iter_mut().rev();
                    match same.find(|it| (it.stream, it.stretch, it.unit) == (stream, stretch, unit)) {
                        Some(inflow) => inflow.rows.push((state, all)),
                        None => inflows.push(Inflow {
                            stream,
                            stretch,
                            unit,
                            rows: vec![(state, all)],
                        }),
                    }
                }
            }
        }
        inflows
    }

    /// Books all who arrive; returns the expected moves, and who came into loops if their first
    /// visits are not booked yet. `None`, and nothing is booked, if too much would have to be kept.
    pub(super) fn expect(
        &mut self,
        solver: &Solver<'_>,
        room: &mut Room,
        course: &Course,
        means: &Means,
        entrants: &Entrants<'_>,
        tally: &mut Tally<Expected>,
    ) -> Option<(f64, Vec<f64>)> {
        let plan = solver.plan;
        let ticks = plan.clock.ticks as usize;
        if self.units.len() > UNITS_MAX {
            self.units.clear();
        }
        let mut new = Vec::new();
        let inflows = self.inflows(solver, entrants, &mut new);
        let rows = 2 * self.width() + plan.visited.len() + 1;
        if (self.units.len() + new.len()) * rows * ticks > NUMBERS_MAX {
            return None;
        }
        for beginning in new {
            self.units.push(Unit::of(solver, room, course, beginning));
        }
        // For a single world it is less work to follow all beginnings at once.
        let are_folded = self.is_used || self.units.len() <= 2;
        if are_folded {
            for unit in &mut self.units {
                unit.work_out_first_visits(solver, room, course);
            }
        }
        self.is_used = true;
        let bins: Vec<Range<usize>> = plan.bins.iter().map(|it| ticks_of(it.ticks)).collect();
        let mut by_bin = vec![0.0; bins.len() * self.width()];
        for (at, unit) in self.units.iter().enumerate() {
            let mut arrivals = vec![0.0; ticks];
            for it in inflows.iter().filter(|it| it.unit == at) {
                let share: f64 = it.rows.iter().map(|it| it.1).sum();
                for tick in stretch(plan, it.stretch) {
                    arrivals[tick] += entrants.arrivals[it.stream][tick] * share;
                }
            }
            if arrivals.iter().all(|it| *it == 0.0) {
                continue;
            }
            let windows = Windows::of(&arrivals, bins.iter().map(ExactSizeIterator::len).chain([ticks]));
            for (bin, sums) in bins.iter().zip(by_bin.chunks_exact_mut(self.width())) {
                self.fold(unit, windows.before(bin), sums);
            }
            let everything = windows.before(&(0..ticks));
            for (sum, visits) in tally.distinct.iter_mut().zip(unit.first_visits.iter().flatten()) {
                *sum += visits.fold(everything);
            }
            unit.cut(solver, &arrivals, tally);
            unit.discounted(solver, means, &arrivals, tally);
            if let Some(cohorts) = &mut tally.cohorts {
                add_cohorts(plan, &arrivals, &unit.won.in_full(ticks), &mut cohorts.won);
                add_cohorts(plan, &arrivals, &unit.left.in_full(ticks), &mut cohorts.left);
            }
        }
        let moves = self.book_bins(solver, means, &by_bin, tally);
        for it in &inflows {
            self.book_groups(solver, means, entrants, it, tally);
        }
        let came = if are_folded {
            Vec::new()
        } else {
            self.come_into_loops(solver, room, entrants)
        };
        Some((moves, came))
    }

    /// Who comes into loops when, of all together.
    fn come_into_loops(&self, solver: &Solver<'_>, room: &mut Room, entrants: &Entrants<'_>) -> Vec<f64> {
        let ticks = solver.plan.clock.ticks as usize;
        let class = |state: u32| solver.classes.of[state as usize];
        let classes = reach(self.class_count, &self.links, entrants.entered().map(class), |_| true);
        let chain = Chain::new(
            classes.len(),
            restrict(&self.links, &classes, |it| *it),
            &solver.transits,
        );
        let mut doors = Doors::of(&solver.loops, &chain, ticks, |node| classes[node as usize]);
        doors.enter_all(&solver.loops, entrants, class);
        let node = |state: u32| classes.binary_search(&class(state)).expect("it is reached");
        let enter = |tick: usize, customers: &mut [f64]| {
            entrants.each(tick, |state, more| customers[node(state)] += more);
        };
        let note = |tick: usize, customers: &[f64], arriving: &[f64]| doors.note(tick, 0, customers, arriving);
        chain.run(room, 0..ticks, |_| 0, enter, note);
        doors.came
    }

    fn width(&self) -> usize {
        self.class_count + self.links[0].len()
    }

    /// Adds who comes to each class and on each link in a range of ticks.
    fn fold(&self, unit: &Unit, before: &[f64], sums: &mut [f64]) {
        let (customers, landed) = sums.split_at_mut(self.class_count);
        let chain = &unit.chain;
        let folded: Vec<f64> = unit.customers.iter().map(|it| it.fold(before)).collect();
        for (class, it) in unit.classes.iter().zip(&folded) {
            customers[*class as usize] += it;
        }
        let link = |edge: u32| self.link_of[edge as usize] as usize;
        for it in &chain.links[0] {
            landed[link(it.edge)] += folded[it.from as usize] * it.chance * chain.transits[it.delay as usize].now;
        }
        for (it, row) in chain.conveyors.iter().zip(&unit.arriving) {
            let arriving = row.fold(before);
            for it in &chain.deliveries[it.deliveries.clone()] {
                landed[link(it.edge)] += it.chance * arriving;
            }
        }
    }

    /// Sorts what is known by class and link into states and edges.
    fn spread(&self, solver: &Solver<'_>, classes: &[u32], sums: &[f64], spread: &mut Spread) {
        let (customers, landed) = sums.split_at(self.class_count);
        for class in classes {
            let state = solver.classes.first[*class as usize] as usize;
            spread.customers[state] = customers[*class as usize];
            for edge in solver.states.states[state].edge_range() {
                spread.landed[edge] = 0.0;
            }
        }
        for class in classes {
            for it in of_state(&self.links[0], *class) {
                spread.landed[it.edge as usize] = landed[self.link_of[it.edge as usize] as usize];
            }
        }
    }

    fn book_bins(&self, solver: &Solver<'_>, means: &Means, by_bin: &[f64], tally: &mut Tally<Expected>) -> f64 {
        let mut spread = Spread::new(solver);
        let mut moves = 0.0;
        let all: Vec<u32> = (0..self.class_count as u32).collect();
        for (bin, sums) in by_bin.chunks_exact(self.width()).enumerate() {
            let stretch = solver.plan.bins[bin].stretch as usize;
            for it in &self.links[0] {
                let leaving = sums[it.from as usize] * it.chance;
                solver.book.decisions(tally, stretch, it.edge, leaving);
                moves += leaving;
            }
            self.spread(solver, &all, sums, &mut spread);
            let states = solver.classes.first.iter().copied();
            solver.book.bin(tally, means, bin, states, spread.flow());
        }
        moves
    }

    fn book_groups(
        &self,
        solver: &Solver<'_>,
        means: &Means,
        entrants: &Entrants<'_>,
        inflow: &Inflow,
        tally: &mut Tally<Expected>,
    ) {
        let plan = solver.plan;
        let mut arrivals = vec![0.0; plan.clock.ticks as usize];
        for tick in stretch(plan, inflow.stretch) {
            arrivals[tick] = entrants.arrivals[inflow.stream][tick];
        }
        if arrivals.iter().all(|it| *it == 0.0) {
            return;
        }
        // Nobody does anything before arriving.
        let later: Vec<Range<usize>> = (inflow.stretch..plan.stretches.len())
            .map(|it| stretch(plan, it))
            .collect();
        let windows = Windows::of(&arrivals, later.iter().map(ExactSizeIterator::len));
        let unit = &self.units[inflow.unit];
        let mut sums = vec![0.0; self.width()];
        let mut spread = Spread::new(solver);
        for (at, range) in later.iter().enumerate() {
            sums.fill(0.0);
            self.fold(unit, windows.before(range), &mut sums);
            self.spread(solver, &unit.classes, &sums, &mut spread);
            for (state, share) in &inflow.rows {
                let rows = solver.states.rows_of(*state as usize);
                for class in &unit.classes {
                    let of_class = solver.classes.first[*class as usize];
                    let flow = (*share, spread.flow());
                    solver
                        .book
                        .groups(tally, means, inflow.stretch + at, of_class, rows, flow);
                }
            }
        }
    }
}

/// Expected customers by state and edge; what is not set stays 0.
struct Spread {
    customers: Vec<f64>,
    landed: Vec<f64>,
}

impl Spread {
    fn new(solver: &Solver<'_>) -> Self {
        Self {
            customers: vec![0.0; solver.states.states.len()],
            landed: vec![0.0; solver.states.edges.len()],
        }
    }

    fn flow(&self) -> Flow<'_> {
        Flow {
            customers: &self.customers,
            landed: &self.landed,
        }
    }
}

fn ticks_of(range: crate::clock::TickRange) -> Range<usize> {
    range.from as usize..range.until as usize
}
