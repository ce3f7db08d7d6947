//! Delays: that each is possible.

use crate::clock::Duration;
use crate::journey::Tree;
use crate::journey::delay::DelayLaw;
use crate::journey::draft::{Delay, DelayKind};

use super::Builder;
use super::range::{Misfit, Parameter};

/// A longer delay outlasts every horizon.
const DAYS_MAX: f64 = 1e6;

/// Stands in for a delay that is wrong: time passes, so that no loop is said to lack it.
const UNKNOWN: DelayLaw = DelayLaw::Known(1.0);

impl Builder<'_> {
    /// A delay as written, checked.
    pub(crate) fn delay_tree(&mut self, draft: &Delay) -> Tree<DelayLaw> {
        if let DelayKind::By(cases) = &draft.kind {
            let nothing = || Tree::Leaf(UNKNOWN);
            return self.cases(cases, &draft.at, &nothing, |this, _, it| this.delay_tree(it));
        }
        // Without a sound clock nobody knows what a tick is.
        let tick_days = if self.clock_is_sound {
            self.clock.tick_days()
        } else {
            0.0
        };
        if let Err(misfit) = check(&draft.kind, tick_days) {
            let at = misfit.at(&draft.at, word(&draft.kind));
            self.misfit(misfit, at);
            return Tree::Leaf(UNKNOWN);
        }
        Tree::Leaf(DelayLaw::of(&draft.kind).unwrap_or(UNKNOWN))
    }
}

/// The key under which a law is written; `None` for those written as a text.
fn word(kind: &DelayKind) -> Option<&'static str> {
    match kind {
        DelayKind::Known(_) | DelayKind::Interval(..) => None,
        DelayKind::By(_) => Some("by"),
        DelayKind::Exponential(_) => Some("exponential"),
        DelayKind::LognormalQuantiles(..) | DelayKind::Lognormal(..) => Some("lognormal"),
        DelayKind::Gamma(..) => Some("gamma"),
        DelayKind::Weibull(..) => Some("weibull"),
        DelayKind::Uniform(..) => Some("uniform"),
        DelayKind::Geometric(_) => Some("geometric"),
        DelayKind::Observed(_) => Some("observed"),
    }
}

fn check(kind: &DelayKind, tick_days: f64) -> Result<(), Misfit> {
    match kind {
        DelayKind::Known(it) => possible(*it, Parameter::Whole),
        DelayKind::Interval(low, high) => {
            positive(*low, Parameter::Whole)?;
            positive(*high, Parameter::Whole)?;
            ordered(*low, *high, Parameter::Whole)
        }
        DelayKind::Exponential(mean) => positive(*mean, Parameter::Value),
        DelayKind::LognormalQuantiles(median, p90) => {
            positive(*median, Parameter::Key("median"))?;
            positive(*p90, Parameter::Key("p90"))?;
            if median.days() <= p90.days() {
                return Ok(());
            }
            Err(out_of_range("the 90 % quantile is below the median").of(Parameter::Key("p90")))
        }
        DelayKind::Lognormal(mean, sd) | DelayKind::Gamma(mean, sd) => {
            positive(*mean, Parameter::Key("mean"))?;
            positive(*sd, Parameter::Key("sd"))
        }
        DelayKind::Weibull(scale, shape) => {
            positive(*scale, Parameter::Key("scale"))?;
            if *shape > 0.0 && shape.is_finite() {
                return Ok(());
            }
            Err(out_of_range(format!("a shape is more than 0, not {shape}")).of(Parameter::Key("shape")))
        }
        DelayKind::Uniform(low, high) => {
            possible(*low, Parameter::Item(0))?;
            possible(*high, Parameter::Item(1))?;
            ordered(*low, *high, Parameter::Item(0))
        }
        DelayKind::Geometric(mean) => {
            positive(*mean, Parameter::Value)?;
            if mean.days() >= tick_days * (1.0 - 1e-12) {
                return Ok(());
            }
            let misfit = out_of_range("the mean of `geometric` is at least one tick").of(Parameter::Value);
            Err(misfit.help("it counts whole ticks from 1 on: use a shorter `tick`, or `exponential`"))
        }
        DelayKind::Observed(values) => observed(values),
        DelayKind::By(_) => Ok(()),
    }
}

fn observed(values: &[(Duration, f64)]) -> Result<(), Misfit> {
    for (at, (duration, weight)) in values.iter().enumerate() {
        possible(*duration, Parameter::Inner(at, 0))?;
        if *weight < 0.0 || !weight.is_finite() {
            let misfit = out_of_range(format!("a weight cannot be negative, as {weight} is"));
            return Err(misfit.of(Parameter::Inner(at, 1)));
        }
    }
    let sum = values.iter().map(|it| it.1).sum::<f64>();
    if sum > 0.0 && sum.is_finite() {
        return Ok(());
    }
    let misfit = if sum > 0.0 {
        Misfit::new("too-large", "these weights are too large to add up")
    } else {
        Misfit::new("zero-weights", "all weights are 0")
    };
    Err(misfit.of(Parameter::Value))
}

fn out_of_range(message: impl Into<String>) -> Misfit {
    Misfit::new("out-of-range", message)
}

fn possible(duration: Duration, parameter: Parameter) -> Result<(), Misfit> {
    let days = duration.days();
    if (0.0..=DAYS_MAX).contains(&days) {
        return Ok(());
    }
    let misfit = if days > DAYS_MAX {
        Misfit::new("too-large", "a delay has at most a million days")
    } else {
        out_of_range("a delay cannot be negative")
    };
    Err(misfit.of(parameter))
}

fn positive(duration: Duration, parameter: Parameter) -> Result<(), Misfit> {
    possible(duration, parameter)?;
    if duration.days() > 0.0 {
        return Ok(());
    }
    Err(out_of_range("this duration has to be more than 0").of(parameter))
}

fn ordered(low: Duration, high: Duration, parameter: Parameter) -> Result<(), Misfit> {
    if low.days() <= high.days() {
        return Ok(());
    }
    let misfit = out_of_range("the first duration is longer than the second").of(parameter);
    Err(misfit.help("the shorter comes first"))
}
