//! Which activities end a journey, and as what.

use super::FitError;
use super::event_log::EventLog;
use super::findings::EndFinding;
use super::moves::Moves;
use super::options::FitOptions;
use super::places::Places;
use super::proposal::{Sign, propose};

/// As what a journey ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Converted,
    Lost,
    Churned,
    Other,
}

impl Outcome {
    /// Its word in a scenario.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::Lost => "lost",
            Self::Churned => "churned",
            Self::Other => "other",
        }
    }
}

/// What is known of the ends of journeys, by activity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ends {
    named: Named,
    /// Whether nothing ever follows.
    pub(crate) is_last: Vec<bool>,
    complete: bool,
}

impl Ends {
    /// What was asked for, or what the log seems to say if nothing was.
    pub(crate) fn of(log: &EventLog, moves: &Moves, places: &Places, options: &FitOptions) -> Result<Self, FitError> {
        let activities = log.activities();
        let mut is_last = vec![true; activities.len()];
        for (at, visits) in moves.visits.iter().enumerate() {
            is_last[places.place(at).activity as usize] &= visits.led_on() == 0;
        }
        Ok(Self {
            named: Named::of(log, options)?,
            is_last,
            complete: options.complete,
        })
    }

    /// As what a journey ends of which `activity` is the last.
    pub(crate) fn outcome(&self, activity: usize) -> Outcome {
        if self.named.converts[activity] {
            Outcome::Converted
        } else if self.named.churns[activity] {
            Outcome::Churned
        } else if self.is_last[activity] && !self.complete {
            // Something happened that nothing follows: good or bad, nobody has said.
            Outcome::Other
        } else {
            Outcome::Lost
        }
    }

    /// Whether it is known, or taken to be known, what becomes of customers there.
    pub(crate) fn is_named(&self, activity: usize) -> bool {
        self.named.converts[activity] || self.named.churns[activity]
    }

    /// Whether it converts a customer.
    pub(crate) fn converts(&self, activity: usize) -> bool {
        self.named.converts[activity]
    }

    /// What was said or proposed.
    pub(crate) fn named(&self) -> &Named {
        &self.named
    }
}

/// Which activities convert and churn customers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    /// By activity.
    pub(crate) converts: Vec<bool>,
    /// By activity.
    pub(crate) churns: Vec<bool>,
    /// Why, where nobody has said so, by activity.
    pub(crate) signs: Vec<Option<Sign>>,
}

impl Named {
    /// What converts and churns customers, and why it is taken to be so.
    pub(crate) fn findings(&self, activities: &[String]) -> Vec<EndFinding> {
        let outcome = |it: usize| match (self.converts[it], self.churns[it]) {
            (true, _) => Some(Outcome::Converted),
            (_, true) => Some(Outcome::Churned),
            _ => None,
        };
        let named = (0..activities.len()).filter_map(|it| Some((it, outcome(it)?)));
        named
            .map(|(it, outcome)| EndFinding {
                activity: activities[it].clone(),
                outcome: outcome.word().to_owned(),
                proposed_by: self.signs[it].map(|it| it.word().to_owned()),
            })
            .collect()
    }

    /// What was said, or proposed if nothing was.
    pub(crate) fn of(log: &EventLog, options: &FitOptions) -> Result<Self, FitError> {
        let activities = log.activities();
        if options.converted.is_empty() && options.churned.is_empty() {
            let proposal = propose(log);
            let either = proposal.converts.iter().zip(&proposal.churns);
            return Ok(Self {
                converts: proposal.converts.iter().map(Option::is_some).collect(),
                churns: proposal.churns.iter().map(Option::is_some).collect(),
                signs: either.map(|it| it.0.or(*it.1)).collect(),
            });
        }
        let converts = marked(activities, &options.converted)?;
        let churns = marked(activities, &options.churned)?;
        match (0..activities.len()).find(|&it| converts[it] && churns[it]) {
            Some(at) => Err(FitError::Contradiction(activities[at].clone())),
            None => Ok(Self {
                converts,
                churns,
                signs: vec![None; activities.len()],
            }),
        }
    }
}

fn marked(activities: &[String], names: &[String]) -> Result<Vec<bool>, FitError> {
    let mut marked = vec![false; activities.len()];
    for name in names {
        match activities.iter().position(|it| it == name) {
            Some(at) => marked[at] = true,
            None => {
                let nearest = crate::problem::nearest(name, activities.iter().map(String::as_str));
                return Err(FitError::UnknownActivity {
                    name: name.clone(),
                    nearest: nearest.map(str::to_owned),
                });
            }
        }
    }
    Ok(marked)
}
