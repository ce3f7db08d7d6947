//! Scenarios as engines see them, for tests.

use crate::journey::{Journey, World};
use crate::plan::{Model, Plan, Rates, States, compile};
use crate::scenario::{FileFormat, Scenario, Selection};

/// A journey with its plan and states.
pub(super) struct Fixture {
    pub(super) journey: Journey,
    pub(super) plan: Plan,
    pub(super) states: States,
}

impl Fixture {
    pub(super) fn new(text: &str) -> Self {
        let scenario = Scenario::read("t.toml", text.as_bytes(), FileFormat::Toml).expect("it can be read");
        let (journey, _) = scenario.journey(&Selection::default()).expect("it is sound");
        let plan = compile(&journey);
        let states = States::of(&journey, &plan).expect("its memory is finite");
        Self { journey, plan, states }
    }

    pub(super) fn model(&self) -> Model<'_> {
        Model {
            journey: &self.journey,
            plan: &self.plan,
        }
    }

    /// The numbers of the world in which all that is uncertain is at its mean.
    pub(super) fn rates(&self) -> Rates {
        self.rates_of(&self.journey.draws.mean_world())
    }

    pub(super) fn rates_of(&self, world: &World) -> Rates {
        Rates::of(self.model(), world).expect("numbers are small")
    }
}
