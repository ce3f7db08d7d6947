//! Outlooks by following customers one by one: for journeys whose memory is not finite.
//!
//! A fixed number of customers arrive as they would in the mean world. Each of them, whenever it
//! reaches a step or takes a branch, is met by a double: somebody with the same memory who starts
//! from there at `begin`. What becomes of the doubles is the outlook.

use crate::engine::exact::mean_net;
use crate::journey::CONVERSION;
use crate::plan::known::{Caps, Day, Known, rules_of};
use crate::plan::{End, ForkPlan, Model, Plan, Rates, StepPlan, Unfit};
use crate::random::{Key, Purpose, Stream};

use super::queue::{Queue, Source, sources};
use super::{Outlook, Outlooks};

/// How many customers are followed, unless they and their doubles make too many moves.
pub(super) const CUSTOMERS: u64 = 100_000;
/// Once so many moves were made, no other customer is followed: about two seconds.
const MOVES_MAX: u64 = 40_000_000;
/// Customers are followed in steps of this length through their row, so that those who come first
/// stand for all; it has no divisor in common with their number.
const STRIDE: u64 = 61_803;
/// At no more than this many places is a customer met by doubles.
const MEETINGS_MAX: usize = 8;
/// Ten-thousandths in a unit.
const SCALE: f64 = 1e4;

/// The outlooks of a journey in the world of these rates.
///
/// # Errors
///
/// If there are too many kinds of customers on arrival.
pub fn follow(model: Model<'_>, rates: &Rates, seed: u64) -> Result<Outlooks, Unfit> {
    let plan = model.plan;
    let mut follower = Follower {
        plan,
        rates,
        caps: Caps::of(plan),
        luck: Key::new(seed).stream(),
        moves: 0,
        means: means(plan, rates),
        converts_each_time: model
            .journey
            .steps()
            .map(|it| it.1.events.contains(&CONVERSION))
            .collect(),
    };
    let sources = sources(model, &follower.caps, rates)?;
    let mut sums = Sums {
        steps: vec![(0.0, Outlook::default()); plan.steps.len()],
        branches: vec![(0.0, Outlook::default()); plan.branch_to.len()],
    };
    let mut first = vec![0.0; plan.clock.ticks as usize];
    let luck = Key::new(seed).purpose(Purpose::Outlook);
    let everybody = Queue::of(&sources, |_| true);
    let arriving = Queue::of(&sources, |it| it.waiting.is_none());
    let mut followed = 0.0;
    for at in 0..CUSTOMERS {
        if follower.moves > MOVES_MAX {
            break;
        }
        followed += 1.0;
        let customer = at * STRIDE % CUSTOMERS;
        follower.luck = luck.with(customer).stream();
        if let Some((source, tick)) = everybody.at(customer) {
            let path = follower.path(source, tick);
            follower.meet(&path, &mut sums);
        }
        if let Some((source, _)) = arriving.at(customer)
            && let Some(ticks) = follower.time_to_convert(source)
        {
            first[ticks as usize] += 1.0;
        }
    }
    for it in &mut first {
        *it /= followed;
    }
    let outlook = |(weight, sum): &(f64, Outlook)| (*weight > 0.0).then(|| sum.map(|it| it / weight));
    Ok(Outlooks {
        steps: sums.steps.iter().map(outlook).collect(),
        branches: sums.branches.iter().map(outlook).collect(),
        first_conversion: first,
    })
}

/// Revenue minus cost that reaching a step is expected to book, in units of money: by stretch,
/// step and kind of customer.
fn means(plan: &Plan, rates: &Rates) -> Vec<Vec<Vec<f64>>> {
    (0..plan.stretches.len())
        .map(|stretch| {
            let kinds = |step: &StepPlan| {
                let mean = |cell| mean_net(step, rates.amounts_of(plan, stretch, step, cell)) / SCALE;
                (0..step.cases.count()).map(mean).collect()
            };
            plan.steps.iter().map(kinds).collect()
        })
        .collect()
}

/// Weights and sums of outlooks.
struct Sums {
    steps: Vec<(f64, Outlook)>,
    branches: Vec<(f64, Outlook)>,
}

/// A place on somebody's path: just arrived at a step, or just decided for the branch that leads
/// there.
struct Meeting {
    step: u32,
    /// Memory after arriving at `step`, or before, when the branch was taken.
    known: Known,
    /// Days since arrival.
    days: u32,
    /// The branch, and the step it leads from.
    branch: Option<(usize, u32)>,
    /// Whether this arrival was the first conversion.
    won: bool,
}

/// Some places on a path, any as likely as any other.
#[derive(Default)]
struct Path {
    meetings: Vec<Meeting>,
    /// How many places there were.
    places: u64,
}

impl Path {
    /// Keeps a place with the chance that is left for it (reservoir sampling).
    fn come_by(&mut self, luck: &mut Stream, meeting: impl FnOnce() -> Meeting) {
        self.places += 1;
        if self.meetings.len() < MEETINGS_MAX {
            self.meetings.push(meeting());
            return;
        }
        let at = (luck.uniform() * self.places as f64) as usize;
        if let Some(place) = self.meetings.get_mut(at) {
            *place = meeting();
        }
    }
}

struct Follower<'a> {
    plan: &'a Plan,
    rates: &'a Rates,
    caps: Caps,
    luck: Stream,
    /// How many moves were made so far.
    moves: u64,
    means: Vec<Vec<Vec<f64>>>,
    /// By step: whether reaching it is a conversion event, also for who has converted before.
    converts_each_time: Vec<bool>,
}

impl Follower<'_> {
    fn stretch(&self, tick: u32) -> usize {
        self.plan.bins[self.plan.bin_of[tick as usize] as usize].stretch as usize
    }

    fn days_between(&self, from: u32, until: u32) -> u32 {
        let seconds = u64::from(until - from) * u64::from(self.plan.clock.tick_seconds);
        (seconds / 86_400) as u32
    }

    /// A customer as it arrives, or waits.
    fn begin(&mut self, source: &Source, tick: u32) -> Known {
        let stretch = self.stretch(tick);
        let mut left = self.luck.uniform();
        for (known, shares) in &source.cases {
            left -= shares[stretch];
            if left < 0.0 {
                return known.clone();
            }
        }
        source.cases.last().expect("there is somebody").0.clone()
    }

    /// The branch and the delay of somebody at a step; `None` where the journey ends.
    fn decide(&mut self, step: u32, known: &Known, tick: u32, days: u32) -> Option<(usize, u32)> {
        let plan = self.plan;
        self.moves += 1;
        let it = &plan.steps[step as usize];
        let place = self.stretch(tick) * plan.places + plan.place(it, known.cell(it), 0);
        let position = match &it.fork {
            ForkPlan::End(_) => return None,
            ForkPlan::Single => 0,
            ForkPlan::Chances => self.choose(&self.rates.chances[place..place + it.branches]),
            ForkPlan::Rules(rules) => known.rule(plan, &self.caps, rules, Day::at(plan, tick, days)),
        };
        let table = &plan.tables[plan.delays[place + position] as usize];
        Some((it.first_branch + position, table.draw(self.luck.bits())))
    }

    fn choose(&mut self, chances: &[f64]) -> usize {
        let mut left = self.luck.uniform() * chances.iter().sum::<f64>();
        let position = chances.iter().position(|chance| {
            left -= chance;
            left < 0.0
        });
        position.unwrap_or_else(|| chances.iter().rposition(|it| *it > 0.0).unwrap_or(0))
    }

    /// How somebody of the pipeline moves on: see [`crate::plan::Ways`].
    fn resume(&mut self, entry: usize, known: &Known) -> (usize, u32) {
        let plan = self.plan;
        let waiting = &plan.waiting[entry];
        let step = &plan.steps[waiting.step as usize];
        let cell = known.cell(step);
        let remaining = &waiting.remaining[cell * step.branches..(cell + 1) * step.branches];
        let place = plan.place(step, cell, 0);
        let plain = &self.rates.chances[place..place + step.branches];
        let longer = |at: usize| remaining[at].as_ref().map_or(0.0, |it| it.0);
        let given: Vec<f64> = plain.iter().enumerate().map(|(at, it)| it * longer(at)).collect();
        let (position, is_given) = if rules_of(step).is_empty() {
            let is_given = given.iter().sum::<f64>() > 0.0;
            (self.choose(if is_given { &given } else { plain }), is_given)
        } else {
            (known.rule(plan, &self.caps, rules_of(step), Day::at(plan, 0, 0)), true)
        };
        let table = remaining[position].as_ref().filter(|_| is_given);
        let delay = table.map_or(0, |it| it.1.draw(self.luck.bits()));
        (step.first_branch + position, delay)
    }

    /// Walks with a customer to its end or the horizon, and meets it with doubles everywhere it comes
    /// by and at everything it decides. On a long path only some places, chosen at random, are met;
    /// they count for all.
    fn path(&mut self, source: &Source, arrived: u32) -> Path {
        let mut path = Path::default();
        let mut known = self.begin(source, arrived);
        let (mut step, mut tick) = (source.step, arrived);
        if let Some(entry) = source.waiting {
            known.visit(&self.plan.steps[step as usize], &self.caps);
            let (branch, delay) = self.resume(entry, &known);
            tick = delay;
            step = self.plan.branch_to[branch];
        }
        while tick < self.plan.clock.ticks {
            let gains = known.arrive(self.plan, &self.plan.steps[step as usize], &self.caps);
            let days = self.days_between(arrived, tick);
            let meeting = |step: u32, branch: Option<(usize, u32)>| Meeting {
                step,
                known: known.clone(),
                days,
                branch,
                won: gains.won,
            };
            path.come_by(&mut self.luck, || meeting(step, None));
            let Some((branch, delay)) = self.decide(step, &known, tick, days) else {
                break;
            };
            let to = self.plan.branch_to[branch];
            path.come_by(&mut self.luck, || meeting(to, Some((branch, step))));
            step = to;
            tick = tick.saturating_add(delay);
        }
        path
    }

    /// Sends doubles on from a path.
    fn meet(&mut self, path: &Path, sums: &mut Sums) {
        let weight = path.places as f64 / path.meetings.len() as f64;
        for meeting in &path.meetings {
            let outlook = self.double(meeting);
            let (sum_of_weights, sum) = match meeting.branch {
                None => &mut sums.steps[meeting.step as usize],
                Some((branch, _)) => &mut sums.branches[branch],
            };
            *sum_of_weights += weight;
            *sum += outlook.map(|it| weight * it);
        }
    }

    /// What becomes of somebody with this memory who is there when the clock shows `begin`.
    fn double(&mut self, meeting: &Meeting) -> Outlook {
        let plan = self.plan;
        let mut outlook = Outlook::default();
        let mut end = None;
        let (mut step, mut known, mut tick) = (meeting.step, meeting.known.clone(), 0);
        let mut arrives = false;
        if let Some((branch, from)) = meeting.branch {
            let from = &plan.steps[from as usize];
            let place = plan.place(from, known.cell(from), branch - from.first_branch);
            tick = plan.tables[plan.delays[place] as usize].draw(self.luck.bits());
            arrives = true;
        }
        while tick < plan.clock.ticks {
            let it = &plan.steps[step as usize];
            // Whoever a double stands for has arrived where they meet, but not where a branch leads.
            let won = if arrives {
                known.arrive(plan, it, &self.caps).won
            } else {
                meeting.won
            };
            arrives = true;
            if won || self.converts_each_time[step as usize] {
                outlook.converts = 1.0;
            }
            outlook.worth += self.means[self.stretch(tick)][step as usize][known.cell(it)];
            let days = meeting.days + self.days_between(0, tick);
            let Some((branch, delay)) = self.decide(step, &known, tick, days) else {
                end = match it.fork {
                    ForkPlan::End(end) => Some(end),
                    _ => None,
                };
                break;
            };
            step = plan.branch_to[branch];
            tick = tick.saturating_add(delay);
        }
        let ends = &mut outlook.ends;
        let place = match (end, plan.memory.converted.get(&known.words) != 0) {
            (Some(End::Left), true) => &mut ends.churned,
            (Some(End::Left), false) => &mut ends.lost,
            (Some(End::Other), _) => &mut ends.other,
            (Some(End::Converted), _) | (None, true) => &mut ends.won,
            (None, false) => &mut ends.open,
        };
        *place = 1.0;
        outlook
    }

    /// Ticks until a customer who arrives at `begin` converts, if it does within the horizon.
    fn time_to_convert(&mut self, source: &Source) -> Option<u32> {
        let plan = self.plan;
        let mut known = self.begin(source, 0);
        let (mut step, mut tick) = (source.step, 0);
        while tick < plan.clock.ticks {
            if known.arrive(plan, &plan.steps[step as usize], &self.caps).won {
                return Some(tick);
            }
            let days = self.days_between(0, tick);
            let (branch, delay) = self.decide(step, &known, tick, days)?;
            step = plan.branch_to[branch];
            tick = tick.saturating_add(delay);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::outlook::Ends;
    use crate::plan::compile;
    use crate::scenario::{FileFormat, Scenario, Selection};

    fn outlooks(text: &str) -> Outlooks {
        let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
        let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
        let plan = compile(&journey);
        let model = Model {
            journey: &journey,
            plan: &plan,
        };
        let rates = Rates::of(model, &journey.draws.mean_world()).expect("amounts are small");
        follow(model, &rates, 1).expect("its memory is small")
    }

    /// Five standard errors of a share near `p` among all customers.
    fn bar(p: f64) -> f64 {
        5.0 * (p * (1.0 - p) / CUSTOMERS as f64).sqrt()
    }

    #[test]
    fn outlooks_are_those_of_pen_and_paper() {
        let it = outlooks(
            r#"
format = 1
horizon = "10 days"
customers = 1000
entry = "visit"
[steps.visit]
cost = 1
branches = [
  { to = "trial", chance = "40%", after = "2d" },
  { to = "gone", chance = "rest" },
]
[steps.trial]
branches = [
  { to = "paying", chance = "50%", after = "3d" },
  { to = "gone", chance = "rest", after = "30d" },
]
[steps.paying]
event = "conversion"
revenue = { each = { gamma = { mean = 20, sd = 5 } } }
branches = [
  { to = "late", when = "days >= 6" },
  { to = "gone", name = "cancels", when = "days >= 5" },
  { to = "late", name = "never", when = "otherwise" },
]
[steps.late]
outcome = "other"
[steps.gone]
outcome = "lost"
"#,
        );
        let visit = it.steps[0].expect("they are reached");
        assert!((visit.converts - 0.2).abs() < bar(0.2), "{visit:?}");
        // At paying five days have passed: all of them cancel.
        assert!((visit.churns() - 0.8).abs() < bar(0.8), "{visit:?}");
        assert!((visit.worth - 3.0).abs() < 20.0 * bar(0.2), "{visit:?}");
        let trial = it.branches[0].expect("it is taken");
        assert!(
            (trial.converts - 0.5).abs() < 5.0 * (0.25 / 4e4_f64).sqrt(),
            "{trial:?}"
        );
        let paying = it.steps[2].expect("they are reached");
        assert_eq!((paying.converts, paying.churns()), (1.0, 1.0));
        assert!((paying.worth - 20.0).abs() < 1e-9, "{paying:?}");
        // A double who takes the branch at `begin` has waited no more than two days.
        let cancels = it.branches[5].expect("it is taken");
        let churned = Ends {
            churned: 1.0,
            ..Ends::default()
        };
        assert_eq!((cancels.converts, cancels.worth, cancels.ends), (0.0, 0.0, churned));
        assert_eq!(it.branches[4], None);
        let share: f64 = it.first_conversion.iter().sum();
        assert!(
            (it.first_conversion[5] - 0.2).abs() < bar(0.2) && share == it.first_conversion[5],
            "{share}"
        );
    }
}
