//! Which engine runs, and why.

use crate::journey::law::Law;
use crate::plan::{LineRate, Model, Plan, Rates, States, StepPlan, Ways};

use super::exact::Solver;
use super::tally::{Expected, Tally};
use super::{Engine, EngineFault};

/// An engine and the reason it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which one.
    pub engine: Engine,
    /// Why, in words that follow "because".
    pub why: String,
}

/// The engine that was asked for, or else the cheaper of the two that give the full answer, by the
/// work they have to do in the world of the assumptions' means. The exact engine is never chosen:
/// it knows no quantiles of what customers do several times.
///
/// # Errors
///
/// If a number of the mean world is too large to be counted.
pub fn choose(model: Model<'_>, asked: Option<Engine>) -> Result<Choice, EngineFault> {
    if let Some(engine) = asked {
        return Ok(Choice {
            engine,
            why: "it was asked for".to_owned(),
        });
    }
    let states = match States::of(model.journey, model.plan) {
        Ok(states) => states,
        Err(unfit) => {
            return Ok(Choice {
                engine: Engine::Individual,
                why: format!("{}, so that customers cannot be split", unfit.words(model.journey)),
            });
        }
    };
    let rates = Rates::of(model, &model.journey.draws.mean_world()).map_err(EngineFault::Overflow)?;
    let work = Work::of(model.plan, &states, &rates);
    let (moves, draws) = (in_words(work.moves), in_words(work.draws));
    Ok(if work.individual() <= work.cohort() {
        Choice {
            engine: Engine::Individual,
            why: format!("customers make about {moves} moves a replication, and splitting them takes {draws} draws"),
        }
    } else {
        Choice {
            engine: Engine::Cohort,
            why: format!("splitting customers takes about {draws} draws a replication, and they make {moves} moves"),
        }
    })
}

/// The engine for means alone: the exact one, which has no luck in them, unless it takes much longer
/// than drawing. In a single world it is always the exact one, if it can run.
///
/// # Errors
///
/// If a number of the mean world is too large to be counted.
pub fn choose_for_means(model: Model<'_>) -> Result<Choice, EngineFault> {
    let drawn = choose(model, None)?;
    let Ok(states) = States::of(model.journey, model.plan) else {
        return Ok(drawn);
    };
    let exact = |why: &str| Choice {
        engine: Engine::Exact,
        why: why.to_owned(),
    };
    if model.plan.is_known {
        return Ok(exact("there is one world, and this engine has no luck in its means"));
    }
    let rates = Rates::of(model, &model.journey.draws.mean_world()).map_err(EngineFault::Overflow)?;
    let work = Work::of(model.plan, &states, &rates);
    Ok(if work.exact() <= LUCK * work.individual().min(work.cohort()) {
        exact("it has no luck in its means, and solves a world about as fast as others draw one")
    } else {
        drawn
    })
}

/// What a replication costs, in nanoseconds: only ratios matter. Measured with the shipped scenarios
/// and the journeys in `benches/`, where groups are small enough for both engines to compete.
const MOVE: f64 = 11.0;
const ARRIVAL: f64 = 6.0;
const DRAW: f64 = 26.0;
const STATE_AND_TICK: f64 = 2.0;
const AMOUNT: f64 = 30.0;
/// Following what is expected in a state for a tick.
const EXPECTED: f64 = 80.0;
/// Means without luck are worth this many replications with it.
const LUCK: f64 = 1.5;
/// More states times ticks than this are not worth solving only to choose.
const SOLVED_MAX: f64 = 5e6;

/// Work to do in a replication.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Work {
    arrivals: f64,
    moves: f64,
    /// Amounts that each customer draws.
    amounts: f64,
    /// Splits of customers over branches and delays.
    draws: f64,
    /// States times ticks.
    visits: f64,
    /// Amounts that each customer draws in the cohort engine too, since their sums have no law.
    open_amounts: f64,
}

impl Work {
    fn of(plan: &Plan, states: &States, rates: &Rates) -> Self {
        let visits = states.states.len() as f64 * f64::from(plan.clock.ticks);
        if visits > SOLVED_MAX {
            return Self::guess(plan, states, rates, visits);
        }
        let ways = Ways::of(plan, states, rates);
        let mut solver = Solver::new(plan, states);
        let tally = solver.tally(rates, &ways);
        let mut work = Self {
            moves: solver.moves(),
            visits,
            ..Self::default()
        };
        let stays = Stays::of(plan);
        let mut edges_of = vec![0.0; plan.branch_to.len()];
        for edge in &states.edges {
            edges_of[edge.branch as usize] += 1.0;
        }
        for (bin, it) in plan.bins.iter().enumerate() {
            let ticks = f64::from(it.ticks.until - it.ticks.from);
            let count = |column: usize| tally.counts[bin * plan.columns.count + column];
            let streams = plan.columns.streams..plan.columns.streams + plan.streams.len();
            work.arrivals += streams.map(count).sum::<f64>();
            for step in &plan.steps {
                for position in 0..step.branches {
                    let branch = step.first_branch + position;
                    // As if the customers of a branch were spread evenly over its states.
                    let cells = edges_of[branch] * ticks;
                    let customers = count(plan.columns.branches + branch);
                    if customers > 0.0 {
                        let delay = plan.delays[it.stretch as usize * plan.places + step.first_place + position];
                        work.draws += cells * stays.draws(delay, customers / cells);
                    }
                }
            }
        }
        work.count_amounts(plan, rates, &tally);
        work
    }

    /// Without knowing where customers go: a few moves each, and a few draws in every state.
    fn guess(plan: &Plan, states: &States, rates: &Rates, visits: f64) -> Self {
        let arrivals: f64 = rates.streams.iter().map(crate::plan::rates::StreamRate::total).sum();
        let waiting: u64 = rates.waiting.iter().sum();
        let customers = arrivals + waiting as f64;
        let moves = 5.0 * customers;
        let edges = states.edges.len() as f64 * f64::from(plan.clock.ticks);
        Self {
            arrivals: customers,
            moves,
            draws: (3.0 * edges).min(moves),
            visits,
            ..Self::default()
        }
    }

    fn count_amounts(&mut self, plan: &Plan, rates: &Rates, tally: &Tally<Expected>) {
        for (at, step) in plan.steps.iter().enumerate().filter(|it| it.1.varies) {
            let into = (0..plan.branch_to.len()).filter(|it| plan.branch_to[*it] as usize == at);
            let entering = (0..plan.streams.len()).filter(|it| plan.streams[*it].to as usize == at);
            let columns: Vec<usize> = into
                .map(|it| plan.columns.branches + it)
                .chain(entering.map(|it| plan.columns.streams + it))
                .collect();
            let count = |bin: usize, column: &usize| tally.counts[bin * plan.columns.count + column];
            let reached: f64 = (0..plan.bins.len())
                .map(|bin| columns.iter().map(|it| count(bin, it)).sum::<f64>())
                .sum();
            let (each, is_open) = varying_lines(plan, rates, step);
            self.amounts += reached * each;
            if is_open {
                self.open_amounts += reached * each;
            }
        }
    }

    fn individual(&self) -> f64 {
        ARRIVAL * self.arrivals + MOVE * self.moves + AMOUNT * self.amounts
    }

    fn exact(&self) -> f64 {
        EXPECTED * self.visits
    }

    fn cohort(&self) -> f64 {
        DRAW * self.draws + STATE_AND_TICK * self.visits + AMOUNT * self.open_amounts
    }
}

/// How many lines of a step are drawn each time, and whether their sums have no law.
fn varying_lines(plan: &Plan, rates: &Rates, step: &StepPlan) -> (f64, bool) {
    let (mut each, mut is_open) = (0.0, false);
    for rate in rates.amounts_of(plan, 0, step, 0) {
        if let LineRate::Each { law, .. } = rate {
            each += 1.0;
            is_open |= !matches!(law, Law::Gamma { .. } | Law::Normal { .. } | Law::Poisson { .. });
        }
    }
    (each, is_open)
}

/// How many different delays customers of a branch are split over.
struct Stays {
    /// By table: P(longer than k) for k from 0 on; none for delays that take one draw.
    longer: Vec<Vec<f64>>,
}

impl Stays {
    fn of(plan: &Plan) -> Self {
        let longer = plan.tables.iter().map(|table| {
            let chances = table.probabilities();
            if table.hazard().is_some() || chances.iter().filter(|it| **it > 0.0).count() <= 1 {
                return Vec::new();
            }
            let mut left = 1.0;
            let longer = chances.iter().map(|it| {
                left -= it;
                left
            });
            longer.collect()
        });
        Self {
            longer: longer.collect(),
        }
    }

    /// The branch itself, and as many delays as so many customers are likely to need.
    fn draws(&self, table: u32, customers: f64) -> f64 {
        let delays = self.longer[table as usize].partition_point(|it| it * customers > 0.5);
        (1.0 + delays as f64).min(customers)
    }
}

/// A number of this size in words a planner reads at a glance.
fn in_words(count: f64) -> String {
    let rounded = |unit: f64, digits: usize| format!("{:.digits$}", count / unit);
    match count {
        count if count < 1e3 => rounded(1.0, 0),
        count if count < 1e4 => format!("{} thousand", rounded(1e3, 1)),
        count if count < 1e6 => format!("{} thousand", rounded(1e3, 0)),
        count if count < 1e9 => format!("{} million", rounded(1e6, 1)),
        count if count < 1e12 => format!("{} billion", rounded(1e9, 1)),
        _ => format!("{} trillion", rounded(1e12, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::Journey;
    use crate::plan::compile;
    use crate::scenario::{FileFormat, Scenario, Selection};

    fn journey(text: &str) -> Journey {
        let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
        scenario.journey(&Selection::default()).expect("it is sound").0
    }

    fn choice(text: &str, asked: Option<Engine>) -> Choice {
        let journey = journey(text);
        let plan = compile(&journey);
        let model = Model {
            journey: &journey,
            plan: &plan,
        };
        choose(model, asked).expect("its numbers are small")
    }

    fn shop(customers: &str) -> String {
        format!(
            r#"
format = 1
arrivals.web.rate = "{customers} per month"
steps.visit.branches = [{{ to = "buy", chance = "3%", after = "1d to 6d" }}, {{ to = "leave", chance = "rest" }}]
steps.buy = {{ outcome = "converted", revenue = 40 }}
steps.leave = {{ outcome = "lost" }}
"#
        )
    }

    #[test]
    fn few_customers_walk_alone_and_many_are_split() {
        assert_eq!(choice(&shop("10"), None).engine, Engine::Individual);
        let many = choice(&shop("10_000_000"), None);
        assert_eq!(many.engine, Engine::Cohort);
        assert!(many.why.contains("120.0 million moves"), "{}", many.why);
    }

    #[test]
    fn what_is_asked_for_runs() {
        let it = choice(&shop("100"), Some(Engine::Exact));
        assert_eq!((it.engine, it.why.as_str()), (Engine::Exact, "it was asked for"));
    }

    #[test]
    fn rules_on_days_leave_no_choice() {
        let text = shop("10_000_000").replace(
            r#"{ to = "leave", chance = "rest" }"#,
            r#"{ to = "leave", when = "otherwise" }"#,
        );
        let it = choice(&text.replace(r#"chance = "3%""#, r#"when = "days > 3""#), None);
        assert_eq!(it.engine, Engine::Individual);
        assert!(
            it.why.starts_with("a rule at step `visit` looks at `days`"),
            "{}",
            it.why
        );
    }

    #[test]
    fn work_is_told_in_round_words() {
        let words: Vec<String> = [12.4, 3_456.0, 45_678.0, 1.23e7, 4.5e10, 7e13].map(in_words).into();
        assert_eq!(
            words,
            [
                "12",
                "3.5 thousand",
                "46 thousand",
                "12.3 million",
                "45.0 billion",
                "70.0 trillion"
            ]
        );
    }
}
