//! How often customers can do what is counted, as far as the ways of a journey tell.
//!
//! Given the world, Poisson streams give independent Poisson numbers of customers for every path
//! (Kingman, *Poisson Processes*, 1993): what each can do at most once is then exactly Poisson, in
//! every period.

use crate::journey::draft::SpreadDraft;
use crate::journey::{CONVERSION, EventId, StepId, Volume};
use crate::plan::{End, ForkPlan, Model, States};

use super::classes::{Classes, NONE};
use super::groups::Groups;
use super::landings::Landings;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// First conversions.
    Won,
    /// Conversion events.
    Conversions,
    /// Customers who end without having converted.
    Lost,
    /// Customers who end after having converted.
    Churned,
    /// Customers who end otherwise.
    Other,
    /// Customers under way at some time.
    Open,
    /// Those of them at a step of the stage at this position.
    OpenAt(u32),
    /// The event of this number.
    Event(u32),
    /// Visits of a step.
    Reached(u32),
    /// Customers who reach a step at all.
    Customers(u32),
    /// Decisions for a branch.
    Taken(u32),
    /// Customers who come as far as the stage at this position.
    Stage(u32),
    /// Customers who end at a step: those who had converted, or those who had not.
    Ends(u32, bool),
    /// Amounts booked at a step.
    Booked(u32),
}

/// How often customers can do it, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Often {
    /// Nobody ever.
    Never,
    /// Customers of Poisson streams, each at most once.
    PoissonOnce,
    /// Others as well, each at most once.
    Once,
    /// Some again and again.
    Again,
}

/// The ways of a journey, as far as they tell what can be done how often.
#[derive(Debug)]
pub struct Possible<'a> {
    model: Model<'a>,
    states: &'a States,
    classes: Classes,
    landings: Landings,
    /// By group of customers: which landings they can get to. Everybody is the first.
    reached: Vec<Reached>,
}

/// Where customers of a group can get.
#[derive(Debug, Clone, Default)]
struct Reached {
    /// By landing: those of Poisson streams.
    poisson: Vec<bool>,
    /// By landing: others.
    others: Vec<bool>,
    /// Whether there are any of the former, and of the latter.
    any: (bool, bool),
    /// Steps at which others wait at the beginning.
    waits_at: Vec<u32>,
}

impl<'a> Possible<'a> {
    /// What customers of a journey can do: everybody, and each group as [`super::Moments`] has them.
    #[must_use]
    pub fn of(model: Model<'a>, states: &'a States) -> Self {
        let classes = Classes::of(states);
        let landings = Landings::of(states, model.plan.streams.len(), &classes);
        let mut it = Self {
            model,
            states,
            classes,
            landings,
            reached: Vec::new(),
        };
        let groups = Groups::of(model, states);
        it.reached = (0..groups.count).map(|group| it.reach(&groups, group)).collect();
        it
    }

    /// Whether a stream's numbers are Poisson in every world.
    #[must_use]
    pub fn is_poisson(&self, stream: usize) -> bool {
        let it = &self.model.journey.streams[stream];
        let spreads = match it.spread {
            SpreadDraft::Poisson => true,
            SpreadDraft::Cv(cv) => cv <= 0.0,
            SpreadDraft::Fixed => false,
        };
        spreads && !matches!(it.volume, Volume::Count(..))
    }

    /// Whether a stream's numbers are known in every world.
    #[must_use]
    pub fn is_known(&self, stream: usize) -> bool {
        let it = &self.model.journey.streams[stream];
        it.spread == SpreadDraft::Fixed || matches!(it.volume, Volume::Count(..))
    }

    /// How often customers of a group can do this; of several, any of them.
    #[must_use]
    pub fn often(&self, group: usize, counts: &[Count]) -> Often {
        let reached = &self.reached[group];
        let inherent = |it: &Count| {
            matches!(
                it,
                Count::Won
                    | Count::Lost
                    | Count::Churned
                    | Count::Other
                    | Count::Open
                    | Count::OpenAt(_)
                    | Count::Customers(_)
                    | Count::Stage(_)
                    | Count::Ends(..)
            )
        };
        let is_once = counts.len() == 1 && inherent(&counts[0]);
        let counted: Vec<bool> = (0..self.landings.all.len())
            .map(|at| counts.iter().any(|it| self.counts(*it, at)))
            .collect();
        let among = |landings: &[bool]| counted.iter().zip(landings).any(|(counted, it)| *counted && *it);
        let (mut poisson, mut others) = (among(&reached.poisson), among(&reached.others));
        for it in counts {
            match it {
                Count::Open => (poisson, others) = reached.any,
                Count::OpenAt(stage) => {
                    let is_at = |step: &u32| self.model.plan.steps[*step as usize].stage == stage + 1;
                    others |= reached.waits_at.iter().any(is_at);
                }
                _ => {}
            }
        }
        match (poisson, others) {
            (false, false) => Often::Never,
            _ if !is_once && self.again(&counted, counts) => Often::Again,
            (true, false) => Often::PoissonOnce,
            (_, true) => Often::Once,
        }
    }

    /// Whether a landing counts. A decision counts where it is made: see [`Self::again`].
    fn counts(&self, count: Count, landing: usize) -> bool {
        let it = &self.landings.all[landing];
        if it.class == NONE {
            return false;
        }
        let of = self.states.states[self.classes.first[it.class as usize] as usize].step;
        let step = &self.model.plan.steps[of as usize];
        let events = &self.model.journey.step(StepId(of)).events;
        let ends = |end: End| step.fork == ForkPlan::End(end);
        match count {
            Count::Won => it.gains.won,
            Count::Conversions => it.gains.won || events.contains(&CONVERSION),
            Count::Event(event) if EventId(event) == CONVERSION => it.gains.won || events.contains(&CONVERSION),
            Count::Event(event) => events.contains(&EventId(event)),
            Count::Lost => ends(End::Left) && it.gains.lost,
            Count::Churned => ends(End::Left) && !it.gains.lost,
            Count::Other => ends(End::Other),
            Count::Open => false,
            Count::OpenAt(stage) => step.stage == stage + 1 && !matches!(step.fork, ForkPlan::End(_)),
            Count::Reached(step) | Count::Customers(step) | Count::Booked(step) => step == of,
            Count::Taken(branch) => self.leads_on(it.class, branch),
            Count::Stage(stage) => (it.gains.stages.0..it.gains.stages.1).contains(&stage),
            Count::Ends(step, converted) => step == of && it.gains.lost != converted,
        }
    }

    /// Whether a branch leads on from a class.
    fn leads_on(&self, class: u32, branch: u32) -> bool {
        let edges = self.states.states[self.classes.first[class as usize] as usize].edge_range();
        self.states.edges[edges].iter().any(|it| it.branch == branch)
    }

    /// Whether somebody who has counted can count once more.
    fn again(&self, counted: &[bool], counts: &[Count]) -> bool {
        let taken = |branch: u32| counts.contains(&Count::Taken(branch));
        let is_decision = counts.iter().any(|it| matches!(it, Count::Taken(_)));
        let mut begin = vec![false; counted.len()];
        for (landing, _) in counted.iter().enumerate().filter(|it| *it.1) {
            for edge in self.edges(self.landings.all[landing].class) {
                if !is_decision || taken(self.states.edges[edge].branch) {
                    begin[self.landings.of_edge[edge] as usize] = true;
                }
            }
        }
        let ahead = self.onward(begin);
        counted.iter().zip(&ahead).any(|(counted, it)| *counted && *it)
    }

    fn edges(&self, class: u32) -> std::ops::Range<usize> {
        self.states.states[self.classes.first[class as usize] as usize].edge_range()
    }

    /// All landings that can be got to from these, themselves included.
    fn onward(&self, mut reached: Vec<bool>) -> Vec<bool> {
        let mut open: Vec<usize> = (0..reached.len()).filter(|it| reached[*it]).collect();
        let mut is_done = vec![false; self.classes.first.len()];
        while let Some(landing) = open.pop() {
            let class = self.landings.all[landing].class;
            if class == NONE || std::mem::replace(&mut is_done[class as usize], true) {
                continue;
            }
            for edge in self.edges(class) {
                let next = self.landings.of_edge[edge] as usize;
                if !std::mem::replace(&mut reached[next], true) {
                    open.push(next);
                }
            }
        }
        reached
    }

    fn reach(&self, groups: &Groups, group: usize) -> Reached {
        let streams = self.model.plan.streams.len();
        let mut it = Reached::default();
        let mut begin = (
            vec![false; self.landings.all.len()],
            vec![false; self.landings.all.len()],
        );
        for (source, entry) in self.states.entries.iter().enumerate() {
            for (at, case) in entry.cases.iter().enumerate() {
                if !groups.of_case(source, at).any(|it| it == group) {
                    continue;
                }
                if source < streams && self.is_poisson(source) {
                    it.any.0 = true;
                    begin.0[self.landings.of_entry[source][at] as usize] = true;
                    continue;
                }
                it.any.1 = true;
                if source < streams {
                    begin.1[self.landings.of_entry[source][at] as usize] = true;
                    continue;
                }
                let state = &self.states.states[case.state as usize];
                it.waits_at.push(state.step);
                for edge in state.edge_range() {
                    begin.1[self.landings.of_edge[edge] as usize] = true;
                }
            }
        }
        (it.poisson, it.others) = (self.onward(begin.0), self.onward(begin.1));
        it
    }
}
