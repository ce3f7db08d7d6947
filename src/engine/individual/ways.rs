//! The ways that lead to steps, and what can be known of them before anybody walks there.

use crate::journey::Atom;
use crate::plan::{Field, ForkPlan, Memory, Plan};

use super::super::tally::COHORT_PERIODS_MAX;

/// Everything that the walk looks up, worked out once.
#[derive(Debug)]
pub(super) struct Ways {
    /// All branches, then all streams, then, if somebody is under way when it begins, all branches
    /// again for those who have come to their end.
    pub(super) all: Vec<Way>,
    /// What a customer carries: the memory of the plan, and more.
    pub(super) memory: Memory,
    /// By visited step: how often the customer was there.
    pub(super) visits: Vec<Visits>,
    /// Period of arrival, if arrivals won are counted by it.
    pub(super) period: Option<Field>,
    /// Tick of arrival, if a rule looks at it.
    pub(super) arrived: Option<Field>,
    /// The visited step at which a customer of the pipeline was when it began, plus 1, until it
    /// comes back there.
    pub(super) began_at: Option<Field>,
    /// Rows of groups in every pack but the first, as counted from the pack's own first row.
    pub(super) more_rows: Vec<(Field, u32)>,
}

/// A way to a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// The step it starts from, if it is a branch whose delay is still to come.
    pub(super) from: Option<u32>,
    /// The step it leads to.
    pub(super) to: u32,
    /// The column that counts who gets to its end.
    pub(super) column: usize,
    /// How long it takes.
    pub(super) length: Length,
    /// What its end does for the funnel.
    pub(super) gain: Gain,
}

/// How long a way takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Always so many ticks.
    Certain(u32),
    /// Drawn from this table.
    Table(u32),
    /// Another table for other customers or times.
    Differs,
    /// It has passed: whoever is on the way has landed and been counted.
    Done,
}

/// Which customers come further than before, at the end of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gain {
    /// Nobody does.
    None,
    /// All have come to the first stage before, and now to the second.
    All(u32, u32),
    /// Those who have not yet come to this stage.
    Some(u32),
}

/// How often a customer was at a step, in a few bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visits {
    /// Where they are counted.
    pub(super) field: Field,
    /// What follows the largest number that fits. Then the customer gets a new key, so that no
    /// draw repeats; no rule tells this number from larger ones.
    pub(super) again: u64,
}

impl Visits {
    /// Of a step where nobody counts them.
    pub(super) const NONE: Self = Self {
        field: Field {
            word: 0,
            shift: 0,
            mask: 0,
        },
        again: 1,
    };
}

/// More rounds over all branches than this are not worth what they could find out about stages.
const ROUNDS_MAX: usize = 64;

impl Ways {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut memory = plan.memory.clone();
        let converts = plan.steps.iter().any(|it| it.converts) && plan.periods.len() <= COHORT_PERIODS_MAX;
        let period = converts.then(|| memory.add(plan.periods.len()));
        let arrived = looks_at(plan, Atom::Days).then(|| memory.add(plan.clock.ticks as usize));
        let is_visited = |step: u32| plan.steps[step as usize].visit.is_some();
        let began_at = plan.waiting.iter().any(|it| is_visited(it.step));
        let began_at = began_at.then(|| memory.add(plan.visited.len() + 1));
        let packs = plan.groups.packs.iter().skip(1);
        let row = |row: usize| u32::try_from(row).expect("rows are few");
        let more_rows = packs.map(|it| (memory.add(it.len()), row(it.first_row))).collect();
        let visits = visits(plan, &mut memory);
        Self {
            all: ways(plan),
            memory,
            visits,
            period,
            arrived,
            began_at,
            more_rows,
        }
    }
}

fn looks_at(plan: &Plan, wanted: Atom) -> bool {
    let mut looks = false;
    for step in &plan.steps {
        if let ForkPlan::Rules(rules) = &step.fork {
            for rule in rules {
                rule.each_atom(&mut |atom, _, _| looks |= atom == wanted);
            }
        }
    }
    looks
}

/// Bits for the visits of every visited step: as many as there are in as few words as will do.
fn visits(plan: &Plan, memory: &mut Memory) -> Vec<Visits> {
    let mut again = vec![1_u64; plan.visited.len()];
    for step in &plan.steps {
        if let ForkPlan::Rules(rules) = &step.fork {
            for rule in rules {
                rule.each_atom(&mut |atom, _, value| {
                    if let Atom::Visits(step) = atom
                        && let Some(visit) = plan.steps[step.index()].visit
                    {
                        let least = value.saturating_add(1).clamp(1, 1 << 40) as u64;
                        again[visit] = again[visit].max(least);
                    }
                });
            }
        }
    }
    let layout = |bits: u32| {
        let mut memory = memory.clone();
        let visits = again.iter().map(|again| Visits {
            // What rules tell apart, and 2^`bits` − 1 visits before a key is used up.
            field: memory.add(*again as usize + (1 << bits) - 1),
            again: *again,
        });
        (visits.collect::<Vec<_>>(), memory)
    };
    let fits = |words: usize| (4..=12).rev().map(layout).find(|it| it.1.words <= words);
    let (visits, laid_out) = [1, 2, 4].into_iter().find_map(fits).unwrap_or_else(|| layout(8));
    *memory = laid_out;
    visits
}

fn ways(plan: &Plan) -> Vec<Way> {
    let furthest = furthest(plan);
    let gain = |(least, most): (u32, u32), to: u32| match plan.steps[to as usize].stage {
        stage if stage <= least => Gain::None,
        stage if least == most => Gain::All(least, stage),
        stage => Gain::Some(stage),
    };
    let mut ways = Vec::new();
    for (from, step) in (0..).zip(&plan.steps) {
        for branch in step.first_branch..step.first_branch + step.branches {
            let to = plan.branch_to[branch];
            let table = plan.delays[plan.place(step, 0, branch - step.first_branch)];
            ways.push(Way {
                from: Some(from),
                to,
                column: plan.columns.branches + branch,
                length: match plan.tables[table as usize].certain() {
                    _ if step.delays_differ => Length::Differs,
                    Some(ticks) => Length::Certain(ticks),
                    None => Length::Table(table),
                },
                gain: furthest[from as usize].map_or(Gain::None, |it| gain(it, to)),
            });
        }
    }
    for (at, stream) in plan.streams.iter().enumerate() {
        ways.push(Way {
            from: None,
            to: stream.to,
            column: plan.columns.streams + at,
            length: Length::Done,
            gain: Gain::None,
        });
    }
    if !plan.waiting.is_empty() {
        for branch in 0..plan.branch_to.len() {
            ways.push(Way {
                from: None,
                length: Length::Done,
                gain: Gain::None,
                ..ways[branch]
            });
        }
    }
    // If it matters to some what stage they have come to, all have to remember.
    if ways.iter().any(|it| matches!(it.gain, Gain::Some(_))) {
        for way in &mut ways {
            if let Gain::All(_, stage) = way.gain {
                way.gain = Gain::Some(stage);
            }
        }
    }
    ways
}

/// The least and the furthest stage that arrivals may have come to when they leave each step;
/// nothing for steps that no arrival reaches.
fn furthest(plan: &Plan) -> Vec<Option<(u32, u32)>> {
    let mut furthest = vec![None; plan.steps.len()];
    for stream in &plan.streams {
        reach(plan, &mut furthest, stream.to, (0, 0));
    }
    for _ in 0..ROUNDS_MAX {
        let mut is_new = false;
        for (at, step) in plan.steps.iter().enumerate() {
            if let Some(known) = furthest[at] {
                for branch in step.first_branch..step.first_branch + step.branches {
                    is_new |= reach(plan, &mut furthest, plan.branch_to[branch], known);
                }
            }
        }
        if !is_new {
            return furthest;
        }
    }
    vec![Some((0, u32::MAX)); plan.steps.len()]
}

/// Somebody who has come this far gets to a step; whether that could not be known before.
fn reach(plan: &Plan, furthest: &mut [Option<(u32, u32)>], to: u32, (least, most): (u32, u32)) -> bool {
    let stage = plan.steps[to as usize].stage;
    let (least, most) = (least.max(stage), most.max(stage));
    let known = &mut furthest[to as usize];
    let now = known.map_or((least, most), |it| (it.0.min(least), it.1.max(most)));
    known.replace(now) != Some(now)
}
