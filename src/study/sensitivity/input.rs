//! What is uncertain: the draws of a journey, parted into inputs that are independent of each other.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::journey::assumption::{DrawKind, RedrawGroup};
use crate::journey::law::{Bounds, Law};
use crate::journey::{DrawId, Journey, World};

use super::names::{Named, Names};

/// Draws of a fork are looked at apart if they pass 1 together less often than this.
const PASSES_RARELY: f64 = 1e-6;
/// More names than this are not spelled out.
const NAMES_MAX: usize = 3;

/// Draws that depend on each other, and on no other draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Input {
    /// How it is told.
    pub(super) named: Named,
    /// Positions of its draws.
    pub(super) draws: Vec<usize>,
    /// The numbers it is made of.
    pub(super) numbers: Vec<Number>,
}

/// One uncertain number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// How it is told.
    pub(super) named: Named,
    /// Where it is in a world.
    pub(super) place: Place,
}

/// Where an uncertain number is in a world.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// Draws of their own, all by the same luck.
    Alone(Vec<usize>),
    /// A share of a whole.
    Share(usize, Range<usize>),
}

/// A number at some value, in a world.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    /// The world.
    pub(super) world: World,
    /// The value.
    pub(super) value: f64,
    /// Whether it would have been beyond what the others of its fork leave.
    pub(super) is_limited: bool,
}

/// The inputs of a journey, in the order of their draws.
pub(super) fn inputs(journey: &Journey) -> Vec<Input> {
    let draws = &journey.draws;
    let names = Names::of(journey);
    let mut sets = Sets::new(draws.draws.len());
    for whole in &draws.wholes {
        whole.clone().for_each(|at| sets.join(whole.start, at));
    }
    // A change may draw the number of a path anew: by the same luck, since that is keyed by the path.
    let mut first_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, draw) in draws.draws.iter().enumerate() {
        if matches!(draw.kind, DrawKind::Alone(..)) {
            let first = *first_of.entry(&draw.path).or_insert(at);
            sets.join(first, at);
        }
    }
    for group in &draws.groups {
        for sum in &group.sums {
            if may_pass(journey, group, sum) {
                sum.1.iter().for_each(|at| sets.join(sum.1[0], *at));
            }
        }
    }
    let is_open = |at: &usize| match draws.draws[*at].kind {
        DrawKind::Alone(law, bounds) => law.sd(bounds) > 0.0,
        DrawKind::Dirichlet(_) => true,
    };
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in (0..draws.draws.len()).filter(is_open) {
        members.entry(sets.root(at)).or_default().push(at);
    }
    let mut inputs: Vec<Input> = members.into_values().map(|it| input(journey, &names, it)).collect();
    inputs.sort_by_key(|it| it.draws[0]);
    inputs
}

fn input(journey: &Journey, names: &Names<'_>, members: Vec<usize>) -> Input {
    let draws = &journey.draws;
    let mut numbers: Vec<Number> = Vec::new();
    for at in &members {
        let named = names.draw(*at);
        let whole = draws.wholes.iter().find(|it| it.contains(at));
        let known = numbers
            .iter_mut()
            .find(|it| whole.is_none() && it.named.path == named.path);
        match (known.map(|it| &mut it.place), whole) {
            (Some(Place::Alone(all)), _) => all.push(*at),
            (_, Some(whole)) => numbers.push(Number {
                named,
                place: Place::Share(*at, whole.clone()),
            }),
            (_, None) => numbers.push(Number {
                named,
                place: Place::Alone(vec![*at]),
            }),
        }
    }
    Input {
        named: name_of(names, &numbers),
        draws: members,
        numbers,
    }
}

/// The name of a number; of a whole, the fork with all its branches; of several, all of them.
fn name_of(names: &Names<'_>, numbers: &[Number]) -> Named {
    let first = &numbers[0];
    if let (Place::Share(..), [_, _, ..]) = (&first.place, numbers) {
        let mut parts: Vec<&str> = first.named.path.split('.').collect();
        if parts.len() > 2 {
            parts[2] = "*";
        }
        return names.other(&parts.join("."), "chance");
    }
    if numbers.len() == 1 {
        return first.named.clone();
    }
    let joined = |word: &str, of: fn(&Named) -> &str| {
        let shown: Vec<&str> = numbers.iter().take(NAMES_MAX).map(|it| of(&it.named)).collect();
        match numbers.len() - shown.len() {
            0 => shown.join(word),
            more => format!("{}{word}{more} more", shown.join(word)),
        }
    };
    Named {
        path: joined(" + ", |it| &it.path),
        title: joined(" + ", |it| &it.title),
        ..first.named.clone()
    }
}

/// Whether chances may pass 1 together more than once in a while: if each stays below a quantile
/// that it passes hardly ever, and these leave room, they do not.
fn may_pass(journey: &Journey, group: &RedrawGroup, (known, draws): &(f64, Vec<usize>)) -> bool {
    let rare = PASSES_RARELY / group.draws.len() as f64;
    let high = |at: &usize| match journey.draws.draws[*at].kind {
        DrawKind::Alone(law, bounds) => law.quantile(bounds, 1.0 - rare),
        DrawKind::Dirichlet(_) => 1.0,
    };
    draws.len() > 1 && known + draws.iter().map(high).sum::<f64>() > 1.0
}

impl Number {
    /// What it is in a world.
    pub(super) fn value(&self, world: &World) -> f64 {
        world.value(DrawId::at(self.draws()[0]))
    }

    /// Its quantile.
    pub(super) fn quantile(&self, journey: &Journey, p: f64) -> f64 {
        let (law, bounds) = match &self.place {
            Place::Alone(draws) => law(journey, draws[0]),
            Place::Share(at, whole) => marginal(journey, *at, whole),
        };
        law.quantile(bounds, p)
    }

    /// A world with this number at a quantile of its own. The other shares of a whole keep their
    /// proportions; a chance takes no more than the others of its fork leave.
    pub(super) fn at_quantile(&self, journey: &Journey, world: World, p: f64) -> Placed {
        let Place::Alone(draws) = &self.place else {
            let value = self.quantile(journey, p);
            let world = self.beside(journey, world, p, &[]);
            return Placed {
                // A share of its own whole leaves room for the others, as a quantile of a beta does.
                world: world.unwrap_or_else(|| journey.draws.mean_world()),
                value,
                is_limited: false,
            };
        };
        let mut placed = Placed {
            world,
            value: 0.0,
            is_limited: false,
        };
        for at in draws.iter().rev() {
            let (law, bounds) = law(journey, *at);
            let wanted = law.quantile(bounds, p);
            let most = most(journey, &placed.world, *at);
            placed.is_limited |= wanted > most;
            placed.value = wanted.min(most);
            placed.world = placed.world.with(DrawId::at(*at), placed.value);
        }
        placed
    }

    /// A world with this number at a quantile of its own, whatever that leaves to others; shares of
    /// the same whole that are `held` stay. `None` if these leave no room.
    pub(super) fn beside(&self, journey: &Journey, world: World, p: f64, held: &[usize]) -> Option<World> {
        match &self.place {
            Place::Alone(draws) => {
                let put = |world: World, at: &usize| {
                    let (law, bounds) = law(journey, *at);
                    world.with(DrawId::at(*at), law.quantile(bounds, p))
                };
                Some(draws.iter().fold(world, put))
            }
            Place::Share(at, whole) => {
                let value = self.quantile(journey, p);
                let others = || whole.clone().filter(|it| it != at);
                let share = |it: usize| world.value(DrawId::at(it));
                let kept: f64 = others().filter(|it| held.contains(it)).map(share).sum();
                let moved: Vec<usize> = others().filter(|it| !held.contains(it)).collect();
                let before: f64 = moved.iter().map(|it| share(*it)).sum();
                let left = 1.0 - value - kept;
                if left < 0.0 || before <= 0.0 {
                    return None;
                }
                let put = |world: World, it: &usize| {
                    let share = world.value(DrawId::at(*it));
                    world.with(DrawId::at(*it), share * left / before)
                };
                let world = moved.iter().fold(world.clone(), put);
                Some(world.with(DrawId::at(*at), value))
            }
        }
    }

    /// Whether it is one of two shares of a whole, and `other` is the other one.
    pub(super) fn mirrors(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Share(_, one), Place::Share(_, whole)) => one == whole && whole.len() == 2,
            _ => false,
        }
    }

    /// Positions of its draws.
    pub(super) fn draws(&self) -> &[usize] {
        match &self.place {
            Place::Alone(draws) => draws,
            Place::Share(at, _) => std::slice::from_ref(at),
        }
    }
}

/// The law of a draw of its own.
fn law(journey: &Journey, at: usize) -> (Law, Bounds) {
    match journey.draws.draws[at].kind {
        DrawKind::Alone(law, bounds) => (law, bounds),
        DrawKind::Dirichlet(_) => unreachable!("shares of a whole have a law together"),
    }
}

/// The law of one share of a whole: of a Dirichlet it is a beta.
fn marginal(journey: &Journey, at: usize, whole: &Range<usize>) -> (Law, Bounds) {
    let parameter = |at: usize| match journey.draws.draws[at].kind {
        DrawKind::Dirichlet(parameter) => parameter,
        DrawKind::Alone(..) => 0.0,
    };
    let others = whole.clone().filter(|it| *it != at).map(parameter).sum();
    let law = Law::Beta {
        a: parameter(at),
        b: others,
    };
    (law, Bounds::CHANCE)
}

/// The most that a chance can be in a world, as the others of its forks leave it.
fn most(journey: &Journey, world: &World, at: usize) -> f64 {
    let groups = journey.draws.groups.iter().filter(|it| it.draws.contains(&at));
    let sums = groups.flat_map(|it| &it.sums).filter(|it| it.1.contains(&at));
    let left = sums.map(|(known, draws)| {
        let times = draws.iter().filter(|it| **it == at).count() as f64;
        let others = draws.iter().filter(|it| **it != at);
        let taken = known + others.map(|it| world.value(DrawId::at(*it))).sum::<f64>();
        ((1.0 - taken) / times).max(0.0)
    });
    left.fold(f64::INFINITY, f64::min)
}

/// Sets that can be joined.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    /// The lowest is the root.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}
