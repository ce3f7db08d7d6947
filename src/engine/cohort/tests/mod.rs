//! The laws of counts, against pen and paper and against customers who walk alone.

mod by_hand;
mod conservation;
mod shipped;

use super::*;
use crate::engine::arrivals::batches;
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
        let (journey, _) = scenario
            .journey(&Selection::default())
            .unwrap_or_else(|it| panic!("{:?}", it.problems));
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
        if variance == 0.0 {
            assert!(self.0.iter().all(|it| *it == mean), "{what} is not always {mean}");
            return;
        }
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
