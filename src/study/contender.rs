//! Options side by side: whether they cover the same days, and which engine runs them all.

use std::fmt;

use crate::engine::{Choice, Engine, EngineFault, choose};
use crate::journey::Journey;
use crate::plan::Model;

use super::comparison::OptionInfo;

/// Something to compare: the base, or an alternative to it.
#[derive(Debug, Clone)]
pub struct Contender {
    /// What is said of it.
    pub info: OptionInfo,
    /// Its journey.
    pub journey: Journey,
}

/// Why options cannot be compared.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CompareError {
    /// Two options that do not cover the same days by the same clock.
    Clocks {
        /// The option.
        option: String,
        /// What differs from the base, as in "it begins on 2026-02-01 instead of 2026-01-01".
        difference: String,
    },
    /// An option that cannot be simulated.
    Engine {
        /// The option.
        option: String,
        /// Why.
        fault: EngineFault,
    },
}

impl fmt::Display for CompareError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clocks { option, difference } => {
                write!(out, "`{option}` cannot be compared with the base: {difference}")
            }
            Self::Engine { option, fault } => write!(out, "`{option}`: {fault}"),
        }
    }
}

impl std::error::Error for CompareError {}

impl Contender {
    /// What to tell of an engine that cannot run it.
    pub(super) fn at_fault(&self, fault: EngineFault) -> CompareError {
        CompareError::Engine {
            option: self.info.option.clone(),
            fault,
        }
    }
}

/// The first of `contenders`, if all others cover the same days by the same clock.
///
/// # Panics
///
/// If there are no contenders.
pub(super) fn base_of(contenders: &[Contender]) -> Result<&Contender, CompareError> {
    let (base, others) = contenders.split_first().expect("there is a base");
    for it in others {
        if let Some(difference) = clocks_differ(&base.journey, &it.journey) {
            let option = it.info.option.clone();
            return Err(CompareError::Clocks { option, difference });
        }
    }
    Ok(base)
}

/// The engine that was asked for; else the one that is best for all, and every customer followed
/// where options do not agree on one.
pub(super) fn engine_for<'a>(
    contenders: &[Contender],
    models: impl Iterator<Item = Model<'a>>,
    asked: Option<Engine>,
) -> Result<Choice, CompareError> {
    let mut choices = Vec::new();
    for (it, model) in contenders.iter().zip(models) {
        choices.push(choose(model, asked).map_err(|fault| it.at_fault(fault))?);
    }
    let first = choices.swap_remove(0);
    if choices.iter().all(|it| it.engine == first.engine) {
        return Ok(first);
    }
    Ok(Choice {
        engine: Engine::Individual,
        why: "options that are compared run on the same engine, and this one runs them all".to_owned(),
    })
}

/// What differs, in words; `None` if both cover the same days by the same clock.
fn clocks_differ(base: &Journey, other: &Journey) -> Option<String> {
    let (one, two) = (&base.clock, &other.clock);
    let instead = |what: &str, two: String, one: String| format!("it {what} {two} instead of {one}");
    if one.dated != two.dated {
        let said = if two.dated { "has dates" } else { "has no dates" };
        return Some(format!("it {said}, unlike the base"));
    }
    if one.begin != two.begin {
        return Some(instead("begins on", two.begin.to_string(), one.begin.to_string()));
    }
    if one.end != two.end {
        return Some(instead("ends on", two.end.to_string(), one.end.to_string()) + "; `--end` sets both");
    }
    if one.tick_words() != two.tick_words() {
        return Some(instead("has a tick of", two.tick_words(), one.tick_words()));
    }
    if one.period != two.period {
        let by = |it: crate::clock::Period| it.word().to_owned();
        return Some(instead("reports by", by(two.period), by(one.period)) + "; `--period` sets both");
    }
    let money = |it: &Journey| it.currency.clone().unwrap_or_else(|| "no currency".to_owned());
    (base.currency != other.currency).then(|| instead("counts money in", money(other), money(base)))
}
