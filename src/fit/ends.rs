//! Which activities end a journey, and as what.

use super::FitError;
use super::moves::Moves;
use super::options::FitOptions;
use super::places::Places;

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
    /// Whether it converts a customer.
    pub(crate) converts: Vec<bool>,
    churns: Vec<bool>,
    /// Whether nothing ever follows.
    pub(crate) is_last: Vec<bool>,
    complete: bool,
}

impl Ends {
    /// What was asked for, and what the log says.
    pub(crate) fn of(
        activities: &[String],
        moves: &Moves,
        places: &Places,
        options: &FitOptions,
    ) -> Result<Self, FitError> {
        let mut is_last = vec![true; activities.len()];
        for (at, visits) in moves.visits.iter().enumerate() {
            is_last[places.place(at).activity as usize] &= visits.led_on() == 0;
        }
        let ends = Self {
            converts: marked(activities, &options.converted)?,
            churns: marked(activities, &options.churned)?,
            is_last,
            complete: options.complete,
        };
        let both = (0..activities.len()).find(|&it| ends.converts[it] && ends.churns[it]);
        match both {
            Some(at) => Err(FitError::Contradiction(activities[at].clone())),
            None => Ok(ends),
        }
    }

    /// As what a journey ends of which `activity` is the last.
    pub(crate) fn outcome(&self, activity: usize) -> Outcome {
        if self.converts[activity] {
            Outcome::Converted
        } else if self.churns[activity] {
            Outcome::Churned
        } else if self.is_last[activity] && !self.complete {
            // Something happened that nothing follows: good or bad, nobody has said.
            Outcome::Other
        } else {
            Outcome::Lost
        }
    }

    /// Whether anybody has said what becomes of customers there.
    pub(crate) fn is_named(&self, activity: usize) -> bool {
        self.converts[activity] || self.churns[activity]
    }
}

pub(crate) fn marked(activities: &[String], names: &[String]) -> Result<Vec<bool>, FitError> {
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
