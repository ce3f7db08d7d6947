use super::*;
use crate::engine::arrivals::batches;
use crate::engine::individual::Walker;
use crate::forecast::{Layout, Record, record};
use crate::journey::Journey;
use crate::plan::{Model, compile};
use crate::scenario::{FileFormat, Scenario, Selection};

/// How many standard errors a mean or a variance may be off.
const BAR: f64 = 5.0;

/// A journey with all that an engine needs to run it.
struct Case {
    journey: Journey,
    plan: Plan,
    states: States,
}

impl Case {
    fn of(text: &str) -> Self {
        let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
        let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
        let plan = compile(&journey);
        let states = States::of(&journey, &plan).expect("its memory is finite");
        Self { journey, plan, states }
    }

    fn model(&self) -> Model<'_> {
        Model {
            journey: &self.journey,
            plan: &self.plan,
        }
    }

    /// The numbers of the world of a replication.
    fn rates(&self, replication: u64) -> Rates {
        let world = if self.plan.is_known {
            self.journey.draws.mean_world()
        } else {
            self.journey.draws.world(1, replication)
        };
        Rates::of(self.model(), &world).expect("its numbers can be booked")
    }

    /// The tallies of that many replications.
    fn tallies(&self, replications: u64, mut tell: impl FnMut(&Rates, &Tally)) {
        let mut splitter = Splitter::new(&self.plan, &self.states);
        let (mut tally, mut arrivals) = (Tally::new(&self.plan), Vec::new());
        for replication in 0..replications {
            let rates = self.rates(replication);
            let ways = Ways::of(&self.plan, &self.states, &rates);
            batches(&self.plan, &rates, 1, replication, &mut arrivals);
            tally.clear();
            splitter.run(&rates, &ways, 1, replication, &arrivals, &mut tally);
            assert_eq!(tally.overflow, None);
            tell(&rates, &tally);
        }
    }
}

/// Mean and variance of what is added, with their standard errors.
#[derive(Debug, Clone, Default)]
struct Sample(Vec<f64>);

impl Sample {
    fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    fn moment(&self, power: i32) -> f64 {
        let mean = self.mean();
        self.0.iter().map(|it| (it - mean).powi(power)).sum::<f64>() / self.0.len() as f64
    }

    /// Compares with a known mean and variance.
    fn is(&self, what: &str, mean: f64, variance: f64) {
        let n = self.0.len() as f64;
        let off = (self.mean() - mean) / (variance / n).sqrt();
        assert!(
            off.abs() < BAR,
            "{what}: mean {} instead of {mean}: {off:.1} errors",
            self.mean()
        );
        let spread = self.moment(2);
        let off = (spread - variance) / ((self.moment(4) - spread * spread).max(2.0 * variance * variance) / n).sqrt();
        assert!(
            off.abs() < BAR,
            "{what}: variance {spread} instead of {variance}: {off:.1} errors"
        );
    }
}

/// What both engines make of the same worlds and arrivals, with two lucks each; arrivals are
/// thinned out to one in `thin`.
fn agrees(text: &str, replications: u64, thin: u64) {
    let case = Case::of(text);
    let (plan, journey) = (&case.plan, &case.journey);
    let layout = Layout::of(journey, plan);
    let mut splitter = Splitter::new(plan, &case.states);
    let mut walker = Walker::new(plan);
    let (mut tally, mut arrivals) = (Tally::new(plan), Vec::new());
    // By cell: differences of means, and of squared differences between the two lucks.
    let mut means = vec![Sample::default(); layout.len];
    let mut spreads = vec![Sample::default(); layout.len];
    let mut jumps = vec![0.0_f64; layout.len];
    for replication in 0..replications {
        let mut rates = case.rates(replication);
        let ways = Ways::of(plan, &case.states, &rates);
        batches(plan, &rates, 1, replication, &mut arrivals);
        for it in &mut arrivals {
            it.count = it.count.div_ceil(thin);
        }
        for (source, count) in rates.waiting.iter_mut().enumerate() {
            let mine = arrivals.iter().filter(|it| it.source == plan.streams.len() + source);
            *count = mine.map(|it| it.count).sum();
        }
        let customers: u64 = arrivals.iter().map(|it| it.count).sum();
        let mut records: Vec<Record> = Vec::new();
        for seed in [1, 2] {
            tally.clear();
            splitter.run(&rates, &ways, seed, replication, &arrivals, &mut tally);
            records.push(record(case.model(), &layout, &rates, &tally));
            let moves = tally.moves;
            tally.clear();
            walker.walk(&rates, seed, replication, &arrivals, 0..customers, &mut tally);
            records.push(record(case.model(), &layout, &rates, &tally));
            let _ = moves;
        }
        let [mine, theirs, mine_too, theirs_too] = &records[..] else {
            panic!("there are four");
        };
        for cell in 0..layout.len {
            let (one, other) = (mine[cell] - mine_too[cell], theirs[cell] - theirs_too[cell]);
            means[cell]
                .0
                .push((mine[cell] + mine_too[cell] - theirs[cell] - theirs_too[cell]) / 2.0);
            spreads[cell].0.push(one * one - other * other);
            jumps[cell] = jumps[cell].max(one.abs()).max(other.abs());
        }
    }
    let n = replications as f64;
    let revisited = journey.in_loops();
    let mut wrong = Vec::new();
    for cell in 0..layout.len {
        if let Some(step) = cell.checked_sub(layout.customers).filter(|it| *it < plan.steps.len())
            && revisited[step]
        {
            continue;
        }
        for (what, sample) in [("mean", &means[cell]), ("variance", &spreads[cell])] {
            let error = (sample.moment(2) / n).sqrt();
            let slack = if what == "mean" {
                jumps[cell]
            } else {
                jumps[cell] * jumps[cell]
            };
            if sample.mean().abs() > BAR * (error + slack / n) + 1e-9 {
                wrong.push(format!(
                    "{what} of cell {cell} is {} off: {:.1} errors",
                    sample.mean(),
                    sample.mean() / error
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}\n{layout:#?}",
        wrong.len(),
        layout.len,
        wrong.join("\n")
    );
}

macro_rules! shipped {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/", $name, ".toml"))
    };
}

#[test]
fn it_agrees_with_the_individual_engine_on_saas_trial() {
    agrees(shipped!("saas-trial"), 400, 40);
}

#[test]
fn it_agrees_with_the_individual_engine_on_b2b_inbound() {
    agrees(shipped!("b2b-inbound"), 400, 10);
}

#[test]
fn it_agrees_with_the_individual_engine_on_customer_lifecycle() {
    agrees(shipped!("customer-lifecycle"), 400, 20);
}

#[test]
fn it_agrees_with_the_individual_engine_on_island_lodging() {
    agrees(shipped!("island-lodging"), 400, 40);
}

#[test]
fn it_agrees_with_the_individual_engine_on_web_shop() {
    agrees(shipped!("web-shop"), 400, 40);
}

#[test]
fn it_agrees_with_the_individual_engine_on_a_single_fork() {
    agrees(shipped!("fork-in-the-road"), 1_000, 1);
}

#[test]
fn customers_split_by_the_binomial_law() {
    let case = Case::of(
        r#"
format = 1
customers = 1_000_000
steps.visit.branches = [{ to = "buy", chance = "3%" }, { to = "leave", chance = "rest" }]
steps.buy = { outcome = "converted", revenue = 40 }
steps.leave = { outcome = "lost" }
"#,
    );
    let mut won = Sample::default();
    let column = case.plan.steps[1].won_column.expect("it converts");
    case.tallies(2_000, |_, tally| {
        assert_eq!(tally.moves, 1_000_000);
        won.0.push(tally.counts[column] as f64);
    });
    won.is("won", 3e4, 3e4 * 0.97);
}
