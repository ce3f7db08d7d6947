//! Whether a fit finds what a log was made from, and how sure it says it is.

mod censoring;
mod memory;
mod update;
mod whole;

use super::event_log::{EventLog, EventLogBuilder};
use super::window::DAY;
use super::{BranchFinding, FitOptions, Fitted, fit};
use crate::random::{Key, Stream};
use crate::scenario::{FileFormat, Scenario};

/// A case that is being made up: its events so far.
pub(super) struct Case<'a> {
    log: &'a mut EventLogBuilder,
    id: String,
    days: f64,
    region: Option<&'static str>,
    /// Later events are not in the log.
    until: f64,
}

impl Case<'_> {
    /// The next thing happens after so many days.
    pub(super) fn then(&mut self, activity: &str, days: f64) {
        self.days += days;
        if self.days < self.until {
            let time = (self.days * DAY as f64) as i64;
            self.log.add(&self.id, activity, time, None, &[self.region]);
        }
    }
}

/// A log of cases that begin on the days of a year, up to day `until`.
pub(super) fn log(
    seed: u64,
    cases: u64,
    until: f64,
    mut live: impl FnMut(&mut Case<'_>, &mut Stream, Option<&'static str>),
) -> EventLog {
    let mut log = EventLogBuilder::new(&["region"]);
    for at in 0..cases {
        let mut luck = Key::new(seed).with(at).stream();
        let region = Some(if luck.uniform() < 0.5 { "north" } else { "south" });
        let mut case = Case {
            log: &mut log,
            id: at.to_string(),
            days: 365.0 * luck.uniform(),
            region,
            until,
        };
        case.then("visit", 0.0);
        live(&mut case, &mut luck, region);
    }
    log.build()
}

/// A gamma delay of shape 4.
pub(super) fn delay(mean: f64, luck: &mut Stream) -> f64 {
    (0..4).map(|_| -luck.uniform().ln()).sum::<f64>() * mean / 4.0
}

pub(super) fn plain() -> FitOptions {
    FitOptions {
        resamples: 0,
        ..FitOptions::default()
    }
}

pub(super) fn fitted(log: &EventLog, options: &FitOptions) -> Fitted {
    let fitted = fit(log, options).expect("it can be fitted");
    let scenario = Scenario::read("fitted.toml", fitted.scenario.as_bytes(), FileFormat::Toml);
    let problems = scenario.expect("it is TOML").check().problems;
    assert_eq!(problems, [], "{}", fitted.scenario);
    fitted
}

pub(super) fn branch<'a>(fitted: &'a Fitted, activity: &str, to: &str) -> &'a BranchFinding {
    let step = fitted
        .report
        .steps
        .iter()
        .find(|it| it.step == activity)
        .expect("the step is there");
    step.branches
        .iter()
        .find(|it| it.to == to)
        .expect("the branch is there")
}
