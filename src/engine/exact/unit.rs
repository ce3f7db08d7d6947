//! What is expected of one customer, by the ticks since it entered.

use crate::engine::tally::{Expected, Tally};

use super::Solver;
use super::booking::Means;
use super::chain::{Chain, Ends, Room};
use super::course::{Course, stretch};
use super::doors::Doors;
use super::links::{reach, restrict};
use super::transit::{Kind, dot};

/// How customers begin: classes and their shares.
pub(super) type Beginning = Vec<(u32, f64)>;

/// What is expected of one customer with some beginning.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) beginning: Beginning,
    /// The classes that it leads to, and the links between them.
    pub(super) classes: Vec<u32>,
    pub(super) chain: Chain,
    /// Arrivals in each of the classes.
    pub(super) customers: Vec<Row>,
    /// Arrivals from each conveyor.
    pub(super) arriving: Vec<Row>,
    /// Arrivals in loops from outside, by place.
    came: Vec<Row>,
    /// First arrivals at each visited step of a loop, once they are worked out.
    pub(super) first_visits: Option<Vec<Row>>,
    /// First conversions after the arrival.
    pub(super) won: Row,
    /// Those who then leave or end otherwise.
    pub(super) left: Row,
}

/// A number for each tick since the arrival, from the first on that is not 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    first: usize,
    numbers: Vec<f64>,
}

impl Row {
    fn of(numbers: &[f64]) -> Self {
        let first = numbers.iter().position(|it| *it != 0.0).unwrap_or(numbers.len());
        let last = numbers.iter().rposition(|it| *it != 0.0).map_or(first, |it| it + 1);
        Self {
            first,
            numbers: numbers[first..last].to_vec(),
        }
    }

    /// The sum of products with numbers from 0 on.
    #[inline]
    pub(super) fn fold(&self, with: &[f64]) -> f64 {
        let last = with.len().min(self.first + self.numbers.len());
        if last <= self.first {
            return 0.0;
        }
        dot(&self.numbers[..last - self.first], &with[self.first..last])
    }

    pub(super) fn in_full(&self, ticks: usize) -> Vec<f64> {
        let mut numbers = vec![0.0; ticks];
        numbers[self.first..self.first + self.numbers.len()].copy_from_slice(&self.numbers);
        numbers
    }
}

impl Unit {
    pub(super) fn of(solver: &Solver<'_>, room: &mut Room, course: &Course, beginning: Beginning) -> Self {
        let plan = solver.plan;
        let starts = beginning.iter().map(|it| it.0);
        let classes = reach(solver.classes.first.len(), &course.links, starts, |_| true);
        let chain = Chain::new(
            classes.len(),
            restrict(&course.links, &classes, |it| *it),
            &solver.transits,
        );
        let starts: Vec<(usize, f64)> = beginning
            .iter()
            .map(|(class, share)| (classes.binary_search(class).expect("it is reached"), *share))
            .collect();
        let ticks = plan.clock.ticks as usize;
        let mut customers = vec![0.0; chain.states * ticks];
        let mut arriving = vec![0.0; chain.conveyors.len() * ticks];
        let (mut won, mut left) = (vec![0.0; ticks], vec![0.0; ticks]);
        let mut doors = Doors::of(&solver.loops, &chain, ticks, |node| classes[node as usize]);
        for (class, share) in &beginning {
            doors.enter(&solver.loops, 0, *class, *share);
        }
        let converts = Ends::of(&chain, |edge| solver.is_won(edge));
        let leaves = Ends::of(&chain, |edge| solver.leaves_won(edge));
        let enter = |tick: usize, customers: &mut [f64]| {
            if tick == 0 {
                for (node, share) in &starts {
                    customers[*node] += share;
                }
            }
        };
        chain.run(
            room,
            0..ticks,
            |_| 0,
            enter,
            |tick, now, came| {
                for (at, it) in now.iter().enumerate() {
                    customers[at * ticks + tick] = *it;
                }
                for (at, it) in came.iter().enumerate() {
                    arriving[at * ticks + tick] = *it;
                }
                doors.note(tick, 0, now, came);
                won[tick] = converts.reached(0, now, came);
                left[tick] = leaves.reached(0, now, came);
            },
        );
        let rows = |numbers: &[f64]| numbers.chunks_exact(ticks).map(Row::of).collect();
        Self {
            beginning,
            classes,
            chain,
            customers: rows(&customers),
            arriving: rows(&arriving),
            came: rows(&doors.came),
            first_visits: None,
            won: Row::of(&won),
            left: Row::of(&left),
        }
    }

    /// First arrivals at each visited step of a loop.
    pub(super) fn work_out_first_visits(&mut self, solver: &Solver<'_>, room: &mut Room, course: &Course) {
        if self.first_visits.is_some() {
            return;
        }
        let ticks = solver.plan.clock.ticks as usize;
        let came: Vec<f64> = self.came.iter().flat_map(|it| it.in_full(ticks)).collect();
        let mut first_visits = vec![0.0; solver.plan.visited.len() * ticks];
        let tell = |visit: usize, tick: usize, customers: f64| first_visits[visit * ticks + tick] += customers;
        solver.first_visits(room, course, &came, tell);
        self.first_visits = Some(first_visits.chunks_exact(ticks).map(Row::of).collect());
    }

    /// Who is still on a conveyor at the horizon.
    pub(super) fn cut(&self, solver: &Solver<'_>, arrivals: &[f64], tally: &mut Tally<Expected>) {
        // By delay: of each age, from the oldest to the youngest, how many have that age and the
        // delay is not over.
        let mut known: Vec<(u32, Vec<f64>)> = Vec::new();
        for conveyor in &self.chain.conveyors {
            let position = known.iter().position(|it| it.0 == conveyor.delay);
            let position = position.unwrap_or_else(|| {
                let kind = &self.chain.transits[conveyor.delay as usize].kind;
                known.push((conveyor.delay, under_way(kind, arrivals)));
                known.len() - 1
            });
            let from = &self.customers[self.chain.from(conveyor) as usize];
            let under_way = from.fold(&known[position].1);
            for it in &self.chain.deliveries[conveyor.deliveries.clone()] {
                let branch = solver.states.edges[it.edge as usize].branch;
                tally.cut[branch as usize] += it.chance * under_way;
            }
        }
    }

    /// Revenue minus cost tick by tick, if it is discounted.
    pub(super) fn discounted(&self, solver: &Solver<'_>, means: &Means, arrivals: &[f64], tally: &mut Tally<Expected>) {
        if tally.net.is_empty() {
            return;
        }
        let (plan, ticks) = (solver.plan, arrivals.len());
        for at in 0..plan.stretches.len() {
            let mut of_one = vec![0.0; ticks];
            for (row, class) in self.customers.iter().zip(&self.classes) {
                let net = solver.book.net(means, at, solver.classes.first[*class as usize]);
                if net != 0.0 {
                    for (sum, customers) in of_one[row.first..].iter_mut().zip(&row.numbers) {
                        *sum += net * customers;
                    }
                }
            }
            of_one.reverse();
            for tick in stretch(plan, at) {
                tally.net[tick] += dot(&arrivals[..=tick], &of_one[ticks - 1 - tick..]);
            }
        }
    }
}

/// For each age at which customers leave: how many of them are still under way at the horizon.
fn under_way(kind: &Kind, arrivals: &[f64]) -> Vec<f64> {
    let ticks = arrivals.len();
    let mut under_way: Vec<f64> = match kind {
        Kind::None => vec![0.0; ticks],
        Kind::Pool { first, stay, hazard } => arrivals
            .iter()
            .scan(0.0, |pool, arrivals| {
                *pool = arrivals + stay * *pool;
                Some(*pool * first / hazard)
            })
            .collect(),
        Kind::Ticks(it) => (1..=ticks).map(|end| it.under_way(arrivals, 0, end)).collect(),
    };
    under_way.reverse();
    under_way
}
